/* runner.h: what a pass over data holds; for runner.c, the trainer and the measurements. */
#ifndef NNRT_RUNNER_H
#define NNRT_RUNNER_H

#include "host.h"

enum { NNRT_PARTS = 8 }; /* parts of a batch whose gradients are taken side by side, whatever the threads */

/* What one thread works in. */
typedef struct nnrt_slot {
    void *work, *state;
    void *gradient;     /* of a call, where a part of a batch takes several */
    const void **in;    /* what the model is called with */
    void **staged;      /* copies of the samples of a chunk, for each value */
    void **out;         /* a chunk's outputs */
    void **to;          /* where predict's outputs go */
} nnrt_slot;

struct nnrt_runner {
    const nn_model *model;
    const nnrt_parallel *parallel;  /* NULL: in turn */
    size_t workers;
    int draws;                      /* the state is where the noise stands, and no more: each chunk has its own */
    nnrt_slot *slot;
    void *part;                     /* gradients of NNRT_PARTS parts of a batch, where they run side by side */
};

/* What the state of a model that draws noise begins with. */
typedef struct nnrt_noise {
    uint64_t seed, sample;          /* the number of the next sample */
} nnrt_noise;

/* Something done with parameters begin ... end - 1. */
typedef void (*nnrt_slice_task)(void *context, size_t begin, size_t end);

/* A pass: what its tasks, one for each chunk, read and write. */
typedef struct nnrt_pass {
    nnrt_runner *runner;
    const nn_cost *cost;
    const void *params;
    void *state;
    const nnrt_data *data;
    const uint32_t *order;
    uint32_t first, n, chunk;
    size_t chunks;
    double *value;                  /* of each chunk */
    int *result;
    void *gradient;
    nnrt_slice_task finish;         /* with each slice of the gradient, once it is summed; or NULL */
    void *context;
    uint32_t target, output;        /* what is judged by what */
    int32_t *answers;
    void *const *outputs;
} nnrt_pass;

/* Calls the task for each slice of so many parameters, side by side where there are several threads and it pays to wake them. */
void nnrt_each_slice(const nnrt_runner *runner, nnrt_slice_task task, void *context, size_t reals);
/* nnrt_grad that hands each slice of the gradient on as soon as it is summed, while it is in the cache; none if the cost isn't finite. */
int nnrt_grad_finish(nnrt_runner *runner, const nn_cost *cost, const void *params, void *state, const nnrt_data *data, const uint32_t *order,
                     uint32_t first, uint32_t n, void *gradient, double *value, nnrt_slice_task finish, void *context, nnrt_error *error);
/* Whether a plain SGD step on n samples may use the model's own, and that step. */
int nnrt_sgd_fits(const nnrt_runner *runner, uint32_t n);
int nnrt_sgd(nnrt_runner *runner, const nn_cost *cost, void *params, void *state, const nnrt_data *data, const uint32_t *order,
             uint32_t first, uint32_t n, double rate, double *value, nnrt_error *error);

#endif
