/* scan.c: loops over time. */
#include "build.h"

#include <string.h>

static node *first_value(builder *b, const value *carry)
{
    if (chance(60))
        return number_node(0.5 * choose(3));
    b->index_count = 0;
    b->make = MAKE_NONE;
    b->whole = carry;
    node *e = expression(b, chance(50) ? 0 : 1);
    b->whole = NULL;
    return e;
}

/* What the loop leaves: its carries, and what it collected; parameters that its body made. */
static void leave(builder *b, const statement *s, int outside)
{
    int kept = outside;
    for (int i = outside; i < b->seen_count; i++)
        if (b->seen[i]->kind != V_COMPUTED)
            b->seen[kept++] = b->seen[i];
    b->seen_count = kept;
    for (int i = 0; i < s->carries; i++)
        b->seen[b->seen_count++] = s->carry[i];
    for (const statement *i = s->inner; i; i = i->next)
        if (i->kind == S_COLLECT)
            b->seen[b->seen_count++] = i->out;
}

static statement **append(statement **end, statement *s)
{
    if (!s)
        return end;
    *end = s;
    return &s->next;
}

static const value *last_real(const builder *b, int outside)
{
    for (int i = b->seen_count - 1; i >= outside; i--)
        if (b->seen[i]->kind == V_COMPUTED && !b->seen[i]->classes && b->seen[i]->rank < MOST_DIMS)
            return b->seen[i];
    return NULL;
}

statement *scan_statement(builder *b)
{
    int turns = chance(8) ? 1 : some_extent(b->scans ? 4 : 12), outside, width = some_extent(9);
    long budget = b->turns;
    if (b->m->value_count > 45 || turns > budget / 20)
        return NULL;
    statement *s = fresh(sizeof *s), **end = &s->inner;
    s->kind = S_SCAN;
    if (chance(70) && !b->scans) {
        int dims[2] = {turns, width};
        new_value(b, V_INPUT, 1 + choose(2), dims, 0);
    }
    s->carries = chance(85) ? 1 + choose(2) : 0;
    for (int i = 0; i < s->carries; i++) {
        int dims[2] = {chance(60) ? width : some_extent(6), 1 + choose(3)};
        value *v = s->carry[i] = new_value(b, V_COMPUTED, chance(80) ? 1 : 2 * choose(2), dims, 0);
        v->carry = true;
        s->first[i] = first_value(b, v);
        taints(s->first[i], v);
    }
    s->turn = fresh(sizeof *s->turn);
    *s->turn = (index){.name = text("t%d_%d", b->m->value_count, b->scans), .extent = turns, .turn = true};
    outside = b->seen_count;
    for (int i = 0; i < s->carries; i++)
        b->seen[b->seen_count++] = s->carry[i];
    b->turn[b->scans++] = s->turn;
    for (int i = choose(3); i > 0; i--)
        end = append(end, some_statement(b));
    if (b->scans == 1 && chance(40))
        end = append(end, derivative_statement(b));
    for (int i = 0; i < s->carries; i++) {
        end = append(end, equation_for(b, s->carry[i]));
        if (chance(30))
            end = append(end, some_statement(b));
    }
    for (int i = s->carries ? choose(2) : 1; i >= 0; i--) {
        const value *v = i == 0 && s->carries && chance(50) ? s->carry[0] : last_real(b, outside);
        if (v && v->rank < MOST_DIMS)
            end = append(end, collect_statement(b, v));
    }
    if (!s->inner)
        end = append(end, some_statement(b));
    b->scans--;
    leave(b, s, outside);
    return s->inner ? s : NULL;
}
