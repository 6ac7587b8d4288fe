/* build.h: what the generator's parts share: the equation that is being made, and the subscripts that fit into it. */
#ifndef RANDOM_BUILD_H
#define RANDOM_BUILD_H

#include "model.h"

typedef enum making { MAKE_NONE, MAKE_FREE, MAKE_BOUND } making;

typedef struct builder {
    model *m;
    value *seen[128];          /* what can be read here */
    int seen_count;
    index *indices[MOST_INDICES]; /* what can stand in subscripts here */
    int index_count;
    making make;               /* what a subscript may bring along: a free index, or one of `reduction` */
    node *reduction;
    index *free[MOST_DIMS];
    int free_count;
    long turns, work;          /* elements that one equation may cost, and what its indices cost so far */
    int letters;               /* index names that are taken */
    int arity;                 /* within a function: of how many arguments */
    const value *whole;        /* in a whole-tensor equation: a value of its shape */
    bool targets;              /* may targets be read? */
    bool constant;             /* neither samples nor turns may matter: for initial values and states */
    int scans;                 /* how many are around */
    index *turn[2];
} builder;

/* build.c */
node *new_node(node_kind kind);
node *number_node(double x);
node *op1(operation op, node *a);
node *op2(operation op, node *a, node *b);
node *index_node(index *i);
value *new_value(builder *b, value_kind kind, int rank, const int *dims, int classes);
index *new_index(builder *b, int extent);      /* named and counted; where it stands is told by b->make; NULL: too dear, or too many */
int some_extent(int most);                     /* 1 … most */
bool taints(const node *n, value *v);          /* v gets what n's values hand on; is anything but constants read? */
node *subscript(builder *b, int extent);       /* within 0 … extent-1 */
node *element_of(builder *b, const value *v);
node *padded_element(builder *b, const value *v);
node *parameter_over(builder *b);              /* a new parameter over some of the indices */
const value *some_real(builder *b);            /* NULL: none */
void open_reduction(builder *b, reduction kind);
node *close_reduction(builder *b, node *body, making before, node *outer);
double some_number(void);

/* expression.c */
node *expression(builder *b, int fuel);
node *smooth(node *e);                         /* a function of e that is bounded or grows slowly */
node *condition(builder *b, int fuel);

/* statements.c, scan.c; NULL: nothing fits here */
statement *some_statement(builder *b);
statement *equation_for(builder *b, value *out); /* an equation for a value whose shape is given */
statement *collect_statement(builder *b, const value *of);
statement *scalar_equation(builder *b, const value *of);
statement *derivative_statement(builder *b);
statement *scan_statement(builder *b);

#endif
