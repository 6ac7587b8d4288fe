/* compare.c: draws stairs.svg, the accuracy on held-out digits epoch by epoch, from the training programs' logs.
 * usage: compare PERCENT NAME... (NAME.csv is the log). Status 0 where the others reach that many percent of the first one's accuracy at the end. */
#include <stdio.h>
#include <stdlib.h>
#include "../shared/svg.h"

enum { MOST = 4000, LOGS = 3 };

/* The columns epoch and test_accuracy, the first and the seventh, in percent; gives the lines read, or -1. */
static int read_log(const char *name, double *epoch, double *accuracy)
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
        if (sscanf(line, "%lf,%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%lf", &epoch[n], &accuracy[n]) == 2)
            accuracy[n++] *= 100;
    fclose(f);
    return n;
}

int main(int argc, char **argv)
{
    static double epoch[LOGS][MOST], accuracy[LOGS][MOST];
    int n[LOGS], count = argc - 2, good = 1;
    if (count < 2 || count > LOGS)
        return 2;
    double wanted = atof(argv[1]), longest = 0;
    for (int k = 0; k < count; k++) {
        n[k] = read_log(argv[k + 2], epoch[k], accuracy[k]);
        if (n[k] < 1)
            return 1;
        double end = accuracy[k][n[k] - 1], share = 100 * end / accuracy[0][n[0] - 1];
        printf("%-8s %.1f %% of the held-out digits after %d epochs, %.1f %% of what %s reads\n", argv[k + 2], end, n[k], share, argv[2]);
        good &= share >= wanted;
        longest = n[k] > longest ? n[k] : longest;
    }
    printf("at least %g %% of it: %s\n", wanted, good ? "good" : "OFF");
    FILE *f = svg_open("stairs.svg", 640, 420, "A net of hard thresholds, trained three ways", "accuracy on held-out digits in percent, epoch by epoch");
    if (!f)
        return 1;
    svg_chart chart = { .x = 56, .y = 84, .w = 550, .h = 280, .x0 = 1, .x1 = longest, .y0 = 0, .y1 = 100, .log_x = 1 };
    svg_axes(f, &chart, "epochs", "accuracy");
    for (int k = 0; k < count; k++) {
        svg_line(f, &chart, n[k], epoch[k], accuracy[k], svg_colour(k), 2, 1);
        svg_text(f, chart.x + chart.w - 12, chart.y + chart.h - 50 + 16 * k, "end", svg_colour(k), argv[k + 2]);
    }
    return svg_close(f, "stairs.svg") != 0 || !good;
}
