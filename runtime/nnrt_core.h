/* nnrt_core.h: the freestanding core of nnc's runtime: optimizers, gradient clipping, schedules, shuffling and batches.
 *
 * C99 without allocation, files or global data; of the C library it needs only sqrt and sqrtf. All memory is the
 * caller's. What takes `float` stands here plainly; the same functions and types for `double` end in `_d`. Parameters,
 * gradients and optimizer memory are flat arrays of reals: a model's params struct is one, LECTURE_REALS long.
 *
 *     static lecture_params p, g;  static float memory[2 * LECTURE_REALS];
 *     nnrt_optimizer adam;  nnrt_optimizer_init(&adam, NNRT_ADAM);
 *     nnrt_optimizer_begin(&adam, memory, LECTURE_REALS);
 *     for (uint32_t t = 1; …; t++) {
 *         lecture_grad(&p, &work, n, x, y, &g);
 *         nnrt_optimizer_step(&adam, adam.rate, t, (float *)&p, (float *)&g, memory, LECTURE_REALS, 0, LECTURE_REALS);
 *     }
 */
#ifndef NNRT_CORE_H
#define NNRT_CORE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- optimizers ----
 *
 * Definitions, the order of operations and defaults are PyTorch's (torch.optim, version 1.13; the rate of sgd, which has
 * no default there, is that of version 2). g below is the gradient, p the parameter, t counts steps from 1.
 *
 *   sgd      g += weight_decay p;  m = momentum m + (1 - dampening) g (m = g in the first step);
 *            p -= rate m, or with nesterov p -= rate (g + momentum m); without momentum p -= rate g
 *   adam     g += weight_decay p;  m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
 *            p -= rate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + eps);  with amsgrad the largest v so far
 *   adamw    p -= rate weight_decay p;  then adam without its weight_decay
 *   rmsprop  g += weight_decay p;  v = alpha v + (1 - alpha) g^2;  centered: a = alpha a + (1 - alpha) g, v - a^2 for v;
 *            u = g / (sqrt(v) + eps);  with momentum m = momentum m + u and p -= rate m, else p -= rate u
 *   adagrad  g += weight_decay p;  v += g^2 (from accumulator);  p -= rate / (1 + (t - 1) rate_decay) * g / (sqrt(v) + eps)
 *   rprop    a step size for each real, at first rate: times eta_plus (at most step_max) where g keeps its sign, times
 *            eta_minus (at least step_min) where it changes, and g = 0 there; p -= sign(g) * step size
 *   spsa, es those that need no gradient: below. What they find in its place is stepped along by
 *            spsa: g += weight_decay p;  p -= rate * ((1 + stability) / (t + stability))^alpha * g;  es: adam
 */
typedef enum nnrt_optimizer_kind {
    NNRT_SGD, NNRT_ADAM, NNRT_ADAMW, NNRT_RMSPROP, NNRT_ADAGRAD, NNRT_RPROP, NNRT_SPSA, NNRT_ES,
    NNRT_SHAMPOO,           /* the hosted runtime's (nnrt.h); for the core it is adam */
    NNRT_OPTIMIZERS
} nnrt_optimizer_kind;

#define NNRT_OPTIMIZER_FIELDS(real)                                                                       \
    nnrt_optimizer_kind kind;                                                                             \
    real rate;                          /* sgd, adam, adamw, shampoo 0.001; others 0.01 */                \
    real weight_decay;                  /* 0; adamw 0.01; rprop has none */                               \
    real momentum, dampening;           /* 0, 0: sgd; momentum also rmsprop */                            \
    real beta1, beta2;                  /* 0.9, 0.999: adam, adamw */                                     \
    real eps;                           /* 1e-8; adagrad 1e-10 */                                         \
    real alpha;                         /* 0.99: rmsprop; 0.602: spsa */                                  \
    real rate_decay, accumulator;       /* 0, 0: adagrad */                                               \
    real eta_minus, eta_plus;           /* 0.5, 1.2: rprop */                                             \
    real step_min, step_max;            /* 1e-6, 50: rprop */                                             \
    real sigma;                         /* 0.1: spsa, es */                                               \
    real gamma, stability;              /* 0.101, 100: spsa */                                            \
    uint32_t pairs;                     /* spsa 1, es 16 */                                               \
    uint32_t calibrate;                 /* 20: spsa */                                                    \
    int nesterov, amsgrad, centered;    /* 0: sgd; adam, adamw; rmsprop */

typedef struct nnrt_optimizer { NNRT_OPTIMIZER_FIELDS(float) } nnrt_optimizer;
typedef struct nnrt_optimizer_d { NNRT_OPTIMIZER_FIELDS(double) } nnrt_optimizer_d;

/* ---- schedules: a factor for the rate, as a function of the step (from 0) and of the run's total ----
 *
 *   constant  1
 *   step      factor ^ floor(step / every)
 *   cosine    floor + (1 - floor) (1 + cos(pi x)) / 2, x running from 0 after the warmup to 1 at the total
 *
 * In the first `warmup` steps this is multiplied by (step + 1) / warmup; "warmup" alone is constant with that. */
typedef enum nnrt_schedule_kind { NNRT_CONSTANT, NNRT_STEP, NNRT_COSINE, NNRT_WARMUP, NNRT_SCHEDULES } nnrt_schedule_kind;

#define NNRT_SCHEDULE_FIELDS(real)                                                                        \
    nnrt_schedule_kind kind;                                                                              \
    uint32_t warmup;                    /* steps; 0: none */                                              \
    uint32_t every;                     /* steps between two reductions; step */                          \
    real factor;                        /* 0.1: step */                                                   \
    real floor;                         /* 0: cosine */

typedef struct nnrt_schedule { NNRT_SCHEDULE_FIELDS(float) } nnrt_schedule;
typedef struct nnrt_schedule_d { NNRT_SCHEDULE_FIELDS(double) } nnrt_schedule_d;

/* ---- functions over reals ---- */

/* The defaults for that kind: PyTorch's, where it has the optimizer. */
void nnrt_optimizer_init(nnrt_optimizer *o, nnrt_optimizer_kind kind);
/* How many reals of memory n reals of parameters need: from 0 (plain sgd) to 3 n. */
size_t nnrt_optimizer_memory(const nnrt_optimizer *o, size_t n);
/* Sets the memory for the first step. */
void nnrt_optimizer_begin(const nnrt_optimizer *o, float *memory, size_t n);
/* One step, number t >= 1, of the reals begin ... end-1 of p, by g; both are n long, memory belongs to all n. `rate`
 * stands for o->rate (a schedule scales it). Only p and memory in that range are written. memory may be NULL where
 * none is needed. */
void nnrt_optimizer_step(const nnrt_optimizer *o, float rate, uint32_t t, float *p, const float *g, float *memory,
                         size_t n, size_t begin, size_t end);
/* Scales g so that its Euclidean norm is at most max; gives the norm from before. PyTorch's clip_grad_norm_. */
float nnrt_clip_norm(float *g, size_t n, float max);
/* Limits each element to -max ... max. */
void nnrt_clip_value(float *g, size_t n, float max);
/* y += a x: sums the gradients of the parts of a batch, each weighted by its share of the samples. */
void nnrt_add_scaled(float *y, const float *x, float a, size_t n);
void nnrt_schedule_init(nnrt_schedule *s, nnrt_schedule_kind kind);
float nnrt_schedule_factor(const nnrt_schedule *s, uint32_t step, uint32_t total);

void nnrt_optimizer_init_d(nnrt_optimizer_d *o, nnrt_optimizer_kind kind);
size_t nnrt_optimizer_memory_d(const nnrt_optimizer_d *o, size_t n);
void nnrt_optimizer_begin_d(const nnrt_optimizer_d *o, double *memory, size_t n);
void nnrt_optimizer_step_d(const nnrt_optimizer_d *o, double rate, uint32_t t, double *p, const double *g, double *memory,
                           size_t n, size_t begin, size_t end);
double nnrt_clip_norm_d(double *g, size_t n, double max);
void nnrt_clip_value_d(double *g, size_t n, double max);
void nnrt_add_scaled_d(double *y, const double *x, double a, size_t n);
void nnrt_schedule_init_d(nnrt_schedule_d *s, nnrt_schedule_kind kind);
double nnrt_schedule_factor_d(const nnrt_schedule_d *s, uint32_t step, uint32_t total);

/* ---- optimizers that need no gradient: for staircases, and for what can only be measured ----
 *
 * A step tries 2 * pairs parameter sets near p, two and two on opposite sides, and compares their costs on the same samples.
 * What was tried is not stored but drawn again, as a function of seed, step and the place of the real.
 *
 *   spsa     J. C. Spall: Implementation of the simultaneous perturbation algorithm for stochastic optimization, IEEE
 *            Trans. Aerospace and Electronic Systems 34, 1998. p + c d and p - c d with signs d; c = sigma / t^gamma;
 *            g = the average over the pairs of (C+ - C-) / (2 c) * d. His rule for the first gain (the change of a
 *            parameter that is wanted in the first steps, over the size of the first g) is followed by itself: g is divided
 *            by the average of |C+ - C-| / (2 c) over the first `calibrate` steps; 0: it is not.
 *   es       I. Rechenberg's evolution strategy in the form of Salimans, Ho, Chen, Sidor, Sutskever: Evolution strategies
 *            as a scalable alternative to reinforcement learning, 2017: p + sigma e and p - sigma e, e of variance 1 (each a
 *            sum of four uniform numbers); ranks u of all costs, from -1/2 to 1/2 (equal costs share theirs, and what is
 *            not a number is the worst), stand for the costs: g = the average over the pairs of (u+ - u-) e, for adam.
 *
 *     nnrt_optimizer es;  nnrt_optimizer_init(&es, NNRT_ES);                        // and begin, with its memory
 *     for (uint32_t t = 1; …; t++) {
 *         for (uint32_t k = 0; k < 2 * es.pairs; k++) {
 *             nnrt_search_try(&es, seed, t, k, (float *)&p, (float *)&trial, 0, LECTURE_REALS);
 *             cost[k] = lecture_cost(&trial, &work, n, x, y);
 *         }
 *         nnrt_search_weigh(&es, t, cost, weight, memory);
 *         nnrt_search_gradient(&es, seed, t, weight, (float *)&trial, 0, LECTURE_REALS);  // trial serves for both
 *         nnrt_optimizer_step(&es, es.rate, t, (float *)&p, (float *)&trial, memory, LECTURE_REALS, 0, LECTURE_REALS);
 *     } */
#define NNRT_SEARCH_FUNCTIONS(suffix, real)                                                                          \
    /* trial = p, moved as number k of the step's 2 * pairs trials is, in the reals begin ... end-1. */              \
    void nnrt_search_try##suffix(const nnrt_optimizer##suffix *o, uint64_t seed, uint32_t t, uint32_t k,             \
                                 const real *p, real *trial, size_t begin, size_t end);                              \
    /* The pairs' weights, [pairs], from the trials' costs, [2 * pairs]. Once a step; memory is the optimizer's. */  \
    void nnrt_search_weigh##suffix(const nnrt_optimizer##suffix *o, uint32_t t, const real *cost, real *weight,      \
                                   real *memory);                                                                    \
    /* What stands for the gradient, in the reals begin ... end-1 of g. */                                           \
    void nnrt_search_gradient##suffix(const nnrt_optimizer##suffix *o, uint64_t seed, uint32_t t,                    \
                                      const real *weight, real *g, size_t begin, size_t end);
NNRT_SEARCH_FUNCTIONS(, float)
NNRT_SEARCH_FUNCTIONS(_d, double)

/* The steps by themselves: a program that calls one of these, and not nnrt_optimizer_step, links only that one. */
#define NNRT_STEP_ARGUMENTS(suffix, real)                                                                  \
    (const nnrt_optimizer##suffix *o, real rate, uint32_t t, real *p, const real *g, real *memory, size_t n, size_t begin, size_t end)
void nnrt_sgd_step NNRT_STEP_ARGUMENTS(, float);
void nnrt_adam_step NNRT_STEP_ARGUMENTS(, float);       /* and adamw, es */
void nnrt_rmsprop_step NNRT_STEP_ARGUMENTS(, float);
void nnrt_adagrad_step NNRT_STEP_ARGUMENTS(, float);
void nnrt_rprop_step NNRT_STEP_ARGUMENTS(, float);
void nnrt_spsa_step NNRT_STEP_ARGUMENTS(, float);
void nnrt_sgd_step_d NNRT_STEP_ARGUMENTS(_d, double);
void nnrt_adam_step_d NNRT_STEP_ARGUMENTS(_d, double);
void nnrt_rmsprop_step_d NNRT_STEP_ARGUMENTS(_d, double);
void nnrt_adagrad_step_d NNRT_STEP_ARGUMENTS(_d, double);
void nnrt_rprop_step_d NNRT_STEP_ARGUMENTS(_d, double);
void nnrt_spsa_step_d NNRT_STEP_ARGUMENTS(_d, double);

/* ---- random numbers: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014) ----
 *
 * The state is one number; every number is a good start. */
uint64_t nnrt_random(uint64_t *state);
/* Uniform in 0 ... n-1, without bias; n >= 1. */
uint32_t nnrt_random_below(uint64_t *state, uint32_t n);
/* Uniform in 0 <= u < 1, a multiple of 2^-53. */
double nnrt_random_uniform(uint64_t *state);
/* The start of an independent sequence: a function of seed and number alone. */
uint64_t nnrt_random_stream(uint64_t seed, uint64_t number);

/* ---- batches ----
 *
 * An epoch passes over all samples once. Its order is a function of seed and the epoch's number alone (Fisher-Yates), so
 * nothing but these needs to be kept to go on with an interrupted run. */
typedef struct nnrt_batches {
    uint32_t *order;        /* the caller's, [samples]; NULL: in the order of the data */
    uint32_t samples;
    uint32_t batch;         /* samples in a batch; 0: all (full batch); 1: one sample at a time */
    uint32_t at;            /* samples of this epoch that were given out */
    uint64_t seed;
} nnrt_batches;

void nnrt_shuffle(uint32_t *order, uint32_t n, uint64_t *state);
/* Begins an epoch. */
void nnrt_batches_begin(nnrt_batches *b, uint32_t epoch);
/* The next batch: gives its number of samples (the last one may be smaller), 0 at the epoch's end. They are number
 * order[*first] ... or, without an order, *first ... */
uint32_t nnrt_batches_next(nnrt_batches *b, uint32_t *first);
/* Copies the samples order[first] ... order[first + n - 1] (order NULL: first ...), `bytes` each, side by side. */
void nnrt_gather(void *to, const void *from, size_t bytes, const uint32_t *order, uint32_t first, uint32_t n);

#ifdef __cplusplus
}
#endif

#endif
