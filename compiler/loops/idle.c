/* idle.c: takes out of straight-line code what numbers have made idle.
 *
 *     acc_1 = 0; acc_1 += 0; acc_1 += 0; h[1] = tanh(b[1] + acc_1)          becomes          h[1] = tanh(b[1])
 *     acc_1 = 0; acc_1 += w[1] * x[1]; acc_1 += w[2] * x[2]                 becomes          acc_1 = w[1] * x[1]; acc_1 += w[2] * x[2]
 *
 * Sums of 0 and products of 1 go, and those that a sum or product would begin with, then locals that nobody reads any more with all that went into them, then loops without a body; a local that
 * stays the number that it began with is that number. */
#include "unroll.h"

typedef struct use {
    const tensor *t;           /* a local */
    expr *number;              /* what it begins with, if that is one */
    int reads, stores;
} use;

typedef struct census {
    VEC(use) locals;
    bool changed;
} census;

static use *find(census *c, const tensor *t)
{
    for (int i = c->locals.count - 1; i >= 0; i--)
        if (c->locals.data[i].t == t)
            return &c->locals.data[i];
    return NULL;
}

static void count_read(expr *e, void *context)
{
    use *u = e->kind == X_READ && e->tensor->id < 0 ? find(context, e->tensor) : NULL;
    if (u)
        u->reads++;
}

static void take_census(census *c, const node_list *list)
{
    for (int i = 0; i < list->count; i++) {
        const node *n = list->data[i];
        if (n->kind == NODE_LOCAL)
            vec_push(&c->locals) = (use){.t = n->target, .number = n->value && n->value->kind == X_NUM ? n->value : NULL};
        if (n->value)
            expr_each(n->value, count_read, c);
        for (int k = 0; k < n->lows.count; k++)
            expr_each(n->lows.data[k], count_read, c);
        for (int k = 0; k < n->highs.count; k++)
            expr_each(n->highs.data[k], count_read, c);
        if (n->kind == NODE_STORE) {
            use *u = n->target->id < 0 ? find(c, n->target) : NULL;
            for (int d = 0; d < n->target->rank; d++)
                expr_each(n->subs[d], count_read, c);
            if (u)
                u->stores++;
        }
        take_census(c, &n->body);
    }
}

static expr *known(expr *e, void *context)
{
    use *u = e->kind == X_READ && e->tensor->id < 0 ? find(context, e->tensor) : NULL;
    return u && u->number && !u->stores ? u->number : e;
}

static bool is_idle(census *c, const node *n)
{
    bool local = (n->kind == NODE_LOCAL || n->kind == NODE_STORE) && n->target->id < 0;
    const use *u = local ? find(c, n->target) : NULL;
    if (u && (!u->reads || (n->kind == NODE_LOCAL && u->number && !u->stores)))
        return true;
    if (n->kind == NODE_STORE)
        return n->assign != ASSIGN_SET && expr_is_num(n->value, n->assign == ASSIGN_MUL ? 1 : 0);
    return (n->kind == NODE_LOOP || n->kind == NODE_IF) && !n->body.count;
}

/* Is `term` the first of a sum that begins with 0, or the first factor of a product that begins with 1? */
static bool begins(const node *local, const node *term)
{
    bool sum = term->assign == ASSIGN_ADD, product = term->assign == ASSIGN_MUL;
    return local->kind == NODE_LOCAL && local->value && term->kind == NODE_STORE && term->target == local->target && !local->target->rank && (sum || product) &&
           expr_is_num(local->value, sum ? 0 : 1) && !expr_reads(term->value, local->target);
}

static void sweep(census *c, node_list *list)
{
    int kept = 0;
    for (int i = 0; i < list->count; i++) {
        node *n = list->data[i];
        expr *value = n->value && !n->value->is_int ? expr_rewrite(n->value, known, c) : n->value;
        c->changed |= value != n->value;
        n->value = value;
        sweep(c, &n->body);
        if (i + 1 < list->count && begins(n, list->data[i + 1])) {
            n->value = list->data[++i]->value;
            c->changed = true;
        }
        if (!is_idle(c, n))
            list->data[kept++] = n;
    }
    c->changed |= kept != list->count;
    list->count = kept;
}

void drop_idle(node_list *list)
{
    census c = {.changed = true};
    while (c.changed) {
        c.changed = false;
        c.locals.count = 0;
        take_census(&c, list);
        sweep(&c, list);
    }
}
