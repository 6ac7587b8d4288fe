/* ast.h: the syntax tree of a .nn file, as written: no name is resolved, no shape known.
 *
 * Built by the parser (parse.h), printed by ast_print (--emit ast), read by elab/. Never changed after parsing.
 * Identifiers are interned (support.h). Each node carries its exact range in the source. */
#ifndef NNC_AST_H
#define NNC_AST_H

#include "../support/diag.h"

typedef struct ast_expr ast_expr;
typedef struct ast_stmt ast_stmt;

typedef struct ast_name {          /* an identifier and where it stands */
    const char *text;              /* interned; NULL where absent */
    span at;
} ast_name;

typedef VEC(ast_expr *) ast_exprs;
typedef VEC(ast_stmt *) ast_stmts;

/* ---- expressions ---- */

#define AST_BINARY_OPS(X) \
    X(OR, "||") X(AND, "&&") X(EQ, "==") X(NE, "!=") X(LT, "<") X(LE, "<=") X(GT, ">") X(GE, ">=") \
    X(ADD, "+") X(SUB, "-") X(MUL, "*") X(DIV, "/") X(MOD, "%") X(POW, "^")
typedef enum ast_binary_op {
#define X(id, text) AST_##id,
    AST_BINARY_OPS(X)
#undef X
} ast_binary_op;

#define AST_REDUCTIONS(X) \
    X(SUM, "sum") X(PROD, "prod") X(MEAN, "mean") X(MAX, "max") X(MIN, "min") X(ARGMAX, "argmax") X(ARGMIN, "argmin")
typedef enum ast_reduction {
#define X(id, text) AST_RED_##id,
    AST_REDUCTIONS(X)
#undef X
} ast_reduction;

/* One bound index of a reduction or of a left side: `j`, `j < n`, `*`, `batch`. On a left side an entry that is
 * no plain name (`s[0] = …`) is kept as `other`, for the elaborator to refuse with a good message. */
typedef struct ast_binder {
    ast_name name;                 /* name.text NULL for `*`, `batch` and `other` */
    ast_expr *bound;               /* the n of `j < n`, or NULL */
    bool star, batch;
    ast_expr *other;
    span at;
} ast_binder;
typedef VEC(ast_binder) ast_binders;

/* An argument in [ ] or ( ): positional, or named (`pad = 2`). */
typedef struct ast_arg {
    ast_name name;                 /* text NULL: positional */
    ast_expr *value;
} ast_arg;
typedef VEC(ast_arg) ast_args;

typedef enum ast_expr_kind {
    AST_NUMBER,      /* number, integer */
    AST_NAME,        /* name */
    AST_PATH,        /* path: m0.w, residual1.linear2.w (at least two parts) */
    AST_STAR,        /* `*` as a subscript */
    AST_SUBSCRIPT,   /* operands[0] [ operands[1…] ]; also `f[…]` named without a call, as a static argument */
    AST_CALL,        /* callee [statics] (args) */
    AST_PIPE,        /* operands[0] -> callee [statics] (args): the call with operands[0] put first */
    AST_NEGATE,      /* - operands[0] */
    AST_NOT,         /* ! operands[0] */
    AST_BINARY,      /* operands[0] op operands[1]; op_at is the operator's own range */
    AST_COND,        /* operands[0] ? operands[1] : operands[2] */
    AST_REDUCE,      /* reduction [binders] operands[0]; op_at is the range of `sum[…]` */
    AST_BRACES,      /* { operands… }: constant tensors */
    AST_ERROR        /* parsing failed here; say nothing more about it */
} ast_expr_kind;

struct ast_expr {
    ast_expr_kind kind;
    span at;                       /* the whole expression without its own outer parentheses */
    span op_at;
    double number;
    bool integer;                  /* written without point and exponent */
    bool parenthesised;
    int depth;                     /* 1 + the deepest operand's */
    ast_name name;                 /* AST_NAME */
    VEC(ast_name) path;
    ast_binary_op op;
    ast_reduction reduction;
    ast_binders binders;
    ast_name callee;               /* AST_CALL, AST_PIPE */
    bool has_statics;              /* [ ] was written */
    ast_args statics;
    bool has_args;                 /* AST_PIPE: ( ) was written */
    ast_args args;
    ast_exprs operands;
};

/* ---- statements ---- */

/* One extent in a declared shape: an expression, or `*`. */
typedef struct ast_dim {
    ast_expr *extent;              /* NULL for `*` */
    span at;
} ast_dim;
typedef VEC(ast_dim) ast_dims;

/* A declared value: name[shape] : index(classes). In a block's signature, in input, target, param, state, const. */
typedef struct ast_decl {
    ast_name name;
    bool has_shape;
    ast_dims dims;
    ast_expr *classes;             /* the N of `: index(N)`, or NULL for a real */
    span at;
} ast_decl;
typedef VEC(ast_decl) ast_decls;

typedef enum ast_static_kind { AST_STATIC_NUMBER, AST_STATIC_FN, AST_STATIC_STAGE } ast_static_kind;
typedef struct ast_static {        /* a static argument in a block's signature: `h`, `pad = 0`, `fn act = relu`, `stage enc` */
    ast_static_kind kind;
    ast_name name;
    ast_expr *fallback;            /* the default, or NULL */
    span at;
} ast_static;

typedef enum ast_stmt_kind {
    AST_MODEL,        /* name */
    AST_CONST,        /* decl = value (value: a number, or AST_BRACES) */
    AST_IMPORT,       /* string, string_at */
    AST_INPUT,        /* decl */
    AST_TARGET,       /* decl */
    AST_PARAM,        /* decl; value (`= expr`) or value AST_CALL (`~ uniform(a, b)`, is_random) */
    AST_STATE,        /* decl = value */
    AST_STAGE,        /* name = value (AST_SUBSCRIPT/AST_CALL/AST_NAME naming a block and its statics) */
    AST_FREEZE,       /* values: names and paths */
    AST_OUTPUT,       /* lhs[0] and perhaps value; without value the name of an existing variable */
    AST_COST,         /* name (text NULL: unnamed), value, values: the paths after `over` */
    AST_TRAIN,        /* name or none; settings */
    AST_FN,           /* name, params, value */
    AST_DERIVATIVE,   /* name, params, values */
    AST_BLOCK,        /* name, statics, inputs, outputs, body */
    AST_EQUATION,     /* lhs (one, or several for a tuple) = value */
    AST_UPDATE,       /* lhs[0] = value */
    AST_REQUIRE,      /* value, string */
    AST_SCAN,         /* binder (index < count), carries, body */
    AST_REPEAT        /* the same */
} ast_stmt_kind;

typedef struct ast_lhs {           /* z, s[i, k], hs[t] */
    ast_name name;
    bool subscripted;
    ast_binders subs;
    span at;
} ast_lhs;

typedef struct ast_carry {         /* carry h[64] = 0 */
    ast_decl decl;
    ast_expr *value;
} ast_carry;

typedef struct ast_setting {       /* a line of a train block: optimizer = sgd(rate = 0.1); */
    ast_name name;
    ast_expr *value;
} ast_setting;

struct ast_stmt {
    ast_stmt_kind kind;
    span at;                       /* from the first token to the `;` or `}` */
    ast_name name;
    ast_decl decl;
    ast_expr *value;
    bool is_random;
    ast_exprs values;
    const char *string;
    span string_at;
    VEC(ast_lhs) lhs;
    VEC(ast_name) params;          /* of fn and derivative */
    VEC(ast_static) statics;
    bool has_statics;
    ast_decls inputs, outputs;
    ast_stmts body;
    ast_binder binder;
    VEC(ast_carry) carries;
    VEC(ast_setting) settings;
};

typedef struct ast_file {
    const source *source;
    ast_stmts stmts;
} ast_file;

/* Never NULL; syntax errors are diagnostics, and what could be parsed is there. */
ast_file *ast_parse(const source *s);
/* The tree as text: one node a line, indented, with positions. */
void ast_print(const ast_file *f, text *out);
/* Parts of it on one line, in the language's own notation with every grouping in parentheses. */
void ast_expr_text(const ast_expr *e, text *out);
void ast_binders_text(const ast_binders *b, text *out);
void ast_string_text(const char *s, text *out);

extern const char *const ast_binary_text[];
extern const char *const ast_reduction_text[];

#endif
