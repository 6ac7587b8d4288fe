/* graph.h: the model as tensors and equations; what elaboration makes, derivation extends, and routines are built from.
 *
 * An equation defines one tensor, for all index values:
 *
 *     out[i0 … i(free-1)] = REDUCE over [i(free) … i(free+bound-1)] of body          (subs NULL)
 *     out[subs…]         += body, for all i0 … i(free-1)                              (accumulate)
 *
 * The body is free of reductions: nested ones are equations of their own. The batch is one more index: a tensor that
 * depends on the sample has it as dimension 0, with extent EXTENT_BATCH. No name of a layer is left.
 *
 * A recurrence, which a scan makes, is equations that read each other one turn back (h[b, t - 1, …]; its reverse, one turn ahead): such a read may
 * stand before the equation of what it reads. routine/order.c finds what has to be run in turn.
 *
 * Invariants (graph_verify): every tensor is otherwise defined before it is read; positions used by the body are below free + bound;
 * every read that is not under a condition is within its tensor for all index values; out->dims equal the free extents;
 * a tensor has one defining equation, followed by none or more that accumulate, all before its first read. */
#ifndef NNC_GRAPH_H
#define NNC_GRAPH_H

#include "../support/diag.h"
#include "expr.h"

enum { MAX_RANK = 20 };

typedef enum tensor_kind {
    TENSOR_INPUT, TENSOR_TARGET, TENSOR_PARAM, TENSOR_STATE,
    TENSOR_CONST,      /* values known to the compiler */
    TENSOR_VALUE,      /* computed by an equation */
    TENSOR_GRADIENT    /* computed by a derived equation: of `of` */
} tensor_kind;

typedef enum init_kind { INIT_VALUE, INIT_UNIFORM, INIT_NORMAL, INIT_EXPRESSION } init_kind;

typedef struct tensor {
    int id;                    /* creation order over the whole graph */
    tensor_kind kind;
    const char *name;          /* as the user would write it: "s1", "m0.w", "residual1.linear2.w"; NULL: made by the compiler */
    const char *label;         /* never NULL: the name, or one made for dumps and C ("t12", "d_s1") */
    span at;                   /* where it is declared or computed, in the user's file where possible */
    const char *stage;         /* the path of the stage or block instance it belongs to; "" at the top */
    bool named;                /* a value the user named at the top level */
    bool own;                  /* a value the user named, in a block too, or the gradient of one: has a field of its own at -O0 */
    bool batched;              /* dims[0] is EXTENT_BATCH */
    uint32_t turns;            /* while elaborating: bit d: a dimension, behind the batch's, for the turns of the d-th scan around it */
    int rank;                  /* the batch included */
    int64_t dims[MAX_RANK];
    int64_t classes;           /* 0: reals; else integers 0 … classes-1 */
    const double *values;      /* TENSOR_CONST: row-major; NULL elsewhere. Baked parameters become constants */
    init_kind init;            /* TENSOR_PARAM, TENSOR_STATE */
    double init_a, init_b;
    expr *init_value;          /* INIT_EXPRESSION: over the tensor's own index positions, reading constants only */
    bool frozen;
    struct tensor *of;         /* TENSOR_GRADIENT */
    bool of_vectors;           /* a local of loops/: an array of vectors */
    const struct tensor *within; /* TENSOR_VALUE: it holds the elements of this one, with zeros around (plan/pad.c); else NULL */
    struct tensor *copied;     /* TENSOR_VALUE: the parameter whose numbers it holds in another order, or with zeros around; else NULL */
} tensor;

typedef enum reduction { RED_NONE, RED_SUM, RED_PROD, RED_MAX, RED_MIN, RED_ARGMAX, RED_ARGMIN } reduction;

typedef enum equation_kind {
    EQ_COMPUTE,
    EQ_RESHAPE                 /* out holds the elements of `source` in the same row-major order (each sample's, if batched); body NULL */
} equation_kind;

/* An equation that is run in turn: the recurrence (a number in the routine's list), the position that counts its turns, and that
 * position's dimension of the result. */
enum { MAX_TURNS = 4 };
typedef struct run_in_turn {
    int recurrence, position, dimension;
} run_in_turn;

typedef struct equation {
    equation_kind kind;
    tensor *out;
    tensor *source;            /* EQ_RESHAPE */
    reduction reduction;       /* RED_ARGMAX, RED_ARGMIN give the row-major position over the bound indices */
    int free, bound;
    int64_t extent[MAX_INDEX]; /* of positions 0 … free+bound-1 */
    const char *index_name[MAX_INDEX]; /* the user's, for dumps and C; may be NULL */
    expr *body;                /* REAL, or INT where out->classes > 0 and the reduction is RED_NONE */
    bool accumulate;
    expr **subs;               /* accumulate: out->rank X_AFF subscripts over the free positions; else NULL, but where only a part of out is computed:
                                  plan/pad.c, loops/pieces.c */
    int turns;                 /* set by routine/order.c: the recurrences around it, outermost first */
    run_in_turn turn[MAX_TURNS];
    uint64_t madds;            /* multiply-adds a sample where plan/route.c left out those with 0; else 0: they are counted from the extents */
    span at;                   /* the source line it stems from */
    const char *note;          /* why it is there, for comments: NULL, or "dC/ds1", "argmax of …" */
} equation;

typedef VEC(tensor *) tensor_list;
typedef VEC(equation *) equation_list;

typedef struct graph_output {
    const char *name;
    tensor *value;
    span at;
} graph_output;

typedef struct train_settings { /* a train block; texts as the training program's command line writes them, NULL or 0: unsaid */
    const char *optimizer, *schedule;
    int batch, epochs, every;
    span at;
} train_settings;

typedef struct graph_cost {
    const char *name;          /* NULL: the unnamed cost */
    tensor *value;             /* a scalar, per sample (dims = {batch}) or one for all (rank 0): its average over the batch is descended */
    bool *trains;              /* for each entry of graph.params: may this cost move it (`over`, freeze)? */
    train_settings train;
    span at;
} graph_cost;

typedef struct graph_update {  /* at the end of a call: state = value */
    tensor *state, *value;     /* a value of a sample (a stream's) or one for all */
    span at;
} graph_update;

typedef struct graph {
    const char *name;          /* of the model */
    const source *source;      /* the model's own file */
    tensor_list inputs, targets, params, states;
    tensor_list tensors;       /* all, in creation order */
    equation_list equations;   /* forward, in order of evaluation */
    VEC(graph_output) outputs;
    VEC(graph_cost) costs;
    VEC(graph_update) updates;
    bool stream;               /* an update depends on the sample: one sample a call */
} graph;

tensor *graph_tensor(graph *g, tensor_kind kind, const char *name, int rank, const int64_t dims[], int64_t classes, span at);
int64_t tensor_size(const tensor *t);   /* elements of one sample */

/* A new equation that is put at the end of `list`; the caller fills in what differs from: EQ_COMPUTE, RED_NONE,
 * free = out->rank with its dims, no bound. */
equation *equation_new(equation_list *list, tensor *out, expr *body, span at);
/* The tensor that an equation of the list, with the same extents, reduction and body, defines already; else NULL. */
tensor *equation_find(const equation_list *list, const equation *like);

/* Names for the positions that have none: b for the batch, then i, j, k …, none twice. */
void equation_name_indices(equation *e);

void equation_print(const equation *e, text *out);
void graph_print(const graph *g, text *out);           /* --emit graph */

/* The stage to which an equation belongs: that of a parameter it reads, of what it computes, or of what it is the gradient of; "" at the top. */
const char *equation_stage(const equation *e);
void origin_print(const graph *g, const char *stage, span at, text *out);  /* "m0, line 11" */
/* Stage, line and formula; that of `next` too (or NULL), which alone reads e and is computed with it. */
const char *equation_comment(const graph *g, const equation *e, const equation *next);

/* Names what the compiler made, in this list, after what it is for: "s1.sum", "tanh1"; no two alike (label.c). */
void label_equations(graph *g, const equation_list *list);
expr *identity_read(tensor *t); /* t[i, j, …], its dimensions being the loops 0, 1, … */
/* Are all reads of e inside their tensors, wherever loops of these extents go? Conditions within e keep what stands behind them inside, as far as they
 * are about indices and it shows; what stood around e does not count (bounds.c). */
bool reads_inside(expr *e, const int64_t extent[]);
/* bug()s where an invariant is broken. `defined` may name tensors that come from elsewhere; NULL: none. */
void graph_verify(const graph *g, const equation_list *list);

extern const char *const reduction_text[];

double equation_turns(const equation *e);                 /* of all its loops, for one sample */
bool reduces_batch(const equation *e);                    /* is the batch among its bound indices? */
bool equation_is_turn(const equation *e, int position);   /* counts the turns of a recurrence around it */

#endif
