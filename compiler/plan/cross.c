/* cross.c: copies for sums of short products, such as the scores of attention:
 *
 *     s[b, g, i, j] = sum[c] q[b, g, i, c] * k[b, g, j, c]
 *
 * Both lie contiguous along c alone, which is short: vectors along it would be added up for every element of s. k is copied with j fastest; then
 * vectors run along j, and a number of q serves all of them. The copy is read once for every i, which must be often enough to pay. */
#include <string.h>

#include "../routine/passes.h"
#include "plan.h"

enum { LONGEST_SUM = 128, LEAST_USES = 16, LEAST_WORK = 4096 }; /* terms; readings of an element of the copy; multiply-adds a sample */

/* Is the read contiguous along this position? */
static bool runs_along(const plan *p, const expr *read, int position)
{
    for (int d = 0; d < read->nargs; d++)
        if ((read->args[d]->uses >> position & 1) && (d != plan_fastest(p, read->tensor) || int_coefficient(read->args[d], position) != 1))
            return false;
    return read->nargs > 0 && (read->uses >> position & 1);
}

static double product_of_extents(const equation *e, uint32_t positions)
{
    double n = 1;
    for (int k = 0; k < e->free + e->bound; k++)
        n *= (positions >> k & 1) && e->extent[k] != EXTENT_BATCH ? (double)e->extent[k] : 1;
    return n;
}

/* May this factor be copied, with what index fastest? -1: it may not. */
static int crossing(const plan *p, const equation *e, const expr *read, const expr *other)
{
    int best = -1, dense = plan_fastest(p, e->out);
    double elements = product_of_extents(e, read->uses);
    if (product_of_extents(e, ~0u) < LEAST_USES * elements || elements > (double)tensor_size(read->tensor))
        return -1;
    for (int k = 0; k < e->free; k++)
        if ((read->uses >> k & 1) && !(other->uses >> k & 1) && e->extent[k] != EXTENT_BATCH && plan_lanes_filled(e->extent[k]) >= 0.5 &&
            (best < 0 || k == dense || (best != dense && e->extent[k] > e->extent[best])))
            best = k;
    return best;
}

/* Is e a product of two reads whose only contiguous index is that of a short sum? */
static bool is_short_product(const plan *p, const equation *e)
{
    bool summed = false;
    if (e->kind != EQ_COMPUTE || e->reduction != RED_SUM || e->accumulate || e->turns || e->body->kind != X_OP || e->body->op != OP_MUL ||
        product_of_extents(e, ~0u) < LEAST_WORK)
        return false;
    for (int i = 0; i < 2; i++) {
        const expr *x = e->body->args[i];
        if (x->kind != X_READ || x->tensor->values)
            return false;
        for (int k = 0; k < e->free; k++)
            if (runs_along(p, x, k))
                return false;
    }
    for (int k = e->free; k < e->free + e->bound; k++)
        summed |= e->extent[k] != EXTENT_BATCH && e->extent[k] <= LONGEST_SUM && runs_along(p, e->body->args[0], k) && runs_along(p, e->body->args[1], k);
    return summed;
}

/* The factor with this index fastest, by a copy that is made before equation `number`, or was made before. */
static expr *copied(plan *p, routine *r, int number, expr *read, int fastest)
{
    const equation *e = r->equations.data[number];
    int64_t dims[MAX_RANK] = {0};
    expr *map[MAX_INDEX] = {0}, *subs[MAX_RANK];
    int rank = 0, last = 0;
    bool batched = false;
    for (int turn = 0; turn < 2; turn++) /* the batch first */
        for (int k = 0; k < e->free + e->bound; k++)
            if ((read->uses >> k & 1) && (e->extent[k] == EXTENT_BATCH) == (turn == 0)) {
                batched |= turn == 0;
                last = k == fastest ? rank : last;
                map[k] = int_index(rank);
                subs[rank] = int_index(k);
                dims[rank++] = e->extent[k];
            }
    expr *body = expr_substitute(read, map, MAX_INDEX);
    for (int i = 0; i < number; i++) {
        const equation *made = r->equations.data[i];
        if (made->body == body && made->reduction == RED_NONE && !made->accumulate && !made->subs && made->out->rank == rank &&
            memcmp(made->extent, dims, (size_t)rank * sizeof *dims) == 0 && plan_fastest(p, made->out) == last)
            return expr_read(made->out, subs);
    }
    tensor *t = graph_tensor(p->graph, TENSOR_VALUE, NULL, rank, dims, 0, e->at);
    t->label = arena_printf("%s.crossed", read->tensor->label);
    t->stage = read->tensor->stage;
    t->batched = batched;
    plan_copy_before(p, r, number, t, body, last);
    return expr_read(t, subs);
}

static void cross(plan *p, routine *r, int number)
{
    equation *e = r->equations.data[number];
    int choice = -1, fastest = -1;
    if (!is_short_product(p, e))
        return;
    for (int i = 0; i < 2; i++) {
        int k = crossing(p, e, e->body->args[i], e->body->args[1 - i]);
        if (k >= 0 && (fastest < 0 || k == plan_fastest(p, e->out))) {
            choice = i;
            fastest = k;
        }
    }
    if (choice < 0)
        return;
    expr *factor = e->body->args[choice];
    e->body = expr_mul(e->body->args[1 - choice], copied(p, r, number, factor, fastest));
}

void plan_crossing(plan *p, const routine_list *routines)
{
    for (int i = 0; p->options.level == LEVEL_O2 && i < routines->count; i++)
        for (int k = 0; k < routines->data[i]->equations.count; k++) {
            int before = routines->data[i]->equations.count;
            cross(p, routines->data[i], k);
            k += routines->data[i]->equations.count - before;
        }
}
