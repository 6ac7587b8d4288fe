/* output.h: writing files so that a failed run leaves what was there. */
#ifndef NNC_OUTPUT_H
#define NNC_OUTPUT_H

#include "support/support.h"

typedef struct output_file {
    const char *path;          /* "-": standard output */
    const char *chars;
    size_t length;
} output_file;

/* Writes all files to temporary ones beside them, then renames. False, with a message, where that fails: then every file is as
 * it was (a failure between two renames restores nothing, but leaves each file whole). */
bool output_write(const output_file *files, int count);

/* make's rule: targets on sources; phony: an empty rule for each source but the first. */
void output_rule(text *out, const char *const *targets, int target_count, const char *const *sources, int source_count, bool phony);

#endif
