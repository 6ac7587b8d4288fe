/* tangent.c: forward mode: the Jacobian of one tensor with respect to another.
 *
 * Each tensor z between them gets a tangent dz[I, q] = d z[I] / d x[q], with the dimensions of z followed by those of x:
 *
 *     z[I] = reduce[J] e(reads)     gives     dz[I, q] = reduce[J] sum over reads R[σ] of ∂e/∂R * dR[σ, q]
 *
 * No subscript needs to be solved, a recurrence stays one, and what x shares among samples comes out for each sample.
 * Source: A. Griewank, A. Walther, "Evaluating Derivatives", second edition (2008), section 3.1. */
#include <string.h>

#include "contribution.h"

typedef struct tangent {
    expr *value;                   /* over the tensor's positions, then those of q; NULL: zero */
    tensor *stored;                /* where it is a tensor already */
    bool ahead;                    /* read one turn back before it is defined: a tensor, whose equation comes later */
} tangent;

typedef struct forward_mode {
    derivation d;
    tangent *of;                   /* by tensor id */
    int extra;                     /* the dimensions of x */
    int64_t extent[MAX_RANK];
    const equation *e;             /* the one that is differentiated */
    expr *sum;                     /* its derivative so far, q at positions e->free + e->bound … */
} forward_mode;

static tensor *new_tangent(forward_mode *m, tensor *of)
{
    int64_t dims[MAX_RANK];
    if (of->rank + m->extra > MAX_RANK)
        bug("a tangent of rank %d", of->rank + m->extra);
    memcpy(dims, of->dims, (size_t)of->rank * sizeof *dims);
    memcpy(dims + of->rank, m->extent, (size_t)m->extra * sizeof *dims);
    tensor *t = graph_tensor(m->d.g, TENSOR_VALUE, NULL, of->rank + m->extra, dims, 0, of->at);
    t->turns = of->turns;
    t->stage = of->stage;
    return t;
}

static const char *note_of(const tensor *t)
{
    return arena_printf("how %s changes", t->label);
}

/* Its indices are called as where z is computed. */
static void name_as(const forward_mode *m, equation *tangent_of, const tensor *z)
{
    for (int i = 0; i < m->d.g->equations.count; i++) {
        const equation *e = m->d.g->equations.data[i];
        if (e->out == z && !e->accumulate)
            memcpy(tangent_of->index_name, e->index_name, (size_t)e->free * sizeof *e->index_name);
    }
    equation_name_indices(tangent_of);
}

/* The tangent as a tensor of its own. */
static tensor *store(forward_mode *m, tensor *of)
{
    tangent *t = &m->of[of->id];
    if (!t->stored) {
        t->stored = new_tangent(m, of);
        equation *e = equation_new(m->d.list, t->stored, t->value ? t->value : expr_num(0), of->at);
        e->body = expr_decide(e->body, e->extent);
        e->note = note_of(of);
        name_as(m, e, of);
        t->value = identity_read(t->stored);
    }
    return t->stored;
}

static void add_read(derivation *d, expr *read, expr *partial, void *context)
{
    forward_mode *m = context;
    const tensor *r = read->tensor;
    expr *map[MAX_INDEX] = {0};
    (void)d;
    if (!m->of[r->id].value)
        return;
    if (r->rank) /* a read without subscripts has none */
        memcpy(map, read->args, (size_t)r->rank * sizeof *map);
    for (int q = 0; q < m->extra; q++)
        map[r->rank + q] = int_index(m->e->free + m->e->bound + q);
    m->sum = expr_add(m->sum, expr_mul(partial, expr_substitute(m->of[r->id].value, map, r->rank + m->extra)));
}

/* The derivative of the body, over the equation's positions and q behind them; NULL: zero. */
static expr *derivative(forward_mode *m, const equation *e, expr *body)
{
    m->e = e;
    m->sum = expr_num(0);
    adjoint_of_reads(&m->d, body, expr_num(1), add_read, m);
    return expr_is_num(m->sum, 0) ? NULL : m->sum;
}

/* Reduced over the bound positions; q then directly behind the free ones. */
static expr *summed(forward_mode *m, const equation *e, expr *body)
{
    space in = {.count = e->free + e->bound + m->extra};
    uint32_t bound = 0;
    expr *map[MAX_INDEX] = {0};
    for (int p = 0; p < e->free; p++) {
        in.extent[p] = e->extent[p];
        in.name[p] = e->index_name[p];
    }
    for (int q = 0; q < m->extra; q++) { /* free, q, bound */
        in.extent[e->free + q] = m->extent[q];
        map[e->free + e->bound + q] = int_index(e->free + q);
    }
    for (int p = e->free; p < e->free + e->bound; p++) {
        map[p] = int_index(p + m->extra);
        in.extent[p + m->extra] = e->extent[p];
        in.name[p + m->extra] = e->index_name[p];
        if (e->reduction == RED_SUM || e->reduction == RED_PROD)
            bound |= (uint32_t)1 << (p + m->extra);
    }
    return sum_over(&m->d, expr_substitute(body, map, in.count), &in, bound, e->at, "d");
}

static expr *reduced(forward_mode *m, const equation *e)
{
    expr *body = e->body, *d;
    if (e->reduction == RED_MAX || e->reduction == RED_MIN)
        body = body_at_extremum(&m->d, e);
    d = derivative(m, e, body);
    if (!d)
        return NULL;
    if (e->reduction == RED_PROD)
        d = expr_mul(d, product_of_others(&m->d, e));
    return summed(m, e, d);
}

static bool is_simple(const expr *e)
{
    return e->kind == X_NUM || e->kind == X_SYM || e->kind == X_READ || (e->kind == X_OP && e->op == OP_MUL && e->args[0]->kind == X_NUM && is_simple(e->args[1]));
}

static void differentiate(forward_mode *m, const equation *e)
{
    tangent *t = &m->of[e->out->id];
    if (e->kind == EQ_RESHAPE) {
        if (!m->of[e->source->id].value)
            return;
        tensor *from = store(m, e->source);
        t->stored = new_tangent(m, e->out);
        equation *r = equation_new(m->d.list, t->stored, NULL, e->at);
        r->kind = EQ_RESHAPE;
        r->source = from;
        r->note = note_of(e->out);
        t->value = identity_read(t->stored);
        return;
    }
    expr *d = reduced(m, e);
    if (e->accumulate) {
        if (!d)
            return;
        equation *a = equation_new(m->d.list, store(m, e->out), d, e->at);
        a->accumulate = true;
        a->free = e->free + m->extra;
        memcpy(a->extent, e->extent, (size_t)e->free * sizeof *a->extent);
        memcpy(a->extent + e->free, m->extent, (size_t)m->extra * sizeof *a->extent);
        memcpy(a->index_name, e->index_name, (size_t)e->free * sizeof *a->index_name);
        a->subs = NEW_ARRAY(expr *, a->out->rank + 1);
        memcpy(a->subs, e->subs, (size_t)e->out->rank * sizeof *a->subs);
        for (int q = 0; q < m->extra; q++)
            a->subs[e->out->rank + q] = int_index(e->free + q);
        return;
    }
    if (t->ahead) {
        equation *later = equation_new(m->d.list, t->stored, d ? d : expr_num(0), e->at);
        later->body = expr_decide(later->body, later->extent);
        later->note = note_of(e->out);
        name_as(m, later, e->out);
        return;
    }
    t->value = d;
    if (d && !is_simple(d))
        store(m, e->out);
}

/* A tensor on the way whose tangent would have too many dimensions, indices or elements; NULL: none. */
static tensor *too_large(const forward_mode *m, const equation_list *forward, const tensor *wrt)
{
    for (int i = 0; i < forward->count; i++) {
        const equation *e = forward->data[i];
        int64_t size = 1;
        if (e->out == wrt || !m->d.depends[e->out->id] || !m->d.matters[e->out->id])
            continue;
        bool fits = e->out->rank + m->extra <= MAX_RANK && e->free + e->bound + m->extra < MAX_INDEX;
        for (int k = 0; k < e->out->rank + m->extra && fits; k++) {
            int64_t extent = k < e->out->rank ? e->out->dims[k] : m->extent[k - e->out->rank];
            fits = extent == EXTENT_BATCH || (checked_mul(size, extent, &size) && size <= INT32_MAX);
        }
        if (!fits)
            return e->out;
    }
    return NULL;
}

tensor *derive_jacobian(graph *g, tensor *value, tensor *wrt, int own, tensor **obstacle)
{
    *obstacle = NULL;
    forward_mode m = {.d = {.g = g, .list = &g->equations}, .extra = wrt->rank - own};
    equation_list forward = {0};
    int tensors = g->tensors.count;
    for (int i = 0; i < g->equations.count; i++)
        vec_push(&forward) = g->equations.data[i];
    memcpy(m.extent, wrt->dims + own, (size_t)m.extra * sizeof *m.extent);
    m.of = NEW_ARRAY(tangent, tensors + 1);
    m.d.depends = NEW_ARRAY(bool, tensors + 1);
    m.d.matters = NEW_ARRAY(bool, tensors + 1);
    mark_dependent(&m.d, &forward, &wrt, 1);
    mark_mattering(&m.d, &forward, value);
    if (!m.d.depends[value->id])
        return NULL;
    *obstacle = too_large(&m, &forward, wrt);
    if (*obstacle)
        return NULL;
    expr *same = expr_num(1);
    for (int q = 0; q < m.extra; q++)
        same = expr_and(same, expr_eq0(int_sub(int_index(own + q), int_index(wrt->rank + q))));
    m.of[wrt->id].value = expr_select(same, expr_num(1), expr_num(0));
    bool *is_carry = NEW_ARRAY(bool, tensors + 1);
    find_carries(&m.d, &forward, is_carry);
    for (int i = 0; i < tensors; i++)
        if (is_carry[i] && m.d.depends[i] && m.d.matters[i]) {
            m.of[i].ahead = true;
            m.of[i].stored = new_tangent(&m, g->tensors.data[i]);
            m.of[i].value = identity_read(m.of[i].stored);
        }
    for (int i = 0; i < forward.count; i++) {
        const equation *e = forward.data[i];
        if (e->out != wrt && m.d.depends[e->out->id] && m.d.matters[e->out->id])
            differentiate(&m, e);
    }
    return m.of[value->id].value ? store(&m, value) : NULL;
}
