/* expr.c: constructors of real expressions, each with the simplifications that are local to its operation.
 *
 * Only identities of real arithmetic that also hold in floating point up to rounding are used, and x*0 = 0. Constants are
 * folded where the result is finite; otherwise the operation stays, and the running code gives what C gives. */
#include <math.h>

#include "expr_node.h"
#include "graph.h"

const op_info op_table[OP_COUNT] = {
#define OP(id, name, arity, cost, cf, cd, cp, eval, da, db) [OP_##id] = {name, arity, cost, cf, cd, cp},
#include "ops.def"
#undef OP
};

double op_eval(op o, double a, double b)
{
    (void)b;
    switch (o) {
#define OP(id, name, arity, cost, cf, cd, cp, eval, da, db) case OP_##id: return eval;
#include "ops.def"
#undef OP
    case OP_COUNT: break;
    }
    bug("operation %d", (int)o);
}

/* a^2 + b^2 */
static expr *squares(expr *a, expr *b)
{
    expr *second = expr_mul(b, b);
    return expr_add(expr_mul(a, a), second);
}

expr *op_derivative(op o, int which, expr *a, expr *b, expr *z)
{
#define ONE expr_num(1)
#define ZERO expr_num(0)
#define NONE NULL
    (void)a, (void)b, (void)z;
    switch (o) {
#define OP(id, name, arity, cost, cf, cd, cp, eval, da, db) case OP_##id: return which ? (db) : (da);
#include "ops.def"
#undef OP
    case OP_COUNT: break;
    }
#undef ONE
#undef ZERO
#undef NONE
    bug("operation %d", (int)o);
}

/* ---- leaves ---- */

expr *expr_num(double value)
{
    return expr_intern(&(expr){.kind = X_NUM, .num = value == 0 ? 0 : value}); /* no negative zero */
}

expr *expr_sym(symbol s)
{
    return expr_intern(&(expr){.kind = X_SYM, .sym = s});
}

expr *expr_real(expr *i)
{
    int64_t value;
    if (int_is_const(i, &value))
        return expr_num((double)value);
    return expr_intern(&(expr){.kind = X_REAL, .nargs = 1, .args = &i});
}

expr *expr_read(tensor *t, expr *const *subs)
{
    for (int i = 0; i < t->rank; i++)
        if (subs[i]->kind != X_AFF)
            bug("subscript %d of %s is no INT", i, t->label);
    expr *e = expr_intern(&(expr){.kind = X_READ, .tensor = t, .nargs = t->rank, .args = (expr **)(uintptr_t)subs});
    if (t->classes)
        return expr_intern(&(expr){.kind = X_AFF, .nargs = 1, .args = &e, .coef = &(int64_t){1}});
    return e;
}

/* ---- questions ---- */

bool expr_is_num(const expr *e, double value)
{
    return e->kind == X_NUM && e->num == value;
}

bool expr_is_boolean(const expr *e)
{
    if (e->kind == X_GE0 || e->kind == X_EQ0)
        return true;
    return e->kind == X_OP && (e->op == OP_LT || e->op == OP_LE || e->op == OP_EQ || e->op == OP_AND || e->op == OP_OR ||
                               e->op == OP_NOT);
}

static bool is_op(const expr *e, op o)
{
    return e->kind == X_OP && e->op == o;
}

static expr *node1(op o, expr *a)
{
    return expr_intern(&(expr){.kind = X_OP, .op = o, .nargs = 1, .args = &a});
}

static expr *node2(op o, expr *a, expr *b)
{
    return expr_intern(&(expr){.kind = X_OP, .op = o, .nargs = 2, .args = (expr *[]){a, b}});
}

/* The folded constant, or NULL. */
static expr *fold(op o, expr *a, expr *b)
{
    if (a->kind != X_NUM || (b && b->kind != X_NUM))
        return NULL;
    double value = op_eval(o, a->num, b ? b->num : 0);
    return isfinite(value) ? expr_num(value) : NULL;
}

static bool has_zero_branch(const expr *e)
{
    return e->kind == X_SELECT && (expr_is_num(e->args[1], 0) || expr_is_num(e->args[2], 0));
}

/* ---- arithmetic ---- */

/* Two selections under one condition, or under one condition and its opposite's shape (c ? a : 0) + (c ? 0 : b). */
static expr *add_selects(expr *a, expr *b)
{
    if (a->kind == X_SELECT && b->kind == X_SELECT && a->args[0] == b->args[0])
        return expr_select(a->args[0], expr_add(a->args[1], b->args[1]), expr_add(a->args[2], b->args[2]));
    return NULL;
}

/* (q ? -c : 0) + x * (c / t) = c * (x / t - [q]): softmax with cross-entropy is p - [k = y]. NULL: not of this form. */
static expr *common_factor(expr *a, expr *b)
{
    if (a->kind != X_SELECT || !expr_is_num(a->args[2], 0) || !is_op(a->args[1], OP_NEG) || !is_op(b, OP_MUL))
        return NULL;
    expr *c = a->args[1]->args[0];
    for (int i = 0; i < 2; i++)
        if (is_op(b->args[i], OP_DIV) && b->args[i]->args[0] == c)
            return expr_mul(c, expr_sub(expr_div(b->args[1 - i], b->args[i]->args[1]), a->args[0]));
    return NULL;
}

expr *expr_add(expr *a, expr *b)
{
    expr *e = fold(OP_ADD, a, b);
    if (e)
        return e;
    if ((e = common_factor(a, b)) || (e = common_factor(b, a)))
        return e;
    if (expr_is_num(a, 0))
        return b;
    if (expr_is_num(b, 0))
        return a;
    if (a == b)
        return expr_mul(expr_num(2), a);
    if (is_op(b, OP_NEG))
        return expr_sub(a, b->args[0]);
    if (is_op(a, OP_NEG))
        return expr_sub(b, a->args[0]);
    if ((e = add_selects(a, b)))
        return e;
    if (is_op(a, OP_SUB) && a->args[1] == b) /* (x - b) + b */
        return a->args[0];
    if (is_op(b, OP_SUB) && b->args[1] == a)
        return b->args[0];
    /* (x + c) + d = x + (c + d) for numbers */
    if (a->kind == X_NUM) {
        expr *swap = a;
        a = b;
        b = swap;
    }
    if (b->kind == X_NUM && is_op(a, OP_ADD) && a->args[1]->kind == X_NUM)
        return expr_add(a->args[0], expr_num(a->args[1]->num + b->num));
    if (b->kind == X_NUM && b->num < 0)
        return node2(OP_SUB, a, expr_num(-b->num));
    if (b->kind != X_NUM && a->id > b->id) {
        expr *swap = a;
        a = b;
        b = swap;
    }
    return node2(OP_ADD, a, b);
}

expr *expr_sub(expr *a, expr *b)
{
    if (expr_is_num(a, 0))
        return expr_neg(b);
    if (a == b)
        return expr_num(0);
    if (is_op(b, OP_NEG))
        return expr_add(a, b->args[0]);
    if (is_op(a, OP_NEG))
        return expr_neg(expr_add(a->args[0], b));
    if (b->kind == X_NUM)
        return expr_add(a, expr_num(-b->num));
    if (is_op(a, OP_ADD) && a->args[0] == b)
        return a->args[1];
    if (is_op(a, OP_ADD) && a->args[1] == b)
        return a->args[0];
    if (is_op(b, OP_SUB) && b->args[0] == a) /* a - (a - x) */
        return b->args[1];
    if (a->kind == X_SELECT && b->kind == X_SELECT && a->args[0] == b->args[0])
        return expr_select(a->args[0], expr_sub(a->args[1], b->args[1]), expr_sub(a->args[2], b->args[2]));
    return node2(OP_SUB, a, b);
}

expr *expr_neg(expr *a)
{
    expr *e = fold(OP_NEG, a, NULL);
    if (e)
        return e;
    if (is_op(a, OP_NEG))
        return a->args[0];
    if (is_op(a, OP_SUB))
        return expr_sub(a->args[1], a->args[0]);
    if (a->kind == X_SELECT && (a->args[1]->kind == X_NUM || a->args[2]->kind == X_NUM))
        return expr_select(a->args[0], expr_neg(a->args[1]), expr_neg(a->args[2]));
    if ((is_op(a, OP_MUL) || is_op(a, OP_DIV)) && a->args[0]->kind == X_NUM)
        return expr_op2(a->op, expr_num(-a->args[0]->num), a->args[1]);
    return node1(OP_NEG, a);
}

/* num * rest, where the number stands first in canonical products. */
static expr *mul_number(double c, expr *b)
{
    if (c == 0)
        return expr_num(0);
    if (c == 1)
        return b;
    if (c == -1)
        return expr_neg(b);
    if (b->kind == X_NUM && isfinite(c * b->num))
        return expr_num(c * b->num);
    if (is_op(b, OP_NEG))
        return mul_number(-c, b->args[0]);
    if (is_op(b, OP_MUL) && b->args[0]->kind == X_NUM && isfinite(c * b->args[0]->num))
        return mul_number(c * b->args[0]->num, b->args[1]);
    if (is_op(b, OP_DIV) && b->args[0]->kind == X_NUM && isfinite(c * b->args[0]->num))
        return expr_div(expr_num(c * b->args[0]->num), b->args[1]);
    if (b->kind == X_SELECT && (b->args[1]->kind == X_NUM || b->args[2]->kind == X_NUM))
        return expr_select(b->args[0], mul_number(c, b->args[1]), mul_number(c, b->args[2]));
    return node2(OP_MUL, expr_num(c), b);
}

expr *expr_mul(expr *a, expr *b)
{
    if (b->kind == X_NUM) {
        expr *swap = a;
        a = b;
        b = swap;
    }
    if (a->kind == X_NUM)
        return mul_number(a->num, b);
    /* conditions first: nothing of an untaken branch may be multiplied */
    if (expr_is_boolean(a))
        return expr_select(a, b, expr_num(0));
    if (expr_is_boolean(b))
        return expr_select(b, a, expr_num(0));
    if (has_zero_branch(a))
        return expr_select(a->args[0], expr_mul(a->args[1], b), expr_mul(a->args[2], b));
    if (has_zero_branch(b))
        return expr_select(b->args[0], expr_mul(a, b->args[1]), expr_mul(a, b->args[2]));
    if (is_op(a, OP_NEG))
        return expr_neg(expr_mul(a->args[0], b));
    if (is_op(b, OP_NEG))
        return expr_neg(expr_mul(a, b->args[0]));
    if (is_op(a, OP_MUL) && a->args[0]->kind == X_NUM)
        return mul_number(a->args[0]->num, expr_mul(a->args[1], b));
    if (is_op(b, OP_MUL) && b->args[0]->kind == X_NUM)
        return mul_number(b->args[0]->num, expr_mul(a, b->args[1]));
    if (is_op(a, OP_DIV) && a->args[1] == b) /* (x / b) * b */
        return a->args[0];
    if (is_op(b, OP_DIV) && b->args[1] == a)
        return b->args[0];
    if (is_op(b, OP_DIV) && expr_is_num(b->args[0], 1)) /* a * (1 / x) */
        return expr_div(a, b->args[1]);
    if (is_op(a, OP_DIV) && expr_is_num(a->args[0], 1))
        return expr_div(b, a->args[1]);
    if (a == b && is_op(a, OP_SQRT))
        return a->args[0];
    if ((a->kind == X_SYM && b->kind == X_SYM) &&
        ((a->sym == SYM_N && b->sym == SYM_INV_N) || (a->sym == SYM_INV_N && b->sym == SYM_N)))
        return expr_num(1);
    if (a->id > b->id) {
        expr *swap = a;
        a = b;
        b = swap;
    }
    return node2(OP_MUL, a, b);
}

static bool is_power_of_two(double c)
{
    int exponent;
    return fabs(frexp(c, &exponent)) == 0.5 && exponent > -100 && exponent < 100;
}

expr *expr_div(expr *a, expr *b)
{
    expr *e = fold(OP_DIV, a, b);
    if (e)
        return e;
    if (expr_is_num(a, 0) && !expr_is_num(b, 0))
        return a;
    if (b->kind == X_NUM && is_power_of_two(b->num))
        return expr_mul(expr_num(1 / b->num), a);
    if (b->kind == X_SYM && b->sym == SYM_N)
        return expr_mul(a, expr_sym(SYM_INV_N));
    if (a == b && !expr_is_num(a, 0))
        return expr_num(1);
    if (is_op(a, OP_NEG))
        return expr_neg(expr_div(a->args[0], b));
    if (is_op(b, OP_NEG))
        return expr_neg(expr_div(a, b->args[0]));
    if (has_zero_branch(a))
        return expr_select(a->args[0], expr_div(a->args[1], b), expr_div(a->args[2], b));
    if (is_op(a, OP_MUL) && a->args[0] == b)
        return a->args[1];
    if (is_op(a, OP_MUL) && a->args[1] == b)
        return a->args[0];
    if (is_op(b, OP_DIV) && expr_is_num(b->args[0], 1)) /* a / (1 / x) */
        return expr_mul(a, b->args[1]);
    if (b->kind == X_SYM && b->sym == SYM_INV_N)
        return expr_mul(a, expr_sym(SYM_N));
    return node2(OP_DIV, a, b);
}

static expr *power_by_squaring(expr *a, int n)
{
    if (n == 1)
        return a;
    expr *half = power_by_squaring(a, n / 2);
    expr *square = expr_mul(half, half);
    return n % 2 ? expr_mul(square, a) : square;
}

expr *expr_pow(expr *a, expr *b)
{
    expr *e = fold(OP_POW, a, b);
    if (e)
        return e;
    if (b->kind == X_NUM) {
        double n = b->num;
        if (n == 0)
            return expr_num(1);
        if (n == floor(n) && fabs(n) <= 8) {
            expr *p = power_by_squaring(a, (int)fabs(n));
            return n > 0 ? p : expr_div(expr_num(1), p);
        }
        if (n == 0.5)
            return expr_op1(OP_SQRT, a);
        if (n == -0.5)
            return expr_div(expr_num(1), expr_op1(OP_SQRT, a));
    }
    return node2(OP_POW, a, b);
}

/* ---- conditions ---- */

expr *expr_and(expr *a, expr *b)
{
    return expr_op2(OP_AND, a, b);
}

static expr *as_boolean(expr *e)
{
    if (expr_is_boolean(e))
        return e;
    if (e->kind == X_NUM)
        return expr_num(e->num != 0);
    return expr_not(node2(OP_EQ, e, expr_num(0)));
}

static expr *connective(op o, expr *a, expr *b)
{
    double neutral = o == OP_AND;
    a = as_boolean(a);
    b = as_boolean(b);
    if (a->kind == X_NUM)
        return a->num == neutral ? b : a;
    if (b->kind == X_NUM)
        return b->num == neutral ? a : b;
    return a == b ? a : node2(o, a, b);
}

expr *expr_not(expr *a)
{
    if (a->kind == X_NUM)
        return expr_num(a->num == 0);
    if (is_op(a, OP_NOT)) /* of a boolean: others compare with 0 */
        return a->args[0];
    if (a->kind == X_GE0) { /* !(i >= 0) is -i - 1 >= 0 */
        expr *opposite = int_sub(int_const(-1), a->args[0]);
        if (opposite)
            return expr_ge0(opposite);
    }
    return expr_is_boolean(a) ? node1(OP_NOT, a) : node2(OP_EQ, a, expr_num(0));
}

expr *expr_ge0(expr *i)
{
    int64_t value;
    if (int_is_const(i, &value))
        return expr_num(value >= 0);
    return expr_intern(&(expr){.kind = X_GE0, .nargs = 1, .args = &i});
}

expr *expr_eq0(expr *i)
{
    int64_t value;
    if (int_is_const(i, &value))
        return expr_num(value == 0);
    if (i->coef[0] < 0) /* one form for i and -i */
        i = int_scale(i, -1);
    return expr_intern(&(expr){.kind = X_EQ0, .nargs = 1, .args = &i});
}

expr *expr_select(expr *c, expr *a, expr *b)
{
    if (c->kind == X_NUM)
        return c->num != 0 ? a : b;
    c = as_boolean(c);
    if (a == b)
        return a;
    if (is_op(c, OP_NOT))
        return expr_select(c->args[0], b, a);
    if (a->kind == X_SELECT && a->args[0] == c)
        return expr_select(c, a->args[1], b);
    if (b->kind == X_SELECT && b->args[0] == c)
        return expr_select(c, a, b->args[2]);
    /* c ? (d ? x : 0) : 0 is one condition */
    if (a->kind == X_SELECT && a->args[2] == b && b->kind == X_NUM)
        return expr_select(expr_and(c, a->args[0]), a->args[1], b);
    if (expr_is_num(a, 1) && expr_is_num(b, 0))
        return c;
    if (expr_is_num(a, 0) && expr_is_num(b, 1))
        return expr_not(c);
    return expr_intern(&(expr){.kind = X_SELECT, .nargs = 3, .args = (expr *[]){c, a, b}});
}

/* ---- operations by number ---- */

static bool inverse_pair(op outer, op inner)
{
    return (outer == OP_EXP && inner == OP_LOG) || (outer == OP_LOG && inner == OP_EXP) ||
           (outer == OP_LOG1P && inner == OP_EXPM1) || (outer == OP_EXPM1 && inner == OP_LOG1P);
}

static bool idempotent(op o)
{
    return o == OP_ABS || o == OP_SIGN || o == OP_FLOOR || o == OP_CEIL || o == OP_ROUND;
}

expr *expr_op1(op o, expr *a)
{
    if (o == OP_NEG)
        return expr_neg(a);
    if (o == OP_NOT)
        return expr_not(a);
    expr *e = fold(o, a, NULL);
    if (e)
        return e;
    if (a->kind == X_OP && inverse_pair(o, a->op))
        return a->args[0];
    if (idempotent(o) && is_op(a, o))
        return a;
    if (o == OP_ABS && is_op(a, OP_NEG))
        return expr_op1(o, a->args[0]);
    return node1(o, a);
}

static expr *compare(op o, expr *a, expr *b)
{
    expr *e = fold(o, a, b);
    if (e)
        return e;
    /* integers compare exactly */
    if ((a->kind == X_REAL || a->kind == X_NUM) && (b->kind == X_REAL || b->kind == X_NUM) &&
        (a->kind == X_REAL || a->num == floor(a->num)) && (b->kind == X_REAL || b->num == floor(b->num)) &&
        (a->kind == X_REAL || fabs(a->num) < 1e15) && (b->kind == X_REAL || fabs(b->num) < 1e15)) {
        expr *i = a->kind == X_REAL ? a->args[0] : int_const((int64_t)a->num);
        expr *j = b->kind == X_REAL ? b->args[0] : int_const((int64_t)b->num);
        expr *difference = int_sub(j, i);
        if (difference && o == OP_LT)
            difference = int_add(difference, int_const(-1));
        if (difference)
            return o == OP_EQ ? expr_eq0(difference) : expr_ge0(difference);
    }
    return node2(o, a, b);
}

expr *expr_op2(op o, expr *a, expr *b)
{
    switch (o) {
    case OP_ADD: return expr_add(a, b);
    case OP_SUB: return expr_sub(a, b);
    case OP_MUL: return expr_mul(a, b);
    case OP_DIV: return expr_div(a, b);
    case OP_POW: return expr_pow(a, b);
    case OP_AND: case OP_OR: return connective(o, a, b);
    case OP_LT: case OP_LE: case OP_EQ: return compare(o, a, b);
    case OP_MAX: case OP_MIN:
        if (a == b)
            return a;
        break;
    case OP_NEG: case OP_NOT: case OP_EXP: case OP_LOG: case OP_LOG1P: case OP_EXPM1: case OP_SQRT: case OP_ABS:
    case OP_SIGN: case OP_FLOOR: case OP_CEIL: case OP_ROUND: case OP_SIN: case OP_COS: case OP_TAN: case OP_ASIN:
    case OP_ACOS: case OP_ATAN: case OP_SINH: case OP_COSH: case OP_TANH: case OP_SIGMOID: case OP_SOFTPLUS: case OP_ERF:
        bug("'%s' takes one argument", op_table[o].name);
    case OP_ATAN2: case OP_COUNT: break;
    }
    expr *e = fold(o, a, b);
    return e ? e : node2(o, a, b);
}

/* ---- values with derivatives of their own ---- */

expr *expr_custom(bool user, expr *value, int actuals, expr *const *args, expr *const *partials)
{
    expr **all = NEW_ARRAY(expr *, 1 + 2 * actuals);
    all[0] = value;
    for (int i = 0; i < actuals; i++) {
        all[1 + i] = args[i];
        all[1 + actuals + i] = partials[i];
    }
    return expr_intern(&(expr){.kind = X_CUSTOM, .user = user, .nargs = 1 + 2 * actuals, .args = all});
}

expr *expr_noise(noise kind, int place, expr *element, expr *sample)
{
    expr *args[2] = {element, sample};
    return expr_intern(&(expr){.kind = X_NOISE, .constant = kind, .index = place, .nargs = element ? 2 : 0, .args = args});
}

expr *expr_detach(bool user, expr *value)
{
    if (value->is_int || value->kind == X_NUM || value->kind == X_SYM || value->kind == X_REAL ||
        (value->kind == X_CUSTOM && value->nargs == 1))
        return value;
    return expr_custom(user, value, 0, NULL, NULL);
}
