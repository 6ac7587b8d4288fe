/* made_files.h: data and parameter files built byte by byte, right and wrong, for tests of their readers. The model is that of
 * hand_net.h: x[4], y : index(3); parameters m0.w, m0.b, scale, m1.w. */
#ifndef MADE_FILES_H
#define MADE_FILES_H

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#define REAL float
#define NAME(x) x
#define MATH(c) c##f
#include "hand_net.h"
#include "host/formats.h"

enum { ROOM = 1 << 12 };

static nnrt_error error;
static char name[64];           /* of the file that write_file wrote last */

static inline void no_file(void)
{
    if (*name)
        unlink(name);
}

/* Bytes under construction. */
typedef struct bytes {
    unsigned char at[ROOM];
    size_t n;
} bytes;

static inline void put(bytes *b, const void *data, size_t n)
{
    cr_assert(b->n + n <= ROOM);
    memcpy(b->at + b->n, data, n);
    b->n += n;
}

static inline void number(bytes *b, uint64_t value, int size, int big)
{
    for (int i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)(value >> 8 * (big ? size - 1 - i : i));
        put(b, &byte, 1);
    }
}

static inline const char *write_file(const char *ending, const void *data, size_t n)
{
    no_file();
    snprintf(name, sizeof name, "/tmp/nnrt-files-%ld%s", (long)getpid(), ending);
    FILE *file = fopen(name, "wb");
    cr_assert(file && fwrite(data, 1, n, file) == n && fclose(file) == 0);
    return name;
}

/* ---- builders ---- */

/* A .npy of that version whose header has this dictionary. */
static inline bytes npy(int version, const char *dictionary, const void *data, size_t n)
{
    bytes b = { .n = 0 };
    const unsigned char start[8] = { 0x93, 'N', 'U', 'M', 'P', 'Y', (unsigned char)version, 0 };
    put(&b, start, 8);
    number(&b, strlen(dictionary) + 1, version == 1 ? 2 : 4, 0);
    put(&b, dictionary, strlen(dictionary));
    put(&b, "\n", 1);
    put(&b, data, n);
    return b;
}

static inline bytes param_npy(const char *type, const char *shape, const void *data, size_t n)
{
    char header[128];
    snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    return npy(1, header, data, n);
}

typedef struct member {
    const char *name;
    bytes content;
} member;

typedef struct zip_faults {
    int deflate, zip64, wrong_checksum, encrypted, method, two_sizes, more_members; /* zip64 2: the members alone, not the end */
    uint64_t claim;         /* the size that the directory claims; 0: the true one */
    size_t offset;          /* added to where the members are said to lie */
} zip_faults;

static inline bytes deflated(const bytes *from, int wrap)
{
    bytes b = { .n = 0 };
    z_stream z;
    memset(&z, 0, sizeof z);
    cr_assert_eq(deflateInit2(&z, 9, Z_DEFLATED, wrap, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)from->at;
    z.avail_in = (uInt)from->n;
    z.next_out = b.at;
    z.avail_out = ROOM;
    cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    b.n = z.total_out;
    deflateEnd(&z);
    return b;
}

static inline void common(bytes *z, const member *m, const bytes *packed, const zip_faults *f)
{
    uint64_t size = f->claim ? f->claim : m->content.n;
    uLong sum = crc32(0, m->content.at, (uInt)m->content.n);
    number(z, f->encrypted, 2, 0);
    number(z, (uint64_t)(f->method ? f->method : f->deflate ? 8 : 0), 2, 0);
    number(z, 0, 4, 0);
    number(z, sum ^ (uLong)f->wrong_checksum, 4, 0);
    number(z, f->zip64 ? 0xFFFFFFFF : packed->n, 4, 0);
    number(z, f->zip64 ? 0xFFFFFFFF : size + (uint64_t)f->two_sizes, 4, 0);
    number(z, strlen(m->name), 2, 0);
}

static inline bytes zip(const member *m, size_t count, zip_faults f)
{
    bytes z = { .n = 0 };
    size_t at[16];
    for (size_t i = 0; i < count; i++) {
        bytes packed = f.deflate ? deflated(&m[i].content, -15) : m[i].content;
        at[i] = z.n;
        put(&z, "PK\3\4\24\0", 6);
        common(&z, &m[i], &packed, &f);
        number(&z, 0, 2, 0);
        put(&z, m[i].name, strlen(m[i].name));
        put(&z, packed.at, packed.n);
    }
    size_t begin = z.n;
    for (size_t i = 0; i < count; i++) {
        bytes packed = f.deflate ? deflated(&m[i].content, -15) : m[i].content;
        put(&z, "PK\1\2\24\0\24\0", 8);
        common(&z, &m[i], &packed, &f);
        number(&z, f.zip64 ? 28 : 0, 2, 0);
        number(&z, 0, 8, 0);
        number(&z, 0, 2, 0);
        number(&z, f.zip64 ? 0xFFFFFFFF : at[i] + f.offset, 4, 0);
        put(&z, m[i].name, strlen(m[i].name));
        if (f.zip64) {
            number(&z, 1, 2, 0);
            number(&z, 24, 2, 0);
            number(&z, f.claim ? f.claim : m[i].content.n, 8, 0);
            number(&z, packed.n, 8, 0);
            number(&z, at[i], 8, 0);
        }
    }
    size_t length = z.n - begin, end = z.n;
    if (f.zip64 == 1) {
        put(&z, "PK\6\6", 4);
        number(&z, 44, 8, 0);
        number(&z, 0, 8, 0);
        number(&z, 0, 4, 0);
        number(&z, count, 8, 0);
        number(&z, count, 8, 0);
        number(&z, length, 8, 0);
        number(&z, begin, 8, 0);
        put(&z, "PK\6\7\0\0\0\0", 8);
        number(&z, end, 8, 0);
        number(&z, 1, 4, 0);
    }
    put(&z, "PK\5\6\0\0\0\0", 8);
    for (int k = 0; k < 2; k++)
        number(&z, f.zip64 == 1 ? 0xFFFF : count + (size_t)f.more_members, 2, 0);
    number(&z, length, 4, 0);
    number(&z, f.zip64 == 1 ? 0xFFFFFFFF : begin, 4, 0);
    number(&z, 0, 2, 0);
    return z;
}

static const float x_data[8] = { 1, 2, 3, 4, -1, -2, -3, -4.5f };
static const int32_t y_data[2] = { 2, 0 };
static const char x_header[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }";
static const char y_header[] = "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }";

static inline bytes data_npz(zip_faults f)
{
    member m[2] = { { "x.npy", npy(1, x_header, x_data, sizeof x_data) }, { "y.npy", npy(1, y_header, y_data, sizeof y_data) } };
    return zip(m, 2, f);
}

static inline bytes idx(unsigned char type, unsigned char rank, const uint32_t *shape, const void *data, size_t n)
{
    bytes b = { .n = 0 };
    const unsigned char start[4] = { 0, 0, type, rank };
    put(&b, start, 4);
    for (int i = 0; i < rank; i++)
        number(&b, shape[i], 4, 1);
    put(&b, data, n);
    return b;
}

/* ---- loading ---- */

/* The list x=FILE,y=... with the file in place of x or of y; the other one is right. */
static inline int load_as(char value, const bytes *b, const char *ending, nnrt_data *data)
{
    static char other[64], list[200];
    const bytes right = value == 'x' ? npy(1, y_header, y_data, sizeof y_data) : npy(1, x_header, x_data, sizeof x_data);
    write_file(".other", right.at, right.n);
    snprintf(other, sizeof other, "/tmp/nnrt-right-%ld.npy", (long)getpid());
    cr_assert_eq(rename(name, other), 0);
    write_file(ending, b->at, b->n);
    snprintf(list, sizeof list, "%c=%s,%c=%s", value, name, value == 'x' ? 'y' : 'x', other);
    error.text[0] = 0;
    int bad = nnrt_data_load(data, &hand_model, list, 1, &error);
    unlink(other);
    return bad;
}

static inline int load_whole(const bytes *b, const char *ending, nnrt_data *data)
{
    write_file(ending, b->at, b->n);
    error.text[0] = 0;
    return nnrt_data_load(data, &hand_model, name, 1, &error);
}

static inline int is_right(const nnrt_data *d)
{
    return d->samples == 2 && memcmp(d->value[0], x_data, sizeof x_data) == 0 && memcmp(d->value[1], y_data, sizeof y_data) == 0;
}

#endif
