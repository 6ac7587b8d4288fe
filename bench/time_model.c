/* time_model.c: how long the functions of a model take, for one sample and for batches of 32 and 128. Prints `what samples microseconds`,
 * the median of 9 measurements of at least 5 ms each. Compiled with -DMODEL=prefix_model. */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "nn_model.h"

enum { MEASUREMENTS = 9 };

extern const nn_model MODEL;

static void *params, *gradient, *work;
static const void *in[64];
static void *out[64];
static volatile double sink;

/* Processor time in microseconds: what else the machine does counts less than in time by the clock. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void call(int what, size_t n)
{
    if (what == 0)
        sink = MODEL.forward(params, NULL, work, n, in, out);
    else if (what == 1)
        sink = MODEL.cost->grad(params, NULL, work, n, in, gradient);
    else
        sink = MODEL.cost->sgd(params, NULL, work, n, in, 1e-6);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double measure(int what, size_t n)
{
    double times[MEASUREMENTS];
    size_t turns = 1;
    for (double t = 0; t < 5000; turns *= 2) {
        double begin = now();
        for (size_t i = 0; i < turns; i++)
            call(what, n);
        t = now() - begin;
    }
    for (int r = 0; r < MEASUREMENTS; r++) {
        double begin = now();
        for (size_t i = 0; i < turns; i++)
            call(what, n);
        times[r] = (now() - begin) / (double)turns;
    }
    qsort(times, MEASUREMENTS, sizeof *times, by_value);
    return times[MEASUREMENTS / 2];
}

int main(void)
{
    static const char *const names[] = {"forward", "gradient", "step"};
    static const size_t samples[] = {1, 32, 128};
    size_t batch = 128;
    params = aligned_alloc(64, MODEL.params_size / 64 * 64 + 64);
    gradient = aligned_alloc(64, MODEL.params_size / 64 * 64 + 64);
    work = aligned_alloc(64, MODEL.work_size / 64 * 64 + 64);
    MODEL.init(params, 1);
    for (uint32_t i = 0; i < MODEL.inputs + MODEL.targets; i++) {
        const nn_value *v = i < MODEL.inputs ? &MODEL.input[i] : &MODEL.target[i - MODEL.inputs];
        float *data = calloc(batch * v->size, 4);
        for (size_t e = 0; e < batch * v->size; e++)
            if (v->classes)
                ((int32_t *)data)[e] = (int32_t)(e % v->classes);
            else
                data[e] = (float)(e * 37 % 101) / 50 - 1;
        in[i] = data;
    }
    for (uint32_t i = 0; i < MODEL.outputs; i++)
        out[i] = calloc(batch * MODEL.output[i].size, 4);
    for (int what = 0; what < 3; what++)
        for (int i = 0; i < 3; i++)
            printf("%s %lu %.4f\n", names[what], (unsigned long)samples[i], measure(what, samples[i]));
    return 0;
}
