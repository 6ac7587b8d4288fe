/* build.c: see build.h. */
#include "build.h"

/* ---- building ---- */

node *new_node(node_list *list, node_kind kind)
{
    node *n = NEW(node);
    n->kind = kind;
    n->step = 1;
    vec_push(list) = n;
    return n;
}

tensor *local(lowering *l, const char *name, int64_t run)
{
    tensor *t = NEW(tensor);
    t->id = -1 - ++l->locals;
    t->label = name;
    t->rank = run > 0;
    t->dims[0] = run;
    return t;
}

expr *local_read(tensor *t, expr *at)
{
    return expr_read(t, &at);
}

node *new_loop(node_list *list, const equation *e, int position)
{
    node *n = new_node(list, NODE_LOOP);
    n->position = position;
    n->extent = e->extent[position];
    return n;
}

node *store(node_list *list, tensor *t, expr *const *subs, assignment assign, expr *value)
{
    node *n = new_node(list, NODE_STORE);
    n->target = t;
    n->subs = NEW_ARRAY(expr *, t->rank + 1);
    for (int i = 0; i < t->rank; i++)
        n->subs[i] = subs[i];
    n->assign = assign;
    n->value = value;
    return n;
}

expr **identity(const tensor *t)
{
    expr **subs = NEW_ARRAY(expr *, t->rank + 1);
    for (int i = 0; i < t->rank; i++)
        subs[i] = int_index(i);
    return subs;
}

/* An accumulation of -x is a subtraction of x. */
node *add_to(node_list *list, tensor *t, expr *const *subs, expr *value)
{
    if (value->kind == X_OP && value->op == OP_NEG)
        return store(list, t, subs, ASSIGN_SUB, value->args[0]);
    return store(list, t, subs, ASSIGN_ADD, value);
}

/* ---- conditions of a sum ---- */

int depth_of(const expr *c, const int order[], int n)
{
    int depth = -1;
    for (int i = 0; i < n; i++)
        if (c->uses >> order[i] & 1)
            depth = i;
    return depth;
}

/* position >= low or <= high, from a condition k*position + rest >= 0 with k = ±1; false: it is none. */
bool as_bound(const expr *c, int position, node *loop)
{
    if (c->kind != X_GE0)
        return false;
    expr *i = c->args[0];
    int64_t k = int_coefficient(i, position);
    if (k != 1 && k != -1)
        return false;
    expr *rest = int_sub(i, int_scale(int_index(position), k));
    if (rest->uses >> position & 1)
        return false;
    if (k == 1)
        vec_push(&loop->lows) = int_scale(rest, -1);
    else
        vec_push(&loop->highs) = rest;
    return true;
}

/* Attaches every condition whose deepest loop is order[depth] to this loop; what bounds nothing becomes an `if` in it. */
node_list *attach(node *loop, const conditions *c, const int order[], int n, int depth)
{
    node_list *body = &loop->body;
    expr *rest = expr_num(1);
    for (int i = 0; i < c->all.count; i++)
        if (depth_of(c->all.data[i], order, n) == depth && !as_bound(c->all.data[i], order[depth], loop))
            rest = expr_and(rest, c->all.data[i]);
    if (!expr_is_num(rest, 1)) {
        node *test = new_node(body, NODE_IF);
        test->value = rest;
        body = &test->body;
    }
    return body;
}

/* The body without the conditions that loops can take over; only sums may skip terms. */
expr *take_conditions(const equation *e, conditions *c)
{
    expr *body = e->body;
    if (e->reduction == RED_SUM && body->kind == X_SELECT && expr_is_num(body->args[2], 0)) {
        expr_conjuncts(body->args[0], &c->all);
        body = body->args[1];
    }
    return body;
}

/* Where e's elements lie, over the positions that merging left: its own subscripts, or those of a part (pieces.c). */
static expr **placed(const lowering *l, const equation *e)
{
    expr **subs = identity(e->out);
    for (int d = 0; e->subs && d < e->out->rank; d++)
        subs[d] = e->subs[d];
    for (int d = 0; d < e->out->rank; d++)
        subs[d] = expr_substitute(subs[d], l->split, MAX_INDEX);
    return subs;
}

/* ---- the end of a computation: what is done with the accumulated value ---- */

typedef struct put {
    const tensor *from;
    expr *value;
} put;

static expr *put_value(expr *e, void *context)
{
    const put *c = context;
    return e->kind == X_READ && e->tensor == c->from ? c->value : e;
}

node *finish(lowering *l, node_list *list, expr *value)
{
    const equation *e = l->e, *u = l->next;
    if (!u)
        return store(list, e->out, placed(l, e), ASSIGN_SET, value);
    put context = {e->out, value};
    expr *body = expr_rewrite(u->body, put_value, &context);
    if (u->accumulate)
        return add_to(list, u->out, u->subs, body);
    return store(list, u->out, placed(l, u), ASSIGN_SET, body);
}

/* ---- runs ---- */

typedef struct run_check {
    const lowering *l;
    int position;
    bool good, contiguous;
} run_check;

int64_t stride_along(const lowering *l, const expr *read, int position)
{
    int64_t stride = 0;
    if (l->merged >> position & 1)
        return 1;
    for (int d = 0; d < read->nargs; d++)
        stride += int_coefficient(read->args[d], position) * l->r->places[read->tensor->id].stride[d];
    return stride;
}

static void check_run(expr *x, void *context)
{
    run_check *c = context;
    if (x->kind == X_IDIV || x->kind == X_IMOD || (x->kind == X_READ && x->is_int))
        c->good &= !(x->uses >> c->position & 1);
    if (x->kind != X_READ || x->is_int || !(x->uses >> c->position & 1))
        return;
    int64_t stride = stride_along(c->l, x, c->position);
    c->good &= stride == 1;
    c->contiguous |= stride == 1;
}

run_kind run_of(const lowering *l, expr *body, int position)
{
    run_check check = {l, position, true, false};
    if (l->merged >> position & 1)
        return body->uses >> position & 1 ? RUN_CONTIGUOUS : RUN_UNREAD;
    expr_each(body, check_run, &check);
    return !check.good ? RUN_NONE : check.contiguous ? RUN_CONTIGUOUS : RUN_UNREAD;
}

bool adds_to_each(const equation *e)
{
    int p;
    bool good = e->accumulate && e->reduction == RED_NONE && e->free == e->out->rank;
    for (int d = 0; good && d < e->free; d++)
        good = int_is_index(e->subs[d], &p) && p == d && e->extent[d] == e->out->dims[d];
    return good;
}

bool in_memory(const lowering *l, const tensor *t)
{
    return t->id >= 0 && l->r->places[t->id].store != STORE_NONE;
}

expr *first_term(const equation *e, expr *body)
{
    expr *map[MAX_INDEX] = {0};
    for (int p = e->free; p < e->free + e->bound; p++)
        map[p] = int_const(0);
    return expr_substitute(body, map, e->free + e->bound);
}
