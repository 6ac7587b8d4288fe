/* model.h: a random model as a tree, of which nnc knows nothing: generated (generate.c …), printed as .nn (print.c) and evaluated as it
 * stands, index by index (interpret.c). Nothing here comes from the compiler.
 *
 * Subscripts are trees of integers (N_INT … N_GATHER), all else of reals. Nodes may be shared; nothing is changed once it is made,
 * and nothing is freed before the process ends. */
#ifndef RANDOM_MODEL_H
#define RANDOM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { MOST_DIMS = 5, MOST_INDICES = 16, MOST_ARGS = 4, MOST_NUMBERS = 64 };

typedef enum value_kind { V_INPUT, V_TARGET, V_PARAM, V_CONST, V_STATE, V_COMPUTED } value_kind;

/* A tensor of one sample. */
typedef struct value {
    value_kind kind;
    const char *name;          /* a stage's parameter: its path */
    int id, rank, dims[MOST_DIMS], size;
    int classes;               /* 0: reals */
    bool of_stage;             /* a parameter that its stage declares */
    bool frozen;
    bool target;               /* computed from a target: no output may be */
    bool coupled;              /* … from a reduction over the batch */
    bool carry;
    bool assembled;            /* by concat, reshape or turn by turn: no derivative is taken by it */
    double numbers[MOST_NUMBERS]; /* V_CONST, and what a state begins with */
} value;

/* An index variable; `at` is where the interpreter's loop over it stands. */
typedef struct index {
    const char *name;
    int extent, at;
    bool turn;                 /* of a scan */
} index;

typedef enum node_kind {
    N_NUMBER, N_POSITION /* an index as a number */, N_ELEMENT /* value[subscripts] */, N_PADDED /* pad(value[subscripts], arg) */,
    N_WHOLE /* a value in a whole-tensor equation */, N_OP, N_SELECT, N_REDUCE, N_DETACH, N_CALL, N_ARGUMENT, N_TRAINING, N_REAL /* real(integer) */,
    N_GAUSS, N_BERNOULLI,
    /* integers */
    N_INT, N_INDEX, N_PLUS, N_MINUS, N_TIMES /* by a constant */, N_QUOTIENT, N_REMAINDER, N_GATHER /* an element of an index value */,
    NODE_KINDS
} node_kind;

/* The operations, as OP(name, arity, text): text with $a and $b for the arguments. */
#define OPERATIONS(OP) \
    OP(ADD, 2, "($a + $b)") OP(SUB, 2, "($a - $b)") OP(MUL, 2, "($a * $b)") OP(DIV, 2, "($a / $b)") OP(NEG, 1, "(-$a)") OP(POW, 2, "($a ^ $b)") \
    OP(MAX, 2, "max($a, $b)") OP(MIN, 2, "min($a, $b)") OP(LT, 2, "($a < $b)") OP(LE, 2, "($a <= $b)") OP(EQ, 2, "($a == $b)") OP(NE, 2, "($a != $b)") \
    OP(GT, 2, "($a > $b)") OP(GE, 2, "($a >= $b)") OP(AND, 2, "($a && $b)") OP(OR, 2, "($a || $b)") OP(NOT, 1, "(!$a)") OP(EXP, 1, "exp($a)") OP(LOG, 1, "log($a)") \
    OP(LOG1P, 1, "log1p($a)") OP(EXPM1, 1, "expm1($a)") OP(SQRT, 1, "sqrt($a)") OP(ABS, 1, "abs($a)") OP(SIGN, 1, "sign($a)") OP(FLOOR, 1, "floor($a)") \
    OP(CEIL, 1, "ceil($a)") OP(ROUND, 1, "round($a)") OP(SIN, 1, "sin($a)") OP(COS, 1, "cos($a)") OP(TAN, 1, "tan($a)") OP(ASIN, 1, "asin($a)") \
    OP(ACOS, 1, "acos($a)") OP(ATAN, 1, "atan($a)") OP(ATAN2, 2, "atan2($a, $b)") OP(SINH, 1, "sinh($a)") OP(COSH, 1, "cosh($a)") OP(TANH, 1, "tanh($a)") \
    OP(SIGMOID, 1, "sigmoid($a)") OP(SOFTPLUS, 1, "softplus($a)") OP(ERF, 1, "erf($a)")

typedef enum operation {
#define OP(name, arity, text) O_##name,
    OPERATIONS(OP)
#undef OP
    OPERATION_COUNT
} operation;

extern const struct operation_info {
    const char *name, *text;
    int arity;
} operation_table[OPERATION_COUNT];

typedef enum reduction { R_SUM, R_PROD, R_MEAN, R_MAX, R_MIN, R_ARGMAX, R_ARGMIN, REDUCTION_COUNT } reduction;
extern const char *const reduction_name[REDUCTION_COUNT];

typedef struct function function;

typedef struct node {
    node_kind kind;
    double number;             /* N_NUMBER, and N_INT, N_TIMES, N_QUOTIENT, N_REMAINDER: the constant */
    operation op;              /* N_OP */
    reduction reduce;          /* N_REDUCE */
    const value *value;
    index *index;              /* N_POSITION, N_INDEX */
    index *over[MOST_DIMS];    /* N_REDUCE */
    int overs;
    bool batch;                /* N_REDUCE: over the samples as well */
    function *function;
    int place;                 /* N_ARGUMENT: which; N_GAUSS, N_BERNOULLI: how many draws stand before it */
    int args;
    struct node *arg[MOST_DIMS + 1]; /* subscripts first */
} node;

/* fn name(a, b) = body; derivative name(a, b) = partial[0], partial[1]; */
struct function {
    const char *name;
    int arity;
    node *body, *partial[2];   /* partial[0] NULL: the symbolic one */
};

typedef enum statement_kind { S_EQUATION, S_RESHAPE, S_CONCAT, S_GRADIENT, S_JACOBIAN, S_SCAN, S_COLLECT, S_UPDATE, S_OUTPUT, S_COST, STATEMENT_KINDS } statement_kind;

typedef enum statement_form { F_PLAIN, F_WHOLE /* without subscripts */, F_BLOCK /* in a block of its own */, F_STAGE /* as a stage of linear */,
                              F_CALL /* as a call of the library's */ } statement_form;

typedef struct statement {
    statement_kind kind;
    statement_form form;
    value *out;
    index *free[MOST_DIMS];    /* S_EQUATION: as many as out's rank; S_COLLECT: without the turn */
    node *body;
    const char *call;          /* F_STAGE, F_CALL: what stands for the body; $1 and $2 for from */
    const value *from[3];
    int froms;
    int axis;                  /* S_CONCAT */
    bool flatten;              /* S_RESHAPE to rank 1 */
    index *turn;               /* S_SCAN */
    value *carry[2];
    node *first[2];            /* what the carries begin with: whole-tensor expressions */
    int carries;
    struct statement *inner;   /* the scan's body */
    const char *name;          /* S_COST; NULL: the unnamed one */
    const value *trains[16];   /* S_COST … over; none: all */
    int train_count;
    struct statement *next;
} statement;

typedef struct model {
    value *values[256];
    int value_count;
    function *functions[16];
    int function_count;
    statement *first;
    int batch;                 /* most samples of a call */
    int samples[2];            /* of the two calls that are checked */
    int draws;                 /* places where noise is drawn */
    bool coupled;
    bool stateful, stream;     /* has states; one of them depends on the sample */
    int derivatives;           /* statements that are derivatives as values */
} model;

/* model.c */
void *fresh(size_t size);                                   /* zeros */
const char *text(const char *format, ...);
const value *input_of(const model *m, int i);
void each_node(const node *n, void (*f)(const node *, void *), void *context);
void each_statement(const statement *s, void (*f)(const statement *, void *), void *context);
bool reads(const node *n, const value *v);
bool trained_by(const statement *cost, const value *param);

/* choose.c: all that a model depends on is a list of choices, of which 0 is the simplest. */
void choices_random(uint64_t seed);
void choices_replay(const int *choice, int count);
int choose(int n);                                          /* 0 … n-1 */
bool chance(int percent);
const int *choices_taken(int *count);
uint64_t random_bits(uint64_t *state);

model *generate(void);
void print_model(const model *m, FILE *out);

#endif
