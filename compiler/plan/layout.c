/* layout.c: which dimension of each tensor lies fastest in memory.
 *
 * A contraction s[b, i, …] = sum[j] w[i, j] * z[b, j, …] computes a whole run of i at once: for each j, one number of z times a
 * run of w. So i lies fastest in w, and in s; what is computed from s elementwise, and all gradients, follow. Arguments of the
 * caller are row-major whatever happens, and at -O0 and -Os everything is, which reads easily and makes the least code. */
#include <string.h>

#include "../routine/passes.h"
#include "plan.h"

enum { SHORTEST_VECTOR = 16, LEAST_DOT = 8 }; /* bytes; terms of a sum */

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

/* The dimension of the read whose subscript is this index, perhaps shifted; -1: none, or it is no unit step. */
static int only_dimension_of(const expr *read, int position)
{
    int at = -1;
    for (int d = 0; d < read->nargs; d++) {
        if (!(read->args[d]->uses >> position & 1))
            continue;
        if (at >= 0 || int_coefficient(read->args[d], position) != 1)
            return -1;
        at = d;
    }
    return at;
}

/* The free index that all reads have, none of them an argument, each in a dimension that may lie fastest: the channel of a convolution by channels. -1: none. */
static int common_channel(const plan *p, const equation *e, const reads *r)
{
    int best = -1;
    for (int q = 0; q < e->free; q++) {
        bool good = e->extent[q] != EXTENT_BATCH && e->extent[q] * (p->options.is_double ? 8 : 4) >= SHORTEST_VECTOR && !equation_is_turn(e, q), weights = false;
        for (int i = 0; i < r->all.count && good; i++) {
            const tensor *t = r->all.data[i]->tensor;
            int d = dimension_of(r->all.data[i], q);
            weights |= t->kind == TENSOR_PARAM;
            good = d >= 0 && only_dimension_of(r->all.data[i], q) == d && (t->kind == TENSOR_PARAM || t->kind == TENSOR_VALUE || t->kind == TENSOR_GRADIENT) &&
                   (p->fastest[t->id] == d || (p->fastest[t->id] < 0 && !t->values));
        }
        if (good && weights && r->all.count > 1 && (best < 0 || e->extent[q] > e->extent[best]))
            best = q;
    }
    return best >= 0 && plan_lanes_filled(e->extent[best]) >= plan_lanes_filled(e->extent[e->free - 1]) ? best : -1;
}

static void lay_out_common(plan *p, const equation *e, const reads *r, int channel)
{
    for (int i = 0; i < r->all.count; i++)
        p->fastest[r->all.data[i]->tensor->id] = dimension_of(r->all.data[i], channel);
    if (p->fastest[e->out->id] < 0)
        p->fastest[e->out->id] = channel;
}

double plan_lanes_filled(int64_t extent)
{
    int64_t lanes = extent >= 16 ? 16 : extent >= 8 ? 8 : 4, room = (extent + lanes - 1) / lanes * 16;
    return extent == EXTENT_BATCH ? 0 : (double)extent / (double)room;
}

/* A longer run than the channel's: the last index of the sum's value, if some other read is contiguous along it and it comes bare or
 * shifted (as in a convolution of few channels). */
static bool runs_better(const plan *p, const equation *e, const reads *r, int channel)
{
    int q = e->free - 1;
    bool along = false;
    if (q == channel || e->extent[q] == EXTENT_BATCH || plan_lanes_filled(e->extent[q]) < 2 * plan_lanes_filled(e->extent[channel]))
        return false;
    for (int i = 0; i < r->all.count; i++) {
        const expr *x = r->all.data[i];
        int last = x->nargs - 1;
        if (!(x->uses >> q & 1))
            continue;
        for (int d = 0; d < last; d++)
            if (x->args[d]->uses >> q & 1)
                return false;
        if (int_coefficient(x->args[last], q) != 1 || p->fastest[x->tensor->id] >= 0)
            return false;
        along = true;
    }
    return along;
}

/* What a convolution reads beside its parameter lies with its channels fastest, as its gradient is scattered. */
static void channels_last(plan *p, const reads *r, const expr *owner, const equation *e)
{
    for (int i = 0; i < r->all.count; i++) {
        const expr *x = r->all.data[i];
        bool shifted = false;
        if (x == owner || x->tensor->kind != TENSOR_VALUE || p->fastest[x->tensor->id] >= 0)
            continue;
        for (int d = 0; d < x->nargs; d++)
            shifted |= x->args[d]->nargs > 1;
        for (int d = x->tensor->batched; shifted && d < x->nargs; d++) {
            int q;
            if (int_is_index(x->args[d], &q) && q >= e->free && owner->uses >> q & 1 && e->extent[q] > 1 && p->fastest[x->tensor->id] < 0)
                p->fastest[x->tensor->id] = d;
        }
    }
}

/* A channel too short for a vector, whose parameter lies along the sum as it is written: then a dot product fills vectors, and so do the
 * gradients along the sum (a last stage of two or three classes). */
static bool sum_runs_better(const plan *p, const equation *e, const expr *owner, int channel)
{
    int q, last = owner->nargs - 1;
    if (e->extent[channel] * (p->options.is_double ? 8 : 4) >= SHORTEST_VECTOR || !int_is_index(owner->args[last], &q))
        return false;
    return q >= e->free && e->extent[q] >= LEAST_DOT;
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
        int c = channel(e, &found, &owner), common = c < 0 ? common_channel(p, e, &found) : -1;
        if (common >= 0)
            lay_out_common(p, e, &found, common);
        if (c < 0 || (p->options.level == LEVEL_O2 && (runs_better(p, e, &found, c) || sum_runs_better(p, e, owner, c))))
            continue;
        if (p->options.level == LEVEL_O2)
            channels_last(p, &found, owner, e);
        if (p->fastest[e->out->id] < 0)
            p->fastest[e->out->id] = c;
        if (p->fastest[owner->tensor->id] < 0)
            p->fastest[owner->tensor->id] = dimension_of(owner, c);
    }
}

/* Is it read element by element, as the result lies? */
static bool is_elementwise(const expr *x)
{
    int q;
    for (int d = 0; d < x->nargs; d++)
        if (!int_is_index(x->args[d], &q) || q != d)
            return false;
    return x->tensor->batched && x->tensor->kind == TENSOR_VALUE;
}

/* What was given a border lies as it did, for those who ask how. */
static void agree_with_bordered(plan *p, const routine *r)
{
    for (int i = 0; i < r->equations.count; i++) {
        const tensor *t = r->equations.data[i]->out;
        if (!t->within)
            continue;
        if (p->fastest[t->id] < 0)
            p->fastest[t->id] = p->fastest[t->within->id];
        p->fastest[t->within->id] = p->fastest[t->id];
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
        bool as_written = false;
        for (int k = 0; k < found.all.count; k++)
            as_written |= is_elementwise(found.all.data[k]) && found.all.data[k]->nargs > 2 && p->fastest[found.all.data[k]->tensor->id] < 0;
        for (int k = 0; k < found.all.count && !as_written && p->fastest[e->out->id] < 0; k++) {
            const expr *x = found.all.data[k];
            int q, f = p->fastest[x->tensor->id];
            if (f >= 0 && x->tensor->batched && int_is_index(x->args[f], &q) && q < e->free && q > 0 && e->reduction != RED_SUM)
                p->fastest[e->out->id] = q;
        }
    }
}

/* What --schedule says: one dimension may come last. */
static void by_hand(plan *p)
{
    for (int i = 0; i < p->graph->tensors.count; i++) {
        const tensor *t = p->graph->tensors.data[i];
        decision *d = schedule_memory(p->options.schedule, t->label);
        if (!d)
            continue;
        bool fits = d->rank == t->rank;
        for (int k = 1; k + 1 < d->rank; k++)
            fits &= d->order[k - 1] < d->order[k];
        for (int k = 0; k < d->rank; k++)
            fits &= d->order[k] < t->rank;
        if (fits)
            p->fastest[t->id] = d->order[d->rank - 1];
        else
            d->why = arena_printf("its %d dimension%s lie as written, but for one that may come last", t->rank, t->rank == 1 ? "" : "s");
    }
}

void plan_layouts(plan *p, const routine_list *routines)
{
    p->fastest = NEW_ARRAY(int, p->graph->tensors.count + 1);
    for (int i = 0; i < p->graph->tensors.count; i++)
        p->fastest[i] = -1;
    if (p->options.level != LEVEL_O2)
        return;
    by_hand(p);
    for (int i = 0; i < routines->count; i++) {
        from_contractions(p, routines->data[i]);
        agree_with_bordered(p, routines->data[i]);
        inherit(p, routines->data[i]);
    }
    for (int i = 0; i < p->graph->outputs.count; i++)
        p->fastest[p->graph->outputs.data[i].value->id] = -1;
}

/* ---- transposed copies ---- */

/* May it be laid out, or copied, as its reader wants it? */
static bool is_weight(const tensor *t)
{
    return t->kind == TENSOR_PARAM || (t->kind == TENSOR_VALUE && !t->batched && t->rank > 1);
}

/* The index along which a scatter writes, if a parameter, or what is made of parameters alone, is read along it. */
static int scattered_run(const plan *p, const equation *e, const reads *r, expr **owner)
{
    int f = plan_fastest(p, e->out), q;
    if (f < 0 || !int_is_index(e->subs[f], &q))
        return -1;
    for (int i = 0; i < r->all.count; i++)
        if (is_weight(r->all.data[i]->tensor) && dimension_of(r->all.data[i], q) >= 0) {
            *owner = r->all.data[i];
            return q;
        }
    return -1;
}

void plan_insert_before(routine *r, int number, equation *copy)
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

void plan_set_fastest(plan *p, const tensor *t, int fastest)
{
    int *grown = NEW_ARRAY(int, p->graph->tensors.count + 1);
    memcpy(grown, p->fastest, (size_t)(p->graph->tensors.count - 1) * sizeof *grown);
    p->fastest = grown;
    p->fastest[t->id] = fastest;
}

void plan_copy_before(plan *p, routine *r, int number, tensor *t, expr *body, int fastest)
{
    equation_list made = {0};
    equation *copy = equation_new(&made, t, body, r->equations.data[number]->at);
    equation_name_indices(copy);
    copy->note = "the same numbers, in the order in which they are read next";
    plan_insert_before(r, number, copy);
    plan_set_fastest(p, t, fastest);
}

int plan_fastest(const plan *p, const tensor *t)
{
    return p->fastest[t->id] >= 0 ? p->fastest[t->id] : t->rank - 1;
}

/* dX[b, j] = sum[i] w[i, j] * dS[b, i] wants w with j fastest, but forward it lies with i fastest: a copy, made once a call, costs
 * one pass over w instead of strided reads for every sample. */
static void pack_reads(plan *p, routine *r, int number)
{
    equation *e = r->equations.data[number];
    reads found = {0};
    expr *owner = NULL;
    if (e->kind != EQ_COMPUTE || (e->reduction != RED_SUM && !e->accumulate) || !e->out->batched)
        return;
    expr_each(e->body, collect, &found);
    int c = e->accumulate ? scattered_run(p, e, &found, &owner) : channel(e, &found, &owner);
    if (!e->accumulate && c >= 0 && runs_better(p, e, &found, c))
        return;
    if (c < 0 || dimension_of(owner, c) == plan_fastest(p, owner->tensor) || tensor_size(owner->tensor) < 64)
        return;
    int64_t dims[MAX_RANK];
    tensor *w = owner->tensor;
    if (w->kind == TENSOR_VALUE) {
        if (p->fastest[w->id] < 0 && count_readers(&r->equations, w) == 1)
            p->fastest[w->id] = dimension_of(owner, c);
        return;
    }
    memcpy(dims, w->dims, sizeof dims);
    tensor *t = graph_tensor(p->graph, TENSOR_VALUE, NULL, w->rank, dims, 0, e->at);
    t->label = arena_printf("%s.packed", w->label);
    t->copied = w;
    plan_copy_before(p, r, number, t, identity_read(w), dimension_of(owner, c));
    expr *map_subs[MAX_RANK];
    memcpy(map_subs, owner->args, (size_t)w->rank * sizeof *map_subs);
    e->body = expr_replace(e->body, owner, expr_read(t, map_subs));
    if (p->fastest[e->out->id] < 0)
        p->fastest[e->out->id] = e->accumulate ? plan_fastest(p, e->out) : c;
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
