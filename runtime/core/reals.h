/* reals.h: the core's functions over reals, for one precision. core.c includes this text twice, each time with
 *     REAL       float or double
 *     NAME(f)    f, or f with the suffix _d
 *     SQRT       sqrtf or sqrt
 *     R(c)       the constant c in this precision
 * It undefines them at its end. Formulas stand in nnrt_core.h. */

void NAME(nnrt_optimizer_init)(NAME(nnrt_optimizer) *o, nnrt_optimizer_kind kind)
{
    o->kind = kind;
    o->rate = kind == NNRT_SGD || kind == NNRT_ADAM || kind == NNRT_ADAMW || kind == NNRT_SHAMPOO ? R(0.001) : R(0.01);
    o->weight_decay = kind == NNRT_ADAMW ? R(0.01) : R(0.0);
    o->momentum = o->dampening = R(0.0);
    o->beta1 = R(0.9);
    o->beta2 = R(0.999);
    o->eps = kind == NNRT_ADAGRAD ? R(1e-10) : R(1e-8);
    o->alpha = kind == NNRT_SPSA ? R(0.602) : R(0.99);
    o->rate_decay = o->accumulator = R(0.0);
    o->eta_minus = R(0.5);
    o->eta_plus = R(1.2);
    o->step_min = R(1e-6);
    o->step_max = R(50.0);
    o->sigma = R(0.1);
    o->gamma = R(0.101);
    o->stability = R(100.0);
    o->pairs = kind == NNRT_ES ? 16 : 1;
    o->calibrate = 20;
    o->nesterov = o->amsgrad = o->centered = 0;
}

size_t NAME(nnrt_optimizer_memory)(const NAME(nnrt_optimizer) *o, size_t n)
{
    unsigned arrays = 2; /* rprop, es, shampoo */
    if (o->kind == NNRT_SGD)
        arrays = o->momentum != R(0.0);
    else if (o->kind == NNRT_ADAM || o->kind == NNRT_ADAMW)
        arrays = o->amsgrad ? 3 : 2;
    else if (o->kind == NNRT_RMSPROP)
        arrays = 1u + (o->centered != 0) + (o->momentum != R(0.0));
    else if (o->kind == NNRT_ADAGRAD)
        arrays = 1;
    else if (o->kind == NNRT_SPSA)
        return o->calibrate != 0;
    return arrays * n;
}

void NAME(nnrt_optimizer_begin)(const NAME(nnrt_optimizer) *o, REAL *memory, size_t n)
{
    size_t reals = NAME(nnrt_optimizer_memory)(o, n), i;
    for (i = 0; i < reals; i++)
        memory[i] = o->kind == NNRT_ADAGRAD ? o->accumulator : o->kind == NNRT_RPROP && i >= n ? o->rate : R(0.0);
}

void NAME(nnrt_sgd_step) (const NAME(nnrt_optimizer) *o, REAL rate, uint32_t t, REAL *p, const REAL *g, REAL *memory,
                          size_t n, size_t begin, size_t end)
{
    REAL fresh = t == 1 ? R(1.0) : R(1.0) - o->dampening, decay = o->weight_decay, momentum = o->momentum;
    int nesterov = o->nesterov;
    size_t i;
    (void)n;
    for (i = begin; i < end; i++) {
        REAL d = g[i] + decay * p[i];
        if (momentum != R(0.0)) {
            REAL m = memory[i] = momentum * memory[i] + fresh * d;
            d = nesterov ? d + momentum * m : m;
        }
        p[i] -= rate * d;
    }
}

/* x^t by squaring: t is a count, and libm's pow is large. */
static REAL NAME(power)(REAL x, uint32_t t)
{
    REAL y = R(1.0);
    for (; t; t >>= 1, x *= x)
        if (t & 1)
            y *= x;
    return y;
}

void NAME(nnrt_adam_step) (const NAME(nnrt_optimizer) *o, REAL rate, uint32_t t, REAL *p, const REAL *g, REAL *memory,
                           size_t n, size_t begin, size_t end)
{
    REAL *m = memory, *v = memory + n, *largest = memory + (o->amsgrad ? 2 * n : n);
    REAL b1 = o->beta1, b2 = o->beta2, decay = o->weight_decay, shrink = R(1.0);
    REAL root = SQRT(R(1.0) - NAME(power)(b2, t)), step = rate * root / (R(1.0) - NAME(power)(b1, t)), eps = o->eps * root; /* one division an element */
    int amsgrad = o->amsgrad;
    size_t i;
    if (o->kind == NNRT_ADAMW) {
        shrink = R(1.0) - rate * decay;
        decay = R(0.0);
    }
    for (i = begin; i < end; i++) {
        REAL d = g[i] + decay * p[i], second;
        m[i] = b1 * m[i] + (R(1.0) - b1) * d;
        second = v[i] = b2 * v[i] + (R(1.0) - b2) * d * d;
        if (amsgrad) {
            if (second < largest[i])
                second = largest[i];
            largest[i] = second;
        }
        p[i] = shrink * p[i] - step * m[i] / (SQRT(second) + eps);
    }
}

void NAME(nnrt_rmsprop_step) (const NAME(nnrt_optimizer) *o, REAL rate, uint32_t t, REAL *p, const REAL *g, REAL *memory,
                              size_t n, size_t begin, size_t end)
{
    REAL *v = memory, *average = memory + n, *m = memory + (o->centered ? 2 * n : n);
    REAL a = o->alpha, decay = o->weight_decay, momentum = o->momentum, eps = o->eps;
    int centered = o->centered;
    size_t i;
    (void)t;
    for (i = begin; i < end; i++) {
        REAL d = g[i] + decay * p[i];
        REAL spread = v[i] = a * v[i] + (R(1.0) - a) * d * d;
        if (centered) {
            average[i] = a * average[i] + (R(1.0) - a) * d;
            spread -= average[i] * average[i];
            if (spread < R(0.0)) /* by rounding */
                spread = R(0.0);
        }
        d /= SQRT(spread) + eps;
        if (momentum != R(0.0))
            d = m[i] = momentum * m[i] + d;
        p[i] -= rate * d;
    }
}

void NAME(nnrt_adagrad_step) (const NAME(nnrt_optimizer) *o, REAL rate, uint32_t t, REAL *p, const REAL *g, REAL *memory,
                              size_t n, size_t begin, size_t end)
{
    REAL step = rate / (R(1.0) + (REAL)(t - 1) * o->rate_decay), decay = o->weight_decay, eps = o->eps;
    size_t i;
    (void)n;
    for (i = begin; i < end; i++) {
        REAL d = g[i] + decay * p[i];
        memory[i] += d * d;
        p[i] -= step * d / (SQRT(memory[i]) + eps);
    }
}

void NAME(nnrt_rprop_step) (const NAME(nnrt_optimizer) *o, REAL rate, uint32_t t, REAL *p, const REAL *g, REAL *memory,
                            size_t n, size_t begin, size_t end)
{
    REAL *previous = memory, *size = memory + n, eta_plus = o->eta_plus, eta_minus = o->eta_minus, step_min = o->step_min, step_max = o->step_max;
    size_t i;
    (void)t;
    (void)rate; /* it was the first step size; a schedule does not move rprop, as in PyTorch */
    for (i = begin; i < end; i++) {
        REAL d = g[i], s = size[i], was = previous[i];
        /* Signs are compared, not a product: that of two tiny gradients would be 0. */
        int same = ((d > R(0.0)) & (was > R(0.0))) | ((d < R(0.0)) & (was < R(0.0)));
        int turned = ((d > R(0.0)) & (was < R(0.0))) | ((d < R(0.0)) & (was > R(0.0)));
        s = same ? s * eta_plus : turned ? s * eta_minus : s;
        d = turned ? R(0.0) : d;
        s = s > step_max ? step_max : s < step_min ? step_min : s;
        size[i] = s;
        previous[i] = d;
        p[i] -= d > R(0.0) ? s : d < R(0.0) ? -s : R(0.0);
    }
}

void NAME(nnrt_optimizer_step)(const NAME(nnrt_optimizer) *o, REAL rate, uint32_t t, REAL *p, const REAL *g, REAL *memory,
                               size_t n, size_t begin, size_t end)
{
    switch (o->kind) {
    case NNRT_SGD: NAME(nnrt_sgd_step)(o, rate, t, p, g, memory, n, begin, end); break;
    case NNRT_ADAM:
    case NNRT_ADAMW:
    case NNRT_SHAMPOO:
    case NNRT_ES: NAME(nnrt_adam_step)(o, rate, t, p, g, memory, n, begin, end); break;
    case NNRT_RMSPROP: NAME(nnrt_rmsprop_step)(o, rate, t, p, g, memory, n, begin, end); break;
    case NNRT_ADAGRAD: NAME(nnrt_adagrad_step)(o, rate, t, p, g, memory, n, begin, end); break;
    case NNRT_RPROP: NAME(nnrt_rprop_step)(o, rate, t, p, g, memory, n, begin, end); break;
    case NNRT_SPSA: NAME(nnrt_spsa_step)(o, rate, t, p, g, memory, n, begin, end); break;
    case NNRT_OPTIMIZERS: break;
    }
}

REAL NAME(nnrt_clip_norm)(REAL *g, size_t n, REAL max)
{
    REAL sum = R(0.0), norm, factor;
    size_t i;
    for (i = 0; i < n; i++)
        sum += g[i] * g[i];
    norm = SQRT(sum);
    factor = max / (norm + R(1e-6));
    if (factor < R(1.0))
        for (i = 0; i < n; i++)
            g[i] *= factor;
    return norm;
}

void NAME(nnrt_clip_value)(REAL *g, size_t n, REAL max)
{
    size_t i;
    for (i = 0; i < n; i++)
        g[i] = g[i] > max ? max : g[i] < -max ? -max : g[i];
}

void NAME(nnrt_add_scaled)(REAL *y, const REAL *x, REAL a, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++)
        y[i] += a * x[i];
}

void NAME(nnrt_schedule_init)(NAME(nnrt_schedule) *s, nnrt_schedule_kind kind)
{
    s->kind = kind;
    s->warmup = kind == NNRT_WARMUP ? 100 : 0;
    s->every = 1;
    s->factor = R(0.1);
    s->floor = R(0.0);
}

/* (1 + cos(pi x)) / 2 = cos(y)^2, y = pi x / 2, by cos's series: y is at most pi/2, where the terms vanish fast. */
static REAL NAME(half_cosine)(REAL x)
{
    REAL y = R(1.57079632679489662) * x, term = R(1.0), sum = R(1.0);
    int k;
    for (k = 1; k < 24; k += 2) {
        term *= -y * y / (REAL)(k * (k + 1));
        sum += term;
    }
    return sum * sum;
}

REAL NAME(nnrt_schedule_factor)(const NAME(nnrt_schedule) *s, uint32_t step, uint32_t total)
{
    REAL factor = R(1.0);
    if (s->kind == NNRT_STEP)
        factor = NAME(power)(s->factor, step / (s->every ? s->every : 1));
    if (s->kind == NNRT_COSINE && step > s->warmup) {
        REAL x = step < total ? (REAL)(step - s->warmup) / (REAL)(total - s->warmup) : R(1.0);
        factor = s->floor + (R(1.0) - s->floor) * NAME(half_cosine)(x);
    }
    if (step < s->warmup)
        factor *= (REAL)(step + 1) / (REAL)s->warmup;
    return factor;
}

#undef REAL
#undef NAME
#undef SQRT
#undef R
