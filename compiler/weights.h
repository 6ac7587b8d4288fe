/* weights.h: --weights: parameters read at compile time become constants. */
#ifndef NNC_WEIGHTS_H
#define NNC_WEIGHTS_H

#include "graph/graph.h"

/* Reads FILE.npz. Frozen parameters (all, for inference: every parameter) become constants in the C, and so do states that
 * no function will update; the others start from the file. False after errors,
 * which are diagnostics. */
bool weights_bake(graph *g, const char *path, bool all, bool is_double);

#endif
