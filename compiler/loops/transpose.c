/* transpose.c: copies that change the order of dimensions, and what stands after them.
 *
 * packed[i, j] = w[j, i] is copied a block of the fastest index at a time, so that the lines of w that are read serve the next i, too; where the
 * target has vectors, four by four numbers at once.
 * The copy pays only where several rows share it, samples or places in an image: of a few, the sum behind it runs along w as it lies (dot.c). */
#include "transpose.h"

#include <string.h>

#include "../routine/passes.h"

enum { BLOCK = 16, LEAST = 32 };       /* elements of a block; extents from which blocks pay */
enum { LEAST_SWAPPED = 256 };          /* elements of a sample from which vectors pay */
enum { FEW_ROWS = 8, FEW_IF_LARGE = 24, FEW_IF_HUGE = 80 }; /* rows for which a copy is not made; of what is larger than a core's cache; than 4 MB */
enum { HUGE_BYTES = 4 << 20 };

static bool is_copy(const equation *e)
{
    return e->kind == EQ_COMPUTE && e->reduction == RED_NONE && !e->accumulate && e->body->kind == X_READ && !e->body->is_int;
}

/* out[i + 1, j + 2] = …: dimension d at position d, and so far from its begin (plan/pad.c). */
static bool goes_to_middle(const equation *e)
{
    bool good = e->free == e->out->rank;
    for (int d = 0; e->subs && good && d < e->free; d++)
        good = e->subs[d]->uses == 1u << d && int_coefficient(e->subs[d], d) == 1;
    return good;
}

static expr **targets(const equation *e)
{
    expr **subs = identity(e->out);
    for (int d = 0; e->subs && d < e->out->rank; d++)
        subs[d] = e->subs[d];
    return subs;
}

/* The position along which what is copied lies contiguous; -1: none of known extent. */
static int contiguous(const lowering *l, const equation *e)
{
    for (int p = 0; p < e->free; p++)
        if (e->extent[p] != EXTENT_BATCH && stride_along(l, e->body, p) == 1)
            return p;
    return -1;
}

/* Four by four numbers are swapped in vectors of 16 bytes, where nothing is gathered. */
static bool in_vectors(const lowering *l, const equation *e, int across, int fastest)
{
    bool good = across >= 0 && across != fastest && e->extent[across] >= 4 && e->extent[fastest] >= 4 && tensor_size(e->out) >= LEAST_SWAPPED && real_size(l) == 4 && stride_along(l, e->body, fastest) > 0;
    for (int d = 0; good && d < e->body->nargs; d++)
        for (int i = 0; e->body->args[d]->kind == X_AFF && i < e->body->args[d]->nargs; i++)
            good &= e->body->args[d]->args[i]->kind == X_INDEX;
    return good;
}

static void copy_in_blocks(node_list *list, const equation *e, const int order[], int n, int fastest)
{
    node *blocks = new_node(list, NODE_LOOP);
    blocks->position = POSITION_BLOCK;
    blocks->extent = (e->extent[fastest] + BLOCK - 1) / BLOCK;
    list = &blocks->body;
    for (int i = 0; i < n; i++)
        list = &new_loop(list, e, order[i])->body;
    node *loop = new_loop(list, e, fastest);
    expr *first = int_scale(int_index(POSITION_BLOCK), BLOCK);
    vec_push(&loop->lows) = first;
    vec_push(&loop->highs) = int_add(first, int_const(BLOCK - 1));
    store(&loop->body, e->out, targets(e), ASSIGN_SET, e->body);
}

bool transpose_lower(lowering *l, node_list *list)
{
    const equation *e = l->e;
    if (l->p->options.level != LEVEL_O2 || !is_copy(e) || !goes_to_middle(e) || e->turns || !in_memory(l, e->out) || e->free < 2)
        return false;
    const place *to = &l->r->places[e->out->id];
    int fastest = to->order[e->free - 1];
    if (run_of(l, e->body, fastest) != RUN_NONE)
        return false;
    int order[MAX_INDEX], n = memory_order(l, e, e->out, fastest, order), across = contiguous(l, e);
    if (!in_vectors(l, e, across, fastest)) {
        if (e->extent[fastest] >= LEAST)
            copy_in_blocks(list, e, order, n, fastest);
        return e->extent[fastest] >= LEAST;
    }
    expr *first[MAX_INDEX] = {0};
    for (int i = 0; i < n; i++)
        list = order[i] == across ? list : &new_loop(list, e, order[i])->body;
    node *swap = new_node(list, NODE_TRANSPOSE);
    first[across] = first[fastest] = int_const(0);
    swap->swap = (transposition){e->extent[fastest], e->extent[across], stride_along(l, e->body, fastest), to->stride[across]};
    swap->value = expr_substitute(e->body, first, MAX_INDEX);
    swap->target = e->out;
    swap->subs = targets(e);
    for (int d = 0; d < e->out->rank; d++)
        swap->subs[d] = expr_substitute(swap->subs[d], first, MAX_INDEX);
    copy_in_blocks(&swap->body, e, &across, 1, fastest);
    return true;
}

/* ---- with and without the copy ---- */

static expr *read_original(expr *e, void *context)
{
    const equation *copy = context;
    return e->kind == X_READ && e->tensor == copy->out ? expr_substitute(copy->body, e->args, copy->free) : e;
}

static int64_t few_rows(const lowering *l, const equation *copy)
{
    int64_t bytes = l->r->places[copy->out->id].size * real_size(l);
    return bytes >= HUGE_BYTES ? FEW_IF_HUGE : bytes >= LARGE_BYTES ? FEW_IF_LARGE : FEW_ROWS;
}

static void look_for_copy(expr *x, void *context)
{
    uint32_t *uses = context;
    if (x->kind == X_READ && x->tensor->id == (int)uses[0])
        uses[1] |= x->uses;
}

/* How many elements of a sample's result are computed of the same elements of the copy. */
static int64_t rows_of_sample(const equation *sum, const equation *copy)
{
    uint32_t uses[2] = {(uint32_t)copy->out->id, 0};
    int64_t rows = 1;
    expr_each(sum->body, look_for_copy, uses);
    for (int k = 0; k < sum->free; k++)
        rows *= sum->extent[k] == EXTENT_BATCH || equation_is_turn(sum, k) || uses[1] >> k & 1 ? 1 : sum->extent[k];
    return rows;
}

equation *transpose_undo(const lowering *l, int number, int *reader)
{
    const equation_list *list = &l->r->routine->equations;
    const equation *copy = list->data[number];
    int i = number + 1;
    while (is_copy(copy) && !copy->subs && i < list->count && !reads_tensor(list->data[i], copy->out))
        i++;
    bool near = i == number + 1 || (sample_block_of(l->r->routine, i) && !sample_block_of(l->r->routine, number)); /* copies come before blocks of samples */
    const equation *sum = i < list->count && near ? list->data[i] : NULL;
    *reader = i;
    if (l->p->options.level != LEVEL_O2 || !sum || !is_copy(copy) || copy->subs || !copy->out->copied || copy->body->tensor->kind != TENSOR_PARAM || copy->turns || sum->turns || !sum->body ||
        !sum->out->batched || !reads_tensor(sum, copy->out) || count_readers(list, copy->out) != 1 || rows_of_sample(sum, copy) >= few_rows(l, copy))
        return NULL;
    equation *direct = NEW(equation);
    *direct = *sum;
    direct->body = expr_rewrite(sum->body, read_original, (void *)(uintptr_t)copy);
    lowering trial = *l;
    trial.e = direct;
    return dot_choose(&trial) ? direct : NULL;
}

expr *transpose_condition(const lowering *l, const equation *copy, const equation *sum)
{
    int64_t rows = rows_of_sample(sum, copy), samples = (few_rows(l, copy) + rows - 1) / rows;
    return expr_op2(OP_LT, expr_sym(SYM_N), expr_num((double)samples));
}
