/* parse.c: any bytes as the text of a model: scanner, parser, its messages, and the tree printed. */
#include "fuzz.h"
#include "syntax/ast.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    diag_reset();
    ast_file *file = ast_parse(source_from_text("fuzz.nn", (const char *)data, size, false));
    text t = {0};
    if (!diag_errors())
        ast_print(file, &t);
    diag_flush(nowhere);
    diag_reset();
    arena_free_all();
    return 0;
}
