/* device.c: a user's program around the inference-only C, for the desktop and, with some words built in, for a device without files.
 * usage: device words.csv percent: so many of the words must be named rightly. Compiled with -DBUILT_IN, it names the words in words.inc instead, and
 * its status tells whether the answers are those in answers.inc, which the training program gave. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spotter.h"

enum { FEATURES = SPOTTER_sound_SIZE, CLASSES = SPOTTER_s_SIZE };

static spotter_work work;

/* The number of the word, or -1. */
static int name(const float *sound)
{
    float s[CLASSES];
    int best = 0;
    if (spotter_forward(&work, 1, sound, s) != NN_OK)
        return -1;
    for (int i = 1; i < CLASSES; i++)
        if (s[i] > s[best])
            best = i;
    return best;
}

#ifdef BUILT_IN

static const float sounds[][FEATURES] = {
#include "words.inc"
};
static const int answers[] = {
#include "answers.inc"
};

int main(void)
{
    const int count = (int)(sizeof answers / sizeof answers[0]);
    int same = 0;
    for (int i = 0; i < count; i++)
        same += name(sounds[i]) == answers[i];
    printf("%d of %d answers are those of the training program\n", same, count);
    return same == count ? 0 : 1;
}

#else

static int read_line(FILE *f, float *values, int wanted)
{
    static char line[8192];
    int n = 0;
    if (!fgets(line, sizeof line, f))
        return 0;
    for (char *s = strtok(line, ",\n"); s && n < wanted; s = strtok(NULL, ",\n"))
        values[n++] = strtof(s, NULL);
    return n == wanted;
}

int main(int argc, char **argv)
{
    static float line[FEATURES + 1];
    long right = 0, all = 0;
    FILE *f = argc == 3 ? fopen(argv[1], "r") : NULL;
    double wanted, percent;
    if (!f) {
        fprintf(stderr, "usage: device words.csv percent\n");
        return 2;
    }
    wanted = strtod(argv[2], NULL);
    for (; read_line(f, line, FEATURES + 1); all++)
        right += name(line) == (int)line[FEATURES];
    fclose(f);
    percent = all > 0 ? 100.0 * (double)right / (double)all : 0;
    printf("accuracy %.2f %% of %ld words, at least %g %%: %s\n", percent, all, wanted, percent >= wanted ? "good" : "OFF");
    return percent >= wanted ? 0 : 1;
}

#endif
