/* context.h: what the files of elab/ share: values, names and their scopes, and the state of one elaboration.
 *
 * A value is an expression over positions: 0 is the batch, 1 … rank are the value's own dimensions. Nothing is computed
 * until the value is made a tensor (value_tensor); so elementwise formulas of several operators become one equation.
 * Inside a scan, position FIRST_TURN + its depth is its turn.
 * Inside an index equation (index_env) values have rank 0, and positions are those of the equation's index variables. */
#ifndef NNC_ELAB_CONTEXT_H
#define NNC_ELAB_CONTEXT_H

#include "elab.h"

/* MAX_DEPTH: of expressions within calls within expressions; MAX_FORMULA: of what functions make of functions. Both keep recursion within the stack. */
enum {
    USER_RANK = 16, MAX_CALL_DEPTH = 256, MAX_NODES = 1000000, MAX_DEPTH = 1000, MAX_FORMULA = 2000,
    MAX_SCANS = 3,                      /* scans within scans */
    FIRST_TURN = MAX_INDEX - MAX_SCANS  /* the turn of the d-th scan around a value is position FIRST_TURN + d */
};

typedef struct value {
    bool ok;                     /* false: an error was reported; stay silent */
    int rank;
    int64_t dims[USER_RANK];
    int64_t classes;             /* > 0: an index value, body is INT */
    expr *body;                  /* REAL, or INT for index values and for numbers that are integers */
    tensor *tensor;              /* where the value is this tensor as it stands */
    span at;
} value;

typedef struct scope scope;

/* ---- things that can be called ---- */

typedef enum builtin {
    BUILTIN_NONE, BUILTIN_RESHAPE, BUILTIN_FLATTEN, BUILTIN_CONCAT, BUILTIN_REAL, BUILTIN_DETACH, BUILTIN_PAD,
    BUILTIN_GRADIENT, BUILTIN_JACOBIAN,
    BUILTIN_BERNOULLI, BUILTIN_GAUSS
} builtin;

typedef struct stage stage;
typedef enum callable_kind { CALL_NONE, CALL_OP, CALL_BUILTIN, CALL_FN, CALL_BLOCK, CALL_STAGE } callable_kind;
typedef struct callable {
    callable_kind kind;
    const char *name;
    op op;
    builtin builtin;
    scope *home;                 /* CALL_FN, CALL_BLOCK: the module scope where it is defined */
    const ast_stmt *fn;
    stage *stage;
    const ast_args *statics;     /* given with the name, as in `act = linear[3]`; NULL: none */
    scope *statics_scope;
} callable;

struct stage {
    const char *name, *path;     /* path without the final dot */
    callable block;              /* CALL_BLOCK with its statics */
    span at;
    int uses;
};

/* ---- names ---- */

typedef enum binding_kind { BIND_ERROR, BIND_VALUE, BIND_STAGE, BIND_CALLABLE, BIND_OUTPUT } binding_kind;
typedef struct binding {
    const char *name;
    binding_kind kind;
    span at;
    value value;                 /* BIND_VALUE. BIND_OUTPUT: the declared shape of a block's output, not computed yet */
    bool constant;               /* a const: visible in functions and blocks */
    bool carry;                  /* of a loop: a new assignment replaces it */
    stage *stage;
    callable callable;
    int uses;
} binding;

typedef struct counter {
    const char *name;
    int count;
} counter;

typedef struct reserved_name {
    ast_name name;
    bool inner;                  /* within a loop, with which it ends */
    bool callable;
} reserved_name;

typedef enum scope_kind { SCOPE_MODULE, SCOPE_BLOCK, SCOPE_FN, SCOPE_LOOP } scope_kind;
struct scope {
    scope_kind kind;
    scope *outer;                /* SCOPE_LOOP: the scope that the loop stands in */
    scope *module;               /* where constants, functions and blocks are looked up; itself for SCOPE_MODULE */
    bool library;
    VEC(binding *) bindings;
    binding **table;             /* the newest of each name, hashed; NULL while they are few */
    int table_size;
    VEC(const ast_stmt *) definitions; /* SCOPE_MODULE: fn, block, derivative, in order */
    const char *path;            /* prefix of parameter names, "" or "m0." */
    scope *naming;               /* the scope whose counters name fresh instances */
    VEC(counter) counters;
    VEC(reserved_name) reserved; /* names defined anywhere in the scope */
    bool has_star;               /* SCOPE_BLOCK: the run that `*` stands for */
    int star_rank;
    int64_t star_dims[USER_RANK];
    bool scan;                   /* SCOPE_LOOP: of a scan, whose body is expanded once */
    const char *index;           /* SCOPE_LOOP: the loop's index, and what a repeat collects */
    struct collection **collected;
};

/* What a loop collects: hs[l] = … gives hs[turns, …] after the loop. */
typedef struct collection {
    ast_name name;
    span at;
    VEC(tensor *) parts;         /* one a turn */
    struct collection *next;
} collection;

/* ---- index equations ---- */

typedef struct index_var {
    const char *name;
    const void *key;             /* the binder it stems from */
    bool active;
    bool star;
    int64_t extent;              /* 0: not known yet */
    bool written;                /* a written bound: wins over every place */
    span at, place;              /* where declared; what fixed the extent */
    span ended;                  /* the operator at which its reduction ended */
    const char *why;
} index_var;

typedef struct index_env {
    index_var vars[MAX_INDEX];   /* vars[p] is position p; 0 is the batch */
    int count;
    int64_t extent[MAX_INDEX];
    bool none;                   /* no index equation at all: a place for constants */
    bool equation;               /* an index equation, no reduction in a whole-tensor equation: blocks are not called */
    bool star_known, star_left, broken;
    int star_first, star_rank;
    int64_t star_dims[USER_RANK];
    span star_at;
    VEC(struct { const ast_expr *key; value base; }) bases; /* subscripted values, evaluated once */
} index_env;

/* ---- the elaboration ---- */

typedef struct call_frame {
    span at;                     /* the call */
    const ast_stmt *callee;
    bool in_library;             /* the call itself stands in the library */
} call_frame;

typedef struct pending {         /* what freeze and over name, resolved at the end */
    const ast_expr *name;
    int cost;                    /* -1: freeze */
} pending;

typedef struct collected {       /* hs[t] = …: a value of the loop's body, kept for all turns */
    ast_name name;
    value value;
} collected;

typedef struct scan_frame {      /* a scan whose body is being expanded */
    int64_t extent;
    const char *index;
    VEC(collected) collected;
} scan_frame;

typedef struct elab {
    graph *g;
    elab_options *options;
    const ast_file *main_file;
    scope *library, *user;
    VEC(call_frame) calls;
    VEC(scan_frame *) scans;     /* outermost first */
    VEC(pending) pendings;
    VEC(stage *) stages;
    VEC(const char *) imported, importing; /* files by identity (import.c): all, and those whose import goes on now */
    int noise_places;            /* draws so far */
    bool *param_read;            /* by tensor id, grown on demand */
    int param_read_capacity;
    bool model_named, broken;
    bool import_failed;          /* names may be unknown for that reason alone */
    VEC(const char *) refused_costs;
    int nodes, depth;            /* expressions evaluated so far; how deep within each other now */
    bool exhausted;              /* a limit was reached, and told: nothing more is evaluated */
    bool no_blocks;              /* within what an index equation subscripts */
    bool slicing;                /* within the subscripts of a whole-tensor equation */
    bool recursion_told;
    index_env *no_index;         /* where a constant integer is wanted */
    VEC(const ast_stmt *) trains;
} elab;

/* scope.c */
scope *scope_new(scope_kind kind, scope *outer, scope *module);
binding *scope_bind(elab *E, scope *S, ast_name name, binding_kind kind); /* reports a second definition; never NULL */
binding *scope_find_value(scope *S, const char *name);                    /* NULL: unknown */
binding *scope_find_here(scope *S, const char *name);                     /* of any kind, in this scope only */
bool scope_find_callable(elab *E, scope *S, const char *name, callable *found);
const char *scope_fresh_name(scope *S, const char *base);                 /* linear -> linear1, linear2 … */
void scope_reserve(scope *S, const ast_stmts *stmts, bool inner);
bool elab_spend(elab *E, span at);                                        /* one more node; false beyond the limit, which is an error */
span elab_place(const elab *E, span at);                                  /* in the user's file, where at is in the library */
void warn_hidden(elab *E, ast_name name);                                  /* where it is one of the library's or the language's */
diag *elab_error(elab *E, span at, const char *format, ...) NNC_PRINTF(3, 4);
void elab_unknown(elab *E, scope *S, ast_name name, bool callable_wanted);
const char *shape_text(int rank, const int64_t dims[]);                    /* "[40]"; "[]" of a scalar */
const char *value_text(const value *v);                                   /* "[40]" or "a scalar" */

/* value.c */
value value_error(span at);
value value_number(double number, span at);
value value_of_tensor(elab *E, tensor *t, span at);
bool is_constant(const value *v);                                          /* made of numbers only, finite or not */
bool value_is_number(const value *v, double *number);
tensor *value_tensor(elab *E, const value *v, const char *name, span at); /* computes it if need be; NULL after errors */
expr *real_body(const value *v);
tensor *define_tensor(elab *E, const char *name, int rank, const int64_t dims[], int64_t classes, expr *body, span at);
/* The same with dimensions also for the positions in `over` (of the batch and of turns) that the body does not use. */
tensor *define_tensor_over(elab *E, uint32_t over, int rank, const int64_t dims[], int64_t classes, expr *body, span at);
/* Those positions' part of a tensor's dimensions: their number; dims, map and subs may be NULL. map[p]: position p in the tensor's
 * equation; subs: how the tensor is read where the positions are the value's. */
int outer_dims(elab *E, uint32_t over, int64_t dims[], expr *map[], expr *subs[]);
int first_own_dim(const tensor *t);  /* behind the batch's and the turns' */
uint32_t outer_positions(const tensor *t);
void note_reads(elab *E, expr *e);

/* expression.c: one evaluator for both kinds of equations; I NULL: whole tensors */
value evaluate(elab *E, scope *S, index_env *I, const ast_expr *a);
bool static_number(elab *E, scope *S, const ast_expr *a, double *number);   /* reals: `/` divides */
bool static_integer(elab *E, scope *S, const ast_expr *a, int64_t *number); /* integers: `/` rounds down */
bool static_extent(elab *E, scope *S, const ast_expr *a, int64_t *extent);  /* and at least 1 */
value combine(elab *E, span at, op o, value a, value b);

/* subscript.c */
expr *subscript(elab *E, scope *S, index_env *I, const ast_expr *a);        /* INT; NULL after errors */
value evaluate_subscripted(elab *E, scope *S, index_env *I, const ast_expr *a, const value *padding);

/* ranges.c */
index_env index_env_new(const elab *E);
void ranges_infer(elab *E, scope *S, index_env *I, const ast_expr *a);
void ranges_left(elab *E, scope *S, index_env *I, const ast_lhs *left, const binding *declared);
bool ranges_finish(elab *E, index_env *I);
int index_find(const index_env *I, const char *name);                       /* position, or -1 */
int index_by_key(const index_env *I, const void *key);
value base_value(elab *E, scope *S, index_env *I, const ast_expr *base);
const ast_expr *mention(const ast_expr *a, bool (*wanted)(const ast_expr *a, const void *context), const void *context);
bool check_index_name(elab *E, scope *S, ast_name name);
bool star_set(elab *E, index_env *I, int rank, const int64_t dims[], span at);

/* reduce.c */
value evaluate_reduction(elab *E, scope *S, index_env *I, const ast_expr *a);
/* The value of reducing body over the positions `bound`, as a tensor read; same_as: positions that must be its dimensions, in order. */
value lift_reduction(elab *E, index_env *I, reduction r, uint32_t bound, expr *body, span at);

/* call.c */
bool resolve_callable(elab *E, scope *S, const ast_expr *a, callable *found);
value evaluate_call(elab *E, scope *S, index_env *I, const ast_expr *a);
/* All results of a call that may have several; count 0 after errors. */
int evaluate_results(elab *E, scope *S, const ast_expr *a, value *results, int limit);
const char *callable_text(callable_kind k);

/* block.c */
int apply_block(elab *E, scope *S, const callable *c, const ast_args *statics, value *args, int nargs, span at,
                stage *instance, value *results, int limit);
void declare_param(elab *E, scope *S, const ast_stmt *s);
void declare_stored(elab *E, scope *S, const ast_stmt *s, tensor_kind kind); /* TENSOR_PARAM, TENSOR_STATE */
tensor *find_param(elab *E, const char *path);
value evaluate_path(elab *E, scope *S, const ast_expr *a);
bool push_call(elab *E, span at, const ast_stmt *callee, bool in_library);
void pop_call(elab *E);

/* builtin.c */
value apply_builtin(elab *E, scope *S, index_env *I, const callable *c, const ast_expr *a, const ast_args *statics,
                    value *args, int nargs);

/* noise.c */
value evaluate_noise(elab *E, const callable *c, const ast_expr *a, value *args, int nargs);
bool has_open_noise(expr *body);
/* Draws in the body are for each element of the value: over the turns, and those positions in the mask, with their extents. */
expr *close_noise(elab *E, expr *body, const int64_t extent[], uint32_t positions);
bool draws_noise(elab *E, scope *S, const ast_stmts *body, int depth);

/* state.c */
void declare_state(elab *E, scope *S, const ast_stmt *s);
void declare_update(elab *E, scope *S, const ast_stmt *s);

/* derivative.c */
value evaluate_derivative(elab *E, scope *S, const callable *c, const ast_expr *a, value *args, int nargs);

/* statement.c */
void name_tensor(scope *S, tensor *t, const char *name, span at);         /* where it has none yet */
void bind_result(elab *E, scope *S, ast_name name, const value *v, bool good);
void execute(elab *E, scope *S, const ast_stmt *s);
void execute_all(elab *E, scope *S, const ast_stmts *stmts);

/* repeat.c */
void execute_repeat(elab *E, scope *S, const ast_stmt *s);
bool collects(const scope *S, const ast_stmt *s);                         /* hs[l] = … in the repeat over l */
void collect(elab *E, scope *S, const ast_stmt *s);

/* loop.c */
bool number_of_turns(elab *E, scope *S, const ast_stmt *s, int64_t most, int64_t *turns);
value initial_value(elab *E, scope *S, const ast_carry *c);
scope *loop_scope(elab *E, scope *S, const ast_stmt *s, expr *turn);
void bind_carry(elab *E, scope *L, const ast_carry *c, const value *v);
value carried_value(scope *L, const ast_carry *c);
void bind_broken(elab *E, scope *S, const ast_stmt *s);                   /* the names that a refused loop would have defined */
void execute_scan(elab *E, scope *S, const ast_stmt *s);
bool is_collection(const elab *E, const scope *S, const ast_lhs *left);      /* hs[t] = … */
void collect_value(elab *E, scope *S, const ast_lhs *left, const ast_expr *right, span at);
bool in_repeat(const scope *S);  /* names of stages and parameters are counted */
tensor *execute_equation(elab *E, scope *S, const ast_lhs *left, const ast_expr *right, span at);
/* The right side's value as a tensor without a name yet; `declared`: what is known of the left side's shape, or NULL. NULL after errors. */
tensor *compute_equation(elab *E, scope *S, const ast_lhs *left, const binding *declared, const ast_expr *right, span at);

/* definitions.c */
void check_definitions(elab *E);

#endif
