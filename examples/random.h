/* random.h: the random numbers of the examples' data makers: the same on every machine, so that the data are too.
 * SplitMix64 (G. Steele, D. Lea and C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014); normal
 * values by the method of Box and Muller. */
#ifndef EXAMPLES_RANDOM_H
#define EXAMPLES_RANDOM_H

#include <math.h>
#include <stdint.h>

static uint64_t random_state; /* set it to the seed */

/* Uniform in low ... high. */
static inline double uniform(double low, double high)
{
    uint64_t z = random_state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return low + (high - low) * ((double)(z >> 11) / 9007199254740992.0);
}

/* Normal, of mean 0 and that standard deviation. */
static inline double normal(double deviation)
{
    const double r = sqrt(-2 * log(1 - uniform(0, 1)));
    return deviation * r * cos(6.283185307179586 * uniform(0, 1));
}

#endif
