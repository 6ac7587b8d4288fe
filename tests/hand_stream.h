/* hand_stream.h: two more models written by hand, in double.
 *
 * A stream with a state and noise: h[i] = tanh(a[i] h[i] + x[i] (1 + 0.1 u)), u uniform in training and 0 otherwise;
 * output h; cost (h[0] + h[1] - y)^2. The state struct also holds what the noise is a function of.
 *
 * A sum of kinks: cost = mean of x^2 * sum_i max(p[i], 0), of which the first kinky_count parameters begin at 0 exactly. */
#ifndef HAND_STREAM_H
#define HAND_STREAM_H
#include <math.h>
#include <string.h>
#include "nnrt.h"

typedef struct stream_state {
    double h[2];
    uint64_t seed, step;
} stream_state;

static void stream_init(void *p, uint64_t seed)
{
    ((double *)p)[0] = 0.5;
    ((double *)p)[1] = -0.25 + 1e-3 * (double)(seed % 10);
}

static void stream_reset(void *state, uint64_t seed)
{
    stream_state *h = state;
    h->h[0] = h->h[1] = 0;
    h->seed = seed;
    h->step = 0;
}

static void stream_next(const double *a, const stream_state *h, const double *x, double u, double *z)
{
    for (int i = 0; i < 2; i++)
        z[i] = tanh(a[i] * h->h[i] + x[i] * (1 + 0.1 * u));
}

static int stream_forward(const void *p, void *h, void *k, size_t n, const void *const *in, void *const *out)
{
    double z[2];
    (void)k;
    if (n != 1)
        return NN_EBATCH;
    stream_next(p, h, in[0], 0, z);
    memcpy(out[0], z, sizeof z);
    memcpy(((stream_state *)h)->h, z, sizeof z);
    return NN_OK;
}

static double stream_cost(const void *p, const void *h, void *k, size_t n, const void *const *in)
{
    double z[2], e;
    ((nn_work *)k)->error = n == 1 ? NN_OK : NN_EBATCH;
    stream_next(p, h, in[0], 0, z);
    e = z[0] + z[1] - ((const double *)in[1])[0];
    return e * e;
}

static double stream_grad(const void *p, void *state, void *k, size_t n, const void *const *in, void *g)
{
    stream_state *h = state;
    uint64_t random = nnrt_random_stream(h->seed, h->step++);
    double z[2], e;
    ((nn_work *)k)->error = n == 1 ? NN_OK : NN_EBATCH;
    stream_next(p, h, in[0], nnrt_random_uniform(&random), z);
    e = z[0] + z[1] - ((const double *)in[1])[0];
    for (int i = 0; i < 2; i++)
        ((double *)g)[i] = 2 * e * (1 - z[i] * z[i]) * h->h[i];
    memcpy(h->h, z, sizeof z);
    return e * e;
}

static const uint32_t stream_shape[] = { 2 };
static const nn_axis stream_axis[] = { { 2, 1 } };
static const nn_value stream_input[] = { { "x", stream_shape, 1, 2, 0 } };
static const nn_value stream_target[] = { { "y", NULL, 0, 1, 0 } };
static const nn_value stream_output[] = { { "h2", stream_shape, 1, 2, 0 } };
static const nn_param stream_param[] = { { "a", stream_shape, 1, 2, 0, 1, stream_axis, NN_INIT_EXPRESSION, 0, 0, 0 } };
static const nn_param stream_states[] = { { "h", stream_shape, 1, 2, 0, 1, stream_axis, NN_INIT_VALUE, NN_STATE, 0, 0 } };
static const unsigned char stream_trains[] = { 1 };
static const nn_cost stream_costs[] = { { NULL, stream_cost, stream_grad, NULL, stream_trains, NULL, NULL, 0, 0, 0 } };
static const nn_model stream_model = {
    NN_MODEL_VERSION, 77, "stream", sizeof(double), 1, NN_STREAM | NN_NOISE, 4, 8, 2 * sizeof(double), sizeof(nn_work), sizeof(stream_state),
    2, 1, 1, 1, 1, 1, 1, stream_input, stream_target, stream_output, stream_param, stream_states, stream_costs, stream_init, stream_reset,
    stream_forward, 0, NULL
};

enum { KINKY = 200 };
static int kinky_count;

static void kinky_init(void *p, uint64_t seed)
{
    (void)seed;
    for (int i = 0; i < KINKY; i++)
        ((double *)p)[i] = i < kinky_count ? 0 : 1;
}

static double kinky_grad(const void *p, void *h, void *k, size_t n, const void *const *in, void *g)
{
    double square = 0, sum = 0;
    (void)h;
    ((nn_work *)k)->error = NN_OK;
    for (size_t r = 0; r < n; r++)
        square += ((const double *)in[0])[r] * ((const double *)in[0])[r] / (double)n;
    for (int i = 0; i < KINKY; i++) {
        double v = ((const double *)p)[i];
        sum += v > 0 ? v : 0;
        ((double *)g)[i] = v > 0 ? square : 0;
    }
    return square * sum;
}

static const uint32_t kinky_shape[] = { KINKY };
static const nn_axis kinky_axis[] = { { KINKY, 1 } };
static const nn_value kinky_input[] = { { "x", NULL, 0, 1, 0 } };
static const nn_param kinky_param[] = { { "p", kinky_shape, 1, KINKY, 0, 1, kinky_axis, NN_INIT_VALUE, 0, 1, 0 } };
static const nn_param kinky_custom_param[] = { { "p", kinky_shape, 1, KINKY, 0, 1, kinky_axis, NN_INIT_VALUE, NN_CUSTOM, 1, 0 } };
static const nn_cost kinky_costs[] = { { "sum", NULL, kinky_grad, NULL, stream_trains, NULL, NULL, 0, 0, 0 } };
static const nn_model kinky_model = {
    NN_MODEL_VERSION, 78, "kinky", sizeof(double), 4, 0, 4, 8, KINKY * sizeof(double), sizeof(nn_work), 0, KINKY, 1, 0, 0, 1, 0, 1,
    kinky_input, NULL, NULL, kinky_param, NULL, kinky_costs, kinky_init, NULL, NULL, 0, NULL
};
static const nn_model kinky_custom_model = {
    NN_MODEL_VERSION, 78, "kinky", sizeof(double), 4, 0, 4, 8, KINKY * sizeof(double), sizeof(nn_work), 0, KINKY, 1, 0, 0, 1, 0, 1,
    kinky_input, NULL, NULL, kinky_custom_param, NULL, kinky_costs, kinky_init, NULL, NULL, 0, NULL
};

#endif
