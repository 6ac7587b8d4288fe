/* test_rules.c: the rules of simplification and of derivation within one expression. Random expressions are built by the constructors,
 * which simplify, and in plain arithmetic at the same time; the results must have the same values. test_forms.c pins what each rule gives. */
#include <criterion/criterion.h>

#include "small_world.h"

enum { PLACES = 6 };

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
            const known_int *a = &pool[below(POOL)], *b = &pool[below(POOL)];
            known_int k = next_int(a, b);
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
    bool rounded;                    /* not exact: another way may give a neighbour */
} known_real;

static known_real leaf_real(evaluator *v)
{
    static const double numbers[] = {0, 0, 1, 1, -1, 2, 0.5, -3, 4, 0.1};
    static const symbol symbols[] = {SYM_N, SYM_INV_N, SYM_RATE};
    known_real k;
    int what = below(10), n = below(10), r = below(3);
    known_int whole = leaf_int(v);
    k.rounded = false;
    k.e = what < 5 ? read_of(r) : what < 7 ? expr_num(numbers[n]) : what < 8 ? expr_sym(symbols[r]) : what < 9 ? expr_real(whole.e) : expr_ge0(whole.e);
    for (int i = 0; i < PLACES; i++) {
        go_to(v, i);
        k.at[i] = what < 5 ? *eval_values(v, real[r]) : what < 7 ? numbers[n] : what < 8 ? v->symbol[symbols[r]] : what < 9 ? (double)whole.at[i] : whole.at[i] >= 0;
        k.size[i] = fabs(k.at[i]);
    }
    return k;
}

/* Does rounding decide what the operation gives? */
static bool near_zero(double a, double near, bool rounded)
{
    return (rounded || a != 0) && fabs(a) < near;
}

static bool on_an_edge(op o, double a, double b, double size, bool rounded)
{
    double near = 1e-9 * fmax(1, size);
    switch (o) {
    case OP_LT: case OP_LE: case OP_EQ: return near_zero(a - b, near, rounded || size > 1e3);
    case OP_SIGN: case OP_NOT: return near_zero(a, near, rounded);
    case OP_FLOOR: case OP_CEIL: return near_zero(a - round(a), near, rounded);
    case OP_ROUND: return fabs(fabs(a - trunc(a)) - 0.5) < near;
    case OP_AND: case OP_OR: return near_zero(a, near, rounded) || near_zero(b, near, rounded);
    default: return false;
    }
}

/* Is the result as exact as the arguments, or more? */
static bool is_exact(op o)
{
    return o == OP_ADD || o == OP_SUB || o == OP_MUL || o == OP_NEG || o == OP_MAX || o == OP_MIN || o == OP_ABS;
}

static bool is_whole(op o)
{
    return (o >= OP_LT && o <= OP_NOT) || o == OP_SIGN || o == OP_FLOOR || o == OP_CEIL || o == OP_ROUND;
}

/* Where values grow or leave an operation's domain nothing is promised any more. */
static double size_of(op o, double a, double b, double value, double size, bool rounded)
{
    bool sharp = o == OP_DIV || o == OP_POW || o == OP_LOG || o == OP_SQRT || o == OP_TAN || o == OP_ATAN2 || o == OP_ASIN || o == OP_ACOS || o == OP_LOG1P;
    if (!isfinite(value) || fabs(value) > 1e4 || size > 1e4 || on_an_edge(o, a, b, size, rounded))
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
            k.size[i] = near_zero(a->at[i], 1e-6, a->rounded) ? HUGE_VAL : fmax(a->size[i], taken->size[i]);
        }
        k.rounded = b->rounded || c->rounded;
        return k;
    }
    bool two = op_table[o].arity == 2, rounded = a->rounded || (two && b->rounded);
    k.e = two ? expr_op2(o, a->e, b->e) : expr_op1(o, a->e);
    k.rounded = !is_whole(o) && (rounded || !is_exact(o));
    for (int i = 0; i < PLACES; i++) {
        double y = two ? b->at[i] : 0;
        k.at[i] = eval_op(o, a->at[i], y);
        k.size[i] = size_of(o, a->at[i], y, k.at[i], two ? fmax(a->size[i], b->size[i]) : a->size[i], rounded);
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
            const known_real *a = &pool[below(POOL)], *b = &pool[below(POOL)], *c = &pool[below(POOL)];
            known_real k = next_real(a, b, c);
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

/* What is 0 or 1, of arguments that are 0 or not. */
Test(rules, truth_tables)
{
    static const double values[] = {0, 1, -2, 0.5};
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            for (op o = OP_MAX; o <= OP_NOT; o++)
                cr_expect_eq(op_eval(o, values[i], values[j]), eval_op(o, values[i], values[j]), "%s of %g, %g", op_table[o].name, values[i], values[j]);
    cr_expect(op_eval(OP_SIGN, 0, 0) == 0 && op_eval(OP_SIGN, 3, 0) == 1 && op_eval(OP_SIGN, -3, 0) == -1);
    cr_expect(op_eval(OP_SIGMOID, 800, 0) == 1 && op_eval(OP_SIGMOID, -800, 0) == 0 && op_eval(OP_SIGMOID, 0, 0) == 0.5 && op_eval(OP_SOFTPLUS, 800, 0) == 800);
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
