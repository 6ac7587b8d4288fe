/* patterns_formulas.c: patterns of formulas: what simplification has rules for, and a deep one. */
#include "patterns.h"

void algebra(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 3, 0), *w = tensor(p, V_PARAM, 1, 3, 0);
    index *i = loop("i", 3);
    node *e = at(w, of(i)), *f = at(x, of(i)), *d = op2(O_GT, of(i), integer_node(N_INT, NULL, NULL, 0)), *n = NULL;
    for (int k = 0; k < 2; k++) {
        node *c = op2(O_LT, e, f);
        c = choose(3) == 0 ? op1(O_NOT, c) : choose(2) ? op2(choose(2) ? O_OR : O_AND, c, d) : c;
        int which = choose_in_turn(ALGEBRA);
        node *a = choose(2) ? algebra_of(which, e, f, c) : algebra_of(which, f, e, c);
        n = n ? op2(O_SUB, n, op2(O_MUL, number_node(3), op1(O_SIN, a))) : op1(O_TANH, a);
    }
    want(p, let(p, n, i, NULL));
    node *s = smooth_of(choose_in_turn(SMOOTH), mul(at(x, of(i)), smooth_of(choose_in_turn(SMOOTH), e)));
    s = op2(O_ADD, s, op2(choose(2) ? O_ATAN2 : O_POW, positive(f), positive(e)));
    switch (choose_in_turn(4)) {
    case 0: s = op2(O_ADD, s, op1(O_ROUND, op2(O_MUL, number_node(2), e))); break;
    case 1: s = op2(O_MAX, s, op1(O_FLOOR, e)); break;
    case 2: s = op2(O_MIN, s, op1(O_ABS, e)); break;
    default: s = op2(O_ADD, s, op1(O_CEIL, op1(O_SIGN, e))); break;
    }
    s = op2(O_ADD, s, library_of((function_kind)choose_in_turn(LIBRARY_FUNCTIONS), op2(O_MUL, number_node(9), e)));
    want(p, let(p, s, i, NULL));
}

void deep(pattern *p)
{
    value *u = linear(p, 1, 3, 0);
    node *e = whole(u);
    for (int k = 0; k < 60; k++)
        e = op1(O_SIN, op2(O_ADD, e, whole(u)));
    value *v = let_whole(p, u, e);
    want(p, let_whole(p, v, mul(whole(v), op1(O_COS, whole(v)))));
}
