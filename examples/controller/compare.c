/* compare.c: a user's program around the controller: runs it on the mixing valve, and a PID controller that was tuned for the same purpose.
 * The plant is written out here once more, in C, so that a mistake in the model of learn.nn would show.
 *
 * The PID has all that a good one has: a filtered derivative of the measurement, a weight of the goal in the proportional part, bounds of
 * the output, and an integral that stops at them. Its five settings are searched for on the very runs that the net learned from, with the
 * very cost that the net descended. Both are then judged by other runs.
 * usage: compare train.csv test.csv most [curve.csv]: the net's squared error may be at most this part of the PID's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../random.h"
#include "device.h"

enum { TURNS = 200, LATE = 8, MOST_RUNS = 400, SETTINGS = 5, TRIES = 1500 };

typedef struct run {
    double goal[TURNS], pressure[TURNS]; /* the pressure as a logarithm */
} run;

/* What a run came to: the mean squared error, and the mean squared change of the valve. */
typedef struct result {
    double off, moved;
} result;

typedef struct pid {
    double p, i, d, filter, weight;     /* settings */
    double sum, slow, before;           /* memory */
} pid;

static run train[MOST_RUNS], test[MOST_RUNS];
static device_state state;
static device_work work;

static double bounded(double v, double low, double high)
{
    return v < low ? low : v > high ? high : v;
}

static double pid_step(pid *c, double goal, double measured)
{
    double u;
    c->slow += c->filter * (measured - c->before - c->slow); /* the derivative, filtered */
    c->before = measured;
    u = c->p * (c->weight * (goal - 0.5) - (measured - 0.5)) + c->sum - c->d * c->slow;
    if ((u < 1 || goal < measured) && (u > 0 || goal > measured))
        c->sum += c->i * (goal - measured);
    return bounded(u, 0, 1);
}

/* Lets a run happen under a PID, or under the net where c is NULL; the temperatures and valves go to y and u unless those are NULL. */
static result happen(const run *r, pid *c, double *ys, double *us)
{
    double valve = 0.5, y = 0.5, late[LATE], last = 0.5;
    result all = {0, 0};
    for (int i = 0; i < LATE; i++)
        late[i] = y;
    if (!c)
        device_reset(&state, 0);
    for (int t = 0; t < TURNS; t++) {
        const double measured = late[LATE - 1] + normal(0.005);
        double u, hot;
        if (c) {
            u = pid_step(c, r->goal[t], measured);
        } else {
            const float goal = (float)r->goal[t], m = (float)measured;
            float said;
            device_forward(&work, &state, 1, &goal, &m, &said);
            u = (double)said;
        }
        all.off += (r->goal[t] - y) * (r->goal[t] - y) / TURNS;
        all.moved += (u - last) * (u - last) / TURNS;
        last = u;
        hot = exp(r->pressure[t]) * valve * valve;
        memmove(late + 1, late, sizeof late - sizeof late[0]);
        late[0] = y;
        y += (hot / (hot + (1 - valve) * (1 - valve)) - y) / 4;
        valve += (u - valve) / 2;
        if (ys)
            ys[t] = y;
        if (us)
            us[t] = u;
    }
    return all;
}

static result average(const run *runs, int count, const double *settings)
{
    result all = {0, 0};
    random_state = 3; /* all get the same noise */
    for (int i = 0; i < count; i++) {
        pid c = {0, 0, 0, 0, 0, 0.5, 0, 0.5};
        result one;
        if (settings) {
            c.p = settings[0], c.i = settings[1], c.d = settings[2], c.filter = settings[3], c.weight = settings[4];
        }
        one = happen(&runs[i], settings ? &c : NULL, NULL, NULL);
        all.off += one.off / count;
        all.moved += one.moved / count;
    }
    return all;
}

static double cost(result r)
{
    return r.off + 0.02 * r.moved;
}

/* Random search from a sensible start: steps in proportion, which shrink; what is better is kept. */
static void tune(const run *runs, int count, double *best)
{
    double least;
    uint64_t chance = 7;
    memcpy(best, (double[SETTINGS]) {0.3, 0.03, 0.3, 0.5, 1}, SETTINGS * sizeof *best);
    least = cost(average(runs, count, best));
    for (int k = 0; k < TRIES; k++) {
        double other[SETTINGS], c;
        random_state = chance;
        for (int s = 0; s < SETTINGS; s++)
            other[s] = best[s] * exp(normal(k % 3 == 0 ? 0.5 : k % 3 == 1 ? 0.1 : 0.02));
        other[3] = bounded(other[3], 0.05, 1);
        chance = random_state;
        c = cost(average(runs, count, other));
        if (c < least) {
            least = c;
            memcpy(best, other, sizeof other);
        }
    }
}

static int read_runs(const char *path, run *runs)
{
    static char line[8192];
    int count = 0;
    FILE *f = fopen(path, "r");
    while (f && count < MOST_RUNS && fgets(line, sizeof line, f)) {
        char *s = line;
        for (int i = 0; i < 2 * TURNS; i++, s++)
            *(i < TURNS ? &runs[count].goal[i] : &runs[count].pressure[i - TURNS]) = strtod(s, &s);
        count++;
    }
    if (f)
        fclose(f);
    return count;
}

/* One run that shows it: steps of the goal, and a drop of the pressure. */
static int draw(const char *path, const double *s)
{
    static double y[2][TURNS], u[2][TURNS];
    run r;
    pid c = {s[0], s[1], s[2], s[3], s[4], 0.5, 0, 0.5};
    FILE *f = fopen(path, "w");
    for (int t = 0; t < TURNS; t++) {
        r.goal[t] = t < 5 ? 0.5 : t < 60 ? 0.85 : t < 120 ? 0.2 : 0.5;
        r.pressure[t] = t < 160 ? 0 : log(0.7);
    }
    random_state = 5;
    happen(&r, &c, y[0], u[0]);
    random_state = 5;
    happen(&r, NULL, y[1], u[1]);
    if (!f)
        return 1;
    fprintf(f, "t,goal,PID,net,valve of the PID,valve of the net,band\n");
    for (int t = 0; t < TURNS; t++)
        fprintf(f, "%d,%.3f,%.4f,%.4f,%.4f,%.4f,%d\n", t, r.goal[t], y[0][t], y[1][t], u[0][t], u[1][t], r.pressure[t] < 0);
    return fclose(f) != 0;
}

int main(int argc, char **argv)
{
    double s[SETTINGS], share, most;
    result by_pid, by_net;
    int learned, judged;
    if (argc < 4) {
        fprintf(stderr, "usage: compare train.csv test.csv most [curve.csv]\n");
        return 2;
    }
    learned = read_runs(argv[1], train);
    judged = read_runs(argv[2], test);
    most = strtod(argv[3], NULL);
    if (learned == 0 || judged == 0)
        return 1;
    tune(train, learned < 100 ? learned : 100, s);
    by_pid = average(test, judged, s);
    by_net = average(test, judged, NULL);
    share = by_net.off / by_pid.off;
    printf("PID   p %.3g  i %.3g  d %.3g  filter %.3g  weight of the goal %.3g\n", s[0], s[1], s[2], s[3], s[4]);
    printf("mean of %d runs       squared error   squared change of the valve\n", judged);
    printf("PID                      %8.5f        %8.5f\n", by_pid.off, by_pid.moved);
    printf("net                      %8.5f        %8.5f\n", by_net.off, by_net.moved);
    printf("the net's squared error is %.3f of the PID's, at most %g: %s\n", share, most, share <= most ? "good" : "OFF");
    if (argc > 4 && draw(argv[4], s) != 0)
        return 1;
    return share <= most ? 0 : 1;
}
