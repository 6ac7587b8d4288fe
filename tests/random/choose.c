/* choose.c: the choices that a model is made of, random or given. A model is a function of them; shrinking (shrink.c) shortens and lowers them. */
#include "model.h"

enum { MOST_CHOICES = 20000 };

static int taken[MOST_CHOICES], taken_count;
static const int *given;
static int given_count;
static uint64_t state, number;
static int in_turn;

/* SplitMix64 (Steele, Lea and Flood 2014). */
uint64_t random_bits(uint64_t *s)
{
    uint64_t z = *s += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void choices_random(uint64_t seed)
{
    state = number = seed;
    in_turn = 0;
    given = NULL;
    taken_count = 0;
}

void choices_replay(const int *choice, int count)
{
    given = choice;
    given_count = count;
    taken_count = 0;
}

static int take(int n, uint64_t random)
{
    int choice = 0;
    if (taken_count >= MOST_CHOICES || n <= 1)
        return 0;
    if (!given)
        choice = (int)(random % (uint64_t)n);
    else if (taken_count < given_count)
        choice = given[taken_count] % n;
    taken[taken_count++] = choice;
    return choice;
}

int choose(int n)
{
    return take(n, given || n <= 1 ? 0 : random_bits(&state) >> 33);
}

int choose_in_turn(int n)
{
    return take(n, number + 17 * (uint64_t)in_turn++);
}

bool chance(int percent)
{
    return choose(100) >= 100 - percent;
}

const int *choices_taken(int *count)
{
    *count = taken_count;
    return taken;
}
