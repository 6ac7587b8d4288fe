/* memo.h: a map from expression nodes, by id, to expressions. Private to graph/. */
#ifndef NNC_MEMO_H
#define NNC_MEMO_H

#include "expr.h"

/* {0} is empty. */
typedef struct memo {
    struct memo_table *table;
    int count;
} memo;

/* Where the value of node `id` stands, NULL where there is none yet; until the next call. */
expr **memo_slot(memo *m, int id);
/* Its memory is used again: walks are many, and the arena frees nothing. */
void memo_release(memo *m);
void memo_reset(void); /* after arena_free_all, for tests */

#endif
