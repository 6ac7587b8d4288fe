/* nnrt_files.h: data sets, parameter files and outputs: what the training loop and the program ask of the file formats.
 *
 * Nothing here exits or prints. A function that can fail gives 0 for success and another value for failure; then `error`
 * holds a message that names the file, the place in it and what was expected ("digits.csv: line 7, column 3: 'abc' is
 * not a number"), without a newline at its end; several findings stand in lines of their own. What a failing function
 * was to fill is left empty, and freeing an empty thing is harmless. Numbers never depend on the locale. */
#ifndef NNRT_FILES_H
#define NNRT_FILES_H

#include <stdio.h>

#include "nn_model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- messages (error.c) ---- */

enum { NNRT_ERROR_SIZE = 16384 };

typedef struct nnrt_error {
    char text[NNRT_ERROR_SIZE];
} nnrt_error;

/* Sets the message; returns 1, so that `return nnrt_error_set(error, …);` reads well. `error` may be NULL. */
int nnrt_error_set(nnrt_error *error, const char *format, ...);
/* Adds a line to the message ("... and N more" once it is full); returns 1. An empty message has no line: begin with error->text[0] = 0. */
int nnrt_error_add(nnrt_error *error, const char *format, ...);
/* "not enough memory for NAME (N bytes)"; returns 1. */
int nnrt_error_memory(nnrt_error *error, const char *name, size_t bytes);

/* ---- numbers as text, whatever the locale (text.c) ---- */

/* Reads a decimal number (C's syntax, also inf and nan, no hexadecimal, no spaces) that fills [text, end) exactly.
 * 0, or 1 if it is none. Overflow gives an infinity. */
int nnrt_text_to_real(const char *text, const char *end, double *value);
/* Writes value with `digits` significant digits as %g does, with '.'; returns the length. */
int nnrt_real_to_text(char *text, size_t size, double value, int digits);

/* ---- files that appear whole or not at all (replace.c) ---- */

/* A temporary file in the folder of `path`, which takes path's place in nnrt_replace_end. */
typedef struct nnrt_replace {
    FILE *file;             /* write here, binary; errors are found at the end */
    char *path, *temporary;
} nnrt_replace;

int nnrt_replace_begin(nnrt_replace *replace, const char *path, nnrt_error *error);
int nnrt_replace_end(nnrt_replace *replace, nnrt_error *error); /* flush, fsync, rename; on failure the old file stands */
void nnrt_replace_cancel(nnrt_replace *replace);

/* ---- named arrays (npz.c, npy.c) ---- */

typedef enum nnrt_type {
    NNRT_F32, NNRT_F64,     /* float, double */
    NNRT_I32, NNRT_I64,     /* int32_t, int64_t */
    NNRT_U8, NNRT_U64,      /* uint8_t, uint64_t */
    NNRT_OTHER,             /* what the reader can't read, such as texts: data is NULL */
    NNRT_TYPES
} nnrt_type;

enum { NNRT_MAX_RANK = 32 };

/* Row-major, in the machine's byte order. The reader widens other integer types and bool to the next type of these. */
typedef struct nnrt_array {
    char *name;
    nnrt_type type;
    char other[12];         /* NNRT_OTHER: the type as the file writes it, such as "<U7" */
    uint32_t rank;
    uint64_t shape[NNRT_MAX_RANK];
    size_t count;           /* elements: the product of the extents; 1 for rank 0 */
    void *data;
} nnrt_array;

typedef struct nnrt_arrays {
    size_t count;
    nnrt_array *array;
} nnrt_arrays;

size_t nnrt_type_size(nnrt_type type);
/* Reads all arrays of a .npz; a broken zip, a wrong checksum or two arrays of one name are errors. An array of a type that
 * is not among the above is given as NNRT_OTHER. */
int nnrt_npz_read(nnrt_arrays *arrays, const char *path, nnrt_error *error);
/* Writes a .npz, stored, by nnrt_replace. */
int nnrt_npz_write(const char *path, const nnrt_array *array, size_t count, nnrt_error *error);
const nnrt_array *nnrt_arrays_find(const nnrt_arrays *arrays, const char *name);
void nnrt_arrays_free(nnrt_arrays *arrays);

/* ---- data sets (data.c and the formats) ---- */

/* value[i] for input i, value[inputs + i] for target i: [samples][size] of the model's reals, or of int32_t where the
 * value has classes. All values are finite, all indices in range. NULL where targets were not asked for. */
typedef struct nnrt_data {
    size_t samples;         /* at least 1 after a successful load */
    uint32_t values;        /* inputs + targets */
    void **value;
} nnrt_data;

/* `specification` as the command line has it: FILE.csv[.gz], FILE.npz, or x=FILE,y=FILE. */
int nnrt_data_load(nnrt_data *data, const nn_model *model, const char *specification, int with_targets, nnrt_error *error);
void nnrt_data_free(nnrt_data *data);

/* ---- parameter files (paramfile.c; the layout of the structs is params.c's) ---- */

/* Sets params and state (NULL where the model has none) from a .npz. Names, shapes, types and values are checked, every
 * mismatch is reported, and params and state change only if there is none. A missing state keeps its value, a missing
 * parameter is an error, names under "resume/" are passed over; if `resume` is not NULL they are given there, with the
 * whole name. */
int nnrt_params_load(const nn_model *model, void *params, void *state, const char *path, nnrt_arrays *resume, nnrt_error *error);
/* Writes parameters, states, then the `count` arrays of `resume` (whose names begin with "resume/"). Values that are not
 * finite are an error: they could not be loaded again. */
int nnrt_params_save(const nn_model *model, const void *params, const void *state, const char *path,
                     const nnrt_array *resume, size_t count, nnrt_error *error);

/* ---- layout (params.c) ---- */

/* One parameter or state (an element of model->param or model->state) between its struct (`base`: params or state) and
 * `size` reals of the model's precision, row-major in the logical shape. */
void nnrt_param_get(const nn_model *model, const nn_param *param, const void *base, void *values);
void nnrt_param_set(const nn_model *model, const nn_param *param, void *base, const void *values);

/* ---- outputs ---- */

/* Writes arrays whose shape[0] is the number of samples: .npz, .csv with a header (columns "p" or "p[0]", "p[1,2]"; floats
 * with 9, doubles with 17 significant digits), .npy for one array; another ending is an error. By nnrt_replace. */
int nnrt_output_write(const char *path, const nnrt_array *array, size_t count, nnrt_error *error);

#ifdef __cplusplus
}
#endif

#endif
