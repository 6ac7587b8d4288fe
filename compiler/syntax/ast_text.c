/* ast_text.c: an expression as one line of the language, with every grouping written out in parentheses. */
#include "ast.h"

void ast_string_text(const char *s, text *out)
{
    text_append(out, "\"");
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            text_append(out, "\\");
        if (*s == '\n')
            text_append(out, "\\n");
        else
            text_append_n(out, s, 1);
    }
    text_append(out, "\"");
}

void ast_binders_text(const ast_binders *b, text *out)
{
    text_append(out, "[");
    for (int i = 0; i < b->count; i++) {
        const ast_binder *x = &b->data[i];
        text_append(out, i ? ", " : "");
        if (x->other)
            ast_expr_text(x->other, out);
        else
            text_append(out, x->star ? "*" : x->batch ? "batch" : x->name.text);
        if (x->bound) {
            text_append(out, " < ");
            ast_expr_text(x->bound, out);
        }
    }
    text_append(out, "]");
}

static void args_text(const char *open, const ast_args *args, const char *close, text *out)
{
    text_append(out, open);
    for (int i = 0; i < args->count; i++) {
        text_append(out, i ? ", " : "");
        if (args->data[i].name.text)
            text_printf(out, "%s = ", args->data[i].name.text);
        ast_expr_text(args->data[i].value, out);
    }
    text_append(out, close);
}

static void operands_text(const ast_expr *e, int from, text *out)
{
    for (int i = from; i < e->operands.count; i++) {
        text_append(out, i > from ? ", " : "");
        ast_expr_text(e->operands.data[i], out);
    }
}

static void callee_text(const ast_expr *e, text *out)
{
    text_append(out, e->callee.text);
    if (e->has_statics)
        args_text("[", &e->statics, "]", out);
    if (e->has_args)
        args_text("(", &e->args, ")", out);
}

static void path_text(const ast_expr *e, text *out)
{
    for (int i = 0; i < e->path.count; i++)
        text_printf(out, "%s%s", i ? "." : "", e->path.data[i].text);
}

static void infix_text(const ast_expr *e, text *out)
{
    text_append(out, "(");
    ast_expr_text(e->operands.data[0], out);
    switch (e->kind) {
    case AST_PIPE:
        text_append(out, " -> ");
        callee_text(e, out);
        break;
    case AST_BINARY:
        text_printf(out, " %s ", ast_binary_text[e->op]);
        ast_expr_text(e->operands.data[1], out);
        break;
    case AST_COND:
        text_append(out, " ? ");
        ast_expr_text(e->operands.data[1], out);
        text_append(out, " : ");
        ast_expr_text(e->operands.data[2], out);
        break;
    case AST_NUMBER: case AST_NAME: case AST_PATH: case AST_STAR: case AST_SUBSCRIPT:
    case AST_CALL: case AST_NEGATE: case AST_NOT: case AST_REDUCE: case AST_BRACES: case AST_ERROR:
        bug("no infix expression");
    }
    text_append(out, ")");
}

void ast_expr_text(const ast_expr *e, text *out)
{
    switch (e->kind) {
    case AST_NUMBER:
        if (e->integer && e->number < 1e15) /* as it was written: 10, not 1e+01 */
            text_printf(out, "%.0f", e->number);
        else
            text_append(out, real_text(e->number));
        break;
    case AST_NAME: text_append(out, e->name.text); break;
    case AST_PATH: path_text(e, out); break;
    case AST_STAR: text_append(out, "*"); break;
    case AST_SUBSCRIPT:
        ast_expr_text(e->operands.data[0], out);
        args_text("[", &e->statics, "]", out);
        break;
    case AST_CALL: callee_text(e, out); break;
    case AST_PIPE: case AST_BINARY: case AST_COND: infix_text(e, out); break;
    case AST_NEGATE: case AST_NOT:
        text_append(out, e->kind == AST_NOT ? "(!" : "(-");
        operands_text(e, 0, out);
        text_append(out, ")");
        break;
    case AST_REDUCE:
        text_printf(out, "(%s", ast_reduction_text[e->reduction]);
        ast_binders_text(&e->binders, out);
        text_append(out, " ");
        operands_text(e, 0, out);
        text_append(out, ")");
        break;
    case AST_BRACES:
        text_append(out, "{");
        operands_text(e, 0, out);
        text_append(out, "}");
        break;
    case AST_ERROR: text_append(out, "<error>"); break;
    }
}
