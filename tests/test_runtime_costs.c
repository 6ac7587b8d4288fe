/* test_runtime_costs.c: several costs descended in turn: the order, each one's turns, optimizer and schedule; streams; runs that
 * are taken up after any batch. The models are written by hand. */
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

enum { SAMPLES = 21, BATCH = 6, BATCHES = 4, EPOCHS = 3 };

static nnrt_error error;
static const unsigned char first_trains[] = { 1, 1, 0, 0 }, second_trains[] = { 0, 0, 0, 1 };

/* hand_net with its cost twice, each of which trains one of the two linear stages. */
static void make_two(nn_model *two, nn_cost *costs, const nn_model *model)
{
    *two = *model;
    costs[0] = costs[1] = model->cost[0];
    costs[0].name = "one";
    costs[1].name = "other";
    costs[0].trains = first_trains;
    costs[1].trains = second_trains;
    costs[0].sgd = costs[1].sgd = NULL; /* it moves all */
    two->cost = costs;
    two->costs = 2;
}

static void set(nnrt_settings *s, const nn_model *model, const char *const *optimizers, const char *const *schedules, uint32_t every)
{
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(nnrt_settings_init(&s[i], model, &model->cost[i], &error), 0);
        cr_assert_eq(nnrt_settings_optimizer(&s[i], optimizers[i], &error), 0, "%s", error.text);
        cr_assert_eq(nnrt_settings_schedule(&s[i], schedules[i], &error), 0, "%s", error.text);
    }
    s[0].epochs = EPOCHS;
    s[0].batch = model->flags & NN_STREAM ? 1 : BATCH;
    s[0].next = &s[1];
    s[1].every = every;
}

/* By hand: the first cost's gradient and step, then in each second step the other's, at the parameters that there are by then. */
Test(costs, are_descended_in_turn)
{
    static const char *const optimizers[] = { "sgd(rate=0.5)", "adam(rate=0.1)" }, *const schedules[] = { "constant", "step(every=2, factor=0.5)" };
    nn_model two;
    nn_cost costs[2];
    nnrt_settings s[2];
    nnrt_data data;
    double p[HAND_REALS], q[HAND_REALS], g[HAND_REALS], memory[2 * HAND_REALS], sum = 0, value;
    uint32_t order[SAMPLES], first, n, step = 0, turns = 0, seen = 0;
    nnrt_batches b = { order, SAMPLES, BATCH, 0, 0 };
    make_two(&two, costs, &hand_model_d);
    set(s, &two, optimizers, schedules, 2);
    cr_assert_eq(nnrt_fake_data(&data, &two, SAMPLES, 3, 0, 0, &error), 0);
    hand_init_d(p, 1);
    memcpy(q, p, sizeof q);
    nnrt_trainer *t = nnrt_trainer_new(&two, s, p, NULL, &data, &data, NULL, &error);
    cr_assert(t && nnrt_train(t, NULL, NULL, &error) == 0, "%s", error.text);
    nnrt_runner *r = nnrt_runner_new(&two, NULL, &error);
    nnrt_optimizer_begin_d(&s[1].optimizer, memory, HAND_REALS);
    for (uint32_t epoch = 1; epoch <= EPOCHS; epoch++) {
        sum = seen = 0;
        for (nnrt_batches_begin(&b, epoch); (n = nnrt_batches_next(&b, &first)) != 0;) {
            cr_assert_eq(nnrt_grad(r, &costs[0], q, NULL, &data, order, first, n, g, &value, &error), 0);
            nnrt_sgd_step_d(&s[0].optimizer, 0.5, step + 1, q, g, NULL, HAND_REALS, 0, HAND_SCALE);
            if (++step % 2)
                continue;
            cr_assert_eq(nnrt_grad(r, &costs[1], q, NULL, &data, order, first, n, g, &value, &error), 0);
            nnrt_adam_step_d(&s[1].optimizer, 0.1 * pow(0.5, turns / 2), turns + 1, q, g, memory, HAND_REALS, HAND_W2, HAND_W2 + 15);
            turns++;
            sum += value * n;
            seen += n;
        }
    }
    for (size_t i = 0; i < HAND_REALS; i++)
        cr_expect_float_eq(p[i], q[i], 1e-14, "real %zu", i);
    size_t epochs;
    const nnrt_epoch *last = nnrt_trainer_history(t, &epochs) + EPOCHS - 1;
    cr_assert(epochs == EPOCHS && last->cost);
    cr_expect_float_eq(last->cost[1].train, sum / seen, 1e-14);
    cr_expect(last->cost[0].train == last->train.cost && last->cost[0].test == last->test.cost && last->cost[0].test == last->cost[1].test,
              "the first one, where none is without a name, gives the figures");
    cr_expect(last->cost[0].rate == 0.5 && fabs(last->cost[1].rate - 0.1 * 0.25) < 1e-15);
    nnrt_runner_free(r);
    nnrt_trainer_free(t);
    nnrt_data_free(&data);
}

/* One that has no turn in an epoch has no train cost. */
Test(costs, a_turn_that_does_not_come)
{
    static const char *const optimizers[] = { "sgd", "sgd" }, *const schedules[] = { "constant", "cosine" };
    nn_model two;
    nn_cost costs[2];
    nnrt_settings s[2];
    nnrt_data data;
    float p[HAND_REALS], fresh[HAND_REALS];
    size_t epochs;
    make_two(&two, costs, &hand_model);
    costs[1].name = NULL;
    set(s, &two, optimizers, schedules, 1000);
    cr_assert_eq(nnrt_fake_data(&data, &two, SAMPLES, 3, 0, 0, &error), 0);
    hand_init(p, 1);
    hand_init(fresh, 1);
    nnrt_trainer *t = nnrt_trainer_new(&two, s, p, NULL, &data, NULL, NULL, &error);
    cr_assert(t && nnrt_train(t, NULL, NULL, &error) == 0, "%s", error.text);
    const nnrt_epoch *e = nnrt_trainer_history(t, &epochs);
    cr_expect(isnan(e->cost[1].train) && isnan(e->cost[0].test) && isnan(e->train.cost) && isfinite(e->cost[0].train), "the unnamed one gives the figures");
    cr_expect_eq(memcmp(p + HAND_W2, fresh + HAND_W2, 15 * sizeof *p), 0);
    cr_expect_neq(memcmp(p, fresh, sizeof p), 0);
    nnrt_trainer_free(t);
    nnrt_data_free(&data);
}

/* A stream moves on by one sample a step, however many costs have their turn. */
Test(costs, of_a_stream)
{
    static const char *const optimizers[] = { "sgd(rate=0)", "es(pairs=1, rate=0)" }, *const schedules[] = { "constant", "constant" };
    for (uint32_t every = 1; every <= 3; every += 2)
        for (int both = 0; both < 2; both++) {
            nn_model two = stream_model;
            nn_cost costs[2] = { stream_costs[0], stream_costs[0] };
            nnrt_settings s[2];
            nnrt_data data;
            double p[2];
            stream_state state;
            costs[0].name = "one";
            costs[1].name = "other";
            two.cost = costs;
            two.costs = 2;
            two.flags &= ~(uint32_t)NN_NOISE;
            set(s, &two, optimizers, schedules, every);
            s[0].every = both ? every : 1;
            cr_assert_eq(nnrt_fake_data(&data, &two, SAMPLES, 3, 0, 0, &error), 0);
            stream_init(p, 1);
            stream_reset(&state, 1);
            nnrt_trainer *t = nnrt_trainer_new(&two, s, p, &state, &data, NULL, NULL, &error);
            cr_assert(t && nnrt_train(t, NULL, NULL, &error) == 0, "%s", error.text);
            cr_expect_eq(state.step, SAMPLES, "every %u: %lu", every, (unsigned long)state.step);
            nnrt_trainer_free(t);
            nnrt_data_free(&data);
        }
}

/* ---- runs that go on ---- */

static int stop(void *context, const nnrt_progress *p)
{
    cr_assert(p->costs && p->settings->next);
    return --*(int *)context == 0;
}

typedef struct outcome {
    double params[HAND_REALS];
    nnrt_epoch_cost cost[EPOCHS][2];
} outcome;

/* Trains to the end and frees; gives what came of it. */
static outcome finish(nnrt_trainer *t, const void *params, nnrt_data *data)
{
    outcome o;
    size_t epochs;
    memset(&o, 0, sizeof o);
    cr_assert_eq(nnrt_train(t, NULL, NULL, &error), 0, "%s", error.text);
    const nnrt_epoch *history = nnrt_trainer_history(t, &epochs);
    cr_assert_eq(epochs, EPOCHS);
    for (int e = 0; e < EPOCHS; e++)
        memcpy(o.cost[e], history[e].cost, sizeof o.cost[e]);
    memcpy(o.params, params, HAND_REALS * t->model->real_size);
    nnrt_trainer_free(t);
    nnrt_data_free(data);
    return o;
}

static nnrt_trainer *begin(const nn_model *two, const char *const *optimizers, uint32_t every, void *params, nnrt_data *data)
{
    static const char *const schedules[] = { "cosine(warmup=3)", "step(epochs=1, factor=0.5)" };
    nnrt_settings s[2];
    set(s, two, optimizers, schedules, every);
    cr_assert_eq(nnrt_fake_data(data, two, SAMPLES, 3, 0, 0, &error), 0);
    memset(params, 0, HAND_REALS * sizeof(double));
    two->init(params, 1);
    nnrt_trainer *t = nnrt_trainer_new(two, s, params, NULL, data, data, NULL, &error);
    cr_assert_not_null(t, "%s", error.text);
    return t;
}

Test(costs, go_on_after_any_batch, .timeout = 120)
{
    static const char *const optimizers[][2] = { { "sgd(rate=0.1)", "adam" }, { "es(pairs=2)", "spsa" }, { "shampoo(interval=2)", "rmsprop(momentum=0.5)" } };
    char path[64];
    snprintf(path, sizeof path, "%s/nnrt-costs-%ld.npz", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid());
    for (int c = 0; c < 6; c++) {
        nn_model two;
        nn_cost costs[2];
        nnrt_data data;
        double p[HAND_REALS];
        const char *const *by = optimizers[c / 2];
        uint32_t every = 1 + (uint32_t)c % 3;
        make_two(&two, costs, c % 2 ? &hand_model_d : &hand_model);
        outcome whole = finish(begin(&two, by, every, p, &data), p, &data);
        for (int after = 1; after <= EPOCHS * BATCHES; after++) {
            int left = after, stopped;
            const nnrt_callbacks callbacks = { stop, NULL, &left };
            nnrt_trainer *t = begin(&two, by, every, p, &data);
            cr_assert(nnrt_train(t, &callbacks, &stopped, &error) == 0 && stopped);
            cr_assert_eq(nnrt_trainer_save(t, path, &error), 0, "%s", error.text);
            nnrt_trainer_free(t);
            nnrt_data_free(&data);
            t = begin(&two, by, every, p, &data);
            cr_assert_eq(nnrt_trainer_resume(t, path, &error), 0, "%s", error.text);
            outcome parts = finish(t, p, &data);
            cr_expect_eq(memcmp(&whole, &parts, sizeof whole), 0, "%s and %s, every %u, stopped after batch %d", by[0], by[1], every, after);
        }
    }
    unlink(path);
}
