/* names.c: names in the generated C: none that C, C++ or the standard headers claim, none twice in one scope. */
#include <ctype.h>
#include <string.h>

#include "writer.h"

/* Keywords of C and C++, macros of the standard headers that a model's name might hit, and what compilers predefine. */
static const char *const claimed[] = {
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char", "class",
    "compl", "complex", "concept", "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "co_await", "co_return",
    "co_yield", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "errno", "explicit", "export", "extern",
    "false", "float", "for", "fortran", "friend", "goto", "if", "imaginary", "inline", "int", "linux", "long", "mutable", "namespace",
    "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private", "protected", "public", "register",
    "reinterpret_cast", "requires", "restrict", "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast", "struct",
    "switch", "template", "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "union", "unix",
    "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq", "i386", "arm", "mips", "sparc", "sun",
    "vax", "NULL", "NAN", "INFINITY", "HUGE_VAL", "EOF", "assert", "stdin", "stdout", "stderr", "near", "far", "main",
    "exp", "log", "sqrt", "sin", "cos", "tan", "pow", "floor", "ceil", "round", "erf", "tanh", "sinh", "cosh", "asin", "acos", "atan",
    "atan2", "fabs", "expm1", "log1p", "y0", "y1", "yn", "j0", "j1", "jn", "gamma", "signgam", "index", "div", "abs", "remove", "time",
    "I", "size_t", "int32_t", "int64_t", "uint32_t", "uint64_t", "ptrdiff_t", "SIZE_MAX", "signbit", "isnan", "isinf", "isfinite",
};
/* Names of nnc's own arguments and locals in the generated functions. */
static const char *const own[] = {"p", "k", "n", "g", "h", "rate", "seed", "inv_n", "sum", "acc", "best", "best_at", "value", "in", "out"};

/* Names of locals in the functions of tiles. */
static const char *const own_of_tiles[] = {"block", "col", "cols", "row", "rows", "most", "vec", "vectors", "lane", "skip", "from", "step", "wide", "done", "more", "old"};

static bool among(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

bool c_is_claimed(const char *name)
{
    return among(name, claimed, sizeof claimed / sizeof *claimed) || name[0] == '_';
}

static bool is_own(const char *name)
{
    if (name[0] == 'a' && isdigit((unsigned char)name[1]))
        return true;
    return among(name, own, sizeof own / sizeof *own);
}

static bool is_of_tiles(const char *name)
{
    size_t length = strlen(name);
    return among(name, own_of_tiles, sizeof own_of_tiles / sizeof *own_of_tiles) || (length > 3 && strcmp(name + length - 3, "_at") == 0) ||
           (strncmp(name, "run", 3) == 0 && isdigit((unsigned char)name[3]));
}

const char *c_name(const char *name)
{
    char *s = arena_strdup(name);
    for (char *c = s; *c; c++)
        if (!isalnum((unsigned char)*c))
            *c = '_';
    if (isdigit((unsigned char)s[0]) || s[0] == '_' || s[0] == 0)
        s = arena_printf("v%s", s);
    return c_is_claimed(s) ? arena_printf("%s_", s) : s;
}

const char *c_argument(const char *name)
{
    const char *s = c_name(name);
    return is_own(s) ? arena_printf("%s_", s) : s;
}

const char *c_field(const tensor *t)
{
    return c_name(t->label);
}

const char *c_comment(const char *s)
{
    text t = {0};
    text_append(&t, "");
    for (; *s; s++) {
        bool ends = (s[0] == '*' && s[1] == '/') || (s[0] == '/' && s[1] == '*') || (s[0] == '?' && s[1] == '?') || (s[0] == '\\' && (s[1] == 0 || s[1] == '\n'));
        char c = (unsigned char)*s < 0x20 || *s == 0x7F ? ' ' : *s;
        text_append_n(&t, &c, 1);
        if (ends)
            text_append(&t, " ");
    }
    return t.data;
}

const char *c_string(const char *s)
{
    text t = {0};
    text_append(&t, "\"");
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\' || c == '?')
            text_printf(&t, "\\%c", c);
        else if (c < 0x20 || c >= 0x7F)
            text_printf(&t, "\\%03o", c);
        else
            text_append_n(&t, s, 1);
    }
    text_append(&t, "\"");
    return t.data;
}

/* ---- the names in one routine ---- */

typedef VEC(const char *) name_list;

static bool listed(const name_list *l, const char *name)
{
    for (int i = 0; i < l->count; i++)
        if (strcmp(l->data[i], name) == 0)
            return true;
    return false;
}

static const char *unused(const name_list *taken, const char *name)
{
    const char *s = name;
    for (int i = 2; listed(taken, s) || is_own(s) || is_of_tiles(s); i++)
        s = arena_printf("%s_%d", name, i);
    return s;
}

static void list_arguments(const graph *g, name_list *out)
{
    for (int i = 0; i < g->inputs.count; i++)
        vec_push(out) = c_argument(g->inputs.data[i]->name);
    for (int i = 0; i < g->targets.count; i++)
        vec_push(out) = c_argument(g->targets.data[i]->name);
    for (int i = 0; i < g->outputs.count; i++)
        vec_push(out) = c_argument(g->outputs.data[i].name);
}

/* A loop variable: neither nnc's own name nor an argument's. */
static const char *position_name(const name_list *arguments, const char *name)
{
    const char *s = c_name(name);
    return unused(arguments, is_own(s) || is_of_tiles(s) ? arena_printf("%s_", s) : s);
}

/* At -O0 every value has a field of its own in the work: one name for the whole file. */
static const char *field_name(writer *w, const tensor *t)
{
    const graph *g = w->p->graph;
    if (!w->fields) {
        name_list taken = {0};
        vec_push(&taken) = "error";
        vec_push(&taken) = "unused";
        w->fields = NEW_ARRAY(const char *, g->tensors.count + 1);
        for (int i = 0; i < g->tensors.count; i++)
            for (int k = 0; k < w->p->routines.count && !w->fields[i]; k++) {
                const place *at = &w->p->routines.data[k]->places[i];
                if (at->store != STORE_WORK || at->alias)
                    continue;
                w->fields[i] = unused(&taken, c_name(g->tensors.data[i]->label));
                vec_push(&taken) = w->fields[i];
            }
    }
    return w->fields[t->id];
}

void name_routine(writer *w, const routine_plan *r)
{
    const graph *g = w->p->graph;
    name_list taken = {0}, arguments = {0};
    w->r = r;
    w->views = NEW_ARRAY(const char *, g->tensors.count + 1);
    list_arguments(g, &arguments);
    list_arguments(g, &taken);
    for (int i = 0; i < r->routine->equations.count; i++) {
        const equation *e = r->routine->equations.data[i];
        for (int k = 0; k < e->free + e->bound; k++)
            if (e->index_name[k] && !listed(&taken, position_name(&arguments, e->index_name[k])))
                vec_push(&taken) = position_name(&arguments, e->index_name[k]);
    }
    for (int i = 0; i < g->tensors.count; i++) {
        const tensor *t = g->tensors.data[i];
        const place *at = &r->places[i];
        if (at->store == STORE_NONE || at->store == STORE_PARAMS || at->store == STORE_GRADIENT)
            continue;
        if (w->p->options.level == LEVEL_O0 && at->store == STORE_WORK && !at->alias) {
            w->views[i] = field_name(w, t);
            continue;
        }
        const char *base = c_name(t->label);
        if (at->store == STORE_ARGUMENT)
            base = arena_printf("%s_%s", t->kind == TENSOR_INPUT || t->kind == TENSOR_TARGET ? "in" : at->alias ? "of" : "out", base);
        w->views[i] = unused(&taken, base);
        vec_push(&taken) = w->views[i];
    }
}

void name_positions(writer *w, const equation *e)
{
    name_list taken = {0}, arguments = {0};
    list_arguments(w->p->graph, &arguments);
    for (int k = 0; k < e->free + e->bound; k++) {
        const char *s = position_name(&arguments, e->index_name[k] ? e->index_name[k] : arena_printf("i%d", k));
        w->index_names[k] = unused(&taken, s);
        vec_push(&taken) = w->index_names[k];
    }
    w->index_names[POSITION_BLOCK] = "block";
    w->index_names[POSITION_COLUMN] = "col";
    w->index_names[POSITION_ROW] = "row";
    w->index_names[POSITION_VECTOR] = "vec";
    w->index = w->index_names;
    w->extent = e->extent;
}
