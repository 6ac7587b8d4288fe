/* subscript.c: subscripts as integer expressions, slices and element reads, each proved in bounds. */
#include <math.h>
#include <string.h>

#include "context.h"

static expr *fail(elab *E, span at, const char *message)
{
    elab_error(E, at, "%s", message);
    return NULL;
}

static expr *number_subscript(elab *E, span at, double number)
{
    if (number != floor(number))
        return fail(E, at, arena_printf("%s is not an integer", real_text(number)));
    if (fabs(number) > 4e18)
        return fail(E, at, "this integer is too large");
    return int_const((int64_t)number);
}

static expr *checked(elab *E, span at, expr *e)
{
    return e ? e : fail(E, at, "this integer is too large");
}

static expr *binary(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    expr *x = subscript(E, S, I, a->operands.data[0]);
    expr *y = subscript(E, S, I, a->operands.data[1]);
    int64_t c, d;
    if (!x || !y)
        return NULL;
    switch (a->op) {
    case AST_ADD: return checked(E, a->at, int_add(x, y));
    case AST_SUB: return checked(E, a->at, int_sub(x, y));
    case AST_MUL:
        if (int_is_const(y, &c))
            return checked(E, a->at, int_scale(x, c));
        if (int_is_const(x, &c))
            return checked(E, a->at, int_scale(y, c));
        return fail(E, a->op_at, "a product of two indices is not affine; a subscript is a sum of indices times constants");
    case AST_DIV: case AST_MOD:
        if (!int_is_const(y, &c))
            return fail(E, a->operands.data[1]->at, "a subscript is divided by constants only");
        if (c == 0)
            return fail(E, a->operands.data[1]->at, "division by zero");
        if (c < 0) {
            x = checked(E, a->at, int_scale(x, -1));
            c = -c;
            if (!x)
                return NULL;
            return a->op == AST_DIV ? int_div(x, c) : int_scale(int_mod(x, c), -1);
        }
        return a->op == AST_DIV ? int_div(x, c) : int_mod(x, c);
    case AST_POW:
        if (int_is_const(x, &c) && int_is_const(y, &d) && d >= 0)
            return number_subscript(E, a->at, pow((double)c, (double)d));
        break;
    case AST_EQ: case AST_NE: case AST_LT: case AST_LE: case AST_GT: case AST_GE: case AST_AND: case AST_OR: {
        if (!int_is_const(x, &c) || !int_is_const(y, &d))
            break;
        bool truth = a->op == AST_EQ ? c == d : a->op == AST_NE ? c != d : a->op == AST_LT ? c < d : a->op == AST_LE ? c <= d
                   : a->op == AST_GT ? c > d : a->op == AST_GE ? c >= d : a->op == AST_AND ? c && d : c || d;
        return int_const(truth);
    }
    }
    return fail(E, a->op_at, "a subscript is an affine expression: sums of indices times constants, '/' and '%' by a constant");
}

/* Anything else must be a constant, or one index value standing alone. */
static expr *other(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    double number;
    value v = evaluate(E, S, I->none ? NULL : I, a);
    if (!v.ok)
        return NULL;
    if (value_is_number(&v, &number))
        return number_subscript(E, a->at, number);
    if (v.rank == 0 && v.classes && v.body->is_int)
        return v.body;
    if (v.rank == 0 && v.body->is_int && (!I->none || v.body->uses >> FIRST_TURN))
        return v.body;
    if (v.classes)
        return fail(E, a->at, arena_printf("an index value of shape %s cannot be a subscript as a whole: subscript it", shape_text(v.rank, v.dims)));
    if (I->none && !E->slicing)
        return fail(E, a->at, "this must be a constant integer");
    return fail(E, a->at, "a subscript is an integer: an affine expression of indices and constants, or an index value");
}

expr *subscript(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    int64_t c;
    expr *x;
    switch (a->kind) {
    case AST_NUMBER:
        return number_subscript(E, a->at, a->number);
    case AST_BINARY:
        x = binary(E, S, I, a);
        for (int i = 0; x && i < x->nargs; i++)
            if (x->args[i]->kind == X_READ)
                return fail(E, a->at, "an index value stands alone as a subscript");
        return x;
    case AST_NEGATE:
        x = subscript(E, S, I, a->operands.data[0]);
        return x ? checked(E, a->at, int_scale(x, -1)) : NULL;
    case AST_COND:
        x = subscript(E, S, I, a->operands.data[0]);
        if (!x)
            return NULL;
        if (!int_is_const(x, &c))
            return fail(E, a->operands.data[0]->at, "the condition of a subscript must be constant");
        return subscript(E, S, I, a->operands.data[c ? 1 : 2]);
    case AST_NAME: case AST_PATH: case AST_SUBSCRIPT: case AST_CALL: case AST_PIPE: case AST_NOT: case AST_REDUCE:
    case AST_STAR: case AST_BRACES: case AST_ERROR:
        return other(E, S, I, a);
    }
    return NULL;
}

/* ---- reads ---- */

typedef struct read_context {
    elab *E;
    scope *S;
    index_env *I;
    const ast_expr *a;
    value base;
    expr *guard;             /* under pad: what must hold for the read to be inside */
} read_context;

/* Proves dimension d in bounds, or adds its conditions to the guard. */
static bool check_bounds(read_context *c, int d, expr *sub, span at, bool padded)
{
    int64_t low, high, extent = c->base.dims[d];
    index_env none = index_env_new(c->E);
    if (!int_range(sub, c->I ? c->I->extent : none.extent, &low, &high)) {
        elab_error(c->E, at, "this subscript overflows");
        return false;
    }
    if (low >= 0 && high < extent)
        return true;
    if (padded) {
        if (low < 0)
            c->guard = expr_and(c->guard, expr_ge0(sub));
        if (high >= extent)
            c->guard = expr_and(c->guard, expr_ge0(int_sub(int_const(extent - 1), sub)));
        return true;
    }
    diag *e;
    if (low == high)
        e = elab_error(c->E, at, "subscript %lld is outside 0 … %lld", (long long)low, (long long)(extent - 1));
    else
        e = elab_error(c->E, at, "this subscript runs from %lld to %lld, outside 0 … %lld; pad(…, 0) says what stands outside",
                       (long long)low, (long long)high, (long long)(extent - 1));
    if (c->base.tensor)
        diag_note(e, c->base.tensor->at, "%s has shape %s, declared here", c->base.tensor->label,
                  shape_text(c->base.rank, c->base.dims));
    return false;
}

/* How many dimensions a `*` among the subscripts stands for; -1 and an error where the counts do not fit. */
static int star_length(read_context *c, int subs, int stars)
{
    int plain = subs - stars;
    const value *base = &c->base;
    bool fits = stars ? stars == 1 && base->rank >= plain : c->I ? base->rank == plain : base->rank >= plain;
    if (fits)
        return stars ? base->rank - plain : 0;
    if (stars > 1)
        elab_error(c->E, c->a->at, "'*' may stand once among the subscripts of a value");
    else if (base->rank == 0)
        elab_error(c->E, c->a->at, "a scalar cannot be subscripted");
    else if (c->I && !stars)
        elab_error(c->E, c->a->at, "%d subscript%s for a value of shape %s: in an index equation each tensor is subscripted in full",
                   subs, subs == 1 ? "" : "s", shape_text(base->rank, base->dims));
    else
        elab_error(c->E, c->a->at, "%d subscripts for a value of shape %s", subs, shape_text(base->rank, base->dims));
    return -1;
}

static bool is_constant_name(scope *S, const ast_expr *a)
{
    binding *b = a->kind == AST_NAME ? scope_find_value(S, a->name.text) : NULL;
    return b && (b->constant || b->kind == BIND_ERROR);
}

/* mu[1] of a constant is a number, which may be an extent. map[1 + d]: subscript d. */
static bool constant_element(const value *base, expr *const map[], double *number)
{
    int64_t at = 0, sub;
    if (!base->tensor || base->tensor->kind != TENSOR_CONST)
        return false;
    for (int d = 0; d < base->rank; d++) {
        if (!int_is_const(map[1 + d], &sub))
            return false;
        at = at * base->dims[d] + sub;
    }
    *number = base->tensor->values[at];
    return true;
}

value evaluate_subscripted(elab *E, scope *S, index_env *I, const ast_expr *a, const value *padding)
{
    read_context c = {.E = E, .S = S, .I = I, .a = a, .guard = expr_num(1)};
    callable named;
    const ast_expr *base = a->operands.data[0];
    int subs = a->operands.count - 1, stars = 0, d = 0;
    if (base->kind == AST_NAME && !scope_find_value(S, base->name.text) && scope_find_callable(E, S, base->name.text, &named)) {
        elab_error(E, a->at, "'%s' is %s: give it its arguments in ( ) or put it behind ->", base->name.text, callable_text(named.kind));
        return value_error(a->at);
    }
    if (S->kind == SCOPE_FN && !is_constant_name(S, base)) {
        elab_error(E, a->at, "a function is a formula of scalars: only constants are subscripted in it");
        return value_error(a->at);
    }
    c.base = S->kind == SCOPE_FN ? scope_find_value(S, base->name.text)->value : base_value(E, S, I, base);
    if (!c.base.ok)
        return value_error(a->at);
    for (int i = 1; i <= subs; i++)
        stars += a->operands.data[i]->kind == AST_STAR;
    if (stars && !I) {
        elab_error(E, a->at, "'*' is a subscript in index equations only");
        return value_error(a->at);
    }
    int run = star_length(&c, subs, stars);
    if (run < 0)
        return value_error(a->at);
    expr *map[MAX_INDEX] = {0};
    bool good = true;
    for (int i = 1; i <= subs; i++) {
        const ast_expr *s = a->operands.data[i];
        if (s->kind == AST_STAR) {
            if (!star_set(E, I, run, c.base.dims + d, s->at))
                return value_error(a->at);
            for (int k = 0; k < run; k++)
                map[1 + d++] = int_index(I->star_first + k);
            continue;
        }
        bool before = E->slicing;
        E->slicing = !I;
        expr *sub = subscript(E, S, I ? I : E->no_index, s);
        E->slicing = before;
        good &= sub && check_bounds(&c, d, sub, s->at, padding != NULL);
        map[1 + d++] = sub ? sub : int_const(0);
    }
    if (!good)
        return value_error(a->at);
    value v = {.ok = true, .at = a->at, .classes = c.base.classes, .rank = c.base.rank - d};
    for (int k = 0; k < v.rank; k++) { /* a slice keeps the dimensions that are left */
        v.dims[k] = c.base.dims[d + k];
        map[1 + d + k] = int_index(1 + k);
    }
    double number;
    if (v.rank == 0 && constant_element(&c.base, map, &number))
        return value_number(number, a->at);
    v.body = expr_substitute(c.base.body, map, 1 + c.base.rank);
    if (padding && !expr_is_num(c.guard, 1))
        v.body = expr_select(c.guard, real_body(&v), real_body(padding));
    return v;
}
