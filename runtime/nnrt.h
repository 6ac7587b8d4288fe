/* nnrt.h: nnc's runtime: what a program needs to train, judge and apply any model that nnc made.
 *
 *   nnrt_core.h    optimizers, schedules, shuffling, batches: freestanding, over flat arrays
 *   nnrt_files.h   data sets, parameter files, outputs
 *   here           parameters by path, passes over whole data sets, the training loop, and the training program
 *
 * Functions that can fail give 0 for success and leave a message in `error`; nothing here exits or prints but
 * nnrt_main. Objects are independent: several threads may each use their own. */
#ifndef NNRT_H
#define NNRT_H

#ifdef _OPENMP
#include <omp.h>
#endif

#include "nn_model.h"
#include "nnrt_core.h"
#include "nnrt_files.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- threads ----
 *
 * The library is compiled without OpenMP; the parallel loop is this one, compiled in the user's file. `run` does task 0 ...
 * count-1, each once, in any order; `worker` is below `workers`, and no two tasks that run at a time have the same. Chunks
 * and sums are fixed beforehand, so results do not depend on the number of threads. */
typedef void (*nnrt_task)(void *context, size_t task, size_t worker);

typedef struct nnrt_parallel {
    size_t workers;
    void (*run)(nnrt_task task, void *context, size_t count);
    uint64_t least;                 /* multiply-adds from which on it pays to wake the threads; less is done in turn, to the same bits */
} nnrt_parallel;

#ifdef _OPENMP
static inline void nnrt_openmp_run(nnrt_task task, void *context, size_t count)
{
    long i;
#pragma omp parallel for schedule(dynamic)
    for (i = 0; i < (long)count; i++)
        task(context, (size_t)i, (size_t)omp_get_thread_num());
}
#endif

/* ---- parameters and states by path, in their logical layout ---- */

/* The parameter or state of that path; NULL if there is none. States have NN_STATE among their flags. */
const nn_param *nnrt_param_find(const nn_model *model, const char *path);
/* Between the struct (params, or state for a state) and param->size row-major reals of the model's precision:
 * nnrt_param_get and nnrt_param_set, declared in nnrt_files.h. */

/* ---- passes over data ---- */

/* Memory for passes over one model: work, one chunk of samples, outputs. Not for two threads at a time. */
typedef struct nnrt_runner nnrt_runner;

nnrt_runner *nnrt_runner_new(const nn_model *model, const nnrt_parallel *parallel, nnrt_error *error); /* parallel: or NULL */
void nnrt_runner_free(nnrt_runner *runner);

/* How well a model does. */
typedef struct nnrt_figures {
    double cost;            /* average over the samples */
    uint64_t judged;        /* index targets compared with an output; 0: the model has none, and there is no accuracy */
    uint64_t correct;
} nnrt_figures;

/* The average cost of the samples order[first] ... order[first + n - 1] (order NULL: first ...) and its gradient, in a
 * struct of params_size bytes. n may be any number: chunks of at most model->batch samples are weighted by their samples
 * and summed in order. Updates the state. */
int nnrt_grad(nnrt_runner *runner, const nn_cost *cost, const void *params, void *state, const nnrt_data *data,
              const uint32_t *order, uint32_t first, uint32_t n, void *gradient, double *value, nnrt_error *error);
/* The average cost alone, of the same samples; the state stays as it is. */
int nnrt_cost(nnrt_runner *runner, const nn_cost *cost, const void *params, const void *state, const nnrt_data *data,
              const uint32_t *order, uint32_t first, uint32_t n, double *value, nnrt_error *error);
/* Average cost and accuracy over all samples; the state given is where the pass begins and stays as it is. `confusion`
 * is NULL or [classes][classes] of the judged target: the class along rows, the answer along columns. */
int nnrt_evaluate(nnrt_runner *runner, const nn_cost *cost, const void *params, const void *state, const nnrt_data *data,
                  nnrt_figures *figures, uint64_t *confusion, nnrt_error *error);
/* All samples' outputs: output[i] is [samples][size] of output i. The state is as above. */
int nnrt_predict(nnrt_runner *runner, const void *params, const void *state, const nnrt_data *data, void *const *output,
                 nnrt_error *error);
/* The index target that accuracy judges and the output that it is compared with: the first output that has the target's
 * classes along its last or first axis, or is its index. 0 if there is such a pair. */
int nnrt_judged(const nn_model *model, uint32_t *target, uint32_t *output);
/* Takes a seeded part of the samples (for a stream: the last ones) out of data into held. */
int nnrt_data_split(nnrt_data *data, nnrt_data *held, const nn_model *model, double fraction, uint64_t seed, nnrt_error *error);

/* ---- training ---- */

/* NNRT_SHAMPOO beyond what it has in common with adam; formulas in shampoo.c and in docs/runtime.md. */
typedef struct nnrt_shampoo_settings {
    double damping;                 /* 1e-6: added to the factors' eigenvalues, times the largest of them */
    uint32_t interval;              /* 10: steps between two computations of the factors' roots */
    uint32_t largest;               /* 512: a longer side of a matrix has no factor */
    int graft;                      /* 1: the step's length is that of adam's step for the same matrix */
} nnrt_shampoo_settings;

typedef struct nnrt_settings {
    const nn_cost *cost;
    nnrt_optimizer_d optimizer;
    nnrt_shampoo_settings shampoo;
    nnrt_schedule_d schedule;
    uint32_t every_epochs;          /* step(epochs = ...): schedule.every in epochs; 0: schedule.every counts */
    double clip_norm, clip_value;   /* of the gradient of a batch; 0: not clipped */
    uint32_t batch;                 /* 0: all samples */
    uint32_t epochs;                /* in total */
    uint32_t patience;              /* stops after so many epochs without a better held-out cost; 0: never */
    uint64_t seed;                  /* orders the samples */
    double split;                   /* the part that the caller held out by nnrt_data_split; only kept with a saved run */
    uint32_t every;                 /* descended in every so manieth step; 0: in each */
    const struct nnrt_settings *next; /* the cost that is descended after this one in each step; NULL: none. Of that one count
                                       * cost, optimizer, schedule, clipping and every; the rest is the first one's. */
} nnrt_settings;

/* The cost's train block; where it is silent adam(rate=0.001), a constant schedule, batch 32 (a stream: 1), 10 epochs, seed 0. */
int nnrt_settings_init(nnrt_settings *settings, const nn_model *model, const nn_cost *cost, nnrt_error *error);
/* "adam(rate=1e-3, weight_decay=0.01, clip_norm=1)": a name and arguments, named as in nnrt_core.h, clip_norm and
 * clip_value with each. Everything else gets its default. */
int nnrt_settings_optimizer(nnrt_settings *settings, const char *text, nnrt_error *error);
/* "cosine(warmup=100)", "step(every=1000, factor=0.5)", "step(epochs=3)". */
int nnrt_settings_schedule(nnrt_settings *settings, const char *text, nnrt_error *error);

/* Of one of several costs. */
typedef struct nnrt_epoch_cost {
    double train, test, rate;       /* NAN: it had no turn, or nothing is held out */
} nnrt_epoch_cost;

/* What an epoch came to. Of several costs `train`, `test` and `rate` are those of the one without a name, else the first. */
typedef struct nnrt_epoch {
    uint32_t epoch;                 /* from 1 */
    uint64_t step;                  /* optimizer steps so far */
    double rate;                    /* of the last step */
    double seconds;                 /* since training began; 0 in the epochs before it was resumed */
    nnrt_figures train;             /* the cost as it was descended; accuracy after the epoch, over at most 10000 samples */
    nnrt_figures test;              /* over the held-out set */
    int tested;                     /* whether there is one */
    nnrt_epoch_cost *cost;          /* of several costs each, in the settings' order; the trainer's. NULL: there is one cost */
} nnrt_epoch;

/* What callbacks see. A callback that returns another value than 0 stops the training at that batch's end. */
typedef struct nnrt_progress {
    const nnrt_settings *settings;
    uint32_t epoch;                 /* the current one, from 1 */
    uint32_t samples, done;         /* in an epoch, and how many of them were trained on */
    uint64_t step;
    double cost;                    /* average over what was done in this epoch; NAN: nothing */
    const double *costs;            /* the same for each cost, in the settings' order */
    int improved;                   /* in on_epoch: the held-out cost is the best so far */
    const nnrt_epoch *history;      /* `epochs` finished ones */
    size_t epochs;
    void *params, *state;
} nnrt_progress;

typedef struct nnrt_callbacks {
    int (*on_batch)(void *context, const nnrt_progress *progress);  /* after each batch; NULL: none */
    int (*on_epoch)(void *context, const nnrt_progress *progress);  /* after each epoch's figures */
    void *context;
} nnrt_callbacks;

typedef struct nnrt_trainer nnrt_trainer;

/* Everything given stays the caller's and must live as long as the trainer; test may be NULL. */
nnrt_trainer *nnrt_trainer_new(const nn_model *model, const nnrt_settings *settings, void *params, void *state,
                               const nnrt_data *data, const nnrt_data *test, const nnrt_parallel *parallel, nnrt_error *error);
void nnrt_trainer_free(nnrt_trainer *trainer);
/* Trains until all epochs are done, patience is at its end or a callback stops it, which `stopped` (if not NULL) tells.
 * Another call goes on from there. A cost that is not finite is an error; params are then of no use. */
int nnrt_train(nnrt_trainer *trainer, const nnrt_callbacks *callbacks, int *stopped, nnrt_error *error);
const nnrt_epoch *nnrt_trainer_history(const nnrt_trainer *trainer, size_t *epochs);
/* Writes parameters and all that it takes to go on, at any batch's end (a callback's too). */
int nnrt_trainer_save(const nnrt_trainer *trainer, const char *path, nnrt_error *error);
/* Writes parameters and states alone; of a stream the state that its data begin with, not the last one. */
int nnrt_trainer_save_params(const nnrt_trainer *trainer, const char *path, nnrt_error *error);
/* Takes parameters, state and position from what nnrt_trainer_save wrote, for the same model, data and settings (epochs
 * and patience may differ): training then ends with the very bits of a run that was not interrupted. */
int nnrt_trainer_resume(nnrt_trainer *trainer, const char *path, nnrt_error *error);

/* ---- derivatives against differences ---- */

typedef struct nnrt_check {
    uint64_t seed;
    double bound;                   /* error relative to the largest derivative of the parameter; 0: 1e-6, float 1e-1 */
    uint32_t most;                  /* elements checked in a parameter, at seeded places; 0: 200 */
    FILE *report;                   /* a line for each parameter; NULL: none */
} nnrt_check;

/* 0: all derivatives agree; 1: some are off (`failed` tells how many parameters) or, with a message, it could not be done. */
int nnrt_gradcheck(const nn_model *model, const nn_cost *cost, const nnrt_check *check, uint32_t *failed, nnrt_error *error);

/* ---- the training program ---- */

int nnrt_program(const nn_model *model, int argc, char **argv, const nnrt_parallel *parallel);

/* The whole `main`: 0, 1 for bad data or a failure, 2 for a bad command line, 130 when interrupted. */
static inline int nnrt_main(const nn_model *model, int argc, char **argv)
{
#ifdef _OPENMP
    nnrt_parallel parallel;
    parallel.workers = (size_t)omp_get_max_threads();
    parallel.run = nnrt_openmp_run;
    parallel.least = 300000;
    return nnrt_program(model, argc, argv, &parallel);
#else
    return nnrt_program(model, argc, argv, NULL);
#endif
}

#ifdef __cplusplus
}
#endif

#endif
