/* kernel.c: the loops within a tile: accumulators that are set to 0, the sums over them, and what is done with the results. */
#include "tile.h"

#include "share.h"

enum { SHORT = 12 };                   /* nodes of an epilogue whose lanes are written out */
enum { AHEAD_STRIDE = 1024 };          /* bytes between the rows of it that a tile reads: nearer ones the processor sees coming */

typedef struct hoisting {
    lowering *l;
    const tile *t;
    node_list *before, *vectors, *in_row;  /* for what depends on neither, on the run alone, on the row alone */
    VEC(expr *) from, to;
    int scalars, arrays, pointers;
    int innermost;                 /* the sum whose turns follow each other; -1: a list's */
} hoisting;

static bool uses(const expr *e, int position)
{
    return position >= 0 && (e->uses >> position & 1);
}

/* A local array of vectors, one for each of a row; with `rows`, of the whole tile. */
tensor *vector_array(lowering *l, node_list *list, const char *name, bool rows)
{
    tensor *x = local(l, name, 1);
    x->rank += rows;
    x->of_vectors = true;
    new_node(list, NODE_LOCAL)->target = x;
    return x;
}

static void find_gather(expr *x, void *context)
{
    *(bool *)context |= x->kind == X_READ;
}

/* Is it a digit of a run that is two indices made one? Along those all that is read is contiguous. */
static bool is_digit_of_run(const hoisting *h, const expr *atom)
{
    return (h->l->merged >> h->t->run & 1) && (atom->kind == X_IDIV || atom->kind == X_IMOD) && atom->uses == 1u << h->t->run;
}

/* A read whose place an index value says goes through a pointer that no row and no vector changes: what is left are distances that the
 * compiler knows. */
static expr *through_pointer(expr *e, void *context)
{
    hoisting *h = context;
    const int moving[2] = {h->t->run, h->t->row};
    bool gathers = false;
    expr *distance = int_const(0), *still[MAX_INDEX] = {0};
    if (e->kind != X_READ || e->is_int || e->tensor->id < 0 || !(uses(e, h->t->run) || uses(e, h->t->row)))
        return e;
    for (int d = 0; d < e->nargs; d++)
        for (int i = 0; i < e->args[d]->nargs; i++) {
            expr *atom = e->args[d]->args[i];
            if (atom->kind != X_INDEX && !is_digit_of_run(h, atom) && (uses(atom, h->t->run) || uses(atom, h->t->row)))
                return e; /* another place for each row or vector */
            expr_each(atom, find_gather, &gathers);
        }
    if (!gathers)
        return e;
    for (int k = 0; k < 2; k++)
        if (uses(e, moving[k])) {
            distance = int_add(distance, int_scale(int_index(moving[k]), stride_along(h->l, e, moving[k])));
            still[moving[k]] = int_const(0);
        }
    node *n = new_node(h->before, NODE_LOCAL);
    n->target = local(h->l, arena_printf("from%d", h->pointers++), 1);
    n->constant = n->pointer = true;
    n->value = expr_substitute(e, still, MAX_INDEX);
    return local_read(n->target, distance);
}

/* Is e a read of a large array, rows of which follow each other at a distance as `position` counts? */
static bool is_far(const lowering *l, const expr *e, int position)
{
    if (e->kind != X_READ || e->is_int || e->tensor->id < 0)
        return false;
    const place *at = &l->r->places[e->tensor->id];
    int64_t stride = stride_along(l, e, position);
    return at->size * real_size(l) >= LARGE_BYTES && (stride < 0 ? -stride : stride) * real_size(l) >= AHEAD_STRIDE;
}

/* e with what need not be computed for each row and vector taken out. Nothing leaves a branch: its reads may be out of bounds outside. */
static expr *hoist(hoisting *h, expr *e)
{
    bool along = uses(e, h->t->run), down = uses(e, h->t->row);
    if (e->is_int || e->kind == X_NUM || e->kind == X_SYM)
        return e;
    for (int i = 0; i < h->from.count; i++)
        if (h->from.data[i] == e)
            return h->to.data[i];
    expr *to = e;
    if (!along) {
        node *n = new_node(down ? h->in_row : h->before, NODE_LOCAL);
        n->target = local(h->l, arena_printf("a%d", h->scalars++), 0);
        n->constant = true;
        n->value = e;
        to = local_read(n->target, NULL);
    } else if (!down && h->t->row >= 0) {
        expr *at = int_index(POSITION_VECTOR);
        tensor *x = vector_array(h->l, h->before, arena_printf("run%d", h->arrays++), false);
        store(h->vectors, x, &at, ASSIGN_SET, e)->vector = true;
        if (h->innermost >= 0 && is_far(h->l, e, h->innermost))
            new_node(h->vectors, NODE_AHEAD)->value = e;
        to = expr_read(x, &at);
    } else if (e->kind == X_OP) { /* one after the other: C leaves the order of arguments to the compiler */
        expr *second = e->nargs == 2 ? hoist(h, e->args[1]) : NULL, *first = hoist(h, e->args[0]);
        to = second ? expr_op2(e->op, first, second) : expr_op1(e->op, first);
    }
    vec_push(&h->from) = e;
    vec_push(&h->to) = to;
    return to;
}

/* The subscripts of a tile's own arrays. */
static void place_in_tile(const tile *t, expr *at[2])
{
    int n = 0;
    if (t->row >= 0)
        at[n++] = int_index(POSITION_ROW);
    at[n] = int_index(POSITION_VECTOR);
}

node *loop_of(node_list *list, node_kind kind, int position, bool unrolled)
{
    node *n = new_node(list, kind);
    n->position = position;
    n->unrolled = unrolled;
    return n;
}

/* The list within the loops over rows and vectors. */
static node_list *each(const tile *t, node_list *list)
{
    if (t->row >= 0)
        list = &loop_of(list, NODE_ROWS, t->row, true)->body;
    return &loop_of(list, NODE_VECTORS, t->run, true)->body;
}

/* acc[row][vec] += body */
static void accumulate(lowering *l, const tile *t, node_list *list, expr *body, tensor *acc, int innermost)
{
    node *vectors = loop_of(&(node_list){0}, NODE_VECTORS, t->run, true), *rows = loop_of(&(node_list){0}, NODE_ROWS, t->row, true);
    hoisting h = {.l = l, .t = t, .before = list, .vectors = &vectors->body, .in_row = &rows->body, .innermost = innermost};
    expr *term = hoist(&h, expr_rewrite(body, through_pointer, &h)), *at[2];
    if (vectors->body.count)
        vec_push(list) = vectors;
    vec_push(list) = rows;
    place_in_tile(t, at);
    add_to(&loop_of(&rows->body, NODE_VECTORS, t->run, true)->body, acc, at, term)->vector = true;
}

/* In a single row: acc[vec] += body, more[vec] += body one turn of `p` further. A row has too few vectors to hide how long an addition
 * takes; two sums have enough. */
static void accumulate_twice(lowering *l, const tile *t, node_list *list, expr *body, tensor *const acc[2], int p, bool both)
{
    node *vectors = loop_of(&(node_list){0}, NODE_VECTORS, t->run, true);
    hoisting h = {.l = l, .t = t, .before = list, .innermost = -1};
    expr *at = int_index(POSITION_VECTOR);
    for (int s = 0; s <= both; s++) {
        expr *map[MAX_INDEX] = {0};
        map[p] = int_add(int_index(p), int_const(s));
        if (t->list)
            map[p] = expr_read(t->list->target, &map[p]);
        add_to(&vectors->body, acc[s], &at, hoist(&h, expr_rewrite(expr_substitute(body, map, MAX_INDEX), through_pointer, &h)))->vector = true;
    }
    vec_push(list) = vectors;
}

/* The positions of the loops around a tile and in it, outermost first. */
static int nest_of(const tile *t, int order[MAX_INDEX])
{
    int n = 0;
    for (int i = 0; i < t->outers; i++)
        order[n++] = t->outer[i];
    for (int p = t->e->free; p < t->e->free + t->e->bound; p++)
        order[n++] = p;
    return n;
}

/* What stands under the conditions that the outer indices decide. */
static node_list *under_outer(const tile *t, node_list *list, const conditions *c)
{
    expr *outer = expr_num(1);
    int order[MAX_INDEX], n = nest_of(t, order);
    for (int i = 0; i < c->all.count; i++)
        if (depth_of(c->all.data[i], order, n) < t->outers)
            outer = expr_and(outer, c->all.data[i]);
    if (expr_is_num(outer, 1))
        return list;
    node *test = new_node(list, NODE_IF);
    test->value = outer;
    return &test->body;
}

/* Loops over the sums but the innermost, with their conditions. */
static void sums(lowering *l, const tile *t, node_list *list, expr *body, const conditions *c, tensor *const acc[2])
{
    const equation *e = l->e;
    int order[MAX_INDEX], n = nest_of(t, order);
    /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): a sum has a bound index */
    int last = order[n - 1];
    for (int i = t->outers; i < n - 1; i++)
        list = attach(new_loop(list, e, order[i]), c, order, n, i);
    bool twice = acc[1] && !conditioned(c, last);
    if (twice) {
        node *pairs = new_loop(list, e, last);
        pairs->step = 2;
        pairs->listed = t->list != NULL;
        accumulate_twice(l, t, &pairs->body, body, acc, last, true);
        if (!t->list && e->extent[last] != EXTENT_BATCH && e->extent[last] % 2 == 0)
            return;
    }
    node *turn = new_loop(list, e, last);
    turn->tail = twice;
    turn->listed = t->list != NULL;
    turn->step = twice ? 2 : 1;
    list = attach(turn, c, order, n, n - 1);
    if (t->row < 0)
        accumulate_twice(l, t, list, body, acc, last, false);
    else
        accumulate(l, t, list, body, acc[0], t->list ? -1 : last);
}

void fix(node *n, expr *const fixed[])
{
    n->value = expr_substitute(n->value, fixed, MAX_INDEX);
    for (int d = 0; n->subs && d < n->target->rank; d++)
        n->subs[d] = expr_substitute(n->subs[d], fixed, MAX_INDEX);
}

static void collect_factors(expr *e, int run, expr **scalar, expr **vector)
{
    expr **to = e->uses & lanes(run) ? vector : scalar;
    if (e->kind == X_OP && e->op == OP_MUL && (e->uses & lanes(run))) {
        collect_factors(e->args[0], run, scalar, vector);
        collect_factors(e->args[1], run, scalar, vector);
    } else
        *to = expr_mul(*to, e);
}

/* A product with its scalar factors multiplied first, once a row. */
static expr *scalars_first(lowering *l, const tile *t, node_list *list, expr *e)
{
    expr *scalar = expr_num(1), *vector = expr_num(1);
    if (e->kind != X_OP || e->op != OP_MUL)
        return e;
    collect_factors(e, t->run, &scalar, &vector);
    if (scalar->kind == X_NUM || scalar->kind == X_SYM)
        return e;
    node *n = new_node(list, NODE_LOCAL);
    n->target = local(l, "a0", 0);
    n->constant = true;
    n->value = scalar;
    return expr_mul(local_read(n->target, NULL), vector);
}

/* What follows the constant that ends the list runs only if it is not 0. */
static node_list *unless_zero(node_list *list)
{
    expr *factor = local_read(list->data[list->count - 1]->target, NULL);
    node *test = new_node(list, NODE_IF);
    test->value = expr_not(expr_op2(OP_EQ, factor, expr_num(0)));
    return &test->body;
}

/* What an update adds to is loaded before anything is stored: vectors of a row may overlap, and then both store the same. */
static expr *load_first(lowering *l, const tile *t, node_list *list, const node *update)
{
    tensor *old = vector_array(l, list, "old", false);
    expr *at = int_index(POSITION_VECTOR);
    store(&loop_of(list, NODE_VECTORS, t->run, true)->body, old, &at, ASSIGN_SET, expr_read(update->target, update->subs))->vector = true;
    return expr_read(old, &at);
}

static void look_for_dear(expr *e, void *context)
{
    *(bool *)context |= e->kind == X_OP && op_table[e->op].c_poly && op_table[e->op].cost >= COST_DEAR;
}

/* The sums in an array of vectors that loops may run over; those in registers stand in unrolled loops only. */
static expr *put_down(lowering *l, const tile *t, node_list *kernel, expr *sum)
{
    tensor *done = vector_array(l, kernel, "done", t->row >= 0);
    expr *at[2];
    place_in_tile(t, at);
    store(each(t, kernel), done, at, ASSIGN_SET, sum)->vector = true;
    return expr_read(done, at);
}

/* The epilogue in vectors, or lane by lane where it holds what vectors can't do. `fixed`: what the positions stand for, or NULL. */
static void conclude(lowering *l, const tile *t, node_list *kernel, expr *sum, expr *const fixed[])
{
    node block = {.kind = NODE_BLOCK};
    node *last = finish(l, &block.body, sum);
    fix(last, fixed);
    bool dense = !t->beyond && target_runs(l, t->run) && run_of(l, last->value, t->run) != RUN_NONE;
    if (dense && can_vector(l, last->value, lanes(t->run)) && printed_size(last->value, MOST_NODES) < MOST_NODES) {
        bool dear = false;
        expr_each(last->value, look_for_dear, &dear);
        if (dear && kernel->count) { /* exp and its like: once in the code, not once for each vector of the tile */
            block.body = (node_list){0};
            last = finish(l, &block.body, put_down(l, t, kernel, sum));
            fix(last, fixed);
        }
        node_list *inner = t->row >= 0 ? &loop_of(kernel, NODE_ROWS, t->row, !dear)->body : kernel;
        const expr *product = last->value;
        last->value = scalars_first(l, t, inner, last->value);
        if (last->assign != ASSIGN_SET && t->row >= 0 && last->value != product)
            inner = unless_zero(inner); /* as where an activation is 0, behind a ReLU or in a picture */
        if (last->assign != ASSIGN_SET)
            last->old = load_first(l, t, inner, last);
        inner = &loop_of(inner, NODE_VECTORS, t->run, !dear)->body;
        last->vector = true;
        vec_push(inner) = last;
        return;
    }
    expr *numbers = put_down(l, t, kernel, sum);
    numbers->tensor->of_vectors = false;
    if (t->row >= 0)
        kernel = &loop_of(kernel, NODE_ROWS, t->row, false)->body;
    block.body = (node_list){0};
    node *by_lane = loop_of(&block.body, NODE_LANES, t->run, printed_size(last->value, SHORT) < SHORT);
    fix(finish(l, &by_lane->body, numbers), fixed);
    share_common(&block, l->e->extent);
    vec_push(kernel) = by_lane;
}

/* The kernel where nothing is left to sum: the epilogue of the term itself. */
void kernel_of_term(lowering *l, tile *t, expr *body, expr *const fixed[])
{
    conclude(l, t, &t->kernel, expr_substitute(body, fixed, MAX_INDEX), fixed);
}

void kernel_of_sum(lowering *l, tile *t, expr *body, const conditions *c, expr *const fixed[])
{
    node_list *kernel = t->updates ? under_outer(t, &t->kernel, c) : &t->kernel; /* where nothing is added there may be nothing to add to */
    tensor *acc[2] = {vector_array(l, kernel, "acc", t->row >= 0), NULL};
    expr *at[2];
    place_in_tile(t, at);
    if (t->row < 0 && t->wide == WIDE)
        acc[1] = vector_array(l, kernel, "more", false);
    node_list *start = each(t, kernel);
    for (int s = 0; s < 2 && acc[s]; s++)
        store(start, acc[s], at, ASSIGN_SET, expr_num(0))->vector = true;
    if (t->updates && t->row >= 0 && l->next->out->id >= 0) {
        expr *target = expr_read(l->next->out, l->next->subs);
        if (is_far(l, target, t->row)) {
            node *ahead = new_node(start, NODE_AHEAD);
            ahead->value = target;
            ahead->extent = stride_along(l, target, t->row);
        }
    }
    sums(l, t, t->updates ? kernel : under_outer(t, kernel, c), expr_substitute(body, fixed, MAX_INDEX), c, acc);
    expr *sum = expr_read(acc[0], at);
    conclude(l, t, kernel, acc[1] ? expr_add(sum, expr_read(acc[1], at)) : sum, fixed);
}

/* ---- extrema ---- */

typedef struct loading {
    lowering *l;
    const tile *t;
    node_list *list;
    int count;
} loading;

static expr *vector_local(loading *g, const char *name, expr *value, int every)
{
    node *n = new_node(g->list, NODE_LOCAL);
    n->target = local(g->l, name, 0);
    n->target->of_vectors = n->vector = n->constant = true;
    n->value = value;
    n->every = every;
    return local_read(n->target, NULL);
}

/* A read that finds every second element becomes a vector of its own. */
static expr *load_strided(expr *e, void *context)
{
    loading *g = context;
    if (e->kind != X_READ || e->is_int || e->tensor->id < 0 || !uses(e, g->t->run))
        return e;
    int every = extremum_every(g->l, e, g->t->run);
    return every == 1 ? e : vector_local(g, arena_printf("every%d", g->count++), e, every);
}

/* acc = the largest or smallest of the terms, or its number. */
void kernel_of_extremum(lowering *l, tile *t, expr *const terms[], int count, bool largest, bool finds_place)
{
    tensor *acc = vector_array(l, &t->kernel, "acc", false);
    node_list *list = &loop_of(&t->kernel, NODE_VECTORS, t->run, true)->body;
    loading g = {.l = l, .t = t, .list = list};
    expr *best = NULL, *number = expr_num(1), *at = int_index(POSITION_VECTOR), *fixed[MAX_INDEX] = {0};
    for (int k = 0; k < count; k++) {
        expr *value = vector_local(&g, arena_printf("value%d", k), expr_rewrite(terms[k], load_strided, &g), 0);
        if (best) {
            expr *better = largest ? expr_op2(OP_LT, best, value) : expr_op2(OP_LT, value, best);
            if (finds_place)
                number = vector_local(&g, arena_printf("at%d", k), expr_select(better, expr_num(k + 1), number), 0); /* from 1: c ? 1 : 0 would be c */
            if (!finds_place || k + 1 < count)
                value = vector_local(&g, arena_printf("best%d", k), expr_select(better, value, best), 0);
        }
        best = value;
    }
    store(list, acc, &at, ASSIGN_SET, finds_place ? expr_sub(number, expr_num(1)) : best)->vector = true;
    conclude(l, t, &t->kernel, expr_read(acc, &at), fixed);
}
