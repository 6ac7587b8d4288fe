/* call.c: calls of functions, operations, blocks and stages, written f(a) or a -> f. */
#include <string.h>

#include "context.h"

const char *callable_text(callable_kind k)
{
    switch (k) {
    case CALL_OP: case CALL_FN: case CALL_BUILTIN: return "a function";
    case CALL_BLOCK: return "a block";
    case CALL_STAGE: return "a stage";
    case CALL_NONE: break;
    }
    return "nothing";
}

bool push_call(elab *E, span at, const ast_stmt *callee, bool in_library)
{
    for (int i = 0; i < E->calls.count; i++)
        if (E->calls.data[i].callee == callee && callee->kind != AST_STAGE) {
            elab_error(E, at, "the %s '%s' calls itself", callee->kind == AST_FN ? "function" : "block", callee->name.text);
            E->recursion_told = true;
            return false;
        }
    if (E->calls.count >= MAX_CALL_DEPTH) {
        elab_error(E, at, "calls nested more than %d deep", MAX_CALL_DEPTH);
        return false;
    }
    call_frame *f = &vec_push(&E->calls);
    *f = (call_frame){at, callee, in_library};
    return true;
}

void pop_call(elab *E)
{
    E->calls.count--;
}

/* The function, block or stage that an expression names: `relu`, `linear[3]`, a static argument's name. */
bool resolve_callable(elab *E, scope *S, const ast_expr *a, callable *found)
{
    const ast_expr *name = a->kind == AST_SUBSCRIPT ? a->operands.data[0] : a;
    if (a->kind == AST_CALL && !a->has_args) {
        if (!scope_find_callable(E, S, a->callee.text, found)) {
            elab_unknown(E, S, a->callee, true);
            return false;
        }
    } else {
        if (name->kind != AST_NAME) {
            elab_error(E, a->at, "this must name a function or a block");
            return false;
        }
        if (!scope_find_callable(E, S, name->name.text, found)) {
            elab_unknown(E, S, name->name, true);
            return false;
        }
    }
    if (a->kind == AST_SUBSCRIPT || a->has_statics) {
        found->statics = &a->statics;
        found->statics_scope = S;
        if (a->kind == AST_SUBSCRIPT && a->statics.count == 0) { /* f[1, 2] was read as a subscript */
            ast_args *args = NEW(ast_args);
            for (int i = 1; i < a->operands.count; i++) {
                ast_arg *x = &vec_push(args);
                *x = (ast_arg){.value = a->operands.data[i]};
            }
            found->statics = args;
        }
    }
    return true;
}

/* ---- functions ---- */

static const ast_stmt *find_derivative(const scope *module, const char *name)
{
    for (int i = 0; i < module->definitions.count; i++)
        if (module->definitions.data[i]->kind == AST_DERIVATIVE && module->definitions.data[i]->name.text == name)
            return module->definitions.data[i];
    return NULL;
}

static scope *function_scope(elab *E, const callable *c, const ast_stmt *s, value *args)
{
    scope *F = scope_new(SCOPE_FN, NULL, c->home);
    for (int i = 0; i < s->params.count; i++) {
        binding *b = scope_bind(E, F, s->params.data[i], BIND_VALUE);
        b->value = args[i];
    }
    return F;
}

static bool same_shape(const value *a, const value *b)
{
    return a->rank == b->rank && memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) == 0;
}

static bool arguments_fit(elab *E, span at, const char *name, value *args, int nargs, int wanted)
{
    const value *shaped = NULL;
    bool good = true;
    if (nargs != wanted) {
        elab_error(E, at, "'%s' takes %d argument%s, not %d", name, wanted, wanted == 1 ? "" : "s", nargs);
        return false;
    }
    for (int i = 0; i < nargs; i++) {
        good &= args[i].ok;
        if (!args[i].ok || !args[i].rank)
            continue;
        if (shaped && !same_shape(shaped, &args[i])) {
            elab_error(E, at, "'%s' applies elementwise: shapes %s and %s do not fit", name, shape_text(shaped->rank, shaped->dims),
                       shape_text(args[i].rank, args[i].dims));
            return false;
        }
        shaped = &args[i];
    }
    return good;
}

/* The value of a function is its formula with the arguments put in; elementwise where they are tensors. */
static value apply_function(elab *E, scope *S, const callable *c, value *args, int nargs, span at)
{
    const ast_stmt *s = c->fn, *d = find_derivative(c->home, c->name);
    value out = {.ok = true, .at = at};
    if (!arguments_fit(E, at, c->name, args, nargs, s->params.count) || !push_call(E, at, s, S->library))
        return value_error(at);
    for (int i = 0; i < nargs; i++)
        args[i].tensor = NULL;
    scope *F = function_scope(E, c, s, args);
    out = evaluate(E, F, NULL, s->value);
    out.at = at;
    out.tensor = NULL;
    if (out.ok && out.body->depth > MAX_FORMULA) {
        elab_error(E, at, "this formula is nested more than %d deep after expansion; give a part of it a name of its own", MAX_FORMULA);
        out.ok = false;
    }
    for (int i = 0; i < nargs; i++) /* fn one(x) = 1 has the shape of its argument all the same */
        if (out.ok && args[i].rank && !out.rank) {
            out.rank = args[i].rank;
            memcpy(out.dims, args[i].dims, sizeof out.dims);
        }
    if (out.ok && d && (d->params.count != nargs || d->values.count != nargs))
        out.ok = false; /* reported where it is defined */
    else if (out.ok && d) {
        expr **actuals = NEW_ARRAY(expr *, nargs + 1), **partials = NEW_ARRAY(expr *, nargs + 1);
        bool good = true;
        scope *D = function_scope(E, c, d, args);
        for (int i = 0; i < nargs; i++) {
            value p = evaluate(E, D, NULL, d->values.data[i]);
            good &= p.ok;
            actuals[i] = real_body(&args[i]);
            partials[i] = real_body(&p);
        }
        if (good && !out.classes)
            out.body = expr_custom(!c->home->library, real_body(&out), nargs, actuals, partials);
        out.ok = good;
    }
    pop_call(E);
    return out;
}

static value apply_op(elab *E, const callable *c, value *args, int nargs, span at)
{
    int arity = op_table[c->op].arity;
    if (!arguments_fit(E, at, c->name, args, nargs, arity))
        return value_error(at);
    for (int i = 0; i < nargs; i++)
        if (args[i].classes) {
            elab_error(E, args[i].at, "'%s' takes reals; write real(…) to compute with an index value", c->name);
            return value_error(at);
        }
    if (arity == 2)
        return combine(E, at, c->op, args[0], args[1]);
    value out = args[0];
    out.tensor = NULL;
    out.at = at;
    out.body = expr_op1(c->op, real_body(&args[0]));
    return out;
}

/* ---- all calls ---- */

enum { MAX_ARGS = 64, FEW = 3 };

static int evaluate_args(elab *E, scope *S, index_env *I, const ast_expr *a, value *args, bool skip_second)
{
    int n = 0;
    bool good = true;
    if (a->kind == AST_PIPE)
        args[n++] = evaluate(E, S, I, a->operands.data[0]);
    for (int i = 0; i < a->args.count; i++) {
        const ast_arg *x = &a->args.data[i];
        if (x->name.text) {
            elab_error(E, x->name.at, "arguments in ( ) have no names; named ones stand in [ ]");
            good = false;
        } else if (n == MAX_ARGS) {
            elab_error(E, x->value->at, "more than %d arguments", MAX_ARGS);
            return -1;
        } else if (skip_second && n == 0) {
            args[n++] = (value){.ok = true, .body = expr_num(0), .at = x->value->at}; /* pad evaluates its first argument itself */
        } else
            args[n++] = evaluate(E, S, I, x->value);
    }
    for (int i = 0; i < n; i++)
        good &= args[i].ok;
    return good ? n : -1;
}

/* The number of results, of which at most `limit` are stored; 0 after errors. */
static int call(elab *E, scope *S, index_env *I, const ast_expr *a, value *results, int limit)
{
    callable c;
    value few[FEW], *args = a->args.count < FEW ? few : NEW_ARRAY(value, MAX_ARGS);
    if (!scope_find_callable(E, S, a->callee.text, &c)) {
        elab_unknown(E, S, a->callee, true);
        evaluate_args(E, S, I, a, args, false);
        return 0;
    }
    bool shaped = c.kind == CALL_BLOCK || c.kind == CALL_STAGE;
    if (shaped && S->kind == SCOPE_FN) {
        elab_error(E, a->at, "'%s' is %s: a function is a formula of scalars, and calls functions only", c.name, callable_text(c.kind));
        return 0;
    }
    if (shaped && (I || E->no_blocks)) {
        elab_error(E, a->at, "'%s' is %s: none is called in an index equation; give its result a name first", c.name, callable_text(c.kind));
        return 0;
    }
    if (a->has_statics && !shaped && !(c.kind == CALL_BUILTIN)) {
        elab_error(E, a->at, "'%s' is %s and takes no arguments in [ ]", c.name, callable_text(c.kind));
        return 0;
    }
    if (a->has_statics && c.kind == CALL_STAGE) {
        elab_error(E, a->at, "'%s' is a stage: its arguments in [ ] were given where it was declared", c.name);
        return 0;
    }
    bool pad = c.kind == CALL_BUILTIN && c.builtin == BUILTIN_PAD && a->kind == AST_CALL;
    int nargs = evaluate_args(E, S, I, a, args, pad);
    if (nargs < 0)
        return 0;
    switch (c.kind) {
    case CALL_OP: results[0] = apply_op(E, &c, args, nargs, a->at); return results[0].ok;
    case CALL_FN: results[0] = apply_function(E, S, &c, args, nargs, a->at); return results[0].ok;
    case CALL_BUILTIN: results[0] = apply_builtin(E, S, I, &c, a, &a->statics, args, nargs); return results[0].ok;
    case CALL_BLOCK: return apply_block(E, S, &c, a->has_statics ? &a->statics : NULL, args, nargs, a->at, NULL, results, limit);
    case CALL_STAGE: return apply_block(E, S, &c.stage->block, NULL, args, nargs, a->at, c.stage, results, limit);
    case CALL_NONE: break;
    }
    bug("call of nothing");
}

value evaluate_call(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    value result;
    int n = call(E, S, I, a, &result, 1);
    if (n == 0)
        return value_error(a->at);
    if (n > 1) {
        elab_error(E, a->at, "'%s' has %d results; take them apart with (a, b) = …", a->callee.text, n);
        return value_error(a->at);
    }
    result.at = a->at;
    return result;
}

int evaluate_results(elab *E, scope *S, const ast_expr *a, value *results, int limit)
{
    if (a->kind == AST_CALL || a->kind == AST_PIPE)
        return call(E, S, NULL, a, results, limit);
    results[0] = evaluate(E, S, NULL, a);
    return results[0].ok;
}
