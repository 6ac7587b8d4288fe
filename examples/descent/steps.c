/* steps.c: draws steps.svg, the cost epoch by epoch for each kind of step, from the training programs' logs.
 * usage: steps NAME... (NAME.csv is the log). Status 0 where all others' costs end below the first one's. */
#include <stdio.h>
#include "../shared/svg.h"

enum { MOST = 200, LOGS = 6 };

/* The columns epoch and train_cost, the first and the COST-th of a line; gives the lines read, or -1. */
static int read_log(const char *name, double *epoch, double *cost)
{
    char path[256], line[512];
    int n = 0;
    snprintf(path, sizeof path, "%s.csv", name);
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        return -1;
    }
    while (n < MOST && fgets(line, sizeof line, f))
        n += sscanf(line, "%lf,%*[^,],%*[^,],%lf", &epoch[n], &cost[n]) == 2;
    fclose(f);
    return n;
}

int main(int argc, char **argv)
{
    static double epoch[LOGS][MOST], cost[LOGS][MOST];
    int n[LOGS], count = argc - 1, good = count > 1 && count <= LOGS;
    for (int k = 0; k < count && good; k++) {
        n[k] = read_log(argv[k + 1], epoch[k], cost[k]);
        if (n[k] < 2)
            return 1;
        printf("%-8s %.2g after %d epochs\n", argv[k + 1], cost[k][n[k] - 1], n[k]);
        good &= k == 0 || cost[k][n[k] - 1] < cost[0][n[0] - 1];
    }
    if (count < 2 || count > LOGS)
        return 2;
    FILE *f = svg_open("steps.svg", 640, 420, "The step: a number, one for each parameter, a matrix", "the training cost of a net that reads digits, epoch by epoch");
    if (!f)
        return 1;
    svg_chart chart = { .x = 64, .y = 92, .w = 540, .h = 270, .x0 = 1, .x1 = n[0], .y0 = 1e-3, .y1 = 3, .log_y = 1 };
    svg_axes(f, &chart, "epochs", "training cost");
    for (int k = 0; k < count; k++) {
        svg_line(f, &chart, n[k], epoch[k], cost[k], svg_colour(k), 2, 1);
        svg_legend(f, &chart, k, argv[k + 1], svg_colour(k));
    }
    printf("all others end below %s: %s\n", argv[1], good ? "good" : "OFF");
    return svg_close(f, "steps.svg") != 0 || !good;
}
