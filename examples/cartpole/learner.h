/* learner.h: what the two ways of learning have in common: how a course of episodes went, and the examination at its end. */
#ifndef LEARNER_H
#define LEARNER_H

#include <stdint.h>

enum { MOST_EPISODES = 2000 };

typedef struct course {
    int episodes;
    int steps[MOST_EPISODES];   /* how long the pole stood in each */
    double examined;            /* the mean of 100 further ones, in which nothing is learned and nothing tried out */
} course;

/* Learns from a seed, until the pole stands (see enough()) or for at most so many episodes. */
void reinforce(uint64_t seed, int episodes, course *c);
void actor_critic(uint64_t seed, int episodes, course *c);

/* Whether the last `episodes` of the course were all long enough to call it a day: 490 steps on average. */
int enough(const course *c, int episodes);
/* The mean length of 100 episodes under a rule that gives the push, -1 ... 1, for what is seen. */
double examine(double (*rule)(const float seen[4]), uint64_t seed);

#endif
