/* memo.c: hash tables with open addressing, whose memory goes from one to the next. */
#include "memo.h"

#include <string.h>

enum { SIZES = 26, LEAST = 64 };

typedef struct memo_table {
    int size, capacity;          /* capacity: LEAST << size */
    int *keys;                   /* id + 1; 0: empty */
    expr **values;
    struct memo_table *next;     /* unused ones of one size */
} memo_table;

static memo_table *unused[SIZES];

static memo_table *take(int size)
{
    if (size >= SIZES)
        bug("a map of expressions grows too large");
    memo_table *t = unused[size];
    if (!t) {
        t = NEW(memo_table);
        t->size = size;
        t->capacity = LEAST << size;
        t->keys = NEW_ARRAY(int, t->capacity);
        t->values = NEW_ARRAY(expr *, t->capacity);
        return t;
    }
    unused[size] = t->next;
    memset(t->keys, 0, (size_t)t->capacity * sizeof *t->keys);
    return t;
}

static void give_back(memo_table *t)
{
    t->next = unused[t->size];
    unused[t->size] = t;
}

static expr **place(memo *m, int id)
{
    memo_table *t = m->table;
    unsigned at = (unsigned)id * 2654435761u % (unsigned)t->capacity;
    while (t->keys[at] && t->keys[at] != id + 1)
        at = (at + 1) % (unsigned)t->capacity;
    if (!t->keys[at]) {
        t->keys[at] = id + 1;
        t->values[at] = NULL;
        m->count++;
    }
    return &t->values[at];
}

expr **memo_slot(memo *m, int id)
{
    memo_table *old = m->table;
    if (!old || m->count * 2 >= old->capacity) {
        m->table = take(old ? old->size + 1 : 0);
        m->count = 0;
        for (int i = 0; old && i < old->capacity; i++)
            if (old->keys[i])
                *place(m, old->keys[i] - 1) = old->values[i];
        if (old)
            give_back(old);
    }
    return place(m, id);
}

void memo_release(memo *m)
{
    if (m->table)
        give_back(m->table);
    *m = (memo){0};
}

void memo_reset(void)
{
    memset(unused, 0, sizeof unused);
}
