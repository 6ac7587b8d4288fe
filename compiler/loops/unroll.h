/* unroll.h: straight-line code for small equations. Private to loops/. */
#ifndef NNC_UNROLL_H
#define NNC_UNROLL_H

#include "loops.h"

/* Puts into `to` the block's body with every loop unrolled but the batch's, those longer than UNROLL_LONGEST, which gain nothing, and those over the
 * positions in `keep` (the turns of a scan: text must not grow with them); false, and nothing, where the equation has more than UNROLL_MOST turns (a map: UNROLL_MAP)
 * in each of theirs. `next`: the epilogue, or NULL. */
enum { UNROLL_MOST = 256, UNROLL_MAP = 64, UNROLL_LONGEST = 64 };
bool unroll_small(const node *block, const equation *e, const equation *next, uint32_t keep, node_list *to);
/* The same, long loops too, where zeros among the constants (of a mask, of pruned weights) take at least half of the equation's terms away. Its body has one
 * accumulator for each element. */
typedef enum sparsity {
    SPARSE_NO,
    SPARSE_HALF,       /* worth it where there are no vectors */
    SPARSE_MOST        /* so few are left that a tile, which computes all, is no faster on most machines */
} sparsity;
sparsity unroll_sparse(const node *block, const equation *e, const equation *next, uint32_t keep, node_list *to);
/* Does its body read a constant tensor? NULL does not. */
bool reads_constant(const equation *e);

/* What does nothing goes (idle.c). */
void drop_idle(node_list *list);

#endif
