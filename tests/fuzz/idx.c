/* idx.c: any bytes as an IDX file: what is read has as many elements as its shape says. */
#include "fuzz.h"
#include "host/formats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nnrt_error error;
    nnrt_array a;
    double sum = 0;
    char place[160];
    if (nnrt_idx_parse(&a, data, size, SIZE_MAX, "fuzz.idx", &error) != 0)
        return 0;
    for (size_t i = 0; a.data && i < a.count; i++) {
        sum += nnrt_array_real(&a, i);
        nnrt_element_title(place, sizeof place, &a, i);
    }
    nnrt_array_clean(&a);
    (void)sum;
    return 0;
}
