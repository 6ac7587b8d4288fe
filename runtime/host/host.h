/* host.h: what the files of the hosted runtime share and users do not see. */
#ifndef NNRT_HOST_H
#define NNRT_HOST_H

#include "../nnrt.h"

/* ---- memory ---- */

/* Zeroed memory for count things of `size` bytes, at least one byte, aligned for vectors (64) and freed by free();
 * NULL with a message if there is none. */
void *nnrt_allocate(size_t count, size_t size, const char *what, nnrt_error *error);

/* ---- text ---- */

/* The candidate nearest to a misspelt word, NULL if none is near. */
const char *nnrt_suggest(const char *word, const char *const *candidates, size_t count);
/* A growing text. `failed` is set when memory ran out; then it stays empty. */
typedef struct nnrt_text {
    char *text;
    size_t length, room;
    int failed;
} nnrt_text;
/* printf without floating-point conversions: those depend on the locale. */
void nnrt_text_add(nnrt_text *t, const char *format, ...);
void nnrt_text_real(nnrt_text *t, double value, int digits);
/* "12.3k", "1.20 ms" and the like, into a buffer of 32. */
const char *nnrt_show_real(char *buffer, double value, int digits);
/* A piece of a file for a message: at most size - 1 bytes, control characters as \xNN, "..." where it was cut. */
const char *nnrt_show_text(char *buffer, size_t size, const char *begin, const char *end);
const char *nnrt_show_seconds(char *buffer, double seconds);
const char *nnrt_show_duration(char *buffer, double seconds);
const char *nnrt_show_bytes(char *buffer, double bytes);
const char *nnrt_show_shape(char *buffer, size_t size, const uint32_t *shape, uint32_t rank);
double nnrt_now(void); /* seconds of a clock that only goes forward */

/* ---- values ---- */

const nn_value *nnrt_value(const nn_model *model, uint32_t i);                  /* input or, from model->inputs on, target */
size_t nnrt_sample_bytes(const nn_model *model, const nn_value *value);         /* of one sample */
double nnrt_real_at(const nn_model *model, const void *reals, size_t i);
void nnrt_real_put(const nn_model *model, void *reals, size_t i, double value);
/* Whether x is finite in the model's precision. */
int nnrt_real_fits(const nn_model *model, double x);
/* Where element q of a parameter lies, in reals. */
size_t nnrt_place(const nn_param *param, uint32_t q);
uint32_t nnrt_cost_number(const nn_model *model, const nn_cost *cost);          /* in the model, from 0 */
/* Its name; the unnamed one's is "cost", which is the language's word and no other cost's name. */
const char *nnrt_cost_name(const nn_cost *cost);
/* "the cost" or "cost NAME". */
const char *nnrt_cost_title(char *buffer, size_t size, const nn_cost *cost);
/* The message for a nonzero result of a model's function. */
int nnrt_call_error(const nn_model *model, int result, nnrt_error *error);

/* ---- settings as text, with every digit ---- */

int nnrt_settings_text(const nnrt_settings *settings, char *text, size_t size);

/* ---- runs of reals that a cost trains: first and end, in reals from the params' start ---- */

typedef struct nnrt_run {
    size_t begin, end;
} nnrt_run;
/* `without`: those too that have no gradient, but the cost depends on. */
int nnrt_trained_runs(const nn_model *model, const nn_cost *cost, int without, nnrt_run **runs, size_t *count, nnrt_error *error);

/* ---- the trainer, for train.c, descent.c and resume.c ---- */

/* A cost that is descended. */
typedef struct nnrt_descent {
    nnrt_settings settings;
    void *memory;                   /* of the optimizer: `memory_reals` */
    size_t memory_reals;
    double *factors;                /* shampoo's: `factor_reals` */
    size_t factor_reals;
    nnrt_run *runs;
    size_t run_count;
    double *scratch;
    void *trial;                    /* spsa, es: a trial's params; shampoo: the params before the step */
    void *cost, *weight;            /* spsa, es: the trials' costs; the pairs' weights */
    uint64_t step;                  /* this cost's own */
    uint64_t samples;               /* of this epoch that it was descended on */
    double cost_sum;                /* over those */
    double rate;                    /* of the last step */
} nnrt_descent;

struct nnrt_trainer {
    const nn_model *model;
    nnrt_settings settings;         /* the first cost's, and what holds for the run */
    void *params, *state;
    void *first_state;              /* of streams: each epoch begins with it, and it is what is saved */
    void *step_state;               /* of streams: what the step began with */
    const nnrt_data *data, *test;
    nnrt_runner *runner;
    nnrt_descent *descent;          /* `descents` of them; figures are those of number `main` */
    uint32_t descents, main;
    double *costs;                  /* what callbacks see */
    void *gradient;
    uint32_t *order;
    nnrt_batches batches;
    nnrt_data sample;               /* part of data for the training accuracy */
    uint32_t epoch;                 /* finished ones */
    int begun;                      /* in the midst of one, batches.at samples into it */
    uint64_t step;
    double seconds;
    double best;                    /* held-out cost */
    uint32_t best_epoch;            /* 0: none yet */
    nnrt_epoch *history;
    size_t epochs, room;
};

/* Frees the history. */
void nnrt_trainer_forget(nnrt_trainer *trainer);
uint32_t nnrt_every(const nnrt_settings *settings); /* at least 1 */
int nnrt_descent_make(nnrt_trainer *trainer, nnrt_descent *descent, const nnrt_settings *settings, nnrt_error *error);
void nnrt_descent_free(nnrt_descent *descent);
/* A step on n samples; its average cost is added to descent->cost_sum. */
int nnrt_descent_step(nnrt_trainer *trainer, nnrt_descent *descent, uint32_t first, uint32_t n, nnrt_error *error);
/* Shampoo: room for it; then what makes its step of adam's, after that is made (d->trial: the params before). */
int nnrt_shampoo_make(const nnrt_trainer *trainer, nnrt_descent *descent, nnrt_error *error);
void nnrt_shampoo_turn(const nnrt_trainer *trainer, const nnrt_descent *descent, uint32_t number);
/* Eigenvalues (into d) and eigenvectors (into the rows of w) of the symmetric n x n matrix w; e: n reals of scratch. */
void nnrt_eigen(size_t n, double *w, double *d, double *e);
/* The same optimizer in float. */
void nnrt_optimizer_single(nnrt_optimizer *single, const nnrt_optimizer_d *optimizer);

/* ---- saved runs (resume.c) ---- */

/* Sets all but the costs themselves from a saved run of so many. */
int nnrt_resume_settings(nnrt_settings *settings, uint32_t costs, const nnrt_arrays *resume, const char *path, nnrt_error *error);
/* Position, optimizer memory and state; refuses a run that this trainer does not go on with. */
int nnrt_resume_apply(nnrt_trainer *trainer, const nnrt_arrays *resume, const char *path, nnrt_error *error);

/* ---- the program's parts ---- */

int nnrt_bench(const nn_model *model, uint64_t seed, const nnrt_parallel *parallel, FILE *out, nnrt_error *error);
/* settings: the costs of the run, linked. */
int nnrt_log_write(const char *path, const nnrt_settings *settings, const nnrt_epoch *epoch, size_t count, nnrt_error *error);
int nnrt_plot_write(const char *path, const char *title, const nnrt_settings *settings, const nnrt_epoch *epoch, size_t count, nnrt_error *error);
/* The samples order[0] ... order[samples - 1] as a data set of their own. */
int nnrt_data_pick(nnrt_data *part, const nn_model *model, const nnrt_data *data, const uint32_t *order, uint32_t samples,
                   nnrt_error *error);
/* Random inputs and targets that are valid for the model; `positive`: reals in 0 ... 1, and along the last axis of targets
 * of sum 1; else inputs and targets are normal. */
int nnrt_fake_data(nnrt_data *data, const nn_model *model, size_t samples, uint64_t seed, int positive_inputs,
                   int positive_targets, nnrt_error *error);

/* ---- progress.c: one line on a terminal ---- */

typedef struct nnrt_bar {
    int terminal;                   /* whether standard error is one */
    double began, drawn;            /* seconds */
    uint32_t from;                  /* samples done when it began */
    int visible;
} nnrt_bar;
void nnrt_bar_begin(nnrt_bar *bar, uint32_t done);
void nnrt_bar_draw(nnrt_bar *bar, const nnrt_progress *progress);
void nnrt_bar_clear(nnrt_bar *bar);

/* settings.c: so many samples in a step, or, of coupled ones, what the model takes: no part of a batch stands for the whole. */
uint32_t nnrt_model_batch(const nn_model *model, uint32_t batch);

#endif
