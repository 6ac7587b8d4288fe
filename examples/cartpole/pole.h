/* pole.h: the pole on a cart of A. G. Barto, R. S. Sutton and C. W. Anderson, "Neuronlike adaptive elements that can solve difficult learning
 * control problems" (IEEE Transactions on Systems, Man, and Cybernetics 13, 1983), with the numbers of Gymnasium's CartPole-v1:
 * Euler steps of 20 ms, a push of at most 10 N, an end where the pole leans more than 12 degrees or the cart is 2.4 m off, at the latest after 500 steps. */
#ifndef POLE_H
#define POLE_H

#include <stdint.h>

enum { POLE_STEPS = 500 };

typedef struct pole {
    double x, speed, angle, turning;    /* m, m/s, radians, radians/s */
    int steps;
} pole;

/* Stands the pole up, each of the four numbers uniform in -0.05 ... 0.05. */
void pole_start(pole *p, uint64_t *random);
/* What a net sees, each number about as large as 1. */
void pole_see(const pole *p, float s[4]);
/* One step with a push of 10 N times `push`, which is -1 ... 1; gives 1 where the pole fell or the cart left the track. */
int pole_push(pole *p, double push);

#endif
