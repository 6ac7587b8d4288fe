/* mutate_zip.c: libFuzzer's changes to a zip archive, after which most checksums are put right, so that changes get past them. */
#include <zlib.h>

#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

static uint64_t get(const uint8_t *p, int n)
{
    uint64_t v = 0;
    for (int i = 0; i < n; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

static uLong sum_of(const uint8_t *packed, size_t length, unsigned method)
{
    static uint8_t out[1 << 16];
    z_stream z;
    if (method == 0)
        return crc32(0, packed, (uInt)length);
    memset(&z, 0, sizeof z);
    if (inflateInit2(&z, -15) != Z_OK)
        return 0;
    z.next_in = (uint8_t *)(uintptr_t)packed;
    z.avail_in = (uInt)length;
    z.next_out = out;
    z.avail_out = sizeof out;
    (void)inflate(&z, Z_FINISH);
    uLong sum = crc32(0, out, (uInt)z.total_out);
    inflateEnd(&z);
    return sum;
}

/* Every entry of the directory whose bytes lie inside the file gets the checksum of those bytes. */
static void mend(uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 46 <= size; i++) {
        if (memcmp(data + i, "PK\1\2", 4) != 0)
            continue;
        uint64_t at = get(data + i + 42, 4), length = get(data + i + 20, 4);
        if (at > size || size - at < 30)
            continue;
        at += 30 + get(data + at + 26, 2) + get(data + at + 28, 2);
        if (at > size || length > size - at)
            continue;
        uLong sum = sum_of(data + at, (size_t)length, (unsigned)get(data + i + 10, 2));
        for (int k = 0; k < 4; k++)
            data[i + 16 + (size_t)k] = (uint8_t)(sum >> 8 * k);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, most);
    if (seed % 8)
        mend(data, size);
    return size;
}
