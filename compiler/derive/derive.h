/* derive.h: symbolic reverse-mode differentiation, from equations to equations.
 *
 * The one rule: for out[I] = reduce[J] e(reads), each read R[σ(I, J)] gets  dR[σ] += sum over (I, J) dOut[I] * ∂e/∂R.
 * Where σ can be inverted the indices are renamed and the result is an ordinary equation again (a contraction, a map);
 * otherwise it stays a scatter: an equation that accumulates into dR over the same loops. */
#ifndef NNC_DERIVE_H
#define NNC_DERIVE_H

#include "../graph/graph.h"

/* The gradient of `value` (a scalar per sample, or one for all) with respect to each of wrt[0 … count-1], summed over the samples, each of
 * which weighs `seed`: 1/n gives the gradient of the average.
 * `forward` holds the equations that compute `value`, in order; the derived ones are appended to `list` (which may already
 * hold the forward ones, so that common computations are found and shared). gradient[k] is the tensor d value / d wrt[k],
 * of wrt[k]'s dims, or NULL where it is zero everywhere. Only what these gradients need is derived. */
void derive_gradient(graph *g, const equation_list *forward, tensor *value, expr *seed, tensor *const *wrt, int count,
                     equation_list *list, tensor **gradient);

/* Derivatives as values: their equations are appended to the graph's own. NULL: zero everywhere.
 * The Jacobian (tangent.c, forward mode): a tensor with the dims of `value` followed by those of wrt from `own` on (behind the batch and turns).
 * *obstacle: NULL, or a tensor on the way whose own derivative would be too large; then nothing was done. */
tensor *derive_jacobian(graph *g, tensor *value, tensor *wrt, int own, tensor **obstacle);
/* The gradient of `value`, a scalar for each sample, for each sample (lift.c, reverse mode). *possible is false, and nothing was done, where only
 * the Jacobian will do. */
tensor *derive_sample_gradient(graph *g, tensor *value, tensor *wrt, bool *possible);

#endif
