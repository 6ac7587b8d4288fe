/* diag.h: source files, ranges in them, and diagnostics with carets.
 *
 * Diagnostics are collected and printed in source order by diag_flush: `FILE:LINE:COLUMN: error: message`, the source
 * line, a caret under the exact range, then notes. Lines and columns count from 1, columns in characters (UTF-8). */
#ifndef NNC_DIAG_H
#define NNC_DIAG_H

#include "support.h"

typedef struct source {
    const char *name;       /* as given on the command line, or as found */
    const char *chars;      /* the bytes, followed by a NUL that is not part of them */
    size_t length;
    bool library;           /* part of the library that is built in */
    int first_line;         /* 1, but of a part of a file */
    int order;              /* in which it was read */
} source;

/* Bytes begin … end-1 of a source; source NULL: nowhere (the command line). */
typedef struct span {
    const source *source;
    size_t begin, end;
} span;

/* Reads a file ("-": standard input). On failure NULL, with *error the reason. */
source *source_read(const char *path, const char **error);
source *source_from_text(const char *name, const char *chars, size_t length, bool library);
void source_position(span at, int *line, int *column);
span span_join(span a, span b);

/* The warnings, each with the name that -Wno-NAME takes. */
#define WARNINGS(X) \
    X(UNUSED, "unused") X(UNREACHED, "unreached") X(GRADIENT, "gradient") X(LINEAR, "linear") \
    X(FINITE, "finite") X(SHADOW, "shadow") X(PRODUCT, "product")
typedef enum warning {
#define X(id, name) WARN_##id,
    WARNINGS(X)
#undef X
    WARN_COUNT
} warning;

typedef struct diag diag; /* one diagnostic, to which notes can be added */

diag *diag_error(span at, const char *format, ...) NNC_PRINTF(2, 3);
/* NULL where the warning is switched off; diag_note accepts NULL. */
diag *diag_warning(warning w, span at, const char *format, ...) NNC_PRINTF(3, 4);
void diag_note(diag *d, span at, const char *format, ...) NNC_PRINTF(3, 4);

int diag_errors(void);                        /* errors so far, warnings under -Werror included */
bool diag_set_warning(const char *name, bool on); /* false: no such warning */
void diag_set_werror(bool on);
void diag_flush(FILE *out);                   /* prints in source order what was not printed yet; at most 50 errors, then how many more */
void diag_reset(void);                        /* forgets everything (for tests) */

/* The candidate nearest to `word` in edit distance, if near enough to be suggested; else NULL. */
const char *suggest(const char *word, const char *const *candidates, int count);

#endif
