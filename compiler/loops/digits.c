/* digits.c: maps that look at an index by its digits, as what hands a pooled gradient back does:
 *
 *     d[i, j] = 2*(i % 2) + j % 2 == arg[i / 2, j / 2] ? g[i / 2, j / 2] : 0
 *
 * The loops run over the quotients, the remainders are written out: every quotient's numbers are read once, and no division is left. */
#include "digits.h"

enum { MOST_DIVISOR = 4, MOST_STORES = 16 };

typedef struct divisors {
    int64_t of[MAX_INDEX];             /* 1: none; 0: several */
} divisors;

static void find_divisors(expr *x, void *context)
{
    divisors *d = context;
    int p;
    if (x->kind != X_IDIV && x->kind != X_IMOD)
        return;
    if (int_is_index(x->args[0], &p))
        d->of[p] = d->of[p] == 1 || d->of[p] == x->divisor ? x->divisor : 0;
}

typedef struct reads {
    const equation *e;
    VEC(expr *) all;
} reads;

/* What is certainly within its tensor. */
static void find_reads(expr *x, void *context)
{
    reads *r = context;
    int64_t low, high;
    if (x->kind != X_READ || x->is_int || x->tensor->id < 0)
        return;
    for (int d = 0; d < x->nargs; d++)
        if (!int_range(x->args[d], r->e->extent, &low, &high) || low < 0 ||
            high >= (x->tensor->dims[d] == EXTENT_BATCH ? INT32_MAX : x->tensor->dims[d]))
            return;
    vec_push(&r->all) = x;
}

static bool among(const reads *r, const expr *x)
{
    for (int i = 0; i < r->all.count; i++)
        if (r->all.data[i] == x)
            return true;
    return false;
}

/* Reads that all the bodies have become constants before them: the compiler does not know that the stores leave them alone. */
static void read_once(lowering *l, const equation *e, node_list *list, expr **bodies, int count)
{
    reads first = {.e = e};
    expr_each(bodies[0], find_reads, &first);
    for (int i = 0, k = 0; i < first.all.count; i++) {
        expr *x = first.all.data[i];
        bool everywhere = true;
        for (int b = 1; b < count && everywhere; b++) {
            reads other = {.e = e};
            expr_each(bodies[b], find_reads, &other);
            everywhere = among(&other, x);
        }
        if (!everywhere)
            continue;
        node *n = new_node(list, NODE_LOCAL);
        n->target = local(l, arena_printf("a%d", k++), 0);
        n->constant = true;
        n->value = x;
        expr *to = local_read(n->target, NULL);
        for (int b = 0; b < count; b++)
            bodies[b] = expr_replace(bodies[b], x, to);
    }
}

/* ---- one remainder of all ---- */

static void take_equality(expr *c, const divisors *d, expr **equality, expr **others)
{
    bool by_digit = false;
    if (c->kind == X_OP && c->op == OP_AND) {
        take_equality(c->args[0], d, equality, others);
        take_equality(c->args[1], d, equality, others);
        return;
    }
    for (int p = 0; c->kind == X_EQ0 && p < MAX_INDEX; p++)
        by_digit |= d->of[p] > 1 && (c->uses >> p & 1);
    if (by_digit && !*equality)
        *equality = c;
    else
        *others = expr_and(*others, c);
}

/* The number, of those the remainders count, at which alone a map is not zero: from `remainders - number == 0`; NULL: there is none. */
static expr *only_number(const expr *equality, expr *maps[MOST_STORES][MAX_INDEX], int64_t count, const int64_t *extent)
{
    expr *first = int_tighten(expr_substitute(equality->args[0], maps[0], MAX_INDEX), extent);
    expr *number[2] = {int_scale(first, -1), first};
    for (int side = 0; side < 2; side++) {
        int64_t low, high, value;
        bool good = int_range(number[side], extent, &low, &high) && low >= 0 && high < count;
        for (int64_t k = 0; good && k < count; k++) {
            expr *at = int_tighten(expr_substitute(equality->args[0], maps[k], MAX_INDEX), extent);
            good = int_is_const(int_sub(at, first), &value) && value == (side ? -k : k);
        }
        if (good)
            return number[side];
    }
    return NULL;
}

/* c && remainders == number ? x : 0 with x and the number free of remainders: zeros, then one store, and no branch to guess. */
static bool store_only(lowering *l, node_list *list, const divisors *d, expr *maps[MOST_STORES][MAX_INDEX], int64_t count, const int64_t *extent)
{
    const equation *e = l->e;
    expr *equality = NULL, *others = expr_num(1), *map[MAX_INDEX] = {0};
    if (e->body->kind != X_SELECT || !expr_is_num(e->body->args[2], 0))
        return false;
    take_equality(e->body->args[0], d, &equality, &others);
    expr *number = equality ? only_number(equality, maps, count, extent) : NULL;
    if (!number)
        return false;
    for (int64_t k = 0; k < count; k++) {
        expr **subs = identity(e->out);
        for (int i = 0; i < e->out->rank; i++)
            subs[i] = expr_substitute(subs[i], maps[k], MAX_INDEX);
        store(list, e->out, subs, ASSIGN_SET, expr_num(0));
    }
    for (int p = e->free - 1; p >= 0; p--)
        if (d->of[p] > 1) {
            map[p] = int_tighten(int_add(int_scale(int_index(p), d->of[p]), int_mod(number, d->of[p])), extent);
            number = int_div(number, d->of[p]);
        }
    expr **subs = identity(e->out);
    for (int i = 0; i < e->out->rank; i++)
        subs[i] = int_tighten(expr_substitute(subs[i], map, MAX_INDEX), extent);
    expr *value = expr_select(others, e->body->args[1], expr_num(0));
    store(list, e->out, subs, ASSIGN_SET, expr_decide(expr_substitute(value, map, MAX_INDEX), extent));
    return true;
}

bool digits_lower(lowering *l, node_list *list)
{
    const equation *e = l->e;
    divisors d;
    int64_t count = 1;
    int order[MAX_INDEX];
    equation quotients = *e;
    if (l->p->options.level != LEVEL_O2 || e->turns || e->accumulate || e->out->classes)
        return false;
    for (int p = 0; p < MAX_INDEX; p++)
        d.of[p] = 1;
    expr_each(e->body, find_divisors, &d);
    for (int p = 0; p < e->free; p++) {
        if (d.of[p] == 1)
            continue;
        if (d.of[p] == 0 || d.of[p] > MOST_DIVISOR || e->extent[p] == EXTENT_BATCH || e->extent[p] % d.of[p] != 0)
            return false;
        count *= d.of[p];
        quotients.extent[p] /= d.of[p];
    }
    if (count == 1 || count > MOST_STORES)
        return false;
    int n = memory_order(l, e, e->out, -1, order);
    for (int i = 0; i < n; i++)
        list = &new_loop(list, &quotients, order[i])->body;
    expr **bodies = NEW_ARRAY(expr *, count + 1), *maps[MOST_STORES][MAX_INDEX] = {{0}};
    for (int64_t k = 0; k < count; k++) {
        int64_t rest = k;
        for (int p = e->free - 1; p >= 0; p--)
            if (d.of[p] > 1) {
                maps[k][p] = int_add(int_scale(int_index(p), d.of[p]), int_const(rest % d.of[p]));
                rest /= d.of[p];
            }
        bodies[k] = expr_decide(expr_substitute(e->body, maps[k], MAX_INDEX), quotients.extent);
    }
    if (store_only(l, list, &d, maps, count, quotients.extent))
        return true;
    read_once(l, &quotients, list, bodies, (int)count);
    for (int64_t k = 0; k < count; k++) {
        expr **subs = identity(e->out);
        for (int i = 0; i < e->out->rank; i++)
            subs[i] = expr_substitute(subs[i], maps[k], MAX_INDEX);
        store(list, e->out, subs, ASSIGN_SET, bodies[k]);
    }
    return true;
}
