/* print.h: what the parts of the printer share. */
#ifndef RANDOM_PRINT_H
#define RANDOM_PRINT_H

#include "model.h"

#define DEFINED "E"            /* the name of a number that the command line gives */

extern struct printing {
    bool in_block;             /* the path of a stage's parameter is an argument's name */
    const double *defined;     /* the model's */
} printing;

/* print_expression.c */
void print_number(FILE *out, double x);
void print_name(FILE *out, const value *v);
void print_index(FILE *out, const index *i, const node *body, bool declared);
void print_subscripts(FILE *out, const node *n, int count); /* the first `count` of them */
void print_node(FILE *out, const node *n);
void print_shape(FILE *out, const value *v);

/* print_stage.c */
void print_stage(FILE *out, const statement *s, const index *turn, int depth);

#endif
