/* weights.c: any bytes as the file of --weights, for a model with a frozen parameter, one that is trained, and states. */
#include "compile.h"

static const char model[] =
    "input x[3]; target t[2]; stage m = linear[2]; param w[3] = 1; state h[3] = 0; state k = 1; freeze w;"
    "update h = training ? 0.9 * h + 0.1 * mean[batch] x[0] : h; output y = m(x * w + h * k); cost mse(y, t);";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_options o = {.level = LEVEL_OS, .inference = size % 2, .weights = fuzz_file(data, size, ".npz")};
    fuzz_compile(model, sizeof model - 1, &o);
    return 0;
}
