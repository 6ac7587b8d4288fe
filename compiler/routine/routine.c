/* routine.c: builds the functions of the generated C out of the graph and its derivation. See routine.h. */
#include "routine.h"

#include <string.h>

#include "../derive/derive.h"
#include "passes.h"

static void copy_list(const equation_list *from, equation_list *to)
{
    for (int i = 0; i < from->count; i++) {
        equation *e = NEW(equation);
        *e = *from->data[i];
        if (e->subs) {
            e->subs = NEW_ARRAY(expr *, e->out->rank + 1);
            memcpy(e->subs, from->data[i]->subs, (size_t)e->out->rank * sizeof *e->subs);
        }
        vec_push(to) = e;
    }
}

static bool *keep_flags(const graph *g, const routine *r)
{
    bool *keep = NEW_ARRAY(bool, g->tensors.count * 2 + 64);
    if (r->value)
        keep[r->value->id] = true;
    for (int i = 0; i < r->outputs.count; i++)
        keep[r->outputs.data[i]->id] = true;
    for (int i = 0; r->gradient && i < g->params.count; i++)
        if (r->gradient[i])
            keep[r->gradient[i]->id] = true;
    return keep;
}

/* Does what the user named stay a tensor, and its gradient too? */
static bool keeps_named(routine_options o)
{
    return o.level == LEVEL_O0 || o.check_finite;
}

static bool *named_flags(const graph *g, const bool *keep, routine_options o)
{
    bool *stay = NEW_ARRAY(bool, g->tensors.count * 2 + 64);
    for (int i = 0; i < g->tensors.count; i++)
        stay[i] = keep[i] || (keeps_named(o) && g->tensors.data[i]->own);
    return stay;
}

/* The last thing that a call does: state = value. */
static void add_state_updates(graph *g, equation_list *list)
{
    for (int i = 0; i < g->updates.count; i++) {
        const graph_update *u = &g->updates.data[i];
        expr *subs[MAX_RANK];
        for (int d = 0; d < u->value->rank; d++)
            subs[d] = u->value->batched && d == 0 ? int_const(0) : int_index(d - u->value->batched);
        equation *e = equation_new(list, u->state, expr_read(u->value, subs), u->at);
        e->note = "kept for the next call";
    }
}

/* Is v the old value of the state, element for element? */
static bool leaves(const equation *v, const tensor *state)
{
    return v->kind == EQ_COMPUTE && v->reduction == RED_NONE && v->body->kind == X_READ && v->body->tensor == state &&
           v->body == identity_read(v->body->tensor);
}

bool routines_update(const graph *g, const tensor *state, bool inference)
{
    equation_list now = {0};
    copy_list(&g->equations, &now);
    pass_set_symbol(&now, SYM_TRAINING, 0);
    for (int i = 0; i < g->updates.count; i++) {
        bool idle = inference || !g->costs.count;
        for (int k = 0; k < now.count && g->updates.data[i].state == state; k++)
            if (now.data[k]->out == g->updates.data[i].value)
                idle &= leaves(now.data[k], state);
        if (g->updates.data[i].state == state)
            return !idle;
    }
    return false;
}

/* A state whose new value is the old one (as running averages in inference) is not touched. */
static void drop_idle_updates(equation_list *list)
{
    int kept = 0;
    for (int i = 0; i < list->count; i++) {
        equation *e = list->data[i];
        bool idle = false;
        for (int k = 0; k < list->count && e->out->kind == TENSOR_STATE; k++)
            idle |= list->data[k]->out == e->body->tensor && leaves(list->data[k], e->out);
        if (!idle)
            list->data[kept++] = e;
    }
    list->count = kept;
}

/* What is computed again is decided of ordered routines, when all of them are there. */
static thrift at_first(routine_options o)
{
    return o.thrift == THRIFT_RECOMPUTE ? THRIFT_TURNS : o.thrift;
}

static void simplify(graph *g, routine *r, routine_options o, bool training)
{
    bool *keep = keep_flags(g, r);
    pass_set_symbol(&r->equations, SYM_TRAINING, training ? 1 : 0);
    pass_drop_derivatives(&r->equations);
    drop_idle_updates(&r->equations);
    pass_prune(g, &r->equations, keep);
    pass_extrema(&r->equations);
    pass_common(g, &r->equations, keeps_named(o));
    keep = keep_flags(g, r); /* passes make tensors */
    pass_inline(g, &r->equations, named_flags(g, keep, o));
    pass_common(g, &r->equations, keeps_named(o)); /* what only inlining made equal */
    pass_inline(g, &r->equations, named_flags(g, keep_flags(g, r), o));
    if (o.inference && !keeps_named(o)) { /* there every value stays what the model says */
        pass_fold(g, &r->equations, keep_flags(g, r));
        if (pass_compose(g, &r->equations, keep_flags(g, r))) { /* and what it adds goes to what is added anyway */
            pass_inline(g, &r->equations, named_flags(g, keep_flags(g, r), o));
            pass_fold(g, &r->equations, keep_flags(g, r));
        }
    }
    pass_prune(g, &r->equations, keep_flags(g, r));
    for (int i = 0; i < r->equations.count; i++) {
        equation *e = r->equations.data[i];
        if (e->body)
            e->body = expr_decide(e->body, e->extent);
        equation_name_indices(e);
    }
    pass_order(g, r, at_first(o), o.level == LEVEL_O2);
    label_equations(g, &r->equations);
    graph_verify(g, &r->equations);
}

static routine *new_routine(routine_list *out, routine_kind kind, int cost)
{
    routine *r = NEW(routine);
    r->kind = kind;
    r->cost = cost;
    vec_push(out) = r;
    return r;
}

/* ---- sgd: the gradients become updates ---- */

/* Does e read what the end of a call changes? */
static bool reads_changing(const graph *g, const equation *e)
{
    for (int i = 0; i < g->params.count; i++)
        if (reads_tensor(e, g->params.data[i]))
            return true;
    for (int i = 0; i < g->states.count; i++)
        if (reads_tensor(e, g->states.data[i]))
            return true;
    return false;
}

static equation *only_definition(const equation_list *list, const tensor *t, int *at)
{
    equation *found = NULL;
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->out == t) {
            if (found)
                return NULL;
            found = list->data[i];
            *at = i;
        }
    return found;
}

static void remove_at(equation_list *list, int at)
{
    memmove(&list->data[at], &list->data[at + 1], (size_t)(list->count - 1 - at) * sizeof *list->data);
    list->count--;
}

/* The last sum that `reader`, element by element, alone reads is put right before it, so that the loops can join them and it is never stored. */
static void join_sum(const graph *g, routine *r, const equation *reader)
{
    equation_list *list = &r->equations;
    int end = list->count - 1;
    while (list->data[end] != reader)
        end--;
    for (int i = end - 1; i >= 0; i--) {
        equation *sum = list->data[i];
        if (sum->kind != EQ_COMPUTE || sum->reduction != RED_SUM || sum->turns || !reads_tensor(reader, sum->out) ||
            count_readers(list, sum->out) != 1 || reads_changing(g, sum))
            continue;
        memmove(&list->data[i], &list->data[i + 1], (size_t)(end - 1 - i) * sizeof *list->data);
        list->data[end - 1] = sum;
        for (int k = 0; k < r->recurrences.count; k++) /* those that it passes move one up */
            r->recurrences.data[k]->first -= r->recurrences.data[k]->first > i && r->recurrences.data[k]->first < end;
        return;
    }
}

static bool is_elementwise(const equation *e)
{
    return e && e->kind == EQ_COMPUTE && e->reduction == RED_NONE && !e->accumulate && !e->turns;
}

/* Every update comes after every read of a parameter. What makes a gradient out of a sum goes into its update (not at -O0, where it has a field). */
static void add_updates(graph *g, routine *r, tensor *const *gradient, opt_level level)
{
    equation_list *list = &r->equations;
    expr *step = expr_neg(expr_sym(SYM_RATE));
    for (int i = g->params.count - 1; i >= 0; i--) { /* the last first: what backward has just read is near */
        tensor *p = g->params.data[i], *t = gradient[i];
        int at = 0;
        if (!t)
            continue;
        expr *read = identity_read(t);
        equation *definition = only_definition(list, t, &at);
        if (level != LEVEL_O0 && is_elementwise(definition) && !reads_changing(g, definition) && count_readers(list, t) == 0) {
            remove_at(list, at);
            read = definition->body;
        }
        equation *u = equation_new(list, p, expr_mul(step, read), p->at);
        u->accumulate = true;
        u->subs = NEW_ARRAY(expr *, p->rank + 1);
        for (int d = 0; d < p->rank; d++)
            u->subs[d] = int_index(d);
        u->note = arena_printf("step of %s", p->label);
        for (int d = 0; definition && d < p->rank; d++)
            u->index_name[d] = definition->index_name[d];
        equation_name_indices(u);
        join_sum(g, r, u);
    }
}

/* ---- the routines of one cost ---- */

static void add_cost(graph *g, int c, routine_options o, routine_list *out)
{
    graph_cost *cost = &g->costs.data[c];
    routine *r = new_routine(out, ROUTINE_COST, c);
    r->value = cost->value;
    copy_list(&g->equations, &r->equations);
    simplify(g, r, o, false);

    equation_list list = {0}, forward = {0};
    copy_list(&g->equations, &list);
    pass_set_symbol(&list, SYM_TRAINING, 1);
    bool *keep = NEW_ARRAY(bool, g->tensors.count + 1);
    keep[cost->value->id] = true;
    for (int i = 0; i < g->updates.count; i++)
        keep[g->updates.data[i].value->id] = true;
    pass_prune(g, &list, keep);
    copy_list(&list, &forward);
    tensor **wrt = NEW_ARRAY(tensor *, g->params.count + 1), **found = NEW_ARRAY(tensor *, g->params.count + 1);
    tensor **gradient = NEW_ARRAY(tensor *, g->params.count + 1);
    int n = 0;
    for (int i = 0; i < g->params.count; i++)
        if (cost->trains[i])
            wrt[n++] = g->params.data[i];
    expr *seed = cost->value->batched ? expr_sym(SYM_INV_N) : expr_num(1);
    derive_gradient(g, &forward, cost->value, seed, wrt, n, &list, found);
    for (int i = 0, k = 0; i < g->params.count; i++)
        if (cost->trains[i])
            gradient[i] = found[k++];

    routine *grad = new_routine(out, ROUTINE_GRAD, c);
    grad->value = cost->value;
    grad->gradient = gradient;
    add_state_updates(g, &list);
    copy_list(&list, &grad->equations);
    simplify(g, grad, o, true);
    for (int i = 0, at; i < g->params.count && o.level != LEVEL_O0; i++) {
        const equation *definition = gradient[i] ? only_definition(&grad->equations, gradient[i], &at) : NULL;
        if (is_elementwise(definition))
            join_sum(g, grad, definition);
    }

    routine *sgd = new_routine(out, ROUTINE_SGD, c);
    sgd->value = cost->value;
    copy_list(&grad->equations, &sgd->equations);
    sgd->gradient = NEW_ARRAY(tensor *, g->params.count + 1);
    add_updates(g, sgd, gradient, o.level);
    pass_order(g, sgd, at_first(o), o.level == LEVEL_O2);
    graph_verify(g, &sgd->equations);
}

/* At -O0 an output is a value with a field in the work, as everywhere else, and is copied to the caller's array. */
static tensor *output_copy(graph *g, routine *r, const graph_output *o)
{
    tensor *t = graph_tensor(g, TENSOR_VALUE, NULL, o->value->rank, o->value->dims, o->value->classes, o->at);
    t->label = arena_printf("output %s", o->name);
    equation_name_indices(equation_new(&r->equations, t, identity_read(o->value), o->at));
    return t;
}

void routines_build(graph *g, routine_options o, routine_list *out)
{
    label_equations(g, &g->equations);
    for (int i = 0; i < g->tensors.count && !keeps_named(o); i++) /* names within blocks make no difference elsewhere */
        g->tensors.data[i]->own = g->tensors.data[i]->named;
    if (g->outputs.count) {
        routine *r = new_routine(out, ROUTINE_FORWARD, -1);
        copy_list(&g->equations, &r->equations);
        add_state_updates(g, &r->equations);
        for (int i = 0; i < g->outputs.count; i++)
            vec_push(&r->outputs) = o.level == LEVEL_O0 ? output_copy(g, r, &g->outputs.data[i]) : g->outputs.data[i].value;
        simplify(g, r, o, false);
    }
    for (int i = 0; i < g->costs.count && !o.inference; i++)
        add_cost(g, i, o, out);
    for (int i = 0; i < out->count && o.thrift == THRIFT_RECOMPUTE; i++) {
        pass_recompute(g, out->data[i], keep_flags(g, out->data[i]), o.batch);
        graph_verify(g, &out->data[i]->equations);
    }
}

const char *routine_name(const graph *g, const routine *r)
{
    const char *own = r->cost >= 0 ? g->costs.data[r->cost].name : NULL;
    switch (r->kind) {
    case ROUTINE_FORWARD: return "forward";
    case ROUTINE_COST: return own ? own : "cost";
    case ROUTINE_GRAD: return own ? arena_printf("%s_grad", own) : "grad";
    case ROUTINE_SGD: return own ? arena_printf("%s_sgd", own) : "sgd";
    }
    return "?";
}

/* ---- gradients that differences cannot check ---- */

static void find_custom(expr *e, void *context)
{
    *(bool *)context |= e->kind == X_CUSTOM && e->user;
}

typedef struct reach_search {
    const bool *reached;
    bool *found;
} reach_search;

static void find_reached(expr *e, void *context)
{
    const reach_search *s = context;
    *s->found |= e->kind == X_READ && s->reached[e->tensor->id];
}

/* Every parameter from which a user's detach or derivative is reached on the way to the cost. */
void routine_custom_params(const graph *g, int cost, bool *custom)
{
    (void)cost;
    for (int i = 0; i < g->params.count; i++) {
        bool *reached = NEW_ARRAY(bool, g->tensors.count + 1);
        custom[i] = false;
        reached[g->params.data[i]->id] = true;
        for (bool more = true; more;) { /* again where a recurrence reads one turn back */
            more = false;
            for (int k = 0; k < g->equations.count; k++) {
                const equation *e = g->equations.data[k];
                bool reads = e->source && reached[e->source->id], has_custom = false;
                if (reached[e->out->id])
                    continue;
                if (e->body)
                    expr_each(e->body, find_reached, &(reach_search){reached, &reads});
                if (!reads)
                    continue;
                reached[e->out->id] = more = true;
                if (e->body)
                    expr_each(e->body, find_custom, &has_custom);
                custom[i] |= has_custom;
            }
        }
    }
}

/* ---- --emit grad ---- */

void routine_print(const graph *g, const routine *r, text *out)
{
    text_printf(out, "%s:\n", routine_name(g, r));
    for (int i = 0; i < r->equations.count; i++) {
        const equation *e = r->equations.data[i];
        for (int k = 0; k < r->recurrences.count; k++) {
            const recurrence *c = r->recurrences.data[k];
            if (c->first != i)
                continue;
            int depth = 0;
            while (e->turn[depth].recurrence != k)
                depth++;
            text_printf(out, "%*sfor %s = %lld … %lld:\n", 2 + 2 * depth, "", e->index_name[e->turn[depth].position],
                        (long long)(c->backward ? c->extent - 1 : 0), (long long)(c->backward ? 0 : c->extent - 1));
        }
        text_printf(out, "%*s", 2 + 2 * e->turns, "");
        equation_print(e, out);
        if (e->note)
            text_printf(out, "   // %s", e->note);
        text_append(out, "\n");
    }
}
