/* hand_echo.h: a model written by hand, in float, whose outputs are its inputs. */
#ifndef HAND_ECHO_H
#define HAND_ECHO_H
#include <string.h>
#include "nnrt.h"

/* Echoes its input: output s is x, output k the index input. For what counts as an answer, and for many classes. The shapes
 * are the test's. */
static int echo_forward(const void *p, void *h, void *k, size_t n, const void *const *in, void *const *out);
static double echo_cost(const void *p, const void *h, void *k, size_t n, const void *const *in)
{
    (void)p;
    (void)h;
    (void)n;
    (void)in;
    ((nn_work *)k)->error = NN_OK;
    return 0.5;
}
static double echo_grad(const void *p, void *h, void *k, size_t n, const void *const *in, void *g)
{
    (void)g;
    return echo_cost(p, h, k, n, in);
}

static const unsigned char echo_trains[] = { 0 };
static uint32_t echo_shape[2], echo_target_shape[1];
static nn_value echo_input[] = { { "x", echo_shape, 2, 0, 0 }, { "i", echo_target_shape, 1, 0, 0 } };
static nn_value echo_target[] = { { "y", echo_target_shape, 1, 0, 0 } };
static nn_value echo_output[] = { { "s", echo_shape, 2, 0, 0 }, { "k", echo_target_shape, 1, 0, 0 } };
static const nn_cost echo_costs[] = { { NULL, echo_cost, echo_grad, NULL, echo_trains, NULL, NULL, 0, 0, 0 } };
static nn_model echo_model = {
    NN_MODEL_VERSION, 79, "echo", sizeof(float), 3, 0, 0, 0, 0, sizeof(nn_work), 0, 0, 2, 1, 2, 0, 0, 1, echo_input, echo_target,
    echo_output, NULL, NULL, echo_costs, NULL, NULL, echo_forward, 0, NULL
};

static int echo_forward(const void *p, void *h, void *k, size_t n, const void *const *in, void *const *out)
{
    (void)p;
    (void)h;
    (void)k;
    memcpy(out[0], in[0], n * echo_input[0].size * sizeof(float));
    memcpy(out[1], in[1], n * echo_input[1].size * sizeof(int32_t));
    return NN_OK;
}

/* Outputs s[rows, columns] and k[places], target y[places] of so many classes. */
static void echo_shapes(uint32_t rows, uint32_t columns, uint32_t places, uint32_t classes)
{
    echo_shape[0] = rows;
    echo_shape[1] = columns;
    echo_target_shape[0] = places;
    echo_input[0].size = echo_output[0].size = rows * columns;
    echo_input[1].size = echo_output[1].size = echo_target[0].size = places;
    echo_input[1].classes = echo_output[1].classes = echo_target[0].classes = classes;
}
#endif
