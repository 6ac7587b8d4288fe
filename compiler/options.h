/* options.h: the command line. */
#ifndef NNC_OPTIONS_H
#define NNC_OPTIONS_H

#include "elab/elab.h"
#include "routine/routine.h"

#define NNC_VERSION "0.1"

typedef enum emit_kind { EMIT_C, EMIT_AST, EMIT_GRAPH, EMIT_GRAD, EMIT_PLAN, EMIT_REPORT, EMIT_REPORT_JSON } emit_kind;

typedef enum math_kind { MATH_DEFAULT, MATH_POLY, MATH_LIBM } math_kind;

typedef struct options {
    const char *input, *output;      /* output NULL: beside the input; "-": standard output */
    bool inference, program, is_double, check_finite, help, version;
    const char *weights, *prefix, *schedule;
    int batch;                       /* 0: the train block's, else 32 */
    int64_t max_ram, max_flash;      /* bytes; 0: no limit */
    opt_level level;
    math_kind math;                  /* default: poly at -O2 in float, else libm */
    emit_kind emit;
    bool depend_only, depend, depend_phony;   /* -M, -MD, -MP */
    const char *depend_file;         /* -MF */
    VEC(const char *) include_dirs;
    VEC(elab_define) defines;
} options;

/* False: nothing is to be compiled; *status is the exit status (0 after --help, 2 after a wrong command line). */
bool options_parse(int argc, char **argv, options *o, FILE *out, FILE *err, int *status);
/* Would names with this prefix be the runtime's own (nn_model, nnrt_main)? */
bool options_is_ours(const char *prefix);

#endif
