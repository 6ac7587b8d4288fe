/* harness.h: models through nnc and a C compiler, and what they compute beside what they should. */
#ifndef RANDOM_HARNESS_H
#define RANDOM_HARNESS_H

#include "expect.h"

typedef struct subject {
    uint64_t seed;
    const char *name;          /* of its files: m and the seed */
    const model *m;
    const expectation *x;
    const char *trouble;       /* what is wrong, of one configuration; NULL: nothing */
} subject;

typedef struct configuration {
    const char *level, *real, *compiler, *flags;
    bool sanitized, addresses; /* by the undefined-behaviour sanitizer; by the address sanitizer, too */
} configuration;

/* The configurations are numbered: PLAIN ones, and as many with sanitizers as SANITIZED says. */
enum { PLAIN = 18, SANITIZED = 12 };
configuration configuration_of(int which, uint64_t turn, bool thorough); /* which: 0 … PLAIN + SANITIZED - 1; thorough: what takes long, too */
const char *configuration_text(configuration c);

typedef struct setting {
    const char *nnc, *source, *folder; /* the compiler; tests/random and runtime/ lie under source; where files go */
} setting;

/* FOLDER/NAME.nn, and FOLDER/NAME_definitions.nn where it imports that. */
void write_model(const char *folder, const char *name, const model *m);

/* Compiles and runs the subjects, in one program where that works, and sets their troubles. */
void check_all(const setting *s, subject *subjects, int count, configuration c, bool twice);

/* shrink.c: the smallest model found that fails as this one did in this configuration. */
subject shrink(const setting *s, const subject *failing, configuration c);

/* compare.c: what the driver wrote in `path`, beside what is expected; NULL: the same. */
const char *compare(const subject *s, const char *path, bool is_float);

#endif
