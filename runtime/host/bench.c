/* bench.c: median times of a model's functions, for one sample and for a full batch, on made-up data. */
#include <stdlib.h>
#include <string.h>

#include "runner.h"

enum { TIMES = 31, LEAST_NS = 2000000 }; /* measurements of a median; what each lasts at least */

typedef enum subject { FORWARD, GRADIENT, STEP, SHARED_STEP } subject;

typedef struct bench {
    const nn_model *model;
    const nn_cost *cost;
    void *params, *state, *work, *gradient, **out;
    const void **in;
    nnrt_trainer *trainer;              /* of the shared step: as `train` does it, by all threads */
} bench;

static double call(const bench *b, subject what, size_t n)
{
    void *state = b->model->state_size ? b->state : NULL;
    switch (what) {
    case FORWARD: return b->model->forward(b->params, state, b->work, n, b->in, b->out);
    case GRADIENT: return b->cost->grad(b->params, state, b->work, n, b->in, b->gradient);
    case STEP: return b->cost->sgd(b->params, state, b->work, n, b->in, 1e-6);
    case SHARED_STEP: return nnrt_descent_step(b->trainer, b->trainer->descent, 0, (uint32_t)n, NULL);
    }
    return 0;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Seconds for a call. Each measurement repeats it until it lasts long enough for the clock. */
static double median(const bench *b, subject what, size_t n)
{
    double times[TIMES];
    unsigned long turns = 1;
    volatile double sink = 0;
    for (;;) {
        double began = nnrt_now();
        for (unsigned long i = 0; i < turns; i++)
            sink = call(b, what, n);
        if (nnrt_now() - began > 1e-9 * LEAST_NS || turns > 1ul << 30)
            break;
        turns *= 2;
    }
    int times_taken = TIMES;
    double all = nnrt_now();
    for (int k = 0; k < TIMES; k++) {
        double began = nnrt_now();
        for (unsigned long i = 0; i < turns; i++)
            sink = call(b, what, n);
        times[k] = (nnrt_now() - began) / (double)turns;
        if (k >= 4 && nnrt_now() - all > 5.0) { /* a slow model: five are enough */
            times_taken = k + 1;
            break;
        }
    }
    (void)sink;
    qsort(times, (size_t)times_taken, sizeof times[0], ascending);
    return times[times_taken / 2];
}

static void line(const bench *b, FILE *out, const char *name, subject what, uint64_t madds)
{
    char one[32], full[32], speed[32], rate[32];
    double single = median(b, what, 1), batch = b->model->batch > 1 ? median(b, what, b->model->batch) : single;
    double samples = b->model->batch / batch;
    nnrt_show_seconds(one, single);
    nnrt_show_seconds(full, batch);
    nnrt_show_real(speed, samples, 4);
    fprintf(out, "%-10s %12s %12s %14s", name, one, full, speed);
    if (madds)
        fprintf(out, " %12s", nnrt_show_real(rate, 2e-9 * (double)madds * samples, 3));
    fprintf(out, "\n");
}

static int prepare(bench *b, nnrt_data *data, uint64_t seed, nnrt_error *error)
{
    const nn_model *model = b->model;
    b->params = nnrt_allocate(1, model->params_size, "the parameters", error);
    b->state = nnrt_allocate(1, model->state_size, "the state", error);
    b->gradient = nnrt_allocate(1, model->params_size, "the gradient", error);
    b->work = nnrt_allocate(1, model->work_size, "the work", error);
    b->in = calloc((size_t)data->values + 1, sizeof *b->in);
    b->out = calloc((size_t)model->outputs + 1, sizeof *b->out);
    if (!b->params || !b->state || !b->gradient || !b->work)
        return 1;
    if (!b->in || !b->out)
        return nnrt_error_memory(error, "the measurements", data->values * sizeof *b->in);
    for (uint32_t i = 0; i < data->values; i++)
        b->in[i] = data->value[i];
    for (uint32_t i = 0; i < model->outputs; i++) {
        b->out[i] = nnrt_allocate(model->batch, nnrt_sample_bytes(model, &model->output[i]), "the outputs", error);
        if (!b->out[i])
            return 1;
    }
    if (model->init)
        model->init(b->params, seed);
    if (model->reset)
        model->reset(b->state, seed);
    return 0;
}

/* The step of `train` where a batch is shared among threads. */
static int shared(bench *b, const nnrt_data *data, const nnrt_parallel *parallel, FILE *out, nnrt_error *error)
{
    char name[64];
    nnrt_settings settings;
    if (nnrt_settings_init(&settings, b->model, b->cost, error) != 0)
        return 1;
    settings.batch = b->model->batch;
    nnrt_optimizer_init_d(&settings.optimizer, NNRT_SGD);
    settings.optimizer.rate = 1e-6;
    b->trainer = nnrt_trainer_new(b->model, &settings, b->params, b->state, data, NULL, parallel, error);
    if (!b->trainer)
        return 1;
    snprintf(name, sizeof name, "%zu thread%s", parallel->workers, parallel->workers == 1 ? "" : "s");
    line(b, out, name, SHARED_STEP, b->model->grad_madds);
    nnrt_trainer_free(b->trainer);
    return 0;
}

int nnrt_bench(const nn_model *model, uint64_t seed, const nnrt_parallel *parallel, FILE *out, nnrt_error *error)
{
    bench b = { .model = model, .cost = model->costs ? &model->cost[0] : NULL };
    nnrt_data data = { 0 };
    int bad = nnrt_fake_data(&data, model, model->batch, seed, 0, 0, error) || prepare(&b, &data, seed, error);
    if (!bad) {
        char batch[32];
        snprintf(batch, sizeof batch, "batch of %lu", (unsigned long)model->batch);
        fprintf(out, "%s: medians of up to %d measurements, one thread%s\n%-10s %12s %12s %14s %12s\n", model->name, TIMES,
                    parallel ? "; below, the step of train by all" : "", "", "one sample",
                batch, "samples/s", model->forward_madds ? "GFLOP/s" : "");
        if (model->forward)
            line(&b, out, "forward", FORWARD, model->forward_madds);
        if (b.cost && b.cost->grad)
            line(&b, out, "gradient", GRADIENT, model->grad_madds);
        if (b.cost && b.cost->sgd)
            line(&b, out, "SGD step", STEP, model->grad_madds);
        if (b.cost && b.cost->grad && parallel)
            bad = shared(&b, &data, parallel, out, error);
    }
    for (uint32_t i = 0; b.out && i < model->outputs; i++)
        free(b.out[i]);
    free(b.out);
    free(b.in);
    free(b.params);
    free(b.state);
    free(b.gradient);
    free(b.work);
    nnrt_data_free(&data);
    return bad;
}
