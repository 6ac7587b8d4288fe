/* model.c: any text as a model: the whole compiler, to the C in memory. Level and options follow from the text itself, so that one
 * input is one compilation; replayed, it is all of them. */
#include "compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
#ifdef REPLAY
    for (unsigned way = 0; way < 6; way++) {
#else
    unsigned way = 5381;
    for (size_t i = 0; i < size; i++)
        way = way * 33 + data[i];
    way >>= 8;
    {
#endif
        fuzz_options o = {.level = (opt_level)(way % 3), .inference = way % 2 == 1, .is_double = way % 5 == 1, .program = way % 4 == 2};
        fuzz_compile((const char *)data, size, &o);
    }
    return 0;
}
