/* order.h: the graph of who reads whom, as order.c and absorb.c see it. Private to routine/. */
#ifndef NNC_ORDER_H
#define NNC_ORDER_H

#include "passes.h"

typedef VEC(int) int_list;
typedef VEC(int_list) list_of_lists;

typedef struct vertex {
    equation *e;
    VEC(expr *) reads;
    int_list needs;                /* vertices that come before it, or are in its component */
    int index, low, component;     /* Tarjan's */
    bool among, on_stack, placed;
} vertex;

typedef struct ordering {
    const graph *g;
    routine *r;
    vertex *v;                     /* one for each equation, in the list's order: ties keep it */
    int_list *producers, *readers; /* by tensor id */
    thrift thrift;
    bool absorbs;                  /* what maps make of a turn's values joins it, whatever the thrift: those are still in the cache */
    int_list stack;
    int visited, components;
    equation_list out;
} ordering;

/* The turn: the dimension along which a component recurs. */
typedef struct timing {
    int *dimension;                /* by tensor id: the dimension that counts turns; -1: not known, or a sum over turns */
    bool *inside;                  /* by tensor id: computed in the component */
    int64_t sign;                  /* of the differences: -1 one turn back, 1 ahead, 0 not known */
    int elsewhere;                 /* reads of other turns */
} timing;

/* Which turn of the time position the subscript names: 0 this one, else the difference; false: none. */
bool order_turn(const expr *sub, int position, int64_t *difference);
/* Changed in place, at the end: what reads it means what it was before. */
bool order_is_stored(const tensor *t);
bool order_needs_itself(const vertex *v, int n);
/* The dimension of what e computes that its position counts; -1: none does. */
int order_dimension(const equation *e, int position);
/* The position of v's equation that counts turns, told by what it reads or writes; -1: not known yet; -2: they disagree. */
int order_position(const timing *t, const vertex *v);
/* What counts the turns of a component; false: nothing does. */
bool order_timing(const ordering *o, timing *t, const int_list *among);
/* Spreads what is known of the turns along the reads of the equations; false where that contradicts itself, leaves some unknown, or they
   have not as many turns. */
bool order_spread(const ordering *o, timing *t, const int_list *among);
/* The members of v's component, in the list's order. */
int_list order_component(const ordering *o, const int_list *among, const vertex *v);

/* absorb.c: what feeds a recurrence alone, and what is fed by it turn for turn, joins it. */
void order_absorb(ordering *o, const int_list *among);

#endif
