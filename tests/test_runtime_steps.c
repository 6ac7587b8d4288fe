/* test_runtime_steps.c: the optimizers that need no gradient and the one that has a matrix for a step size, against other
 * programs' numbers; what they touch, and that they learn. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
#include "search_reference.h"
#include "shampoo_reference.h"

static nnrt_error error;

/* ---- spsa and es ---- */

enum { GUARD = 3, ROOM = SEARCH_REALS + 2 * GUARD, PAIRS_MOST = 16 };

static void parse(nnrt_settings *settings, const char *text)
{
    memset(settings, 0, sizeof *settings);
    cr_assert_eq(nnrt_settings_optimizer(settings, text, &error), 0, "%s", error.text);
}

static double staircase(double p, int i)
{
    return floor(4 * (p - search_aim[i]) * (p - search_aim[i]));
}

Test(search, agrees_with_the_reference_in_double)
{
    for (size_t c = 0; c < sizeof search_reference / sizeof search_reference[0]; c++) {
        nnrt_settings s;
        double p[SEARCH_REALS], trial[SEARCH_REALS], cost[2 * PAIRS_MOST], weight[PAIRS_MOST], memory[2 * SEARCH_REALS];
        parse(&s, search_reference[c].optimizer);
        memcpy(p, search_start, sizeof p);
        cr_assert_leq(nnrt_optimizer_memory_d(&s.optimizer, SEARCH_REALS), 2 * SEARCH_REALS);
        nnrt_optimizer_begin_d(&s.optimizer, memory, SEARCH_REALS);
        for (uint32_t t = 1; t <= SEARCH_STEPS; t++) {
            for (uint32_t k = 0; k < 2 * s.optimizer.pairs; k++) {
                nnrt_search_try_d(&s.optimizer, SEARCH_SEED, t, k, p, trial, 0, SEARCH_REALS);
                cost[k] = 0;
                for (int i = 0; i < SEARCH_REALS; i++)
                    cost[k] += staircase(trial[i], i);
            }
            nnrt_search_weigh_d(&s.optimizer, t, cost, weight, memory);
            nnrt_search_gradient_d(&s.optimizer, SEARCH_SEED, t, weight, trial, 0, SEARCH_REALS);
            nnrt_optimizer_step_d(&s.optimizer, s.optimizer.rate, t, p, trial, memory, SEARCH_REALS, 0, SEARCH_REALS);
        }
        for (int i = 0; i < SEARCH_REALS; i++)
            cr_expect_float_eq(p[i], search_reference[c].end[i], 1e-12, "%s: [%d] is %.17g, not %.17g", search_reference[c].optimizer, i, p[i],
                               search_reference[c].end[i]);
    }
}

/* In float, in two ranges around which nothing is written. */
Test(search, agrees_with_the_reference_in_float_and_keeps_to_its_range)
{
    for (size_t c = 0; c < sizeof search_reference / sizeof search_reference[0]; c++) {
        nnrt_settings s;
        nnrt_optimizer o;
        float p[ROOM], trial[ROOM], cost[2 * PAIRS_MOST], weight[PAIRS_MOST], memory[2 * ROOM];
        parse(&s, search_reference[c].optimizer);
        nnrt_optimizer_single(&o, &s.optimizer);
        for (int i = 0; i < ROOM; i++)
            p[i] = trial[i] = 77;
        for (int i = 0; i < SEARCH_REALS; i++)
            p[i] = (float)search_start[i];
        nnrt_optimizer_begin(&o, memory, ROOM);
        for (uint32_t t = 1; t <= SEARCH_STEPS; t++) {
            for (uint32_t k = 0; k < 2 * o.pairs; k++) {
                nnrt_search_try(&o, SEARCH_SEED, t, k, p, trial, 0, 2);
                nnrt_search_try(&o, SEARCH_SEED, t, k, p, trial, 2, SEARCH_REALS);
                cost[k] = 0;
                for (int i = 0; i < SEARCH_REALS; i++)
                    cost[k] += (float)staircase((double)trial[i], i);
            }
            nnrt_search_weigh(&o, t, cost, weight, memory);
            nnrt_search_gradient(&o, SEARCH_SEED, t, weight, trial, 0, 3);
            nnrt_search_gradient(&o, SEARCH_SEED, t, weight, trial, 3, SEARCH_REALS);
            nnrt_optimizer_step(&o, o.rate, t, p, trial, memory, ROOM, 0, SEARCH_REALS);
        }
        for (int i = 0; i < SEARCH_REALS; i++)
            cr_expect_float_eq((double)p[i], search_reference[c].end[i], 1e-5, "%s: [%d]", search_reference[c].optimizer, i);
        for (int i = SEARCH_REALS; i < ROOM; i++)
            cr_expect(p[i] == 77 && trial[i] == 77);
    }
}

/* Mean 0, variance 1, and no correlation between neighbours, pairs and steps. */
Test(search, what_is_tried_is_well_spread)
{
    enum { N = 20000 };
    static double p[N], a[N], b[N], next[N];
    for (int kind = NNRT_SPSA; kind <= NNRT_ES; kind++) {
        nnrt_optimizer_d o;
        double mean = 0, square = 0, fourth = 0, neighbour = 0, pair = 0, step = 0;
        nnrt_optimizer_init_d(&o, (nnrt_optimizer_kind)kind);
        o.sigma = 1;
        o.gamma = 0;
        nnrt_search_try_d(&o, 1, 1, 0, p, a, 0, N);
        nnrt_search_try_d(&o, 1, 1, 1, p, b, 0, N);
        for (int i = 0; i < N; i++)
            cr_assert(a[i] == -b[i], "the second of a pair lies opposite");
        nnrt_search_try_d(&o, 1, 1, 2, p, b, 0, N);
        nnrt_search_try_d(&o, 1, 2, 0, p, next, 0, N);
        for (int i = 0; i < N; i++) {
            mean += a[i] / N;
            square += a[i] * a[i] / N;
            fourth += a[i] * a[i] * a[i] * a[i] / N;
            neighbour += i ? a[i] * a[i - 1] / N : 0;
            pair += a[i] * b[i] / N;
            step += a[i] * next[i] / N;
        }
        cr_expect(fabs(mean) < 0.03 && fabs(neighbour) < 0.03 && fabs(pair) < 0.03 && fabs(step) < 0.03, "%g %g %g %g", mean, neighbour, pair, step);
        cr_expect(fabs(square - 1) < 0.04 && fabs(fourth - (kind == NNRT_ES ? 2.7 : 1)) < 0.15, "%g %g", square, fourth);
    }
}

/* What is not a number is the worst; where all are equal nothing moves. */
Test(search, costs_that_are_none)
{
    nnrt_optimizer_d o;
    nnrt_optimizer f;
    double weight[2], memory[2] = { 0 };
    float single[2], memory_single[2] = { 0 };
    nnrt_optimizer_init_d(&o, NNRT_ES);
    nnrt_optimizer_init(&f, NNRT_ES);
    o.pairs = f.pairs = 2;
    const double one_bad[] = { 1, NAN, 3, 2 }, all_bad[] = { NAN, NAN, NAN, NAN }, equal[] = { 5, 5, 5, 5 };
    const float one_bad_single[] = { 1, NAN, 3, 2 }, all_bad_single[] = { NAN, NAN, NAN, NAN }, equal_single[] = { 5, 5, 5, 5 };
    nnrt_search_weigh_d(&o, 1, one_bad, weight, memory);
    nnrt_search_weigh(&f, 1, one_bad_single, single, memory_single);
    cr_expect(weight[0] == -0.5 && fabs(weight[1] - 1.0 / 6) < 1e-15, "%g %g", weight[0], weight[1]);
    cr_expect(single[0] == -0.5f && fabs((double)single[1] - 1.0 / 6) < 1e-7, "%g %g", (double)single[0], (double)single[1]);
    nnrt_search_weigh_d(&o, 1, all_bad, weight, memory);
    nnrt_search_weigh(&f, 1, all_bad_single, single, memory_single);
    cr_expect(weight[0] == 0 && weight[1] == 0 && single[0] == 0 && single[1] == 0);
    nnrt_search_weigh_d(&o, 1, equal, weight, memory);
    nnrt_search_weigh(&f, 1, equal_single, single, memory_single);
    cr_expect(weight[0] == 0 && weight[1] == 0 && single[0] == 0 && single[1] == 0);
    nnrt_optimizer_init_d(&o, NNRT_SPSA);
    nnrt_optimizer_init(&f, NNRT_SPSA);
    nnrt_search_weigh_d(&o, 1, equal, weight, memory);
    nnrt_search_weigh(&f, 1, equal_single, single, memory_single);
    cr_expect(weight[0] == 0 && memory[0] == 0 && single[0] == 0 && memory_single[0] == 0, "a step without a difference does not spoil the size");
}

/* ---- training with them ---- */

static double train(const nn_model *model, const char *optimizer, uint32_t epochs, void *params, void *state)
{
    nnrt_settings s;
    nnrt_data data;
    nnrt_figures figures;
    cr_assert_eq(nnrt_fake_data(&data, model, 60, 3, 0, 0, &error), 0);
    cr_assert_eq(nnrt_settings_init(&s, model, model->cost, &error), 0);
    cr_assert_eq(nnrt_settings_optimizer(&s, optimizer, &error), 0, "%s", error.text);
    s.epochs = epochs;
    s.batch = model->flags & NN_STREAM ? 1 : 20;
    model->init(params, 1);
    if (model->reset)
        model->reset(state, 1);
    nnrt_trainer *t = nnrt_trainer_new(model, &s, params, state, &data, NULL, NULL, &error);
    cr_assert(t && nnrt_train(t, NULL, NULL, &error) == 0, "%s", error.text);
    nnrt_runner *r = nnrt_runner_new(model, NULL, &error);
    const void *from = t->first_state;
    cr_assert_eq(nnrt_evaluate(r, model->cost, params, from, &data, &figures, NULL, &error), 0, "%s", error.text);
    nnrt_runner_free(r);
    nnrt_trainer_free(t);
    nnrt_data_free(&data);
    return figures.cost;
}

Test(search, learns_and_leaves_what_is_frozen)
{
    static const char *const optimizers[] = { "spsa", "es(pairs=4)", "spsa(pairs=3, calibrate=0, rate=0.02)", "es(clip_norm=0.1, weight_decay=0.001)" };
    for (size_t i = 0; i < 4; i++)
        for (int m = 0; m < 2; m++) {
            const nn_model *model = m ? &hand_model_d : &hand_model;
            double p[HAND_REALS], fresh[HAND_REALS];
            double before = train(model, optimizers[i], 0, p, NULL), after = train(model, optimizers[i], 200, p, NULL);
            cr_expect(after < before - 0.02, "%s: from %g to %g", optimizers[i], before, after);
            model->init(fresh, 1);
            for (size_t r = 0; r < HAND_REALS; r++)
                if ((r < 32 && r % 8 >= 5) || (r >= 37 && r < HAND_W2) || r >= HAND_W2 + 15)
                    cr_expect_eq(nnrt_real_at(model, p, r), nnrt_real_at(model, fresh, r), "%s moves real %zu", optimizers[i], r);
        }
}

/* The state moves on by a sample in each step, and the noise with it. */
Test(search, moves_a_state)
{
    double p[2];
    stream_state state;
    double before = train(&stream_model, "es", 0, p, &state), after = train(&stream_model, "es(pairs=4)", 30, p, &state);
    cr_expect(after < before, "from %g to %g", before, after);
    cr_expect(state.step == 60 && state.h[0] != 0);
}

static double hopeless(const void *p, const void *h, void *k, size_t n, const void *const *in)
{
    hand_cost_d(p, h, k, n, in);
    return NAN;
}

Test(search, a_cost_that_is_not_finite_ends_it)
{
    nn_cost cost = hand_costs_d[0];
    nn_model model = hand_model_d;
    nnrt_settings s;
    nnrt_data data;
    double p[HAND_REALS];
    cost.cost = hopeless;
    model.cost = &cost;
    cr_assert_eq(nnrt_fake_data(&data, &model, 60, 3, 0, 0, &error), 0);
    cr_assert_eq(nnrt_settings_init(&s, &model, &cost, &error), 0);
    cr_assert_eq(nnrt_settings_optimizer(&s, "es", &error), 0);
    hand_init_d(p, 1);
    nnrt_trainer *t = nnrt_trainer_new(&model, &s, p, NULL, &data, NULL, NULL, &error);
    cr_expect_eq(nnrt_train(t, NULL, NULL, &error), 1);
    cr_expect(strstr(error.text, "the cost became not a number in epoch 1, step 1"), "%s", error.text);
    nnrt_trainer_free(t);
    nnrt_data_free(&data);
}

/* What has no gradient is moved by those alone that need none. */
Test(search, moves_what_has_no_gradient)
{
    static const unsigned char trains[] = { 2, 0, 0, 1 };
    nn_cost cost = hand_costs_d[0];
    nnrt_run *runs;
    size_t count, reals[2] = { 0 };
    cost.trains = trains;
    for (int without = 0; without < 2; without++) {
        cr_assert_eq(nnrt_trained_runs(&hand_model_d, &cost, without, &runs, &count, &error), 0);
        for (size_t i = 0; i < count; i++)
            reals[without] += runs[i].end - runs[i].begin;
        free(runs);
    }
    cr_expect(reals[0] == 15 && reals[1] == 35);
}

/* ---- shampoo ---- */

/* A model whose gradient is its input: a 3 x 4 matrix that lies transposed in rows of 5, a 2 x 2 x 3 tensor, a vector. */
enum { FED_REALS = 20 + 12 + 3 };
static const uint32_t fed_shape_w[] = { 3, 4 }, fed_shape_t[] = { 2, 2, 3 }, fed_shape_v[] = { 3 }, fed_shape_x[] = { SHAMPOO_REALS };
static const nn_axis fed_axis_w[] = { { 3, 1 }, { 4, 5 } }, fed_axis_t[] = { { 2, 6 }, { 2, 3 }, { 3, 1 } }, fed_axis_v[] = { { 3, 1 } };
static const nn_param fed_param[] = {
    { "w", fed_shape_w, 2, 12, 0, 2, fed_axis_w, NN_INIT_VALUE, 0, 0, 0 },
    { "t", fed_shape_t, 3, 12, 20, 3, fed_axis_t, NN_INIT_VALUE, 0, 0, 0 },
    { "v", fed_shape_v, 1, 3, 32, 1, fed_axis_v, NN_INIT_VALUE, 0, 0, 0 },
};
static const nn_value fed_input[] = { { "x", fed_shape_x, 1, SHAMPOO_REALS, 0 } };
static const unsigned char fed_trains[] = { 1, 1, 1 };

static void fed_put(size_t real_size, void *to, const double *values)
{
    nn_model model = { .real_size = (uint32_t)real_size };
    for (int i = 0, at = 0; i < 3; at += (int)fed_param[i].size, i++)
        for (uint32_t q = 0; q < fed_param[i].size; q++)
            nnrt_real_put(&model, to, nnrt_place(&fed_param[i], q), values[(uint32_t)at + q]);
}

static double fed_grad_d(const void *p, void *h, void *k, size_t n, const void *const *in, void *g)
{
    (void)p, (void)h, (void)n;
    ((nn_work *)k)->error = NN_OK;
    memset(g, 0, FED_REALS * sizeof(double));
    fed_put(sizeof(double), g, in[0]);
    return 1;
}

static double fed_grad(const void *p, void *h, void *k, size_t n, const void *const *in, void *g)
{
    double values[SHAMPOO_REALS];
    (void)p, (void)h, (void)n;
    ((nn_work *)k)->error = NN_OK;
    for (int i = 0; i < SHAMPOO_REALS; i++)
        values[i] = (double)((const float *)in[0])[i];
    memset(g, 0, FED_REALS * sizeof(float));
    fed_put(sizeof(float), g, values);
    return 1;
}

/* Seven steps in one epoch, in the order of the data. */
static void feed(size_t real_size, const char *optimizer, double *end)
{
    const nn_cost cost = { .grad = real_size == sizeof(float) ? fed_grad : fed_grad_d, .trains = fed_trains };
    const nn_model model = { .version = NN_MODEL_VERSION, .name = "fed", .real_size = (uint32_t)real_size, .batch = 1, .flags = NN_STREAM,
                             .params_size = FED_REALS * real_size, .work_size = sizeof(nn_work), .reals = FED_REALS, .inputs = 1, .params = 3,
                             .costs = 1, .input = fed_input, .param = fed_param, .cost = &cost };
    double params[FED_REALS] = { 0 }, x[SHAMPOO_STEPS * SHAMPOO_REALS];
    void *value[] = { x };
    const nnrt_data data = { SHAMPOO_STEPS, 1, value };
    nnrt_settings s;
    for (int i = 0; i < SHAMPOO_STEPS * SHAMPOO_REALS; i++)
        nnrt_real_put(&model, x, (size_t)i, shampoo_gradient[i / SHAMPOO_REALS][i % SHAMPOO_REALS]);
    fed_put(real_size, params, shampoo_start);
    cr_assert_eq(nnrt_settings_init(&s, &model, &cost, &error), 0);
    cr_assert_eq(nnrt_settings_optimizer(&s, optimizer, &error), 0, "%s", error.text);
    s.epochs = 1;
    nnrt_trainer *t = nnrt_trainer_new(&model, &s, params, NULL, &data, NULL, NULL, &error);
    cr_assert(t && nnrt_train(t, NULL, NULL, &error) == 0, "%s", error.text);
    nnrt_trainer_free(t);
    for (int i = 0, at = 0; i < 3; at += (int)fed_param[i].size, i++)
        for (uint32_t q = 0; q < fed_param[i].size; q++)
            end[(uint32_t)at + q] = nnrt_real_at(&model, params, nnrt_place(&fed_param[i], q));
    for (size_t r = 0; r < 20; r++)
        cr_expect(r % 5 < 3 || nnrt_real_at(&model, params, r) == 0, "padding is left alone");
}

Test(shampoo, agrees_with_numpy)
{
    for (size_t c = 0; c < sizeof shampoo_reference / sizeof shampoo_reference[0]; c++) {
        double end[SHAMPOO_REALS];
        for (size_t size = sizeof(float); size <= sizeof(double); size += sizeof(double) - sizeof(float)) {
            feed(size, shampoo_reference[c].optimizer, end);
            for (int i = 0; i < SHAMPOO_REALS; i++)
                cr_expect_float_eq(end[i], shampoo_reference[c].end[i], size == sizeof(float) ? 2e-5 : 1e-11, "%s: [%d] is %.17g, not %.17g",
                                   shampoo_reference[c].optimizer, i, end[i], shampoo_reference[c].end[i]);
        }
    }
}

/* A V' = V' D and V V' = 1, also where eigenvalues are equal or zero. */
Test(shampoo, eigenvalues)
{
    enum { MOST = 60 };
    static double a[MOST * MOST], w[MOST * MOST], d[MOST], e[MOST];
    for (size_t n = 1; n <= MOST; n += n < 8 ? 1 : 13)
        for (int kind = 0; kind < 4; kind++) {
            uint64_t random = n;
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j <= i; j++)
                    a[i * n + j] = a[j * n + i] = kind == 0 ? nnrt_random_uniform(&random) - 0.5 : kind == 1 ? i == j : kind == 2 ? 1 : 0;
            memcpy(w, a, sizeof w);
            nnrt_eigen(n, w, d, e);
            for (size_t k = 0; k < n; k++)
                for (size_t i = 0; i < n; i++) {
                    double image = 0, product = 0;
                    for (size_t j = 0; j < n; j++) {
                        image += a[i * n + j] * w[k * n + j];
                        product += w[k * n + j] * w[i * n + j];
                    }
                    cr_expect_float_eq(image, d[k] * w[k * n + i], 1e-12, "n %zu, kind %d", n, kind);
                    cr_expect_float_eq(product, i == k, 1e-12, "n %zu, kind %d", n, kind);
                }
        }
}

Test(shampoo, learns)
{
    for (int m = 0; m < 2; m++) {
        const nn_model *model = m ? &hand_model_d : &hand_model;
        double p[HAND_REALS], before = train(model, "shampoo", 0, p, NULL), adam = train(model, "adam", 20, p, NULL),
                              after = train(model, "shampoo", 20, p, NULL);
        cr_expect(after < before - 0.005, "from %g to %g (adam: %g)", before, after, adam);
    }
}
