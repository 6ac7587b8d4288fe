/* build.h: what the generator's parts share: the equation that is being made, and the subscripts that fit into it. */
#ifndef RANDOM_BUILD_H
#define RANDOM_BUILD_H

#include "model.h"

typedef enum making { MAKE_NONE, MAKE_FREE, MAKE_BOUND } making;

typedef struct builder {
    model *m;
    value *seen[200];          /* what can be read here */
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
    int scans;                 /* how many loops are around */
    index *turn[3];
    struct statement *repeat;  /* the one around */
    value *own[96];            /* what its body's parameters and states stand for */
    int own_count;
    const value *wanted[24]; /* what costs have to depend on */
    int wanted_count;
    statement *stages[16];     /* NAMED stages that can be applied again */
    int stage_count, named;    /* NAMED stages so far */
} builder;

/* build.c */
node *new_node(node_kind kind);
node *number_node(double x);
node *op1(operation op, node *a);
node *op2(operation op, node *a, node *b);
node *select_of(node *c, node *a, node *b);
node *whole(const value *v);
node *library_of(function_kind which, node *e);
node *index_node(index *i);
node *integer_node(node_kind kind, node *a, node *b, int number);
node *shifted(node *a, int c);                 /* a + c */
node *scaled(node *a, int c);                  /* c * a */
value *new_value(builder *b, value_kind kind, int rank, const int *dims, int classes);
index *new_index(builder *b, int extent);      /* named and counted; where it stands is told by b->make; NULL: too dear, or too many */
int some_extent(int most);                     /* 1 … most */
bool taints(const node *n, value *v);          /* v gets what n's values hand on; is anything but constants read? */
node *subscript(builder *b, int extent);       /* within 0 … extent-1 */
node *subscript_of_turn(index *turn, int extent);
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
node *positive(node *e);                       /* a function of e that is at least a half */
enum { ALGEBRA = 36, SMOOTH = 22 };
node *smooth_of(int which, node *e);
node *algebra_of(int which, node *e, node *f, node *c); /* what simplification has a rule for, of two reals and a condition */

/* statements.c, scan.c; NULL: nothing fits here */
statement *some_statement(builder *b);
statement *equation_for(builder *b, value *out); /* an equation for a value whose shape is given */
statement *collect_statement(builder *b, const value *of);
statement *scalar_equation(builder *b, const value *of);
statement *derivative_statement(builder *b);
statement *slice_statement(builder *b, const value *v);
statement *scan_statement(builder *b, stage_kind cell); /* STAGE_COUNT: none */
node *first_value(builder *b, const value *carry);
void leave_loop(builder *b, const statement *s, int outside); /* forgets what its body made; a scan's results can be read then */
const value *last_real(const builder *b, int outside);

/* patterns.c, patterns_….c: statements for one rule of derivation each */
int pattern_count(void);
statement *pattern_statements(builder *b, int which); /* whose results are `wanted` by a cost */

/* repeat.c */
statement *repeat_statement(builder *b);

/* stages.c: calls of the library's stages */
statement *stage_statement(builder *b, stage_kind kind); /* with what it takes first, where that is made for it */
statement *stage_again(builder *b);            /* one applied before, to something else */
statement *cell_statement(builder *b, stage_kind kind, value *h, value *c, const value *x);
statement *use_statement(builder *b, stage_use *u); /* from and options are set */
int stage_shape(const stage_use *u, int dims[MOST_DIMS]);
void stage_params(builder *b, stage_use *u);   /* makes them, named by u->name */

#endif
