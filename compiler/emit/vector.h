/* vector.h: what the writers of tiles share. Private to emit/. */
#ifndef NNC_VECTOR_H
#define NNC_VECTOR_H

#include "writer.h"

enum { NARROW_VECTORS = 2 };       /* vectors in a row of a tile with rows */

typedef struct part {
    const char *text;              /* its functions, their number written as \1 */
    const char *meaning;           /* the same whatever its arguments are called */
    int number;
} part;

struct vector_parts {
    VEC(part) all;
    int written;
    bool width[3];                 /* 16, 32, 64: used */
    uint32_t poly[3];              /* functions of vectors, by width (poly.h) */
    bool pick, keep, largest, smallest, from, total, most, least, even, odd, whole; /* helpers that are needed */
};

struct vector_parts *vector_parts(writer *w);

#endif
