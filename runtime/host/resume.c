/* resume.c: a run that goes on where it was saved, to the bit. Beside the parameters the file then holds
 *     resume/position   u64: what POSITION_... names
 *     resume/figures    f64: what FIGURES_... names
 *     resume/settings   optimizer and schedule, as text with every digit; of several costs a line each
 *     resume/costs      u64 [costs][COST_...]: for each cost that is descended its number in the model, its steps, its
 *                       samples in this epoch
 *     resume/sums       f64 [costs][SUM_...]: its sum of costs in this epoch, its rate
 *     resume/memory     its optimizer's memory, flat, as the params struct lies; of the second cost resume/memory2, and so on
 *     resume/factors    shampoo's (resume/factors2, ...), where there are some
 *     resume/state      the bytes of the model's state struct
 *     resume/history    f64 [epochs][HISTORY, and of several costs three more each]: the finished epochs' figures
 * The order of samples is a function of seed and epoch and needs no place. No times are kept: two runs that do the same
 * leave the same bytes. Memory and state follow the layout of the structs, so a saved run belongs to one hash. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

enum {
    POSITION_FORMAT, POSITION_HASH, POSITION_EPOCH, POSITION_BEGUN, POSITION_AT, POSITION_STEP, POSITION_SEED, POSITION_SAMPLES,
    POSITION_BATCH, POSITION_EPOCHS, POSITION_PATIENCE, POSITION_BEST_EPOCH, POSITIONS
};
enum { FIGURES_BEST, FIGURES_SPLIT, FIGURES };
enum { COST_NUMBER, COST_STEPS, COST_SAMPLES, COST_FIELDS };
enum { SUM_COST, SUM_RATE, SUM_FIELDS };
enum { HISTORY = 10, HISTORY_COST = 3, FORMAT = 3, SETTINGS_SIZE = 1024, NAME_SIZE = 40 };

/* Numbers of an epoch in the history. */
static size_t history_row(const nnrt_trainer *t)
{
    return HISTORY + (t->descents > 1 ? (size_t)HISTORY_COST * t->descents : 0);
}

/* "resume/memory", of later costs "resume/memory2" and so on. */
static const char *numbered(char *name, const char *what, uint32_t i)
{
    if (i == 0)
        snprintf(name, NAME_SIZE, "resume/%s", what);
    else
        snprintf(name, NAME_SIZE, "resume/%s%lu", what, (unsigned long)i + 1);
    return name;
}

/* ---- saving ---- */

static void describe(nnrt_array *array, const char *name, nnrt_type type, size_t count, void *data)
{
    memset(array, 0, sizeof *array);
    array->name = (char *)(uintptr_t)name;
    array->type = type;
    array->rank = 1;
    array->shape[0] = count;
    array->count = count;
    array->data = data;
}

static void history_out(const nnrt_trainer *t, double *to)
{
    for (size_t i = 0; i < t->epochs; i++, to += history_row(t)) {
        const nnrt_epoch *e = &t->history[i];
        to[0] = e->epoch;
        to[1] = (double)e->step;
        to[2] = e->rate;
        to[3] = e->train.cost;
        to[4] = (double)e->train.judged;
        to[5] = (double)e->train.correct;
        to[6] = e->tested;
        to[7] = e->test.cost;
        to[8] = (double)e->test.judged;
        to[9] = (double)e->test.correct;
        for (uint32_t c = 0; e->cost && c < t->descents; c++)
            memcpy(to + HISTORY + (size_t)HISTORY_COST * c, &e->cost[c], HISTORY_COST * sizeof *to);
    }
}

static void positions_out(const nnrt_trainer *t, uint64_t *position, double *figures)
{
    position[POSITION_FORMAT] = FORMAT;
    position[POSITION_HASH] = t->model->hash;
    position[POSITION_EPOCH] = t->epoch;
    position[POSITION_BEGUN] = t->begun != 0;
    position[POSITION_AT] = t->begun ? t->batches.at : 0;
    position[POSITION_STEP] = t->step;
    position[POSITION_SEED] = t->settings.seed;
    position[POSITION_SAMPLES] = t->batches.samples;
    position[POSITION_BATCH] = t->settings.batch;
    position[POSITION_EPOCHS] = t->settings.epochs;
    position[POSITION_PATIENCE] = t->settings.patience;
    position[POSITION_BEST_EPOCH] = t->best_epoch;
    figures[FIGURES_BEST] = t->best;
    figures[FIGURES_SPLIT] = t->settings.split;
}

/* What is saved of each cost that is descended. */
typedef struct cost_parts {
    uint64_t (*count)[COST_FIELDS];
    double (*sum)[SUM_FIELDS];
    char *settings;                 /* SETTINGS_SIZE each */
    char (*name)[2][NAME_SIZE];     /* of its memory, of its factors */
} cost_parts;

static void parts_free(cost_parts *parts)
{
    free(parts->count);
    free(parts->sum);
    free(parts->settings);
    free(parts->name);
}

static int parts_make(cost_parts *parts, const nnrt_trainer *t, nnrt_error *error)
{
    memset(parts, 0, sizeof *parts);
    parts->count = nnrt_allocate(t->descents, sizeof *parts->count, "a saved run", error);
    parts->sum = nnrt_allocate(t->descents, sizeof *parts->sum, "a saved run", error);
    parts->settings = nnrt_allocate(t->descents, SETTINGS_SIZE, "a saved run", error);
    parts->name = nnrt_allocate(t->descents, sizeof *parts->name, "a saved run", error);
    if (!parts->count || !parts->sum || !parts->settings || !parts->name)
        return 1;
    char *at = parts->settings;
    for (uint32_t i = 0; i < t->descents; i++) {
        const nnrt_descent *d = &t->descent[i];
        parts->count[i][COST_NUMBER] = nnrt_cost_number(t->model, d->settings.cost);
        parts->count[i][COST_STEPS] = d->step;
        parts->count[i][COST_SAMPLES] = t->begun ? d->samples : 0;
        parts->sum[i][SUM_COST] = t->begun ? d->cost_sum : 0;
        parts->sum[i][SUM_RATE] = d->rate;
        if (i > 0)
            *at++ = '\n';
        if (nnrt_settings_text(&d->settings, at, SETTINGS_SIZE - 1) != 0)
            return nnrt_error_memory(error, "the settings", SETTINGS_SIZE);
        at += strlen(at);
    }
    return 0;
}

/* The costs' arrays; gives how many. */
static size_t describe_costs(nnrt_array *array, const cost_parts *parts, const nnrt_trainer *t)
{
    size_t count = 0;
    describe(&array[count++], "resume/settings", NNRT_U8, strlen(parts->settings), parts->settings);
    describe(&array[count++], "resume/costs", NNRT_U64, (size_t)t->descents * COST_FIELDS, parts->count);
    describe(&array[count++], "resume/sums", NNRT_F64, (size_t)t->descents * SUM_FIELDS, parts->sum);
    for (uint32_t i = 0; i < t->descents; i++) {
        const nnrt_descent *d = &t->descent[i];
        describe(&array[count++], numbered(parts->name[i][0], "memory", i), t->model->real_size == sizeof(float) ? NNRT_F32 : NNRT_F64,
                 d->memory_reals, d->memory);
        if (d->factor_reals)
            describe(&array[count++], numbered(parts->name[i][1], "factors", i), NNRT_F64, d->factor_reals, d->factors);
    }
    return count;
}

int nnrt_trainer_save(const nnrt_trainer *t, const char *path, nnrt_error *error)
{
    const nn_model *model = t->model;
    uint64_t position[POSITIONS];
    cost_parts parts;
    double figures[FIGURES], *history = nnrt_allocate(t->epochs, history_row(t) * sizeof *history, "the history", error);
    nnrt_array *array = nnrt_allocate(2 * (size_t)t->descents + 7, sizeof *array, "a saved run", error);
    size_t count = 0;
    int bad = parts_make(&parts, t, error) != 0 || !history || !array;
    if (!bad) {
        positions_out(t, position, figures);
        history_out(t, history);
        describe(&array[count++], "resume/position", NNRT_U64, POSITIONS, position);
        describe(&array[count++], "resume/figures", NNRT_F64, FIGURES, figures);
        count += describe_costs(array + count, &parts, t);
        describe(&array[count++], "resume/state", NNRT_U8, model->state_size, t->state);
        describe(&array[count], "resume/history", NNRT_F64, t->epochs * history_row(t), history);
        array[count].rank = 2;
        array[count].shape[0] = t->epochs;
        array[count++].shape[1] = history_row(t);
        const void *state = model->flags & NN_STREAM ? t->first_state : t->state;
        bad = nnrt_params_save(model, t->params, model->state_size ? state : NULL, path, array, count, error);
    }
    parts_free(&parts);
    free(array);
    free(history);
    return bad;
}

/* ---- going on ---- */

/* An array of a saved run; `count` SIZE_MAX: any. */
static const nnrt_array *part(const nnrt_arrays *resume, const char *name, nnrt_type type, size_t count, const char *path, nnrt_error *error)
{
    const nnrt_array *array = nnrt_arrays_find(resume, name);
    if (!array)
        nnrt_error_set(error, "%s: holds no run to resume (there is no '%s')", path, name);
    else if (array->type != type || (count != SIZE_MAX && array->count != count))
        nnrt_error_set(error, "%s: '%s' is not what this model and optimizer saved", path, name);
    else
        return array;
    return NULL;
}

static const uint64_t *position_of(const nnrt_arrays *resume, const char *path, nnrt_error *error)
{
    const nnrt_array *array = part(resume, "resume/position", NNRT_U64, POSITIONS, path, error);
    if (!array)
        return NULL;
    const uint64_t *position = array->data;
    if (position[POSITION_FORMAT] != FORMAT || position[POSITION_EPOCH] > UINT32_MAX || position[POSITION_EPOCHS] > UINT32_MAX ||
        position[POSITION_BATCH] > UINT32_MAX || position[POSITION_PATIENCE] > UINT32_MAX || position[POSITION_BEST_EPOCH] > UINT32_MAX ||
        position[POSITION_SAMPLES] > INT32_MAX || position[POSITION_AT] > position[POSITION_SAMPLES] ||
        position[POSITION_BEGUN] > 1 || position[POSITION_BEST_EPOCH] > position[POSITION_EPOCH]) {
        nnrt_error_set(error, "%s: 'resume/position' is of another version or damaged", path);
        return NULL;
    }
    return position;
}

/* One line of resume/settings; moves *at behind it. */
static int read_line(nnrt_settings *settings, const char **at, const char *end, const char *path, nnrt_error *error)
{
    char copy[SETTINGS_SIZE], *schedule;
    const char *stop = memchr(*at, '\n', (size_t)(end - *at));
    size_t length = (size_t)((stop ? stop : end) - *at);
    if (length == 0)
        return nnrt_error_set(error, "%s: the saved run does not descend the same costs", path);
    memcpy(copy, *at, length < sizeof copy ? length : 0);
    copy[length < sizeof copy ? length : 0] = 0;
    *at = stop ? stop + 1 : end;
    schedule = strchr(copy, ';');
    if (!schedule)
        return nnrt_error_set(error, "%s: 'resume/settings' is damaged", path);
    *schedule++ = 0;
    return nnrt_settings_optimizer(settings, copy, error) != 0 || nnrt_settings_schedule(settings, schedule, error) != 0;
}

int nnrt_resume_settings(nnrt_settings *settings, uint32_t costs, const nnrt_arrays *resume, const char *path, nnrt_error *error)
{
    const uint64_t *position = position_of(resume, path, error);
    const nnrt_array *text = position ? part(resume, "resume/settings", NNRT_U8, SIZE_MAX, path, error) : NULL;
    const nnrt_array *figures = text ? part(resume, "resume/figures", NNRT_F64, FIGURES, path, error) : NULL;
    if (!figures)
        return 1;
    const char *at = text->data, *end = at + text->count;
    for (uint32_t i = 0; i < costs; i++)
        if (read_line(&settings[i], &at, end, path, error) != 0)
            return 1;
    if (at != end)
        return nnrt_error_set(error, "%s: the saved run does not descend the same costs", path);
    settings->seed = position[POSITION_SEED];
    settings->batch = (uint32_t)position[POSITION_BATCH];
    settings->epochs = (uint32_t)position[POSITION_EPOCHS];
    settings->patience = (uint32_t)position[POSITION_PATIENCE];
    settings->split = ((const double *)figures->data)[FIGURES_SPLIT];
    return 0;
}

static int fits(const nnrt_trainer *t, const uint64_t *position, const char *path, nnrt_error *error)
{
    static const char *const names[] = { "model (its hash)", "number of samples", "batch", "seed" };
    const uint64_t saved[] = { position[POSITION_HASH], position[POSITION_SAMPLES], position[POSITION_BATCH], position[POSITION_SEED] };
    const uint64_t here[] = { t->model->hash, t->batches.samples, t->settings.batch, t->settings.seed };
    for (size_t i = 0; i < sizeof saved / sizeof saved[0]; i++)
        if (saved[i] != here[i])
            return nnrt_error_set(error, "%s: the saved run has another %s: %llu, here %llu", path, names[i],
                                  (unsigned long long)saved[i], (unsigned long long)here[i]);
    return 0;
}

static uint64_t count_of(double x)
{
    return x >= 0 && x < 1e18 ? (uint64_t)x : 0;
}

static int history_in(nnrt_trainer *t, const nnrt_array *array, const char *path, nnrt_error *error)
{
    const double *from = array->data;
    size_t row = history_row(t), epochs = array->count / row;
    if (epochs != t->epoch || array->count % row != 0)
        return nnrt_error_set(error, "%s: 'resume/history' is damaged", path);
    nnrt_epoch *history = calloc(epochs + 1, sizeof *history);
    if (!history)
        return nnrt_error_memory(error, "the history", epochs * sizeof *history);
    nnrt_trainer_forget(t);
    t->history = history;
    t->room = epochs + 1;
    for (size_t i = 0; i < epochs; i++, from += row) {
        nnrt_epoch *e = &history[i];
        e->epoch = (uint32_t)i + 1;
        e->step = count_of(from[1]);
        e->rate = from[2];
        e->train.cost = from[3];
        e->train.judged = count_of(from[4]);
        e->train.correct = count_of(from[5]);
        e->tested = from[6] > 0;
        e->test.cost = from[7];
        e->test.judged = count_of(from[8]);
        e->test.correct = count_of(from[9]);
        t->epochs++;
        if (row == HISTORY)
            continue;
        e->cost = nnrt_allocate(t->descents, sizeof *e->cost, "the history", error);
        if (!e->cost)
            return 1;
        memcpy(e->cost, from + HISTORY, t->descents * sizeof *e->cost);
    }
    return 0;
}

/* Copies an optimizer's memory or factors, in which everything is a number. */
static int fill(const nn_model *model, void *to, const nnrt_arrays *resume, const char *name, nnrt_type type, size_t count,
                const char *path, nnrt_error *error)
{
    const nnrt_array *array = part(resume, name, type, count, path, error);
    if (!array)
        return 1;
    for (size_t i = 0; i < count; i++)
        if (isnan(type == NNRT_F64 ? ((const double *)array->data)[i] : nnrt_real_at(model, array->data, i)))
            return nnrt_error_set(error, "%s: '%s', element [%zu] is not a number", path, name, i);
    if (count)
        memcpy(to, array->data, count * nnrt_type_size(type));
    return 0;
}

/* Steps, sums and memory of each cost. */
static int costs_in(nnrt_trainer *t, const nnrt_arrays *resume, const char *path, nnrt_error *error)
{
    nnrt_type real = t->model->real_size == sizeof(float) ? NNRT_F32 : NNRT_F64;
    const nnrt_array *counts = part(resume, "resume/costs", NNRT_U64, (size_t)t->descents * COST_FIELDS, path, error);
    const nnrt_array *sums = counts ? part(resume, "resume/sums", NNRT_F64, (size_t)t->descents * SUM_FIELDS, path, error) : NULL;
    char name[NAME_SIZE];
    if (!sums)
        return 1;
    const uint64_t *count = counts->data;
    const double *sum = sums->data;
    for (uint32_t i = 0; i < t->descents; i++, count += COST_FIELDS, sum += SUM_FIELDS) {
        nnrt_descent *d = &t->descent[i];
        if (count[COST_NUMBER] != nnrt_cost_number(t->model, d->settings.cost))
            return nnrt_error_set(error, "%s: the saved run has another cost (its number in the model): %llu, here %lu", path,
                                  (unsigned long long)count[COST_NUMBER], (unsigned long)nnrt_cost_number(t->model, d->settings.cost));
        if (fill(t->model, d->memory, resume, numbered(name, "memory", i), real, d->memory_reals, path, error) != 0 ||
            (d->factor_reals && fill(t->model, d->factors, resume, numbered(name, "factors", i), NNRT_F64, d->factor_reals, path, error) != 0))
            return 1;
        d->step = count[COST_STEPS];
        d->samples = count[COST_SAMPLES];
        d->cost_sum = sum[SUM_COST];
        d->rate = sum[SUM_RATE];
    }
    return 0;
}

/* Whether the saved run has the same kinds of optimizers. */
static int same_optimizers(const nnrt_trainer *t, const nnrt_arrays *resume, const char *path, nnrt_error *error)
{
    nnrt_settings *saved = nnrt_allocate(t->descents, sizeof *saved, "a saved run", error);
    if (!saved)
        return 1;
    for (uint32_t i = 0; i < t->descents; i++)
        saved[i] = t->descent[i].settings;
    int bad = nnrt_resume_settings(saved, t->descents, resume, path, error);
    for (uint32_t i = 0; !bad && i < t->descents; i++)
        if (saved[i].optimizer.kind != t->descent[i].settings.optimizer.kind)
            bad = nnrt_error_set(error, "%s: the saved run has another optimizer", path);
    free(saved);
    return bad;
}

int nnrt_resume_apply(nnrt_trainer *t, const nnrt_arrays *resume, const char *path, nnrt_error *error)
{
    const nn_model *model = t->model;
    const uint64_t *position = position_of(resume, path, error);
    if (!position || fits(t, position, path, error) != 0 || same_optimizers(t, resume, path, error) != 0)
        return 1;
    const nnrt_array *figures = part(resume, "resume/figures", NNRT_F64, FIGURES, path, error);
    const nnrt_array *state = figures ? part(resume, "resume/state", NNRT_U8, model->state_size, path, error) : NULL;
    const nnrt_array *history = state ? part(resume, "resume/history", NNRT_F64, SIZE_MAX, path, error) : NULL;
    if (!history || costs_in(t, resume, path, error) != 0)
        return 1;
    t->epoch = (uint32_t)position[POSITION_EPOCH];
    if (history_in(t, history, path, error) != 0)
        return 1;
    nnrt_batches_begin(&t->batches, t->epoch + 1);
    t->begun = position[POSITION_BEGUN] != 0;
    t->batches.at = (uint32_t)position[POSITION_AT];
    t->step = position[POSITION_STEP];
    t->best_epoch = (uint32_t)position[POSITION_BEST_EPOCH];
    t->best = ((const double *)figures->data)[FIGURES_BEST];
    if (model->state_size) {
        memcpy(t->first_state, t->state, model->state_size); /* what the file's named states say */
        memcpy(t->state, state->data, model->state_size);
    }
    return 0;
}

int nnrt_trainer_resume(nnrt_trainer *t, const char *path, nnrt_error *error)
{
    nnrt_arrays resume = { 0, NULL };
    int bad = nnrt_params_load(t->model, t->params, t->state, path, &resume, error);
    if (!bad)
        bad = nnrt_resume_apply(t, &resume, path, error);
    nnrt_arrays_free(&resume);
    return bad;
}
