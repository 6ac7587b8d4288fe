/* invert.c: solves the subscripts of a read for the loop positions, so that its gradient becomes an ordinary equation.
 *
 *     dR[σ(I)] += a(I)   becomes   dR[r] = sum over the positions that σ leaves open of (guard ? a(I(r)) : 0)
 *
 * Solved forms of a subscript, r being the target's position: p + c; p + u + … (one of them is eliminated, the others stay as
 * reductions); k*p + u with u below k (mixed radix: p = r / k, u = r % k); k*p + c. Whatever else is known already,
 * and index values, become a condition σ == r. */
#include <string.h>

#include "contribution.h"

typedef struct inversion {
    const contribution *c;
    int rank;                  /* positions 0 … rank-1 of the new space are the target's */
    space out;
    expr *map[MAX_INDEX];      /* old position -> INT over the new space; NULL: not known yet */
    expr *guard;
} inversion;

static expr *substituted(const inversion *v, expr *e)
{
    return expr_substitute(e, v->map, v->c->in.count);
}

/* Bit p: old position p occurs in e and is not solved yet. */
static uint32_t open_positions(const inversion *v, const expr *e)
{
    uint32_t open = 0;
    for (int p = 0; p < v->c->in.count; p++)
        if ((e->uses >> p & 1) && !v->map[p])
            open |= (uint32_t)1 << p;
    return open;
}

static void require(inversion *v, expr *condition)
{
    v->guard = expr_and(v->guard, condition);
}

static void require_range(inversion *v, expr *i, int64_t extent)
{
    if (extent == EXTENT_BATCH)
        return;
    require(v, expr_decide(expr_ge0(i), v->out.extent));
    require(v, expr_decide(expr_ge0(int_sub(int_const(extent - 1), i)), v->out.extent));
}

static void solve(inversion *v, int p, expr *value)
{
    v->map[p] = value;
    require_range(v, value, v->c->in.extent[p]);
}

static int keep_open(inversion *v, int p)
{
    int q = v->out.count++;
    v->out.extent[q] = v->c->in.extent[p];
    v->out.name[q] = v->c->in.name[p];
    v->map[p] = int_index(q);
    return q;
}

/* Does the atom list hold each open position as a bare index only? */
static bool open_are_bare(const inversion *v, const expr *sub, uint32_t open)
{
    for (int i = 0; i < sub->nargs; i++)
        if (sub->args[i]->kind != X_INDEX && (sub->args[i]->uses & open))
            return false;
    (void)v;
    return true;
}

static int count_bits(uint32_t x)
{
    int n = 0;
    for (; x; x &= x - 1)
        n++;
    return n;
}

static int lowest_bit(uint32_t x)
{
    return count_bits((x & -x) - 1);
}

/* The open position to eliminate: a coefficient of ±1; a free loop rather than a reduction, the longer one. */
static int choose(const inversion *v, const expr *sub, uint32_t open)
{
    int best = -1;
    for (int p = 0; p < v->c->in.count; p++) {
        int64_t k = int_coefficient(sub, p);
        if (!(open >> p & 1) || (k != 1 && k != -1))
            continue;
        if (best < 0 || v->c->in.extent[p] > v->c->in.extent[best])
            best = p;
    }
    return best;
}

/* k*p + u, u < k: both are digits of r. Two positions are open. */
static bool mixed_radix(inversion *v, const expr *sub, int r, uint32_t open)
{
    int major = lowest_bit(open), minor = lowest_bit(open & (open - 1));
    if (int_coefficient(sub, minor) > int_coefficient(sub, major)) {
        int swap = major;
        major = minor;
        minor = swap;
    }
    int64_t k = int_coefficient(sub, major), extent = v->c->in.extent[minor];
    if (int_coefficient(sub, minor) != 1 || k == 1 || extent > k)
        return false;
    expr *rest = int_sub(int_sub((expr *)(uintptr_t)sub, int_scale(int_index(major), k)), int_index(minor));
    expr *value = int_sub(int_index(r), substituted(v, rest));
    solve(v, major, int_tighten(int_div(value, k), v->out.extent));
    solve(v, minor, int_tighten(int_mod(value, k), v->out.extent));
    return true;
}

static bool solve_dimension(inversion *v, int r)
{
    expr *sub = v->c->subs[r];
    uint32_t open = open_positions(v, sub);
    if (!open) {
        require(v, expr_decide(expr_eq0(int_sub(substituted(v, sub), int_index(r))), v->out.extent));
        return true;
    }
    if (!open_are_bare(v, sub, open))
        return false;
    if (count_bits(open) == 2 && mixed_radix(v, sub, r, open))
        return true;
    int p = choose(v, sub, open);
    if (p < 0) {
        if (count_bits(open) != 1)
            return false;
        p = lowest_bit(open); /* k*p + rest: r must hit it */
        int64_t k = int_coefficient(sub, p);
        expr *value = int_sub(int_index(r), substituted(v, int_sub(sub, int_scale(int_index(p), k))));
        if (k < 0) {
            value = int_scale(value, -1);
            k = -k;
        }
        require(v, expr_eq0(int_mod(value, k)));
        solve(v, p, int_div(value, k));
        return true;
    }
    for (int q = 0; q < v->c->in.count; q++)
        if ((open >> q & 1) && q != p)
            keep_open(v, q);
    int64_t k = int_coefficient(sub, p);
    expr *value = int_sub(int_index(r), substituted(v, int_sub(sub, int_scale(int_index(p), k))));
    solve(v, p, int_scale(value, k));
    return true;
}

double space_iterations(const space *s)
{
    double count = 1;
    for (int p = 0; p < s->count; p++)
        count *= s->extent[p] == EXTENT_BATCH ? 32 : (double)s->extent[p];
    return count;
}

expr *invert_contribution(derivation *d, const contribution *given)
{
    contribution plain = *given, *c = &plain;
    split_digits(c);
    inversion v = {.c = c, .rank = c->target->rank, .guard = expr_num(1)};
    bool gather = false;
    v.out.count = v.rank;
    for (int r = 0; r < v.rank; r++) {
        v.out.extent[r] = c->target->dims[r];
        int p;
        if (int_is_index(c->subs[r], &p)) /* the target's indices keep the names they have here */
            v.out.name[r] = c->in.name[p];
        for (int i = 0; i < c->subs[r]->nargs; i++)
            gather |= c->subs[r]->args[i]->kind == X_READ;
    }
    /* first what is a bare index plus a constant, then the rest in order of difficulty */
    bool done[MAX_RANK] = {false};
    for (int turn = 1; turn <= 3; turn++)
        for (int r = 0; r < v.rank; r++) {
            if (done[r])
                continue;
            int open = count_bits(open_positions(&v, c->subs[r]));
            if ((turn == 1 && (open != 1 || c->subs[r]->nargs != 1 || c->subs[r]->coef[0] != 1 || c->subs[r]->args[0]->kind != X_INDEX)) ||
                (turn == 2 && open == 0))
                continue;
            if (v.out.count + 2 >= MAX_INDEX || !solve_dimension(&v, r))
                return NULL;
            done[r] = true;
        }
    uint32_t left = 0;
    for (int p = 0; p < c->in.count; p++)
        if (!v.map[p])
            keep_open(&v, p);
    for (int q = v.rank; q < v.out.count; q++)
        left |= (uint32_t)1 << q;
    if (v.out.count > MAX_INDEX - 1 || (gather && left))
        return NULL;
    double pulled = space_iterations(&v.out), scattered = space_iterations(&given->in), target = 1;
    for (int r = 0; r < v.rank; r++)
        target *= c->target->dims[r] == EXTENT_BATCH ? 32 : (double)c->target->dims[r];
    double most = c->in.count > given->in.count ? 3 : 1.6; /* digits leave the range at its ends only */
    if (pulled > most * (scattered + target))
        return NULL;
    expr *body = expr_select(v.guard, substituted(&v, c->body), expr_num(0));
    return sum_over(d, body, &v.out, left, c->at, c->note);
}
