/* hand_net.h: a small network written by hand, with the interface of a generated model, for tests of the runtime. Include
 * it with REAL (float or double), NAME(x) and MATH(f) (f or f with the suffix f); it undefines them.
 *
 *     z[i] = tanh(sum_j w1[i, j] x[j] + b1[i])      5 of 4; w1 lies transposed, each row padded from 5 to 8
 *     s[i] = scale[i] * (sum_j w2[i, j] z[j])       3 of 5; w2 lies transposed, with padding behind it
 *     cost = cross_entropy(s, y)                    scale is frozen
 *
 * hand_fault spoils things on purpose. */
#ifndef HAND_FAULTS
#define HAND_FAULTS
#include <math.h>
#include <string.h>
#include "nnrt.h"

typedef enum hand_fault_kind {
    FAULT_NONE, FAULT_DERIVATIVE, FAULT_NAN, FAULT_FROZEN, FAULT_KINK, FAULT_COST_NAN
} hand_fault_kind;
static hand_fault_kind hand_fault;
static int hand_calls; /* of grad and sgd */

enum { HAND_REALS = 4 * 8 + 8 + 4 + 15 + 5, HAND_B1 = 32, HAND_SCALE = 40, HAND_W2 = 44, HAND_BATCH = 8 };
static const uint32_t hand_shape_w1[] = { 5, 4 }, hand_shape_5[] = { 5 }, hand_shape_3[] = { 3 }, hand_shape_w2[] = { 3, 5 }, hand_shape_4[] = { 4 };
static const nn_axis hand_axis_w1[] = { { 5, 1 }, { 4, 8 } }, hand_axis_1[] = { { 5, 1 } }, hand_axis_3[] = { { 3, 1 } };
static const nn_axis hand_axis_w2[] = { { 3, 1 }, { 5, 3 } };
static const nn_value hand_input[] = { { "x", hand_shape_4, 1, 4, 0 } };
static const nn_value hand_target[] = { { "y", NULL, 0, 1, 3 } };
static const nn_value hand_output[] = { { "s", hand_shape_3, 1, 3, 0 } };
static const nn_param hand_param[] = {
    { "m0.w", hand_shape_w1, 2, 20, 0, 2, hand_axis_w1, NN_INIT_UNIFORM, 0, -0.5, 0.5 },
    { "m0.b", hand_shape_5, 1, 5, HAND_B1, 1, hand_axis_1, NN_INIT_UNIFORM, 0, -0.5, 0.5 },
    { "scale", hand_shape_3, 1, 3, HAND_SCALE, 1, hand_axis_3, NN_INIT_VALUE, NN_FROZEN, 1, 0 },
    { "m1.w", hand_shape_w2, 2, 15, HAND_W2, 2, hand_axis_w2, NN_INIT_NORMAL, 0, 0, 0.5 },
};
static const unsigned char hand_trains[] = { 1, 1, 0, 1 };
#endif

typedef struct NAME(hand_work) {
    nn_work common;
    REAL z[HAND_BATCH][5], s[HAND_BATCH][3], q[HAND_BATCH][3];
} NAME(hand_work);

static void NAME(hand_init)(void *params, uint64_t seed)
{
    REAL *p = params;
    uint64_t random = seed;
    memset(p, 0, HAND_REALS * sizeof(REAL));
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 4; j++)
            p[j * 8 + i] = (REAL)(nnrt_random_uniform(&random) - 0.5);
    for (int i = 0; i < 5; i++)
        p[HAND_B1 + i] = (REAL)(nnrt_random_uniform(&random) - 0.5);
    for (int i = 0; i < 3; i++)
        p[HAND_SCALE + i] = 1;
    for (int i = 0; i < 15; i++)
        p[HAND_W2 + i] = (REAL)(nnrt_random_uniform(&random) - 0.5);
}

static int NAME(hand_run)(const REAL *p, NAME(hand_work) *k, size_t n, const void *const *in)
{
    const REAL *x = in[0];
    if (n == 0 || n > HAND_BATCH)
        return NN_EBATCH;
    for (size_t r = 0; r < n; r++) {
        for (int i = 0; i < 5; i++) {
            REAL sum = p[HAND_B1 + i];
            for (int j = 0; j < 4; j++)
                sum += p[j * 8 + i] * x[r * 4 + (size_t)j];
            k->z[r][i] = hand_fault == FAULT_KINK ? MATH(fabs)(sum - p[HAND_B1 + i]) + MATH(fabs)(p[HAND_B1 + i]) : MATH(tanh)(sum);
        }
        for (int i = 0; i < 3; i++) {
            REAL sum = 0;
            for (int j = 0; j < 5; j++)
                sum += p[HAND_W2 + i + 3 * j] * k->z[r][j];
            k->s[r][i] = p[HAND_SCALE + i] * sum;
        }
    }
    return NN_OK;
}

static int NAME(hand_forward)(const void *p, void *h, void *work, size_t n, const void *const *in, void *const *out)
{
    NAME(hand_work) *k = work;
    int result = NAME(hand_run)(p, k, n, in);
    (void)h;
    if (result == NN_OK)
        memcpy(out[0], k->s, n * sizeof k->s[0]);
    return result;
}

static double NAME(hand_cost)(const void *p, const void *h, void *work, size_t n, const void *const *in)
{
    NAME(hand_work) *k = work;
    const int32_t *y = in[1];
    REAL cost = 0;
    (void)h;
    k->common.error = NAME(hand_run)(p, k, n, in);
    for (size_t r = 0; r < n && k->common.error == NN_OK; r++)
        if (y[r] < 0 || y[r] > 2)
            k->common.error = NN_EINDEX;
    if (k->common.error != NN_OK)
        return NAN;
    for (size_t r = 0; r < n; r++) {
        REAL top = k->s[r][0], sum = 0;
        for (int i = 1; i < 3; i++)
            top = k->s[r][i] > top ? k->s[r][i] : top;
        for (int i = 0; i < 3; i++)
            sum += k->q[r][i] = MATH(exp)(k->s[r][i] - top);
        for (int i = 0; i < 3; i++)
            k->q[r][i] /= sum;
        cost -= k->s[r][y[r]] - top - MATH(log)(sum);
    }
    return hand_fault == FAULT_COST_NAN && hand_calls > 20 ? NAN : (double)(cost / (REAL)n);
}

static double NAME(hand_grad)(const void *params, void *h, void *work, size_t n, const void *const *in, void *gradient)
{
    NAME(hand_work) *k = work;
    const REAL *p = params, *x = in[0];
    const int32_t *y = in[1];
    REAL *g = gradient;
    double cost = NAME(hand_cost)(p, h, k, n, in);
    hand_calls++;
    if (k->common.error != NN_OK)
        return cost;
    memset(g, 0, HAND_REALS * sizeof(REAL));
    for (size_t r = 0; r < n; r++) {
        REAL dz[5] = { 0 };
        for (int i = 0; i < 3; i++) {
            REAL ds = (k->q[r][i] - (y[r] == i)) / (REAL)n * p[HAND_SCALE + i];
            for (int j = 0; j < 5; j++) {
                g[HAND_W2 + i + 3 * j] += ds * k->z[r][j];
                dz[j] += ds * p[HAND_W2 + i + 3 * j];
            }
        }
        for (int i = 0; i < 5; i++) {
            REAL d = dz[i] * (1 - k->z[r][i] * k->z[r][i]);
            g[HAND_B1 + i] += d;
            for (int j = 0; j < 4; j++)
                g[j * 8 + i] += d * x[r * 4 + (size_t)j];
        }
    }
    if (hand_fault == FAULT_DERIVATIVE)
        g[HAND_W2 + 4] *= (REAL)1.5;
    if (hand_fault == FAULT_NAN)
        g[HAND_B1 + 1] = (REAL)NAN;
    if (hand_fault == FAULT_FROZEN)
        g[HAND_SCALE] = 1;
    return cost;
}

static double NAME(hand_sgd)(void *params, void *h, void *work, size_t n, const void *const *in, double rate)
{
    REAL g[HAND_REALS], *p = params;
    double cost = NAME(hand_grad)(params, h, work, n, in, g);
    for (size_t i = 0; i < HAND_REALS && ((nn_work *)work)->error == NN_OK; i++)
        p[i] -= (REAL)rate * g[i];
    return cost;
}

static const nn_cost NAME(hand_costs)[] = {
    { NULL, NAME(hand_cost), NAME(hand_grad), NAME(hand_sgd), hand_trains, "sgd(rate=0.1, momentum=0.9)", NULL, 8, 5, 0 },
};
static const nn_model NAME(hand_model) = {
    NN_MODEL_VERSION, 0x1234abcd, "hand", sizeof(REAL), HAND_BATCH, 0, 35, 105, HAND_REALS * sizeof(REAL), sizeof(NAME(hand_work)), 0,
    HAND_REALS, 1, 1, 1, 4, 0, 1, hand_input, hand_target, hand_output, hand_param, NULL, NAME(hand_costs), NAME(hand_init), NULL,
    NAME(hand_forward), 0, NULL
};
#undef REAL
#undef NAME
#undef MATH
