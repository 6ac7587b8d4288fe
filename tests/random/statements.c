/* statements.c: the statements of a model and of a scan's body, but for the scan itself. */
#include "build.h"

#include <string.h>

static statement *new_statement(statement_kind kind, value *out)
{
    statement *s = fresh(sizeof *s);
    s->kind = kind;
    s->out = out;
    return s;
}

/* ---- equations ---- */

static void begin(builder *b)
{
    b->letters = b->index_count = b->free_count = 0;
    b->work = 1;
    b->reduction = NULL;
    b->whole = NULL;
    b->make = MAKE_FREE;
    for (int i = 0; i < b->scans; i++) {
        b->indices[b->index_count++] = b->turn[i];
        b->work *= b->turn[i]->extent;
    }
}

static void see(builder *b, value *v)
{
    b->seen[b->seen_count++] = v;
}

static void look_for_pad(const node *n, void *context)
{
    *(bool *)context |= n->kind == N_PADDED;
}

static statement *finish(builder *b, node *body, int classes)
{
    int dims[MOST_DIMS];
    bool padded = false;
    each_node(body, look_for_pad, &padded);
    if (!b->free_count && padded && classes)
        return NULL;
    if (!b->free_count && padded) { /* pad stands in index equations only */
        open_reduction(b, R_SUM);
        body = close_reduction(b, body, MAKE_NONE, NULL);
    }
    for (int d = 0; d < b->free_count; d++)
        dims[d] = b->free[d]->extent;
    statement *s = new_statement(S_EQUATION, new_value(b, V_COMPUTED, b->free_count, dims, classes));
    memcpy(s->free, b->free, sizeof s->free);
    s->body = body;
    taints(body, s->out);
    see(b, s->out);
    return s;
}

static node *main_read(builder *b)
{
    const value *v = some_real(b);
    if (!v)
        return number_node(1);
    return v->rank && (b->free_count || b->reduction || b->make == MAKE_FREE) && chance(25) ? padded_element(b, v) : element_of(b, v);
}

/* reduce[…] read * (a parameter, another read, …) */
static node *contraction(builder *b)
{
    static const reduction kinds[] = {R_SUM, R_SUM, R_SUM, R_SUM, R_MEAN, R_MAX, R_MIN, R_PROD};
    reduction kind = kinds[choose(8)];
    if (chance(50))
        new_index(b, some_extent(33));
    open_reduction(b, kind);
    node *body = main_read(b);
    b->make = MAKE_NONE;
    switch (choose(6)) {
    case 0: case 1: case 2:
        if (b->m->value_count < 60 && kind != R_PROD)
            body = op2(O_MUL, body, parameter_over(b));
        break;
    case 3: body = op2(O_MUL, body, main_read(b)); break;
    case 4: body = smooth(op2(O_ADD, body, expression(b, 1))); break;
    default: break;
    }
    if (kind == R_PROD)
        body = op2(O_ADD, number_node(0.25), smooth(body));
    return close_reduction(b, body, MAKE_FREE, NULL);
}

static node *epilogue(builder *b, node *e)
{
    switch (choose(6)) {
    case 0: return e;
    case 1: return op2(O_ADD, e, expression(b, 0));
    case 2: return smooth(e);
    case 3: return op2(O_MAX, e, number_node(0));
    case 4: return op2(O_MUL, e, expression(b, 1));
    default: return op2(O_ADD, e, expression(b, 2));
    }
}

static void look_for_argument(const node *n, void *context)
{
    *(bool *)context |= n->value && n->value->kind != V_CONST;
}

/* A block sees no turn, and takes at least one argument. */
static bool fits_block(const builder *b, const statement *s)
{
    bool any = false;
    each_node(s->body, look_for_argument, &any);
    return any && b->scans == 0 && !s->out->coupled;
}

static statement *free_equation(builder *b)
{
    begin(b);
    node *e = chance(65) ? contraction(b) : main_read(b);
    b->make = MAKE_NONE;
    e = epilogue(b, e);
    statement *s = finish(b, e, 0);
    if (chance(15) && fits_block(b, s))
        s->form = F_BLOCK;
    return s;
}

/* Free indices for the dimensions of `out`. */
static void fixed_indices(builder *b, const value *out, int from)
{
    long turns = b->turns;
    begin(b);
    b->turns = INT32_MAX;
    for (int d = from; d < out->rank; d++)
        new_index(b, out->dims[d]);
    b->turns = turns;
    b->make = MAKE_NONE;
}

static node *element_at_free(builder *b, const value *v)
{
    node *n = new_node(N_ELEMENT);
    n->value = v;
    n->args = v->rank;
    for (int d = 0; d < v->rank; d++)
        n->arg[d] = index_node(b->free[d]);
    return n;
}

statement *equation_for(builder *b, value *out)
{
    fixed_indices(b, out, 0);
    open_reduction(b, R_SUM);
    b->make = MAKE_BOUND;
    node *e = main_read(b);
    b->make = MAKE_NONE;
    if (b->m->value_count < 60)
        e = op2(O_MUL, e, parameter_over(b));
    e = close_reduction(b, e, MAKE_NONE, NULL);
    e = op2(O_MUL, number_node(0.5), smooth(op2(O_ADD, e, expression(b, 2))));
    if (chance(70))
        e = op2(O_ADD, op2(O_MUL, number_node(0.5), element_at_free(b, out)), e);
    statement *s = new_statement(S_EQUATION, out);
    memcpy(s->free, b->free, sizeof s->free);
    s->body = e;
    taints(e, out);
    return s;
}

statement *collect_statement(builder *b, const value *of)
{
    int dims[MOST_DIMS], rank = 1;
    index *turn = b->turn[b->scans - 1];
    dims[0] = turn->extent;
    for (int d = 0; d < of->rank && rank < MOST_DIMS; d++)
        dims[rank++] = of->dims[d];
    statement *s = new_statement(S_COLLECT, new_value(b, V_COMPUTED, rank, dims, 0));
    fixed_indices(b, s->out, 1);
    memcpy(s->free, b->free, sizeof s->free);
    s->turn = turn;
    s->out->assembled = true;
    s->body = element_at_free(b, of);
    if (chance(40))
        s->body = op2(O_ADD, s->body, expression(b, 1));
    taints(s->body, s->out);
    return s;
}

static statement *whole_equation(builder *b, int fuel)
{
    const value *shape = some_real(b);
    if (!shape)
        return NULL;
    begin(b);
    b->index_count = 0;
    b->make = MAKE_NONE;
    b->whole = shape;
    b->work *= shape->size;
    node *e = expression(b, fuel);
    statement *s = new_statement(S_EQUATION, NULL);
    s->form = F_WHOLE;
    s->body = e;
    b->whole = NULL;
    if (shape->rank > 0) {     /* it may read scalars alone */
        node *n = new_node(N_WHOLE);
        n->value = shape;
        s->body = op2(O_ADD, n, e);
    }
    s->out = new_value(b, V_COMPUTED, shape->rank, shape->dims, 0);
    taints(s->body, s->out);
    see(b, s->out);
    return s;
}

/* u = v -> relu -> gelu */
static statement *wired_functions(builder *b)
{
    const value *v = some_real(b);
    if (!v)
        return NULL;
    node *e = whole(v);
    for (int i = 1 + choose(2); i > 0; i--)
        e = library_of((function_kind)choose_in_turn(LIBRARY_FUNCTIONS), e);
    statement *s = new_statement(S_EQUATION, new_value(b, V_COMPUTED, v->rank, v->dims, 0));
    s->form = F_WIRED;
    s->body = e;
    taints(e, s->out);
    see(b, s->out);
    return s;
}

/* A scalar of all of some value: what gradients are taken of, and costs. */
statement *scalar_equation(builder *b, const value *of)
{
    begin(b);
    b->make = MAKE_BOUND;
    open_reduction(b, chance(70) ? R_SUM : R_MEAN);
    node *e = element_of(b, of);
    b->make = MAKE_NONE;
    switch (choose(4)) {
    case 0: e = op2(O_MUL, e, e); break;
    case 1: e = smooth(e); break;
    case 2: e = op2(O_MUL, smooth(e), expression(b, 1)); break;
    default: e = op2(O_MUL, e, op2(O_MUL, e, e)); break;
    }
    e = close_reduction(b, e, MAKE_NONE, NULL);
    return finish(b, e, 0);
}

static statement *index_equation(builder *b) /* argmax or argmin */
{
    const value *v = some_real(b);
    if (!v || !v->rank)
        return NULL;
    begin(b);
    open_reduction(b, chance(50) ? R_ARGMAX : R_ARGMIN);
    node *n = new_node(N_ELEMENT);
    n->value = v;
    n->args = v->rank;
    int along = choose(v->rank);
    b->make = MAKE_BOUND;
    index *i = new_index(b, v->dims[along]);
    if (!i)
        return NULL;
    n->arg[along] = index_node(i);
    for (int d = 0; d < v->rank; d++) {
        b->make = MAKE_FREE;
        if (d != along)
            n->arg[d] = subscript(b, v->dims[d]);
    }
    node *e = n;
    b->make = MAKE_NONE;
    if (chance(40))
        e = op2(O_ADD, smooth(e), expression(b, 1));
    return finish(b, close_reduction(b, e, MAKE_NONE, NULL), v->dims[along]);
}

/* ---- other shapes ---- */

static statement *reshape_statement(builder *b)
{
    const value *v = some_real(b);
    int dims[MOST_DIMS], rank = 0, left;
    if (!v)
        return NULL;
    left = v->size;
    for (int factor = 2; factor < 8 && rank < 3; factor++)
        if (left % factor == 0 && left > factor && chance(60)) {
            dims[rank++] = factor;
            left /= factor;
        }
    dims[rank++] = left;
    bool flat = chance(45);
    if (flat) {
        rank = 1;
        dims[0] = v->size;
    }
    statement *s = new_statement(S_RESHAPE, new_value(b, V_COMPUTED, rank, dims, 0));
    s->from[0] = v;
    s->froms = 1;
    s->flatten = flat;
    s->out->assembled = true;
    s->out->target = v->target;
    s->out->coupled = v->coupled;
    see(b, s->out);
    return s;
}

static statement *concat_statement(builder *b)
{
    const value *v = some_real(b), *piece[3];
    int count = 0, dims[MOST_DIMS];
    if (!v || !v->rank || v->size > 300)
        return NULL;
    int axis = choose(v->rank);
    piece[count++] = v;
    for (int i = b->seen_count - 1; i >= 0 && count < 3; i--) {
        const value *o = b->seen[i];
        bool fits = !o->classes && o->rank == v->rank && (b->targets || !o->target);
        for (int d = 0; fits && d < o->rank; d++)
            fits = d == axis || o->dims[d] == v->dims[d];
        if (fits && chance(60))
            piece[count++] = o;
    }
    memcpy(dims, v->dims, sizeof dims);
    for (int i = 1; i < count; i++)
        dims[axis] += piece[i]->dims[axis];
    statement *s = new_statement(S_CONCAT, new_value(b, V_COMPUTED, v->rank, dims, 0));
    s->axis = axis;
    s->out->assembled = true;
    s->froms = count;
    for (int i = 0; i < count; i++) {
        s->from[i] = piece[i];
        s->out->target |= piece[i]->target;
        s->out->coupled |= piece[i]->coupled;
    }
    see(b, s->out);
    return s;
}

/* u = v[t]: the first subscripts, of a whole value. NULL for v: of any. */
statement *slice_statement(builder *b, const value *v)
{
    const value *classes[200];
    int count = 0, taken;
    bool steps = v != NULL;
    v = v ? v : some_real(b);
    if (!v || !v->rank)
        return NULL;
    begin(b);
    for (int i = 0; i < b->seen_count; i++)
        if (b->seen[i]->classes && b->seen[i]->rank == 0 && (b->targets || !b->seen[i]->target))
            classes[count++] = b->seen[i];
    node *n = new_node(N_ELEMENT);
    n->value = v;
    n->args = v->rank;
    taken = steps ? 1 : 1 + choose(v->rank);
    for (int d = 0; d < taken; d++) {
        index *turn = b->scans ? b->turn[b->scans - 1] : NULL;
        const value *k = count ? classes[choose(count)] : NULL;
        if (turn && turn->extent <= v->dims[d] && (steps || chance(70)))
            n->arg[d] = subscript_of_turn(turn, v->dims[d]);
        else if (k && k->classes <= v->dims[d] && chance(60)) {
            n->arg[d] = new_node(N_GATHER);
            n->arg[d]->value = k;
        } else {
            n->arg[d] = new_node(N_INT);
            n->arg[d]->number = choose(v->dims[d]);
        }
    }
    for (int d = taken; d < v->rank; d++) {
        index *i = new_index(b, v->dims[d]);
        if (!i)
            return NULL;
        n->arg[d] = index_node(i);
    }
    statement *s = finish(b, n, 0);
    s->form = F_SLICE;
    return s;
}

/* Noise on a value: added, or whole elements dropped. */
static statement *noise_statement(builder *b)
{
    const value *v = some_real(b);
    if (!v || v->size > 200 || b->m->draws >= 3)
        return NULL;
    node *draw = new_node(choose(2) ? N_BERNOULLI : N_GAUSS), *read = new_node(N_WHOLE), *e;
    draw->place = b->repeat ? 0 : b->m->draws++;
    draw->number = v->size;
    for (int i = 0; i < b->scans; i++)
        if (!b->turn[i]->unrolled)
            draw->over[draw->overs++] = b->turn[i];
    if (draw->kind == N_BERNOULLI) {
        draw->args = 1;
        draw->arg[0] = number_node(0.25 * (1 + choose(3)));
    }
    read->value = v;
    e = draw->kind == N_GAUSS ? op2(O_ADD, read, op2(O_MUL, number_node(0.25), draw)) : op2(O_MUL, read, draw);
    if (chance(50)) {
        e = select_of(new_node(N_TRAINING), e, read);
    }
    statement *s = new_statement(S_EQUATION, new_value(b, V_COMPUTED, v->rank, v->dims, 0));
    s->form = F_WHOLE;
    s->body = e;
    taints(e, s->out);
    see(b, s->out);
    b->m->stateful = true;
    return s;
}

/* v[i] = training ? mean[batch, …] u[…] : something */
static statement *batch_statement(builder *b)
{
    static const reduction kinds[] = {R_MEAN, R_SUM, R_MAX, R_MIN};
    if (b->scans || b->m->stream || b->m->derivatives)
        return NULL;
    begin(b);
    open_reduction(b, kinds[choose(4)]);
    b->reduction->batch = true;
    node *r = b->reduction, *e = main_read(b), *n = new_node(N_SELECT);
    b->make = MAKE_NONE;
    if (chance(50))
        e = smooth(e);
    if (r->overs)
        close_reduction(b, e, MAKE_NONE, NULL);
    r->arg[0] = e;
    r->args = 1;
    b->reduction = NULL;
    n->args = 3;
    n->arg[0] = new_node(N_TRAINING);
    n->arg[1] = r;
    n->arg[2] = number_node(some_number());
    b->m->coupled = true;
    return finish(b, n, 0);
}

/* ---- derivatives ---- */

statement *derivative_statement(builder *b)
{
    const value *x[200], *of[200];
    int xs = 0, ofs = 0;
    if (b->m->coupled || b->scans > 1 || b->repeat || b->m->derivatives == 2)
        return NULL;
    for (int i = 0; i < b->seen_count; i++) {
        const value *v = b->seen[i];
        if (v->classes || v->target || v->carry || v->assembled)
            continue;
        if ((v->kind == V_INPUT || v->kind == V_PARAM || v->kind == V_COMPUTED) && v->size <= 9)
            x[xs++] = v;
        if (v->kind == V_COMPUTED && v->size <= 6)
            of[ofs++] = v;
    }
    if (!xs || !ofs)
        return NULL;
    const value *s_of = of[ofs - 1 - (chance(40) ? choose(ofs < 3 ? ofs : 3) : 0)], *by = x[choose(xs)];
    int dims[2 * MOST_DIMS], rank = 0;
    bool gradient = s_of->rank == 0 && chance(80);
    for (int d = 0; d < s_of->rank; d++)
        dims[rank++] = s_of->dims[d];
    for (int d = 0; d < by->rank; d++)
        dims[rank++] = by->dims[d];
    if (rank > MOST_DIMS || s_of == by)
        return NULL;
    statement *s = new_statement(gradient ? S_GRADIENT : S_JACOBIAN, new_value(b, V_COMPUTED, rank, dims, 0));
    s->from[0] = s_of;
    s->from[1] = by;
    s->froms = 2;
    b->m->derivatives++;
    s->out->coupled = s_of->coupled;
    see(b, s->out);
    return s;
}

/* ---- any of them ---- */

statement *some_statement(builder *b)
{
    const value *v;
    if (b->own_count > 40)
        return NULL;
    switch (choose(29)) {
    case 28: return wired_functions(b);
    case 11: case 12: case 13: return whole_equation(b, 1 + choose(3));
    case 14: return reshape_statement(b);
    case 15: return concat_statement(b);
    case 16: return stage_statement(b, (stage_kind)choose(STAGE_COUNT));
    case 17: return index_equation(b);
    case 18: return noise_statement(b);
    case 19: return b->scans ? NULL : batch_statement(b);
    case 20: v = some_real(b); return v ? scalar_equation(b, v) : NULL;
    case 21: return derivative_statement(b);
    case 22: case 23: return b->scans < 2 ? scan_statement(b, STAGE_COUNT) : NULL;
    case 24: return b->scans == 1 ? scan_statement(b, STAGE_COUNT) : free_equation(b);
    case 25: return slice_statement(b, NULL);
    case 26: return stage_again(b);
    case 27: return repeat_statement(b);
    default: return free_equation(b);
    }
}
