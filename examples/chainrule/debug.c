/* debug.c: the chain rule, number by number, in the fields that -O0 gives every value and its derivative; the Jacobians of the modules multiplied, and
 * held against differences; the three ways to write predecessor sets against each other. Status 0 where all agree. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "chain.h"
#include "predecessors.h"

static chain_params p, g;
static chain_work k;
static double worst;    /* the largest difference met since it was last asked for */

static void compare(double a, double b)
{
    worst = fmax(worst, fabs(a - b));
}

static int report(const char *what, double limit)
{
    int good = worst <= limit;
    printf("%-66s differ by %.1e at most: %s\n", what, worst, good ? "good" : "OFF");
    worst = 0;
    return good;
}

/* dC/ds = dC/dz h'(s) and dC/dz[j] = sum over i of dC/ds[i] w[i, j], and dC/dw[i, j] = dC/ds[i] z[j]: the fields against the formulas. */
static int chain_rule(const double *x, const int32_t *y)
{
    double c = chain_grad(&p, &k, 1, x, y, &g);
    printf("cost %.6f\n   i    s1[i]    z1[i]  dC/dz1[i]  dC/ds1[i]  dC/dz1[i] * (1 - z1[i]^2)\n", c);
    for (int i = 0; i < 4; i++) {
        double z = k.z1[0][i], by_h = k.d_z1[0][i] * (1 - z * z), by_w = 0;
        printf("%4d %8.4f %8.4f %10.6f %10.6f %10.6f\n", i, k.s1[0][i], z, k.d_z1[0][i], k.d_s1[0][i], by_h);
        for (int m = 0; m < 3; m++)
            by_w += k.d_s2[0][m] * p.m1_w[m][i];
        compare(k.d_s1[0][i], by_h);
        compare(k.d_z1[0][i], by_w);
        for (int j = 0; j < 5; j++)
            compare(g.m0_w[i][j], k.d_s1[0][i] * x[j]);
    }
    return report("the generated derivatives and the chain rule by hand", 1e-14);
}

typedef struct jacobians { double s2[3], whole[3][5], second[3][4], h[4][4], first[4][5]; } jacobians;

static void forward(const double *x, jacobians *j)
{
    chain_forward(&p, &k, 1, x, j->s2, j->whole[0], j->second[0], j->h[0], j->first[0]);
}

static int products(const double *x)
{
    jacobians at, up, down;
    double moved[5];
    const double step = 1e-5;
    forward(x, &at);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 5; j++) {
            double sum = 0;
            for (int a = 0; a < 4; a++)
                for (int b = 0; b < 4; b++)
                    sum += at.second[i][a] * at.h[a][b] * at.first[b][j];
            compare(at.whole[i][j], sum);
        }
    int good = report("jacobian(s2, x) and the product of the modules' Jacobians", 1e-14);
    for (int j = 0; j < 5; j++) {
        memcpy(moved, x, sizeof moved);
        moved[j] = x[j] + step;
        forward(moved, &up);
        moved[j] = x[j] - step;
        forward(moved, &down);
        for (int i = 0; i < 3; i++)
            compare(at.whole[i][j], (up.s2[i] - down.s2[i]) / (2 * step));
    }
    return report("jacobian(s2, x) and differences of s2", 1e-9) && good;
}

static int predecessor_sets(void)
{
    static predecessors_params q, d[3];
    static predecessors_work work;
    double z[8], t[6] = { 1, 0, -1, 2, 0, 1 }, s[3][6];
    predecessors_init(&q, 1);
    for (int i = 0; i < 8; i++)
        z[i] = sin(i + 1);
    predecessors_forward(&q, &work, 1, z, s[0], s[1], s[2]);
    predecessors_subscript_grad(&q, &work, 1, z, t, &d[0]);
    predecessors_masked_grad(&q, &work, 1, z, t, &d[1]);
    predecessors_condition_grad(&q, &work, 1, z, t, &d[2]);
    for (int way = 1; way < 3; way++) {
        for (int i = 0; i < 6; i++)
            compare(s[way][i], s[0][i]);
        for (int i = 0; i < PREDECESSORS_REALS; i++)
            compare(((double *)&d[way])[i], ((double *)&d[0])[i]);
    }
    return report("three ways to write predecessor sets, with their gradients", 1e-14);
}

int main(void)
{
    const double x[5] = { 0.5, -1, 0.25, 2, -0.75 };
    const int32_t y[1] = { 2 };
    chain_init(&p, 1);
    int good = chain_rule(x, y);
    good &= products(x);
    good &= predecessor_sets();
    return !good;
}
