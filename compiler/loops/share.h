/* share.h: common subexpressions of a statement. Private to loops/. */
#ifndef NNC_SHARE_H
#define NNC_SHARE_H

#include "loops.h"

/* What stands more than once in a statement of the block becomes a constant local before it, so that the text of an expression
 * grows with its distinct nodes and not with its paths. `extent`: of the positions, to tell which reads are safe anywhere. */
void share_common(node *block, const int64_t *extent);

#endif
