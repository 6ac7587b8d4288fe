/* schedule.h: choices that the user makes by hand (--schedule FILE), instead of the scheduler. `--emit plan` ends with those that were made, in this form:
 *
 *     # a comment
 *     m0.w: memory 2 1                             the order of its dimensions in memory, the last one fastest
 *     s1.sum: stored                               in memory, not computed within the loops of what reads it
 *     sgd d_m0.w: vectors i rows j bytes 32        how the loops run that compute it, in this routine (without a name: in all)
 *
 * Of several lines for the same, the last one counts. What can't be done is an error at its line, as is a line that is about nothing. */
#ifndef NNC_SCHEDULE_H
#define NNC_SCHEDULE_H

#include "../graph/graph.h"

typedef enum loop_form {
    FORM_PLAIN,        /* loops over single elements */
    FORM_STRAIGHT,     /* no loops: written out */
    FORM_EXTREMUM,     /* the largest or smallest of few, in vectors */
    FORM_VECTORS,      /* vectors along a free index, in tiles of rows */
    FORM_DOT,          /* vectors along the sum, in tiles of rows and columns */
    FORM_COUNT
} loop_form;

/* One line. Indices by their names, as in the plan's formulas; NULL: the scheduler's choice; "none". */
typedef struct decision {
    span at, tensor_at;
    const char *routine, *tensor;  /* routine NULL: all */
    int number;                    /* which of several loops that compute the tensor, from 1; 0: all */
    enum { DECIDE_MEMORY, DECIDE_STORED, DECIDE_LOOPS } kind;
    loop_form form;
    const char *run, *rows, *columns, *single;
    int bytes, wide;               /* of a vector; vectors in a tile of one row; 0: the scheduler's choice */
    int order[MAX_RANK], rank;
    bool found, done;              /* there is such a tensor; it could be done */
    const char *why;               /* it could not */
} decision;

typedef struct schedule {
    VEC(decision *) lines;
} schedule;

const char *form_name(loop_form form);
/* NULL after errors, which were reported. */
schedule *schedule_read(const char *path);
/* The line that says how the loops number `number` that compute a tensor run, or NULL; it is found then. s may be NULL. */
decision *schedule_loops(const schedule *s, const char *routine, const char *name, int number);
decision *schedule_stored(const schedule *s, const char *routine, const char *name);
decision *schedule_memory(const schedule *s, const char *name);
/* Reports the lines that were about nothing, or could not be followed. */
void schedule_check(const schedule *s);

#endif
