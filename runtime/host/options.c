/* options.c: the command line's options: one table for reading, checking and --help. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

typedef enum value_kind { VALUE_TEXT, VALUE_REAL, VALUE_NUMBER, VALUE_NONE } value_kind;

typedef struct option {
    const char *name, *value, *what;
    unsigned bit;
    value_kind kind;
    size_t offset, has; /* in nnrt_options; has: SIZE_MAX for none */
    double least, most; /* of reals: both excluded; of numbers: included */
} option;

#define AT(field) offsetof(nnrt_options, field)
#define COUNT 4294967295.0

static const option table[] = {
    { "--data", "D", "FILE.csv[.gz], FILE.npz or a list x=FILE,y=FILE", OPTION_DATA, VALUE_TEXT, AT(data), SIZE_MAX, 0, 0 },
    { "--test", "D", "held-out data for an epoch's test figures", OPTION_TEST, VALUE_TEXT, AT(test), SIZE_MAX, 0, 0 },
    { "--split", "F", "hold a seeded part F of the data out instead (0 < F < 1)", OPTION_SPLIT, VALUE_REAL, AT(split), AT(has_split), 0, 1 },
    { "--patience", "N", "stop after N epochs without a better held-out cost", OPTION_PATIENCE, VALUE_NUMBER, AT(patience), AT(has_patience), 1, COUNT },
    { "--epochs", "E", "passes over the data, in total (default: the train block's, else 10)", OPTION_EPOCHS, VALUE_NUMBER, AT(epochs), AT(has_epochs), 0, COUNT },
    { "--batch", "B", "samples in a step; 0: all (default: the train block's, else 32)", OPTION_BATCH, VALUE_NUMBER, AT(batch), AT(has_batch), 0, COUNT },
    { "--optimizer", "O", "sgd adam adamw rmsprop adagrad rprop shampoo, without a gradient spsa es, such as \"sgd(rate=0.1, momentum=0.9)\" (default: the train block's, else adam)", OPTION_OPTIMIZER, VALUE_TEXT, AT(optimizer), SIZE_MAX, 0, 0 },
    { "--rate", "R", "the optimizer's rate", OPTION_RATE, VALUE_TEXT, AT(rate), SIZE_MAX, 0, 0 },
    { "--schedule", "S", "constant step cosine warmup, such as \"cosine(warmup=100)\" (default: the train block's, else constant)", OPTION_SCHEDULE, VALUE_TEXT, AT(schedule), SIZE_MAX, 0, 0 },
    { "--seed", "S", "for first values, order, split and noise (default 0)", OPTION_SEED, VALUE_NUMBER, AT(seed), AT(has_seed), 0, 1.8446744073709552e19 },
    { "--load", "W.npz", "parameters", OPTION_LOAD, VALUE_TEXT, AT(load), SIZE_MAX, 0, 0 },
    { "--resume", NULL, "go on where the run that saved --load stopped", OPTION_RESUME, VALUE_NONE, AT(resume), SIZE_MAX, 0, 0 },
    { "--save", "W.npz", "where the parameters go, and what --resume needs", OPTION_SAVE, VALUE_TEXT, AT(save), SIZE_MAX, 0, 0 },
    { "--best", "B.npz", "where the parameters with the best held-out cost go", OPTION_BEST, VALUE_TEXT, AT(best), SIZE_MAX, 0, 0 },
    { "--log", "L.csv", "the figures of each epoch", OPTION_LOG, VALUE_TEXT, AT(log), SIZE_MAX, 0, 0 },
    { "--plot", "P.svg", "a picture of them", OPTION_PLOT, VALUE_TEXT, AT(plot), SIZE_MAX, 0, 0 },
    { "--out", "FILE", "where the result goes", OPTION_OUT, VALUE_TEXT, AT(out), SIZE_MAX, 0, 0 },
    { "--cost", "NAME", "only this one of the model's costs (of several, --optimizer, --rate and --schedule take \"NAME=VALUE; NAME=VALUE\")", OPTION_COST, VALUE_TEXT, AT(cost), SIZE_MAX, 0, 0 },
    { "--help", NULL, "this text", OPTION_HELP, VALUE_NONE, AT(help), SIZE_MAX, 0, 0 },
};
enum { OPTIONS = sizeof table / sizeof table[0] };

/* Whole numbers up to 2^64 - 1, exactly; 0 if it is one. */
static int read_number(const char *text, uint64_t *value)
{
    uint64_t sum = 0;
    const char *s = text;
    for (; *s >= '0' && *s <= '9'; s++) {
        unsigned digit = (unsigned)(*s - '0');
        if (sum > (UINT64_MAX - digit) / 10)
            return 1;
        sum = 10 * sum + digit;
    }
    *value = sum;
    return s == text || *s;
}

int nnrt_options_real(const char *name, const char *text, double least, double most, double *value, nnrt_error *error)
{
    char low[32], high[32];
    if (nnrt_text_to_real(text, text + strlen(text), value) != 0)
        return nnrt_error_set(error, "%s: '%s' is not a number", name, text);
    if (!(*value > least && *value < most))
        return nnrt_error_set(error, "%s: %s does not lie between %s and %s", name, text, nnrt_show_real(low, least, 6),
                              nnrt_show_real(high, most, 6));
    return 0;
}

static int store(nnrt_options *o, const option *t, const char *text, nnrt_error *error)
{
    char *place = (char *)o + t->offset, least[32], most[32];
    double real = 0;
    uint64_t number = 0;
    if (t->kind == VALUE_TEXT) {
        if (!*text)
            return nnrt_error_set(error, "%s: its value is empty", t->name);
        *(const char **)(void *)place = text;
    } else if (t->kind == VALUE_REAL) {
        if (nnrt_options_real(t->name, text, t->least, t->most, &real, error) != 0)
            return 1;
        *(double *)(void *)place = real;
    } else {
        if (read_number(text, &number) != 0)
            return nnrt_error_set(error, "%s: '%s' is not a whole number%s", t->name, text, *text == '-' ? " of at least 0" : "");
        if ((double)number < t->least || (double)number > t->most)
            return nnrt_error_set(error, "%s: %s does not lie between %s and %s", t->name, text, nnrt_show_real(least, t->least, 6),
                                  nnrt_show_real(most, t->most, 10));
        *(uint64_t *)(void *)place = number;
    }
    if (t->has != SIZE_MAX)
        *(int *)(void *)((char *)o + t->has) = 1;
    return 0;
}

static const option *find(const command *c, const char *name, size_t length, nnrt_error *error)
{
    const char *candidates[OPTIONS];
    size_t count = 0;
    for (size_t i = 0; i < OPTIONS; i++) {
        int taken = (c->options & table[i].bit) != 0;
        if (strlen(table[i].name) == length && strncmp(table[i].name, name, length) == 0) {
            if (taken)
                return &table[i];
            nnrt_error_set(error, "%s: %s takes no such option", table[i].name, c->name);
            return NULL;
        }
        if (taken)
            candidates[count++] = table[i].name;
    }
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)(length < 60 ? length : 60), name);
    const char *near = nnrt_suggest(word, candidates, count);
    nnrt_error_set(error, "unknown option '%s'%s%s%s", word, near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
    return NULL;
}

int nnrt_options_read(nnrt_options *o, const command *c, int argc, char **argv, nnrt_error *error)
{
    memset(o, 0, sizeof *o);
    for (int i = 2; i < argc; i++) {
        const char *text = argv[i], *equals = strchr(text, '=');
        if (strcmp(text, "-h") == 0)
            text = "--help";
        if (text[0] != '-')
            return nnrt_error_set(error, "'%s' is too much: all that %s takes are options", text, c->name);
        const option *t = find(c, text, equals ? (size_t)(equals - text) : strlen(text), error);
        if (!t)
            return 1;
        unsigned long bit = 1ul << (t - table);
        if (o->given & bit)
            return nnrt_error_set(error, "%s is given twice", t->name);
        o->given |= bit;
        if (t->kind == VALUE_NONE) {
            if (equals)
                return nnrt_error_set(error, "%s takes no value", t->name);
            *(int *)(void *)((char *)o + t->offset) = 1;
            continue;
        }
        if (!equals && i + 1 == argc)
            return nnrt_error_set(error, "%s needs a value: %s %s", t->name, t->name, t->value);
        if (store(o, t, equals ? equals + 1 : argv[++i], error) != 0)
            return 1;
    }
    for (size_t i = 0; i < OPTIONS && !o->help; i++)
        if (c->needs & table[i].bit && !(o->given & 1ul << i))
            return nnrt_error_set(error, "%s needs %s %s", c->name, table[i].name, table[i].value);
    return 0;
}

void nnrt_options_list(FILE *out, const command *c)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (c->options & table[i].bit) {
            char left[64];
            snprintf(left, sizeof left, "%s %s", table[i].name, table[i].value ? table[i].value : "");
            fprintf(out, "  %-20s %s%s\n", left, table[i].what, c->needs & table[i].bit ? " (needed)" : "");
        }
}
