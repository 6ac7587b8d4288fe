/* idx.c: the format of MNIST's files: 0 0, a type, a rank, extents of 4 bytes each, the elements; all big-endian. */
#include <stdlib.h>
#include <string.h>

#include "formats.h"

int nnrt_idx_parse(nnrt_array *a, const unsigned char *data, size_t length, size_t most, const char *name, nnrt_error *error)
{
    static const struct { unsigned char code; nnrt_type type; size_t size; int is_signed; } types[] = {
        {0x08, NNRT_U8, 1, 0}, {0x09, NNRT_I32, 1, 1}, {0x0B, NNRT_I32, 2, 1}, {0x0C, NNRT_I32, 4, 1}, {0x0D, NNRT_F32, 4, 0}, {0x0E, NNRT_F64, 8, 0}};
    size_t type = 0, count = 1;
    memset(a, 0, sizeof *a);
    if (length < 4 || data[0] || data[1])
        return nnrt_error_set(error, "%s: no IDX file: it does not begin with two zero bytes", name);
    while (type < 6 && types[type].code != data[2])
        type++;
    if (type == 6)
        return nnrt_error_set(error, "%s: elements of the unknown type 0x%02X", name, data[2]);
    a->rank = data[3];
    if (a->rank < 1 || a->rank > NNRT_MAX_RANK || length < 4 + 4 * (size_t)a->rank)
        return nnrt_error_set(error, a->rank < 1 || a->rank > NNRT_MAX_RANK ? "%s: %u dimensions" : "%s: ends in the middle of its %u extents", name, a->rank);
    for (uint32_t d = 0; d < a->rank; d++) {
        const unsigned char *p = data + 4 + 4 * (size_t)d;
        a->shape[d] = (uint64_t)p[0] << 24 | (uint64_t)p[1] << 16 | (uint64_t)p[2] << 8 | p[3];
        if (a->shape[d] && count > SIZE_MAX / 16 / a->shape[d])
            return nnrt_error_set(error, "%s: its extents are too large", name);
        count *= (size_t)a->shape[d];
    }
    size_t begin = 4 + 4 * (size_t)a->rank, size = types[type].size;
    if (count > (length - begin) / size || count * size != length - begin)
        return nnrt_error_set(error, "%s: its extents say %lu elements, but %lu bytes are there", name, (unsigned long)count, (unsigned long)(length - begin));
    if (count > most)
        return nnrt_too_many_numbers(name, count, error);
    a->type = types[type].type;
    a->count = count;
    a->data = nnrt_allocate(count, nnrt_type_size(a->type), name, error);
    if (!a->data)
        return 1;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *p = data + begin + i * size;
        uint64_t bits = 0;
        for (size_t k = 0; k < size; k++)
            bits = bits << 8 | p[k];
        uint32_t low = (uint32_t)bits;
        if (a->type == NNRT_U8)
            ((uint8_t *)a->data)[i] = (uint8_t)bits;
        else if (a->type == NNRT_I32)
            ((int32_t *)a->data)[i] = size == 1 ? (int8_t)bits : size == 2 ? (int16_t)bits : (int32_t)low;
        else if (a->type == NNRT_F32)
            memcpy((float *)a->data + i, &low, 4);
        else
            memcpy((double *)a->data + i, &bits, 8);
    }
    return 0;
}
