/* inflate.c: the compiler's own unpacking against zlib's: any bytes as a deflate stream; both take it, with the same result, or neither. */
#include <zlib.h>

#include "fuzz.h"
#include "support/inflate.h"

enum { ROOM = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t theirs[ROOM];
    z_stream z;
    memset(&z, 0, sizeof z);
    FUZZ_CHECK(inflateInit2(&z, -15) == Z_OK);
    z.next_in = (uint8_t *)(uintptr_t)data;
    z.avail_in = (unsigned)size;
    z.next_out = theirs;
    z.avail_out = ROOM;
    int status = inflate(&z, Z_FINISH);
    size_t made = z.total_out;
    inflateEnd(&z);
    uint8_t *ours = malloc(made ? made : 1);
    FUZZ_CHECK(ours);
    bool good = inflate_raw(data, size, ours, made);
    if (status == Z_STREAM_END)
        FUZZ_CHECK(good && memcmp(ours, theirs, made) == 0);
    free(ours);
    return 0;
}
