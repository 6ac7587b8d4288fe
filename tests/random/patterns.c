/* patterns.c: the table of patterns: statements that each make the compiler use one rule of derivation or simplification that random ones rarely meet. */
#include "patterns.h"

static pattern_maker *const patterns[] = {
    algebra /* stands in every model */, two_guards, unused_index, digits, remainders, deltas, backwards, real_comparison, never, pool, extremum_over_batch, count_of_samples,
    twins, classified, reshape, carried_pieces, deep, gradient_is_a_read, scattered_gradient, lifted_scatter, lifted, tangents, tangent_of_time, function_of, chosen_index,
    carried_gradient, carried_gradient, tangents, tangents, scattered_gradient, extremum_over_batch, remainders, deltas, conditions, tangents, tangents, scattered_gradient,
    scattered_gradient, carried_gradient, product, cancelling, carried_gather, carried_gradient, transposed, lifted_scatter};

int pattern_count(void)
{
    return (int)(sizeof patterns / sizeof *patterns);
}

statement *pattern_statements(builder *b, int which)
{
    pattern p = {.b = b, .end = &p.first};
    patterns[which](&p);
    for (const statement *s = p.first; s; s = s->next) {
        const value *v = s->kind == S_SCAN ? s->carry[0] : s->out;
        if (b->seen_count < 120)
            b->seen[b->seen_count++] = (value *)(uintptr_t)v;
    }
    return p.first;
}
