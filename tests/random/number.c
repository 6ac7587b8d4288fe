/* number.c: the arithmetic of number.h. */
#include "number.h"

#include <math.h>
#include <string.h>

arithmetic arith;

static double inexact(double x)
{
    if (arith.scale == 0 || x == 0)
        return x;
    return x * (1 + arith.scale * ((double)(random_bits(&arith.state) >> 11) / 4503599627370496.0 - 1));
}

number number_of(double x)
{
    number a = {{x}};
    return a;
}

number number_rounded(double x)
{
    return number_of(x == (float)x ? x : inexact(x));
}

double number_shaken(double x)
{
    return arith.scale == 0 ? x : x + arith.scale * ((double)(random_bits(&arith.state) >> 11) / 4503599627370496.0 - 1);
}

void decide(double difference)
{
    arith.decisions = (arith.decisions ^ (difference > 0 ? 1u : difference < 0 ? 2u : 3u)) * 0x100000001b3u;
}

number number_low(number a, int size)
{
    number low = {{0}};
    memcpy(low.c, a.c, (size_t)(size / 2) * sizeof(double));
    return low;
}

number number_high(number a, int size)
{
    number high = {{0}};
    memcpy(high.c, a.c + size / 2, (size_t)(size / 2) * sizeof(double));
    return high;
}

number number_join(number low, number high, int size)
{
    memcpy(low.c + size / 2, high.c, (size_t)(size / 2) * sizeof(double));
    return low;
}

static number apply(operation op, number a, number b, int size);

static number unary(operation op, number a, int size)
{
    return apply(op, a, a, size);
}

static number constant(double x)
{
    return number_of(x);
}

/* df/da (which 0) and df/db (which 1) at numbers of this size. */
static number derivative(operation op, int which, number a, number b, int size)
{
    number one = constant(1), zero = constant(0), z;
    switch (op) {
    case O_ADD: return one;
    case O_SUB: return constant(which ? -1 : 1);
    case O_MUL: return which ? a : b;
    case O_DIV: return which ? unary(O_NEG, apply(O_DIV, a, apply(O_MUL, b, b, size), size), size) : apply(O_DIV, one, b, size);
    case O_NEG: return constant(-1);
    case O_POW:
        if (which) /* 0 where a <= 0, as the language says */
            return a.c[0] > 0 ? apply(O_MUL, apply(O_POW, a, b, size), unary(O_LOG, a, size), size) : zero;
        if (b.c[0] == 0)
            return zero;
        z = b; /* b - 1, exact where b is */
        z.c[0] -= 1;
        return apply(O_MUL, b, apply(O_POW, a, z, size), size);
    case O_EXP: return unary(O_EXP, a, size);
    case O_LOG: return apply(O_DIV, one, a, size);
    case O_LOG1P: return apply(O_DIV, one, apply(O_ADD, one, a, size), size);
    case O_EXPM1: return unary(O_EXP, a, size);
    case O_SQRT: return apply(O_DIV, constant(0.5), unary(O_SQRT, a, size), size);
    case O_ABS: return unary(O_SIGN, a, size);
    case O_SIN: return unary(O_COS, a, size);
    case O_COS: return unary(O_NEG, unary(O_SIN, a, size), size);
    case O_TAN:
        z = unary(O_COS, a, size);
        return apply(O_DIV, one, apply(O_MUL, z, z, size), size);
    case O_ASIN: case O_ACOS:
        z = apply(O_DIV, one, unary(O_SQRT, apply(O_SUB, one, apply(O_MUL, a, a, size), size), size), size);
        return op == O_ASIN ? z : unary(O_NEG, z, size);
    case O_ATAN: return apply(O_DIV, one, apply(O_ADD, one, apply(O_MUL, a, a, size), size), size);
    case O_ATAN2:
        z = apply(O_ADD, apply(O_MUL, a, a, size), apply(O_MUL, b, b, size), size);
        return which ? unary(O_NEG, apply(O_DIV, a, z, size), size) : apply(O_DIV, b, z, size);
    case O_SINH: return unary(O_COSH, a, size);
    case O_COSH: return unary(O_SINH, a, size);
    case O_TANH:
        z = unary(O_TANH, a, size);
        return apply(O_SUB, one, apply(O_MUL, z, z, size), size);
    case O_SIGMOID:
        z = unary(O_SIGMOID, a, size);
        return apply(O_MUL, z, apply(O_SUB, one, z, size), size);
    case O_SOFTPLUS: return unary(O_SIGMOID, a, size);
    case O_ERF: return apply(O_MUL, constant(2 / sqrt(acos(-1.0))), unary(O_EXP, unary(O_NEG, apply(O_MUL, a, a, size), size), size), size);
    case O_MAX: case O_MIN: case O_LT: case O_LE: case O_GT: case O_GE: case O_EQ: case O_NE: case O_AND: case O_OR: case O_NOT: case O_SIGN:
    case O_FLOOR: case O_CEIL: case O_ROUND: case OPERATION_COUNT:
        break;
    }
    return zero;
}

static void decide_step(double step, double beyond)
{
    decide(beyond);
    arith.decisions += (uint64_t)(int64_t)step;
}

static double evaluate(operation op, double a, double b)
{
    switch (op) {
    case O_ADD: return a + b;
    case O_SUB: return a - b;
    case O_MUL: return a * b;
    case O_DIV: return a / b;
    case O_NEG: return -a;
    case O_POW: return pow(a, b);
    case O_LT: decide(a - b); return a < b;
    case O_LE: decide(a - b); return a <= b;
    case O_GT: decide(a - b); return a > b;
    case O_GE: decide(a - b); return a >= b;
    case O_EQ: decide(a - b); return a == b;
    case O_NE: decide(a - b); return a != b;
    case O_AND: return a != 0 && b != 0;
    case O_OR: return a != 0 || b != 0;
    case O_NOT: return a == 0;
    case O_EXP: return exp(a);
    case O_LOG: return log(a);
    case O_LOG1P: return log1p(a);
    case O_EXPM1: return expm1(a);
    case O_SQRT: return sqrt(a);
    case O_ABS: decide(a); return fabs(a);
    case O_SIGN: decide(a); return a > 0 ? 1 : a < 0 ? -1 : 0;
    case O_FLOOR: decide_step(floor(a), a - floor(a)); return floor(a);
    case O_CEIL: decide_step(ceil(a), ceil(a) - a); return ceil(a);
    case O_ROUND: decide_step(round(a), fabs(a) - floor(fabs(a)) - 0.5); return round(a);
    case O_SIN: return sin(a);
    case O_COS: return cos(a);
    case O_TAN: return tan(a);
    case O_ASIN: return asin(a);
    case O_ACOS: return acos(a);
    case O_ATAN: return atan(a);
    case O_ATAN2: return atan2(a, b);
    case O_SINH: return sinh(a);
    case O_COSH: return cosh(a);
    case O_TANH: return tanh(a);
    case O_SIGMOID: return 1 / (1 + exp(-a));
    case O_SOFTPLUS: return log1p(exp(a));
    case O_ERF: return erf(a);
    case O_MAX: case O_MIN: case OPERATION_COUNT: break;
    }
    return NAN;
}

static bool exact(operation op)
{
    return op == O_NEG || op == O_ABS || op == O_SIGN || op == O_FLOOR || op == O_CEIL || op == O_ROUND || (op >= O_LT && op <= O_NOT);
}

/* An operation on numbers alone. */
static double once(operation op, double a, double b)
{
    double result = evaluate(op, a, b);
    arith.wild |= !(fabs(result) < 1e20);
    return exact(op) || (op <= O_MUL && result == (float)result) ? result : inexact(result); /* sums and products of short numbers are exact in any order */
}

/* What most operations are, written out: apply's rule for sums and products with one derivative. */
static number apply_short(operation op, const number *a, const number *b, int size)
{
    number result = {{once(op, a->c[0], b->c[0])}};
    if (size == 1 || (a->c[1] == 0 && b->c[1] == 0))
        return result;
    if (op == O_MUL)
        result.c[1] = once(O_ADD, once(O_MUL, b->c[0], a->c[1]), once(O_MUL, a->c[0], b->c[1]));
    else
        result.c[1] = once(op, a->c[1], b->c[1]);
    return result;
}

static number apply(operation op, number a, number b, int size)
{
    if (size == 1 ? op != O_MAX && op != O_MIN : size == 2 && op <= O_MUL)
        return apply_short(op, &a, &b, size);
    if (op == O_MAX || op == O_MIN) { /* where they tie, b is taken, with its derivatives */
        decide(a.c[0] - b.c[0]);
        return (op == O_MAX ? a.c[0] > b.c[0] : a.c[0] < b.c[0]) ? a : b;
    }
    number la = number_low(a, size), lb = number_low(b, size), high = constant(0);
    number low = apply(op, la, lb, size / 2);
    for (int which = 0; which < operation_table[op].arity; which++) {
        number h = number_high(which ? b : a, size);
        bool moves = false;
        for (int k = 0; k < size / 2; k++)
            moves |= h.c[k] != 0;
        if (moves) /* x^2 at 0 has a derivative where the formula's y * x^(y - 1) * … does not matter */
            high = apply(O_ADD, high, apply(O_MUL, derivative(op, which, la, lb, size / 2), h, size / 2), size / 2);
    }
    return number_join(low, high, size);
}

number number_apply(operation op, number a, number b, int size)
{
    return apply(op, a, b, size);
}
