/* fold.h: formulas over baked constants. Private to routine/: fold.c computes them, compose.c makes one sum of two with them. */
#ifndef NNC_FOLD_H
#define NNC_FOLD_H

#include "passes.h"

enum { MOST_DEPTH = 18 }; /* formulas are walked as trees: so deep, no deeper */

typedef struct affine {
    expr *scale, *shift;        /* e = scale * read + shift */
} affine;

bool fold_is_baked(const equation *e, expr *x);   /* x, a part of e's body, is made of indices, numbers and baked constants */
/* e, a part of q's body, as a scaled and shifted `read`, both of constants. */
bool fold_affine(const equation *q, expr *e, const expr *read, affine *a);
/* The positions 0 … count-1 with these extents, the last one fastest; false after the last. */
bool fold_next(int64_t at[], const int64_t extent[], int count);
/* The constant tensor over the positions that the baked x uses, in their order; its subscripts over q's positions. NULL: too much work, or too many. */
tensor *fold_table(graph *g, const equation *q, expr *x, const char *label, expr *subs[]);

#endif
