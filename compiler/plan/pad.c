/* pad.c: borders of zeros.
 *
 *     s[i] = sum[u] (i + u >= 2 && i + u <= 29 ? w[u] * x[i + u - 2] : 0)
 *
 * needs no condition where x lies with two zeros before it and two behind: then vectors run along i without a look at the border.
 * Where x is computed here, it is computed into the middle of the zeros, and everybody reads it there; an argument is copied. */
#include <string.h>

#include "../routine/passes.h"
#include "plan.h"

enum { MOST_GROWTH = 2 };              /* the copy has at most so many times the elements */

typedef struct condition_list {
    expr_list all;
} condition_list;

/* ---- the borders that a read needs ---- */

typedef struct border {
    expr *read;
    int64_t before[MAX_RANK], after[MAX_RANK];
    bool any;
} border;

/* Takes the conditions that keep this read within its tensor out of the list; false: some border is not conditioned. */
static bool measure(const equation *e, expr *read, condition_list *c, border *b)
{
    double growth = 1;
    b->read = read;
    for (int d = read->tensor->batched; d < read->nargs; d++) {
        int64_t low, high, extent = read->tensor->dims[d];
        if (!int_range(read->args[d], e->extent, &low, &high))
            return false;
        b->before[d] = low < 0 ? -low : 0;
        b->after[d] = high >= extent ? high - extent + 1 : 0;
        b->any |= b->before[d] || b->after[d];
        growth *= (double)(extent + b->before[d] + b->after[d]) / (double)extent;
        const expr *inside[2] = {expr_ge0(read->args[d]), expr_ge0(int_sub(int_const(extent - 1), read->args[d]))};
        for (int side = 0; side < 2; side++) {
            bool found = (side ? b->after[d] : b->before[d]) == 0;
            for (int i = c->all.count - 1; i >= 0; i--)
                if (c->all.data[i] == inside[side]) {
                    found = true;
                    memmove(&c->all.data[i], &c->all.data[i + 1], (size_t)(--c->all.count - i) * sizeof(expr *));
                }
            if (!found)
                return false;
        }
    }
    return b->any && growth <= MOST_GROWTH;
}

static void find_bordered(expr *x, void *context)
{
    VEC(expr *) *list = context;
    if (x->kind == X_READ && !x->is_int && (x->tensor->kind == TENSOR_INPUT || x->tensor->kind == TENSOR_VALUE || (x->tensor->kind == TENSOR_GRADIENT && x->tensor->batched)))
        vec_push(list) = x;
}

/* ---- the copy ---- */

typedef struct padded {
    const tensor *of;
    tensor *copy;
    int64_t before[MAX_RANK], after[MAX_RANK];
} padded;
typedef VEC(padded) padded_list;

/* out = 0 for so many from `first` on along dimension d: between the borders of the dimensions before it, and all along those after it. */
static void add_zeros(equation_list *zeros, tensor *t, const tensor *x, const border *b, int d, int64_t first, int64_t count)
{
    equation *zero = equation_new(zeros, t, expr_num(0), x->at);
    zero->note = "zeros around what is read next";
    zero->subs = NEW_ARRAY(expr *, x->rank + 1);
    for (int k = 0; k < x->rank; k++) {
        zero->extent[k] = k < d ? x->dims[k] : k == d ? count : t->dims[k];
        zero->subs[k] = int_add(int_index(k), int_const(k < d ? b->before[k] : k == d ? first : 0));
    }
    equation_name_indices(zero);
}

/* A tensor like x with that border, and the equations that make it 0. */
static tensor *bordered_tensor(plan *p, const tensor *x, const border *b, span at, equation_list *zeros)
{
    int64_t dims[MAX_RANK];
    for (int d = 0; d < x->rank; d++)
        dims[d] = d < x->batched ? x->dims[d] : x->dims[d] + b->before[d] + b->after[d];
    tensor *t = graph_tensor(p->graph, TENSOR_VALUE, NULL, x->rank, dims, 0, at);
    t->label = arena_printf("%s.padded", x->label);
    t->stage = x->stage;
    t->batched = x->batched;
    for (int d = x->batched; d < x->rank; d++) {
        if (b->before[d])
            add_zeros(zeros, t, x, b, d, 0, b->before[d]);
        if (b->after[d])
            add_zeros(zeros, t, x, b, d, b->before[d] + x->dims[d], b->after[d]);
    }
    return t;
}

static void insert_all(routine *r, int number, const equation_list *list)
{
    for (int i = list->count - 1; i >= 0; i--)
        plan_insert_before(r, number, list->data[i]);
}

/* copy[i + before] = x[i], and 0 around */
static tensor *make_copy(plan *p, routine *r, int number, const border *b)
{
    tensor *x = b->read->tensor;
    equation_list made = {0};
    span at = r->equations.data[number]->at;
    tensor *t = bordered_tensor(p, x, b, at, &made);
    equation *fill = equation_new(&made, t, identity_read(x), at);
    for (int d = 0; d < x->rank; d++)
        fill->extent[d] = x->dims[d];
    equation_name_indices(fill);
    fill->subs = NEW_ARRAY(expr *, x->rank + 1);
    for (int d = 0; d < x->rank; d++)
        fill->subs[d] = int_add(int_index(d), int_const(b->before[d]));
    insert_all(r, number, &made);
    return t;
}

static tensor *copy_for(plan *p, routine *r, int number, const border *b, padded_list *list)
{
    const tensor *x = b->read->tensor;
    for (int i = 0; i < list->count; i++)
        if (list->data[i].of == x && memcmp(list->data[i].before, b->before, sizeof b->before) == 0 && memcmp(list->data[i].after, b->after, sizeof b->after) == 0)
            return list->data[i].copy;
    padded *made = &vec_push(list);
    *made = (padded){.of = x, .copy = make_copy(p, r, number, b)};
    memcpy(made->before, b->before, sizeof b->before);
    memcpy(made->after, b->after, sizeof b->after);
    return made->copy;
}

/* Is the product 0 wherever the read is? */
static bool is_factor(const expr *read, const expr *product)
{
    if (product == read)
        return true;
    if (product->kind != X_OP || (product->op != OP_MUL && product->op != OP_NEG && product->op != OP_DIV))
        return false;
    return is_factor(read, product->args[0]) || (product->op == OP_MUL && is_factor(read, product->args[1]));
}

/* Can all but this read be made where the condition does not hold? */
static bool others_inside(const equation *e, expr *read)
{
    return reads_inside(expr_replace(e->body->args[1], read, expr_num(1)), e->extent);
}

/* ---- what is wanted with a border ---- */

typedef struct wish {
    equation *e;
    border b;
} wish;
typedef VEC(wish) wish_list;

/* Which read of e wants a border, so that no condition is left. */
static void find_wish(const routine *r, equation *e, wish_list *wishes)
{
    condition_list c = {{0}};
    border b = {0};
    VEC(expr *) reads = {0};
    if (e->kind != EQ_COMPUTE || e->reduction != RED_SUM || e->accumulate || e->body->kind != X_SELECT)
        return;
    expr *body = expr_decide(e->body, e->extent); /* an index of extent 1 is no condition */
    if (body->kind != X_SELECT || !expr_is_num(body->args[2], 0) || r->recurrences.count)
        return;
    e->body = body;
    expr_conjuncts(e->body->args[0], &c.all);
    expr_each(e->body->args[1], find_bordered, &reads);
    for (int i = 0; i < reads.count; i++) {
        condition_list left = {{0}};
        border own = {0};
        for (int k = 0; k < c.all.count; k++)
            vec_push(&left.all) = c.all.data[k];
        if (measure(e, reads.data[i], &left, &own) && left.all.count == 0 && is_factor(reads.data[i], e->body->args[1]) && others_inside(e, reads.data[i]))
            b = own;
    }
    if (b.any)
        vec_push(wishes) = (wish){e, b};
}

/* ---- with the border from the start ---- */

/* The one equation that computes t, if the routine has no other use for t than to read it; NULL: a copy it must be. */
static equation *only_definition(const plan *p, const routine *r, const tensor *t)
{
    equation *found = NULL;
    if ((t->kind != TENSOR_VALUE && t->kind != TENSOR_GRADIENT) || t == r->value || t->classes || p->options.check_finite)
        return NULL;
    for (int i = 0; i < r->outputs.count; i++)
        if (r->outputs.data[i] == t)
            return NULL;
    for (int i = 0; i < r->equations.count; i++) {
        equation *e = r->equations.data[i];
        if (e->source == t || (e->out == t && (found || e->kind != EQ_COMPUTE || e->accumulate)))
            return NULL;
        if (e->out == t)
            found = e;
    }
    return found;
}

typedef struct replacement {
    const tensor *from;
    tensor *to;
    const border *b;
} replacement;

static expr *shift_read(expr *e, void *context)
{
    const replacement *c = context;
    expr *subs[MAX_RANK];
    if (e->kind != X_READ || e->tensor != c->from)
        return e;
    for (int d = 0; d < e->nargs; d++)
        subs[d] = int_add(e->args[d], int_const(c->b->before[d]));
    return expr_read(c->to, subs);
}

/* x is computed into the middle of what is 0 around: no copy. False: it can't be. */
static bool pad_in_place(plan *p, routine *r, tensor *x, const wish_list *wishes)
{
    border all = {0};
    double growth = 1;
    equation *made = only_definition(p, r, x);
    if (!made)
        return false;
    for (int i = 0; i < wishes->count; i++)
        for (int d = 0; wishes->data[i].b.read->tensor == x && d < x->rank; d++) {
            const border *b = &wishes->data[i].b;
            all.before[d] = b->before[d] > all.before[d] ? b->before[d] : all.before[d];
            all.after[d] = b->after[d] > all.after[d] ? b->after[d] : all.after[d];
        }
    for (int d = x->batched; d < x->rank; d++)
        growth *= (double)(x->dims[d] + all.before[d] + all.after[d]) / (double)x->dims[d];
    if (growth > MOST_GROWTH)
        return false;
    equation_list zeros = {0};
    tensor *t = bordered_tensor(p, x, &all, made->at, &zeros);
    t->within = x;
    for (int i = 0; i < wishes->count; i++)
        if (wishes->data[i].b.read->tensor == x)
            wishes->data[i].e->body = wishes->data[i].e->body->args[1];
    made->out = t;
    made->subs = NEW_ARRAY(expr *, x->rank + 1);
    for (int d = 0; d < x->rank; d++)
        made->subs[d] = int_add(int_index(d), int_const(all.before[d]));
    replacement c = {x, t, &all};
    int number = 0;
    for (int i = 0; i < r->equations.count; i++) {
        equation *e = r->equations.data[i];
        if (e->body)
            e->body = expr_rewrite(e->body, shift_read, &c);
        number = e == made ? i : number;
    }
    if (number > 0 && reads_tensor(made, r->equations.data[number - 1]->out)) /* a sum stays right before what is done with it */
        number--;
    insert_all(r, number, &zeros);
    return true;
}

/* ---- all of a routine ---- */

static void pad_copied(plan *p, routine *r, const wish *w, padded_list *list)
{
    int number = 0;
    expr *subs[MAX_RANK];
    while (r->equations.data[number] != w->e)
        number++;
    tensor *copy = copy_for(p, r, number, &w->b, list);
    for (int d = 0; d < copy->rank; d++)
        subs[d] = int_add(w->b.read->args[d], int_const(w->b.before[d]));
    w->e->body = expr_replace(w->e->body->args[1], w->b.read, expr_read(copy, subs));
}

static void pad_routine(plan *p, routine *r)
{
    wish_list wishes = {0};
    padded_list list = {0};
    for (int i = 0; i < r->equations.count; i++)
        find_wish(r, r->equations.data[i], &wishes);
    for (int i = 0; i < wishes.count; i++)
        if (wishes.data[i].e->body->kind == X_SELECT && !pad_in_place(p, r, wishes.data[i].b.read->tensor, &wishes))
            pad_copied(p, r, &wishes.data[i], &list);
}

void plan_padding(plan *p, const routine_list *routines)
{
    for (int i = 0; p->options.level == LEVEL_O2 && i < routines->count; i++)
        pad_routine(p, routines->data[i]);
}
