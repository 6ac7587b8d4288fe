/* evaluate.h: expressions for the interpreter, as docs/language.md tells them. */
#ifndef RANDOM_EVALUATE_H
#define RANDOM_EVALUATE_H

#include "interpret.h"

/* `element`: the row-major number of the element that is computed, for what has no subscripts; `arguments`: of the function whose body this is. */
number evaluate(run *r, const node *n, const int *element, const number *arguments, int size);
double noise(const run *r, const node *n, int element);

#endif
