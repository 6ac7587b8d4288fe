/* interpret.h: what a model computes, from its tree. */
#ifndef RANDOM_INTERPRET_H
#define RANDOM_INTERPRET_H

#include "number.h"

enum { MOST_SEEDS = 3 };

/* One evaluation for some samples. data[id] holds the numbers of inputs and targets, [samples][size], of parameters and states, [size];
 * along[id], where not NULL, is the direction in which a parameter moves: with size 2 every number is then a + (its derivative) e. */
typedef struct run {
    const model *m;
    int samples, size;
    bool training;
    uint64_t first_sample;     /* samples drawn for since the reset */
    const double *const *data;
    const double *const *along;
    /* results */
    number *at[MOST_VALUES];           /* by id: [samples][size]; NULL: not computed */
    number *next[MOST_VALUES];         /* the new values of states, for the first sample */
    number *cost[8];           /* in order of the costs: [samples] */
    /* the interpreter's own */
    int sample;
    struct derivative_seed {
        const value *x;
        int element, bit;      /* x[element] has an e of its own: the number's coefficient `bit` is 1 */
    } seeds[MOST_SEEDS];
    int seed_count;
    const statement *until;    /* NULL: to the end */
    int until_turn;            /* `until` stands in a scan: in which turn */
    number *const *given;      /* … and the carries that this turn begins with, of half the size */
    number *before[2];         /* the carries that the current turn began with, where its body has derivatives */
    bool stopped;
    const struct run *parent;  /* the run that this one is a derivative in: what x does not move is copied from there */
    bool moved[MOST_VALUES];   /* by id: depends on the x of the last of `seeds` */
} run;

void interpret(run *r);
void run_free(run *r);
uint64_t noise_seed(void);     /* what states are reset with */

#endif
