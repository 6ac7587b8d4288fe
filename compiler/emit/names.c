/* names.c: the names of one generated text: functions and constants at file scope, fields, arguments, views and loop variables.
 *
 * Each scope has every name once. What the model calls by a name that is free keeps it; the others get `_` appended, or a
 * number. Local variables of the loops have names of their own, which the rest avoids. */
#include <ctype.h>
#include <string.h>

#include "poly.h"

static bool listed(const name_list *l, const char *name)
{
    for (int i = 0; i < l->count; i++)
        if (strcmp(l->data[i], name) == 0)
            return true;
    return false;
}

static bool ends_in(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n > m && strcmp(s + n - m, end) == 0;
}

/* nnc's own arguments and the local variables of the generated functions. */
static bool is_own(const writer *w, const char *name)
{
    static const char *const own[] = {"p", "k", "n", "g", "h", "rate", "seed", "inv_n", "sum", "at",
                                      "block", "col", "cols", "row", "rows", "most", "vec", "vectors", "lane", "step", "all", "tiles", "wide"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i], name) == 0)
            return true;
    return ends_in(name, "_from") || ends_in(name, "_to") || ends_in(name, "_at") || listed(&w->locals, name); /* i_from … i_to: bounds of the loop over i; i_at: where a tile begins */
}

/* Enters `names[i]` for i < count into `taken`, in the form that `out[i]` gets: first those that need no change. */
static void enter(const writer *w, name_list *taken, const char *const *names, int count, bool arguments, const char **out)
{
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < count; i++) {
            const char *s = c_name(names[i]);
            if (round == 0 && (strcmp(s, names[i]) != 0 || listed(taken, s) || (arguments && is_own(w, s))))
                continue;
            if (out[i])
                continue;
            while (listed(taken, s) || (arguments && is_own(w, s)))
                s = arena_printf("%s_", s);
            vec_push(taken) = out[i] = s;
        }
}

/* ---- file scope ---- */

/* `stem` followed by a number and nothing else. */
static bool is_numbered(const char *name, const char *stem)
{
    size_t n = strlen(stem);
    return strncmp(stem, name, n) == 0 && name[n] && strspn(name + n, "0123456789") == strlen(name + n);
}

/* What follows the prefix in names that nnc gives itself. */
static bool is_reserved(const char *name)
{
    static const char *const fixed[] = {"forward", "cost", "grad", "sgd", "init", "reset", "model", "params", "work", "state", "real", "random",
                                        "normal", "sigmoid", "softplus", "floor_div", "floor_mod", "MATH", "inputs", "targets", "outputs",
                                        "parameters", "costs", "states", "call_forward", "call_cost", "call_grad", "call_sgd",
                                        "call_init", "call_reset", "checked", "philox", "fraction", "uniform", "gauss", "kept",
                                        "BYTES", "ROWS", "INLINE", "UNROLL", "PLAIN", "OPTIONS", "transpose"};
    static const char *const numbered[] = {"input", "target", "output", "param", "cost", "state"};
    static const char *const of_tiles[] = {"v", "u", "i", "w", "b", "from", "keep", "pick", "even", "odd", "SHUFFLE", "AHEAD", "total", "most", "least", "max", "min", "kernel", "single", "rows", "columns", "tiles", "samples"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (strcmp(fixed[i], name) == 0)
            return true;
    for (size_t i = 0; i < sizeof of_tiles / sizeof *of_tiles; i++)
        if (is_numbered(name, of_tiles[i]))
            return true;
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++)
        if (strncmp(numbered[i], name, strlen(numbered[i])) == 0 && isdigit((unsigned char)name[strlen(numbered[i])]) &&
            (ends_in(name, "_shape") || ends_in(name, "_axes") || ends_in(name, "_trains")))
            return true;
    return poly_is_name(name);
}

/* A named cost has three functions, and one of the common signature for each: none of them may have another's name. */
static void name_costs(writer *w, name_list *taken)
{
    static const char *const ends[] = {"", "_grad", "_sgd"};
    const graph *g = w->p->graph;
    w->costs = NEW_ARRAY(const char *, g->costs.count + 1);
    for (int c = 0; c < g->costs.count; c++) {
        const char *base = g->costs.data[c].name;
        for (bool clash = base != NULL; clash;) {
            clash = false;
            for (int i = 0; i < 6; i++) {
                const char *name = arena_printf("%s%s%s", i < 3 ? "" : "call_", base, ends[i % 3]);
                clash |= listed(taken, name) || is_reserved(name);
            }
            if (clash)
                base = arena_printf("%s_", base);
        }
        for (int i = 0; base && i < 6; i++)
            vec_push(taken) = arena_printf("%s%s%s", i < 3 ? "" : "call_", base, ends[i % 3]);
        w->costs[c] = base;
    }
}

static void name_constants(writer *w, name_list *taken)
{
    const graph *g = w->p->graph;
    w->constants = NEW_ARRAY(const char *, g->tensors.count + 1);
    for (int i = 0; i < g->tensors.count; i++) {
        if (!g->tensors.data[i]->values)
            continue;
        const char *s = c_name(g->tensors.data[i]->label);
        while (listed(taken, s) || is_reserved(s))
            s = arena_printf("%s_", s);
        vec_push(taken) = w->constants[i] = s;
    }
}

/* ---- arguments and fields ---- */

static void name_arguments(writer *w)
{
    const graph *g = w->p->graph;
    int count = g->inputs.count + g->targets.count + g->outputs.count, n = 0;
    const char **names = NEW_ARRAY(const char *, count + 1), **out = NEW_ARRAY(const char *, count + 1);
    for (int i = 0; i < g->inputs.count; i++)
        names[n++] = g->inputs.data[i]->name;
    for (int i = 0; i < g->targets.count; i++)
        names[n++] = g->targets.data[i]->name;
    for (int i = 0; i < g->outputs.count; i++)
        names[n++] = g->outputs.data[i].name;
    enter(w, &w->arguments, names, count, true, out);
    w->values = NEW_ARRAY(const char *, g->tensors.count + 1);
    for (int i = 0; i < g->inputs.count; i++)
        w->values[g->inputs.data[i]->id] = out[i];
    for (int i = 0; i < g->targets.count; i++)
        w->values[g->targets.data[i]->id] = out[g->inputs.count + i];
    w->outputs = out + g->inputs.count + g->targets.count;
}

static void name_fields(writer *w)
{
    const graph *g = w->p->graph;
    int most = g->params.count + g->states.count + 1;
    const char **names = NEW_ARRAY(const char *, most), **out = NEW_ARRAY(const char *, most), **states = NEW_ARRAY(const char *, most);
    name_list taken = {0}, in_state = {0};
    for (int i = 0; i < g->states.count; i++)
        names[i] = g->states.data[i]->label;
    vec_push(&in_state) = "seed";
    vec_push(&in_state) = "sample";
    vec_push(&in_state) = "padding";
    enter(w, &in_state, names, g->states.count, false, states);
    for (int i = 0; i < g->params.count; i++)
        names[i] = g->params.data[i]->label;
    enter(w, &taken, names, g->params.count, false, out);
    w->params = NEW_ARRAY(const char *, g->tensors.count + 1);
    for (int i = 0; i < g->params.count; i++)
        w->params[g->params.data[i]->id] = out[i];
    for (int i = 0; i < g->states.count; i++)
        w->params[g->states.data[i]->id] = states[i];
}

static const char *unused(const writer *w, const name_list *taken, const char *name)
{
    const char *base = is_own(w, name) ? arena_printf("%s_", name) : name, *s = base;
    for (int i = 2; listed(taken, s); i++)
        s = arena_printf("%s_%d", base, i);
    return s;
}

/* At -O0 every value has a field of its own in the work: one name for the whole file. */
static void name_work(writer *w)
{
    const graph *g = w->p->graph;
    name_list taken = {0};
    vec_push(&taken) = "error";
    vec_push(&taken) = "padding";
    w->fields = NEW_ARRAY(const char *, g->tensors.count + 1);
    for (int i = 0; w->p->options.level == LEVEL_O0 && i < g->tensors.count; i++)
        for (int k = 0; k < w->p->routines.count && !w->fields[i]; k++) {
            const place *at = &w->p->routines.data[k]->places[i];
            if (at->store != STORE_WORK || at->alias)
                continue;
            const char *base = c_name(g->tensors.data[i]->label), *s = base;
            for (int n = 2; listed(&taken, s); n++)
                s = arena_printf("%s_%d", base, n);
            vec_push(&taken) = w->fields[i] = s;
        }
}

static void collect_locals(writer *w, const node_list *list)
{
    for (int i = 0; i < list->count; i++) {
        const node *n = list->data[i];
        if (n->kind == NODE_LOCAL && !listed(&w->locals, n->target->label))
            vec_push(&w->locals) = n->target->label;
        collect_locals(w, &n->body);
        for (const tile *t = n->kind == NODE_TILE ? n->tile : NULL; t; t = t->single) {
            collect_locals(w, &t->kernel);
            if (!t->list)
                continue;
            vec_push(&w->locals) = t->list->target->label;
            vec_push(&w->locals) = list_count(t->list);
        }
    }
}

void name_file(writer *w)
{
    name_list taken = {0};
    for (int i = 0; i < w->p->routines.count; i++)
        collect_locals(w, &w->loops[i]->body);
    name_costs(w, &taken);
    name_constants(w, &taken);
    name_arguments(w);
    name_fields(w);
    name_work(w);
}

/* ---- one routine ---- */

void name_positions(writer *w, const equation *e)
{
    name_list taken = {0};
    for (int i = 0; i < w->arguments.count; i++)
        vec_push(&taken) = w->arguments.data[i];
    for (int k = 0; k < e->free + e->bound; k++) {
        w->index_names[k] = unused(w, &taken, c_name(e->index_name[k] ? e->index_name[k] : arena_printf("i%d", k)));
        vec_push(&taken) = w->index_names[k];
    }
    w->index_names[POSITION_BLOCK] = "block";
    w->index_names[POSITION_COLUMN] = "col";
    w->index_names[POSITION_ROW] = "row";
    w->index_names[POSITION_VECTOR] = "vec";
    w->index = w->index_names;
    w->extent = e->extent;
}

const char *batch_name(writer *w)
{
    return unused(w, &w->arguments, "b");
}

/* The argument that holds t, which is one; NULL: none. */
static const char *argument_of(const writer *w, const routine_plan *r, const tensor *t)
{
    for (int i = 0; i < r->routine->outputs.count; i++)
        if (r->routine->outputs.data[i] == t)
            return w->outputs[i];
    return w->values[t->id];
}

static void take_arguments(const writer *w, const routine *r, name_list *taken)
{
    const graph *g = w->p->graph;
    bool forward = r->kind == ROUTINE_FORWARD;
    for (int i = 0; i < g->inputs.count; i++)
        vec_push(taken) = w->values[g->inputs.data[i]->id];
    for (int i = 0; !forward && i < g->targets.count; i++)
        vec_push(taken) = w->values[g->targets.data[i]->id];
    for (int i = 0; forward && i < g->outputs.count; i++)
        vec_push(taken) = w->outputs[i];
}

static void take_positions(writer *w, const equation *e, name_list *taken)
{
    name_positions(w, e);
    for (int k = 0; k < e->free + e->bound; k++)
        if (!listed(taken, w->index_names[k]))
            vec_push(taken) = w->index_names[k];
}

/* Views: what the function calls the arrays that it reads and writes. */
void name_routine(writer *w, const loop_function *f)
{
    const graph *g = w->p->graph;
    const routine_plan *r = f->plan;
    name_list taken = {0};
    w->r = r;
    w->views = NEW_ARRAY(const char *, g->tensors.count + 1);
    take_arguments(w, r->routine, &taken);
    vec_push(&taken) = batch_name(w);
    for (int i = 0; i < r->routine->equations.count; i++)
        take_positions(w, r->routine->equations.data[i], &taken);
    for (int i = 0; i < f->checks.count; i++)
        take_positions(w, f->checks.data[i]->names, &taken);
    for (int i = 0; i < g->tensors.count; i++) {
        const tensor *t = g->tensors.data[i];
        const place *at = &r->places[i];
        if (at->store != STORE_ARGUMENT && at->store != STORE_WORK)
            continue;
        if (at->store == STORE_WORK && w->fields[i] && !at->alias) {
            w->views[i] = w->fields[i];
            continue;
        }
        const char *argument = at->store == STORE_ARGUMENT && !at->alias ? argument_of(w, r, t) : NULL;
        if (argument && t->rank < 2) { /* it is what it looks like: no view */
            w->views[i] = argument;
            continue;
        }
        const char *base = argument ? arena_printf("%s_%s", w->values[i] ? "in" : "out", argument) : c_name(t->label);
        w->views[i] = unused(w, &taken, base);
        vec_push(&taken) = w->views[i];
    }
}
