/* graph.c: making tensors and equations, finding equal ones, and checking the graph's invariants. See graph.h. */
#include "graph.h"

#include <string.h>

const char *const reduction_text[] = {
    [RED_NONE] = "", [RED_SUM] = "sum", [RED_PROD] = "prod", [RED_MAX] = "max",
    [RED_MIN] = "min", [RED_ARGMAX] = "argmax", [RED_ARGMIN] = "argmin",
};

tensor *graph_tensor(graph *g, tensor_kind kind, const char *name, int rank, const int64_t dims[], int64_t classes, span at)
{
    if (rank > MAX_RANK)
        bug("a tensor of rank %d", rank);
    tensor *t = NEW(tensor);
    t->id = g->tensors.count;
    t->kind = kind;
    t->name = name;
    t->label = name ? name : arena_printf("t%d", t->id);
    t->at = at;
    t->stage = "";
    t->rank = rank;
    for (int i = 0; i < rank; i++)
        t->dims[i] = dims[i];
    t->batched = rank > 0 && dims[0] == EXTENT_BATCH;
    t->classes = classes;
    vec_push(&g->tensors) = t;
    return t;
}

int64_t tensor_size(const tensor *t)
{
    int64_t size = 1;
    for (int i = t->batched; i < t->rank; i++)
        size *= t->dims[i];
    return size;
}

equation *equation_new(equation_list *list, tensor *out, expr *body, span at)
{
    equation *e = NEW(equation);
    e->out = out;
    e->free = out->rank;
    memcpy(e->extent, out->dims, (size_t)out->rank * sizeof *out->dims);
    if (out->batched)
        e->index_name[0] = "b";
    e->body = body;
    e->at = at;
    vec_push(list) = e;
    return e;
}

bool reduces_batch(const equation *e)
{
    for (int k = e->free; k < e->free + e->bound; k++)
        if (e->extent[k] == EXTENT_BATCH)
            return true;
    return false;
}

bool equation_is_turn(const equation *e, int position)
{
    for (int k = 0; k < e->turns; k++)
        if (e->turn[k].position == position)
            return true;
    return false;
}

tensor *equation_find(const equation_list *list, const equation *like)
{
    if (like->accumulate)
        return NULL;
    for (int i = 0; i < list->count; i++) {
        const equation *e = list->data[i];
        if (e == like || e->kind != like->kind || e->accumulate || e->reduction != like->reduction ||
            e->body != like->body || e->source != like->source || e->free != like->free || e->bound != like->bound ||
            e->out->classes != like->out->classes ||
            memcmp(e->extent, like->extent, (size_t)(e->free + e->bound) * sizeof *e->extent) != 0)
            continue;
        bool accumulated = false; /* then the tensor holds more than this equation says */
        for (int k = i + 1; k < list->count && !accumulated; k++)
            accumulated = list->data[k]->accumulate && list->data[k]->out == e->out;
        if (!accumulated)
            return e->out;
    }
    return NULL;
}

/* Names for the positions that the user did not name: b for the batch, then i, j, k …, none twice. */
void equation_name_indices(equation *e)
{
    static const char *const letters[] = {"i", "j", "k", "l", "m", "p", "q", "r", "u", "v"};
    int next = 0, extra = 0;
    for (int k = 0; k < e->free + e->bound; k++) {
        bool taken = true;
        if (e->index_name[k])
            continue;
        const char *name = e->extent[k] == EXTENT_BATCH ? "b" : NULL;
        while (taken) {
            if (!name)
                name = next < (int)(sizeof letters / sizeof *letters) ? letters[next++]
                                                                      : intern(arena_printf("i%d", ++extra));
            taken = false;
            for (int m = 0; m < e->free + e->bound; m++)
                taken |= e->index_name[m] && strcmp(e->index_name[m], name) == 0;
            if (!taken)
                e->index_name[k] = name;
            name = NULL;
        }
    }
}

expr *identity_read(tensor *t)
{
    expr *subs[MAX_RANK];
    for (int d = 0; d < t->rank; d++)
        subs[d] = int_index(d);
    return expr_read(t, subs);
}

/* ---- invariants ---- */

typedef struct check {
    const equation *e;
    const bool *defined, *somewhere;
} check;

/* A turn before or after this one: t - 1 in a recurrence, t + 1 in its reverse. */
static bool is_other_turn(const expr *read)
{
    for (int d = 0; d < read->nargs; d++) {
        const expr *s = read->args[d];
        if (s->nargs == 1 && s->args[0]->kind == X_INDEX && s->coef[0] == 1 && (s->constant == 1 || s->constant == -1))
            return true;
    }
    return false;
}

static void check_node(expr *x, void *context)
{
    const check *c = context;
    if (x->kind == X_INDEX && x->index >= c->e->free + c->e->bound)
        bug("equation of %s uses index position %d of %d", c->e->out->label, x->index, c->e->free + c->e->bound);
    if (x->kind != X_READ)
        return;
    if (x->nargs != x->tensor->rank)
        bug("equation of %s reads %s with %d subscripts", c->e->out->label, x->tensor->label, x->nargs);
    if ((x->tensor->kind == TENSOR_VALUE || x->tensor->kind == TENSOR_GRADIENT) && !c->defined[x->tensor->id] &&
        !(c->somewhere[x->tensor->id] && is_other_turn(x)))
        bug("equation of %s reads %s before it is defined", c->e->out->label, x->tensor->label);
}

/* Reads that are evaluated in every turn must be in bounds; what stands in a branch of a selection is the guard's affair. */
static void check_bounds(expr *x, void *context)
{
    const equation *e = ((const check *)context)->e;
    for (int d = 0; x->kind == X_READ && d < x->nargs; d++) {
        int64_t low, high, extent = x->tensor->dims[d];
        if (extent == EXTENT_BATCH) {
            if (!int_is_index(x->args[d], NULL) && !int_is_const(x->args[d], NULL))
                bug("%s is read across the batch in %s", x->tensor->label, e->out->label);
            continue;
        }
        if (!int_range(x->args[d], e->extent, &low, &high) || low < 0 || high >= extent)
            bug("%s is read out of bounds in dimension %d, in the equation of %s", x->tensor->label, d, e->out->label);
    }
}

void graph_verify(const graph *g, const equation_list *list)
{
    bool *defined = NEW_ARRAY(bool, g->tensors.count + 1), *somewhere = NEW_ARRAY(bool, g->tensors.count + 1);
    for (int i = 0; i < list->count; i++)
        somewhere[list->data[i]->out->id] = true;
    for (int i = 0; i < list->count; i++) {
        const equation *e = list->data[i];
        check c = {e, defined, somewhere};
        if (e->kind == EQ_RESHAPE) {
            if (!e->source || e->body || tensor_size(e->source) != tensor_size(e->out) || e->source->batched != e->out->batched)
                bug("reshape of %s", e->out->label);
            if ((e->source->kind == TENSOR_VALUE || e->source->kind == TENSOR_GRADIENT) && !defined[e->source->id])
                bug("reshape of %s before its source", e->out->label);
        } else {
            expr_each(e->body, check_node, &c);
            expr_each_certain(e->body, check_bounds, &c);
            for (int d = 0; e->subs && d < e->out->rank; d++)
                expr_each(e->subs[d], check_node, &c);
        }
        if (!e->accumulate) {
            if (defined[e->out->id])
                bug("%s is defined twice", e->out->label);
            if (e->free != e->out->rank || memcmp(e->extent, e->out->dims, (size_t)e->free * sizeof *e->extent) != 0)
                bug("equation of %s: loops and dimensions differ", e->out->label);
        } else if (!e->subs)
            bug("%s: an accumulating equation without subscripts", e->out->label);
        if ((e->reduction == RED_NONE) != (e->bound == 0))
            bug("equation of %s: reduction and bound indices differ", e->out->label);
        defined[e->out->id] = true;
    }
}

double equation_turns(const equation *e)
{
    double n = 1;
    for (int k = 0; k < e->free + e->bound; k++)
        n *= e->extent[k] == EXTENT_BATCH ? 1 : (double)e->extent[k];
    return n;
}
