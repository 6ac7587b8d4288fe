/* label.c: readable names for what the compiler made: a sum bears the name of what it is for, a result that of its function. */
#include <string.h>

#include "graph.h"

static bool is_made(const tensor *t)
{
    return t->kind == TENSOR_VALUE && !t->name && t->label[0] == 't' && strcmp(t->label, arena_printf("t%d", t->id)) == 0;
}

static bool is_taken(const graph *g, const char *label)
{
    for (int i = 0; i < g->tensors.count; i++)
        if (strcmp(g->tensors.data[i]->label, label) == 0)
            return true;
    for (int i = 0; i < g->outputs.count; i++)
        if (strcmp(g->outputs.data[i].name, label) == 0)
            return true;
    return false;
}

/* "tanh" where the value is tanh(…); NULL where it is no call of a function. */
static const char *function_of(const expr *body)
{
    if (body->kind != X_OP)
        return NULL;
    const char *name = op_table[body->op].name;
    return name[0] >= 'a' && name[0] <= 'z' ? name : NULL;
}

typedef struct use {
    const tensor *t;
    bool found;
} use;

static void look(expr *e, void *context)
{
    use *u = context;
    u->found |= e->kind == X_READ && e->tensor == u->t;
}

static const tensor *first_reader(const equation_list *list, int from, const tensor *t)
{
    for (int i = from; i < list->count; i++) {
        const equation *e = list->data[i];
        use u = {t, e->source == t};
        if (e->body)
            expr_each(e->body, look, &u);
        for (int d = 0; e->subs && d < e->out->rank; d++)
            expr_each(e->subs[d], look, &u);
        if (u.found)
            return e->out;
    }
    return NULL;
}

/* Turns of a repeat, and uses of one stage, have values of the same name: the second is h_2. */
static void tell_apart(graph *g, tensor *t)
{
    bool clash = false;
    for (int i = 0; i < t->id && !clash; i++)
        clash = strcmp(g->tensors.data[i]->label, t->label) == 0;
    if (!clash)
        return;
    const char *base = t->label;
    for (int n = 2; clash; n++) {
        t->label = "";
        const char *label = arena_printf("%s_%d", base, n);
        clash = is_taken(g, label);
        t->label = label;
    }
}

static void name_after(const graph *g, tensor *t, const char *base, bool numbered)
{
    const char *label = numbered ? arena_printf("%s1", base) : base;
    for (int n = 2; is_taken(g, label); n++)
        label = arena_printf("%s%d", base, n);
    t->label = label;
}

void label_equations(graph *g, const equation_list *list)
{
    for (int i = 0; i < list->count; i++) {
        const equation *e = list->data[i];
        const char *function = is_made(e->out) && e->kind == EQ_COMPUTE && e->reduction == RED_NONE ? function_of(e->body) : NULL;
        if (e->out->kind == TENSOR_VALUE || e->out->kind == TENSOR_GRADIENT)
            tell_apart(g, e->out);
        if (function)
            name_after(g, e->out, function, true);
    }
    for (int i = list->count - 1; i >= 0; i--) { /* readers come after what they read, and are named before it */
        const equation *e = list->data[i];
        tensor *t = e->out;
        const tensor *reader = is_made(t) ? first_reader(list, i + 1, t) : NULL;
        const char *kind = e->kind == EQ_RESHAPE ? "flat" : reduction_text[e->reduction];
        if (reader)
            name_after(g, t, arena_printf("%s.%s", reader->label, kind[0] ? kind : "part"), false);
        if (reader && !t->stage[0])
            t->stage = reader->stage;
    }
}
