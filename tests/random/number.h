/* number.h: numbers with derivatives: a + a' e1 + (b + b' e1) e2 + …, e1^2 = e2^2 = … = 0 and e1 e2 = e2 e1.
 *
 * c[k] is the coefficient of the product of those e_j whose bits k has. The last e is always the half of the array: a number of size 2n is
 * low + high e with low and high of size n, so that every rule is the one of first derivatives, applied to numbers that have derivatives
 * themselves:  f(low + high e) = f(low) + f'(low) high e. */
#ifndef RANDOM_NUMBER_H
#define RANDOM_NUMBER_H

#include "model.h"

enum { MOST_SIZE = 8 };

typedef struct number {
    double c[MOST_SIZE];
} number;

/* Where scale is not 0, every operation's result is multiplied by 1 + scale * (a random number in -1 … 1): so rounding is felt.
 * `decisions` is a hash of what comparisons, extrema and staircases decided, ties apart; `wild`: some result was no number, or one near what a float holds. */
typedef struct arithmetic {
    double scale;
    uint64_t state, decisions;
    bool wild;
} arithmetic;
extern arithmetic arith;

number number_of(double x);
number number_apply(operation op, number a, number b, int size); /* b is not looked at where op takes one */
number number_rounded(double x);                                 /* a constant, as inexact as a float makes it */
double number_shaken(double x);                                  /* x, off by up to the scale itself */
void decide(double difference);                                  /* remembers its sign */

/* The low half, and the high half brought down. */
number number_low(number a, int size);
number number_high(number a, int size);
number number_join(number low, number high, int size);

#endif
