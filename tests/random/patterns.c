/* patterns.c: statements that each make the compiler use one rule of derivation or simplification that random ones rarely meet. */
#include "build.h"

#include <stdarg.h>
#include <string.h>

typedef struct pattern {
    builder *b;
    statement *first, *last, **end;
} pattern;

/* ---- pieces ---- */

static index *loop(const char *name, int extent)
{
    index *i = fresh(sizeof *i);
    i->name = name;
    i->extent = extent;
    return i;
}

/* v[subscripts]: as many nodes as v has dimensions. */
static node *at(const value *v, ...)
{
    va_list list;
    node *n = new_node(N_ELEMENT);
    n->value = v;
    n->args = v->rank;
    va_start(list, v);
    for (int d = 0; d < v->rank; d++)
        n->arg[d] = va_arg(list, node *);
    va_end(list);
    return n;
}

static node *padded(node *element, double beyond)
{
    element->kind = N_PADDED;
    element->arg[element->args++] = number_node(beyond);
    return element;
}

static node *whole(const value *v)
{
    node *n = new_node(N_WHOLE);
    n->value = v;
    return n;
}

static node *gather(const value *k, node *subscript)
{
    node *n = new_node(N_GATHER);
    n->value = k;
    n->args = k->rank;
    n->arg[0] = subscript;
    return n;
}

static node *of(index *i)
{
    return index_node(i);
}

static node *plus(node *a, node *b)
{
    return integer_node(N_PLUS, a, b, 0);
}

static node *over(reduction kind, node *body, index *i, index *j)
{
    node *n = new_node(N_REDUCE);
    n->reduce = kind;
    n->args = 1;
    n->arg[0] = body;
    n->over[n->overs++] = i;
    if (j)
        n->over[n->overs++] = j;
    return n;
}

static node *mul(node *a, node *b)
{
    return op2(O_MUL, a, b);
}

static node *select_of(node *c, node *a, node *b)
{
    node *n = new_node(N_SELECT);
    n->args = 3;
    n->arg[0] = c;
    n->arg[1] = a;
    n->arg[2] = b;
    return n;
}

static value *tensor(pattern *p, value_kind kind, int rank, int d0, int d1)
{
    int dims[2] = {d0, d1};
    return new_value(p->b, kind, rank, dims, 0);
}

static value *index_value(pattern *p, int count, int classes)
{
    return new_value(p->b, V_INPUT, 1, &count, classes);
}

static statement *add(pattern *p, statement_kind kind, value *out, node *body)
{
    statement *s = fresh(sizeof *s);
    s->kind = kind;
    s->out = out;
    s->body = body;
    if (body)
        taints(body, out);
    p->end = append(p->end, s);
    p->last = s;
    return s;
}

/* v[i, j, l] = body, for as many of the indices as are given. */
static value *let(pattern *p, node *body, index *i, index *j)
{
    value *v = tensor(p, V_COMPUTED, (i != NULL) + (j != NULL), i ? i->extent : 0, j ? j->extent : 0);
    statement *s = add(p, S_EQUATION, v, body);
    s->free[0] = i;
    s->free[1] = j;
    return v;
}

static value *let_whole(pattern *p, const value *like, node *body)
{
    value *v = new_value(p->b, V_COMPUTED, like->rank, like->dims, 0);
    add(p, S_EQUATION, v, body)->form = F_WHOLE;
    return v;
}

static value *reshaped(pattern *p, const value *v, int rank, int d0, int d1)
{
    value *r = tensor(p, V_COMPUTED, rank, d0, d1);
    statement *s = add(p, S_RESHAPE, r, NULL);
    s->from[0] = v;
    s->froms = 1;
    r->assembled = true;
    return r;
}

static value *joined(pattern *p, const value *a, const value *b)
{
    value *r = tensor(p, V_COMPUTED, a->rank, a->dims[0] + b->dims[0], a->dims[1]);
    statement *s = add(p, S_CONCAT, r, NULL);
    s->from[0] = a;
    s->from[1] = b;
    s->froms = 2;
    r->assembled = true;
    return r;
}

/* gradient(of, by) where `of` is a scalar, else the Jacobian; NULL: no more derivatives here. */
static value *derivative(pattern *p, const value *of_value, const value *by)
{
    int dims[MOST_DIMS], rank = 0;
    if (p->b->m->coupled || p->b->m->derivatives >= 2)
        return NULL;
    for (int d = 0; d < of_value->rank; d++)
        dims[rank++] = of_value->dims[d];
    for (int d = 0; d < by->rank; d++)
        dims[rank++] = by->dims[d];
    value *g = new_value(p->b, V_COMPUTED, rank, dims, 0);
    statement *s = add(p, of_value->rank ? S_JACOBIAN : S_GRADIENT, g, NULL);
    s->from[0] = of_value;
    s->from[1] = by;
    s->froms = 2;
    p->b->m->derivatives++;
    return g;
}

/* sum[j] w[…] x[j]: a value that depends on parameters and lies in memory. */
static value *linear(pattern *p, int rank, int d0, int d1)
{
    index *i = loop("i", d0), *j = rank > 1 ? loop("j", d1) : NULL, *k = loop("q", 3);
    value *x = tensor(p, V_INPUT, 1, 3, 0);
    value *w = new_value(p->b, V_PARAM, rank + 1, rank > 1 ? (int[]){d0, d1, 3} : (int[]){d0, 3}, 0);
    node *read = rank > 1 ? at(w, of(i), of(j), of(k)) : at(w, of(i), of(k));
    return let(p, over(R_SUM, mul(read, at(x, of(k))), k, NULL), i, j);
}

static void want(pattern *p, const value *v)
{
    if (v && p->b->wanted_count < 24)
        p->b->wanted[p->b->wanted_count++] = v;
}

/* ---- conditions and integers ---- */

static void two_guards(pattern *p)
{
    value *u = linear(p, 1, 9, 0);
    index *i = loop("i", 4), *j = loop("j", 3);
    node *read = padded(at(u, shifted(plus(scaled(of(i), 2), scaled(of(j), 3)), -4)), 0);
    want(p, let(p, op2(O_ADD, read, select_of(op2(O_GT, of(i), of(j)), read, number_node(0))), i, j));
}

static void unused_index(pattern *p)
{
    value *u = linear(p, 1, 13, 0), *x = tensor(p, V_INPUT, 1, 2, 0);
    index *i = loop("i", 4), *j = loop("j", 3), *l = loop("l", 2);
    want(p, let(p, over(R_SUM, op2(O_ADD, at(u, plus(scaled(of(i), 2), scaled(of(j), 3))), at(x, of(l))), j, l), i, NULL));
}

static void digits(pattern *p)
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
static void remainders(pattern *p)
{
    value *u = linear(p, 2, 4, 4);
    index *i = loop("i", 7), *j = loop("j", 8);
    node *c = op2(O_AND, op2(O_EQ, integer_node(N_REMAINDER, of(i), NULL, 2), integer_node(N_INT, NULL, NULL, 0)),
                  op2(O_EQ, integer_node(N_REMAINDER, shifted(of(j), 1), NULL, 2), integer_node(N_INT, NULL, NULL, 1)));
    want(p, let(p, select_of(c, at(u, integer_node(N_QUOTIENT, of(i), NULL, 2), integer_node(N_QUOTIENT, of(j), NULL, 2)), number_node(0)), i, j));
}

/* Reads at i of where i equals something: sums of one term. */
static void deltas(pattern *p)
{
    value *u = linear(p, 2, 4, 4), *v = linear(p, 1, 4, 0);
    index *i = loop("i", 4), *j = loop("j", 4), *l = loop("l", 4);
    node *c = op2(O_AND, op2(O_EQ, of(i), of(j)), choose(2) ? op2(O_LT, of(j), of(l)) : op2(O_EQ, of(j), of(l)));
    want(p, let(p, over(R_SUM, select_of(c, op1(O_NEG, mul(at(u, of(i), of(l)), at(u, of(j), of(l)))), number_node(0)), i, j), l, NULL));
    node *odd = plus(of(i), integer_node(N_REMAINDER, of(i), NULL, 2));
    want(p, let(p, over(R_SUM, select_of(op2(O_EQ, odd, of(j)), mul(at(v, of(j)), at(u, of(i), of(j))), number_node(0)), i, NULL), j, NULL));
    want(p, let(p, over(R_SUM, select_of(op2(O_EQ, scaled(of(i), 2), shifted(of(j), 1)), mul(at(u, of(i), of(j)), at(u, of(j), of(i))), number_node(0)), i, NULL), j, NULL));
}

static void backwards(pattern *p)
{
    value *u = linear(p, 1, 10, 0), *v = linear(p, 2, 11, 9);
    index *i = loop("i", 3), *j = loop("j", 3);
    node *two = integer_node(N_MINUS, integer_node(N_INT, NULL, NULL, 8), scaled(of(i), 2), 0);
    node *three = plus(scaled(of(i), 2), scaled(of(j), 2));
    want(p, let(p, mul(at(u, two), at(v, plus(scaled(of(i), 2), scaled(of(j), 3)), three)), i, j));
    want(p, let(p, mul(at(u, shifted(integer_node(N_MINUS, of(i), scaled(of(j), 2), 0), 4)), at(u, plus(scaled(of(i), 2), of(j)))), i, j));
}

static void real_comparison(pattern *p)
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
static void never(pattern *p)
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
static void conditions(pattern *p)
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

/* ---- reductions ---- */

static void pool(pattern *p)
{
    int k = 2 + choose(2), step = choose(3) ? k : 1;
    value *u = linear(p, 2, 2, 9);
    index *i = loop("i", 2), *j = loop("j", (9 - k) / step + 1), *l = loop("l", k);
    want(p, let(p, over(choose(2) ? R_MAX : R_MIN, at(u, of(i), plus(scaled(of(j), step), of(l))), l, NULL), i, j));
    index *q = loop("q", 3), *r = loop("r", 2);
    want(p, let(p, over(R_MAX, at(u, of(i), plus(scaled(of(q), 2), scaled(of(r), 3))), r, NULL), i, q));
}

static void product(pattern *p)
{
    value *u = linear(p, 1, 4, 0), *v = linear(p, 1, 3, 0);
    index *i = loop("i", 4), *j = loop("j", 3), *l = loop("l", 2);
    want(p, let(p, over(R_SUM, over(choose(2) ? R_MAX : R_PROD, op1(O_SIN, mul(at(u, shifted(of(l), 1)), at(v, of(j)))), l, NULL), j, NULL), NULL, NULL));
    want(p, let(p, over(R_PROD, op2(O_ADD, number_node(0.5), mul(at(u, of(i)), at(v, of(j)))), j, NULL), i, NULL));
}

/* Two ways on which the derivative is the opposite of the other's. */
static void cancelling(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 6, 0), *u = linear(p, 1, 6, 0);
    index *i = loop("i", 6);
    value *v = let_whole(p, u, op1(O_TANH, whole(u))), *a = let_whole(p, u, op2(O_ADD, whole(v), whole(x))), *c = let_whole(p, u, op2(O_SUB, whole(x), whole(v)));
    value *s = let(p, over(R_SUM, op2(O_ADD, at(a, of(i)), at(c, of(i))), i, NULL), NULL, NULL), *g = derivative(p, s, v);
    want(p, g ? let_whole(p, u, mul(whole(g), whole(u))) : NULL);
    want(p, s);
}

static void extremum_over_batch(pattern *p)
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
static void count_of_samples(pattern *p)
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

static void twins(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 4, 0), *w = tensor(p, V_PARAM, 2, 6, 4), *u[2], *k[2];
    for (int t = 0; t < 2; t++) {
        index *i = loop("i", 6), *j = loop("j", 4);
        u[t] = let(p, over(R_SUM, mul(at(w, of(i), of(j)), at(x, of(j))), j, NULL), i, NULL);
        k[t] = new_value(p->b, V_COMPUTED, 0, NULL, 6);
        add(p, S_EQUATION, k[t], over(R_ARGMAX, at(u[t], of(i)), i, NULL));
    }
    value *r = reshaped(p, u[0], 2, 2, 3), *s = reshaped(p, u[1], 2, 3, 2);
    index *i = loop("i", 2), *j = loop("j", 3);
    want(p, let(p, mul(at(r, of(i), of(j)), at(s, of(j), of(i))), i, j));
    for (int t = 0; t < 2; t++) { /* of formulas, without names */
        value *q = reshaped(p, u[0], 2, 3, 2);
        p->last->body = op1(O_SIN, whole(u[0]));
        want(p, q);
        stage_use *use = fresh(sizeof *use);
        int seen = p->b->seen_count;
        *use = (stage_use){.kind = L_pick, .from = {w, u[0]}, .style = FRESH};
        statement *picked = use_statement(p->b, use);
        p->b->seen_count = seen;
        p->end = append(p->end, picked);
        want(p, let_whole(p, picked->out, op1(choose(2) ? O_SIN : O_TANH, whole(picked->out))));
    }
    want(p, let(p, op2(O_ADD, at(w, gather(k[0], NULL), of(j)), at(w, gather(k[1], NULL), shifted(of(j), 1))), j, NULL));
}

/* The right class, as a cost asks. */
static void classified(pattern *p)
{
    value *v = linear(p, 1, 2 + choose(5), 0), *y = new_value(p->b, V_TARGET, 0, NULL, v->dims[0]);
    stage_use *use = fresh(sizeof *use);
    int seen = p->b->seen_count;
    *use = (stage_use){.kind = L_cross_entropy, .from = {v, y}, .style = FRESH};
    statement *s = use_statement(p->b, use);
    p->b->seen_count = seen;
    p->end = append(p->end, s);
    want(p, s->out);
}

/* ---- shapes ---- */

static void reshape(pattern *p)
{
    value *v = reshaped(p, linear(p, 2, 2, 6), choose(2) + 1, 12, 1);
    if (v->rank == 2) {
        v->dims[0] = 4;
        v->dims[1] = 3;
    }
    want(p, let_whole(p, v, op1(O_TANH, whole(v))));
}

static statement *time_loop(pattern *p, pattern *body, int turns, int width)
{
    statement *s = fresh(sizeof *s);
    *body = (pattern){.b = p->b, .end = &body->first};
    s->kind = S_SCAN;
    s->turn = loop(text("t%d", p->b->m->value_count), turns);
    s->turn->turn = true;
    s->carries = 1;
    s->carry[0] = new_value(p->b, V_COMPUTED, 1, &width, 0);
    s->carry[0]->carry = true;
    s->first[0] = number_node(0.5);
    return s;
}

/* A carry that is made of two pieces. */
static void carried_pieces(pattern *p)
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
static void carried_gather(pattern *p)
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
static void carried_gradient(pattern *p)
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

/* As many steps of the kernel as its width is a multiple of. */
static void transposed(pattern *p)
{
    builder *b = p->b;
    value *u = linear(p, 1, 8, 0), *r = reshaped(p, u, 1, 8, 1);
    int dims[3] = {2, 2, 2}, seen = b->seen_count;
    stage_use *use = fresh(sizeof *use);
    r->rank = 3;
    memcpy(r->dims, dims, sizeof dims);
    *use = (stage_use){.kind = L_conv_transpose2d, .from = {r}, .m = 2, .k = 4, .kw = 4, .stride = 2, .pad = 1, .dilation = 1, .groups = 1, .bias = choose(2)};
    use->name = text("m%d", ++b->named);
    stage_params(b, use);
    statement *s = use_statement(b, use);
    b->seen_count = seen;      /* what is made here is shown at the end */
    p->end = append(p->end, s);
    want(p, s->out);
}

static void deep(pattern *p)
{
    value *u = linear(p, 1, 3, 0);
    node *e = whole(u);
    for (int k = 0; k < 60; k++)
        e = op1(O_SIN, op2(O_ADD, e, whole(u)));
    value *v = let_whole(p, u, e);
    want(p, let_whole(p, v, mul(whole(v), op1(O_COS, whole(v)))));
}

/* ---- derivatives of derivatives ---- */

static void gradient_is_a_read(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 6, 0), *u = linear(p, 1, 6, 0);
    index *i = loop("i", 6);
    value *v = let_whole(p, u, op1(O_TANH, whole(u))), *y = let_whole(p, u, mul(whole(v), whole(x)));
    value *s = let(p, over(R_SUM, at(y, of(i)), i, NULL), NULL, NULL), *g = derivative(p, s, v);
    want(p, g ? let_whole(p, u, mul(whole(g), whole(u))) : NULL);
}

/* The gradient of a gather is a scatter; then its own, in reverse or forward mode. */
static void scattered_gradient(pattern *p)
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
static void lifted_scatter(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 3, 0), *w = tensor(p, V_PARAM, 1, 6, 0), *k = index_value(p, 3, 6);
    index *i = loop("i", 3), *j = loop("i", 6);
    value *s = let(p, over(R_SUM, op1(O_SIN, mul(at(w, gather(k, of(i))), at(x, of(i)))), i, NULL), NULL, NULL), *g = derivative(p, s, w);
    value *z = g ? let(p, over(R_SUM, mul(at(g, of(j)), mul(at(g, of(j)), at(w, of(j)))), j, NULL), NULL, NULL) : NULL;
    want(p, z ? derivative(p, z, w) : NULL);
}

/* By a parameter, with a reshape and a concat between. */
static void lifted(pattern *p)
{
    value *x = tensor(p, V_INPUT, 1, 12, 0), *w = tensor(p, V_PARAM, 2, 2, 3);
    index *i = loop("i", 12);
    value *r = reshaped(p, let_whole(p, w, op1(O_TANH, whole(w))), 1, 6, 0), *c = joined(p, r, r);
    value *s = let(p, over(R_SUM, op1(O_SIN, mul(at(c, of(i)), at(x, of(i)))), i, NULL), NULL, NULL);
    want(p, derivative(p, s, w));
}

/* Forward mode through shapes, products, extrema and time. */
static void tangents(pattern *p)
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

/* The derivative of a recurrence's last turn, forwards. */
static void tangent_of_time(pattern *p)
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

/* A function one of whose derivatives is 0, and one that is not what it says. */
static void function_of(pattern *p)
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

/* An index value that is another's element, in a gather. */
static void chosen_index(pattern *p)
{
    value *w = tensor(p, V_PARAM, 2, 6, 3), *k = index_value(p, 4, 6), *x = tensor(p, V_INPUT, 1, 3, 0);
    index *j = loop("j", 3);
    value *one = new_value(p->b, V_COMPUTED, 0, NULL, 6);
    statement *s = add(p, S_EQUATION, one, at(k, integer_node(N_INT, NULL, NULL, choose(4))));
    s->form = F_SLICE;
    want(p, let(p, mul(at(w, gather(one, NULL), of(j)), at(x, of(j))), j, NULL));
    value *u = linear(p, 1, 6, 0);
    want(p, let(p, mul(at(u, gather(one, NULL)), at(x, of(j))), j, NULL));
}

/* ---- simplification ---- */

static void algebra(pattern *p)
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
    want(p, let(p, s, i, NULL));
}

/* ---- all ---- */

static void (*const patterns[])(pattern *) = {
    algebra /* stands in every model */, two_guards, unused_index, digits, remainders, deltas, backwards, real_comparison, never, pool, extremum_over_batch, count_of_samples, twins, classified,
    reshape, carried_pieces, deep, gradient_is_a_read, scattered_gradient, lifted_scatter, lifted, tangents, tangent_of_time, function_of, chosen_index,
    carried_gradient, carried_gradient, tangents, tangents, scattered_gradient, extremum_over_batch, remainders, deltas, conditions, tangents, tangents, scattered_gradient, scattered_gradient, carried_gradient, product, cancelling, carried_gather, carried_gradient, transposed};

int pattern_count(void)
{
    return (int)(sizeof patterns / sizeof *patterns);
}

statement *pattern_statements(builder *b, int which)
{
    pattern p = {.b = b, .end = &p.first};
    patterns[which](&p);
    for (const statement *s = p.first; s; s = s->next) {
        const value *v = s->kind == S_SCAN ? s->carry[0] : s->out;
        if (b->seen_count < 120)
            b->seen[b->seen_count++] = (value *)(uintptr_t)v;
    }
    return p.first;
}
