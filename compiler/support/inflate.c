/* inflate.c: RFC 1951: stored blocks, fixed and dynamic Huffman codes, decoded canonically, bit by bit. */
#include "inflate.h"

#include <string.h>

enum { MAX_BITS = 15, LITERALS = 288, DISTANCES = 30 };

typedef struct stream {
    const unsigned char *in;
    size_t length, at;
    unsigned bits;             /* not used yet, lowest first */
    int count;
    unsigned char *out;
    size_t size, made;
    bool failed;
} stream;

/* A canonical code: count[n] codes of n bits; their symbols in order. */
typedef struct code {
    short count[MAX_BITS + 1], symbol[LITERALS];
} code;

static unsigned take(stream *s, int n)
{
    while (s->count < n) {
        if (s->at == s->length) {
            s->failed = true;
            return 0;
        }
        s->bits |= (unsigned)s->in[s->at++] << s->count;
        s->count += 8;
    }
    unsigned value = s->bits & ((1u << n) - 1);
    s->bits >>= n;
    s->count -= n;
    return value;
}

/* False where the lengths say more codes than there can be. */
static bool make_code(code *c, const unsigned char *lengths, int n)
{
    short offset[MAX_BITS + 2];
    int left = 1;
    memset(c, 0, sizeof *c);
    for (int i = 0; i < n; i++)
        c->count[lengths[i]]++;
    c->count[0] = 0;
    for (int b = 1; b <= MAX_BITS; b++)
        if ((left = 2 * left - c->count[b]) < 0)
            return false;
    offset[1] = 0;
    for (int b = 1; b <= MAX_BITS; b++)
        offset[b + 1] = (short)(offset[b] + c->count[b]);
    for (int i = 0; i < n; i++)
        if (lengths[i])
            c->symbol[offset[lengths[i]]++] = (short)i;
    return true;
}

static int decode(stream *s, const code *c)
{
    int value = 0, first = 0, index = 0;
    for (int b = 1; b <= MAX_BITS && !s->failed; b++) {
        value |= (int)take(s, 1);
        if (value - c->count[b] < first)
            return c->symbol[index + value - first];
        index += c->count[b];
        first = (first + c->count[b]) << 1;
        value <<= 1;
    }
    s->failed = true;
    return -1;
}

static void put(stream *s, unsigned char byte)
{
    if (s->made == s->size)
        s->failed = true;
    else
        s->out[s->made++] = byte;
}

static void codes(stream *s, const code *literal, const code *distance)
{
    static const short base[] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const short extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    static const unsigned short far[] = {1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
                                         4097, 6145, 8193, 12289, 16385, 24577};
    static const short far_extra[] = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};
    while (!s->failed) {
        int symbol = decode(s, literal);
        if (symbol == 256)
            return;
        if (symbol < 256) {
            put(s, (unsigned char)symbol);
            continue;
        }
        if (symbol > 285) {
            s->failed = true;
            return;
        }
        unsigned n = (unsigned)base[symbol - 257] + take(s, extra[symbol - 257]);
        int d = decode(s, distance);
        if (d < 0 || d >= DISTANCES) {
            s->failed = true;
            return;
        }
        size_t back = (size_t)far[d] + take(s, far_extra[d]);
        if (back > s->made) {
            s->failed = true;
            return;
        }
        while (n-- && !s->failed)
            put(s, s->out[s->made - back]);
    }
}

static void stored(stream *s)
{
    s->bits = 0;
    s->count = 0;
    if (s->length - s->at < 4) {
        s->failed = true;
        return;
    }
    size_t n = s->in[s->at] | (size_t)s->in[s->at + 1] << 8, inverse = s->in[s->at + 2] | (size_t)s->in[s->at + 3] << 8;
    s->at += 4;
    if (n != (inverse ^ 0xFFFF) || n > s->length - s->at || n > s->size - s->made) {
        s->failed = true;
        return;
    }
    memcpy(s->out + s->made, s->in + s->at, n);
    s->at += n;
    s->made += n;
}

static void fixed(stream *s)
{
    unsigned char lengths[LITERALS];
    code literal, distance;
    for (int i = 0; i < LITERALS; i++)
        lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    make_code(&literal, lengths, LITERALS);
    memset(lengths, 5, DISTANCES);
    make_code(&distance, lengths, DISTANCES);
    codes(s, &literal, &distance);
}

static void dynamic(stream *s)
{
    static const unsigned char order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    unsigned char lengths[LITERALS + 32] = {0};
    code lengths_code, literal, distance;
    int literals = (int)take(s, 5) + 257, distances = (int)take(s, 5) + 1, n = (int)take(s, 4) + 4, at = 0;
    for (int i = 0; i < n; i++)
        lengths[order[i]] = (unsigned char)take(s, 3);
    if (literals > 286 || distances > DISTANCES || !make_code(&lengths_code, lengths, 19)) {
        s->failed = true;
        return;
    }
    memset(lengths, 0, sizeof lengths);
    while (at < literals + distances && !s->failed) {
        int symbol = decode(s, &lengths_code), repeat = 1;
        unsigned char value = 0;
        if (symbol < 16)
            value = (unsigned char)symbol;
        else if (symbol == 16) {
            if (at == 0) {
                s->failed = true;
                return;
            }
            value = lengths[at - 1];
            repeat = 3 + (int)take(s, 2);
        } else
            repeat = symbol == 17 ? 3 + (int)take(s, 3) : 11 + (int)take(s, 7);
        if (repeat > literals + distances - at) {
            s->failed = true;
            return;
        }
        while (repeat--)
            lengths[at++] = value;
    }
    if (s->failed || !make_code(&literal, lengths, literals) || !make_code(&distance, lengths + literals, distances)) {
        s->failed = true;
        return;
    }
    codes(s, &literal, &distance);
}

bool inflate_raw(const unsigned char *data, size_t length, unsigned char *out, size_t size)
{
    stream s = {.in = data, .length = length, .out = out, .size = size};
    for (bool last = false; !last && !s.failed;) {
        last = take(&s, 1);
        unsigned kind = take(&s, 2);
        if (s.failed)
            break;
        if (kind == 0)
            stored(&s);
        else if (kind == 1)
            fixed(&s);
        else if (kind == 2)
            dynamic(&s);
        else
            s.failed = true;
    }
    return !s.failed && s.made == size;
}
