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

/* ---- the batch and the turns of scans: dimensions that a value has without saying so ---- */

uint32_t outer_positions(const tensor *t)
{
    return (uint32_t)t->batched | t->turns << FIRST_TURN;
}

int first_own_dim(const tensor *t)
{
    int n = t->batched;
    for (uint32_t m = t->turns; m; m &= m - 1)
        n++;
    return n;
}

int outer_dims(elab *E, uint32_t over, int64_t dims[], expr *map[], expr *subs[])
{
    int n = 0;
    for (int p = 0; p < MAX_INDEX; p++) {
        if (!(over >> p & 1) || (p > 0 && p < FIRST_TURN))
            continue;
        if (dims)
            dims[n] = p ? E->scans.data[p - FIRST_TURN]->extent : EXTENT_BATCH;
        if (map)
            map[p] = int_index(n);
        if (subs)
            subs[n] = int_index(p);
        n++;
    }
    return n;
}

value value_of_tensor(elab *E, tensor *t, span at)
{
    expr *subs[MAX_RANK];
    int own = outer_dims(E, outer_positions(t), NULL, NULL, subs);
    value v = {.ok = true, .at = at, .rank = t->rank - own, .classes = t->classes, .tensor = t};
    memcpy(v.dims, t->dims + own, (size_t)v.rank * sizeof *v.dims);
    for (int i = 0; i < v.rank; i++)
        subs[own + i] = int_index(1 + i);
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

/* A new tensor of the sample shape dims, computed by body over positions 0 (batch), 1 … rank, and those of turns. */
tensor *define_tensor_over(elab *E, uint32_t over, int rank, const int64_t dims[], int64_t classes, expr *body, span at)
{
    int64_t full[MAX_RANK];
    expr *map[MAX_INDEX] = {0};
    if (has_open_noise(body)) {
        int64_t extent[MAX_INDEX] = {0};
        for (int d = 0; d < rank; d++)
            extent[1 + d] = dims[d];
        body = close_noise(E, body, extent, ((1u << rank) - 1) << 1);
    }
    int own = outer_dims(E, over |= body->uses, full, map, NULL);
    for (int d = 0; d < rank; d++)
        full[own + d] = dims[d];
    if (too_large(E, rank + own - (int)(over & 1), full + (over & 1), NULL, at))
        return NULL;
    for (int i = 1; i <= rank; i++)
        map[i] = int_index(own + i - 1);
    body = expr_substitute(body, map, MAX_INDEX);
    if (!classes && body->is_int)
        body = expr_real(body);
    span place = elab_place(E, at);
    tensor *t = graph_tensor(E->g, TENSOR_VALUE, NULL, rank + own, full, classes, place);
    t->turns = over >> FIRST_TURN;
    equation *e = equation_new(&E->g->equations, t, body, place);
    e->body = expr_decide(body, e->extent);
    for (int d = 0, k = t->batched; d < E->scans.count; d++)
        if (t->turns >> d & 1)
            e->index_name[k++] = E->scans.data[d]->index;
    equation_name_indices(e);
    note_reads(E, body);
    return t;
}

tensor *define_tensor(elab *E, const char *name, int rank, const int64_t dims[], int64_t classes, expr *body, span at)
{
    if (too_large(E, rank, dims, name, at))
        return NULL;
    tensor *t = define_tensor_over(E, 0, rank, dims, classes, body, at);
    if (t && name)
        t->name = t->label = name;
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
