/* make_data.c: a tank's level over time, and what a float in it measures while the liquid sloshes.
 * usage: make_data RUNS SEED > data.csv: lines of 64 measurements x and 64 true levels y, 0 (empty) to 1 (full).
 *
 * A pump fills, rests or drains, and changes at random; each change makes waves that die away. The float's sensor adds noise, and one
 * measurement in twenty-five is nonsense, as a loose contact makes it. */
#include <stdio.h>
#include <stdlib.h>

#include "../random.h"

enum { TURNS = 64 };

static void run(void)
{
    double x[TURNS], y[TURNS], level = uniform(0.2, 0.8), flow = 0, wave = uniform(0, 0.1), phase = uniform(0, 6.3);
    for (int t = 0; t < TURNS; t++) {
        if (uniform(0, 1) < 0.08) {
            flow = uniform(0, 1) < 0.3 ? 0 : uniform(-0.03, 0.03);
            wave += 0.08;
        }
        level += flow;
        if (level < 0.05 || level > 0.95) { /* the pump's switch at the end */
            level -= flow;
            flow = 0;
        }
        wave *= 0.93;
        phase += 1.1;
        y[t] = level;
        x[t] = uniform(0, 1) < 0.04 ? uniform(0, 1) : level + wave * sin(phase) + normal(0.02);
    }
    for (int t = 0; t < TURNS; t++)
        printf("%.4f,", x[t]);
    for (int t = 0; t < TURNS; t++)
        printf("%.4f%c", y[t], t < TURNS - 1 ? ',' : '\n');
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: make_data RUNS SEED > data.csv\n");
        return 2;
    }
    random_state = strtoull(argv[2], NULL, 10);
    for (long i = strtol(argv[1], NULL, 10); i > 0; i--)
        run();
    return 0;
}
