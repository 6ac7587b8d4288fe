/* byhand.h: what --schedule decides about loops, checked; and what was decided, in the words of its files. Private to loops/. */
#ifndef NNC_BYHAND_H
#define NNC_BYHAND_H

#include "build.h"

/* Says why l's decision can't be followed; NULL, for the caller to return. */
void *byhand_refuse(const lowering *l, const char *format, ...) NNC_PRINTF(2, 3);
/* The position among begin ... end-1 whose index has that name; -1, with a reason, where none has. */
int byhand_index(const lowering *l, const char *name, int begin, int end);
/* May the vectors run along a free index, or one that is summed over? If not it is said why. */
bool byhand_may_run(const lowering *l, expr *body, const conditions *c, int run, bool map);
/* The index that was named for rows or columns: as `chosen`, where nothing was said. False: it can't be done. */
bool byhand_side(const lowering *l, expr *body, const conditions *c, int run, const char *name, int *chosen);
/* Sizes, where they were said. */
bool byhand_sizes(const lowering *l, tile *t);

/* "i", or "i3" where an index has no name. */
const char *index_text(const equation *e, int position);
/* How the block's loops run: "vectors i rows b bytes 64". */
void byhand_print(const node *block, text *out);
tile *tile_in(const node_list *list);

#endif
