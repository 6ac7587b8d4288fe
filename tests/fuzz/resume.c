/* resume.c: any bytes as a saved run that training goes on with, for an epoch; then it is saved, and what was saved is read again. */
#define REAL float
#define NAME(x) x
#define MATH(c) c##f
#include "../hand_net.h"
#include "fuzz.h"
#include "host/host.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static nnrt_error error;
    static nnrt_data data;
    float params[HAND_REALS];
    nnrt_settings s;
    nnrt_arrays resume = {0, NULL};
    const char *path = fuzz_file(bytes, size, ".npz");
    if (!data.value)
        FUZZ_CHECK(nnrt_fake_data(&data, &hand_model, 20, 3, 0, 0, &error) == 0);
    hand_init(params, 1);
    FUZZ_CHECK(nnrt_settings_init(&s, &hand_model, hand_costs, &error) == 0 && nnrt_settings_optimizer(&s, "adam(rate=0.01)", &error) == 0);
    s.batch = 6;
    s.epochs = 3;
    s.seed = 5;
    nnrt_trainer *t = nnrt_trainer_new(&hand_model, &s, params, NULL, &data, NULL, NULL, &error);
    FUZZ_CHECK(t);
    if (nnrt_params_load(&hand_model, params, NULL, path, &resume, &error) == 0) {
        nnrt_settings saved = s;
        (void)nnrt_resume_settings(&saved, 1, &resume, path, &error);
    }
    nnrt_arrays_free(&resume);
    if (nnrt_trainer_resume(t, path, &error) == 0 && nnrt_train(t, NULL, NULL, &error) == 0 && nnrt_trainer_save(t, path, &error) == 0)
        FUZZ_CHECK(nnrt_trainer_resume(t, path, &error) == 0);
    nnrt_trainer_free(t);
    return 0;
}
