/* model.h: a random model as a tree, of which nnc knows nothing: generated (generate.c …), printed as .nn (print….c) and evaluated as it
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

enum { MOST_DIMS = 5, MOST_INDICES = 16, MOST_ARGS = 4, MOST_NUMBERS = 64, MOST_VALUES = 400 };

typedef enum value_kind { V_INPUT, V_TARGET, V_PARAM, V_CONST, V_STATE, V_COMPUTED, V_TEMPLATE /* a parameter of a repeat's body, of which every turn has its own */ } value_kind;

/* A tensor of one sample. */
typedef struct value {
    value_kind kind;
    const char *name;          /* a stage's parameter: its path */
    int id, rank, dims[MOST_DIMS], size;
    int classes;               /* 0: reals */
    bool of_stage;             /* a parameter or state that its stage declares */
    bool of_repeat;            /* a parameter that a turn declares */
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
    bool turn;                 /* of a scan or repeat */
    bool unrolled;             /* of a repeat */
} index;

typedef enum node_kind {
    N_NUMBER, N_POSITION /* an index as a number */, N_ELEMENT /* value[subscripts] */, N_PADDED /* pad(value[subscripts], arg) */,
    N_WHOLE /* a value in a whole-tensor equation */, N_OP, N_SELECT, N_REDUCE, N_DETACH, N_CALL, N_LIBRARY /* a function of the library */, N_ARGUMENT, N_TRAINING, N_REAL /* real(integer) */,
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

/* The functions of the library, and those of the language that can stand in their places. */
#define LIBRARY(FUNCTION) \
    FUNCTION(relu) FUNCTION(leaky_relu) FUNCTION(elu) FUNCTION(selu) FUNCTION(gelu) FUNCTION(silu) FUNCTION(swish) FUNCTION(mish) FUNCTION(softsign) \
    FUNCTION(hard_sigmoid) FUNCTION(hard_swish) FUNCTION(relu6) FUNCTION(tanh) FUNCTION(sigmoid) FUNCTION(softplus)

typedef enum function_kind {
#define FUNCTION(name) LF_##name,
    LIBRARY(FUNCTION)
#undef FUNCTION
    LIBRARY_FUNCTIONS
} function_kind;

extern const char *const library_function_name[LIBRARY_FUNCTIONS];

typedef struct function function;

typedef struct node {
    node_kind kind;
    double number;             /* N_NUMBER, and N_INT, N_TIMES, N_QUOTIENT, N_REMAINDER: the constant */
    operation op;              /* N_OP */
    function_kind library;     /* N_LIBRARY */
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

/* The library's stages and costs, and two blocks that the model defines (print.c), as STAGE(name, arguments, results). */
#define STAGES(STAGE) \
    STAGE(linear, 1, 1) STAGE(bilinear, 2, 1) STAGE(embedding, 1, 1) STAGE(nearest, 1, 1) STAGE(transpose, 1, 1) STAGE(conv1d, 1, 1) STAGE(conv2d, 1, 1) \
    STAGE(depthwise2d, 1, 1) STAGE(conv_transpose2d, 1, 1) STAGE(maxpool1d, 1, 1) STAGE(maxpool2d, 1, 1) STAGE(avgpool1d, 1, 1) STAGE(avgpool2d, 1, 1) \
    STAGE(upsample2d, 1, 1) STAGE(global_avgpool, 1, 1) STAGE(layernorm, 1, 1) STAGE(rmsnorm, 1, 1) STAGE(groupnorm, 1, 1) STAGE(batchnorm, 1, 1) \
    STAGE(dropout, 1, 1) STAGE(softmax, 1, 1) STAGE(log_softmax, 1, 1) STAGE(attention, 3, 1) STAGE(multihead, 1, 1) STAGE(rnn_cell, 2, 1) STAGE(gru_cell, 2, 1) \
    STAGE(lstm_cell, 3, 2) STAGE(mse, 2, 1) STAGE(squared_error, 2, 1) STAGE(mae, 2, 1) STAGE(huber, 2, 1) STAGE(cross_entropy, 2, 1) \
    STAGE(bce_with_logits, 2, 1) STAGE(nll, 2, 1) STAGE(hinge, 2, 1) STAGE(kl, 2, 1) STAGE(cosine, 2, 1) STAGE(contrastive, 3, 1) STAGE(triplet, 3, 1) \
    STAGE(pick, 2, 1) STAGE(gated, 1, 2)

typedef enum stage_kind {
#define STAGE(name, arguments, results) L_##name,
    STAGES(STAGE)
#undef STAGE
    STAGE_COUNT
} stage_kind;

extern const struct stage_info {
    const char *name;
    int arguments, results;
} stage_table[STAGE_COUNT];

/* How one is called. Its parameters and states are values of the model; the first two of `param` may be all that there are, or none. */
typedef struct stage_use {
    stage_kind kind;
    const value *from[3];
    value *param[4], *state[2], *second; /* second: the second result */
    int m, m_step;             /* of a repeat's turn l: m + m_step * l, and no m_step */
    int k, kw, stride, pad, dilation, groups, out_pad, causal; /* k: also the factor and gated's function, groups: also mult and heads */
    bool bias;
    double number;             /* p, smoothing, margin */
    node *draw;                /* dropout's */
    enum { NAMED /* stage m = …; m(x) */, AGAIN /* m(x) */, FRESH /* linear[4](x) */, WIRED /* x -> linear[4] */ } style;
    const char *name;          /* NAMED, AGAIN */
} stage_use;

typedef enum statement_kind {
    S_EQUATION, S_RESHAPE, S_CONCAT, S_GRADIENT, S_JACOBIAN, S_STAGE, S_SCAN, S_REPEAT, S_COLLECT, S_UPDATE, S_OUTPUT, S_COST, STATEMENT_KINDS
} statement_kind;

typedef enum statement_form { F_PLAIN, F_WHOLE /* without subscripts */, F_WIRED /* v -> relu */, F_BLOCK /* in a block of its own */, F_SLICE /* the first subscripts alone */ } statement_form;

typedef struct statement {
    statement_kind kind;
    statement_form form;
    value *out;
    index *free[MOST_DIMS];    /* S_EQUATION: as many as out's rank; S_COLLECT: without the turn */
    node *body;
    const value *from[3];
    int froms;
    stage_use *use;            /* S_STAGE */
    int axis;                  /* S_CONCAT */
    bool flatten;              /* S_RESHAPE to rank 1 */
    index *turn;               /* S_SCAN, S_REPEAT, S_COLLECT */
    value *carry[2];
    bool shaped[2];            /* S_REPEAT: the carry's shape is declared */
    node *first[2];            /* what the carries begin with: whole-tensor expressions */
    int carries;
    struct statement *inner;   /* the loop's body; a repeat's is what is printed */
    value *own[96];            /* S_REPEAT: the parameters that its body declares */
    int own_count;
    struct statement *expanded; /* S_REPEAT: what is evaluated: all turns, one after the other */
    const char *name;          /* S_COST; NULL: the unnamed one */
    const value *trains[16];   /* S_COST … over; none: all */
    int train_count;
    struct statement *next;
} statement;

typedef struct model {
    value *values[MOST_VALUES];
    int value_count;
    function *functions[32];
    int function_count;
    statement *first;
    int batch;                 /* most samples of a call */
    int samples[2];            /* of the two calls that are checked */
    int draws;                 /* places where noise is drawn */
    int instances[STAGE_COUNT]; /* FRESH and WIRED uses so far */
    bool coupled;
    bool stateful, stream;     /* has states; one of them depends on the sample */
    int derivatives;           /* statements that are derivatives as values */
    bool apart;                /* definitions stand in a file of their own, which the model imports */
    const double *defined;     /* a number that the text calls E and the command line gives; NULL: none */
} model;

/* model.c */
void *fresh(size_t size);                                   /* zeros */
const char *text(const char *format, ...);
const value *input_of(const model *m, int i);
void each_node(const node *n, void (*f)(const node *, void *), void *context);
void each_statement(const statement *s, void (*f)(const statement *, void *), void *context);
bool reads(const node *n, const value *v);
bool trained_by(const statement *cost, const value *param);
statement **append(statement **end, statement *s);         /* a list, or NULL; where the next one goes */

/* choose.c: all that a model depends on is a list of choices, of which 0 is the simplest. */
void choices_random(uint64_t seed);
void choices_replay(const int *choice, int count);
int choose(int n);                                          /* 0 … n-1 */
int choose_in_turn(int n);                                  /* of random choices: by the seed, so that seeds in a row choose all */
bool chance(int percent);
const int *choices_taken(int *count);
uint64_t random_bits(uint64_t *state);

model *generate(void);

/* print.c */
void print_model(const model *m, const char *definitions, FILE *out); /* definitions: the name of the file of those that stand apart */
void print_definitions(const model *m, FILE *out);
const char *model_options(const model *m);                  /* what nnc has to be told */
void print_whole(const model *m, FILE *out);                /* all of it, for a reader */

#endif
