/* npz.c: any bytes as a .npz of data or of parameters for the model of hand_net.h. */
#define REAL float
#define NAME(x) x
#define MATH(c) c##f
#include "../hand_net.h"
#include "fuzz.h"
#include "host/host.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    float params[HAND_REALS];
    nnrt_error error;
    nnrt_data data;
    nnrt_arrays resume;
    const char *path = fuzz_file(bytes, size, ".npz");
    hand_init(params, 1);
    if (nnrt_data_load(&data, &hand_model, path, 1, &error) == 0)
        FUZZ_CHECK(data.samples >= 1);
    nnrt_data_free(&data);
    if (nnrt_params_load(&hand_model, params, NULL, path, &resume, &error) == 0)
        for (int i = 0; i < HAND_REALS; i++)
            FUZZ_CHECK(isfinite(params[i]));
    nnrt_arrays_free(&resume);
    return 0;
}
