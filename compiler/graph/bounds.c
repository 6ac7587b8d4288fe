/* bounds.c: are the reads of an expression inside their tensors, as its own conditions leave them? */
#include "graph.h"
#include "memo.h"

enum { MOST_VISITS = 20000 };

/* What holds where an expression is evaluated: the conditions around it within the whole. */
typedef struct given {
    const struct given *outer;
    const expr *condition;         /* X_GE0 or X_EQ0 */
} given;

typedef struct bounds_check {
    const int64_t *extent;
    int visits;
    bool inside;
} bounds_check;

static bool never_negative(const expr *i, const int64_t extent[])
{
    int64_t low, high;
    return i && int_range(i, extent, &low, &high) && low >= 0;
}

/* Is i >= 0: by the loops' ranges, or since it is at least what a condition says not to be negative? */
static bool is_known(const bounds_check *c, const given *g, expr *i)
{
    if (never_negative(i, c->extent))
        return true;
    for (; i && g; g = g->outer)
        if (never_negative(int_sub(i, g->condition->args[0]), c->extent) ||
            (g->condition->kind == X_EQ0 && never_negative(int_add(i, g->condition->args[0]), c->extent)))
            return true;
    return false;
}

static bool read_inside(const bounds_check *c, const given *g, const expr *read)
{
    for (int k = 0; k < read->nargs; k++) {
        int64_t extent = read->tensor->dims[k];
        if (extent != EXTENT_BATCH && (!is_known(c, g, read->args[k]) || !is_known(c, g, int_sub(int_const(extent - 1), read->args[k]))))
            return false;
    }
    return true;
}

/* ---- the walk: each node once under the same conditions ---- */

static void visit(bounds_check *c, const given *g, memo *done, expr *e);

static void visit_under(bounds_check *c, const given *g, memo *done, const expr_list *conditions, int first, expr *e)
{
    for (int i = first; i < conditions->count; i++)
        if (conditions->data[i]->kind == X_GE0 || conditions->data[i]->kind == X_EQ0) {
            given more = {g, conditions->data[i]};
            memo own = {0};
            visit_under(c, &more, &own, conditions, i + 1, e);
            memo_release(&own);
            return;
        }
    visit(c, g, done, e);
}

/* What is known where the condition does not hold: the opposites of what it would have been enough for. */
static void opposites(expr *condition, expr_list *out)
{
    if (condition->kind == X_OP && condition->op == OP_OR) {
        opposites(condition->args[0], out);
        opposites(condition->args[1], out);
    } else if (condition->kind == X_GE0)
        vec_push(out) = expr_not(condition);
    else if (condition->kind == X_OP && condition->op == OP_NOT)
        expr_conjuncts(condition->args[0], out);
}

static void visit(bounds_check *c, const given *g, memo *done, expr *e)
{
    expr **slot = memo_slot(done, e->id);
    if (*slot || !c->inside)
        return;
    *slot = e;
    if (++c->visits > MOST_VISITS || (e->kind == X_READ && !read_inside(c, g, e))) {
        c->inside = false;
        return;
    }
    expr_list holds = {0}, fails = {0};
    bool is_and = e->kind == X_OP && e->op == OP_AND, is_or = e->kind == X_OP && e->op == OP_OR;
    if (e->kind != X_SELECT && !is_and && !is_or) {
        for (int i = 0; i < e->nargs; i++)
            visit(c, g, done, e->args[i]);
        return;
    }
    visit(c, g, done, e->args[0]);
    if (!is_or) {
        expr_conjuncts(e->args[0], &holds);
        visit_under(c, g, done, &holds, 0, e->args[1]);
    }
    if (!is_and) {
        opposites(e->args[0], &fails);
        visit_under(c, g, done, &fails, 0, e->args[is_or ? 1 : 2]);
    }
}

bool reads_inside(expr *e, const int64_t extent[])
{
    bounds_check c = {.extent = extent, .inside = true};
    memo done = {0};
    visit(&c, NULL, &done, e);
    memo_release(&done);
    return c.inside;
}
