/* build.h: making nodes of the loop tree, and what all forms of loops ask about an equation. Private to loops/. */
#ifndef NNC_BUILD_H
#define NNC_BUILD_H

#include "loops.h"

/* One equation on its way to loops. */
typedef struct lowering {
    const plan *p;
    const routine_plan *r;
    const equation *e, *next;      /* next: the epilogue, or NULL */
    uint32_t merged;               /* bit p: position p stands for two (reshape.c), and all along it is contiguous */
    uint32_t gone;                 /* bit p: position p went into a merged one */
    bool merged_target;            /* the target, too, is contiguous along it */
    expr *split[MAX_INDEX];        /* what the positions are that became one; NULL: themselves */
    bool stateful;                 /* for tile.c's search */
    bool straight;                 /* it will be unrolled: no runs */
    int locals;                    /* counted to name them */
    decision *wanted;              /* by hand (byhand.h), or NULL */
} lowering;

typedef struct conditions {
    expr_list all;
} conditions;

/* ---- nodes, appended to a list ---- */
node *new_node(node_list *list, node_kind kind);
node *new_loop(node_list *list, const equation *e, int position);
node *store(node_list *list, tensor *t, expr *const *subs, assignment assign, expr *value);
node *add_to(node_list *list, tensor *t, expr *const *subs, expr *value);
/* What is done with the accumulated value: stored, or handed to the epilogue. */
node *finish(lowering *l, node_list *list, expr *value);

tensor *local(lowering *l, const char *name, int64_t run);  /* run 0: a scalar */
expr *local_read(tensor *t, expr *at);
expr **identity(const tensor *t);                           /* subscripts 0, 1, 2 ... */

/* The free positions in the order in which the target lies in memory, without `skip`; how many. */
int memory_order(const lowering *l, const equation *e, const tensor *target, int skip, int order[]);
bool in_memory(const lowering *l, const tensor *t);
/* Does e add one term to each element, in the order of its loops: out[i, j] += body? */
bool adds_to_each(const equation *e);

/* ---- conditions of a sum ---- */

/* The body without the conditions that loops can take over; only sums may skip terms. */
expr *take_conditions(const equation *e, conditions *c);
/* The innermost of the loops order[0 ... n-1] that the expression needs; -1: none. */
int depth_of(const expr *c, const int order[], int n);
/* Attaches every condition whose deepest loop is order[depth] to this loop; what bounds nothing becomes an `if` in it. */
node_list *attach(node *loop, const conditions *c, const int order[], int n, int depth);

/* The body where all that it is summed or searched over begins. */
expr *first_term(const equation *e, expr *body);

/* How all reads of an expression depend on a position. */
typedef enum run_kind {
    RUN_NONE,          /* some read strides, or gathers */
    RUN_UNREAD,        /* none depends on it */
    RUN_CONTIGUOUS     /* those that do lie contiguous along it */
} run_kind;
/* How far apart the elements are that a read finds at two neighbouring positions; 1 along merged ones. */
int64_t stride_along(const lowering *l, const expr *read, int position);
run_kind run_of(const lowering *l, expr *body, int position);

#endif
