/* expr_int.c: integer expressions: affine forms of indices, floor divisions, remainders and index values. */
#include <string.h>

#include "expr_node.h"
#include "graph.h"

static const int64_t LIMIT = (int64_t)1 << 62;

static expr *affine(int64_t constant, int count, expr **atoms, int64_t *coefs)
{
    if (constant > LIMIT || constant < -LIMIT)
        return NULL;
    return expr_intern(&(expr){.kind = X_AFF, .constant = constant, .nargs = count, .args = atoms, .coef = coefs});
}

static expr *atom_alone(expr *atom)
{
    return affine(0, 1, &atom, &(int64_t){1});
}

expr *int_const(int64_t value)
{
    return affine(value, 0, NULL, NULL);
}

expr *int_index(int position)
{
    if (position < 0 || position >= MAX_INDEX)
        bug("index position %d", position);
    return atom_alone(expr_intern(&(expr){.kind = X_INDEX, .index = position}));
}

bool int_is_const(const expr *e, int64_t *value)
{
    if (e->kind != X_AFF || e->nargs)
        return false;
    if (value)
        *value = e->constant;
    return true;
}

bool int_is_index(const expr *e, int *position)
{
    if (e->kind != X_AFF || e->nargs != 1 || e->constant != 0 || e->coef[0] != 1 || e->args[0]->kind != X_INDEX)
        return false;
    if (position)
        *position = e->args[0]->index;
    return true;
}

int64_t int_coefficient(const expr *e, int position)
{
    for (int i = 0; i < e->nargs; i++)
        if (e->args[i]->kind == X_INDEX && e->args[i]->index == position)
            return e->coef[i];
    return 0;
}

/* c*k * (x / k) + c * (x % k) is c * x. */
static expr *join_digits(expr *sum)
{
    for (int i = 0; sum && i < sum->nargs; i++)
        for (int j = 0; sum->args[i]->kind == X_IDIV && j < sum->nargs; j++) {
            const expr *q = sum->args[i], *r = sum->args[j];
            int64_t c = sum->coef[j];
            if (r->kind != X_IMOD || r->divisor != q->divisor || r->args[0] != q->args[0] || sum->coef[i] % q->divisor != 0 ||
                sum->coef[i] / q->divisor != c)
                continue;
            expr *rest = int_sub(int_sub(sum, int_scale(atom_alone(sum->args[i]), sum->coef[i])), int_scale(atom_alone(sum->args[j]), c));
            return rest ? int_add(rest, int_scale(q->args[0], c)) : sum;
        }
    return sum;
}

/* a + factor * b, merging the sorted atom lists. */
static expr *add_scaled(expr *a, expr *b, int64_t factor)
{
    if (!a || !b)
        return NULL;
    int64_t constant, product;
    if (!checked_mul(b->constant, factor, &product) || !checked_add(a->constant, product, &constant))
        return NULL;
    expr **atoms = NEW_ARRAY(expr *, a->nargs + b->nargs + 1);
    int64_t *coefs = NEW_ARRAY(int64_t, a->nargs + b->nargs + 1);
    int count = 0, i = 0, j = 0;
    while (i < a->nargs || j < b->nargs) {
        int64_t c = 0;
        expr *atom;
        if (j == b->nargs || (i < a->nargs && a->args[i]->id < b->args[j]->id)) {
            atom = a->args[i];
            c = a->coef[i++];
        } else {
            atom = b->args[j];
            if (!checked_mul(b->coef[j++], factor, &c))
                return NULL;
            if (i < a->nargs && a->args[i] == atom && !checked_add(c, a->coef[i++], &c))
                return NULL;
        }
        if (c > LIMIT || c < -LIMIT)
            return NULL;
        if (c != 0) {
            atoms[count] = atom;
            coefs[count++] = c;
        }
    }
    return join_digits(affine(constant, count, atoms, coefs));
}

expr *int_add(expr *a, expr *b)
{
    return add_scaled(a, b, 1);
}

expr *int_sub(expr *a, expr *b)
{
    return add_scaled(a, b, -1);
}

expr *int_scale(expr *a, int64_t factor)
{
    return add_scaled(int_const(0), a, factor);
}

/* Splits a into divisor * quotient + rest, the rest's coefficients in 0 … divisor-1. */
static void split(expr *a, int64_t divisor, expr **quotient, expr **rest)
{
    expr **atoms = NEW_ARRAY(expr *, 2 * a->nargs + 1);
    int64_t *coefs = NEW_ARRAY(int64_t, 2 * a->nargs + 1);
    expr **rest_atoms = atoms + a->nargs;
    int64_t *rest_coefs = coefs + a->nargs;
    int n = 0, m = 0;
    for (int i = 0; i < a->nargs; i++) {
        int64_t q = floor_div(a->coef[i], divisor), r = floor_mod(a->coef[i], divisor);
        atoms[n] = a->args[i];
        coefs[n++] = q; /* 0 only where a rest is left, to which the quotient is added */
        if (r) {
            rest_atoms[m] = a->args[i];
            rest_coefs[m++] = r;
        }
    }
    *quotient = affine(floor_div(a->constant, divisor), n, atoms, coefs);
    *rest = affine(floor_mod(a->constant, divisor), m, rest_atoms, rest_coefs);
}

expr *int_div(expr *a, int64_t divisor)
{
    if (!a)
        return NULL;
    if (divisor <= 0)
        bug("division of an index by %lld", (long long)divisor);
    expr *quotient, *rest;
    split(a, divisor, &quotient, &rest);
    if (rest->nargs == 0)
        return quotient;
    /* floor(floor(x / a) / b) = floor(x / (a b)) */
    int64_t product;
    if (rest->nargs == 1 && rest->coef[0] == 1 && rest->constant == 0 && rest->args[0]->kind == X_IDIV &&
        checked_mul(rest->args[0]->divisor, divisor, &product))
        return int_add(quotient, int_div(rest->args[0]->args[0], product));
    expr *atom = expr_intern(&(expr){.kind = X_IDIV, .divisor = divisor, .nargs = 1, .args = &rest});
    return int_add(quotient, atom_alone(atom));
}

expr *int_mod(expr *a, int64_t divisor)
{
    if (!a)
        return NULL;
    if (divisor <= 0)
        bug("remainder of an index by %lld", (long long)divisor);
    expr *quotient, *rest;
    split(a, divisor, &quotient, &rest);
    if (rest->nargs == 0)
        return rest;
    /* (x mod (k d)) mod d = x mod d */
    if (rest->nargs == 1 && rest->coef[0] == 1 && rest->constant == 0 && rest->args[0]->kind == X_IMOD &&
        rest->args[0]->divisor % divisor == 0)
        return int_mod(rest->args[0]->args[0], divisor);
    return atom_alone(expr_intern(&(expr){.kind = X_IMOD, .divisor = divisor, .nargs = 1, .args = &rest}));
}

/* ---- ranges ---- */

static bool atom_range(const expr *atom, const int64_t extent[], int64_t *low, int64_t *high)
{
    switch (atom->kind) {
    case X_INDEX:
        *low = 0;
        *high = extent[atom->index] == EXTENT_BATCH ? INT32_MAX - 1 : extent[atom->index] - 1;
        return true;
    case X_READ:
        *low = 0;
        *high = atom->tensor->classes - 1;
        return true;
    case X_IDIV:
        if (!int_range(atom->args[0], extent, low, high))
            return false;
        *low = floor_div(*low, atom->divisor);
        *high = floor_div(*high, atom->divisor);
        return true;
    case X_IMOD:
        if (int_range(atom->args[0], extent, low, high) &&
            floor_div(*low, atom->divisor) == floor_div(*high, atom->divisor)) {
            *low = floor_mod(*low, atom->divisor);
            *high = floor_mod(*high, atom->divisor);
        } else {
            *low = 0;
            *high = atom->divisor - 1;
        }
        return true;
    case X_NUM: case X_SYM: case X_REAL: case X_OP: case X_SELECT: case X_GE0: case X_EQ0: case X_CUSTOM: case X_NOISE: case X_AFF: break;
    }
    bug("not an atom");
}

/* A sum with a quotient in it is one quotient, r + x / d = (d*r + x) / d, which may be narrower: (15 - i) / 4 is kept as 3 - i + (3*i + 3) / 4. */
static void narrow_quotient(const expr *e, int k, const int64_t extent[], int64_t *low, int64_t *high)
{
    const expr *atom = e->args[k];
    int64_t a, b, sign = e->coef[k];
    expr *quotient = atom_alone((expr *)(uintptr_t)atom), *rest = int_sub((expr *)(uintptr_t)e, int_scale(quotient, sign));
    expr *whole = int_add(int_scale(rest, sign * atom->divisor), atom->args[0]);
    if (!whole || !int_range(whole, extent, &a, &b))
        return;
    a = floor_div(a, atom->divisor);
    b = floor_div(b, atom->divisor);
    int64_t least = sign == 1 ? a : -b, most = sign == 1 ? b : -a;
    *low = least > *low ? least : *low;
    *high = most < *high ? most : *high;
}

bool int_range(const expr *e, const int64_t extent[], int64_t *low, int64_t *high)
{
    *low = *high = e->constant;
    for (int i = 0; i < e->nargs; i++) {
        int64_t a, b;
        if (!atom_range(e->args[i], extent, &a, &b) || !checked_mul(a, e->coef[i], &a) ||
            !checked_mul(b, e->coef[i], &b) || !checked_add(*low, a < b ? a : b, low) ||
            !checked_add(*high, a < b ? b : a, high))
            return false;
    }
    for (int i = 0; i < e->nargs && e->nargs > 1; i++)
        if (e->args[i]->kind == X_IDIV && (e->coef[i] == 1 || e->coef[i] == -1))
            narrow_quotient(e, i, extent, low, high);
    return true;
}

/* A quotient or remainder whose operand stays within one multiple of the divisor needs no division. */
expr *int_tighten(expr *e, const int64_t extent[])
{
    expr *sum = int_const(e->constant);
    for (int i = 0; i < e->nargs; i++) {
        expr *atom = e->args[i], *value = NULL;
        int64_t low, high;
        if (atom->kind == X_IDIV || atom->kind == X_IMOD) {
            expr *inner = int_tighten(atom->args[0], extent);
            if (int_range(inner, extent, &low, &high) && floor_div(low, atom->divisor) == floor_div(high, atom->divisor)) {
                int64_t q = floor_div(low, atom->divisor);
                value = atom->kind == X_IDIV ? int_const(q) : int_sub(inner, int_const(q * atom->divisor));
            } else
                value = atom->kind == X_IDIV ? int_div(inner, atom->divisor) : int_mod(inner, atom->divisor);
        } else
            value = atom_alone(atom);
        sum = int_add(sum, int_scale(value, e->coef[i]));
    }
    return sum ? sum : e;
}
