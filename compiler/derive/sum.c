/* sum.c: sums over indices, simplified before they become equations: constant factors go out, Kronecker deltas collapse. */
#include <string.h>

#include "contribution.h"

/* Splits a product into the factors that use a bound position and those that do not. */
static void split_product(expr *e, uint32_t bound, expr **inner, expr **outer)
{
    if (!(e->uses & bound)) {
        *outer = expr_mul(*outer, e);
    } else if (e->kind == X_OP && e->op == OP_MUL) {
        split_product(e->args[0], bound, inner, outer);
        split_product(e->args[1], bound, inner, outer);
    } else if (e->kind == X_OP && e->op == OP_DIV && !(e->args[1]->uses & bound)) {
        split_product(e->args[0], bound, inner, outer);
        *outer = expr_div(*outer, e->args[1]);
    } else if (e->kind == X_OP && e->op == OP_NEG) {
        *outer = expr_neg(*outer);
        split_product(e->args[0], bound, inner, outer);
    } else
        *inner = expr_mul(*inner, e);
}

/* The conjunct of c of the form p - f == 0 with p bound and alone; *rest: the other conjuncts. */
static bool find_delta(expr *c, uint32_t bound, int *p, expr **f, expr **rest)
{
    if (c->kind == X_OP && c->op == OP_AND) {
        expr *other;
        if (find_delta(c->args[0], bound, p, f, &other)) {
            *rest = expr_and(other, c->args[1]);
            return true;
        }
        if (find_delta(c->args[1], bound, p, f, &other)) {
            *rest = expr_and(c->args[0], other);
            return true;
        }
        return false;
    }
    if (c->kind != X_EQ0)
        return false;
    expr *i = c->args[0];
    for (int k = 0; k < i->nargs; k++) {
        int64_t coefficient = i->coef[k];
        if (i->args[k]->kind != X_INDEX || !(bound >> i->args[k]->index & 1) || (coefficient != 1 && coefficient != -1))
            continue;
        int index = i->args[k]->index;
        expr *others = int_sub(i, int_scale(int_index(index), coefficient));
        if (others->uses >> index & 1)
            continue;
        *p = index;
        *f = int_scale(others, -coefficient);
        *rest = expr_num(1);
        return true;
    }
    return false;
}

/* sum over p of (p == f ? g : 0) is g at p = f; not over samples: which one f is, and whether it is there, only the run tells. */
static expr *collapse_deltas(expr *body, const space *in, uint32_t *bound)
{
    int p;
    expr *f, *rest;
    uint32_t samples = 0;
    for (p = 0; p < in->count; p++)
        if (in->extent[p] == EXTENT_BATCH)
            samples |= (uint32_t)1 << p;
    while (body->kind == X_SELECT && expr_is_num(body->args[2], 0) && find_delta(body->args[0], *bound & ~samples, &p, &f, &rest)) {
        expr *map[MAX_INDEX] = {0};
        expr *inside = expr_and(expr_ge0(f), expr_ge0(int_sub(int_const(in->extent[p] - 1), f)));
        map[p] = f;
        body = expr_select(expr_and(expr_decide(inside, in->extent), expr_substitute(rest, map, in->count)),
                           expr_substitute(body->args[1], map, in->count), expr_num(0));
        *bound &= ~((uint32_t)1 << p);
    }
    return body;
}

static expr *times_extent(expr *e, int64_t extent)
{
    return expr_mul(e, extent == EXTENT_BATCH ? expr_sym(SYM_N) : expr_num((double)extent));
}

/* A reduction equation over the positions that are used, or the one that is there already. */
static expr *lift(derivation *d, expr *body, const space *in, uint32_t bound, span at, const char *note)
{
    equation like = {.reduction = RED_SUM};
    expr *map[MAX_INDEX] = {0}, *subs[MAX_INDEX];
    const char *names[MAX_INDEX] = {0};
    tensor probe = {0};
    int n = 0;
    for (int turn = 0; turn < 2; turn++)
        for (int p = 0; p < in->count; p++) {
            bool is_bound = bound >> p & 1;
            if (!(body->uses >> p & 1) || is_bound != (turn == 1))
                continue;
            subs[n] = int_index(p); /* those of bound ones are not read */
            map[p] = int_index(n);
            names[n] = in->name[p];
            like.extent[n++] = in->extent[p];
            like.free += !is_bound;
        }
    like.bound = n - like.free;
    like.out = &probe;
    like.body = expr_decide(expr_substitute(body, map, in->count), like.extent);
    tensor *t = equation_find(d->list, &like);
    if (!t) {
        t = graph_tensor(d->g, TENSOR_VALUE, NULL, like.free, like.extent, 0, at);
        equation *e = equation_new(d->list, t, like.body, at);
        e->reduction = RED_SUM;
        e->bound = like.bound;
        e->note = note;
        memcpy(e->extent, like.extent, sizeof like.extent);
        for (int k = 0; k < n; k++) {
            e->index_name[k] = names[k];
            for (int m = 0; m < k; m++)
                if (names[k] && e->index_name[m] && strcmp(e->index_name[m], names[k]) == 0)
                    e->index_name[k] = NULL;
        }
    }
    return expr_read(t, subs);
}

expr *sum_over(derivation *d, expr *body, const space *over, uint32_t bound, span at, const char *note)
{
    expr *outer = expr_num(1), *inner = expr_num(1);
    space joined = *over, *in = &joined;
    body = collapse_deltas(expr_decide(body, in->extent), in, &bound);
    body = join_digits(body, in, &bound);
    /* sum of (c ? g : 0) with c free of bound positions: the condition goes out, unless it keeps the sum's reads inside */
    if (body->kind == X_SELECT && !(body->args[0]->uses & bound) && bound && reads_inside(body->args[1], in->extent) &&
        reads_inside(body->args[2], in->extent)) {
        expr *otherwise = sum_over(d, body->args[2], in, bound, at, note);
        return expr_select(body->args[0], sum_over(d, body->args[1], in, bound, at, note), otherwise);
    }
    split_product(body, bound, &inner, &outer);
    for (int p = 0; p < in->count; p++)
        if ((bound >> p & 1) && !(inner->uses >> p & 1)) {
            outer = times_extent(outer, in->extent[p]);
            bound &= ~((uint32_t)1 << p);
        }
    if (!bound)
        return expr_mul(outer, inner);
    return expr_mul(outer, lift(d, inner, in, bound, at, note));
}
