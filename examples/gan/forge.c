/* forge.c: two players: an artist that learns to make digits of noise, and a judge that learns to tell them from real ones.
 * usage: forge [EPOCHS]. Draws forge.svg. Status 0 where a classifier, trained elsewhere on real digits only, is sure of at least 80 % of 1,000 made
 * ones (more than 0.9 for one of the classes) and finds all ten classes among them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "gan.h"
#include "nnrt_core.h"
#include "reader.h"
#include "../shared/digits.h"
#include "../shared/svg.h"

enum { BATCH = GAN_BATCH, SAMPLES = 1000 };

static digits data;
static gan_params params, gradient, average;    /* the artist is judged by a running average of its parameters */
static gan_work work;
static float memory[2][2 * GAN_REALS];
static uint32_t order[DIGITS];
static uint64_t random_state;

static float sample[SAMPLES][DIGIT_PIXELS], confidence[SAMPLES];
static int32_t asked[SAMPLES];
static int class[SAMPLES];

/* Normal by Box and Muller. */
static float gauss(void)
{
    double u = 1 - nnrt_random_uniform(&random_state), v = nnrt_random_uniform(&random_state);
    return (float)(sqrt(-2 * log(u)) * cos(6.283185307179586 * v));
}

static void draw_noise(float z[BATCH][GAN_z_SIZE], int n)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < GAN_z_SIZE; j++)
            z[i][j] = gauss();
}

static void learn(uint32_t epochs)
{
    static float z[BATCH][GAN_z_SIZE], real[BATCH][DIGIT_PIXELS];
    static int32_t digit[BATCH];
    nnrt_batches batches = { .order = order, .samples = DIGITS, .batch = BATCH, .seed = 1 };
    nnrt_optimizer adam;
    uint32_t t = 0, n, first;
    float *p = (float *)&params, *g = (float *)&gradient, *a = (float *)&average;

    nnrt_optimizer_init(&adam, NNRT_ADAM);
    adam.beta1 = 0.5f;
    nnrt_optimizer_begin(&adam, memory[0], GAN_REALS);
    nnrt_optimizer_begin(&adam, memory[1], GAN_REALS);
    gan_init(&params, 1);
    average = params;
    for (uint32_t epoch = 1; epoch <= epochs; epoch++) {
        float judge = 0, artist = 0;
        float rate = epoch <= epochs / 2 ? 0.0005f : 0.0005f * 2 * (1 - (float)epoch / (float)(epochs + 1));    /* falls in the second half */
        nnrt_batches_begin(&batches, epoch);
        while ((n = nnrt_batches_next(&batches, &first)) != 0) {
            t++;
            nnrt_gather(real, data.image, sizeof real[0], order, first, n);
            nnrt_gather(digit, data.digit, sizeof digit[0], order, first, n);
            draw_noise(z, BATCH);
            judge += (float)n / DIGITS * gan_judge_error_grad(&params, &work, n, z[0], digit, real[0], &gradient);
            nnrt_optimizer_step(&adam, rate, t, p, g, memory[0], GAN_REALS, 0, GAN_REALS);
            draw_noise(z, BATCH);
            artist += (float)n / DIGITS * gan_artist_error_grad(&params, &work, n, z[0], digit, real[0], &gradient);
            nnrt_optimizer_step(&adam, rate, t, p, g, memory[1], GAN_REALS, 0, GAN_REALS);
            for (int i = 0; i < GAN_REALS; i++)
                a[i] += 0.002f * (p[i] - a[i]);
        }
        if (epoch % 50 == 0)
            printf("epoch %3u: the judge's cost %.3f, the artist's %.3f\n", (unsigned)epoch, (double)judge, (double)artist);
    }
}

/* What the classifier makes of a sample, and how sure it is. */
static int classify(const float *image, float *sure)
{
    static reader_work reader;
    float pixels[DIGIT_PIXELS], logits[10], sum = 0;
    int best = 0;
    for (int i = 0; i < DIGIT_PIXELS; i++)
        pixels[i] = 16 * image[i];
    reader_forward(&reader, 1, pixels, logits);
    for (int i = 1; i < 10; i++)
        best = logits[i] > logits[best] ? i : best;
    for (int i = 0; i < 10; i++)
        sum += expf(logits[i] - logits[best]);
    *sure = 1 / sum;
    return best;
}

static int judge_samples(void)
{
    static float z[BATCH][GAN_z_SIZE];
    int sure = 0, right = 0, real_sure = 0, classes = 0, count[10] = { 0 };
    float c;
    for (int at = 0; at < SAMPLES; at += BATCH) {
        int n = SAMPLES - at < BATCH ? SAMPLES - at : BATCH;
        draw_noise(z, BATCH);
        for (int i = 0; i < n; i++)
            asked[at + i] = (at + i) % 10;
        gan_forward(&average, &work, (size_t)n, z[0], asked + at, sample[at]);
    }
    for (int i = 0; i < SAMPLES; i++) {
        class[i] = classify(sample[i], &confidence[i]);
        right += class[i] == asked[i];
        if (confidence[i] > 0.9f) {
            sure++;
            count[class[i]]++;
        }
    }
    for (int i = 0; i < DIGITS; i++) {
        classify(data.image[i], &c);
        real_sure += c > 0.9f;
    }
    printf("sure of %.1f %% of the real digits and of %.1f %% of the made ones; of each class:", 100.0 * real_sure / DIGITS, 100.0 * sure / SAMPLES);
    for (int i = 0; i < 10; i++) {
        printf(" %d", count[i]);
        classes += count[i] > 0;
    }
    printf("; %.1f %% are what was asked for", 100.0 * right / SAMPLES);
    int good = sure >= SAMPLES / 100 * 80 && classes == 10;
    printf("\nat least 80 %%, and all ten: %s\n", good ? "good" : "OFF");
    return good;
}

/* Twelve for each digit asked for, as they came, beside four real ones. */
static int draw(const char *path)
{
    FILE *f = svg_open(path, 860, 590, "Digits that nobody wrote", "left: real ones; right: made of noise, a row for each digit asked for; a pale frame where the classifier is not sure that it is one");
    if (!f)
        return -1;
    const double cell = 5, step = 8 * cell + 10, top = 76;
    for (int row = 0; row < 10; row++) {
        int left = 0;
        double y = top + row * step;
        for (int i = 0; i < DIGITS && left < 4; i++)
            if (data.digit[i] == row)
                svg_image(f, 24 + left++ * step, y, cell, 8, 8, data.image[i], "#1d4f91");
        left = 0;
        for (int i = 0; i < SAMPLES && left < 12; i++)
            if (asked[i] == row)
                svg_image(f, 240 + left++ * step, y, cell, 8, 8, sample[i], confidence[i] > 0.9f && class[i] == row ? "#c8501e" : "#d8d4ca");
    }
    return svg_close(f, path);
}

int main(int argc, char **argv)
{
    random_state = nnrt_random_stream(1, 1);
    if (digits_read(&data, "../digits/digits.csv") != 0)
        return 1;
    learn(argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 250);
    int good = judge_samples();
    return draw("forge.svg") != 0 || !good;
}
