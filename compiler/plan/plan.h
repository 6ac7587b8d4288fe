/* plan.h: where every tensor lies: arguments, parameter struct, work, constants.
 *
 * The layout of parameters is one for the whole model (all routines agree); the work is planned for each routine by
 * lifetime, and is as large as the largest needs. Decides nothing about loops. */
#ifndef NNC_PLAN_H
#define NNC_PLAN_H

#include "../routine/routine.h"

typedef enum storage {
    STORE_NONE,        /* not in this routine */
    STORE_ARGUMENT,    /* an input, target or output array of the caller: [n][shape], row-major */
    STORE_PARAMS,      /* in p */
    STORE_GRADIENT,    /* in g: same places as the parameter `of` */
    STORE_STATE,
    STORE_CONSTANT,    /* a static const array */
    STORE_WORK         /* in k */
} storage;

/* Where a tensor's elements lie: element (i0 … ir-1) at offset + sum i_d * stride[d], counted in elements of its type.
 * A batched tensor has the stride of the batch in stride[0]. */
typedef struct place {
    storage store;
    int64_t offset;
    int64_t stride[MAX_RANK];
    int64_t size;              /* elements occupied, padding and all samples of a full batch included */
    const tensor *alias;       /* shares the elements of this tensor (a reshape): same offset and store */
} place;

typedef struct plan_options {
    opt_level level;
    int batch;                 /* most samples in one call */
    bool is_double;
    bool inference;
} plan_options;

typedef struct routine_plan {
    routine *routine;
    place *places;             /* by tensor id */
    int count;
    int64_t reals, ints;       /* the work this routine needs, in elements */
} routine_plan;

typedef struct plan {
    const graph *graph;
    plan_options options;
    VEC(routine_plan *) routines;
    place *params;             /* by position in graph.params: parameters that lie in the struct (STORE_PARAMS) or are constants */
    int64_t reals;             /* size of the params struct in reals */
    int64_t work_reals, work_ints;
} plan;

plan *plan_build(const graph *g, const routine_list *routines, plan_options options);
void plan_print(const plan *p, text *out);     /* --emit plan: places, lifetimes, choices with reasons */

#endif
