/* schedule.c: any bytes as the file of --schedule, for the model that its first line names: `# image` and `# sequence`, of which there is inference
 * alone, else one of dense stages that learns. */
#include "compile.h"

static const struct { const char *head, *text; } models[] = {
    {"# image\n", "input x[2, 8, 8]; z = x -> conv2d[8, 3, pad = 1] -> relu -> maxpool2d[2] -> flatten; output y = z -> linear[12] -> softmax;"},
    {"# sequence\n", "input x[6, 16]; stage c = rnn_cell[20]; a = attention[causal = 1](x, x, x); scan i < 6 carry h[20] = 0 { h = c(a[i], h); } output y = h -> layernorm;"},
    {"", "input x[20]; target t[8]; output y = x -> linear[24] -> tanh -> linear[8]; cost mse(y, t);"},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int k = 0;
    while (strlen(models[k].head) > size || memcmp(data, models[k].head, strlen(models[k].head)) != 0)
        k++;
    fuzz_options o = {.level = LEVEL_O2, .batch = 8, .inference = models[k].head[0] != 0, .schedule = fuzz_file(data, size, ".schedule")};
    fuzz_compile(models[k].text, strlen(models[k].text), &o);
    return 0;
}
