/* actor_critic.c: a deterministic actor descends what a critic has learned to expect (T. P. Lillicrap et al., "Continuous control with deep
 * reinforcement learning", ICLR 2016). What a push costs is seen only after it: a little the more the pole leans and the farther the cart is off, and 1 for a fall; a
 * cost that comes a step later counts 2 % less, and all steps together cost at most 1. */
#include <math.h>
#include "balance.h"
#include "learner.h"
#include "nnrt_core.h"
#include "pole.h"

enum { REMEMBERED = 1 << 15, BATCH = BALANCE_BATCH, FIRST = 500 };
static const float discount = 0.98f, follow = 0.01f;

/* What happened, newest over oldest: what was seen, the push, what was seen then, what that cost, and whether it was a fall. */
static struct moment { float seen[4], push, next[4], cost; int fell; } remembered[REMEMBERED];

static balance_params params, slow, gradient;   /* slow ones follow behind, for the critic's own forecasts to hold on to */
static balance_work work;
static float memory[2][2 * BALANCE_REALS];

/* One step of both players on moments drawn at random from the first n. */
static void learn(uint32_t n, uint32_t t, const nnrt_optimizer *adam, uint64_t *random)
{
    static float seen[BATCH][4], done[BATCH], next[BATCH][4], push[BATCH], cost[BATCH], later[BATCH];
    int fell[BATCH];
    for (int i = 0; i < BATCH; i++) {
        const struct moment *m = &remembered[nnrt_random_below(random, n)];
        for (int j = 0; j < 4; j++) {
            seen[i][j] = m->seen[j];
            next[i][j] = m->next[j];
        }
        done[i] = m->push;
        cost[i] = m->cost;
        fell[i] = m->fell;
    }
    balance_forward(&slow, &work, BATCH, next[0], push, later);
    for (int i = 0; i < BATCH; i++)
        later[i] = fell[i] ? 1 : cost[i] + discount * fminf(fmaxf(later[i], 0), 1);

    float *p = (float *)&params, *s = (float *)&slow, *g = (float *)&gradient;
    balance_critic_error_grad(&params, &work, BATCH, seen[0], done, later, &gradient);
    nnrt_optimizer_step(adam, 0.002f, t, p, g, memory[0], BALANCE_REALS, 0, BALANCE_REALS);
    balance_actor_cost_grad(&params, &work, BATCH, seen[0], done, later, &gradient);
    nnrt_optimizer_step(adam, 0.0005f, t, p, g, memory[1], BALANCE_REALS, 0, BALANCE_REALS);
    for (int i = 0; i < BALANCE_REALS; i++)
        s[i] += follow * (p[i] - s[i]);
}

static double rule(const float s[4])
{
    float push, expected;
    balance_forward(&params, &work, 1, s, &push, &expected);
    return (double)push;
}

/* Normal by Box and Muller. */
static double gauss(uint64_t *random)
{
    double u = 1 - nnrt_random_uniform(random), v = nnrt_random_uniform(random);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

void actor_critic(uint64_t seed, int episodes, course *c)
{
    uint64_t random = nnrt_random_stream(seed, 2);
    uint32_t n = 0, t = 0;
    nnrt_optimizer adam;
    nnrt_optimizer_init(&adam, NNRT_ADAM);
    nnrt_optimizer_begin(&adam, memory[0], BALANCE_REALS);
    nnrt_optimizer_begin(&adam, memory[1], BALANCE_REALS);
    balance_init(&params, seed);
    slow = params;
    for (c->episodes = 0; c->episodes < episodes && !enough(c, 20); c->episodes++) {
        pole p;
        int fell = 0;
        pole_start(&p, &random);
        while (!fell && p.steps < POLE_STEPS) {
            struct moment *m = &remembered[n++ % REMEMBERED];
            pole_see(&p, m->seen);
            double push = n <= FIRST ? 2 * nnrt_random_uniform(&random) - 1 : rule(m->seen) + 0.2 * gauss(&random);
            m->push = (float)fmin(fmax(push, -1), 1);
            m->fell = fell = pole_push(&p, (double)m->push);
            pole_see(&p, m->next);
            m->cost = (1 - discount) * (float)((p.x / 2.4) * (p.x / 2.4) + (p.angle / 0.21) * (p.angle / 0.21)) / 2;
            if (n > FIRST)
                learn(n < REMEMBERED ? n : REMEMBERED, ++t, &adam, &random);
        }
        c->steps[c->episodes] = p.steps;
    }
    c->examined = examine(rule, seed);
}
