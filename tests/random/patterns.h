/* patterns.h: what the patterns share: a list of statements that is made, and the pieces that they are put together from. */
#ifndef RANDOM_PATTERNS_H
#define RANDOM_PATTERNS_H

#include "build.h"

typedef struct pattern {
    builder *b;
    statement *first, *last, **end;
} pattern;

/* pieces.c: nodes */
index *loop(const char *name, int extent);
node *at(const value *v, ...);                 /* v[subscripts]: as many nodes as v has dimensions */
node *padded(node *element, double beyond);
node *gather(const value *k, node *subscript); /* k[subscript] as a subscript; of a scalar: NULL */
node *of(index *i);
node *plus(node *a, node *b);
node *mul(node *a, node *b);
node *over(reduction kind, node *body, index *i, index *j); /* j: may be NULL */

/* values, and statements that make them */
value *tensor(pattern *p, value_kind kind, int rank, int d0, int d1);
value *index_value(pattern *p, int count, int classes);
statement *add(pattern *p, statement_kind kind, value *out, node *body);
value *let(pattern *p, node *body, index *i, index *j); /* v[i, j] = body, for as many of the indices as are given */
value *let_whole(pattern *p, const value *like, node *body);
value *reshaped(pattern *p, const value *v, int rank, int d0, int d1);
value *joined(pattern *p, const value *a, const value *b);
value *derivative(pattern *p, const value *of_value, const value *by); /* gradient(of, by) where `of` is a scalar, else the Jacobian; NULL: no more derivatives here */
value *linear(pattern *p, int rank, int d0, int d1); /* sum[j] w[…] x[j]: depends on parameters and lies in memory */
statement *time_loop(pattern *p, pattern *body, int turns, int width);
void want(pattern *p, const value *v);         /* a cost has to depend on it; NULL: nothing */

typedef void pattern_maker(pattern *p);
/* patterns_conditions.c */
extern pattern_maker two_guards, unused_index, digits, remainders, deltas, backwards, real_comparison, never, conditions;
/* patterns_reductions.c */
extern pattern_maker pool, product, extremum_over_batch, count_of_samples;
/* patterns_choices.c */
extern pattern_maker twins, classified, chosen_index;
/* patterns_shapes.c */
extern pattern_maker reshape, transposed;
/* patterns_time.c */
extern pattern_maker carried_pieces, carried_gather, carried_gradient, tangent_of_time;
/* patterns_derivatives.c */
extern pattern_maker cancelling, gradient_is_a_read, scattered_gradient, lifted_scatter, lifted, tangents, function_of;
/* patterns_formulas.c */
extern pattern_maker algebra, deep;

#endif
