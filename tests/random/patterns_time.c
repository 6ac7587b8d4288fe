/* patterns_time.c: patterns of recurrences. */
#include "patterns.h"

/* A carry that is made of two pieces. */
void carried_pieces(pattern *p)
{
    pattern body;
    statement *s = time_loop(p, &body, 4, 4);
    value *h = s->carry[0], *x = tensor(p, V_INPUT, 1, 4, 0), *w = tensor(p, V_PARAM, 1, 2, 0);
    index *i = loop("i", 2), *j = loop("i", 2);
    value *a = let(&body, op1(O_TANH, op2(O_ADD, mul(at(h, of(i)), at(w, of(i))), at(x, of(s->turn)))), i, NULL);
    value *c = let(&body, mul(at(h, shifted(of(j), 2)), op1(O_SIN, at(w, of(j)))), j, NULL);
    statement *both = add(&body, S_CONCAT, h, NULL);
    both->from[0] = a;
    both->from[1] = c;
    both->froms = 2;
    s->inner = body.first;
    p->end = append(p->end, s);
    want(p, h);
}

/* Gathers within a recurrence, of what the turn before left and of what this one made. */
void carried_gather(pattern *p)
{
    pattern body;
    statement *s = time_loop(p, &body, 3, 4);
    value *h = s->carry[0], *x = tensor(p, V_INPUT, 1, 3, 0), *w = tensor(p, V_PARAM, 1, 4, 0), *k = index_value(p, 4, 4);
    index *i = loop("i", 4), *j = loop("i", 4);
    value *u = let(&body, op1(O_TANH, op2(O_ADD, mul(at(h, gather(k, of(i))), at(w, of(i))), at(x, of(s->turn)))), i, NULL);
    add(&body, S_EQUATION, h, op2(O_ADD, mul(number_node(0.5), at(h, of(j))), at(u, gather(k, of(j)))))->free[0] = j;
    s->inner = body.first;
    p->end = append(p->end, s);
    want(p, h);
}

/* A carry that is a gradient, which is scattered. */
void carried_gradient(pattern *p)
{
    pattern body;
    builder *b = p->b;
    if (b->m->coupled || b->m->derivatives)
        return;
    statement *s = time_loop(p, &body, 3, 6);
    value *h = s->carry[0], *w = tensor(p, V_PARAM, 1, 3, 0), *x = tensor(p, V_INPUT, 1, 3, 0), *k = index_value(p, 3, 6);
    index *i = loop("i", 3), *j = loop("i", 6);
    value *u = let(&body, op1(O_TANH, op2(O_ADD, at(h, of(j)), at(x, of(s->turn)))), j, NULL);
    value *c = let(&body, over(R_SUM, op1(O_SIN, mul(at(u, gather(k, of(i))), at(w, of(i)))), i, NULL), NULL, NULL);
    statement *g = add(&body, S_GRADIENT, h, NULL);
    g->from[0] = c;
    g->from[1] = u;
    g->froms = 2;
    b->m->derivatives += 2;
    s->inner = body.first;
    p->end = append(p->end, s);
    want(p, h);
}

/* The derivative of a recurrence's last turn, forwards. */
void tangent_of_time(pattern *p)
{
    pattern body;
    statement *s = time_loop(p, &body, 3, 2);
    value *h = s->carry[0], *x = tensor(p, V_INPUT, 1, 3, 0), *w = tensor(p, V_PARAM, 1, 2, 0);
    index *i = loop("i", 2);
    node *e = op1(O_TANH, op2(O_ADD, mul(at(h, integer_node(N_MINUS, integer_node(N_INT, NULL, NULL, 1), of(i), 0)), at(w, of(i))), at(x, of(s->turn))));
    add(&body, S_EQUATION, h, e)->free[0] = i;
    s->inner = body.first;
    p->end = append(p->end, s);
    want(p, derivative(p, h, x));
}
