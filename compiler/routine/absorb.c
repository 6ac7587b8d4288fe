/* absorb.c: what alone feeds a recurrence, or is fed by it turn for turn, joins it where memory counts: then one turn's elements are enough. */
#include "order.h"

static bool is_result(const routine *r, const tensor *t)
{
    bool result = r->value == t;
    for (int i = 0; i < r->outputs.count; i++)
        result |= r->outputs.data[i] == t;
    return result || t->kind == TENSOR_GRADIENT;
}

/* The dimension of v's tensor that all its readers, who are members, read in their own turn; -1: there is none. */
static int dimension_read(const ordering *o, const timing *t, const int_list *members, int number, int component)
{
    const tensor *x = o->v[number].e->out;
    const int_list *readers = &o->readers[x->id];
    int dimension = -1;
    for (int i = 0; i < readers->count; i++) {
        const vertex *r = &o->v[readers->data[i]];
        if (r->component != component || r->e->source == x)
            return -1;
        int p = order_position(o, t, r, members);
        for (int q = 0; q < r->reads.count; q++) {
            int64_t difference;
            int found = -1;
            for (int d = 0; r->reads.data[q]->tensor == x && d < x->rank && found < 0; d++)
                if (p >= 0 && order_turn(r->reads.data[q]->args[d], p, &difference) && difference == 0)
                    found = d;
            if (r->reads.data[q]->tensor != x)
                continue;
            if (found < 0 || (dimension >= 0 && found != dimension))
                return -1;
            dimension = found;
        }
    }
    return dimension;
}

/* Which vertices need the component, directly or through others? */
static bool *needing(const ordering *o, const int_list *among, int component)
{
    bool *after = NEW_ARRAY(bool, o->r->equations.count + 1);
    for (bool more = true; more;) {
        more = false;
        for (int i = 0; i < among->count; i++) {
            const vertex *v = &o->v[among->data[i]];
            for (int k = 0; k < v->needs.count && !after[among->data[i]] && v->component != component; k++)
                if (o->v[v->needs.data[k]].component == component || after[v->needs.data[k]])
                    after[among->data[i]] = more = true;
        }
    }
    return after;
}

/* The position of v that counts turns, where v needs of what comes after the component nothing, and of its members only this turn's values; else -1. */
static int position_fed(const ordering *o, const timing *t, const int_list *members, const bool *after, const vertex *v)
{
    int found = -1;
    for (int k = 0; k < v->needs.count; k++)
        if (after[v->needs.data[k]])
            return -1;
    for (int q = 0; q < v->reads.count; q++) {
        const expr *x = v->reads.data[q];
        int p, d = t->dimension[x->tensor->id];
        bool member = false;
        for (int k = 0; k < members->count; k++)
            member |= o->v[members->data[k]].e->out == x->tensor;
        if (!member)
            continue;
        if (d < 0 || !int_is_index(x->args[d], &p) || p >= v->e->free || (found >= 0 && p != found))
            return -1;
        found = p;
    }
    return found;
}

/* What feeds the component alone, and what is fed by it turn for turn. */
static void absorb(ordering *o, const int_list *among, int first)
{
    int component = o->v[first].component;
    int_list members = order_component(o, among, &o->v[first]);
    timing t = {.dimension = NEW_ARRAY(int, o->g->tensors.count + 1)};
    if (!order_timing(o, &t, &members))
        return;
    for (bool more = true; more;) {
        more = false;
        const bool *after = needing(o, among, component);
        for (int i = among->count - 1; i >= 0 && !more; i--) {
            vertex *v = &o->v[among->data[i]];
            const equation *e = v->e;
            if (v->component == component || e->kind != EQ_COMPUTE || e->accumulate || order_is_stored(e->out) ||
                o->producers[e->out->id].count != 1 || order_component(o, among, v).count > 1 || order_needs_itself(v, among->data[i]))
                continue;
            int d = after[among->data[i]] ? position_fed(o, &t, &members, after, v)
                    : is_result(o->r, e->out) ? -1 : dimension_read(o, &t, &members, among->data[i], component);
            if (d < 0)
                continue;
            v->component = component;
            t.dimension[e->out->id] = d;
            vec_push(&members) = among->data[i];
            more = true;
        }
    }
}

void order_absorb(ordering *o, const int_list *among)
{
    bool *done = NEW_ARRAY(bool, o->components + 1);
    for (int i = 0; i < among->count; i++) {
        const vertex *v = &o->v[among->data[i]];
        if (done[v->component])
            continue;
        done[v->component] = true;
        if (order_component(o, among, v).count > 1 || order_needs_itself(v, among->data[i]))
            absorb(o, among, among->data[i]);
    }
}
