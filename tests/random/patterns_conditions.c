/* patterns_conditions.c: patterns of conditions and of integers: guards, digits, remainders, comparisons that decide. */
#include "patterns.h"

void two_guards(pattern *p)
{
    value *u = linear(p, 1, 9, 0);
    index *i = loop("i", 4), *j = loop("j", 3);
    node *read = padded(at(u, shifted(plus(scaled(of(i), 2), scaled(of(j), 3)), -4)), 0);
    want(p, let(p, op2(O_ADD, read, select_of(op2(O_GT, of(i), of(j)), read, number_node(0))), i, j));
}

void unused_index(pattern *p)
{
    value *u = linear(p, 1, 13, 0), *x = tensor(p, V_INPUT, 1, 2, 0);
    index *i = loop("i", 4), *j = loop("j", 3), *l = loop("l", 2);
    want(p, let(p, over(R_SUM, op2(O_ADD, at(u, plus(scaled(of(i), 2), scaled(of(j), 3))), at(x, of(l))), j, l), i, NULL));
}

void digits(pattern *p)
{
    value *u = linear(p, 2, 4, 6);
    index *i = loop("i", 12), *j = loop("j", 5);
    node *third = integer_node(N_QUOTIENT, integer_node(N_QUOTIENT, of(i), NULL, 2), NULL, 3);
    node *rest = integer_node(N_REMAINDER, integer_node(N_REMAINDER, of(i), NULL, 6), NULL, 3);
    node *again = plus(scaled(integer_node(N_QUOTIENT, of(j), NULL, 2), 2), integer_node(N_REMAINDER, of(j), NULL, 2));
    node *half = integer_node(N_QUOTIENT, plus(of(j), of(i)), NULL, 4);
    want(p, let(p, op2(O_ADD, mul(at(u, third, rest), at(u, rest, again)), at(u, integer_node(N_INT, NULL, NULL, 1), half)), i, j));
}

/* Only where both remainders are 0, as a transposed convolution asks. */
void remainders(pattern *p)
{
    value *u = linear(p, 2, 4, 4);
    index *i = loop("i", 7), *j = loop("j", 8);
    node *c = op2(O_AND, op2(O_EQ, integer_node(N_REMAINDER, of(i), NULL, 2), integer_node(N_INT, NULL, NULL, 0)),
                  op2(O_EQ, integer_node(N_REMAINDER, shifted(of(j), 1), NULL, 2), integer_node(N_INT, NULL, NULL, 1)));
    want(p, let(p, select_of(c, at(u, integer_node(N_QUOTIENT, of(i), NULL, 2), integer_node(N_QUOTIENT, of(j), NULL, 2)), number_node(0)), i, j));
}

/* Reads at i of where i equals something: sums of one term. */
void deltas(pattern *p)
{
    value *u = linear(p, 2, 4, 4), *v = linear(p, 1, 4, 0);
    index *i = loop("i", 4), *j = loop("j", 4), *l = loop("l", 4);
    node *c = op2(O_AND, op2(O_EQ, of(i), of(j)), choose(2) ? op2(O_LT, of(j), of(l)) : op2(O_EQ, of(j), of(l)));
    want(p, let(p, over(R_SUM, select_of(c, op1(O_NEG, mul(at(u, of(i), of(l)), at(u, of(j), of(l)))), number_node(0)), i, j), l, NULL));
    node *odd = plus(of(i), integer_node(N_REMAINDER, of(i), NULL, 2));
    want(p, let(p, over(R_SUM, select_of(op2(O_EQ, odd, of(j)), mul(at(v, of(j)), at(u, of(i), of(j))), number_node(0)), i, NULL), j, NULL));
    want(p, let(p, over(R_SUM, select_of(op2(O_EQ, scaled(of(i), 2), shifted(of(j), 1)), mul(at(u, of(i), of(j)), at(u, of(j), of(i))), number_node(0)), i, NULL), j, NULL));
}

void backwards(pattern *p)
{
    value *u = linear(p, 1, 10, 0), *v = linear(p, 2, 11, 9);
    index *i = loop("i", 3), *j = loop("j", 3);
    node *two = integer_node(N_MINUS, integer_node(N_INT, NULL, NULL, 8), scaled(of(i), 2), 0);
    node *three = plus(scaled(of(i), 2), scaled(of(j), 2));
    want(p, let(p, mul(at(u, two), at(v, plus(scaled(of(i), 2), scaled(of(j), 3)), three)), i, j));
    want(p, let(p, mul(at(u, shifted(integer_node(N_MINUS, of(i), scaled(of(j), 2), 0), 4)), at(u, plus(scaled(of(i), 2), of(j)))), i, j));
}

void real_comparison(pattern *p)
{
    value *u = linear(p, 1, 5, 0), *k = index_value(p, 5, 4);
    index *i = loop("i", 5);
    node *r = new_node(N_REAL);
    r->args = 1;
    r->arg[0] = gather(k, of(i));
    node *c = op2(choose(2) ? O_LT : O_EQ, r, number_node(2));
    want(p, let(p, select_of(c, at(u, of(i)), mul(at(u, of(i)), r)), i, NULL));
}

/* What is asked is never so; the last two show it only when a sum has fixed an index. */
void never(pattern *p)
{
    value *u = linear(p, 1, 4, 0), *v = linear(p, 2, 12, 2), *x = tensor(p, V_INPUT, 1, 2, 0), *w = tensor(p, V_INPUT, 1, 4, 0);
    index *i = loop("i", 4), *j = loop("j", 3), *k = loop("i", 8), *q = loop("q", 12), *r = loop("r", 2);
    node *c = op2(O_GE, of(i), integer_node(N_INT, NULL, NULL, 4)), *fixed = op2(O_EQ, of(q), shifted(of(k), 4));
    want(p, let(p, op2(O_ADD, select_of(c, at(u, of(i)), number_node(0.5)), select_of(op2(O_LT, of(j), of(i)), at(u, shifted(of(j), 1)), number_node(0))), i, j));
    node *far = op2(O_AND, fixed, choose(2) ? op2(O_GT, of(k), of(q)) : op2(O_GT, scaled(of(k), 2), shifted(of(q), 6)));
    want(p, let(p, op2(O_ADD, over(R_SUM, select_of(far, mul(at(v, of(q), of(r)), at(x, of(r))), number_node(0)), q, r), at(v, of(k), integer_node(N_INT, NULL, NULL, 0))), k, NULL));
    want(p, let(p, op2(O_SUB, op2(O_ADD, at(u, of(i)), at(w, of(i))), op2(O_ADD, at(u, of(i)), number_node(0.25))), i, NULL));
}

/* Conditions within conditions, as values too; one that a sum does not depend on. */
void conditions(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 4, 0), *w = tensor(p, V_PARAM, 1, 4, 0), *u = linear(p, 1, 4, 0);
    index *i = loop("i", 4), *j = loop("j", 3);
    node *e = at(w, of(i)), *f = at(x, of(i)), *zero = number_node(0), *a = op2(O_LT, e, f), *b = op2(O_GT, f, number_node(0.25)), *c = op2(O_GE, of(i), of(j));
    node *n = op2(O_ADD, select_of(a, select_of(b, e, mul(e, e)), zero), select_of(b, zero, select_of(a, op1(O_SIN, e), mul(f, e))));
    node *values = op2(O_ADD, op2(O_ADD, e, op2(O_AND, a, b)), op2(O_ADD, op2(O_OR, b, c), op1(O_NOT, op2(O_OR, a, c))));
    want(p, let(p, op2(O_ADD, n, mul(e, values)), i, j));
    node *half = positive(f), *detached = new_node(N_DETACH), *twice = new_node(N_DETACH);
    detached->args = twice->args = 1;
    detached->arg[0] = op1(O_SIN, e);
    twice->arg[0] = detached;
    node *sums = op2(O_ADD, mul(twice, op2(O_SUB, op2(O_ADD, e, f), choose(2) ? e : f)), op2(O_SUB, op2(O_ADD, f, half), choose(2) ? f : half));
    sums = op2(O_ADD, sums, mul(op2(O_DIV, mul(half, op1(O_SIN, half)), half), op2(O_POW, half, number_node(-0.5))));
    sums = op2(O_ADD, sums, select_of(op1(O_NOT, op1(O_NOT, b)), op1(O_ABS, op1(O_ABS, e)), op1(O_SIGN, op1(O_SIGN, e))));
    sums = op2(O_SUB, sums, op2(O_SUB, select_of(a, e, f), select_of(a, mul(f, e), e)));
    node *quotients = op2(O_ADD, op2(O_DIV, mul(e, half), half), op2(O_ADD, op2(O_DIV, mul(half, f), half), op2(O_DIV, e, op1(O_NEG, half))));
    want(p, let(p, op2(O_ADD, sums, op2(O_ADD, quotients, mul(number_node(3), op2(O_DIV, number_node(2), half)))), i, NULL));
    want(p, let(p, op2(O_ADD, op2(O_ADD, op2(O_AND, a, b), at(u, of(i))), op2(O_ADD, op2(O_OR, a, b), op1(O_NOT, op2(O_EQ, e, f)))), i, NULL));
    want(p, let(p, select_of(op2(O_LT, of(i), integer_node(N_INT, NULL, NULL, 2)), mul(at(u, of(i)), at(x, of(j))), number_node(0)), i, j));
}
