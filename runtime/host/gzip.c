/* gzip.c: whole files, unpacked where they are gzip; raw deflate streams for the members of a zip. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "formats.h"

enum { FLOOR = 16 << 20, STEP = 1 << 20 };

static size_t most_unpacked(size_t packed)
{
    size_t most = packed > SIZE_MAX / NNRT_MOST_RATIO ? SIZE_MAX : packed * NNRT_MOST_RATIO;
    return most < FLOOR ? FLOOR : most;
}

size_t nnrt_most_numbers(size_t packed)
{
    size_t most = packed > SIZE_MAX / NNRT_MOST_NUMBERS ? SIZE_MAX : packed * NNRT_MOST_NUMBERS;
    return most < FLOOR ? FLOOR : most;
}

int nnrt_too_many_numbers(const char *name, size_t count, nnrt_error *error)
{
    return nnrt_error_set(error, "%s: %lu numbers are more than %d times the bytes of the packed file; this is refused (unpack it first)", name,
                          (unsigned long)count, NNRT_MOST_NUMBERS);
}

static int grow(nnrt_bytes *b, size_t *room, size_t most, const char *name, nnrt_error *error)
{
    size_t wanted = *room ? *room * 2 : STEP;
    if (*room >= most)
        return nnrt_error_set(error, "%s: unpacks to more than %d times its size; this is refused (unpack it first)", name, NNRT_MOST_RATIO);
    if (wanted > most)
        wanted = most;
    unsigned char *grown = realloc(b->data, wanted + 1);
    if (!grown)
        return nnrt_error_memory(error, name, wanted);
    b->data = grown;
    *room = wanted;
    return 0;
}

static int inflate_all(z_stream *z, nnrt_bytes *out, const unsigned char *data, size_t length, int wrap, size_t most, const char *name,
                       nnrt_error *error)
{
    size_t room = 0, used = 0;
    int status = Z_OK;
    for (;;) {
        if (out->length == room && grow(out, &room, most, name, error))
            return 1;
        size_t left = length - used;
        z->next_in = (unsigned char *)(uintptr_t)(data + used);
        z->avail_in = (uInt)(left > 1u << 30 ? 1u << 30 : left);
        z->next_out = out->data + out->length;
        size_t space = room - out->length;
        z->avail_out = (uInt)(space > 1u << 30 ? 1u << 30 : space);
        size_t in_before = z->avail_in, out_before = z->avail_out;
        status = inflate(z, Z_NO_FLUSH);
        used += in_before - z->avail_in;
        out->length += out_before - z->avail_out;
        if (status == Z_STREAM_END) {
            if (used == length)
                return 0;
            if (!wrap || data[used] != 0x1F)
                return nnrt_error_set(error, "%s: %lu bytes behind the end of its packed data", name, (unsigned long)(length - used));
            if (inflateReset(z) != Z_OK) /* gzip files may be strung together */
                return nnrt_error_set(error, "%s: cannot be unpacked", name);
            continue;
        }
        if (status != Z_OK && status != Z_BUF_ERROR)
            return nnrt_error_set(error, "%s: its packed data are damaged near byte %lu", name, (unsigned long)used);
        if (used == length && out->length < room)
            return nnrt_error_set(error, "%s: ends in the middle of its packed data", name);
    }
}

int nnrt_inflate(nnrt_bytes *out, const unsigned char *data, size_t length, int wrap, size_t expected, const char *name, nnrt_error *error)
{
    z_stream z;
    size_t most = most_unpacked(length);
    memset(&z, 0, sizeof z);
    memset(out, 0, sizeof *out);
    if (inflateInit2(&z, wrap ? 15 + 16 : -15) != Z_OK)
        return nnrt_error_memory(error, name, 1 << 16);
    int failed = inflate_all(&z, out, data, length, wrap, most, name, error);
    inflateEnd(&z);
    if (!failed && expected != SIZE_MAX && out->length != expected)
        failed = nnrt_error_set(error, "%s: unpacks to %lu bytes, not to the %lu that the file says", name, (unsigned long)out->length,
                                (unsigned long)expected);
    if (failed) {
        free(out->data);
        memset(out, 0, sizeof *out);
        return 1;
    }
    out->data[out->length] = 0;
    return 0;
}

static int read_plain(nnrt_bytes *b, FILE *f, const char *path, nnrt_error *error)
{
    size_t room = 0, n;
    for (;;) {
        if (b->length == room && grow(b, &room, SIZE_MAX / 4, path, error))
            return 1;
        n = fread(b->data + b->length, 1, room - b->length, f);
        b->length += n;
        if (n == 0)
            break;
    }
    if (ferror(f))
        return nnrt_error_set(error, "%s: cannot be read: %s", path, strerror(errno));
    b->data[b->length] = 0;
    return 0;
}

int nnrt_file_read(nnrt_bytes *bytes, const char *path, nnrt_error *error)
{
    FILE *f = fopen(path, "rb");
    memset(bytes, 0, sizeof *bytes);
    if (!f)
        return nnrt_error_set(error, "%s: cannot be opened: %s", path, strerror(errno));
    struct stat status;
    int device = fstat(fileno(f), &status) == 0 && S_ISCHR(status.st_mode); /* /dev/zero has no end */
    int failed = device ? nnrt_error_set(error, "%s: a device, no file", path) : read_plain(bytes, f, path, error);
    fclose(f);
    bytes->most = SIZE_MAX;
    if (!failed && bytes->length >= 2 && bytes->data[0] == 0x1F && bytes->data[1] == 0x8B) {
        nnrt_bytes packed = *bytes;
        failed = nnrt_inflate(bytes, packed.data, packed.length, 1, SIZE_MAX, path, error);
        free(packed.data);
        bytes->most = nnrt_most_numbers(packed.length);
    }
    if (failed) {
        free(bytes->data);
        memset(bytes, 0, sizeof *bytes);
    }
    return failed;
}

int nnrt_ends_with(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);
    if (n > 3 && strcmp(path + n - 3, ".gz") == 0)
        n -= 3;
    return n > m && strncmp(path + n - m, ending, m) == 0;
}
