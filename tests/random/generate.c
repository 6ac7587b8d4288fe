/* generate.c: a whole model: what it observes, its statements, its outputs and costs. */
#include "build.h"

enum { THEMES = 2, PATTERNS = 5 }; /* stages of the library, and patterns, that seeds take in turn */

#include <string.h>

static statement *simple(statement_kind kind, value *out, node *body)
{
    statement *s = fresh(sizeof *s);
    s->kind = kind;
    s->out = out;
    s->body = body;
    return s;
}

/* ---- what there is at the beginning ---- */

static void inputs(builder *b)
{
    for (int i = 1 + choose(2); i > 0; i--) {
        int dims[3], rank = 1 + choose(3), room = 400;
        for (int d = 0; d < rank; d++) {
            dims[d] = some_extent(d ? room < 12 ? room : 12 : room);
            room /= dims[d];
        }
        new_value(b, V_INPUT, chance(10) ? 0 : rank, dims, 0);
    }
    if (chance(35)) { /* small enough for derivatives by it */
        int dims[1] = {some_extent(5)};
        new_value(b, V_INPUT, 1, dims, 0);
    }
    if (chance(45)) {
        int dims[1] = {some_extent(6)};
        new_value(b, V_INPUT, choose(2), dims, some_extent(9) + 1);
    }
    if (chance(20)) {
        int dims[2] = {some_extent(8), some_extent(4)};
        value *v = new_value(b, V_CONST, 1 + choose(2), dims, 0);
        for (int i = 0; i < v->size; i++)
            v->numbers[i] = (choose(129) - 64) / 64.0;
    }
}

static void functions(builder *b)
{
    for (int i = choose(3); i > 0; i--) {
        function *f = fresh(sizeof *f);
        f->name = text("f%d", b->m->function_count + 1);
        f->arity = b->arity = 1 + choose(2);
        f->body = expression(b, 2);
        if (chance(50))
            for (int k = 0; k < f->arity; k++)
                f->partial[k] = expression(b, 1);
        b->arity = 0;
        b->m->functions[b->m->function_count++] = f;
    }
}

/* ---- states ---- */

static statement *state_statement(builder *b, value *state)
{
    node *e = NULL;
    const value *source = NULL;
    b->make = MAKE_NONE;
    b->index_count = b->letters = 0;
    for (int i = 0; i < b->seen_count; i++) {
        const value *v = b->seen[i];
        bool same = v->kind == V_COMPUTED && v->rank == state->rank && !v->classes && !v->target;
        for (int d = 0; same && d < v->rank; d++)
            same = v->dims[d] == state->dims[d];
        if (same && (b->m->stream || (v->coupled && v->size == state->size)))
            source = v;
    }
    if (source && b->m->stream)
        e = op2(O_ADD, op2(O_MUL, number_node(0.5), whole(state)), op2(O_MUL, number_node(0.5), op1(O_TANH, whole(source))));
    else {
        b->constant = true;
        b->whole = state;
        e = op2(O_ADD, op2(O_MUL, number_node(0.5), whole(state)), op1(O_SIN, expression(b, 2)));
        b->constant = false;
        b->whole = NULL;
    }
    if (chance(40))
        e = select_of(new_node(N_TRAINING), e, whole(state));
    return simple(S_UPDATE, state, e);
}

/* ---- costs ---- */

/* mean[…] (v - y)^2, with a target of v's shape; log(sum exp v) - v[y]; or of v alone. */
static node *cost_body(builder *b, const value *v)
{
    making before = MAKE_NONE;
    bool classes = v->rank == 1 && chance(30), plain = chance(25);
    node *a, *e;
    b->letters = b->index_count = 0;
    b->work = 1;
    b->make = MAKE_BOUND;
    if (classes) {
        value *y = new_value(b, V_TARGET, 0, NULL, v->dims[0]);
        open_reduction(b, R_SUM);
        e = close_reduction(b, op1(O_EXP, element_of(b, v)), before, NULL);
        a = new_node(N_ELEMENT);
        a->value = v;
        a->args = 1;
        a->arg[0] = new_node(N_GATHER);
        a->arg[0]->value = y;
        return op2(O_SUB, op1(O_LOG, e), a);
    }
    open_reduction(b, chance(50) ? R_MEAN : R_SUM);
    a = element_of(b, v);
    b->make = MAKE_NONE;
    if (plain || b->m->value_count > 200)
        return close_reduction(b, op2(O_MUL, a, op2(O_ADD, a, expression(b, 1))), before, NULL);
    int dims[MOST_DIMS], rank = 0;
    node *y = new_node(N_ELEMENT);
    for (int i = 0; i < b->reduction->overs; i++) {
        y->arg[rank] = index_node(b->reduction->over[i]);
        dims[rank++] = b->reduction->over[i]->extent;
    }
    y->value = new_value(b, V_TARGET, rank, dims, 0);
    y->args = rank;
    e = op2(O_SUB, a, y);
    e = chance(70) ? op2(O_POW, e, number_node(2)) : op1(O_ABS, e);
    return close_reduction(b, e, before, NULL);
}

static node *penalty(builder *b)
{
    for (int i = 0; i < b->m->value_count; i++) {
        const value *w = b->m->values[i];
        if (w->kind != V_PARAM || !chance(40))
            continue;
        b->make = MAKE_BOUND;
        b->work = 1;
        open_reduction(b, R_SUM);
        node *n = new_node(N_ELEMENT);
        n->value = w;
        n->args = w->rank;
        for (int d = 0; d < w->rank; d++)
            n->arg[d] = subscript(b, w->dims[d]);
        return op2(O_MUL, number_node(0.25), close_reduction(b, op2(O_MUL, n, n), MAKE_NONE, NULL));
    }
    return NULL;
}

/* Some of the parameters, at times, for a cost to train. */
static void choose_trained(builder *b, statement *s)
{
    if (!chance(40))
        return;
    for (int i = 0; i < b->m->value_count && s->train_count < 8; i++)
        if (b->m->values[i]->kind == V_PARAM && chance(50))
            s->trains[s->train_count++] = b->m->values[i];
}

static const value *late_real(builder *b, int back)
{
    for (int i = b->seen_count - 1; i >= 0; i--)
        if (b->seen[i]->kind == V_COMPUTED && !b->seen[i]->classes && back-- <= 0)
            return b->seen[i];
    return some_real(b);
}

/* e and a part of the sum of squares of v's elements. */
static node *depending(builder *b, node *e, const value *v)
{
    node *n = new_node(N_ELEMENT);
    b->letters = b->index_count = 0;
    b->work = 1;
    b->turns = INT32_MAX;
    b->make = MAKE_BOUND;
    n->value = v;
    n->args = v->rank;
    if (!v->rank)
        return op2(O_ADD, e, op2(O_MUL, number_node(0.125), op2(O_MUL, n, n)));
    node *r = new_node(N_REDUCE);
    r->reduce = R_SUM;
    r->args = 1;
    for (int d = 0; d < v->rank; d++) {
        index *i = fresh(sizeof *i);
        i->name = text("d%d", d);
        i->extent = v->dims[d];
        r->over[r->overs++] = i;
        n->arg[d] = index_node(i);
    }
    r->arg[0] = op2(O_MUL, n, n);
    return op2(O_ADD, e, op2(O_MUL, number_node(0.125), r));
}

static statement **costs(builder *b, statement **end, const stage_kind themes[THEMES])
{
    static const char *const names[] = {NULL, "second", "third"};
    int count = chance(20) || (themes[1] >= L_mse && themes[1] <= L_triplet) ? 2 + chance(30) : 1;
    for (int i = 0; i < count; i++) {
        const value *v = late_real(b, chance(60) ? i : choose(4));
        stage_kind theme = i < THEMES && themes[i] >= L_mse && themes[i] <= L_triplet ? themes[i] : STAGE_COUNT;
        statement *given = theme < STAGE_COUNT ? stage_statement(b, theme) : NULL, *last = given;
        while (last && last->next)
            last = last->next;
        if (last && last->out->rank == 0 && last->kind == S_STAGE) {
            node *c = new_node(N_WHOLE);
            c->value = last->out;
            end = append(end, given);
            for (int w = 0; w < b->wanted_count && i == 0; w++)
                c = depending(b, c, b->wanted[w]);
            given = simple(S_COST, NULL, c);
            given->name = names[i];
            choose_trained(b, given);
            end = append(end, given);
            continue;
        }
        end = append(end, given);
        if (!v)
            continue;
        node *e = cost_body(b, v), *more = chance(30) ? penalty(b) : NULL;
        e = more ? op2(O_ADD, e, more) : e;
        for (int w = 0; w < b->wanted_count && i == 0; w++)
            e = depending(b, e, b->wanted[w]);
        statement *s = simple(S_COST, NULL, e);
        s->name = names[i];
        choose_trained(b, s);
        end = append(end, s);
    }
    return end;
}

static statement **outputs(builder *b, statement **end)
{
    int wanted = 2 + choose(3);
    for (int i = b->seen_count - 1; i >= 0 && wanted; i--)
        if (b->seen[i]->kind == V_COMPUTED && !b->seen[i]->target && chance(90)) {
            end = append(end, simple(S_OUTPUT, b->seen[i], NULL));
            wanted--;
        }
    return end;
}

/* ---- what does not stand in the model's text ---- */

static void look_for_blocks(const statement *s, void *context)
{
    *(bool *)context |= s->form == F_BLOCK || (s->kind == S_STAGE && s->use->kind >= L_pick);
}

static bool defines(const model *m)
{
    bool any = m->function_count > 0 || m->defined;
    for (int i = 0; i < m->value_count; i++)
        any |= m->values[i]->kind == V_CONST;
    each_statement(m->first, look_for_blocks, &any);
    return any;
}

typedef struct numbers {
    double all[64];
    int count;
} numbers;

static void look_for_numbers(const node *n, void *context)
{
    numbers *found = context;
    if (n->kind == N_NUMBER && found->count < 64)
        found->all[found->count++] = n->number;
}

static void look_in_body(const statement *s, void *context)
{
    each_node(s->body, look_for_numbers, context);
}

/* An extent, or a number of an expression. */
static void define_number(model *m)
{
    numbers found = {{0}, 0};
    double *number = fresh(sizeof *number);
    if (chance(30))
        each_statement(m->first, look_in_body, &found);
    for (int i = 0; !found.count && i < m->value_count; i++) {
        const value *v = m->values[i];
        for (int d = 0; d < v->rank && v->kind <= V_PARAM && !v->of_stage && !v->of_repeat && found.count < 64; d++)
            found.all[found.count++] = v->dims[d];
    }
    *number = found.all[choose(found.count)];
    m->defined = found.count ? number : NULL;
}

/* ---- all ---- */

model *generate(void)
{
    static const int batches[] = {1, 2, 3, 7, 5, 16, 33, 8};
    model *m = fresh(sizeof *m);
    builder b = {.m = m};
    statement **end = &m->first;
    stage_kind themes[THEMES];
    int patterns[PATTERNS] = {0};
    m->stream = chance(6);
    m->batch = m->stream ? 1 : batches[choose(8)];
    m->samples[0] = m->batch;
    m->samples[1] = 1 + choose(m->batch);
    b.turns = 24000 / m->batch;
    b.turns = b.turns > 4000 ? 4000 : b.turns;
    inputs(&b);
    functions(&b);
    value *state = NULL;
    if (m->stream || chance(8)) {
        int dims[1] = {some_extent(6)};
        state = new_value(&b, V_STATE, 1, dims, 0);
        for (int i = 0; i < state->size; i++)
            state->numbers[i] = 0.25;
        m->stateful = true;
    }
    for (int i = 0; i < THEMES; i++)
        themes[i] = (stage_kind)choose_in_turn(STAGE_COUNT);
    for (int i = 0, more = THEMES + choose(4); i < more && m->value_count < 60; i++) {
        if (chance(30))
            end = append(end, stage_again(&b));
        if (chance(8))
            end = append(end, repeat_statement(&b));
        bool cell = i < THEMES && themes[i] >= L_rnn_cell && themes[i] <= L_lstm_cell;
        end = append(end, some_statement(&b));
        if (i < THEMES && (themes[i] < L_mse || themes[i] > L_triplet))
            end = append(end, cell && chance(60) ? scan_statement(&b, themes[i]) : stage_statement(&b, themes[i]));
    }
    for (int i = 1; i < PATTERNS; i++)
        patterns[i] = 1 + choose_in_turn(pattern_count() - 1);
    for (int i = 0; i < PATTERNS && m->value_count < 150; i++)
        end = append(end, pattern_statements(&b, patterns[i]));
    for (int i = chance(20) ? 1 + choose(2) : 0; i > 0; i--) { /* a scalar, and its gradient */
        const value *v = late_real(&b, 0);
        end = append(end, v && v->size < 100 ? scalar_equation(&b, v) : NULL);
        end = append(end, derivative_statement(&b));
    }
    statement **before = end;
    end = outputs(&b, end);
    bool silent = end == before;
    if (state)
        end = append(end, state_statement(&b, state));
    b.targets = true;
    if (chance(94) || silent)
        end = costs(&b, end, themes);
    for (int i = 0; i < m->value_count; i++)
        m->values[i]->frozen = m->values[i]->kind == V_PARAM && chance(6);
    if (chance(17))
        define_number(m);
    m->apart = chance(20) && defines(m);
    return m;
}
