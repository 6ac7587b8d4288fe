/* runner.c: passes of a model over any number of samples, in chunks that one call of it can take.
 *
 * How samples fall into chunks depends on their number and on the model alone, and sums go over chunks in order, so that
 * threads change no bit. A model with a state goes through its chunks one after the other, the state carried on; but where the
 * state is no more than where the noise stands, a function of the sample's number, each chunk gets one that stands there. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

/* ---- making ---- */

static int slot_new(nnrt_runner *r, nnrt_slot *slot, nnrt_error *error)
{
    const nn_model *model = r->model;
    uint32_t values = model->inputs + model->targets, i;
    slot->work = nnrt_allocate(1, model->work_size, "the model's work", error);
    slot->state = nnrt_allocate(1, model->state_size, "the model's state", error);
    slot->gradient = nnrt_allocate(1, model->params_size, "a gradient", error);
    slot->in = calloc((size_t)values + 1, sizeof *slot->in);
    slot->staged = calloc((size_t)values + 1, sizeof *slot->staged);
    slot->out = calloc((size_t)model->outputs + 1, sizeof *slot->out);
    slot->to = calloc((size_t)model->outputs + 1, sizeof *slot->to);
    if (!slot->work || !slot->state || !slot->gradient || !slot->in || !slot->staged || !slot->out || !slot->to)
        return slot->work && slot->state && slot->gradient ? nnrt_error_memory(error, "a pass over data", values * sizeof *slot->in) : 1;
    for (i = 0; i < values; i++) {
        slot->staged[i] = nnrt_allocate(model->batch, nnrt_sample_bytes(model, nnrt_value(model, i)), "a batch", error);
        if (!slot->staged[i])
            return 1;
    }
    for (i = 0; i < model->outputs; i++) {
        slot->out[i] = nnrt_allocate(model->batch, nnrt_sample_bytes(model, &model->output[i]), "a batch's outputs", error);
        if (!slot->out[i])
            return 1;
    }
    return 0;
}

nnrt_runner *nnrt_runner_new(const nn_model *model, const nnrt_parallel *parallel, nnrt_error *error)
{
    nnrt_runner *r;
    if (model->version != NN_MODEL_VERSION) {
        nnrt_error_set(error, "%s: generated for version %lu of the runtime's interface, this is version %d", model->name,
                       (unsigned long)model->version, NN_MODEL_VERSION);
        return NULL;
    }
    r = nnrt_allocate(1, sizeof *r, "a pass over data", error);
    if (!r)
        return NULL;
    r->model = model;
    r->draws = model->flags & NN_NOISE && !(model->flags & NN_STREAM) && model->states == 0 && model->state_size >= sizeof(nnrt_noise);
    r->parallel = (model->state_size == 0 || r->draws) && !(model->flags & (NN_STREAM | NN_BATCH_COUPLED)) ? parallel : NULL;
    r->workers = r->parallel && parallel->workers > 1 ? parallel->workers : 1;
    r->slot = nnrt_allocate(r->workers, sizeof *r->slot, "a pass over data", error);
    int bad = !r->slot;
    for (size_t i = 0; !bad && i < r->workers; i++)
        bad = slot_new(r, &r->slot[i], error);
    if (!bad && r->parallel)
        bad = !(r->part = nnrt_allocate(NNRT_PARTS, model->params_size, "a gradient", error));
    if (bad) {
        nnrt_runner_free(r);
        return NULL;
    }
    return r;
}

void nnrt_runner_free(nnrt_runner *r)
{
    if (!r)
        return;
    for (size_t w = 0; r->slot && w < r->workers; w++) {
        nnrt_slot *slot = &r->slot[w];
        for (uint32_t i = 0; slot->staged && i < r->model->inputs + r->model->targets; i++)
            free(slot->staged[i]);
        for (uint32_t i = 0; slot->out && i < r->model->outputs; i++)
            free(slot->out[i]);
        free(slot->work);
        free(slot->state);
        free(slot->gradient);
        free(slot->in);
        free(slot->staged);
        free(slot->out);
        free(slot->to);
    }
    free(r->slot);
    free(r->part);
    free(r);
}

/* ---- one chunk ---- */

/* Asks for the beginning of what will be read next, where the compiler can: shuffled samples lie where no processor expects them, but then it goes on by itself. */
static void expect(const char *from, size_t bytes)
{
#ifdef __GNUC__
    enum { LINE = 64, MOST = 512 };
    for (size_t i = 0; i < bytes && i < MOST; i += LINE)
        __builtin_prefetch(from + i);
#else
    (void)from, (void)bytes;
#endif
}

/* Makes slot->in point to n samples: in the data where they lie side by side, else to copies. */
static void bring(nnrt_runner *r, nnrt_slot *slot, const nnrt_data *data, const uint32_t *order, uint32_t first, uint32_t n)
{
    for (uint32_t i = 0; i < data->values; i++) {
        size_t bytes = nnrt_sample_bytes(r->model, nnrt_value(r->model, i));
        const char *from = data->value[i];
        slot->in[i] = from ? from + first * bytes : NULL;
        if (!from || !order)
            continue;
        slot->in[i] = slot->staged[i];
        for (uint32_t s = 0; s < n; s++) {
            if (s + 1 < n)
                expect(from + order[first + s + 1] * bytes, bytes);
            memcpy((char *)slot->staged[i] + s * bytes, from + order[first + s] * bytes, bytes);
        }
    }
}

/* The state of a chunk that begins `at` samples into the pass: the pass's own, or a copy whose noise stands there. */
static void *state_of(const nnrt_pass *pass, nnrt_slot *slot, uint32_t at)
{
    const nn_model *model = pass->runner->model;
    if (!pass->runner->draws)
        return model->state_size ? pass->state : NULL;
    memcpy(slot->state, pass->state, model->state_size);
    ((nnrt_noise *)slot->state)->sample += at;
    return slot->state;
}

/* A state for a pass that leaves the one it begins with: one of the runner, to be carried on, or where chunks have copies that
 * very one, which is then only read. */
static void *lend_state(const nnrt_runner *r, const void *state)
{
    if (r->draws)
        return (void *)(uintptr_t)state;
    if (r->model->state_size)
        memcpy(r->slot[0].state, state, r->model->state_size);
    return r->slot[0].state;
}

/* ---- chunks, in turn or side by side ---- */

static void run(const nnrt_parallel *parallel, nnrt_task task, void *context, size_t count)
{
    if (parallel && count > 1)
        parallel->run(task, context, count);
    else
        for (size_t i = 0; i < count; i++)
            task(context, i, 0);
}

static void each(nnrt_runner *r, nnrt_task task, nnrt_pass *pass, size_t count)
{
    uint64_t madds = pass->gradient ? r->model->grad_madds : r->model->forward_madds;
    run(r->parallel && madds * pass->n >= r->parallel->least ? r->parallel : NULL, task, pass, count);
}

/* ---- parameters, slice by slice ---- */

enum { SLICE = 4096, LEAST_SLICES = 4 }; /* parameters of a slice; slices for which it pays to wake the threads */

typedef struct slices {
    nnrt_slice_task task;
    void *context;
    size_t reals;
} slices;

static void slice_task(void *context, size_t task, size_t worker)
{
    const slices *s = context;
    size_t begin = task * SLICE, end = s->reals - begin > SLICE ? begin + SLICE : s->reals;
    (void)worker;
    s->task(s->context, begin, end);
}

void nnrt_each_slice(const nnrt_runner *r, nnrt_slice_task task, void *context, size_t reals)
{
    slices s = { task, context, reals };
    size_t count = reals / SLICE + (reals % SLICE != 0);
    run(count >= LEAST_SLICES ? r->parallel : NULL, slice_task, &s, count);
}

/* ---- a pass's chunks ---- */

static uint32_t chunk_size(const nnrt_pass *pass, size_t task)
{
    uint32_t at = (uint32_t)task * pass->chunk, left = pass->n - at;
    return left < pass->chunk ? left : pass->chunk;
}

/* Room for each chunk's value and result, and what a pass over data needs to be sound. */
static int pass_begin(nnrt_pass *pass, uint32_t chunk, int targets, nnrt_error *error)
{
    const nn_model *model = pass->runner->model;
    pass->chunk = chunk;
    pass->chunks = pass->n / chunk + (pass->n % chunk != 0);
    pass->value = NULL;
    pass->result = NULL;
    if (pass->n == 0)
        return nnrt_error_set(error, "%s: there are no samples", model->name);
    if (pass->data->samples > INT32_MAX)
        return nnrt_error_set(error, "%s: more than %ld samples", model->name, (long)INT32_MAX);
    for (uint32_t i = 0; targets && i < model->targets; i++)
        if (!pass->data->value[model->inputs + i])
            return nnrt_error_set(error, "%s: the data lacks target '%s'", model->name, model->target[i].name);
    pass->value = nnrt_allocate(pass->chunks, sizeof *pass->value, "a pass over data", error);
    pass->result = nnrt_allocate(pass->chunks, sizeof *pass->result, "a pass over data", error);
    return !pass->value || !pass->result;
}

/* The average of the chunks' values, weighted by their samples; or the first chunk's error. */
static int pass_end(nnrt_pass *pass, int bad, double *value, nnrt_error *error)
{
    double sum = 0;
    for (size_t i = 0; !bad && i < pass->chunks; i++) {
        if (pass->result[i] != NN_OK)
            bad = nnrt_call_error(pass->runner->model, pass->result[i], error);
        sum += pass->value[i] * chunk_size(pass, i);
    }
    if (value && !bad)
        *value = pass->chunks == 1 ? pass->value[0] : sum / pass->n;
    free(pass->value);
    free(pass->result);
    return bad;
}

/* ---- gradients ---- */

enum { LEAST_PRODUCTS = 48, LEAST_SAMPLES = 8 }; /* of a part: multiply-adds for each parameter, and samples, which the generated loops take several at a time */

/* Parts of n samples whose gradients are taken side by side: the same for any number of threads. Each writes all parameters' gradients, which
 * are then read again to be summed: a part pays only if it has enough to multiply. */
static uint32_t part_count(const nnrt_runner *r, uint32_t n)
{
    uint64_t products = r->model->grad_madds * n, parts = products / LEAST_PRODUCTS / (r->model->reals ? r->model->reals : 1);
    if (!r->parallel || products < r->parallel->least)
        return 1;
    parts = parts > NNRT_PARTS ? NNRT_PARTS : parts;
    parts = parts > n / LEAST_SAMPLES ? n / LEAST_SAMPLES : parts;
    while (parts & (parts - 1))
        parts &= parts - 1; /* as many for each of two, four or eight threads */
    return parts ? (uint32_t)parts : 1;
}

static void add(const nn_model *model, void *to, const void *from, double share, size_t begin, size_t end)
{
    if (model->real_size == sizeof(float))
        nnrt_add_scaled((float *)to + begin, (const float *)from + begin, (float)share, end - begin);
    else
        nnrt_add_scaled_d((double *)to + begin, (const double *)from + begin, share, end - begin);
}

/* The average gradient of n samples from number `at` of the pass on, in calls that the model takes; gives the average cost. */
static double grad_part(const nnrt_pass *pass, nnrt_slot *slot, uint32_t at, uint32_t n, void *to, int *result)
{
    const nn_model *model = pass->runner->model;
    double sum = 0, value = 0;
    uint32_t most = model->batch;
    if (n > most)
        memset(to, 0, model->params_size);
    for (uint32_t done = 0, m; done < n && *result == NN_OK; done += m) {
        m = n - done < most ? n - done : most;
        bring(pass->runner, slot, pass->data, pass->order, pass->first + at + done, m);
        value = pass->cost->grad(pass->params, state_of(pass, slot, at + done), slot->work, m, slot->in, n > most ? slot->gradient : to);
        *result = ((const nn_work *)slot->work)->error;
        if (n > most)
            add(model, to, slot->gradient, (double)m / n, 0, model->reals);
        sum += value * m;
    }
    return n > most ? sum / n : value;
}

static void grad_task(void *context, size_t task, size_t worker)
{
    nnrt_pass *pass = context;
    void *to = pass->chunks == 1 ? pass->gradient : (char *)pass->runner->part + task * pass->runner->model->params_size;
    pass->value[task] = grad_part(pass, &pass->runner->slot[worker], (uint32_t)task * pass->chunk, chunk_size(pass, task), to, &pass->result[task]);
}

/* The average of the parts' gradients, and what follows it. */
static void finish_slice(void *context, size_t begin, size_t end)
{
    const nnrt_pass *pass = context;
    const nn_model *model = pass->runner->model;
    if (pass->chunks > 1)
        memset((char *)pass->gradient + begin * model->real_size, 0, (end - begin) * model->real_size);
    for (size_t i = 0; pass->chunks > 1 && i < pass->chunks; i++)
        add(model, pass->gradient, (const char *)pass->runner->part + i * model->params_size,
            (double)chunk_size(pass, i) / pass->n, begin, end);
    if (pass->finish)
        pass->finish(pass->context, begin, end);
}

int nnrt_grad_finish(nnrt_runner *runner, const nn_cost *cost, const void *params, void *state, const nnrt_data *data, const uint32_t *order,
                     uint32_t first, uint32_t n, void *gradient, double *value, nnrt_slice_task finish, void *context, nnrt_error *error)
{
    const nn_model *model = runner->model;
    nnrt_pass pass = { .runner = runner, .cost = cost, .params = params, .state = state, .data = data, .order = order,
                       .first = first, .n = n, .gradient = gradient, .finish = finish, .context = context };
    uint32_t parts = part_count(runner, n), share = n / parts + (n % parts != 0);
    double average = NAN;
    int bad = pass_begin(&pass, share ? share : 1, 1, error);
    if (!bad)
        each(runner, grad_task, &pass, pass.chunks);
    bad = pass_end(&pass, bad, &average, error);
    if (!bad && !isfinite(average))
        pass.finish = NULL;
    if (!bad && (pass.chunks > 1 || pass.finish))
        nnrt_each_slice(runner, finish_slice, &pass, model->reals);
    if (!bad && value)
        *value = average;
    if (!bad && runner->draws)
        ((nnrt_noise *)state)->sample += n;
    return bad;
}

int nnrt_grad(nnrt_runner *runner, const nn_cost *cost, const void *params, void *state, const nnrt_data *data,
              const uint32_t *order, uint32_t first, uint32_t n, void *gradient, double *value, nnrt_error *error)
{
    return nnrt_grad_finish(runner, cost, params, state, data, order, first, n, gradient, value, NULL, NULL, error);
}

/* ---- costs ---- */

static void cost_task(void *context, size_t task, size_t worker)
{
    nnrt_pass *pass = context;
    nnrt_slot *slot = &pass->runner->slot[worker];
    uint32_t n = chunk_size(pass, task), at = (uint32_t)task * pass->chunk;
    bring(pass->runner, slot, pass->data, pass->order, pass->first + at, n);
    pass->value[task] = pass->cost->cost(pass->params, state_of(pass, slot, at), slot->work, n, slot->in);
    pass->result[task] = ((const nn_work *)slot->work)->error;
}

int nnrt_cost(nnrt_runner *runner, const nn_cost *cost, const void *params, const void *state, const nnrt_data *data,
              const uint32_t *order, uint32_t first, uint32_t n, double *value, nnrt_error *error)
{
    const nn_model *model = runner->model;
    nnrt_pass pass = { .runner = runner, .cost = cost, .params = params, .state = lend_state(runner, state), .data = data, .order = order,
                       .first = first, .n = n };
    uint32_t share = n / NNRT_PARTS + (n % NNRT_PARTS != 0);
    int bad = pass_begin(&pass, runner->parallel && share && share <= model->batch ? share : model->batch, 1, error);
    if (!bad)
        each(runner, cost_task, &pass, pass.chunks);
    return pass_end(&pass, bad, value, error);
}

int nnrt_sgd_fits(const nnrt_runner *runner, uint32_t n)
{
    return part_count(runner, n) == 1 && n <= runner->model->batch;
}

int nnrt_sgd(nnrt_runner *runner, const nn_cost *cost, void *params, void *state, const nnrt_data *data, const uint32_t *order,
             uint32_t first, uint32_t n, double rate, double *value, nnrt_error *error)
{
    nnrt_slot *slot = &runner->slot[0];
    bring(runner, slot, data, order, first, n);
    *value = cost->sgd(params, runner->model->state_size ? state : NULL, slot->work, n, slot->in, rate);
    int result = ((const nn_work *)slot->work)->error;
    return result == NN_OK ? 0 : nnrt_call_error(runner->model, result, error);
}

/* ---- figures ---- */

/* Writes the class that the output answers with, for each position of the target; ties go to the lowest. */
static void answer(const nnrt_pass *pass, const void *values, uint32_t n, int32_t *to)
{
    const nn_model *model = pass->runner->model;
    const nn_value *output = &model->output[pass->output];
    uint32_t classes = model->target[pass->target].classes, places = model->target[pass->target].size;
    int last = !output->classes && output->shape[output->rank - 1] == classes;
    size_t class_stride = last ? 1 : places, place_stride = last ? classes : 1;
    for (uint32_t s = 0; s < n; s++)
        for (uint32_t q = 0; q < places; q++) {
            size_t at = (size_t)s * output->size + q * place_stride, best = 0;
            if (output->classes) {
                *to++ = ((const int32_t *)values)[at];
                continue;
            }
            for (size_t c = 1; c < classes; c++)
                if (nnrt_real_at(model, values, at + c * class_stride) > nnrt_real_at(model, values, at + best * class_stride))
                    best = c;
            *to++ = (int32_t)best;
        }
}

static void evaluate_task(void *context, size_t task, size_t worker)
{
    nnrt_pass *pass = context;
    nnrt_slot *slot = &pass->runner->slot[worker];
    const nn_model *model = pass->runner->model;
    uint32_t n = chunk_size(pass, task), at = (uint32_t)task * pass->chunk;
    void *state = state_of(pass, slot, at);
    bring(pass->runner, slot, pass->data, NULL, at, n);
    if (pass->cost) {
        pass->value[task] = pass->cost->cost(pass->params, state, slot->work, n, slot->in);
        pass->result[task] = ((const nn_work *)slot->work)->error;
    }
    if (pass->result[task] != NN_OK || !model->forward || (!pass->answers && !state))
        return;
    pass->result[task] = model->forward(pass->params, state, slot->work, n, slot->in, slot->out);
    if (pass->answers && pass->result[task] == NN_OK)
        answer(pass, slot->out[pass->output], n, pass->answers + (size_t)at * model->target[pass->target].size);
}

static void count(const nnrt_pass *pass, nnrt_figures *figures, uint64_t *confusion)
{
    const nn_model *model = pass->runner->model;
    const nn_value *target = &model->target[pass->target];
    const int32_t *wanted = pass->data->value[model->inputs + pass->target];
    for (size_t i = 0; i < (size_t)pass->n * target->size; i++) {
        figures->judged++;
        figures->correct += wanted[i] == pass->answers[i];
        if (confusion)
            confusion[(size_t)wanted[i] * target->classes + (size_t)pass->answers[i]]++;
    }
}

int nnrt_evaluate(nnrt_runner *runner, const nn_cost *cost, const void *params, const void *state, const nnrt_data *data,
                  nnrt_figures *figures, uint64_t *confusion, nnrt_error *error)
{
    const nn_model *model = runner->model;
    nnrt_pass pass = { .runner = runner, .cost = cost, .params = params, .state = lend_state(runner, state), .data = data,
                       .n = (uint32_t)data->samples };
    memset(figures, 0, sizeof *figures);
    int bad = pass_begin(&pass, model->batch, cost != NULL, error);
    if (!bad && nnrt_judged(model, &pass.target, &pass.output) == 0 && data->value[model->inputs + pass.target]) {
        pass.answers = nnrt_allocate((size_t)pass.n * model->target[pass.target].size, sizeof *pass.answers, "the answers", error);
        bad = !pass.answers;
    }
    if (!bad)
        each(runner, evaluate_task, &pass, pass.chunks);
    bad = pass_end(&pass, bad, &figures->cost, error);
    if (!bad && pass.answers)
        count(&pass, figures, confusion);
    free(pass.answers);
    return bad;
}

/* ---- outputs ---- */

static void predict_task(void *context, size_t task, size_t worker)
{
    nnrt_pass *pass = context;
    nnrt_slot *slot = &pass->runner->slot[worker];
    const nn_model *model = pass->runner->model;
    uint32_t n = chunk_size(pass, task), at = (uint32_t)task * pass->chunk;
    bring(pass->runner, slot, pass->data, NULL, at, n);
    for (uint32_t i = 0; i < model->outputs; i++)
        slot->to[i] = (char *)pass->outputs[i] + at * nnrt_sample_bytes(model, &model->output[i]);
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): where pass_begin found no room, no task is run */
    pass->result[task] = model->forward(pass->params, state_of(pass, slot, at), slot->work, n, slot->in, slot->to);
}

int nnrt_predict(nnrt_runner *runner, const void *params, const void *state, const nnrt_data *data, void *const *output,
                 nnrt_error *error)
{
    const nn_model *model = runner->model;
    nnrt_pass pass = { .runner = runner, .params = params, .state = lend_state(runner, state), .data = data, .n = (uint32_t)data->samples,
                       .outputs = output };
    if (!model->forward)
        return nnrt_error_set(error, "%s has no outputs", model->name);
    int bad = pass_begin(&pass, model->batch, 0, error);
    if (!bad)
        each(runner, predict_task, &pass, pass.chunks);
    return pass_end(&pass, bad, NULL, error);
}
