/* settings.c: any text as an optimizer, as a schedule, and as a number; what is taken is written and read again. */
#include <math.h>

#define REAL float
#define NAME(x) x
#define MATH(c) c##f
#include "../hand_net.h"
#include "fuzz.h"
#include "host/host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static nnrt_error error;
    nnrt_settings s;
    double value, wanted;
    char *text = malloc(size + 1), *end;
    FUZZ_CHECK(text && nnrt_settings_init(&s, &hand_model, hand_costs, &error) == 0);
    memcpy(text, data, size);
    text[size] = 0;
    if (nnrt_settings_optimizer(&s, text, &error) == 0) {
        char written[1024];
        FUZZ_CHECK(nnrt_settings_text(&s, written, sizeof written) == 0);
        *strchr(written, ';') = 0;
        FUZZ_CHECK(nnrt_settings_optimizer(&s, written, &error) == 0);
    }
    (void)nnrt_settings_schedule(&s, text, &error);
    if (nnrt_text_to_real(text, text + strlen(text), &value) == 0) {
        wanted = strtod(text, &end);
        FUZZ_CHECK(!*end && (memcmp(&value, &wanted, sizeof value) == 0 || (isnan(value) && isnan(wanted))));
    }
    free(text);
    return 0;
}
