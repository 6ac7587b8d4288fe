/* expect.h: data for a model, and what it has to compute of them. */
#ifndef RANDOM_EXPECT_H
#define RANDOM_EXPECT_H

#include "interpret.h"

/* Numbers that a compiled model has to give. `spread` is how far they move where every operation is off by up to 2^-18: float may be off as much. */
typedef struct figure {
    const char *name;          /* of the driver's record; NULL: of a gradient along a direction */
    int count, call, cost;
    double *exact, *spread;
    double *const *along;      /* the direction, by the parameter's id; NULL where it does not move */
    struct figure *next;
} figure;

typedef struct expectation {
    double *data[MOST_VALUES];         /* by id: inputs and targets [batch][size], parameters and states [size] */
    figure *figures;
    const char *discarded;     /* why these data say nothing; NULL: they do */
} expectation;

/* Inputs, parameters and what comes of them, from a seed. */
expectation *expect(const model *m, uint64_t seed);

#endif
