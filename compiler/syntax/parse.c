/* parse.c: builds nodes of the syntax tree for the parser. */
#include "parse.h"

#include <string.h>

enum { MAX_DEPTH = 256 };

const char *const ast_binary_text[] = {
#define X(id, text) text,
    AST_BINARY_OPS(X)
#undef X
};
const char *const ast_reduction_text[] = {
#define X(id, text) text,
    AST_REDUCTIONS(X)
#undef X
};

void too_deep(span at)
{
    diag_error(at, "nested more than %d deep; give a part of it a name of its own", MAX_DEPTH);
}

ast_expr *make_expr(ast_expr_kind kind, span at)
{
    ast_expr *e = NEW(ast_expr);
    e->kind = kind;
    e->at = at;
    e->depth = 1;
    return e;
}

ast_expr *make_name(ast_name name)
{
    ast_expr *e = make_expr(AST_NAME, name.at);
    e->name = name;
    return e;
}

static void adopt(ast_expr *e, const ast_expr *child)
{
    if (child && child->depth >= e->depth)
        e->depth = child->depth + 1;
}

/* A tree that has become too deep is cut off here, and said so once. */
static ast_expr *checked(ast_expr *e)
{
    if (e->depth <= MAX_DEPTH)
        return e;
    too_deep(e->at);
    return make_expr(AST_ERROR, e->at);
}

static void add_operand(ast_expr *e, ast_expr *operand)
{
    vec_push(&e->operands) = operand;
    adopt(e, operand);
}

ast_expr *make_unary(ast_expr_kind kind, span at, span op_at, ast_expr *a)
{
    ast_expr *e = make_expr(kind, at);
    e->op_at = op_at;
    add_operand(e, a);
    return checked(e);
}

ast_expr *make_binary(ast_binary_op op, span at, span op_at, ast_expr *a, ast_expr *b)
{
    ast_expr *e = make_expr(AST_BINARY, at);
    e->op = op;
    e->op_at = op_at;
    add_operand(e, a);
    add_operand(e, b);
    return checked(e);
}

ast_expr *make_cond(span at, ast_expr *c, ast_expr *a, ast_expr *b)
{
    ast_expr *e = make_expr(AST_COND, at);
    add_operand(e, c);
    add_operand(e, a);
    add_operand(e, b);
    return checked(e);
}

ast_binder make_binder(const ast_arg *item)
{
    ast_expr *v = item->value;
    ast_binder b = {.at = v->at};
    bool plain = !item->name.text;
    if (plain && v->kind == AST_STAR)
        b.star = true;
    else if (plain && v->kind == AST_NAME && strcmp(v->name.text, "batch") == 0)
        b.batch = true;
    else if (plain && v->kind == AST_NAME)
        b.name = v->name;
    else if (plain && v->kind == AST_BINARY && v->op == AST_LT && v->operands.data[0]->kind == AST_NAME) {
        b.name = v->operands.data[0]->name;
        b.bound = v->operands.data[1];
    } else
        b.other = v;
    return b;
}

ast_expr *make_reduce(ast_reduction r, span op_at, const ast_args *binders, ast_expr *body, span at)
{
    ast_expr *e = make_expr(AST_REDUCE, at);
    e->reduction = r;
    e->op_at = op_at;
    if (!binders->count)
        diag_error(op_at, "'%s' needs its index in the brackets, as in %s[j] or %s[j < 10]", ast_reduction_text[r], ast_reduction_text[r],
                   ast_reduction_text[r]);
    for (int i = 0; i < binders->count; i++) {
        ast_binder b = make_binder(&binders->data[i]);
        if (b.other)
            diag_error(b.at, "in the brackets of '%s' stand index variables, as in %s[j] or %s[j < 10]", ast_reduction_text[r],
                       ast_reduction_text[r], ast_reduction_text[r]);
        else
            vec_push(&e->binders) = b;
        adopt(e, b.bound);
    }
    add_operand(e, body);
    return checked(e);
}

ast_expr *make_call(ast_expr_kind kind, ast_name callee, const ast_args *statics, const ast_args *args, ast_expr *left, span at)
{
    ast_expr *e = make_expr(kind, at);
    e->callee = callee;
    e->has_statics = statics != NULL;
    e->has_args = args != NULL;
    if (statics)
        e->statics = *statics;
    if (args)
        e->args = *args;
    if (left)
        add_operand(e, left);
    for (int i = 0; i < e->statics.count; i++)
        adopt(e, e->statics.data[i].value);
    for (int i = 0; i < e->args.count; i++)
        adopt(e, e->args.data[i].value);
    return checked(e);
}

ast_expr *make_subscript(ast_expr *base, const ast_args *items, span at)
{
    ast_expr *e = make_expr(AST_SUBSCRIPT, at);
    e->statics = *items;
    e->has_statics = base->kind == AST_NAME;
    add_operand(e, base);
    for (int i = 0; i < items->count; i++)
        add_operand(e, items->data[i].value);
    return checked(e);
}

ast_expr *make_braces(const ast_args *items, span at)
{
    ast_expr *e = make_expr(AST_BRACES, at);
    for (int i = 0; i < items->count; i++)
        add_operand(e, items->data[i].value);
    return checked(e);
}

ast_stmt *make_stmt(ast_stmt_kind kind, span at)
{
    ast_stmt *s = NEW(ast_stmt);
    s->kind = kind;
    s->at = at;
    return s;
}
