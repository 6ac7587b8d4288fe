/* value.c: a model's inputs, targets and reals without knowing its types, messages about its calls, made-up data, and
 * parts of data sets. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

const nn_value *nnrt_value(const nn_model *model, uint32_t i)
{
    return i < model->inputs ? &model->input[i] : &model->target[i - model->inputs];
}

size_t nnrt_sample_bytes(const nn_model *model, const nn_value *value)
{
    return (size_t)value->size * (value->classes ? sizeof(int32_t) : model->real_size);
}

double nnrt_real_at(const nn_model *model, const void *reals, size_t i)
{
    return model->real_size == sizeof(float) ? (double)((const float *)reals)[i] : ((const double *)reals)[i];
}

void nnrt_real_put(const nn_model *model, void *reals, size_t i, double value)
{
    if (model->real_size == sizeof(float))
        ((float *)reals)[i] = (float)value;
    else
        ((double *)reals)[i] = value;
}

/* From halfway between the largest float and 2^128 on, numbers round to an infinity. */
int nnrt_real_fits(const nn_model *model, double x)
{
    return isfinite(x) && (model->real_size == sizeof(double) || fabs(x) < 3.4028235677973366e38);
}

uint32_t nnrt_cost_number(const nn_model *model, const nn_cost *cost)
{
    uint32_t i = 0;
    while (i < model->costs && &model->cost[i] != cost)
        i++;
    return i;
}

const char *nnrt_cost_name(const nn_cost *cost)
{
    return cost->name ? cost->name : "cost";
}

const char *nnrt_cost_title(char *buffer, size_t size, const nn_cost *cost)
{
    if (cost->name)
        snprintf(buffer, size, "cost '%s'", cost->name);
    else
        snprintf(buffer, size, "the cost");
    return buffer;
}

int nnrt_call_error(const nn_model *model, int result, nnrt_error *error)
{
    if (result == NN_EBATCH)
        return nnrt_error_set(error, "%s: a call with more samples than the %lu the model was generated for", model->name,
                              (unsigned long)model->batch);
    if (result == NN_EINDEX)
        return nnrt_error_set(error, "%s: an index is out of its range", model->name);
    if (result >= NN_EFINITE && (uint32_t)(result - NN_EFINITE) < model->checks)
        return nnrt_error_set(error, "%s is not finite", model->checked[result - NN_EFINITE]);
    return nnrt_error_set(error, "%s: error %d of the model", model->name, result);
}

/* The first output that answers an index target: reals with the classes along an axis at either end, or the index itself. */
static int answers(const nn_value *output, const nn_value *target)
{
    if (output->classes)
        return output->classes == target->classes && output->size == target->size;
    return output->rank > 0 && (uint64_t)output->size == (uint64_t)target->size * target->classes &&
           (output->shape[output->rank - 1] == target->classes || output->shape[0] == target->classes);
}

int nnrt_judged(const nn_model *model, uint32_t *target, uint32_t *output)
{
    for (uint32_t t = 0; t < model->targets; t++)
        for (uint32_t o = 0; model->target[t].classes && o < model->outputs && model->forward; o++)
            if (answers(&model->output[o], &model->target[t])) {
                *target = t;
                *output = o;
                return 0;
            }
    return 1;
}

/* ---- parts of data sets ---- */

static int data_new(nnrt_data *data, const nn_model *model, size_t samples, nnrt_error *error)
{
    data->samples = samples;
    data->values = model->inputs + model->targets;
    data->value = calloc(data->values ? data->values : 1, sizeof *data->value);
    if (!data->value)
        return nnrt_error_memory(error, "a data set", data->values * sizeof *data->value);
    return 0;
}

int nnrt_data_pick(nnrt_data *part, const nn_model *model, const nnrt_data *data, const uint32_t *order, uint32_t samples,
                   nnrt_error *error)
{
    if (data_new(part, model, samples, error) != 0)
        return 1;
    for (uint32_t i = 0; i < part->values; i++) {
        size_t bytes = nnrt_sample_bytes(model, nnrt_value(model, i));
        if (!data->value[i])
            continue;
        part->value[i] = nnrt_allocate(samples, bytes, "a part of the data", error);
        if (!part->value[i]) {
            nnrt_data_free(part);
            return 1;
        }
        for (uint32_t s = 0; s < samples; s++)
            memcpy((char *)part->value[i] + s * bytes, (const char *)data->value[i] + order[s] * bytes, bytes);
    }
    return 0;
}

int nnrt_data_split(nnrt_data *data, nnrt_data *held, const nn_model *model, double fraction, uint64_t seed, nnrt_error *error)
{
    uint32_t n = (uint32_t)data->samples, out = (uint32_t)floor(fraction * n + 0.5), kept = 0, taken = 0;
    char part[32];
    memset(held, 0, sizeof *held);
    if (out == 0 || out >= n)
        return nnrt_error_set(error, "a part of %s of %lu samples leaves nothing to %s", nnrt_show_real(part, fraction, 6), (unsigned long)n,
                              out == 0 ? "hold out" : "train on");
    uint32_t *order = nnrt_allocate(n, sizeof *order, "the split", error), *sorted = nnrt_allocate(n, sizeof *order, "the split", error);
    unsigned char *is_out = nnrt_allocate(n, 1, "the split", error);
    nnrt_data rest = { 0 };
    int bad = 1;
    if (order && sorted && is_out) {
        uint64_t state = nnrt_random_stream(seed, UINT64_C(0x73706c6974)); /* no epoch has this number: "split" */
        for (uint32_t i = 0; i < n; i++)
            order[i] = i;
        if (!(model->flags & NN_STREAM))
            nnrt_shuffle(order, n, &state);
        for (uint32_t i = n - out; i < n; i++)
            is_out[order[i]] = 1;
        for (uint32_t i = 0; i < n; i++) /* both parts keep the order of the data */
            sorted[is_out[i] ? n - out + taken++ : kept++] = i;
        bad = nnrt_data_pick(held, model, data, sorted + kept, taken, error) != 0 ||
              nnrt_data_pick(&rest, model, data, sorted, kept, error) != 0;
    }
    free(order);
    free(sorted);
    free(is_out);
    if (bad) {
        nnrt_data_free(held);
        return 1;
    }
    nnrt_data_free(data);
    *data = rest;
    return 0;
}

/* ---- made-up data ---- */

static double normal(uint64_t *random)
{
    double u = 1.0 - nnrt_random_uniform(random), v = nnrt_random_uniform(random); /* u > 0 */
    return sqrt(-2.0 * log(u)) * cos(6.28318530717958648 * v);
}

static void fake_reals(const nn_model *model, const nn_value *value, void *to, size_t samples, int positive, int sum_to_1, uint64_t *random)
{
    size_t count = samples * value->size, row = value->rank ? value->shape[value->rank - 1] : 1;
    for (size_t i = 0; i < count; i++)
        nnrt_real_put(model, to, i, positive ? nnrt_random_uniform(random) : normal(random));
    for (size_t i = 0; sum_to_1 && row > 1 && i < count; i += row) {
        double sum = 0;
        for (size_t j = 0; j < row; j++)
            sum += nnrt_real_at(model, to, i + j);
        for (size_t j = 0; j < row; j++)
            nnrt_real_put(model, to, i + j, nnrt_real_at(model, to, i + j) / sum);
    }
}

int nnrt_fake_data(nnrt_data *data, const nn_model *model, size_t samples, uint64_t seed, int positive_inputs,
                   int positive_targets, nnrt_error *error)
{
    if (data_new(data, model, samples, error) != 0)
        return 1;
    for (uint32_t i = 0; i < data->values; i++) {
        const nn_value *value = nnrt_value(model, i);
        uint64_t random = nnrt_random_stream(seed, i);
        int is_target = i >= model->inputs;
        void *to = data->value[i] = nnrt_allocate(samples, nnrt_sample_bytes(model, value), "made-up data", error);
        if (!to) {
            nnrt_data_free(data);
            return 1;
        }
        if (!value->classes)
            fake_reals(model, value, to, samples, is_target ? positive_targets : positive_inputs, is_target && positive_targets, &random);
        for (size_t k = 0; value->classes && k < samples * value->size; k++)
            ((int32_t *)to)[k] = (int32_t)nnrt_random_below(&random, value->classes);
    }
    return 0;
}
