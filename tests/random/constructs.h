/* constructs.h: which constructs of the language a model has. */
#ifndef RANDOM_CONSTRUCTS_H
#define RANDOM_CONSTRUCTS_H

#include "model.h"

enum { MOST_CONSTRUCTS = 280 };

typedef struct construct_count {
    const char *name[MOST_CONSTRUCTS];
    int models[MOST_CONSTRUCTS];       /* how many have it */
    int count;
} construct_count;

void count_constructs(const model *m, construct_count *c);

/* Prints the table; how many constructs stand in fewer models than `least`. */
int print_constructs(const construct_count *c, int least);

#endif
