/* settings.c: optimizers and schedules as train blocks and command lines write them: NAME or NAME(argument=number, ...). */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

/* ---- what there is ---- */

static const char *const optimizer_names[NNRT_OPTIMIZERS] = { "sgd", "adam", "adamw", "rmsprop", "adagrad", "rprop", "spsa", "es", "shampoo" };
static const char *const schedule_names[NNRT_SCHEDULES] = { "constant", "step", "cosine", "warmup" };

typedef enum number_kind { NUMBER_REAL, NUMBER_FLAG, NUMBER_COUNT } number_kind;

/* An argument: where its value goes, which names take it (bit k for kind k), its bounds (the lower may be excluded). */
typedef struct argument {
    const char *name;
    unsigned kinds;
    number_kind number;
    size_t offset; /* in nnrt_settings */
    double least, most;
    int open; /* least itself is not allowed */
} argument;

enum {
    SGD = 1 << NNRT_SGD, ADAM = 1 << NNRT_ADAM | 1 << NNRT_ADAMW, RMSPROP = 1 << NNRT_RMSPROP,
    ADAGRAD = 1 << NNRT_ADAGRAD, RPROP = 1 << NNRT_RPROP, SPSA = 1 << NNRT_SPSA, ES = 1 << NNRT_ES, SHAMPOO = 1 << NNRT_SHAMPOO,
    ALL = (1 << NNRT_OPTIMIZERS) - 1, ADAMS = ADAM | ES | SHAMPOO,
    CONSTANT = 1 << NNRT_CONSTANT, STEP = 1 << NNRT_STEP, COSINE = 1 << NNRT_COSINE, WARMUP = 1 << NNRT_WARMUP
};
#define OPTIMIZER(field) offsetof(nnrt_settings, optimizer.field)
#define SCHEDULE(field) offsetof(nnrt_settings, schedule.field)

static const argument optimizer_arguments[] = {
    { "rate", ALL, NUMBER_REAL, OPTIMIZER(rate), 0, 1e30, 0 },
    { "momentum", SGD | RMSPROP, NUMBER_REAL, OPTIMIZER(momentum), 0, 1e30, 0 },
    { "dampening", SGD, NUMBER_REAL, OPTIMIZER(dampening), -1e30, 1e30, 0 },
    { "nesterov", SGD, NUMBER_FLAG, OPTIMIZER(nesterov), 0, 1, 0 },
    { "weight_decay", ALL & ~RPROP, NUMBER_REAL, OPTIMIZER(weight_decay), 0, 1e30, 0 },
    { "beta1", ADAMS, NUMBER_REAL, OPTIMIZER(beta1), 0, 0.9999999, 0 },
    { "beta2", ADAMS, NUMBER_REAL, OPTIMIZER(beta2), 0, 0.9999999, 0 },
    { "eps", ADAMS | RMSPROP | ADAGRAD, NUMBER_REAL, OPTIMIZER(eps), 0, 1e30, 0 },
    { "amsgrad", ADAM, NUMBER_FLAG, OPTIMIZER(amsgrad), 0, 1, 0 },
    { "alpha", RMSPROP | SPSA, NUMBER_REAL, OPTIMIZER(alpha), 0, 1, 0 },
    { "sigma", SPSA | ES, NUMBER_REAL, OPTIMIZER(sigma), 0, 1e30, 1 },
    { "pairs", SPSA | ES, NUMBER_COUNT, OPTIMIZER(pairs), 1, 1000000, 0 },
    { "gamma", SPSA, NUMBER_REAL, OPTIMIZER(gamma), 0, 1, 0 },
    { "stability", SPSA, NUMBER_REAL, OPTIMIZER(stability), 0, 1e30, 0 },
    { "calibrate", SPSA, NUMBER_COUNT, OPTIMIZER(calibrate), 0, 4294967295.0, 0 },
    { "damping", SHAMPOO, NUMBER_REAL, offsetof(nnrt_settings, shampoo.damping), 0, 1, 1 },
    { "interval", SHAMPOO, NUMBER_COUNT, offsetof(nnrt_settings, shampoo.interval), 1, 4294967295.0, 0 },
    { "largest", SHAMPOO, NUMBER_COUNT, offsetof(nnrt_settings, shampoo.largest), 1, 4096, 0 },
    { "graft", SHAMPOO, NUMBER_FLAG, offsetof(nnrt_settings, shampoo.graft), 0, 1, 0 },
    { "centered", RMSPROP, NUMBER_FLAG, OPTIMIZER(centered), 0, 1, 0 },
    { "rate_decay", ADAGRAD, NUMBER_REAL, OPTIMIZER(rate_decay), 0, 1e30, 0 },
    { "accumulator", ADAGRAD, NUMBER_REAL, OPTIMIZER(accumulator), 0, 1e30, 0 },
    { "eta_minus", RPROP, NUMBER_REAL, OPTIMIZER(eta_minus), 0, 1, 1 },
    { "eta_plus", RPROP, NUMBER_REAL, OPTIMIZER(eta_plus), 1, 1e30, 1 },
    { "step_min", RPROP, NUMBER_REAL, OPTIMIZER(step_min), 0, 1e30, 0 },
    { "step_max", RPROP, NUMBER_REAL, OPTIMIZER(step_max), 0, 1e30, 1 },
    { "clip_norm", ALL, NUMBER_REAL, offsetof(nnrt_settings, clip_norm), 0, 1e30, 0 },
    { "clip_value", ALL, NUMBER_REAL, offsetof(nnrt_settings, clip_value), 0, 1e30, 0 },
};

static const argument schedule_arguments[] = {
    { "warmup", CONSTANT | STEP | COSINE, NUMBER_COUNT, SCHEDULE(warmup), 0, 4294967295.0, 0 },
    { "steps", WARMUP, NUMBER_COUNT, SCHEDULE(warmup), 1, 4294967295.0, 0 },
    { "every", STEP, NUMBER_COUNT, SCHEDULE(every), 1, 4294967295.0, 0 },
    { "epochs", STEP, NUMBER_COUNT, offsetof(nnrt_settings, every_epochs), 1, 4294967295.0, 0 },
    { "factor", STEP, NUMBER_REAL, SCHEDULE(factor), 0, 1e30, 1 },
    { "floor", COSINE, NUMBER_REAL, SCHEDULE(floor), 0, 1, 0 },
};

enum { ARGUMENTS_MOST = sizeof optimizer_arguments / sizeof optimizer_arguments[0] };

typedef struct grammar {
    const char *what;
    const char *const *names;
    size_t name_count;
    const argument *arguments;
    size_t argument_count;
} grammar;

static const grammar optimizers = { "optimizer", optimizer_names, NNRT_OPTIMIZERS, optimizer_arguments, ARGUMENTS_MOST };
static const grammar schedules = { "schedule", schedule_names, NNRT_SCHEDULES, schedule_arguments,
                                   sizeof schedule_arguments / sizeof schedule_arguments[0] };

/* ---- reading ---- */

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip(const char *s)
{
    while (is_space(*s))
        s++;
    return s;
}

/* A name into `word`; longer ones are cut, and then fit no table. */
static const char *read_word(const char *s, char *word, size_t size)
{
    size_t n = 0;
    for (; (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || *s == '_'; s++)
        if (n + 1 < size)
            word[n++] = *s;
    word[n] = 0;
    return s;
}

/* What other programs call these arguments. */
static const char *const elsewhere[][2] = {
    { "lr", "rate" }, { "learning_rate", "rate" }, { "step_size", "every" }, { "gamma", "factor" }, { "alpha", "rate" },
    { "decay", "weight_decay" }, { "wd", "weight_decay" }, { "lr_decay", "rate_decay" }, { "rho", "alpha" }, { "epsilon", "eps" },
    { "eta_min", "floor" }, { "c", "sigma" }, { "std", "sigma" }, { "A", "stability" }, { "population", "pairs" }, { "epsilon", "damping" }, { "max_norm", "clip_norm" }, { "initial_accumulator_value", "accumulator" },
};

static int unknown(const grammar *g, const char *kind, const char *word, const char *const *candidates, size_t count,
                   const char *text, nnrt_error *error)
{
    const char *near = nnrt_suggest(word, candidates, count);
    nnrt_text list = { 0 };
    for (size_t k = 0; k < sizeof elsewhere / sizeof elsewhere[0]; k++)
        for (size_t i = 0; i < count; i++)
            if (strcmp(word, elsewhere[k][0]) == 0 && strcmp(candidates[i], elsewhere[k][1]) == 0)
                near = candidates[i];
    for (size_t i = 0; i < count; i++)
        nnrt_text_add(&list, "%s%s", i ? ", " : "", candidates[i]);
    nnrt_error_set(error, "%s '%s': unknown %s '%s'%s%s%s; there are %s", g->what, text, kind, word,
                   near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "", list.text ? list.text : "others");
    free(list.text);
    return 1;
}

static int store(const grammar *g, const argument *a, nnrt_settings *settings, const char *begin, const char *end,
                 const char *text, nnrt_error *error)
{
    double value;
    char *place = (char *)settings + a->offset, least[32], most[32];
    int length = (int)(end - begin);
    if (nnrt_text_to_real(begin, end, &value) != 0) {
        if (a->number == NUMBER_FLAG && ((length == 4 && strncmp(begin, "true", 4) == 0)))
            value = 1;
        else if (a->number == NUMBER_FLAG && length == 5 && strncmp(begin, "false", 5) == 0)
            value = 0;
        else
            return nnrt_error_set(error, "%s '%s': %s needs a number, not '%.*s'", g->what, text, a->name, length, begin);
    }
    if (a->number != NUMBER_REAL && value != floor(value))
        return nnrt_error_set(error, "%s '%s': %s needs a whole number, not '%.*s'", g->what, text, a->name, length, begin);
    if (!(value >= a->least && value <= a->most) || (a->open && value == a->least))
        return nnrt_error_set(error, "%s '%s': %s is %.*s, but must be %s %s and at most %s", g->what, text, a->name, length, begin,
                              a->open ? "more than" : "at least", nnrt_show_real(least, a->least, 9), nnrt_show_real(most, a->most, 10));
    switch (a->number) {
    case NUMBER_REAL: *(double *)(void *)place = value; break;
    case NUMBER_FLAG: *(int *)(void *)place = value != 0; break;
    case NUMBER_COUNT: *(uint32_t *)(void *)place = (uint32_t)value; break;
    }
    return 0;
}

/* One `name = number`; moves *s behind it. */
static int read_argument(const grammar *g, unsigned kind, nnrt_settings *settings, const char **s, unsigned long *seen,
                         const char *text, nnrt_error *error)
{
    char word[64];
    const char *candidates[ARGUMENTS_MOST];
    size_t count = 0, i;
    const argument *found = NULL;
    const char *at = read_word(skip(*s), word, sizeof word);
    for (i = 0; i < g->argument_count; i++)
        if (g->arguments[i].kinds & 1u << kind) {
            candidates[count++] = g->arguments[i].name;
            if (strcmp(word, g->arguments[i].name) == 0) {
                found = &g->arguments[i];
                break;
            }
        }
    if (!*word)
        return nnrt_error_set(error, "%s '%s': expected an argument's name, such as %s, %s%s%s", g->what, text, candidates[0],
                              *at ? "at '" : "at its end", at, *at ? "'" : "");
    if (!found)
        return unknown(g, "argument", word, candidates, count, text, error);
    if (*seen & 1ul << i)
        return nnrt_error_set(error, "%s '%s': %s is given twice", g->what, text, word);
    *seen |= 1ul << i;
    at = skip(at);
    if (*at != '=')
        return nnrt_error_set(error, "%s '%s': expected '=' after %s", g->what, text, word);
    const char *begin = skip(at + 1), *end = begin;
    while (*end && *end != ',' && *end != ')' && !is_space(*end))
        end++;
    *s = skip(end);
    return store(g, found, settings, begin, end, text, error);
}

/* The kind, by name; *s then stands behind it. -1 with a message if there is none. */
static int read_kind(const grammar *g, const char **s, const char *text, nnrt_error *error)
{
    char word[64];
    *s = skip(read_word(skip(text), word, sizeof word));
    if (!*word)
        nnrt_error_set(error, "%s '%s': expected a name such as %s", g->what, text, g->names[1]);
    else {
        for (size_t i = 0; i < g->name_count; i++)
            if (strcmp(word, g->names[i]) == 0)
                return (int)i;
        unknown(g, g->what, word, g->names, g->name_count, text, error);
    }
    return -1;
}

static int read_arguments(const grammar *g, int kind, nnrt_settings *settings, const char *s, const char *text, nnrt_error *error)
{
    unsigned long seen = 0;
    if (*s == '(') {
        s = skip(s + 1);
        while (*s != ')') {
            if (read_argument(g, (unsigned)kind, settings, &s, &seen, text, error) != 0)
                return 1;
            if (*s == ',')
                s = skip(s + 1);
            else if (*s != ')')
                return nnrt_error_set(error, "%s '%s': expected ',' or ')' %s%s%s", g->what, text, *s ? "at '" : "at its end", s,
                                      *s ? "'" : "");
        }
        s = skip(s + 1);
    }
    return *s ? nnrt_error_set(error, "%s '%s': '%s' is too much", g->what, text, s) : 0;
}

int nnrt_settings_optimizer(nnrt_settings *settings, const char *text, nnrt_error *error)
{
    nnrt_settings fresh = *settings;
    const char *s;
    int kind = read_kind(&optimizers, &s, text, error);
    if (kind < 0)
        return 1;
    nnrt_optimizer_init_d(&fresh.optimizer, (nnrt_optimizer_kind)kind);
    fresh.clip_norm = fresh.clip_value = 0;
    fresh.shampoo.damping = 1e-6;
    fresh.shampoo.interval = 10;
    fresh.shampoo.largest = 512;
    fresh.shampoo.graft = 1;
    if (read_arguments(&optimizers, kind, &fresh, s, text, error) != 0)
        return 1;
    if (fresh.optimizer.nesterov && (fresh.optimizer.momentum == 0 || fresh.optimizer.dampening != 0))
        return nnrt_error_set(error, "optimizer '%s': nesterov needs a momentum and no dampening", text);
    if (kind == NNRT_RPROP && fresh.optimizer.step_min > fresh.optimizer.step_max)
        return nnrt_error_set(error, "optimizer '%s': step_min is larger than step_max", text);
    *settings = fresh;
    return 0;
}

int nnrt_settings_schedule(nnrt_settings *settings, const char *text, nnrt_error *error)
{
    nnrt_settings fresh = *settings;
    const char *s;
    int kind = read_kind(&schedules, &s, text, error);
    if (kind < 0)
        return 1;
    nnrt_schedule_init_d(&fresh.schedule, (nnrt_schedule_kind)kind);
    fresh.schedule.every = 0;
    fresh.every_epochs = 0;
    if (read_arguments(&schedules, kind, &fresh, s, text, error) != 0)
        return 1;
    if (kind == NNRT_STEP && (fresh.schedule.every != 0) == (fresh.every_epochs != 0))
        return nnrt_error_set(error, "schedule '%s': say either every=STEPS or epochs=EPOCHS", text);
    *settings = fresh;
    return 0;
}

uint32_t nnrt_model_batch(const nn_model *model, uint32_t batch)
{
    return (model->flags & NN_BATCH_COUPLED) && batch > model->batch ? model->batch : batch;
}

int nnrt_settings_init(nnrt_settings *settings, const nn_model *model, const nn_cost *cost, nnrt_error *error)
{
    memset(settings, 0, sizeof *settings);
    settings->cost = cost;
    settings->batch = nnrt_model_batch(model, cost->batch ? cost->batch : model->flags & NN_STREAM ? 1 : 32);
    settings->epochs = cost->epochs ? cost->epochs : 10;
    settings->every = cost->every;
    nnrt_optimizer_init_d(&settings->optimizer, NNRT_ADAM);
    nnrt_schedule_init_d(&settings->schedule, NNRT_CONSTANT);
    if (cost->optimizer && nnrt_settings_optimizer(settings, cost->optimizer, error) != 0)
        return 1;
    if (cost->schedule && nnrt_settings_schedule(settings, cost->schedule, error) != 0)
        return 1;
    return 0;
}

/* ---- writing ---- */

static void write_part(const grammar *g, unsigned kind, const nnrt_settings *settings, nnrt_text *t)
{
    const char *separator = "(";
    nnrt_text_add(t, "%s", g->names[kind]);
    for (size_t i = 0; i < g->argument_count; i++) {
        const argument *a = &g->arguments[i];
        const char *place = (const char *)settings + a->offset;
        double value = a->number == NUMBER_REAL    ? *(const double *)(const void *)place
                       : a->number == NUMBER_COUNT ? (double)*(const uint32_t *)(const void *)place
                                                   : (double)*(const int *)(const void *)place;
        int unset = value == 0 && (a->offset == offsetof(nnrt_settings, every_epochs) || a->offset == SCHEDULE(every));
        if (!(a->kinds & 1u << kind) || unset)
            continue;
        nnrt_text_add(t, "%s%s=", separator, a->name);
        nnrt_text_real(t, value, 17);
        separator = ", ";
    }
    nnrt_text_add(t, "%s", *separator == ',' ? ")" : "");
}

int nnrt_settings_text(const nnrt_settings *settings, char *text, size_t size)
{
    nnrt_text t = { 0 };
    write_part(&optimizers, settings->optimizer.kind, settings, &t);
    nnrt_text_add(&t, "; ");
    write_part(&schedules, settings->schedule.kind, settings, &t);
    int bad = !t.text || t.length >= size;
    if (!bad)
        memcpy(text, t.text, t.length + 1);
    free(t.text);
    return bad;
}
