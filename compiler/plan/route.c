/* route.c: gradients of which one element in a block is not 0 (sole.h), as behind a 2x2 max pool, are not written out.
 *
 *     d[i, j] = 2*(i % 2) + j % 2 == arg[i / 2, j / 2] ? g[i / 2, j / 2] : 0
 *
 * What multiplies d[i, j] and sums runs over the blocks instead, with a fourth of the multiplications (I, J count blocks; i(I, J), j(I, J)
 * is where the element lies):
 *
 *     dw[u, v] = sum[i, j] d[i, j] * a[i + u, j + v]       dw[u, v] = sum[I, J] g[I, J] * a[i(I, J) + u, j(I, J) + v]
 *     da[i + u, j + v] += d[i, j] * w[u, v]                da[2*I + y, 2*J + x] += g[I, J] * w[y - i(I, J) % 2, x - j(I, J) % 2]
 *
 * where w gets a border of zeros, so that y and x, which run over all that a block reaches, need no condition. */
#include <string.h>

#include "../routine/passes.h"
#include "sole.h"

typedef struct routing {
    plan *p;
    routine *r;
    int number;                        /* of the map's equation */
    sole s;
    expr *value;                       /* the elements that may not be 0, as a read over the blocks' positions */
} routing;

/* ---- how a reader reads the map ---- */

/* Is e 0 wherever t's element is? */
static bool is_factor(expr *e, const tensor *t)
{
    if (e->kind == X_READ)
        return e->tensor == t;
    if (e->kind == X_SELECT)
        return expr_is_num(e->args[2], 0) && !expr_reads(e->args[0], t) && is_factor(e->args[1], t);
    if (e->kind != X_OP)
        return false;
    if (e->op == OP_NEG || e->op == OP_DIV)
        return is_factor(e->args[0], t) && (e->nargs == 1 || !expr_reads(e->args[1], t));
    return e->op == OP_MUL && (expr_reads(e->args[0], t) ? is_factor(e->args[0], t) && !expr_reads(e->args[1], t) : is_factor(e->args[1], t));
}

/* The only read of the map in e, whose subscripts are loops of their own; NULL: it is read otherwise. */
static expr *plain_read(const equation *e, const tensor *t)
{
    expr *read = expr_only_read(e->body, t);
    uint32_t seen = 0;
    int p;
    if (!read || !is_factor(e->body, t))
        return NULL;
    for (int d = 0; d < read->nargs; d++) {
        if (!int_is_index(read->args[d], &p) || (seen >> p & 1))
            return NULL;
        seen |= 1u << p;
    }
    return read;
}

/* e's body with its positions replaced and, in the place of the map, the value of the block. */
static expr *with_value(const routing *g, const equation *e, expr *read, expr *const map[])
{
    expr *body = expr_substitute(e->body, map, MAX_INDEX);
    return expr_replace(body, expr_substitute(read, map, MAX_INDEX), expr_substitute(g->value, read->args, read->nargs));
}

/* Where the element lies along the map's dimension d, from the first element of its block, over the positions of the reader. */
static expr *digit(const routing *g, const expr *read, int d)
{
    return expr_substitute(g->s.at[d], read->args, read->nargs);
}

static int position_of(const expr *read, int d)
{
    int p = -1;
    int_is_index(read->args[d], &p);
    return p;
}

/* ---- sums ---- */

typedef struct kernel_search {
    const equation *e;
    uint32_t map;                      /* the positions of the map */
    int64_t best;
} kernel_search;

/* How many elements a read finds around each of the map's: free positions in one subscript with one of the map's. */
static void find_kernel(expr *x, void *context)
{
    kernel_search *s = context;
    int64_t elements = 1;
    if (x->kind != X_READ || x->is_int)
        return;
    for (int d = 0; d < x->nargs; d++)
        for (int q = 0; q < s->e->free; q++)
            if ((x->args[d]->uses & s->map) && int_coefficient(x->args[d], q) == 1 && s->e->extent[q] != EXTENT_BATCH)
                elements *= s->e->extent[q];
    if (elements > s->best)
        s->best = elements;
}

/* Each element found once a block must outweigh that its place is looked up: a kernel as large as the block. */
static bool pays(const routing *g, const equation *e, const expr *read)
{
    kernel_search s = {.e = e};
    int64_t block = 1;
    for (int d = 0; d < read->nargs; d++)
        if (g->s.at[d]) {
            s.map |= 1u << position_of(read, d);
            block *= g->s.divisor[d];
        }
    expr_each(e->body, find_kernel, &s);
    return s.best >= block;
}

static bool route_sum(const routing *g, equation *e, expr *read)
{
    expr *map[MAX_INDEX] = {0};
    int64_t extent[MAX_INDEX];
    memcpy(extent, e->extent, sizeof extent);
    for (int d = 0; d < read->nargs; d++) {
        int p = position_of(read, d);
        if (!g->s.at[d])
            continue;
        if (p < e->free)
            return false;
        map[p] = int_add(int_scale(int_index(p), g->s.divisor[d]), digit(g, read, d));
        extent[p] = g->s.blocks[d];
    }
    if (e->body != read && !pays(g, e, read))
        return false;
    expr *body = with_value(g, e, read, map);
    if (!reads_inside(body, extent))
        return false;
    e->madds = e->body == read ? 0 : (uint64_t)equation_turns(e);
    e->body = body;
    memcpy(e->extent, extent, sizeof extent);
    e->note = "over blocks, of which one element is not 0";
    return true;
}

/* ---- scatters ---- */

/* The position that with p makes the only subscript of e's target where either is; -1: there is none. */
static int partner(const equation *e, int p)
{
    int other = -1;
    for (int d = 0; d < e->out->rank; d++) {
        const expr *sub = e->subs[d];
        if (!(sub->uses >> p & 1))
            continue;
        if (other >= 0 || int_coefficient(sub, p) != 1 || sub->nargs != 2)
            return -1;
        for (int q = 0; q < e->free; q++)
            if (q != p && int_coefficient(sub, q) == 1 && e->extent[q] != EXTENT_BATCH)
                other = q;
        if (other < 0)
            return -1;
    }
    for (int d = 0, users = 0; other >= 0 && d < e->out->rank; d++) {
        users += (int)(e->subs[d]->uses >> other & 1);
        if (users > 1)
            return -1;
    }
    return other;
}

typedef struct borders {
    int64_t before[MAX_INDEX], after[MAX_INDEX]; /* by position */
    int64_t extent[MAX_INDEX];         /* before they were widened */
    uint32_t positions;                /* those with borders */
    expr *read;                        /* of what needs them */
    int users;
} borders;

static void find_user(expr *x, void *context)
{
    borders *b = context;
    if (x->kind != X_READ || !(x->uses & b->positions))
        return;
    b->read = x;
    b->users++;
    for (int d = 0; d < x->nargs; d++)
        if ((x->args[d]->uses & b->positions) && !int_is_index(x->args[d], NULL))
            b->users = 2;
    if (x->is_int || x->tensor->kind != TENSOR_PARAM || x->tensor->values)
        b->users = 2;
}

/* copy = 0;  copy[u + before] = w[u]: two equations before number `at`. */
static tensor *bordered(const routing *g, int at, const equation *e, const borders *b)
{
    tensor *w = b->read->tensor;
    int64_t dims[MAX_RANK];
    expr *subs[MAX_RANK + 1];
    equation_list made = {0};
    for (int d = 0; d < w->rank; d++) {
        int p = position_of(b->read, d);
        bool wide = p >= 0 && (b->positions >> p & 1);
        dims[d] = w->dims[d] + (wide ? b->before[p] + b->after[p] : 0);
        subs[d] = int_add(int_index(d), int_const(wide ? b->before[p] : 0));
    }
    tensor *t = graph_tensor(g->p->graph, TENSOR_VALUE, NULL, w->rank, dims, 0, e->at);
    t->label = arena_printf("%s.padded", w->label);
    t->copied = w;
    equation *zero = equation_new(&made, t, expr_num(0), e->at), *fill = equation_new(&made, t, identity_read(w), e->at);
    zero->note = "zeros around what is read next";
    memcpy(fill->extent, w->dims, sizeof w->dims);
    fill->subs = NEW_ARRAY(expr *, w->rank + 1);
    memcpy(fill->subs, subs, (size_t)w->rank * sizeof *subs);
    equation_name_indices(zero);
    equation_name_indices(fill);
    plan_insert_before(g->r, at, fill);
    plan_insert_before(g->r, at, zero);
    return t;
}

static bool route_scatter(const routing *g, equation *e, int number, expr *read)
{
    expr *in_body[MAX_INDEX] = {0}, *in_target[MAX_INDEX] = {0}, *subs[MAX_RANK];
    borders b = {0};
    int64_t extent[MAX_INDEX];
    memcpy(extent, e->extent, sizeof extent);
    for (int d = 0; d < read->nargs; d++) {
        int p = position_of(read, d);
        if (!g->s.at[d])
            continue;
        int u = partner(e, p);
        if (u < 0 || (b.positions >> u & 1))
            return false;
        expr *at = digit(g, read, d);
        in_target[p] = int_scale(int_index(p), g->s.divisor[d]);
        in_body[p] = int_add(in_target[p], at);
        in_body[u] = int_sub(int_index(u), at);
        b.positions |= 1u << u;
        b.before[u] = b.after[u] = g->s.divisor[d] - 1;
        extent[p] = g->s.blocks[d];
        extent[u] += g->s.divisor[d] - 1;
    }
    expr_each(e->body, find_user, &b);
    if (b.users != 1)
        return false;
    expr *old = expr_substitute(b.read, in_body, MAX_INDEX), *body = with_value(g, e, read, in_body);
    for (int d = 0; d < old->nargs; d++) {
        int p = position_of(b.read, d);
        subs[d] = p >= 0 && (b.positions >> p & 1) ? int_add(old->args[d], int_const(b.before[p])) : old->args[d];
    }
    e->madds = (uint64_t)equation_turns(e);
    e->body = expr_replace(body, old, expr_read(bordered(g, number, e, &b), subs));
    for (int d = 0; d < e->out->rank; d++)
        e->subs[d] = expr_substitute(e->subs[d], in_target, MAX_INDEX);
    memcpy(e->extent, extent, sizeof extent);
    e->note = "all that a block reaches, of which one element is not 0";
    return true;
}

/* ---- the map ---- */

typedef struct known_value {
    expr *from, *to;
} known_value;

static expr *put_known(expr *x, void *context)
{
    const known_value *k = context;
    return x == k->from ? k->to : x;
}

/* Reads that an equation over the same blocks has made already: those of the pooled value. */
static expr *through_known(const routing *g, expr *value, int rank)
{
    for (int i = 0; i < g->number; i++) {
        equation *e = g->r->equations.data[i];
        if (e->kind != EQ_COMPUTE || e->reduction != RED_NONE || e->accumulate || e->body->kind != X_READ || e->free != rank ||
            memcmp(e->extent, g->s.blocks, (size_t)rank * sizeof *e->extent) != 0)
            continue;
        value = expr_rewrite(value, put_known, &(known_value){e->body, identity_read(e->out)});
    }
    return value;
}

static bool is_kept(const routine *r, const plan *p, const tensor *t)
{
    bool kept = t == r->value;
    for (int i = 0; i < r->outputs.count; i++)
        kept |= r->outputs.data[i] == t;
    for (int i = 0; r->gradient && i < p->graph->params.count; i++)
        kept |= r->gradient[i] == t;
    return kept;
}

static int definitions(const routine *r, const tensor *t)
{
    int n = 0;
    for (int i = 0; i < r->equations.count; i++)
        n += r->equations.data[i]->out == t;
    return n;
}

/* The map itself, for who else reads it, from the elements that may not be 0: what they are need not be asked once more. */
static void map_from_blocks(const routing *g, equation *e)
{
    expr *map[MAX_INDEX] = {0};
    for (int p = 0; p < e->free; p++) {
        if (g->s.divisor[p] > 1 && e->extent[p] % g->s.divisor[p] != 0)
            return;
        map[p] = int_div(int_index(p), g->s.divisor[p]);
    }
    e->body = expr_select(g->s.equality, expr_substitute(g->value, map, MAX_INDEX), expr_num(0));
}

/* The map's readers go over the blocks, as far as they can; then the map, if nobody else reads it, is gone. */
static void route(plan *p, routine *r, int number)
{
    routing g = {.p = p, .r = r, .number = number};
    equation *e = r->equations.data[number];
    const tensor *t = e->out;
    if (!sole_find(e, &g.s) || is_kept(r, p, t) || definitions(r, t) != 1)
        return;
    equation_list made = {0};
    tensor *sole_values = graph_tensor(p->graph, TENSOR_VALUE, NULL, t->rank, g.s.blocks, 0, e->at);
    sole_values->batched = t->batched;
    sole_values->label = arena_printf("%s.sole", t->label);
    sole_values->stage = t->stage;
    equation *values = equation_new(&made, sole_values, through_known(&g, g.s.value, t->rank), e->at);
    memcpy(values->index_name, e->index_name, sizeof values->index_name);
    values->note = "what is not 0 in a block";
    bool copies = values->body->kind == X_READ && values->body == identity_read(values->body->tensor);
    g.value = copies ? values->body : identity_read(sole_values);
    bool any = false;
    for (int bare = 0; bare < 2; bare++) /* what is summed alone follows the products */
        for (int i = number + 1; i < r->equations.count && any >= bare; i++) {
            equation *reader = r->equations.data[i];
            expr *read = reader->kind == EQ_COMPUTE && reader->body && reads_tensor(reader, t) ? plain_read(reader, t) : NULL;
            int before = r->equations.count;
            if (!read || (reader->body == read) != bare)
                continue;
            if (reader->accumulate)
                any |= route_scatter(&g, reader, i, read);
            else if (reader->reduction == RED_SUM)
                any |= route_sum(&g, reader, read);
            i += r->equations.count - before;
        }
    if (!any)
        return;
    if (count_readers(&r->equations, t) == 0) {
        equation_list *list = &r->equations;
        memmove(&list->data[number], &list->data[number + 1], (size_t)(--list->count - number) * sizeof *list->data);
    } else if (!copies)
        map_from_blocks(&g, e);
    if (!copies)
        plan_insert_before(r, number, values);
}

void plan_routing(plan *p, const routine_list *routines)
{
    if (p->options.level != LEVEL_O2)
        return;
    for (int i = 0; i < routines->count; i++)
        for (int k = 0; k < routines->data[i]->equations.count && !routines->data[i]->recurrences.count; k++)
            route(p, routines->data[i], k);
}
