/* options.c: any arguments on the command line of nnc, each ended by a line's end: it is taken, or refused with a message and the status 2. */
#define _GNU_SOURCE
#include "fuzz.h"
#include "options.h"

enum { MOST = 64 };

static char *written(FILE **stream, size_t *size, char **text)
{
    fclose(*stream);
    FUZZ_CHECK(*text && strlen(*text) == *size);
    return *text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1), *argv[MOST + 2] = {"nnc"}, *out_text = NULL, *err_text = NULL;
    size_t out_size = 0, err_size = 0;
    int argc = 1, status = -1;
    FUZZ_CHECK(copy);
    memcpy(copy, data, size);
    copy[size] = 0;
    for (char *at = copy; at < copy + size && argc <= MOST; at += strlen(at) + 1) {
        at[strcspn(at, "\n")] = 0;
        argv[argc++] = at;
    }
    FILE *out = open_memstream(&out_text, &out_size), *err = open_memstream(&err_text, &err_size);
    FUZZ_CHECK(out && err);
    options o;
    bool good = options_parse(argc, argv, &o, out, err, &status);
    const char *printed = written(&out, &out_size, &out_text), *complaint = written(&err, &err_size, &err_text);
    FUZZ_CHECK(good ? status == 0 && !*complaint && o.input && o.batch >= 0 && o.max_ram >= 0 && o.max_flash >= 0 : status == 0 ? *printed != 0 : status == 2 && *complaint);
    for (int i = 0; good && i < o.defines.count; i++)
        FUZZ_CHECK(o.defines.data[i].name && *o.defines.data[i].name);
    free(out_text);
    free(err_text);
    free(copy);
    diag_reset();
    arena_free_all();
    return 0;
}
