/* npz.c: NumPy's .npz: a zip archive of .npy files. The central directory is the truth; sizes, checksums and names are checked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "formats.h"

static uint64_t get(const unsigned char *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

const nnrt_array *nnrt_arrays_find(const nnrt_arrays *arrays, const char *name)
{
    for (size_t i = 0; i < arrays->count; i++)
        if (strcmp(arrays->array[i].name, name) == 0)
            return &arrays->array[i];
    return NULL;
}

void nnrt_arrays_free(nnrt_arrays *arrays)
{
    for (size_t i = 0; i < arrays->count; i++)
        nnrt_array_clean(&arrays->array[i]);
    free(arrays->array);
    memset(arrays, 0, sizeof *arrays);
}

/* ---- reading ---- */

typedef struct member {
    const unsigned char *name;
    size_t name_length;
    unsigned method, flags;
    uint32_t checksum;
    uint64_t packed, size, offset;
} member;

typedef struct archive {
    const char *path;
    const unsigned char *data;
    size_t length;
    size_t most;            /* numbers that the members to come may hold */
    nnrt_error *error;
} archive;

static int damaged(const archive *a, const char *what)
{
    return nnrt_error_set(a->error, "%s: the zip archive is damaged: %s", a->path, what);
}

/* Where the directory begins and how many members it has. */
static int find_directory(const archive *a, uint64_t *offset, uint64_t *count)
{
    size_t n = a->length, least = n > 65557 ? n - 65557 : 0;
    for (size_t i = n < 22 ? 0 : n - 21; i-- > least;) {
        if (memcmp(a->data + i, "PK\5\6", 4) != 0 || i + 22 + get(a->data + i + 20, 2) != n)
            continue;
        *count = get(a->data + i + 10, 2);
        *offset = get(a->data + i + 16, 4);
        if ((*count == 0xFFFF || *offset == 0xFFFFFFFFu) && i >= 20 && memcmp(a->data + i - 20, "PK\6\7", 4) == 0) {
            uint64_t at = get(a->data + i - 20 + 8, 8);
            if (at > n || n - at < 56 || memcmp(a->data + at, "PK\6\6", 4) != 0)
                return damaged(a, "its zip64 directory is missing");
            *count = get(a->data + at + 32, 8);
            *offset = get(a->data + at + 48, 8);
        }
        return *offset > n ? damaged(a, "its directory lies outside the file") : 0;
    }
    return nnrt_error_set(a->error, "%s: no .npz file, or one that is cut off: a zip archive's end is missing", a->path);
}

/* Sizes of 2^32-1 stand in the zip64 field. */
static void read_zip64(member *m, const unsigned char *extra, size_t length)
{
    while (length >= 4) {
        size_t id = (size_t)get(extra, 2), n = (size_t)get(extra + 2, 2), at = 4;
        if (n > length - 4)
            return;
        if (id == 1) {
            uint64_t *fields[3] = {&m->size, &m->packed, &m->offset};
            for (int i = 0; i < 3; i++)
                if (*fields[i] == 0xFFFFFFFFu && at + 8 <= n + 4) {
                    *fields[i] = get(extra + at, 8);
                    at += 8;
                }
            return;
        }
        extra += 4 + n;
        length -= 4 + n;
    }
}

static int read_entry(const archive *a, uint64_t *at, member *m)
{
    const unsigned char *p = a->data + *at;
    if (*at > a->length || a->length - *at < 46 || memcmp(p, "PK\1\2", 4) != 0)
        return damaged(a, "its directory is cut off");
    size_t name = (size_t)get(p + 28, 2), extra = (size_t)get(p + 30, 2), comment = (size_t)get(p + 32, 2);
    if (a->length - *at - 46 < name + extra + comment)
        return damaged(a, "its directory is cut off");
    *m = (member){p + 46, name, (unsigned)get(p + 10, 2), (unsigned)get(p + 8, 2), (uint32_t)get(p + 16, 4), get(p + 20, 4), get(p + 24, 4), get(p + 42, 4)};
    read_zip64(m, p + 46 + name, extra);
    *at += 46 + name + extra + comment;
    return 0;
}

/* A member's name without its .npy, NULL with a message if it can't be used. */
static char *name_of(const archive *a, const member *m)
{
    size_t n = m->name_length;
    if (n > 4 && memcmp(m->name + n - 4, ".npy", 4) == 0)
        n -= 4;
    if (n == 0 || memchr(m->name, 0, m->name_length)) {
        damaged(a, "a member's name is empty or holds a NUL");
        return NULL;
    }
    char *name = malloc(n + 1);
    if (!name) {
        nnrt_error_memory(a->error, a->path, n);
        return NULL;
    }
    memcpy(name, m->name, n);
    name[n] = 0;
    return name;
}

/* Where the member's bytes begin, checked to lie inside the file; NULL with a message if they don't. */
static const unsigned char *content_of(const archive *a, const member *m, const char *title)
{
    if (m->flags & 1)
        nnrt_error_set(a->error, "%s is encrypted", title);
    else if (m->offset > a->length || a->length - m->offset < 30 || memcmp(a->data + m->offset, "PK\3\4", 4) != 0)
        nnrt_error_set(a->error, "%s lies outside the file", title);
    else if (m->method != 0 && m->method != 8)
        nnrt_error_set(a->error, "%s is packed by method %u; stored and deflated members can be read", title, m->method);
    else if (m->method == 0 && m->size != m->packed)
        nnrt_error_set(a->error, "%s has two sizes", title);
    else {
        uint64_t begin = m->offset + 30 + get(a->data + m->offset + 26, 2) + get(a->data + m->offset + 28, 2);
        if (begin <= a->length && m->packed <= a->length - begin)
            return a->data + begin;
        nnrt_error_set(a->error, "%s is cut off", title);
    }
    return NULL;
}

static int read_content(const archive *a, const member *m, const char *title, nnrt_array *out)
{
    nnrt_bytes b = {NULL, 0, 0};
    const unsigned char *content = content_of(a, m, title);
    if (!content)
        return 1;
    if (m->method == 8) {
        if (nnrt_inflate(&b, content, (size_t)m->packed, 0, (size_t)m->size, title, a->error))
            return 1;
        content = b.data;
    }
    uLong sum = crc32(0, NULL, 0);
    for (size_t i = 0; i < m->size; i += 1u << 30)
        sum = crc32(sum, content + i, (uInt)(m->size - i > 1u << 30 ? 1u << 30 : m->size - i));
    int failed = (uint32_t)sum != m->checksum ? nnrt_error_set(a->error, "%s is damaged: its checksum is wrong", title)
                                              : nnrt_npy_parse(out, content, (size_t)m->size, a->most, title, a->error);
    free(b.data);
    return failed;
}

static int read_member(const archive *a, const member *m, nnrt_array *out)
{
    char title[600], shown[256];
    char *name = name_of(a, m);
    if (!name)
        return 1;
    snprintf(title, sizeof title, "%.300s: '%s'", a->path, nnrt_show_text(shown, sizeof shown, name, name + strlen(name)));
    if (read_content(a, m, title, out) != 0) {
        free(name);
        return 1;
    }
    out->name = name;
    return 0;
}

static int read_all(archive *a, nnrt_arrays *arrays)
{
    uint64_t at = 0, count = 0;
    if (find_directory(a, &at, &count))
        return 1;
    if (count > a->length / 46)
        return damaged(a, "its directory counts more members than fit");
    arrays->array = nnrt_allocate((size_t)count + 1, sizeof *arrays->array, a->path, a->error);
    if (!arrays->array)
        return 1;
    size_t unpacked = 0;
    for (uint64_t i = 0; i < count; i++) {
        member m = {0};
        nnrt_array x = {0};
        if (read_entry(a, &at, &m))
            return 1;
        if (m.name_length && m.name[m.name_length - 1] == '/')
            continue; /* a folder */
        if (read_member(a, &m, &x))
            return 1;
        unpacked += (size_t)m.size;
        a->most -= x.data ? x.count : 0;
        if (nnrt_arrays_find(arrays, x.name)) {
            nnrt_error_set(a->error, "%s: two arrays have the name '%s'", a->path, x.name);
            return nnrt_array_clean(&x);
        }
        arrays->array[arrays->count++] = x;
        if (unpacked > (size_t)16 << 20 && unpacked / NNRT_MOST_RATIO > a->length)
            return nnrt_error_set(a->error, "%s: unpacks to more than %d times its size; this is refused (store it unpacked)", a->path, NNRT_MOST_RATIO);
    }
    return 0;
}

int nnrt_npz_read(nnrt_arrays *arrays, const char *path, nnrt_error *error)
{
    nnrt_bytes b;
    memset(arrays, 0, sizeof *arrays);
    if (nnrt_file_read(&b, path, error))
        return 1;
    archive a = {path, b.data, b.length, nnrt_most_numbers(b.length), error};
    int failed = read_all(&a, arrays);
    free(b.data);
    if (failed)
        nnrt_arrays_free(arrays);
    return failed;
}

/* ---- writing: stored members, as numpy.savez does ---- */

typedef struct written {
    uint32_t checksum;
    uint64_t size, offset;
} written;

static void put(unsigned char *p, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(v >> (8 * i));
}

static void fill_common(unsigned char *p, const written *w, size_t name)
{
    put(p, 20, 2);               /* version needed, flags, method, time: none; date: 1980-01-01 */
    put(p + 2, 0, 2);
    put(p + 4, 0, 2);
    put(p + 6, 0, 2);
    put(p + 8, 33, 2);
    put(p + 10, w->checksum, 4);
    put(p + 14, w->size, 4);
    put(p + 18, w->size, 4);
    put(p + 22, name, 2);
    put(p + 24, 0, 2);
}

static int write_member(FILE *f, const nnrt_array *a, written *w, uint64_t *offset)
{
    char header[2048];
    unsigned char local[30] = "PK\3\4";
    int n = nnrt_npy_header(header, sizeof header, a);
    size_t bytes = a->count * nnrt_type_size(a->type);
    size_t named = strlen(a->name);
    uLong sum = crc32(crc32(0, NULL, 0), (const unsigned char *)header, (uInt)n);
    for (size_t i = 0; i < bytes; i += 1u << 30)
        sum = crc32(sum, (const unsigned char *)a->data + i, (uInt)(bytes - i > 1u << 30 ? 1u << 30 : bytes - i));
    *w = (written){(uint32_t)sum, (uint64_t)n + bytes, *offset};
    fill_common(local + 4, w, named + 4);
    *offset += 30 + named + 4 + w->size;
    return fwrite(local, 1, 30, f) == 30 && fwrite(a->name, 1, named, f) == named && fwrite(".npy", 1, 4, f) == 4 &&
           fwrite(header, 1, (size_t)n, f) == (size_t)n && (bytes == 0 || fwrite(a->data, 1, bytes, f) == bytes);
}

static void write_directory(FILE *f, const nnrt_array *array, const written *w, size_t count, uint64_t offset)
{
    unsigned char end[22] = "PK\5\6";
    uint64_t begin = offset;
    for (size_t i = 0; i < count; i++) {
        unsigned char entry[46] = "PK\1\2";
        size_t named = strlen(array[i].name);
        put(entry + 4, 20, 2);
        fill_common(entry + 6, &w[i], named + 4);
        put(entry + 42, w[i].offset, 4);
        fwrite(entry, 1, 46, f);
        fwrite(array[i].name, 1, named, f);
        fwrite(".npy", 1, 4, f);
        offset += 46 + named + 4;
    }
    put(end + 8, count, 2);
    put(end + 10, count, 2);
    put(end + 12, offset - begin, 4);
    put(end + 16, begin, 4);
    fwrite(end, 1, 22, f);
}

int nnrt_npz_write(const char *path, const nnrt_array *array, size_t count, nnrt_error *error)
{
    nnrt_replace r;
    uint64_t offset = 0, total = 0;
    for (size_t i = 0; i < count; i++)
        total += array[i].count * nnrt_type_size(array[i].type) + 4096 + 2 * strlen(array[i].name);
    for (size_t i = 0; i < count; i++)
        if (strlen(array[i].name) > 65000)
            return nnrt_error_set(error, "%s: the name of an array has more than 65000 letters", path);
    if (total > 0xFFFFFFFEu || count > 65534)
        return nnrt_error_set(error, "%s: a .npz file of more than 4 GiB or 65534 arrays cannot be written", path);
    written *w = nnrt_allocate(count + 1, sizeof *w, path, error);
    if (!w)
        return 1;
    if (nnrt_replace_begin(&r, path, error)) {
        free(w);
        return 1;
    }
    for (size_t i = 0; i < count; i++)
        if (!write_member(r.file, &array[i], &w[i], &offset))
            break; /* the end finds it */
    write_directory(r.file, array, w, count, offset);
    free(w);
    return nnrt_replace_end(&r, error);
}
