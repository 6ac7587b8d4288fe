/* patterns_derivatives.c: patterns of derivatives as values, of which others are taken, and of functions with derivatives of their own. */
#include "patterns.h"

/* Two ways on which the derivative is the opposite of the other's. */
void cancelling(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 6, 0), *u = linear(p, 1, 6, 0);
    index *i = loop("i", 6);
    value *v = let_whole(p, u, op1(O_TANH, whole(u))), *a = let_whole(p, u, op2(O_ADD, whole(v), whole(x))), *c = let_whole(p, u, op2(O_SUB, whole(x), whole(v)));
    value *s = let(p, over(R_SUM, op2(O_ADD, at(a, of(i)), at(c, of(i))), i, NULL), NULL, NULL), *g = derivative(p, s, v);
    want(p, g ? let_whole(p, u, mul(whole(g), whole(u))) : NULL);
    want(p, s);
}

void gradient_is_a_read(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 6, 0), *u = linear(p, 1, 6, 0);
    index *i = loop("i", 6);
    value *v = let_whole(p, u, op1(O_TANH, whole(u))), *y = let_whole(p, u, mul(whole(v), whole(x)));
    value *s = let(p, over(R_SUM, at(y, of(i)), i, NULL), NULL, NULL), *g = derivative(p, s, v);
    want(p, g ? let_whole(p, u, mul(whole(g), whole(u))) : NULL);
}

/* The gradient of a gather is a scatter; then its own, in reverse or forward mode. */
void scattered_gradient(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 6, 0), *w = tensor(p, V_PARAM, 1, 6, 0), *k = index_value(p, 3, 6);
    index *i = loop("i", 3);
    node *read = mul(at(x, gather(k, of(i))), at(w, of(i))), *e = over(R_SUM, choose(3) ? read : op1(O_SIN, read), i, NULL);
    index *q = loop("q", 6);
    value *s = let(p, op2(O_ADD, e, over(R_SUM, op1(O_SIN, at(x, of(q))), q, NULL)), NULL, NULL), *g = derivative(p, s, x);
    if (!g)
        return;
    value *z = let_whole(p, g, mul(whole(g), whole(g))), *j = choose(5) ? derivative(p, z, choose(3) ? x : w) : NULL;
    want(p, z);
    want(p, j);
}

/* A scatter between a parameter and what is derived by it for each sample. */
void lifted_scatter(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 3, 0), *w = tensor(p, V_PARAM, 1, 6, 0), *k = index_value(p, 3, 6);
    index *i = loop("i", 3), *j = loop("i", 6);
    value *s = let(p, over(R_SUM, op1(O_SIN, mul(at(w, gather(k, of(i))), at(x, of(i)))), i, NULL), NULL, NULL), *g = derivative(p, s, w);
    value *z = g ? let(p, over(R_SUM, mul(at(g, of(j)), mul(at(g, of(j)), at(w, of(j)))), j, NULL), NULL, NULL) : NULL;
    want(p, z ? derivative(p, z, w) : NULL);
}

/* By a parameter, with a reshape and a concat between. */
void lifted(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 12, 0), *w = tensor(p, V_PARAM, 2, 2, 3);
    index *i = loop("i", 12);
    value *r = reshaped(p, let_whole(p, w, op1(O_TANH, whole(w))), 1, 6, 0), *c = joined(p, r, r);
    value *s = let(p, over(R_SUM, op1(O_SIN, mul(at(c, of(i)), at(x, of(i)))), i, NULL), NULL, NULL);
    want(p, derivative(p, s, w));
}

/* Forward mode through shapes, products, extrema and time. */
void tangents(pattern *p)
{
    value *x = tensor(p, V_INPUT, 2, 2, 2), *u = linear(p, 1, 4, 0);
    index *i = loop("i", 4), *j = loop("j", 2);
    value *r = reshaped(p, let_whole(p, x, op1(O_TANH, whole(x))), 1, 4, 0), *v;
    switch (choose_in_turn(5)) {
    case 4: /* a value between that no derivative passes */
        v = reshaped(p, let_whole(p, x, op1(O_SIGN, whole(x))), 1, 4, 0);
        v = let_whole(p, r, mul(whole(r), op2(O_ADD, whole(v), whole(let(p, over(R_MAX, op1(O_CEIL, mul(at(r, of(i)), number_node(3))), i, NULL), NULL, NULL)))));
        break;
    case 0: v = let_whole(p, r, mul(whole(r), whole(u))); break;
    case 1: v = let(p, over(R_PROD, op2(O_ADD, at(x, of(j), integer_node(N_INT, NULL, NULL, 1)), mul(at(u, of(i)), at(r, shifted(of(j), 1)))), j, NULL), i, NULL); break;
    case 2: v = let(p, over(choose(2) ? R_MAX : R_MIN, op1(O_SIN, mul(at(u, of(i)), at(r, shifted(of(j), 2)))), j, NULL), i, NULL); break;
    default: v = joined(p, r, u); v = let_whole(p, v, mul(whole(v), whole(v))); break;
    }
    want(p, derivative(p, v, x));
}

/* A function one of whose derivatives is 0, and one that is not what it says. */
void function_of(pattern *p)
{
    value *u = linear(p, 1, 3, 0), *v = linear(p, 1, 3, 0);
    function *f = fresh(sizeof *f);
    node *a = new_node(N_ARGUMENT), *b = new_node(N_ARGUMENT), *n = new_node(N_CALL);
    b->place = 1;
    f->name = text("f%d", p->b->m->function_count + 1);
    f->arity = 2;
    f->body = mul(a, op1(O_SIN, b));
    f->partial[0] = choose(2) ? number_node(0) : op1(O_TANH, b);
    f->partial[1] = choose(2) ? number_node(0) : a;
    p->b->m->functions[p->b->m->function_count++] = f;
    n->function = f;
    n->args = 2;
    n->arg[0] = whole(u);
    n->arg[1] = whole(v);
    want(p, let_whole(p, u, op2(O_ADD, n, mul(whole(u), whole(v)))));
}
