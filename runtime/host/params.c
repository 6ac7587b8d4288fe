/* params.c: parameters and states between their structs and their logical shapes, and what a cost trains. The meaning of
 * a place (offset and axes) stands in nn_model.h. */
#include <stdlib.h>
#include <string.h>

#include "host.h"

const nn_param *nnrt_param_find(const nn_model *model, const char *path)
{
    for (uint32_t i = 0; i < model->params; i++)
        if (strcmp(model->param[i].path, path) == 0)
            return &model->param[i];
    for (uint32_t i = 0; i < model->states; i++)
        if (strcmp(model->state[i].path, path) == 0)
            return &model->state[i];
    return NULL;
}

size_t nnrt_place(const nn_param *param, uint32_t q)
{
    size_t place = param->offset;
    for (uint32_t a = param->axes; a-- > 0;) {
        place += (size_t)(q % param->axis[a].extent) * param->axis[a].stride;
        q /= param->axis[a].extent;
    }
    return place;
}

/* Copies between row-major values and the struct. The last axis is the inner loop: places cost a division an axis. */
static void transfer(size_t real, const nn_param *param, unsigned char *base, unsigned char *values, int set)
{
    uint32_t inner = param->axes ? param->axis[param->axes - 1].extent : 1;
    size_t stride = param->axes ? param->axis[param->axes - 1].stride * real : 0;
    for (uint32_t q = 0; q < param->size; q += inner) {
        unsigned char *place = base + nnrt_place(param, q) * real, *value = values + (size_t)q * real;
        for (uint32_t i = 0; i < inner; i++, place += stride, value += real) {
            if (set)
                memcpy(place, value, real);
            else
                memcpy(value, place, real);
        }
    }
}

void nnrt_param_get(const nn_model *model, const nn_param *param, const void *base, void *values)
{
    transfer(model->real_size, param, (unsigned char *)(uintptr_t)base, values, 0);
}

void nnrt_param_set(const nn_model *model, const nn_param *param, void *base, const void *values)
{
    transfer(model->real_size, param, base, (unsigned char *)(uintptr_t)values, 1);
}

int nnrt_trained_runs(const nn_model *model, const nn_cost *cost, int without, nnrt_run **runs, size_t *count, nnrt_error *error)
{
    unsigned char *trained = nnrt_allocate((size_t)model->reals + 1, 1, "the map of trained parameters", error);
    *runs = NULL;
    *count = 0;
    if (!trained)
        return 1;
    for (uint32_t i = 0; i < model->params; i++)
        for (uint32_t q = 0; (cost->trains[i] == 1 || (without && cost->trains[i])) && q < model->param[i].size; q++)
            trained[nnrt_place(&model->param[i], q)] = 1;
    for (size_t r = 0; r < model->reals; r++)
        *count += trained[r] && !trained[r + 1];
    *runs = nnrt_allocate(*count, sizeof **runs, "the map of trained parameters", error);
    if (!*runs) {
        free(trained);
        return 1;
    }
    size_t at = 0;
    for (size_t r = 0; r < model->reals; r++) {
        if (trained[r] && (r == 0 || !trained[r - 1]))
            (*runs)[at].begin = r;
        if (trained[r] && !trained[r + 1])
            (*runs)[at++].end = r + 1;
    }
    free(trained);
    return 0;
}
