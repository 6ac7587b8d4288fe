/* forge.c: lets the artist draw 1,000 images and a classifier, which was trained on real digits only, say what they are. Draws forge.svg.
 * usage: forge [MARK]. Status 0 where the classifier is sure of at least MARK % of them (more than 0.9 for one of the classes), 80 where none is given,
 * and finds all ten classes among these. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "artist.h"
#include "reader.h"
#include "../shared/digits.h"
#include "../shared/svg.h"

enum { SAMPLES = 1000, CALL = ARTIST_BATCH };

static digits data;
static float sample[SAMPLES][DIGIT_PIXELS], confidence[SAMPLES];
static int class[SAMPLES];

/* Neither the classifier nor the players have seen these: the Makefile leaves them out. */
static int held_out(int i)
{
    return i % 5 == 4;
}

static void draw_samples(void)
{
    static artist_work work;
    static artist_state noise;
    artist_reset(&noise, 1);
    for (int at = 0; at < SAMPLES; at += CALL)
        artist_forward(&work, &noise, CALL, sample[at]);
}

/* What the classifier makes of an image, and how sure it is. */
static int classify(const float *image, float *sure)
{
    static reader_work work;
    float pixels[DIGIT_PIXELS], logits[10], sum = 0;
    int best = 0;
    for (int i = 0; i < DIGIT_PIXELS; i++)
        pixels[i] = 16 * image[i];
    reader_forward(&work, 1, pixels, logits);
    for (int i = 1; i < 10; i++)
        best = logits[i] > logits[best] ? i : best;
    for (int i = 0; i < 10; i++)
        sum += expf(logits[i] - logits[best]);
    *sure = 1 / sum;
    return best;
}

/* How far the nearest of the digits lies that were learned from. */
static double nearest(const float *image)
{
    double least = INFINITY;
    for (int i = 0; i < DIGITS; i++) {
        double d = 0;
        for (int j = 0; j < DIGIT_PIXELS; j++)
            d += (double)((image[j] - data.image[i][j]) * (image[j] - data.image[i][j]));
        if (!held_out(i) && d < least)
            least = d;
    }
    return sqrt(least);
}

static void judge_held_out(void)
{
    int n = 0, sure = 0;
    double distance = 0;
    for (int i = 0; i < DIGITS; i++)
        if (held_out(i)) {
            float c;
            classify(data.image[i], &c);
            n++;
            sure += c > 0.9f;
            distance += nearest(data.image[i]);
        }
    printf("real, held out: sure of %.1f %%, %.2f from the nearest learned one\n", 100.0 * sure / n, distance / n);
}

static int judge_samples(double mark)
{
    int sure = 0, classes = 0, count[10] = { 0 };
    double distance = 0;
    for (int i = 0; i < SAMPLES; i++) {
        class[i] = classify(sample[i], &confidence[i]);
        distance += nearest(sample[i]);
        if (confidence[i] > 0.9f) {
            sure++;
            count[class[i]]++;
        }
    }
    printf("drawn: sure of %.1f %%, %.2f from the nearest learned one; of 0 ... 9:", 100.0 * sure / SAMPLES, distance / SAMPLES);
    for (int i = 0; i < 10; i++) {
        printf(" %d", count[i]);
        classes += count[i] > 0;
    }
    int good = 100 * sure >= mark * SAMPLES && classes == 10;
    printf("\nat least %g %%, and all ten: %s\n", mark, good ? "good" : "OFF");
    return good;
}

/* A row for each class: four held-out digits, and the first twelve drawn ones that the classifier takes for it. */
static int draw_picture(const char *path)
{
    FILE *f = svg_open(path, 860, 590, "Digits that nobody wrote",
                       "left: real ones; right: drawn of noise, in rows by what a classifier takes them for; a pale frame where it is not sure");
    if (!f)
        return -1;
    const double cell = 5, step = 8 * cell + 10, top = 76;
    for (int row = 0; row < 10; row++) {
        double y = top + row * step;
        for (int i = 0, n = 0; i < DIGITS && n < 4; i++)
            if (data.digit[i] == row && held_out(i))
                svg_image(f, 24 + n++ * step, y, cell, 8, 8, data.image[i], "#1d4f91");
        for (int i = 0, n = 0; i < SAMPLES && n < 12; i++)
            if (class[i] == row)
                svg_image(f, 240 + n++ * step, y, cell, 8, 8, sample[i], confidence[i] > 0.9f ? "#c8501e" : "#d8d4ca");
    }
    return svg_close(f, path);
}

int main(int argc, char **argv)
{
    if (digits_read(&data, "../digits/digits.csv") != 0)
        return 1;
    draw_samples();
    judge_held_out();
    int good = judge_samples(argc > 1 ? strtod(argv[1], NULL) : 80);
    return draw_picture("forge.svg") != 0 || !good;
}
