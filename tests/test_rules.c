/* test_rules.c: the rules of simplification and of derivation within one expression. Random expressions are built by the constructors,
 * which simplify, and in plain arithmetic at the same time; the results must have the same values. A table pins what each rule gives. */
#include <criterion/criterion.h>

#include "evaluate.h"

/* ---- a small world: reals x, y, z, a vector of indices k, positions 0 … 3 ---- */

enum { PLACES = 6 };
static const int64_t extents[MAX_INDEX] = {5, 3, 8, 1};
static graph world;
static tensor *real[3], *classes_of;

static void make_world(void)
{
    static const char *const names[] = {"x", "y", "z"};
    for (int i = 0; i < 3; i++)
        real[i] = graph_tensor(&world, TENSOR_INPUT, names[i], 0, NULL, 0, (span){0});
    classes_of = graph_tensor(&world, TENSOR_INPUT, "k", 1, (int64_t[]){5}, 7, (span){0});
}

static expr *read_of(int i)
{
    return expr_read(real[i], NULL);
}

static uint64_t state;
static double unit(void)
{
    return hash_unit(state++);
}
static int below(int n)
{
    return (int)(unit() * n);
}

/* Places at which everything is evaluated: the positions' and the tensors' values. */
static void go_to(evaluator *v, int place)
{
    uint64_t saved = state;
    state = 7000 + (uint64_t)place * 100;
    for (int p = 0; p < 4; p++)
        v->at[p] = below((int)extents[p]);
    for (int i = 0; i < 3; i++)
        *eval_values(v, real[i]) = place == 0 ? i - 1 : floor(unit() * 64 - 32) / 8;
    for (int i = 0; i < 5; i++)
        eval_values(v, classes_of)[i] = below(7);
    state = saved;
}

static evaluator evaluator_here(void)
{
    return (evaluator){.samples = 4, .symbol = {[SYM_N] = 4, [SYM_INV_N] = 0.25, [SYM_RATE] = 0.125, [SYM_TRAINING] = 1}};
}

/* ---- integers ---- */

typedef struct known_int {
    expr *e;
    int64_t at[PLACES];
} known_int;

static int64_t floored(int64_t a, int64_t b)
{
    return (a - ((a % b) + b) % b) / b;
}

static known_int leaf_int(evaluator *v)
{
    known_int k;
    int what = below(7), n = below(9) - 4, p = below(4), at = below(5);
    k.e = what < 4 ? int_index(p) : what < 6 ? int_const(n) : expr_read(classes_of, (expr *[]){int_const(at)});
    for (int i = 0; i < PLACES; i++) {
        go_to(v, i);
        k.at[i] = what < 4 ? v->at[p] : what < 6 ? n : (int64_t)eval_values(v, classes_of)[at];
    }
    return k;
}

static known_int next_int(const known_int *a, const known_int *b)
{
    static const int divisors[] = {1, 2, 2, 3, 4, 6, 8};
    known_int k;
    int what = below(6), factor = below(9) - 4, d = divisors[below(7)];
    k.e = what == 0 ? int_add(a->e, b->e) : what == 1 ? int_sub(a->e, b->e) : what == 2 ? int_scale(a->e, factor)
        : what == 3 ? int_div(a->e, d) : what == 4 ? int_mod(a->e, d) : int_add(int_scale(a->e, d), b->e);
    for (int i = 0; i < PLACES; i++) {
        int64_t x = a->at[i], y = b->at[i];
        k.at[i] = what == 0 ? x + y : what == 1 ? x - y : what == 2 ? x * factor : what == 3 ? floored(x, d) : what == 4 ? x - d * floored(x, d) : x * d + y;
    }
    return k;
}

static const char *shown(expr *e)
{
    text t = {0};
    expr_print(e, NULL, &t);
    return t.data;
}

static void check_int(evaluator *v, const known_int *k)
{
    int64_t low, high;
    bool ranged = int_range(k->e, extents, &low, &high);
    expr *tight = int_tighten(k->e, extents), *map[] = {int_index(2), int_sub(int_const(2), int_index(1)), int_index(0), NULL};
    expr *moved = expr_substitute(k->e, map, 4), *positive = expr_decide(expr_ge0(k->e), extents), *zero = expr_decide(expr_eq0(k->e), extents);
    for (int i = 0; i < PLACES; i++) {
        go_to(v, i);
        cr_assert_eq(eval_int(v, k->e), k->at[i], "%s", shown(k->e));
        cr_assert_eq(eval_int(v, tight), k->at[i], "%s made tight: %s", shown(k->e), shown(tight));
        cr_assert(!ranged || (low <= k->at[i] && k->at[i] <= high), "%s is %lld, by its range %lld … %lld", shown(k->e), (long long)k->at[i], (long long)low, (long long)high);
        cr_assert_eq(eval_now(v, expr_ge0(k->e)), k->at[i] >= 0, "%s >= 0", shown(k->e));
        cr_assert_eq(eval_now(v, expr_not(expr_ge0(k->e))), k->at[i] < 0, "!(%s >= 0)", shown(k->e));
        cr_assert_eq(eval_now(v, expr_eq0(k->e)), k->at[i] == 0, "%s == 0", shown(k->e));
        cr_assert_eq(eval_now(v, positive), k->at[i] >= 0, "%s >= 0, decided", shown(k->e));
        cr_assert_eq(eval_now(v, zero), k->at[i] == 0, "%s == 0, decided", shown(k->e));
        cr_assert_eq(eval_now(v, expr_real(k->e)), (double)k->at[i], "(real)%s", shown(k->e));
        int64_t one = v->at[1], two = v->at[2], zeroth = v->at[0];
        int64_t there = eval_int(v, moved);
        v->at[0] = two;
        v->at[1] = 2 - one;
        v->at[2] = zeroth;
        cr_assert_eq(eval_int(v, k->e), there, "%s substituted: %s", shown(k->e), shown(moved));
    }
}

enum { POOL = 10 };

Test(rules, integers_keep_their_values, .init = make_world)
{
    evaluator v = evaluator_here();
    for (int round = 0; round < 400; round++) {
        known_int pool[POOL];
        for (int i = 0; i < POOL; i++)
            pool[i] = leaf_int(&v);
        for (int step = 0; step < 30; step++) {
            known_int k = next_int(&pool[below(POOL)], &pool[below(POOL)]);
            if (!k.e || labs((long)k.at[1]) > 100000)
                continue;
            check_int(&v, &k);
            pool[below(POOL)] = k;
        }
    }
    eval_free(&v);
}

/* ---- reals ---- */

typedef struct known_real {
    expr *e;
    double at[PLACES], size[PLACES]; /* size: the greatest number on the way, to which rounding is relative; HUGE_VAL: nothing is promised */
} known_real;

static known_real leaf_real(evaluator *v)
{
    static const double numbers[] = {0, 0, 1, 1, -1, 2, 0.5, -3, 4, 0.1};
    static const symbol symbols[] = {SYM_N, SYM_INV_N, SYM_RATE};
    known_real k;
    int what = below(10), n = below(10), r = below(3);
    known_int whole = leaf_int(v);
    k.e = what < 5 ? read_of(r) : what < 7 ? expr_num(numbers[n]) : what < 8 ? expr_sym(symbols[r]) : what < 9 ? expr_real(whole.e) : expr_ge0(whole.e);
    for (int i = 0; i < PLACES; i++) {
        go_to(v, i);
        k.at[i] = what < 5 ? *eval_values(v, real[r]) : what < 7 ? numbers[n] : what < 8 ? v->symbol[symbols[r]] : what < 9 ? (double)whole.at[i] : whole.at[i] >= 0;
        k.size[i] = fabs(k.at[i]);
    }
    return k;
}

/* Does rounding decide what the operation gives? */
static bool on_an_edge(op o, double a, double b, double size)
{
    double near = 1e-9 * fmax(1, size);
    switch (o) {
    case OP_LT: case OP_LE: case OP_EQ: return a != b ? fabs(a - b) < near : size > 1e3;
    case OP_SIGN: return a != 0 && fabs(a) < near;
    case OP_FLOOR: case OP_CEIL: return fabs(a - round(a)) < near && a != round(a);
    case OP_ROUND: return fabs(fabs(a - trunc(a)) - 0.5) < near;
    case OP_AND: case OP_OR: return (a != 0 && fabs(a) < near) || (b != 0 && fabs(b) < near);
    case OP_NOT: return a != 0 && fabs(a) < near;
    default: return false;
    }
}

/* Where values grow or leave an operation's domain nothing is promised any more. */
static double size_of(op o, double a, double b, double value, double size)
{
    bool sharp = o == OP_DIV || o == OP_POW || o == OP_LOG || o == OP_SQRT || o == OP_TAN || o == OP_ATAN2 || o == OP_ASIN || o == OP_ACOS || o == OP_LOG1P;
    if (!isfinite(value) || fabs(value) > 1e4 || size > 1e4 || on_an_edge(o, a, b, size))
        return HUGE_VAL;
    if (sharp && (fabs(a) < 1e-3 || (o == OP_DIV && fabs(b) < 1e-3) || (o == OP_POW && (a <= 0 || fabs(b) > 4)) || (o == OP_LOG1P && a < -0.9) ||
                  ((o == OP_ASIN || o == OP_ACOS) && fabs(a) > 0.999)))
        return a == 0 && o == OP_DIV && fabs(b) > 1e-3 ? size : HUGE_VAL;
    return fmax(size, fabs(value));
}

static known_real next_real(const known_real *a, const known_real *b, const known_real *c)
{
    static const op often[] = {OP_ADD, OP_ADD, OP_SUB, OP_SUB, OP_MUL, OP_MUL, OP_MUL, OP_DIV, OP_DIV, OP_NEG, OP_POW, OP_LT, OP_LE, OP_EQ, OP_AND, OP_OR, OP_NOT};
    known_real k;
    int what = below(8);
    op o = what < 5 ? often[below(17)] : (op)below(OP_COUNT);
    if (what == 7) {
        k.e = expr_select(a->e, b->e, c->e);
        for (int i = 0; i < PLACES; i++) {
            const known_real *taken = a->at[i] != 0 ? b : c;
            k.at[i] = taken->at[i];
            k.size[i] = fabs(a->at[i]) < 1e-6 && a->at[i] != 0 ? HUGE_VAL : fmax(a->size[i], taken->size[i]);
        }
        return k;
    }
    bool two = op_table[o].arity == 2;
    k.e = two ? expr_op2(o, a->e, b->e) : expr_op1(o, a->e);
    for (int i = 0; i < PLACES; i++) {
        double y = two ? b->at[i] : 0;
        k.at[i] = eval_op(o, a->at[i], y);
        k.size[i] = size_of(o, a->at[i], y, k.at[i], two ? fmax(a->size[i], b->size[i]) : a->size[i]);
    }
    return k;
}

static bool check_real(evaluator *v, const known_real *k)
{
    bool any = false;
    expr *decided = expr_decide(k->e, extents), *again = expr_replace(k->e, read_of(0), read_of(0));
    cr_assert_eq(again, k->e, "%s", shown(k->e));
    for (int i = 0; i < PLACES; i++) {
        if (k->size[i] == HUGE_VAL)
            continue;
        any = true;
        go_to(v, i);
        double value = eval_now(v, k->e), after = eval_now(v, decided);
        cr_assert(fabs(value - k->at[i]) <= 1e-9 * fmax(1, k->size[i]), "%s is %.17g, not %.17g", shown(k->e), value, k->at[i]);
        cr_assert(fabs(after - k->at[i]) <= 1e-9 * fmax(1, k->size[i]), "%s decided: %s is %.17g, not %.17g", shown(k->e), shown(decided), after, k->at[i]);
    }
    return any;
}

Test(rules, reals_keep_their_values, .init = make_world)
{
    evaluator v = evaluator_here();
    int checked = 0;
    for (int round = 0; round < 3000; round++) {
        known_real pool[POOL];
        for (int i = 0; i < POOL; i++)
            pool[i] = leaf_real(&v);
        for (int step = 0; step < 30; step++) {
            known_real k = next_real(&pool[below(POOL)], &pool[below(POOL)], &pool[below(POOL)]);
            if (k.e->depth > 8 || !check_real(&v, &k))
                continue;
            checked++;
            pool[below(POOL)] = k;
        }
    }
    cr_expect_gt(checked, 30000, "only %d expressions", checked);
    eval_free(&v);
}

/* ---- operations ---- */

/* Arguments inside each operation's domain and off its kinks. */
static void arguments(op o, double *a, double *b)
{
    *a = 2 * unit() - 1.03;
    *b = 2 * unit() - 1.01;
    if (o == OP_LOG || o == OP_SQRT || o == OP_POW)
        *a = fabs(*a) + 0.1;
    if (o == OP_LOG1P || o == OP_ASIN || o == OP_ACOS)
        *a *= 0.9;
    if (o == OP_DIV)
        *b += *b < 0 ? -0.5 : 0.5;
}

Test(rules, operations_and_their_derivatives, .init = make_world)
{
    evaluator v = evaluator_here();
    for (int k = 0; k < OP_COUNT * 40; k++) {
        op o = (op)(k % OP_COUNT);
        bool two = op_table[o].arity == 2, flat = o >= OP_LT && o <= OP_NOT;
        double a, b, h = 1e-6;
        arguments(o, &a, &b);
        cr_expect_float_eq(op_eval(o, a, b), eval_op(o, a, b), 1e-14, "%s(%g, %g)", op_table[o].name, a, b);
        expr *z = two ? expr_op2(o, read_of(0), read_of(1)) : expr_op1(o, read_of(0));
        for (int which = 0; which < op_table[o].arity; which++) {
            expr *d = op_derivative(o, which, read_of(0), two ? read_of(1) : NULL, z);
            double difference = (eval_op(o, a + (which ? 0 : h), b + (which ? h : 0)) - eval_op(o, a - (which ? 0 : h), b - (which ? h : 0))) / (2 * h);
            if (flat || o == OP_SIGN || o == OP_FLOOR || o == OP_CEIL || o == OP_ROUND)
                difference = 0;
            *eval_values(&v, real[0]) = a;
            *eval_values(&v, real[1]) = b;
            double derived = d ? eval_now(&v, d) : 0;
            cr_expect_float_eq(derived, difference, 1e-7 * (1 + fabs(difference)), "%s(%g, %g), argument %d: %.9g, by differences %.9g", op_table[o].name, a, b, which, derived,
                               difference);
        }
    }
    eval_free(&v);
}

/* At kinks and ties, as docs/language.md states: abs'(0) = 0; where max and min tie the second argument has it all, and a number none. */
Test(rules, kinks, .init = make_world)
{
    evaluator v = evaluator_here();
    static const struct { op o; double a, b, da, db; } cases[] = {
        {OP_ABS, 0, 0, 0, 0}, {OP_MAX, 2, 2, 0, 1}, {OP_MIN, 2, 2, 0, 1}, {OP_MAX, 3, 2, 1, 0}, {OP_MIN, 3, 2, 0, 1}, {OP_POW, 0, 2, 0, 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        *eval_values(&v, real[0]) = cases[k].a;
        *eval_values(&v, real[1]) = cases[k].b;
        bool two = op_table[cases[k].o].arity == 2;
        expr *z = two ? expr_op2(cases[k].o, read_of(0), read_of(1)) : expr_op1(cases[k].o, read_of(0));
        for (int which = 0; which < op_table[cases[k].o].arity; which++) {
            expr *d = op_derivative(cases[k].o, which, read_of(0), two ? read_of(1) : NULL, z);
            cr_expect_eq(d ? eval_now(&v, d) : 0, which ? cases[k].db : cases[k].da, "%s at %g, %g, argument %d", op_table[cases[k].o].name, cases[k].a, cases[k].b, which);
        }
    }
    expr *relu = expr_op2(OP_MAX, read_of(0), expr_num(0));
    *eval_values(&v, real[0]) = 0;
    cr_expect_eq(eval_now(&v, op_derivative(OP_MAX, 0, read_of(0), expr_num(0), relu)), 0);
    eval_free(&v);
}

/* ---- walks ---- */

static void count(expr *e, void *context)
{
    (void)e;
    ++*(int *)context;
}

static void count_within(expr *e, void *context)
{
    int *counts = context;
    counts[0]++;
    expr_each(e, count, &counts[1]);
}

Test(rules, walks, .init = make_world)
{
    expr *x = read_of(0), *y = read_of(1), *s = expr_add(x, y), *twice = expr_mul(expr_op1(OP_EXP, s), expr_op1(OP_SIN, s));
    int once = 0, within[2] = {0}, certain = 0;
    expr_each(twice, count, &once);
    cr_expect_eq(once, 6, "shared nodes are visited once: %d", once);
    once = 0;
    expr_each(twice, count, &once);
    cr_expect_eq(once, 6, "and again in the next walk: %d", once);
    expr_each(twice, count_within, within);
    cr_expect_eq(within[0], 6, "a walk goes on after one within it: %d", within[0]);
    cr_expect_eq(within[1], 1 + 1 + 3 + 4 + 4 + 6, "%d", within[1]);
    expr_each_certain(expr_select(expr_op2(OP_LT, x, y), expr_op1(OP_EXP, x), y), count, &certain);
    cr_expect_eq(certain, 4, "the branches of a selection are not certain: %d", certain);
}

Test(rules, replacing, .init = make_world)
{
    tensor *other = graph_tensor(&world, TENSOR_INPUT, "m", 1, (int64_t[]){5}, 7, (span){0}), *w = graph_tensor(&world, TENSOR_INPUT, "w", 0, NULL, 0, (span){0});
    expr *i = int_index(0), *k = expr_read(classes_of, &i), *e = expr_mul(read_of(0), expr_real(int_add(int_scale(k, 2), i)));
    cr_expect_str_eq(shown(e), "(i0 + 2*k[i0]) * x");
    cr_expect_str_eq(shown(expr_replace_tensor(e, classes_of, other)), "x * (i0 + 2*m[i0])");
    cr_expect_str_eq(shown(expr_replace_tensor(e, real[0], w)), "(i0 + 2*k[i0]) * w");
    cr_expect_eq(expr_replace_tensor(e, other, classes_of), e);
    cr_expect_str_eq(shown(expr_replace(e, read_of(0), read_of(1))), "(i0 + 2*k[i0]) * y");
    cr_expect_eq(expr_only_read(e, real[0]), read_of(0));
    cr_expect_eq(expr_only_read(e, classes_of), k->args[0]);
    cr_expect_null(expr_only_read(e, real[1]), "it is not read");
    cr_expect_null(expr_only_read(expr_add(expr_real(k), expr_real(expr_read(classes_of, (expr *[]){int_const(1)}))), classes_of), "two elements are read");
    cr_expect(expr_reads(e, real[0]) && expr_reads(e, classes_of) && !expr_reads(e, real[1]));
    cr_expect(expr_contains(e, read_of(0)) && expr_contains(e, k->args[0]) && expr_contains(e, e) && !expr_contains(e, read_of(1)) && !expr_contains(read_of(0), e));
    expr_list parts = {0};
    expr *a = expr_op2(OP_LT, read_of(0), read_of(1)), *b = expr_ge0(i), *c = expr_eq0(k);
    expr_conjuncts(expr_and(expr_and(a, b), c), &parts);
    cr_assert_eq(parts.count, 3);
    cr_expect(parts.data[0] == a && parts.data[1] == b && parts.data[2] == c);
    expr_conjuncts(expr_op2(OP_OR, a, b), &parts);
    cr_expect_eq(parts.count, 4);
}

Test(rules, integers_overflow, .init = make_world)
{
    int64_t most = (int64_t)1 << 62;
    cr_expect_null(int_add(int_const(most), int_const(1)));
    cr_expect_null(int_scale(int_index(0), INT64_MAX));
    cr_expect_null(int_add(int_scale(int_index(0), most), int_index(0)));
    cr_expect_null(int_sub(int_scale(int_index(0), -most), int_index(0)));
    cr_expect_null(int_scale(int_scale(int_index(0), most), 4));
    cr_expect_not_null(int_scale(int_index(0), most));
    int64_t low, high;
    cr_expect_not(int_range(int_add(int_scale(int_index(0), most), int_scale(int_index(2), most)), extents, &low, &high));
}

/* ---- what each rule gives ---- */

#define X read_of(0)
#define Y read_of(1)
#define Z read_of(2)
#define N(value) expr_num(value)
#define I(p) int_index(p)
#define LESS(a, b) expr_op2(OP_LT, a, b)
#define SELECT(c, a, b) expr_select(c, a, b)

static void pin(expr *e, const char *expected)
{
    cr_expect_str_eq(shown(e), expected);
}

Test(rules, sums_and_products, .init = make_world)
{
    pin(expr_add(X, N(0)), "x");
    pin(expr_add(N(0), X), "x");
    pin(expr_add(N(2), N(3)), "5");
    pin(expr_add(X, X), "2 * x");
    pin(expr_add(X, expr_neg(Y)), "x - y");
    pin(expr_add(expr_neg(X), Y), "y - x");
    pin(expr_add(expr_sub(X, Y), Y), "x");
    pin(expr_add(Y, expr_sub(X, Y)), "x");
    pin(expr_add(expr_add(X, N(2)), N(3)), "x + 5");
    pin(expr_add(N(3), expr_add(X, N(2))), "x + 5");
    pin(expr_add(X, N(-2)), "x - 2");
    pin(expr_add(Y, X), "x + y");
    pin(expr_add(SELECT(LESS(X, Y), X, Y), SELECT(LESS(X, Y), Z, N(1))), "x < y ? x + z : y + 1");
    pin(expr_add(SELECT(LESS(X, Y), expr_neg(Z), N(0)), expr_mul(X, expr_div(Z, Y))), "z * (x / y - (x < y))");
    pin(expr_sub(X, N(0)), "x");
    pin(expr_sub(N(0), X), "-x");
    pin(expr_sub(X, X), "0");
    pin(expr_sub(X, expr_neg(Y)), "x + y");
    pin(expr_sub(expr_neg(X), Y), "-(x + y)");
    pin(expr_sub(X, N(2)), "x - 2");
    pin(expr_sub(expr_add(X, Y), X), "y");
    pin(expr_sub(expr_add(X, Y), Y), "x");
    pin(expr_sub(X, expr_sub(X, Y)), "y");
    pin(expr_sub(SELECT(LESS(X, Y), X, Y), SELECT(LESS(X, Y), Z, N(1))), "x < y ? x - z : y - 1");
    pin(expr_neg(expr_neg(X)), "x");
    pin(expr_neg(expr_sub(X, Y)), "y - x");
    pin(expr_neg(SELECT(LESS(X, Y), N(2), X)), "x < y ? -2 : -x");
    pin(expr_neg(expr_mul(N(2), X)), "-2 * x");
    pin(expr_neg(expr_div(N(2), X)), "-2 / x");
    pin(expr_mul(N(0), X), "0");
    pin(expr_mul(X, N(0)), "0");
    pin(expr_mul(N(1), X), "x");
    pin(expr_mul(N(-1), X), "-x");
    pin(expr_mul(N(2), expr_neg(X)), "-2 * x");
    pin(expr_mul(N(2), expr_mul(N(3), X)), "6 * x");
    pin(expr_mul(N(2), expr_div(N(3), X)), "6 / x");
    pin(expr_mul(N(2), SELECT(LESS(X, Y), N(3), X)), "x < y ? 6 : 2 * x");
    pin(expr_mul(LESS(X, Y), Z), "x < y ? z : 0");
    pin(expr_mul(Z, LESS(X, Y)), "x < y ? z : 0");
    pin(expr_mul(SELECT(LESS(X, Y), Z, N(0)), X), "x < y ? x * z : 0");
    pin(expr_mul(X, SELECT(LESS(X, Y), N(0), Z)), "x < y ? 0 : x * z");
    pin(expr_mul(expr_neg(X), Y), "-(x * y)");
    pin(expr_mul(X, expr_neg(Y)), "-(x * y)");
    pin(expr_mul(expr_mul(N(2), X), Y), "2 * (x * y)");
    pin(expr_mul(Y, expr_mul(N(2), X)), "2 * (x * y)");
    pin(expr_mul(expr_div(X, Y), Y), "x");
    pin(expr_mul(Y, expr_div(X, Y)), "x");
    pin(expr_mul(X, expr_div(N(1), Y)), "x / y");
    pin(expr_mul(expr_div(N(1), Y), X), "x / y");
    pin(expr_mul(expr_op1(OP_SQRT, X), expr_op1(OP_SQRT, X)), "x");
    pin(expr_mul(expr_sym(SYM_N), expr_sym(SYM_INV_N)), "1");
    pin(expr_mul(expr_sym(SYM_INV_N), expr_sym(SYM_N)), "1");
    pin(expr_mul(Y, X), "x * y");
    pin(expr_div(N(0), X), "0");
    pin(expr_div(X, N(4)), "0.25 * x");
    pin(expr_div(X, N(3)), "x / 3");
    pin(expr_div(X, expr_sym(SYM_N)), "x * (1/n)");
    pin(expr_div(X, expr_sym(SYM_INV_N)), "x * n");
    pin(expr_div(X, X), "1");
    pin(expr_div(expr_neg(X), Y), "-(x / y)");
    pin(expr_div(X, expr_neg(Y)), "-(x / y)");
    pin(expr_div(SELECT(LESS(X, Y), Z, N(0)), X), "x < y ? z / x : 0");
    pin(expr_div(expr_mul(X, Y), X), "y");
    pin(expr_div(expr_mul(X, Y), Y), "x");
    pin(expr_div(X, expr_div(N(1), Y)), "x * y");
    pin(expr_div(N(1), N(0)), "1 / 0");
    pin(expr_pow(X, N(0)), "1");
    pin(expr_pow(X, N(1)), "x");
    pin(expr_pow(X, N(2)), "x * x");
    pin(expr_pow(X, N(5)), "x * (x * x * (x * x))");
    pin(expr_pow(X, N(-2)), "1 / (x * x)");
    pin(expr_pow(X, N(9)), "x^9");
    pin(expr_pow(X, N(0.5)), "sqrt(x)");
    pin(expr_pow(X, N(-0.5)), "1 / sqrt(x)");
    pin(expr_pow(X, Y), "x^y");
    pin(expr_pow(N(2), N(3)), "8");
}

Test(rules, conditions_and_functions, .init = make_world)
{
    pin(expr_and(LESS(X, Y), N(1)), "x < y");
    pin(expr_and(N(0), LESS(X, Y)), "0");
    pin(expr_and(LESS(X, Y), LESS(X, Y)), "x < y");
    pin(expr_and(X, LESS(X, Y)), "!(x == 0) && x < y");
    pin(expr_op2(OP_OR, LESS(X, Y), N(1)), "1");
    pin(expr_op2(OP_OR, N(0), LESS(X, Y)), "x < y");
    pin(expr_op2(OP_OR, LESS(X, Y), LESS(Y, X)), "x < y || y < x");
    pin(expr_not(N(3)), "0");
    pin(expr_not(expr_not(LESS(X, Y))), "x < y");
    pin(expr_not(X), "x == 0");
    pin(expr_not(expr_ge0(I(0))), "0 > i0");
    pin(expr_ge0(int_const(-1)), "0");
    pin(expr_eq0(int_const(0)), "1");
    pin(expr_eq0(int_sub(I(1), I(0))), "i0 == i1");
    pin(expr_eq0(int_sub(I(0), I(1))), "i0 == i1");
    int64_t low, high; /* kept as 1 - i0 + (3*i0 + 3) / 4 */
    cr_expect(int_range(int_div(int_sub(int_const(7), I(0)), 4), extents, &low, &high) && low == 0 && high == 1);
    cr_expect(int_range(int_sub(int_const(3), int_div(int_sub(int_const(7), I(0)), 4)), extents, &low, &high) && low == 2 && high == 3);
    pin(SELECT(N(2), X, Y), "x");
    pin(SELECT(N(0), X, Y), "y");
    pin(SELECT(LESS(X, Y), X, X), "x");
    pin(SELECT(expr_not(LESS(X, Y)), X, Y), "x < y ? y : x");
    pin(SELECT(LESS(X, Y), SELECT(LESS(X, Y), X, Z), Y), "x < y ? x : y");
    pin(SELECT(LESS(X, Y), X, SELECT(LESS(X, Y), Z, Y)), "x < y ? x : y");
    pin(SELECT(LESS(X, Y), SELECT(LESS(Y, Z), X, N(0)), N(0)), "x < y && y < z ? x : 0");
    pin(SELECT(LESS(X, Y), N(1), N(0)), "x < y");
    pin(SELECT(LESS(X, Y), N(0), N(1)), "!(x < y)");
    pin(SELECT(X, Y, Z), "x == 0 ? z : y");
    pin(expr_op1(OP_EXP, expr_op1(OP_LOG, X)), "x");
    pin(expr_op1(OP_LOG, expr_op1(OP_EXP, X)), "x");
    pin(expr_op1(OP_LOG1P, expr_op1(OP_EXPM1, X)), "x");
    pin(expr_op1(OP_EXPM1, expr_op1(OP_LOG1P, X)), "x");
    pin(expr_op1(OP_EXP, expr_op1(OP_EXPM1, X)), "exp(expm1(x))");
    pin(expr_op1(OP_ABS, expr_op1(OP_ABS, X)), "abs(x)");
    pin(expr_op1(OP_SIGN, expr_op1(OP_SIGN, X)), "sign(x)");
    pin(expr_op1(OP_FLOOR, expr_op1(OP_FLOOR, X)), "floor(x)");
    pin(expr_op1(OP_ABS, expr_neg(X)), "abs(x)");
    pin(expr_op1(OP_EXP, N(0)), "1");
    pin(expr_op1(OP_LOG, N(0)), "log(0)");
    pin(expr_op2(OP_MAX, X, X), "x");
    pin(expr_op2(OP_MIN, X, X), "x");
    pin(expr_op2(OP_MAX, N(1), N(2)), "2");
    pin(expr_op2(OP_LT, expr_real(I(0)), N(3)), "2 >= i0");
    pin(expr_op2(OP_LE, expr_real(I(0)), expr_real(I(1))), "i1 >= i0");
    pin(expr_op2(OP_EQ, expr_real(I(0)), N(2)), "i0 == 2");
    pin(expr_op2(OP_LT, N(2), expr_real(I(0))), "i0 >= 3");
    pin(expr_op2(OP_LE, expr_real(I(0)), N(1e16)), "i0 <= 1e+16");
    pin(expr_op2(OP_LT, expr_real(I(0)), N(2.5)), "i0 < 2.5");
    pin(expr_detach(true, X), "detach(x)");
    pin(expr_detach(true, expr_detach(true, X)), "detach(x)");
    pin(expr_detach(true, N(2)), "2");
}

Test(rules, integers, .init = make_world)
{
    pin(expr_real(int_const(3)), "3");
    pin(expr_real(int_div(int_scale(I(0), 6), 3)), "2*i0");
    pin(expr_real(int_mod(int_add(int_scale(I(0), 6), I(1)), 3)), "i1 % 3");
    pin(expr_real(int_mod(int_mod(I(0), 6), 3)), "i0 % 3");
    pin(expr_real(int_div(int_div(I(0), 2), 3)), "i0 / 6");
    pin(expr_real(int_add(int_scale(int_div(I(0), 3), 3), int_mod(I(0), 3))), "i0");
    pin(expr_real(int_add(int_scale(int_div(I(0), 3), 6), int_scale(int_mod(I(0), 3), 2))), "2*i0");
    pin(expr_real(int_div(int_add(int_scale(I(0), 4), int_const(7)), 2)), "2*i0 + 3");
    pin(expr_real(int_tighten(int_div(I(1), 3), extents)), "0");
    pin(expr_real(int_tighten(int_mod(I(1), 3), extents)), "i1");
    pin(expr_real(int_tighten(int_mod(int_add(I(1), int_const(3)), 3), extents)), "i1");
    pin(expr_decide(SELECT(expr_ge0(int_sub(I(0), int_const(5))), X, Y), extents), "y");
    pin(expr_decide(SELECT(expr_ge0(int_sub(int_const(4), I(0))), X, Y), extents), "x");
    pin(expr_decide(SELECT(expr_eq0(int_sub(I(1), int_const(3))), X, Y), extents), "y");
    pin(expr_decide(SELECT(expr_eq0(int_sub(I(1), int_const(2))), X, Y), extents), "i1 == 2 ? x : y");
}
