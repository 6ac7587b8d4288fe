/* measure.h: how the sides written in C measure a function of the number of samples: in processor time, the minimum and the median of
 * ROUNDS measurements of at least 2 ms. Includes what it needs; define _POSIX_C_SOURCE 200809L before any header. */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 15 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const char *name, void (*f)(int), int n)
{
    double times[ROUNDS];
    int turns = 1;
    for (double t = 0; t < 2000; turns *= 2) {
        double begin = now();
        for (int i = 0; i < turns; i++)
            f(n);
        t = now() - begin;
    }
    for (int r = 0; r < ROUNDS; r++) {
        double begin = now();
        for (int i = 0; i < turns; i++)
            f(n);
        times[r] = (now() - begin) / turns;
    }
    qsort(times, ROUNDS, sizeof *times, by_value);
    printf("%s %d %.4f %.4f\n", name, n, times[0], times[ROUNDS / 2]);
}

#endif
