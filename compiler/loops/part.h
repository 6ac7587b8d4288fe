/* part.h: the loops of a sum, some of which have a sum of their own. Private to loops/. */
#ifndef NNC_PART_H
#define NNC_PART_H

#include "build.h"

typedef struct parts {
    tensor *sum[MAX_INDEX];        /* the sums of their own, outermost first */
    node_list *around[MAX_INDEX];  /* where each is added to the one before */
    int count;
} parts;

/* Opens the loops order[from … n-1] of body in the list, each with its conditions; those from `first` on add to one element. `within`: so do
 * loops further out. Returns the body of the innermost, in which the last part, or where there is none the element itself, gets its terms. */
node_list *part_loops(lowering *l, node_list *list, expr *body, const conditions *c, const int order[], int from, int first, int n, bool within, parts *p);
/* Adds each part to the one before; returns what is to be added to the element, in p->around[0]. NULL: there are no parts. */
expr *part_total(const parts *p);

#endif
