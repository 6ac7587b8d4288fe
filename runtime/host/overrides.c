/* overrides.c: what a call of train has been told: the train blocks, then the saved run, then the command line; for one cost
 * or for several, of which --optimizer, --rate and --schedule name the one that is meant: "game=adam; judge=sgd(rate=0.1)". */
#include <stdlib.h>
#include <string.h>

#include "program.h"

/* ---- values for each cost ---- */

/* Sets one thing of one cost from a text. */
typedef int (*setter)(nnrt_settings *settings, const char *text, nnrt_error *error);

static int set_rate(nnrt_settings *settings, const char *text, nnrt_error *error)
{
    return nnrt_options_real("--rate", text, 0, 1e30, &settings->optimizer.rate, error);
}

/* The length of the name in front of an '=', 0 if the text begins otherwise: "game=adam", but not "adam(rate=1)". */
static size_t name_length(const char *text)
{
    size_t n = 0;
    while ((text[n] >= 'a' && text[n] <= 'z') || (text[n] >= 'A' && text[n] <= 'Z') || (text[n] >= '0' && text[n] <= '9') || text[n] == '_')
        n++;
    return text[n + strspn(text + n, " ")] == '=' ? n : 0;
}

/* "game, judge" */
static void list_costs(nnrt_text *list, const nnrt_settings *settings, uint32_t costs)
{
    for (uint32_t i = 0; i < costs; i++)
        nnrt_text_add(list, "%s%s", i ? ", " : "", nnrt_cost_name(settings[i].cost));
}

static int which_cost(const char *option, const char *piece, const nnrt_settings *settings, uint32_t costs, nnrt_error *error)
{
    nnrt_text list = { 0 };
    list_costs(&list, settings, costs);
    nnrt_error_set(error, "%s: '%s' does not say which of the costs it is for (%s): write NAME=VALUE, of several \"NAME=VALUE; NAME=VALUE\", or "
                   "train a single one with --cost NAME", option, piece, list.text ? list.text : "");
    free(list.text);
    return 1;
}

/* The cost that a piece is for: the one it names, else the only one or the one without a name. *value is what follows. */
static nnrt_settings *meant(const char *option, char *piece, char **value, nnrt_settings *settings, uint32_t costs, nnrt_error *error)
{
    size_t length = name_length(piece);
    nnrt_text list = { 0 };
    *value = piece;
    if (length) {
        *value = strchr(piece, '=') + 1;
        for (uint32_t i = 0; i < costs; i++) {
            const char *name = nnrt_cost_name(settings[i].cost);
            if (strlen(name) == length && strncmp(name, piece, length) == 0)
                return &settings[i];
        }
        list_costs(&list, settings, costs);
        nnrt_error_set(error, "%s: no cost '%.*s' is trained; there is %s", option, (int)length, piece, list.text ? list.text : "");
        free(list.text);
        return NULL;
    }
    for (uint32_t i = 0; i < costs; i++)
        if (costs == 1 || !settings[i].cost->name)
            return &settings[i];
    which_cost(option, piece, settings, costs, error);
    return NULL;
}

static int override(const char *option, const char *text, setter set, nnrt_settings *settings, uint32_t costs, nnrt_error *error)
{
    size_t size = strlen(text) + 1;
    char *copy = nnrt_allocate(1, size, "an option", error), *at = copy, *value;
    int bad = !copy;
    if (copy)
        memcpy(copy, text, size);
    while (!bad && at) {
        char *piece = at + strspn(at, " "), *stop = strchr(piece, ';');
        if (stop)
            *stop = 0;
        at = stop ? stop + 1 : NULL;
        nnrt_settings *one = meant(option, piece, &value, settings, costs, error);
        if (!one)
            bad = 1;
        else {
            value += strspn(value, " ");
            for (char *end = value + strlen(value); end > value && end[-1] == ' ';)
                *--end = 0;
            bad = set(one, value, error);
        }
    }
    free(copy);
    return bad;
}

/* ---- the run's settings ---- */

/* What all costs share: the one value that train blocks give, or what there is without. */
static int shared(const program *p, const nnrt_settings *settings, uint32_t costs, int batch, uint32_t *to, nnrt_error *error)
{
    const nn_cost *first = NULL;
    for (uint32_t i = 0; i < costs; i++) {
        const nn_cost *cost = settings[i].cost;
        uint32_t value = batch ? nnrt_model_batch(p->model, cost->batch) : cost->epochs;
        if (!value)
            continue;
        if (first && value != *to)
            return nnrt_error_set(error, "%s: the train blocks of the costs '%s' and '%s' have %s %lu and %lu: give one with %s", p->model->name,
                                  nnrt_cost_name(first), nnrt_cost_name(cost), batch ? "batches of" : "epochs", (unsigned long)*to,
                                  (unsigned long)value, batch ? "--batch" : "--epochs");
        *to = value;
        first = first ? first : cost;
    }
    return 0;
}

/* The costs to train, in order of declaration, with what their train blocks say. */
static int choose(program *p, nnrt_settings **settings, uint32_t *costs)
{
    const nn_model *model = p->model;
    const nn_cost *only = NULL;
    int status = p->options.cost ? nnrt_program_cost(p, 0, &only) : EXIT_GOOD;
    *costs = only ? 1 : model->costs;
    if (status != EXIT_GOOD)
        return status;
    *settings = nnrt_allocate(*costs, sizeof **settings, "the settings", &p->error);
    if (!*settings)
        return EXIT_BAD;
    for (uint32_t i = 0; i < *costs; i++)
        if (nnrt_settings_init(&(*settings)[i], model, only ? only : &model->cost[i], &p->error) != 0)
            return EXIT_BAD; /* the model's own words */
    for (uint32_t i = 0; i + 1 < *costs; i++)
        (*settings)[i].next = &(*settings)[i + 1];
    return EXIT_GOOD;
}

static int from_resume(program *p, const nnrt_arrays *resume, nnrt_settings *settings, uint32_t costs)
{
    const nnrt_options *o = &p->options;
    if (nnrt_resume_settings(settings, costs, resume, o->load, &p->error) != 0)
        return EXIT_BAD;
    if (settings->split > 0 && (o->test || (o->has_split && (o->split < settings->split || o->split > settings->split)))) {
        nnrt_error_set(&p->error, "%s: the saved run held out another part of the data", o->load);
        return EXIT_BAD;
    }
    return EXIT_GOOD;
}

int nnrt_program_settings(program *p, const nnrt_arrays *resume, nnrt_settings **settings, uint32_t *costs)
{
    const nnrt_options *o = &p->options;
    int status = choose(p, settings, costs);
    nnrt_settings *s = *settings;
    if (status == EXIT_GOOD && o->resume)
        status = from_resume(p, resume, s, *costs);
    else if (status == EXIT_GOOD && ((!o->has_batch && shared(p, s, *costs, 1, &s->batch, &p->error) != 0) ||
                                     (!o->has_epochs && shared(p, s, *costs, 0, &s->epochs, &p->error) != 0)))
        status = EXIT_USAGE;
    if (status != EXIT_GOOD)
        return status;
    if ((o->optimizer && override("--optimizer", o->optimizer, nnrt_settings_optimizer, s, *costs, &p->error) != 0) ||
        (o->schedule && override("--schedule", o->schedule, nnrt_settings_schedule, s, *costs, &p->error) != 0) ||
        (o->rate && override("--rate", o->rate, set_rate, s, *costs, &p->error) != 0))
        return EXIT_USAGE;
    if (o->has_epochs)
        s->epochs = (uint32_t)o->epochs;
    if (o->has_batch)
        s->batch = (uint32_t)o->batch;
    if (o->has_patience)
        s->patience = (uint32_t)o->patience;
    if (o->has_seed)
        s->seed = o->seed;
    if (o->has_split)
        s->split = o->split;
    return EXIT_GOOD;
}
