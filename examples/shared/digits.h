/* digits.h: the 1,797 digits of examples/digits/digits.csv in memory. */
#ifndef DIGITS_H
#define DIGITS_H

#include <stdint.h>

enum { DIGITS = 1797, DIGIT_PIXELS = 64, DIGIT_SIDE = 8 };

typedef struct digits {
    float image[DIGITS][DIGIT_PIXELS];  /* 0 (paper) to 1 (ink), row by row */
    int32_t digit[DIGITS];
} digits;

/* 0, or -1 and a message. */
int digits_read(digits *d, const char *path);

#endif
