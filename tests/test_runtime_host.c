/* test_runtime_host.c: the hosted runtime without files: layouts, passes over data, the training loop, gradcheck. The models
 * are written by hand. */
#include <criterion/criterion.h>
#include <stdlib.h>

#define REAL float
#define NAME(x) x
#define MATH(c) c##f
#include "hand_net.h"
#define REAL double
#define NAME(x) x##_d
#define MATH(c) c
#include "hand_net.h"
#include "hand_stream.h"
#include "hand_echo.h"
#include "host/host.h"

static nnrt_error error;

static const nn_model *const both[] = { &hand_model, &hand_model_d };

static void make(const nn_model *model, nnrt_data *data, size_t samples, uint64_t seed)
{
    cr_assert_eq(nnrt_fake_data(data, model, samples, seed, 0, 0, &error), 0, "%s", error.text);
}

/* ---- layout ---- */

Test(params, get_and_set_follow_the_places)
{
    for (int m = 0; m < 2; m++) {
        const nn_model *model = both[m];
        double whole[HAND_REALS] = { 0 }, values[20], again[20];
        const nn_param *w = nnrt_param_find(model, "m0.w");
        cr_assert_not_null(w);
        cr_expect_null(nnrt_param_find(model, "m0"));
        for (int i = 0; i < 20; i++)
            nnrt_real_put(model, values, (size_t)i, i + 1);
        nnrt_param_set(model, w, whole, values);
        for (size_t r = 0; r < HAND_REALS; r++) {
            size_t row = r % 8, column = r / 8; /* transposed, rows of 5 padded to 8 */
            double wanted = r < 32 && row < 5 ? (double)(row * 4 + column) + 1 : 0;
            cr_expect_eq(nnrt_real_at(model, whole, r), wanted, "real %zu", r);
        }
        nnrt_param_get(model, w, whole, again);
        cr_expect_eq(memcmp(values, again, 20 * model->real_size), 0);
    }
    double h[4] = { 5, 6, 0, 0 }, values[2];
    const nn_param *state = nnrt_param_find(&stream_model, "h");
    cr_assert(state && state->flags & NN_STATE);
    nnrt_param_get(&stream_model, state, h, values);
    cr_expect(values[0] == 5 && values[1] == 6);
}

Test(params, runs_cover_what_is_trained_and_nothing_else)
{
    nnrt_run *runs;
    size_t count, trained = 0;
    unsigned char is[HAND_REALS] = { 0 };
    cr_assert_eq(nnrt_trained_runs(&hand_model, &hand_costs[0], 0, &runs, &count, &error), 0);
    for (size_t i = 0; i < count; i++)
        for (size_t r = runs[i].begin; r < runs[i].end; r++) {
            is[r]++;
            trained++;
        }
    cr_expect_eq(trained, 40);
    for (size_t r = 0; r < HAND_REALS; r++)
        cr_expect_eq(is[r], (r < 32 && r % 8 < 5) || (r >= HAND_B1 && r < HAND_B1 + 5) || (r >= HAND_W2 && r < HAND_W2 + 15), "real %zu", r);
    free(runs);
}

/* ---- passes ---- */

/* Runs its tasks from the last to the first, as three workers in turn: another order than any plain loop's. */
static void backwards(nnrt_task task, void *context, size_t count)
{
    for (size_t i = count; i-- > 0;)
        task(context, i, i % 3);
}

static void forwards(nnrt_task task, void *context, size_t count)
{
    for (size_t i = 0; i < count; i++)
        task(context, i, 0);
}

static const nnrt_parallel three = { 3, backwards, 0 }, one = { 1, forwards, 0 };

/* The definition: the average over samples, each by itself. */
static double reference_grad(const nn_model *model, const void *p, const nnrt_data *data, const uint32_t *order, uint32_t first, uint32_t n,
                             double *g)
{
    hand_work_d work;
    double sum = 0, single[HAND_REALS];
    memset(g, 0, HAND_REALS * sizeof *g);
    for (uint32_t s = 0; s < n; s++) {
        size_t at = order ? order[first + s] : first + s;
        const void *in[2] = { (const char *)data->value[0] + at * 4 * model->real_size, (const int32_t *)data->value[1] + at };
        sum += model->cost[0].grad(p, NULL, &work, 1, in, single);
        for (size_t i = 0; i < HAND_REALS; i++)
            g[i] += nnrt_real_at(model, single, i) / n;
    }
    return sum / n;
}

Test(passes, gradients_of_any_number_of_samples)
{
    const uint32_t counts[] = { 1, 7, 8, 9, 16, 37, 64, 65, 100 };
    uint32_t order[120];
    for (uint32_t i = 0; i < 120; i++)
        order[i] = (i * 77 + 5) % 120;
    for (int m = 0; m < 2; m++)
        for (int threads = 0; threads < 2; threads++) {
            const nn_model *model = both[m];
            double tolerance = m ? 1e-14 : 1e-6, p[HAND_REALS], g[HAND_REALS], wanted[HAND_REALS], value;
            nnrt_data data;
            make(model, &data, 120, 3);
            model->init(p, 1);
            nnrt_runner *runner = nnrt_runner_new(model, threads ? &three : NULL, &error);
            cr_assert_not_null(runner, "%s", error.text);
            for (size_t k = 0; k < 2 * sizeof counts / sizeof counts[0]; k++) {
                const uint32_t n = counts[k / 2], *by = k % 2 ? order : NULL;
                double cost = reference_grad(model, p, &data, by, 11, n, wanted);
                cr_assert_eq(nnrt_grad(runner, model->cost, p, NULL, &data, by, 11, n, g, &value, &error), 0, "%s", error.text);
                cr_expect_float_eq(value, cost, tolerance);
                for (size_t i = 0; i < HAND_REALS; i++)
                    cr_expect_float_eq(nnrt_real_at(model, g, i), wanted[i], tolerance, "n = %u, real %zu", n, i);
            }
            cr_expect_eq(nnrt_grad(runner, model->cost, p, NULL, &data, NULL, 0, 0, g, &value, &error), 1, "no samples are an error");
            nnrt_runner_free(runner);
            nnrt_data_free(&data);
        }
}

Test(passes, threads_change_no_bit)
{
    float p[HAND_REALS], g1[HAND_REALS], g3[HAND_REALS];
    nnrt_data data;
    make(&hand_model, &data, 1000, 3);
    hand_init(p, 1);
    nnrt_runner *r1 = nnrt_runner_new(&hand_model, &one, &error), *r3 = nnrt_runner_new(&hand_model, &three, &error);
    for (uint32_t n = 1; n < 1000; n += 13) {
        double c1, c3;
        nnrt_grad(r1, hand_costs, p, NULL, &data, NULL, 0, n, g1, &c1, &error);
        nnrt_grad(r3, hand_costs, p, NULL, &data, NULL, 0, n, g3, &c3, &error);
        cr_expect_eq(memcmp(g1, g3, sizeof g1), 0);
        cr_expect_eq(memcmp(&c1, &c3, sizeof c1), 0);
    }
    nnrt_runner_free(r1);
    nnrt_runner_free(r3);
    nnrt_data_free(&data);
}

Test(passes, figures_are_those_of_the_outputs)
{
    const nn_model *model = &hand_model_d;
    double p[HAND_REALS], s[50][3];
    void *outputs[] = { s };
    uint64_t confusion[9] = { 0 }, wanted[9] = { 0 }, correct = 0;
    nnrt_figures figures, alone;
    nnrt_data data;
    make(model, &data, 50, 3);
    model->init(p, 4);
    nnrt_runner *runner = nnrt_runner_new(model, NULL, &error);
    cr_assert_eq(nnrt_predict(runner, p, NULL, &data, outputs, &error), 0);
    cr_assert_eq(nnrt_evaluate(runner, model->cost, p, NULL, &data, &figures, confusion, &error), 0);
    double cost = 0;
    for (int i = 0; i < 50; i++) {
        int best = s[i][1] > s[i][0], y = ((int32_t *)data.value[1])[i];
        best = s[i][2] > s[i][best] ? 2 : best;
        wanted[y * 3 + best]++;
        correct += best == y;
        cost += (log(exp(s[i][0]) + exp(s[i][1]) + exp(s[i][2])) - s[i][y]) / 50;
    }
    cr_expect_eq(memcmp(confusion, wanted, sizeof wanted), 0);
    cr_expect(figures.judged == 50 && figures.correct == correct);
    cr_expect_float_eq(figures.cost, cost, 1e-14);
    cr_assert_eq(nnrt_evaluate(runner, NULL, p, NULL, &data, &alone, NULL, &error), 0, "accuracy without a cost");
    cr_expect(alone.correct == correct);
    free(data.value[1]);
    data.value[1] = NULL;
    cr_expect_eq(nnrt_predict(runner, p, NULL, &data, outputs, &error), 0, "no targets are needed");
    cr_expect_eq(nnrt_evaluate(runner, model->cost, p, NULL, &data, &figures, NULL, &error), 1);
    cr_expect(strstr(error.text, "lacks target 'y'"), "%s", error.text);
    nnrt_runner_free(runner);
    nnrt_data_free(&data);
}

/* The answers for seven samples of two places with three classes, given as s[2, 3], as s[3, 2] and as an index. */
Test(passes, an_answer_is_the_largest_or_the_index_itself)
{
    for (int form = 0; form < 3; form++) {
        uint64_t confusion[9] = { 0 }, correct = 0;
        uint32_t target = 9, output = 9;
        nnrt_figures figures;
        nnrt_data data;
        echo_shapes(form == 0 ? 2 : 3, form == 0 ? 3 : 2, 2, 3);
        if (form == 2)
            echo_shapes(1, 4, 2, 3); /* s is no answer */
        make(&echo_model, &data, 7, 5);
        cr_assert_eq(nnrt_judged(&echo_model, &target, &output), 0);
        cr_expect(target == 0 && output == (form == 2));
        const float *s = data.value[0];
        const int32_t *k = data.value[1], *y = data.value[2];
        for (int r = 0; r < 7; r++)
            for (int q = 0; q < 2; q++) {
                int best = 0;
                for (int c = 1; c < 3 && form < 2; c++)
                    if (form == 0 ? s[r * 6 + q * 3 + c] > s[r * 6 + q * 3 + best] : s[r * 6 + c * 2 + q] > s[r * 6 + best * 2 + q])
                        best = c;
                correct += (form == 2 ? k[r * 2 + q] : best) == y[r * 2 + q];
            }
        nnrt_runner *runner = nnrt_runner_new(&echo_model, NULL, &error);
        cr_assert_eq(nnrt_evaluate(runner, echo_costs, NULL, NULL, &data, &figures, confusion, &error), 0, "%s", error.text);
        cr_expect(figures.judged == 14 && figures.correct == correct && figures.cost == 0.5);
        cr_expect_eq(confusion[0] + confusion[4] + confusion[8], correct);
        nnrt_runner_free(runner);
        nnrt_data_free(&data);
    }
    uint32_t target, output;
    echo_shapes(1, 4, 2, 3);
    echo_output[1].classes = 4;
    cr_expect_neq(nnrt_judged(&echo_model, &target, &output), 0);
}

Test(passes, a_bad_index_is_an_error)
{
    float p[HAND_REALS];
    nnrt_data data;
    nnrt_figures figures;
    make(&hand_model, &data, 20, 3);
    hand_init(p, 4);
    ((int32_t *)data.value[1])[17] = 3;
    nnrt_runner *runner = nnrt_runner_new(&hand_model, NULL, &error);
    cr_expect_eq(nnrt_evaluate(runner, hand_costs, p, NULL, &data, &figures, NULL, &error), 1);
    cr_expect(strstr(error.text, "out of its range"), "%s", error.text);
    nnrt_runner_free(runner);
    nnrt_data_free(&data);
}

Test(passes, a_stream_carries_its_state_and_gives_it_back)
{
    double a[2] = { 0.5, 0.25 }, h2[6][2];
    void *outputs[] = { h2 };
    stream_state state = { { 0.1, 0.2 }, 3, 4 }, before = state;
    nnrt_figures figures;
    nnrt_data data;
    make(&stream_model, &data, 6, 1);
    nnrt_runner *runner = nnrt_runner_new(&stream_model, &three, &error);
    const double *x = data.value[0], *y = data.value[1];
    double h[2] = { 0.1, 0.2 }, cost = 0;
    cr_assert_eq(nnrt_predict(runner, a, &state, &data, outputs, &error), 0);
    cr_assert_eq(nnrt_evaluate(runner, stream_costs, a, &state, &data, &figures, NULL, &error), 0);
    for (int t = 0; t < 6; t++) {
        for (int i = 0; i < 2; i++) {
            h[i] = tanh(a[i] * h[i] + x[2 * t + i]);
            cr_expect_float_eq(h2[t][i], h[i], 1e-15);
        }
        cost += (h[0] + h[1] - y[t]) * (h[0] + h[1] - y[t]) / 6;
    }
    cr_expect_float_eq(figures.cost, cost, 1e-14);
    cr_expect_eq(memcmp(&state, &before, sizeof state), 0);
    nnrt_runner_free(runner);
    nnrt_data_free(&data);
}

Test(passes, parts_held_out)
{
    nnrt_data data, held, again, held_again, nothing;
    make(&hand_model, &data, 100, 3);
    make(&hand_model, &again, 100, 3);
    unsigned found = 0;
    float first[100];
    for (int i = 0; i < 100; i++)
        first[i] = ((float *)data.value[0])[4 * i];
    cr_assert_eq(nnrt_data_split(&data, &held, &hand_model, 0.25, 7, &error), 0, "%s", error.text);
    cr_assert_eq(nnrt_data_split(&again, &held_again, &hand_model, 0.25, 7, &error), 0);
    cr_expect(data.samples == 75 && held.samples == 25);
    cr_expect_eq(memcmp(held.value[0], held_again.value[0], 25 * 16), 0, "a seed holds out the same samples");
    for (int i = 0, a = 0, b = 0; i < 100; i++) { /* each sample lies in one part, in the order of the data */
        if (a < 75 && ((float *)data.value[0])[4 * a] == first[i])
            a++, found++;
        else if (b < 25 && ((float *)held.value[0])[4 * b] == first[i])
            b++, found++;
    }
    cr_expect_eq(found, 100);
    cr_expect_eq(nnrt_data_split(&held, &nothing, &hand_model, 0.001, 7, &error), 1);
    nnrt_data_free(&data);
    nnrt_data_free(&held);
    nnrt_data_free(&again);
    nnrt_data_free(&held_again);
    make(&stream_model, &data, 10, 3);
    double last = ((double *)data.value[1])[9];
    cr_assert_eq(nnrt_data_split(&data, &held, &stream_model, 0.3, 7, &error), 0);
    cr_expect(held.samples == 3 && ((double *)held.value[1])[2] == last, "of a stream the end is held out");
    nnrt_data_free(&data);
    nnrt_data_free(&held);
}

/* ---- training ---- */

typedef struct run {
    double params[HAND_REALS];
    stream_state state;
    size_t epochs;
    nnrt_epoch last;
} run;

static run train(const nn_model *model, const char *optimizer, uint32_t epochs, uint32_t batch, const nnrt_callbacks *callbacks,
                 const nnrt_parallel *parallel)
{
    run r;
    nnrt_settings s;
    nnrt_data data, test;
    memset(&r, 0, sizeof r);
    make(model, &data, 90, 3);
    make(model, &test, 30, 5);
    cr_assert_eq(nnrt_settings_init(&s, model, model->cost, &error), 0);
    if (optimizer)
        cr_assert_eq(nnrt_settings_optimizer(&s, optimizer, &error), 0, "%s", error.text);
    s.epochs = epochs;
    s.batch = batch;
    model->init(r.params, 1);
    if (model->reset)
        model->reset(&r.state, 1);
    nnrt_trainer *t = nnrt_trainer_new(model, &s, r.params, &r.state, &data, &test, parallel, &error);
    cr_assert_not_null(t, "%s", error.text);
    cr_assert_eq(nnrt_train(t, callbacks, NULL, &error), 0, "%s", error.text);
    const nnrt_epoch *history = nnrt_trainer_history(t, &r.epochs);
    if (r.epochs)
        r.last = history[r.epochs - 1];
    nnrt_trainer_free(t);
    nnrt_data_free(&data);
    nnrt_data_free(&test);
    return r;
}

/* The loop by hand: shuffled batches, the optimizer of the core. */
Test(training, does_what_it_says)
{
    double p[HAND_REALS], g[HAND_REALS], memory[2 * HAND_REALS];
    uint32_t order[90], first, n, t = 0;
    nnrt_batches b = { order, 90, 16, 0, 0 };
    nnrt_optimizer_d adam;
    nnrt_data data;
    make(&hand_model_d, &data, 90, 3);
    hand_init_d(p, 1);
    nnrt_optimizer_init_d(&adam, NNRT_ADAM);
    nnrt_optimizer_begin_d(&adam, memory, HAND_REALS);
    double cost = 0;
    for (uint32_t epoch = 1; epoch <= 3; epoch++) {
        nnrt_batches_begin(&b, epoch);
        for (cost = 0; (n = nnrt_batches_next(&b, &first)) != 0;) {
            cost += n * reference_grad(&hand_model_d, p, &data, order, first, n, g);
            nnrt_optimizer_step_d(&adam, 0.01, ++t, p, g, memory, HAND_REALS, 0, HAND_REALS);
        }
    }
    run r = train(&hand_model_d, "adam(rate=0.01)", 3, 16, NULL, NULL);
    cr_expect(r.epochs == 3 && r.last.step == t);
    cr_expect_float_eq(r.last.train.cost, cost / 90, 1e-12);
    for (size_t i = 0; i < HAND_REALS; i++)
        cr_expect_float_eq(r.params[i], p[i], 1e-12);
    nnrt_data_free(&data);
}

Test(training, learns_and_spares_what_is_frozen)
{
    static const char *const optimizers[] = { "sgd(rate=0.3)", "sgd(rate=0.1, momentum=0.9, nesterov=1)", "adam(rate=0.02)",
                                              "adamw(rate=0.02, weight_decay=0.5)", "rmsprop(rate=0.01)", "adagrad(rate=0.1)",
                                              "rprop", "adam(rate=0.02, clip_norm=0.1)", "sgd(rate=0.3, clip_value=0.05)" };
    for (size_t o = 0; o < sizeof optimizers / sizeof optimizers[0]; o++)
        for (int m = 0; m < 2; m++) {
            const nn_model *model = both[m];
            run few = train(model, optimizers[o], 1, 8, NULL, NULL), many = train(model, optimizers[o], 40, o == 6 ? 0 : 8, NULL, NULL);
            cr_expect(many.last.train.cost < 0.99 * few.last.train.cost, "%s: %g after %g", optimizers[o], many.last.train.cost, few.last.train.cost);
            for (size_t i = 0; i < 3; i++)
                cr_expect_eq(nnrt_real_at(model, many.params, HAND_SCALE + i), 1);
            for (size_t i = 0; i < 32; i++)
                cr_expect(i % 8 < 5 || nnrt_real_at(model, many.params, i) == 0, "padding");
        }
}

Test(training, threads_change_no_bit)
{
    run r1 = train(&hand_model, "adam", 3, 40, NULL, &one), r3 = train(&hand_model, "adam", 3, 40, NULL, &three);
    cr_expect_eq(memcmp(r1.params, r3.params, sizeof r1.params), 0);
    cr_expect(r1.last.test.cost == r3.last.test.cost && r1.last.train.correct == r3.last.train.correct);
}

Test(training, a_stream_begins_each_epoch_anew)
{
    run r = train(&stream_model, "sgd(rate=0.01)", 4, 1, NULL, NULL);
    cr_expect_eq(r.last.step, 360);
    cr_expect_eq(r.state.step, 90, "its noise too, from another seed: %lu", (unsigned long)r.state.step);
    cr_expect_neq(r.state.seed, 1);
    cr_expect_eq(r.last.train.judged, 0, "there is no index target");
}

typedef struct calls {
    uint32_t batches, epochs, stop_at;
    size_t done;
    double cost;
} calls;

static int on_batch(void *context, const nnrt_progress *p)
{
    calls *c = context;
    c->batches++;
    c->done = p->done;
    c->cost = p->cost;
    return c->batches == c->stop_at;
}

static int on_epoch(void *context, const nnrt_progress *p)
{
    calls *c = context;
    c->epochs++;
    cr_expect(p->epochs == c->epochs && p->history[p->epochs - 1].epoch == c->epochs && c->done == 90);
    cr_expect_float_eq(p->history[p->epochs - 1].train.cost, c->cost, 1e-15);
    return 0;
}

Test(training, memory_that_is_not_there_is_a_message)
{
    nn_model huge = hand_model;
    double p[HAND_REALS];
    nnrt_settings s;
    nnrt_data data;
    huge.work_size = SIZE_MAX - 10;
    make(&hand_model, &data, 20, 3);
    nnrt_settings_init(&s, &huge, huge.cost, &error);
    cr_expect_null(nnrt_trainer_new(&huge, &s, p, NULL, &data, NULL, NULL, &error));
    cr_expect(strstr(error.text, "not enough memory for"), "%s", error.text);
    nnrt_data_free(&data);
}

Test(training, callbacks_see_and_stop)
{
    calls all = { 0 }, some = { .stop_at = 15 };
    const nnrt_callbacks call_all = { on_batch, on_epoch, &all }, call_some = { on_batch, NULL, &some };
    train(&hand_model_d, NULL, 2, 8, &call_all, NULL);
    cr_expect(all.batches == 24 && all.epochs == 2);
    run r = train(&hand_model_d, NULL, 2, 8, &call_some, NULL);
    cr_expect(some.batches == 15 && some.done == 24 && r.epochs == 1);
}

Test(training, a_cost_that_is_not_finite_ends_it)
{
    double p[HAND_REALS];
    nnrt_settings s;
    nnrt_data data;
    make(&hand_model_d, &data, 90, 3);
    nnrt_settings_init(&s, &hand_model_d, hand_costs_d, &error);
    hand_init_d(p, 1);
    hand_fault = FAULT_COST_NAN;
    nnrt_trainer *t = nnrt_trainer_new(&hand_model_d, &s, p, NULL, &data, NULL, NULL, &error);
    cr_expect_eq(nnrt_train(t, NULL, NULL, &error), 1);
    cr_expect(strstr(error.text, "the cost became not a number in epoch 2, step 22"), "%s", error.text);
    nnrt_trainer_free(t);
    nnrt_data_free(&data);
}

/* ---- gradcheck ---- */

static uint32_t failures(const nn_model *model, int wanted)
{
    const nnrt_check check = { .seed = 1 };
    uint32_t failed = 0;
    error.text[0] = 0;
    cr_expect_eq(nnrt_gradcheck(model, model->cost, &check, &failed, &error), wanted);
    cr_expect_str_eq(error.text, "");
    return failed;
}

Test(gradcheck, right_derivatives_pass)
{
    cr_expect_eq(failures(&hand_model, 0), 0);
    cr_expect_eq(failures(&hand_model_d, 0), 0);
    cr_expect_eq(failures(&stream_model, 0), 0);
}

Test(gradcheck, wrong_ones_fail)
{
    for (int m = 0; m < 2; m++) {
        hand_fault = FAULT_DERIVATIVE;
        cr_expect_eq(failures(both[m], 1), 1);
        hand_fault = FAULT_NAN;
        cr_expect_eq(failures(both[m], 1), 1);
        hand_fault = FAULT_FROZEN;
        cr_expect_eq(failures(both[m], 1), 1);
    }
}

Test(gradcheck, kinks_count_up_to_a_hundredth)
{
    kinky_count = 0;
    cr_expect_eq(failures(&kinky_model, 0), 0);
    kinky_count = 2;
    cr_expect_eq(failures(&kinky_model, 0), 0);
    kinky_count = 3;
    cr_expect_eq(failures(&kinky_model, 1), 1);
    cr_expect_eq(failures(&kinky_custom_model, 0), 0, "what lies behind a derivative of its own is not compared");
}
