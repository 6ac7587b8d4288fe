/* elab.h: elaboration: from the syntax tree to the graph of equations.
 *
 * Resolves names, expands functions, blocks, stages and `repeat`, infers and checks shapes and index ranges, proves reads
 * in bounds, and lifts nested reductions into equations of their own. After it no layer has a name. */
#ifndef NNC_ELAB_H
#define NNC_ELAB_H

#include "../graph/graph.h"
#include "../syntax/ast.h"

typedef struct elab_define { /* -D NAME=VALUE */
    const char *name;
    double value;
} elab_define;

typedef struct elab_options {
    const char *const *include_dirs;
    int include_count;
    const elab_define *defines;
    int define_count;
    bool inference;                      /* no warnings about what only a cost would use */
    VEC(const char *) files_read;        /* out: the imported files, in order, for -M */
} elab_options;

/* The graph of the model in `file`, or NULL after errors (which are diagnostics). */
graph *elaborate(const ast_file *file, elab_options *options);

#endif
