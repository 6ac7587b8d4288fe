/* reshape.h: other ways to write an equation, for the tiles' sake. Private to loops/. */
#ifndef NNC_RESHAPE_H
#define NNC_RESHAPE_H

#include "build.h"

enum { MERGE_BELOW = 16 };             /* extents that fill no vector of their own */

/* Replaces a scatter by the sum of what goes to one element and the addition of that; false: there is none. */
bool reshape_scatter(lowering *l);
/* Replaces an equation that adds a term to each element by the term and its addition, which a tile computes at once; false: it is none. */
bool reshape_update(lowering *l);
/* Makes one index of two that are contiguous, one after the other, in all that is read and written: a longer run. Returns it; -1: none. */
int reshape_merge(lowering *l);

#endif
