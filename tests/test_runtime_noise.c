/* test_runtime_noise.c: a model that draws noise is computed in chunks and by several workers, and each sample's noise is still
 * that of its number. The model's "noise" is the number itself, so that a wrong one shows. */
#include <criterion/criterion.h>
#include <math.h>

#include "host/host.h"

enum { BATCH = 8, SAMPLES = 150 };

static nnrt_error error;

/* Average over the samples of the number of each, times p. */
static double number_cost(const void *p, const void *h, void *k, size_t n, const void *const *in)
{
    const uint64_t *state = h; /* seed, sample */
    double sum = 0;
    (void)in;
    cr_assert(n >= 1 && n <= BATCH && state[0] == 7);
    ((nn_work *)k)->error = NN_OK;
    for (size_t b = 0; b < n; b++)
        sum += (double)(state[1] + b);
    return *(const double *)p * sum / (double)n;
}

static double number_grad(const void *p, void *h, void *k, size_t n, const void *const *in, void *g)
{
    double cost = number_cost(p, h, k, n, in);
    *(double *)g = cost / *(const double *)p;
    ((uint64_t *)h)[1] += n;
    return cost;
}

static int number_forward(const void *p, void *h, void *k, size_t n, const void *const *in, void *const *out)
{
    (void)p, (void)k, (void)in;
    for (size_t b = 0; b < n; b++)
        ((double *)out[0])[b] = (double)(((uint64_t *)h)[1] + b);
    ((uint64_t *)h)[1] += n;
    return NN_OK;
}

static void number_reset(void *h, uint64_t seed)
{
    ((uint64_t *)h)[0] = seed;
    ((uint64_t *)h)[1] = 0;
}

static const nn_value number_input[] = { { "x", NULL, 0, 1, 0 } }, number_output[] = { { "s", NULL, 0, 1, 0 } };
static const nn_param number_param[] = { { "p", NULL, 0, 1, 0, 0, NULL, NN_INIT_VALUE, 0, 2, 0 } };
static const unsigned char number_trains[] = { 1 };
static const nn_cost number_costs[] = { { .cost = number_cost, .grad = number_grad, .trains = number_trains } };
static const nn_model number_model = {
    .version = NN_MODEL_VERSION, .name = "number", .real_size = sizeof(double), .batch = BATCH, .flags = NN_NOISE, .forward_madds = 10, .grad_madds = 30,
    .params_size = sizeof(double), .work_size = sizeof(nn_work), .state_size = 2 * sizeof(uint64_t), .reals = 1, .inputs = 1, .outputs = 1, .params = 1,
    .costs = 1, .input = number_input, .output = number_output, .param = number_param, .cost = number_costs, .reset = number_reset,
    .forward = number_forward,
};

static size_t at_a_time; /* calls of the runner below */

static void backwards(nnrt_task task, void *context, size_t count)
{
    at_a_time++;
    for (size_t i = count; i-- > 0;)
        task(context, i, i % 3);
}

Test(noise, is_that_of_the_samples_number)
{
    static const nnrt_parallel three = { 3, backwards, 0 };
    static const uint32_t counts[] = { 1, 7, 8, 9, 20, 64, 65, 150 };
    const double p = 2;
    double g, value, out[SAMPLES];
    void *outputs[] = { out };
    nnrt_data data;
    nnrt_figures figures;
    cr_assert_eq(nnrt_fake_data(&data, &number_model, SAMPLES, 1, 0, 0, &error), 0);
    for (int threads = 0; threads < 2; threads++) {
        nnrt_runner *r = nnrt_runner_new(&number_model, threads ? &three : NULL, &error);
        cr_assert_not_null(r, "%s", error.text);
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            uint64_t state[2] = { 7, 1000 };
            uint32_t n = counts[i];
            double mean = 1000 + (n - 1) / 2.0;
            cr_assert_eq(nnrt_cost(r, number_costs, &p, state, &data, NULL, 0, n, &value, &error), 0);
            cr_expect_float_eq(value, 2 * mean, 1e-9, "the cost of %u", n);
            cr_expect_eq(state[1], 1000);
            cr_assert_eq(nnrt_grad(r, number_costs, &p, state, &data, NULL, 0, n, &g, &value, &error), 0);
            cr_expect(fabs(value - 2 * mean) < 1e-9 && fabs(g - mean) < 1e-9, "%u: %g, %g", n, value, g);
            cr_expect_eq(state[1], 1000 + n, "it moves on");
        }
        uint64_t state[2] = { 7, 5 };
        cr_assert_eq(nnrt_evaluate(r, number_costs, &p, state, &data, &figures, NULL, &error), 0);
        cr_expect_float_eq(figures.cost, 2 * (5 + (SAMPLES - 1) / 2.0), 1e-9);
        cr_assert_eq(nnrt_predict(r, &p, state, &data, outputs, &error), 0);
        for (int i = 0; i < SAMPLES; i++)
            cr_expect_eq(out[i], 5 + i);
        cr_expect_eq(state[1], 5);
        cr_expect_eq(at_a_time > 0, threads);
        nnrt_runner_free(r);
    }
    nnrt_data_free(&data);
}

/* With es, whose costs leave the state, it moves on by what a step takes. */
Test(noise, moves_on_in_training)
{
    for (int search = 0; search < 2; search++) {
        uint64_t state[2] = { 7, 0 };
        double p = 2;
        nnrt_settings s;
        nnrt_data data;
        cr_assert_eq(nnrt_fake_data(&data, &number_model, SAMPLES, 1, 0, 0, &error), 0);
        cr_assert_eq(nnrt_settings_init(&s, &number_model, number_costs, &error), 0);
        cr_assert_eq(nnrt_settings_optimizer(&s, search ? "es(pairs=2)" : "sgd(rate=1e-6)", &error), 0);
        s.epochs = 3;
        nnrt_trainer *t = nnrt_trainer_new(&number_model, &s, &p, state, &data, NULL, NULL, &error);
        cr_assert(t && nnrt_train(t, NULL, NULL, &error) == 0, "%s", error.text);
        cr_expect_eq(state[1], 3 * SAMPLES);
        cr_expect_lt(p, 2);
        nnrt_trainer_free(t);
        nnrt_data_free(&data);
    }
}

/* Too little to wake the threads for. */
Test(noise, little_is_done_in_turn)
{
    static const nnrt_parallel choosy = { 3, backwards, 30 * 100 };
    uint64_t state[2] = { 7, 0 };
    const double p = 2;
    double g, value;
    nnrt_data data;
    cr_assert_eq(nnrt_fake_data(&data, &number_model, SAMPLES, 1, 0, 0, &error), 0);
    nnrt_runner *r = nnrt_runner_new(&number_model, &choosy, &error);
    cr_assert_eq(nnrt_grad(r, number_costs, &p, state, &data, NULL, 0, 99, &g, &value, &error), 0);
    cr_expect_eq(at_a_time, 0);
    cr_assert_eq(nnrt_grad(r, number_costs, &p, state, &data, NULL, 0, 100, &g, &value, &error), 0);
    cr_expect_gt(at_a_time, 0);
    nnrt_runner_free(r);
    nnrt_data_free(&data);
}
