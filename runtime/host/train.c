/* train.c: the training loop: epochs, batches, figures, patience. In each step the costs are descended in turn (descent.c). */
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

/* The costs to descend, one after the other as the settings are linked. The unnamed one, or else the first, is the main one. */
static int take_costs(nnrt_trainer *t, const nnrt_settings *settings, nnrt_error *error)
{
    for (const nnrt_settings *s = settings; s; s = s->next)
        t->descents++;
    t->descent = nnrt_allocate(t->descents, sizeof *t->descent, "the costs", error);
    if (!t->descent)
        return 1;
    uint32_t i = 0;
    for (const nnrt_settings *s = settings; s; s = s->next, i++) {
        if (nnrt_descent_make(t, &t->descent[i], s, error) != 0)
            return 1;
        if (!s->cost->name)
            t->main = i;
        if (i > 0)
            t->descent[i - 1].settings.next = &t->descent[i].settings;
    }
    t->settings = t->descent[0].settings;
    return 0;
}

static int make(nnrt_trainer *t, const nnrt_parallel *parallel, nnrt_error *error)
{
    const nn_model *model = t->model;
    uint32_t n = (uint32_t)t->data->samples;
    t->runner = nnrt_runner_new(model, parallel, error);
    t->gradient = nnrt_allocate(1, model->params_size, "the gradient", error);
    t->first_state = nnrt_allocate(1, model->state_size, "the state", error);
    t->step_state = nnrt_allocate(1, model->state_size, "the state", error);
    t->costs = nnrt_allocate(t->descents, sizeof *t->costs, "the costs", error);
    if (!t->runner || !t->gradient || !t->first_state || !t->step_state || !t->costs)
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
    if (take_costs(t, settings, error) != 0 || make(t, parallel, error) != 0) {
        nnrt_trainer_free(t);
        return NULL;
    }
    if (model->state_size)
        memcpy(t->first_state, state, model->state_size);
    return t;
}

void nnrt_trainer_forget(nnrt_trainer *t)
{
    for (size_t i = 0; i < t->epochs; i++)
        free(t->history[i].cost);
    free(t->history);
    t->history = NULL;
    t->epochs = t->room = 0;
}

void nnrt_trainer_free(nnrt_trainer *t)
{
    if (!t)
        return;
    nnrt_runner_free(t->runner);
    nnrt_data_free(&t->sample);
    for (uint32_t i = 0; t->descent && i < t->descents; i++)
        nnrt_descent_free(&t->descent[i]);
    nnrt_trainer_forget(t);
    free(t->descent);
    free(t->costs);
    free(t->gradient);
    free(t->first_state);
    free(t->step_state);
    free(t->order);
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

uint32_t nnrt_every(const nnrt_settings *s)
{
    return s->every ? s->every : 1;
}

/* Each cost whose turn it is, in order, on the same samples. A stream's state moves on by one sample: each cost begins with
 * the state that the step began with, and where none is descended a gradient that nobody reads moves it. */
static int step(nnrt_trainer *t, uint32_t first, uint32_t n, nnrt_error *error)
{
    int is_stream = t->model->flags & NN_STREAM && t->model->state_size, descended = 0;
    double ignored;
    if (is_stream)
        memcpy(t->step_state, t->state, t->model->state_size);
    for (uint32_t i = 0; i < t->descents; i++) {
        if ((t->step + 1) % nnrt_every(&t->descent[i].settings) != 0)
            continue;
        if (is_stream && descended)
            memcpy(t->state, t->step_state, t->model->state_size);
        if (nnrt_descent_step(t, &t->descent[i], first, n, error) != 0)
            return 1;
        descended = 1;
    }
    if (is_stream && !descended && nnrt_grad(t->runner, t->settings.cost, t->params, t->state, t->data, t->order, first, n, t->gradient,
                                             &ignored, error) != 0)
        return 1;
    t->step++;
    return 0;
}

/* ---- epochs ---- */

/* A stream's state starts anew; its noise goes on, as a function of seed and epoch. */
static void begin_epoch(nnrt_trainer *t)
{
    const nn_model *model = t->model;
    nnrt_batches_begin(&t->batches, t->epoch + 1);
    t->begun = 1;
    for (uint32_t i = 0; i < t->descents; i++) {
        t->descent[i].cost_sum = 0;
        t->descent[i].samples = 0;
    }
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

/* The average cost so far in this epoch. */
static double average(const nnrt_descent *d)
{
    return d->samples ? d->cost_sum / (double)d->samples : NAN;
}

/* Train accuracy, and the held-out figures of each cost. */
static int measure(nnrt_trainer *t, nnrt_epoch *e, nnrt_error *error)
{
    uint32_t target, output;
    const nnrt_data *judged = t->sample.samples ? &t->sample : t->data;
    const void *from = t->model->flags & NN_STREAM ? t->first_state : t->state;
    nnrt_figures figures;
    /* A stream's accuracy would need its whole past once more; its held-out set tells it. */
    if (!(t->model->flags & NN_STREAM) && nnrt_judged(t->model, &target, &output) == 0 &&
        nnrt_evaluate(t->runner, NULL, t->params, t->state, judged, &e->train, NULL, error) != 0)
        return 1;
    e->train.cost = average(&t->descent[t->main]);
    for (uint32_t i = 0; i < t->descents; i++) {
        const nnrt_descent *d = &t->descent[i];
        if (t->test && nnrt_evaluate(t->runner, d->settings.cost, t->params, from, t->test, &figures, NULL, error) != 0)
            return 1;
        if (t->test && i == t->main)
            e->test = figures;
        if (e->cost) {
            e->cost[i].train = average(d);
            e->cost[i].test = t->test ? figures.cost : NAN;
            e->cost[i].rate = d->rate;
        }
    }
    return 0;
}

static int finish_epoch(nnrt_trainer *t, double now, int *improved, nnrt_error *error)
{
    nnrt_epoch e;
    memset(&e, 0, sizeof e);
    if (t->descents > 1 && !(e.cost = nnrt_allocate(t->descents, sizeof *e.cost, "the history", error)))
        return 1;
    e.epoch = t->epoch + 1;
    e.step = t->step;
    e.rate = t->descent[t->main].rate;
    e.tested = t->test != NULL;
    if (measure(t, &e, error) != 0) {
        free(e.cost);
        return 1;
    }
    e.seconds = t->seconds + (nnrt_now() - now);
    if (push(t, &e, error) != 0) {
        free(e.cost);
        return 1;
    }
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
    for (uint32_t i = 0; i < t->descents; i++)
        t->costs[i] = average(&t->descent[i]);
    p.settings = &t->settings;
    p.epoch = t->epoch + (t->begun != 0);
    p.samples = t->batches.samples;
    p.done = t->batches.at;
    p.step = t->step;
    p.cost = t->costs[t->main];
    p.costs = t->costs;
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
