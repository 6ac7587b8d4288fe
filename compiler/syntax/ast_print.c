/* ast_print.c: the syntax tree as text, one node a line, for --emit ast. */
#include "ast.h"

static void line(text *out, int depth, span at)
{
    int row, column;
    source_position(at, &row, &column);
    text_printf(out, "%*s%d:%d ", depth * 2, "", row, column);
}

static void print_expr(const ast_expr *e, int depth, text *out);

static void print_args(const char *title, const ast_args *args, int depth, text *out)
{
    for (int i = 0; i < args->count; i++) {
        text_printf(out, "%*s%s", depth * 2, "", title);
        if (args->data[i].name.text)
            text_printf(out, " %s =", args->data[i].name.text);
        text_append(out, "\n");
        if (args->data[i].value)
            print_expr(args->data[i].value, depth + 1, out);
    }
}

static void print_expr(const ast_expr *e, int depth, text *out)
{
    line(out, depth, e->at);
    switch (e->kind) {
    case AST_NUMBER:
        text_append(out, "number ");
        ast_expr_text(e, out);
        break;
    case AST_NAME: text_printf(out, "name %s", e->name.text); break;
    case AST_PATH:
        text_append(out, "path ");
        for (int i = 0; i < e->path.count; i++)
            text_printf(out, "%s%s", i ? "." : "", e->path.data[i].text);
        break;
    case AST_STAR: text_append(out, "*"); break;
    case AST_SUBSCRIPT: text_append(out, "subscript"); break;
    case AST_CALL: text_printf(out, "call %s", e->callee.text); break;
    case AST_PIPE: text_printf(out, "pipe -> %s", e->callee.text); break;
    case AST_NEGATE: text_append(out, "negate"); break;
    case AST_NOT: text_append(out, "not"); break;
    case AST_BINARY: text_printf(out, "binary %s", ast_binary_text[e->op]); break;
    case AST_COND: text_append(out, "cond"); break;
    case AST_REDUCE:
        text_printf(out, "%s", ast_reduction_text[e->reduction]);
        ast_binders_text(&e->binders, out);
        break;
    case AST_BRACES: text_append(out, "braces"); break;
    case AST_ERROR: text_append(out, "error"); break;
    }
    text_append(out, "\n");
    for (int i = 0; i < e->operands.count; i++)
        print_expr(e->operands.data[i], depth + 1, out);
    if (e->kind == AST_CALL || e->kind == AST_PIPE) {
        print_args("static", &e->statics, depth + 1, out);
        print_args("argument", &e->args, depth + 1, out);
    }
}

static void print_decl(const ast_decl *d, text *out)
{
    text_printf(out, " %s", d->name.text);
    for (int i = 0; i < d->dims.count; i++) {
        text_append(out, i ? ", " : "[");
        if (d->dims.data[i].extent)
            ast_expr_text(d->dims.data[i].extent, out);
        else
            text_append(out, "*");
    }
    text_append(out, d->dims.count ? "]" : "");
    if (d->classes) {
        text_append(out, " : index(");
        ast_expr_text(d->classes, out);
        text_append(out, ")");
    }
}

static void print_stmt(const ast_stmt *s, int depth, text *out)
{
    static const char *const names[] = {"model", "const", "import", "input", "target", "param", "state", "stage", "freeze", "output",
                                        "cost", "train", "fn", "derivative", "block", "equation", "update", "require", "scan", "repeat"};
    line(out, depth, s->at);
    text_append(out, names[s->kind]);
    if (s->name.text)
        text_printf(out, " %s", s->name.text);
    if (s->decl.name.text)
        print_decl(&s->decl, out);
    for (int i = 0; i < s->lhs.count; i++) {
        text_printf(out, "%s%s", i ? ", " : " ", s->lhs.data[i].name.text);
        if (s->lhs.data[i].subscripted)
            ast_binders_text(&s->lhs.data[i].subs, out);
    }
    for (int i = 0; i < s->params.count; i++)
        text_printf(out, "%s%s", i ? ", " : "(", s->params.data[i].text);
    text_append(out, s->params.count ? ")" : "");
    if (s->is_random)
        text_append(out, " ~");
    if (s->binder.name.text)
        text_printf(out, " %s", s->binder.name.text);
    if (s->string) {
        text_append(out, " ");
        ast_string_text(s->string, out);
    }
    text_append(out, "\n");
    for (int i = 0; i < s->statics.count; i++) {
        static const char *const kinds[] = {"", "fn ", "stage "};
        text_printf(out, "%*sstatic %s%s\n", depth * 2 + 2, "", kinds[s->statics.data[i].kind], s->statics.data[i].name.text);
        if (s->statics.data[i].fallback)
            print_expr(s->statics.data[i].fallback, depth + 2, out);
    }
    for (int i = 0; i < s->inputs.count; i++) {
        text_printf(out, "%*sargument", depth * 2 + 2, "");
        print_decl(&s->inputs.data[i], out);
        text_append(out, "\n");
    }
    for (int i = 0; i < s->outputs.count; i++) {
        text_printf(out, "%*sresult", depth * 2 + 2, "");
        print_decl(&s->outputs.data[i], out);
        text_append(out, "\n");
    }
    if (s->binder.bound)
        print_expr(s->binder.bound, depth + 1, out);
    for (int i = 0; i < s->carries.count; i++) {
        text_printf(out, "%*scarry", depth * 2 + 2, "");
        print_decl(&s->carries.data[i].decl, out);
        text_append(out, "\n");
        print_expr(s->carries.data[i].value, depth + 2, out);
    }
    if (s->value)
        print_expr(s->value, depth + 1, out);
    for (int i = 0; i < s->values.count; i++)
        print_expr(s->values.data[i], depth + 1, out);
    for (int i = 0; i < s->settings.count; i++) {
        text_printf(out, "%*ssetting %s\n", depth * 2 + 2, "", s->settings.data[i].name.text);
        print_expr(s->settings.data[i].value, depth + 2, out);
    }
    for (int i = 0; i < s->body.count; i++)
        print_stmt(s->body.data[i], depth + 1, out);
}

void ast_print(const ast_file *f, text *out)
{
    for (int i = 0; i < f->stmts.count; i++)
        print_stmt(f->stmts.data[i], 0, out);
}
