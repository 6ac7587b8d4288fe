/* program.c: the training program: which command is meant, its command line, its exit status. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "program.h"

static int always(const nn_model *model)
{
    (void)model;
    return 1;
}

static int has_cost(const nn_model *model) { return model->costs > 0 && model->cost[0].cost != NULL; }
static int has_gradient(const nn_model *model) { return model->costs > 0 && model->cost[0].grad != NULL && model->params > 0; }
static int has_output(const nn_model *model) { return model->forward != NULL; }

static const command commands[] = {
    { "info", "what the model is: parameters, shapes, sizes, multiply-adds", OPTION_HELP, 0, always, nnrt_command_info },
    { "train", "learn from data",
      OPTION_DATA | OPTION_TEST | OPTION_SPLIT | OPTION_PATIENCE | OPTION_EPOCHS | OPTION_BATCH | OPTION_OPTIMIZER | OPTION_RATE |
          OPTION_SCHEDULE | OPTION_SEED | OPTION_LOAD | OPTION_RESUME | OPTION_SAVE | OPTION_BEST | OPTION_LOG | OPTION_PLOT |
          OPTION_COST | OPTION_HELP,
      OPTION_DATA | OPTION_SAVE, has_gradient, nnrt_command_train },
    { "eval", "average cost and, for index targets, accuracy and confusion matrix",
      OPTION_DATA | OPTION_LOAD | OPTION_COST | OPTION_SEED | OPTION_HELP, OPTION_DATA, has_cost, nnrt_command_eval },
    { "predict", "the outputs, into .npz, .csv or .npy", OPTION_DATA | OPTION_LOAD | OPTION_OUT | OPTION_SEED | OPTION_HELP,
      OPTION_DATA | OPTION_OUT, has_output, nnrt_command_predict },
    { "grad", "average cost and its gradient, into .npz",
      OPTION_DATA | OPTION_LOAD | OPTION_OUT | OPTION_COST | OPTION_SEED | OPTION_HELP, OPTION_DATA | OPTION_OUT, has_gradient,
      nnrt_command_grad },
    { "gradcheck", "every parameter's derivative against central differences", OPTION_SEED | OPTION_COST | OPTION_HELP, 0, has_gradient,
      nnrt_command_gradcheck },
    { "init", "fresh parameters", OPTION_SEED | OPTION_OUT | OPTION_HELP, OPTION_OUT, always, nnrt_command_init },
    { "bench", "median times", OPTION_SEED | OPTION_HELP, 0, always, nnrt_command_bench },
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void usage(const program *p, FILE *out)
{
    fprintf(out, "%s: a program for the model '%s', made by nnc\n\n", p->name, p->model->name);
    for (size_t i = 0; i < COMMANDS; i++)
        if (commands[i].possible(p->model))
            fprintf(out, "  %s %-10s %s\n", p->name, commands[i].name, commands[i].what);
    fprintf(out, "\n%s COMMAND --help lists a command's options.\n", p->name);
}

static const command *find(const program *p, const char *name)
{
    const char *candidates[COMMANDS];
    size_t count = 0;
    for (size_t i = 0; i < COMMANDS; i++)
        if (commands[i].possible(p->model)) {
            if (strcmp(commands[i].name, name) == 0)
                return &commands[i];
            candidates[count++] = commands[i].name;
        } else if (strcmp(commands[i].name, name) == 0) {
            fprintf(stderr, "%s: there is no %s: the model '%s' has %s\n", p->name, name, p->model->name,
                    commands[i].possible == has_output ? "no output" : p->model->costs ? "nothing to train" : "no cost (or was made with --inference)");
            return NULL;
        }
    const char *near = nnrt_suggest(name, candidates, count);
    fprintf(stderr, "%s: unknown command '%s'%s%s%s; %s --help lists them\n", p->name, name, near ? " (did you mean '" : "",
            near ? near : "", near ? "'?)" : "", p->name);
    return NULL;
}

int nnrt_program_begin(program *p)
{
    const nn_model *model = p->model;
    p->params = nnrt_allocate(1, model->params_size, "the parameters", &p->error);
    p->state = nnrt_allocate(1, model->state_size, "the state", &p->error);
    if (!p->params || !p->state)
        return EXIT_BAD;
    if (model->init)
        model->init(p->params, p->options.seed);
    if (model->reset)
        model->reset(p->state, p->options.seed);
    if (p->options.load && !p->options.resume &&
        nnrt_params_load(model, p->params, model->state_size ? p->state : NULL, p->options.load, NULL, &p->error) != 0)
        return EXIT_BAD;
    return EXIT_GOOD;
}

/* Without --cost: the only one, or, where a single cost is all that is asked for, the unnamed one. That one goes by the name
 * "cost", which is the language's word and no other cost's name. */
int nnrt_program_cost(program *p, int unnamed, const nn_cost **cost)
{
    const nn_model *model = p->model;
    const char *wanted = p->options.cost ? p->options.cost : unnamed ? "cost" : NULL, *names[64];
    nnrt_text list = { 0 };
    uint32_t count = 0;
    *cost = &model->cost[0];
    if (!p->options.cost && model->costs == 1)
        return EXIT_GOOD;
    for (uint32_t i = 0; i < model->costs; i++) {
        const char *name = model->cost[i].name ? model->cost[i].name : "cost";
        if (wanted && strcmp(wanted, name) == 0) {
            *cost = &model->cost[i];
            free(list.text);
            return EXIT_GOOD;
        }
        if (count < 64)
            names[count++] = name;
        nnrt_text_add(&list, "%s%s", i ? ", " : "", name);
    }
    const char *near = p->options.cost ? nnrt_suggest(wanted, names, count) : NULL;
    if (p->options.cost)
        nnrt_error_set(&p->error, "--cost: the model '%s' has no cost '%s'%s%s%s; there is %s", model->name, wanted,
                       near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "", list.text ? list.text : "");
    else
        nnrt_error_set(&p->error, "the model '%s' has %lu costs (%s): choose one with --cost NAME", model->name,
                       (unsigned long)model->costs, list.text ? list.text : "");
    free(list.text);
    return EXIT_USAGE;
}

void nnrt_program_interrupted(int number)
{
    (void)number;
    _exit(EXIT_INTERRUPTED);
}

static int run(program *p, const command *c, int argc, char **argv)
{
    if (nnrt_options_read(&p->options, c, argc, argv, &p->error) != 0)
        return EXIT_USAGE;
    if (p->options.help) {
        printf("%s %s: %s\n\n", p->name, c->name, c->what);
        nnrt_options_list(stdout, c);
        return EXIT_GOOD;
    }
    if (p->options.resume && !p->options.load) {
        nnrt_error_set(&p->error, "--resume needs --load W.npz, the run to go on with");
        return EXIT_USAGE;
    }
    if (c->options & OPTION_LOAD && !(c->options & OPTION_SAVE) && !p->options.load && p->model->params > 0) {
        nnrt_error_set(&p->error, "%s needs --load W.npz", c->name);
        return EXIT_USAGE;
    }
    signal(SIGINT, nnrt_program_interrupted);
    signal(SIGTERM, nnrt_program_interrupted);
    int status = nnrt_places(p, c);
    if (status == EXIT_GOOD)
        status = c->run(p);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == EXIT_GOOD) {
        nnrt_error_set(&p->error, "can't write to standard output");
        status = EXIT_BAD;
    }
    return status;
}

int nnrt_program(const nn_model *model, int argc, char **argv, const nnrt_parallel *parallel)
{
    program *p = calloc(1, sizeof *p);
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    if (!p) {
        fprintf(stderr, "%s: not enough memory\n", model->name);
        return EXIT_BAD;
    }
    p->model = model;
    p->parallel = parallel;
    p->name = slash ? slash + 1 : argc > 0 ? argv[0] : model->name;
    int status = EXIT_USAGE;
    if (argc < 2) {
        usage(p, stderr);
    } else if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        usage(p, stdout);
        status = EXIT_GOOD;
    } else {
        const command *c = find(p, argv[1]);
        if (c)
            status = run(p, c, argc, argv);
        if (p->error.text[0])
            fprintf(stderr, "%s: %s\n", p->name, p->error.text);
        if (c && status == EXIT_USAGE)
            fprintf(stderr, "%s %s --help lists the options.\n", p->name, c->name);
    }
    free(p->params);
    free(p->state);
    free(p);
    return status;
}
