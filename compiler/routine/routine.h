/* routine.h: the functions that the generated C will have, each with the equations that it needs and no others.
 *
 * Built from the graph and the derivation; `training` is a number here; then simplified, shared, pruned, and (above -O0)
 * elementwise values inlined into their readers. From here on a tensor belongs to a routine: another routine may inline
 * what this one stores. */
#ifndef NNC_ROUTINE_H
#define NNC_ROUTINE_H

#include "../graph/graph.h"

typedef enum routine_kind { ROUTINE_FORWARD, ROUTINE_COST, ROUTINE_GRAD, ROUTINE_SGD } routine_kind;

/* How much time is given for memory. */
typedef enum thrift {
    THRIFT_NONE,                /* what can be computed for all turns of a scan at once is */
    THRIFT_TURNS,               /* what then needs one turn's memory is computed a turn at a time */
    THRIFT_RECOMPUTE,           /* and what the backward turns need of a forward turn is computed again: recompute.c */
    THRIFT_COUNT
} thrift;

typedef enum opt_level { LEVEL_O0, LEVEL_OS, LEVEL_O2 } opt_level;

/* Equations first … first + count - 1, run together for each turn. Recurrences nest. */
typedef struct recurrence {
    int first, count;
    int parent;                 /* the one around it; -1: none */
    int64_t extent;             /* turns */
    bool backward;              /* from the last turn to the first */
} recurrence;

/* Equations first … first + count - 1, run together for so many samples at a time (plan/samples.c). */
typedef struct sample_block {
    int first, count, samples;
} sample_block;

typedef struct routine {
    routine_kind kind;
    int cost;                   /* index in graph.costs; -1 for FORWARD */
    equation_list equations;    /* in order of evaluation */
    VEC(recurrence *) recurrences; /* outer ones before inner ones */
    VEC(sample_block) sample_blocks;
    tensor *value;              /* COST, GRAD, SGD: the scalar to be averaged over the batch and returned; it lies in the work */
    tensor_list outputs;        /* FORWARD: as graph.outputs */
    tensor **gradient;          /* GRAD: for each graph.params the gradient, or NULL: zero. The emitted code writes them into g.
                                   SGD: all NULL; the equations end with those that accumulate -rate * gradient into the
                                   parameters themselves, after every read of them */
} routine;

/* All routines that the model has: forward (if it has outputs), then for each cost cost, grad, sgd (unless inference). */
typedef VEC(routine *) routine_list;
typedef struct routine_options {
    opt_level level;
    bool inference;
    thrift thrift;
    int batch;                  /* most samples in one call */
    bool check_finite;          /* every named value is kept, to be looked at */
} routine_options;
/* Will any of them change the state? */
bool routines_update(const graph *g, const tensor *state, bool inference);
void routines_build(graph *g, routine_options o, routine_list *out);

void routine_print(const graph *g, const routine *r, text *out);   /* --emit grad */
const char *routine_name(const graph *g, const routine *r);        /* "forward", "grad", "NAME_sgd" … */
/* For each graph.params: is its gradient for cost c untrustworthy for differences (user's detach or derivative on the way)? */
void routine_custom_params(const graph *g, int cost, bool *custom);

#endif
