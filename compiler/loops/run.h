/* run.h: sums in plain loops that run along an index lying contiguous in all that is read (run.c). Private to loops/. */
#ifndef NNC_RUN_H
#define NNC_RUN_H

#include "build.h"

/* The free index that runs contiguously through everything that is read; -1: there is none worth it. */
int run_choose(const lowering *l, expr *body, const conditions *c);
void run_lower(lowering *l, node_list *list, expr *body, const conditions *c, int run);

#endif
