/* builtin.c: the few operations whose shapes an index equation cannot say: reshape, flatten, concat; and the special forms. */
#include <string.h>

#include "context.h"

static value reshape(elab *E, value *v, int rank, const int64_t dims[], span at)
{
    int64_t full[MAX_RANK];
    tensor *from = value_tensor(E, v, NULL, at);
    if (!from)
        return value_error(at);
    if (rank == v->rank && memcmp(dims, v->dims, (size_t)rank * sizeof *dims) == 0)
        return value_of_tensor(E, from, at);
    int own = outer_dims(E, outer_positions(from), full, NULL, NULL);
    for (int i = 0; i < E->g->equations.count; i++) { /* the same reshape twice is one */
        const equation *e = E->g->equations.data[i];
        const tensor *t = e->out;
        if (e->kind == EQ_RESHAPE && e->source == from && t->rank - own == rank &&
            memcmp(t->dims + own, dims, (size_t)rank * sizeof *dims) == 0)
            return value_of_tensor(E, e->out, at);
    }
    memcpy(full + own, dims, (size_t)rank * sizeof *dims);
    tensor *t = graph_tensor(E->g, TENSOR_VALUE, NULL, rank + own, full, v->classes, elab_place(E, at));
    t->turns = from->turns;
    equation *e = equation_new(&E->g->equations, t, NULL, elab_place(E, at));
    e->kind = EQ_RESHAPE;
    e->source = from;
    equation_name_indices(e);
    note_reads(E, value_of_tensor(E, from, at).body);
    return value_of_tensor(E, t, at);
}

static int64_t elements(const value *v)
{
    int64_t size = 1;
    for (int i = 0; i < v->rank; i++)
        size *= v->dims[i];
    return size;
}

static value do_reshape(elab *E, scope *S, const ast_args *statics, value *v, span at)
{
    int64_t dims[USER_RANK], size = 1;
    if (statics->count > USER_RANK) {
        elab_error(E, at, "more than %d dimensions", USER_RANK);
        return value_error(at);
    }
    for (int i = 0; i < statics->count; i++) {
        if (statics->data[i].name.text) {
            elab_error(E, statics->data[i].name.at, "reshape takes the new extents in order, without names");
            return value_error(at);
        }
        if (!static_extent(E, S, statics->data[i].value, &dims[i]))
            return value_error(at);
        if (!checked_mul(size, dims[i], &size))
            size = INT64_MAX / INT32_MAX;
    }
    if (size != elements(v)) {
        diag *d = elab_error(E, at, "a value of shape %s has %lld elements, %s would have %lld", shape_text(v->rank, v->dims),
                             (long long)elements(v), shape_text(statics->count, dims), (long long)size);
        if (v->tensor)
            diag_note(d, v->tensor->at, "%s is declared here", v->tensor->label);
        return value_error(at);
    }
    return reshape(E, v, statics->count, dims, at);
}

/* out[…, i, …] = i < n0 ? a[…, i, …] : i < n0 + n1 ? b[…, i - n0, …] : … */
static value do_concat(elab *E, scope *S, const ast_args *statics, value *args, int nargs, span at)
{
    int64_t axis = 0, total = 0;
    if (statics->count > 1 || (statics->count == 1 && statics->data[0].name.text && strcmp(statics->data[0].name.text, "axis") != 0)) {
        elab_error(E, at, "concat takes one argument in [ ], axis");
        return value_error(at);
    }
    if (statics->count && !static_integer(E, S, statics->data[0].value, &axis))
        return value_error(at);
    if (nargs < 1) {
        elab_error(E, at, "concat takes at least one argument");
        return value_error(at);
    }
    if (axis < 0 || axis >= args[0].rank) {
        elab_error(E, at, args[0].rank ? "axis %lld of a value of shape %s" : "concat joins along axis %lld, but this is %s", (long long)axis,
                   value_text(&args[0]));
        return value_error(at);
    }
    for (int i = 0; i < nargs; i++) {
        bool fits = args[i].rank == args[0].rank && args[i].classes == args[0].classes;
        for (int d = 0; fits && d < args[0].rank; d++)
            fits = d == axis || args[i].dims[d] == args[0].dims[d];
        if (!fits || args[i].classes) {
            if (args[i].classes)
                elab_error(E, args[i].at, "concat joins reals, this is %s", value_text(&args[i]));
            else
                elab_error(E, args[i].at, "concat along axis %lld: shapes %s and %s do not fit", (long long)axis,
                           value_text(&args[0]), value_text(&args[i]));
            return value_error(at);
        }
        total += args[i].dims[axis];
    }
    value out = args[0];
    out.at = at;
    out.tensor = NULL;
    out.dims[axis] = total;
    expr *body = NULL;
    int64_t start = total;
    for (int i = nargs - 1; i >= 0; i--) {
        expr *map[MAX_INDEX] = {0};
        tensor *t = value_tensor(E, &args[i], NULL, at);
        if (!t)
            return value_error(at);
        value part = value_of_tensor(E, t, at);
        start -= args[i].dims[axis];
        expr *along = int_index((int)axis + 1);
        map[axis + 1] = int_sub(along, int_const(start));
        expr *element = expr_substitute(part.body, map, (int)axis + 2);
        /* the part stands where along < its end; those behind it are below in the chain */
        expr *inside = expr_ge0(int_sub(int_const(start + args[i].dims[axis] - 1), along));
        body = body ? expr_select(inside, element, body) : element;
    }
    out.body = body;
    tensor *t = nargs == 1 ? NULL : define_tensor(E, NULL, out.rank, out.dims, 0, body, at);
    return nargs == 1 ? args[0] : t ? value_of_tensor(E, t, at) : value_error(at);
}

static value do_pad(elab *E, scope *S, index_env *I, const ast_expr *a, value *args, int nargs)
{
    if (a->kind == AST_PIPE || nargs != 2 || a->args.data[0].value->kind != AST_SUBSCRIPT) {
        elab_error(E, a->at, "pad takes a subscripted value and what stands outside it: pad(x[i + u - 1], 0)");
        return value_error(a->at);
    }
    if (!I) {
        elab_error(E, a->at, "pad stands in index equations only");
        return value_error(a->at);
    }
    if (args[1].rank || args[1].classes) {
        elab_error(E, args[1].at, "what stands outside must be a real scalar");
        return value_error(a->at);
    }
    value v = evaluate_subscripted(E, S, I, a->args.data[0].value, &args[1]);
    if (v.ok && v.classes) {
        elab_error(E, a->at, "an index value cannot be padded");
        return value_error(a->at);
    }
    return v;
}

value apply_builtin(elab *E, scope *S, index_env *I, const callable *c, const ast_expr *a, const ast_args *statics,
                    value *args, int nargs)
{
    span at = a->at;
    bool shapes = c->builtin == BUILTIN_RESHAPE || c->builtin == BUILTIN_CONCAT;
    if (a->has_statics && !shapes) {
        elab_error(E, at, "'%s' takes no arguments in [ ]", c->name);
        return value_error(at);
    }
    if (I && (shapes || c->builtin == BUILTIN_FLATTEN)) {
        elab_error(E, at, "'%s' works on whole tensors: give its result a name before the index equation", c->name);
        return value_error(at);
    }
    if (c->builtin == BUILTIN_BERNOULLI || c->builtin == BUILTIN_GAUSS)
        return evaluate_noise(E, c, a, args, nargs);
    if (c->builtin == BUILTIN_GRADIENT || c->builtin == BUILTIN_JACOBIAN) {
        if (I) {
            elab_error(E, at, "'%s' works on whole tensors: give its result a name before the index equation", c->name);
            return value_error(at);
        }
        return evaluate_derivative(E, S, c, a, args, nargs);
    }
    if (c->builtin != BUILTIN_CONCAT && c->builtin != BUILTIN_PAD && nargs != 1) {
        elab_error(E, at, "'%s' takes one argument, not %d", c->name, nargs);
        return value_error(at);
    }
    value v = nargs ? args[0] : value_error(at);
    switch (c->builtin) {
    case BUILTIN_RESHAPE:
        return do_reshape(E, S, statics, &v, at);
    case BUILTIN_FLATTEN: {
        int64_t size = elements(&v);
        return reshape(E, &v, 1, &size, at);
    }
    case BUILTIN_CONCAT:
        return do_concat(E, S, statics, args, nargs, at);
    case BUILTIN_PAD:
        return do_pad(E, S, I, a, args, nargs);
    case BUILTIN_REAL:
        v.body = real_body(&v);
        v.classes = 0;
        v.tensor = NULL;
        v.at = at;
        return v;
    case BUILTIN_DETACH:
        v.body = v.body->is_int ? v.body : expr_detach(!S->library, v.body);
        v.tensor = NULL;
        v.at = at;
        return v;
    case BUILTIN_NONE: case BUILTIN_GRADIENT: case BUILTIN_JACOBIAN: case BUILTIN_BERNOULLI: case BUILTIN_GAUSS:
        break;
    }
    bug("builtin %s", c->name);
}
