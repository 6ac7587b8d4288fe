/* compare.c: a user's program around the inference-only C. Does it give the training program's answers, for every digit? Shows some of
 * the digits with what is read, and says what reading costs.
 * usage: compare digits.csv logits.csv */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reader.h"

enum { SAMPLES = 1797, SHOWN = 4, SIDE = 8, TURNS = 5 };

static reader_work work;
static float image[SAMPLES][READER_image_SIZE + 1]; /* 64 pixels, then the digit */
static float expected[SAMPLES][READER_logits_SIZE];

/* The numbers of the next line, as many as wanted; 1 if they were all there. */
static int read_line(FILE *f, float *values, int wanted)
{
    static char line[4096];
    int n = 0;
    if (!fgets(line, sizeof line, f))
        return 0;
    for (char *s = strtok(line, ",\n"); s && n < wanted; s = strtok(NULL, ",\n"))
        values[n++] = strtof(s, NULL);
    return n == wanted;
}

static int largest(const float *v)
{
    int best = 0;
    for (int i = 1; i < READER_logits_SIZE; i++)
        if (v[i] > v[best])
            best = i;
    return best;
}

/* Draws the digits whose numbers are given side by side, and what was read under each. */
static void show(const int *number, const int *answer)
{
    static const char ink[] = " .:-=+*#%@";
    for (int y = 0; y < SIDE; y++) {
        for (int s = 0; s < SHOWN; s++) {
            printf("  ");
            for (int x = 0; x < SIDE; x++) {
                char c = ink[(int)(image[number[s]][y * SIDE + x] * 9 / 16)];
                printf("%c%c", c, c);
            }
        }
        printf("\n");
    }
    for (int s = 0; s < SHOWN; s++) {
        int digit = (int)image[number[s]][READER_image_SIZE];
        printf("  %d, read as %d%s", digit, answer[s], answer[s] == digit ? "    " : " (!)");
    }
    printf("\n\n");
}

int main(int argc, char **argv)
{
    float logits[READER_logits_SIZE], off = 0;
    int samples = 0, same = 0, number[SHOWN] = {0, 1, 2, 3}, answer[SHOWN] = {0};
    FILE *digits = argc == 3 ? fopen(argv[1], "r") : NULL, *answers = argc == 3 ? fopen(argv[2], "r") : NULL;
    if (!digits || !answers) {
        fprintf(stderr, "usage: compare digits.csv logits.csv\n");
        return 2;
    }
    read_line(digits, logits, 0); /* the headers */
    read_line(answers, logits, 0);
    while (samples < SAMPLES && read_line(digits, image[samples], READER_image_SIZE + 1) &&
           read_line(answers, expected[samples], READER_logits_SIZE))
        samples++;
    fclose(digits);
    fclose(answers);

    for (int s = 0; s < samples; s++) {
        int read;
        if (reader_forward(&work, 1, image[s], logits) != NN_OK)
            return 1;
        read = largest(logits);
        same += read == largest(expected[s]);
        for (int i = 0; i < READER_logits_SIZE; i++)
            off = fmaxf(off, fabsf(logits[i] - expected[s][i]));
        for (int k = 0; k < SHOWN; k++)
            if (s == number[k])
                answer[k] = read;
        if (read != (int)image[s][READER_image_SIZE] && number[SHOWN - 1] < SHOWN) {
            number[SHOWN - 1] = s; /* the last one shown is the first that is read wrongly */
            answer[SHOWN - 1] = read;
        }
    }
    if (samples > SHOWN)
        show(number, answer);

    clock_t begin = clock();
    for (int turn = 0; turn < TURNS; turn++)
        for (int s = 0; s < samples; s++)
            reader_forward(&work, 1, image[s], logits);
    printf("%.1f microseconds a digit on this machine; %lu bytes of work\n",
           (double)(clock() - begin) / CLOCKS_PER_SEC * 1e6 / (samples * TURNS), (unsigned long)sizeof work);
    printf("%d of %d answers are the same; the largest difference of a logit is %.2g\n", same, samples, (double)off);
    return samples == SAMPLES && same == samples && off < 1e-3f ? 0 : 1;
}
