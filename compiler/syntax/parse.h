/* parse.h: what scanner, token stream, parser and its messages share. Private to syntax/. */
#ifndef NNC_PARSE_H
#define NNC_PARSE_H

#include "ast.h"

typedef struct parse_token {
    int kind;                /* as in parser.h; 0 at the end of the file */
    span at;
} parse_token;

/* An open bracket. Braces are bodies of statements, or hold data: { 1, 2 }. */
typedef struct parse_bracket {
    span at;
    char kind;               /* ( [ { */
    bool data;
} parse_bracket;
typedef VEC(parse_bracket) parse_brackets;

typedef struct parse_state {
    const source *source;
    ast_file *file;
    size_t offset;           /* of the next byte to be scanned */
    int tokens;              /* so far */
    parse_token token, previous; /* the last two */
    parse_brackets open;
    parse_bracket inner;     /* the innermost before the last token; its kind 0 where none was open */
    bool unmatched;          /* the last token closes a bracket that is not open */
    bool fresh;              /* the next token begins a statement */
    struct {
        parse_token first;
        int level, tokens;   /* brackets open before it; tokens so far */
    } statement;             /* to which the last token belongs */
    bool damaged;            /* the scanner complained within this statement: the parser need not */
    size_t damage_end;       /* where the scanner's last complaint ended */
    bool recovering;         /* between a syntax error and the end of its statement */
    parse_token replay;      /* to be given to the parser again, after a ';' that we put in */
    bool too_deep, stopped;
} parse_state;

/* ---- scanner ---- */

/* An error in the bytes; adjacent ones are told once. */
void scan_error(parse_state *p, span at, const char *format, ...) NNC_PRINTF(3, 4);

/* ---- token stream (tokens.c) ---- */

/* Does this token begin a statement wherever it stands at the beginning of a line? */
bool token_is_statement(int kind);
bool new_line_between(const source *s, size_t from, size_t to);

/* ---- messages (syntax_error.c) ---- */

/* What the parser knows when it meets a token that cannot be: the names of those that could. */
typedef struct syntax_problem {
    parse_token token;
    const char *expected[64];
    int count;
    bool keyword;            /* the token is one */
} syntax_problem;
void syntax_error(parse_state *p, const syntax_problem *problem);

/* ---- node builders (parse.c); each checks the depth of the tree, so that later passes may recurse ---- */

ast_expr *make_expr(ast_expr_kind kind, span at);
ast_expr *make_name(ast_name name);
ast_expr *make_unary(ast_expr_kind kind, span at, span op_at, ast_expr *a);
ast_expr *make_binary(ast_binary_op op, span at, span op_at, ast_expr *a, ast_expr *b);
ast_expr *make_cond(span at, ast_expr *c, ast_expr *a, ast_expr *b);
ast_expr *make_reduce(ast_reduction r, span op_at, const ast_args *binders, ast_expr *body, span at);
ast_expr *make_call(ast_expr_kind kind, ast_name callee, const ast_args *statics, const ast_args *args, ast_expr *left, span at);
ast_expr *make_subscript(ast_expr *base, const ast_args *items, span at);
ast_expr *make_braces(const ast_args *items, span at);
ast_binder make_binder(const ast_arg *item);
ast_stmt *make_stmt(ast_stmt_kind kind, span at);
void too_deep(span at);

#endif
