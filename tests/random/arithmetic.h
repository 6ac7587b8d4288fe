/* arithmetic.h: numbers with derivatives as formulas write them, for library.c and library_functions.c. */
#ifndef RANDOM_ARITHMETIC_H
#define RANDOM_ARITHMETIC_H

#include "number.h"

static int size;               /* of the numbers of the call that is computed */

static inline number add(number a, number b) { return number_apply(O_ADD, a, b, size); }
static inline number sub(number a, number b) { return number_apply(O_SUB, a, b, size); }
static inline number mul(number a, number b) { return number_apply(O_MUL, a, b, size); }
static inline number quotient(number a, number b) { return number_apply(O_DIV, a, b, size); }
static inline number of(operation op, number a) { return number_apply(op, a, a, size); }
static inline number real(double x) { return number_rounded(x); }

#endif
