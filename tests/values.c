/* values.c: what hostile arguments give: prints NAME f F0 F1 ... (the values) and NAME d D0 D1 ... (the derivatives), or compares them with the
 * lines of a FILE, which says what double gives: what is beyond float is infinite in it.
 *
 *     values [FILE]
 *
 * The model has one parameter, w[n]. Elements of an output at_NAME[n] are functions of w's, and the cost d_at_NAME is their sum: w[j] is argument number
 * j % ARGUMENTS. For any other cost all of w is one argument, and its derivative is with respect to all of it. Compile with -DMODEL=the model. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "nnrt.h"

extern const nn_model MODEL;
enum { ARGUMENTS = 10, MOST = 64 };
static int bad, lines;

static double argument(size_t j)
{
    const double all[ARGUMENTS] = { NAN, INFINITY, -INFINITY, 88, -88, 1e4, -1e4, ldexp(1, 100), -ldexp(1, 100), ldexp(1, -130) };
    return all[j % ARGUMENTS];
}

static double real_at(const void *values, size_t j)
{
    return MODEL.real_size == sizeof(float) ? (double)((const float *)values)[j] : ((const double *)values)[j];
}

static int agree(double is, double should)
{
    if (MODEL.real_size == sizeof(float) && fabs(should) > 3.4028235e38)
        should = should > 0 ? INFINITY : -INFINITY;
    if (isnan(should) || isnan(is))
        return isnan(should) && isnan(is);
    if (isinf(should) || isinf(is))
        return is == should;
    return fabs(is - should) <= 1e-5 * (fabs(should) > 1e-3 ? fabs(should) : 1e-3);
}

static void compare(FILE *expected, const char *name, const char *kind, const void *values, size_t n)
{
    char key[64], text[600], field[32];
    int length = (int)strlen(name) - (name[strlen(name) - 1] == '_'); /* mse_ is told as mse: the library has that name */
    snprintf(key, sizeof key, "%.*s %s ", length, name, kind);
    rewind(expected);
    while (fgets(text, sizeof text, expected)) {
        if (strncmp(text, key, strlen(key)) != 0)
            continue;
        lines++;
        double should[ARGUMENTS];
        int known = 0;
        const char *at = text + strlen(key);
        for (int i = 0, used; i < ARGUMENTS && sscanf(at, "%31s%n", field, &used) == 1; i++, at += used) {
            should[i] = strtod(field, NULL);
            known |= (field[0] != '?') << i;
        }
        for (size_t j = 0; j < n; j++)
            if ((known >> j % ARGUMENTS & 1) && !agree(real_at(values, j), should[j % ARGUMENTS])) {
                printf("%s%s at %g, element %zu: %g, not %g\n", name, kind[0] == 'd' ? "'" : "", argument(j), j, real_at(values, j), should[j % ARGUMENTS]);
                bad = 1;
            }
        return;
    }
    printf("%s %s: nothing is known\n", name, kind);
    bad = 1;
}

static void tell(FILE *expected, const char *name, const char *kind, const void *values, size_t n)
{
    if (expected) {
        compare(expected, name, kind, values, n);
        return;
    }
    printf("%s %s", name, kind);
    for (size_t j = 0; j < ARGUMENTS; j++)
        printf(" %.6g", real_at(values, j));
    printf("\n");
}

static void put(void *p, size_t j, double v)
{
    if (MODEL.real_size == sizeof(float))
        ((float *)p)[j] = (float)v;
    else
        ((double *)p)[j] = v;
}

static const nn_cost *derivative_of(const char *output)
{
    for (uint32_t c = 0; c < MODEL.costs; c++)
        if (strncmp(MODEL.cost[c].name, "d_", 2) == 0 && strcmp(MODEL.cost[c].name + 2, output) == 0)
            return &MODEL.cost[c];
    return NULL;
}

static int functions(FILE *expected, void *p, void *g, void *k, const void *const *in, size_t n)
{
    double values[MOST];
    void *out[MOST];
    for (uint32_t i = 0; i < MODEL.outputs; i++)
        out[i] = calloc(MODEL.output[i].size, sizeof(double));
    for (size_t j = 0; j < n; j++)
        put(values, j, argument(j));
    nnrt_param_set(&MODEL, &MODEL.param[0], p, values);
    if (MODEL.forward(p, NULL, k, 1, in, out) != NN_OK)
        return 1;
    for (uint32_t i = 0; i < MODEL.outputs; i++) {
        const nn_cost *cost = derivative_of(MODEL.output[i].name);
        tell(expected, MODEL.output[i].name + 3, "f", out[i], n);
        if (!cost)
            return 1;
        cost->grad(p, NULL, k, 1, in, g);
        nnrt_param_get(&MODEL, &MODEL.param[0], g, values);
        tell(expected, MODEL.output[i].name + 3, "d", values, n);
        free(out[i]);
    }
    return 0;
}

static void costs(FILE *expected, void *p, void *g, void *k, const void *const *in, size_t n)
{
    double values[MOST], f[ARGUMENTS], d[ARGUMENTS];
    for (uint32_t c = 0; c < MODEL.costs; c++) {
        if (strncmp(MODEL.cost[c].name, "d_", 2) == 0)
            continue;
        for (size_t a = 0; a < ARGUMENTS; a++) {
            double sum = 0;
            for (size_t j = 0; j < n; j++)
                put(values, j, argument(a));
            nnrt_param_set(&MODEL, &MODEL.param[0], p, values);
            put(f, a, MODEL.cost[c].grad(p, NULL, k, 1, in, g));
            nnrt_param_get(&MODEL, &MODEL.param[0], g, values);
            for (size_t j = 0; j < n; j++)
                sum += real_at(values, j);
            put(d, a, sum);
        }
        tell(expected, MODEL.cost[c].name, "f", f, ARGUMENTS);
        tell(expected, MODEL.cost[c].name, "d", d, ARGUMENTS);
    }
}

int main(int argc, char **argv)
{
    FILE *expected = argc > 1 ? fopen(argv[1], "r") : NULL;
    size_t n = MODEL.param[0].size;
    void *p = calloc(1, MODEL.params_size), *g = calloc(1, MODEL.params_size), *k = calloc(1, MODEL.work_size);
    int32_t y0[MOST] = { 0 }, y1[MOST];
    const void *in[] = { y0, y1 };
    for (int i = 0; i < MOST; i++)
        y1[i] = 1;
    if ((argc > 1 && !expected) || !p || !g || !k || n > MOST || MODEL.outputs > MOST || functions(expected, p, g, k, in, n) != 0)
        return 1;
    costs(expected, p, g, k, in, n);
    if (expected)
        printf("%d lines\n", lines);
    free(p);
    free(g);
    free(k);
    return bad;
}
