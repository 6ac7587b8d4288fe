/* ulp.c: how far the generated functions of reals are from the exact values, in units of the last place of float.
 *
 * usage: ulp STRIDE [FIRST [COUNT]]: of the functions from number FIRST on, COUNT of them (all), for every STRIDE-th float (1: all 2^32),
 * and with a stride above 1 for all floats near the places where something changes. Prints `name error at x`, the largest error and
 * where it is, and a checksum over all results, and a line for each value that should be exact and is not. Infinite or NaN where it should not
 * be is an infinite error. The model is -DMODEL=m_model: an input of SIZE elements and the functions below of it as outputs, in this order. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn_model.h"

enum { SIZE = 64, NEAR = 500 };

extern const nn_model MODEL;

static double sigmoid(double x)
{
    return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

static double softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

/* The library's 0.5 x (1 + erf(x / sqrt(2))): where erf is near -1 the sum loses its digits, so that its error is counted in 2^-23 of 1,
 * or of |x| where that is larger; and 1.7e38 is too large for it. */
static double gelu(double x)
{
    return 0.5 * x * erfc(-x * sqrt(0.5));
}

enum { EXP, LOG, LOG1P, EXPM1, TANH, SIGMOID, SOFTPLUS, ERF, GELU, FUNCTIONS };
static const struct { const char *name; double (*exact)(double); } functions[FUNCTIONS] = {
    {"exp", exp}, {"log", log}, {"log1p", log1p}, {"expm1", expm1}, {"tanh", tanh}, {"sigmoid", sigmoid}, {"softplus", softplus}, {"erf", erf}, {"gelu", gelu}};

static float x[SIZE], y[FUNCTIONS][SIZE];
static double worst[FUNCTIONS];
static float place[FUNCTIONS];
static uint64_t sum[FUNCTIONS];
static void *work;

/* The distance of the floats around e, a power of two. */
static double spacing(double e)
{
    uint64_t bits;
    double unit;
    memcpy(&bits, &e, sizeof bits);
    uint64_t exponent = bits >> 52 & 2047;
    bits = ((exponent < 1023 - 126 ? 1023 - 126 : exponent) - 23) << 52;
    memcpy(&unit, &bits, sizeof unit);
    return unit;
}

static double error_of(int f, float at, float got)
{
    const double over = 0x1p128, limit = over - 0x1p103;
    double e = functions[f].exact((double)at), most = e > over ? over : e < -over ? -over : e;
    if (isnan(e) || isnan(got))
        return isnan(e) && isnan(got) ? 0 : INFINITY;
    if (functions[f].exact == gelu)
        return isfinite(e) && fabsf(at) < 1e38f ? fabs((double)got - e) / fmax(1, fabs((double)at)) * 0x1p23 : 0;
    if (fabs(e) >= limit || isinf(got)) /* rounds to infinity: a unit early or late is an error of one */
        return (e > 0) == (got > 0) ? fabs(fabs(most) - (isinf(got) ? over : fabs((double)got))) / 0x1p104 : INFINITY;
    return fabs((double)got - e) / spacing(e);
}

static void look(int first, int end, int count)
{
    const void *in[] = {x};
    void *out[FUNCTIONS];
    for (int f = 0; f < FUNCTIONS; f++)
        out[f] = y[f];
    if (MODEL.forward(NULL, NULL, work, 1, in, out) != 0)
        exit(2);
    for (int f = first; f < end; f++)
        for (int i = 0; i < count; i++) {
            uint32_t bits;
            double e = error_of(f, x[i], y[f][i]);
            memcpy(&bits, &y[f][i], sizeof bits);
            sum[f] = sum[f] * 31 + (isnan(y[f][i]) ? 1 : bits);
            if (!(e <= worst[f])) {
                worst[f] = e;
                place[f] = x[i];
            }
        }
}

/* All floats whose bits are from..to, every stride-th. */
static void range(int first, int end, uint64_t from, uint64_t to, uint64_t stride)
{
    int count = 0;
    for (uint64_t b = from; b <= to; b += stride) {
        uint32_t bits = (uint32_t)b;
        memcpy(&x[count++], &bits, sizeof bits);
        if (count == SIZE || b + stride > to) {
            look(first, end, count);
            count = 0;
        }
    }
}

/* What does not depend on rounding. */
static const struct { int function; float x, value; } exact[] = {
    {EXP, 0, 1}, {EXP, 88.8f, INFINITY}, {EXP, -104, 0}, {EXP, INFINITY, INFINITY}, {EXP, -INFINITY, 0}, {EXP, -FLT_MAX, 0}, {EXP, NAN, NAN}, {EXP, -103, 1.40129846e-45f},
    {LOG, 1, 0}, {LOG, 0, -INFINITY}, {LOG, -0.0f, -INFINITY}, {LOG, -1, NAN}, {LOG, -1e-45f, NAN}, {LOG, -INFINITY, NAN}, {LOG, INFINITY, INFINITY}, {LOG, NAN, NAN},
    {LOG1P, 0, 0}, {LOG1P, -1, -INFINITY}, {LOG1P, -1.5f, NAN}, {LOG1P, INFINITY, INFINITY}, {LOG1P, 1e-30f, 1e-30f}, {LOG1P, NAN, NAN},
    {EXPM1, 0, 0}, {EXPM1, 1e-45f, 1e-45f}, {EXPM1, -50, -1}, {EXPM1, -INFINITY, -1}, {EXPM1, 89, INFINITY}, {EXPM1, INFINITY, INFINITY}, {EXPM1, NAN, NAN},
    {TANH, 0, 0}, {TANH, 1e-45f, 1e-45f}, {TANH, 9.1f, 1}, {TANH, -9.1f, -1}, {TANH, FLT_MAX, 1}, {TANH, INFINITY, 1}, {TANH, -INFINITY, -1}, {TANH, NAN, NAN},
    {SIGMOID, 0, 0.5f}, {SIGMOID, 17.4f, 1}, {SIGMOID, FLT_MAX, 1}, {SIGMOID, INFINITY, 1}, {SIGMOID, -104, 0}, {SIGMOID, -FLT_MAX, 0}, {SIGMOID, -INFINITY, 0}, {SIGMOID, NAN, NAN},
    {SOFTPLUS, -104, 0}, {SOFTPLUS, -INFINITY, 0}, {SOFTPLUS, 20, 20}, {SOFTPLUS, FLT_MAX, FLT_MAX}, {SOFTPLUS, INFINITY, INFINITY}, {SOFTPLUS, NAN, NAN},
    {ERF, 0, 0}, {ERF, 4, 1}, {ERF, -4, -1}, {ERF, FLT_MAX, 1}, {ERF, INFINITY, 1}, {ERF, -INFINITY, -1}, {ERF, NAN, NAN}};

int main(int argc, char **argv)
{
    static const float special[] = {0, FLT_MIN, 5.9604645e-8f, 1.1920929e-7f, 1.5e-8f, 0.34657359f, 0.41421356f, 0.5f, 0.70710678f, 1, 1.41421356f, 2, 3.93f, 4, 9.02f, 9.0109f,
                                    17.32868f, 18, 87.33655f, 88.72284f, 89, 103.27893f, 103.97208f, 104, 16777216, 2e19f, FLT_MAX, INFINITY};
    uint64_t stride = argc > 1 ? strtoull(argv[1], NULL, 10) : 4001;
    int first = argc > 2 ? atoi(argv[2]) : 0, end = argc > 3 ? first + atoi(argv[3]) : FUNCTIONS;
    work = aligned_alloc(64, MODEL.work_size / 64 * 64 + 64);
    if (!work || stride < 1 || first < 0 || end > FUNCTIONS)
        return 2;
    range(first, end, 0, UINT32_MAX, stride);
    for (size_t i = 0; stride > 1 && i < sizeof special / sizeof *special; i++)
        for (uint64_t sign = 0; sign < 2; sign++) {
            uint32_t bits;
            memcpy(&bits, &special[i], sizeof bits);
            range(first, end, (sign << 31) + (bits > NEAR ? bits - NEAR : 0), (sign << 31) + bits + NEAR, 1);
        }
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        x[0] = exact[i].x;
        look(0, 0, 0);
        float got = y[exact[i].function][0];
        if (got != exact[i].value && !(isnan(got) && isnan(exact[i].value)))
            printf("%s(%.9g) is %.9g, not %.9g\n", functions[exact[i].function].name, (double)x[0], (double)got, (double)exact[i].value);
    }
    for (int f = first; f < end; f++)
        printf("%-8s %.3f at %.9g, sum %016llx\n", functions[f].name, worst[f], (double)place[f], (unsigned long long)sum[f]);
    free(work);
    return 0;
}
