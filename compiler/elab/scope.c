/* scope.c: names: where they are bound, how they are found, and what is said when they are not. */
#include <string.h>

#include "context.h"
#include "library.h"

static const struct { const char *name; builtin b; } builtins[] = {
    {"reshape", BUILTIN_RESHAPE}, {"flatten", BUILTIN_FLATTEN}, {"concat", BUILTIN_CONCAT}, {"real", BUILTIN_REAL},
    {"detach", BUILTIN_DETACH},   {"pad", BUILTIN_PAD},         {"gradient", BUILTIN_GRADIENT}, {"jacobian", BUILTIN_JACOBIAN},
    {"bernoulli", BUILTIN_BERNOULLI}, {"gauss", BUILTIN_GAUSS},
};

static const struct { const char *name; op op; } functions[] = {
    {"exp", OP_EXP}, {"log", OP_LOG}, {"log1p", OP_LOG1P}, {"expm1", OP_EXPM1}, {"sqrt", OP_SQRT}, {"abs", OP_ABS},
    {"sign", OP_SIGN}, {"floor", OP_FLOOR}, {"ceil", OP_CEIL}, {"round", OP_ROUND}, {"sin", OP_SIN}, {"cos", OP_COS},
    {"tan", OP_TAN}, {"asin", OP_ASIN}, {"acos", OP_ACOS}, {"atan", OP_ATAN}, {"atan2", OP_ATAN2}, {"sinh", OP_SINH},
    {"cosh", OP_COSH}, {"tanh", OP_TANH}, {"sigmoid", OP_SIGMOID}, {"softplus", OP_SOFTPLUS}, {"erf", OP_ERF},
    {"min", OP_MIN}, {"max", OP_MAX}, {"pow", OP_POW},
};
enum { BUILTINS = sizeof builtins / sizeof *builtins, FUNCTIONS = sizeof functions / sizeof *functions };

/* ---- errors: inside the library they are reported where the user called it ---- */

/* Where in the user's own file this comes from. */
span elab_place(const elab *E, span at)
{
    for (int i = E->calls.count - 1; at.source && at.source->library && i >= 0; i--)
        if (!E->calls.data[i].in_library)
            return E->calls.data[i].at;
    return at;
}

static bool within(span inner, span outer)
{
    return inner.source == outer.source && inner.begin >= outer.begin && inner.end <= outer.end;
}

static diag *report(elab *E, span at, const char *message)
{
    bool inside = at.source && at.source->library;
    span user = elab_place(E, at);
    diag *d = diag_error(user, "%s", message);
    if (inside && user.source != at.source)
        diag_note(d, at, "it arises here, in the library's '%s'",
                  E->calls.count ? E->calls.data[E->calls.count - 1].callee->name.text : "?");
    else
        for (int i = E->calls.count - 1, told = 0; i >= 0 && told < 3; i--, told++)
            if (!E->calls.data[i].in_library && !within(user, E->calls.data[i].at))
                diag_note(d, E->calls.data[i].at, "in the expansion of '%s', used here", E->calls.data[i].callee->name.text);
    E->broken = true;
    return d;
}

diag *elab_error(elab *E, span at, const char *format, ...)
{
    va_list args;
    text t = {0};
    va_start(args, format);
    text_vprintf(&t, format, args);
    va_end(args);
    return report(E, at, t.data);
}

const char *shape_text(int rank, const int64_t dims[])
{
    text t = {0};
    text_append(&t, "[");
    for (int i = 0; i < rank; i++)
        text_printf(&t, i ? ", %lld" : "%lld", (long long)dims[i]);
    text_append(&t, "]");
    return t.data;
}

const char *value_text(const value *v)
{
    if (v->classes)
        return v->rank ? arena_printf("%s of index(%lld)", shape_text(v->rank, v->dims), (long long)v->classes)
                       : arena_printf("an index(%lld)", (long long)v->classes);
    return v->rank ? shape_text(v->rank, v->dims) : "a scalar";
}

static bool find_outermost(elab *E, bool searched, const char *name, callable *found);

void warn_hidden(elab *E, ast_name name)
{
    callable c;
    if (find_outermost(E, false, name.text, &c))
        diag_warning(WARN_SHADOW, name.at, c.kind == CALL_OP || c.kind == CALL_BUILTIN ? "'%s' hides the language's" : "'%s' hides the library's", name.text);
}

bool elab_spend(elab *E, span at)
{
    if (!E->exhausted && ++E->nodes > MAX_NODES) {
        elab_error(E, at, "the model has more than %d nodes after expansion", MAX_NODES);
        E->exhausted = true;
    }
    return !E->exhausted;
}

/* ---- scopes ---- */

scope *scope_new(scope_kind kind, scope *outer, scope *module)
{
    scope *S = NEW(scope);
    S->kind = kind;
    S->outer = outer;
    S->module = module ? module : S;
    S->library = module && module->library;
    S->path = outer && kind == SCOPE_LOOP ? outer->path : "";
    S->naming = outer && kind == SCOPE_LOOP ? outer->naming : S;
    if (outer && kind == SCOPE_LOOP) {
        S->has_star = outer->has_star;
        S->star_rank = outer->star_rank;
        memcpy(S->star_dims, outer->star_dims, sizeof S->star_dims);
    }
    return S;
}

enum { FEW = 16 };

static binding **slot(const scope *S, const char *name)
{
    unsigned at = (unsigned)((uintptr_t)name >> 3) * 2654435761u % (unsigned)S->table_size;
    while (S->table[at] && S->table[at]->name != name)
        at = (at + 1) % (unsigned)S->table_size;
    return &S->table[at];
}

static void enter(scope *S, binding *b)
{
    vec_push(&S->bindings) = b;
    if (S->bindings.count * 2 > S->table_size && S->bindings.count > FEW) {
        S->table_size = S->bindings.count * 4;
        S->table = NEW_ARRAY(binding *, S->table_size);
        for (int i = 0; i < S->bindings.count; i++)
            *slot(S, S->bindings.data[i]->name) = S->bindings.data[i];
    } else if (S->table)
        *slot(S, b->name) = b;
}

binding *scope_find_here(scope *S, const char *name)
{
    if (S->table)
        return *slot(S, name);
    for (int i = S->bindings.count - 1; i >= 0; i--)
        if (S->bindings.data[i]->name == name)
            return S->bindings.data[i];
    return NULL;
}

/* A name of the file's own that hides a constant or a definition is legal, and perhaps not meant. */
static void warn_shadow(elab *E, const scope *S, ast_name name, binding_kind kind)
{
    if (S->library || !name.at.source || name.at.source->library)
        return;
    binding *b = S->kind == SCOPE_MODULE ? NULL : scope_find_here(S->module, name.text);
    if (b && b->constant) {
        diag *d = diag_warning(WARN_SHADOW, name.at, "'%s' hides the constant of that name", name.text);
        diag_note(d, b->at, "defined here");
    } else if (kind == BIND_STAGE || kind == BIND_CALLABLE)
        warn_hidden(E, name);
}

binding *scope_bind(elab *E, scope *S, ast_name name, binding_kind kind)
{
    binding *old = scope_find_here(S, name.text);
    for (scope *o = S; !old && o->kind == SCOPE_LOOP; o = o->outer) {
        old = scope_find_here(o->outer, name.text);
        if (old && old->kind == BIND_OUTPUT)
            old = NULL; /* what a loop carries or collects may define an output of the block */
    }
    if (old && old->kind != BIND_ERROR) {
        diag *d = elab_error(E, name.at, "'%s' is defined twice", name.text);
        diag_note(d, old->at, "first defined here");
    }
    binding *b = NEW(binding);
    b->name = name.text;
    b->kind = old && old->kind != BIND_ERROR ? BIND_ERROR : kind;
    b->at = name.at;
    if (b->kind != BIND_ERROR || !old) /* a second definition is told and forgotten */
        enter(S, b);
    if (!old)
        warn_shadow(E, S, name, kind);
    return b;
}

binding *scope_find_value(scope *S, const char *name)
{
    for (scope *o = S; o; o = o->kind == SCOPE_LOOP ? o->outer : NULL) {
        binding *b = scope_find_here(o, name);
        if (b && b->kind != BIND_STAGE && b->kind != BIND_CALLABLE)
            return b;
    }
    if (S->kind != SCOPE_MODULE && S->module) {
        binding *b = scope_find_here(S->module, name);
        if (b && (b->constant || b->kind == BIND_ERROR))
            return b;
    }
    return NULL;
}

/* All that the library defines by this name, where it is not there yet. */
static void load_from_library(elab *E, const char *name)
{
    for (int i = 0; i < library_part_count; i++) {
        const library_part *p = &library_parts[i];
        if (strcmp(p->name, name) != 0)
            continue;
        source *s = source_from_text(p->file, p->text, p->length, true);
        s->first_line = p->line;
        ast_file *f = ast_parse(s);
        for (int k = 0; k < f->stmts.count; k++)
            vec_push(&E->library->definitions) = f->stmts.data[k];
    }
}

static bool find_parsed(scope *module, const char *name, callable *found)
{
    for (int i = 0; i < module->definitions.count; i++) {
        const ast_stmt *s = module->definitions.data[i];
        if (s->name.text != name || s->kind == AST_DERIVATIVE)
            continue;
        *found = (callable){.kind = s->kind == AST_FN ? CALL_FN : CALL_BLOCK, .name = name, .home = module, .fn = s};
        return true;
    }
    return false;
}

static bool find_defined(elab *E, scope *module, const char *name, callable *found)
{
    bool there = find_parsed(module, name, found);
    if (!there && module->library) {
        load_from_library(E, name);
        there = find_parsed(module, name, found);
    }
    return there;
}

/* What the library and the language define. */
static bool find_outermost(elab *E, bool searched, const char *name, callable *found)
{
    if (!searched && find_defined(E, E->library, name, found))
        return true;
    for (int i = 0; i < FUNCTIONS; i++)
        if (strcmp(functions[i].name, name) == 0) {
            *found = (callable){.kind = CALL_OP, .name = name, .op = functions[i].op};
            return true;
        }
    for (int i = 0; i < BUILTINS; i++)
        if (strcmp(builtins[i].name, name) == 0) {
            *found = (callable){.kind = CALL_BUILTIN, .name = name, .builtin = builtins[i].b};
            return true;
        }
    return false;
}

bool scope_find_callable(elab *E, scope *S, const char *name, callable *found)
{
    for (scope *o = S; o; o = o->kind == SCOPE_LOOP ? o->outer : NULL) {
        binding *b = scope_find_here(o, name);
        if (b && b->kind == BIND_STAGE) {
            b->uses++;
            *found = (callable){.kind = CALL_STAGE, .name = name, .stage = b->stage};
            return true;
        }
        if (b && b->kind == BIND_CALLABLE) {
            *found = b->callable;
            return true;
        }
    }
    return find_defined(E, S->module, name, found) || find_outermost(E, S->library, name, found);
}

/* ---- fresh instances ---- */

const char *scope_fresh_name(scope *S, const char *base)
{
    scope *N = S->naming;
    counter *c = NULL;
    for (int i = 0; i < N->counters.count && !c; i++)
        if (N->counters.data[i].name == base)
            c = &N->counters.data[i];
    if (!c) {
        c = &vec_push(&N->counters);
        c->name = base;
        c->count = 0;
    }
    for (;;) {
        const char *name = intern(arena_printf("%s%d", base, ++c->count));
        bool taken = false;
        for (int i = 0; i < N->reserved.count; i++)
            taken |= N->reserved.data[i].name.text == name;
        if (!taken)
            return name;
    }
}

void scope_reserve(scope *S, const ast_stmts *stmts, bool inner)
{
    for (int i = 0; i < stmts->count; i++) {
        const ast_stmt *s = stmts->data[i];
        if (s->kind == AST_STAGE || s->kind == AST_FN || s->kind == AST_BLOCK)
            vec_push(&S->reserved) = (reserved_name){s->name, inner, true};
        for (int k = 0; k < s->carries.count; k++)
            vec_push(&S->reserved) = (reserved_name){s->carries.data[k].decl.name, inner, false};
        if (s->decl.name.text)
            vec_push(&S->reserved) = (reserved_name){s->decl.name, inner, false};
        for (int k = 0; k < s->lhs.count && s->kind != AST_UPDATE; k++)
            vec_push(&S->reserved) = (reserved_name){s->lhs.data[k].name, inner, false};
        if (s->kind == AST_REPEAT || s->kind == AST_SCAN)
            scope_reserve(S, &s->body, true);
    }
}

/* ---- unknown names ---- */

typedef VEC(const char *) names;

static void gather(scope *S, bool callables, names *out)
{
    for (scope *o = S; o; o = o->kind == SCOPE_LOOP ? o->outer : NULL)
        for (int i = 0; i < o->bindings.count; i++) {
            binding_kind k = o->bindings.data[i]->kind;
            if (callables == (k == BIND_STAGE || k == BIND_CALLABLE))
                vec_push(out) = o->bindings.data[i]->name;
        }
}

void elab_unknown(elab *E, scope *S, ast_name name, bool callable_wanted)
{
    for (int d = 0; d < E->scans.count && !callable_wanted; d++)
        for (int i = 0; i < E->scans.data[d]->collected.count; i++)
            if (E->scans.data[d]->collected.data[i].name.text == name.text) {
                diag *whole = elab_error(E, name.at, "'%s' is there when the loop has ended; what the next turn needs is a carry", name.text);
                diag_note(whole, E->scans.data[d]->collected.data[i].name.at, "collected here");
                return;
            }
    names n = {0};
    if (E->import_failed)
        return;
    gather(S, callable_wanted, &n);
    if (callable_wanted) {
        for (int i = 0; S->module && i < S->module->definitions.count; i++)
            vec_push(&n) = S->module->definitions.data[i]->name.text;
        for (int i = 0; i < library_part_count; i++)
            vec_push(&n) = library_parts[i].name;
        for (int i = 0; i < FUNCTIONS; i++)
            vec_push(&n) = functions[i].name;
        for (int i = 0; i < BUILTINS; i++)
            vec_push(&n) = builtins[i].name;
    } else
        for (int i = 0; S->kind != SCOPE_MODULE && i < S->module->bindings.count; i++)
            if (S->module->bindings.data[i]->constant)
                vec_push(&n) = S->module->bindings.data[i]->name;
    const char *near = suggest(name.text, n.data, n.count);
    callable other;
    binding *b = scope_find_value(S, name.text);
    diag *d;
    for (scope *o = S; callable_wanted && o; o = o->kind == SCOPE_LOOP ? o->outer : NULL) {
        binding *broken = scope_find_here(o, name.text);
        if (broken && broken->kind == BIND_ERROR)
            return; /* its definition was refused already */
    }
    const reserved_name *later = NULL;
    for (int i = 0; S->kind != SCOPE_FN && i < S->naming->reserved.count && !later; i++)
        if (S->naming->reserved.data[i].name.text == name.text && S->naming->reserved.data[i].callable == callable_wanted)
            later = &S->naming->reserved.data[i];
    if (callable_wanted && b) {
        d = elab_error(E, name.at, "'%s' is a value, not a function, block or stage", name.text);
        diag_note(d, b->at, "defined here");
    } else if (!callable_wanted && scope_find_callable(E, S, name.text, &other)) {
        elab_error(E, name.at, "'%s' is %s, not a value: apply it, as in %s(z) or z -> %s", name.text,
                   callable_text(other.kind), name.text, name.text);
    } else if (later) {
        bool ended = later->inner && later->name.at.source == name.at.source && later->name.at.begin < name.at.begin;
        d = elab_error(E, name.at, ended ? "'%s' is not there any more: it ended with its loop, which may carry or collect it"
                                         : "'%s' is used before it is defined", name.text);
        diag_note(d, later->name.at, "defined here");
    } else if (near)
        elab_error(E, name.at, callable_wanted ? "there is no function, block or stage '%s'; did you mean '%s'?"
                                               : "there is no value '%s'; did you mean '%s'?", name.text, near);
    else
        elab_error(E, name.at, callable_wanted ? "there is no function, block or stage '%s'"
                                               : "there is no value '%s' here", name.text);
}
