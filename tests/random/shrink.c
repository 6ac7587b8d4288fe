/* shrink.c: makes a failing model small. A model is a list of choices, of which 0 is the simplest (choose.h); stretches of the list are
 * left out and numbers lowered as long as the model that comes of it fails in the same way. So every attempt is a valid model. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TRIES = 300 };

typedef struct shrinking {
    const setting *s;
    configuration c;
    const char *kind;          /* the first one's trouble */
    subject best;
    int *choices, count, tries;
} shrinking;

/* What a trouble says before its first number or path. */
static size_t head(const char *trouble)
{
    return strcspn(trouble, "/0123456789");
}

/* Does the model of these choices fail as the first one did? Then it is the best. */
static bool try_choices(shrinking *h, const int *choices, int count)
{
    subject u = h->best;
    if (h->tries++ >= MOST_TRIES)
        return false;
    choices_replay(choices, count);
    u.m = generate();
    int taken;
    const int *list = choices_taken(&taken);
    if (taken > count)
        taken = count;
    int *copy = fresh((size_t)taken * sizeof *copy + 1);
    memcpy(copy, list, (size_t)taken * sizeof *copy);
    u.x = expect(u.m, u.seed * 1000);
    if (u.x->discarded)
        return false;
    check_all(h->s, &u, 1, h->c, false);
    if (!u.trouble || head(u.trouble) != head(h->kind) || strncmp(u.trouble, h->kind, head(h->kind)) != 0)
        return false;
    h->best = u;
    h->choices = copy;
    h->count = taken;
    return true;
}

static bool leave_out(shrinking *h, int length)
{
    bool any = false;
    for (int at = h->count - length; at >= 0; at -= length) {
        int *shorter = fresh((size_t)h->count * sizeof *shorter);
        if (at + length > h->count)
            continue;
        memcpy(shorter, h->choices, (size_t)at * sizeof *shorter);
        memcpy(shorter + at, h->choices + at + length, (size_t)(h->count - at - length) * sizeof *shorter);
        any |= try_choices(h, shorter, h->count - length);
    }
    return any;
}

static bool lower(shrinking *h, int length)
{
    bool any = false;
    for (int at = 0; at + length <= h->count; at += length) {
        int *lowered = fresh((size_t)h->count * sizeof *lowered);
        bool changed = false;
        memcpy(lowered, h->choices, (size_t)h->count * sizeof *lowered);
        for (int i = at; i < at + length; i++) {
            changed |= lowered[i] != 0;
            lowered[i] = 0;
        }
        any |= changed && try_choices(h, lowered, h->count);
    }
    return any;
}

subject shrink(const setting *s, const subject *failing, configuration c)
{
    shrinking h = {.s = s, .c = c, .kind = failing->trouble, .best = *failing};
    choices_random(failing->seed);
    generate();
    const int *list = choices_taken(&h.count);
    h.choices = fresh((size_t)h.count * sizeof(int));
    memcpy(h.choices, list, (size_t)h.count * sizeof(int));
    for (bool any = true; any && h.tries < MOST_TRIES;) {
        any = false;
        for (int length = 64; length; length /= 2) {
            any |= leave_out(&h, length);
            any |= lower(&h, length);
        }
    }
    return h.best;
}
