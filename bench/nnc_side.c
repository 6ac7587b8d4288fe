/* nnc_side.c: how long a model's functions take, and how near they come to what one core can multiply and add. Arguments: the sizes of
 * batches. Prints `peak MADDS`, multiply-adds a microsecond measured in the same rounds, and `function samples minimum median` in
 * microseconds of processor time over interleaved rounds, with the share of the peak that the minimum reaches, counting the dense
 * multiply-adds of forward, dW and dX. Compiled with -DMODEL=prefix_model, and ROUNDS of about 2 ms for each function. */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "nn_model.h"

#ifndef ROUNDS
#define ROUNDS 40
#endif
#if defined(__AVX512F__)
enum { LANES = 16 };
#elif defined(__AVX__)
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif
typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

extern const nn_model MODEL;

static void *params, *gradient, *work, *state;
static const void *in[64];
static void *out[64];
static volatile double sink;

/* Of this process alone: what else runs on the machine counts little. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Multiply-adds per microsecond of twelve independent chains. */
static double peak(void)
{
    lanes a = {0}, c[12] = {{0}};
    enum { TURNS = 40000 };
    double begin = now();
    for (int i = 0; i < LANES; i++)
        a[i] = 0.5f + (float)i * 0.01f;
    __asm__ volatile("" : "+x"(a));
    for (int t = 0; t < TURNS; t++)
#pragma GCC unroll 12
        for (int i = 0; i < 12; i++)
            c[i] = c[i] * a + a;
    for (int i = 0; i < 12; i++)
        sink = sink + (double)c[i][0];
    return 12.0 * TURNS * LANES / (now() - begin);
}

static void call(int what, size_t n)
{
    if (what == 0)
        sink = MODEL.forward(params, state, work, n, in, out);
    else if (what == 1)
        sink = MODEL.cost->grad(params, state, work, n, in, gradient);
    else
        sink = MODEL.cost->sgd(params, state, work, n, in, 1e-6);
}

static double measure(int what, size_t n, size_t turns)
{
    double begin = now();
    for (size_t i = 0; i < turns; i++)
        call(what, n);
    return (now() - begin) / (double)turns;
}

static void *zeroed(size_t bytes)
{
    char *p = aligned_alloc(64, bytes / 64 * 64 + 64);
    for (size_t i = 0; i < bytes; i++)
        p[i] = 0;
    return p;
}

static void make_data(size_t batch)
{
    params = zeroed(MODEL.params_size);
    gradient = zeroed(MODEL.params_size);
    work = zeroed(MODEL.work_size);
    MODEL.init(params, 1);
    if (MODEL.reset) {
        state = zeroed(MODEL.state_size);
        MODEL.reset(state, 1);
    }
    for (uint32_t i = 0; i < MODEL.inputs + MODEL.targets; i++) {
        const nn_value *v = i < MODEL.inputs ? &MODEL.input[i] : &MODEL.target[i - MODEL.inputs];
        float *data = zeroed(batch * v->size * 4);
        for (size_t e = 0; e < batch * v->size; e++)
            if (v->classes)
                ((int32_t *)data)[e] = (int32_t)(e % v->classes);
            else
                data[e] = (float)(e * 37 % 101) / 50 - 1;
        in[i] = data;
    }
    for (uint32_t i = 0; i < MODEL.outputs; i++)
        out[i] = zeroed(batch * MODEL.output[i].size * 4);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"forward", "gradient", "step"};
    enum { MOST = 8 };
    static double times[3][MOST][ROUNDS];
    size_t turns[3][MOST];
    double top = 0;
    make_data(MODEL.batch);
    for (int round = -1; round < ROUNDS; round++) {
        double p = peak();
        top = p > top ? p : top;
        for (int a = 1; a < argc && a <= MOST; a++)
            for (int what = 0; what < 3; what++) {
                size_t n = (size_t)atoi(argv[a]);
                if (round < 0)
                    turns[what][a - 1] = 1 + (size_t)(2000 / measure(what, n, 2));
                else
                    times[what][a - 1][round] = measure(what, n, turns[what][a - 1]);
            }
    }
    printf("peak %.1f\n", top);
    for (int a = 1; a < argc && a <= MOST; a++)
        for (int what = 0; what < 3; what++) {
            double *t = times[what][a - 1], madds = (double)(what ? MODEL.grad_madds : MODEL.forward_madds) * atoi(argv[a]);
            qsort(t, ROUNDS, sizeof *t, by_value);
            printf("%-8s %4s %11.3f %11.3f us %5.1f %%\n", names[what], argv[a], t[0], t[ROUNDS / 2], 100 * madds / t[0] / top);
        }
    return 0;
}
