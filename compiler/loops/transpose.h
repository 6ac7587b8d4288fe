/* transpose.h: copies that change the order of dimensions. Private to loops/. */
#ifndef NNC_TRANSPOSE_H
#define NNC_TRANSPOSE_H

#include "tile.h"

/* Such a copy in blocks; false: it is none, or too small. */
bool transpose_lower(lowering *l, node_list *list);
/* The equation, number *reader, that reads copy `number` as it would be without it, where it can then run along its sum; else NULL. */
equation *transpose_undo(const lowering *l, int number, int *reader);
/* Are the samples too few for this copy to pay? */
expr *transpose_condition(const lowering *l, const equation *copy, const equation *sum);

#endif
