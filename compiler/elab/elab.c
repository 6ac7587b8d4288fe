/* elab.c: the top of a file: declarations, imports, costs, and what is checked when all is known. See elab.h. */
#include "elab.h"

#include <string.h>

#include "context.h"
#include "toplevel.h"

static const char *model_name(const ast_file *f)
{
    for (int i = 0; i < f->stmts.count; i++)
        if (f->stmts.data[i]->kind == AST_MODEL)
            return f->stmts.data[i]->name.text;
    const char *base = strrchr(f->source->name, '/');
    base = base ? base + 1 : f->source->name;
    if (strcmp(base, "-") == 0 || strcmp(base, "<stdin>") == 0)
        return "model";
    size_t length = strcspn(base, ".");
    char *name = arena_printf("%s%.*s", length == 0 || (base[0] >= '0' && base[0] <= '9') ? "m" : "", (int)length, base);
    for (char *c = name; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9')))
            *c = '_';
    return name;
}

/* fn, block and derivative may come later than their use: they are known before anything is executed. */
void collect_definitions(elab *E, scope *S, const ast_file *f)
{
    for (int i = 0; i < f->stmts.count; i++) {
        const ast_stmt *s = f->stmts.data[i];
        if (s->kind != AST_FN && s->kind != AST_BLOCK && s->kind != AST_DERIVATIVE)
            continue;
        for (int k = 0; k < S->definitions.count; k++) {
            const ast_stmt *o = S->definitions.data[k];
            bool both_blocks = s->kind == AST_BLOCK && o->kind == AST_BLOCK;
            bool one_derivative = (s->kind == AST_DERIVATIVE) != (o->kind == AST_DERIVATIVE);
            if (o->name.text == s->name.text && !both_blocks && !one_derivative) {
                diag *d = elab_error(E, s->name.at, "'%s' is defined twice", s->name.text);
                diag_note(d, o->name.at, "first defined here");
            }
        }
        vec_push(&S->definitions) = s;
        if (s->kind != AST_DERIVATIVE)
            warn_hidden(E, s->name);
    }
    for (int i = 0; i < f->stmts.count; i++) {
        const ast_stmt *s = f->stmts.data[i], *fn = NULL;
        for (int k = 0; s->kind == AST_DERIVATIVE && k < S->definitions.count; k++)
            if (S->definitions.data[k]->kind == AST_FN && S->definitions.data[k]->name.text == s->name.text)
                fn = S->definitions.data[k];
        if (s->kind != AST_DERIVATIVE)
            continue;
        if (!fn)
            elab_error(E, s->name.at, "'derivative %s' needs a function '%s' in this file", s->name.text, s->name.text);
        else if (fn->params.count != s->params.count || s->values.count != s->params.count)
            elab_error(E, s->at, "'%s' has %d argument%s: its derivative names them all and gives one expression for each", s->name.text,
                       fn->params.count, fn->params.count == 1 ? "" : "s");
    }
}

graph *elaborate(const ast_file *file, elab_options *options)
{
    elab *E = NEW(elab);
    if (diag_errors()) /* of the syntax */
        return NULL;
    E->g = NEW(graph);
    E->options = options;
    E->main_file = file;
    E->no_index = NEW(index_env);
    *E->no_index = (index_env){.count = 1, .none = true};
    E->library = scope_new(SCOPE_MODULE, NULL, NULL);
    E->library->library = true;
    E->library->module = E->library;
    E->user = scope_new(SCOPE_MODULE, NULL, NULL);
    E->user->module = E->user;
    E->g->name = model_name(file);
    E->g->source = file->source;
    scope_reserve(E->user, &file->stmts, false);
    import_main(E, file);
    collect_definitions(E, E->user, file);
    for (int i = 0; i < file->stmts.count; i++)
        execute_top(E, E->user, file->stmts.data[i], file, true);
    check_definitions(E);
    check_defines(E);
    finish_model(E);
    return diag_errors() ? NULL : E->g;
}
