/* dense_side.c: a perceptron with cross-entropy as one writes it by hand: plain loops, or (-DBLAS) the products by OpenBLAS.
 * Arguments: the widths, comma-separated, `relu` or `tanh`, then the sizes of batches. Prints `function samples minimum median` in microseconds of
 * processor time. A step is stochastic gradient descent on a batch: forward, backward, update. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <string.h>

#include "measure.h"
#ifdef BLAS
#include <cblas.h>
#endif

enum { MOST = 8 };

static int layers, width[MOST], squashes; /* tanh, not ReLU */
static float *w[MOST], *b[MOST], *dw[MOST], *z[MOST], *dz[MOST];
static volatile float sink;

/* out[n, m] = in[n, k] w[m, k]' + b, then the non-linearity if asked */
static void dense(int n, int m, int k, const float *restrict in, const float *restrict weight, const float *restrict bias, float *restrict out, int hidden)
{
#ifdef BLAS
    for (int s = 0; s < n; s++)
        memcpy(out + s * m, bias, (size_t)m * sizeof *out);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, m, k, 1, in, k, weight, k, 1, out, m);
#else
    for (int s = 0; s < n; s++)
        for (int i = 0; i < m; i++) {
            float sum = bias[i];
            for (int j = 0; j < k; j++)
                sum += weight[i * k + j] * in[s * k + j];
            out[s * m + i] = sum;
        }
#endif
    for (int i = 0; hidden && i < n * m; i++)
        out[i] = squashes ? tanhf(out[i]) : out[i] > 0 ? out[i] : 0;
}

static void forward(int n)
{
    for (int l = 0; l < layers; l++)
        dense(n, width[l + 1], width[l], z[l], w[l], b[l], z[l + 1], l + 1 < layers);
    sink = z[layers][0];
}

/* dw[m, k] = dout[n, m]' in[n, k] */
static void weight_gradient(int n, int m, int k, const float *restrict in, const float *restrict dout, float *restrict d)
{
#ifdef BLAS
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, k, n, 1, dout, m, in, k, 0, d, k);
#else
    memset(d, 0, (size_t)m * (size_t)k * sizeof *d);
    for (int s = 0; s < n; s++)
        for (int i = 0; i < m; i++)
            for (int j = 0; j < k; j++)
                d[i * k + j] += dout[s * m + i] * in[s * k + j];
#endif
}

/* din[n, k] = dout[n, m] w[m, k], times the non-linearity's derivative, which its value in tells */
static void input_gradient(int n, int m, int k, const float *restrict in, const float *restrict dout, const float *restrict weight, float *restrict din)
{
#ifdef BLAS
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, k, m, 1, dout, m, weight, k, 0, din, k);
#else
    memset(din, 0, (size_t)n * (size_t)k * sizeof *din);
    for (int s = 0; s < n; s++)
        for (int i = 0; i < m; i++)
            for (int j = 0; j < k; j++)
                din[s * k + j] += dout[s * m + i] * weight[i * k + j];
#endif
    for (int i = 0; i < n * k; i++)
        din[i] = squashes ? din[i] * (1 - in[i] * in[i]) : in[i] > 0 ? din[i] : 0;
}

static void step(int n)
{
    int m = width[layers];
    float rate = 1e-6f;
    forward(n);
    for (int s = 0; s < n; s++) {
        const float *logits = z[layers] + s * m;
        float *d = dz[layers] + s * m, most = logits[0], total = 0;
        for (int i = 1; i < m; i++)
            most = logits[i] > most ? logits[i] : most;
        for (int i = 0; i < m; i++)
            total += d[i] = expf(logits[i] - most);
        for (int i = 0; i < m; i++)
            d[i] = (d[i] / total - (float)(i == s % m)) / (float)n;
    }
    for (int l = layers - 1; l >= 0; l--) {
        int out = width[l + 1], in = width[l];
        weight_gradient(n, out, in, z[l], dz[l + 1], dw[l]);
        if (l)
            input_gradient(n, out, in, z[l], dz[l + 1], w[l], dz[l]);
        for (int i = 0; i < out * in; i++)
            w[l][i] -= rate * dw[l][i];
        for (int s = 0; s < n; s++)
            for (int i = 0; i < out; i++)
                b[l][i] -= rate * dz[l + 1][s * out + i];
    }
    sink = w[0][0];
}

static float *made(int n, float scale)
{
    float *p = aligned_alloc(64, ((size_t)n * sizeof *p + 63) / 64 * 64);
    for (int i = 0; i < n; i++)
        p[i] = scale * ((float)(i * 37 % 101) / 50 - 1);
    return p;
}

int main(int argc, char **argv)
{
    int most = 1;
    for (char *s = strtok(argv[1], ","); s; s = strtok(NULL, ","))
        width[layers++] = atoi(s);
    layers--;
    squashes = strcmp(argv[2], "tanh") == 0;
    for (int a = 3; a < argc; a++)
        most = atoi(argv[a]) > most ? atoi(argv[a]) : most;
    for (int l = 0; l <= layers; l++) {
        z[l] = made(most * width[l], 1);
        dz[l] = made(most * width[l], 0);
        if (l < layers) {
            w[l] = made(width[l] * width[l + 1], 1 / sqrtf((float)width[l]));
            dw[l] = made(width[l] * width[l + 1], 0);
            b[l] = made(width[l + 1], 0.1f);
        }
    }
    for (int a = 3; a < argc; a++) {
        measure("forward", forward, atoi(argv[a]));
        measure("step", step, atoi(argv[a]));
    }
    return 0;
}
