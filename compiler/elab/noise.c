/* noise.c: bernoulli(p) and gauss(): fresh numbers for each element, sample and turn.
 *
 * Which element is known when the equation is whose value they stand in: until then the number has none (expr.h, X_NOISE), and
 * close_noise gives it the equation's. A number is a function of its place in the model, element, sample and the state's seed alone: forward
 * and backward pass, and any batch, draw the same. */
#include <string.h>

#include "context.h"

value evaluate_noise(elab *E, const callable *c, const ast_expr *a, value *args, int nargs)
{
    bool gauss = c->builtin == BUILTIN_GAUSS;
    if (nargs != (gauss ? 0 : 1)) {
        elab_error(E, a->at, gauss ? "gauss takes no argument: gauss() has mean 0 and standard deviation 1" : "bernoulli takes one argument, the probability of a 1");
        return value_error(a->at);
    }
    expr *draw = expr_noise(gauss ? NOISE_GAUSS : NOISE_UNIFORM, E->noise_places++, NULL, NULL);
    if (gauss)
        return (value){.ok = true, .at = a->at, .body = draw};
    value *p = &args[0], out = *p;
    double number;
    if (p->classes) {
        elab_error(E, p->at, "a probability is a real, this is %s", value_text(p));
        return value_error(a->at);
    }
    if (value_is_number(p, &number) && !(number >= 0 && number <= 1)) {
        elab_error(E, p->at, "a probability lies between 0 and 1, this is %s", real_text(number));
        return value_error(a->at);
    }
    out.tensor = NULL;
    out.at = a->at;
    out.body = expr_select(expr_op2(OP_LT, draw, real_body(p)), expr_num(1), expr_num(0));
    return out;
}

/* ---- closing ---- */

static void find_open(expr *e, void *context)
{
    *(bool *)context |= e->kind == X_NOISE && e->nargs == 0;
}

bool has_open_noise(expr *body)
{
    bool found = false;
    expr_each(body, find_open, &found);
    return found;
}

static expr *close_one(expr *e, void *context)
{
    return e->kind == X_NOISE && e->nargs == 0 ? expr_noise((noise)e->constant, e->index, context, int_index(0)) : e;
}

expr *close_noise(elab *E, expr *body, const int64_t extent[], uint32_t positions)
{
    expr *element = int_const(0);
    if (!has_open_noise(body))
        return body;
    for (int p = FIRST_TURN; p < FIRST_TURN + E->scans.count; p++)
        element = int_add(int_scale(element, E->scans.data[p - FIRST_TURN]->extent), int_index(p));
    for (int p = 1; p < FIRST_TURN; p++)
        if (positions >> p & 1)
            element = int_add(int_scale(element, extent[p]), int_index(p));
    return expr_rewrite(body, close_one, element);
}

/* ---- finding it beforehand: a scan's carries are there for each sample where its body draws ---- */

static bool expression_draws(elab *E, scope *S, const ast_expr *a, int depth)
{
    callable c;
    if ((a->kind == AST_CALL || a->kind == AST_PIPE) && scope_find_callable(E, S, a->callee.text, &c)) {
        const callable *b = c.kind == CALL_STAGE ? &c.stage->block : &c;
        if (b->kind == CALL_BUILTIN && (b->builtin == BUILTIN_GAUSS || b->builtin == BUILTIN_BERNOULLI))
            return true;
        for (int i = 0; b->home && (b->kind == CALL_BLOCK || b->kind == CALL_FN) && depth < MAX_CALL_DEPTH && i < b->home->definitions.count; i++) {
            const ast_stmt *s = b->home->definitions.data[i];
            if (s->name.text == b->name && ((s->kind == AST_BLOCK && draws_noise(E, b->home, &s->body, depth + 1)) ||
                                            (s->kind == AST_FN && expression_draws(E, b->home, s->value, depth + 1))))
                return true;
        }
    }
    for (int i = 0; i < a->operands.count; i++)
        if (expression_draws(E, S, a->operands.data[i], depth))
            return true;
    for (int i = 0; i < a->args.count; i++)
        if (expression_draws(E, S, a->args.data[i].value, depth))
            return true;
    return false;
}

bool draws_noise(elab *E, scope *S, const ast_stmts *body, int depth)
{
    for (int i = 0; i < body->count; i++) {
        const ast_stmt *s = body->data[i];
        if ((s->value && expression_draws(E, S, s->value, depth)) || draws_noise(E, S, &s->body, depth))
            return true;
    }
    return false;
}
