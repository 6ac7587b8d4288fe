/* fold.c: what is made of baked constants alone is computed here, and what scales and shifts a sum over a baked parameter goes into it.
 *
 *     r[i] = 1 / sqrt(var[i] + eps)                                    is a constant, as var is
 *     s[b, o] = sum[j] w[o, j] * x[b, j],  z[b, o] = f(α[o] * s[b, o] + β[o])
 *                                                                      is f(s'[b, o] + β[o]), s' being the sum over w'[o, j] = α[o] * w[o, j]
 *
 * So a normalisation by running averages behind a linear stage or a convolution costs nothing. For inference only: nothing is trained. */
#include <string.h>

#include "fold.h"

enum { MOST_NODES = 400, MOST_TERMS = 20000000 };

/* ---- what is constant ---- */

typedef struct constancy {
    const equation *e;
    bool constant;
    int nodes;
} constancy;

static void look(expr *x, void *context)
{
    constancy *c = context;
    c->nodes++;
    c->constant &= x->kind != X_SYM && x->kind != X_NOISE && (x->kind != X_READ || (x->tensor->values && !x->is_int));
    if (x->kind == X_INDEX)
        c->constant &= c->e->extent[x->index] != EXTENT_BATCH;
}

bool fold_is_baked(const equation *e, expr *body)
{
    constancy c = {e, true, 0};
    if (body->depth > MOST_DEPTH)
        return false;
    expr_each(body, look, &c);
    return c.constant && c.nodes < MOST_NODES;
}

/* ---- evaluation ---- */

static int64_t int_value(const expr *e, const int64_t at[])
{
    switch (e->kind) {
    case X_INDEX:
        return at[e->index];
    case X_IDIV:
        return floor_div(int_value(e->args[0], at), e->divisor);
    case X_IMOD:
        return floor_mod(int_value(e->args[0], at), e->divisor);
    case X_AFF: {
        int64_t sum = e->constant;
        for (int i = 0; i < e->nargs; i++)
            sum += e->coef[i] * int_value(e->args[i], at);
        return sum;
    }
    case X_NUM: case X_SYM: case X_REAL: case X_READ: case X_OP: case X_SELECT: case X_GE0: case X_EQ0: case X_NOISE: case X_CUSTOM:
        break;
    }
    bug("no constant integer");
}

static double value_at(const expr *e, const int64_t at[])
{
    switch (e->kind) {
    case X_NUM:
        return e->num;
    case X_REAL:
        return (double)int_value(e->args[0], at);
    case X_READ: {
        int64_t place = 0;
        for (int d = 0; d < e->nargs; d++)
            place = place * e->tensor->dims[d] + int_value(e->args[d], at);
        return e->tensor->values[place];
    }
    case X_OP:
        return op_eval(e->op, value_at(e->args[0], at), e->nargs > 1 ? value_at(e->args[1], at) : 0);
    case X_SELECT:
        return value_at(e->args[value_at(e->args[0], at) != 0 ? 1 : 2], at);
    case X_GE0:
        return int_value(e->args[0], at) >= 0;
    case X_EQ0:
        return int_value(e->args[0], at) == 0;
    case X_CUSTOM:
        return value_at(e->args[0], at);
    case X_SYM: case X_NOISE: case X_AFF: case X_INDEX: case X_IDIV: case X_IMOD:
        break;
    }
    bug("no constant");
}

bool fold_next(int64_t at[], const int64_t extent[], int count)
{
    for (int p = count - 1; p >= 0; p--) {
        if (++at[p] < extent[p])
            return true;
        at[p] = 0;
    }
    return false;
}

/* The constant tensor of `free` dimensions: body, summed over `bound` more positions. NULL: too much work. */
static tensor *computed(graph *g, expr *body, const int64_t extent[], int free, int bound, const tensor *like, const char *label)
{
    int64_t terms = 1, at[MAX_INDEX] = {0};
    for (int p = 0; p < free + bound; p++)
        if (!checked_mul(terms, extent[p], &terms) || terms > MOST_TERMS)
            return NULL;
    tensor *t = graph_tensor(g, TENSOR_CONST, NULL, free, extent, 0, like->at);
    double *values = NEW_ARRAY(double, tensor_size(t));
    t->label = label;
    t->stage = like->stage;
    t->values = values;
    do {
        int64_t place = 0;
        for (int p = 0; p < free; p++)
            place = place * extent[p] + at[p];
        values[place] += value_at(body, at);
    } while (fold_next(at, extent, free + bound));
    return t;
}

/* ---- equations of constants ---- */

static void fold_equations(graph *g, equation_list *list, const bool *keep)
{
    int kept = 0;
    for (int i = 0; i < list->count; i++) {
        equation *e = list->data[i];
        tensor *t = NULL;
        bool able = e->kind == EQ_COMPUTE && !e->accumulate && !e->out->classes && e->out->kind == TENSOR_VALUE && !keep[e->out->id] &&
                    (e->reduction == RED_NONE || e->reduction == RED_SUM) && fold_is_baked(e, e->body);
        for (int p = 0; p < e->free + e->bound; p++)
            able &= e->extent[p] != EXTENT_BATCH;
        if (able)
            t = computed(g, e->body, e->extent, e->free, e->bound, e->out, e->out->label);
        if (!t) {
            list->data[kept++] = e;
            continue;
        }
        for (int k = 0; k < list->count; k++)
            if (list->data[k]->body && reads_tensor(list->data[k], e->out))
                list->data[k]->body = expr_replace_tensor(list->data[k]->body, e->out, t);
    }
    list->count = kept;
}

/* ---- scales and shifts ---- */

bool fold_affine(const equation *q, expr *e, const expr *read, affine *a)
{
    affine l = {0}, r = {0}; /* r: of the second argument, where there is one */
    if (e == read) {
        *a = (affine){expr_num(1), expr_num(0)};
        return true;
    }
    if (fold_is_baked(q, e)) {
        *a = (affine){expr_num(0), e};
        return true;
    }
    if (e->kind != X_OP || e->nargs < 1 || !fold_affine(q, e->args[0], read, &l) || (e->nargs > 1 && !fold_affine(q, e->args[1], read, &r)))
        return false;
    switch (e->op) {
    case OP_ADD:
        *a = (affine){expr_add(l.scale, r.scale), expr_add(l.shift, r.shift)};
        return true;
    case OP_SUB:
        *a = (affine){expr_sub(l.scale, r.scale), expr_sub(l.shift, r.shift)};
        return true;
    case OP_NEG:
        *a = (affine){expr_neg(l.scale), expr_neg(l.shift)};
        return true;
    case OP_MUL:
        if (!expr_is_num(r.scale, 0)) {
            affine other = l;
            l = r;
            r = other;
        }
        *a = (affine){expr_mul(l.scale, r.shift), expr_mul(l.shift, r.shift)};
        return expr_is_num(r.scale, 0);
    case OP_DIV:
        *a = (affine){expr_div(l.scale, r.shift), expr_div(l.shift, r.shift)};
        return expr_is_num(r.scale, 0);
    default:
        return false;
    }
}

/* The largest part of e that is affine in the read and more than the read. */
static expr *affine_part(const equation *q, expr *e, const expr *read, affine *a)
{
    if (e != read && !e->is_int && !fold_is_baked(q, e) && fold_affine(q, e, read, a))
        return e;
    for (int i = 0; i < e->nargs; i++) {
        expr *found = e->is_int ? NULL : affine_part(q, e->args[i], read, a);
        if (found)
            return found;
    }
    return NULL;
}

/* The factor of the sum's body that is an element of a baked tensor, which nothing else in the list reads; NULL: none. */
static expr *weight_of(const equation_list *list, expr *body)
{
    if (body->kind == X_OP && body->op == OP_MUL) {
        for (int i = 0; i < 2; i++) {
            expr *w = weight_of(list, body->args[i]);
            if (w && !expr_reads(body->args[1 - i], w->tensor))
                return w;
        }
        return NULL;
    }
    if (body->kind == X_SELECT && expr_is_num(body->args[2], 0)) {
        expr *w = weight_of(list, body->args[1]);
        return w && !expr_reads(body->args[0], w->tensor) ? w : NULL;
    }
    bool alone = body->kind == X_READ && body->tensor->values && count_readers(list, body->tensor) == 1;
    return alone ? body : NULL;
}

/* α over the dimensions of w, in whose read each position that α uses is a subscript of its own; NULL: one is not. */
static expr *scale_of_weight(expr *scale, const expr *read, const expr *w)
{
    expr *map[MAX_INDEX] = {0};
    for (int q = 0; q < MAX_INDEX; q++) {
        if (!(scale->uses >> q & 1))
            continue;
        for (int d = 0; d < read->nargs; d++)
            for (int k = 0, p; k < w->nargs && !map[q]; k++)
                if (int_is_index(read->args[d], &p) && p == q && int_is_index(w->args[k], &p) && p == d)
                    map[q] = int_index(k);
        if (!map[q])
            return NULL;
    }
    return expr_substitute(scale, map, MAX_INDEX);
}

tensor *fold_table(graph *g, const equation *q, expr *x, const char *label, expr *subs[])
{
    expr *map[MAX_INDEX] = {0};
    int64_t extent[MAX_INDEX];
    int n = 0;
    for (int p = 0; p < q->free + q->bound; p++)
        if (x->uses >> p & 1) {
            if (n == MAX_RANK)
                return NULL;
            extent[n] = q->extent[p];
            subs[n] = int_index(p);
            map[p] = int_index(n++);
        }
    return computed(g, expr_substitute(x, map, q->free + q->bound), extent, n, 0, q->out, label);
}

/* What is left of the shift: a number or an element of a constant as it is, else a constant tensor of its own. */
static expr *baked_shift(graph *g, const equation *q, expr *shift)
{
    expr *subs[MAX_RANK];
    if (shift->kind == X_NUM || shift->kind == X_READ)
        return shift;
    tensor *t = fold_table(g, q, shift, arena_printf("%s.shift", q->out->label), subs);
    return t ? expr_read(t, subs) : NULL;
}

typedef struct part {
    const expr *from;
    expr *to;
} part;

static expr *replace_part(expr *e, void *context)
{
    const part *p = context;
    return e == p->from ? p->to : e;
}

static void add_size(expr *e, void *context)
{
    if (e->kind == X_READ)
        *(double *)context += (double)tensor_size(e->tensor);
}

/* Is a table of what q adds no larger than what it is made of? */
static bool is_small(const equation *q, expr *shift)
{
    double elements = 1, made_of = 0;
    for (int p = 0; p < q->free + q->bound; p++)
        elements *= shift->uses >> p & 1 ? (double)q->extent[p] : 1;
    expr_each(shift, add_size, &made_of);
    return elements <= made_of;
}

/* p's sum takes what its only reader q makes of it; what q only adds, in several parts, becomes one. */
static void fold_into(graph *g, const equation_list *list, equation *p, equation *q)
{
    expr *read = expr_only_read(q->body, p->out);
    expr *w = weight_of(list, p->body), *scale = NULL, *shift;
    affine a;
    expr *whole = read && q->body->depth <= MOST_DEPTH ? affine_part(q, q->body, read, &a) : NULL;
    part nothing = {whole, expr_num(0)};
    if (!whole || expr_reads(expr_rewrite(q->body, replace_part, &nothing), p->out)) /* used otherwise too */
        return;
    bool scaled = !expr_is_num(a.scale, 1);
    if (scaled ? !w || !(scale = scale_of_weight(a.scale, read, w)) : !is_small(q, a.shift))
        return;
    if (!(shift = baked_shift(g, q, a.shift)))
        return;
    if (scaled) {
        tensor *t = computed(g, expr_mul(scale, identity_read(w->tensor)), w->tensor->dims, w->tensor->rank, 0, w->tensor,
                             arena_printf("%s.scaled", w->tensor->label));
        if (!t)
            return;
        part weights = {w, expr_read(t, w->args)};
        p->body = expr_rewrite(p->body, replace_part, &weights);
    }
    part reading = {whole, expr_add(read, shift)};
    q->body = expr_rewrite(q->body, replace_part, &reading);
}

void pass_fold(graph *g, equation_list *list, const bool *keep)
{
    fold_equations(g, list, keep);
    for (int i = 0; i < list->count; i++) {
        equation *p = list->data[i], *q = NULL;
        bool able = p->kind == EQ_COMPUTE && p->reduction == RED_SUM && !p->accumulate && !keep[p->out->id] && count_readers(list, p->out) == 1;
        for (int k = i + 1; k < list->count && able && !q; k++)
            if (list->data[k]->kind == EQ_COMPUTE && reads_tensor(list->data[k], p->out))
                q = list->data[k];
        if (q)
            fold_into(g, list, p, q);
    }
}
