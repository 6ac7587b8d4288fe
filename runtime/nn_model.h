/* nn_model.h: what a generated model tells about itself, and how it is called without knowing its types.
 *
 * This text stands in every generated header and in nnrt.h alike, under one guard that carries its version, so that a
 * generated file needs no header of ours. Code that calls one known model does not need it: it is for programs that
 * work with any model, such as the training program. */
#ifndef NN_MODEL_VERSION
#define NN_MODEL_VERSION 2

#include <stddef.h>
#include <stdint.h>

/* Results of a model's functions: returned by forward; left in the work's `error` by cost, grad and sgd. */
enum {
    NN_OK = 0,
    NN_EBATCH = 1,   /* n is 0 or more than the batch the model was generated for */
    NN_EINDEX = 2,   /* an index value outside 0 ... classes-1 */
    NN_EFINITE = 16  /* and above: of a model made with --check-finite: value number i of its list was the first that is not finite */
};

/* How a parameter or a state gets its first values. */
enum { NN_INIT_VALUE = 0, NN_INIT_UNIFORM = 1, NN_INIT_NORMAL = 2, NN_INIT_EXPRESSION = 3 };

/* nn_model.flags */
enum {
    NN_STREAM = 1,         /* a state depends on the sample: one sample a call, in order */
    NN_BATCH_COUPLED = 2,  /* a sample's result depends on the others of its batch */
    NN_NOISE = 4           /* draws random numbers */
};

/* nn_param.flags */
enum {
    NN_FROZEN = 1,         /* keeps its value in training */
    NN_STATE = 2,          /* a state: it lies in the state struct, and no cost trains it */
    NN_CUSTOM = 4          /* its gradient passes a `detach` or a `derivative` that the user wrote: differences disagree with it */
};

/* An input, target or output: one sample's shape. `classes` is 0 for reals, else the values are int32_t in 0 ... classes-1. */
typedef struct nn_value {
    const char *name;
    const uint32_t *shape;  /* rank extents; NULL where rank is 0 */
    uint32_t rank;
    uint32_t size;          /* elements in a sample: the product of the extents */
    uint32_t classes;
} nn_value;

/* One step of a place: `extent` positions, `stride` reals apart. */
typedef struct nn_axis {
    uint32_t extent;
    uint32_t stride;
} nn_axis;

/* A parameter or state. Its place in the params (or state) struct: element number q in row-major order of the logical
 * shape lies `offset + sum of q_a * stride_a` reals from the struct's start, where (q_0 ... q_axes-1) are the mixed-radix
 * digits of q by the axes' extents, the last axis fastest. The extents' product is `size`, and the axes refine the shape. */
typedef struct nn_param {
    const char *path;
    const uint32_t *shape;
    uint32_t rank;
    uint32_t size;
    uint32_t offset;
    uint32_t axes;          /* 0 where rank is 0 */
    const nn_axis *axis;
    uint32_t init;          /* NN_INIT_... */
    uint32_t flags;
    double a, b;            /* the value; the bounds; mean and standard deviation */
} nn_param;

/* One signature for all models. `in` holds pointers to the inputs' and then the targets' arrays, [n][shape] each (NULL
 * where unread), `out` to the outputs'. `h` is the state, NULL where the model has none. */
typedef int    (*nn_forward_function)(const void *p, void *h, void *k, size_t n, const void *const *in, void *const *out);
typedef double (*nn_cost_function)(const void *p, const void *h, void *k, size_t n, const void *const *in);
typedef double (*nn_grad_function)(const void *p, void *h, void *k, size_t n, const void *const *in, void *g);
typedef double (*nn_sgd_function)(void *p, void *h, void *k, size_t n, const void *const *in, double rate);

/* A cost. `trains[i]` is 1 where parameter i has a gradient, 2 where it has none but may be trained and the cost depends on
 * it (behind steps or a detach: a gradient-free optimizer moves it), 0 where this cost leaves it. The settings are the train block's texts and numbers,
 * NULL or 0 where it says nothing; optimizer and schedule as the command line writes them: "adam(rate=0.001)". */
typedef struct nn_cost {
    const char *name;       /* NULL: the unnamed cost */
    nn_cost_function cost;
    nn_grad_function grad;
    nn_sgd_function sgd;
    const unsigned char *trains;
    const char *optimizer;
    const char *schedule;
    uint32_t batch, epochs, every;
} nn_cost;

typedef struct nn_model {
    uint32_t version;       /* NN_MODEL_VERSION */
    uint32_t hash;          /* names, shapes, layout, precision, baked values */
    const char *name;
    uint32_t real_size;     /* sizeof(float) or sizeof(double) */
    uint32_t batch;         /* most samples in a call */
    uint32_t flags;
    uint64_t forward_madds; /* multiply-adds for a sample: forward */
    uint64_t grad_madds;    /* and gradient (of the first cost), forward included */
    size_t params_size, work_size, state_size; /* bytes; 0 where there is no such struct */
    uint32_t reals;         /* params_size / real_size */
    uint32_t inputs, targets, outputs, params, states, costs; /* counts */
    const nn_value *input, *target, *output;
    const nn_param *param;  /* in order of the files: trained and frozen alike; baked ones are left out */
    const nn_param *state;
    const nn_cost *cost;
    void (*init)(void *p, uint64_t seed);   /* NULL: no parameters */
    void (*reset)(void *h, uint64_t seed);  /* NULL: no state */
    nn_forward_function forward;            /* NULL: no outputs */
    uint32_t checks;                        /* with --check-finite, else 0: so many values are looked at; NN_EFINITE + i: */
    const char *const *checked;             /* checked[i] tells line and name */
} nn_model;

/* The work of every model begins with this: `((const nn_work *)k)->error` after cost, grad or sgd gave NaN. */
typedef struct nn_work {
    int32_t error;
} nn_work;

#endif
