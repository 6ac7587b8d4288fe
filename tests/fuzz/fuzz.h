/* fuzz.h: what the fuzz targets share. A target is a file with LLVMFuzzerTestOneInput, which takes any bytes, may reject them, and
 * must not crash, leak, or allocate without end. libFuzzer calls it with bytes of its own (`make fuzz`), replay.c with those of stored files. */
#ifndef NNC_FUZZ_H
#define NNC_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold for all inputs: else the target ends as a crash does. */
#define FUZZ_CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
            abort(); \
        } \
    } while (0)

/* A file with these bytes, the same one each time, whose name ends so; gone at the end. In memory where there is such a place. */
static char fuzz_path[64];

static inline void fuzz_remove(void)
{
    remove(fuzz_path);
}

static inline const char *fuzz_file(const uint8_t *data, size_t size, const char *ending)
{
    char *path = fuzz_path;
    if (!*path)
        atexit(fuzz_remove);
    snprintf(path, sizeof fuzz_path, "%s/nnc-fuzz-%ld%s", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid(), ending);
    FILE *f = fopen(path, "wb");
    FUZZ_CHECK(f && fwrite(data, 1, size, f) == size && fclose(f) == 0);
    return path;
}

#endif
