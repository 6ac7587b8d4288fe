/* digits.c: resolves quotients and remainders in a contribution's subscripts, before invert.c solves them.
 *
 * Where (p + rest) / k or (p + rest) % k stands in a subscript, the position p is replaced by two, a quotient q and a digit u below k,
 *
 *     p = k*q + u - rest,   (p + rest) / k = q,   (p + rest) % k = u,
 *
 * with a condition where that leaves p's range. So the gradient of upsampling, x[i / k], is a sum over the digits; and where the body asks
 * whether (p + rest) % k is 0 (transposed convolution), sum.c fixes the digit and the loop of p takes steps of k.
 *
 * Where a sum is left over two positions of which only k*q + u is ever asked, join_digits makes one loop of them again. */
#include "contribution.h"

/* The position to replace in the quotient or remainder e: one with coefficient 1 that is no subscript of its own, the longest. */
static int replaceable(const contribution *c, const expr *e)
{
    int best = -1;
    for (int p = 0; p < c->in.count; p++) {
        bool alone = false;
        for (int r = 0, q; r < c->target->rank; r++)
            alone |= int_is_index(c->subs[r], &q) && q == p;
        if (!alone && int_coefficient(e->args[0], p) == 1 && c->in.extent[p] != EXTENT_BATCH &&
            (best < 0 || c->in.extent[p] > c->in.extent[best]))
            best = p;
    }
    return best;
}

static const expr *find_atom(const contribution *c, const expr *sum, int *p)
{
    for (int i = 0; i < sum->nargs; i++) {
        const expr *e = sum->args[i];
        if ((e->kind == X_IDIV || e->kind == X_IMOD) && (*p = replaceable(c, e)) >= 0)
            return e;
    }
    return NULL;
}

/* The same in what the body asks: a remainder that must have some value. */
static const expr *find_condition(const contribution *c, const expr *condition, int *p)
{
    const expr *found = NULL;
    if (condition->kind == X_OP && condition->op == OP_AND) {
        found = find_condition(c, condition->args[0], p);
        return found ? found : find_condition(c, condition->args[1], p);
    }
    if (condition->kind == X_EQ0 && condition->args[0]->nargs == 1 && condition->args[0]->args[0]->kind == X_IMOD)
        found = find_atom(c, condition->args[0], p);
    return found;
}

/* False, and c is as it was: there are too many positions, or numbers overflow. */
static bool replace(contribution *c, const expr *atom, int p)
{
    int64_t low, high, k = atom->divisor, extent = c->in.extent[p];
    expr *rest = int_sub(atom->args[0], int_index(p)), *map[MAX_INDEX] = {0};
    int digit = c->in.count;
    if (digit + 2 >= MAX_INDEX || !int_range(atom->args[0], c->in.extent, &low, &high))
        return false;
    map[p] = int_sub(int_add(int_scale(int_index(p), k), int_index(digit)), rest);
    if (!map[p])
        return false;
    c->in.count++;
    c->in.extent[p] = floor_div(high, k) + 1; /* the least is 0 or more: all that stands in an atom is */
    c->in.extent[digit] = k;
    c->in.name[digit] = NULL;
    expr *inside = expr_and(expr_ge0(map[p]), expr_ge0(int_sub(int_const(extent - 1), map[p])));
    expr **subs = NEW_ARRAY(expr *, c->target->rank + 1);
    for (int r = 0; r < c->target->rank; r++)
        subs[r] = int_tighten(expr_substitute(c->subs[r], map, digit), c->in.extent);
    c->subs = subs;
    c->body = expr_decide(expr_select(inside, expr_substitute(c->body, map, digit), expr_num(0)), c->in.extent);
    return true;
}

void split_digits(contribution *c)
{
    const expr *atom;
    int p;
    do {
        atom = NULL;
        for (int r = 0; r < c->target->rank && !atom; r++)
            atom = find_atom(c, c->subs[r], &p);
        if (!atom && c->body->kind == X_SELECT && expr_is_num(c->body->args[2], 0))
            atom = find_condition(c, c->body->args[0], &p);
    } while (atom && replace(c, atom, p));
}

/* ---- the way back ---- */

typedef struct join_search {
    int q, u;
    int64_t k;
    bool together;
} join_search;

static void look_together(expr *e, void *context)
{
    join_search *s = context;
    int64_t product;
    s->together &= checked_mul(int_coefficient(e, s->u), s->k, &product) && int_coefficient(e, s->q) == product; /* both 0 but in integers */
}

expr *join_digits(expr *body, space *in, uint32_t *bound)
{
    for (int q = 0; q < in->count; q++)
        for (int u = 0; u < in->count; u++) {
            int64_t extent;
            join_search s = {q, u, in->extent[u], true};
            bool both = u != q && (*bound >> q & 1) && (*bound >> u & 1) && (body->uses >> q & 1) && (body->uses >> u & 1);
            if (!both || !checked_mul(in->extent[q], s.k, &extent))
                continue;
            expr_each(body, look_together, &s);
            if (!s.together)
                continue;
            expr *map[MAX_INDEX] = {0};
            map[q] = int_const(0);
            body = expr_substitute(body, map, in->count);
            in->extent[u] = extent;
            in->name[u] = in->name[q];
            *bound &= ~((uint32_t)1 << q);
        }
    return expr_decide(body, in->extent);
}
