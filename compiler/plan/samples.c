/* samples.c: what is computed for some samples at a time, instead of for the whole batch.
 *
 *     a[b, i] = …;  c[b, i] = … a[b, i] …;  d[b, i] = … c[b, i] …            for all b: every value goes out to memory and comes back
 *
 * Equations in a row that look at no other sample are run for a block of samples after the other: then what one hands to the next is still in the
 * cache, and values that no one else reads need the memory of one block. Copies of parameters that stand between them are made before. It pays where a batch
 * does not fit in the cache, and where the parameters, which each block reads anew, are few beside the values. */
#include <string.h>

#include "../routine/passes.h"
#include "plan.h"

enum { CACHE = 512 << 10 };            /* bytes of the second level that what one equation touches may fill */
enum { ROWS = 32 };                    /* samples of a block where they are the rows of tiles, which share what is loaded */
enum { ROWS_NEAR = 8 };                /* where the parameters stay in the second level beside the values */
enum { FEW_ROWS = 6 };                 /* an index of fewer elements makes no rows */
enum { WEIGHTS_SHARE = 4 };            /* parameters are read anew for each block: the values must be so many times as large */

typedef enum sort { SORT_SAMPLES, SORT_BEFORE, SORT_OTHER } sort;

/* ---- which equations look at one sample only ---- */

typedef struct sample_check {
    int batch;                         /* the position */
    bool good;
} sample_check;

static bool holds_batch(const expr *e, int batch)
{
    for (int i = 0; e->kind == X_AFF && i < e->nargs; i++)
        if (e->args[i]->kind == X_INDEX && e->args[i]->index == batch)
            return true;
    return false;
}

/* The sample's number stands nowhere but in the first subscript of what has one for each sample. */
static void check_node(expr *x, void *context)
{
    sample_check *c = context;
    int p;
    bool batched = x->kind == X_READ && x->tensor->batched;
    c->good &= x->kind != X_NOISE && (x->kind != X_SYM || x->sym != SYM_N) && (x->kind != X_READ || x->tensor->kind != TENSOR_STATE);
    for (int i = 0; i < x->nargs; i++)
        if (holds_batch(x->args[i], c->batch))
            c->good &= batched && i == 0 && int_is_index(x->args[i], &p) && p == c->batch;
        else
            c->good &= !batched || i > 0;
}

bool plan_is_of_one_sample(expr *e, int batch)
{
    sample_check c = {batch, true};
    expr_each(e, check_node, &c);
    return c.good;
}

static bool is_of_samples(const equation *e)
{
    bool good = e->out->batched && e->out->kind != TENSOR_STATE;
    int p = 0;
    if (e->kind == EQ_RESHAPE)
        return good && e->source->batched;
    if (!good || reduces_batch(e) || (e->subs && !int_is_index(e->subs[0], &p)) || e->extent[p] != EXTENT_BATCH)
        return false;
    for (int k = 0; k < e->free; k++)
        good &= k == p || e->extent[k] != EXTENT_BATCH;
    for (int d = 1; e->subs && d < e->out->rank; d++)
        good &= !holds_batch(e->subs[d], p) && plan_is_of_one_sample(e->subs[d], p);
    return good && plan_is_of_one_sample(e->body, p);
}

static void look_for_values(expr *x, void *context)
{
    *(bool *)context &= x->kind != X_NOISE && x->kind != X_SYM && (x->kind != X_READ || x->tensor->kind == TENSOR_PARAM || x->tensor->kind == TENSOR_CONST || x->tensor->copied);
}

/* A copy of parameters, or what is made of them alone. */
static bool is_of_parameters(const routine *r, const equation *e)
{
    bool good = e->kind == EQ_COMPUTE && !e->out->batched && !e->accumulate && !e->subs && !e->turns && e->out->kind == TENSOR_VALUE && e->out != r->value;
    for (int i = 0; i < r->outputs.count; i++)
        good &= r->outputs.data[i] != e->out;
    if (good)
        expr_each(e->body, look_for_values, &good);
    return good;
}

/* A recurrence is one thing. */
static int end_of_unit(const routine *r, int i)
{
    const equation *e = r->equations.data[i];
    const recurrence *loop = e->turns ? r->recurrences.data[e->turn[0].recurrence] : NULL;
    return loop ? loop->first + loop->count : i + 1;
}

static sort sort_of(const routine *r, int first, int end)
{
    bool samples = true;
    for (int i = first; i < end; i++)
        samples &= is_of_samples(r->equations.data[i]);
    return samples ? SORT_SAMPLES : end == first + 1 && is_of_parameters(r, r->equations.data[first]) ? SORT_BEFORE : SORT_OTHER;
}

/* ---- how many samples ---- */

typedef struct footprint {
    const tensor *seen[64];
    int count;
    double bytes, weights;             /* a sample's, of one turn; of parameters */
    int real;
    const equation *e;
} footprint;

static void touch(footprint *f, const tensor *t)
{
    double size = (double)tensor_size(t) * f->real;
    for (int i = 0; i < f->count; i++)
        if (f->seen[i] == t)
            return;
    if (f->count < 64)
        f->seen[f->count++] = t;
    for (int k = 0; k < f->e->turns && t->batched; k++)
        size /= (double)f->e->extent[f->e->turn[k].position];
    *(t->batched ? &f->bytes : &f->weights) += size;
}

static void touch_read(expr *x, void *context)
{
    if (x->kind == X_READ && x->tensor->id >= 0)
        touch(context, x->tensor);
}

/* Does no other index than the batch serve as the rows of a tile, so that parameters are read once for each sample? */
static bool wants_rows(const equation *e)
{
    int others = 0;
    for (int k = 0; k < e->free; k++)
        others += e->extent[k] != EXTENT_BATCH && !equation_is_turn(e, k) && e->extent[k] >= FEW_ROWS;
    return e->reduction == RED_SUM && others < 2;
}

/* The samples of a block for equations first ... first + count - 1; 0: all at once. */
static int block_of(const plan *p, const routine *r, int first, int count)
{
    double most = 0, all = 0, weights = 0, madds = 0, by_rows = 0;
    for (int i = first; i < first + count; i++) {
        const equation *e = r->equations.data[i];
        footprint f = {.real = p->options.is_double ? 8 : 4, .e = e};
        touch(&f, e->out);
        if (e->kind == EQ_RESHAPE || !e->body)
            continue;
        expr_each(e->body, touch_read, &f);
        all += f.bytes;
        most = f.bytes > most ? f.bytes : most;
        weights += f.weights;
        double terms = e->reduction == RED_SUM ? equation_turns(e) : 0;
        madds += terms;
        by_rows += wants_rows(e) && f.weights > 0 ? terms : 0;
    }
    if (most * p->options.batch <= CACHE)
        return 0;
    int block = (int)(CACHE / most), rows = block < ROWS && 2 * weights <= CACHE ? ROWS_NEAR : ROWS, least = by_rows * 10 > madds ? rows : 2;
    block = block < least ? least : block / least * least;
    return block >= p->options.batch || all * block < WEIGHTS_SHARE * weights ? 0 : block;
}

/* ---- the order of equations ---- */

/* Gradients of parameters, which nobody reads, and what they alone need of sums over the batch: they may come last. */
static bool *find_last(const routine *r, const graph *g)
{
    const equation_list *list = &r->equations;
    bool *last = NEW_ARRAY(bool, list->count + 1);
    for (int i = list->count - 1; i >= 0; i--) {
        const equation *e = list->data[i];
        bool good = !e->out->batched && !e->turns && e->kind == EQ_COMPUTE && e->out != r->value && e->out->kind != TENSOR_PARAM && !is_of_parameters(r, e);
        int readers = 0, param;
        for (int k = i + 1; k < list->count && good; k++)
            if (reads_tensor(list->data[k], e->out) || list->data[k]->out == e->out || list->data[k]->source == e->out) {
                good &= last[k];
                readers++;
            }
        last[i] = good && (readers || plan_is_gradient(r, g, e->out, &param));
    }
    return last;
}

void plan_reorder(routine *r, const equation_list *order)
{
    equation_list list = {0};
    for (int i = 0; i < order->count; i++)
        vec_push(&list) = order->data[i];
    r->equations = list;
    for (int k = 0; k < r->recurrences.count; k++)
        for (int i = list.count - 1; i >= 0; i--)
            for (int d = 0; d < list.data[i]->turns; d++)
                if (list.data[i]->turn[d].recurrence == k)
                    r->recurrences.data[k]->first = i;
}

static void put_last(routine *r, const graph *g)
{
    equation_list order = {0};
    const bool *last = find_last(r, g);
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < r->equations.count; i++)
            if (last[i] == (turn == 1))
                vec_push(&order) = r->equations.data[i];
    plan_reorder(r, &order);
}

/* Equations first ... end-1: those of parameters come before those of samples. Returns where these begin. */
static int put_before(routine *r, int first, int end)
{
    equation_list order = {0};
    int begin = first;
    for (int i = 0; i < first; i++)
        vec_push(&order) = r->equations.data[i];
    for (int turn = 0; turn < 2; turn++) {
        for (int i = first; i < end; i++)
            if (is_of_parameters(r, r->equations.data[i]) == (turn == 0))
                vec_push(&order) = r->equations.data[i];
        begin = turn == 0 ? order.count : begin;
    }
    for (int i = end; i < r->equations.count; i++)
        vec_push(&order) = r->equations.data[i];
    plan_reorder(r, &order);
    return begin;
}

void plan_samples(plan *p, routine *r)
{
    bool any = false;
    if (p->options.level != LEVEL_O2 || p->options.check_finite)
        return;
    for (int turn = 0; turn < 2; turn++) { /* is it worth another order? */
        r->sample_blocks.count = 0;
        if (turn == 1)
            put_last(r, p->graph);
        for (int i = 0, end; i < r->equations.count; i = end) {
            int first = i;
            for (end = i; end < r->equations.count && sort_of(r, end, end_of_unit(r, end)) != SORT_OTHER;)
                end = end_of_unit(r, end);
            if (end == i) {
                end = end_of_unit(r, i);
                continue;
            }
            int next = end;
            if (first > 0 && plan_may_fuse(r, first - 1)) /* what is computed together is not torn apart */
                first++;
            if (plan_may_fuse(r, end - 1))
                end--;
            int block = end - first > 1 ? block_of(p, r, first, end - first) : 0;
            if (block && turn == 1)
                first = put_before(r, first, end);
            if (block) {
                sample_block b = {first, end - first, block};
                if (turn == 1)
                    plan_block_sums(p, r, &b);
                next += b.first - first + b.count - (end - first);
                vec_push(&r->sample_blocks) = b;
            }
            end = next;
        }
        any |= r->sample_blocks.count > 0;
        if (!any)
            return;
    }
}

const sample_block *sample_block_of(const routine *r, int number)
{
    for (int i = 0; i < r->sample_blocks.count; i++) {
        const sample_block *s = &r->sample_blocks.data[i];
        if (number >= s->first && number < s->first + s->count)
            return s;
    }
    return NULL;
}

int samples_kept(const routine *r, const tensor *t)
{
    const sample_block *only = NULL;
    if (!t->batched || t == r->value)
        return 0;
    for (int i = 0; i < r->equations.count; i++) {
        const equation *e = r->equations.data[i];
        if (e->out != t && e->source != t && !reads_tensor(e, t))
            continue;
        const sample_block *s = sample_block_of(r, i);
        if (!s || (only && s != only) || e->kind == EQ_RESHAPE)
            return 0;
        only = s;
    }
    return only ? only->samples : 0;
}
