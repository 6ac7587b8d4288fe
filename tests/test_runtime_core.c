/* test_runtime_core.c: the freestanding core: optimizers against PyTorch's numbers, clipping, schedules, orders, batches. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "host/host.h"
#include "optimizer_reference.h"

enum { GUARD = 3, ROOM = REFERENCE_REALS + 2 * GUARD };

/* ---- optimizers ---- */

static void parse(nnrt_settings *settings, const char *text)
{
    nnrt_error error = { "" };
    memset(settings, 0, sizeof *settings);
    cr_assert_eq(nnrt_settings_optimizer(settings, text, &error), 0, "%s", error.text);
}

Test(core, optimizers_agree_with_pytorch_in_double)
{
    for (size_t c = 0; c < sizeof reference / sizeof reference[0]; c++) {
        nnrt_settings s;
        double p[REFERENCE_REALS], memory[3 * REFERENCE_REALS];
        parse(&s, reference[c].optimizer);
        memcpy(p, reference_start, sizeof p);
        cr_assert_leq(nnrt_optimizer_memory_d(&s.optimizer, REFERENCE_REALS), 3 * REFERENCE_REALS);
        nnrt_optimizer_begin_d(&s.optimizer, memory, REFERENCE_REALS);
        for (uint32_t t = 1; t <= REFERENCE_STEPS; t++)
            nnrt_optimizer_step_d(&s.optimizer, s.optimizer.rate, t, p, reference_gradient[t - 1], memory, REFERENCE_REALS, 0, REFERENCE_REALS);
        for (int i = 0; i < REFERENCE_REALS; i++)
            cr_expect_float_eq(p[i], reference[c].in_double[i], 2e-14, "%s: [%d] is %.17g, PyTorch has %.17g", reference[c].optimizer, i,
                               p[i], reference[c].in_double[i]);
    }
}

Test(core, optimizers_agree_with_pytorch_in_float)
{
    for (size_t c = 0; c < sizeof reference / sizeof reference[0]; c++) {
        nnrt_settings s;
        float p[REFERENCE_REALS], g[REFERENCE_REALS], memory[3 * REFERENCE_REALS];
        parse(&s, reference[c].optimizer);
        nnrt_optimizer o;
        nnrt_optimizer_single(&o, &s.optimizer);
        for (int i = 0; i < REFERENCE_REALS; i++)
            p[i] = (float)reference_start[i];
        nnrt_optimizer_begin(&o, memory, REFERENCE_REALS);
        for (uint32_t t = 1; t <= REFERENCE_STEPS; t++) {
            for (int i = 0; i < REFERENCE_REALS; i++)
                g[i] = (float)reference_gradient[t - 1][i];
            nnrt_optimizer_step(&o, o.rate, t, p, g, memory, REFERENCE_REALS, 0, REFERENCE_REALS);
        }
        for (int i = 0; i < REFERENCE_REALS; i++)
            cr_expect_float_eq((double)p[i], reference[c].in_float[i], 2e-6, "%s: [%d] is %.9g, PyTorch has %.9g", reference[c].optimizer,
                               i, (double)p[i], reference[c].in_float[i]);
    }
}

/* A range of a longer array: the rest of parameters and memory keeps its bytes, and the range ends as it would alone. */
Test(core, steps_touch_only_their_range)
{
    for (size_t c = 0; c < sizeof reference / sizeof reference[0]; c++) {
        nnrt_settings s;
        double p[ROOM], g[ROOM], memory[3 * ROOM], before[3 * ROOM], start[ROOM];
        parse(&s, reference[c].optimizer);
        for (int i = 0; i < ROOM; i++)
            p[i] = g[i] = 1000 + i;
        memcpy(p + GUARD, reference_start, sizeof reference_start);
        memcpy(start, p, sizeof p);
        nnrt_optimizer_begin_d(&s.optimizer, memory, ROOM);
        memcpy(before, memory, nnrt_optimizer_memory_d(&s.optimizer, ROOM) * sizeof(double));
        for (uint32_t t = 1; t <= REFERENCE_STEPS; t++) {
            memcpy(g + GUARD, reference_gradient[t - 1], sizeof reference_gradient[0]);
            nnrt_optimizer_step_d(&s.optimizer, s.optimizer.rate, t, p, g, memory, ROOM, GUARD, ROOM - GUARD);
        }
        for (int i = 0; i < ROOM; i++)
            if (i < GUARD || i >= ROOM - GUARD)
                cr_expect_eq(memcmp(&p[i], &start[i], sizeof p[i]), 0);
            else
                cr_expect_float_eq(p[i], reference[c].in_double[i - GUARD], 2e-14);
        for (size_t k = 0; k < nnrt_optimizer_memory_d(&s.optimizer, ROOM); k++)
            if (k % ROOM < GUARD || k % ROOM >= ROOM - GUARD)
                cr_expect_eq(memcmp(&memory[k], &before[k], sizeof memory[k]), 0, "%s", reference[c].optimizer);
    }
}

Test(core, plain_sgd_needs_no_memory)
{
    nnrt_optimizer o;
    float p[2] = { 1, 2 }, g[2] = { 4, -8 };
    nnrt_optimizer_init(&o, NNRT_SGD);
    cr_expect_eq(nnrt_optimizer_memory(&o, 2), 0);
    nnrt_optimizer_step(&o, 0.25f, 1, p, g, NULL, 2, 0, 2);
    cr_expect_eq(p[0], 0);
    cr_expect_eq(p[1], 4);
}

/* Zero gradients at zero parameters stay: what padding is. */
Test(core, padding_never_moves)
{
    for (size_t c = 0; c < sizeof reference / sizeof reference[0]; c++) {
        nnrt_settings s;
        double p[2] = { 0, 0 }, g[2] = { 0, 0 }, memory[6];
        parse(&s, reference[c].optimizer);
        nnrt_optimizer_begin_d(&s.optimizer, memory, 2);
        for (uint32_t t = 1; t < 4; t++)
            nnrt_optimizer_step_d(&s.optimizer, s.optimizer.rate, t, p, g, memory, 2, 0, 2);
        cr_expect(p[0] == 0 && p[1] == 0, "%s", reference[c].optimizer);
    }
}

/* What an optimizer is before anything is set: the same in float as in double, but for rounding. */
Test(core, defaults_in_float_are_those_in_double)
{
    for (int kind = 0; kind < NNRT_OPTIMIZERS; kind++) {
        nnrt_optimizer_d d;
        nnrt_optimizer f, rounded;
        memset(&d, 0, sizeof d);
        memset(&f, 0, sizeof f);
        memset(&rounded, 0, sizeof rounded);
        nnrt_optimizer_init_d(&d, (nnrt_optimizer_kind)kind);
        nnrt_optimizer_init(&f, (nnrt_optimizer_kind)kind);
        nnrt_optimizer_single(&rounded, &d);
        cr_expect_eq(memcmp(&f, &rounded, sizeof f), 0, "kind %d", kind);
    }
    for (int kind = 0; kind < NNRT_SCHEDULES; kind++) {
        nnrt_schedule_d d;
        nnrt_schedule f;
        nnrt_schedule_init_d(&d, (nnrt_schedule_kind)kind);
        nnrt_schedule_init(&f, (nnrt_schedule_kind)kind);
        cr_expect(f.kind == d.kind && f.warmup == d.warmup && f.every == d.every && f.factor == (float)d.factor && f.floor == (float)d.floor, "kind %d", kind);
    }
}

/* A variance about the mean that rounding takes below 0 counts as 0: no root of it is taken. */
Test(core, centered_rmsprop_of_equal_gradients_stays_finite)
{
    nnrt_optimizer f;
    nnrt_optimizer_d d;
    nnrt_optimizer_init(&f, NNRT_RMSPROP);
    nnrt_optimizer_init_d(&d, NNRT_RMSPROP);
    f.centered = d.centered = 1;
    f.alpha = 0.5f;
    d.alpha = 0.5;
    for (int k = 1; k < 200; k++) {
        float p = 0, g = (float)k * 0.37f, memory[2] = { 0, 0 };
        double q = 0, h = k * 0.37, memory_d[2] = { 0, 0 };
        for (uint32_t t = 1; t <= 100; t++) {
            nnrt_optimizer_step(&f, 0.01f, t, &p, &g, memory, 1, 0, 1);
            nnrt_optimizer_step_d(&d, 0.01, t, &q, &h, memory_d, 1, 0, 1);
        }
        cr_expect(p < 0 && isfinite(p) && q < 0 && isfinite(q), "gradient %g: %g, %g", h, (double)p, q);
    }
}

/* Steps that grow by half each time: 1, 1.5, 2.25, and then no more than 3. */
Test(core, rprop_has_a_largest_step)
{
    nnrt_optimizer f;
    nnrt_optimizer_d d;
    float p = 0, g = 1, memory[2];
    double q = 0, h = -1, memory_d[2];
    nnrt_optimizer_init(&f, NNRT_RPROP);
    nnrt_optimizer_init_d(&d, NNRT_RPROP);
    f.rate = 1;
    d.rate = 1;
    f.eta_plus = 1.5f;
    d.eta_plus = 1.5;
    f.step_max = 3;
    d.step_max = 3;
    nnrt_optimizer_begin(&f, memory, 1);
    nnrt_optimizer_begin_d(&d, memory_d, 1);
    for (uint32_t t = 1; t <= 5; t++) {
        nnrt_optimizer_step(&f, f.rate, t, &p, &g, memory, 1, 0, 1);
        nnrt_optimizer_step_d(&d, d.rate, t, &q, &h, memory_d, 1, 0, 1);
    }
    cr_expect(p == -10.75f && q == 10.75, "%g, %g", (double)p, q);
}

/* The kind may come from elsewhere, as a byte of a device's memory: one that is none moves nothing. */
Test(core, an_optimizer_that_is_none_does_nothing)
{
    for (int kind = NNRT_OPTIMIZERS; kind < NNRT_OPTIMIZERS + 2; kind++) {
        nnrt_optimizer f;
        nnrt_optimizer_d d;
        float p = 1, g = 1, memory[3] = { 0, 0, 0 };
        double q = 1, h = 1, memory_d[3] = { 0, 0, 0 };
        nnrt_optimizer_init(&f, (nnrt_optimizer_kind)kind);
        nnrt_optimizer_init_d(&d, (nnrt_optimizer_kind)kind);
        nnrt_optimizer_step(&f, 1, 1, &p, &g, memory, 1, 0, 1);
        nnrt_optimizer_step_d(&d, 1, 1, &q, &h, memory_d, 1, 0, 1);
        cr_expect(p == 1 && q == 1 && memory[0] == 0 && memory_d[0] == 0);
    }
}

/* ---- clipping, sums ---- */

Test(core, clipping)
{
    float g[3] = { 3, 0, -4 };
    cr_expect_float_eq((double)nnrt_clip_norm(g, 3, 10), 5, 1e-6);
    cr_expect(g[0] == 3 && g[2] == -4, "below the bound nothing changes");
    nnrt_clip_norm(g, 3, 1);
    cr_expect_float_eq((double)g[0], 0.6, 1e-6);
    cr_expect_float_eq((double)g[2], -0.8, 1e-6);
    double d[3] = { 3, -0.5, -4 };
    nnrt_clip_value_d(d, 3, 1);
    cr_expect(d[0] == 1 && d[1] == -0.5 && d[2] == -1);
    nnrt_clip_norm_d(d, 3, 0.15);
    cr_expect_float_eq(d[0], 0.1, 1e-6);
    double y[2] = { 1, 2 };
    nnrt_add_scaled_d(y, d, 0, 2);
    cr_expect(y[0] == 1 && y[1] == 2);
    nnrt_add_scaled_d(y, (const double[]){ 4, 8 }, 0.25, 2);
    cr_expect(y[0] == 2 && y[1] == 4);
}

/* ---- schedules ---- */

Test(core, schedules)
{
    nnrt_schedule_d s;
    nnrt_schedule_init_d(&s, NNRT_CONSTANT);
    cr_expect_eq(nnrt_schedule_factor_d(&s, 77, 100), 1);
    nnrt_schedule_init_d(&s, NNRT_STEP);
    s.every = 30;
    cr_expect_float_eq(nnrt_schedule_factor_d(&s, 29, 100), 1, 1e-15);
    cr_expect_float_eq(nnrt_schedule_factor_d(&s, 30, 100), 0.1, 1e-15);
    cr_expect_float_eq(nnrt_schedule_factor_d(&s, 89, 100), 0.01, 1e-15);
    nnrt_schedule_init_d(&s, NNRT_COSINE);
    s.floor = 0.1;
    for (uint32_t step = 0; step <= 200; step++)
        cr_expect_float_eq(nnrt_schedule_factor_d(&s, step, 200), 0.1 + 0.9 * 0.5 * (1 + cos(acos(-1) * step / 200)), 1e-14);
    cr_expect_float_eq(nnrt_schedule_factor_d(&s, 5000, 200), 0.1, 1e-14, "behind the end it stays");
    s.warmup = 10;
    cr_expect_float_eq(nnrt_schedule_factor_d(&s, 0, 110), 0.1, 1e-14);
    cr_expect_float_eq(nnrt_schedule_factor_d(&s, 9, 110), 1, 1e-14);
    cr_expect_float_eq(nnrt_schedule_factor_d(&s, 10, 110), 1, 1e-14);
    cr_expect_float_eq(nnrt_schedule_factor_d(&s, 60, 110), 0.55, 1e-14);
    cr_expect_float_eq(nnrt_schedule_factor_d(&s, 300, 5), 0.1, 1e-14, "a warmup longer than the run");
    nnrt_schedule f;
    nnrt_schedule_init(&f, NNRT_COSINE);
    for (uint32_t step = 0; step <= 200; step++)
        cr_expect_float_eq((double)nnrt_schedule_factor(&f, step, 200), 0.5 * (1 + cos(acos(-1) * step / 200)), 3e-7);
}

/* ---- random numbers ---- */

/* The first numbers for seed 1234567 of the published splitmix64.c. */
Test(core, splitmix64)
{
    uint64_t state = 1234567;
    cr_expect_eq(nnrt_random(&state), UINT64_C(6457827717110365317));
    cr_expect_eq(nnrt_random(&state), UINT64_C(3203168211198807973));
    cr_expect_eq(nnrt_random(&state), UINT64_C(9817491932198370423));
    cr_expect_eq(nnrt_random(&state), UINT64_C(4593380528125082431));
    cr_expect_eq(nnrt_random(&state), UINT64_C(16408922859458223821));
}

Test(core, random_below_is_uniform)
{
    uint64_t state = 5;
    unsigned count[7] = { 0 };
    for (int i = 0; i < 70000; i++)
        count[nnrt_random_below(&state, 7)]++;
    for (int i = 0; i < 7; i++)
        cr_expect(count[i] > 9500 && count[i] < 10500, "%u", count[i]); /* 5 standard deviations are 463 */
    cr_expect_eq(nnrt_random_below(&state, 1), 0);
    /* 3 * 2^30: without rejection the lowest third would come up half as often again as it should */
    unsigned low = 0;
    for (int i = 0; i < 30000; i++)
        low += nnrt_random_below(&state, UINT32_C(3) << 30) < UINT32_C(1) << 30;
    cr_expect(low > 9500 && low < 10500, "%u", low);
    for (int i = 0; i < 1000; i++) {
        double u = nnrt_random_uniform(&state);
        cr_expect(u >= 0 && u < 1);
    }
}

/* ---- batches ---- */

static void check_epoch(nnrt_batches *b, uint32_t epoch)
{
    unsigned seen[100] = { 0 };
    uint32_t first, n, all = 0;
    nnrt_batches_begin(b, epoch);
    while ((n = nnrt_batches_next(b, &first)) != 0) {
        cr_expect(b->batch == 0 || n <= b->batch);
        for (uint32_t i = 0; i < n; i++)
            seen[b->order ? b->order[first + i] : first + i]++;
        all += n;
    }
    cr_expect_eq(all, b->samples);
    for (uint32_t i = 0; i < b->samples; i++)
        cr_expect_eq(seen[i], 1);
}

Test(core, every_epoch_meets_every_sample_once)
{
    uint32_t order[100], again[100];
    const uint32_t batches[] = { 0, 1, 7, 50, 99, 100, 1000 };
    for (size_t k = 0; k < sizeof batches / sizeof batches[0]; k++) {
        nnrt_batches b = { order, 100, batches[k], 0, 42 };
        check_epoch(&b, 1);
        memcpy(again, order, sizeof order);
        check_epoch(&b, 2);
        cr_expect_neq(memcmp(order, again, sizeof order), 0, "epochs have different orders");
        check_epoch(&b, 1);
        cr_expect_eq(memcmp(order, again, sizeof order), 0, "which are functions of seed and epoch");
        b.seed = 43;
        check_epoch(&b, 1);
        cr_expect_neq(memcmp(order, again, sizeof order), 0);
        b.order = NULL;
        check_epoch(&b, 1);
    }
}

/* Each of the 24 orders of 4 things comes up about as often: Fisher-Yates is not skewed. */
Test(core, shuffling_is_uniform)
{
    unsigned count[256] = { 0 };
    for (uint64_t seed = 0; seed < 24000; seed++) {
        uint32_t order[4];
        nnrt_batches b = { order, 4, 0, 0, seed };
        nnrt_batches_begin(&b, 1);
        count[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    unsigned orders = 0;
    for (int i = 0; i < 256; i++)
        if (count[i]) {
            orders++;
            cr_expect(count[i] > 840 && count[i] < 1160, "%u", count[i]);
        }
    cr_expect_eq(orders, 24);
}

Test(core, gather)
{
    const float from[4][2] = { { 0, 1 }, { 2, 3 }, { 4, 5 }, { 6, 7 } };
    const uint32_t order[] = { 3, 1, 0, 2 };
    float to[2][2];
    nnrt_gather(to, from, sizeof from[0], order, 1, 2);
    cr_expect(to[0][0] == 2 && to[0][1] == 3 && to[1][0] == 0 && to[1][1] == 1);
    nnrt_gather(to, from, sizeof from[0], NULL, 2, 2);
    cr_expect(to[0][0] == 4 && to[1][1] == 7);
}
