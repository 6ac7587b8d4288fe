/* poly.h: functions of reals as polynomials. Private to emit/. */
#ifndef NNC_POLY_H
#define NNC_POLY_H

#include "writer.h"

/* The bit of a function in a set of them. */
uint32_t poly_helper(const char *name);
/* Is it what follows the prefix in the name of a function here, of numbers or of vectors? */
bool poly_is_name(const char *name);
/* Sets which of `pick`, `min` and `max` these need, which vectors have from vector_types.c. */
void poly_needs(uint32_t used, bool *pick, bool *smallest, bool *largest);
/* These and what they need: of numbers, or of vectors so many bytes long at most. */
void poly_write(writer *w, uint32_t used, int bytes);

#endif
