/* cartpole.c: balances the pole by REINFORCE and by actor and critic, five seeds each, and draws how they learned.
 * usage: cartpole [quick]. Status 0 where 100 episodes last 475 steps on average for at least 4 of the 5 seeds; quick: for one seed. */
#include <stdio.h>
#include <string.h>
#include "learner.h"
#include "nnrt_core.h"
#include "pole.h"
#include "../shared/svg.h"

enum { SEEDS = 5 };

static const struct way {
    const char *name;
    void (*learn)(uint64_t seed, int episodes, course *c);
    int episodes;
} ways[2] = { { "REINFORCE", reinforce, 2000 }, { "actor and critic", actor_critic, 400 } };

static course courses[2][SEEDS];

int enough(const course *c, int episodes)
{
    double sum = 0;
    for (int i = 1; i <= episodes && i <= c->episodes; i++)
        sum += c->steps[c->episodes - i];
    return sum >= 490.0 * episodes;
}

double examine(double (*rule)(const float seen[4]), uint64_t seed)
{
    uint64_t random = nnrt_random_stream(seed, 3);
    long sum = 0;
    for (int i = 0; i < 100; i++) {
        pole p;
        float seen[4];
        pole_start(&p, &random);
        do
            pole_see(&p, seen);
        while (!pole_push(&p, rule(seen)) && p.steps < POLE_STEPS);
        sum += p.steps;
    }
    return (double)sum / 100;
}

/* A seed's course, each point the mean of the ten episodes up to there. */
static void draw_course(FILE *f, const svg_chart *chart, const course *c, const char *colour)
{
    static double x[MOST_EPISODES], y[MOST_EPISODES];
    for (int e = 0; e < c->episodes; e++) {
        int n = e < 10 ? e + 1 : 10;
        y[e] = 0;
        for (int i = 0; i < n; i++)
            y[e] += (double)c->steps[e - i] / n;
        x[e] = e + 1;
    }
    svg_line(f, chart, c->episodes, x, y, colour, 1.8, 0.9);
}

static int draw(const char *path)
{
    FILE *f = svg_open(path, 860, 400, "Learning to balance a pole", "steps until it falls, at most 500: the mean of the last ten episodes, for five seeds");
    if (!f)
        return 1;
    for (int w = 0; w < 2; w++) {
        int longest = 0;
        for (int s = 0; s < SEEDS; s++)
            longest = courses[w][s].episodes > longest ? courses[w][s].episodes : longest;
        svg_chart chart = { .x = 56 + 410 * w, .y = 90, .w = 360, .h = 250, .x0 = 0, .x1 = longest, .y0 = 0, .y1 = 500 };
        svg_axes(f, &chart, "episodes", ways[w].name);
        for (int s = 0; s < SEEDS; s++)
            draw_course(f, &chart, &courses[w][s], svg_colour(s));
    }
    return svg_close(f, path) != 0;
}

int main(int argc, char **argv)
{
    int quick = argc > 1 && strcmp(argv[1], "quick") == 0, first = quick ? 1 : 0, last = quick ? 2 : SEEDS, enough_seeds = quick ? 1 : 4, good = 1;
    for (int w = 0; w < 2; w++) {
        int balanced = 0;
        for (int s = first; s < last; s++) {
            course *c = &courses[w][s];
            ways[w].learn((uint64_t)s + 1, ways[w].episodes, c);
            printf("%-16s seed %d: %4d episodes; then %.1f steps on average of 100\n", ways[w].name, s + 1, c->episodes, c->examined);
            fflush(stdout);
            balanced += c->examined >= 475;
        }
        printf("%s balances it with %d of %d seeds: %s\n", ways[w].name, balanced, last - first, balanced >= enough_seeds ? "good" : "OFF");
        good &= balanced >= enough_seeds;
    }
    return (!quick && draw("cartpole.svg")) || !good;
}
