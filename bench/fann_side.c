/* fann_side.c: a perceptron by FANN (libfann): forward and a step of incremental training of one sample, and a step of batch training.
 * FANN has neither ReLU nor cross-entropy: its bounded linear function, the cheapest it has, and its squared error stand for them; tanh is its symmetric sigmoid.
 * Arguments: the widths, comma-separated, `relu` or `tanh`, then the sizes of batches. Prints `function samples minimum median` in microseconds of processor time. */
#define _POSIX_C_SOURCE 200809L
#include <floatfann.h>
#include <string.h>

#include "measure.h"

enum { MOST = 8 };

static struct fann *net;
static struct fann_train_data *data;
static fann_type *x, *t;

static void forward(int n)
{
    for (int s = 0; s < n; s++)
        fann_run(net, x);
}

static void step(int n)
{
    if (n == 1)
        fann_train(net, x, t);
    else
        fann_train_epoch(net, data);
}

int main(int argc, char **argv)
{
    unsigned int width[MOST], layers = 0;
    for (char *s = strtok(argv[1], ","); s; s = strtok(NULL, ","))
        width[layers++] = (unsigned int)atoi(s);
    net = fann_create_standard_array(layers, width);
    fann_set_activation_function_hidden(net, strcmp(argv[2], "tanh") == 0 ? FANN_SIGMOID_SYMMETRIC : FANN_LINEAR_PIECE);
    fann_set_activation_function_output(net, FANN_LINEAR);
    fann_set_learning_rate(net, 1e-6f);
    x = calloc(width[0], sizeof *x);
    t = calloc(width[layers - 1], sizeof *t);
    for (unsigned int i = 0; i < width[0]; i++)
        x[i] = (float)(i * 37 % 101) / 50 - 1;
    for (int a = 3; a < argc; a++) {
        int n = atoi(argv[a]);
        data = fann_create_train((unsigned int)n, width[0], width[layers - 1]);
        for (int s = 0; s < n; s++) {
            memcpy(data->input[s], x, width[0] * sizeof *x);
            memcpy(data->output[s], t, width[layers - 1] * sizeof *t);
        }
        fann_set_training_algorithm(net, n == 1 ? FANN_TRAIN_INCREMENTAL : FANN_TRAIN_BATCH);
        measure("forward", forward, n);
        measure("step", step, n);
        fann_destroy_train(data);
    }
    return 0;
}
