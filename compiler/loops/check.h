/* check.h: --check-finite: looks at the values that a routine reads and computes. Private to loops/. */
#ifndef NNC_CHECK_H
#define NNC_CHECK_H

#include "loops.h"

/* At what the routine is given: inputs, targets, parameters, states. */
void check_arguments(const plan *p, const routine_plan *r, loop_function *f);
/* At what equation `number` computed, where it is in memory and this was the last to compute it. */
void check_equation(const plan *p, const routine_plan *r, int number, loop_function *f, node_list *into);

#endif
