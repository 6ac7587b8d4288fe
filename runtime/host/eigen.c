/* eigen.c: eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to a tridiagonal matrix, then implicit QL
 * steps (Bowdler, Martin, Reinsch, Wilkinson: The QR and QL algorithms for symmetric matrices, Numerische Mathematik 11,
 * 1968; the form follows EISPACK's tred2 and tql2, which are in the public domain). About 9 n^3 operations. The matrix lies
 * transposed beside EISPACK's, so that every inner loop runs along a row; symmetric as it is, that changes nothing else. */
#include <math.h>

#include "host.h"

/* One reflection: what row i has left of the diagonal becomes one element, e[i]. */
static void reflect(size_t n, double *w, double *d, double *e, size_t i, double scale)
{
    double h = 0, f, g;
    for (size_t k = 0; k < i; k++) {
        d[k] /= scale;
        h += d[k] * d[k];
        e[k] = 0;
    }
    f = d[i - 1];
    g = f > 0 ? -sqrt(h) : sqrt(h);
    e[i] = scale * g;
    h -= f * g;
    d[i - 1] = f - g;
    for (size_t j = 0; j < i; j++) {
        double *row = w + j * n;
        f = d[j];
        w[i * n + j] = f;
        g = e[j] + row[j] * f;
        for (size_t k = j + 1; k < i; k++) {
            g += row[k] * d[k];
            e[k] += row[k] * f;
        }
        e[j] = g;
    }
    f = 0;
    for (size_t j = 0; j < i; j++) {
        e[j] /= h;
        f += e[j] * d[j];
    }
    for (size_t j = 0; j < i; j++)
        e[j] -= f / (h + h) * d[j];
    for (size_t j = 0; j < i; j++) {
        double *row = w + j * n;
        f = d[j];
        g = e[j];
        for (size_t k = j; k < i; k++)
            row[k] -= f * e[k] + g * d[k];
        d[j] = row[i - 1];
        row[i] = 0;
    }
    d[i] = h;
}

/* w becomes the product of the reflections, d the diagonal, e[1] ... what lies beside it. What is left of a row far below the
 * rounding of the whole is nothing: a matrix of low rank leaves rounding errors of rounding errors, down to where numbers
 * lose their digits and reflections their orthogonality. */
static void tridiagonalize(size_t n, double *w, double *d, double *e)
{
    double nothing = 0;
    for (size_t i = 0; i < n * n; i++)
        nothing = fmax(nothing, 0x1p-60 * fabs(w[i]));
    for (size_t j = 0; j < n; j++)
        d[j] = w[j * n + n - 1];
    for (size_t i = n - 1; i > 0; i--) {
        double scale = 0;
        for (size_t k = 0; k < i; k++)
            scale += fabs(d[k]);
        if (scale > nothing) {
            reflect(n, w, d, e, i, scale);
            continue;
        }
        e[i] = d[i - 1];
        for (size_t j = 0; j < i; j++) {
            d[j] = w[j * n + i - 1];
            w[j * n + i] = w[i * n + j] = 0;
        }
        d[i] = 0;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        double *next = w + (i + 1) * n;
        w[i * n + n - 1] = w[i * n + i];
        w[i * n + i] = 1;
        for (size_t k = 0; k <= i && d[i + 1] != 0; k++)
            d[k] = next[k] / d[i + 1];
        for (size_t j = 0; j <= i && d[i + 1] != 0; j++) {
            double g = 0, *row = w + j * n;
            for (size_t k = 0; k <= i; k++)
                g += next[k] * row[k];
            for (size_t k = 0; k <= i; k++)
                row[k] -= g * d[k];
        }
        for (size_t k = 0; k <= i; k++)
            next[k] = 0;
    }
    for (size_t j = 0; j < n; j++) {
        d[j] = w[j * n + n - 1];
        w[j * n + n - 1] = 0;
    }
    w[n * n - 1] = 1;
    e[0] = 0;
}

/* One implicit QL step on the rows l ... m; gives the shift. */
static double ql_step(size_t n, double *w, double *d, double *e, size_t l, size_t m)
{
    double g = d[l], p = (d[l + 1] - g) / (2 * e[l]), r = p < 0 ? -hypot(p, 1) : hypot(p, 1);
    d[l] = e[l] / (p + r);
    d[l + 1] = e[l] * (p + r);
    double next = d[l + 1], shift = g - d[l], beside = e[l + 1], c = 1, c2 = 1, c3 = 1, s = 0, s2 = 0;
    for (size_t i = l + 2; i < n; i++)
        d[i] -= shift;
    p = d[m];
    for (size_t i = m; i-- > l;) {
        double *row = w + i * n, *below = row + n, h = c * p;
        c3 = c2;
        c2 = c;
        s2 = s;
        g = c * e[i];
        r = hypot(p, e[i]);
        e[i + 1] = s * r;
        s = e[i] / r;
        c = p / r;
        p = c * d[i] - s * g;
        d[i + 1] = h + s * (c * g + s * d[i]);
        for (size_t k = 0; k < n; k++) {
            double v = below[k];
            below[k] = s * row[k] + c * v;
            row[k] = c * row[k] - s * v;
        }
    }
    p = -s * s2 * c3 * beside * e[l] / next;
    e[l] = s * p;
    d[l] = c * p;
    return shift;
}

void nnrt_eigen(size_t n, double *w, double *d, double *e)
{
    enum { STEPS = 100 }; /* two or three are usual; what is no number would never end */
    double sum = 0, size = 0;
    tridiagonalize(n, w, d, e);
    for (size_t i = 1; i < n; i++)
        e[i - 1] = e[i];
    e[n - 1] = 0;
    for (size_t l = 0; l < n; l++) {
        size_t m = l;
        size = fmax(size, fabs(d[l]) + fabs(e[l]));
        while (m + 1 < n && fabs(e[m]) > 0x1p-52 * size)
            m++;
        for (int step = 0; m > l && step < STEPS && fabs(e[l]) > 0x1p-52 * size; step++)
            sum += ql_step(n, w, d, e, l, m);
        d[l] += sum;
        e[l] = 0;
    }
}
