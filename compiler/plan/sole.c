/* sole.c: see sole.h. */
#include "sole.h"

enum { MOST_DIVISOR = 4 };

static void find_divisors(expr *x, void *context)
{
    int64_t *divisor = context;
    int p;
    if (x->kind != X_IDIV && x->kind != X_IMOD)
        return;
    if (int_is_index(x->args[0], &p))
        divisor[p] = divisor[p] == 1 || divisor[p] == x->divisor ? x->divisor : 0;
}

void sole_divisors(const equation *e, int64_t divisor[MAX_INDEX])
{
    for (int p = 0; p < MAX_INDEX; p++)
        divisor[p] = 1;
    expr_each(e->body, find_divisors, divisor);
}

int64_t sole_elements(const equation *e, const int64_t divisor[], expr *maps[SOLE_MOST][MAX_INDEX])
{
    int64_t count = 1;
    for (int p = 0; p < e->free; p++) {
        if (divisor[p] == 0 || divisor[p] > MOST_DIVISOR || (divisor[p] > 1 && e->extent[p] == EXTENT_BATCH))
            return 0;
        count *= divisor[p];
        if (count > SOLE_MOST)
            return 0;
    }
    for (int64_t k = 0; k < count; k++) {
        int64_t rest = k;
        for (int p = e->free - 1; p >= 0; p--)
            if (divisor[p] > 1) {
                maps[k][p] = int_add(int_scale(int_index(p), divisor[p]), int_const(rest % divisor[p]));
                rest /= divisor[p];
            }
    }
    return count;
}

static void take_equality(expr *c, const int64_t divisor[], expr **equality, expr **others)
{
    bool by_digit = false;
    if (c->kind == X_OP && c->op == OP_AND) {
        take_equality(c->args[0], divisor, equality, others);
        take_equality(c->args[1], divisor, equality, others);
        return;
    }
    for (int p = 0; c->kind == X_EQ0 && p < MAX_INDEX; p++)
        by_digit |= divisor[p] > 1 && (c->uses >> p & 1);
    if (by_digit && !*equality)
        *equality = c;
    else
        *others = expr_and(*others, c);
}

/* The number, of those the digits count, at which alone a map is not zero: from `digits - number == 0`; NULL: there is none. */
static expr *only_number(const expr *equality, expr *maps[SOLE_MOST][MAX_INDEX], int64_t count, const int64_t *extent)
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

/* Does a condition keep position p within whole blocks? */
static bool stays_whole(const equation *e, const sole *s, const expr *others, int p)
{
    expr_list all = {0};
    expr *map[MAX_INDEX] = {0};
    int64_t extent[MAX_INDEX], low, high;
    if (e->extent[p] % s->divisor[p] == 0)
        return true;
    for (int k = 0; k < MAX_INDEX; k++)
        extent[k] = e->extent[k];
    extent[p] = e->extent[p] % s->divisor[p];
    map[p] = int_add(int_index(p), int_const(s->blocks[p] * s->divisor[p])); /* what is behind them */
    expr_conjuncts((expr *)(uintptr_t)others, &all);
    for (int i = 0; i < all.count; i++)
        if (all.data[i]->kind == X_GE0 && int_range(int_tighten(expr_substitute(all.data[i]->args[0], map, MAX_INDEX), extent), extent, &low, &high) && high < 0)
            return true;
    return false;
}

bool sole_find(const equation *e, sole *s)
{
    expr *equality = NULL, *others = expr_num(1), *maps[SOLE_MOST][MAX_INDEX] = {{0}}, *map[MAX_INDEX] = {0};
    if (e->kind != EQ_COMPUTE || e->reduction != RED_NONE || e->accumulate || e->out->classes || e->body->kind != X_SELECT || !expr_is_num(e->body->args[2], 0))
        return false;
    sole_divisors(e, s->divisor);
    int64_t count = sole_elements(e, s->divisor, maps);
    if (count <= 1)
        return false;
    for (int p = 0; p < MAX_INDEX; p++)
        s->blocks[p] = p < e->free && s->divisor[p] > 1 ? e->extent[p] / s->divisor[p] : e->extent[p];
    take_equality(e->body->args[0], s->divisor, &equality, &others);
    expr *number = equality ? only_number(equality, maps, count, s->blocks) : NULL;
    if (!number)
        return false;
    s->equality = equality;
    for (int p = e->free - 1; p >= 0; p--) {
        s->at[p] = NULL;
        if (s->divisor[p] == 1)
            continue;
        if (!stays_whole(e, s, others, p))
            return false;
        s->at[p] = int_tighten(int_mod(number, s->divisor[p]), s->blocks);
        map[p] = int_tighten(int_add(int_scale(int_index(p), s->divisor[p]), int_mod(number, s->divisor[p])), s->blocks);
        number = int_div(number, s->divisor[p]);
    }
    s->value = expr_decide(expr_substitute(expr_select(others, e->body->args[1], expr_num(0)), map, MAX_INDEX), s->blocks);
    return true;
}
