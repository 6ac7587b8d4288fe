/* build.c: indices, subscripts that stay within their range, reads. */
#include "build.h"

#include <string.h>

node *new_node(node_kind kind)
{
    node *n = fresh(sizeof *n);
    n->kind = kind;
    return n;
}

node *number_node(double x)
{
    node *n = new_node(N_NUMBER);
    n->number = x;
    return n;
}

double some_number(void)
{
    static const double common[] = {1, 0.5, 2, -1, 0, 0.3, -0.7, 1.25, 3, 0.1};
    return common[choose(10)];
}

node *integer_node(node_kind kind, node *a, node *b, int number)
{
    node *n = new_node(kind);
    n->arg[0] = a;
    n->arg[1] = b;
    n->args = (a != NULL) + (b != NULL);
    n->number = number;
    return n;
}

node *shifted(node *a, int c)
{
    return c == 0 ? a : c > 0 ? integer_node(N_PLUS, a, integer_node(N_INT, NULL, NULL, c), 0) : integer_node(N_MINUS, a, integer_node(N_INT, NULL, NULL, -c), 0);
}

node *scaled(node *a, int c)
{
    return c == 1 ? a : integer_node(N_TIMES, a, NULL, c);
}

node *op1(operation op, node *a)
{
    node *n = new_node(N_OP);
    n->op = op;
    n->args = 1;
    n->arg[0] = a;
    return n;
}

node *op2(operation op, node *a, node *b)
{
    node *n = op1(op, a);
    n->args = 2;
    n->arg[1] = b;
    return n;
}

node *select_of(node *c, node *a, node *b)
{
    node *n = new_node(N_SELECT);
    n->args = 3;
    n->arg[0] = c;
    n->arg[1] = a;
    n->arg[2] = b;
    return n;
}

node *whole(const value *v)
{
    node *n = new_node(N_WHOLE);
    n->value = v;
    return n;
}

node *library_of(function_kind which, node *e)
{
    node *n = new_node(N_LIBRARY);
    n->library = which;
    n->args = 1;
    n->arg[0] = e;
    return n;
}

node *index_node(index *i)
{
    node *n = new_node(N_INDEX);
    n->index = i;
    return n;
}

value *new_value(builder *b, value_kind kind, int rank, const int *dims, int classes)
{
    static const char letter[] = {[V_INPUT] = 'x', [V_TARGET] = 'y', [V_PARAM] = 'w', [V_CONST] = 'c', [V_STATE] = 's', [V_COMPUTED] = 'v', [V_TEMPLATE] = 'w'};
    value *v = fresh(sizeof *v);
    bool template = b->repeat && (kind == V_PARAM || kind == V_STATE);
    v->kind = template ? V_TEMPLATE : kind;
    v->rank = rank;
    v->classes = classes;
    v->size = 1;
    for (int d = 0; d < rank; d++) {
        v->dims[d] = dims[d];
        v->size *= dims[d];
    }
    v->target = kind == V_TARGET;
    v->id = b->m->value_count;
    v->name = text(template ? "%c%dr" : "%c%d", classes && kind == V_INPUT ? 'k' : letter[kind], v->id);
    if (template)
        b->own[b->own_count++] = v;
    b->m->values[b->m->value_count++] = v;
    if (kind != V_COMPUTED)
        b->seen[b->seen_count++] = v;
    return v;
}

/* Mostly small; at times around the lanes of vectors and the rows of tiles. */
int some_extent(int most)
{
    static const int extents[] = {2, 3, 1, 4, 5, 7, 8, 6, 9, 12, 15, 16, 17, 10, 24, 31, 32, 33, 13, 40, 63, 64, 65, 97};
    int extent = extents[chance(30) ? choose(24) : choose(9)];
    return extent < most ? extent : most < 1 ? 1 : most;
}

index *new_index(builder *b, int extent)
{
    static const char *const names[] = {"i", "j", "l", "o", "u", "q", "r", "z", "p", "e", "f", "g"};
    enum { NAMES = sizeof names / sizeof *names };
    if (b->index_count == MOST_INDICES || b->work * extent > b->turns)
        return NULL;
    if (b->make == MAKE_FREE ? b->free_count == MOST_DIMS : b->reduction->overs == 3)
        return NULL;
    index *i = fresh(sizeof *i);
    i->name = b->letters < NAMES ? names[b->letters] : text("i%d", b->letters);
    b->letters++;
    i->extent = extent;
    b->indices[b->index_count++] = i;
    b->work *= extent;
    if (b->make == MAKE_FREE)
        b->free[b->free_count++] = i;
    else
        b->reduction->over[b->reduction->overs++] = i;
    return i;
}

/* ---- subscripts ---- */

/* An index whose extent lies between the two, a new one where that is allowed. NULL: none. */
static index *index_within(builder *b, int least, int most)
{
    index *found[MOST_INDICES], *made = NULL;
    int count = 0;
    for (int i = 0; i < b->index_count; i++)
        if (b->indices[i]->extent >= least && b->indices[i]->extent <= most)
            found[count++] = b->indices[i];
    if (least > most)
        return NULL;
    if (b->make != MAKE_NONE && (!count || chance(70)))
        made = new_index(b, least == most || chance(60) ? most : least + choose(most - least + 1));
    return made ? made : count ? found[choose(count)] : NULL;
}

static node *gather(builder *b, int extent)
{
    const value *found[200];
    int count = 0;
    if (b->constant)           /* an index value may be the sample's */
        return NULL;
    for (int i = 0; i < b->seen_count; i++)
        if (b->seen[i]->classes && b->seen[i]->classes <= extent)
            found[count++] = b->seen[i];
    if (!count || chance(20)) {
        if (b->scans || b->m->value_count > 60)
            return NULL;
        int dims[1] = {some_extent(7)};
        found[count++] = new_value(b, V_INPUT, choose(2), dims, extent);
        count = count > 1 && chance(50) ? count : count;
        found[0] = found[count - 1];
        count = 1;
    }
    const value *k = found[choose(count)];
    node *n = new_node(N_GATHER);
    n->value = k;
    n->args = k->rank;
    for (int d = 0; d < k->rank; d++)
        n->arg[d] = subscript(b, k->dims[d]);
    return n;
}

/* t + c or c - t. */
node *subscript_of_turn(index *turn, int extent)
{
    int rest = choose(extent - turn->extent + 1);
    return chance(25) ? integer_node(N_MINUS, integer_node(N_INT, NULL, NULL, extent - 1 - rest), index_node(turn), 0) : shifted(index_node(turn), rest);
}

/* k*i + u: of the first index as many as fit. */
static node *window(builder *b, int extent)
{
    int step = 1 + choose(3);
    index *u = index_within(b, 1, extent < 3 ? extent : 3);
    if (!u)
        return NULL;
    index *i = index_within(b, 1, (extent - u->extent) / step + 1);
    if (!i || i == u)
        return NULL;
    int rest = extent - 1 - (step * (i->extent - 1) + u->extent - 1);
    return shifted(integer_node(N_PLUS, scaled(index_node(i), step), index_node(u), 0), choose(rest + 1));
}

static node *quotient(builder *b, int extent)
{
    int k = 2 + choose(3);
    index *i;
    if (chance(30)) { /* of a sum */
        node *sum = window(b, extent * k);
        return sum ? integer_node(N_QUOTIENT, sum, NULL, k) : NULL;
    }
    i = index_within(b, extent > 1 ? (extent - 1) * k : 1, extent * k);
    if (!i)
        i = index_within(b, 1, extent * k);
    return i ? integer_node(N_QUOTIENT, shifted(index_node(i), choose(extent * k - i->extent + 1)), NULL, k) : NULL;
}

static node *remainder_of(builder *b, int extent)
{
    index *i = index_within(b, 1, 2 * extent), *u;
    if (!i)
        return NULL;
    node *sum = scaled(index_node(i), 1 + choose(3));
    making before = b->make;
    b->make = MAKE_NONE;
    if (chance(30) && (u = index_within(b, 1, 40)) && u != i)
        sum = integer_node(N_PLUS, sum, index_node(u), 0);
    b->make = before;
    return integer_node(N_REMAINDER, shifted(sum, choose(5) - 2), NULL, chance(70) ? extent : 1 + choose(extent));
}

static node *other_subscript(builder *b, int extent)
{
    index *i;
    switch (choose(12)) {
    case 0: /* i + c */
        i = index_within(b, 1, extent);
        return i ? shifted(index_node(i), choose(extent - i->extent + 1)) : NULL;
    case 1: { /* k*i + c */
        int k = 2 + choose(2);
        i = index_within(b, 1, (extent + k - 1) / k);
        return i ? shifted(scaled(index_node(i), k), choose(extent - k * (i->extent - 1))) : NULL;
    }
    case 2: return window(b, extent);
    case 3: case 9: case 11: /* backwards */
        i = index_within(b, 1, extent);
        return i ? integer_node(N_MINUS, integer_node(N_INT, NULL, NULL, extent - 1 - choose(extent - i->extent + 1)), index_node(i), 0) : NULL;
    case 4: return quotient(b, extent);
    case 5: return remainder_of(b, extent);
    case 6: { /* i - u */
        index *u = index_within(b, 1, extent < 3 ? extent : 3);
        i = u ? index_within(b, 1, extent - u->extent + 1) : NULL;
        return i && i != u ? shifted(integer_node(N_MINUS, index_node(i), index_node(u), 0), u->extent - 1) : NULL;
    }
    case 7: case 10: return gather(b, extent);
    default: return integer_node(N_INT, NULL, NULL, choose(extent));
    }
}

node *subscript(builder *b, int extent)
{
    node *n = chance(35) ? other_subscript(b, extent) : NULL;
    if (!n) {
        index *i = index_within(b, extent, extent);
        n = i ? index_node(i) : NULL;
    }
    if (!n) {
        index *i = index_within(b, 1, extent);
        n = i ? shifted(index_node(i), choose(extent - i->extent + 1)) : NULL;
    }
    return n ? n : integer_node(N_INT, NULL, NULL, choose(extent));
}

/* ---- reads ---- */

node *element_of(builder *b, const value *v)
{
    node *n = new_node(N_ELEMENT);
    making before = b->make;
    n->value = v;
    n->args = v->rank;
    for (int d = 0; d < v->rank; d++) {
        if (b->reduction && before == MAKE_FREE) /* some of the dimensions are reduced */
            b->make = chance(50) ? MAKE_BOUND : MAKE_FREE;
        n->arg[d] = subscript(b, v->dims[d]);
    }
    b->make = before;
    return n;
}

/* pad(v[k*i + u - c, …], e) */
node *padded_element(builder *b, const value *v)
{
    node *n = new_node(N_PADDED);
    making before = b->make;
    n->value = v;
    n->args = v->rank + 1;
    for (int d = 0; d < v->rank; d++) {
        int step = 1 + choose(2), border = choose(3), spread = 1;
        if (chance(40)) {
            b->make = before == MAKE_FREE && b->reduction && chance(30) ? MAKE_BOUND : before;
            n->arg[d] = subscript(b, v->dims[d]);
            b->make = before;
            continue;
        }
        if (b->reduction && before != MAKE_NONE)
            b->make = MAKE_BOUND;
        index *u = index_within(b, 1, 4), *i;
        b->make = before;
        spread = u ? u->extent : 1;
        i = index_within(b, 1, (v->dims[d] + 2 * border - spread) / step + 1);
        node *sub = i ? scaled(index_node(i), step) : integer_node(N_INT, NULL, NULL, choose(v->dims[d]));
        if (u && u != i)
            sub = integer_node(N_PLUS, sub, scaled(index_node(u), 1 + choose(2)), 0);
        n->arg[d] = shifted(sub, -border);
    }
    n->arg[v->rank] = number_node(chance(70) ? 0 : some_number());
    return n;
}

node *parameter_over(builder *b)
{
    int dims[MOST_DIMS] = {0}, rank = 0, size = 1;
    index *over[MOST_DIMS];
    for (int i = 0; i < b->index_count && rank < 4; i++)
        if (size * b->indices[i]->extent <= 600 && chance(85)) {
            size *= b->indices[i]->extent;
            over[rank++] = b->indices[i];
        }
    if (rank > 1 && chance(30)) {
        index *first = over[0];
        memmove(over, over + 1, (size_t)(rank - 1) * sizeof *over);
        over[rank - 1] = first;
    }
    for (int d = 0; d < rank; d++)
        dims[d] = over[d]->extent;
    node *n = new_node(N_ELEMENT);
    n->value = new_value(b, V_PARAM, rank, dims, 0);
    n->args = rank;
    for (int d = 0; d < rank; d++)
        n->arg[d] = index_node(over[d]);
    return n;
}

const value *some_real(builder *b)
{
    const value *found[200];
    int count = 0;
    for (int i = b->seen_count - 1; i >= 0; i--) {
        const value *v = b->seen[i];
        bool fits = !v->classes && (b->targets || !v->target) && !(v->kind == V_STATE && b->m->stream && b->constant);
        if (b->constant)
            fits = fits && (v->kind == V_CONST || v->kind == V_PARAM || v->kind == V_STATE);
        if (fits)
            found[count++] = v;
    }
    return count ? found[count > 3 && chance(60) ? choose(3) : choose(count)] : NULL;
}

/* ---- reductions ---- */

void open_reduction(builder *b, reduction kind)
{
    b->reduction = new_node(N_REDUCE);
    b->reduction->reduce = kind;
}

/* The reduction of body, or the body itself where there is no room for an index. `outer`: the reduction that this one stands in. */
node *close_reduction(builder *b, node *body, making before, node *outer)
{
    node *r = b->reduction;
    int kept = 0;
    b->make = MAKE_BOUND;
    if (!r->overs)
        new_index(b, 1 + choose(4));
    for (int i = 0; i < b->index_count; i++) {
        bool bound = false;
        for (int k = 0; k < r->overs; k++)
            bound |= r->over[k] == b->indices[i];
        if (bound)
            b->work /= b->indices[i]->extent;
        else
            b->indices[kept++] = b->indices[i];
    }
    b->index_count = kept;
    r->arg[0] = body;
    r->args = 1;
    b->make = before;
    b->reduction = outer;
    return r->overs ? r : body;
}

typedef struct taint {
    bool target, coupled, varies;
} taint;

static void look_for_taint(const node *n, void *context)
{
    taint *t = context;
    if (n->value) {
        t->target |= n->value->target;
        t->coupled |= n->value->coupled;
        t->varies |= n->value->kind != V_CONST && n->value->kind != V_PARAM;
    }
    t->coupled |= n->batch;
}

bool taints(const node *n, value *v)
{
    taint t = {v->target, v->coupled, false};
    each_node(n, look_for_taint, &t);
    v->target = t.target;
    v->coupled = t.coupled;
    return t.varies;
}
