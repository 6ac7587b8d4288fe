/* absorb.c: what alone feeds a recurrence, or is fed by it turn for turn, joins it where memory counts: then one turn's elements are enough.
 *
 * What joins does so whole: an equation, or where forward values are computed again the equations of another recurrence (a layer's above, a scan
 * within the turn) and what sums up over the turns. Where all is stored these would only make loops, and lifetimes, longer. */
#include "order.h"

#include <string.h>

typedef struct absorption {
    ordering *o;
    const int_list *among;
    int component;
    int_list members;
    timing t;
    bool *after;                   /* by vertex: needs the component, directly or through others */
    bool *joined;                  /* by vertex: a member, or of the unit that is looked at */
} absorption;

static bool is_result(const routine *r, const tensor *t)
{
    bool result = r->value == t;
    for (int i = 0; i < r->outputs.count; i++)
        result |= r->outputs.data[i] == t;
    return result || t->kind == TENSOR_GRADIENT;
}

static void find_after(absorption *a)
{
    const ordering *o = a->o;
    for (int i = 0; i < a->among->count; i++)
        a->after[a->among->data[i]] = false;
    for (bool more = true; more;) {
        more = false;
        for (int i = 0; i < a->among->count; i++) {
            const vertex *v = &o->v[a->among->data[i]];
            for (int k = 0; k < v->needs.count && !a->after[a->among->data[i]] && v->component != a->component; k++)
                if (o->v[v->needs.data[k]].component == a->component || a->after[v->needs.data[k]])
                    a->after[a->among->data[i]] = more = true;
        }
    }
}

static bool all_joined(const absorption *a, const int_list *which)
{
    for (int i = 0; i < which->count; i++)
        if (!a->joined[which->data[i]])
            return false;
    return true;
}

/* Does a value of the component need one turn's memory alone once vertex n, too, reads it there? */
static bool spares_turns(const absorption *a, int n)
{
    const ordering *o = a->o;
    for (int i = 0; i < o->v[n].reads.count; i++) {
        const tensor *x = o->v[n].reads.data[i]->tensor;
        bool output = x == o->r->value;
        for (int k = 0; k < o->r->outputs.count; k++)
            output |= o->r->outputs.data[k] == x;
        if (!output && o->producers[x->id].count && all_joined(a, &o->producers[x->id]) && all_joined(a, &o->readers[x->id]))
            return true;
    }
    return false;
}

/* May vertex n run a turn at a time, as far as those go that need it and that it needs? */
static bool may_join(const absorption *a, int n, bool alone)
{
    const ordering *o = a->o;
    const vertex *v = &o->v[n];
    const equation *e = v->e;
    if ((alone && e->kind != EQ_COMPUTE) || order_is_stored(e->out))
        return false;
    if (o->thrift == THRIFT_NONE && (!a->after[n] || e->reduction != RED_NONE || !spares_turns(a, n)))
        return false;
    if (o->thrift != THRIFT_RECOMPUTE && (!alone || e->accumulate || order_needs_itself(v, n)))
        return false;
    if (!a->after[n])
        return !e->accumulate && !is_result(o->r, e->out) && o->readers[e->out->id].count && all_joined(a, &o->readers[e->out->id]);
    for (int k = 0; k < v->needs.count; k++)
        if (a->after[v->needs.data[k]] && !a->joined[v->needs.data[k]])
            return false;
    return true;
}

/* A tensor with a dimension for the turns is computed within the loop altogether; what sums them up is read after it. */
static bool is_whole(const absorption *a, const timing *t, int n)
{
    const ordering *o = a->o;
    const tensor *x = o->v[n].e->out;
    if (t->dimension[x->id] >= 0)
        return all_joined(a, &o->producers[x->id]);
    for (int i = 0; i < o->readers[x->id].count; i++)
        if (a->joined[o->readers[x->id].data[i]])
            return false;
    return true;
}

static bool join(absorption *a, const int_list *unit)
{
    size_t tensors = (size_t)a->o->g->tensors.count;
    bool good = true;
    for (int i = 0; i < unit->count; i++)
        a->joined[unit->data[i]] = true;
    for (int i = 0; i < unit->count && good; i++)
        good = may_join(a, unit->data[i], unit->count == 1);
    if (good) {
        int_list all = {0};
        timing t = {NEW_ARRAY(int, tensors + 1), NEW_ARRAY(bool, tensors + 1), a->t.sign, 0};
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): made for all tensors where the search begins */
        memcpy(t.dimension, a->t.dimension, tensors * sizeof *t.dimension);
        for (int i = 0; i < a->members.count; i++)
            vec_push(&all) = a->members.data[i];
        for (int i = 0; i < unit->count; i++)
            vec_push(&all) = unit->data[i];
        good = order_spread(a->o, &t, &all) && (a->o->thrift == THRIFT_RECOMPUTE || t.elsewhere == a->t.elsewhere);
        for (int i = 0; i < unit->count && good; i++)
            good = is_whole(a, &t, unit->data[i]);
        if (good) {
            a->t = t;
            a->members = all;
        }
    }
    for (int i = 0; i < unit->count; i++)
        if (good)
            a->o->v[unit->data[i]].component = a->component;
        else
            a->joined[unit->data[i]] = false;
    return good;
}

static void absorb(ordering *o, const int_list *among, int first)
{
    absorption a = {.o = o, .among = among, .component = o->v[first].component, .members = order_component(o, among, &o->v[first]),
                    .after = NEW_ARRAY(bool, o->r->equations.count + 1), .joined = NEW_ARRAY(bool, o->r->equations.count + 1)};
    if (!order_timing(o, &a.t, &a.members))
        return;
    for (int i = 0; i < a.members.count; i++)
        a.joined[a.members.data[i]] = true;
    for (bool more = true; more;) {
        more = false;
        find_after(&a);
        for (int i = among->count - 1; i >= 0 && !more; i--) {
            const vertex *v = &o->v[among->data[i]];
            if (v->component == a.component)
                continue;
            int_list unit = order_component(o, among, v);
            more = join(&a, &unit);
        }
    }
}

void order_absorb(ordering *o, const int_list *among)
{
    bool *done = NEW_ARRAY(bool, o->components + 1);
    for (int i = 0; i < among->count; i++) { /* what is computed again stands between the loops and joins the last one */
        int n = among->data[o->thrift == THRIFT_RECOMPUTE ? among->count - 1 - i : i];
        const vertex *v = &o->v[n];
        if (done[v->component])
            continue;
        done[v->component] = true;
        if (order_component(o, among, v).count > 1 || order_needs_itself(v, n))
            absorb(o, among, n);
    }
}
