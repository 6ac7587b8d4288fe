/* label.c: readable names for what the compiler made: a sum bears the name of what it is for, a result that of its function. */
#include <string.h>

#include "graph.h"

static bool is_made(const tensor *t)
{
    return t->kind == TENSOR_VALUE && !t->name && t->label[0] == 't' && strcmp(t->label, arena_printf("t%d", t->id)) == 0;
}

/* ---- the labels that are taken, with the number that the next of that name gets ---- */

typedef struct entry {
    const char *label;
    int next;
} entry;

typedef struct label_set {
    entry *slots;
    size_t room, count;        /* room is a power of two */
} label_set;

static entry *find(const label_set *s, const char *label)
{
    size_t h = 2166136261u; /* FNV-1a */
    for (const char *c = label; *c; c++)
        h = (h ^ (unsigned char)*c) * 16777619u;
    for (h &= s->room - 1; s->slots[h].label && strcmp(s->slots[h].label, label) != 0; h = (h + 1) & (s->room - 1))
        ;
    return &s->slots[h];
}

static void insert(label_set *s, const char *label)
{
    if (2 * s->count >= s->room) {
        label_set larger = {NEW_ARRAY(entry, 2 * s->room + 64), 2 * s->room, s->count};
        if (!s->room)
            larger.room = 64;
        for (size_t i = 0; i < s->room; i++)
            if (s->slots[i].label)
                *find(&larger, s->slots[i].label) = s->slots[i];
        *s = larger;
    }
    entry *at = find(s, label);
    if (!at->label)
        *at = (entry){label, 2}, s->count++;
}

/* base, or with a number behind the separator where that is taken; enters it. */
static const char *fresh(label_set *s, const char *base, const char *separator, bool numbered)
{
    const char *label = numbered ? arena_printf("%s1", base) : base;
    insert(s, "");
    if (find(s, label)->label) {
        int n = find(s, label)->next;
        const char *first = label;
        do
            label = arena_printf("%s%s%d", base, separator, n++);
        while (find(s, label)->label);
        find(s, first)->next = n;
    }
    insert(s, label);
    return label;
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

/* Turns of a repeat, and uses of one stage, have values of the same name: the second is h_2. Results of functions are numbered
 * in the order of the list; sums are named after their readers, which come later, and so from the end. */
void label_equations(graph *g, const equation_list *list)
{
    label_set taken = {0};
    bool *here = NEW_ARRAY(bool, g->tensors.count + 1);
    for (int i = 0; i < list->count; i++)
        here[list->data[i]->out->id] = true;
    for (int i = 0; i < g->tensors.count; i++) {
        tensor *t = g->tensors.data[i];
        if (here[i] && !is_made(t) && (t->kind == TENSOR_VALUE || t->kind == TENSOR_GRADIENT))
            t->label = fresh(&taken, t->label, "_", false);
        else
            insert(&taken, t->label);
    }
    for (int i = 0; i < g->outputs.count; i++)
        insert(&taken, g->outputs.data[i].name);
    for (int i = 0; i < list->count; i++) {
        const equation *e = list->data[i];
        const char *function = is_made(e->out) && e->kind == EQ_COMPUTE && e->reduction == RED_NONE ? function_of(e->body) : NULL;
        if (function)
            e->out->label = fresh(&taken, function, "", true);
    }
    for (int i = list->count - 1; i >= 0; i--) {
        const equation *e = list->data[i];
        tensor *t = e->out;
        const tensor *reader = is_made(t) ? first_reader(list, i + 1, t) : NULL;
        const char *kind = e->kind == EQ_RESHAPE ? "flat" : reduction_text[e->reduction];
        if (reader)
            t->label = fresh(&taken, arena_printf("%s.%s", reader->label, kind[0] ? kind : "part"), "", false);
        if (reader && !t->stage[0])
            t->stage = reader->stage;
    }
}
