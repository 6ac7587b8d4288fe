/* derive.h: symbolic reverse-mode differentiation, from equations to equations.
 *
 * The one rule: for out[I] = reduce[J] e(reads), each read R[σ(I, J)] gets  dR[σ] += sum over (I, J) dOut[I] * ∂e/∂R.
 * Where σ can be inverted the indices are renamed and the result is an ordinary equation again (a contraction, a map);
 * otherwise it stays a scatter: an equation that accumulates into dR over the same loops. */
#ifndef NNC_DERIVE_H
#define NNC_DERIVE_H

#include "../graph/graph.h"

/* The gradient of the average of `value` (a scalar per sample, or one for all) with respect to each of wrt[0 … count-1].
 * `forward` holds the equations that compute `value`, in order; the derived ones are appended to `list` (which may already
 * hold the forward ones, so that common computations are found and shared). gradient[k] is the tensor d value / d wrt[k],
 * of wrt[k]'s dims, or NULL where it is zero everywhere. Only what these gradients need is derived. */
void derive_gradient(graph *g, const equation_list *forward, tensor *value, tensor *const *wrt, int count,
                     equation_list *list, tensor **gradient);

#endif
