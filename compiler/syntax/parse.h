/* parse.h: what scanner and parser share. Private to syntax/. */
#ifndef NNC_PARSE_H
#define NNC_PARSE_H

#include "ast.h"

typedef struct parse_state {
    const source *source;
    ast_file *file;
    size_t offset;           /* of the next byte to be scanned */
    span token, previous;    /* the last two tokens */
    int depth;               /* open ( [ { */
    int error_depth;         /* where the last syntax error was met */
    bool too_deep;
    VEC(ast_static) statics; /* of the block whose signature is being read */
    VEC(span) open;          /* the brackets that are open */
} parse_state;

/* Node builders; each checks the depth of the tree, so that later passes may recurse. */
ast_expr *make_expr(ast_expr_kind kind, span at);
ast_expr *make_unary(ast_expr_kind kind, span at, span op_at, ast_expr *a);
ast_expr *make_binary(ast_binary_op op, span op_at, ast_expr *a, ast_expr *b);
ast_expr *make_cond(ast_expr *c, ast_expr *a, ast_expr *b);
ast_expr *make_reduce(ast_reduction r, span op_at, const ast_args *binders, ast_expr *body, span at);
ast_expr *make_call(ast_expr_kind kind, ast_name callee, const ast_args *statics, const ast_args *args, ast_expr *left, span at);
ast_expr *make_subscript(ast_expr *base, const ast_args *items, span at);
ast_expr *make_braces(const ast_args *items, span at);
ast_binder make_binder(const ast_arg *item);
ast_stmt *make_stmt(ast_stmt_kind kind, span at);
void too_deep(span at);

#endif
