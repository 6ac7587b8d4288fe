/* share_of_peak.c: how near a model's functions come to what one core can multiply and add. Takes the sizes of batches as arguments;
 * prints `function samples microseconds share`, the minimum over interleaved rounds and its share of the peak measured in the same
 * rounds, counting the dense multiply-adds of forward, dW and dX. Compiled with -DMODEL=prefix_model, and ROUNDS of about 2 ms each. */
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

static void *params, *gradient, *work;
static const void *in[64];
static void *out[64];
static volatile double sink;

/* Of this process alone: what else runs on the machine does not count. */
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
        sink = MODEL.forward(params, NULL, work, n, in, out);
    else if (what == 1)
        sink = MODEL.cost->grad(params, NULL, work, n, in, gradient);
    else
        sink = MODEL.cost->sgd(params, NULL, work, n, in, 1e-6);
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
    void *p = aligned_alloc(64, bytes / 64 * 64 + 64);
    for (size_t i = 0; i < bytes; i++)
        ((char *)p)[i] = 0;
    return p;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"forward", "gradient", "step"};
    enum { MOST = 8 };
    double best[3][MOST], top = 0;
    size_t turns[3][MOST], batch = MODEL.batch;
    params = zeroed(MODEL.params_size);
    gradient = zeroed(MODEL.params_size);
    work = zeroed(MODEL.work_size);
    MODEL.init(params, 1);
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
    for (int round = -1; round < ROUNDS; round++) {
        double p = peak();
        top = p > top ? p : top;
        for (int a = 1; a < argc && a <= MOST; a++)
            for (int what = 0; what < 3; what++) {
                size_t n = (size_t)atoi(argv[a]);
                if (round < 0) {
                    best[what][a - 1] = measure(what, n, 2);
                    turns[what][a - 1] = 1 + (size_t)(2000 / best[what][a - 1]);
                }
                double t = measure(what, n, turns[what][a - 1]);
                if (t < best[what][a - 1])
                    best[what][a - 1] = t;
            }
    }
    printf("peak %.1f GFLOP/s\n", top * 2 / 1e3);
    for (int a = 1; a < argc && a <= MOST; a++)
        for (int what = 0; what < 3; what++) {
            double madds = (double)(what ? MODEL.grad_madds : MODEL.forward_madds) * atoi(argv[a]);
            printf("%-8s %4s %10.3f us %5.1f %%\n", names[what], argv[a], best[what][a - 1], 100 * madds / best[what][a - 1] / top);
        }
    return 0;
}
