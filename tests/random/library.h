/* library.h: the library's stages, costs and functions for the interpreter, by their mathematics (docs/language.md, section 7). */
#ifndef RANDOM_LIBRARY_H
#define RANDOM_LIBRARY_H

#include "number.h"

/* One call of a stage for one sample: arguments, parameters and results in row-major order. */
typedef struct stage_call {
    const stage_use *use;
    const value *out_shape;
    const number *in[3], *param[4];
    number *out, *second;
    int size;                  /* of the numbers */
} stage_call;

/* Every stage but dropout and batchnorm, which need more than one sample's numbers. */
void library_stage(const stage_call *c);

/* in[0] and out of all samples. While training by the batch's mean and variance, which change running[0] and running[1] to next[0] and next[1];
 * else by the latter two. */
void library_batchnorm(const stage_call *c, int samples, bool training, const number *const running[2], number *const next[2]);

/* A non-linearity (library_functions.c). */
number library_function(function_kind which, number a, int size);

#endif
