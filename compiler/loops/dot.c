/* dot.c: sums whose own index lies contiguous, such as dX[b, j] = sum[i] w[j, i] * dS[b, i].
 *
 * Vectors run along the sum; a tile of rows x columns of the output is accumulated, each element as a vector of partial sums:
 *
 *     for the other sums, for i by vectors { s[c] = vectors of the columns;  for r { w = the row's vector;  for c: acc[r][c] += w * s[c] } }
 *     out[r][c] = epilogue(the total of acc[r][c])
 *
 * A row's vector serves all columns and a column's all rows. It needs no transposed copy of w, which pays where the sum is long enough
 * to outweigh the totals. The order of the sum differs from the plain loops'.
 *
 * The largest or smallest along such an index is found in the same way. Each lane begins with the first term: where that is no number, nothing is larger,
 * and later ones that are none are passed over, as in the plain loops. */
#include "tile.h"

#include "byhand.h"
#include "share.h"

enum { LEAST_SUM = 8 };                /* terms */
enum { LEAST_ALONE = 32 };             /* terms of one sum by itself, and of a search */
enum { LONG_SUM = 128 };               /* terms that are worth a list of the rows that are wanted */

typedef struct columns {
    lowering *l;
    const tile *t;
    node_list *before, *in_column, *in_row;
    bool rest, masked;                 /* the last vector's; its lanes are masked where columns are loaded */
    VEC(expr *) from, to;
    int count;
} columns;

static bool uses(const expr *e, int position)
{
    return position >= 0 && (e->uses >> position & 1);
}

/* Vectors that not every row and column needs of its own are loaded once. */
static expr *hoist(columns *h, expr *e)
{
    bool down = uses(e, h->t->row), across = uses(e, h->t->column);
    if (!uses(e, h->t->run) || (down && across && e->kind != X_OP))
        return e;
    for (int i = 0; i < h->from.count; i++)
        if (h->from.data[i] == e)
            return h->to.data[i];
    expr *to, *at = int_index(POSITION_COLUMN);
    if (across && !down) {
        tensor *x = vector_array(h->l, h->before, arena_printf("run%d", h->count++), false);
        node *load = store(h->in_column, x, &at, ASSIGN_SET, e);
        load->vector = true;
        load->rest = h->rest;
        h->masked |= h->rest;
        to = expr_read(x, &at);
    } else if (!across) {
        node *n = new_node(down ? h->in_row : h->before, NODE_LOCAL);
        n->target = local(h->l, arena_printf("run%d", h->count++), 0);
        n->target->of_vectors = n->vector = n->constant = true;
        n->value = e;
        to = local_read(n->target, NULL);
    } else {
        expr *second = e->nargs == 2 ? hoist(h, e->args[1]) : NULL, *first = hoist(h, e->args[0]);
        to = second ? expr_op2(e->op, first, second) : expr_op1(e->op, first);
    }
    vec_push(&h->from) = e;
    vec_push(&h->to) = to;
    return to;
}

/* Subscripts of the tile's own arrays, in the loops over rows and columns that are appended to the list. */
static node_list *each(const tile *t, node_list *list, expr *at[2], bool unrolled)
{
    at[0] = t->row >= 0 ? int_index(POSITION_ROW) : int_const(0);
    at[1] = int_index(POSITION_COLUMN);
    if (t->row >= 0)
        list = &loop_of(list, NODE_ROWS, t->row, unrolled)->body;
    return t->column >= 0 ? &loop_of(list, NODE_COLUMNS, t->column, unrolled)->body : list;
}

/* acc = acc < term ? term : acc, or the other way round */
static void search(lowering *l, const tile *t, node_list *list, expr *body, tensor *acc)
{
    expr *at[2];
    list = each(t, list, at, true);
    node *value = new_node(list, NODE_LOCAL);
    value->target = local(l, "value", 0);
    value->target->of_vectors = value->vector = value->constant = true;
    value->value = body;
    expr *best = expr_read(acc, at), *term = local_read(value->target, NULL);
    expr *better = l->e->reduction == RED_MAX ? expr_op2(OP_LT, best, term) : expr_op2(OP_LT, term, best);
    store(list, acc, at, ASSIGN_SET, expr_select(better, term, best))->vector = true;
}

static void accumulate(lowering *l, const tile *t, node_list *list, expr *body, tensor *acc, bool rest)
{
    node_list scratch = {0};
    node *in_column = loop_of(&scratch, NODE_COLUMNS, t->column, true), *rows = loop_of(&scratch, NODE_ROWS, t->row, true);
    columns h = {.l = l, .t = t, .before = list, .in_column = &in_column->body, .in_row = &rows->body,
                 .rest = rest && body->kind == X_OP && body->op == OP_MUL};
    expr *term = hoist(&h, body), *at[2] = {t->row >= 0 ? int_index(POSITION_ROW) : int_const(0), int_index(POSITION_COLUMN)};
    if (in_column->body.count)
        vec_push(list) = in_column;
    if (t->row >= 0) {
        vec_push(list) = rows;
        list = &rows->body;
    }
    if (t->column >= 0)
        list = &loop_of(list, NODE_COLUMNS, t->column, true)->body;
    node *add = add_to(list, acc, at, term);
    add->vector = true;
    add->rest = rest && !h.masked;
}

/* What each lane begins with: 0, or the first term. */
static expr *first_of(const equation *e, expr *body)
{
    return e->reduction == RED_SUM ? expr_num(0) : first_term(e, body);
}

static void build_kernel(lowering *l, tile *t, expr *body, expr *const fixed[])
{
    const equation *e = l->e;
    tensor *acc = vector_array(l, &t->kernel, "acc", t->column >= 0), *done;
    expr *at[2];
    body = expr_substitute(body, fixed, MAX_INDEX);
    node_list *start = each(t, &t->kernel, at, true);
    store(start, acc, at, ASSIGN_SET, first_of(e, body))->vector = true;
    node_list *list = &t->kernel;
    for (int p = e->free; p < e->free + e->bound; p++)
        if (p != t->run)
            list = &new_loop(list, e, p)->body;
    for (int rest = 0; rest < 2; rest++) {
        node *steps = loop_of(list, NODE_STEPS, t->run, false);
        steps->tail = rest;
        if (e->reduction == RED_SUM)
            accumulate(l, t, &steps->body, body, acc, rest);
        else
            search(l, t, &steps->body, body, acc);
    }
    done = vector_array(l, &t->kernel, "done", t->column >= 0);
    done->of_vectors = false;
    node_list *ready = each(t, &t->kernel, at, true);
    store(ready, done, at, ASSIGN_SET, expr_read(acc, at))->totals = e->reduction;
    node block = {.kind = NODE_BLOCK};
    fix(finish(l, each(t, &block.body, at, false), expr_read(done, at)), fixed);
    share_common(&block, e->extent);
    for (int i = 0; i < block.body.count; i++)
        vec_push(&t->kernel) = block.body.data[i];
}

/* The free index with the largest extent, other than `row`, if wanted in only some of the reads along the run; the batch where wanted. */
static int choose_free(const equation *e, expr *body, int run, int row, bool batch, bool shared)
{
    int best = -1;
    for (int q = 0; q < e->free; q++) {
        if (q == row || e->extent[q] == 1 || equation_is_turn(e, q) || (!batch && e->extent[q] == EXTENT_BATCH) || !uses(body, q) || (shared && !tile_shares(body, run, q)))
            continue;
        if (best < 0 || e->extent[q] == EXTENT_BATCH || (e->extent[best] != EXTENT_BATCH && e->extent[q] > e->extent[best]))
            best = q;
    }
    return best;
}

typedef struct sum_search {
    const tensor *sum;
    bool found;
} sum_search;

static void find_sum(expr *x, void *context)
{
    sum_search *s = context;
    s->found |= x->kind == X_READ && x->tensor == s->sum;
}

static bool reads_sum(expr *e, const tensor *sum)
{
    sum_search s = {sum, false};
    expr_each(e, find_sum, &s);
    return s.found;
}

/* A batch of one whose epilogue is `c ? the sum : x`, as behind a ReLU: the rows where c does not hold get x, and only the others are summed. */
static tile *single_of(lowering *l, const tile *t, expr *body)
{
    const equation *e = l->e, *next = l->next;
    expr *fixed[MAX_INDEX] = {0};
    if (t->column < 0 || e->extent[t->column] != EXTENT_BATCH || t->outers || !next || next->accumulate || next->body->kind != X_SELECT ||
        e->extent[t->run] < LONG_SUM || e->extent[t->row] > MOST_LISTED || reads_sum(next->body->args[0], e->out) || reads_sum(next->body->args[2], e->out) ||
        !uses(next->body->args[0], t->row))
        return NULL;
    fixed[t->column] = int_const(0);
    tile *one = NEW(tile);
    *one = *t;
    one->kernel = (node_list){0};
    one->column = -1;
    one->list = tile_list(l, t->row, expr_substitute(next->body->args[0], fixed, MAX_INDEX));
    fix(store(&one->list->body, next->out, identity(next->out), ASSIGN_SET, next->body->args[2]), fixed);
    build_kernel(l, one, body, fixed);
    return one;
}

static tile *build(lowering *l, expr *body, int run, int row, int column)
{
    const equation *e = l->e;
    expr *fixed[MAX_INDEX] = {0};
    tile *t = NEW(tile);
    *t = (tile){.e = e, .next = l->next, .run = run, .row = row, .column = column, .bytes = WIDEST, .dot = true};
    while (t->bytes > e->extent[run] * real_size(l))
        t->bytes /= 2;
    if (!byhand_sizes(l, t))
        return NULL;
    for (int q = 0; q < e->free; q++)
        if (q != t->row && q != t->column && !equation_is_turn(e, q))
            t->outer[t->outers++] = q;
    build_kernel(l, t, body, fixed);
    t->single = l->wanted && l->wanted->single ? NULL : single_of(l, t, body);
    return t;
}

/* The row. `alone`: nothing is shared, rows only keep several sums, or searches, going. */
static int choose_rows(const equation *e, expr *body, int run, bool *alone)
{
    int row = e->reduction == RED_SUM ? choose_free(e, body, run, -1, false, true) : -1;
    *alone = row < 0;
    return *alone ? choose_free(e, body, run, -1, false, false) : row;
}

/* What --schedule decides: vectors along the sum. */
static tile *by_hand(lowering *l, expr *body, const conditions *c)
{
    const equation *e = l->e;
    int run = byhand_index(l, l->wanted->run, e->free, e->free + e->bound);
    if (run < 0 || !byhand_may_run(l, body, c, run, false))
        return NULL;
    if (c->all.count)
        return byhand_refuse(l, "which terms count depends on a condition");
    int column;
    bool alone;
    int row = choose_rows(e, body, run, &alone);
    if (!byhand_side(l, body, c, run, l->wanted->rows, &row))
        return NULL;
    if (row >= 0 && e->extent[row] == EXTENT_BATCH)
        return byhand_refuse(l, "it takes rows along a free index of known extent");
    alone |= row < 0;
    column = alone ? -1 : choose_free(e, body, run, row, true, true);
    if (!byhand_side(l, body, c, run, l->wanted->columns, &column))
        return NULL;
    if (column >= 0 && column == row)
        return byhand_refuse(l, "rows and columns run along the same index, %s", l->wanted->columns);
    if (column >= 0 && alone)
        return byhand_refuse(l, "columns go with rows that share what is loaded");
    if (column >= 0 && !tile_shares(body, run, column))
        return byhand_refuse(l, "columns of %s would share nothing", l->wanted->columns);
    return build(l, body, run, row, column);
}

tile *dot_choose(lowering *l)
{
    const equation *e = l->e;
    conditions c = {{0}};
    expr *body = take_conditions(e, &c);
    int run = -1;
    if (l->wanted)
        return by_hand(l, body, &c);
    for (int p = e->free; p < e->free + e->bound; p++)
        if (e->extent[p] >= LEAST_SUM && run_of(l, body, p) == RUN_CONTIGUOUS && can_vector(l, body, lanes(p)) && (run < 0 || e->extent[p] > e->extent[run]))
            run = p;
    if (run < 0 || c.all.count)
        return NULL;
    bool alone;
    int row = choose_rows(e, body, run, &alone);
    if ((row < 0 || e->reduction != RED_SUM) && e->extent[run] < LEAST_ALONE)
        return NULL;
    return build(l, body, run, row, alone ? -1 : choose_free(e, body, run, row, true, true));
}
