/* tile.c: sums in register tiles.
 *
 * Where some free index v (the run) lies contiguous in what is read, and some other free index r (the row) is not in those reads,
 * a tile of rows x vectors of the output is accumulated in registers:
 *
 *     for outer indices, runs, rows {
 *         acc[r][v] = 0
 *         for the sums { w[v] = vectors that no row changes;  for r { a = numbers of the row;  for v: acc[r][v] += a * w[v] } }
 *         out[r][v] = epilogue(acc[r][v])
 *     }
 *
 * so that each vector loaded serves all rows, and each number all vectors. How many lanes a vector and how many rows a tile has is
 * left to the C compiler's target; the run's last tile reaches back over lanes that are done already. */
#include "tile.h"

#include "share.h"

enum { WIDE = 4 };                     /* vectors in a row of a tile of one row */
enum { SINGLE_BYTES = 32 };            /* of a vector in an update by one sample */
enum { FEW_ROWS = 8 };                 /* rows that are worth a tile although no vector serves several */
enum { LEAST_MAP = 64 };               /* elements of a map, a sample */
enum { MOST_NODES = 40 };              /* of an expression of vectors: larger ones are computed lane by lane */

/* ---- what vectors can do ---- */

static bool can_condition(const expr *e, uint32_t along);

/* Can e be computed for a whole vector? `along`: the positions, as bits, that make it one. Reads are judged by run_of. */
bool can_vector(const expr *e, uint32_t along)
{
    if (!(e->uses & along) || e->kind == X_READ)
        return true;
    if (e->is_int || expr_is_boolean(e))
        return false;
    if (e->kind == X_SELECT)
        return (!(e->args[0]->uses & along) || can_condition(e->args[0], along)) && can_vector(e->args[1], along) && can_vector(e->args[2], along);
    if (e->kind == X_CUSTOM)
        return can_vector(e->args[0], along);
    if (e->kind != X_OP)
        return false;
    bool fits = e->op == OP_ADD || e->op == OP_SUB || e->op == OP_MUL || e->op == OP_DIV || e->op == OP_NEG || e->op == OP_MAX || e->op == OP_MIN;
    for (int i = 0; i < e->nargs; i++)
        fits = fits && can_vector(e->args[i], along);
    return fits;
}

/* A condition for each lane: a comparison of reals, or a connective of such. */
static bool can_condition(const expr *e, uint32_t along)
{
    if (e->kind != X_OP || !(e->uses & along))
        return false;
    if (e->op == OP_AND || e->op == OP_OR)
        return can_condition(e->args[0], along) && can_condition(e->args[1], along);
    if (e->op == OP_NOT)
        return can_condition(e->args[0], along);
    return (e->op == OP_LT || e->op == OP_LE || e->op == OP_EQ) && can_vector(e->args[0], along) && can_vector(e->args[1], along);
}

/* The positions that make a vector of what depends on them. */
uint32_t lanes(int run)
{
    return 1u << run | 1u << POSITION_VECTOR;
}

/* Nodes printed for e, counted up to a limit. */
static int printed_size(const expr *e, int limit)
{
    int n = 1;
    for (int i = 0; e->kind != X_READ && i < (e->kind == X_CUSTOM ? 1 : e->nargs) && n < limit; i++)
        n += printed_size(e->args[i], limit - n);
    return n;
}

/* ---- the choice of run and row ---- */

typedef struct row_check {
    int run, row;
    bool shares;
} row_check;

static void check_row(expr *x, void *context)
{
    row_check *c = context;
    if (x->kind == X_READ && !x->is_int && (x->uses >> c->run & 1))
        c->shares |= !(x->uses >> c->row & 1);
}

bool tile_shares(expr *body, int run, int row)
{
    row_check check = {run, row, false};
    expr_each(body, check_row, &check);
    return check.shares;
}

static void check_number(expr *x, void *context)
{
    row_check *c = context;
    if (x->kind == X_READ && !x->is_int && !(x->uses >> c->run & 1))
        c->shares |= !(x->uses >> c->row & 1);
}

static bool shares_numbers(expr *body, int run, int row)
{
    row_check check = {run, row, false};
    expr_each(body, check_number, &check);
    return check.shares;
}

bool conditioned(const conditions *c, int position)
{
    for (int i = 0; i < c->all.count; i++)
        if (c->all.data[i]->uses >> position & 1)
            return true;
    return false;
}

/* The row: an index that the vectors do not depend on. One of known extent is better than the batch, which may be 1. */
static int choose_row(const equation *e, expr *body, const conditions *c, int run)
{
    int best = -1, best_score = 0;
    for (int q = 0; q < e->free; q++) {
        if (q == run || e->extent[q] == 1 || equation_is_turn(e, q) || conditioned(c, q) || !tile_shares(body, run, q))
            continue;
        int score = e->extent[q] == EXTENT_BATCH ? 7 : e->extent[q] > 8 ? 8 : (int)e->extent[q];
        if (score >= best_score) {
            best = q;
            best_score = score;
        }
    }
    for (int q = 0; q < e->free && best < 0; q++) /* no vector serves several rows; then a number does */
        if (q != run && e->extent[q] != EXTENT_BATCH && e->extent[q] > 1 && e->extent[q] <= FEW_ROWS && !equation_is_turn(e, q) && !conditioned(c, q) &&
            (body->uses >> q & 1) && shares_numbers(body, run, q))
            best = q;
    return best;
}

int real_size(const lowering *l)
{
    return l->p->options.is_double ? 8 : 4;
}

/* Is what is stored contiguous along p? */
static bool target_runs(const lowering *l, int p)
{
    const equation *e = l->next ? l->next : l->e;
    int64_t stride = 0;
    if (!in_memory(l, e->out))
        return false;
    if (l->merged >> p & 1)
        return true;
    const place *at = &l->r->places[e->out->id];
    for (int d = 0; d < e->out->rank; d++)
        stride += (e->subs ? int_coefficient(e->subs[d], p) : d == p) * at->stride[d];
    return stride == 1;
}

static int choose_run(const lowering *l, expr *body, const conditions *c)
{
    const equation *e = l->e;
    int best = -1;
    int64_t best_score = 0;
    for (int p = 0; p < e->free; p++) {
        if (e->extent[p] == EXTENT_BATCH || e->extent[p] * real_size(l) < NARROWEST || equation_is_turn(e, p) || conditioned(c, p))
            continue;
        if (run_of(l, body, p) != RUN_CONTIGUOUS || !can_vector(body, lanes(p)))
            continue;
        bool dense = target_runs(l, p);
        int64_t extent = e->extent[p] > 64 ? 64 : e->extent[p], score = dense ? 8 * extent + 1 : extent;
        if (score > best_score) {
            best = p;
            best_score = score;
        }
    }
    return best;
}

/* ---- the kernel ---- */

typedef struct hoisting {
    lowering *l;
    const tile *t;
    node_list *before, *vectors, *in_row;  /* for what depends on neither, on the run alone, on the row alone */
    VEC(expr *) from, to;
    int scalars, arrays;
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
        to = expr_read(x, &at);
    } else if (e->kind == X_OP)
        to = e->nargs == 2 ? expr_op2(e->op, hoist(h, e->args[0]), hoist(h, e->args[1])) : expr_op1(e->op, hoist(h, e->args[0]));
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
static void accumulate(lowering *l, const tile *t, node_list *list, expr *body, tensor *acc)
{
    node *vectors = loop_of(&(node_list){0}, NODE_VECTORS, t->run, true), *rows = loop_of(&(node_list){0}, NODE_ROWS, t->row, true);
    hoisting h = {.l = l, .t = t, .before = list, .vectors = &vectors->body, .in_row = &rows->body};
    expr *term = hoist(&h, body), *at[2];
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
    hoisting h = {.l = l, .t = t, .before = list};
    expr *at = int_index(POSITION_VECTOR);
    for (int s = 0; s <= both; s++) {
        expr *map[MAX_INDEX] = {0};
        map[p] = int_add(int_index(p), int_const(s));
        add_to(&vectors->body, acc[s], &at, hoist(&h, expr_substitute(body, map, MAX_INDEX)))->vector = true;
    }
    vec_push(list) = vectors;
}

/* Loops over the sums but the innermost, with their conditions. */
static void sums(lowering *l, const tile *t, node_list *list, expr *body, const conditions *c, tensor *const acc[2])
{
    const equation *e = l->e;
    int order[MAX_INDEX], n = 0;
    for (int i = 0; i < t->outers; i++)
        order[n++] = t->outer[i];
    for (int p = e->free; p < e->free + e->bound; p++)
        order[n++] = p;
    expr *before = expr_num(1);
    for (int i = 0; i < c->all.count; i++)
        if (depth_of(c->all.data[i], order, n) < t->outers)
            before = expr_and(before, c->all.data[i]);
    if (!expr_is_num(before, 1)) {
        node *test = new_node(list, NODE_IF);
        test->value = before;
        list = &test->body;
    }
    int last = order[n - 1];
    for (int i = t->outers; i < n - 1; i++)
        list = attach(new_loop(list, e, order[i]), c, order, n, i);
    bool twice = acc[1] && !conditioned(c, last);
    if (twice) {
        node *pairs = new_loop(list, e, last);
        pairs->step = 2;
        accumulate_twice(l, t, &pairs->body, body, acc, last, true);
        if (e->extent[last] != EXTENT_BATCH && e->extent[last] % 2 == 0)
            return;
    }
    node *turn = new_loop(list, e, last);
    turn->tail = twice;
    turn->step = twice ? 2 : 1;
    list = attach(turn, c, order, n, n - 1);
    if (t->row < 0)
        accumulate_twice(l, t, list, body, acc, last, false);
    else
        accumulate(l, t, list, body, acc[0]);
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

/* The epilogue in vectors, or lane by lane where it holds what vectors can't do. `fixed`: what the positions stand for, or NULL. */
static void conclude(lowering *l, const tile *t, node_list *kernel, expr *sum, expr *const fixed[])
{
    node block = {.kind = NODE_BLOCK};
    node *last = finish(l, &block.body, sum);
    fix(last, fixed);
    bool dense = target_runs(l, t->run) && run_of(l, last->value, t->run) != RUN_NONE;
    if (dense && can_vector(last->value, lanes(t->run)) && printed_size(last->value, MOST_NODES) < MOST_NODES) {
        node_list *inner = t->row >= 0 ? &loop_of(kernel, NODE_ROWS, t->row, true)->body : kernel;
        const expr *product = last->value;
        last->value = scalars_first(l, t, inner, last->value);
        if (last->assign != ASSIGN_SET && t->row >= 0 && last->value != product)
            inner = unless_zero(inner); /* as where an activation is 0, behind a ReLU or in a picture */
        if (last->assign != ASSIGN_SET)
            last->old = load_first(l, t, inner, last);
        inner = &loop_of(inner, NODE_VECTORS, t->run, true)->body;
        last->vector = true;
        vec_push(inner) = last;
        return;
    }
    tensor *done = vector_array(l, kernel, "done", t->row >= 0);
    expr *at[2];
    done->of_vectors = false;
    place_in_tile(t, at);
    store(each(t, kernel), done, at, ASSIGN_SET, sum)->vector = true;
    if (t->row >= 0)
        kernel = &loop_of(kernel, NODE_ROWS, t->row, false)->body;
    block.body = (node_list){0};
    node *by_lane = loop_of(&block.body, NODE_LANES, t->run, false);
    fix(finish(l, &by_lane->body, expr_read(done, at)), fixed);
    share_common(&block, l->e->extent);
    vec_push(kernel) = by_lane;
}

/* The kernel where nothing is left to sum: the epilogue of the term itself. */
static void build_term(lowering *l, tile *t, expr *body, expr *const fixed[])
{
    conclude(l, t, &t->kernel, expr_substitute(body, fixed, MAX_INDEX), fixed);
}

static void build_kernel(lowering *l, tile *t, expr *body, const conditions *c, expr *const fixed[])
{
    node_list *kernel = &t->kernel;
    tensor *acc[2] = {vector_array(l, kernel, "acc", t->row >= 0), NULL};
    expr *at[2];
    place_in_tile(t, at);
    if (t->row < 0 && t->wide == WIDE)
        acc[1] = vector_array(l, kernel, "more", false);
    node_list *start = each(t, kernel);
    for (int s = 0; s < 2 && acc[s]; s++)
        store(start, acc[s], at, ASSIGN_SET, expr_num(0))->vector = true;
    sums(l, t, kernel, expr_substitute(body, fixed, MAX_INDEX), c, acc);
    expr *sum = expr_read(acc[0], at);
    conclude(l, t, kernel, acc[1] ? expr_add(sum, expr_read(acc[1], at)) : sum, fixed);
}

/* A batch of one: no rows where they were its samples; nothing to sum where it was the sum. Then memory is what limits, and narrower
 * stores are faster. */
static tile *single_of(lowering *l, const tile *t, expr *body, const conditions *c)
{
    const equation *e = l->e;
    expr *fixed[MAX_INDEX] = {0};
    tile *one = NEW(tile);
    *one = *t;
    one->kernel = (node_list){0};
    if (t->row >= 0 && e->extent[t->row] == EXTENT_BATCH) {
        one->row = -1;
        one->wide = l->e->extent[t->run] * real_size(l) >= 2 * WIDE * WIDEST ? 2 * WIDE : WIDE;
        fixed[t->row] = int_const(0);
        build_kernel(l, one, body, c, fixed);
        return one;
    }
    if (e->bound != 1 || e->extent[e->free] != EXTENT_BATCH || c->all.count)
        return NULL;
    fixed[e->free] = int_const(0);
    one->bytes = t->bytes > SINGLE_BYTES ? SINGLE_BYTES : t->bytes;
    one->wide = 2 * WIDE;
    build_term(l, one, body, fixed);
    return one;
}

/* The share of a vector's lanes, 16 at most, that a run of this extent fills. */
static double filled(int64_t extent)
{
    int64_t lanes = extent >= 16 ? 16 : extent >= 8 ? 8 : 4;
    return extent == EXTENT_BATCH ? 0 : (double)extent / (double)((extent + lanes - 1) / lanes * 16);
}

/* Few elements a sample: straight-line code serves as well. */
static bool is_small(const equation *e)
{
    double elements = 1;
    for (int k = 0; k < e->free; k++)
        elements *= e->extent[k] == EXTENT_BATCH ? 1 : (double)e->extent[k];
    return elements < LEAST_MAP;
}

static void look_for_state(expr *x, void *context)
{
    const lowering *l = context;
    bool state = x->kind == X_NOISE || (x->kind == X_READ && x->tensor->id >= 0 && l->r->places[x->tensor->id].store == STORE_STATE);
    ((lowering *)context)->stateful |= state;
}

/* Does it draw random numbers, read states or change one? Their functions take arguments that those of tiles do not. */
static bool is_stateful(const lowering *l)
{
    lowering c = *l;
    const tensor *out = l->next ? l->next->out : l->e->out;
    c.stateful = out->id >= 0 && l->r->places[out->id].store == STORE_STATE;
    if (l->e->body)
        expr_each(l->e->body, look_for_state, &c);
    if (l->next)
        expr_each(l->next->body, look_for_state, &c);
    return c.stateful;
}

tile *tile_choose(lowering *l)
{
    const equation *e = l->e;
    conditions c = {{0}};
    bool map = e->reduction == RED_NONE && !l->next;
    if (l->p->options.level != LEVEL_O2 || e->kind != EQ_COMPUTE || e->accumulate || e->free + e->bound > POSITION_BLOCK)
        return NULL;
    if (!map && (e->reduction != RED_SUM || e->bound == 0))
        return NULL;
    if (is_stateful(l))
        return NULL;
    expr *body = take_conditions(e, &c);
    int run = choose_run(l, body, &c);
    if (run < 0 || (map && (!target_runs(l, run) || is_small(e) || printed_size(body, MOST_NODES) >= MOST_NODES)))
        return map ? NULL : dot_choose(l);
    if (!map && filled(e->extent[run]) < 0.5) {
        tile *along_sum = dot_choose(l);
        if (along_sum && filled(e->extent[along_sum->run]) >= 2 * filled(e->extent[run]))
            return along_sum;
    }
    tile *t = NEW(tile);
    t->e = e;
    t->next = l->next;
    t->run = run;
    t->row = map ? -1 : choose_row(e, body, &c, run);
    t->bytes = WIDEST;
    while (t->bytes > e->extent[run] * real_size(l))
        t->bytes /= 2;
    int order[MAX_INDEX], n = memory_order(l, e, l->next && !l->next->accumulate ? l->next->out : e->out, run, order);
    for (int i = 0; i < n; i++)
        if (order[i] != t->row && !(l->gone >> order[i] & 1))
            t->outer[t->outers++] = order[i];
    expr *fixed[MAX_INDEX] = {0};
    t->updates = l->next && l->next->accumulate;
    t->wide = WIDE;
    if (map) {
        build_term(l, t, body, fixed);
        return t;
    }
    build_kernel(l, t, body, &c, fixed);
    t->single = single_of(l, t, body, &c);
    return t;
}
