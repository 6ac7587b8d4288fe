/* expr.h: scalar expressions as a hash-consed DAG with simplifying constructors.
 *
 * An expression is the value of one element of a tensor, as a function of the index positions of its equation: index k is
 * "the k-th loop of the equation", without a name or extent of its own, so that equal computations are equal pointers,
 * in whatever equation they stand. The equation (graph.h) says the extents and the names.
 *
 * Two types. REAL values: numbers, symbols, reads, operations, selections; comparisons are reals that are 0 or 1.
 * INT values (subscripts, index values): always an X_AFF node, constant + sum of coefficient * atom, whose atoms are
 * indices, floor divisions, remainders and reads of index tensors. Invariants: atoms are distinct and sorted by creation,
 * no coefficient is 0; X_INDEX, X_IDIV, X_IMOD and int-typed X_READ occur only as atoms.
 *
 * Nodes are never changed and never freed. Equal nodes are the same pointer. Iterate by `id` (creation order). */
#ifndef NNC_EXPR_H
#define NNC_EXPR_H

#include "../support/support.h"

struct tensor;

enum { MAX_INDEX = 32 };               /* index positions in one equation */
#define EXTENT_BATCH ((int64_t)-1)     /* the extent of the batch: known at run time, 1 … the model's batch */

typedef enum op {
#define OP(id, name, arity, cost, cf, cd, cp, eval, da, db) OP_##id,
#include "ops.def"
#undef OP
    OP_COUNT
} op;

enum { COST_DEAR = 8 };

typedef struct op_info {
    const char *name;
    int arity, cost;
    const char *c_float, *c_double, *c_poly;
} op_info;
extern const op_info op_table[OP_COUNT];

/* Scalars known only when the code runs, or only when a routine is chosen. */
typedef enum symbol {
    SYM_N,         /* samples in this call, as a real */
    SYM_INV_N,     /* 1 / n */
    SYM_RATE,      /* the step of sgd */
    SYM_TRAINING   /* 1 in grad and sgd, 0 in forward and cost: replaced when a routine is built */
} symbol;

typedef enum noise { NOISE_UNIFORM, NOISE_GAUSS } noise; /* in [0, 1); mean 0, deviation 1 */

typedef enum expr_kind {
    X_NUM,         /* num */
    X_SYM,         /* sym */
    X_REAL,        /* the INT args[0] as a real */
    X_READ,        /* tensor[args…], each args[k] an X_AFF, one for each dimension (the batch included) */
    X_OP,          /* op(args…) */
    X_SELECT,      /* args[0] != 0 ? args[1] : args[2]; the branch not taken is not evaluated */
    X_GE0,         /* args[0] >= 0, args[0] INT */
    X_EQ0,         /* args[0] == 0, args[0] INT */
    X_NOISE,       /* a random number: a function of the state's seed, the sample args[1] and the element args[0] (both INT), and of the place in the
                      model, `index`; `constant` says its distribution. Without args while elaborating: the element is not known yet */
    X_CUSTOM,      /* value args[0]; for differentiation a function of the m actuals args[1…m] whose partial derivatives
                      are args[m+1…2m]; m = 0: detach */
    /* INT */
    X_AFF,         /* constant + sum coef[k] * args[k] */
    X_INDEX,       /* atom: index position `index` */
    X_IDIV,        /* atom: floor(args[0] / divisor), divisor > 0 */
    X_IMOD         /* atom: args[0] - divisor * floor(args[0] / divisor) */
} expr_kind;

typedef struct expr {
    expr_kind kind;
    bool is_int;
    bool user;             /* X_CUSTOM: written in the user's own file, not in the library */
    uint32_t uses;         /* bit k: index position k occurs */
    int id;                /* creation order, from 0 */
    op op;
    symbol sym;
    int index;
    double num;
    int64_t constant, divisor;
    int64_t *coef;         /* X_AFF: nargs coefficients */
    struct tensor *tensor;
    int nargs;
    struct expr **args;
    int depth;             /* 1 + the deepest argument's */
    unsigned stamp;        /* of the walk that visited it last (expr_each) */
    struct read_set *reads; /* for expr_reads, once asked for */
    uint64_t hash;
    struct expr *next;     /* chain of the hash table */
} expr;

/* The distinct tensors that an expression reads, by address, NULL behind the last: for looking up, not for going through. */
typedef struct read_set {
    int count;
    const struct tensor **tensors;
} read_set;

/* ---- reals; each constructor simplifies (x*0, x*1, constants, common algebra) ---- */
expr *expr_num(double value);
expr *expr_sym(symbol s);
expr *expr_real(expr *i);
expr *expr_read(struct tensor *t, expr *const *subs);  /* t->rank subscripts. A read of an index tensor comes back as X_AFF */
expr *expr_op1(op o, expr *a);
expr *expr_op2(op o, expr *a, expr *b);
expr *expr_add(expr *a, expr *b);
expr *expr_sub(expr *a, expr *b);
expr *expr_mul(expr *a, expr *b);
expr *expr_div(expr *a, expr *b);
expr *expr_neg(expr *a);
expr *expr_pow(expr *a, expr *b);
expr *expr_and(expr *a, expr *b);
expr *expr_not(expr *a);
expr *expr_select(expr *c, expr *a, expr *b);          /* a and b of one type, real */
expr *expr_ge0(expr *i);                               /* i >= 0 */
expr *expr_eq0(expr *i);
expr *expr_custom(bool user, expr *value, int actuals, expr *const *args, expr *const *partials);
expr *expr_noise(noise kind, int place, expr *element, expr *sample); /* element NULL: not known yet */
expr *expr_detach(bool user, expr *value);             /* constants and already detached values come back as they are */
bool expr_is_num(const expr *e, double value);
bool expr_is_boolean(const expr *e);                   /* a comparison or a connective: 0 or 1 */

/* ---- ints; NULL on overflow of 2^62 in a constant or coefficient ---- */
expr *int_const(int64_t value);
expr *int_index(int position);
expr *int_add(expr *a, expr *b);
expr *int_sub(expr *a, expr *b);
expr *int_scale(expr *a, int64_t factor);
expr *int_div(expr *a, int64_t divisor);               /* floor; divisor > 0 */
expr *int_mod(expr *a, int64_t divisor);
bool int_is_const(const expr *e, int64_t *value);
bool int_is_index(const expr *e, int *position);       /* exactly one index, coefficient 1, constant 0 */
int64_t int_coefficient(const expr *e, int position);  /* of the bare index as an atom of e; 0 where absent */

/* The least and greatest value of an INT, or of nothing tighter, given each position's extent (positions run
 * 0 … extent-1; the batch counts as 0 … 2^31-2; an index read as 0 … classes-1). Interval arithmetic after like terms are collected;
 * false: it may overflow. */
bool int_range(const expr *e, const int64_t extent[], int64_t *low, int64_t *high);

/* e with quotients and remainders resolved that the extents decide. */
expr *int_tighten(expr *e, const int64_t extent[]);

/* ---- whole expressions ---- */

/* e with index position k replaced by map[k] (an X_AFF) for each k < count; map[k] NULL keeps it. */
expr *expr_substitute(expr *e, expr *const map[], int count);
/* e rebuilt with f applied to each node bottom-up: f gets a node whose arguments are already rewritten and returns the
 * node itself or another of its type. Shared nodes are visited once. */
typedef expr *(*expr_visitor)(expr *e, void *context);
/* e with other arguments (as many, each of the old one's type), simplified. */
expr *expr_rebuild(expr *e, expr **args);
expr *expr_rewrite(expr *e, expr_visitor f, void *context);
/* e with one node, or the reads of one tensor, replaced. */
expr *expr_replace(expr *e, const expr *from, expr *to);
expr *expr_replace_tensor(expr *e, const struct tensor *from, struct tensor *to);
/* The conditions that c joins by &&, added to the list. */
typedef VEC(expr *) expr_list;
void expr_conjuncts(expr *c, expr_list *out);
/* Does e read t? Told by sets that its nodes keep: no walk. */
bool expr_reads(expr *e, const struct tensor *t);
expr *expr_only_read(expr *e, const struct tensor *t); /* the one node of e that reads t; NULL where there are none or several */
bool expr_contains(expr *e, expr *x);                  /* is x a node of e? */
/* Calls f once for each distinct node, arguments before users. */
void expr_each(expr *e, void (*f)(expr *e, void *context), void *context);
/* The same without what stands behind a detach. */
void expr_each_attached(expr *e, void (*f)(expr *e, void *context), void *context);
/* The same for the nodes that are evaluated whenever e is: not the branches of a selection, nor what `&&` and `||` may leave out. */
void expr_each_certain(expr *e, void (*f)(expr *e, void *context), void *context);
/* Puts numbers for the integer conditions and the numbers of indices that the extents decide, and drops the branches that can't be taken. */
expr *expr_decide(expr *e, const int64_t extent[]);
/* Constant folding's own arithmetic. */
double op_eval(op o, double a, double b);
/* Partial derivative of z = o(a, b) with respect to argument `which` (0 or 1); NULL: zero. */
expr *op_derivative(op o, int which, expr *a, expr *b, expr *z);

/* In the language's own notation, for dumps and comments: `w[i, j] * z[j]`; names[k] is index k's name (NULL: "i<k>"). */
void expr_print(const expr *e, const char *const names[], text *out);

void expr_reset(void); /* empties the hash table (after arena_free_all, for tests) */

#endif
