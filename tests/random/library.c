/* library.c: what library.h says. Written from the stages' definitions, not from the library's text: convolutions by their windows, transposed
 * ones by what each element adds, softmax by its quotient. */
#include "arithmetic.h"
#include "library.h"

#include <stdlib.h>

static number square(number a) { return mul(a, a); }

static number *room(int count)
{
    return fresh((size_t)count * sizeof(number));
}

static number sum(const number *x, int count)
{
    number s = number_of(0);
    for (int i = 0; i < count; i++)
        s = add(s, x[i]);
    return s;
}

static number mean(const number *x, int count)
{
    return quotient(sum(x, count), number_of(count));
}

/* The first of the largest; of the smallest where sign is -1. */
static int place_of_largest(const number *x, int count, int sign)
{
    int best = 0, equal = 1;
    for (int i = 1; i < count; i++) {
        equal = sign * x[i].c[0] > sign * x[best].c[0] ? 1 : equal + (x[i].c[0] == x[best].c[0]);
        best = sign * x[i].c[0] > sign * x[best].c[0] ? i : best;
    }
    decide(0);
    arith.decisions += (uint64_t)best * 1000 + (uint64_t)equal;
    return best;
}

/* to[i] = sum_j w[i, j] x[j] + b[i], where there is a b. */
static void affine(number *to, const number *w, const number *b, const number *x, int rows, int columns)
{
    for (int i = 0; i < rows; i++) {
        to[i] = b ? b[i] : number_of(0);
        for (int j = 0; j < columns; j++)
            to[i] = add(to[i], mul(w[i * columns + j], x[j]));
    }
}

static int last_of(const value *v)
{
    return v->rank ? v->dims[v->rank - 1] : 1;
}

/* ---- matrices ---- */

static void bilinear(const stage_call *c, int m, int n, int k)
{
    for (int i = 0; i < m; i++) {
        c->out[i] = c->use->bias ? c->param[1][i] : number_of(0);
        for (int p = 0; p < n; p++)
            for (int q = 0; q < k; q++)
                c->out[i] = add(c->out[i], mul(mul(c->in[0][p], c->in[1][q]), c->param[0][(i * n + p) * k + q]));
    }
}

static void nearest(const stage_call *c, int rows, int n)
{
    number *distance = room(c->use->m);
    for (int r = 0; r < rows; r++) {
        for (int i = 0; i < c->use->m; i++) {
            distance[i] = number_of(0);
            for (int j = 0; j < n; j++)
                distance[i] = add(distance[i], square(sub(c->in[0][r * n + j], c->param[0][i * n + j])));
        }
        c->out[r] = number_of(place_of_largest(distance, c->use->m, -1));
    }
    free(distance);
}

/* ---- windows over [channels, height, width]; of one dimension: the height is 1 ---- */

typedef struct plane {
    int c, h, w;
} plane;

static plane plane_of(const value *v)
{
    return v->rank == 3 ? (plane){v->dims[0], v->dims[1], v->dims[2]} : (plane){v->dims[0], 1, v->dims[1]};
}

static void convolution(const stage_call *c, plane in, plane out, int groups)
{
    const stage_use *u = c->use;
    bool flat = c->out_shape->rank == 2;
    int channels = in.c / groups, high = flat ? 1 : u->k, wide = flat ? u->k : u->kw;
    for (int o = 0; o < out.c; o++)
        for (int i = 0; i < out.h; i++)
            for (int j = 0; j < out.w; j++) {
                number s = u->bias ? c->param[1][o] : number_of(0);
                for (int q = 0; q < channels; q++)
                    for (int v = 0; v < high; v++)
                        for (int t = 0; t < wide; t++) {
                            int y = flat ? 0 : u->stride * i + u->dilation * v - u->pad, x = u->stride * j + u->dilation * t - u->pad;
                            if (y >= 0 && y < in.h && x >= 0 && x < in.w)
                                s = add(s, mul(c->param[0][((o * channels + q) * high + v) * wide + t],
                                               c->in[0][((o / (out.c / groups) * channels + q) * in.h + y) * in.w + x]));
                        }
                c->out[(o * out.h + i) * out.w + j] = s;
            }
}

static void transposed_convolution(const stage_call *c, plane in, plane out)
{
    const stage_use *u = c->use;
    int channels = out.c / u->groups;
    for (int o = 0; o < out.c * out.h * out.w; o++)
        c->out[o] = u->bias ? c->param[1][o / (out.h * out.w)] : number_of(0);
    for (int q = 0; q < in.c; q++)
        for (int i = 0; i < in.h; i++)
            for (int j = 0; j < in.w; j++)
                for (int o = 0; o < channels; o++)
                    for (int v = 0; v < u->k; v++)
                        for (int t = 0; t < u->kw; t++) {
                            int y = u->stride * i + u->dilation * v - u->pad, x = u->stride * j + u->dilation * t - u->pad;
                            number *to = &c->out[((q / (in.c / u->groups) * channels + o) * out.h + y) * out.w + x];
                            if (y >= 0 && y < out.h && x >= 0 && x < out.w)
                                *to = add(*to, mul(c->in[0][(q * in.h + i) * in.w + j], c->param[0][((q * channels + o) * u->k + v) * u->kw + t]));
                        }
}

static void pool(const stage_call *c, plane in, plane out, bool largest)
{
    const stage_use *u = c->use;
    int high = c->out_shape->rank == 2 ? 1 : u->k, count;
    number *window = room(high * u->k);
    for (int o = 0; o < out.c * out.h * out.w; o++) {
        int i = o / out.w % out.h, j = o % out.w, q = o / (out.w * out.h);
        count = 0;
        for (int v = 0; v < high; v++)
            for (int t = 0; t < u->k; t++)
                window[count++] = c->in[0][(q * in.h + u->stride * i + v) * in.w + u->stride * j + t];
        c->out[o] = largest ? window[place_of_largest(window, count, 1)] : mean(window, count);
    }
    free(window);
}

static void upsample(const stage_call *c, plane in, plane out)
{
    for (int q = 0; q < out.c; q++)
        for (int i = 0; i < out.h; i++)
            for (int j = 0; j < out.w; j++)
                c->out[(q * out.h + i) * out.w + j] = c->in[0][(q * in.h + i / c->use->k) * in.w + j / c->use->k];
}

/* ---- normalisations ---- */

static const double epsilon = 1e-5;

static number variance(const number *x, number mu, int count)
{
    number s = number_of(0);
    for (int i = 0; i < count; i++)
        s = add(s, square(sub(x[i], mu)));
    return quotient(s, number_of(count));
}

static number standard(number x, number mu, number var)
{
    return quotient(sub(x, mu), of(O_SQRT, add(var, real(epsilon))));
}

/* `each` elements share a weight: those of a channel, or 1; `weights`: how many a row has. */
static void normalise(const stage_call *c, int rows, int length, int each, int weights)
{
    for (int r = 0; r < rows; r++) {
        const number *x = c->in[0] + r * length;
        number mu = mean(x, length), var = variance(x, mu, length);
        for (int i = 0; i < length; i++) {
            int w = (r * length + i) / each % weights;
            c->out[r * length + i] = add(mul(standard(x[i], mu, var), c->param[0][w]), c->param[1][w]);
        }
    }
}

static void rmsnorm(const stage_call *c, int rows, int n)
{
    for (int r = 0; r < rows; r++) {
        number power = variance(c->in[0] + r * n, number_of(0), n);
        for (int i = 0; i < n; i++)
            c->out[r * n + i] = mul(standard(c->in[0][r * n + i], number_of(0), power), c->param[0][i]);
    }
}

void library_batchnorm(const stage_call *c, int samples, bool training, const number *const running[2], number *const next[2])
{
    int channels = c->out_shape->dims[0], each = c->out_shape->size / channels, count = samples * each;
    number *x = room(count);
    size = c->size;
    for (int q = 0; q < channels; q++) {
        number mu = running[0][q], var = running[1][q];
        for (int b = 0; b < samples; b++)
            for (int i = 0; i < each; i++)
                x[b * each + i] = c->in[0][(b * channels + q) * each + i];
        next[0][q] = mu;
        next[1][q] = var;
        if (training) {
            mu = mean(x, count);
            var = variance(x, mu, count);
            number unbiased = mul(var, number_of(count > 1 ? (double)count / (count - 1) : count));
            next[0][q] = add(mul(real(0.9), running[0][q]), mul(real(0.1), mu));
            next[1][q] = add(mul(real(0.9), running[1][q]), mul(real(0.1), unbiased));
        }
        for (int i = 0; i < count; i++)
            c->out[(i / each * channels + q) * each + i % each] = add(mul(standard(x[i], mu, var), c->param[0][q]), c->param[1][q]);
    }
    free(x);
}

/* ---- probabilities and attention ---- */

static number total_exp(const number *s, int n)
{
    number total = number_of(0);
    for (int i = 0; i < n; i++)
        total = add(total, of(O_EXP, s[i]));
    return total;
}

static void softmax(number *to, const number *s, int n)
{
    number total = total_exp(s, n);
    for (int i = 0; i < n; i++)
        to[i] = quotient(of(O_EXP, s[i]), total);
}

static void log_softmax(number *to, const number *s, int n)
{
    number total = of(O_LOG, total_exp(s, n));
    for (int i = 0; i < n; i++)
        to[i] = sub(s[i], total);
}

/* y[t, e] from q[t, d], k[r, d], v[r, e], whose rows lie q_row, k_row, v_row and y_row apart. */
typedef struct heads {
    const number *q, *k, *v;
    number *y;
    int q_row, k_row, v_row, y_row;
} heads;

static void attend(heads a, int t, int r, int d, int e, bool causal)
{
    number *score = room(r);
    for (int i = 0; i < t; i++) {
        int seen = causal ? i + 1 : r;
        for (int j = 0; j < seen; j++) {
            number s = number_of(0);
            for (int c = 0; c < d; c++)
                s = add(s, mul(a.q[i * a.q_row + c], a.k[j * a.k_row + c]));
            score[j] = quotient(s, of(O_SQRT, number_of(d)));
        }
        softmax(score, score, seen);
        for (int c = 0; c < e; c++) {
            number y = number_of(0);
            for (int j = 0; j < seen; j++)
                y = add(y, mul(score[j], a.v[j * a.v_row + c]));
            a.y[i * a.y_row + c] = y;
        }
    }
    free(score);
}

static void multihead(const stage_call *c, int t, int d)
{
    number *u = room(t * 3 * d), *z = room(t * d);
    int width = d / c->use->groups;
    for (int i = 0; i < t; i++)
        affine(u + i * 3 * d, c->param[0], c->param[1], c->in[0] + i * d, 3 * d, d);
    for (int g = 0; g < c->use->groups; g++) {
        heads a = {u + g * width, u + d + g * width, u + 2 * d + g * width, z + g * width, 3 * d, 3 * d, 3 * d, d};
        attend(a, t, t, width, width, c->use->causal);
    }
    for (int i = 0; i < t; i++)
        affine(c->out + i * d, c->param[2], c->param[3], z + i * d, d, d);
    free(u);
    free(z);
}

/* ---- cells ---- */

static void cell(const stage_call *c, int n, int m)
{
    int gates = c->use->kind == L_rnn_cell ? 1 : c->use->kind == L_gru_cell ? 3 : 4;
    const number *h = c->in[1];
    number *u = room(gates * m), *v = room(gates * m), one = number_of(1);
    affine(u, c->param[0], c->use->bias ? c->param[2] : NULL, c->in[0], gates * m, n);
    affine(v, c->param[1], c->use->bias ? c->param[3] : NULL, h, gates * m, m);
    for (int i = 0; i < m; i++) {
        number g[4];
        for (int k = 0; k < gates; k++)
            g[k] = add(u[k * m + i], v[k * m + i]);
        if (gates == 1)
            c->out[i] = of(O_TANH, g[0]);
        else if (gates == 3) { /* reset, update, new */
            number z = of(O_SIGMOID, g[1]), fresh_one = of(O_TANH, add(u[2 * m + i], mul(of(O_SIGMOID, g[0]), v[2 * m + i])));
            c->out[i] = add(mul(sub(one, z), fresh_one), mul(z, h[i]));
        } else { /* input, forget, cell, output */
            c->second[i] = add(mul(of(O_SIGMOID, g[1]), c->in[2][i]), mul(of(O_SIGMOID, g[0]), of(O_TANH, g[2])));
            c->out[i] = mul(of(O_SIGMOID, g[3]), of(O_TANH, c->second[i]));
        }
    }
    free(u);
    free(v);
}

/* ---- costs ---- */

static number norm(const number *a, const number *b, int n, double more)
{
    number s = number_of(0);
    for (int i = 0; i < n; i++)
        s = add(s, square(add(sub(a[i], b[i]), real(more))));
    return s;
}

static number dot(const number *a, const number *b, int n)
{
    number s = number_of(0);
    for (int i = 0; i < n; i++)
        s = add(s, mul(a[i], b[i]));
    return s;
}

static number below_zero_none(number a)
{
    return number_apply(O_MAX, a, number_of(0), size);
}

/* The cost of elements a and y. */
static number element_cost(stage_kind kind, number a, number y)
{
    number e = sub(a, y), one = number_of(1);
    switch (kind) {
    case L_mse: case L_squared_error: return square(e);
    case L_mae: return of(O_ABS, e);
    case L_huber: e = of(O_ABS, e); return number_apply(O_LT, e, one, size).c[0] != 0 ? mul(number_of(0.5), square(e)) : sub(e, number_of(0.5));
    case L_bce_with_logits: return sub(of(O_SOFTPLUS, a), mul(y, a));
    case L_hinge: return below_zero_none(sub(one, mul(y, a)));
    default: return number_apply(O_GT, a, number_of(0), size).c[0] != 0 ? mul(a, of(O_LOG, quotient(a, y))) : number_of(0); /* kl */
    }
}

/* The cost of row r, of n elements. */
static number row_cost(const stage_call *c, int r, int n)
{
    const stage_use *u = c->use;
    const number *a = c->in[0] + r * n, *b = c->in[1] + r * n;
    bool classes = u->from[1]->classes != 0;
    number one = number_of(1), *l, s = number_of(0), d;
    switch (u->kind) {
    case L_nll: return of(O_NEG, a[(int)c->in[1][r].c[0]]);
    case L_cosine:
        d = number_apply(O_MAX, mul(dot(a, a, n), dot(b, b, n)), real(1e-16), size);
        return sub(one, quotient(dot(a, b, n), of(O_SQRT, d)));
    case L_contrastive:
        s = norm(a, b, n, 0);
        d = number_apply(O_GT, s, number_of(0), size).c[0] != 0 ? of(O_SQRT, s) : number_of(0);
        d = square(below_zero_none(sub(real(u->number), d)));
        return add(mul(c->in[2][r], s), mul(sub(one, c->in[2][r]), d));
    case L_triplet:
        s = of(O_SQRT, norm(a, b, n, 1e-6));
        return below_zero_none(add(sub(s, of(O_SQRT, norm(a, c->in[2] + r * n, n, 1e-6))), real(u->number)));
    default: /* cross_entropy: against a distribution, of which the part `smoothing` is spread */
        l = room(n);
        log_softmax(l, a, n);
        for (int i = 0; i < n; i++) {
            number share = classes ? number_of(i == (int)c->in[1][r].c[0]) : b[i];
            share = add(mul(sub(one, real(u->number)), share), quotient(real(u->number), number_of(n)));
            s = sub(s, mul(share, l[i]));
        }
        free(l);
        return s;
    }
}

static void cost(const stage_call *c)
{
    stage_kind kind = c->use->kind;
    const value *v = c->use->from[0];
    bool rows = kind == L_nll || kind == L_cosine || kind == L_contrastive || kind == L_triplet || kind == L_cross_entropy;
    int n = last_of(v), count = rows ? v->size / n : v->size;
    number *terms = room(count);
    for (int i = 0; i < count; i++)
        terms[i] = rows ? row_cost(c, i, n) : element_cost(kind, c->in[0][i], c->in[1][i]);
    *c->out = kind == L_squared_error || kind == L_kl ? sum(terms, count) : mean(terms, count);
    free(terms);
}

/* ---- the model's own blocks ---- */

/* The row of w where u is largest. */
static void pick(const stage_call *c, int rows, int n)
{
    int row = place_of_largest(c->in[1], rows, 1);
    for (int i = 0; i < n; i++)
        c->out[i] = c->in[0][row * n + i];
}

/* z * act(z + g), and the means of its rows. */
static void gated(const stage_call *c, int rows, int n)
{
    for (int i = 0; i < rows * n; i++)
        c->out[i] = mul(c->in[0][i], library_function((function_kind)c->use->k, add(c->in[0][i], c->param[0][i % n]), size));
    for (int r = 0; r < rows; r++)
        c->second[r] = mean(c->out + r * n, n);
}

/* ---- all ---- */

void library_stage(const stage_call *c)
{
    const stage_use *u = c->use;
    const value *x = u->from[0];
    int n = last_of(x), rows = x->size / n;
    size = c->size;
    switch (u->kind) {
    case L_linear:
        for (int r = 0; r < rows; r++)
            affine(c->out + r * u->m, c->param[0], u->bias ? c->param[1] : NULL, c->in[0] + r * n, u->m, n);
        return;
    case L_bilinear: bilinear(c, u->m, n, u->from[1]->size); return;
    case L_embedding:
        for (int i = 0; i < x->size; i++)
            for (int d = 0; d < u->m; d++)
                c->out[i * u->m + d] = c->param[0][(int)c->in[0][i].c[0] * u->m + d];
        return;
    case L_nearest: nearest(c, rows, n); return;
    case L_transpose:
        for (int i = 0; i < x->size; i++)
            c->out[i % n * rows + i / n] = c->in[0][i];
        return;
    case L_conv1d: case L_conv2d: convolution(c, plane_of(x), plane_of(c->out_shape), u->groups); return;
    case L_depthwise2d: convolution(c, plane_of(x), plane_of(c->out_shape), x->dims[0]); return;
    case L_conv_transpose2d: transposed_convolution(c, plane_of(x), plane_of(c->out_shape)); return;
    case L_maxpool1d: case L_maxpool2d: pool(c, plane_of(x), plane_of(c->out_shape), true); return;
    case L_avgpool1d: case L_avgpool2d: pool(c, plane_of(x), plane_of(c->out_shape), false); return;
    case L_upsample2d: upsample(c, plane_of(x), plane_of(c->out_shape)); return;
    case L_global_avgpool:
        for (int q = 0; q < x->dims[0]; q++)
            c->out[q] = mean(c->in[0] + q * (x->size / x->dims[0]), x->size / x->dims[0]);
        return;
    case L_layernorm: normalise(c, rows, n, 1, n); return;
    case L_rmsnorm: rmsnorm(c, rows, n); return;
    case L_groupnorm: normalise(c, u->groups, x->size / u->groups, x->size / x->dims[0], x->dims[0]); return;
    case L_softmax: case L_log_softmax:
        for (int r = 0; r < rows; r++)
            (u->kind == L_softmax ? softmax : log_softmax)(c->out + r * n, c->in[0] + r * n, n);
        return;
    case L_attention: {
        const value *k = u->from[1], *v = u->from[2];
        heads a = {c->in[0], c->in[1], c->in[2], c->out, n, n, v->dims[1], v->dims[1]};
        attend(a, x->dims[0], k->dims[0], n, v->dims[1], u->causal);
        return;
    }
    case L_multihead: multihead(c, rows, n); return;
    case L_rnn_cell: case L_gru_cell: case L_lstm_cell: cell(c, n, u->m); return;
    case L_pick: pick(c, rows, n); return;
    case L_gated: gated(c, rows, n); return;
    default: cost(c); return;
    }
}
