/* emit.h: the text of the generated C. Nothing is decided here: layout comes from plan/, loops from loops/. */
#ifndef NNC_EMIT_H
#define NNC_EMIT_H

#include "../loops/loops.h"

typedef struct emit_options {
    const char *prefix;        /* of every name at file scope */
    const char *source_name;   /* the model's file as given on the command line */
    const char *header_name;   /* "model.h"; NULL: one self-contained text */
    bool program, inference;
    const char *version;
} emit_options;

/* Writes NAME.c to `c` and NAME.h to `h` (h NULL: everything to c). */
void emit_c(const plan *p, const emit_options *options, text *c, text *h);
/* Bytes of RAM (parameters that are not baked, work, state) and of flash (constants; the code is the C compiler's). */
void emit_sizes(const plan *p, bool inference, int64_t *ram, int64_t *flash);
/* An error that names the largest contributors where the model needs more than it may; 0: no limit. */
bool emit_within(const plan *p, bool inference, int64_t max_ram, int64_t max_flash);
/* Parameters, multiply-adds, flash and RAM, each per stage. */
void emit_report(const plan *p, bool inference, bool json, text *out);
/* Multiply-adds of one sample in a routine. */
uint64_t routine_madds(const routine *r);

extern const char nn_model_text[];          /* runtime/nn_model.h, embedded by the build */

#endif
