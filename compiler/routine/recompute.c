/* recompute.c: values of a forward recurrence that the backward one needs are computed again there, of what the turn began with, instead of being
 * kept for all turns: of all that a turn computes only the carries are kept.
 *
 *     for t = 0 … T-1:  h.before[t] = …; z[t] = f(h.before[t], x[t]); h[t] = …        z: one turn
 *     for t = T-1 … 0:  z.again[t] = f(h.before[t], x[t]); d_h[t] = … z.again[t] …    z.again: one turn
 *
 * Source: A. Griewank, A. Walther, "Evaluating Derivatives" (2008), chapter 12, the simplest of its schedules. */
#include "recompute.h"

#include <string.h>

turn_map turns_find(const graph *g, const routine *r)
{
    turn_map m = {NEW_ARRAY(int, g->tensors.count + 1), NEW_ARRAY(int, g->tensors.count + 1)};
    for (int i = 0; i < g->tensors.count; i++)
        m.loop[i] = m.dimension[i] = -1;
    for (int i = 0; i < r->equations.count; i++) {
        const equation *e = r->equations.data[i];
        if (e->turns) {
            m.loop[e->out->id] = e->turn[0].recurrence;
            m.dimension[e->out->id] = e->turn[0].dimension;
        }
    }
    return m;
}

bool turns_reads_same(const turn_map *m, const expr *read, int position)
{
    int d = m->dimension[read->tensor->id], p;
    return d >= 0 && int_is_index(read->args[d], &p) && p == position;
}

typedef struct recomputing {
    graph *g;
    routine *r;
    turn_map m;
    const recurrence *loop;        /* backward */
    bool *kept;                    /* by tensor id: not to be computed again */
    tensor **again;                /* by tensor id: what holds it in the backward loop */
    int position;                  /* that counts turns in the equation looked at */
    bool more;
} recomputing;

/* ---- what has to be kept ---- */

typedef struct look_back {
    const turn_map *m;
    const equation *e;
    bool found;
} look_back;

static void look_at_turn(expr *x, void *context)
{
    look_back *l = context;
    if (x->kind == X_READ && l->m->loop[x->tensor->id] == l->e->turn[0].recurrence)
        l->found |= !turns_reads_same(l->m, x, l->e->turn[0].position);
}

/* What looks at another turn (the carries), what is no formula, and what is not computed in the loop alone. */
static void find_kept(recomputing *c)
{
    const equation_list *list = &c->r->equations;
    for (int i = 0; i < list->count; i++) {
        const equation *e = list->data[i];
        look_back l = {&c->m, e, !e->turns || e->turn[0].dimension < 0 || e->kind != EQ_COMPUTE};
        if (!l.found)
            expr_each(e->body, look_at_turn, &l);
        c->kept[e->out->id] |= l.found;
    }
}

/* ---- what is wanted again ---- */

static bool may_again(const recomputing *c, const expr *x)
{
    int from = x->kind == X_READ ? c->m.loop[x->tensor->id] : -1;
    if (from < 0 || c->kept[x->tensor->id] || !turns_reads_same(&c->m, x, c->position))
        return false;
    const recurrence *f = c->r->recurrences.data[from];
    return !f->backward && f->extent == c->loop->extent;
}

static void want(expr *x, void *context)
{
    recomputing *c = context;
    if (!may_again(c, x) || c->again[x->tensor->id])
        return;
    tensor *of = x->tensor;
    tensor *t = graph_tensor(c->g, TENSOR_VALUE, NULL, of->rank, of->dims, of->classes, of->at);
    t->label = arena_printf("%s.again", of->label);
    t->stage = of->stage;
    c->again[of->id] = t;
    c->more = true;
}

static void want_reads(recomputing *c, equation *e)
{
    c->position = e->turn[0].position;
    expr_each(e->body, want, c);
    for (int d = 0; e->subs && d < e->out->rank; d++)
        expr_each(e->subs[d], want, c);
}

/* ---- rewriting ---- */

static expr *read_again(expr *x, void *context)
{
    const recomputing *c = context;
    return x->kind == X_READ && c->again[x->tensor->id] && may_again(c, x) ? expr_read(c->again[x->tensor->id], x->args) : x;
}

static void rewrite(recomputing *c, equation *e)
{
    c->position = e->turn[0].position;
    e->body = expr_rewrite(e->body, read_again, c);
    for (int d = 0; e->subs && d < e->out->rank; d++)
        e->subs[d] = expr_rewrite(e->subs[d], read_again, c);
}

static void add_again(recomputing *c, equation_list *to, const equation *e)
{
    equation *copy = NEW(equation);
    *copy = *e;
    copy->out = c->again[e->out->id];
    if (e->subs) {
        copy->subs = NEW_ARRAY(expr *, e->out->rank + 1);
        memcpy(copy->subs, e->subs, (size_t)e->out->rank * sizeof *e->subs);
    }
    rewrite(c, copy);
    copy->turns = 0;
    copy->note = "again, instead of being kept";
    vec_push(to) = copy;
}

static bool of_loop(const equation *e, int number)
{
    return e->turns && e->turn[0].recurrence == number;
}

static void recompute_in(recomputing *c, int number)
{
    const equation_list *list = &c->r->equations;
    equation_list out = {0};
    int count = c->g->tensors.count;
    c->loop = c->r->recurrences.data[number];
    c->again = NEW_ARRAY(tensor *, count + 1);
    for (int i = 0; i < list->count; i++)
        if (of_loop(list->data[i], number) && list->data[i]->kind == EQ_COMPUTE)
            want_reads(c, list->data[i]);
    for (c->more = true; c->more;) {
        c->more = false;
        for (int i = 0; i < list->count; i++)
            if (list->data[i]->turns && c->again[list->data[i]->out->id])
                want_reads(c, list->data[i]);
    }
    for (int i = 0; i < c->loop->first; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): list->count is the number of its elements */
        vec_push(&out) = list->data[i];
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->turns && c->again[list->data[i]->out->id])
            add_again(c, &out, list->data[i]);
    for (int i = c->loop->first; i < list->count; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): list->count is the number of its elements */
        if (of_loop(list->data[i], number) && list->data[i]->kind == EQ_COMPUTE)
            rewrite(c, list->data[i]);
        vec_push(&out) = list->data[i];
    }
    c->r->equations = out;
}

void pass_recompute(graph *g, routine *r, const bool *keep, int batch)
{
    pass_order(g, r, THRIFT_RECOMPUTE, true);
    while (turn_sums(g, r, batch))
        pass_order(g, r, THRIFT_RECOMPUTE, true);
    recomputing c = {.g = g, .r = r, .m = turns_find(g, r), .kept = NEW_ARRAY(bool, g->tensors.count + 1)};
    find_kept(&c);
    for (int i = r->recurrences.count - 1; i >= 0; i--) /* the last first: what is put before it moves no other */
        if (r->recurrences.data[i]->backward && r->recurrences.data[i]->parent < 0)
            recompute_in(&c, i);
    pass_prune(g, &r->equations, keep);
    pass_order(g, r, THRIFT_RECOMPUTE, true);
}
