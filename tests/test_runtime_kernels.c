/* test_runtime_kernels.c: the core's loops over parameters, for every small size, every part of it and every place in memory: each element comes
 * out, bit for bit, as it does alone, and what lies outside of the part keeps its bits. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "host/host.h"
#include "optimizer_reference.h"

enum { SIZE = 19, PLACES = 4, ARRAYS = 3, ROOM = PLACES + ARRAYS * SIZE };

static uint64_t state = 1;

/* Zeros, small and large, of both signs. */
static double number(void)
{
    static const double few[] = {0, 1, -1, 1e-30, -1e-30, 3e4};
    uint32_t which = nnrt_random_below(&state, 12);
    return which < 6 ? few[which] : 4 * nnrt_random_uniform(&state) - 2;
}

static void parse(nnrt_settings *settings, const char *text)
{
    nnrt_error error = {""};
    memset(settings, 0, sizeof *settings);
    cr_assert_eq(nnrt_settings_optimizer(settings, text, &error), 0, "%s", error.text);
}

/* The tests for one precision; s: the suffix of its functions. */
#define PRECISION(real, s) \
    static void fill##s(real *x, size_t n) \
    { \
        for (size_t i = 0; i < n; i++) \
            x[i] = (real)number(); \
    } \
    /* Reals begin … end-1 of n by one call, and by one call each. */ \
    static void check_step##s(const nnrt_optimizer##s *o, const char *name, uint32_t t, size_t n, size_t begin, size_t end, size_t place) \
    { \
        real p[ROOM], g[ROOM], memory[ROOM], p_was[ROOM], memory_was[ROOM], one_p, one_memory[ARRAYS]; \
        size_t arrays = o->kind == NNRT_SPSA ? 0 : nnrt_optimizer_memory##s(o, 1); \
        fill##s(p, ROOM); \
        fill##s(g, ROOM); \
        fill##s(memory, ROOM); \
        for (size_t i = 0; i < ROOM; i++) \
            memory[i] = memory[i] < 0 ? -memory[i] : memory[i]; /* squares */ \
        memcpy(p_was, p, sizeof p); \
        memcpy(memory_was, memory, sizeof memory); \
        nnrt_optimizer_step##s(o, o->rate, t, p + place, g + place, memory + place, n, begin, end); \
        for (size_t i = 0; i < ROOM; i++) { \
            bool inside = i >= place + begin && i < place + end; \
            if (!inside) { \
                cr_assert_eq(memcmp(&p[i], &p_was[i], sizeof *p), 0, "%s: outside of the part", name); \
                continue; \
            } \
            one_p = p_was[i]; \
            for (size_t k = 0; k < arrays; k++) \
                one_memory[k] = memory_was[i + k * n]; \
            nnrt_optimizer_step##s(o, o->rate, t, &one_p, &g[i], one_memory, 1, 0, 1); \
            cr_assert_eq(memcmp(&p[i], &one_p, sizeof *p), 0, "%s: n %zu, %zu to %zu: [%zu] is %g, alone %g", name, n, begin, end, i - place, (double)p[i], (double)one_p); \
            for (size_t k = 0; k < arrays; k++) { \
                cr_assert_eq(memcmp(&memory[i + k * n], &one_memory[k], sizeof *p), 0, "%s: memory", name); \
                memory_was[i + k * n] = one_memory[k]; \
            } \
        } \
        cr_assert_eq(memcmp(memory, memory_was, sizeof memory), 0, "%s: memory outside of the part", name); \
    } \
    static void check_search##s(const nnrt_optimizer##s *o, size_t n, size_t begin, size_t end) \
    { \
        real p[SIZE], trial[SIZE], one[SIZE], weight[2] = {(real)number(), (real)number()}; \
        fill##s(p, SIZE); \
        for (uint32_t k = 0; k < 2 * o->pairs; k++) { \
            fill##s(trial, SIZE); \
            memcpy(one, trial, sizeof one); \
            nnrt_search_try##s(o, 5, 3, k, p, trial, begin, end); \
            for (size_t i = begin; i < end; i++) \
                nnrt_search_try##s(o, 5, 3, k, p, one, i, i + 1); \
            cr_assert_eq(memcmp(trial, one, sizeof one), 0, "a trial of %zu", n); \
        } \
        fill##s(trial, SIZE); \
        memcpy(one, trial, sizeof one); \
        nnrt_search_gradient##s(o, 5, 3, weight, trial, begin, end); \
        for (size_t i = begin; i < end; i++) \
            nnrt_search_gradient##s(o, 5, 3, weight, one, i, i + 1); \
        cr_assert_eq(memcmp(trial, one, sizeof one), 0, "what stands for the gradient of %zu", n); \
    } \
    static void check_sums##s(size_t n, size_t place) \
    { \
        static const real bounds[] = {0, (real)0.5, 1000000}; \
        real x[ROOM], y[ROOM], was[ROOM]; \
        for (size_t b = 0; b < 3; b++) { \
            real sum = 0, norm, factor; \
            fill##s(x, ROOM); \
            memcpy(was, x, sizeof x); \
            for (size_t i = 0; i < n; i++) \
                sum += x[place + i] * x[place + i]; \
            norm = (real)sqrt((double)sum); \
            factor = bounds[b] / (norm + (real)1e-6); \
            cr_assert_eq(nnrt_clip_norm##s(x + place, n, bounds[b]), norm, "%zu", n); \
            for (size_t i = 0; i < ROOM; i++) \
                cr_assert_eq(x[i], i >= place && i < place + n && factor < 1 ? was[i] * factor : was[i], "%zu", n); \
            fill##s(x, ROOM); \
            memcpy(was, x, sizeof x); \
            nnrt_clip_value##s(x + place, n, bounds[b]); \
            for (size_t i = 0; i < ROOM; i++) \
                cr_assert_eq(x[i], i < place || i >= place + n ? was[i] : was[i] > bounds[b] ? bounds[b] : was[i] < -bounds[b] ? -bounds[b] : was[i], "%zu", n); \
            fill##s(y, ROOM); \
            memcpy(was, y, sizeof y); \
            nnrt_add_scaled##s(y + place, x, bounds[b], n); \
            for (size_t i = 0; i < ROOM; i++) { \
                real product = i < place || i >= place + n ? 0 : bounds[b] * x[i - place]; \
                cr_assert_eq(y[i], i < place || i >= place + n ? was[i] : was[i] + product, "%zu", n); \
            } \
        } \
    }

PRECISION(double, _d)
PRECISION(float, )

Test(kernels, steps)
{
    for (size_t c = 0; c < sizeof reference / sizeof reference[0]; c++) {
        nnrt_settings s;
        nnrt_optimizer single;
        parse(&s, reference[c].optimizer);
        nnrt_optimizer_single(&single, &s.optimizer);
        for (size_t n = 0; n <= SIZE; n++)
            for (size_t begin = 0; begin <= n; begin++)
                for (size_t end = begin; end <= n; end++) {
                    size_t place = (begin + end + n) % PLACES;
                    check_step_d(&s.optimizer, reference[c].optimizer, end % 2 ? 1 : 7, n, begin, end, place);
                    check_step(&single, reference[c].optimizer, end % 2 ? 1 : 7, n, begin, end, place);
                }
    }
}

Test(kernels, searches)
{
    nnrt_optimizer_kind kinds[] = {NNRT_ES, NNRT_SPSA};
    for (int k = 0; k < 2; k++) {
        nnrt_optimizer_d o;
        nnrt_optimizer single;
        nnrt_optimizer_init_d(&o, kinds[k]);
        o.pairs = 2;
        nnrt_optimizer_single(&single, &o);
        for (size_t n = 0; n <= SIZE; n++)
            for (size_t begin = 0; begin <= n; begin++) {
                check_search_d(&o, n, begin, n);
                check_search(&single, n, begin, n);
            }
    }
}

Test(kernels, sums_and_bounds)
{
    for (size_t n = 0; n <= SIZE; n++)
        for (size_t place = 0; place < PLACES; place++) {
            check_sums_d(n, place);
            check_sums(n, place);
        }
}

/* Every way in which four costs, better, worse, equal or no numbers, can lie. */
Test(kernels, weights_of_all_ranks)
{
    static const double costs[] = {0, 1, 2, NAN};
    nnrt_optimizer_d o;
    nnrt_optimizer_init_d(&o, NNRT_ES);
    o.pairs = 2;
    for (int all = 0; all < 256; all++) {
        double cost[4], weight[2], place[4];
        for (int k = 0; k < 4; k++)
            cost[k] = costs[all >> (2 * k) & 3];
        for (int k = 0; k < 4; k++) { /* the mean of the places that equal ones share; infinity for what is no number */
            double mine = isnan(cost[k]) ? INFINITY : cost[k], before = 0, equal = 0;
            for (int i = 0; i < 4; i++) {
                double other = isnan(cost[i]) ? INFINITY : cost[i];
                before += other < mine;
                equal += other == mine;
            }
            place[k] = before + (equal - 1) / 2;
        }
        nnrt_search_weigh_d(&o, 1, cost, weight, NULL);
        for (int k = 0; k < 2; k++)
            cr_expect_float_eq(weight[k], (place[2 * k] - place[2 * k + 1]) / 3 / 2, 1e-15, "%d", all);
    }
}

Test(kernels, batches_and_rows)
{
    for (uint32_t samples = 0; samples <= 12; samples++)
        for (uint32_t batch = 0; batch <= 14; batch++)
            for (int shuffled = 0; shuffled < 2; shuffled++) {
                uint32_t order[13], first, n, at = 0, seen = 0;
                nnrt_batches b = {shuffled ? order : NULL, samples, batch, 0, 9};
                order[samples] = 77;
                nnrt_batches_begin(&b, 2);
                while ((n = nnrt_batches_next(&b, &first)) != 0) {
                    cr_assert(first == at && n == (batch && batch < samples - at ? batch : samples - at));
                    for (uint32_t i = first; i < first + n; i++)
                        seen |= UINT32_C(1) << (shuffled ? order[i] : i);
                    at += n;
                }
                cr_assert(at == samples && seen == (UINT32_C(1) << samples) - 1 && order[samples] == 77);
            }
    for (size_t bytes = 1; bytes <= 9; bytes++)
        for (uint32_t first = 0; first <= 4; first++)
            for (uint32_t n = 0; first + n <= 5; n++)
                for (int ordered = 0; ordered < 2; ordered++) {
                    static const uint32_t order[] = {3, 0, 4, 4, 1};
                    unsigned char from[45], to[50];
                    for (size_t i = 0; i < sizeof from; i++)
                        from[i] = (unsigned char)(i + 1);
                    memset(to, 0, sizeof to);
                    nnrt_gather(to, from, bytes, ordered ? order : NULL, first, n);
                    for (uint32_t i = 0; i < n; i++)
                        cr_assert_eq(memcmp(to + i * bytes, from + (ordered ? order[first + i] : first + i) * bytes, bytes), 0);
                    cr_assert_eq(to[n * bytes], 0);
                }
}
