/* test_runtime_resume.c: training that is stopped at any batch, saved, and taken up by another trainer ends with the very bits
 * of training that was not stopped: with every optimizer, schedule and precision, with and without a held-out set. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#define REAL float
#define NAME(x) x
#define MATH(c) c##f
#include "hand_net.h"
#define REAL double
#define NAME(x) x##_d
#define MATH(c) c
#include "hand_net.h"
#include "hand_stream.h"
#include "host/host.h"

enum { SAMPLES = 20, BATCH = 6, EPOCHS = 3, BATCHES = 4 /* in an epoch, the last of two samples */ };

static nnrt_error error;

typedef struct outcome {
    double params[HAND_REALS];
    nnrt_epoch history[EPOCHS];
    size_t epochs;
} outcome;

typedef struct run {
    const nn_model *model;
    const char *optimizer, *schedule;
    int held;               /* whether there is a held-out set, and patience */
    uint32_t batch;
} run;

/* In memory, where there is such a place: each save waits for its disk. */
static void name_file(char *path, size_t size)
{
    snprintf(path, size, "%s/nnrt-resume-%ld.npz", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid());
}

/* A trainer whose parameters are fresh: what a resumed one has comes from the file. */
static nnrt_trainer *begin(const run *r, void *params, void *state, nnrt_data *data, nnrt_data *test)
{
    nnrt_settings s;
    cr_assert_eq(nnrt_fake_data(data, r->model, SAMPLES, 3, 0, 0, &error), 0);
    cr_assert_eq(nnrt_fake_data(test, r->model, 7, 4, 0, 0, &error), 0);
    cr_assert_eq(nnrt_settings_init(&s, r->model, r->model->cost, &error), 0);
    cr_assert_eq(nnrt_settings_optimizer(&s, r->optimizer, &error), 0, "%s", error.text);
    cr_assert_eq(nnrt_settings_schedule(&s, r->schedule, &error), 0, "%s", error.text);
    s.batch = r->batch;
    s.epochs = EPOCHS;
    s.patience = r->held ? 50 : 0;
    s.seed = 5;
    r->model->init(params, 1);
    if (r->model->reset)
        r->model->reset(state, 1);
    nnrt_trainer *t = nnrt_trainer_new(r->model, &s, params, state, data, r->held ? test : NULL, NULL, &error);
    cr_assert_not_null(t, "%s", error.text);
    return t;
}

static int stop(void *context, const nnrt_progress *p)
{
    (void)p;
    return --*(int *)context == 0;
}

static void finish(nnrt_trainer *t, const void *params, outcome *o, nnrt_data *data, nnrt_data *test)
{
    int stopped = 1;
    cr_assert_eq(nnrt_train(t, NULL, &stopped, &error), 0, "%s", error.text);
    cr_assert_eq(stopped, 0);
    memset(o, 0, sizeof *o);
    const nnrt_epoch *history = nnrt_trainer_history(t, &o->epochs);
    cr_assert_eq(o->epochs, EPOCHS);
    memcpy(o->history, history, sizeof o->history);
    for (int e = 0; e < EPOCHS; e++)
        o->history[e].seconds = 0; /* times are not kept */
    memcpy(o->params, params, HAND_REALS * sizeof(float));
    nnrt_trainer_free(t);
    nnrt_data_free(data);
    nnrt_data_free(test);
}

/* Stopped after each number of batches: also at an epoch's last one, before its figures are taken. */
static void check(const run *r)
{
    double params[HAND_REALS];
    stream_state state = { { 0 }, 0, 0 };
    nnrt_data data, test;
    outcome whole, parts;
    char path[64];
    int batches = r->batch == 1 ? SAMPLES : r->batch == 0 ? 1 : BATCHES;
    name_file(path, sizeof path);
    memset(params, 0, sizeof params);
    nnrt_trainer *t = begin(r, params, &state, &data, &test);
    finish(t, params, &whole, &data, &test);
    for (int after = 1; after <= EPOCHS * batches; after++) {
        int left = after, stopped = 0;
        const nnrt_callbacks callbacks = { stop, NULL, &left };
        memset(params, 0, sizeof params);
        t = begin(r, params, &state, &data, &test);
        cr_assert_eq(nnrt_train(t, &callbacks, &stopped, &error), 0);
        cr_assert_eq(stopped, 1);
        cr_assert_eq(nnrt_trainer_save(t, path, &error), 0, "%s", error.text);
        nnrt_trainer_free(t);
        nnrt_data_free(&data);
        nnrt_data_free(&test);
        memset(params, 0, sizeof params);
        t = begin(r, params, &state, &data, &test);
        cr_assert_eq(nnrt_trainer_resume(t, path, &error), 0, "%s", error.text);
        finish(t, params, &parts, &data, &test);
        cr_expect_eq(memcmp(&whole, &parts, sizeof whole), 0, "%s, %s, stopped after batch %d", r->optimizer, r->schedule, after);
    }
    unlink(path);
}

static const char *const optimizers[] = {
    "sgd(rate=0.1)", "sgd(rate=0.1, weight_decay=0.01)", "sgd(rate=0.1, momentum=0.9)", "sgd(rate=0.05, momentum=0.9, dampening=0.2)",
    "sgd(rate=0.05, momentum=0.9, nesterov=1)", "adam", "adam(amsgrad=1, weight_decay=0.1)", "adamw", "rmsprop", "rmsprop(centered=1, momentum=0.5)",
    "adagrad(rate_decay=0.1, accumulator=0.1)", "rprop", "adam(clip_norm=0.1)", "sgd(rate=0.1, clip_value=0.01)",
    "spsa(pairs=2)", "spsa(calibrate=0, rate=0.05, weight_decay=0.01)", "es(pairs=3, sigma=0.2)", "shampoo(interval=2)", "shampoo(graft=0, largest=4)",
};
static const char *const schedules[] = {
    "constant", "step(every=3, factor=0.5)", "step(epochs=2)", "cosine(warmup=4)", "cosine(floor=0.1)", "warmup(steps=9)",
};
enum { OPTIMIZERS = sizeof optimizers / sizeof optimizers[0], SCHEDULES = sizeof schedules / sizeof schedules[0] };

Test(resume, every_optimizer_with_every_schedule, .timeout = 120)
{
    for (int o = 0; o < OPTIMIZERS; o++)
        for (int s = 0; s < SCHEDULES; s++) {
            const run r = { (o + s) % 2 ? &hand_model : &hand_model_d, optimizers[o], schedules[s], (o + s) % 3 == 0, BATCH };
            check(&r);
        }
}

Test(resume, full_batches_and_single_samples, .timeout = 120)
{
    for (int o = 0; o < OPTIMIZERS; o += 4) {
        const run one = { &hand_model, optimizers[o], "cosine(warmup=3)", 1, 1 }, all = { &hand_model_d, optimizers[o], "step(epochs=1)", 0, 0 };
        check(&one);
        check(&all);
    }
}

Test(resume, a_stream_with_its_state_and_noise, .timeout = 120)
{
    const run r = { &stream_model, "sgd(rate=0.01, momentum=0.5)", "warmup(steps=10)", 1, 1 };
    check(&r);
}

/* A damaged memory is no memory. */
Test(resume, not_a_number)
{
    const run r = { &hand_model, "adam", "constant", 0, BATCH };
    float params[HAND_REALS];
    nnrt_data data, test;
    stream_state state;
    nnrt_trainer *t = begin(&r, params, &state, &data, &test);
    ((float *)t->descent[0].memory)[3] = (float)NAN;
    char path[64];
    name_file(path, sizeof path);
    cr_assert_eq(nnrt_trainer_save(t, path, &error), 0, "%s", error.text);
    cr_expect_eq(nnrt_trainer_resume(t, path, &error), 1);
    cr_expect(strstr(error.text, path) && strstr(error.text, "'resume/memory', element [3] is not a number"), "%s", error.text);
    nnrt_trainer_free(t);
    nnrt_data_free(&data);
    nnrt_data_free(&test);
    unlink(path);
}
