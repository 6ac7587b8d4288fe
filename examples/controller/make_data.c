/* make_data.c: what may be asked of a mixing valve: goals that change, and pressures that change with what others do.
 * usage: make_data RUNS SEED > data.csv: lines of 200 goals and 200 logarithms of the hot water's pressure, a second each. */
#include <stdio.h>
#include <stdlib.h>

#include "../random.h"

enum { TURNS = 200 };

static void run(void)
{
    double goal[TURNS], pressure[TURNS], g = uniform(0.1, 0.9), p = uniform(-0.5, 0.5);
    for (int t = 0; t < TURNS; t++) {
        if (uniform(0, 1) < 0.02)
            g = uniform(0.1, 0.9);
        if (uniform(0, 1) < 0.01)
            p = uniform(-0.5, 0.5);
        goal[t] = g;
        pressure[t] = p;
    }
    for (int t = 0; t < TURNS; t++)
        printf("%.4f,", goal[t]);
    for (int t = 0; t < TURNS; t++)
        printf("%.4f%c", pressure[t], t < TURNS - 1 ? ',' : '\n');
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
