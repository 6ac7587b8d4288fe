/* definitions.c: what is wrong with functions and blocks whether they are used or not: names that a function does not see, and definitions that
 * call themselves. Expansion (call.c, block.c) tells the same of those that are used. */
#include <string.h>

#include "context.h"

/* ---- functions ---- */

static void check_names(elab *E, scope *F, const ast_expr *a)
{
    callable c;
    if (a->kind == AST_NAME && !scope_find_value(F, a->name.text) && strcmp(a->name.text, "training") != 0)
        elab_unknown(E, F, a->name, false);
    if ((a->kind == AST_CALL || a->kind == AST_PIPE) && !scope_find_callable(E, F, a->callee.text, &c))
        elab_unknown(E, F, a->callee, true);
    for (int i = 0; i < a->operands.count; i++)
        if (a->kind != AST_REDUCE) /* refused where it is used; its indices are names too */
            check_names(E, F, a->operands.data[i]);
    for (int i = 0; i < a->args.count; i++)
        check_names(E, F, a->args.data[i].value);
}

static void check_function(elab *E, const ast_stmt *s)
{
    scope *F = scope_new(SCOPE_FN, NULL, E->user);
    for (int i = 0; i < s->params.count; i++)
        scope_bind(E, F, s->params.data[i], BIND_VALUE);
    if (s->value)
        check_names(E, F, s->value);
    for (int i = 0; i < s->values.count; i++)
        check_names(E, F, s->values.data[i]);
}

/* ---- recursion ---- */

typedef struct search {
    elab *E;
    int *state;              /* by definition: 0 unseen, 1 on the way to here, 2 done */
} search;

static void follow_definition(search *x, int i);

/* A name that is an argument of the definition or a stage of its body means no definition. */
static bool own_name(const ast_stmt *s, const char *name)
{
    for (int i = 0; i < s->statics.count; i++)
        if (s->statics.data[i].name.text == name)
            return true;
    for (int i = 0; i < s->body.count; i++)
        if (s->body.data[i]->kind == AST_STAGE && s->body.data[i]->name.text == name)
            return true;
    return false;
}

static void follow_expression(search *x, const ast_stmt *in, const ast_expr *a)
{
    const char *name = a->kind == AST_CALL || a->kind == AST_PIPE ? a->callee.text : NULL;
    elab *E = x->E;
    for (int i = 0; i < E->user->definitions.count && name && !own_name(in, name); i++) {
        const ast_stmt *s = E->user->definitions.data[i];
        if (s->name.text != name || s->kind == AST_DERIVATIVE)
            continue;
        if (x->state[i] == 1)
            elab_error(E, a->at, "the %s '%s' calls itself", s->kind == AST_FN ? "function" : "block", name);
        else
            follow_definition(x, i);
    }
    for (int i = 0; i < a->operands.count; i++)
        follow_expression(x, in, a->operands.data[i]);
    for (int i = 0; i < a->args.count; i++)
        follow_expression(x, in, a->args.data[i].value);
}

static void follow_body(search *x, const ast_stmt *in, const ast_stmts *body)
{
    for (int i = 0; i < body->count; i++) {
        const ast_stmt *s = body->data[i];
        if (s->value)
            follow_expression(x, in, s->value);
        follow_body(x, in, &s->body);
    }
}

static void follow_definition(search *x, int i)
{
    const ast_stmt *s = x->E->user->definitions.data[i];
    if (x->state[i])
        return;
    x->state[i] = 1;
    if (s->kind == AST_FN)
        follow_expression(x, s, s->value);
    else if (s->kind == AST_BLOCK)
        follow_body(x, s, &s->body);
    x->state[i] = 2;
}

void check_definitions(elab *E)
{
    search x = {E, NEW_ARRAY(int, E->user->definitions.count + 1)};
    for (int i = 0; i < E->user->definitions.count; i++) {
        const ast_stmt *s = E->user->definitions.data[i];
        if (s->kind != AST_BLOCK)
            check_function(E, s);
        if (!E->recursion_told)
            follow_definition(&x, i);
    }
}
