/* test_forms.c: what each rule of simplification gives: a table pins the forms. And the walks over expressions. */
#include <criterion/criterion.h>

#include "graph/expr_node.h"
#include "small_world.h"

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
    cr_expect_str_eq(shown(e), "x * (i0 + 2*k[i0])");
    cr_expect_str_eq(shown(expr_replace_tensor(e, classes_of, other)), "x * (i0 + 2*m[i0])");
    cr_expect_str_eq(shown(expr_replace_tensor(e, real[0], w)), "(i0 + 2*k[i0]) * w");
    cr_expect_eq(expr_replace_tensor(e, other, classes_of), e);
    cr_expect_str_eq(shown(expr_replace(e, read_of(0), read_of(1))), "y * (i0 + 2*k[i0])");
    cr_expect_eq(expr_only_read(e, real[0]), read_of(0));
    cr_expect_eq(expr_only_read(e, classes_of), k->args[0]);
    cr_expect_null(expr_only_read(e, real[1]), "it is not read");
    cr_expect_null(expr_only_read(expr_add(expr_real(k), expr_real(expr_read(classes_of, (expr *[]){int_const(1)}))), classes_of), "two elements are read");
    cr_expect(expr_reads(e, real[0]) && expr_reads(e, classes_of) && !expr_reads(e, real[1]));
    cr_expect(expr_contains(e, read_of(0)) && expr_contains(e, k->args[0]) && expr_contains(e, e) && !expr_contains(e, read_of(1)) && !expr_contains(read_of(0), e));
    expr *value = expr_custom(false, e, 2, (expr *[]){read_of(0), read_of(1)}, (expr *[]){read_of(2), e}), *now = expr_replace_tensor(value, real[0], w);
    cr_assert(now->kind == X_CUSTOM && now->nargs == 5);
    cr_expect_str_eq(shown(now->args[0]), "(i0 + 2*k[i0]) * w");
    cr_expect(now->args[1] == expr_read(w, NULL) && now->args[2] == read_of(1) && now->args[3] == read_of(2) && now->args[4] == now->args[0]);
    expr *loose = expr_replace_tensor(expr_detach(true, e), real[0], w);
    cr_expect(loose->kind == X_CUSTOM && loose->nargs == 1 && loose->user && loose->args[0] == now->args[0]);
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
    pin(expr_add(SELECT(LESS(X, Y), X, Y), SELECT(LESS(Y, X), Z, N(1))), "(x < y ? x : y) + (y < x ? z : 1)");
    expr *chosen = SELECT(LESS(X, Y), expr_neg(Z), N(0)), *also = SELECT(LESS(X, Y), Z, N(0)), *or_one = SELECT(LESS(X, Y), expr_neg(Z), N(1)), *share = expr_mul(X, expr_div(Z, Y));
    pin(expr_add(SELECT(LESS(X, Y), expr_neg(Z), N(0)), expr_mul(expr_div(Z, Y), X)), "z * (x / y - (x < y))");
    pin(expr_add(expr_mul(X, expr_div(Z, Y)), SELECT(LESS(X, Y), expr_neg(Z), N(0))), "z * (x / y - (x < y))");
    pin(expr_add(chosen, expr_mul(X, expr_div(Y, Z))), "(x < y ? -z : 0) + x * (y / z)");
    pin(expr_add(or_one, share), "x * (z / y) + (x < y ? -z : 1)");
    pin(expr_add(also, share), "x * (z / y) + (x < y ? z : 0)");
    pin(expr_add(chosen, expr_sub(X, expr_div(Z, Y))), "(x < y ? -z : 0) + (x - z / y)");
    pin(expr_add(expr_sub(X, Y), N(3)), "x - y + 3");
    pin(expr_add(expr_add(X, Y), N(3)), "x + y + 3");
    pin(expr_add(expr_sub(X, Y), X), "x + (x - y)");
    pin(expr_add(N(1e308), N(1e308)), "1e+308 * 2");
    pin(expr_sub(X, N(0)), "x");
    pin(expr_sub(N(5), N(3)), "2");
    pin(expr_sub(N(5), X), "5 - x");
    pin(expr_sub(N(3), N(3)), "0");
    pin(expr_sub(expr_sub(X, Y), X), "x - y - x");
    pin(expr_sub(X, expr_sub(Y, X)), "x - (y - x)");
    pin(expr_sub(SELECT(LESS(X, Y), X, Y), SELECT(LESS(Y, X), Z, N(1))), "(x < y ? x : y) - (y < x ? z : 1)");
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
    pin(expr_neg(SELECT(LESS(X, Y), X, N(2))), "x < y ? -x : -2");
    pin(expr_neg(SELECT(LESS(X, Y), X, Z)), "-(x < y ? x : z)");
    pin(expr_neg(expr_add(X, Y)), "-(x + y)");
    pin(expr_neg(expr_mul(X, Y)), "-(x * y)");
    pin(expr_neg(expr_div(X, Y)), "-(x / y)");
    pin(expr_neg(N(2)), "-2");
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
    pin(expr_mul(N(2), SELECT(LESS(X, Y), X, N(3))), "x < y ? 2 * x : 6");
    pin(expr_mul(N(2), SELECT(LESS(X, Y), X, Z)), "2 * (x < y ? x : z)");
    pin(expr_mul(N(2), N(3)), "6");
    pin(expr_mul(N(2), expr_mul(X, Y)), "2 * (x * y)");
    pin(expr_mul(N(2), expr_div(X, Y)), "2 * (x / y)");
    pin(expr_mul(N(1e200), N(1e200)), "1e+200 * 1e+200");
    pin(expr_mul(N(1e200), expr_mul(N(1e200), X)), "1e+200 * (1e+200 * x)");
    pin(expr_mul(N(1e200), expr_div(N(1e200), X)), "1e+200 * (1e+200 / x)");
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
    pin(expr_mul(expr_op1(OP_EXP, X), expr_op1(OP_EXP, X)), "exp(x) * exp(x)");
    pin(expr_mul(expr_op1(OP_SQRT, X), expr_op1(OP_SQRT, Y)), "sqrt(x) * sqrt(y)");
    pin(expr_mul(SELECT(LESS(X, Y), X, Y), Z), "z * (x < y ? x : y)");
    pin(expr_mul(expr_div(X, Y), Z), "z * (x / y)");
    pin(expr_mul(Z, expr_div(X, Y)), "z * (x / y)");
    pin(expr_mul(expr_div(N(2), Y), Z), "z * (2 / y)");
    pin(expr_mul(Z, expr_div(N(2), Y)), "z * (2 / y)");
    pin(expr_mul(expr_sym(SYM_N), expr_sym(SYM_N)), "n * n");
    pin(expr_mul(expr_sym(SYM_INV_N), expr_sym(SYM_INV_N)), "(1/n) * (1/n)");
    pin(expr_mul(expr_sym(SYM_N), expr_sym(SYM_RATE)), "n * rate");
    pin(expr_mul(expr_sym(SYM_INV_N), expr_sym(SYM_RATE)), "(1/n) * rate");
    pin(expr_mul(expr_sym(SYM_N), expr_sym(SYM_INV_N)), "1");
    pin(expr_mul(expr_sym(SYM_INV_N), expr_sym(SYM_N)), "1");
    pin(expr_mul(Y, X), "x * y");
    pin(expr_div(N(0), X), "0");
    pin(expr_div(X, N(4)), "0.25 * x");
    pin(expr_div(X, N(3)), "x / 3");
    pin(expr_div(X, N(-4)), "-0.25 * x");
    pin(expr_div(X, N(6)), "x / 6");
    pin(expr_div(N(6), N(3)), "2");
    pin(expr_div(N(0), N(0)), "0 / 0");
    pin(expr_div(X, N(0)), "x / 0");
    cr_expect(expr_div(X, N(0x1p98))->op == OP_MUL && expr_div(X, N(0x1p99))->op == OP_DIV, "where the reciprocal is safely a number");
    cr_expect(expr_div(X, N(0x1p-100))->op == OP_MUL && expr_div(X, N(0x1p-101))->op == OP_DIV);
    pin(expr_div(X, expr_sym(SYM_RATE)), "x / rate");
    pin(expr_div(expr_mul(X, Y), Z), "x * y / z");
    pin(expr_div(expr_div(X, Y), X), "x / y / x");
    pin(expr_div(expr_add(X, Y), X), "(x + y) / x");
    pin(expr_div(X, expr_div(N(2), Y)), "x / (2 / y)");
    pin(expr_div(X, expr_mul(N(1), Y)), "x / y");
    pin(expr_div(SELECT(LESS(X, Y), N(0), Z), X), "x < y ? 0 : z / x");
    pin(expr_div(SELECT(LESS(X, Y), Y, Z), X), "(x < y ? y : z) / x");
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
    pin(expr_pow(X, N(3)), "x * (x * x)");
    pin(expr_pow(X, N(8)), "x * x * (x * x) * (x * x * (x * x))");
    pin(expr_pow(X, N(-8)), "1 / (x * x * (x * x) * (x * x * (x * x)))");
    pin(expr_pow(X, N(9)), "x^9");
    pin(expr_pow(X, N(2.5)), "x^2.5");
    pin(expr_pow(N(2), N(10)), "1024");
    pin(expr_pow(N(2), X), "2^x");
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
    pin(expr_and(LESS(X, Y), N(0)), "0");
    pin(expr_and(N(3), LESS(X, Y)), "x < y");
    pin(expr_and(LESS(X, Y), X), "x < y && !(x == 0)");
    pin(expr_and(LESS(X, Y), LESS(Y, X)), "x < y && y < x");
    pin(expr_op2(OP_OR, LESS(X, Y), N(0)), "x < y");
    pin(expr_op2(OP_OR, N(2), LESS(X, Y)), "1");
    pin(expr_op2(OP_OR, LESS(X, Y), LESS(X, Y)), "x < y");
    pin(expr_op2(OP_OR, LESS(X, Y), N(1)), "1");
    pin(expr_op2(OP_OR, N(0), LESS(X, Y)), "x < y");
    pin(expr_op2(OP_OR, LESS(X, Y), LESS(Y, X)), "x < y || y < x");
    pin(expr_not(N(3)), "0");
    pin(expr_not(N(0)), "1");
    pin(expr_not(expr_not(LESS(X, Y))), "x < y");
    pin(expr_not(expr_not(X)), "!(x == 0)");
    pin(expr_not(expr_eq0(I(0))), "!(i0 == 0)");
    pin(expr_not(expr_op2(OP_LE, X, Y)), "!(x <= y)");
    pin(expr_not(expr_op2(OP_EQ, X, Y)), "!(x == y)");
    pin(expr_not(expr_and(LESS(X, Y), LESS(Y, Z))), "!(x < y && y < z)");
    pin(expr_not(expr_op2(OP_OR, LESS(X, Y), LESS(Y, Z))), "!(x < y || y < z)");
    pin(expr_not(X), "x == 0");
    pin(expr_not(expr_ge0(I(0))), "0 > i0");
    cr_expect_eq(expr_not(expr_ge0(int_add(I(0), int_const((int64_t)1 << 62))))->op, OP_NOT, "there is no opposite");
    pin(expr_ge0(int_const(-1)), "0");
    pin(expr_ge0(int_const(0)), "1");
    pin(expr_eq0(int_const(0)), "1");
    pin(expr_eq0(int_const(1)), "0");
    pin(expr_eq0(int_add(I(0), int_const(-2))), "i0 == 2");
    pin(expr_eq0(int_sub(int_const(2), I(0))), "i0 == 2");
    pin(expr_eq0(int_scale(I(0), -3)), "3*i0 == 0");
    pin(expr_eq0(int_sub(I(1), I(0))), "i0 == i1");
    pin(expr_eq0(int_sub(I(0), I(1))), "i0 == i1");
    pin(SELECT(N(2), X, Y), "x");
    pin(SELECT(N(0), X, Y), "y");
    pin(SELECT(LESS(X, Y), X, X), "x");
    pin(SELECT(expr_not(LESS(X, Y)), X, Y), "x < y ? y : x");
    pin(SELECT(LESS(X, Y), SELECT(LESS(X, Y), X, Z), Y), "x < y ? x : y");
    pin(SELECT(LESS(X, Y), X, SELECT(LESS(X, Y), Z, Y)), "x < y ? x : y");
    pin(SELECT(LESS(X, Y), SELECT(LESS(Y, Z), X, N(0)), N(0)), "x < y && y < z ? x : 0");
    pin(SELECT(LESS(X, Y), SELECT(LESS(Y, Z), X, N(2)), N(2)), "x < y && y < z ? x : 2");
    pin(SELECT(LESS(X, Y), SELECT(LESS(Y, Z), X, N(2)), N(0)), "x < y ? (y < z ? x : 2) : 0");
    pin(SELECT(LESS(X, Y), SELECT(LESS(Y, Z), X, Z), Z), "x < y ? (y < z ? x : z) : z");
    pin(SELECT(LESS(X, Y), SELECT(LESS(Y, Z), N(0), X), N(0)), "x < y ? (y < z ? 0 : x) : 0");
    pin(SELECT(LESS(X, Y), X, SELECT(LESS(Y, Z), Z, Y)), "x < y ? x : y < z ? z : y");
    pin(SELECT(LESS(X, Y), N(0), X), "x < y ? 0 : x");
    pin(SELECT(LESS(X, Y), X, N(1)), "x < y ? x : 1");
    pin(SELECT(LESS(X, Y), N(1), X), "x < y ? 1 : x");
    pin(SELECT(LESS(X, Y), X, N(0)), "x < y ? x : 0");
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
    pin(expr_op1(OP_EXP, expr_neg(X)), "exp(-x)");
    pin(expr_op1(OP_ABS, expr_op1(OP_EXP, X)), "abs(exp(x))");
    pin(expr_op1(OP_NEG, X), "-x");
    pin(expr_op1(OP_NOT, X), "x == 0");
    pin(expr_op1(OP_SQRT, N(4)), "2");
    pin(expr_op1(OP_EXP, N(0)), "1");
    pin(expr_op1(OP_LOG, N(0)), "log(0)");
    pin(expr_op2(OP_MAX, X, X), "x");
    pin(expr_op2(OP_MIN, X, X), "x");
    pin(expr_op2(OP_MAX, X, Y), "max(x, y)");
    pin(expr_op2(OP_ATAN2, X, X), "atan2(x, x)");
    pin(expr_op2(OP_ADD, X, N(0)), "x");
    pin(expr_op2(OP_SUB, X, X), "0");
    pin(expr_op2(OP_MUL, N(2), X), "2 * x");
    pin(expr_op2(OP_DIV, X, N(2)), "0.5 * x");
    pin(expr_op2(OP_POW, X, N(2)), "x * x");
    pin(LESS(N(1), N(2)), "1");
    pin(expr_op2(OP_LE, N(3), N(2)), "0");
    pin(expr_op2(OP_EQ, N(3), N(2)), "0");
    pin(expr_op2(OP_MAX, N(1), N(2)), "2");
    pin(expr_op2(OP_LT, expr_real(I(0)), N(3)), "2 >= i0");
    pin(expr_op2(OP_LE, expr_real(I(0)), expr_real(I(1))), "i1 >= i0");
    pin(expr_op2(OP_EQ, expr_real(I(0)), N(2)), "i0 == 2");
    pin(expr_op2(OP_LT, N(2), expr_real(I(0))), "i0 >= 3");
    pin(expr_op2(OP_LE, expr_real(I(0)), N(1e16)), "i0 <= 1e+16");
    pin(expr_op2(OP_LE, expr_real(I(0)), N(1e15)), "i0 <= 1e+15");
    pin(expr_op2(OP_LE, N(-1e15), expr_real(I(0))), "-1e+15 <= i0");
    pin(expr_op2(OP_LE, expr_real(I(0)), N(1e15 - 1)), "999999999999999 >= i0");
    pin(expr_op2(OP_LE, N(1 - 1e15), expr_real(I(0))), "i0 + 999999999999999 >= 0");
    pin(expr_op2(OP_LT, expr_real(I(0)), N(2.5)), "i0 < 2.5");
    cr_expect_eq(expr_op2(OP_LT, expr_real(int_add(I(0), int_const((int64_t)1 << 62))), expr_real(int_sub(I(1), int_const((int64_t)1 << 62))))->op, OP_LT, "there is no difference");
    pin(expr_op2(OP_LT, N(2.5), expr_real(I(0))), "2.5 < i0");
    pin(expr_op2(OP_LT, X, expr_real(I(0))), "x < i0");
    pin(expr_op2(OP_LT, expr_real(I(0)), X), "i0 < x");
    pin(expr_op2(OP_LT, X, N(2)), "x < 2");
    pin(expr_op2(OP_LT, N(2), X), "2 < x");
    pin(expr_detach(true, X), "detach(x)");
    pin(expr_detach(true, expr_detach(true, X)), "detach(x)");
    pin(expr_detach(true, N(2)), "2");
    pin(expr_detach(true, expr_sym(SYM_N)), "n");
    pin(expr_detach(true, expr_real(I(0))), "i0");
    pin(expr_detach(true, expr_op1(OP_EXP, X)), "detach(exp(x))");
    expr *custom = expr_custom(false, X, 1, (expr *[]){Y}, (expr *[]){Z});
    cr_expect(custom->nargs == 3 && custom->args[0] == X && custom->args[1] == Y && custom->args[2] == Z);
    cr_expect(expr_detach(true, custom)->nargs == 1 && expr_detach(true, custom)->args[0] == custom, "its own derivative is detached too");
    cr_expect_eq(expr_detach(true, I(0)), I(0));
}

/* Of one argument: which undo each other, and which done twice are done once. */
Test(rules, operations_in_a_row, .init = make_world)
{
    for (op o = 0; o < OP_COUNT; o++)
        for (op i = 0; i < OP_COUNT; i++) {
            if (op_table[o].arity == 2 || op_table[i].arity == 2)
                continue;
            expr *inner = expr_op1(i, X), *both = expr_op1(o, inner);
            bool undone = (o == OP_EXP && i == OP_LOG) || (o == OP_LOG && i == OP_EXP) || (o == OP_EXPM1 && i == OP_LOG1P) || (o == OP_LOG1P && i == OP_EXPM1) ||
                          (o == OP_NEG && i == OP_NEG);
            bool again = o == i && (o == OP_ABS || o == OP_SIGN || o == OP_FLOOR || o == OP_CEIL || o == OP_ROUND);
            bool other = o == OP_NOT || (o == OP_ABS && i == OP_NEG); /* pinned elsewhere */
            expr *plain = expr_intern(&(expr){.kind = X_OP, .op = o, .nargs = 1, .args = &inner});
            cr_expect(other || both == (undone ? X : again ? inner : plain), "%s of %s: %s", op_table[o].name, op_table[i].name, shown(both));
        }
}

#define C(value) int_const(value)

static void pin_int(expr *e, const char *expected)
{
    cr_expect_str_eq(shown(expr_real(e)), expected);
}

Test(rules, integers, .init = make_world)
{
    expr *i = I(0), *j = I(1), *half = int_div(i, 2), *odd = int_mod(i, 2), *third = int_div(i, 3), *rest = int_mod(i, 3), *other = int_mod(j, 3), *sixth = int_mod(i, 6);
    pin_int(C(3), "3");
    pin_int(int_add(j, i), "i0 + i1");
    pin_int(int_add(int_add(i, I(2)), j), "i0 + i1 + i2");
    pin_int(int_add(int_scale(i, 2), int_scale(i, 3)), "5*i0");
    pin_int(int_sub(i, int_scale(i, 1)), "0");
    pin_int(int_sub(int_add(i, j), i), "i1");
    pin_int(int_sub(int_add(i, j), j), "i0");
    pin_int(int_scale(int_add(i, C(2)), 0), "0");
    pin_int(int_div(i, 1), "i0");
    pin_int(int_mod(i, 1), "0");
    pin_int(int_div(C(-1), 3), "-1");
    pin_int(int_mod(C(-1), 3), "2");
    pin_int(int_div(int_scale(i, 6), 3), "2*i0");
    pin_int(int_mod(int_add(int_scale(i, 6), j), 3), "i1 % 3");
    pin_int(int_div(int_add(int_scale(i, 4), C(7)), 2), "2*i0 + 3");
    pin_int(int_div(int_sub(C(7), i), 4), "(3*i0 + 3) / 4 + 1 - i0");
    pin_int(int_mod(int_sub(C(7), i), 4), "(3*i0 + 3) % 4");
    /* quotients of quotients, remainders of remainders */
    pin_int(int_div(half, 3), "i0 / 6");
    pin_int(int_div(int_add(half, C(6)), 3), "i0 / 6 + 2");
    pin_int(int_div(int_scale(half, 2), 3), "(2*(i0 / 2)) / 3");
    pin_int(int_div(int_add(half, C(1)), 3), "(i0 / 2 + 1) / 3");
    pin_int(int_div(odd, 3), "(i0 % 2) / 3");
    pin_int(int_div(int_add(half, odd), 3), "(i0 / 2 + i0 % 2) / 3");
    pin_int(int_mod(sixth, 3), "i0 % 3");
    pin_int(int_mod(int_add(sixth, C(3)), 3), "i0 % 3");
    pin_int(int_mod(int_scale(sixth, 2), 3), "(2*(i0 % 6)) % 3");
    pin_int(int_mod(int_add(sixth, C(1)), 3), "(i0 % 6 + 1) % 3");
    pin_int(int_mod(int_div(i, 6), 3), "(i0 / 6) % 3");
    pin_int(int_mod(int_mod(i, 4), 3), "(i0 % 4) % 3");
    pin_int(int_mod(int_mod(i, 3), 6), "(i0 % 3) % 6");
    pin_int(int_mod(int_add(j, sixth), 3), "(i1 + i0 % 6) % 3");
    /* digits of one number are the number */
    pin_int(int_add(int_scale(third, 3), rest), "i0");
    pin_int(int_add(rest, int_scale(third, 3)), "i0");
    pin_int(int_add(int_scale(third, 6), int_scale(rest, 2)), "2*i0");
    pin_int(int_add(int_scale(third, -3), int_scale(rest, -1)), "-i0");
    pin_int(int_add(int_add(j, int_scale(third, 3)), rest), "i0 + i1");
    pin_int(int_add(int_add(int_scale(third, 3), C(2)), rest), "i0 + 2");
    pin_int(int_add(int_scale(third, 3), odd), "i0 % 2 + 3*(i0 / 3)");
    pin_int(int_add(int_scale(third, 3), other), "3*(i0 / 3) + i1 % 3");
    pin_int(int_add(int_scale(third, 7), int_scale(rest, 2)), "7*(i0 / 3) + 2*(i0 % 3)");
    pin_int(int_add(int_scale(third, 3), int_scale(rest, 2)), "3*(i0 / 3) + 2*(i0 % 3)");
    pin_int(int_add(third, rest), "i0 / 3 + i0 % 3");
}

Test(rules, integers_that_the_extents_decide, .init = make_world)
{
    expr *i = I(0), *j = I(1), *k = expr_read(classes_of, &i);
    pin_int(int_tighten(int_div(j, 3), extents), "0");
    pin_int(int_tighten(int_mod(j, 3), extents), "i1");
    pin_int(int_tighten(int_mod(int_add(j, C(3)), 3), extents), "i1");
    pin_int(int_tighten(int_div(int_add(i, C(3)), 8), extents), "0");
    pin_int(int_tighten(int_div(int_add(i, C(4)), 8), extents), "(i0 + 4) / 8");
    pin_int(int_tighten(int_mod(int_add(i, C(3)), 8), extents), "i0 + 3");
    pin_int(int_tighten(int_mod(int_add(i, C(4)), 8), extents), "(i0 + 4) % 8");
    pin_int(int_tighten(int_div(int_add(j, C(6)), 3), extents), "2");
    pin_int(int_tighten(int_div(int_sub(j, C(3)), 3), extents), "-1");
    pin_int(int_tighten(int_mod(int_sub(j, C(3)), 3), extents), "i1");
    pin_int(int_tighten(int_div(int_add(int_div(j, 3), i), 2), extents), "i0 / 2");
    pin_int(int_tighten(int_mod(int_add(int_div(j, 3), i), 2), extents), "i0 % 2");
    pin_int(int_tighten(int_add(int_scale(int_div(j, 3), 5), int_scale(int_mod(j, 3), 2)), extents), "2*i1");
    pin_int(int_tighten(int_add(i, C(3)), extents), "i0 + 3");
    pin_int(int_tighten(int_div(k, 7), extents), "0");
    pin_int(int_tighten(int_div(k, 6), extents), "k[i0] / 6");
    pin(expr_decide(SELECT(expr_ge0(int_sub(i, C(5))), X, Y), extents), "y");
    pin(expr_decide(SELECT(expr_ge0(int_sub(i, C(4))), X, Y), extents), "i0 >= 4 ? x : y");
    pin(expr_decide(SELECT(expr_ge0(int_sub(C(4), i)), X, Y), extents), "x");
    pin(expr_decide(SELECT(expr_ge0(int_sub(C(3), i)), X, Y), extents), "3 >= i0 ? x : y");
    pin(expr_decide(SELECT(expr_eq0(int_sub(j, C(3))), X, Y), extents), "y");
    pin(expr_decide(SELECT(expr_eq0(int_add(j, C(1))), X, Y), extents), "y");
    pin(expr_decide(SELECT(expr_eq0(int_sub(j, C(2))), X, Y), extents), "i1 == 2 ? x : y");
    pin(expr_decide(SELECT(expr_eq0(j), X, Y), extents), "i1 == 0 ? x : y");
    pin(expr_decide(SELECT(expr_eq0(I(3)), X, Y), extents), "x");
    pin(expr_decide(expr_mul(X, expr_real(int_add(I(3), C(2)))), extents), "2 * x");
    pin(expr_decide(expr_mul(X, expr_real(j)), extents), "x * i1");
    pin(expr_decide(expr_op1(OP_EXP, expr_real(I(3))), extents), "1");
}

Test(rules, ranges, .init = make_world)
{
    expr *i = I(0), *j = I(1), *l = I(2), *third = int_div(l, 3), *down = int_div(int_sub(C(7), i), 4); /* kept as 1 - i0 + (3*i0 + 3) / 4 */
    int64_t most = (int64_t)1 << 62, low, high;
    const struct { expr *e; int64_t low, high; } cases[] = {
        {i, 0, 4}, {I(3), 0, 0}, {int_scale(i, -2), -8, 0}, {int_add(int_scale(i, -2), j), -8, 2}, {int_add(int_scale(i, 2), C(-3)), -3, 5},
        {expr_read(classes_of, &i), 0, 6}, {third, 0, 2}, {int_mod(l, 3), 0, 2}, {int_mod(i, 8), 0, 4}, {int_mod(int_add(i, C(3)), 8), 3, 7},
        {int_mod(int_add(i, C(4)), 8), 0, 7}, {int_mod(int_add(j, int_scale(i, 2)), 3), 0, 2}, {int_mod(int_add(j, C(1)), 8), 1, 3}, {down, 0, 1},
        {int_sub(C(3), down), 2, 3}, {int_sub(third, l), -5, 0}, {int_sub(l, third), 0, 5}, {int_sub(l, int_scale(third, 2)), -4, 7},
        {int_add(third, int_div(i, 2)), 0, 4}, {int_add(third, C(4)), 4, 6}, {int_sub(int_add(l, i), int_div(int_add(l, i), 3)), 0, 8},
        {int_scale(third, 2), 0, 4}, {int_scale(int_mod(int_add(j, C(1)), 8), 2), 2, 6}, {int_div(int_sub(i, C(5)), 3), -2, -1}, {int_mod(int_sub(j, C(3)), 8), 5, 7}, {C(-4), -4, -4},
    };
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        cr_expect(int_range(cases[n].e, extents, &low, &high));
        cr_expect(low == cases[n].low && high == cases[n].high, "%s: %lld … %lld, not %lld … %lld", shown(expr_real(cases[n].e)), (long long)low, (long long)high,
                  (long long)cases[n].low, (long long)cases[n].high);
    }
    int64_t batch[MAX_INDEX] = {EXTENT_BATCH, 3};
    cr_expect(int_range(int_add(i, j), batch, &low, &high) && low == 0 && high == (int64_t)INT32_MAX + 1);
    cr_expect_not(int_range(int_add(int_scale(i, most), int_scale(l, most)), extents, &low, &high));
    cr_expect_not(int_range(int_scale(i, most), extents, &low, &high));
    cr_expect_not(int_range(int_div(int_add(int_scale(l, most - 1), i), 2), extents, &low, &high));
    cr_expect_not(int_range(int_div(int_add(int_scale(l, most - 1), i), most), extents, &low, &high), "what is divided overflows");
    cr_expect(int_range(int_mod(int_add(int_scale(l, most - 1), i), 5), extents, &low, &high) && low == 0 && high == 4, "a remainder is small whatever it is of");
}

Test(rules, what_integers_are, .init = make_world)
{
    int64_t value = 7;
    int position = 7;
    expr *i = I(1), *k = expr_read(classes_of, &i), *two = int_scale(i, 2), *next = int_add(i, C(1)), *both = int_add(I(0), i), *half = int_div(i, 2);
    cr_expect(int_is_const(C(3), &value) && value == 3 && int_is_const(C(3), NULL) && !int_is_const(i, &value) && !int_is_const(X, &value));
    cr_expect(int_is_index(i, &position) && position == 1 && int_is_index(i, NULL));
    expr *others[] = {two, next, both, half, k, C(0), C(1), X, i->args[0]};
    for (size_t n = 0; n < sizeof others / sizeof *others; n++)
        cr_expect_not(int_is_index(others[n], &position), "%zu", n);
    cr_expect(int_coefficient(two, 1) == 2 && int_coefficient(both, 0) == 1 && int_coefficient(both, 1) == 1 && int_coefficient(both, 2) == 0);
    cr_expect(int_coefficient(half, 1) == 0 && int_coefficient(half, 0) == 0 && int_coefficient(k, 0) == 0 && int_coefficient(int_scale(half, 3), 0) == 0);
    cr_expect(!int_div(NULL, 2) && !int_mod(NULL, 2) && !int_add(NULL, i) && !int_add(i, NULL) && !int_scale(NULL, 2));
}
