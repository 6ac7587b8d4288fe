/* gzip.c: any bytes as a file that may be packed by gzip. */
#include "fuzz.h"
#include "host/formats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nnrt_error error;
    nnrt_bytes b;
    if (nnrt_file_read(&b, fuzz_file(data, size, ".gz"), &error) == 0)
        FUZZ_CHECK(b.data[b.length] == 0);
    free(b.data);
    return 0;
}
