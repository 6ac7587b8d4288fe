/* expression.c: expressions of reals that stay within bounds, so that second derivatives of long chains still have numbers to compare. */
#include "build.h"

static node *apply(operation op, node *a)
{
    return op1(op, a);
}

static node *square(node *e)
{
    return chance(50) ? op2(O_MUL, e, e) : op2(O_POW, e, number_node(2));
}

/* 1 + e^2, 0.5 + sigmoid(e), …: at least a half. */
node *positive(node *e)
{
    switch (choose(4)) {
    case 0: return op2(O_ADD, number_node(1), square(e));
    case 1: return op2(O_ADD, number_node(0.5), apply(O_SIGMOID, e));
    case 2: return apply(O_EXP, apply(O_TANH, e));
    default: return op2(O_ADD, number_node(0.5), apply(O_ABS, e));
    }
}

/* In -0.9 … 0.9. */
static node *within_one(node *e)
{
    return op2(O_MUL, number_node(0.9), apply(choose(2) ? O_SIN : O_TANH, e));
}

node *smooth_of(int which, node *e)
{
    switch (which) {
    case 0: return apply(O_TANH, e);
    case 1: return apply(O_SIGMOID, e);
    case 2: return apply(O_SIN, e);
    case 3: return apply(O_COS, e);
    case 4: return apply(O_SOFTPLUS, e);
    case 5: return apply(O_ATAN, e);
    case 6: return apply(O_ERF, e);
    case 7: return apply(O_LOG, positive(e));
    case 8: return apply(O_LOG1P, square(e));
    case 9: return apply(O_EXP, within_one(e));
    case 10: return apply(O_EXP, op1(O_NEG, square(e)));
    case 11: return apply(O_EXPM1, within_one(e));
    case 12: return apply(O_SQRT, positive(e));
    case 13: return apply(O_ASIN, within_one(e));
    case 14: return apply(O_ACOS, within_one(e));
    case 15: return apply(O_SINH, within_one(e));
    case 16: return apply(O_COSH, within_one(e));
    case 17: return apply(O_TAN, within_one(e));
    case 18: return op2(O_DIV, e, positive(e));
    case 19: e = within_one(e); return op2(O_POW, e, number_node(2 + choose(7)));
    case 20: e = positive(e); return op2(O_POW, e, number_node(0.5 * (choose(7) - 3)));
    default: return op2(O_POW, positive(e), number_node(1.7));
    }
}

node *smooth(node *e)
{
    return smooth_of(choose(SMOOTH), e);
}

static node *kinked(builder *b, node *e, int fuel)
{
    switch (choose(12)) {
    case 9: return apply(O_SIGN, e);
    case 10: return apply(O_CEIL, op2(O_MUL, number_node(2), e));
    case 0: return op2(O_MAX, e, number_node(0));
    case 1: return apply(O_ABS, e);
    case 2: return op2(O_MAX, e, expression(b, fuel - 1));
    case 3: return op2(O_MIN, e, expression(b, fuel - 1));
    case 4: return op2(O_MIN, number_node(some_number()), e);
    case 5: return apply(O_SIGN, e);
    case 6: case 11: return apply(O_FLOOR, op2(O_MUL, number_node(3), e));
    case 7: return apply(O_CEIL, e);
    default: return apply(O_ROUND, op2(O_MUL, number_node(2), e));
    }
}

/* The operation on two expressions. (The order in which C computes arguments is not fixed, that of choices is.) */
static node *two(builder *b, operation op, int fuel)
{
    node *e = expression(b, fuel - 1);
    return op2(op, e, expression(b, fuel - 2));
}

/* ---- conditions ---- */

static node *integer_condition(builder *b)
{
    static const operation compare[] = {O_LT, O_GE, O_LE, O_GT, O_EQ, O_NE, O_NE, O_EQ, O_NE};
    const value *found[200];
    int count = 0;
    node *i = index_node(b->indices[choose(b->index_count)]), *other;
    for (int k = 0; k < b->seen_count; k++)
        if (b->seen[k]->classes && (b->targets || !b->seen[k]->target))
            found[count++] = b->seen[k];
    if (count && !b->constant && chance(70)) {
        const value *v = found[choose(count)];
        other = new_node(N_GATHER);
        other->value = v;
        other->args = v->rank;
        making before = b->make;
        b->make = MAKE_NONE;
        for (int d = 0; d < v->rank; d++)
            other->arg[d] = subscript(b, v->dims[d]);
        b->make = before;
    } else if (chance(50)) {
        other = new_node(N_INT);
        other->number = choose(5);
    } else
        other = index_node(b->indices[choose(b->index_count)]);
    return op2(compare[choose(9)], i, other);
}

node *condition(builder *b, int fuel)
{
    static const operation compare[] = {O_LT, O_GT, O_LE, O_GE};
    switch (choose(16)) {
    case 0: case 1: case 2: return two(b, compare[choose(4)], fuel);
    case 3: case 4: case 8: case 9: case 11: case 13: case 14: return b->index_count ? integer_condition(b) : op2(O_LT, number_node(0), expression(b, fuel - 1));
    case 5: case 10: case 12: {
        node *c = condition(b, fuel - 1), *d = condition(b, fuel - 2);
        return op2(choose(2) ? O_OR : O_AND, c, d);
    }
    case 6: return op1(O_NOT, condition(b, fuel - 1));
    default: return b->arity || b->constant ? op2(O_GT, expression(b, 0), number_node(0.1)) : new_node(N_TRAINING);
    }
}

/* ---- what simplification has rules for ---- */

node *algebra_of(int which, node *e, node *f, node *c)
{
    node *one = number_node(1);
    double x = some_number(), y = some_number();
    switch (which) {
    case 0: return op2(O_ADD, op2(O_SUB, e, f), f);
    case 1: return op2(O_ADD, f, op2(O_SUB, e, f));
    case 2: return op2(O_SUB, e, op2(O_SUB, e, f));
    case 3: return op2(O_SUB, op2(O_ADD, e, f), choose(2) ? e : f);
    case 4: return op2(O_SUB, e, e);
    case 5: return op2(O_ADD, e, e);
    case 6: return op2(O_ADD, e, op1(O_NEG, f));
    case 7: return op2(O_SUB, op1(O_NEG, e), f);
    case 8: return op2(O_SUB, e, op1(O_NEG, f));
    case 9: return op1(O_NEG, op1(O_NEG, e));
    case 10: return op1(O_NEG, op2(O_SUB, e, f));
    case 11: return op1(O_NEG, op2(O_MUL, number_node(3), e));
    case 12: return op2(O_MUL, op2(O_DIV, e, positive(f)), number_node(x));
    case 13: f = positive(f); return op2(O_MUL, op2(O_DIV, e, f), f);
    case 14: f = positive(f); return op2(O_MUL, f, op2(O_DIV, e, f));
    case 15: f = positive(f); return op2(O_MUL, e, op2(O_DIV, one, f));
    case 16: f = positive(f); return op2(O_MUL, op2(O_DIV, one, f), e);
    case 17: f = positive(f); return op2(O_DIV, op2(O_MUL, e, f), f);
    case 18: f = positive(f); return op2(O_DIV, op2(O_MUL, f, e), f);
    case 19: f = positive(f); return op2(O_DIV, e, op2(O_DIV, one, f));
    case 20: f = positive(f); return op2(O_DIV, f, f);
    case 21: return op2(O_DIV, op1(O_NEG, e), choose(2) ? positive(f) : op1(O_NEG, positive(f)));
    case 22: return op2(O_MUL, op1(O_NEG, e), choose(2) ? f : op1(O_NEG, f));
    case 23: return op2(O_MUL, op2(O_MUL, number_node(x), e), op2(O_MUL, number_node(2), f));
    case 24: e = apply(O_SQRT, positive(e)); return op2(O_MUL, e, e);
    case 25: return apply(O_LOG, apply(O_EXP, e));
    case 26: return apply(O_EXP, apply(O_LOG, positive(e)));
    case 27: return apply(O_EXPM1, apply(O_LOG1P, square(within_one(e))));
    case 28: return apply(O_ABS, choose(2) ? op1(O_NEG, e) : apply(O_ABS, e));
    case 29: return op2(O_ADD, op2(O_ADD, e, number_node(x)), number_node(y));
    case 30: return op2(O_DIV, e, number_node(4));
    case 31: return op2(O_MUL, c, choose(2) ? e : op2(O_MUL, f, op1(O_NOT, c)));
    case 32: return choose(2) ? op2(O_MAX, e, e) : op2(O_ADD, c, f);
    case 33: return op2(O_POW, positive(e), number_node(choose(2) ? 0.5 : -0.5));
    case 34: return op2(O_POW, e, number_node(0));
    default: return op2(O_DIV, op2(O_MUL, c, e), positive(f));
    }
}

static node *algebra(builder *b, int fuel)
{
    node *e = expression(b, fuel - 1), *f = expression(b, fuel - 2);
    return algebra_of(choose(ALGEBRA), e, f, condition(b, fuel - 2));
}

/* Selections that meet others under the same condition, and one whose other branch has no value. */
static node *selection(builder *b, int fuel)
{
    node *c = condition(b, fuel - 1), *e = expression(b, fuel - 1), *f = expression(b, fuel - 2), *d = condition(b, fuel - 2), *zero = number_node(0);
    switch (choose(14)) {
    case 0: case 1: case 2: return select_of(c, e, f);
    case 3: return select_of(c, e, zero);
    case 4: return op2(O_ADD, select_of(c, e, zero), select_of(c, f, e));
    case 5: return op2(O_SUB, select_of(c, e, f), select_of(c, f, zero));
    case 6: return select_of(c, select_of(c, e, f), f);
    case 7: return select_of(c, f, select_of(c, f, e));
    case 8: return select_of(c, select_of(d, e, zero), zero);
    case 9: return choose(2) ? select_of(c, number_node(0), number_node(1)) : select_of(c, number_node(1), number_node(0));
    case 10: return op2(O_MUL, select_of(c, zero, e), f);
    case 11: return op2(O_DIV, select_of(c, e, zero), positive(f));
    case 12: return op1(O_NEG, op2(O_MUL, number_node(2), select_of(op1(O_NOT, c), e, number_node(1))));
    default: return select_of(op2(O_GT, e, number_node(0.05)), op1(choose(2) ? O_LOG : O_SQRT, e), f);
    }
}

/* ---- leaves ---- */

static node *whole_leaf(builder *b)
{
    const value *found[200], *shape = b->whole;
    int count = 0;
    for (int i = b->seen_count - 1; i >= 0; i--) {
        const value *v = b->seen[i];
        bool same = v->rank == shape->rank;
        for (int d = 0; same && d < v->rank; d++)
            same = v->dims[d] == shape->dims[d];
        if (!v->classes && (same || v->rank == 0) && (b->targets || !v->target) && (!b->constant || v->kind == V_CONST || v->kind == V_PARAM || v->kind == V_STATE))
            found[count++] = v;
    }
    if (!count)
        return number_node(some_number());
    node *n = new_node(N_WHOLE);
    n->value = found[choose(count)];
    return n;
}

static node *leaf(builder *b)
{
    if (b->arity && chance(75)) {
        node *n = new_node(N_ARGUMENT);
        n->place = choose(b->arity);
        return n;
    }
    if (b->arity)
        return number_node(some_number());
    if (b->whole)
        return whole_leaf(b);
    if (b->index_count && chance(8)) {
        node *n = new_node(N_POSITION);
        n->index = b->indices[choose(b->index_count)];
        return op2(O_MUL, number_node(0.1), n);
    }
    if (chance(12) && b->m->value_count < 60 && !b->constant)
        return parameter_over(b);
    const value *v = some_real(b);
    if (!v)
        return number_node(some_number());
    return v->rank && (b->free_count || b->reduction) && chance(15) ? padded_element(b, v) : element_of(b, v);
}

/* ---- all ---- */

static node *small_reduction(builder *b, int fuel)
{
    static const reduction kinds[] = {R_SUM, R_MEAN, R_MAX, R_MIN, R_PROD, R_SUM};
    node *outer = b->reduction;
    const value *whole = b->whole;
    making before = b->make;
    open_reduction(b, kinds[choose(6)]);
    b->make = MAKE_BOUND;
    b->whole = NULL;
    node *body = expression(b, fuel - 1);
    b->whole = whole;
    return close_reduction(b, body, before, outer);
}

static node *call_node(builder *b, int fuel)
{
    if (!b->m->function_count || b->arity)
        return smooth(expression(b, fuel - 1));
    node *n = new_node(N_CALL);
    n->function = b->m->functions[choose(b->m->function_count)];
    n->args = n->function->arity;
    for (int i = 0; i < n->args; i++)
        n->arg[i] = expression(b, fuel - 1 - i);
    return n;
}

node *expression(builder *b, int fuel)
{
    node *e, *f;
    if (fuel <= 0)
        return leaf(b);
    switch (choose(28)) {
    case 0: case 1: return leaf(b);
    case 2: return two(b, O_ADD, fuel);
    case 3: return two(b, O_SUB, fuel);
    case 4: case 5: return two(b, O_MUL, fuel);
    case 6:
        e = expression(b, fuel - 1);
        return op2(O_DIV, e, positive(expression(b, fuel - 2)));
    case 7: case 8: case 9: return smooth(expression(b, fuel - 1));
    case 10: case 20: case 21: case 24: case 25: return kinked(b, expression(b, fuel - 1), fuel);
    case 11: case 12: case 22: case 23: return selection(b, fuel);
    case 13: case 14: return b->arity ? smooth(expression(b, fuel - 1)) : small_reduction(b, fuel);
    case 15: return algebra(b, fuel);
    case 16:
        if (b->arity)
            return algebra(b, fuel);
        e = new_node(N_DETACH);
        e->args = 1;
        e->arg[0] = expression(b, fuel - 1);
        return e;
    case 17: return call_node(b, fuel);
    case 18:
        e = expression(b, fuel - 1);
        f = expression(b, fuel - 2);
        if (choose(2))
            return op2(O_ATAN2, e, positive(f));
        e = positive(e);
        return op2(O_POW, e, within_one(f));
    case 26: case 27: /* the further, the likelier a corner is passed */
        f = number_node(1 + choose(6));
        return library_of((function_kind)choose(LIBRARY_FUNCTIONS), op2(O_MUL, f, expression(b, fuel - 1)));
    default:
        e = expression(b, fuel - 1);
        return op2(O_MUL, number_node(some_number()), e);
    }
}
