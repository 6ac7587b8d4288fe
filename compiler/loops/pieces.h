/* pieces.h: maps that are joined of parts. Private to loops/. */
#ifndef NNC_PIECES_H
#define NNC_PIECES_H

#include "build.h"

enum { MOST_PIECES = 8 };

/* The parts of l's map along the index that lies contiguous in memory, each a map of its own with subscripts (`subs`) that say where its elements lie;
 * none where it has no parts. */
int pieces_find(const lowering *l, equation *pieces[MOST_PIECES]);

#endif
