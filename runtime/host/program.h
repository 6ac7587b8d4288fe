/* program.h: what the commands of the training program share. */
#ifndef NNRT_PROGRAM_H
#define NNRT_PROGRAM_H

#include "host.h"

/* The command line, read and checked. Texts are NULL, numbers 0 where it says nothing; `given` tells the difference. */
typedef struct nnrt_options {
    const char *data, *test, *load, *save, *best, *log, *plot, *out, *cost, *optimizer, *rate, *schedule;
    double split;
    uint64_t seed, patience, epochs, batch;
    unsigned long given;            /* bit: the option's number in the table of options.c */
    int resume, help;
    int has_seed, has_split, has_patience, has_epochs, has_batch;
} nnrt_options;

enum { EXIT_GOOD = 0, EXIT_BAD = 1, EXIT_USAGE = 2, EXIT_INTERRUPTED = 130 };

typedef struct program {
    const nn_model *model;
    const nnrt_parallel *parallel;
    const char *name;               /* as the program was called */
    nnrt_options options;
    void *params, *state;           /* state: of at least one byte, also where the model has none */
    nnrt_error error;
} program;

typedef struct command {
    const char *name;
    const char *what;
    unsigned options;               /* bits of OPTION_..., those that it takes */
    unsigned needs;                 /* and those that it can't do without */
    int (*possible)(const nn_model *model);
    int (*run)(program *p);
} command;

enum {
    OPTION_DATA = 1 << 0, OPTION_TEST = 1 << 1, OPTION_SPLIT = 1 << 2, OPTION_PATIENCE = 1 << 3, OPTION_EPOCHS = 1 << 4,
    OPTION_BATCH = 1 << 5, OPTION_OPTIMIZER = 1 << 6, OPTION_RATE = 1 << 7, OPTION_SCHEDULE = 1 << 8, OPTION_SEED = 1 << 9,
    OPTION_LOAD = 1 << 10, OPTION_RESUME = 1 << 11, OPTION_SAVE = 1 << 12, OPTION_BEST = 1 << 13, OPTION_LOG = 1 << 14,
    OPTION_PLOT = 1 << 15, OPTION_OUT = 1 << 16, OPTION_COST = 1 << 17, OPTION_HELP = 1 << 18
};

/* options.c */
int nnrt_options_read(nnrt_options *o, const command *c, int argc, char **argv, nnrt_error *error); /* from argv[2] on */
/* A number between both, which are excluded. */
int nnrt_options_real(const char *option, const char *text, double least, double most, double *value, nnrt_error *error);
void nnrt_options_list(FILE *out, const command *c);

/* commands.c: each gives an exit status; messages of status 1 and 2 are left in p->error */
int nnrt_command_info(program *p);
int nnrt_command_eval(program *p);
int nnrt_command_predict(program *p);
int nnrt_command_grad(program *p);
int nnrt_command_gradcheck(program *p);
int nnrt_command_init(program *p);
int nnrt_command_bench(program *p);
int nnrt_command_train(program *p); /* training.c */

/* overrides.c: the costs that the command line has trained, each with its settings, linked: the train blocks, then the saved
 * run (if there is one), then the command line. A status. The array is the caller's to free. */
int nnrt_program_settings(program *p, const nnrt_arrays *resume, nnrt_settings **settings, uint32_t *costs);

/* places.c: the files that a call reads and writes. A status: EXIT_USAGE if their names contradict what they are to hold or
 * each other, EXIT_BAD if one can't be written. */
int nnrt_places(program *p, const command *c);

/* program.c */
void nnrt_program_interrupted(int number);   /* a signal's handler: ends the program with EXIT_INTERRUPTED */
int nnrt_program_begin(program *p);          /* parameters and state as init and reset give them for the seed, then --load */
int nnrt_program_cost(program *p, int unnamed, const nn_cost **cost); /* --cost, the only one or (if allowed) the unnamed one */

#endif
