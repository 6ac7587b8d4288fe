/* data.c: data sets: which file holds what, and the checks that every value passes before a model sees it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formats.h"

void nnrt_data_free(nnrt_data *data)
{
    for (uint32_t i = 0; data->value && i < data->values; i++)
        free(data->value[i]);
    free(data->value);
    memset(data, 0, sizeof *data);
}

/* Extents other than 1. */
static uint32_t without_ones(const uint64_t *shape, uint32_t rank, uint64_t *out)
{
    uint32_t n = 0;
    for (uint32_t d = 0; d < rank; d++)
        if (shape[d] != 1)
            out[n++] = shape[d];
    return n;
}

/* [samples, 28, 28] fits a value of shape [28, 28], [1, 28, 28] or [784]; and the other way round. */
static int shape_fits(const nnrt_array *a, const nn_value *v)
{
    uint64_t file[NNRT_MAX_RANK], shape[NNRT_MAX_RANK], model[NNRT_MAX_RANK], size = 1;
    if (a->rank < 1 || v->rank > NNRT_MAX_RANK)
        return 0;
    for (uint32_t d = 1; d < a->rank; d++)
        size *= a->shape[d];
    if (size != v->size)
        return 0;
    for (uint32_t d = 0; d < v->rank; d++)
        shape[d] = v->shape[d];
    uint32_t n = without_ones(a->shape + 1, a->rank - 1, file), m = without_ones(shape, v->rank, model);
    return n <= 1 || m <= 1 || (n == m && memcmp(file, model, n * sizeof *file) == 0);
}

static int take_array(nnrt_data *data, uint32_t at, const nn_model *model, const nnrt_array *a, const char *name, nnrt_error *error)
{
    const nn_value *v = nnrt_value(model, at);
    char shape[128], wanted[128], place[160], number[32];
    uint32_t file_shape[NNRT_MAX_RANK];
    for (uint32_t d = 0; d < a->rank; d++)
        file_shape[d] = (uint32_t)a->shape[d];
    if (a->type == NNRT_OTHER)
        return nnrt_error_set(error, "%s: '%s' has elements of type '%s'; floats of 4 or 8 bytes, integers and bool can be read (use .astype('float32'))",
                              name, v->name, nnrt_type_name(a));
    if (!shape_fits(a, v)) {
        nnrt_show_shape(shape, sizeof shape, file_shape, a->rank);
        nnrt_show_shape(wanted, sizeof wanted, v->shape, v->rank);
        return nnrt_error_set(error, "%s: '%s' has shape %s; samples along the first dimension, then %s, are expected", name, v->name,
                              a->rank ? shape : "[] (a scalar)", v->rank ? wanted : "nothing");
    }
    size_t samples = (size_t)a->shape[0];
    if (samples == 0 || samples > INT32_MAX)
        return nnrt_error_set(error, samples ? "%s: '%s' has more than 2147483647 samples" : "%s: '%s' has no samples", name, v->name);
    if (data->samples && data->samples != samples)
        return nnrt_error_set(error, "%s: '%s' has %lu samples, but the values before have %lu", name, v->name, (unsigned long)samples,
                              (unsigned long)data->samples);
    data->samples = samples;
    void *to = data->value[at] = nnrt_allocate(samples * v->size, v->classes ? 4 : model->real_size, name, error);
    if (!to)
        return 1;
    for (size_t i = 0; i < a->count; i++) {
        double x = nnrt_array_real(a, i);
        if (v->classes && !(x >= 0 && x < (double)v->classes && x == floor(x))) {
            nnrt_element_title(place, sizeof place, a, i);
            return nnrt_error_set(error, "%s: '%s', %s: %s is not an integer from 0 to %lu", name, v->name, place, nnrt_show_real(number, x, 17),
                                  (unsigned long)v->classes - 1);
        }
        if (v->classes) {
            ((int32_t *)to)[i] = (int32_t)x;
            continue;
        }
        if (!nnrt_real_fits(model, x)) {
            nnrt_element_title(place, sizeof place, a, i);
            return nnrt_error_set(error, "%s: '%s', %s: %s is not a finite number%s", name, v->name, place, nnrt_show_real(number, x, 9),
                                  isfinite(x) ? " in float" : "");
        }
        nnrt_real_put(model, to, i, x);
    }
    return 0;
}

/* "no array 'x'", and the one that may be meant. */
static int missing_array(const nn_model *model, uint32_t i, const nnrt_arrays *arrays, const char *path, nnrt_error *error)
{
    const char *name = nnrt_value(model, i)->name, *candidates[64];
    size_t count = 0;
    for (size_t k = 0; k < arrays->count && count < 64; k++)
        candidates[count++] = arrays->array[k].name;
    const char *near = nnrt_suggest(name, candidates, count);
    return nnrt_error_set(error, "%s: there is no array '%s', which the model takes as %s%s%s%s", path, name,
                          i < model->inputs ? "an input" : "a target", near ? " (is '" : "", near ? near : "", near ? "' meant?)" : "");
}

static int load_npz(nnrt_data *data, const nn_model *model, const char *path, int with_targets, nnrt_error *error)
{
    nnrt_arrays arrays;
    uint32_t wanted = model->inputs + (with_targets ? model->targets : 0);
    int failed = nnrt_npz_read(&arrays, path, error);
    for (uint32_t i = 0; !failed && i < wanted; i++) {
        const nnrt_array *a = nnrt_arrays_find(&arrays, nnrt_value(model, i)->name);
        failed = a ? take_array(data, i, model, a, path, error) : missing_array(model, i, &arrays, path, error);
    }
    nnrt_arrays_free(&arrays);
    return failed;
}

static int load_one(nnrt_data *data, uint32_t at, const nn_model *model, const char *path, nnrt_error *error)
{
    nnrt_bytes b;
    nnrt_array a;
    if (!*path)
        return nnrt_error_set(error, "--data: '%s=' is followed by no file's name", nnrt_value(model, at)->name);
    if (nnrt_ends_with(path, ".csv") || nnrt_ends_with(path, ".npz"))
        return nnrt_error_set(error, "%s: a list NAME=FILE takes .npy and IDX files; a .csv or .npz stands alone and holds all values", path);
    if (nnrt_file_read(&b, path, error))
        return 1;
    int is_npy = b.length >= 6 && memcmp(b.data, "\x93NUMPY", 6) == 0;
    int failed;
    if (is_npy || nnrt_ends_with(path, ".npy"))
        failed = nnrt_npy_parse(&a, b.data, b.length, b.most, path, error);
    else
        failed = nnrt_idx_parse(&a, b.data, b.length, b.most, path, error);
    free(b.data);
    if (!failed) {
        failed = take_array(data, at, model, &a, path, error);
        nnrt_array_clean(&a);
    }
    return failed;
}

static int find_value(const nn_model *model, const char *name, size_t n)
{
    for (uint32_t i = 0; i < model->inputs + model->targets; i++)
        if (strlen(nnrt_value(model, i)->name) == n && memcmp(nnrt_value(model, i)->name, name, n) == 0)
            return (int)i;
    return -1;
}

/* The value that a part "NAME=FILE" of a list is for; -1 with a message if there is none. */
static int find_part(const nn_model *model, const char *list, const char *s, size_t length, nnrt_error *error)
{
    const char *equals = memchr(s, '=', length), *names[64];
    char word[64];
    size_t count = 0;
    if (!equals) {
        nnrt_error_set(error, "'%.*s' in the list '%s' is not of the form NAME=FILE", (int)length, s, list);
        return -1;
    }
    int at = find_value(model, s, (size_t)(equals - s));
    if (at >= 0)
        return at;
    for (uint32_t i = 0; i < model->inputs + model->targets && count < 64; i++)
        names[count++] = nnrt_value(model, i)->name;
    nnrt_show_text(word, sizeof word, s, equals);
    const char *near = nnrt_suggest(word, names, count);
    nnrt_error_set(error, "the model has no input or target '%s', which the list '%s' names%s%s%s", word, list, near ? " (did you mean '" : "",
                   near ? near : "", near ? "'?)" : "");
    return -1;
}

/* x=FILE,y=FILE */
static int load_list(nnrt_data *data, const nn_model *model, const char *list, int with_targets, nnrt_error *error)
{
    uint32_t wanted = model->inputs + (with_targets ? model->targets : 0);
    for (const char *s = list; *s;) { /* all of it, before much is read */
        size_t length = strcspn(s, ",");
        if (find_part(model, list, s, length, error) < 0)
            return 1;
        s += length + (s[length] == ',');
    }
    for (const char *s = list; *s;) {
        size_t length = strcspn(s, ",");
        int at = find_part(model, list, s, length, error);
        if ((uint32_t)at < wanted) {
            const char *name = nnrt_value(model, (uint32_t)at)->name;
            size_t begin = strlen(name) + 1;
            char *path = malloc(length - begin + 1);
            if (!path)
                return nnrt_error_memory(error, list, length);
            memcpy(path, s + begin, length - begin);
            path[length - begin] = 0;
            int failed = data->value[at] ? nnrt_error_set(error, "'%s' is given twice in the list '%s'", name, list)
                                         : load_one(data, (uint32_t)at, model, path, error);
            free(path);
            if (failed)
                return 1;
        }
        s += length + (s[length] == ',');
    }
    for (uint32_t i = 0; i < wanted; i++)
        if (!data->value[i])
            return nnrt_error_set(error, "the list '%s' gives no file for '%s'", list, nnrt_value(model, i)->name);
    return 0;
}

/* Whether a specification is a list: its first part names a value, or it is nothing else. */
static int is_list(const nn_model *model, const char *specification)
{
    const char *equals = strchr(specification, '=');
    return equals && (find_value(model, specification, (size_t)(equals - specification)) >= 0 ||
                      (!nnrt_ends_with(specification, ".csv") && !nnrt_ends_with(specification, ".npz")));
}

int nnrt_data_load(nnrt_data *data, const nn_model *model, const char *specification, int with_targets, nnrt_error *error)
{
    int failed;
    memset(data, 0, sizeof *data);
    data->values = model->inputs + model->targets;
    data->value = nnrt_allocate(data->values, sizeof *data->value, "data", error);
    if (!data->value)
        return 1;
    if (is_list(model, specification))
        failed = load_list(data, model, specification, with_targets, error);
    else if (nnrt_ends_with(specification, ".csv"))
        failed = nnrt_csv_load(data, model, specification, with_targets, error);
    else if (nnrt_ends_with(specification, ".npz"))
        failed = load_npz(data, model, specification, with_targets, error);
    else
        failed = nnrt_error_set(error, "%s: data are FILE.csv, FILE.npz or a list NAME=FILE,NAME=FILE of .npy or .idx files (each also .gz)", specification);
    if (failed)
        nnrt_data_free(data);
    return failed;
}
