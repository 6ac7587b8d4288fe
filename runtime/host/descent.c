/* descent.c: one cost's part in a step of training: what its optimizer steps along (the gradient of the batch's average cost,
 * or what trials say in its place), clipping, and the step, on what the cost trains and on nothing else (frozen parameters
 * and padding keep every bit). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

static int is_search(const nnrt_settings *s)
{
    return s->optimizer.kind == NNRT_SPSA || s->optimizer.kind == NNRT_ES;
}

static int is_float(const nnrt_trainer *t)
{
    return t->model->real_size == sizeof(float);
}

void nnrt_optimizer_single(nnrt_optimizer *f, const nnrt_optimizer_d *d)
{
    memset(f, 0, sizeof *f);
    f->kind = d->kind;
    f->rate = (float)d->rate;
    f->weight_decay = (float)d->weight_decay;
    f->momentum = (float)d->momentum;
    f->dampening = (float)d->dampening;
    f->beta1 = (float)d->beta1;
    f->beta2 = (float)d->beta2;
    f->eps = (float)d->eps;
    f->alpha = (float)d->alpha;
    f->rate_decay = (float)d->rate_decay;
    f->accumulator = (float)d->accumulator;
    f->eta_minus = (float)d->eta_minus;
    f->eta_plus = (float)d->eta_plus;
    f->step_min = (float)d->step_min;
    f->step_max = (float)d->step_max;
    f->sigma = (float)d->sigma;
    f->gamma = (float)d->gamma;
    f->stability = (float)d->stability;
    f->pairs = d->pairs;
    f->calibrate = d->calibrate;
    f->nesterov = d->nesterov;
    f->amsgrad = d->amsgrad;
    f->centered = d->centered;
}

/* ---- making ---- */

int nnrt_descent_make(nnrt_trainer *t, nnrt_descent *d, const nnrt_settings *settings, nnrt_error *error)
{
    const nn_model *model = t->model;
    const nnrt_optimizer_d *o = &settings->optimizer;
    d->settings = *settings;
    d->settings.next = NULL;
    d->rate = o->rate;
    d->memory_reals = nnrt_optimizer_memory_d(o, model->reals);
    d->memory = nnrt_allocate(d->memory_reals, model->real_size, "the optimizer", error);
    if (!d->memory || nnrt_trained_runs(model, settings->cost, is_search(settings), &d->runs, &d->run_count, error) != 0)
        return 1;
    if (is_search(settings)) {
        d->trial = nnrt_allocate(1, model->params_size, "the optimizer's trials", error);
        d->cost = nnrt_allocate(2 * (size_t)o->pairs, model->real_size, "the optimizer's trials", error);
        d->weight = nnrt_allocate(o->pairs, model->real_size, "the optimizer's trials", error);
        if (!d->trial || !d->cost || !d->weight)
            return 1;
    }
    if (o->kind == NNRT_SHAMPOO && nnrt_shampoo_make(t, d, error) != 0)
        return 1;
    if (is_float(t)) {
        nnrt_optimizer single;
        nnrt_optimizer_single(&single, o);
        nnrt_optimizer_begin(&single, d->memory, model->reals);
    } else {
        nnrt_optimizer_begin_d(o, d->memory, model->reals);
    }
    return 0;
}

void nnrt_descent_free(nnrt_descent *d)
{
    free(d->memory);
    free(d->runs);
    free(d->factors);
    free(d->scratch);
    free(d->trial);
    free(d->cost);
    free(d->weight);
}

/* ---- the step ---- */

static double rate_now(const nnrt_trainer *t, const nnrt_descent *d)
{
    nnrt_schedule_d schedule = d->settings.schedule;
    uint64_t batch = t->settings.batch ? t->settings.batch : t->batches.samples, every = nnrt_every(&d->settings);
    uint64_t steps = (t->batches.samples + batch - 1) / batch, total = steps * t->settings.epochs / every;
    if (d->settings.every_epochs) {
        uint64_t between = steps * d->settings.every_epochs / every;
        schedule.every = between > UINT32_MAX ? UINT32_MAX : between ? (uint32_t)between : 1;
    }
    return d->settings.optimizer.rate * nnrt_schedule_factor_d(&schedule, d->step > UINT32_MAX ? UINT32_MAX : (uint32_t)d->step,
                                                               total > UINT32_MAX ? UINT32_MAX : (uint32_t)total);
}

static void clip(const nnrt_trainer *t, const nnrt_descent *d)
{
    size_t n = t->model->reals;
    double norm = d->settings.clip_norm, value = d->settings.clip_value;
    if (is_float(t)) {
        if (value > 0)
            nnrt_clip_value(t->gradient, n, (float)value);
        if (norm > 0)
            nnrt_clip_norm(t->gradient, n, (float)norm);
    } else {
        if (value > 0)
            nnrt_clip_value_d(t->gradient, n, value);
        if (norm > 0)
            nnrt_clip_norm_d(t->gradient, n, norm);
    }
}

/* A step of the optimizer, which goes slice by slice. */
typedef struct moving {
    const nnrt_trainer *t;
    const nnrt_descent *d;
    nnrt_optimizer single;
    uint32_t number;
} moving;

static moving moving_of(const nnrt_trainer *t, const nnrt_descent *d, uint32_t number)
{
    moving m = { .t = t, .d = d, .number = number };
    nnrt_optimizer_single(&m.single, &d->settings.optimizer);
    return m;
}

/* The first run that ends behind the place, or run_count. */
static size_t run_behind(const nnrt_descent *d, size_t place)
{
    size_t low = 0, high = d->run_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->runs[middle].end <= place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Steps what is trained among parameters begin ... end - 1. */
static void move_slice(void *context, size_t begin, size_t end)
{
    const moving *m = context;
    const nnrt_trainer *t = m->t;
    const nnrt_descent *d = m->d;
    for (size_t i = run_behind(d, begin); i < d->run_count && d->runs[i].begin < end; i++) {
        size_t from = d->runs[i].begin > begin ? d->runs[i].begin : begin, to = d->runs[i].end < end ? d->runs[i].end : end;
        if (is_float(t))
            nnrt_optimizer_step(&m->single, (float)d->rate, m->number, t->params, t->gradient, d->memory, t->model->reals, from, to);
        else
            nnrt_optimizer_step_d(&d->settings.optimizer, d->rate, m->number, t->params, t->gradient, d->memory, t->model->reals, from, to);
    }
}

static int is_clipped(const nnrt_descent *d)
{
    return d->settings.clip_norm > 0 || d->settings.clip_value > 0;
}

/* Whether the step of a parameter needs no more of the gradient than its own part, so that it may follow at once. */
static int is_slicewise(const nnrt_descent *d)
{
    return d->settings.optimizer.kind != NNRT_SHAMPOO && !is_clipped(d);
}

/* The step along the whole gradient. */
static void move(const nnrt_trainer *t, nnrt_descent *d, uint32_t number)
{
    moving m = moving_of(t, d, number);
    int shampoo = d->settings.optimizer.kind == NNRT_SHAMPOO;
    clip(t, d);
    if (shampoo)
        memcpy(d->trial, t->params, t->model->params_size);
    nnrt_each_slice(t->runner, move_slice, &m, t->model->reals);
    if (shampoo)
        nnrt_shampoo_turn(t, d, number);
}

/* ---- without a gradient ---- */

/* Where the trials of this cost come from: another sequence for each cost, the same for each run with this seed. */
static uint64_t search_seed(const nnrt_trainer *t, const nnrt_descent *d)
{
    return nnrt_random_stream(t->settings.seed, UINT64_C(0x736561726368) + nnrt_cost_number(t->model, d->settings.cost)); /* "search" */
}

static void place_trial(const nnrt_trainer *t, const nnrt_descent *d, uint32_t number, uint32_t k)
{
    nnrt_optimizer single;
    nnrt_optimizer_single(&single, &d->settings.optimizer);
    for (size_t i = 0; i < d->run_count; i++) {
        nnrt_run run = d->runs[i];
        if (is_float(t))
            nnrt_search_try(&single, search_seed(t, d), number, k, t->params, d->trial, run.begin, run.end);
        else
            nnrt_search_try_d(&d->settings.optimizer, search_seed(t, d), number, k, t->params, d->trial, run.begin, run.end);
    }
}

/* What the trials' costs say, in the gradient's place. */
static void weigh_trials(const nnrt_trainer *t, const nnrt_descent *d, uint32_t number)
{
    nnrt_optimizer single;
    nnrt_optimizer_single(&single, &d->settings.optimizer);
    memset(t->gradient, 0, t->model->params_size);
    if (is_float(t))
        nnrt_search_weigh(&single, number, d->cost, d->weight, d->memory);
    else
        nnrt_search_weigh_d(&d->settings.optimizer, number, d->cost, d->weight, d->memory);
    for (size_t i = 0; i < d->run_count; i++) {
        nnrt_run run = d->runs[i];
        if (is_float(t))
            nnrt_search_gradient(&single, search_seed(t, d), number, d->weight, t->gradient, run.begin, run.end);
        else
            nnrt_search_gradient_d(&d->settings.optimizer, search_seed(t, d), number, d->weight, t->gradient, run.begin, run.end);
    }
}

/* The average cost of the trials. A trial that has none is nothing to es, to which it is the worst, unless all are so; its
 * differences are all that spsa has. */
static int search(nnrt_trainer *t, nnrt_descent *d, uint32_t first, uint32_t n, uint32_t number, double *value, nnrt_error *error)
{
    const nnrt_settings *s = &d->settings;
    uint32_t trials = 2 * s->optimizer.pairs, good = 0;
    double sum = 0, one = 0;
    memcpy(d->trial, t->params, t->model->params_size);
    for (uint32_t k = 0; k < trials; k++) {
        place_trial(t, d, number, k);
        if (nnrt_cost(t->runner, s->cost, d->trial, t->state, t->data, t->order, first, n, &one, error) != 0)
            return 1;
        nnrt_real_put(t->model, d->cost, k, isfinite(one) ? one : NAN);
        if (isfinite(one))
            good++;
        sum += isfinite(one) ? one : 0;
    }
    *value = good == trials || (s->optimizer.kind == NNRT_ES && good) ? sum / good : NAN;
    /* A state moves on as in a step with a gradient: cost leaves it. Where it is the noise's place, counting is enough. */
    if (t->runner->draws)
        ((nnrt_noise *)t->state)->sample += n;
    else if (t->model->state_size && nnrt_grad(t->runner, s->cost, t->params, t->state, t->data, t->order, first, n, t->gradient, &one, error) != 0)
        return 1;
    weigh_trials(t, d, number);
    return 0;
}

/* Plain SGD on a batch that the model takes in one call: its own fused step needs no gradient. */
static int is_plain(const nnrt_trainer *t, const nnrt_descent *d, uint32_t n)
{
    const nnrt_settings *s = &d->settings;
    return s->cost->sgd && s->optimizer.kind == NNRT_SGD && !(s->optimizer.momentum > 0) && !(s->optimizer.weight_decay > 0) &&
           !is_clipped(d) && nnrt_sgd_fits(t->runner, n);
}

/* Says when the error came about. */
static int in_step(const nnrt_trainer *t, nnrt_error *error)
{
    size_t length = error ? strlen(error->text) : 0;
    if (error)
        snprintf(error->text + length, sizeof error->text - length, ", in epoch %lu, step %llu", (unsigned long)t->epoch + 1,
                 (unsigned long long)t->step + 1);
    return 1;
}

int nnrt_descent_step(nnrt_trainer *t, nnrt_descent *d, uint32_t first, uint32_t n, nnrt_error *error)
{
    const nn_cost *cost = d->settings.cost;
    uint32_t number = d->step < UINT32_MAX ? (uint32_t)d->step + 1 : UINT32_MAX;
    int searched = is_search(&d->settings), plain = !searched && is_plain(t, d, n), slicewise = !searched && !plain && is_slicewise(d), bad;
    double value = NAN;
    char title[300];
    d->rate = rate_now(t, d);
    moving m = moving_of(t, d, number);
    if (searched)
        bad = search(t, d, first, n, number, &value, error);
    else if (plain)
        bad = nnrt_sgd(t->runner, cost, t->params, t->state, t->data, t->order, first, n, d->rate, &value, error);
    else
        bad = nnrt_grad_finish(t->runner, cost, t->params, t->state, t->data, t->order, first, n, t->gradient, &value, slicewise ? move_slice : NULL, &m,
                               error);
    if (bad)
        return in_step(t, error);
    if (!isfinite(value))
        return nnrt_error_set(error, "%s: %s became %s in epoch %lu, step %llu: is the rate too large?%s", t->model->name,
                              nnrt_cost_title(title, sizeof title, cost), isnan(value) ? "not a number" : "infinite",
                              (unsigned long)t->epoch + 1, (unsigned long long)t->step + 1,
                              t->model->checks ? "" : " (nnc --check-finite tells which value was the first)");
    if (!plain && !slicewise)
        move(t, d, number);
    d->step++;
    d->samples += n;
    d->cost_sum += value * n;
    return 0;
}
