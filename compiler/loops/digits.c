/* digits.c: maps that look at an index by its digits, as what hands a pooled gradient back does:
 *
 *     d[i, j] = 2*(i % 2) + j % 2 == arg[i / 2, j / 2] ? g[i / 2, j / 2] : 0
 *
 * The loops run over the quotients, the remainders are written out: every quotient's numbers are read once, and no division is left. */
#include "digits.h"

#include "../plan/sole.h"

typedef struct reads {
    const equation *e;
    VEC(expr *) all;
} reads;

/* What is certainly within its tensor. */
static void find_reads(expr *x, void *context)
{
    reads *r = context;
    int64_t low, high;
    if (x->kind != X_READ || x->is_int || x->tensor->id < 0)
        return;
    for (int d = 0; d < x->nargs; d++)
        if (!int_range(x->args[d], r->e->extent, &low, &high) || low < 0 ||
            high >= (x->tensor->dims[d] == EXTENT_BATCH ? INT32_MAX : x->tensor->dims[d]))
            return;
    vec_push(&r->all) = x;
}

static bool among(const reads *r, const expr *x)
{
    for (int i = 0; i < r->all.count; i++)
        if (r->all.data[i] == x)
            return true;
    return false;
}

/* Reads that all the bodies have become constants before them: the compiler does not know that the stores leave them alone. */
static void read_once(lowering *l, const equation *e, node_list *list, expr **bodies, int count)
{
    reads first = {.e = e};
    expr_each(bodies[0], find_reads, &first);
    for (int i = 0, k = 0; i < first.all.count; i++) {
        expr *x = first.all.data[i];
        bool everywhere = true;
        for (int b = 1; b < count && everywhere; b++) {
            reads other = {.e = e};
            expr_each(bodies[b], find_reads, &other);
            everywhere = among(&other, x);
        }
        if (!everywhere)
            continue;
        node *n = new_node(list, NODE_LOCAL);
        n->target = local(l, arena_printf("a%d", k++), 0);
        n->constant = true;
        n->value = x;
        expr *to = local_read(n->target, NULL);
        for (int b = 0; b < count; b++)
            bodies[b] = expr_replace(bodies[b], x, to);
    }
}

/* Where the element lies at which the positions are what `map` says. */
static expr **target_at(const equation *e, expr *const map[MAX_INDEX])
{
    expr **subs = NEW_ARRAY(expr *, e->out->rank + 1);
    for (int d = 0; d < e->out->rank; d++)
        subs[d] = expr_substitute(e->subs ? e->subs[d] : int_index(d), map, MAX_INDEX);
    return subs;
}

/* One element of a block is not 0: zeros, then one store, and no branch to guess. */
static bool store_only(lowering *l, node_list *list, expr *maps[SOLE_MOST][MAX_INDEX], int64_t count)
{
    const equation *e = l->e;
    sole s;
    if (!sole_find(e, &s))
        return false;
    for (int64_t k = 0; k < count; k++)
        store(list, e->out, target_at(e, maps[k]), ASSIGN_SET, expr_num(0));
    expr *map[MAX_INDEX] = {0};
    for (int p = 0; p < e->free; p++)
        map[p] = s.at[p] ? int_add(int_scale(int_index(p), s.divisor[p]), s.at[p]) : NULL;
    store(list, e->out, target_at(e, map), ASSIGN_SET, s.value);
    return true;
}

bool digits_lower(lowering *l, node_list *list)
{
    const equation *e = l->e;
    int64_t divisor[MAX_INDEX];
    expr *maps[SOLE_MOST][MAX_INDEX] = {{0}};
    int order[MAX_INDEX];
    equation quotients = *e;
    if (l->p->options.level != LEVEL_O2 || e->turns || e->accumulate || e->out->classes)
        return false;
    sole_divisors(e, divisor);
    int64_t count = sole_elements(e, divisor, maps);
    for (int p = 0; p < e->free && count > 1; p++) {
        if (divisor[p] > 1 && e->extent[p] % divisor[p] != 0)
            return false;
        quotients.extent[p] = divisor[p] > 1 ? e->extent[p] / divisor[p] : e->extent[p];
    }
    if (count <= 1)
        return false;
    int n = memory_order(l, e, e->out, -1, order);
    for (int i = 0; i < n; i++)
        list = &new_loop(list, &quotients, order[i])->body;
    if (store_only(l, list, maps, count))
        return true;
    expr **bodies = NEW_ARRAY(expr *, count + 1);
    for (int64_t k = 0; k < count; k++)
        bodies[k] = expr_decide(expr_substitute(e->body, maps[k], MAX_INDEX), quotients.extent);
    read_once(l, &quotients, list, bodies, (int)count);
    for (int64_t k = 0; k < count; k++)
        store(list, e->out, target_at(e, maps[k]), ASSIGN_SET, bodies[k]);
    return true;
}
