/* paramfile.c: parameters and states in .npz files, one array each, in their logical shape. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formats.h"

static int is_resume(const char *name)
{
    return strncmp(name, "resume/", 7) == 0;
}

static const nn_param *any_param(const nn_model *model, uint32_t i)
{
    return i < model->params ? &model->param[i] : &model->state[i - model->params];
}

/* Adds what is wrong with the array for this parameter; 0 if nothing is. */
static int check_array(const nn_model *model, const nn_param *p, const nnrt_array *a, const char *path, nnrt_error *error)
{
    char has[128], needs[128], place[160];
    uint32_t shape[NNRT_MAX_RANK];
    int same = a->rank == p->rank;
    for (uint32_t d = 0; d < a->rank; d++) {
        shape[d] = (uint32_t)a->shape[d];
        same = same && d < p->rank && a->shape[d] == p->shape[d];
    }
    if (!same) {
        nnrt_show_shape(has, sizeof has, shape, a->rank);
        nnrt_show_shape(needs, sizeof needs, p->shape, p->rank);
        return nnrt_error_add(error, "%s: '%s' has shape %s, the model needs %s", path, p->path, a->rank ? has : "[] (a scalar)",
                              p->rank ? needs : "[] (a scalar)");
    }
    if (!nnrt_type_is_real(a->type))
        return nnrt_error_add(error, "%s: '%s' holds %s; float32 or float64 is needed", path, p->path, nnrt_type_name(a));
    for (size_t i = 0; i < a->count; i++) {
        double x = nnrt_array_real(a, i);
        if (nnrt_real_fits(model, x))
            continue;
        nnrt_element_title(place, sizeof place, a, i);
        return nnrt_error_add(error, "%s: '%s', %s: %s is not a finite number%s", path, p->path, place, nnrt_show_real(has, x, 9),
                              isfinite(x) ? " in float" : "");
    }
    return 0;
}

/* Of the model's parameters those that have no array, at most `room`; gives how many. */
static size_t without_array(const nn_model *model, const nnrt_arrays *arrays, const char **names, size_t room)
{
    size_t count = 0;
    for (uint32_t i = 0; i < model->params + model->states && count < room; i++)
        if (!nnrt_arrays_find(arrays, any_param(model, i)->path))
            names[count++] = any_param(model, i)->path;
    return count;
}

static int check_all(const nn_model *model, const nnrt_arrays *arrays, const char *path, nnrt_error *error)
{
    const char *missing[64];
    size_t count = without_array(model, arrays, missing, 64);
    int wrong = 0;
    for (uint32_t i = 0; i < model->params + model->states; i++) {
        const nn_param *p = any_param(model, i);
        const nnrt_array *a = nnrt_arrays_find(arrays, p->path);
        if (a)
            wrong |= check_array(model, p, a, path, error);
        else if (i < model->params)
            wrong |= nnrt_error_add(error, "%s: the parameter '%s' is missing", path, p->path);
    }
    for (size_t k = 0; k < arrays->count; k++) {
        const char *name = arrays->array[k].name;
        if (is_resume(name) || nnrt_param_find(model, name))
            continue;
        const char *near = nnrt_suggest(name, missing, count); /* perhaps one of those is meant */
        wrong |= nnrt_error_add(error, "%s: the model has no parameter '%s'%s%s%s", path, name, near ? " (is '" : "", near ? near : "",
                                near ? "' meant?)" : "");
    }
    return wrong;
}

static int set_all(const nn_model *model, void *params, void *state, const nnrt_arrays *arrays, const char *path, nnrt_error *error)
{
    size_t most = 1;
    for (uint32_t i = 0; i < model->params + model->states; i++)
        if (any_param(model, i)->size > most)
            most = any_param(model, i)->size;
    void *values = nnrt_allocate(most, model->real_size, path, error);
    if (!values)
        return 1;
    for (uint32_t i = 0; i < model->params + model->states; i++) {
        const nn_param *p = any_param(model, i);
        const nnrt_array *a = nnrt_arrays_find(arrays, p->path);
        if (!a)
            continue;
        for (size_t k = 0; k < a->count; k++)
            nnrt_real_put(model, values, k, nnrt_array_real(a, k));
        nnrt_param_set(model, p, i < model->params ? params : state, values);
    }
    free(values);
    return 0;
}

/* Moves the arrays under resume/ into a list of their own. */
static int keep_resume(nnrt_arrays *arrays, nnrt_arrays *resume, const char *path, nnrt_error *error)
{
    resume->array = nnrt_allocate(arrays->count, sizeof *resume->array, path, error);
    if (!resume->array)
        return 1;
    for (size_t k = 0; k < arrays->count; k++)
        if (is_resume(arrays->array[k].name)) {
            resume->array[resume->count++] = arrays->array[k];
            memset(&arrays->array[k], 0, sizeof arrays->array[k]);
        }
    return 0;
}

int nnrt_params_load(const nn_model *model, void *params, void *state, const char *path, nnrt_arrays *resume, nnrt_error *error)
{
    nnrt_arrays arrays;
    nnrt_error local;
    if (!error)
        error = &local;
    if (resume)
        memset(resume, 0, sizeof *resume);
    if (nnrt_npz_read(&arrays, path, error))
        return 1;
    error->text[0] = 0;
    int failed = check_all(model, &arrays, path, error) || set_all(model, params, state, &arrays, path, error) ||
                 (resume && keep_resume(&arrays, resume, path, error));
    nnrt_arrays_free(&arrays);
    return failed;
}

/* The parameter as the file will have it. What could not be loaded again is not written. */
static int describe(const nn_model *model, const nn_param *p, const void *base, nnrt_array *a, const char *path, nnrt_error *error)
{
    char place[160], number[32];
    a->name = (char *)(uintptr_t)p->path;
    a->type = model->real_size == 4 ? NNRT_F32 : NNRT_F64;
    a->rank = p->rank;
    for (uint32_t d = 0; d < p->rank; d++)
        a->shape[d] = p->shape[d];
    a->count = p->size;
    a->data = nnrt_allocate(p->size, model->real_size, path, error);
    if (!a->data)
        return 1;
    nnrt_param_get(model, p, base, a->data);
    for (size_t i = 0; i < a->count; i++)
        if (!isfinite(nnrt_array_real(a, i))) {
            nnrt_element_title(place, sizeof place, a, i);
            return nnrt_error_set(error, "%s: not written, for '%s', %s became %s: is the rate too large?", path, p->path, place,
                                  nnrt_show_real(number, nnrt_array_real(a, i), 9));
        }
    return 0;
}

int nnrt_params_save(const nn_model *model, const void *params, const void *state, const char *path, const nnrt_array *resume, size_t count,
                     nnrt_error *error)
{
    size_t n = model->params + model->states;
    nnrt_array *all = nnrt_allocate(n + count, sizeof *all, path, error);
    int failed = !all;
    for (uint32_t i = 0; !failed && i < n; i++)
        failed = describe(model, any_param(model, i), i < model->params ? params : state, &all[i], path, error);
    for (size_t k = 0; !failed && k < count; k++)
        all[n + k] = resume[k];
    failed = failed || nnrt_npz_write(path, all, n + count, error);
    for (size_t i = 0; all && i < n; i++)
        free(all[i].data);
    free(all);
    return failed;
}
