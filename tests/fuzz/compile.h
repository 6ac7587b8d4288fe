/* compile.h: nnc's whole pipeline on a text in memory, for targets. The compiler ends by exit() where it runs out of what it allows
 * itself; --wrap=exit brings it back here. */
#ifndef NNC_FUZZ_COMPILE_H
#define NNC_FUZZ_COMPILE_H

#include <setjmp.h>

#include "elab/elab.h"
#include "emit/emit.h"
#include "fuzz.h"
#include "plan/plan.h"
#include "weights.h"

static jmp_buf fuzz_end;
static volatile int fuzz_compiling;

void __real_exit(int status) NNC_NORETURN;
void __wrap_exit(int status) NNC_NORETURN;
void __wrap_exit(int status)
{
    if (fuzz_compiling)
        longjmp(fuzz_end, 1);
    __real_exit(status);
}

typedef struct fuzz_options {
    opt_level level;
    int batch;                 /* 0: 32, and 1 for inference */
    bool inference, is_double, program;
    const char *weights, *schedule; /* files; NULL: none */
} fuzz_options;

/* Outside of comments and of strings C has none of these signs and its brackets match: no name of the model's gets out. */
static inline void fuzz_check_c(const char *c)
{
    int open = 0;
    for (; *c; c++) {
        if (c[0] == '/' && c[1] == '*') {
            c = strstr(c + 2, "*/");
            FUZZ_CHECK(c);
            c++;
        } else if (*c == '"' || *c == '\'') {
            char quote = *c++;
            for (; *c != quote; c++) {
                c += *c == '\\';
                FUZZ_CHECK(*c && *c != '\n');
            }
        } else {
            FUZZ_CHECK((*c >= ' ' && *c < 127) || *c == '\n');
            FUZZ_CHECK(*c != '@' && *c != '$' && *c != '`' && !(c[0] == '?' && c[1] == '?'));
            open += (*c == '{') - (*c == '}');
            FUZZ_CHECK(open >= 0);
        }
    }
    FUZZ_CHECK(open == 0);
}

/* As main.c asks it. */
static inline bool fuzz_can_follow(const plan *p)
{
    plan_check_memory(p);
    for (int i = 0; i < p->routines.count; i++)
        loops_build(p, p->routines.data[i]);
    schedule_check(p->options.schedule);
    return !diag_errors();
}

static inline void fuzz_pipeline(const char *chars, size_t length, const fuzz_options *o)
{
    elab_options e = {.inference = o->inference};
    const schedule *by_hand = o->schedule ? schedule_read(o->schedule) : NULL;
    if (o->schedule && !by_hand)
        return;
    graph *g = elaborate(ast_parse(source_from_text("fuzz.nn", chars, length, false)), &e);
    if (!g || (o->weights && !weights_bake(g, o->weights, o->inference, o->is_double)) || (o->inference && !g->outputs.count))
        return;
    routine_list routines = {0};
    text c = {0}, h = {0};
    thrift how = o->level == LEVEL_OS ? THRIFT_TURNS : THRIFT_NONE;
    int batch = o->batch ? o->batch : g->stream || o->inference ? 1 : 32;
    routines_build(g, (routine_options){.level = o->level, .inference = o->inference, .thrift = how, .batch = batch}, &routines);
    plan *p = plan_build(g, &routines, (plan_options){.level = o->level, .batch = batch, .is_double = o->is_double, .thrift = how, .poly = o->level == LEVEL_O2 && !o->is_double, .schedule = by_hand});
    if (by_hand && !fuzz_can_follow(p))
        return;
    emit_c(p, &(emit_options){.prefix = g->name, .source_name = "fuzz.nn", .header_name = "fuzz.h", .program = o->program,
                              .inference = o->inference, .version = "0"}, &c, &h);
    fuzz_check_c(c.data);
    fuzz_check_c(h.data);
}

/* What is wrong with the text is said to nobody. */
static inline void fuzz_compile(const char *chars, size_t length, const fuzz_options *o)
{
    static FILE *nowhere;
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    diag_reset();
    expr_reset();
    fuzz_compiling = 1;
    if (setjmp(fuzz_end) == 0)
        fuzz_pipeline(chars, length, o);
    fuzz_compiling = 0;
    diag_flush(nowhere);
    diag_reset();
    expr_reset();
    arena_free_all();
}

#endif
