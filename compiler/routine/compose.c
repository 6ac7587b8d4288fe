/* compose.c: two sums over baked constants in a row, with nothing between them but scales and shifts, become one.
 *
 *     s1[b, j] = sum[k] w1[j, k] * x[b, k] + b1[j]
 *     s2[b, i] = sum[j] w2[i, j] * s1[b, j]
 *              = sum[k] w[i, k] * x[b, k] + c[i]      with w[i, k] = sum[j] w2[i, j] * w1[j, k] and c[i] = sum[j] w2[i, j] * b1[j]
 *
 * Both are computed here. In general the indices of the outer sum on which the element of x does not depend are summed over now, and the others
 * stay: a convolution of one point before or behind another is such a case. It is done where it takes no more multiply-adds, and no more constants. */
#include <float.h>
#include <string.h>

#include "fold.h"

enum { MOST_BETWEEN = 8, MOST_BAKED = 8, MOST_PRODUCTS = 300000000 };

/* ---- what an equation makes of the one element that it reads ---- */

/* (condition ? scale * read : 0) + shift, the rest of it baked. */
typedef struct term {
    expr *condition, *scale, *read, *shift;
} term;

typedef struct search {
    const equation *e;
    expr *read;
    int count;
} search;

static void find_read(expr *x, void *context)
{
    search *s = context;
    if (x->kind == X_READ && !x->is_int && !fold_is_baked(s->e, x)) {
        s->read = x;
        s->count++;
    }
}

static bool term_of(const equation *e, term *t)
{
    search s = {e, NULL, 0};
    affine a;
    expr *x = e->body, *condition = expr_num(1), *factor = expr_num(1);
    if (e->kind != EQ_COMPUTE || e->accumulate || x->depth > MOST_DEPTH || (e->reduction != RED_NONE && e->reduction != RED_SUM))
        return false;
    expr_each(x, find_read, &s);
    for (bool more = s.count == 1; more;) {
        bool product = x->kind == X_OP && x->op == OP_MUL, second = product && fold_is_baked(e, x->args[1]);
        if (product && (second || fold_is_baked(e, x->args[0]))) {
            factor = expr_mul(factor, x->args[second]);
            x = x->args[!second];
        } else if (x->kind == X_SELECT && expr_is_num(x->args[2], 0) && fold_is_baked(e, x->args[0])) {
            condition = expr_and(condition, x->args[0]);
            x = x->args[1];
        } else
            more = false;
    }
    if (s.count != 1 || !fold_affine(e, x, s.read, &a))
        return false;
    *t = (term){condition, expr_mul(factor, a.scale), s.read, expr_select(condition, expr_mul(factor, a.shift), expr_num(0))};
    return true;
}

/* The term of d where `read` is what reads it; its bound positions are now `first` and those that follow. */
static term term_read(term t, const equation *d, const expr *read, int first)
{
    expr *map[MAX_INDEX] = {0};
    int n = d->free + d->bound;
    for (int p = 0; p < n; p++)
        map[p] = p < d->free ? read->args[p] : int_index(first + p - d->free);
    return (term){expr_substitute(t.condition, map, n), expr_substitute(t.scale, map, n), expr_substitute(t.read, map, n), expr_substitute(t.shift, map, n)};
}

/* ---- the two sums ---- */

typedef struct composing {
    graph *g;
    equation_list *list;
    const bool *keep;
    int known;                     /* tensors that `keep` knows: those made since are nobody's result */
} composing;

typedef struct pair {
    equation *outer, *inner, *between[MOST_BETWEEN]; /* between: element by element, the outer one's side first */
    int betweens;
    equation joint;                /* the outer one's loops, then the inner one's bound ones */
    expr *weight[2];               /* the outer one's, the inner one's: over joint's loops */
    expr *shift;                   /* that of the outer sum: over its loops */
    expr *read, *condition;        /* the element that the inner one reads */
} pair;

/* The equation that alone defines t, which one equation alone reads, and the caller does not; NULL: it is another case. */
static equation *passed_on(const composing *c, const tensor *t)
{
    equation *found = NULL;
    if (t->kind != TENSOR_VALUE || t->classes || (t->id < c->known && c->keep[t->id]) || count_readers(c->list, t) != 1)
        return NULL;
    for (int i = 0; i < c->list->count; i++)
        if (c->list->data[i]->out == t) {
            if (found)
                return NULL;
            found = c->list->data[i];
        }
    return found;
}

static bool has_batch(const equation *e, int from, int to)
{
    for (int p = from; p < to; p++)
        if (e->extent[p] == EXTENT_BATCH)
            return true;
    return false;
}

typedef struct reach {
    bool *reached;                 /* by tensor id */
    bool found;
} reach;

static void follow(expr *x, void *context)
{
    reach *r = context;
    r->found |= x->kind == X_READ && r->reached[x->tensor->id];
}

/* Does what `on` holds come into t, through a recurrence? */
static bool depends(const composing *c, const tensor *t, const tensor *on)
{
    reach r = {NEW_ARRAY(bool, c->g->tensors.count + 1), false};
    r.reached[on->id] = true;
    for (bool more = true; more && !r.reached[t->id];) {
        more = false;
        for (int i = 0; i < c->list->count; i++) {
            const equation *e = c->list->data[i];
            r.found = e->source && r.reached[e->source->id];
            if (e->body)
                expr_each(e->body, follow, &r);
            more |= r.found && !r.reached[e->out->id];
            r.reached[e->out->id] |= r.found;
        }
    }
    return r.reached[t->id];
}

static bool find_pair(const composing *c, equation *q, pair *m)
{
    term t, in;
    equation *d;
    int loops = q->free + q->bound;
    if (q->reduction != RED_SUM || q->out->kind != TENSOR_VALUE || !term_of(q, &t) || has_batch(q, q->free, loops))
        return false;
    *m = (pair){.outer = q, .joint = *q};
    while ((d = passed_on(c, t.read->tensor)) && term_of(d, &in) && d->reduction == RED_NONE) {
        if (m->betweens == MOST_BETWEEN)
            return false;
        m->between[m->betweens++] = d;
        in = term_read(in, d, t.read, 0);
        t = (term){expr_and(t.condition, in.condition), expr_mul(t.scale, in.scale), in.read,
                   expr_add(t.shift, expr_select(t.condition, expr_mul(t.scale, in.shift), expr_num(0)))};
    }
    if (!d || d == q || d->reduction != RED_SUM || !term_of(d, &in) || !expr_is_num(in.shift, 0) || loops + d->bound > MAX_INDEX ||
        has_batch(d, d->free, d->free + d->bound))
        return false;
    in = term_read(in, d, t.read, loops);
    m->inner = d;
    memcpy(&m->joint.extent[loops], &d->extent[d->free], (size_t)d->bound * sizeof *d->extent);
    m->joint.bound += d->bound;
    m->weight[0] = t.scale;
    m->weight[1] = in.scale;
    m->shift = t.shift;
    m->read = in.read;
    m->condition = expr_and(t.condition, in.condition);
    return fold_is_baked(&m->joint, t.scale) && fold_is_baked(&m->joint, in.scale) && fold_is_baked(q, t.shift) &&
           reads_inside(t.scale, m->joint.extent) && reads_inside(in.scale, m->joint.extent);
}

/* ---- does it pay? ---- */

/* The positions from … to-1. */
static uint32_t positions(int from, int to)
{
    return (uint32_t)(((uint64_t)1 << to) - ((uint64_t)1 << from));
}

static uint32_t used(const pair *m)
{
    return m->read->uses | m->condition->uses;
}

/* The bound positions of the outer sum that are summed over now. */
static uint32_t contracted_positions(const pair *m)
{
    return positions(m->outer->free, m->outer->free + m->outer->bound) & ~used(m);
}

static double elements(const equation *e, uint32_t which)
{
    double n = 1;
    for (int p = 0; p < e->free + e->bound; p++)
        n *= (which >> p & 1) && e->extent[p] != EXTENT_BATCH ? (double)e->extent[p] : 1;
    return n;
}

typedef struct baked_size {
    const composing *c;
    const pair *m;
    const tensor *seen[MOST_BAKED];
    int count;
    double elements;
    bool alone;                    /* nothing else reads them: they go */
} baked_size;

static void add_baked(expr *x, void *context)
{
    baked_size *s = context;
    if (x->kind != X_READ)
        return;
    for (int i = 0; i < s->count; i++)
        if (s->seen[i] == x->tensor)
            return;
    int readers = reads_tensor(s->m->outer, x->tensor) + reads_tensor(s->m->inner, x->tensor);
    for (int k = 0; k < s->m->betweens; k++)
        readers += reads_tensor(s->m->between[k], x->tensor);
    s->alone &= s->count < MOST_BAKED && count_readers(s->c->list, x->tensor) == readers;
    if (s->count < MOST_BAKED)
        s->seen[s->count++] = x->tensor;
    s->elements += (double)tensor_size(x->tensor);
}

static bool pays(const composing *c, const pair *m)
{
    uint32_t now = contracted_positions(m), all = positions(0, m->joint.free + m->joint.bound);
    baked_size s = {.c = c, .m = m, .alone = true};
    expr_each(m->weight[0], add_baked, &s);
    expr_each(m->weight[1], add_baked, &s);
    double weights = elements(&m->joint, (m->weight[0]->uses | m->weight[1]->uses) & ~now);
    double shifts = elements(&m->joint, m->shift->uses & positions(0, m->joint.free));
    return elements(&m->joint, now) > 1 && s.alone && weights <= s.elements && shifts <= weights &&
           elements(&m->joint, all & ~now) <= equation_turns(m->outer) + equation_turns(m->inner);
}

/* ---- the constants ---- */

typedef struct table {
    const double *values;
    int64_t stride[MAX_INDEX];     /* by position; 0: it does not depend on it */
    uint32_t uses;
    double filled;                 /* the part of the values that is not 0 */
} table;

static double filled(const tensor *t)
{
    int64_t n = 0, size = tensor_size(t);
    for (int64_t i = 0; i < size; i++)
        n += t->values[i] != 0;
    return (double)n / (double)size;
}

static bool tabulate(graph *g, const equation *e, expr *x, table *t)
{
    expr *subs[MAX_RANK];
    int64_t stride = 1;
    tensor *made = fold_table(g, e, x, e->out->label, subs);
    if (!made)
        return false;
    *t = (table){.values = made->values, .uses = x->uses, .filled = filled(made)};
    for (int d = made->rank - 1, p; d >= 0; d--)
        if (int_is_index(subs[d], &p)) {
            t->stride[p] = stride;
            stride *= made->dims[d];
        }
    return true;
}

/* The constant a * b, summed over the positions `over`, over the others that a and b use. NULL: too much work, or not finite in every precision. */
static expr *product(graph *g, const equation *e, const table *a, const table *b, uint32_t over, const tensor *like, const char *name)
{
    int64_t extent[MAX_INDEX], sa[MAX_INDEX], sb[MAX_INDEX], at[MAX_INDEX] = {0}, terms = 1;
    expr *subs[MAX_RANK];
    int n = 0, rank = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int p = 0; p < e->free + e->bound; p++) {
            if (!((pass ? over : (a->uses | b->uses) & ~over) >> p & 1))
                continue;
            if (n == MAX_RANK || !checked_mul(terms, e->extent[p], &terms) || terms > MOST_PRODUCTS)
                return NULL;
            subs[n] = int_index(p);
            sa[n] = a->stride[p];
            sb[n] = b->stride[p];
            extent[n++] = e->extent[p];
            rank += !pass;
        }
    tensor *t = graph_tensor(g, TENSOR_CONST, NULL, rank, extent, 0, like->at);
    double *values = NEW_ARRAY(double, tensor_size(t));
    t->label = arena_printf("%s.%s", like->label, name);
    t->stage = like->stage;
    t->values = values;
    do {
        int64_t place = 0, pa = 0, pb = 0;
        for (int k = 0; k < n; k++) {
            place = k < rank ? place * extent[k] + at[k] : place;
            pa += sa[k] * at[k];
            pb += sb[k] * at[k];
        }
        values[place] += a->values[pa] * b->values[pb];
    } while (fold_next(at, extent, n));
    for (int64_t i = 0; i < tensor_size(t); i++)
        if (!(values[i] >= -FLT_MAX && values[i] <= FLT_MAX))
            return NULL;
    return rank ? expr_read(t, subs) : expr_num(values[0]);
}

/* What the sum has for weights and, over the outer one's free positions, adds; false: it does not pay after all, as there are zeros, or can't be. */
static bool bake(const composing *c, const pair *m, expr **weight, expr **shift)
{
    graph *g = c->g;
    const equation *e = &m->joint;
    const tensor *like = m->weight[0]->kind == X_READ ? m->weight[0]->tensor : e->out;
    table a, b, s, one;
    uint32_t now = contracted_positions(m), outer = positions(m->outer->free, m->outer->free + m->outer->bound);
    if (!tabulate(g, e, m->weight[0], &a) || !tabulate(g, e, m->weight[1], &b) || !tabulate(g, e, m->shift, &s) || !tabulate(g, e, expr_num(1), &one) ||
        !(*weight = product(g, e, &a, &b, now, like, "composed")) || !(*shift = product(g, e, &s, &one, outer, e->out, "shift")))
        return false;
    double terms = elements(e, positions(0, e->free + e->bound) & ~now);
    return terms * ((*weight)->kind == X_READ ? filled((*weight)->tensor) : 1) <=
           equation_turns(m->outer) * a.filled + equation_turns(m->inner) * b.filled;
}

/* ---- the sum ---- */

/* The composed sum, as the definition of `out`; loops of one turn are left out where others are there. */
static equation *composed(const pair *m, expr *weight, tensor *out)
{
    expr *map[MAX_INDEX] = {0};
    equation_list made = {0};
    const equation *e = &m->joint;
    equation *sum = equation_new(&made, out, NULL, m->outer->at);
    uint32_t now = contracted_positions(m);
    int n = e->free, loops = e->free + e->bound;
    for (int p = 0; p < loops; p++) {
        bool last = p == loops - 1 && n == e->free;
        if (p >= e->free && (now >> p & 1))
            continue;
        if (p < e->free)
            sum->index_name[p] = e->index_name[p];
        else if (e->extent[p] == 1 && !last)
            map[p] = int_const(0);
        else {
            sum->extent[n] = e->extent[p];
            map[p] = int_index(n++);
        }
    }
    sum->reduction = RED_SUM;
    sum->bound = n - e->free;
    sum->note = m->outer->note;
    sum->body = expr_decide(expr_substitute(expr_select(m->condition, expr_mul(weight, m->read), expr_num(0)), map, loops), sum->extent);
    return sum;
}

static bool compose(const composing *c, equation *q)
{
    pair m;
    expr *weight, *shift;
    tensor *out = q->out;
    if (!find_pair(c, q, &m) || !pays(c, &m) || depends(c, m.read->tensor, q->out) || !bake(c, &m, &weight, &shift))
        return false;
    bool shifted = !expr_is_num(shift, 0);
    if (shifted) {
        out = graph_tensor(c->g, TENSOR_VALUE, NULL, q->out->rank, q->out->dims, 0, q->at);
        out->stage = q->out->stage;
    }
    equation *sum = composed(&m, weight, out);
    if (!reads_inside(sum->body, sum->extent))
        return false;
    equation_list now = {0};
    for (int i = 0; i < c->list->count; i++) {
        equation *e = c->list->data[i];
        bool gone = e == m.inner;
        for (int k = 0; k < m.betweens; k++)
            gone |= e == m.between[k];
        if (e == q)
            vec_push(&now) = sum;
        if (!gone && (e != q || shifted))
            vec_push(&now) = e;
    }
    if (shifted) {
        q->reduction = RED_NONE;
        q->bound = 0;
        q->body = expr_add(identity_read(out), shift);
    }
    *c->list = now;
    return true;
}

bool pass_compose(graph *g, equation_list *list, const bool *keep)
{
    composing c = {g, list, keep, g->tensors.count};
    bool any = false;
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->reduction == RED_SUM && compose(&c, list->data[i])) {
            any = true;
            i = -1; /* what it reads now may be such a sum again */
        }
    return any;
}
