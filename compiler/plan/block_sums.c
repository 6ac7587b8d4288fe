/* block_sums.c: sums over the batch that are computed with the blocks of samples (samples.c), so that what they read needs no memory for the whole batch.
 *
 *     dw[i, j] = sum[b] x[b, j] * ds[b, i]      behind a block becomes
 *     dw[i, j] = 0                              before it,
 *     dw.part[i, j] = sum[b] x[b, j] * ds[b, i];  dw[i, j] += dw.part[i, j]      in it, over the block's samples: one computation in the loops,
 *
 * and who reads dw, as a step of sgd, stays behind. It pays where what the sum reads of a block is much larger than what it computes, which each block reads and writes. */
#include <string.h>

#include "../routine/passes.h"
#include "plan.h"

enum { READS_SHARE = 2 };              /* what the sum reads of a block must be so many times as large as what it computes */
enum { LEAST_KEPT = 1 << 20};       /* bytes of what it reads of a whole batch from which it pays */

enum { MOST_READS = 8 };

typedef struct reads_of_sum {
    const tensor *seen[MOST_READS];
    int count;
    double size;                       /* elements read of a sample */
} reads_of_sum;

static void add_read(expr *x, void *context)
{
    reads_of_sum *r = context;
    if (x->kind != X_READ || !x->tensor->batched)
        return;
    for (int i = 0; i < r->count; i++)
        if (r->seen[i] == x->tensor)
            return;
    if (r->count == MOST_READS)
        return;
    r->seen[r->count++] = x->tensor;
    r->size += (double)tensor_size(x->tensor);
}

/* A sum over all samples of what each has by itself, for which it pays. */
static bool belongs_to_block(const plan *p, const routine *r, const equation *e, int samples)
{
    reads_of_sum reads = {.count = 0};
    int batch = -1;
    if (e->kind != EQ_COMPUTE || e->reduction != RED_SUM || e->accumulate || e->subs || e->turns || e->out->batched || e->out == r->value ||
        e->out->kind == TENSOR_STATE)
        return false;
    for (int k = 0; k < e->free + e->bound; k++)
        if (e->extent[k] == EXTENT_BATCH) {
            if (k < e->free || batch >= 0)
                return false;
            batch = k;
        }
    for (int i = 0; i < r->outputs.count; i++)
        if (r->outputs.data[i] == e->out)
            return false;
    if (batch < 0 || !plan_is_of_one_sample(e->body, batch))
        return false;
    expr_each(e->body, add_read, &reads);
    return reads.size * samples >= READS_SHARE * (double)tensor_size(e->out) && reads.size * p->options.batch * (p->options.is_double ? 8 : 4) >= LEAST_KEPT;
}

typedef struct fastest_search {
    const plan *p;
    const equation *e;
    int found;                         /* a free position along which something read lies fastest; -1: none */
} fastest_search;

static void look_for_fastest(expr *x, void *context)
{
    fastest_search *s = context;
    int p;
    if (x->kind == X_READ && x->nargs && int_is_index(x->args[plan_fastest(s->p, x->tensor)], &p) && p < s->e->free && s->found < 0)
        s->found = p;
}

/* A sum that is no gradient of a parameter itself lies as what it reads. */
static void lay_out(plan *p, const equation *e)
{
    fastest_search s = {p, e, -1};
    if ((e->out->of && e->out->of->kind == TENSOR_PARAM) || p->fastest[e->out->id] >= 0)
        return;
    expr_each(e->body, look_for_fastest, &s);
    p->fastest[e->out->id] = s.found;
}

/* The equation that sums over a block, and the one that adds it; what they add to begins with zeros. */
static void split(plan *p, const equation *e, equation_list *zeros, equation_list *sums)
{
    tensor *t = graph_tensor(p->graph, e->out->kind, NULL, e->out->rank, e->out->dims, 0, e->at);
    t->label = arena_printf("%s.part", e->out->label);
    t->stage = e->out->stage;
    t->of = e->out->of;
    lay_out(p, e);
    plan_set_fastest(p, t, p->fastest[e->out->id]);
    equation *zero = equation_new(zeros, e->out, expr_num(0), e->at);
    zero->note = "the samples of each block are added to it";
    equation *part = equation_new(sums, t, e->body, e->at);
    *part = *e;
    part->out = t;
    equation *add = equation_new(sums, e->out, identity_read(t), e->at);
    add->accumulate = true;
    add->subs = NEW_ARRAY(expr *, e->out->rank + 1);
    for (int d = 0; d < e->out->rank; d++)
        add->subs[d] = int_index(d);
    add->note = e->note;
    memcpy(zero->index_name, e->index_name, sizeof e->index_name);
    memcpy(add->index_name, e->index_name, sizeof e->index_name);
}

void plan_block_sums(plan *p, routine *r, sample_block *block)
{
    equation_list zeros = {0}, sums = {0}, rest = {0}, order = {0};
    int end = block->first + block->count;
    for (int i = end; i < r->equations.count; i++) {
        equation *e = r->equations.data[i];
        bool joins = belongs_to_block(p, r, e, block->samples);
        for (int k = 0; k < rest.count && joins; k++)
            joins = rest.data[k]->out != e->out && !reads_tensor(e, rest.data[k]->out);
        if (joins)
            split(p, e, &zeros, &sums);
        else
            vec_push(&rest) = e;
    }
    if (!sums.count)
        return;
    for (int i = 0; i < block->first; i++)
        vec_push(&order) = r->equations.data[i];
    for (int i = 0; i < zeros.count; i++)
        vec_push(&order) = zeros.data[i];
    for (int i = block->first; i < end; i++)
        vec_push(&order) = r->equations.data[i];
    for (int i = 0; i < sums.count; i++)
        vec_push(&order) = sums.data[i];
    for (int i = 0; i < rest.count; i++)
        vec_push(&order) = rest.data[i];
    plan_reorder(r, &order);
    block->first += zeros.count;
    block->count += sums.count;
}
