/* signature.c: the arguments of the generated functions, in the order that interface promises. */
#include <string.h>

#include "writer.h"

bool has_params(const plan *p)
{
    return p->reals > 0;
}

const char *routine_symbol(const writer *w, const routine *r)
{
    static const char *const names[] = {"forward", "cost", "grad", "sgd"}, *const ends[] = {"", "", "_grad", "_sgd"};
    const char *own = r->cost >= 0 ? w->costs[r->cost] : NULL;
    return own ? arena_printf("%s%s", own, ends[r->kind]) : names[r->kind];
}

const char *function_name(const writer *w, const routine *r)
{
    return arena_printf("%s_%s", w->prefix, routine_symbol(w, r));
}

static void write_values(writer *w, const tensor_list *list)
{
    for (int i = 0; i < list->count; i++) {
        const tensor *t = list->data[i];
        text_printf(w->out, ", const %s *%s", t->classes ? "int32_t" : w->real, w->values[t->id]);
    }
}

/* Without the final semicolon or brace. */
void write_prototype(writer *w, const routine *r)
{
    const graph *g = w->p->graph;
    bool sgd = r->kind == ROUTINE_SGD;
    text_printf(w->out, "%s %s(", r->kind == ROUTINE_FORWARD ? "int" : w->real, function_name(w, r));
    if (has_params(w->p))
        text_printf(w->out, "%s%s_params *p, ", sgd ? "" : "const ", w->prefix);
    text_printf(w->out, "%s_work *k, ", w->prefix);
    if (w->state)
        text_printf(w->out, "%s%s_state *h, ", r->kind == ROUTINE_COST ? "const " : "", w->prefix);
    text_append(w->out, "size_t n");
    write_values(w, &g->inputs);
    if (r->kind != ROUTINE_FORWARD)
        write_values(w, &g->targets);
    for (int i = 0; r->kind == ROUTINE_FORWARD && i < g->outputs.count; i++)
        text_printf(w->out, ", %s *%s", g->outputs.data[i].value->classes ? "int32_t" : w->real, w->outputs[i]);
    if (r->kind == ROUTINE_GRAD && has_params(w->p))
        text_printf(w->out, ", %s_params *g", w->prefix);
    if (sgd)
        text_printf(w->out, ", %s rate", w->real);
    text_append(w->out, ")");
}
