/* unroll.h: straight-line code for small equations. Private to loops/. */
#ifndef NNC_UNROLL_H
#define NNC_UNROLL_H

#include "loops.h"

/* Unrolls every loop of the block but the batch's where the equation has at most UNROLL_MOST turns a sample. */
enum { UNROLL_MOST = 256 };
void unroll_small(node *block, const equation *e);

#endif
