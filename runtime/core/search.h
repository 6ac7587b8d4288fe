/* search.h: the optimizers that need no gradient, for one precision: what reals.h is to the others. core.c includes it before
 * reals.h, which undefines REAL, NAME, SQRT and R. Formulas stand in nnrt_core.h. */

/* x^y for x >= 1 and 0 <= y < 2, by the binary digits of y and roots: libm's pow is large. */
static REAL NAME(root_power)(REAL x, REAL y)
{
    REAL result = R(1.0);
    int digits = sizeof(REAL) == sizeof(float) ? 24 : 53;
    for (; digits > 0 && y > R(0.0); digits--, y *= R(2.0), x = SQRT(x))
        if (y >= R(1.0)) {
            result *= x;
            y -= R(1.0);
        }
    return result;
}

static REAL NAME(search_size)(const NAME(nnrt_optimizer) *o, uint32_t t)
{
    return o->kind == NNRT_SPSA ? o->sigma / NAME(root_power)((REAL)t, o->gamma) : o->sigma;
}

/* Number i of a sequence: for es a sum of four uniform numbers, of mean 0 and variance 1; for spsa a sign. */
static REAL NAME(draw)(nnrt_optimizer_kind kind, uint64_t sequence, size_t i)
{
    uint64_t bits = mix(sequence + (uint64_t)(i + 1) * UINT64_C(0x9e3779b97f4a7c15));
    uint32_t high = (uint32_t)(bits >> 32), low = (uint32_t)bits;
    if (kind == NNRT_SPSA)
        return high >> 31 ? R(1.0) : R(-1.0);
    return (REAL)((int32_t)((high >> 16) + (high & 0xffff) + (low >> 16) + (low & 0xffff)) - 131070) * R(2.6428997921303e-5);
}

void NAME(nnrt_search_try)(const NAME(nnrt_optimizer) *o, uint64_t seed, uint32_t t, uint32_t k, const REAL *p, REAL *trial,
                           size_t begin, size_t end)
{
    uint64_t sequence = nnrt_random_stream(nnrt_random_stream(seed, t), k / 2);
    REAL size = NAME(search_size)(o, t);
    size_t i;
    if (k % 2)
        size = -size;
    for (i = begin; i < end; i++)
        trial[i] = p[i] + size * NAME(draw)(o->kind, sequence, i);
}

/* Where cost k stands among all, from 0 on, equal ones sharing their places; what is not a number stands last. */
static REAL NAME(rank)(const REAL *cost, uint32_t count, uint32_t k)
{
    REAL rank = R(0.0);
    uint32_t i;
    for (i = 0; i < count; i++)
        if (i != k)
            rank += cost[i] < cost[k] || (cost[k] != cost[k] && cost[i] == cost[i]) ? R(1.0)
                    : cost[i] > cost[k] || (cost[i] != cost[i] && cost[k] == cost[k]) ? R(0.0)
                                                                                       : R(0.5);
    return rank;
}

void NAME(nnrt_search_weigh)(const NAME(nnrt_optimizer) *o, uint32_t t, const REAL *cost, REAL *weight, REAL *memory)
{
    uint32_t k, count = 2 * o->pairs;
    REAL sum = R(0.0), size = NAME(search_size)(o, t), scale = R(1.0) / (REAL)o->pairs;
    for (k = 0; k < count; k += 2) {
        REAL w;
        if (o->kind == NNRT_ES)
            w = (NAME(rank)(cost, count, k) - NAME(rank)(cost, count, k + 1)) / (REAL)(count - 1);
        else
            w = (cost[k] - cost[k + 1]) / (R(2.0) * size);
        weight[k / 2] = w * scale;
        sum += w < R(0.0) ? -w : w;
    }
    if (o->kind == NNRT_ES || o->calibrate == 0)
        return;
    if (t <= o->calibrate)
        memory[0] += (sum * scale - memory[0]) / (REAL)t;
    for (k = 0; k < o->pairs; k++)
        weight[k] = memory[0] > R(0.0) ? weight[k] / memory[0] : R(0.0);
}

void NAME(nnrt_search_gradient)(const NAME(nnrt_optimizer) *o, uint64_t seed, uint32_t t, const REAL *weight, REAL *g,
                                size_t begin, size_t end)
{
    uint64_t step = nnrt_random_stream(seed, t);
    uint32_t k;
    size_t i;
    for (i = begin; i < end; i++)
        g[i] = R(0.0);
    for (k = 0; k < o->pairs; k++) {
        uint64_t sequence = nnrt_random_stream(step, k);
        for (i = begin; i < end; i++)
            g[i] += weight[k] * NAME(draw)(o->kind, sequence, i);
    }
}

void NAME(nnrt_spsa_step) (const NAME(nnrt_optimizer) *o, REAL rate, uint32_t t, REAL *p, const REAL *g, REAL *memory,
                           size_t n, size_t begin, size_t end)
{
    REAL step = rate / NAME(root_power)(((REAL)t + o->stability) / (R(1.0) + o->stability), o->alpha);
    size_t i;
    (void)memory;
    (void)n;
    for (i = begin; i < end; i++)
        p[i] -= step * (g[i] + o->weight_decay * p[i]);
}
