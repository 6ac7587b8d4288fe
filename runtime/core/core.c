/* core.c: the freestanding core (see nnrt_core.h). C99; no header but those that a freestanding compiler has, and of the
 * C library only sqrt and sqrtf. reals.h and search.h hold all that works on reals and are compiled once for each precision; a firmware
 * that wants only one defines NNRT_NO_DOUBLE or NNRT_NO_FLOAT. */
#include "../nnrt_core.h"

double sqrt(double x);
float sqrtf(float x);

/* ---- random numbers ---- */

/* The finalizer is Stafford's "Mix13", as in Vigna's public-domain splitmix64.c. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t nnrt_random(uint64_t *state)
{
    return mix(*state += UINT64_C(0x9e3779b97f4a7c15));
}

/* Lemire's multiplication with rejection of the incomplete last interval. */
uint32_t nnrt_random_below(uint64_t *state, uint32_t n)
{
    uint32_t reject = (0u - n) % n;
    uint64_t product;
    do {
        product = (nnrt_random(state) >> 32) * n;
    } while ((uint32_t)product < reject);
    return (uint32_t)(product >> 32);
}

double nnrt_random_uniform(uint64_t *state)
{
    return (double)(nnrt_random(state) >> 11) * (1.0 / 9007199254740992.0);
}

uint64_t nnrt_random_stream(uint64_t seed, uint64_t number)
{
    return mix(seed ^ mix(number + UINT64_C(0x9e3779b97f4a7c15)));
}

/* ---- what works on reals ---- */

#ifndef NNRT_NO_FLOAT
#define REAL float
#define NAME(f) f
#define SQRT sqrtf
#define R(c) c##f
#include "search.h"
#include "reals.h"
#endif

#ifndef NNRT_NO_DOUBLE
#define REAL double
#define NAME(f) f##_d
#define SQRT sqrt
#define R(c) c
#include "search.h"
#include "reals.h"
#endif

/* ---- batches ---- */

void nnrt_shuffle(uint32_t *order, uint32_t n, uint64_t *state)
{
    uint32_t i;
    for (i = n; i > 1; i--) {
        uint32_t j = nnrt_random_below(state, i), swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
}

void nnrt_batches_begin(nnrt_batches *b, uint32_t epoch)
{
    uint64_t state = nnrt_random_stream(b->seed, epoch);
    uint32_t i;
    b->at = 0;
    if (!b->order)
        return;
    for (i = 0; i < b->samples; i++)
        b->order[i] = i;
    nnrt_shuffle(b->order, b->samples, &state);
}

uint32_t nnrt_batches_next(nnrt_batches *b, uint32_t *first)
{
    uint32_t left = b->samples - b->at, n = b->batch && b->batch < left ? b->batch : left;
    *first = b->at;
    b->at += n;
    return n;
}

void nnrt_gather(void *to, const void *from, size_t bytes, const uint32_t *order, uint32_t first, uint32_t n)
{
    unsigned char *t = (unsigned char *)to;
    uint32_t i;
    size_t k;
    for (i = 0; i < n; i++) {
        const unsigned char *f = (const unsigned char *)from + (order ? order[first + i] : first + i) * bytes;
        for (k = 0; k < bytes; k++)
            *t++ = f[k];
    }
}
