/* constant.c: `const`: numbers and tensors known at compile time, and what -D makes of them. */
#include <string.h>

#include "toplevel.h"

/* ---- tensors in braces ---- */

static bool braces_shape(elab *E, const ast_expr *a, int depth, int *rank, int64_t dims[])
{
    if (a->kind != AST_BRACES) {
        if (*rank < depth)
            *rank = depth;
        return true;
    }
    if (depth == USER_RANK) {
        elab_error(E, a->at, "more than %d dimensions", USER_RANK);
        return false;
    }
    if (depth >= *rank) {
        dims[depth] = a->operands.count;
        *rank = depth + 1;
    }
    for (int i = 0; i < a->operands.count; i++)
        if (!braces_shape(E, a->operands.data[i], depth + 1, rank, dims))
            return false;
    return true;
}

static bool braces_fill(elab *E, scope *S, const ast_expr *a, int depth, int rank, const int64_t dims[], double **next)
{
    if (depth == rank) {
        if (a->kind == AST_BRACES) {
            elab_error(E, a->at, "braces are nested deeper here than the shape %s says", shape_text(rank, dims));
            return false;
        }
        return static_number(E, S, a, (*next)++);
    }
    if (a->kind != AST_BRACES || a->operands.count != dims[depth]) {
        elab_error(E, a->at, a->kind == AST_BRACES ? (a->operands.count == 1 ? "%d element here, the shape %s wants %lld" : "%d elements here, the shape %s wants %lld")
                                                   : "%.0da number stands here, the shape %s wants %lld elements in braces",
                   a->operands.count, shape_text(rank, dims), (long long)dims[depth]);
        return false;
    }
    for (int i = 0; i < a->operands.count; i++)
        if (!braces_fill(E, S, a->operands.data[i], depth + 1, rank, dims, next))
            return false;
    return true;
}

static int count_numbers(const ast_expr *a)
{
    int n = a->kind != AST_BRACES;
    for (int i = 0; a->kind == AST_BRACES && i < a->operands.count; i++)
        n += count_numbers(a->operands.data[i]);
    return n;
}

static bool const_tensor(elab *E, scope *S, const ast_stmt *s, value *out)
{
    int rank = 0;
    int64_t dims[MAX_RANK] = {0}, size = 1;
    const ast_decl *d = &s->decl;
    if (d->dims.count > USER_RANK) {
        elab_error(E, d->at, "more than %d dimensions", USER_RANK);
        return false;
    }
    if (!braces_shape(E, s->value, 0, &rank, dims))
        return false;
    if (d->has_shape) {
        if (s->value->kind == AST_BRACES && rank != d->dims.count) {
            elab_error(E, s->value->at, "the braces are nested %d deep, '%s' is declared with %d dimensions", rank, d->name.text, d->dims.count);
            return false;
        }
        rank = d->dims.count;
        for (int i = 0; i < rank; i++)
            if (!d->dims.data[i].extent || !static_extent(E, S, d->dims.data[i].extent, &dims[i])) {
                if (!d->dims.data[i].extent)
                    elab_error(E, d->dims.data[i].at, "'*' cannot stand in the shape of a constant");
                return false;
            }
    }
    for (int i = 0; i < rank; i++) {
        if (dims[i] < 1) {
            elab_error(E, s->value->at, "a constant tensor has at least one element");
            return false;
        }
        if (!checked_mul(size, dims[i], &size) || size > INT32_MAX) {
            elab_error(E, d->at, "'%s' of shape %s has more than 2147483647 elements", d->name.text, shape_text(rank, dims));
            return false;
        }
    }
    if (s->value->kind != AST_BRACES) { /* one number fills it: no table */
        double fill;
        if (!static_number(E, S, s->value, &fill))
            return false;
        *out = value_number(fill, d->at);
        out->rank = rank;
        memcpy(out->dims, dims, (size_t)rank * sizeof *dims);
        return true;
    }
    double *values = NEW_ARRAY(double, count_numbers(s->value)), *next = values;
    if (!braces_fill(E, S, s->value, 0, rank, dims, &next))
        return false;
    tensor *t = graph_tensor(E->g, TENSOR_CONST, d->name.text, rank, dims, 0, d->at);
    t->values = values;
    *out = value_of_tensor(E, t, d->at);
    return true;
}

/* ---- declarations ---- */

void declare_const(elab *E, scope *S, const ast_stmt *s)
{
    binding *b = scope_bind(E, S, s->decl.name, BIND_VALUE);
    double number;
    b->constant = true;
    if (b->kind == BIND_ERROR)
        return;
    b->kind = BIND_ERROR;
    if (s->decl.classes) {
        elab_error(E, s->decl.at, "a constant is real");
        return;
    }
    if (s->decl.has_shape || s->value->kind == AST_BRACES) {
        b->kind = const_tensor(E, S, s, &b->value) ? BIND_VALUE : BIND_ERROR;
        return;
    }
    value v = evaluate(E, S, NULL, s->value);
    bool good = value_is_number(&v, &number), infinite = v.ok && !good && v.rank == 0 && !v.classes && is_constant(&v);
    if (v.ok && !good && !infinite)
        elab_error(E, s->value->at, "this must be a constant");
    for (int i = 0; !S->library && i < E->options->define_count; i++)
        if (strcmp(E->options->defines[i].name, s->decl.name.text) == 0) {
            number = E->options->defines[i].value;
            good = true;
        }
    if (!good && !infinite)
        return;
    if (!good)
        diag_warning(WARN_FINITE, s->value->at, "this constant is not finite");
    b->value = good ? value_number(number, s->decl.at) : v;
    b->kind = BIND_VALUE;
}

void check_defines(elab *E)
{
    VEC(const char *) names = {0};
    for (int i = 0; i < E->user->bindings.count; i++)
        if (E->user->bindings.data[i]->constant)
            vec_push(&names) = E->user->bindings.data[i]->name;
    for (int i = 0; i < E->options->define_count; i++) {
        const char *name = E->options->defines[i].name;
        binding *b = scope_find_value(E->user, intern(name));
        if (b && b->constant && (b->kind == BIND_ERROR || b->value.rank == 0))
            continue;
        const char *near = suggest(name, names.data, names.count);
        if (b && b->constant)
            diag_error((span){0}, "-D %s: this constant is a tensor", name);
        else if (near)
            diag_error((span){0}, "-D %s: the model has no such constant; did you mean '%s'?", name, near);
        else
            diag_error((span){0}, "-D %s: the model has no such constant", name);
    }
}
