/* derive.c: reverse-mode differentiation of a list of equations. See derive.h for the rule. */
#include "derive.h"

#include <string.h>

#include "contribution.h"

/* ---- collecting ---- */

static adjoint *adjoint_at(derivation *d, const tensor *t)
{
    if (t->id >= d->tensors)
        bug("%s is newer than the derivation", t->label);
    return &d->adjoints[t->id];
}

/* The condition that a scatter's subscripts lie within its target; 1 where the loops prove it. */
static expr *subscripts_inside(const equation *e)
{
    expr *inside = expr_num(1);
    for (int d = 0; d < e->out->rank; d++) {
        int64_t low, high, extent = e->out->dims[d];
        bool known = int_range(e->subs[d], e->extent, &low, &high);
        if (extent == EXTENT_BATCH || (known && low >= 0 && high < extent))
            continue;
        inside = expr_and(inside, expr_and(expr_ge0(e->subs[d]), expr_ge0(int_sub(int_const(extent - 1), e->subs[d]))));
    }
    return inside;
}

/* An equation that accumulates over the contribution's own loops. */
static void scatter(derivation *d, const contribution *c)
{
    equation *e = NEW(equation);
    expr *map[MAX_INDEX] = {0}, *body = c->body;
    uint32_t used = body->uses;
    for (int r = 0; r < c->target->rank; r++)
        used |= c->subs[r]->uses;
    e->out = c->target; /* replaced by the gradient's tensor when that is made */
    e->accumulate = true;
    e->at = c->at;
    e->note = c->note;
    for (int p = 0; p < c->in.count; p++) {
        if (!(used >> p & 1)) {
            body = expr_mul(body, c->in.extent[p] == EXTENT_BATCH ? expr_sym(SYM_N) : expr_num((double)c->in.extent[p]));
            continue;
        }
        map[p] = int_index(e->free);
        e->index_name[e->free] = c->in.name[p];
        e->extent[e->free++] = c->in.extent[p];
    }
    e->subs = NEW_ARRAY(expr *, c->target->rank + 1);
    for (int r = 0; r < c->target->rank; r++)
        e->subs[r] = expr_substitute(c->subs[r], map, c->in.count);
    e->body = expr_substitute(body, map, c->in.count);
    if (e->body->kind != X_SELECT || !expr_is_num(e->body->args[2], 0)) /* a root condition keeps the subscripts inside */
        e->body = expr_select(subscripts_inside(e), e->body, expr_num(0));
    vec_push(&adjoint_at(d, c->target)->scatters) = e;
}

static void contribute(derivation *d, const contribution *c)
{
    expr *map = invert_contribution(d, c);
    if (map)
        vec_push(&adjoint_at(d, c->target)->maps) = map;
    else
        scatter(d, c);
}

/* ---- the gradient of a tensor, when all that reads it has contributed ---- */

static bool is_simple(const expr *e)
{
    if (e->kind == X_OP && (e->op == OP_DIV || (e->op == OP_MUL && e->args[0]->kind == X_NUM)))
        return is_simple(e->args[0]) && is_simple(e->args[1]);
    return e->kind == X_NUM || e->kind == X_SYM || e->kind == X_READ;
}

static const char *note_of(const tensor *t)
{
    return arena_printf("dC/d %s", t->label);
}

static tensor *gradient_tensor(derivation *d, tensor *of, expr *body, span at)
{
    tensor *t = graph_tensor(d->g, TENSOR_GRADIENT, NULL, of->rank, of->dims, 0, of->at);
    t->of = of;
    t->label = arena_printf("d_%s", of->label);
    t->stage = of->stage;
    t->named = of->named;
    t->own = of->own && !d->values;
    equation *e = equation_new(d->list, t, body, at), *from = NULL;
    e->note = note_of(of);
    for (int i = 0; i < d->list->count && !from; i++)
        if (d->list->data[i]->out == of)
            from = d->list->data[i];
    if (from)
        memcpy(e->index_name, from->index_name, (size_t)of->rank * sizeof *e->index_name);
    return t;
}

/* A reduction or a reshape that was just made for this gradient alone bears its name. */
static bool adopt_reduction(derivation *d, tensor *of, expr *body)
{
    tensor *t = body->tensor;
    if (body->kind != X_READ || t->id < d->tensors || t->kind != TENSOR_VALUE || t->rank != of->rank || body != identity_read(t))
        return false;
    t->kind = TENSOR_GRADIENT;
    t->of = of;
    t->label = arena_printf("d_%s", of->label);
    t->stage = of->stage;
    t->named = of->named;
    t->own = of->own && !d->values;
    int at = d->list->count - 1;
    while (d->list->data[at]->out != t)
        at--;
    d->list->data[at]->note = note_of(of);
    return true;
}

/* What is scattered goes into a tensor of its own, which a recurrence may then read: elements that are added in any turn's name are no part of a turn. */
static void scatters_apart(derivation *d, tensor *t)
{
    adjoint *a = adjoint_at(d, t);
    if (!a->scatters.count)
        return;
    tensor *part = gradient_tensor(d, t, expr_num(0), t->at);
    for (int i = 0; i < a->scatters.count; i++) {
        a->scatters.data[i]->out = part;
        vec_push(d->list) = a->scatters.data[i];
    }
    part->label = arena_printf("d_%s.turn", t->label);
    part->named = false;
    a->scatters.count = 0;
    vec_push(&a->maps) = identity_read(part);
}

/* Completes and returns the gradient as an expression over t's positions; NULL: zero. */
static expr *finish(derivation *d, tensor *t, bool stored)
{
    adjoint *a = adjoint_at(d, t);
    if (a->done)
        return a->value;
    a->done = true;
    if (d->open)
        scatters_apart(d, t);
    expr *sum = expr_num(0);
    for (int i = 0; i < a->maps.count; i++)
        sum = expr_add(sum, a->maps.data[i]);
    if (!a->scatters.count && expr_is_num(sum, 0))
        return NULL;
    if (!a->scatters.count && adopt_reduction(d, t, sum))
        return a->value = sum;
    if (!a->scatters.count && is_simple(sum) && !stored && (!t->own || d->values))
        return a->value = sum;
    tensor *g = gradient_tensor(d, t, sum, t->at);
    for (int i = 0; i < a->scatters.count; i++) {
        a->scatters.data[i]->out = g;
        vec_push(d->list) = a->scatters.data[i];
    }
    return a->value = identity_read(g);
}

/* ---- recurrences ----
 *
 * h.before[t] = t == 0 ? c : h[t - 1] stands before the equation of h. Going backwards, h comes first, when what h.before gives it is not known yet:
 *
 *     d_h[t] = (what the turn's other readers give) + (t + 1 < T ? d_h.before[t + 1] : 0)
 *
 * So its equation is opened, read by all that follows, and closed when the last of those that read h one turn back is done. */

static void open_carry(derivation *d, tensor *t)
{
    adjoint *a = adjoint_at(d, t);
    if (a->done)
        return;
    scatters_apart(d, t); /* this turn's must not meet the next one's */
    tensor *g = gradient_tensor(d, t, expr_num(0), t->at);
    a->open = d->list->data[d->list->count - 1];
    d->open++;
    a->done = true;
    a->value = identity_read(g);
}

static void close_carry(derivation *d, tensor *t)
{
    adjoint *a = adjoint_at(d, t);
    expr *sum = expr_num(0);
    if (!a->open)
        return;
    if (a->scatters.count)
        bug("%s is scattered into from another turn", t->label);
    for (int i = 0; i < a->maps.count; i++)
        sum = expr_add(sum, a->maps.data[i]);
    a->open->body = sum;
    d->open--;
}

/* ---- one equation ---- */

typedef struct propagation {
    const equation *e;
    space in;
    expr *result, *result_read;   /* the equation's body, and the read of what it computed */
} propagation;

/* The derivative is told by the result: tanh' = 1 - z*z with z the value that is there already. */
static expr *use_result(expr *x, void *context)
{
    const propagation *p = context;
    if (x == p->result)
        return p->result_read;
    /* c < max(s, c) is c < s, where the result is not to be had */
    if (x->kind == X_OP && x->op == OP_LT)
        for (int i = 0; i < 2; i++) {
            const expr *m = x->args[i], *c = x->args[1 - i];
            op wanted = i == 1 ? OP_MAX : OP_MIN;
            if (m->kind == X_OP && m->op == wanted && m->args[1] == c && c->kind == X_NUM)
                return i == 1 ? expr_op2(OP_LT, x->args[0], m->args[0]) : expr_op2(OP_LT, m->args[0], x->args[1]);
        }
    return x;
}

static void to_read(derivation *d, expr *read, expr *value, void *context)
{
    propagation *p = context;
    expr *body = expr_rewrite(value, use_result, p);
    contribution c = {read->tensor, read->args, expr_decide(body, p->in.extent), p->in, p->e->at, arena_printf("part of dC/d %s", read->tensor->label)};
    contribute(d, &c);
}

/* The position of the extremum, which its gradient goes to. How many there are is not known where the batch is reduced. */
static expr *argument_of(derivation *d, const equation *e)
{
    int64_t classes = 1;
    for (int k = e->free; k < e->free + e->bound; k++)
        if (e->extent[k] == EXTENT_BATCH || !checked_mul(classes, e->extent[k], &classes) || classes > INT32_MAX)
            classes = INT32_MAX;
    equation like = *e;
    tensor probe = {.classes = classes};
    like.reduction = e->reduction == RED_MAX ? RED_ARGMAX : RED_ARGMIN;
    like.out = &probe;
    tensor *t = equation_find(d->list, &like);
    if (!t) {
        t = graph_tensor(d->g, TENSOR_VALUE, NULL, e->out->rank, e->out->dims, classes, e->at);
        t->label = arena_printf("arg_%s", e->out->label);
        equation *k = equation_new(d->list, t, e->body, e->at);
        *k = like;
        k->out = t;
        k->note = arena_printf("where %s is taken from", e->out->label);
    }
    return identity_read(t);
}

/* The body where the extremum is taken from: over the free positions. */
expr *body_at_extremum(derivation *d, const equation *e)
{
    expr *argument = argument_of(d, e), *map[MAX_INDEX] = {0};
    int64_t stride = 1;
    for (int k = e->free + e->bound - 1; k >= e->free; k--) {
        map[k] = k == e->free ? int_div(argument, stride) : int_mod(int_div(argument, stride), e->extent[k]);
        stride *= e->extent[k];
    }
    return expr_substitute(e->body, map, e->free + e->bound);
}

static void propagate_extremum(derivation *d, const equation *e, expr *a, propagation *p)
{
    expr *argument = argument_of(d, e), *flat = int_const(0);
    int64_t stride = 1;
    for (int k = e->free + e->bound - 1; k >= e->free; k--) {
        flat = int_add(flat, int_scale(int_index(k), stride));
        stride *= e->extent[k];
    }
    /* Where each element is in one window only, ask each whether it was the one; else go from the windows to their elements. */
    contribution probe = {0};
    expr *chosen = expr_select(expr_eq0(int_sub(flat, argument)), a, expr_num(0));
    if (reduces_batch(e)) { /* nothing is read at a sample that is only found when the code runs */
        expr *is_it = expr_num(1);
        stride = 1;
        for (int k = e->free + e->bound - 1; k >= e->free; k--) {
            expr *quotient = int_div(argument, stride);
            is_it = expr_and(is_it, expr_eq0(int_sub(int_index(k), k == e->free ? quotient : int_mod(quotient, e->extent[k]))));
            stride *= e->extent[k];
        }
        adjoint_of_reads(d, e->body, expr_select(is_it, a, expr_num(0)), to_read, p);
        return;
    }
    bool pulls = e->body->kind == X_READ && d->depends[e->body->tensor->id];
    if (pulls) {
        probe = (contribution){e->body->tensor, e->body->args, chosen, p->in, e->at, arena_printf("part of dC/d %s", e->body->tensor->label)};
        double before = space_iterations(&p->in), after = 1;
        for (int r = 0; r < probe.target->rank; r++)
            after *= probe.target->dims[r] == EXTENT_BATCH ? 32 : (double)probe.target->dims[r];
        int equations = d->list->count;
        expr *map_form = after <= 1.6 * before ? invert_contribution(d, &probe) : NULL;
        if (map_form && d->list->count == equations) {
            vec_push(&adjoint_at(d, probe.target)->maps) = map_form;
            return;
        }
        d->list->count = equations;
    }
    p->in.count = e->free;
    adjoint_of_reads(d, body_at_extremum(d, e), a, to_read, p);
}

/* prod: the product of all the others, right also where factors are 0. */
expr *product_of_others(derivation *d, const equation *e)
{
    int n = e->free + e->bound;
    if (n + e->bound > MAX_INDEX)
        bug("too many indices in a product");
    expr *map[MAX_INDEX] = {0}, *same = expr_num(1);
    for (int k = 0; k < e->bound; k++) {
        map[e->free + k] = int_index(n + k);
        same = expr_and(same, expr_eq0(int_sub(int_index(e->free + k), int_index(n + k))));
    }
    expr *others = expr_substitute(e->body, map, n);
    tensor *t = graph_tensor(d->g, TENSOR_VALUE, NULL, n, e->extent, 0, e->at);
    equation *p = equation_new(d->list, t, expr_select(same, expr_num(1), others), e->at);
    p->reduction = RED_PROD;
    p->bound = e->bound;
    memcpy(p->index_name, e->index_name, (size_t)n * sizeof *p->index_name);
    memcpy(p->extent + n, e->extent + e->free, (size_t)e->bound * sizeof *p->extent);
    p->note = "the product of the other factors";
    return identity_read(t);
}

static void propagate_reshape(derivation *d, const equation *e, expr *a)
{
    bool whole = a->kind == X_READ && a == identity_read(a->tensor) &&
                 memcmp(a->tensor->dims, e->out->dims, (size_t)e->out->rank * sizeof *e->out->dims) == 0;
    tensor *from = whole ? a->tensor : gradient_tensor(d, e->out, a, e->at);
    tensor *t = graph_tensor(d->g, TENSOR_VALUE, NULL, e->source->rank, e->source->dims, 0, e->at);
    t->label = arena_printf("d_%s", e->source->label);
    equation *r = equation_new(d->list, t, NULL, e->at);
    r->kind = EQ_RESHAPE;
    r->source = from;
    r->note = note_of(e->source);
    vec_push(&adjoint_at(d, e->source)->maps) = identity_read(t);
}

static void propagate(derivation *d, const equation *e, const bool *is_carry)
{
    propagation p = {.e = e};
    if (!d->depends[e->out->id] || !d->matters[e->out->id])
        return;
    if (is_carry[e->out->id])
        open_carry(d, e->out);
    bool contraction = e->kind == EQ_COMPUTE && e->reduction != RED_NONE && e->body->kind != X_READ;
    expr *a = finish(d, e->out, contraction);
    if (!a)
        return;
    if (e->kind == EQ_RESHAPE) {
        if (d->depends[e->source->id])
            propagate_reshape(d, e, a);
        return;
    }
    p.in.count = e->free + e->bound;
    memcpy(p.in.extent, e->extent, sizeof e->extent);
    memcpy(p.in.name, e->index_name, sizeof e->index_name);
    if (e->accumulate) /* T[subs] += body: the adjoint is T's, taken there */
        a = expr_substitute(a, e->subs, e->out->rank);
    if (e->reduction == RED_NONE && !e->accumulate && e->body->kind == X_OP) {
        p.result = e->body;
        p.result_read = identity_read(e->out);
    }
    if (e->reduction == RED_MAX || e->reduction == RED_MIN)
        propagate_extremum(d, e, a, &p);
    else
        adjoint_of_reads(d, e->body, e->reduction == RED_PROD ? expr_mul(a, product_of_others(d, e)) : a, to_read, &p);
}

void derive_gradient(graph *g, const equation_list *forward, tensor *value, expr *seed, tensor *const *wrt, int count,
                     equation_list *list, tensor **gradient)
{
    derivation d = {.g = g, .list = list, .tensors = g->tensors.count, .values = list == &g->equations};
    d.adjoints = NEW_ARRAY(adjoint, g->tensors.count + 1);
    d.depends = NEW_ARRAY(bool, g->tensors.count + 1);
    d.matters = NEW_ARRAY(bool, g->tensors.count + 1);
    mark_dependent(&d, forward, wrt, count);
    mark_mattering(&d, forward, value);
    bool *is_carry = NEW_ARRAY(bool, g->tensors.count + 1);
    tensor_list *carries = find_carries(&d, forward, is_carry);
    vec_push(&adjoint_at(&d, value)->maps) = seed;
    for (int i = forward->count - 1; i >= 0; i--) {
        propagate(&d, forward->data[i], is_carry);
        for (int k = 0; k < carries[i].count; k++)
            close_carry(&d, carries[i].data[k]);
    }
    for (int i = 0; i < count; i++) {
        expr *e = finish(&d, wrt[i], true);
        bool own = e && e->kind == X_READ && e->tensor->of == wrt[i];
        gradient[i] = !e ? NULL : own ? e->tensor : gradient_tensor(&d, wrt[i], e, wrt[i]->at);
    }
}
