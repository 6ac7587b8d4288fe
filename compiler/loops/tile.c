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

#include "byhand.h"
#include "reshape.h"

enum { SINGLE_BYTES = 32 };            /* of a vector in an update by one sample */
enum { FEW_ROWS = 8 };                 /* rows that are worth a tile although no vector serves several */
enum { LONG_RUN = 256 };               /* a run that is worth a list of the terms that are not 0 */
enum { LEAST_MAP = 64 };               /* elements of a map, a sample */

typedef struct row_check {
    int run, row;
    bool shares;
} row_check;

/* ---- what vectors can do ---- */

typedef struct bounds_check {
    const int64_t *extent;
    bool outside;
} bounds_check;

static bool can_condition(const lowering *l, const expr *e, uint32_t along);

enum { LARGEST_COUNT = 1 << 30 };

static void look_for_count(expr *x, void *context)
{
    uint32_t *uses = context;
    *uses |= x->kind == X_GE0 ? x->uses : 0;
}

static void look_outside(expr *x, void *context)
{
    bounds_check *c = context;
    int64_t low, high;
    for (int d = 0; x->kind == X_READ && x->tensor->id >= 0 && d < x->nargs; d++)
        c->outside |= x->tensor->dims[d] != EXTENT_BATCH && !(int_range(x->args[d], c->extent, &low, &high) && low >= 0 && high < x->tensor->dims[d]);
}

/* Both branches are computed for a whole vector: where a condition on indices decides, it may be all that keeps their reads inside. */
static bool branches_inside(const lowering *l, const expr *e, uint32_t along)
{
    uint32_t counts = 0;
    bounds_check c = {.extent = l->e->extent};
    expr_each(e->args[0], look_for_count, &counts);
    for (int i = 1; i < 3 && (counts & along); i++)
        expr_each(e->args[i], look_outside, &c);
    return !c.outside;
}

/* Can e be computed for a whole vector? `along`: the positions, as bits, that make it one. Reads are judged by run_of. */
bool can_vector(const lowering *l, const expr *e, uint32_t along)
{
    if (!(e->uses & along) || e->kind == X_READ)
        return true;
    if (e->is_int || expr_is_boolean(e))
        return false;
    if (e->kind == X_SELECT)
        return (!(e->args[0]->uses & along) || (can_condition(l, e->args[0], along) && branches_inside(l, e, along))) && can_vector(l, e->args[1], along) && can_vector(l, e->args[2], along);
    if (e->kind == X_CUSTOM)
        return can_vector(l, e->args[0], along);
    if (e->kind != X_OP)
        return false;
    bool fits = e->op == OP_ADD || e->op == OP_SUB || e->op == OP_MUL || e->op == OP_DIV || e->op == OP_NEG || e->op == OP_MAX || e->op == OP_MIN ||
                (l->p->options.poly && op_table[e->op].c_poly);
    for (int i = 0; i < e->nargs; i++)
        fits = fits && can_vector(l, e->args[i], along);
    return fits;
}

/* i >= j, or i < j, of an index i along which lanes are counted. */
static bool can_count(const lowering *l, const expr *e, uint32_t along)
{
    int64_t low, high;
    int steps = 0;
    if (!int_range(e, l->e->extent, &low, &high) || low < -LARGEST_COUNT || high > LARGEST_COUNT)
        return false;
    for (int i = 0; i < e->nargs; i++)
        if (e->args[i]->uses & along)
            steps += e->args[i]->kind == X_INDEX && (e->coef[i] == 1 || e->coef[i] == -1) ? 1 : 2;
    return steps == 1;
}

/* A condition for each lane: a comparison of reals or of the lane's index, or a connective of such. */
static bool can_condition(const lowering *l, const expr *e, uint32_t along)
{
    if (e->kind == X_GE0)
        return (e->uses & along) && can_count(l, e->args[0], along);
    if (e->kind != X_OP || !(e->uses & along))
        return false;
    if (e->op == OP_AND || e->op == OP_OR)
        return can_condition(l, e->args[0], along) && can_condition(l, e->args[1], along);
    if (e->op == OP_NOT)
        return can_condition(l, e->args[0], along);
    return (e->op == OP_LT || e->op == OP_LE || e->op == OP_EQ) && can_vector(l, e->args[0], along) && can_vector(l, e->args[1], along);
}

/* The positions that make a vector of what depends on them. */
uint32_t lanes(int run)
{
    return 1u << run | 1u << POSITION_VECTOR;
}

/* Nodes printed for e, counted up to a limit. */
int printed_size(const expr *e, int limit)
{
    int n = 1;
    for (int i = 0; e->kind != X_READ && i < (e->kind == X_CUSTOM ? 1 : e->nargs) && n < limit; i++)
        n += printed_size(e->args[i], limit - n);
    return n;
}

/* ---- the choice of run and row ---- */

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

/* Do rows of a scatter overlap? Then each would wait for the stores of the one before. */
static bool rows_overlap(const lowering *l, int run, int row)
{
    const equation *add = l->next;
    int64_t stride = 0;
    if (!add || !add->accumulate || !in_memory(l, add->out))
        return false;
    for (int d = 0; d < add->out->rank; d++)
        stride += int_coefficient(add->subs[d], row) * l->r->places[add->out->id].stride[d];
    return stride < l->e->extent[run];
}

/* The row: an index that the vectors do not depend on. One of known extent is better than the batch, which may be 1. */
static int choose_row(const lowering *l, expr *body, const conditions *c, int run)
{
    const equation *e = l->e;
    int best = -1, best_score = 0;
    for (int q = 0; q < e->free; q++) {
        if (q == run || e->extent[q] == 1 || equation_is_turn(e, q) || conditioned(c, q) || !tile_shares(body, run, q) || rows_overlap(l, run, q))
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
bool target_runs(const lowering *l, int p)
{
    const equation *e = l->next ? l->next : l->e;
    int64_t stride = 0;
    if (!in_memory(l, e->out))
        return false;
    if (l->merged >> p & 1)
        return l->merged_target;
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
        if (run_of(l, body, p) != RUN_CONTIGUOUS || !can_vector(l, body, lanes(p)))
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

bool tile_wants_longer_run(const lowering *l)
{
    conditions c = {{0}};
    const equation *e = l->e;
    if (l->p->options.level != LEVEL_O2 || e->kind != EQ_COMPUTE || e->reduction != RED_SUM || e->accumulate)
        return false;
    expr *body = take_conditions(e, &c);
    int run = choose_run(l, body, &c);
    return run < 0 || e->extent[run] < MERGE_BELOW;
}

/* May elements of t be 0 in great number? An image's may, and what an activation cut off. */
static bool often_zero(const lowering *l, const tensor *t)
{
    const equation_list *list = &l->r->routine->equations;
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->out == t && list->data[i]->body) {
            const expr *b = list->data[i]->body;
            return (b->kind == X_OP && b->op == OP_MAX && (expr_is_num(b->args[0], 0) || expr_is_num(b->args[1], 0))) ||
                   (b->kind == X_SELECT && (expr_is_num(b->args[1], 0) || expr_is_num(b->args[2], 0)));
        }
    return t->kind == TENSOR_INPUT;
}

node *tile_list(lowering *l, int position, expr *value)
{
    node_list alone = {0};
    node *n = new_loop(&alone, l->e, position);
    n->kind = NODE_LIST;
    n->target = local(l, "listed", l->e->extent[position]);
    n->target->classes = l->e->extent[position];
    n->value = value;
    return n;
}

/* sum[j] w[i, j] * x[j] with a long run i, x being 0 here and there: whole runs of w need not be read. */
static node *list_of_terms(lowering *l, const tile *t, const expr *body, expr *const fixed[])
{
    const equation *e = l->e;
    if (e->bound != 1 || e->extent[e->free] == EXTENT_BATCH || e->extent[e->free] > MOST_LISTED || e->extent[t->run] < LONG_RUN || body->kind != X_OP ||
        body->op != OP_MUL)
        return NULL;
    expr *factor = body->args[body->args[0]->uses >> t->run & 1];
    if (factor->kind != X_READ || (factor->uses >> t->run & 1) || !(factor->uses >> e->free & 1) || factor->tensor->id < 0 || !often_zero(l, factor->tensor))
        return NULL;
    return tile_list(l, e->free, expr_not(expr_op2(OP_EQ, expr_substitute(factor, fixed, MAX_INDEX), expr_num(0))));
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
        one->wide = l->e->extent[t->run] * real_size(l) > (int64_t)WIDE * WIDEST ? 2 * WIDE : WIDE;
        fixed[t->row] = int_const(0);
        if (!c->all.count)
            one->list = list_of_terms(l, one, body, fixed);
        kernel_of_sum(l, one, body, c, fixed);
        return one;
    }
    if (e->bound != 1 || e->extent[e->free] != EXTENT_BATCH || c->all.count)
        return NULL;
    fixed[e->free] = int_const(0);
    one->bytes = t->bytes > SINGLE_BYTES ? SINGLE_BYTES : t->bytes;
    one->wide = 2 * WIDE;
    kernel_of_term(l, one, body, fixed);
    return one;
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

bool tile_is_stateful(const lowering *l)
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

tile *tile_new(const lowering *l, int run, int row)
{
    tile *t = NEW(tile);
    *t = (tile){.e = l->e, .next = l->next, .run = run, .row = row, .bytes = WIDEST, .wide = WIDE, .with_rows = WITH_ROWS, .updates = l->next && l->next->accumulate};
    while (t->bytes > l->e->extent[run] * real_size(l))
        t->bytes /= 2;
    bool as_next = l->next && (!l->next->accumulate || adds_to_each(l->next));
    int order[MAX_INDEX], n = memory_order(l, l->e, as_next ? l->next->out : l->e->out, run, order);
    for (int i = 0; i < n; i++)
        if (order[i] != row && !(l->gone >> order[i] & 1))
            t->outer[t->outers++] = order[i];
    return t;
}

/* The tile with that run and row; NULL where it was decided otherwise what can't be done. */
static tile *build(lowering *l, expr *body, const conditions *c, int run, int row, bool map)
{
    tile *t = tile_new(l, run, row);
    expr *fixed[MAX_INDEX] = {0};
    if (!map)
        lengths_fit(l, body, t);
    if (!byhand_sizes(l, t))
        return NULL;
    if (map) {
        kernel_of_term(l, t, body, fixed);
        return t;
    }
    kernel_of_sum(l, t, body, c, fixed);
    t->single = t->beyond || (l->wanted && l->wanted->single) ? NULL : single_of(l, t, body, c);
    return t;
}

bool tile_may_be(const lowering *l)
{
    const equation *e = l->e;
    bool map = e->reduction == RED_NONE;
    if (e->kind != EQ_COMPUTE || e->accumulate || e->free + e->bound > POSITION_BLOCK || (!map && e->bound == 0))
        return false;
    if (e->reduction == RED_PROD || e->reduction == RED_ARGMAX || e->reduction == RED_ARGMIN)
        return false;
    return !tile_is_stateful(l);
}

/* What --schedule decides: vectors along a free index. */
static tile *by_hand(lowering *l)
{
    conditions c = {{0}};
    expr *body = take_conditions(l->e, &c);
    bool map = l->e->reduction == RED_NONE;
    if (!map && l->e->reduction != RED_SUM)
        return byhand_refuse(l, "vectors search along the index that it goes over (dot)");
    int run = byhand_index(l, l->wanted->run, 0, l->e->free);
    if (run < 0 || !byhand_may_run(l, body, &c, run, map))
        return NULL;
    int row = map ? -1 : choose_row(l, body, &c, run);
    if (!byhand_side(l, body, &c, run, l->wanted->rows, &row))
        return NULL;
    if (row >= 0 && map)
        return byhand_refuse(l, "rows share what a sum reads, and this has no sum");
    return build(l, body, &c, run, row, map);
}

tile *tile_choose(lowering *l)
{
    const equation *e = l->e;
    conditions c = {{0}};
    bool map = e->reduction == RED_NONE;
    if (l->p->options.level != LEVEL_O2 || !tile_may_be(l))
        return l->wanted ? byhand_refuse(l, "it is neither a sum nor a map that tiles could compute") : NULL;
    if (l->wanted)
        return l->wanted->form == FORM_DOT ? dot_choose(l) : by_hand(l);
    if (e->reduction == RED_MAX || e->reduction == RED_MIN)
        return dot_choose(l);
    expr *body = take_conditions(e, &c);
    int run = choose_run(l, body, &c), row = map || run < 0 ? -1 : choose_row(l, body, &c, run);
    if (run < 0 && !map) {
        tile *dot = dot_choose(l);
        int shorter = dot ? -1 : lengths_short_run(l, body, &c);
        row = shorter < 0 ? -1 : choose_row(l, body, &c, shorter);
        return row < 0 ? dot : build(l, body, &c, shorter, row, false);
    }
    if (map && (run < 0 || !target_runs(l, run) || is_small(e) || printed_size(body, MOST_NODES) >= MOST_NODES))
        return NULL;
    if (!map && plan_lanes_filled(e->extent[run]) < 0.5) {
        tile *along_sum = dot_choose(l);
        if (along_sum && plan_lanes_filled(e->extent[along_sum->run]) >= 2 * plan_lanes_filled(e->extent[run]))
            return along_sum;
    }
    return build(l, body, &c, run, row, map);
}
