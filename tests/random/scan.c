/* scan.c: loops over time. */
#include "build.h"

#include <string.h>

node *first_value(builder *b, const value *carry)
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
void leave_loop(builder *b, const statement *s, int outside)
{
    int kept = outside;
    for (int i = outside; i < b->seen_count; i++)
        if (b->seen[i]->kind != V_COMPUTED && b->seen[i]->kind != V_TEMPLATE)
            b->seen[kept++] = b->seen[i];
    b->seen_count = kept;
    if (s->kind == S_REPEAT)
        return;
    for (int i = 0; i < s->carries; i++)
        b->seen[b->seen_count++] = s->carry[i];
    for (const statement *i = s->inner; i; i = i->next)
        if (i->kind == S_COLLECT)
            b->seen[b->seen_count++] = i->out;
}

const value *last_real(const builder *b, int outside)
{
    for (int i = b->seen_count - 1; i >= outside; i--)
        if (b->seen[i]->kind == V_COMPUTED && !b->seen[i]->classes && b->seen[i]->rank < MOST_DIMS)
            return b->seen[i];
    return NULL;
}

statement *scan_statement(builder *b, stage_kind cell)
{
    int turns = chance(8) ? 1 : some_extent(b->scans ? 4 : 12), outside, stages = b->stage_count, width = some_extent(9);
    const value *steps = NULL;
    long budget = b->turns;
    if (b->m->value_count > 45 || turns > budget / 20)
        return NULL;
    statement *s = fresh(sizeof *s), **end = &s->inner;
    s->kind = S_SCAN;
    if (cell < STAGE_COUNT || (chance(70) && !b->scans)) {
        int dims[2] = {turns, width};
        steps = new_value(b, V_INPUT, cell < STAGE_COUNT ? 2 : 1 + choose(2), dims, 0);
    }
    if (cell < STAGE_COUNT)
        width = some_extent(9);
    s->carries = cell < STAGE_COUNT ? stage_table[cell].results : chance(85) ? 1 + choose(2) : 0;
    for (int i = 0; i < s->carries; i++) {
        int dims[2] = {cell < STAGE_COUNT || chance(60) ? width : some_extent(6), 1 + choose(3)};
        value *v = s->carry[i] = new_value(b, V_COMPUTED, cell < STAGE_COUNT || chance(80) ? 1 : 2 * choose(2), dims, 0);
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
    if (b->scans == 1 && chance(12))
        end = append(end, scan_statement(b, STAGE_COUNT));
    if (b->scans == 1 && chance(20))
        end = append(end, repeat_statement(b));
    if (b->scans == 1 && chance(40))
        end = append(end, derivative_statement(b));
    if (cell < STAGE_COUNT) {
        statement *slice = slice_statement(b, steps);
        end = append(end, slice);
        end = append(end, cell_statement(b, cell, s->carry[0], s->carry[1], slice->out));
    }
    for (int i = 0; i < s->carries && cell == STAGE_COUNT; i++) {
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
    b->stage_count = stages;
    leave_loop(b, s, outside);
    return s->inner ? s : NULL;
}
