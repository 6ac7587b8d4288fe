/* sole.h: maps of blocks in which one element at most is not 0, such as what hands a pooled gradient back:
 *
 *     d[i, j] = 2*(i % 2) + j % 2 == arg[i / 2, j / 2] ? g[i / 2, j / 2] : 0 */
#ifndef NNC_SOLE_H
#define NNC_SOLE_H

#include "plan.h"

typedef struct sole {
    int64_t divisor[MAX_INDEX];        /* a block's extent along each position; 1: no digit of it is asked for */
    int64_t blocks[MAX_INDEX];         /* the extents, counted in blocks */
    expr *at[MAX_INDEX];               /* where the element lies in its block, along each position: over the positions of blocks */
    expr *value;                       /* it, over the same */
    expr *equality;                    /* over the positions of the map: this element is it */
} sole;

enum { SOLE_MOST = 16 };               /* elements of a block */

/* The one divisor by which e's body divides each free position; 1: it does not; 0: several. */
void sole_divisors(const equation *e, int64_t divisor[MAX_INDEX]);
/* For each element of a block what the positions with digits are: maps[k][p] = divisor * p + digit. Returns how many; 0: too many. */
int64_t sole_elements(const equation *e, const int64_t divisor[], expr *maps[SOLE_MOST][MAX_INDEX]);
/* Is e such a map? Elements behind the last whole block are certainly 0 then. */
bool sole_find(const equation *e, sole *s);

#endif
