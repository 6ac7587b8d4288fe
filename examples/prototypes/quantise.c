/* quantise.c: learns prototypes of the digits by stochastic gradient, holds their distortion against k-means' from the same start, and reads
 * digits by the nearest prototype. Draws prototypes.svg. Status 0 where the distortion is at most 1.03 times that of k-means, and at least
 * 88 % of the digits that were not learned from are read rightly. */
#include <stdio.h>
#include <string.h>
#include "nnrt.h"
#include "prototypes.h"
#include "../shared/digits.h"
#include "../shared/svg.h"

enum { LEARNED = 1437, TOLD = DIGITS - LEARNED, K = PROTOTYPES_REALS / DIGIT_PIXELS, BATCH = PROTOTYPES_BATCH, EPOCHS = 30 };
typedef float codebook[K][DIGIT_PIXELS];

static digits data;
static prototypes_params params;
static prototypes_work work;
static int32_t code[DIGITS];

/* The prototypes as rows, whatever the model's own layout. */
static void get(codebook w)
{
    nnrt_param_get(&prototypes_model, nnrt_param_find(&prototypes_model, "codebook.w"), &params, w);
}

static void set(codebook w)
{
    nnrt_param_set(&prototypes_model, nnrt_param_find(&prototypes_model, "codebook.w"), &params, w);
}

/* The code of each digit; gives the average squared distance of those learned from to their prototypes. */
static double encode(void)
{
    double sum = 0;
    for (int at = 0, n; at < DIGITS; at += n) {
        int end = at < LEARNED ? LEARNED : DIGITS;
        n = end - at < BATCH ? end - at : BATCH;
        prototypes_forward(&params, &work, (size_t)n, data.image[at], code + at);
        if (at < LEARNED)
            sum += n * (double)prototypes_cost(&params, &work, (size_t)n, data.image[at]);
    }
    return sum / LEARNED;
}

/* K different digits, drawn at random. */
static void start(codebook w)
{
    uint32_t order[LEARNED];
    uint64_t random = 1;
    for (uint32_t i = 0; i < LEARNED; i++)
        order[i] = i;
    nnrt_shuffle(order, LEARNED, &random);
    for (int k = 0; k < K; k++)
        memcpy(w[k], data.image[order[k]], sizeof w[k]);
}

/* Stochastic gradient descent, its rate falling to 0; notes the distortion after each epoch. */
static void descend(double *distortion)
{
    static float x[BATCH][DIGIT_PIXELS];
    static uint32_t order[LEARNED];
    nnrt_batches batches = { .order = order, .samples = LEARNED, .batch = BATCH, .seed = 1 };
    uint32_t n, first;
    for (uint32_t epoch = 1; epoch <= EPOCHS; epoch++) {
        float rate = 1.0f * (float)(EPOCHS + 1 - epoch) / EPOCHS;
        nnrt_batches_begin(&batches, epoch);
        while ((n = nnrt_batches_next(&batches, &first)) != 0) {
            nnrt_gather(x, data.image, sizeof x[0], order, first, n);
            prototypes_sgd(&params, &work, n, x[0], rate);
        }
        distortion[epoch] = encode();
    }
}

/* The same by k-means: each prototype becomes the mean of what it is the nearest to. */
static void lloyd(codebook w, double *distortion)
{
    for (int turn = 1; turn <= EPOCHS; turn++) {
        static codebook sum;
        int count[K] = { 0 };
        memset(sum, 0, sizeof sum);
        for (int i = 0; i < LEARNED; i++) {
            count[code[i]]++;
            for (int j = 0; j < DIGIT_PIXELS; j++)
                sum[code[i]][j] += data.image[i][j];
        }
        for (int k = 0; k < K; k++)
            for (int j = 0; count[k] > 0 && j < DIGIT_PIXELS; j++)
                w[k][j] = sum[k][j] / (float)count[k];
        set(w);
        distortion[turn] = encode();
    }
}

/* What most of its digits are is what a prototype stands for; gives how many of the others are read rightly by that. */
static int read_by_nearest(int name[K])
{
    int votes[K][10] = { { 0 } }, right = 0;
    for (int i = 0; i < LEARNED; i++)
        votes[code[i]][data.digit[i]]++;
    for (int k = 0; k < K; k++) {
        name[k] = 0;
        for (int d = 1; d < 10; d++)
            name[k] = votes[k][d] > votes[k][name[k]] ? d : name[k];
    }
    for (int i = LEARNED; i < DIGITS; i++)
        right += name[code[i]] == data.digit[i];
    return right;
}

static int draw(const char *path, codebook w, const int name[K], const double *gradient, const double *means)
{
    FILE *f = svg_open(path, 900, 440, "Prototypes of handwritten digits", "each stands for the digits that it is the nearest to; beside, the distance that is descended");
    if (!f)
        return -1;
    int place = 0;
    for (int d = 0; d < 10; d++)
        for (int k = 0; k < K; k++)
            if (name[k] == d) {
                double x = 24 + place % 8 * 60, y = 76 + place / 8 * 68;
                char text[2] = { (char)('0' + d), 0 };
                svg_image(f, x, y, 6, 8, 8, w[k], "#1d4f91");
                svg_text(f, x + 24, y + 62, "middle", "#1d4f91", text);
                place++;
            }
    double epoch[EPOCHS + 1];
    for (int i = 0; i <= EPOCHS; i++)
        epoch[i] = i;
    svg_chart chart = { .x = 560, .y = 96, .w = 310, .h = 280, .x0 = 0, .x1 = EPOCHS, .y0 = 1.6, .y1 = 2.0 };
    svg_axes(f, &chart, "passes over the digits", "average squared distance to the nearest prototype");
    svg_line(f, &chart, EPOCHS + 1, epoch, means, svg_colour(1), 2, 1);
    svg_line(f, &chart, EPOCHS + 1, epoch, gradient, svg_colour(0), 2, 1);
    svg_legend(f, &chart, 0, "gradient descent", svg_colour(0));
    svg_legend(f, &chart, 1, "k-means", svg_colour(1));
    return svg_close(f, path);
}

int main(void)
{
    static codebook w, learned;
    double gradient[EPOCHS + 1], means[EPOCHS + 1];
    int name[K];
    if (digits_read(&data, "../digits/digits.csv") != 0)
        return 1;
    start(w);
    set(w);
    gradient[0] = means[0] = encode();
    descend(gradient);
    int right = read_by_nearest(name);
    get(learned);
    set(w);
    encode();
    lloyd(w, means);
    double ratio = gradient[EPOCHS] / means[EPOCHS], share = 100.0 * right / TOLD;
    int good = ratio <= 1.03 && share >= 88;
    printf("distortion %.4f, %.4f at the start, k-means %.4f: %.3f times that\n", gradient[EPOCHS], gradient[0], means[EPOCHS], ratio);
    printf("read by the nearest prototype: %.1f %% of %d others; at most 1.03 times, and at least 88 %%: %s\n", share, TOLD, good ? "good" : "OFF");
    return draw("prototypes.svg", learned, name, gradient, means) != 0 || !good;
}
