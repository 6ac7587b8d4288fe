/* value.c: values, and how they become tensors. */
#include <math.h>
#include <string.h>

#include "context.h"

value value_error(span at)
{
    return (value){.ok = false, .at = at, .body = expr_num(0)};
}

value value_number(double number, span at)
{
    bool integer = number == floor(number) && fabs(number) < 9e15;
    return (value){.ok = true, .at = at, .body = integer ? int_const((int64_t)number) : expr_num(number)};
}

bool value_is_number(const value *v, double *number)
{
    int64_t i;
    if (!v->ok || v->rank || v->classes)
        return false;
    if (v->body->kind == X_NUM)
        *number = v->body->num;
    else if (v->body->is_int && int_is_const(v->body, &i))
        *number = (double)i;
    else
        return false;
    return true;
}

value value_of_tensor(elab *E, tensor *t, span at)
{
    value v = {.ok = true, .at = at, .rank = t->rank - t->batched, .classes = t->classes, .tensor = t};
    expr *subs[MAX_RANK];
    (void)E;
    memcpy(v.dims, t->dims + t->batched, (size_t)v.rank * sizeof *v.dims);
    for (int i = 0; i < t->rank; i++)
        subs[i] = int_index(i + !t->batched);
    v.body = expr_read(t, subs);
    return v;
}

expr *real_body(const value *v)
{
    return v->body->is_int ? expr_real(v->body) : v->body;
}

static void note_read(expr *e, void *context)
{
    elab *E = context;
    if (e->kind != X_READ)
        return;
    int id = e->tensor->id;
    if (id >= E->param_read_capacity) {
        int wanted = id * 2 + 64;
        bool *grown = NEW_ARRAY(bool, wanted);
        if (E->param_read_capacity)
            memcpy(grown, E->param_read, (size_t)E->param_read_capacity * sizeof *grown);
        E->param_read = grown;
        E->param_read_capacity = wanted;
    }
    E->param_read[id] = true;
}

void note_reads(elab *E, expr *e)
{
    expr_each(e, note_read, E);
}

static bool too_large(elab *E, int rank, const int64_t dims[], const char *name, span at)
{
    int64_t size = 1;
    for (int i = 0; i < rank; i++)
        if (!checked_mul(size, dims[i], &size) || size > INT32_MAX) {
            elab_error(E, at, "%s%s%s of shape %s has more than 2147483647 elements", name ? "'" : "", name ? name : "a value",
                       name ? "'" : "", shape_text(rank, dims));
            return true;
        }
    return false;
}

/* A new tensor of the sample shape dims, computed by body over positions 0 (batch), 1 … rank. */
tensor *define_tensor(elab *E, const char *name, int rank, const int64_t dims[], int64_t classes, expr *body, span at)
{
    int64_t full[MAX_RANK];
    bool batched = body->uses & 1;
    if (too_large(E, rank, dims, name, at))
        return NULL;
    if (E->g->equations.count > MAX_NODES / 4) {
        if (!E->broken)
            elab_error(E, at, "the model has more than 1000000 nodes after expansion");
        return NULL;
    }
    full[0] = EXTENT_BATCH;
    memcpy(full + batched, dims, (size_t)rank * sizeof *dims);
    if (!batched) {
        expr *map[MAX_INDEX] = {0};
        for (int i = 1; i <= rank; i++)
            map[i] = int_index(i - 1);
        body = expr_substitute(body, map, rank + 1);
    }
    if (!classes && body->is_int)
        body = expr_real(body);
    span place = elab_place(E, at);
    tensor *t = graph_tensor(E->g, TENSOR_VALUE, name, rank + batched, full, classes, place);
    equation *e = equation_new(&E->g->equations, t, body, place);
    e->body = expr_decide(body, e->extent);
    equation_name_indices(e);
    note_reads(E, body);
    return t;
}

tensor *value_tensor(elab *E, const value *v, const char *name, span at)
{
    if (!v->ok)
        return NULL;
    if (v->tensor)
        return v->tensor;
    return define_tensor(E, name, v->rank, v->dims, v->classes, v->classes ? v->body : real_body(v), at);
}
