/* lift.c: the gradient for each sample, with respect to something that all samples share.
 *
 * Reverse mode sums over the samples. So each sample gets a copy of its own, x'[b, i] = x[i], and with it all that lies between x and the value;
 * then the gradient with respect to x' is the sample's. What is added twice that way is computed once: equal equations are merged later. */
#include <string.h>

#include "contribution.h"

typedef struct lifting {
    const graph *g;
    tensor **copy;                 /* by tensor id; NULL: as it is */
    int batch;                     /* position of the batch in the equation that is copied */
} lifting;

static tensor *copy_of(graph *g, const tensor *t)
{
    int64_t dims[MAX_RANK + 1];
    dims[0] = EXTENT_BATCH;
    memcpy(dims + !t->batched, t->dims, (size_t)t->rank * sizeof *dims);
    tensor *c = graph_tensor(g, TENSOR_VALUE, NULL, t->rank + !t->batched, dims, t->classes, t->at);
    c->stage = t->stage;
    return c;
}

static expr *lifted_read(expr *e, void *context)
{
    const lifting *l = context;
    if (e->kind != X_READ || e->is_int || !l->copy[e->tensor->id])
        return e;
    expr *subs[MAX_RANK];
    subs[0] = int_index(l->batch);
    if (e->nargs)
        memcpy(subs + !e->tensor->batched, e->args, (size_t)e->nargs * sizeof *subs);
    return expr_read(l->copy[e->tensor->id], subs);
}

static int batch_position(const equation *e)
{
    for (int p = 0; p < e->free; p++)
        if (e->extent[p] == EXTENT_BATCH)
            return p;
    return -1;
}

static equation *lifted(const lifting *l, const equation *e)
{
    equation *c = NEW(equation);
    expr *map[MAX_INDEX] = {0};
    int at = batch_position(e), shift = at < 0;
    lifting here = *l;
    here.batch = shift ? 0 : at;
    *c = *e;
    c->out = l->copy[e->out->id];
    c->free += shift;
    c->extent[0] = shift ? EXTENT_BATCH : e->extent[0];
    memcpy(c->extent + shift, e->extent, (size_t)(e->free + e->bound) * sizeof *c->extent);
    c->index_name[0] = NULL;
    memcpy(c->index_name + shift, e->index_name, (size_t)(e->free + e->bound) * sizeof *c->index_name);
    if (e->kind == EQ_RESHAPE) {
        c->source = l->copy[e->source->id];
        return c;
    }
    for (int p = 0; p < e->free + e->bound; p++)
        map[p] = int_index(p + shift);
    c->body = expr_rewrite(expr_substitute(e->body, map, e->free + e->bound), lifted_read, &here);
    if (e->subs) {
        c->subs = NEW_ARRAY(expr *, c->out->rank + 1);
        c->subs[0] = int_index(here.batch);
        for (int d = 0; d < e->out->rank; d++)
            c->subs[d + !e->out->batched] = expr_rewrite(expr_substitute(e->subs[d], map, e->free + e->bound), lifted_read, &here);
    }
    equation_name_indices(c);
    return c;
}

/* Does each element get something of all samples? */
static bool mixes_samples(const equation *e)
{
    return reduces_batch(e) || (e->accumulate && !e->out->batched && batch_position(e) >= 0);
}

tensor *derive_sample_gradient(graph *g, tensor *value, tensor *wrt, bool *possible)
{
    derivation d = {.g = g};
    equation_list forward = {0}, path = {0};
    tensor *gradient = NULL;
    int tensors = g->tensors.count;
    *possible = true;
    for (int i = 0; i < g->equations.count; i++)
        vec_push(&forward) = g->equations.data[i];
    d.depends = NEW_ARRAY(bool, tensors + 1);
    d.matters = NEW_ARRAY(bool, tensors + 1);
    mark_dependent(&d, &forward, &wrt, 1);
    mark_mattering(&d, &forward, value);
    if (!d.depends[value->id])
        return NULL;
    if (wrt->batched || !value->batched) {
        derive_gradient(g, &forward, value, expr_num(1), &wrt, 1, &g->equations, &gradient);
        return gradient;
    }
    lifting l = {g, NEW_ARRAY(tensor *, tensors + 1), 0};
    for (int i = 0; i < forward.count; i++) {
        const equation *e = forward.data[i];
        bool between = d.depends[e->out->id] && d.matters[e->out->id] && e->out != wrt;
        if (!between)
            continue;
        if (mixes_samples(e) || e->out->rank + 1 > MAX_RANK || e->free + e->bound + 1 > MAX_INDEX) {
            *possible = false;
            return NULL;
        }
        if (!l.copy[e->out->id])
            l.copy[e->out->id] = copy_of(g, e->out);
    }
    tensor *own = l.copy[wrt->id] = copy_of(g, wrt);
    expr *subs[MAX_RANK];
    for (int i = 0; i < wrt->rank; i++)
        subs[i] = int_index(i + 1);
    equation *e = equation_new(&g->equations, own, expr_read(wrt, subs), wrt->at);
    equation_name_indices(e);
    vec_push(&path) = e;
    for (int i = 0; i < forward.count; i++)
        if (l.copy[forward.data[i]->out->id] && forward.data[i]->out != wrt) {
            vec_push(&path) = lifted(&l, forward.data[i]);
            vec_push(&g->equations) = path.data[path.count - 1];
        }
    derive_gradient(g, &path, l.copy[value->id], expr_num(1), &own, 1, &g->equations, &gradient);
    return gradient;
}
