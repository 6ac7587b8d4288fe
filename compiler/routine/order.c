/* order.c: the order of evaluation, and what has to be run in turn.
 *
 * Equations that need each other (a recurrence: h[t] needs h[t - 1]) are a strongly connected component of the graph of who reads
 * whom. Each becomes a loop over its turns, with the equations as its body; everything else of a scan's body is computed before
 * or after it, for all turns at once. Within the loop the reads of other turns are satisfied, so what remains connected are loops within it.
 *
 * Sources: R. Tarjan, "Depth-first search and linear graph algorithms" (1972); loop distribution as in R. Allen, K. Kennedy,
 * "Automatic translation of Fortran programs to vector form" (1987), section 5. */
#include "order.h"

#include <string.h>

static void collect_read(expr *x, void *context)
{
    vertex *v = context;
    if (x->kind == X_READ)
        vec_push(&v->reads) = x;
}

bool order_turn(const expr *sub, int position, int64_t *difference)
{
    if (sub->nargs != 1 || sub->args[0]->kind != X_INDEX || sub->args[0]->index != position || sub->coef[0] != 1)
        return false;
    *difference = sub->constant;
    return true;
}

/* ---- who needs whom ---- */

/* Does e, in the loops that were made so far, read this from another turn? Then it is there already. */
static bool from_other_turn(const equation *e, const expr *read, const equation *producer)
{
    int64_t difference;
    int common = e->turns < producer->turns ? e->turns : producer->turns;
    for (int k = 0; k < common && e->turn[k].recurrence == producer->turn[k].recurrence; k++)
        if (order_turn(read->args[producer->turn[k].dimension], e->turn[k].position, &difference) && difference != 0)
            return true;
    return false;
}

bool order_is_stored(const tensor *t)
{
    return t->kind == TENSOR_PARAM || t->kind == TENSOR_STATE;
}

static void need(vertex *v, int n)
{
    if (!v->needs.count || v->needs.data[v->needs.count - 1] != n)
        vec_push(&v->needs) = n;
}

static void find_needs(ordering *o, const int_list *among)
{
    for (int i = 0; i < among->count; i++) {
        o->v[among->data[i]].among = true;
        o->v[among->data[i]].needs.count = 0;
        o->v[among->data[i]].index = -1;
    }
    for (int i = 0; i < among->count; i++) {
        vertex *v = &o->v[among->data[i]];
        for (int q = 0; q < v->reads.count; q++) {
            const int_list *producers = &o->producers[v->reads.data[q]->tensor->id];
            for (int k = 0; k < producers->count; k++) {
                vertex *p = &o->v[producers->data[k]];
                if (p->among && !order_is_stored(p->e->out) && !from_other_turn(v->e, v->reads.data[q], p->e))
                    need(v, producers->data[k]);
                if (p->among && order_is_stored(p->e->out) && p != v) /* a step comes after every read */
                    need(p, among->data[i]);
            }
        }
        const int_list *same = &o->producers[v->e->out->id], *source_of = v->e->source ? &o->producers[v->e->source->id] : NULL;
        for (int k = 0; source_of && k < source_of->count; k++)
            if (o->v[source_of->data[k]].among) {
                if (order_is_stored(v->e->source))
                    need(&o->v[source_of->data[k]], among->data[i]);
                else
                    need(v, source_of->data[k]);
            }
        for (int k = 0; v->e->accumulate && k < same->count; k++)
            if (o->v[same->data[k]].among && same->data[k] < among->data[i])
                need(v, same->data[k]);
    }
    for (int i = 0; i < among->count; i++)
        o->v[among->data[i]].among = false;
}

/* ---- components ---- */

static void connect(ordering *o, int n)
{
    vertex *v = &o->v[n];
    v->index = v->low = o->visited++;
    v->on_stack = true;
    vec_push(&o->stack) = n;
    for (int i = 0; i < v->needs.count; i++) {
        vertex *w = &o->v[v->needs.data[i]];
        if (w->index < 0) {
            connect(o, v->needs.data[i]);
            if (w->low < v->low)
                v->low = w->low;
        } else if (w->on_stack && w->index < v->low)
            v->low = w->index;
    }
    if (v->low != v->index)
        return;
    for (int w = -1; w != n;) {
        w = o->stack.data[--o->stack.count];
        o->v[w].on_stack = false;
        o->v[w].component = o->components;
    }
    o->components++;
}

bool order_needs_itself(const vertex *v, int n)
{
    for (int i = 0; i < v->needs.count; i++)
        if (v->needs.data[i] == n)
            return true;
    return false;
}

/* ---- the turn: the dimension along which a component recurs ---- */

int order_dimension(const equation *e, int position)
{
    int64_t difference;
    if (!e->subs)
        return position < e->free ? position : -1;
    for (int d = 0; d < e->out->rank; d++)
        if (order_turn(e->subs[d], position, &difference) && difference == 0)
            return d;
    return -1;
}

int order_position(const timing *t, const vertex *v)
{
    int found = -1, d = t->dimension[v->e->out->id];
    if (d >= 0) {
        int p = d;
        if (v->e->subs && !int_is_index(v->e->subs[d], &p))
            return -2;
        found = p;
    }
    if (v->e->source && t->dimension[v->e->source->id] >= 0 && found < 0)
        found = t->dimension[v->e->source->id];
    for (int i = 0; i < v->reads.count; i++) {
        const expr *x = v->reads.data[i];
        if (!t->inside[x->tensor->id] || t->dimension[x->tensor->id] < 0)
            continue;
        const expr *sub = x->args[t->dimension[x->tensor->id]];
        if (sub->nargs != 1 || sub->args[0]->kind != X_INDEX || sub->coef[0] != 1)
            return -2;
        if (found >= 0 && found != sub->args[0]->index)
            return -2;
        found = sub->args[0]->index;
    }
    return found;
}

static bool settle(timing *t, const tensor *x, int dimension, bool *changed)
{
    if (dimension < 0)
        return false;
    if (t->dimension[x->id] < 0)
        *changed = true;
    else if (t->dimension[x->id] != dimension)
        return false;
    t->dimension[x->id] = dimension;
    return true;
}

/* Adds what every turn of position p computes to a tensor that has no dimension for it. */
static bool sums_turns(const equation *e, int p)
{
    return e->accumulate && order_dimension(e, p) < 0;
}

/* Spreads what is known of the turns from this equation to what it computes and reads; false where that contradicts itself. */
static bool spread_from(timing *t, const vertex *v, bool *changed)
{
    int p = order_position(t, v);
    if (p == -1)
        return true;
    if (p < -1 || p >= v->e->free || (!sums_turns(v->e, p) && !settle(t, v->e->out, order_dimension(v->e, p), changed)))
        return false;
    if (v->e->source && !settle(t, v->e->source, p, changed))
        return false;
    for (int q = 0; q < v->reads.count; q++) {
        const expr *x = v->reads.data[q];
        int dimension = -1;
        int64_t difference;
        if (!t->inside[x->tensor->id])
            continue;
        for (int d = 0; d < x->nargs; d++)
            if (order_turn(x->args[d], p, &difference) && (dimension < 0 || t->dimension[x->tensor->id] == d))
                dimension = d;
        if (!settle(t, x->tensor, dimension, changed) || !order_turn(x->args[dimension], p, &difference))
            return false;
        if (difference && t->sign && (difference > 0) != (t->sign > 0))
            return false;
        if (difference) {
            t->sign = difference > 0 ? 1 : -1;
            t->elsewhere++;
        }
    }
    return true;
}

/* Have all of them as many turns? What is read at i + 3 may look like another turn of i, and a longer row may begin with the turns' values. */
static bool same_turns(const ordering *o, const timing *t, const int_list *among)
{
    int64_t extent = 0;
    for (int i = 0; i < among->count; i++) {
        const vertex *v = &o->v[among->data[i]];
        int p = order_position(t, v);
        if (p < 0 || (i && v->e->extent[p] != extent))
            return false;
        extent = v->e->extent[p];
    }
    return true;
}

bool order_spread(const ordering *o, timing *t, const int_list *among)
{
    bool good = true;
    for (int i = 0; i < among->count; i++)
        t->inside[o->v[among->data[i]].e->out->id] = true;
    for (bool changed = true; changed && good;) {
        changed = false;
        t->elsewhere = 0;
        for (int i = 0; i < among->count && good; i++)
            good = spread_from(t, &o->v[among->data[i]], &changed);
    }
    for (int i = 0; i < among->count && good; i++) {
        const vertex *v = &o->v[among->data[i]];
        int p = order_position(t, v);
        good = t->dimension[v->e->out->id] >= 0 || (p >= 0 && sums_turns(v->e, p));
    }
    for (int i = 0; i < among->count; i++)
        t->inside[o->v[among->data[i]].e->out->id] = good;
    return good && t->sign != 0 && same_turns(o, t, among);
}

/* Tries each read from another turn as the one that tells. */
bool order_timing(const ordering *o, timing *t, const int_list *among)
{
    size_t tensors = (size_t)o->g->tensors.count;
    *t = (timing){.dimension = NEW_ARRAY(int, tensors + 1), .inside = NEW_ARRAY(bool, tensors + 1)};
    for (int i = 0; i < among->count; i++) {
        const vertex *v = &o->v[among->data[i]];
        for (int q = 0; q < v->reads.count; q++) {
            const expr *x = v->reads.data[q];
            for (int d = 0; d < x->nargs; d++) {
                const expr *s = x->args[d];
                bool taken = false;
                for (int k = 0; k < v->e->turns; k++)
                    taken |= s->uses >> v->e->turn[k].position & 1;
                if (taken || s->nargs != 1 || s->args[0]->kind != X_INDEX || s->coef[0] != 1 || s->constant == 0 || x->tensor->dims[d] == EXTENT_BATCH)
                    continue;
                for (size_t k = 0; k < tensors; k++)
                    t->dimension[k] = -1;
                t->dimension[x->tensor->id] = d;
                t->sign = 0;
                if (order_spread(o, t, among))
                    return true;
            }
        }
    }
    return false;
}

/* ---- ordering ---- */

static void place_all(ordering *o, const int_list *among, int parent);

int_list order_component(const ordering *o, const int_list *among, const vertex *v)
{
    int_list members = {0};
    for (int i = 0; i < among->count; i++)
        if (o->v[among->data[i]].component == v->component)
            vec_push(&members) = among->data[i];
    return members;
}

static bool is_ready(const ordering *o, const int_list *members)
{
    for (int i = 0; i < members->count; i++) {
        const vertex *v = &o->v[members->data[i]];
        for (int k = 0; k < v->needs.count; k++) {
            const vertex *w = &o->v[v->needs.data[k]];
            if (w->component != v->component && !w->placed)
                return false;
        }
    }
    return true;
}

/* All equations of a loop call its turn the same. */
static void name_turn(equation *e, const char *name)
{
    int p = e->turn[e->turns - 1].position;
    for (int k = 0; k < e->free + e->bound; k++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a turn has a name */
        if (k != p && e->index_name[k] && strcmp(e->index_name[k], name) == 0)
            e->index_name[k] = NULL;
    e->index_name[p] = name;
    equation_name_indices(e);
}

static void place_recurrence(ordering *o, const int_list *members, int parent)
{
    timing t;
    if (!order_timing(o, &t, members))
        bug("equations need each other: %s", o->v[members->data[0]].e->out->label);
    int number = o->r->recurrences.count;
    recurrence *rec = NEW(recurrence);
    vec_push(&o->r->recurrences) = rec;
    rec->parent = parent;
    rec->backward = t.sign > 0;
    rec->first = o->out.count;
    rec->count = members->count;
    const char *name = NULL; /* of the turn: the user's where there is one */
    bool derived = false;
    for (int i = 0; i < members->count; i++) {
        equation *e = o->v[members->data[i]].e;
        int p = order_position(&t, &o->v[members->data[i]]);
        if (e->turns == MAX_TURNS || (i && e->extent[p] != rec->extent))
            bug("the turns of %s", e->out->label);
        rec->extent = e->extent[p];
        if (!name || (derived && !e->note)) {
            name = e->index_name[p];
            derived = e->note != NULL;
        }
        e->turn[e->turns++] = (run_in_turn){number, p, t.dimension[e->out->id]};
    }
    for (int i = 0; i < members->count; i++)
        name_turn(o->v[members->data[i]].e, name);
    place_all(o, members, number);
}

/* The components in an order in which each finds what it needs. */
static void sort_components(ordering *o, const int_list *among, list_of_lists *groups)
{
    int from = 0;
    for (int left = among->count; left > 0;) {
        int before = left;
        while (from < among->count && o->v[among->data[from]].placed)
            from++;
        for (int i = from; i < among->count && left == before; i++) {
            const vertex *v = &o->v[among->data[i]];
            if (v->placed)
                continue;
            int_list members = order_component(o, among, v);
            if (!is_ready(o, &members))
                continue;
            left -= members.count;
            for (int k = 0; k < members.count; k++)
                o->v[members.data[k]].placed = true;
            vec_push(groups) = members;
        }
        if (left == before)
            bug("no equation is ready");
    }
}

static void place_all(ordering *o, const int_list *among, int parent)
{
    list_of_lists groups = {0};
    find_needs(o, among);
    o->visited = 0;
    for (int i = 0; i < among->count; i++)
        o->v[among->data[i]].placed = false;
    for (int i = 0; i < among->count; i++)
        if (o->v[among->data[i]].index < 0)
            connect(o, among->data[i]);
    if (o->thrift != THRIFT_NONE || o->absorbs)
        order_absorb(o, among);
    sort_components(o, among, &groups);
    bool *recurs = NEW_ARRAY(bool, groups.count + 1);
    for (int i = 0; i < groups.count; i++)
        recurs[i] = groups.data[i].count > 1 || order_needs_itself(&o->v[groups.data[i].data[0]], groups.data[i].data[0]);
    for (int i = 0; i < groups.count; i++) {
        if (recurs[i])
            place_recurrence(o, &groups.data[i], parent);
        else
            vec_push(&o->out) = o->v[groups.data[i].data[0]].e;
    }
}

void pass_order(const graph *g, routine *r, thrift how, bool absorbs)
{
    ordering o = {.g = g, .r = r, .thrift = how, .absorbs = absorbs};
    int_list all = {0};
    o.v = NEW_ARRAY(vertex, r->equations.count + 1);
    o.producers = NEW_ARRAY(int_list, g->tensors.count + 1);
    o.readers = NEW_ARRAY(int_list, g->tensors.count + 1);
    for (int i = 0; i < r->equations.count; i++) {
        vertex *v = &o.v[i];
        v->e = r->equations.data[i];
        v->e->turns = 0;
        if (v->e->body)
            expr_each(v->e->body, collect_read, v);
        for (int d = 0; v->e->subs && d < v->e->out->rank; d++)
            expr_each(v->e->subs[d], collect_read, v);
        vec_push(&o.producers[v->e->out->id]) = i;
        for (int q = 0; q < v->reads.count; q++) {
            int_list *readers = &o.readers[v->reads.data[q]->tensor->id];
            if (!readers->count || readers->data[readers->count - 1] != i)
                vec_push(readers) = i;
        }
        if (v->e->source)
            vec_push(&o.readers[v->e->source->id]) = i;
        vec_push(&all) = i;
    }
    r->recurrences.count = 0;
    place_all(&o, &all, -1);
    r->equations = o.out;
}
