/* turn_sums.c: sums over turns, added up in the loop that computes what they sum.
 *
 *     dw[i, j] = sum[b, k] d[b, k, i] * h[b, k, j]   becomes   dw[i, j] = 0;   dw.added[i, j, k] = sum[b] d[b, k, i] * h[b, k, j];   dw[i, j] += dw.added[i, j, k]
 *
 * so that of d and h one turn is enough. Where dw is no array of the caller's it takes memory itself from the first turn on: then this is done
 * only where it is less than what d and h would take. */
#include "recompute.h"

#include <string.h>

typedef struct summing {
    const turn_map *m;
    int position;                  /* the bound index that counts turns; -1: none yet */
    int loop;                      /* the last of those that are read */
    bool good;
    const equation *e;
} summing;

static void check_term(expr *x, void *context)
{
    summing *s = context;
    int p;
    if (x->kind != X_READ || s->m->loop[x->tensor->id] < 0)
        return;
    int d = s->m->dimension[x->tensor->id];
    if (d < 0 || !int_is_index(x->args[d], &p) || p < s->e->free || (s->position >= 0 && p != s->position)) {
        s->good = false;
        return;
    }
    s->position = p;
    if (s->m->loop[x->tensor->id] > s->loop)
        s->loop = s->m->loop[x->tensor->id];
}

static bool sums_turns(const routine *r, const turn_map *m, const equation *e, summing *s)
{
    *s = (summing){m, -1, -1, true, e};
    if (e->turns || e->kind != EQ_COMPUTE || e->reduction != RED_SUM || e->accumulate || e->out->rank == MAX_RANK)
        return false;
    for (int i = 0; i < r->outputs.count; i++)
        if (r->outputs.data[i] == e->out)
            return false;
    expr_each(e->body, check_term, s);
    return s->good && s->position >= 0;
}

/* ---- does it pay? ---- */

static int64_t elements(const tensor *t, int batch)
{
    return tensor_size(t) * (t->batched ? batch : 1);
}

typedef struct weighing {
    const turn_map *m;
    int loop, batch;
    bool *seen;
    int64_t saved;
} weighing;

static void add_saved(expr *x, void *context)
{
    weighing *w = context;
    if (x->kind != X_READ || w->m->loop[x->tensor->id] != w->loop || w->seen[x->tensor->id])
        return;
    w->seen[x->tensor->id] = true;
    w->saved += elements(x->tensor, w->batch);
}

static bool lies_with_caller(const graph *g, const routine *r, const tensor *t)
{
    for (int i = 0; r->gradient && i < g->params.count; i++)
        if (r->gradient[i] == t)
            return true;
    return false;
}

/* For all sums of a loop together: one that is left out keeps what it reads for all turns, for the others too. */
static bool pays(const graph *g, const routine *r, const turn_map *m, int loop, int batch)
{
    weighing w = {m, loop, batch, NEW_ARRAY(bool, g->tensors.count + 1), 0};
    int64_t taken = 0;
    for (int i = 0; i < r->equations.count; i++) {
        const equation *e = r->equations.data[i];
        summing s;
        if (!sums_turns(r, m, e, &s) || s.loop != loop)
            continue;
        expr_each(e->body, add_saved, &w);
        taken += lies_with_caller(g, r, e->out) ? 0 : elements(e->out, batch);
    }
    return taken < w.saved;
}

/* ---- rewriting ---- */

static tensor *turn_tensor(graph *g, const equation *e, int position)
{
    int64_t dims[MAX_RANK];
    memcpy(dims, e->out->dims, (size_t)e->free * sizeof *dims);
    dims[e->free] = e->extent[position];
    tensor *t = graph_tensor(g, TENSOR_VALUE, NULL, e->free + 1, dims, 0, e->at);
    t->label = arena_printf("%s.added", e->out->label);
    t->stage = e->out->stage;
    return t;
}

/* The three equations that compute what e does, put at the end of the list. */
static void split(graph *g, equation_list *list, const equation *e, int position)
{
    expr *map[MAX_INDEX] = {0};
    equation *start = equation_new(list, e->out, expr_num(0), e->at), turn = *e;
    memcpy(start->index_name, e->index_name, sizeof e->index_name);
    start->note = arena_printf("%s is added up turn by turn", e->out->label);
    int n = e->free;
    map[position] = int_index(n++);
    turn.free = n;
    turn.bound = e->bound - 1;
    for (int p = e->free; p < e->free + e->bound; p++)
        if (p != position) {
            turn.index_name[n] = e->index_name[p];
            turn.extent[n] = e->extent[p];
            map[p] = int_index(n++);
        }
    turn.index_name[e->free] = e->index_name[position];
    turn.extent[e->free] = e->extent[position];
    turn.body = expr_substitute(e->body, map, e->free + e->bound);
    expr *term = turn.body;
    if (turn.bound) {
        tensor *t = turn_tensor(g, e, position);
        *equation_new(list, t, turn.body, e->at) = turn;
        list->data[list->count - 1]->out = t;
        term = identity_read(t);
    }
    equation *add = equation_new(list, e->out, term, e->at);
    add->accumulate = true;
    add->free = turn.free;
    memcpy(add->extent, turn.extent, sizeof turn.extent);
    memcpy(add->index_name, turn.index_name, sizeof turn.index_name);
    add->subs = NEW_ARRAY(expr *, e->out->rank + 1);
    for (int d = 0; d < e->out->rank; d++)
        add->subs[d] = int_index(d);
    add->note = e->note;
}

bool turn_sums(graph *g, routine *r, int batch)
{
    turn_map m = turns_find(g, r);
    equation_list list = {0};
    bool any = false, *pay = NEW_ARRAY(bool, r->recurrences.count + 1);
    for (int i = 0; i < r->recurrences.count; i++)
        pay[i] = pays(g, r, &m, i, batch);
    for (int i = 0; i < r->equations.count; i++) {
        equation *e = r->equations.data[i];
        summing s;
        if (sums_turns(r, &m, e, &s) && pay[s.loop]) {
            split(g, &list, e, s.position);
            any = true;
        } else
            vec_push(&list) = e;
    }
    r->equations = list;
    return any;
}
