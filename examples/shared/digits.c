/* digits.c: see digits.h. A header line, then a line for each digit: 64 numbers from 0 to 16, and what it is. */
#include "digits.h"

#include <stdio.h>
#include <stdlib.h>

static int read_line(FILE *f, float *image, int32_t *digit)
{
    char line[1024], *at = line;
    if (!fgets(line, sizeof line, f))
        return -1;
    for (int i = 0; i <= DIGIT_PIXELS; i++) {
        char *end;
        double v = strtod(at, &end);
        if (end == at || v < 0 || v > 16)
            return -1;
        if (i < DIGIT_PIXELS)
            image[i] = (float)v / 16;
        else
            *digit = (int32_t)v;
        at = *end == ',' ? end + 1 : end;
    }
    return *digit < 10 ? 0 : -1;
}

int digits_read(digits *d, const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        return -1;
    }
    int c, n = 0;
    do
        c = fgetc(f);
    while (c != EOF && c != '\n');
    while (n < DIGITS && read_line(f, d->image[n], &d->digit[n]) == 0)
        n++;
    fclose(f);
    if (n < DIGITS)
        fprintf(stderr, "%s:%d: not a digit\n", path, n + 2);
    return n < DIGITS ? -1 : 0;
}
