/* replay.c: runs a target on stored files, without libFuzzer: regression inputs and the corpus, in `make test`.
 *
 * usage: TARGET FILE...; the last line is "N passed, 0 failed": what fails does not get there. */
#include "fuzz.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        static uint8_t buffer[1 << 21];
        if (!f) {
            perror(argv[i]);
            return 1;
        }
        size_t n = fread(buffer, 1, sizeof buffer, f);
        fclose(f);
        uint8_t *exact = malloc(n ? n : 1); /* the sanitizer sees reads beyond its end */
        if (!exact)
            return 1;
        memcpy(exact, buffer, n);
        fprintf(stderr, "%s\n", argv[i]);
        LLVMFuzzerTestOneInput(exact, n);
        free(exact);
    }
    printf("%d passed, 0 failed\n", argc - 1);
    return 0;
}
