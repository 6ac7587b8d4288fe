/* small_world.h: a small world for tests of expressions: reals x, y, z, a vector of indices k, positions 0 … 3. */
#ifndef SMALL_WORLD_H
#define SMALL_WORLD_H

#include "evaluate.h"

static const int64_t extents[MAX_INDEX] = {5, 3, 8, 1};
static graph world;
static tensor *real[3], *classes_of;

static void make_world(void)
{
    static const char *const names[] = {"x", "y", "z"};
    for (int i = 0; i < 3; i++)
        real[i] = graph_tensor(&world, TENSOR_INPUT, names[i], 0, NULL, 0, (span){0});
    for (int i = 0; i < 3; i++) /* sums and products have their operands by age */
        expr_read(real[i], NULL);
    classes_of = graph_tensor(&world, TENSOR_INPUT, "k", 1, (int64_t[]){5}, 7, (span){0});
}

static expr *read_of(int i)
{
    return expr_read(real[i], NULL);
}

static const char *shown(expr *e)
{
    text t = {0};
    expr_print(e, NULL, &t);
    return t.data;
}

#endif
