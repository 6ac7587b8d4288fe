/* pieces.c: what patterns are put together from (patterns.h). */
#include "patterns.h"

#include <stdarg.h>

index *loop(const char *name, int extent)
{
    index *i = fresh(sizeof *i);
    i->name = name;
    i->extent = extent;
    return i;
}

node *at(const value *v, ...)
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

node *padded(node *element, double beyond)
{
    element->kind = N_PADDED;
    element->arg[element->args++] = number_node(beyond);
    return element;
}

node *gather(const value *k, node *subscript)
{
    node *n = new_node(N_GATHER);
    n->value = k;
    n->args = k->rank;
    n->arg[0] = subscript;
    return n;
}

node *of(index *i)
{
    return index_node(i);
}

node *plus(node *a, node *b)
{
    return integer_node(N_PLUS, a, b, 0);
}

node *over(reduction kind, node *body, index *i, index *j)
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

node *mul(node *a, node *b)
{
    return op2(O_MUL, a, b);
}

value *tensor(pattern *p, value_kind kind, int rank, int d0, int d1)
{
    int dims[2] = {d0, d1};
    return new_value(p->b, kind, rank, dims, 0);
}

value *index_value(pattern *p, int count, int classes)
{
    return new_value(p->b, V_INPUT, 1, &count, classes);
}

statement *add(pattern *p, statement_kind kind, value *out, node *body)
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

value *let(pattern *p, node *body, index *i, index *j)
{
    value *v = tensor(p, V_COMPUTED, (i != NULL) + (j != NULL), i ? i->extent : 0, j ? j->extent : 0);
    statement *s = add(p, S_EQUATION, v, body);
    s->free[0] = i;
    s->free[1] = j;
    return v;
}

value *let_whole(pattern *p, const value *like, node *body)
{
    value *v = new_value(p->b, V_COMPUTED, like->rank, like->dims, 0);
    add(p, S_EQUATION, v, body)->form = F_WHOLE;
    return v;
}

value *reshaped(pattern *p, const value *v, int rank, int d0, int d1)
{
    value *r = tensor(p, V_COMPUTED, rank, d0, d1);
    statement *s = add(p, S_RESHAPE, r, NULL);
    s->from[0] = v;
    s->froms = 1;
    r->assembled = true;
    return r;
}

value *joined(pattern *p, const value *a, const value *b)
{
    value *r = tensor(p, V_COMPUTED, a->rank, a->dims[0] + b->dims[0], a->dims[1]);
    statement *s = add(p, S_CONCAT, r, NULL);
    s->from[0] = a;
    s->from[1] = b;
    s->froms = 2;
    r->assembled = true;
    return r;
}

value *derivative(pattern *p, const value *of_value, const value *by)
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

value *linear(pattern *p, int rank, int d0, int d1)
{
    index *i = loop("i", d0), *j = rank > 1 ? loop("j", d1) : NULL, *k = loop("q", 3);
    value *x = tensor(p, V_INPUT, 1, 3, 0);
    value *w = new_value(p->b, V_PARAM, rank + 1, rank > 1 ? (int[]){d0, d1, 3} : (int[]){d0, 3}, 0);
    node *read = rank > 1 ? at(w, of(i), of(j), of(k)) : at(w, of(i), of(k));
    return let(p, over(R_SUM, mul(read, at(x, of(k))), k, NULL), i, j);
}

statement *time_loop(pattern *p, pattern *body, int turns, int width)
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

void want(pattern *p, const value *v)
{
    if (v && p->b->wanted_count < 24)
        p->b->wanted[p->b->wanted_count++] = v;
}
