/* passes.h: rewritings of a routine's list of equations. Each keeps the meaning; private to routine/. */
#ifndef NNC_PASSES_H
#define NNC_PASSES_H

#include "routine.h"

void pass_set_symbol(equation_list *list, symbol s, double value);   /* training becomes a number */
void pass_extrema(equation_list *list);                              /* max where argmax is there: a read at it */
void pass_drop_derivatives(equation_list *list);                      /* the `derivative` of functions, when all is derived */
void pass_common(graph *g, equation_list *list, bool keep_own);      /* equal equations are one (not what the user named, if keep_own); dear operations are kept */
void pass_inline(graph *g, equation_list *list, const bool *keep);   /* elementwise values into their readers */
void pass_prune(const graph *g, equation_list *list, const bool *keep); /* what nobody needs goes; keep: by tensor id */

/* fold.c: constants of baked constants are computed; scales and shifts go into the parameters of the sum before. Inference only. */
void pass_fold(graph *g, equation_list *list, const bool *keep);

/* compose.c: two sums over baked constants in a row become one, where that is no more work; true: some did. Inference only. */
bool pass_compose(graph *g, equation_list *list, const bool *keep);

/* order.c: what has to be run in turn. With thrift also what feeds it alone, and is fed by it, which then needs memory for one turn only. */
void pass_order(const graph *g, routine *r, thrift how, bool absorbs);

/* recompute.c: of an ordered routine, what the backward turns need of the forward ones is computed again. */
void pass_recompute(graph *g, routine *r, const bool *keep, int batch);

int count_readers(const equation_list *list, const tensor *t);
bool reads_tensor(const equation *e, const tensor *t);

#endif
