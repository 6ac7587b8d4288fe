/* plan.c: assigns places, and packs the work by lifetime. See plan.h. */
#include "plan.h"

#include <string.h>

#include "../routine/passes.h"

enum { CACHE_LINE = 64 };              /* bytes */
enum { FILL_UP_FROM = 14 };            /* a row is filled up by a fourteenth of its length at most */

/* Strides for the dimensions in memory order: as written, but `fastest` (if any) last. */
static void lay_out(const plan *p, const tensor *t, int fastest, place *at)
{
    int n = 0;
    for (int d = 0; d < t->rank; d++)
        if (d != fastest)
            at->order[n++] = d;
    if (fastest >= 0)
        at->order[n++] = fastest;
    int64_t stride = 1;
    for (int k = t->rank - 1; k >= 0; k--) {
        int d = at->order[k];
        at->stride[d] = at->folded >> d & 1 ? 0 : stride;
        stride *= at->folded >> d & 1 ? 1 : t->dims[d] != EXTENT_BATCH ? t->dims[d] : at->samples ? at->samples : p->options.batch;
        stride += k == t->rank - 1 ? at->pad : 0;
    }
    at->size = stride;
}

/* Rows whose length is a power of two (in bytes, 1024 or a multiple) fall into few sets of a cache: a line between them spreads them.
 * Rows that end a little before a line are filled up to it: then no vector crosses lines. */
static int64_t pad_of(const plan *p, const tensor *t, int fastest)
{
    int64_t size = p->options.is_double ? 8 : 4, row = t->rank > 1 ? t->dims[fastest >= 0 ? fastest : t->rank - 1] : 0, line = CACHE_LINE / size;
    int64_t missing = (line - row % line) % line;
    if (p->options.level != LEVEL_O2 || t->classes || row <= 0)
        return 0;
    return row * size % 1024 == 0 ? line : missing * FILL_UP_FROM <= row ? missing : 0;
}

static void place_params(plan *p)
{
    graph *g = p->graph;
    p->params = NEW_ARRAY(place, g->params.count + 1);
    for (int i = 0; i < g->params.count; i++) {
        const tensor *t = g->params.data[i];
        place *at = &p->params[i];
        at->pad = pad_of(p, t, p->fastest[t->id]);
        lay_out(p, t, p->fastest[t->id], at);
        at->store = t->values ? STORE_CONSTANT : STORE_PARAMS;
        if (t->values)
            continue;
        at->offset = p->reals;
        p->reals += at->size;
    }
}

static void place_states(plan *p)
{
    graph *g = p->graph;
    p->states = NEW_ARRAY(place, g->states.count + 1);
    for (int i = 0; i < g->states.count; i++) {
        place *at = &p->states[i];
        lay_out(p, g->states.data[i], -1, at);
        at->store = g->states.data[i]->values ? STORE_CONSTANT : STORE_STATE;
        if (g->states.data[i]->values)
            continue;
        at->offset = p->state_reals;
        p->state_reals += at->size;
    }
}

/* ---- fusion of a sum with what alone reads it ---- */

typedef struct identity_check {
    const tensor *t;
    bool good;
} identity_check;

static void check_identity(expr *e, void *context)
{
    identity_check *c = context;
    int p;
    if (e->kind != X_READ || e->tensor != c->t)
        return;
    for (int d = 0; d < e->nargs; d++)
        c->good &= int_is_index(e->args[d], &p) && p == d;
}

static bool same_turns(const equation *a, const equation *b)
{
    if (a->turns != b->turns)
        return false;
    for (int k = 0; k < a->turns; k++)
        if (a->turn[k].recurrence != b->turn[k].recurrence || a->turn[k].position != b->turn[k].position)
            return false;
    return true;
}

bool plan_may_fuse(const routine *r, int i)
{
    const equation_list *list = &r->equations;
    const equation *e = list->data[i], *next;
    if (i + 1 >= list->count)
        return false;
    next = list->data[i + 1];
    if (e->kind != EQ_COMPUTE || next->kind != EQ_COMPUTE || e->reduction == RED_NONE || e->reduction == RED_ARGMAX ||
        e->reduction == RED_ARGMIN || next->reduction != RED_NONE || e->free != next->free || e->accumulate)
        return false;
    if (memcmp(e->extent, next->extent, (size_t)e->free * sizeof *e->extent) != 0 || !same_turns(e, next))
        return false;
    if (e->out == r->value)
        return false;
    for (int k = 0; k < r->outputs.count; k++)
        if (r->outputs.data[k] == e->out)
            return false;
    identity_check c = {e->out, true};
    expr_each(next->body, check_identity, &c);
    for (int k = 0; next->accumulate && k < next->out->rank; k++) { /* an update: element by element */
        int p;
        c.good &= int_is_index(next->subs[k], &p) && p == k;
    }
    return c.good && reads_tensor(next, e->out) && count_readers(list, e->out) == 1;
}

/* Does what equation i computes have to be in memory? With --check-finite a gradient too, so that no step is taken down one that is not finite. */
static bool is_looked_at(const plan *p, const routine_plan *r, int i)
{
    const equation_list *list = &r->routine->equations;
    return ((p->options.level == LEVEL_O0 || p->options.check_finite) && list->data[i]->out->own) ||
           (p->options.check_finite && list->data[i + 1]->accumulate);
}

/* Does --schedule say that it is to be in memory? */
static bool is_stored_by_hand(const plan *p, const routine_plan *r, int i)
{
    decision *d = schedule_stored(p->options.schedule, routine_name(p->graph, r->routine), r->routine->equations.data[i]->out->label);
    if (d)
        d->done = true;
    return d != NULL;
}

/* ---- one routine ---- */

bool plan_is_gradient(const routine *r, const graph *g, const tensor *t, int *param)
{
    for (int i = 0; r->gradient && i < g->params.count; i++)
        if (r->gradient[i] == t) {
            *param = i;
            return true;
        }
    return false;
}

static const tensor *root(const routine_plan *r, const tensor *t)
{
    while (r->places[t->id].alias)
        t = r->places[t->id].alias;
    return t;
}

static bool is_reshaped(const equation_list *list, const tensor *t)
{
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->source == t)
            return true;
    return false;
}

bool plan_row_major(const tensor *t, const place *at)
{
    for (int k = 0; k < t->rank; k++)
        if (at->order[k] != k)
            return false;
    return true;
}

static void place_tensor(plan *p, routine_plan *r, const equation *e, int number)
{
    tensor *t = e->out;
    place *at = &r->places[t->id];
    int param;
    if (at->store != STORE_NONE)
        return;
    for (int k = 0; k < r->routine->outputs.count; k++)
        if (r->routine->outputs.data[k] == t) {
            lay_out(p, t, -1, at);
            at->store = STORE_ARGUMENT;
            return;
        }
    if (plan_is_gradient(r->routine, p->graph, t, &param)) {
        *at = p->params[param];
        at->store = STORE_GRADIENT;
        return;
    }
    at->folded = folded_dimensions(p, r, number);
    at->samples = samples_kept(r->routine, t);
    int fastest = t->of && t->of->kind == TENSOR_PARAM ? p->fastest[t->of->id] : p->fastest[t->id];
    if (e->kind == EQ_COMPUTE && !at->folded && !is_reshaped(&r->routine->equations, t))
        at->pad = pad_of(p, t, fastest);
    lay_out(p, t, fastest, at);
    if (r->fused[number])
        return;
    if (e->kind == EQ_RESHAPE) {
        const place *from = &r->places[e->source->id];
        bool named = p->options.level == LEVEL_O0 && t->own;
        if (!named && plan_row_major(e->source, from) && from->store != STORE_PARAMS && from->store != STORE_STATE && from->store != STORE_CONSTANT) {
            lay_out(p, t, -1, at);
            at->alias = e->source;
            at->store = from->store;
            return;
        }
        lay_out(p, t, -1, at);
    }
    at->store = STORE_WORK;
}

static void place_known(plan *p, routine_plan *r)
{
    graph *g = p->graph;
    for (int i = 0; i < g->params.count; i++)
        r->places[g->params.data[i]->id] = p->params[i];
    for (int i = 0; i < g->states.count; i++)
        r->places[g->states.data[i]->id] = p->states[i];
    for (int i = 0; i < g->tensors.count; i++) {
        tensor *t = g->tensors.data[i];
        place *at = &r->places[i];
        if (t->kind == TENSOR_INPUT || t->kind == TENSOR_TARGET || t->kind == TENSOR_CONST) {
            lay_out(p, t, -1, at);
            at->store = t->kind == TENSOR_CONST ? STORE_CONSTANT : STORE_ARGUMENT;
        }
    }
}

typedef struct lifetimes {
    const routine_plan *r;
    int *last;              /* by tensor id: the equation that needs it last */
    int until;
} lifetimes;

static void extend_life(const lifetimes *l, const tensor *t)
{
    int x = root(l->r, t)->id;
    if (l->r->places[t->id].store == STORE_WORK && l->last[x] < l->until)
        l->last[x] = l->until;
}

static void extend_read(expr *e, void *context)
{
    if (e->kind == X_READ)
        extend_life(context, e->tensor);
}

typedef struct block_search {
    const routine_plan *r;
    const sample_block *s;
    int *first, *last;
} block_search;

static void live_through(block_search *b, const tensor *t)
{
    int x = root(b->r, t)->id;
    if (b->r->places[x].store != STORE_WORK || b->r->places[x].samples)
        return;
    b->first[x] = b->first[x] > b->s->first ? b->s->first : b->first[x];
    b->last[x] = b->last[x] < b->s->first + b->s->count - 1 ? b->s->first + b->s->count - 1 : b->last[x];
}

static void read_through(expr *e, void *context)
{
    if (e->kind == X_READ && e->tensor->id >= 0)
        live_through(context, e->tensor);
}

/* What is kept for all samples lives as long as the blocks of samples run that touch it. */
static void extend_over_blocks(const routine_plan *r, int *first, int *last)
{
    for (int i = 0; i < r->routine->equations.count; i++) {
        const equation *e = r->routine->equations.data[i];
        block_search b = {r, sample_block_of(r->routine, i), first, last};
        if (!b.s)
            continue;
        live_through(&b, e->out);
        if (e->source)
            live_through(&b, e->source);
        if (e->body)
            expr_each(e->body, read_through, &b);
        for (int d = 0; e->subs && d < e->out->rank; d++)
            expr_each(e->subs[d], read_through, &b);
    }
}

static void find_lifetimes(const plan *p, routine_plan *r)
{
    const equation_list *list = &r->routine->equations;
    int *first = NEW_ARRAY(int, p->graph->tensors.count + 1), *last = NEW_ARRAY(int, p->graph->tensors.count + 1);
    for (int i = 0; i < p->graph->tensors.count; i++)
        first[i] = last[i] = -1;
    for (int i = 0; i < list->count; i++) {
        int out = root(r, list->data[i]->out)->id;
        if (first[out] < 0)
            first[out] = i;
        last[out] = i;
        /* what a fused producer reads is needed while the consumer runs, and the other way round */
        const equation *e = list->data[i];
        lifetimes l = {r, last, r->fused[i] ? i + 1 : i};
        if (e->source)
            extend_life(&l, e->source);
        if (e->body)
            expr_each(e->body, extend_read, &l);
        for (int d = 0; e->subs && d < e->out->rank; d++)
            expr_each(e->subs[d], extend_read, &l);
    }
    if (r->routine->value)
        last[root(r, r->routine->value)->id] = list->count;
    for (int i = 0; i < list->count; i++)
        for (int t = 0; list->data[i]->turns && t < p->graph->tensors.count; t++) {
            tensor *x = p->graph->tensors.data[t];
            int x_root = root(r, x)->id;
            if (r->places[t].store == STORE_WORK && (list->data[i]->out == x || reads_tensor(list->data[i], x)))
                extend_lifetime(r, x, i, &first[x_root], &last[x_root]);
        }
    extend_over_blocks(r, first, last);
    for (int t = 0; t < p->graph->tensors.count; t++) {
        int x = root(r, p->graph->tensors.data[t])->id;
        r->places[t].first = first[x] > 0 && r->fused[first[x] - 1] ? first[x] - 1 : first[x];
        r->places[t].last = last[x];
    }
}

/* First fit: each tensor at the lowest offset (at -O2 of a cache line) where nothing that lives at the same time lies. */
static void pack(const plan *p, routine_plan *r)
{
    VEC(int) placed = {0};
    bool share = p->options.level != LEVEL_O0;
    int64_t line = p->options.level == LEVEL_O2 ? CACHE_LINE / (p->options.is_double ? 8 : 4) : 1;
    for (int i = 0; i < r->routine->equations.count; i++) {
        tensor *t = r->routine->equations.data[i]->out;
        place *at = &r->places[t->id];
        bool done = at->alias || at->store != STORE_WORK;
        for (int k = 0; k < placed.count; k++)
            done |= placed.data[k] == t->id;
        if (done)
            continue;
        int64_t offset = 0;
        for (bool moved = true; moved;) {
            moved = false;
            for (int k = 0; k < placed.count; k++) {
                const tensor *o = p->graph->tensors.data[placed.data[k]];
                const place *other = &r->places[o->id];
                bool same_arena = (o->classes > 0) == (t->classes > 0);
                bool together = !share || (other->first <= at->last && at->first <= other->last);
                if (same_arena && together && offset < other->offset + other->size && other->offset < offset + at->size) {
                    offset = (other->offset + other->size + line - 1) / line * line;
                    moved = true;
                }
            }
        }
        at->offset = offset;
        vec_push(&placed) = t->id;
        int64_t end = offset + at->size, *arena = t->classes ? &r->ints : &r->reals;
        if (end > *arena)
            *arena = end;
    }
}

static void plan_routine(plan *p, routine *which)
{
    routine_plan *r = NEW(routine_plan);
    r->routine = which;
    r->places = NEW_ARRAY(place, p->graph->tensors.count + 1);
    r->fused = NEW_ARRAY(bool, which->equations.count + 1);
    vec_push(&p->routines) = r;
    place_known(p, r);
    for (int i = 0; i < which->equations.count; i++)
        r->fused[i] = plan_may_fuse(which, i) && !(i > 0 && r->fused[i - 1]) && !is_looked_at(p, r, i) && !is_stored_by_hand(p, r, i);
    for (int i = 0; i < which->equations.count; i++)
        place_tensor(p, r, which->equations.data[i], i);
    find_lifetimes(p, r);
    pack(p, r);
    if (r->reals > p->work_reals)
        p->work_reals = r->reals;
    if (r->ints > p->work_ints)
        p->work_ints = r->ints;
}

plan *plan_build(graph *g, const routine_list *routines, plan_options options)
{
    plan *p = NEW(plan);
    p->graph = g;
    p->options = options;
    plan_routing(p, routines);
    plan_padding(p, routines);
    plan_layouts(p, routines);
    plan_packing(p, routines);
    plan_crossing(p, routines);
    place_params(p);
    place_states(p);
    for (int i = 0; i < routines->count; i++)
        plan_samples(p, routines->data[i]);
    for (int i = 0; i < routines->count; i++) { /* no tensor is made from here on: each has a place in every routine */
        plan_routine(p, routines->data[i]);
        plan_verify_turns(routines->data[i]);
    }
    return p;
}

static int64_t aligned(int64_t size, int64_t to)
{
    return (size + to - 1) / to * to;
}

/* At -O0 every tensor that any routine works on has a field of its own. */
static int64_t named_bytes(const plan *p, int64_t size, int64_t real)
{
    for (int i = 0; i < p->graph->tensors.count; i++)
        for (int k = 0; k < p->routines.count; k++) {
            const place *at = &p->routines.data[k]->places[i];
            if (at->store != STORE_WORK || at->alias)
                continue;
            int64_t element = p->graph->tensors.data[i]->classes ? 4 : real;
            size = aligned(size, element) + at->size * element;
            break;
        }
    return size;
}

int64_t plan_work_bytes(const plan *p)
{
    int64_t real = p->options.is_double ? 8 : 4, size = p->options.level == LEVEL_O2 ? CACHE_LINE : 8; /* error and padding */
    if (p->options.level == LEVEL_O0)
        size = named_bytes(p, size, real);
    else
        size += p->work_reals * real + p->work_ints * 4;
    return aligned(size, real);
}
