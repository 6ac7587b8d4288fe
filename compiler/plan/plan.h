/* plan.h: where every tensor lies: arguments, parameter struct, work, constants; and which equations are computed together.
 *
 * The layout of parameters is one for the whole model (all routines agree); the work is planned for each routine by
 * lifetime, and is as large as the largest needs. How the loops run is decided in loops/. */
#ifndef NNC_PLAN_H
#define NNC_PLAN_H

#include "../routine/routine.h"
#include "schedule.h"

typedef enum storage {
    STORE_NONE,        /* not in memory: fused away */
    STORE_ARGUMENT,    /* an input, target or output array of the caller: [n][shape], row-major */
    STORE_PARAMS,      /* in p */
    STORE_GRADIENT,    /* in g: same place as the parameter `of` */
    STORE_STATE,       /* in h */
    STORE_CONSTANT,    /* a static const array */
    STORE_WORK         /* in k */
} storage;

/* Where a tensor's elements lie: element (i0 … ir-1) at offset + sum i_d * stride[d], counted in elements of its type.
 * The dimensions lie in memory in the order order[0] (slowest) … order[rank-1] (fastest). */
typedef struct place {
    storage store;
    int64_t offset;
    int64_t stride[MAX_RANK];
    int order[MAX_RANK];
    uint32_t folded;           /* bit d: dimension d takes no memory (its stride is 0): only one turn's elements are kept */
    int64_t pad;               /* elements between the fastest dimension and the next of the one before; in p and g they are 0 */
    int samples;               /* it holds so many at a time (samples.c); 0: those of a full batch */
    int64_t size;              /* elements occupied, all these samples included */
    const tensor *alias;       /* shares the elements of this tensor (a reshape) */
    int first, last;           /* STORE_WORK: from its definition to its last reader, by equation number */
} place;

typedef struct plan_options {
    opt_level level;
    int batch;                 /* most samples in one call */
    bool is_double;
    thrift thrift;
    bool poly;                 /* functions of reals as polynomials, not the C library's */
    bool check_finite;         /* after each equation, a look at what it computed */
    const schedule *schedule;  /* what is decided by hand, or NULL */
} plan_options;

typedef struct routine_plan {
    routine *routine;
    place *places;             /* by tensor id */
    bool *fused;               /* by equation number: computed in the loops of the next one, which alone reads it */
    int64_t reals, ints;       /* the work this routine needs, in elements */
} routine_plan;

typedef struct plan {
    graph *graph;
    plan_options options;
    VEC(routine_plan *) routines;
    place *params;             /* by position in graph.params: in the struct (STORE_PARAMS) or constants (baked) */
    place *states;             /* by position in graph.states */
    int64_t reals;             /* size of the params struct in reals */
    int64_t state_reals;       /* of the state struct, without what noise needs */
    int64_t work_reals, work_ints;
    int64_t ram[THRIFT_COUNT]; /* bytes of RAM with each way to use memory that was tried; 0: it was not */
    int64_t max_ram;           /* 0: no limit */
    int *fastest;              /* by tensor id: the dimension that lies fastest in memory, or -1: the last */
} plan;

int64_t plan_work_bytes(const plan *p);        /* sizeof the work struct */
bool plan_row_major(const tensor *t, const place *at); /* do its dimensions lie in memory as written? */
plan *plan_build(graph *g, const routine_list *routines, plan_options options);
/* The ways to use memory for scans that were tried, and why this is the one; nothing where there was no choice. */
bool plan_had_choice(const plan *p);
void plan_print_choice(const plan *p, text *out);
void plan_print_memory(const plan *p, text *out); /* which dimensions do not lie as written, as lines for --schedule */
void plan_check_memory(const plan *p);         /* whether what --schedule says of memory could be done; reported by schedule_check */
void plan_print(const plan *p, text *out);     /* --emit plan: places, lifetimes, choices with reasons */

/* turns.c: the dimensions of what equation `number` computes that need no memory; and the lifetime of t, which that equation reads or computes, made longer
 * where loops run over it again. */
uint32_t folded_dimensions(const plan *p, const routine_plan *r, int number);
void extend_lifetime(const routine_plan *r, const tensor *t, int number, int *first, int *last);

/* bug()s where an equation is not where its recurrence says that it is. */
void plan_verify_turns(const routine *r);
/* Sums and scatters over maps of which one element in a block is not 0 (route.c). */
void plan_routing(plan *p, const routine_list *routines);
/* Borders of zeros around what sums read under conditions (pad.c). */
void plan_padding(plan *p, const routine_list *routines);
/* The fastest dimensions of all tensors (layout.c). */
void plan_layouts(plan *p, const routine_list *routines);
/* The share of a vector's lanes, 16 at most, that a run of this extent fills. */
double plan_lanes_filled(int64_t extent);
/* Is t the routine's gradient of a parameter? Of which. */
bool plan_is_gradient(const routine *r, const graph *g, const tensor *t, int *param);
/* The copy comes before the equation of that number, and before all the turns that this may run in: once is enough. */
void plan_insert_before(routine *r, int number, equation *copy);
/* The new tensor t, the last of the graph's, holds what body reads, with this dimension fastest: a copy before the equation of that number. */
void plan_copy_before(plan *p, routine *r, int number, tensor *t, expr *body, int fastest);
void plan_set_fastest(plan *p, const tensor *t, int fastest); /* of the graph's last tensor */
int plan_fastest(const plan *p, const tensor *t); /* the dimension that lies fastest */
/* Transposed copies of parameters that are read in another order than they lie. */
void plan_packing(plan *p, const routine_list *routines);
/* May equation i, a sum, be computed in the loops of the next one, which alone reads it? */
bool plan_may_fuse(const routine *r, int i);
/* Which equations are run for some samples at a time; the block of equation `number`, or NULL; how many samples t is kept for, 0: the whole batch (samples.c). */
void plan_samples(plan *p, routine *r);
const sample_block *sample_block_of(const routine *r, int number);
int samples_kept(const routine *r, const tensor *t);
/* The routine's equations are these, in this order; its recurrences are where they stand now. */
void plan_reorder(routine *r, const equation_list *order);
/* Does position `batch`, the sample's number, stand nowhere in e but as the first subscript of what has one for each sample? And nothing else looks at samples. */
bool plan_is_of_one_sample(expr *e, int batch);
/* Sums over the batch behind the block join it where that pays (block_sums.c). */
void plan_block_sums(plan *p, routine *r, sample_block *block);
/* Copies for short sums of products along which alone both factors are contiguous (cross.c). */
void plan_crossing(plan *p, const routine_list *routines);

#endif
