/* patterns_reductions.c: patterns of reductions: windows, products, sums over the batch. */
#include "patterns.h"

void pool(pattern *p)
{
    int k = 2 + choose(2), step = choose(3) ? k : 1;
    value *u = linear(p, 2, 2, 9);
    index *i = loop("i", 2), *j = loop("j", (9 - k) / step + 1), *l = loop("l", k);
    want(p, let(p, over(choose(2) ? R_MAX : R_MIN, at(u, of(i), plus(scaled(of(j), step), of(l))), l, NULL), i, j));
    index *q = loop("q", 3), *r = loop("r", 2);
    want(p, let(p, over(R_MAX, at(u, of(i), plus(scaled(of(q), 2), scaled(of(r), 3))), r, NULL), i, q));
}

void product(pattern *p)
{
    value *u = linear(p, 1, 4, 0), *v = linear(p, 1, 3, 0);
    index *i = loop("i", 4), *j = loop("j", 3), *l = loop("l", 2);
    want(p, let(p, over(R_SUM, over(choose(2) ? R_MAX : R_PROD, op1(O_SIN, mul(at(u, shifted(of(l), 1)), at(v, of(j)))), l, NULL), j, NULL), NULL, NULL));
    want(p, let(p, over(R_PROD, op2(O_ADD, number_node(0.5), mul(at(u, of(i)), at(v, of(j)))), j, NULL), i, NULL));
}

void extremum_over_batch(pattern *p)
{
    builder *b = p->b;
    if (b->m->stream || b->m->derivatives)
        return;
    value *u = linear(p, 2, 3, 2);
    index *i = loop("i", 3), *j = loop("j", 2);
    node *n = over(choose(2) ? R_MAX : R_MIN, at(u, of(i), of(j)), j, NULL);
    n->batch = true;
    b->m->coupled = true;
    want(p, let(p, select_of(new_node(N_TRAINING), n, number_node(0.5)), i, NULL));
}

/* A mean over the samples by their number. */
void count_of_samples(pattern *p)
{
    builder *b = p->b;
    if (b->m->stream || b->m->derivatives)
        return;
    value *u = linear(p, 1, 3, 0);
    index *i = loop("i", 3);
    node *sum = new_node(N_REDUCE), *one = new_node(N_REDUCE);
    sum->reduce = one->reduce = R_SUM;
    sum->batch = one->batch = true;
    sum->args = one->args = 1;
    sum->arg[0] = at(u, of(i));
    one->arg[0] = number_node(1);
    b->m->coupled = true;
    node *inverse = op2(O_DIV, number_node(1), one), *mean = choose(2) ? op2(O_DIV, sum, one) : mul(sum, inverse);
    want(p, let(p, select_of(new_node(N_TRAINING), op2(O_ADD, mean, op2(O_DIV, number_node(0.125), inverse)), number_node(0.5)), i, NULL));
    value *v = let(p, select_of(new_node(N_TRAINING), op2(O_DIV, mul(number_node(0.125), at(u, of(i))), inverse), at(u, of(i))), i, NULL);
    v->coupled = true;
    want(p, v);
}
