/* vector.h: what the writers of tiles share. Private to emit/. */
#ifndef NNC_VECTOR_H
#define NNC_VECTOR_H

#include "writer.h"

enum { NARROW_VECTORS = 2 };       /* vectors in a row of a tile with rows */
enum { MOST_VECTORS = 8 };         /* in a row of any tile */

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
    bool pick, keep, largest, smallest, from, total, most, least, even, odd, whole, ahead, transpose; /* helpers that are needed */
};

struct vector_parts *vector_parts(writer *w);
void write_transpose_helper(writer *w); /* transpose.c: what its calls need, behind the types of vectors of 16 bytes */

/* What a function needs of the routine that calls it. */
typedef struct needed {
    writer *w;
    bool p, g, n, inv_n, rate, writes_p;
    VEC(const tensor *) views;
} needed;

void need_expr(expr *e, void *context);        /* what this node needs */
/* The parameters with their types, or the arguments of a call, each followed by a comma; `sample`: the first of those that the call is for, or NULL. */
void write_shared(writer *w, const needed *d, bool types, const char *sample);
/* The number of these functions, in whose text it is \1; those that do the same are one. */
int part_number(const writer *w, struct vector_parts *v, const needed *d, const char *functions);

#endif
