/* formats.h: what the readers of file formats share. Private to the hosted runtime. */
#ifndef NNRT_FORMATS_H
#define NNRT_FORMATS_H

#include "host.h"

/* The bytes of a file, with a NUL behind them. */
typedef struct nnrt_bytes {
    unsigned char *data;
    size_t length;
    size_t most;            /* how many numbers it may hold: SIZE_MAX, except where it was unpacked */
} nnrt_bytes;

/* gzip.c: reads a whole file; one that begins as gzip does is unpacked. What unpacks to more than NNRT_MOST_RATIO times its size
 * (and 16 MiB) is refused; so is what holds more than NNRT_MOST_NUMBERS numbers for each of its bytes (and 2^24): small integers
 * become wide ones when they are read. */
enum { NNRT_MOST_RATIO = 100, NNRT_MOST_NUMBERS = 12 };
size_t nnrt_most_numbers(size_t packed);
/* The message for more than `most`; returns 1. */
int nnrt_too_many_numbers(const char *name, size_t count, nnrt_error *error);
int nnrt_file_read(nnrt_bytes *bytes, const char *path, nnrt_error *error);
/* Inflates a raw (wrap 0), or gzip (wrap 1) stream that must fill it to its end; `expected` bytes, or any number where it is SIZE_MAX. */
int nnrt_inflate(nnrt_bytes *out, const unsigned char *data, size_t length, int wrap, size_t expected, const char *name, nnrt_error *error);

/* npy.c: an array of at most so many numbers from the bytes of a .npy; `name` names it in messages. Its type may be NNRT_OTHER. */
int nnrt_npy_parse(nnrt_array *array, const unsigned char *data, size_t length, size_t most, const char *name, nnrt_error *error);
/* The bytes of a .npy's header, padded as numpy does. */
int nnrt_npy_header(char *header, size_t size, const nnrt_array *array);
int nnrt_array_clean(nnrt_array *array); /* frees what it holds */
/* Element i as a real, or as an integer where the type is one. */
double nnrt_array_real(const nnrt_array *array, size_t i);
int nnrt_type_is_real(nnrt_type type);
const char *nnrt_type_name(const nnrt_array *array);
/* "element [1, 2]", for messages. */
void nnrt_element_title(char *buffer, size_t size, const nnrt_array *array, size_t i);

/* idx.c */
int nnrt_idx_parse(nnrt_array *array, const unsigned char *data, size_t length, size_t most, const char *name, nnrt_error *error);

/* csv.c */
int nnrt_csv_load(nnrt_data *data, const nn_model *model, const char *path, int with_targets, nnrt_error *error);

int nnrt_ends_with(const char *path, const char *ending); /* also with .gz behind it */

#endif
