/* pad.c: copies with a border of zeros.
 *
 *     s[i] = sum[u] (i + u >= 2 && i + u <= 29 ? w[u] * x[i + u - 2] : 0)
 *
 * needs no condition where x lies with two zeros before it and two behind: then vectors run along i without a look at the border.
 * Where nothing but such sums reads x, the copy takes the place of x. */
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
    if (x->kind == X_READ && !x->is_int && (x->tensor->kind == TENSOR_INPUT || x->tensor->kind == TENSOR_VALUE))
        vec_push(list) = x;
}

/* ---- the copy ---- */

typedef struct padded {
    const tensor *of;
    tensor *copy;
    int64_t before[MAX_RANK], after[MAX_RANK];
} padded;
typedef VEC(padded) padded_list;

/* copy = 0;  copy[i + before] += x[i] */
static tensor *make_copy(plan *p, routine *r, int number, const border *b)
{
    tensor *x = b->read->tensor;
    int64_t dims[MAX_RANK];
    expr *subs[MAX_RANK], *from[MAX_RANK];
    equation_list made = {0};
    for (int d = 0; d < x->rank; d++) {
        dims[d] = d < x->batched ? x->dims[d] : x->dims[d] + b->before[d] + b->after[d];
        from[d] = int_index(d);
        subs[d] = int_add(int_index(d), int_const(b->before[d]));
    }
    tensor *t = graph_tensor(p->graph, TENSOR_VALUE, NULL, x->rank, dims, 0, r->equations.data[number]->at);
    t->label = arena_printf("%s.padded", x->label);
    t->batched = x->batched;
    equation *zero = equation_new(&made, t, expr_num(0), r->equations.data[number]->at);
    equation_name_indices(zero);
    zero->note = "zeros around what is read next";
    equation *fill = equation_new(&made, t, expr_read(x, from), zero->at);
    for (int d = 0; d < x->rank; d++)
        fill->extent[d] = x->dims[d];
    equation_name_indices(fill);
    fill->accumulate = true;
    fill->subs = NEW_ARRAY(expr *, x->rank + 1);
    memcpy(fill->subs, subs, (size_t)x->rank * sizeof *subs);
    plan_insert_before(r, number, fill);
    plan_insert_before(r, number, zero);
    return t;
}

static tensor *copy_for(plan *p, routine *r, int *number, const border *b, padded_list *list)
{
    const tensor *x = b->read->tensor;
    for (int i = 0; i < list->count; i++)
        if (list->data[i].of == x && memcmp(list->data[i].before, b->before, sizeof b->before) == 0 && memcmp(list->data[i].after, b->after, sizeof b->after) == 0)
            return list->data[i].copy;
    padded *made = &vec_push(list);
    *made = (padded){.of = x, .copy = make_copy(p, r, *number, b)};
    memcpy(made->before, b->before, sizeof b->before);
    memcpy(made->after, b->after, sizeof b->after);
    *number += 2;
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

static void pad_reads(plan *p, routine *r, int *number, padded_list *list)
{
    equation *e = r->equations.data[*number];
    condition_list c = {{0}};
    border b = {0};
    VEC(expr *) reads = {0};
    if (e->kind != EQ_COMPUTE || e->reduction != RED_SUM || e->accumulate || e->body->kind != X_SELECT || !expr_is_num(e->body->args[2], 0))
        return;
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
    if (!b.any)
        return;
    tensor *copy = copy_for(p, r, number, &b, list);
    expr *subs[MAX_RANK];
    for (int d = 0; d < copy->rank; d++)
        subs[d] = int_add(b.read->args[d], int_const(b.before[d]));
    e->body = expr_replace(e->body->args[1], b.read, expr_read(copy, subs));
}

void plan_padding(plan *p, const routine_list *routines)
{
    if (p->options.level != LEVEL_O2)
        return;
    for (int i = 0; i < routines->count; i++) {
        padded_list list = {0};
        routine *r = routines->data[i];
        for (int k = 0; k < r->equations.count && !r->recurrences.count; k++)
            pad_reads(p, r, &k, &list);
    }
}
