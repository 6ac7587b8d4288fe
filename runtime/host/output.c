/* output.c: predictions as .npz, .npy or .csv. */
#include <string.h>

#include "formats.h"

static int write_npy(const char *path, const nnrt_array *a, nnrt_error *error)
{
    nnrt_replace r;
    char header[2048];
    int n = nnrt_npy_header(header, sizeof header, a);
    if (nnrt_replace_begin(&r, path, error))
        return 1;
    fwrite(header, 1, (size_t)n, r.file);
    fwrite(a->data, nnrt_type_size(a->type), a->count, r.file);
    return nnrt_replace_end(&r, error);
}

static void write_names(FILE *f, const nnrt_array *a, size_t per_sample, int first)
{
    for (size_t e = 0; e < per_sample; e++) {
        size_t stride = per_sample;
        fprintf(f, first && e == 0 ? "" : ",");
        /* a name with a comma in it is quoted */
        fprintf(f, a->rank > 2 ? "\"%s" : "%s", a->name);
        for (uint32_t d = 1; d < a->rank; d++) {
            stride /= (size_t)a->shape[d];
            fprintf(f, d > 1 ? ",%lu" : "[%lu", (unsigned long)(e / stride % a->shape[d]));
        }
        fprintf(f, a->rank > 2 ? "]\"" : a->rank > 1 ? "]" : "");
    }
}

static void write_element(FILE *f, const nnrt_array *a, size_t i)
{
    char number[64];
    if (nnrt_type_is_real(a->type)) {
        nnrt_real_to_text(number, sizeof number, nnrt_array_real(a, i), a->type == NNRT_F32 ? 9 : 17);
        fputs(number, f);
    } else
        fprintf(f, "%.0f", nnrt_array_real(a, i));
}

static int write_csv(const char *path, const nnrt_array *array, size_t count, nnrt_error *error)
{
    nnrt_replace r;
    size_t samples = (size_t)array[0].shape[0];
    if (nnrt_replace_begin(&r, path, error))
        return 1;
    for (size_t k = 0; k < count; k++)
        write_names(r.file, &array[k], array[k].count / samples, k == 0);
    fputs("\n", r.file);
    for (size_t s = 0; s < samples && !ferror(r.file); s++) {
        for (size_t k = 0; k < count; k++) {
            size_t n = array[k].count / samples;
            for (size_t e = 0; e < n; e++) {
                if (k || e)
                    fputc(',', r.file);
                write_element(r.file, &array[k], s * n + e);
            }
        }
        fputc('\n', r.file);
    }
    return nnrt_replace_end(&r, error);
}

int nnrt_output_write(const char *path, const nnrt_array *array, size_t count, nnrt_error *error)
{
    size_t n = strlen(path);
    const char *ending = n > 4 ? path + n - 4 : "";
    if (strcmp(ending, ".npz") == 0)
        return nnrt_npz_write(path, array, count, error);
    if (strcmp(ending, ".csv") == 0)
        return write_csv(path, array, count, error);
    if (strcmp(ending, ".npy") != 0)
        return nnrt_error_set(error, "%s: outputs are written to .npz, .csv or .npy", path);
    if (count != 1)
        return nnrt_error_set(error, "%s: a .npy file holds one array, the model has %lu outputs; write .npz or .csv", path, (unsigned long)count);
    return write_npy(path, array, error);
}
