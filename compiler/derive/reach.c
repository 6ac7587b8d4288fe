/* reach.c: which tensors matter to a derivation: what depends on the variables, on what the value depends, what a recurrence reads one turn back. */
#include "contribution.h"

static void find_depends(expr *e, void *context)
{
    struct { const bool *depends; bool found; } *c = context;
    c->found |= e->kind == X_READ && c->depends[e->tensor->id];
}

void mark_dependent(derivation *d, const equation_list *forward, tensor *const *wrt, int count)
{
    for (int i = 0; i < count; i++)
        d->depends[wrt[i]->id] = true;
    for (bool more = true; more;) { /* again where a recurrence reads one turn back */
        more = false;
        for (int i = 0; i < forward->count; i++) {
            const equation *e = forward->data[i];
            struct { const bool *depends; bool found; } c = {d->depends, false};
            if (d->depends[e->out->id])
                continue;
            if (e->kind == EQ_RESHAPE)
                c.found = d->depends[e->source->id];
            else if (!e->out->classes)
                expr_each_attached(e->body, find_depends, &c);
            more |= d->depends[e->out->id] = c.found;
        }
    }
}

static void mark_read(expr *e, void *context)
{
    bool *matters = context;
    if (e->kind == X_READ)
        matters[e->tensor->id] = true;
}

void mark_mattering(derivation *d, const equation_list *forward, const tensor *value)
{
    bool *marked = NEW_ARRAY(bool, forward->count + 1);
    d->matters[value->id] = true;
    for (bool more = true; more;) {
        more = false;
        for (int i = forward->count - 1; i >= 0; i--) {
            const equation *e = forward->data[i];
            if (marked[i] || !d->matters[e->out->id])
                continue;
            marked[i] = more = true;
            if (e->source)
                d->matters[e->source->id] = true;
            if (e->body)
                expr_each(e->body, mark_read, d->matters);
        }
    }
}

/* For each equation the tensors that it is the first to read before they are defined. */
tensor_list *find_carries(const derivation *d, const equation_list *forward, bool *is_carry)
{
    tensor_list *first = NEW_ARRAY(tensor_list, forward->count + 1);
    bool *read = NEW_ARRAY(bool, d->g->tensors.count + 1);
    for (int i = 0; i < forward->count; i++) {
        const equation *e = forward->data[i];
        bool *now = NEW_ARRAY(bool, d->g->tensors.count + 1);
        if (e->body)
            expr_each(e->body, mark_read, now);
        for (int k = i; k < forward->count; k++) {
            tensor *t = forward->data[k]->out;
            if (!now[t->id] || read[t->id] || forward->data[k]->accumulate)
                continue;
            read[t->id] = is_carry[t->id] = true;
            vec_push(&first[i]) = t;
        }
    }
    return first;
}
