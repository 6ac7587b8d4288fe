/* shampoo.c: a matrix for a step size: Gupta, Koren, Singer: Shampoo: Preconditioned stochastic tensor optimization, ICML 2018,
 * with averages for sums and with the length of another step ("grafting") as in Anil, Gupta, Koren, Regan, Singer: Scalable
 * second order optimization for deep learning, 2020.
 *
 * A parameter of two or more axes is a matrix W, its first axis by the rest, G its gradient, M adam's average of gradients:
 *     L = beta2 L + (1 - beta2) G G'          R = beta2 R + (1 - beta2) G' G
 *     D = (L^ + damping max(L^) 1)^(-1/4)  M^  (R^ + damping max(R^) 1)^(-1/4)       ^: over 1 - beta^t; max: eigenvalue
 *     W -= D |A| / |D|, A being adam's step of W (graft = 1), or rate D (graft = 0)
 * A side longer than `largest` has no factor, and the other's root is then the square root. The roots are computed in step 1
 * and every `interval` steps. Vectors, and matrices without any factor, take adam's step. Everything here is in double.
 *
 * Memory: adam's; for each factor its n x n average and its root, in d->factors one after the other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

typedef struct matrix {
    const nn_param *param;
    size_t rows, columns;
    size_t left, right;         /* the sides that have a factor: rows, columns, or 0 */
} matrix;

/* Whether parameter i is stepped as a matrix. */
static int is_matrix(const nnrt_trainer *t, const nnrt_descent *d, uint32_t i, matrix *m)
{
    const nn_param *param = &t->model->param[i];
    size_t largest = d->settings.shampoo.largest;
    if (d->settings.cost->trains[i] != 1 || param->rank < 2)
        return 0;
    m->param = param;
    m->rows = param->shape[0];
    m->columns = param->size / param->shape[0];
    m->left = m->rows <= largest ? m->rows : 0;
    m->right = m->columns <= largest ? m->columns : 0;
    return m->rows > 1 && m->columns > 1 && (m->left || m->right);
}

int nnrt_shampoo_make(const nnrt_trainer *t, nnrt_descent *d, nnrt_error *error)
{
    size_t most = 0;
    matrix m;
    for (uint32_t i = 0; i < t->model->params; i++) {
        if (!is_matrix(t, d, i, &m))
            continue;
        size_t side = m.left > m.right ? m.left : m.right, need = 3 * m.rows * m.columns + side * side + 2 * side;
        d->factor_reals += 2 * (m.left * m.left + m.right * m.right);
        most = need > most ? need : most;
    }
    d->trial = nnrt_allocate(1, t->model->params_size, "the optimizer", error);
    d->factors = nnrt_allocate(d->factor_reals, sizeof *d->factors, "the optimizer's factors", error);
    d->scratch = nnrt_allocate(most, sizeof *d->scratch, "the optimizer's factors", error);
    return !d->trial || !d->factors || !d->scratch;
}

/* ---- one factor ---- */

/* to [n][m] += scale a [n][l] b [l][m] */
static void add_product(double *to, double scale, const double *a, const double *b, size_t n, size_t l, size_t m)
{
    for (size_t i = 0; i < n; i++, to += m) {
        size_t k = 0;
        for (; k + 4 <= l; k += 4) { /* four rows of b for each pass over the row of `to` */
            const double *row = b + k * m, *x = a + i * l + k, x0 = scale * x[0], x1 = scale * x[1], x2 = scale * x[2], x3 = scale * x[3];
            for (size_t j = 0; j < m; j++)
                to[j] += (x0 * row[j] + x1 * row[m + j]) + (x2 * row[2 * m + j] + x3 * row[3 * m + j]);
        }
        for (; k < l; k++)
            for (size_t j = 0; j < m; j++)
                to[j] += scale * a[i * l + k] * b[k * m + j];
    }
}

/* factor [n][n] = beta2 factor + (1 - beta2) X X', X [n][m] and X' given. */
static void average(double *factor, const double *x, const double *transposed, size_t n, size_t m, double beta2)
{
    for (size_t i = 0; i < n * n; i++)
        factor[i] *= beta2;
    add_product(factor, 1 - beta2, x, transposed, n, m, n);
}

/* root = (scale factor + damping max 1)^exponent; scratch: n * n + 2 n. Of nothing the root is 1. */
static void take_root(double *root, const double *factor, size_t n, double scale, double damping, double exponent, double *scratch)
{
    double *w = scratch, *value = w + n * n, *beside = value + n, top = 0;
    for (size_t i = 0; i < n * n; i++)
        w[i] = scale * factor[i];
    nnrt_eigen(n, w, value, beside);
    for (size_t i = 0; i < n; i++)
        top = fmax(top, value[i]);
    memset(root, 0, n * n * sizeof *root);
    for (size_t k = 0; k < n; k++) {
        double power = top > 0 ? pow(fmax(value[k], 0) + damping * top, exponent) : 1;
        add_product(root, power, w + k * n, w + k * n, n, 1, n);
    }
}

/* to [n][m] = a [n][l] b [l][m] */
static void multiply(double *to, const double *a, const double *b, size_t n, size_t l, size_t m)
{
    memset(to, 0, n * m * sizeof *to);
    add_product(to, 1, a, b, n, l, m);
}

/* ---- a matrix ---- */

static void gather(const nn_model *model, const matrix *m, const void *reals, double *to, double scale)
{
    for (uint32_t q = 0; q < m->param->size; q++)
        to[q] = scale * nnrt_real_at(model, reals, nnrt_place(m->param, q));
}

/* Averages the gradient into both factors and, when it is time, takes their roots. `x`: G; `y`: room for G'. */
static void renew(const nnrt_descent *d, const matrix *m, uint32_t number, double *factors, const double *x, double *y, double *scratch)
{
    const nnrt_shampoo_settings *s = &d->settings.shampoo;
    double beta2 = d->settings.optimizer.beta2, scale = 1 / (1 - pow(beta2, number)), exponent = m->left && m->right ? -0.25 : -0.5;
    double *right = factors + 2 * m->left * m->left;
    int now = (number - 1) % s->interval == 0;
    for (size_t i = 0; i < m->rows; i++)
        for (size_t j = 0; j < m->columns; j++)
            y[j * m->rows + i] = x[i * m->columns + j];
    if (m->left)
        average(factors, x, y, m->rows, m->columns, beta2);
    if (m->right)
        average(right, y, x, m->columns, m->rows, beta2);
    if (m->left && now)
        take_root(factors + m->left * m->left, factors, m->left, scale, s->damping, exponent, scratch);
    if (m->right && now)
        take_root(right + m->right * m->right, right, m->right, scale, s->damping, exponent, scratch);
}

static double norm(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

/* Turns adam's step of a matrix, which was made already, into shampoo's. d->trial: the params before. */
static void turn(const nnrt_trainer *t, const nnrt_descent *d, const matrix *m, uint32_t number, double *factors)
{
    const nn_model *model = t->model;
    const nnrt_settings *s = &d->settings;
    size_t size = m->param->size;
    double *x = d->scratch, *y = x + size, *z = y + size, *scratch = z + size, length = d->rate;
    gather(model, m, t->gradient, x, 1);
    renew(d, m, number, factors, x, y, scratch);
    gather(model, m, d->memory, x, 1 / (1 - pow(s->optimizer.beta1, number)));
    if (m->left)
        multiply(y, factors + m->left * m->left, x, m->rows, m->rows, m->columns);
    else
        memcpy(y, x, size * sizeof *y);
    if (m->right)
        multiply(z, y, factors + 2 * m->left * m->left + m->right * m->right, m->rows, m->columns, m->columns);
    else
        memcpy(z, y, size * sizeof *z);
    gather(model, m, d->trial, x, 1);
    gather(model, m, t->params, y, 1);
    if (s->shampoo.graft) {
        double whole = norm(z, size);
        for (size_t q = 0; q < size; q++)
            y[q] -= x[q];
        length = whole > 0 ? norm(y, size) / whole : 0;
    }
    for (uint32_t q = 0; q < size; q++)
        nnrt_real_put(model, t->params, nnrt_place(m->param, q), x[q] - length * z[q]);
}

void nnrt_shampoo_turn(const nnrt_trainer *t, const nnrt_descent *d, uint32_t number)
{
    double *factors = d->factors;
    matrix m;
    for (uint32_t i = 0; i < t->model->params; i++)
        if (is_matrix(t, d, i, &m)) {
            turn(t, d, &m, number, factors);
            factors += 2 * (m.left * m.left + m.right * m.right);
        }
}
