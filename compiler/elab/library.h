/* library.h: the standard library's .nn files, embedded in the compiler by the build (build/gen/library.c). */
#ifndef NNC_LIBRARY_H
#define NNC_LIBRARY_H

#include <stddef.h>

typedef struct library_file {
    const char *name;      /* "linear.nn" */
    const char *text;
    size_t length;
} library_file;

extern const library_file library_files[];   /* sorted by name */
extern const int library_file_count;

#endif
