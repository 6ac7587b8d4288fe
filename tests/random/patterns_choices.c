/* patterns_choices.c: patterns of index values that are computed or stand for others, and of what is read by them. */
#include "patterns.h"

void twins(pattern *p)
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
void classified(pattern *p)
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

/* An index value that is another's element, in a gather. */
void chosen_index(pattern *p)
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
