/* recompute.h: rewritings that let every turn of a scan do with one turn's memory. Private to routine/. */
#ifndef NNC_RECOMPUTE_H
#define NNC_RECOMPUTE_H

#include "passes.h"

/* By tensor id, for an ordered routine: the outermost recurrence that computes it (-1: none), and the dimension that counts its turns (-1: what sums them up). */
typedef struct turn_map {
    int *loop, *dimension;
} turn_map;

turn_map turns_find(const graph *g, const routine *r);
/* Is the read, of something that a recurrence computes, of the turn that this position counts? */
bool turns_reads_same(const turn_map *m, const expr *read, int position);

/* turn_sums.c: sums over the turns of what a recurrence computes are added up turn by turn; false: there are none that pay. */
bool turn_sums(graph *g, routine *r, int batch);

#endif
