/* evil_files.c: files of about 1 MiB at most that lie, for test_hostile.sh. They are data (x[4], y : index(3)) or parameters
 * (linear1.w[3, 4], linear1.b[3]). usage: evil_files FOLDER; data whose name begins with ok_ are right and must be taken. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { MIB = 1 << 20, ROOM = 2 * MIB };

typedef struct bytes {
    unsigned char *at;
    size_t n;
} bytes;

static bytes fresh(void)
{
    bytes b = {calloc(1, ROOM), 0};
    if (!b.at)
        exit(2);
    return b;
}

static void put(bytes *b, const void *data, size_t n)
{
    if (b->n + n > ROOM)
        exit(2);
    memcpy(b->at + b->n, data, n);
    b->n += n;
}

static void number(bytes *b, uint64_t value, int size)
{
    for (int i = 0; i < size; i++)
        put(b, &(unsigned char){(unsigned char)(value >> 8 * i)}, 1);
}

static void write_file(const char *name, const bytes *b)
{
    FILE *f = fopen(name, "wb");
    if (!f || fwrite(b->at, 1, b->n, f) != b->n || fclose(f) != 0)
        exit(2);
}

static void write_repeated(const char *name, const char *head, const char *text, size_t size)
{
    bytes b = fresh();
    put(&b, head, strlen(head));
    while (b.n < size)
        put(&b, text, strlen(text));
    write_file(name, &b);
    free(b.at);
}

/* ---- streams that unpack to much ---- */

/* A deflate stream of `head`, then `times` a MiB of `pattern`, about 1 KiB each, then `noise` bytes as they are; its checksum. */
typedef struct bomb {
    bytes packed;
    uint64_t size;
    uLong sum;
} bomb;

static void deflate_part(bytes *to, const unsigned char *data, size_t n, int level, int flush)
{
    z_stream z;
    memset(&z, 0, sizeof z);
    if (deflateInit2(&z, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        exit(2);
    z.next_in = (unsigned char *)(uintptr_t)data;
    z.avail_in = (uInt)n;
    z.next_out = to->at + to->n;
    z.avail_out = (uInt)(ROOM - to->n);
    if (deflate(&z, flush) < 0 || z.avail_in)
        exit(2);
    to->n += z.total_out;
    deflateEnd(&z);
}

static bomb bomb_of(const bytes *head, const char *pattern, unsigned times, size_t noise)
{
    static unsigned char mib[MIB];
    size_t length = strlen(pattern) ? strlen(pattern) : 1;
    for (size_t i = 0; i < MIB; i++)
        mib[i] = (unsigned char)pattern[i % length];
    bomb b = {fresh(), head->n, crc32(0, head->at, (uInt)head->n)};
    bytes part = fresh();
    deflate_part(&b.packed, head->at, head->n, 9, Z_FULL_FLUSH);
    size_t whole = MIB / length * length;
    deflate_part(&part, mib, whole, 9, Z_FULL_FLUSH); /* parts that begin anew can be strung together */
    uLong sum = crc32(0, mib, (uInt)whole);
    for (unsigned i = 0; i < times; i++) {
        put(&b.packed, part.at, part.n);
        b.sum = crc32_combine(b.sum, sum, (z_off_t)whole);
        b.size += whole;
    }
    for (size_t i = 0; i < noise; i++)
        mib[i] = (unsigned char)(i * 2654435761u >> 13);
    b.sum = crc32_combine(b.sum, crc32(0, mib, (uInt)noise), (z_off_t)noise);
    b.size += noise;
    deflate_part(&b.packed, mib, noise, 0, Z_FINISH);
    free(part.at);
    return b;
}

static void write_gzip(const char *name, const bomb *b)
{
    bytes out = fresh();
    put(&out, "\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
    put(&out, b->packed.at, b->packed.n);
    number(&out, b->sum, 4);
    number(&out, b->size, 4);
    write_file(name, &out);
    free(out.at);
}

/* ---- archives ---- */

typedef struct entry {
    const char *name;
    size_t name_length;
    bytes content;
    unsigned method;
    uint64_t size, packed, offset;
    uLong sum;
    int zip64;
} entry;

static bytes npy(const char *type, const char *shape, const void *data, size_t n)
{
    bytes b = fresh();
    char header[256];
    int length = snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }\n", type, shape);
    put(&b, "\x93NUMPY\1\0", 8);
    number(&b, (uint64_t)length, 2);
    put(&b, header, (size_t)length);
    put(&b, data, n);
    return b;
}

static entry stored(const char *name, bytes content)
{
    return (entry){.name = name, .name_length = strlen(name), .content = content, .size = content.n, .packed = content.n,
                   .offset = UINT64_MAX, .sum = crc32(0, content.at, (uInt)content.n)};
}

static entry packed(const char *name, const bomb *b)
{
    entry e = stored(name, b->packed);
    e.method = 8;
    e.size = b->size;
    e.sum = b->sum;
    return e;
}

/* Where an entry's offset is UINT64_MAX it gets its true place. */
static void write_zip(const char *file, entry *e, size_t count, size_t claim)
{
    bytes z = fresh();
    for (size_t i = 0; i < count; i++) {
        if (e[i].offset != UINT64_MAX)
            continue;
        e[i].offset = z.n;
        put(&z, "PK\3\4\24\0\0\0", 8);
        number(&z, e[i].method, 2);
        number(&z, 0, 4);
        number(&z, e[i].sum, 4);
        number(&z, e[i].packed, 4);
        number(&z, e[i].size, 4);
        number(&z, e[i].name_length, 2);
        number(&z, 0, 2);
        put(&z, e[i].name, e[i].name_length);
        put(&z, e[i].content.at, e[i].content.n);
    }
    size_t begin = z.n;
    for (size_t i = 0; i < count; i++) {
        int wide = e[i].zip64;
        put(&z, "PK\1\2\24\0\24\0\0\0", 10);
        number(&z, e[i].method, 2);
        number(&z, 0, 4);
        number(&z, e[i].sum, 4);
        number(&z, wide ? 0xFFFFFFFF : e[i].packed, 4);
        number(&z, wide ? 0xFFFFFFFF : e[i].size, 4);
        number(&z, e[i].name_length, 2);
        number(&z, wide ? 28 : 0, 2);
        number(&z, 0, 10);
        number(&z, wide ? 0xFFFFFFFF : e[i].offset, 4);
        put(&z, e[i].name, e[i].name_length);
        if (wide) {
            number(&z, 1 | 24 << 16, 4);
            number(&z, e[i].size, 8);
            number(&z, e[i].packed, 8);
            number(&z, e[i].offset, 8);
        }
    }
    size_t length = z.n - begin;
    put(&z, "PK\5\6\0\0\0\0", 8);
    number(&z, claim, 2);
    number(&z, claim, 2);
    number(&z, length, 4);
    number(&z, begin, 4);
    number(&z, 0, 2);
    write_file(file, &z);
    free(z.at);
}

/* ---- the files ---- */

static const float reals[16] = {1, 2, 3, 4, -1, -2, -3, -4, 0.5f};

static void bombs(void)
{
    bytes none = {(unsigned char *)(uintptr_t)"", 0};
    static const struct { const char *file, *csv, *type; unsigned times; int size; size_t noise; } wanted[] = {
        {"bomb1000", "0,0,0,0,0\n", "<f4", 1000, 4, 16},
        {"bomb95", "0,0,0,0,0\n", "<f8", 95, 8, 900000},
        {"bomb88", "0,0,0,0,0\n", "|i1", 88, 1, 0},
        {"ok_bomb12", "0,0,0,0,0\n", "|i1", 12, 1, 0},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        char name[64], shape[64];
        uint64_t samples = ((uint64_t)wanted[i].times * MIB + wanted[i].noise) / 4 / (uint64_t)wanted[i].size;
        snprintf(shape, sizeof shape, "%llu, 4", (unsigned long long)samples);
        bytes head = npy(wanted[i].type, shape, "", 0);
        bomb x = bomb_of(&head, "", wanted[i].times, wanted[i].noise / 32 * 32);
        snprintf(shape, sizeof shape, "%llu,", (unsigned long long)samples);
        bytes y_head = npy("|u1", shape, "", 0);
        bomb y = bomb_of(&y_head, "", (unsigned)(samples / MIB), 0);
        bytes ballast = npy("|u1", "800000,", "", 0); /* as large as the file may be: what it unpacks to is not 1000 times its size */
        ballast.n += 800000;
        entry e[3] = {packed("x.npy", &x), packed("y.npy", &y), stored("ballast.npy", ballast)};
        snprintf(name, sizeof name, "%s.npz", wanted[i].file);
        write_zip(name, e, wanted[i].noise ? 2 : 3, wanted[i].noise ? 2 : 3);
        entry w[2] = {packed("linear1.w.npy", &x), stored("linear1.b.npy", npy("<f4", "3,", reals, 12))};
        snprintf(name, sizeof name, "%s_w.npz", strncmp(wanted[i].file, "ok_", 3) ? wanted[i].file : "bomb12");
        write_zip(name, w, 2, 2);
        bomb csv = bomb_of(&none, wanted[i].csv, wanted[i].times < 300 ? wanted[i].times : 300, 0);
        snprintf(name, sizeof name, "%s.csv.gz", wanted[i].file);
        write_gzip(name, &csv);
        bomb npy_file = bomb_of(&head, "", wanted[i].times, wanted[i].noise / 32 * 32);
        snprintf(name, sizeof name, "%s.npy.gz", wanted[i].file);
        if (strncmp(name, "ok_", 3) != 0)
            write_gzip(name, &npy_file);
    }
    /* many names for the same bytes, each unpacked anew */
    bytes head = npy("<f4", "3,", "", 0);
    bomb b = bomb_of(&head, "", 100, 0);
    static entry e[16000];
    static char names[16000][8];
    for (size_t i = 0; i < 16000; i++) {
        snprintf(names[i], sizeof names[i], "%zu", i);
        e[i] = packed(names[i], &b);
        e[i].offset = i ? 0 : UINT64_MAX;
    }
    write_zip("overlapping.npz", e, 9000, 9000);
    bytes small = npy("<f4", "", reals, 4);
    for (size_t i = 0; i < 16000; i++) {
        e[i] = stored(names[i], small);
        e[i].offset = i ? 0 : UINT64_MAX;
    }
    write_zip("names.npz", e, 16000, 16000);
}

static void lies(void)
{
    bytes w = npy("<f4", "3, 4", reals, 48), b = npy("<f4", "3,", reals, 12);
    static const struct { const char *file; uint64_t size, packed, offset; int zip64; unsigned method; size_t claim; } wanted[] = {
        {"size_max.npz", 0xFFFFFFFE, 0xFFFFFFFE, UINT64_MAX, 0, 0, 2}, {"size_only.npz", 0xFFFFFFFE, 0, UINT64_MAX, 0, 0, 2},
        {"packed_only.npz", 0, 0xFFFFFFF0, UINT64_MAX, 0, 8, 2},       {"zip64_max.npz", UINT64_MAX, UINT64_MAX, 0, 1, 0, 2},
        {"zip64_half.npz", (uint64_t)1 << 63, 100, 0, 1, 8, 2},        {"zip64_offset.npz", 0, 0, UINT64_MAX - 30, 1, 0, 2},
        {"offset.npz", 0, 0, 0x7FFFFFFF, 0, 0, 2},                     {"count.npz", 0, 0, UINT64_MAX, 0, 0, 65534},
        {"method.npz", 0, 0, UINT64_MAX, 0, 99, 2},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        entry e[2] = {stored("linear1.w.npy", w), stored("linear1.b.npy", b)};
        e[0].size = wanted[i].size ? wanted[i].size : e[0].size;
        e[0].packed = wanted[i].packed ? wanted[i].packed : e[0].packed;
        e[0].method = wanted[i].method;
        e[0].zip64 = wanted[i].zip64;
        e[0].offset = wanted[i].offset;
        write_zip(wanted[i].file, e, 2, wanted[i].claim);
    }
    static const char *const shapes[] = {"-3, 4", "3, -4", "4294967296, 4294967296", "18446744073709551615, 4", "99999999999999999999999", "3, 4, 0", "0x3, 4",
                                         "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,3,4", "3 4", "3, 4", "True"};
    static const char *const types[] = {"<f4", ">f4", "<f2", "|O", "<c8", "<U99", "<f16", "", "<M8[ns]"};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
            char name[64];
            if (strcmp(shapes[i], "3, 4") == 0 && k < 2)
                continue; /* right */
            entry e[2] = {stored("linear1.w.npy", npy(types[k], shapes[i], reals, 48)), stored("linear1.b.npy", b)};
            snprintf(name, sizeof name, "shape%zu_type%zu.npz", i, k);
            write_zip(name, e, 2, 2);
        }
}

static void members(void)
{
    bytes w = npy("<f4", "3, 4", reals, 48), b = npy("<f4", "3,", reals, 12);
    static char many[65000];
    memset(many, 'A', sizeof many);
    static const struct { const char *file, *name; size_t length; } wanted[] = {
        {"twice.npz", "linear1.w.npy", 13}, {"missing.npz", NULL, 0}, {"nul.npz", "a\0b.npy", 7}, {"empty_name.npz", ".npy", 4}, {"path.npz", "../../etc/passwd", 16},
        {"escape.npz", "\x1b]0;title\x07.npy", 14}, {"long_name.npz", many, sizeof many}, {"comment.npz", "*/ int evil; /*.npy", 19},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        entry e[3] = {stored("linear1.w.npy", w), stored("linear1.b.npy", b), stored("", b)};
        e[2].name = wanted[i].name;
        e[2].name_length = wanted[i].length;
        write_zip(wanted[i].file, wanted[i].name ? e : e + 1, wanted[i].name ? 3 : 1, wanted[i].name ? 3 : 1);
    }
    bytes text = fresh();
    put(&text, "\x93NUMPY\2\0", 8);
    number(&text, MIB - 12, 4);
    while (text.n < MIB)
        put(&text, "(", 1);
    entry e[2] = {stored("linear1.w.npy", text), stored("linear1.b.npy", b)};
    write_zip("header.npz", e, 2, 2);
    write_file("header.npy", &text);
}

static void plain(void)
{
    static const unsigned char idx[][16] = {{0, 0, 8, 2, 255, 255, 255, 255, 0, 0, 0, 4}, {0, 0, 0x0E, 255}, {0, 0, 8, 2, 0, 0, 0, 0, 255, 255, 255, 255}, {0, 0, 8, 0}};
    static const struct { const char *file, *head, *text; } csv[] = {
        {"commas.csv", "", ","}, {"digits.csv", "", "1"}, {"quotes.csv", "", "\"\""}, {"open.csv", "\"", "a"}, {"lines.csv", "", "\n"}, {"header.csv", "", "x[0],"},
        {"brackets.csv", "", "["}, {"exponents.csv", "1,2,3,4,0\n", "1e99999999,"}, {"blanks.csv", "", " "}, {"names.csv", "", "x[0],x[1],x[2],x[3],y,"},
        {"returns.csv", "", "\r"}, {"ok_rows.csv", "", "0,0,0,0,0\n"}, {"minus.csv", "", "-,"}, {"long.csv", "1,2,3,4,", "9"},
    };
    for (size_t i = 0; i < sizeof idx / sizeof *idx; i++) {
        char name[32];
        bytes b = fresh();
        put(&b, idx[i], 16);
        snprintf(name, sizeof name, "lie%zu.idx", i);
        write_file(name, &b);
        free(b.at);
    }
    for (size_t i = 0; i < sizeof csv / sizeof *csv; i++)
        write_repeated(csv[i].file, csv[i].head, csv[i].text, MIB);
    bytes b = fresh();
    b.n = MIB;
    memset(b.at, 0, MIB);
    write_file("nul.csv", &b);
    write_file("nul.npz", &b);
    write_repeated("ends.npz", "", "PK\5\6", MIB);
    write_repeated("entries.npz", "", "PK\1\2", MIB);
}

int main(int argc, char **argv)
{
    if (argc < 2 || chdir(argv[1]) != 0)
        return 2;
    bombs();
    lies();
    members();
    plain();
    return 0;
}
