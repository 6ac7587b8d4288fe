/* visit.c: all expressions of a routine's loops, for what asks whether the text will name something. */
#include "loops.h"

void loops_each_in(const node_list *list, void (*f)(expr *e, void *context), void *context)
{
    for (int i = 0; i < list->count; i++) {
        const node *n = list->data[i];
        if (n->value)
            expr_each(n->value, f, context);
        if (n->old)
            expr_each(n->old, f, context);
        for (int k = 0; k < n->lows.count; k++)
            expr_each(n->lows.data[k], f, context);
        for (int k = 0; k < n->highs.count; k++)
            expr_each(n->highs.data[k], f, context);
        if (n->kind == NODE_STORE || n->kind == NODE_FINITE || n->kind == NODE_TRANSPOSE)
            expr_each(expr_read(n->target, n->subs), f, context);
        if (n->kind == NODE_ZERO)
            expr_each(identity_read(n->target), f, context);
        loops_each_in(&n->body, f, context);
        for (const tile *t = n->tile; t; t = t->single)
            loops_each_in(&t->kernel, f, context);
    }
}

void loops_each(const loop_function *r, void (*f)(expr *e, void *context), void *context)
{
    loops_each_in(&r->body, f, context);
}
