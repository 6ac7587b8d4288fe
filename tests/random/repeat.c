/* repeat.c: loops over depth. What is printed is the body; what is evaluated are its turns, one after the other, each with parameters of its own. */
#include "build.h"

#include <string.h>

/* ---- expansion: a turn is a copy of the body in which values stand for others and the index for its number ---- */

typedef struct expansion {
    builder *b;
    const value *from[192];
    value *to[192];
    int count;
    const statement *loop;
    index *here;               /* the turn's number */
} expansion;

static value *stands_for(const expansion *x, const value *v)
{
    for (int i = x->count - 1; i >= 0; i--)
        if (x->from[i] == v)
            return x->to[i];
    return (value *)(uintptr_t)v;
}

static void let(expansion *x, const value *v, value *now)
{
    x->from[x->count] = v;
    x->to[x->count++] = now;
}

static value *another(expansion *x, const value *v, value_kind kind, int rank, const int *dims)
{
    value *n = new_value(x->b, kind, rank, dims, v->classes);
    n->name = v->name;
    n->of_stage = v->of_stage;
    n->target = v->target;
    n->coupled = v->coupled;
    n->assembled = v->assembled;
    n->carry = v->carry;
    let(x, v, n);
    return n;
}

static node *copy_of(expansion *x, const node *n)
{
    if (!n)
        return NULL;
    node *c = new_node(n->kind);
    *c = *n;
    c->value = n->value ? stands_for(x, n->value) : NULL;
    c->index = n->index == x->loop->turn ? x->here : n->index;
    if (n->kind == N_GAUSS || n->kind == N_BERNOULLI)
        c->place = x->b->m->draws++;
    for (int i = 0; i < n->args; i++)
        c->arg[i] = copy_of(x, n->arg[i]);
    return c;
}

/* The shape of a whole-tensor equation: that of what it reads, scalars apart. */
static void look_for_shape(const node *n, void *context)
{
    const value **v = context;
    if (n->kind == N_WHOLE && (!*v || (*v)->rank == 0))
        *v = n->value;
}

static void look_for_draw(const node *n, void *context)
{
    const value *v = context;
    if (n->kind == N_GAUSS || n->kind == N_BERNOULLI)
        ((node *)(uintptr_t)n)->number = v->size;
}

static void copy_stage(expansion *x, const statement *s, statement *c)
{
    stage_use *u = fresh(sizeof *u);
    int dims[MOST_DIMS], rank;
    bool own = s->use->param[0] && s->use->param[0]->kind == V_TEMPLATE;
    *u = *s->use;
    c->use = u;
    for (int i = 0; i < 3 && u->from[i]; i++)
        u->from[i] = stands_for(x, u->from[i]);
    u->m += u->m_step * x->here->at;
    u->m_step = 0;
    u->draw = copy_of(x, u->draw);
    if (u->style == NAMED)
        u->name = text("%s%d", s->use->name, x->here->at + 1);
    else if (u->style != AGAIN)
        u->name = text("%s%d", stage_table[u->kind].name, ++x->b->m->instances[u->kind]);
    if (u->style != AGAIN) {
        stage_params(x->b, u);
        for (int i = 0; i < 4 && u->param[i] && own; i++)
            let(x, s->use->param[i], u->param[i]);
    } else
        for (int i = 0; i < 4 && u->param[i]; i++)
            u->param[i] = stands_for(x, u->param[i]);
    rank = stage_shape(u, dims);
    c->out = another(x, s->out, V_COMPUTED, rank, dims);
    if (u->second)
        u->second = another(x, u->second, V_COMPUTED, rank - (u->kind == L_gated), dims);
}

static statement *copy_list(expansion *x, const statement *s);

static statement *copy_statement(expansion *x, const statement *s)
{
    statement *c = fresh(sizeof *c);
    const value *shape = NULL;
    *c = *s;
    c->next = NULL;
    for (int i = 0; i < s->froms; i++)
        c->from[i] = stands_for(x, s->from[i]);
    c->body = copy_of(x, s->body);
    if (s->form == F_WHOLE || s->form == F_WIRED)
        each_node(c->body, look_for_shape, &shape);
    if (s->kind == S_SCAN) {
        for (int i = 0; i < s->carries; i++)
            c->first[i] = copy_of(x, s->first[i]);
        for (int i = 0; i < s->carries; i++)
            c->carry[i] = another(x, s->carry[i], V_COMPUTED, s->carry[i]->rank, s->carry[i]->dims);
        c->inner = copy_list(x, s->inner);
    } else if (s->kind == S_STAGE && !s->out->carry)
        copy_stage(x, s, c);
    else if (s->kind == S_STAGE) { /* a cell in a scan in the loop */
        value *h = stands_for(x, s->out), *second = s->use->second ? stands_for(x, s->use->second) : NULL;
        copy_stage(x, s, c);
        let(x, s->out, c->out = h);
        if (second)
            let(x, s->use->second, c->use->second = second);
    } else if (s->kind == S_COLLECT && s->turn == x->loop->turn) {
        c->out = stands_for(x, s->out);
        c->turn = x->here;
    } else if (s->out->carry)
        c->out = stands_for(x, s->out);
    else if (shape)
        c->out = another(x, s->out, V_COMPUTED, shape->rank, shape->dims);
    else
        c->out = another(x, s->out, V_COMPUTED, s->out->rank, s->out->dims);
    if (c->body)
        each_node(c->body, look_for_draw, c->out);
    return c;
}

static statement *copy_list(expansion *x, const statement *s)
{
    statement *first = NULL, **end = &first;
    for (; s; s = s->next)
        end = append(end, copy_statement(x, s));
    return first;
}

static void expand(builder *b, statement *s)
{
    expansion x = {.b = b, .loop = s};
    statement **end = &s->expanded;
    const value *first[2];
    int fixed;
    for (int i = 0; i < s->carries; i++) {
        statement *e = fresh(sizeof *e);
        e->kind = S_EQUATION;
        e->form = F_WHOLE;
        e->body = s->first[i];
        e->out = another(&x, s->carry[i], V_COMPUTED, s->carry[i]->rank, s->carry[i]->dims);
        end = append(end, e);
    }
    for (const statement *i = s->inner; i; i = i->next)
        if (i->kind == S_COLLECT)
            another(&x, i->out, V_COMPUTED, i->out->rank, i->out->dims);
    fixed = x.count;
    for (int i = 0; i < s->carries; i++)
        first[i] = x.to[i];
    for (int t = 0; t < s->turn->extent; t++) {
        value *carry[2];
        x.here = fresh(sizeof *x.here);
        *x.here = (index){.name = s->turn->name, .extent = 1, .at = t};
        for (int i = 0; i < b->own_count; i++)
            if (!b->own[i]->of_stage) {
                value *w = another(&x, b->own[i], V_PARAM, b->own[i]->rank, b->own[i]->dims);
                w->name = text("%s%d", b->own[i]->name, t + 1);
                w->of_repeat = true;
            }
        end = append(end, copy_list(&x, s->inner));
        for (int i = 0; i < s->carries; i++)
            carry[i] = stands_for(&x, s->carry[i]);
        x.count = fixed;
        for (int i = 0; i < s->carries; i++)
            x.to[i] = carry[i];
    }
    for (int i = 0; i < s->carries; i++)
        x.to[i]->assembled |= x.to[i] == first[i]; /* the body leaves it: it may be a number */
    for (int i = 0; i < fixed; i++)
        b->seen[b->seen_count++] = x.to[i];
}

/* ---- bodies ---- */

static statement *whole_equation(value *out, node *body)
{
    statement *s = fresh(sizeof *s);
    s->kind = S_EQUATION;
    s->form = F_WHOLE;
    s->out = out;
    s->body = body;
    return s;
}

static statement *stage_on(builder *b, stage_kind kind, const value *from, value *out, int m)
{
    stage_use *u = fresh(sizeof *u);
    statement *s = fresh(sizeof *s);
    u->kind = kind;
    u->from[0] = from;
    u->m = m;
    u->m_step = kind == L_linear || kind == L_conv1d ? (chance(80) ? 1 + choose(2) : 0) : 0;
    u->bias = true;
    u->groups = u->stride = u->dilation = 1;
    u->k = u->kw = kind == L_conv1d ? 3 : 2;
    u->pad = kind == L_conv1d;
    u->style = choose(2) ? WIRED : choose(2) ? NAMED : FRESH;
    u->name = text("m%dr", ++b->named);
    s->kind = S_STAGE;
    s->use = u;
    s->out = out;
    if (kind == L_linear || kind == L_conv1d || kind == L_layernorm) /* says that turns have their own */
        u->param[0] = new_value(b, V_PARAM, 1, (const int[]){1}, 0), u->param[0]->of_stage = true;
    if (u->param[0] && kind != L_layernorm)
        u->param[1] = u->param[0];
    return s;
}

/* r = r -> linear[4 + l]; r = tanh(r); …: the carry changes its shape. */
static statement *growing_body(builder *b, statement *s)
{
    value *r = s->carry[0];
    statement *first = NULL, **end = &first;
    bool wide = r->rank == 2 && chance(60);
    end = append(end, stage_on(b, wide ? L_conv1d : L_linear, r, r, 2 + choose(4)));
    if (chance(40))
        end = append(end, stage_on(b, choose(2) ? L_layernorm : L_softmax, r, r, 0));
    if (chance(60))
        end = append(end, whole_equation(r, smooth(whole(r))));
    if (wide && r->dims[1] >= 1 << s->turn->extent && chance(50)) {
        statement *pool = stage_on(b, choose(2) ? L_maxpool1d : L_avgpool1d, r, r, 0);
        pool->use->stride = 2;
        end = append(end, pool);
    }
    if (chance(50)) {
        value *u = new_value(b, V_COMPUTED, 0, NULL, 0), *all = new_value(b, V_COMPUTED, 1, &s->turn->extent, 0), *half = new_value(b, V_COMPUTED, r->rank, r->dims, 0);
        u->coupled = all->coupled = half->coupled = r->coupled;
        end = append(end, whole_equation(half, op2(O_MUL, number_node(0.5), whole(r))));
        statement *cost = stage_on(b, L_mse, r, u, 0);
        cost->use->from[1] = half;
        cost->use->style = FRESH;
        end = append(end, cost);
        statement *c = fresh(sizeof *c);
        c->kind = S_COLLECT;
        c->turn = s->turn;
        c->out = all;
        c->body = new_node(N_ELEMENT);
        c->body->value = u;
        all->assembled = true;
        end = append(end, c);
    }
    return first;
}

static statement *body_of(builder *b, statement *s, int outside)
{
    statement *first = NULL, **end = &first;
    for (int i = 1 + choose(3); i > 0; i--)
        end = append(end, some_statement(b));
    if (b->scans == 1 && chance(45))
        end = append(end, scan_statement(b, STAGE_COUNT));
    for (int i = 0; i < s->carries; i++) {
        if (chance(90))
            end = append(end, equation_for(b, s->carry[i]));
        if (chance(25))
            end = append(end, some_statement(b));
    }
    for (int i = choose(2); i >= 0; i--) {
        const value *v = i == 0 && s->carries && chance(50) ? s->carry[0] : last_real(b, outside);
        if (v && v->rank < MOST_DIMS)
            end = append(end, collect_statement(b, v));
    }
    return first;
}

statement *repeat_statement(builder *b)
{
    int turns = 1 + choose(4), outside, stages;
    bool growing = chance(28);
    const value *from = some_real(b);
    if (b->repeat || b->scans > 1 || b->m->value_count > 60 || !from || from->size > 200 || turns > b->turns / 20)
        return NULL;
    growing = growing && from->rank && from->rank < 3 && from->size < 80;
    statement *s = fresh(sizeof *s);
    s->kind = S_REPEAT;
    s->carries = growing ? 1 : choose(3);
    for (int i = 0; i < s->carries; i++) {
        int dims[2] = {some_extent(6), 1 + choose(3)};
        s->shaped[i] = !growing && (i || chance(50));
        value *v = s->carry[i] = s->shaped[i] ? new_value(b, V_COMPUTED, choose(3), dims, 0) : new_value(b, V_COMPUTED, from->rank, from->dims, 0);
        s->first[i] = s->shaped[i] ? first_value(b, v) : chance(50) ? whole(from) : smooth(whole(from));
        taints(s->first[i], v);
    }
    s->turn = fresh(sizeof *s->turn);
    *s->turn = (index){.name = text("l%d", b->m->value_count), .extent = turns, .turn = true, .unrolled = true};
    outside = b->seen_count;
    stages = b->stage_count;
    for (int i = 0; i < s->carries; i++)
        b->seen[b->seen_count++] = s->carry[i];
    b->turn[b->scans++] = s->turn;
    b->repeat = s;
    b->own_count = 0;
    s->inner = growing ? growing_body(b, s) : body_of(b, s, outside);
    b->scans--;
    b->repeat = NULL;
    b->stage_count = stages;
    s->carries = s->inner ? s->carries : 0;
    for (int i = 0; i < b->own_count; i++)
        if (!b->own[i]->of_stage)
            s->own[s->own_count++] = b->own[i];
    leave_loop(b, s, outside);
    if (!s->inner)
        return NULL;
    expand(b, s);
    return s;
}
