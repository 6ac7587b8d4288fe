/* reinforce.c: REINFORCE (R. J. Williams, Machine Learning 8, 1992): plays some episodes by drawing from the policy, and then makes each push
 * more probable by how much better it went after it than on average. */
#include <math.h>
#include "learner.h"
#include "nnrt_core.h"
#include "pole.h"
#include "policy.h"

enum { EPISODES = 10, MOST = EPISODES * POLE_STEPS };
static const double discount = 0.99;

/* What happened in the episodes of one step of learning. */
static float seen[MOST][4];
static int32_t action[MOST];
static float advantage[MOST];

static policy_params params, gradient, part;
static policy_work work;
static float memory[2 * POLICY_REALS];

/* Plays an episode into the places from `at` on, and gives how many it took. */
static int play(int at, uint64_t *random)
{
    pole p;
    int n = 0, fell = 0;
    pole_start(&p, random);
    while (!fell && n < POLE_STEPS) {
        float choice[2];
        pole_see(&p, seen[at + n]);
        policy_forward(&params, &work, 1, seen[at + n], choice);
        action[at + n] = nnrt_random_uniform(random) < (double)choice[1];
        fell = pole_push(&p, action[at + n] ? 1 : -1);
        n++;
    }
    double sum = 0;
    for (int t = n - 1; t >= 0; t--) {      /* one for each step to come, the later ones counting less */
        sum = 1 + discount * sum;
        advantage[at + t] = (float)sum;
    }
    return n;
}

/* Less the average, in units of the deviation. */
static void standardise(int n)
{
    double sum = 0, square = 0;
    for (int i = 0; i < n; i++)
        sum += (double)advantage[i] / n;
    for (int i = 0; i < n; i++)
        square += ((double)advantage[i] - sum) * ((double)advantage[i] - sum) / n;
    for (int i = 0; i < n; i++)
        advantage[i] = (float)(((double)advantage[i] - sum) / (sqrt(square) + 1e-8));
}

/* The gradient of n samples, which may be more than a call takes. */
static void differentiate(int n)
{
    float *g = (float *)&gradient;
    for (int i = 0; i < POLICY_REALS; i++)
        g[i] = 0;
    for (int at = 0; at < n; at += POLICY_BATCH) {
        int size = n - at < POLICY_BATCH ? n - at : POLICY_BATCH;
        policy_grad(&params, &work, (size_t)size, seen[at], action + at, advantage + at, &part);
        nnrt_add_scaled(g, (const float *)&part, (float)size / (float)n, POLICY_REALS);
    }
}

static double rule(const float s[4])
{
    float choice[2];
    policy_forward(&params, &work, 1, s, choice);
    return choice[1] > choice[0] ? 1 : -1;
}

void reinforce(uint64_t seed, int episodes, course *c)
{
    uint64_t random = nnrt_random_stream(seed, 1);
    nnrt_optimizer adam;
    nnrt_optimizer_init(&adam, NNRT_ADAM);
    nnrt_optimizer_begin(&adam, memory, POLICY_REALS);
    policy_init(&params, seed);
    c->episodes = 0;
    for (uint32_t t = 1; c->episodes + EPISODES <= episodes && !enough(c, 5 * EPISODES); t++) {
        int n = 0;
        for (int e = 0; e < EPISODES; e++) {
            int steps = play(n, &random);
            c->steps[c->episodes++] = steps;
            n += steps;
        }
        standardise(n);
        differentiate(n);
        nnrt_optimizer_step(&adam, 0.02f, t, (float *)&params, (const float *)&gradient, memory, POLICY_REALS, 0, POLICY_REALS);
    }
    c->examined = examine(rule, seed);
}
