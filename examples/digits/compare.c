/* compare.c: the inference-only C against the training program's predictions: the same answers for every digit?
 * usage: compare digits.csv logits.csv */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader.h"

/* The numbers of the next line; how many. */
static int read_line(FILE *f, float *values, int most)
{
    static char line[4096];
    int n = 0;
    if (!fgets(line, sizeof line, f))
        return 0;
    for (char *s = strtok(line, ",\n"); s && n < most; s = strtok(NULL, ",\n"))
        values[n++] = strtof(s, NULL);
    return n;
}

static int largest(const float *v)
{
    int best = 0;
    for (int i = 1; i < READER_logits_SIZE; i++)
        if (v[i] > v[best])
            best = i;
    return best;
}

int main(int argc, char **argv)
{
    static reader_work work;
    float image[READER_image_SIZE + 1], expected[READER_logits_SIZE], logits[READER_logits_SIZE], off = 0;
    int samples = 0, same = 0;
    FILE *digits = argc == 3 ? fopen(argv[1], "r") : NULL, *answers = argc == 3 ? fopen(argv[2], "r") : NULL;
    if (!digits || !answers) {
        fprintf(stderr, "usage: compare digits.csv logits.csv\n");
        return 2;
    }
    read_line(digits, image, 0);
    read_line(answers, expected, 0);
    while (read_line(digits, image, READER_image_SIZE + 1) == READER_image_SIZE + 1 &&
           read_line(answers, expected, READER_logits_SIZE) == READER_logits_SIZE) {
        if (reader_forward(&work, 1, image, logits) != NN_OK)
            return 1;
        samples++;
        same += largest(logits) == largest(expected);
        for (int i = 0; i < READER_logits_SIZE; i++)
            if (fabsf(logits[i] - expected[i]) > off)
                off = fabsf(logits[i] - expected[i]);
    }
    printf("%d of %d answers are the same; the largest difference of a logit is %.2g\n", same, samples, (double)off);
    fclose(digits);
    fclose(answers);
    return samples > 0 && same == samples && off < 1e-3f ? 0 : 1;
}
