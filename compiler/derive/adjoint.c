/* adjoint.c: reverse mode within one scalar expression: from the adjoint of the result to those of the tensor reads. */
#include <stdlib.h>
#include <string.h>

#include "contribution.h"

typedef struct sweep {
    VEC(expr *) nodes;
    expr **value;              /* by position in nodes: the adjoint collected, or NULL */
} sweep;

static void collect(expr *e, void *context)
{
    sweep *s = context;
    vec_push(&s->nodes) = e;
}

static int by_id_falling(const void *a, const void *b)
{
    const expr *x = *(expr *const *)a, *y = *(expr *const *)b;
    return (x->id < y->id) - (x->id > y->id);
}

static int position(const sweep *s, const expr *e)
{
    int low = 0, high = s->nodes.count - 1;
    while (low <= high) { /* falling ids */
        int middle = (low + high) / 2;
        if (s->nodes.data[middle] == e)
            return middle;
        if (s->nodes.data[middle]->id > e->id)
            low = middle + 1;
        else
            high = middle - 1;
    }
    bug("a node is missing from the sweep");
}

static void give(sweep *s, expr *to, expr *amount)
{
    if (expr_is_num(amount, 0))
        return;
    int at = position(s, to);
    s->value[at] = s->value[at] ? expr_add(s->value[at], amount) : amount;
}

/* a where the condition holds, or where it does not (`holds` false), else 0. What a stands under already stays outside: the condition may read what
 * is within bounds there alone. */
static expr *under(expr *condition, bool holds, expr *a)
{
    expr *zero = expr_num(0);
    if (a->kind == X_SELECT && expr_is_num(a->args[2], 0))
        return expr_select(a->args[0], under(condition, holds, a->args[1]), zero);
    if (a->kind == X_SELECT && expr_is_num(a->args[1], 0))
        return expr_select(a->args[0], zero, under(condition, holds, a->args[2]));
    return holds ? expr_select(condition, a, zero) : expr_select(condition, zero, a);
}

static void propagate(sweep *s, expr *e, expr *a)
{
    int actuals = (e->nargs - 1) / 2;
    switch (e->kind) {
    case X_OP:
        for (int i = 0; i < e->nargs; i++) {
            expr *partial = op_derivative(e->op, i, e->args[0], e->args[e->nargs - 1], e);
            if (partial)
                give(s, e->args[i], expr_mul(a, partial));
        }
        return;
    case X_SELECT: /* what the untaken branch would give never leaks */
        give(s, e->args[1], under(e->args[0], true, a));
        give(s, e->args[2], under(e->args[0], false, a));
        return;
    case X_CUSTOM:
        for (int i = 0; i < actuals; i++)
            give(s, e->args[1 + i], expr_mul(a, e->args[1 + actuals + i]));
        return;
    case X_NUM: case X_SYM: case X_REAL: case X_READ: case X_GE0: case X_EQ0: case X_NOISE:
    case X_AFF: case X_INDEX: case X_IDIV: case X_IMOD:
        return;
    }
}

void adjoint_of_reads(derivation *d, expr *body, expr *seed, read_adjoint f, void *context)
{
    sweep s = {{0}, NULL};
    expr_each(body, collect, &s);
    qsort(s.nodes.data, (size_t)s.nodes.count, sizeof *s.nodes.data, by_id_falling);
    s.value = NEW_ARRAY(expr *, s.nodes.count);
    give(&s, body, seed);
    for (int i = 0; i < s.nodes.count; i++)
        if (s.value[i])
            propagate(&s, s.nodes.data[i], s.value[i]);
    for (int i = s.nodes.count - 1; i >= 0; i--) {
        expr *e = s.nodes.data[i];
        if (e->kind == X_READ && s.value[i] && d->depends[e->tensor->id])
            f(d, e, s.value[i], context);
    }
}
