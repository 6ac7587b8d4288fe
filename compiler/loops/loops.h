/* loops.h: the loop tree: what stands between equations and the text of the C.
 *
 * Built by lower.c, which makes every choice; printed by emit/, which makes none. Expressions are those of the equations, over
 * the same index positions; a position is a loop variable. Locals are tensors without a place (id -1) of rank 0 or 1. */
#ifndef NNC_LOOPS_H
#define NNC_LOOPS_H

#include "../plan/plan.h"

typedef enum node_kind {
    NODE_BLOCK,        /* body, under a comment */
    NODE_LOOP,         /* for position from the largest of lows to below the smallest of highs */
    NODE_LOCAL,        /* target = value as a new variable; value NULL: an array, not initialised */
    NODE_STORE,        /* target[subs] assign value */
    NODE_IF            /* if (value) body */
} node_kind;

typedef enum assignment { ASSIGN_SET, ASSIGN_ADD, ASSIGN_MUL, ASSIGN_SUB } assignment;

typedef struct node node;
typedef VEC(node *) node_list;
struct node {
    node_kind kind;
    const char *comment;       /* NODE_BLOCK */
    int position;              /* NODE_LOOP */
    int64_t extent, step;
    bool tail;                 /* the rest of a loop whose steps are `step` long */
    bool backward;             /* from the last to the first */
    VEC(expr *) lows, highs;   /* further bounds: position >= low, position <= high (INT) */
    tensor *target;
    expr **subs;
    expr *value;
    bool constant;             /* NODE_LOCAL: never assigned again */
    assignment assign;
    node_list body;
    const equation *names;     /* NODE_BLOCK: whose index names the loops bear */
};

typedef struct loop_function {
    const routine_plan *plan;
    node_list body;
} loop_function;

/* The loops that compute one routine. */
loop_function *loops_build(const plan *p, const routine_plan *r);

#endif
