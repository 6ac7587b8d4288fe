/* csv.c: any bytes as a .csv, also packed by gzip, for the model of hand_net.h. */
#define REAL float
#define NAME(x) x
#define MATH(c) c##f
#include "../hand_net.h"
#include "fuzz.h"
#include "host/host.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    nnrt_error error;
    nnrt_data data;
    const char *path = fuzz_file(bytes, size, ".csv");
    if (nnrt_data_load(&data, &hand_model, path, 1, &error) == 0)
        for (size_t i = 0; i < data.samples; i++) {
            FUZZ_CHECK(((int32_t *)data.value[1])[i] >= 0 && ((int32_t *)data.value[1])[i] < 3);
            FUZZ_CHECK(isfinite(((float *)data.value[0])[4 * i]));
        }
    nnrt_data_free(&data);
    return 0;
}
