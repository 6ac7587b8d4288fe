/* check.c: --check-finite: where a routine looks whether its values are finite: first at what it is given, then at what each equation computed,
 * before anybody reads it. A turn of a recurrence looks at its own elements. Integers and copies are passed over. */
#include "check.h"

#include <string.h>

#include "../routine/passes.h"
#include "build.h"

/* "net.nn:12: linear1.s", "net.nn:12: the gradient of w"; what only the compiler named is told with its stage: "net.nn:12: exp1 of softmax1". */
static const char *told(const graph *g, const tensor *t, const char *stage, span at)
{
    static const char *const kinds[] = {[TENSOR_INPUT] = "input ", [TENSOR_TARGET] = "target ", [TENSOR_PARAM] = "parameter ", [TENSOR_STATE] = "state "};
    const tensor *named = t->kind == TENSOR_GRADIENT && t->of ? t->of : t;
    const char *kind = t->kind <= TENSOR_STATE ? kinds[t->kind] : named != t ? "the gradient of " : "";
    bool said = named->own || named->kind != TENSOR_VALUE || strncmp(named->label, stage, strlen(stage)) == 0;
    int line = 0, column;
    if (at.source)
        source_position(at, &line, &column);
    return arena_printf("%s:%d: %s%s%s%s", at.source ? at.source->name : g->source->name, line, kind, named->label, said ? "" : " of ", said ? "" : stage);
}

/* Loops over t's elements with the names of `e`; its dimension d is e's position d. */
static void look(const plan *p, const routine_plan *r, const equation *e, const tensor *t, const char *what, loop_function *f, node_list *into)
{
    lowering l = {.p = p, .r = r, .e = e};
    int order[MAX_INDEX], n = memory_order(&l, e, t, -1, order);
    node *check = new_node(into, NODE_CHECK);
    node_list *list = &check->body;
    check->comment = what;
    check->names = e;
    check->target = (tensor *)(uintptr_t)t;
    for (int i = 0; i < n; i++)
        list = &new_loop(list, e, order[i])->body;
    node *finite = new_node(list, NODE_FINITE);
    finite->target = check->target;
    finite->subs = identity(t);
    vec_push(&f->checks) = check;
}

/* An equation whose positions are t's dimensions, in the turns of `within` (or NULL). */
static equation *positions_of(const tensor *t, const equation *within)
{
    equation *e = NEW(equation);
    e->out = (tensor *)(uintptr_t)t;
    e->free = t->rank;
    memcpy(e->extent, t->dims, sizeof t->dims);
    for (int k = 0; within && k < within->turns; k++) {
        int d = within->turn[k].dimension;
        e->turn[e->turns] = within->turn[k];
        e->turn[e->turns++].position = d;
        e->index_name[d] = within->index_name[within->turn[k].position];
    }
    equation_name_indices(e);
    return e;
}

static void check_list(const plan *p, const routine_plan *r, const tensor_list *list, loop_function *f)
{
    for (int i = 0; i < list->count; i++) {
        const tensor *t = list->data[i];
        bool read = false;
        for (int k = 0; k < r->routine->equations.count; k++)
            read |= reads_tensor(r->routine->equations.data[k], t);
        if (read && !t->classes && !t->values)
            look(p, r, positions_of(t, NULL), t, told(p->graph, t, "", t->at), f, &f->body);
    }
}

void check_arguments(const plan *p, const routine_plan *r, loop_function *f)
{
    check_list(p, r, &p->graph->inputs, f);
    check_list(p, r, &p->graph->targets, f);
    check_list(p, r, &p->graph->params, f);
    check_list(p, r, &p->graph->states, f);
}

void check_equation(const plan *p, const routine_plan *r, int number, loop_function *f, node_list *into)
{
    const equation_list *list = &r->routine->equations;
    const equation *e = list->data[number];
    const place *at = &r->places[e->out->id];
    bool more = false; /* is added to it later */
    for (int i = number + 1; i < list->count; i++)
        more |= list->data[i]->out == e->out;
    if (more || e->out->classes || e->out->copied || at->alias || at->store == STORE_NONE)
        return;
    look(p, r, positions_of(e->out, e), e->out, told(p->graph, e->out, equation_stage(e), e->at), f, into);
}
