/* layout.c: which dimension of each tensor lies fastest in memory.
 *
 * A contraction s[b, i, …] = sum[j] w[i, j] * z[b, j, …] computes a whole run of i at once: for each j, one number of z times a
 * run of w. So i lies fastest in w, and in s; what is computed from s elementwise, and all gradients, follow. Arguments of the
 * caller are row-major whatever happens, and at -O0 and -Os everything is, which reads easily and makes the least code. */
#include <string.h>

#include "plan.h"

typedef struct reads {
    VEC(expr *) all;
} reads;

static void collect(expr *e, void *context)
{
    if (e->kind == X_READ && !e->is_int)
        vec_push(&((reads *)context)->all) = e;
}

/* The dimension of the read whose subscript is exactly this index; -1: none. */
static int dimension_of(const expr *read, int position)
{
    int p;
    for (int d = 0; d < read->nargs; d++)
        if (int_is_index(read->args[d], &p) && p == position)
            return d;
    return -1;
}

/* The free index that only one parameter of a sum has, and no other read: the channel, or the row of a matrix. */
static int channel(const equation *e, const reads *r, expr **owner)
{
    int best = -1;
    for (int p = 0; p < e->free; p++) {
        expr *only = NULL;
        int users = 0;
        for (int i = 0; i < r->all.count; i++)
            if (r->all.data[i]->uses >> p & 1) {
                users++;
                only = r->all.data[i];
            }
        if (users != 1 || e->extent[p] == EXTENT_BATCH || only->tensor->kind != TENSOR_PARAM || dimension_of(only, p) < 0)
            continue;
        if (best < 0 || e->extent[p] > e->extent[best]) {
            best = p;
            *owner = only;
        }
    }
    return best;
}

static void from_contractions(plan *p, const routine *r)
{
    for (int i = 0; i < r->equations.count; i++) {
        equation *e = r->equations.data[i];
        reads found = {0};
        expr *owner = NULL;
        if (e->kind != EQ_COMPUTE || e->reduction != RED_SUM || !e->out->batched || e->out->kind == TENSOR_GRADIENT)
            continue;
        expr_each(e->body, collect, &found);
        int c = channel(e, &found, &owner);
        if (c < 0)
            continue;
        if (p->fastest[e->out->id] < 0)
            p->fastest[e->out->id] = c;
        if (p->fastest[owner->tensor->id] < 0)
            p->fastest[owner->tensor->id] = dimension_of(owner, c);
    }
}

/* Elementwise results lie as what they are computed from. */
static void inherit(plan *p, const routine *r)
{
    for (int i = 0; i < r->equations.count; i++) {
        equation *e = r->equations.data[i];
        reads found = {0};
        if (e->out->of)
            p->fastest[e->out->id] = p->fastest[e->out->of->id];
        if (e->kind != EQ_COMPUTE || p->fastest[e->out->id] >= 0 || e->accumulate || !e->out->batched)
            continue;
        expr_each(e->body, collect, &found);
        for (int k = 0; k < found.all.count && p->fastest[e->out->id] < 0; k++) {
            const expr *x = found.all.data[k];
            int q, f = p->fastest[x->tensor->id];
            if (f >= 0 && x->tensor->batched && int_is_index(x->args[f], &q) && q < e->free && q > 0 && e->reduction != RED_SUM)
                p->fastest[e->out->id] = q;
        }
    }
}

void plan_layouts(plan *p, const routine_list *routines)
{
    p->fastest = NEW_ARRAY(int, p->graph->tensors.count + 1);
    for (int i = 0; i < p->graph->tensors.count; i++)
        p->fastest[i] = -1;
    if (p->options.level != LEVEL_O2)
        return;
    for (int i = 0; i < routines->count; i++) {
        from_contractions(p, routines->data[i]);
        inherit(p, routines->data[i]);
    }
    for (int i = 0; i < p->graph->outputs.count; i++)
        p->fastest[p->graph->outputs.data[i].value->id] = -1;
}

/* ---- transposed copies ---- */

typedef struct swap {
    const expr *from;
    expr *to;
} swap;

static expr *swap_node(expr *e, void *context)
{
    const swap *s = context;
    return e == s->from ? s->to : e;
}

/* The copy comes before the equation of that number, and before all the turns that this may run in: once is enough. */
static void insert_before(routine *r, int number, equation *copy)
{
    for (int i = r->recurrences.count - 1; i >= 0; i--) { /* outer ones last */
        const recurrence *around = r->recurrences.data[i];
        if (number >= around->first && number < around->first + around->count)
            number = around->first;
    }
    for (int i = 0; i < r->recurrences.count; i++)
        if (r->recurrences.data[i]->first >= number)
            r->recurrences.data[i]->first++;
    vec_push(&r->equations) = NULL;
    memmove(&r->equations.data[number + 1], &r->equations.data[number], (size_t)(r->equations.count - 1 - number) * sizeof *r->equations.data);
    r->equations.data[number] = copy;
}

/* dX[b, j] = sum[i] w[i, j] * dS[b, i] wants w with j fastest, but forward it lies with i fastest: a copy, made once a call, costs
 * one pass over w instead of strided reads for every sample. */
static void pack_reads(plan *p, routine *r, int number)
{
    equation *e = r->equations.data[number];
    reads found = {0};
    expr *owner = NULL;
    if (e->kind != EQ_COMPUTE || e->reduction != RED_SUM || !e->out->batched)
        return;
    expr_each(e->body, collect, &found);
    int c = channel(e, &found, &owner);
    if (c < 0 || dimension_of(owner, c) == p->fastest[owner->tensor->id] || tensor_size(owner->tensor) < 64)
        return;
    int64_t dims[MAX_RANK];
    tensor *w = owner->tensor;
    memcpy(dims, w->dims, sizeof dims);
    tensor *t = graph_tensor(p->graph, TENSOR_VALUE, NULL, w->rank, dims, 0, e->at);
    t->label = arena_printf("%s.packed", w->label);
    t->copied = w;
    expr *subs[MAX_RANK];
    for (int d = 0; d < w->rank; d++)
        subs[d] = int_index(d);
    equation_list made = {0};
    equation *copy = equation_new(&made, t, expr_read(w, subs), e->at);
    equation_name_indices(copy);
    copy->note = "the same numbers, in the order in which they are read next";
    insert_before(r, number, copy);
    int *grown = NEW_ARRAY(int, p->graph->tensors.count + 1);
    memcpy(grown, p->fastest, (size_t)(p->graph->tensors.count - 1) * sizeof *grown);
    p->fastest = grown;
    p->fastest[t->id] = dimension_of(owner, c);
    expr *map_subs[MAX_RANK];
    memcpy(map_subs, owner->args, (size_t)w->rank * sizeof *map_subs);
    swap context = {owner, expr_read(t, map_subs)};
    e->body = expr_rewrite(e->body, swap_node, &context);
    if (p->fastest[e->out->id] < 0)
        p->fastest[e->out->id] = c;
}

void plan_packing(plan *p, const routine_list *routines)
{
    if (p->options.level != LEVEL_O2)
        return;
    for (int i = 0; i < routines->count; i++)
        for (int k = 0; k < routines->data[i]->equations.count; k++) {
            int before = routines->data[i]->equations.count;
            pack_reads(p, routines->data[i], k);
            k += routines->data[i]->equations.count - before;
        }
}
