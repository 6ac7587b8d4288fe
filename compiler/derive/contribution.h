/* contribution.h: the pieces of the differentiation rule. Private to derive/. */
#ifndef NNC_CONTRIBUTION_H
#define NNC_CONTRIBUTION_H

#include "derive.h"

/* The loops over which something is computed: those of an equation. */
typedef struct space {
    int count;
    int64_t extent[MAX_INDEX];
    const char *name[MAX_INDEX];
} space;

/* R[subs] += body, for all positions of `in`. */
typedef struct contribution {
    tensor *target;
    expr *const *subs;
    expr *body;
    space in;
    span at;
    const char *note;
} contribution;

typedef struct adjoint {           /* what has been collected for a tensor */
    VEC(expr *) maps;              /* over the tensor's own positions */
    VEC(equation *) scatters;
    bool done;
    equation *open;                /* read one turn back: its equation, which is completed when all the loop has contributed */
    expr *value;                   /* the gradient, over the tensor's own positions: a read, or something as simple */
} adjoint;

typedef struct derivation {
    graph *g;
    equation_list *list;
    adjoint *adjoints;             /* by tensor id */
    int tensors;
    bool values;                   /* derivatives that become ordinary values: no names of the user's depend on them */
    int open;                      /* recurrences that wait for what another turn gives */
    bool *depends;                 /* by tensor id: on one of the wrt */
    bool *matters;                 /* by tensor id: the value depends on it */
} derivation;

/* reach.c: what depends on one of the wrt, and on what the value depends; for each equation the tensors that it is the first to read before they
 * are defined (is_carry: all of them, by tensor id). */
void mark_dependent(derivation *d, const equation_list *forward, tensor *const *wrt, int count);
void mark_mattering(derivation *d, const equation_list *forward, const tensor *value);
tensor_list *find_carries(const derivation *d, const equation_list *forward, bool *is_carry);
/* derive.c: pieces of the derivatives of reductions. */
expr *body_at_extremum(derivation *d, const equation *e);
expr *product_of_others(derivation *d, const equation *e);

/* adjoint.c: calls f for each real read of e's body that depends on a wrt, with the adjoint a * d body / d read. */
typedef void (*read_adjoint)(derivation *d, expr *read, expr *value, void *context);
void adjoint_of_reads(derivation *d, expr *body, expr *seed, read_adjoint f, void *context);

/* invert.c: rewrites a contribution as an ordinary map over the target's positions (summing what is left over); NULL where
 * only a scatter will do, or is cheaper. */
expr *invert_contribution(derivation *d, const contribution *c);
double space_iterations(const space *s);

/* digits.c: puts two positions, a quotient and a digit, in the place of one that is divided in a subscript, as long as there is one and there are
 * positions left. */
void split_digits(contribution *c);
/* One bound position for two that occur as k*q + u alone, u below k. */
expr *join_digits(expr *body, space *in, uint32_t *bound);

/* sum.c: the sum of body over the positions in `bound` (a mask) of `in`, as an expression over the others. */
expr *sum_over(derivation *d, expr *body, const space *in, uint32_t bound, span at, const char *note);

#endif
