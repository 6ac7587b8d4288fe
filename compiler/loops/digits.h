/* digits.h: maps that look at an index by its digits. Private to loops/. */
#ifndef NNC_DIGITS_H
#define NNC_DIGITS_H

#include "build.h"

/* Lowers such a map with its remainders written out; false: it is none. */
bool digits_lower(lowering *l, node_list *list);

#endif
