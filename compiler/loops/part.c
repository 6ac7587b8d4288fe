/* part.c: a loop within a sum gets a sum of its own where its turns do not go through memory upwards.
 *
 * Compilers write the turns of short loops out. GCC up to 11.4, 12.3 and 13.1 then adds wrong elements at -O3, at times at -O2: it loads several
 * at once in the order of memory, and forgets that a sum in the order of the loops has to have them in another (its report
 * tree-optimization/110381). It does so where all that is read lies in another order; where as much lies in the order of the loops, it puts the rest
 * right. The sums of their own that such loops have are added one a turn of the loop outside, whatever is written out. */
#include "part.h"

#include "tile.h"
#include "unroll.h"

typedef struct walk {
    const lowering *l;
    const int *order;              /* loops that may be written out together, outermost first */
    int count;
    uint32_t positions;            /* bit p: p is one of them */
    int upwards, otherwise;        /* reads that go through memory in the order of the loops, and in another */
} walk;

/* Does the quotient of a sum never fall? It repeats elements, which is no other order. */
static bool is_stair(const expr *atom, int64_t coefficient)
{
    bool rises = atom->kind == X_IDIV && coefficient > 0;
    for (int i = 0; rises && i < atom->args[0]->nargs; i++)
        rises = atom->args[0]->args[i]->kind == X_INDEX && atom->args[0]->coef[i] > 0;
    return rises;
}

/* Is the subscript a sum of multiples and stairs, as far as it depends on these loops? */
static bool is_affine(const walk *w, const expr *sub)
{
    for (int i = 0; i < sub->nargs; i++)
        if (sub->args[i]->kind != X_INDEX && (sub->args[i]->uses & w->positions) && !is_stair(sub->args[i], sub->coef[i]))
            return false;
    return true;
}

static bool reads_upwards(const walk *w, const expr *x)
{
    int64_t inner = 0;             /* how far the loops within this one go */
    for (int d = 0; d < x->nargs; d++)
        if (!is_affine(w, x->args[d]))
            return false;
    for (int i = w->count - 1; i >= 0; i--) {
        int64_t extent = w->l->e->extent[w->order[i]], stride = stride_along(w->l, x, w->order[i]);
        if (extent == 1 || stride == 0)
            continue;
        if (stride < 0 || stride < inner)
            return false;
        inner += stride * (extent - 1);
    }
    return true;
}

static void look(expr *x, void *context)
{
    walk *w = context;
    if (!(x->uses & w->positions))
        return;
    if (x->kind == X_READ && x->tensor->id >= 0)
        *(reads_upwards(w, x) ? &w->upwards : &w->otherwise) += 1;
    else if (x->kind == X_SELECT && (x->args[0]->uses & w->positions))
        w->otherwise++;
}

/* Bit d: the loops from order[d] on have a sum of their own. Loops that are not written out end the search. */
static uint32_t find_parts(const lowering *l, expr *body, const conditions *c, const int order[], int first, int n, bool within)
{
    uint32_t apart = 0;
    int64_t turns = 1;
    bool unknown = l->p->options.level != LEVEL_O2; /* how long a bounded loop is; in straight-line code it is known */
    walk w = {.l = l};
    for (int d = n - 1; d >= first + !within; d--) {
        int64_t extent = l->e->extent[order[d]];
        if (extent == EXTENT_BATCH || extent > UNROLL_LONGEST || turns * extent > UNROLL_MOST || (unknown && conditioned(c, order[d])))
            break;
        turns *= extent;
        w.order = order + d;
        w.count++;
        w.positions |= 1u << order[d];
        w.upwards = w.otherwise = 0;
        expr_each(body, look, &w);
        if (w.otherwise > w.upwards) {
            apart |= 1u << d;
            w = (walk){.l = l};
        }
    }
    return apart;
}

node_list *part_loops(lowering *l, node_list *list, expr *body, const conditions *c, const int order[], int from, int first, int n, bool within, parts *p)
{
    uint32_t apart = find_parts(l, body, c, order, first, n, within);
    p->count = 0;
    for (int d = from; d < n; d++) {
        if (apart >> d & 1) {
            node *sum = new_node(list, NODE_LOCAL);
            p->sum[p->count] = sum->target = local(l, p->count ? arena_printf("part%d", p->count) : "part", 0);
            p->around[p->count++] = list;
            sum->value = expr_num(0);
        }
        list = attach(new_loop(list, l->e, order[d]), c, order, n, d);
    }
    return list;
}

expr *part_total(const parts *p)
{
    for (int k = p->count - 1; k > 0; k--)
        store(p->around[k], p->sum[k - 1], NULL, ASSIGN_ADD, local_read(p->sum[k], NULL));
    return p->count ? local_read(p->sum[0], NULL) : NULL;
}
