/* run.c: sums in plain loops, for compilers without vectors that the tiles know.
 *
 * A run of the output is accumulated at once, for several rows that read the same along it, four steps of the sum at a time:
 *
 *     for outer indices, rows by 4 {
 *         acc0[v] = acc1[v] = … = 0
 *         for j by 4 { a… = numbers of the rows;  for v { acc0[v] += a0*w0[v] + a1*w1[v] + …;  acc1[v] += … } }
 *         out[row + r][v] = acc_r[v]
 *     }
 *
 * which compilers vectorise without reordering any sum, and where what is read along the run serves all rows. */
#include "run.h"

#include "tile.h"

enum { MAX_RUN = 1024, MIN_RUN = 4, STEPS = 4, ROWS = 4 };
enum { LANES = 8 };                    /* gcc -O2 vectorises loops whose number of turns is a multiple of the lanes: what is left has a loop of its own */

int run_choose(const lowering *l, expr *body, const conditions *c)
{
    const equation *e = l->e;
    const tensor *target = l->next ? l->next->out : e->out;
    int best = -1;
    int64_t best_score = 0;
    if (l->p->options.level != LEVEL_O2 || e->reduction != RED_SUM)
        return -1;
    for (int p = 0; p < e->free; p++) {
        if (e->extent[p] == EXTENT_BATCH || e->extent[p] < MIN_RUN || e->extent[p] > MAX_RUN || equation_is_turn(e, p))
            continue;
        if (run_of(l, body, p) != RUN_CONTIGUOUS)
            continue;
        bool bounded = false;
        for (int i = 0; i < c->all.count; i++)
            bounded |= c->all.data[i]->uses >> p & 1;
        bool dense = in_memory(l, target) && !(l->next && l->next->accumulate && l->next->out->kind != TENSOR_PARAM) &&
                     l->r->places[target->id].stride[p] == 1;
        int64_t extent = e->extent[p] > 64 ? 64 : e->extent[p], score = (extent * 2 + (dense ? extent : 0)) / (bounded ? 2 : 1);
        if (score > best_score) {
            best = p;
            best_score = score;
        }
    }
    return best;
}

typedef struct hoisting {
    lowering *l;
    node_list *list;
    int run;
    VEC(expr *) from, to;
    int count;
} hoisting;

/* What does not depend on the run is computed before it. Nothing leaves a branch: its reads may be out of bounds outside. */
static expr *hoist(hoisting *h, expr *e)
{
    if (e->is_int || e->kind == X_NUM || e->kind == X_SYM)
        return e;
    for (int i = 0; i < h->from.count; i++)
        if (h->from.data[i] == e)
            return h->to.data[i];
    bool connective = e->kind == X_OP && (e->op == OP_AND || e->op == OP_OR);
    expr *to = e;
    if (!(e->uses >> h->run & 1)) {
        node *n = new_node(h->list, NODE_LOCAL);
        n->target = local(h->l, arena_printf("a%d", h->count++), 0);
        n->constant = true;
        n->value = e;
        to = local_read(n->target, NULL);
    } else if (e->kind == X_OP && !connective) {
        expr *second = e->nargs == 2 ? hoist(h, e->args[1]) : NULL, *first = hoist(h, e->args[0]);
        to = second ? expr_op2(e->op, first, second) : expr_op1(e->op, first);
    }
    vec_push(&h->from) = e;
    vec_push(&h->to) = to;
    return to;
}

/* The row: a free index that no condition depends on, and not all that is read along the run; -1: none is long enough. */
static int choose_row(const lowering *l, expr *body, const conditions *c, int run)
{
    const equation *e = l->e;
    int best = -1;
    for (int q = 0; q < e->free; q++) {
        int64_t extent = e->extent[q] == EXTENT_BATCH ? l->p->options.batch : e->extent[q];
        if (q == run || extent < ROWS || equation_is_turn(e, q) || conditioned(c, q) || !tile_shares(body, run, q))
            continue;
        if (best < 0 || e->extent[best] == EXTENT_BATCH) /* of known extent, there is no rest to compute one by one */
            best = q;
    }
    return best;
}

/* The accumulators of `rows` rows, from `row` (-1: of none) on. */
typedef struct accumulators {
    tensor *of[ROWS];
    int row, rows;
} accumulators;

static void shift(expr *map[], int position, int by)
{
    if (position >= 0)
        map[position] = int_add(int_index(position), int_const(by));
}

/* acc[v] += the terms of `steps` turns of position `unrolled` (-1: of one), for each row. */
static void accumulate_run(lowering *l, node_list *list, expr *body, int run, const conditions *c, const int order[], int n, int unrolled, int steps,
                           const accumulators *acc)
{
    const equation *e = l->e;
    hoisting h = {.l = l, .list = list, .run = run};
    expr *sum[ROWS], *at = int_index(run);
    for (int k = 0; k < acc->rows; k++)
        for (int s = 0; s < steps; s++) {
            expr *map[MAX_INDEX] = {0};
            shift(map, unrolled, s);
            shift(map, acc->row, k);
            expr *term = hoist(&h, expr_substitute(body, map, e->free + e->bound));
            sum[k] = s ? expr_add(sum[k], term) : term;
        }
    int64_t whole = e->extent[run] / LANES * LANES, rest = e->extent[run] - whole;
    for (int part = whole == 0; part < 1 + (rest > 0); part++) {
        node *loop = new_loop(list, e, run);
        if (part == 0)
            loop->extent = whole;
        else if (whole)
            vec_push(&loop->lows) = int_const(whole);
        node_list *inner = attach(loop, c, order, n, n - 1);
        for (int k = 0; k < acc->rows; k++)
            store(inner, acc->of[k], &at, ASSIGN_ADD, sum[k]);
    }
}

/* The sums of a run for `rows` rows; order[0 ... outer-1] are the loops around. */
static void run_of_rows(lowering *l, node_list *list, expr *body, const conditions *c, int run, int order[], int outer, accumulators *acc)
{
    const equation *e = l->e;
    expr *at = int_index(run), *before = expr_num(1);
    int n = outer;
    for (int k = 0; k < acc->rows; k++) {
        acc->of[k] = local(l, acc->rows > 1 ? arena_printf("acc%d", k) : "acc", e->extent[run]);
        new_node(list, NODE_LOCAL)->target = acc->of[k];
    }
    node *loop = new_loop(list, e, run);
    for (int k = 0; k < acc->rows; k++)
        store(&loop->body, acc->of[k], &at, ASSIGN_SET, expr_num(0));
    for (int p = e->free; p < e->free + e->bound; p++)
        order[n++] = p;
    order[n] = run; /* deepest */
    for (int i = 0; i < c->all.count; i++)
        if (depth_of(c->all.data[i], order, n + 1) < outer)
            before = expr_and(before, c->all.data[i]);
    node_list *inner = list;
    if (!expr_is_num(before, 1)) {
        node *test = new_node(inner, NODE_IF);
        test->value = before;
        inner = &test->body;
    }
    for (int i = outer; i < n - 1; i++)
        inner = attach(new_loop(inner, e, order[i]), c, order, n + 1, i);
    int last = n - 1, p = order[last];
    bool by_steps = !conditioned(c, p) && (e->extent[p] == EXTENT_BATCH || e->extent[p] >= STEPS);
    if (by_steps) {
        node *main_loop = new_loop(inner, e, p);
        main_loop->step = STEPS;
        accumulate_run(l, &main_loop->body, body, run, c, order, n + 1, p, STEPS, acc);
    }
    if (!by_steps || e->extent[p] == EXTENT_BATCH || e->extent[p] % STEPS != 0) {
        node *rest = new_loop(inner, e, p);
        rest->tail = by_steps;
        rest->step = by_steps ? STEPS : 1;
        node_list *turn = attach(rest, c, order, n + 1, last);
        accumulate_run(l, turn, body, run, c, order, n + 1, -1, 1, acc);
    }
    for (int k = 0; k < acc->rows; k++) {
        expr *map[MAX_INDEX] = {0};
        if (k)
            shift(map, acc->row, k);
        fix(finish(l, &new_loop(list, e, run)->body, local_read(acc->of[k], at)), map);
    }
}

void run_lower(lowering *l, node_list *list, expr *body, const conditions *c, int run)
{
    const equation *e = l->e;
    int order[MAX_INDEX], n = memory_order(l, e, l->next && !l->next->accumulate ? l->next->out : e->out, run, order), row = choose_row(l, body, c, run);
    accumulators acc = {.row = row, .rows = row < 0 ? 1 : ROWS};
    int outer = 0;
    for (int i = 0; i < n; i++)
        if (order[i] != row) {
            list = &new_loop(list, e, order[i])->body;
            order[outer++] = order[i];
        }
    if (row < 0) {
        run_of_rows(l, list, body, c, run, order, outer, &acc);
        return;
    }
    node *main_loop = new_loop(list, e, row);
    main_loop->step = ROWS;
    order[outer] = row;
    run_of_rows(l, &main_loop->body, body, c, run, order, outer + 1, &acc);
    if (e->extent[row] == EXTENT_BATCH || e->extent[row] % ROWS != 0) {
        node *rest = new_loop(list, e, row);
        rest->tail = true;
        rest->step = ROWS;
        acc.rows = 1;
        run_of_rows(l, &rest->body, body, c, run, order, outer + 1, &acc);
    }
}
