/* pole.c: see pole.h. */
#include "pole.h"

#include <math.h>
#include "nnrt_core.h"

void pole_start(pole *p, uint64_t *random)
{
    p->x = 0.1 * nnrt_random_uniform(random) - 0.05;
    p->speed = 0.1 * nnrt_random_uniform(random) - 0.05;
    p->angle = 0.1 * nnrt_random_uniform(random) - 0.05;
    p->turning = 0.1 * nnrt_random_uniform(random) - 0.05;
    p->steps = 0;
}

void pole_see(const pole *p, float s[4])
{
    s[0] = (float)p->x;
    s[1] = (float)p->speed;
    s[2] = (float)(5 * p->angle);
    s[3] = (float)p->turning;
}

int pole_push(pole *p, double push)
{
    const double gravity = 9.8, cart = 1.0, stick = 0.1, half = 0.5, tau = 0.02;
    double s = sin(p->angle), c = cos(p->angle);
    double force = (10 * push + stick * half * p->turning * p->turning * s) / (cart + stick);
    double turn = (gravity * s - c * force) / (half * (4.0 / 3.0 - stick * c * c / (cart + stick)));
    double accelerate = force - stick * half * turn * c / (cart + stick);

    p->x += tau * p->speed;
    p->speed += tau * accelerate;
    p->angle += tau * p->turning;
    p->turning += tau * turn;
    p->steps++;
    return fabs(p->x) > 2.4 || fabs(p->angle) > 12 * 3.14159265358979323846 / 180;
}
