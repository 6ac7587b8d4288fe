/* derivative.c: gradient(c, x) and jacobian(s, x): derivatives as ordinary values.
 *
 * Within a scan they are those of the turn: what the turns before left in the carries counts as given. */
#include <string.h>

#include "../derive/derive.h"
#include "context.h"

/* Forward mode costs as much as the value for each element of x; up to so many it is shorter than reverse mode. That is done for each element of
 * the value, up to so many, where x has more; and up to a further bound, as it makes the text longer, where forward mode does not fit. */
enum { FORWARD_MOST = 4, REVERSE_MOST = 8, REVERSE_LAST = 64 };

static bool named(elab *E, const callable *c, const ast_expr *a, const value *x)
{
    int first = a->kind == AST_PIPE ? 0 : 1;
    const ast_expr *e = a->args.count > first ? a->args.data[first].value : NULL;
    bool name = e && (e->kind == AST_NAME || e->kind == AST_PATH);
    if (name && x->tensor && !x->classes)
        return true;
    if (x->classes)
        elab_error(E, x->at, "'%s' differentiates with respect to reals, this is %s", c->name, value_text(x));
    else if (name && x->tensor == NULL && x->ok)
        elab_error(E, x->at, "'%s' is put together of other values; take the derivative with respect to the variable itself", 
                   e->kind == AST_NAME ? e->name.text : "this");
    else
        elab_error(E, x->at, "the second argument of '%s' is the name of a variable, or the path of a parameter", c->name);
    return false;
}

static void make_value(tensor *t)
{
    if (t->kind == TENSOR_GRADIENT) {
        t->kind = TENSOR_VALUE;
        t->of = NULL;
        t->named = false;
        t->label = arena_printf("t%d", t->id);
    }
}

/* Element number m, row by row, of s. */
static tensor *element(elab *E, tensor *s, const value *of, int64_t m)
{
    expr *subs[MAX_RANK];
    int own = outer_dims(E, outer_positions(s), NULL, NULL, subs);
    for (int d = of->rank - 1; d >= 0; d--) {
        subs[own + d] = int_const(m % of->dims[d]);
        m /= of->dims[d];
    }
    return define_tensor_over(E, outer_positions(s), 0, NULL, 0, expr_read(s, subs), of->at);
}

/* The Jacobian of s by reverse mode for each of its elements: J[k, i] = k == 0 ? g0[i] : k == 1 ? g1[i] : … NULL: reverse mode will not
 * do, or (*zero) nothing depends on x. */
static tensor *by_rows(elab *E, tensor *s, const value *of, const value *x, int64_t rows, bool *zero)
{
    expr *body = NULL, *row = int_const(0), *map[MAX_INDEX] = {0};
    int64_t dims[USER_RANK];
    *zero = true;
    for (int d = 0; d < of->rank; d++)
        row = int_add(int_scale(row, of->dims[d]), int_index(1 + d));
    for (int i = 0; i < x->rank; i++)
        map[1 + i] = int_index(1 + of->rank + i);
    for (int64_t m = rows - 1; m >= 0; m--) {
        bool done = false;
        tensor *c = element(E, s, of, m), *g = c ? derive_sample_gradient(E->g, c, x->tensor, &done) : NULL;
        if (!done) {
            *zero = false;
            return NULL;
        }
        expr *here = expr_num(0);
        if (g) {
            g->turns = x->tensor->turns;
            here = expr_substitute(value_of_tensor(E, g, of->at).body, map, MAX_INDEX);
            *zero = false;
        }
        body = body ? expr_select(expr_eq0(int_sub(row, int_const(m))), here, body) : here;
    }
    memcpy(dims, of->dims, (size_t)of->rank * sizeof *dims);
    memcpy(dims + of->rank, x->dims, (size_t)x->rank * sizeof *dims);
    return *zero ? NULL : define_tensor(E, NULL, of->rank + x->rank, dims, 0, body, of->at);
}

value evaluate_derivative(elab *E, scope *S, const callable *c, const ast_expr *a, value *args, int nargs)
{
    bool gradient = c->builtin == BUILTIN_GRADIENT;
    (void)S;
    if (nargs != 2) {
        elab_error(E, a->at, "'%s' takes two arguments: what is differentiated, and with respect to what", c->name);
        return value_error(a->at);
    }
    value *of = &args[0], *x = &args[1];
    if (!named(E, c, a, x))
        return value_error(a->at);
    if (of->classes || (gradient && of->rank)) {
        elab_error(E, of->at, gradient ? "gradient differentiates a real scalar, this is %s; jacobian takes any shape" : "jacobian differentiates reals, this is %s",
                   value_text(of));
        return value_error(a->at);
    }
    if (of->rank + x->rank > USER_RANK) {
        elab_error(E, a->at, "more than %d dimensions", USER_RANK);
        return value_error(a->at);
    }
    int64_t size = 1, all = 1, rows = 1;
    for (int i = 0; i < x->rank; i++)
        size = size > REVERSE_LAST ? size : size * x->dims[i];
    for (int i = 0; i < of->rank; i++)
        rows = rows > REVERSE_LAST ? rows : rows * of->dims[i];
    for (int i = 0; i < of->rank + x->rank; i++)
        if (!checked_mul(all, i < of->rank ? of->dims[i] : x->dims[i - of->rank], &all) || all > INT32_MAX) {
            elab_error(E, a->at, "the derivative of %s with respect to %s has more than 2147483647 elements", value_text(of), value_text(x));
            return value_error(a->at);
        }
    tensor *s = value_tensor(E, of, NULL, of->at), *found = NULL, *obstacle = NULL;
    if (!s)
        return value_error(a->at);
    bool done = false, able = size > FORWARD_MOST && (s->turns & ~x->tensor->turns) == 0;
    int before = E->g->tensors.count;
    if (able && gradient)
        found = derive_sample_gradient(E->g, s, x->tensor, &done);
    if (done && found)
        found->turns = x->tensor->turns;
    if (able && !gradient && rows <= REVERSE_MOST && rows < size) {
        found = by_rows(E, s, of, x, rows, &done);
        done |= found != NULL;
    }
    if (!done) /* may be NULL too: zero */
        found = derive_jacobian(E->g, s, x->tensor, first_own_dim(x->tensor), &obstacle);
    if (obstacle && able && !gradient && rows <= REVERSE_LAST && (found = by_rows(E, s, of, x, rows, &done)))
        obstacle = NULL;
    for (int i = before; i < E->g->tensors.count; i++) /* values like any other: what the cost's own gradient is called is another matter */
        make_value(E->g->tensors.data[i]);
    if (obstacle) {
        diag *d = elab_error(E, a->at, "this derivative is too large on the way: with %s for each element, beyond %d dimensions or 2147483647 elements",
                             shape_text(x->rank, x->dims), MAX_RANK);
        diag_note(d, obstacle->at, "the derivative of this, whose shape is %s", shape_text(obstacle->rank - first_own_dim(obstacle), obstacle->dims + first_own_dim(obstacle)));
        return value_error(a->at);
    }
    if (found)
        return value_of_tensor(E, found, a->at);
    value zero = {.ok = true, .at = a->at, .rank = of->rank + x->rank, .body = expr_num(0)};
    memcpy(zero.dims, of->dims, (size_t)of->rank * sizeof *zero.dims);
    memcpy(zero.dims + of->rank, x->dims, (size_t)x->rank * sizeof *zero.dims);
    return zero;
}
