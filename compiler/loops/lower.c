/* lower.c: from equations to loops.
 *
 * Three forms. A map is a nest over its indices in memory order. A reduction runs its sum innermost, in one accumulator; or,
 * where some free index lies contiguous in all that is read, a whole run of it is accumulated at once (run.c).
 *
 * Conditions of a sum become loop bounds where they bound a loop. */
#include <string.h>

#include "build.h"
#include "byhand.h"
#include "check.h"
#include "digits.h"
#include "loops.h"
#include "part.h"
#include "pieces.h"
#include "reshape.h"
#include "run.h"
#include "share.h"
#include "tile.h"
#include "transpose.h"
#include "unroll.h"

enum { LEAST_ZEROS = 64 };             /* elements of a sample: fewer are written out */
enum { MOST_NUMBERS = 16 };            /* elements that are the same number, a sample: more are a loop, which says it shorter */

/* ---- loops around, in the order in which the target lies in memory ---- */

int memory_order(const lowering *l, const equation *e, const tensor *target, int skip, int order[])
{
    int n = 0;
    const place *at = target->id >= 0 ? &l->r->places[target->id] : NULL;
    bool plain = (!e->accumulate || adds_to_each(e)) && (!e->subs || e->free == target->rank) && at && at->store != STORE_NONE;
    for (int k = 0; k < e->free; k++) {
        int position = plain ? at->order[k] : k;
        if (position != skip && !equation_is_turn(e, position))
            order[n++] = position;
    }
    return n;
}

static node_list *nest(node_list *list, const equation *e, const int order[], int n)
{
    for (int i = 0; i < n; i++)
        list = &new_loop(list, e, order[i])->body;
    return list;
}

/* ---- maps and accumulations ---- */

/* The innermost of the loops that add to the same element begin here. */
static int first_of_one_element(const equation *e, const int order[], int n)
{
    for (int first = n; first > 0; first--)
        for (int d = 0; d < e->out->rank; d++)
            if (e->subs[d]->uses >> order[first - 1] & 1)
                return first;
    return 0;
}

/* `out[subs] += c ? x : 0` runs only where c holds: elsewhere the subscripts may lie outside. */
static void lower_accumulation(lowering *l, node_list *list)
{
    const equation *e = l->e;
    conditions c = {{0}};
    int order[MAX_INDEX], n = memory_order(l, e, e->out, -1, order);
    expr *body = e->body;
    if (body->kind == X_SELECT && expr_is_num(body->args[2], 0)) {
        expr_conjuncts(body->args[0], &c.all);
        body = body->args[1];
    }
    for (int i = 0; i < c.all.count; i++) /* what no loop decides */
        if (depth_of(c.all.data[i], order, n) < 0) {
            node *test = new_node(list, NODE_IF);
            test->value = c.all.data[i];
            list = &test->body;
        }
    parts p;
    list = part_loops(l, list, body, &c, order, 0, first_of_one_element(e, order, n), n, true, &p);
    if (p.count) {
        add_to(list, p.sum[p.count - 1], NULL, body);
        body = part_total(&p);
    }
    add_to(p.count ? p.around[0] : list, e->out, e->subs, body);
}

/* All of a tensor is 0: one loop over its elements as they lie. */
static bool zero_lower(const lowering *l, node_list *list)
{
    const equation *e = l->e;
    const tensor *t = e->out;
    if (l->p->options.level != LEVEL_O2 || !expr_is_num(e->body, 0) || e->subs || e->turns || t->classes || !in_memory(l, t) || tensor_size(t) < LEAST_ZEROS)
        return false;
    const place *at = &l->r->places[t->id];
    if (at->folded || at->store == STORE_STATE || (t->batched && at->order[0] != 0))
        return false;
    node *n = new_node(list, NODE_ZERO);
    n->target = e->out;
    n->extent = t->batched ? at->stride[0] : at->size;
    return true;
}

static void lower_map(lowering *l, node_list *list)
{
    int order[MAX_INDEX], n;
    const equation *e = l->e;
    if (e->accumulate) {
        lower_accumulation(l, list);
        return;
    }
    if (zero_lower(l, list) || transpose_lower(l, list) || digits_lower(l, list))
        return;
    n = memory_order(l, e, e->out, -1, order);
    list = nest(list, e, order, n);
    finish(l, list, e->body);
}

/* ---- reductions in one accumulator ---- */

static assignment assignment_of(reduction r)
{
    return r == RED_PROD ? ASSIGN_MUL : ASSIGN_ADD;
}

static void lower_extremum(lowering *l, node_list *list)
{
    const equation *e = l->e;
    bool wants_place = e->reduction == RED_ARGMAX || e->reduction == RED_ARGMIN;
    bool largest = e->reduction == RED_MAX || e->reduction == RED_ARGMAX;
    tensor *best = local(l, "best", 0), *at = local(l, "best_at", 0), *v = local(l, "value", 0);
    at->classes = 1;
    node *n = new_node(list, NODE_LOCAL);
    n->target = best;
    n->value = first_term(e, e->body);
    if (wants_place) {
        n = new_node(list, NODE_LOCAL);
        n->target = at;
        n->value = int_const(0);
    }
    node_list *inner = list;
    expr *flat = int_const(0);
    for (int p = e->free; p < e->free + e->bound; p++) {
        inner = &new_loop(inner, e, p)->body;
        flat = int_add(int_scale(flat, e->extent[p]), int_index(p));
    }
    n = new_node(inner, NODE_LOCAL);
    n->target = v;
    n->constant = true;
    n->value = e->body;
    n = new_node(inner, NODE_IF);
    expr *now = local_read(v, NULL), *old = local_read(best, NULL);
    n->value = largest ? expr_op2(OP_LT, old, now) : expr_op2(OP_LT, now, old);
    store(&n->body, best, NULL, ASSIGN_SET, now);
    if (wants_place) {
        store(&n->body, at, NULL, ASSIGN_SET, flat);
        store(list, e->out, identity(e->out), ASSIGN_SET, local_read(at, NULL));
    } else
        finish(l, list, old);
}

static void lower_scalar(lowering *l, node_list *list)
{
    const equation *e = l->e;
    int order[MAX_INDEX], n = memory_order(l, e, l->next && !l->next->accumulate ? l->next->out : e->out, -1, order), outer;
    list = nest(list, e, order, n);
    if (e->reduction != RED_SUM && e->reduction != RED_PROD) {
        lower_extremum(l, list);
        return;
    }
    conditions c = {{0}};
    expr *body = take_conditions(e, &c);
    node *acc = new_node(list, NODE_LOCAL);
    acc->target = local(l, "acc", 0);
    acc->value = expr_num(e->reduction == RED_PROD ? 1 : 0);
    outer = n;
    for (int p = e->free; p < e->free + e->bound; p++)
        order[n++] = p;
    expr *before = expr_num(1);
    for (int i = 0; i < c.all.count; i++)
        if (depth_of(c.all.data[i], order, n) < outer)
            before = expr_and(before, c.all.data[i]);
    node_list *inner = list;
    if (!expr_is_num(before, 1)) {
        node *test = new_node(inner, NODE_IF);
        test->value = before;
        inner = &test->body;
    }
    parts p;
    inner = part_loops(l, inner, body, &c, order, outer, e->reduction == RED_SUM ? outer : n, n, false, &p);
    store(inner, p.count ? p.sum[p.count - 1] : acc->target, NULL, assignment_of(e->reduction), body);
    if (p.count)
        store(p.around[0], acc->target, NULL, ASSIGN_ADD, part_total(&p));
    finish(l, list, local_read(acc->target, NULL));
}

static void lower_reduction(lowering *l, node_list *list)
{
    conditions c = {{0}};
    expr *body = take_conditions(l->e, &c);
    int run = l->straight ? -1 : run_choose(l, body, &c);
    if (run >= 0)
        run_lower(l, list, body, &c, run);
    else
        lower_scalar(l, list);
}

/* ---- reshapes that are copies ---- */

/* out's element with row-major number q is source's element number q. */
static equation *reshape_copy(const equation *e)
{
    equation *copy = NEW(equation);
    const tensor *s = e->source, *t = e->out;
    expr *flat = int_const(0), *subs[MAX_RANK];
    *copy = *e;
    copy->kind = EQ_COMPUTE;
    int same = 0; /* leading dimensions that both have: the batch, turns */
    while (same < t->rank && same < s->rank && t->dims[same] == s->dims[same]) {
        subs[same] = int_index(same);
        same++;
    }
    for (int d = same; d < t->rank; d++)
        flat = int_add(int_scale(flat, t->dims[d]), int_index(d));
    int64_t stride = 1;
    for (int d = s->rank - 1; d >= same; d--) {
        subs[d] = d == same ? int_div(flat, stride) : int_mod(int_div(flat, stride), s->dims[d]);
        stride *= s->dims[d];
    }
    copy->body = expr_decide(expr_read(e->source, subs), e->extent);
    return copy;
}

/* A reshape to one dimension behind those that both have goes over the source's: no element is looked for by division. NULL: it is none. */
static const equation *flattening(const equation *e, node_list *list)
{
    const tensor *s = e->source, *t = e->out;
    int same = 0;
    while (same < t->rank && same < s->rank && t->dims[same] == s->dims[same])
        same++;
    if (same != t->rank - 1 || e->turns)
        return NULL;
    equation *copy = NEW(equation);
    *copy = (equation){.kind = EQ_COMPUTE, .out = e->out, .free = s->rank, .body = identity_read(e->source), .at = e->at};
    memcpy(copy->extent, s->dims, sizeof s->dims);
    equation_name_indices(copy);
    expr **subs = identity(t), *flat = int_const(0);
    for (int d = same; d < s->rank; d++)
        flat = int_add(int_scale(flat, s->dims[d]), int_index(d));
    subs[same] = flat;
    for (int d = 0; d < s->rank; d++)
        list = &new_loop(list, copy, d)->body;
    store(list, e->out, subs, ASSIGN_SET, copy->body);
    return copy;
}

/* ---- a routine ---- */

/* The loop over the turns of a recurrence that begins with equation e; returns its body. */
static node_list *open_recurrence(const plan *p, const recurrence *c, const equation *e, int position, node_list *list)
{
    node *block = new_node(list, NODE_BLOCK);
    int line, column;
    source_position(e->at, &line, &column);
    block->comment = arena_printf("%s%sline %d: %lld turns, %s", e->at.source == p->graph->source ? "" : e->at.source->name,
                                  e->at.source == p->graph->source ? "" : ", ", line, (long long)c->extent,
                                  c->backward ? "the last one first: what comes later in time hands back its gradient" : "one after the other");
    block->names = e;
    node *loop = new_loop(&block->body, e, position);
    loop->backward = c->backward;
    return &loop->body;
}

/* Where equation i goes: into the loops over its turns, which are opened with their first equation. */
static node_list *place_of(const plan *p, const routine *r, int i, node_list *top, node_list **bodies)
{
    const equation *e = r->equations.data[i];
    node_list *list = top;
    for (int k = 0; k < e->turns; k++) {
        int number = e->turn[k].recurrence;
        if (!bodies[number])
            bodies[number] = open_recurrence(p, r->recurrences.data[number], e, e->turn[k].position, list);
        list = bodies[number];
    }
    return list;
}

/* The positions that are turns of some recurrence: of one around e, or, told by their extent, of one that e was taken out of. */
static uint32_t turns_of(const routine *r, const equation *e)
{
    uint32_t turns = 0;
    for (int p = 0; p < e->free + e->bound; p++)
        for (int k = 0; k < r->recurrences.count; k++)
            if (e->extent[p] == r->recurrences.data[k]->extent)
                turns |= 1u << p;
    return turns;
}

/* The loops of the block become the plain way beside the tiles. */
static void put_in_tiles(node *block, tile *t)
{
    node_list plain = block->body;
    block->body = (node_list){0};
    node *n = new_node(&block->body, NODE_TILE);
    n->body = plain;
    n->names = block->names;
    n->tile = t;
}

static void lower_loops(lowering *l, node_list *list)
{
    if (l->e->reduction == RED_NONE)
        lower_map(l, list);
    else
        lower_reduction(l, list);
}

/* Straight-line code for an equation that reads constants, where their zeros leave few terms. */
static sparsity lower_sparse(lowering l, const node *block, node_list *straight)
{
    node plain = *block;
    bool able = l.e->reduction == RED_SUM || l.e->reduction == RED_NONE;
    if (l.p->options.level != LEVEL_O2 || !able || (!reads_constant(l.e) && !reads_constant(l.next)))
        return SPARSE_NO;
    l.straight = true;
    lower_loops(&l, &plain.body);
    return unroll_sparse(&plain, l.e, l.next, turns_of(l.r->routine, l.e), straight);
}

/* The tile that computes l in vectors, as the scheduler or as the user decides; NULL: none does. l becomes what it computes. */
static tile *tile_for(lowering *l, sparsity zeros)
{
    const lowering given = *l;
    loop_form form = l->wanted ? l->wanted->form : FORM_COUNT;
    tile *t = NULL;
    if (form == FORM_PLAIN || form == FORM_STRAIGHT || (!l->wanted && zeros == SPARSE_MOST))
        return NULL;
    if ((l->e->accumulate && (reshape_scatter(l) || reshape_update(l))) || tile_wants_longer_run(l))
        reshape_merge(l);
    if (form == FORM_COUNT || form == FORM_EXTREMUM)
        t = extremum_choose(l);
    if (!t && form == FORM_EXTREMUM)
        return byhand_refuse(l, "it is no extremum of few elements that lie as vectors want them");
    if (!t)
        t = tile_choose(l);
    if (!t && l->wanted && l->gone) { /* two indices were made one, of which the decision speaks singly */
        *l = given;
        t = tile_choose(l);
    }
    return t;
}

/* Straight-line code, where it is little. */
static void write_out(lowering *l, node *block)
{
    node_list straight = {0};
    bool wanted = l->wanted && l->wanted->form == FORM_STRAIGHT;
    if (!wanted && l->e->reduction == RED_NONE && l->e->body && l->e->body->kind == X_NUM && equation_turns(l->e) > MOST_NUMBERS)
        return;
    if (unroll_small(block, l->e, l->next, turns_of(l->r->routine, l->e), &straight)) {
        block->body = straight;
        block->straight = true;
    } else if (wanted)
        byhand_refuse(l, "it is too long to be written out");
}

/* The block of an equation with its epilogue; `blocks`: how many compute a tensor, by its id. */
static void lower_block(lowering l, node_list *into, int *blocks)
{
    node *block = new_node(into, NODE_BLOCK);
    if (l.p->options.schedule)
        l.wanted = schedule_loops(l.p->options.schedule, routine_name(l.p->graph, l.r->routine), l.e->out->label, ++blocks[l.e->out->id]);
    block->comment = equation_comment(l.p->graph, l.e, l.next);
    block->names = l.e;
    if (l.e->kind == EQ_RESHAPE) {
        bool plain = l.wanted && l.wanted->form == FORM_PLAIN;
        const equation *flat = NULL;
        if (!l.r->places[l.e->out->id].alias && l.p->options.level == LEVEL_O2)
            flat = flattening(l.e, &block->body);
        if (flat)
            block->names = flat;
        if (flat || l.r->places[l.e->out->id].alias) {
            if (l.wanted && !plain)
                byhand_refuse(&l, "it is a copy, element by element, or none at all");
            if (plain)
                l.wanted->done = true;
            return;
        }
        l.e = reshape_copy(l.e);
    }
    node_list sparse = {0};
    bool plain = l.wanted && l.wanted->form == FORM_PLAIN;
    sparsity zeros = plain ? SPARSE_NO : lower_sparse(l, block, &sparse);
    lowering in_tiles = l;
    tile *t = tile_for(&in_tiles, zeros);
    if (t && t->searches)
        block->names = l.e = in_tiles.e; /* what is searched in vectors is searched in the plain loops too */
    if (zeros) {
        block->body = sparse;
        block->unrolled = block->straight = true;
    } else {
        lower_loops(&l, &block->body);
        if (l.p->options.level == LEVEL_O2 && !t && !plain)
            write_out(&l, block);
    }
    share_common(block, l.e->extent);
    if (t)
        put_in_tiles(block, t);
    if (l.wanted)
        l.wanted->done |= plain || t || (l.wanted->form == FORM_STRAIGHT && block->straight);
}

/* An equation with its epilogue: a map that is joined of parts in one block for each, if tiles can compute them all. */
static void lower_equation(lowering l, node_list *into, int *blocks)
{
    equation *pieces[MOST_PIECES];
    int count = pieces_find(&l, pieces);
    bool good = count > 0;
    for (int i = 0; i < count && good; i++) {
        lowering part = l;
        part.e = pieces[i];
        good = tile_choose(&part) != NULL;
    }
    for (int i = 0; i < count && good; i++) {
        l.e = pieces[i];
        lower_block(l, into, blocks);
    }
    if (!good)
        lower_block(l, into, blocks);
}

static node_list *under(node_list *list, expr *condition)
{
    node *test = new_node(list, NODE_IF);
    test->value = condition;
    return &test->body;
}

/* The list in which equation i's loops stand, but for those over turns: the function's, or that of its block of samples. */
static node_list *top_of(const routine *r, int i, node_list *list)
{
    const sample_block *s = sample_block_of(r, i);
    if (!s)
        return list;
    node *last = list->count ? list->data[list->count - 1] : NULL;
    if (i == s->first) {
        last = new_node(list, NODE_SAMPLES);
        last->extent = s->samples;
    }
    return &last->body;
}

loop_function *loops_build(const plan *p, const routine_plan *r)
{
    loop_function *f = NEW(loop_function);
    const equation_list *list = &r->routine->equations;
    node_list **bodies = NEW_ARRAY(node_list *, r->routine->recurrences.count + 1);
    int *blocks = NEW_ARRAY(int, p->graph->tensors.count + 1);
    equation **direct = NEW_ARRAY(equation *, list->count + 1); /* by number: as it is computed for few samples, without a copy */
    expr **few = NEW_ARRAY(expr *, list->count + 1); /* how few */
    f->plan = r;
    if (p->options.check_finite)
        check_arguments(p, r, f);
    for (int i = 0; i < list->count; i++) {
        lowering l = {.p = p, .r = r, .e = list->data[i]};
        node_list *into = place_of(p, r->routine, i, top_of(r->routine, i, &f->body), bodies), *with_copy = into;
        int reader;
        equation *without_copy = transpose_undo(&l, i, &reader);
        if (without_copy) {
            direct[reader] = without_copy;
            few[reader] = transpose_condition(&l, list->data[i], list->data[reader]);
        }
        if (without_copy && reader > i + 1) {
            lower_equation(l, under(into, expr_not(few[reader])), blocks);
            continue;
        }
        int number = without_copy ? reader : i;
        if (direct[number]) {
            lowering without = l;
            without.e = direct[number];
            without.next = r->fused[number] ? list->data[number + 1] : NULL;
            lower_equation(without, under(into, few[number]), blocks);
            with_copy = under(into, expr_not(few[number]));
            if (without_copy)
                lower_equation(l, with_copy, blocks);
            l.e = list->data[i = number];
        }
        if (r->fused[i])
            l.next = list->data[++i];
        lower_equation(l, with_copy, blocks);
        if (p->options.check_finite)
            check_equation(p, r, i, f, into);
    }
    return f;
}
