/* library.h: the standard library, embedded in the compiler by the build (build/gen/library.c): its definitions one by one, each of which is parsed
 * when a model first asks for it (scope.c). */
#ifndef NNC_LIBRARY_H
#define NNC_LIBRARY_H

#include <stddef.h>

typedef struct library_part {
    const char *name;      /* "linear"; several may have one name */
    const char *file;      /* "linear.nn" */
    int line;              /* at which it begins there */
    const char *text;
    size_t length;
} library_part;

extern const library_part library_parts[];
extern const int library_part_count;

#endif
