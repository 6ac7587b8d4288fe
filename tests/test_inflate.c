/* test_inflate.c: the compiler's own unpacking (inflate.c) against zlib, which packs: whatever it packs comes back; streams that are cut,
 * changed or wrong are refused, and what zlib still reads of them is read the same. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "support/inflate.h"

enum { LONGEST = 70000, ROOM = LONGEST + 1000, KINDS = 5 };

static unsigned char packed[ROOM];

static unsigned char *data_of(int kind, size_t n)
{
    unsigned char *data = malloc(n + 1);
    uint32_t seed = 7;
    cr_assert_not_null(data);
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        const unsigned char byte[KINDS] = {0, (unsigned char)(seed >> 24), (unsigned char)"the cat sat on the mat "[i % 23], (unsigned char)(seed >> 30),
                                           (unsigned char)(i / 300 % 7 * i)};
        data[i] = byte[kind];
    }
    return data;
}

static size_t pack(const unsigned char *data, size_t n, int level, int strategy)
{
    z_stream z;
    memset(&z, 0, sizeof z);
    cr_assert_eq(deflateInit2(&z, level, Z_DEFLATED, -15, 8, strategy), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)data;
    z.avail_in = (unsigned)n;
    z.next_out = packed;
    z.avail_out = ROOM;
    cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return z.total_out;
}

/* Both take copies of their exact size, so that the address sanitizer sees a byte too far. */
static bool unpacks(const unsigned char *stream, size_t length, const unsigned char *wanted, size_t n)
{
    unsigned char *in = malloc(length ? length : 1), *out = malloc(n ? n : 1);
    cr_assert(in && out);
    memcpy(in, stream, length);
    bool good = inflate_raw(in, length, out, n);
    if (good && wanted)
        cr_expect(memcmp(out, wanted, n) == 0, "%zu bytes", n);
    free(in);
    free(out);
    return good;
}

Test(inflate, what_zlib_packs)
{
    static const size_t sizes[] = {0, 1, 2, 300, LONGEST};
    static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE};
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            for (int level = 0; level <= 9; level += 3)
                for (size_t k = 0; k < sizeof strategies / sizeof *strategies; k++) {
                    unsigned char *data = data_of(kind, sizes[s]);
                    size_t length = pack(data, sizes[s], level, strategies[k]);
                    cr_expect(unpacks(packed, length, data, sizes[s]), "kind %d, %zu bytes, level %d, strategy %zu", kind, sizes[s], level, k);
                    cr_expect(!unpacks(packed, length, NULL, sizes[s] + 1), "more bytes are wanted than there are");
                    cr_expect(sizes[s] == 0 || !unpacks(packed, length, NULL, sizes[s] - 1), "fewer are wanted");
                    free(data);
                }
}

Test(inflate, streams_that_are_cut)
{
    for (int kind = 0; kind < KINDS; kind++)
        for (int level = 0; level <= 9; level += 9) {
            unsigned char *data = data_of(kind, 700);
            size_t length = pack(data, 700, level, Z_DEFAULT_STRATEGY);
            for (size_t n = 0; n < length; n++)
                cr_expect(!unpacks(packed, n, NULL, 700), "kind %d, level %d: %zu of %zu bytes", kind, level, n, length);
            free(data);
        }
}

/* What zlib makes of a stream: its bytes, or SIZE_MAX where it finds it damaged. */
static size_t by_zlib(size_t length, unsigned char *out)
{
    z_stream z;
    memset(&z, 0, sizeof z);
    cr_assert_eq(inflateInit2(&z, -15), Z_OK);
    z.next_in = packed;
    z.avail_in = (unsigned)length;
    z.next_out = out;
    z.avail_out = ROOM;
    int status = inflate(&z, Z_FINISH);
    size_t made = z.total_out;
    inflateEnd(&z);
    return status == Z_STREAM_END ? made : SIZE_MAX;
}

Test(inflate, streams_with_a_bit_changed)
{
    static unsigned char theirs[ROOM];
    unsigned same = 0;
    for (int kind = 0; kind < KINDS; kind++)
        for (int strategy = 0; strategy < 2; strategy++) {
            unsigned char *data = data_of(kind, 400);
            size_t length = pack(data, 400, 9, strategy ? Z_FIXED : Z_DEFAULT_STRATEGY);
            for (size_t bit = 0; bit < 8 * length; bit++) {
                packed[bit / 8] ^= (unsigned char)(1u << bit % 8);
                size_t n = by_zlib(length, theirs);
                if (n != SIZE_MAX) {
                    cr_expect(unpacks(packed, length, theirs, n), "kind %d: bit %zu", kind, bit);
                    same++;
                } else
                    unpacks(packed, length, NULL, 400); /* incomplete codes, which zlib refuses, may pass where nothing uses them */
                packed[bit / 8] ^= (unsigned char)(1u << bit % 8);
            }
            free(data);
        }
    cr_expect_gt(same, 1000);
}

/* Bits in the order of the stream, the lowest of a byte first; blanks part them for the eye. */
static bool takes(const char *bits, const char *wanted)
{
    unsigned char stream[64] = {0};
    size_t n = 0;
    for (; *bits; bits++)
        if (*bits != ' ') {
            stream[n / 8] |= (unsigned char)((*bits == '1') << n % 8);
            n++;
        }
    return unpacks(stream, (n + 7) / 8, (const unsigned char *)wanted, strlen(wanted));
}

/* Behind the wrong ones stand zeros enough, so that it is not the end that is missing. */
Test(inflate, wrong_streams)
{
    cr_expect(takes("1 10 10010001 0000001 00000 0000000", "aaaa"), "a letter, three more at distance 1, the end");
    cr_expect(!takes("1 10 10010001 0000001 00001 0000000", "aaaa"), "at distance 2 nothing stands");
    cr_expect(!takes("1 10 10010001 0000001 11110 0000000 00000000", "aaaa"), "distance 30 is none");
    cr_expect(!takes("1 10 10010001 11000110 00000 0000000 00000000", "aaaa"), "length 286 is none");
    cr_expect(takes("1 00 00000 1000000000000000 0111111111111111 10000110", "a"), "a stored byte");
    cr_expect(!takes("1 00 00000 1000000000000000 1111111111111111 10000110", "a"), "whose length is not what its complement says");
    cr_expect(!takes("1 00 00000 0100000000000000 1011111111111111 10000110", "aa"), "of which one is missing");
    cr_expect(!takes("1 00 00000 10000000", "a"), "the length is cut");
    cr_expect(!takes("1 11 00000 0000000000000000", ""), "a block of the fourth kind");
    const char *zeros = " 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000";
    static const char *const dynamic[] = {
        "1 01 11111 00000 0000 000 000 100 100", /* 288 codes of letters */
        "1 01 00000 00000 0000 100 100 100 100", /* four codes of one bit */
        "1 01 00000 00000 0000 100 000 000 100 1", /* the length before the first, repeated */
        "1 01 00000 00000 0000 000 000 100 100 1 1111111 1 1111111", /* more lengths than there are letters */
        "1 01 00000 00000 0000 000 100 000 000 1", /* a code that stands for nothing */
    };
    for (size_t i = 0; i < sizeof dynamic / sizeof *dynamic; i++) {
        char bits[300];
        snprintf(bits, sizeof bits, "%s%s", dynamic[i], zeros);
        cr_expect(!takes(bits, "a"), "%s", dynamic[i]);
    }
}
