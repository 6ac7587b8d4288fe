/* unroll.h: straight-line code for small equations. Private to loops/. */
#ifndef NNC_UNROLL_H
#define NNC_UNROLL_H

#include "loops.h"

/* Unrolls every loop of the block but the batch's and those over the positions in `keep` (the turns of a scan: text must not grow with them),
 * where the equation has at most UNROLL_MOST turns in each of theirs. */
enum { UNROLL_MOST = 256 };
void unroll_small(node *block, const equation *e, uint32_t keep);

#endif
