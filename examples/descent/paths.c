/* paths.c: one descent on the whole set, one on mini-batches of 10, one on one sample at a time, each over the same redundant samples. Draws
 * descent.svg: their paths, and the cost against the samples seen. Status 0 where after one pass the stochastic ones are a hundred times nearer
 * to the least cost than the full one, their paths noisy (the cost rises in a quarter of the steps at least; never in the full one's), and where
 * the full one, given time, ends nearer to it than they do. */
#include <math.h>
#include <stdio.h>
#include "nnrt_core.h"
#include "plane.h"
#include "../shared/svg.h"

enum { SAMPLES = 1000, PASSES = 100, MOST = 20000 };

static double x[SAMPLES][2], y[SAMPLES];
static double a[2][2], least[2], floor_cost;    /* average of x x', the best parameters, and their cost */

static const struct way { const char *name; uint32_t batch; double rate; int passes; } ways[3] = {
    { "one sample", 1, 0.02, 20 }, { "mini-batches of 10", 10, 0.1, 40 }, { "the whole set", 0, 0.4, PASSES } };

typedef struct path { int n; double seen[MOST + 1], w[MOST + 1][2], above[MOST + 1]; } path;
static path paths[3];

static double normal(uint64_t *random)
{
    double u = 1 - nnrt_random_uniform(random), v = nnrt_random_uniform(random);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

/* Samples of a line with noise, which say the same again and again; and the closed form. */
static void make_samples(void)
{
    uint64_t random = 1;
    double b[2] = { 0, 0 };
    for (int i = 0; i < SAMPLES; i++) {
        double u = normal(&random), v = normal(&random);
        x[i][0] = u;
        x[i][1] = 0.7 * u + 0.6 * v;
        y[i] = 1.5 * x[i][0] - 1.0 * x[i][1] + 0.3 * normal(&random);
        for (int j = 0; j < 2; j++) {
            b[j] += x[i][j] * y[i] / SAMPLES;
            for (int k = 0; k < 2; k++)
                a[j][k] += x[i][j] * x[i][k] / SAMPLES;
        }
    }
    double det = a[0][0] * a[1][1] - a[0][1] * a[1][0];
    least[0] = (b[0] * a[1][1] - b[1] * a[0][1]) / det;
    least[1] = (b[1] * a[0][0] - b[0] * a[1][0]) / det;
    for (int i = 0; i < SAMPLES; i++)
        floor_cost += pow(y[i] - least[0] * x[i][0] - least[1] * x[i][1], 2) / SAMPLES;
}

static void note(path *t, double seen, const double w[2])
{
    double d[2] = { w[0] - least[0], w[1] - least[1] };
    t->seen[t->n] = seen;
    t->w[t->n][0] = w[0];
    t->w[t->n][1] = w[1];
    t->above[t->n] = a[0][0] * d[0] * d[0] + 2 * a[0][1] * d[0] * d[1] + a[1][1] * d[1] * d[1];
    t->n++;
}

static void descend(const struct way *way, path *t)
{
    static plane_params p;
    static plane_work work;
    static uint32_t order[SAMPLES];
    static double batch_x[SAMPLES][2], batch_y[SAMPLES];
    nnrt_batches batches = { .order = order, .samples = SAMPLES, .batch = way->batch, .seed = 1 };
    uint32_t n, first;
    double seen = 0;
    plane_init(&p, 1);
    note(t, 0, p.w);
    for (uint32_t pass = 1; pass <= (uint32_t)way->passes; pass++) {
        nnrt_batches_begin(&batches, pass);
        while ((n = nnrt_batches_next(&batches, &first)) != 0) {
            nnrt_gather(batch_x, x, sizeof x[0], order, first, n);
            nnrt_gather(batch_y, y, sizeof y[0], order, first, n);
            plane_sgd(&p, &work, n, batch_x[0], batch_y, way->rate);
            note(t, seen += n, p.w);
        }
    }
}

/* The parameters at one height above the least cost: least + sqrt(height) L'^-1 (cos, sin), where a = L L'. */
static void contour(FILE *f, const svg_chart *chart, double height)
{
    double l00 = sqrt(a[0][0]), l10 = a[1][0] / l00, l11 = sqrt(a[1][1] - l10 * l10), px[73], py[73];
    for (int i = 0; i <= 72; i++) {
        double c = sqrt(height) * cos(i * 6.283185307179586 / 72), s = sqrt(height) * sin(i * 6.283185307179586 / 72);
        py[i] = least[1] + s / l11;
        px[i] = least[0] + (c - l10 * (s / l11)) / l00;
    }
    svg_line(f, chart, 73, px, py, "#bbb7ad", 1, 1);
}

static int draw(const char *file)
{
    static double px[MOST + 1], py[MOST + 1];
    FILE *f = svg_open(file, 1000, 470, "Three ways down the same cost", "the stochastic ones see 1,000 samples here, once; the full gradient sees them a hundred times");
    if (!f)
        return -1;
    svg_chart plan = { .x = 56, .y = 96, .w = 400, .h = 310, .x0 = -0.2, .x1 = 1.9, .y0 = -1.4, .y1 = 0.2 };
    svg_chart cost = { .x = 550, .y = 96, .w = 420, .h = 310, .x0 = 1, .x1 = 100000, .y0 = 1e-6, .y1 = 3, .log_x = 1, .log_y = 1 };
    svg_axes(f, &plan, "w[0]", "w[1]");
    svg_axes(f, &cost, "samples seen", "cost above the least");
    for (double height = 0.01; height < 4; height *= 2.5)
        contour(f, &plan, height);
    for (int k = 0; k < 3; k++) {
        path *t = &paths[k];
        int one_pass = 0;
        for (int i = 0; i < t->n; i++) {
            px[i] = t->w[i][0];
            py[i] = t->w[i][1];
            one_pass += t->seen[i] <= SAMPLES || k == 2;
        }
        svg_line(f, &plan, one_pass, px, py, svg_colour(k), k == 0 ? 1 : 2, k == 0 ? 0.8 : 1);
        for (int i = 0; k == 2 && i < t->n && i < 40; i++)
            svg_dot(f, &plan, px[i], py[i], 2.5, svg_colour(k));
        svg_line(f, &cost, t->n - 1, t->seen + 1, t->above + 1, svg_colour(k), k == 2 ? 2.2 : 0.7, k == 2 ? 1 : 0.7);
        svg_legend(f, &cost, k, ways[k].name, svg_colour(k));
    }
    svg_dot(f, &plan, least[0], least[1], 4, "#333333");
    return svg_close(f, file);
}

/* The mean height of the n points from number `from` on. */
static double mean(const path *t, int from, int n)
{
    double sum = 0;
    for (int i = from; i < from + n; i++)
        sum += t->above[i] / n;
    return sum;
}

int main(void)
{
    double once[3], end[3], rising[3];
    make_samples();
    for (int k = 0; k < 3; k++) {
        path *t = &paths[k];
        descend(&ways[k], t);
        int steps = (t->n - 1) / ways[k].passes, few = steps < 10 ? steps : steps / 10;     /* of a pass; of a tenth of it */
        once[k] = mean(t, steps - few + 1, few);
        end[k] = mean(t, t->n - few, few);
        rising[k] = 0;
        for (int i = 1; i <= steps * (steps > 1 ? 1 : PASSES); i++)
            rising[k] += t->above[i] > t->above[i - 1] * (1 + 1e-9) + 1e-15 ? 100.0 / (steps > 1 ? steps : PASSES) : 0;
        printf("%-18s above the least cost after one pass %.2e, after %3d passes %.2e; uphill in %.0f %% of the steps\n", ways[k].name, once[k], ways[k].passes, end[k], rising[k]);
    }
    int good = 100 * once[0] < once[2] && 100 * once[1] < once[2] && rising[0] > 25 && rising[1] > 25 && rising[2] <= 0 && end[2] < end[0] && end[2] < end[1];
    printf("stochastic steps are noisy, and 100 times nearer after one pass; the full gradient ends nearest: %s\n", good ? "good" : "OFF");
    return draw("descent.svg") != 0 || !good;
}
