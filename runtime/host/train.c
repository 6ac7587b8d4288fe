/* train.c: the training loop. One step: the gradient of a batch's average cost, clipped, then a step of the optimizer on
 * what the cost trains and on nothing else (frozen parameters and padding keep every bit). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

enum { JUDGED_MOST = 10000 }; /* training samples that accuracy is measured on */

/* ---- making ---- */

static int check(const nn_model *model, const nnrt_settings *settings, const nnrt_data *data, nnrt_error *error)
{
    if (data->samples == 0 || data->samples > INT32_MAX)
        return nnrt_error_set(error, "%s: can't train on %zu samples", model->name, data->samples);
    if (model->flags & NN_BATCH_COUPLED && (settings->batch == 0 || settings->batch > model->batch))
        return nnrt_error_set(error, "%s: its samples are coupled within a batch, so a batch has at most the %lu samples the model was "
                              "generated for (nnc --batch N makes that more)", model->name, (unsigned long)model->batch);
    return 0;
}

/* A part of the training data, evenly spread, for its accuracy; none where nothing is judged. */
static int take_sample(nnrt_trainer *t, nnrt_error *error)
{
    uint32_t target, output, n = (uint32_t)t->data->samples;
    if (n <= JUDGED_MOST || t->model->flags & NN_STREAM || nnrt_judged(t->model, &target, &output) != 0)
        return 0;
    uint32_t *pick = nnrt_allocate(JUDGED_MOST, sizeof *pick, "a part of the data", error);
    if (!pick)
        return 1;
    for (uint32_t i = 0; i < JUDGED_MOST; i++)
        pick[i] = (uint32_t)((uint64_t)i * n / JUDGED_MOST);
    int bad = nnrt_data_pick(&t->sample, t->model, t->data, pick, JUDGED_MOST, error);
    free(pick);
    return bad;
}

static void to_float(nnrt_optimizer *f, const nnrt_optimizer_d *d)
{
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
    f->nesterov = d->nesterov;
    f->amsgrad = d->amsgrad;
    f->centered = d->centered;
}

static int make(nnrt_trainer *t, const nnrt_parallel *parallel, nnrt_error *error)
{
    const nn_model *model = t->model;
    uint32_t n = (uint32_t)t->data->samples;
    t->memory_reals = nnrt_optimizer_memory_d(&t->settings.optimizer, model->reals);
    t->runner = nnrt_runner_new(model, parallel, error);
    t->gradient = nnrt_allocate(1, model->params_size, "the gradient", error);
    t->memory = nnrt_allocate(t->memory_reals, model->real_size, "the optimizer", error);
    t->first_state = nnrt_allocate(1, model->state_size, "the state", error);
    if (!t->runner || !t->gradient || !t->memory || !t->first_state)
        return 1;
    if (nnrt_trained_runs(model, t->settings.cost, &t->runs, &t->run_count, error) != 0)
        return 1;
    t->batches.samples = n;
    t->batches.batch = t->settings.batch;
    t->batches.seed = t->settings.seed;
    if (!(model->flags & NN_STREAM) && t->settings.batch != 0 && t->settings.batch < n) {
        t->order = nnrt_allocate(n, sizeof *t->order, "the order of samples", error);
        if (!t->order)
            return 1;
    }
    t->batches.order = t->order;
    return take_sample(t, error);
}

nnrt_trainer *nnrt_trainer_new(const nn_model *model, const nnrt_settings *settings, void *params, void *state,
                               const nnrt_data *data, const nnrt_data *test, const nnrt_parallel *parallel, nnrt_error *error)
{
    if (check(model, settings, data, error) != 0)
        return NULL;
    nnrt_trainer *t = nnrt_allocate(1, sizeof *t, "training", error);
    if (!t)
        return NULL;
    t->model = model;
    t->settings = *settings;
    t->params = params;
    t->state = state;
    t->data = data;
    t->test = test;
    t->rate = settings->optimizer.rate;
    if (make(t, parallel, error) != 0) {
        nnrt_trainer_free(t);
        return NULL;
    }
    if (model->real_size == sizeof(float)) {
        nnrt_optimizer optimizer;
        to_float(&optimizer, &t->settings.optimizer);
        nnrt_optimizer_begin(&optimizer, t->memory, model->reals);
    } else {
        nnrt_optimizer_begin_d(&t->settings.optimizer, t->memory, model->reals);
    }
    if (model->state_size)
        memcpy(t->first_state, state, model->state_size);
    return t;
}

void nnrt_trainer_free(nnrt_trainer *t)
{
    if (!t)
        return;
    nnrt_runner_free(t->runner);
    nnrt_data_free(&t->sample);
    free(t->gradient);
    free(t->memory);
    free(t->first_state);
    free(t->runs);
    free(t->order);
    free(t->history);
    free(t);
}

const nnrt_epoch *nnrt_trainer_history(const nnrt_trainer *t, size_t *epochs)
{
    *epochs = t->epochs;
    return t->history;
}

int nnrt_trainer_save_params(const nnrt_trainer *t, const char *path, nnrt_error *error)
{
    const void *state = t->model->flags & NN_STREAM ? t->first_state : t->state;
    return nnrt_params_save(t->model, t->params, t->model->state_size ? state : NULL, path, NULL, 0, error);
}

/* ---- one step ---- */

static double rate_now(const nnrt_trainer *t)
{
    nnrt_schedule_d schedule = t->settings.schedule;
    uint64_t batch = t->settings.batch ? t->settings.batch : t->batches.samples;
    uint64_t steps = (t->batches.samples + batch - 1) / batch, total = steps * t->settings.epochs;
    if (t->settings.every_epochs)
        schedule.every = steps * t->settings.every_epochs > UINT32_MAX ? UINT32_MAX : (uint32_t)steps * t->settings.every_epochs;
    return t->settings.optimizer.rate * nnrt_schedule_factor_d(&schedule, t->step > UINT32_MAX ? UINT32_MAX : (uint32_t)t->step,
                                                               total > UINT32_MAX ? UINT32_MAX : (uint32_t)total);
}

static void clip(const nnrt_trainer *t)
{
    size_t n = t->model->reals;
    double norm = t->settings.clip_norm, value = t->settings.clip_value;
    if (t->model->real_size == sizeof(float)) {
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

static void descend(nnrt_trainer *t, uint32_t number)
{
    size_t n = t->model->reals;
    nnrt_optimizer single;
    to_float(&single, &t->settings.optimizer);
    clip(t);
    for (size_t i = 0; i < t->run_count; i++) {
        nnrt_run run = t->runs[i];
        if (t->model->real_size == sizeof(float))
            nnrt_optimizer_step(&single, (float)t->rate, number, t->params, t->gradient, t->memory, n, run.begin, run.end);
        else
            nnrt_optimizer_step_d(&t->settings.optimizer, t->rate, number, t->params, t->gradient, t->memory, n, run.begin, run.end);
    }
}

/* Plain SGD on a batch that the model takes in one call: its own fused step needs no gradient. */
static int is_plain(const nnrt_trainer *t, uint32_t n)
{
    const nnrt_optimizer_d *o = &t->settings.optimizer;
    return t->settings.cost->sgd && o->kind == NNRT_SGD && !(o->momentum > 0) && !(o->weight_decay > 0) &&
           !(t->settings.clip_norm > 0) && !(t->settings.clip_value > 0) && nnrt_sgd_fits(t->runner, n);
}

static int step(nnrt_trainer *t, uint32_t first, uint32_t n, nnrt_error *error)
{
    const nn_cost *cost = t->settings.cost;
    double value = NAN;
    char title[300];
    t->rate = rate_now(t);
    int bad = is_plain(t, n) ? nnrt_sgd(t->runner, cost, t->params, t->state, t->data, t->order, first, n, t->rate, &value, error)
                             : nnrt_grad(t->runner, cost, t->params, t->state, t->data, t->order, first, n, t->gradient, &value, error);
    if (bad)
        return 1;
    if (!isfinite(value))
        return nnrt_error_set(error, "%s: %s became %s in epoch %lu, step %llu: is the rate too large?", t->model->name,
                              nnrt_cost_title(title, sizeof title, cost), isnan(value) ? "not a number" : "infinite",
                              (unsigned long)t->epoch + 1, (unsigned long long)t->step + 1);
    if (!is_plain(t, n))
        descend(t, t->step < UINT32_MAX ? (uint32_t)t->step + 1 : UINT32_MAX);
    t->step++;
    t->cost_sum += value * n;
    return 0;
}

/* ---- epochs ---- */

/* A stream's state starts anew; its noise goes on, as a function of seed and epoch. */
static void begin_epoch(nnrt_trainer *t)
{
    const nn_model *model = t->model;
    nnrt_batches_begin(&t->batches, t->epoch + 1);
    t->begun = 1;
    t->cost_sum = 0;
    if (!(model->flags & NN_STREAM) || !model->state_size)
        return;
    memcpy(t->state, t->first_state, model->state_size);
    if (!(model->flags & NN_NOISE) || !model->reset)
        return;
    model->reset(t->state, nnrt_random_stream(t->settings.seed, t->epoch + 1));
    for (uint32_t i = 0; i < model->states; i++)
        for (uint32_t q = 0; q < model->state[i].size; q++) {
            size_t place = nnrt_place(&model->state[i], q) * model->real_size;
            memcpy((char *)t->state + place, (const char *)t->first_state + place, model->real_size);
        }
}

static int push(nnrt_trainer *t, const nnrt_epoch *epoch, nnrt_error *error)
{
    if (t->epochs == t->room) {
        size_t room = 2 * t->room + 16;
        nnrt_epoch *history = realloc(t->history, room * sizeof *history);
        if (!history)
            return nnrt_error_memory(error, "the history", room * sizeof *history);
        t->history = history;
        t->room = room;
    }
    t->history[t->epochs++] = *epoch;
    return 0;
}

static int finish_epoch(nnrt_trainer *t, double now, int *improved, nnrt_error *error)
{
    nnrt_epoch e;
    uint32_t target, output;
    memset(&e, 0, sizeof e);
    const nnrt_data *judged = t->sample.samples ? &t->sample : t->data;
    /* A stream's accuracy would need its whole past once more; its held-out set tells it. */
    if (!(t->model->flags & NN_STREAM) && nnrt_judged(t->model, &target, &output) == 0 &&
        nnrt_evaluate(t->runner, NULL, t->params, t->state, judged, &e.train, NULL, error) != 0)
        return 1;
    const void *from = t->model->flags & NN_STREAM ? t->first_state : t->state;
    if (t->test && nnrt_evaluate(t->runner, t->settings.cost, t->params, from, t->test, &e.test, NULL, error) != 0)
        return 1;
    e.epoch = t->epoch + 1;
    e.step = t->step;
    e.rate = t->rate;
    e.tested = t->test != NULL;
    e.train.cost = t->cost_sum / t->batches.samples;
    e.seconds = t->seconds + (nnrt_now() - now);
    if (push(t, &e, error) != 0)
        return 1;
    t->epoch++;
    t->begun = 0;
    *improved = t->test && isfinite(e.test.cost) && (t->best_epoch == 0 || e.test.cost < t->best);
    if (*improved) {
        t->best = e.test.cost;
        t->best_epoch = t->epoch;
    }
    return 0;
}

static nnrt_progress progress_of(const nnrt_trainer *t, int improved)
{
    nnrt_progress p;
    memset(&p, 0, sizeof p);
    p.settings = &t->settings;
    p.epoch = t->epoch + (t->begun != 0);
    p.samples = t->batches.samples;
    p.done = t->batches.at;
    p.step = t->step;
    p.cost = p.done ? t->cost_sum / p.done : NAN;
    p.improved = improved;
    p.history = t->history;
    p.epochs = t->epochs;
    p.params = t->params;
    p.state = t->state;
    return p;
}

/* Whether patience is at its end. */
static int out_of_patience(const nnrt_trainer *t)
{
    return t->settings.patience && t->test && t->epoch >= t->best_epoch && t->epoch - t->best_epoch >= t->settings.patience;
}

static int train(nnrt_trainer *t, const nnrt_callbacks *call, double *now, int *stopped, nnrt_error *error)
{
    uint32_t first, n;
    int improved;
    while (t->epoch < t->settings.epochs && !out_of_patience(t)) {
        if (!t->begun)
            begin_epoch(t);
        while ((n = nnrt_batches_next(&t->batches, &first)) != 0) {
            if (step(t, first, n, error) != 0)
                return 1;
            nnrt_progress p = progress_of(t, 0);
            t->seconds += nnrt_now() - *now;
            *now = nnrt_now();
            if (call && call->on_batch && call->on_batch(call->context, &p) != 0) {
                *stopped = 1;
                return 0;
            }
        }
        if (finish_epoch(t, *now, &improved, error) != 0)
            return 1;
        nnrt_progress p = progress_of(t, improved);
        if (call && call->on_epoch && call->on_epoch(call->context, &p) != 0) {
            *stopped = 1;
            return 0;
        }
    }
    return 0;
}

int nnrt_train(nnrt_trainer *t, const nnrt_callbacks *callbacks, int *stopped, nnrt_error *error)
{
    double now = nnrt_now();
    int ignored, *flag = stopped ? stopped : &ignored;
    *flag = 0;
    int bad = train(t, callbacks, &now, flag, error);
    t->seconds += nnrt_now() - now;
    return bad;
}
