/* resume.c: a run that goes on where it was saved, to the bit. Beside the parameters the file then holds
 *     resume/position   u64: what POSITION_... names
 *     resume/figures    f64: what FIGURES_... names
 *     resume/settings   optimizer and schedule, as text with every digit
 *     resume/memory     the optimizer's memory, flat, as the params struct lies
 *     resume/state      the bytes of the model's state struct
 *     resume/history    f64 [epochs][HISTORY]: the finished epochs' figures
 * The order of samples is a function of seed and epoch and needs no place. No times are kept: two runs that do the same
 * leave the same bytes. Memory and state follow the layout of the structs, so a saved run belongs to one hash. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

enum {
    POSITION_FORMAT, POSITION_HASH, POSITION_EPOCH, POSITION_BEGUN, POSITION_AT, POSITION_STEP, POSITION_SEED, POSITION_SAMPLES,
    POSITION_BATCH, POSITION_EPOCHS, POSITION_PATIENCE, POSITION_BEST_EPOCH, POSITION_COST, POSITIONS
};
enum { FIGURES_COST_SUM, FIGURES_RATE, FIGURES_BEST, FIGURES_SPLIT, FIGURES };
enum { HISTORY = 10, FORMAT = 2, SETTINGS_SIZE = 1024 };

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
    for (size_t i = 0; i < t->epochs; i++, to += HISTORY) {
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
    }
}

static uint64_t number_of_cost(const nnrt_trainer *t)
{
    uint32_t i = 0;
    while (i < t->model->costs && &t->model->cost[i] != t->settings.cost)
        i++;
    return i;
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
    position[POSITION_COST] = number_of_cost(t);
    figures[FIGURES_COST_SUM] = t->begun ? t->cost_sum : 0;
    figures[FIGURES_RATE] = t->rate;
    figures[FIGURES_BEST] = t->best;
    figures[FIGURES_SPLIT] = t->settings.split;
}

int nnrt_trainer_save(const nnrt_trainer *t, const char *path, nnrt_error *error)
{
    const nn_model *model = t->model;
    uint64_t position[POSITIONS];
    double figures[FIGURES], *history = nnrt_allocate(t->epochs, HISTORY * sizeof *history, "the history", error);
    char settings[SETTINGS_SIZE];
    nnrt_array array[6];
    size_t count = 0;
    if (!history)
        return 1;
    if (nnrt_settings_text(&t->settings, settings, sizeof settings) != 0) {
        free(history);
        return nnrt_error_memory(error, "the settings", sizeof settings);
    }
    positions_out(t, position, figures);
    history_out(t, history);
    describe(&array[count++], "resume/position", NNRT_U64, POSITIONS, position);
    describe(&array[count++], "resume/figures", NNRT_F64, FIGURES, figures);
    describe(&array[count++], "resume/settings", NNRT_U8, strlen(settings), settings);
    describe(&array[count++], "resume/memory", model->real_size == sizeof(float) ? NNRT_F32 : NNRT_F64, t->memory_reals, t->memory);
    describe(&array[count++], "resume/state", NNRT_U8, model->state_size, t->state);
    describe(&array[count], "resume/history", NNRT_F64, t->epochs * HISTORY, history);
    array[count].rank = 2;
    array[count].shape[0] = t->epochs;
    array[count++].shape[1] = HISTORY;
    const void *state = model->flags & NN_STREAM ? t->first_state : t->state;
    int bad = nnrt_params_save(model, t->params, model->state_size ? state : NULL, path, array, count, error);
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

int nnrt_resume_settings(nnrt_settings *settings, const nnrt_arrays *resume, const char *path, nnrt_error *error)
{
    const uint64_t *position = position_of(resume, path, error);
    const nnrt_array *text = position ? part(resume, "resume/settings", NNRT_U8, SIZE_MAX, path, error) : NULL;
    const nnrt_array *figures = text ? part(resume, "resume/figures", NNRT_F64, FIGURES, path, error) : NULL;
    char copy[SETTINGS_SIZE], *schedule;
    if (!figures)
        return 1;
    if (text->count >= sizeof copy)
        return nnrt_error_set(error, "%s: 'resume/settings' is damaged", path);
    memcpy(copy, text->data, text->count);
    copy[text->count] = 0;
    schedule = strchr(copy, ';');
    if (!schedule)
        return nnrt_error_set(error, "%s: 'resume/settings' is damaged", path);
    *schedule++ = 0;
    settings->seed = position[POSITION_SEED];
    settings->batch = (uint32_t)position[POSITION_BATCH];
    settings->epochs = (uint32_t)position[POSITION_EPOCHS];
    settings->patience = (uint32_t)position[POSITION_PATIENCE];
    settings->split = ((const double *)figures->data)[FIGURES_SPLIT];
    return nnrt_settings_optimizer(settings, copy, error) != 0 || nnrt_settings_schedule(settings, schedule, error) != 0;
}

static int fits(const nnrt_trainer *t, const uint64_t *position, const char *path, nnrt_error *error)
{
    static const char *const names[] = { "model (its hash)", "number of samples", "batch", "seed", "cost (its number in the model)" };
    const uint64_t saved[] = { position[POSITION_HASH], position[POSITION_SAMPLES], position[POSITION_BATCH], position[POSITION_SEED],
                               position[POSITION_COST] };
    const uint64_t here[] = { t->model->hash, t->batches.samples, t->settings.batch, t->settings.seed, number_of_cost(t) };
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
    size_t epochs = array->count / HISTORY;
    if (epochs != t->epoch || array->count % HISTORY != 0)
        return nnrt_error_set(error, "%s: 'resume/history' is damaged", path);
    nnrt_epoch *history = calloc(epochs + 1, sizeof *history);
    if (!history)
        return nnrt_error_memory(error, "the history", epochs * sizeof *history);
    for (size_t i = 0; i < epochs; i++, from += HISTORY) {
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
    }
    free(t->history);
    t->history = history;
    t->epochs = epochs;
    t->room = epochs + 1;
    return 0;
}

int nnrt_resume_apply(nnrt_trainer *t, const nnrt_arrays *resume, const char *path, nnrt_error *error)
{
    const nn_model *model = t->model;
    nnrt_type real = model->real_size == sizeof(float) ? NNRT_F32 : NNRT_F64;
    nnrt_settings saved = t->settings;
    const uint64_t *position = position_of(resume, path, error);
    if (!position || fits(t, position, path, error) != 0 || nnrt_resume_settings(&saved, resume, path, error) != 0)
        return 1;
    if (saved.optimizer.kind != t->settings.optimizer.kind)
        return nnrt_error_set(error, "%s: the saved run has another optimizer", path);
    const nnrt_array *figures = part(resume, "resume/figures", NNRT_F64, FIGURES, path, error);
    const nnrt_array *memory = figures ? part(resume, "resume/memory", real, t->memory_reals, path, error) : NULL;
    const nnrt_array *state = memory ? part(resume, "resume/state", NNRT_U8, model->state_size, path, error) : NULL;
    const nnrt_array *history = state ? part(resume, "resume/history", NNRT_F64, SIZE_MAX, path, error) : NULL;
    if (!history)
        return 1;
    for (size_t i = 0; i < t->memory_reals; i++)
        if (isnan(nnrt_real_at(model, memory->data, i)))
            return nnrt_error_set(error, "%s: 'resume/memory', element [%zu] is not a number", path, i);
    t->epoch = (uint32_t)position[POSITION_EPOCH];
    if (history_in(t, history, path, error) != 0)
        return 1;
    nnrt_batches_begin(&t->batches, t->epoch + 1);
    t->begun = position[POSITION_BEGUN] != 0;
    t->batches.at = (uint32_t)position[POSITION_AT];
    t->step = position[POSITION_STEP];
    t->best_epoch = (uint32_t)position[POSITION_BEST_EPOCH];
    const double *f = figures->data;
    t->cost_sum = f[FIGURES_COST_SUM];
    t->rate = f[FIGURES_RATE];
    t->best = f[FIGURES_BEST];
    if (t->memory_reals)
        memcpy(t->memory, memory->data, t->memory_reals * model->real_size);
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
