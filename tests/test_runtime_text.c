/* test_runtime_text.c: numbers as text, messages, and settings as train blocks and command lines write them. */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>

#define REAL float
#define NAME(x) x
#define MATH(c) c##f
#include "hand_net.h"
#include "hand_stream.h"
#include "host/host.h"

static nnrt_error error;

/* ---- text ---- */

static double read(const char *text)
{
    double value = -12345;
    return nnrt_text_to_real(text, text + strlen(text), &value) == 0 ? value : -99999;
}

Test(text, numbers_are_read_exactly)
{
    static const char *const bad[] = { "", "-", ".", "e5", "1e", "1e+", "1 ", " 1", "0x10", "1.2.3", "1,5", "nanx", "--1", "1e5.5", "infi" };
    cr_expect_eq(read("1"), 1);
    cr_expect_eq(read("-0.5e-3"), -0.5e-3);
    cr_expect_eq(read(".5"), 0.5);
    cr_expect_eq(read("5."), 5);
    cr_expect_eq(read("+1E2"), 100);
    cr_expect(isnan(read("NaN")));
    cr_expect_eq(read("-inf"), -INFINITY);
    cr_expect_eq(read("1e999"), INFINITY);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_eq(read(bad[i]), -99999, "'%s'", bad[i]);
    char longer[400] = "0.";
    memset(longer + 2, '1', 300);
    cr_expect_float_eq(read(longer), 1.0 / 9, 1e-15);
}

/* All ways of conversion against the C library's, in the "C" locale. */
Test(text, numbers_are_those_of_strtod)
{
    static const char *const texts[] = { "9007199254740993", "9007199254740992", "90071992547409931e-5", "1e22", "1e23", "1.5e-22", "3e-23",
                                         "123456789012345678901234567890", "0.1", "2.2250738585072011e-308", "0.000000000000000000000001",
                                         "4.35", "8.5e22", "-0.0", "-7e-310", "1e-400", "0e999999999999" };
    uint64_t random = 1;
    char text[64];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double wanted = strtod(texts[i], NULL), got = read(texts[i]);
        cr_expect_eq(memcmp(&got, &wanted, sizeof got), 0, "%s: %.17g", texts[i], got);
    }
    for (int i = 0; i < 100000; i++) {
        int digits = (int)nnrt_random_below(&random, 18) + 1, power = (int)nnrt_random_below(&random, 60) - 30;
        snprintf(text, sizeof text, "%.*ge%d", digits, nnrt_random_uniform(&random) * 1000 - 500, power);
        if (strchr(text, 'e') != strrchr(text, 'e'))
            continue;
        double wanted = strtod(text, NULL), got = read(text);
        cr_expect_eq(memcmp(&got, &wanted, sizeof got), 0, "%s: %.17g", text, got);
    }
}

Test(text, numbers_come_back)
{
    const double values[] = { 0, 0.1, -1.0 / 3, 1e-300, 123456789.125, 5e-324, 1.7976931348623157e308 };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[64];
        nnrt_real_to_text(text, sizeof text, values[i], 17);
        cr_expect_eq(read(text), values[i], "%s", text);
    }
    nnrt_text t = { 0 };
    nnrt_text_real(&t, 0.1, 17);
    cr_expect_str_eq(t.text, "0.1", "the shortest that serves");
    free(t.text);
}

/* A locale with a comma is not installed everywhere; where none is, the same holds in "C". */
Test(text, the_locale_does_not_matter)
{
    static const char *const locales[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C" };
    char text[64];
    for (size_t i = 0; i < 4 && !setlocale(LC_ALL, locales[i]); i++)
        continue;
    nnrt_real_to_text(text, sizeof text, 0.5, 6);
    cr_expect_str_eq(text, "0.5");
    cr_expect_eq(read("2.25"), 2.25);
}

/* Pieces of files in messages: whole characters, no control codes. */
Test(text, pieces_of_files)
{
    char buffer[12];
    static const char *const pieces[][2] = { { "abc", "abc" }, { "", "" }, { "a\x1b[3", "a\\x1B[3" }, { "12345678", "12345678" }, { "0123456789abc", "01234567..." },
                                             { "1234567\xc3\xa4\xc3\xa4", "1234567..." }, { "\n\n\n", "\\x0A\\x0A..." } };
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        cr_expect_str_eq(nnrt_show_text(buffer, sizeof buffer, pieces[i][0], pieces[i][0] + strlen(pieces[i][0])), pieces[i][1]);
}

Test(text, messages_keep_what_fits)
{
    nnrt_error e = { "" };
    for (int i = 0; i < 1000; i++)
        nnrt_error_add(&e, "finding number %d of many", i);
    cr_expect(strncmp(e.text, "finding number 0 of many\nfinding number 1 of many\n", 50) == 0);
    unsigned kept = 0, lacking = 0;
    for (const char *s = e.text; *s; s++)
        kept += *s == '\n';
    cr_expect(strlen(e.text) < sizeof e.text && sscanf(strrchr(e.text, '\n'), "\n... and %u more", &lacking) == 1);
    cr_expect_eq(kept + lacking, 1000);
    cr_expect_eq(nnrt_error_set(NULL, "nobody listens"), 1);
}

/* ---- settings ---- */

static const char *optimizer_error(const char *text)
{
    nnrt_settings s, before;
    memset(&s, 0, sizeof s);
    before = s;
    error.text[0] = 0;
    cr_expect_eq(nnrt_settings_optimizer(&s, text, &error), 1, "'%s' is accepted", text);
    cr_expect_eq(memcmp(&s, &before, sizeof s), 0, "nothing changes on an error");
    return error.text;
}

static const char *schedule_error(const char *text)
{
    nnrt_settings s;
    memset(&s, 0, sizeof s);
    error.text[0] = 0;
    cr_expect_eq(nnrt_settings_schedule(&s, text, &error), 1, "'%s' is accepted", text);
    return error.text;
}

Test(settings, good_ones)
{
    nnrt_settings s;
    memset(&s, 0, sizeof s);
    cr_assert_eq(nnrt_settings_optimizer(&s, " sgd ( rate = 1e-1 , momentum=0.9,nesterov = true, clip_norm=2) ", &error), 0, "%s", error.text);
    cr_expect(s.optimizer.kind == NNRT_SGD && s.optimizer.rate == 0.1 && s.optimizer.momentum == 0.9 && s.optimizer.nesterov && s.clip_norm == 2);
    cr_assert_eq(nnrt_settings_optimizer(&s, "adam()", &error), 0);
    cr_expect(s.optimizer.kind == NNRT_ADAM && s.optimizer.rate == 0.001 && s.clip_norm == 0, "what is not said has its default");
    cr_assert_eq(nnrt_settings_schedule(&s, "cosine(warmup=100, floor=0.01)", &error), 0);
    cr_expect(s.schedule.kind == NNRT_COSINE && s.schedule.warmup == 100 && s.schedule.floor == 0.01);
    cr_assert_eq(nnrt_settings_schedule(&s, "step(epochs=3)", &error), 0);
    cr_expect(s.every_epochs == 3 && s.schedule.every == 0 && s.schedule.factor == 0.1);
    cr_assert_eq(nnrt_settings_schedule(&s, "warmup(steps=7)", &error), 0);
    cr_expect(s.schedule.warmup == 7 && s.every_epochs == 0);
}

Test(settings, bad_ones)
{
    cr_expect(strstr(optimizer_error("adm"), "did you mean 'adam'?"));
    cr_expect(strstr(optimizer_error("adam(rat=1)"), "unknown argument 'rat' (did you mean 'rate'?)"));
    cr_expect(strstr(optimizer_error("adam(momentum=1)"), "unknown argument 'momentum'"));
    cr_expect(strstr(optimizer_error("adam(rate=fast)"), "rate needs a number, not 'fast'"));
    cr_expect(strstr(optimizer_error("adam(rate=-1)"), "at least 0"));
    cr_expect(strstr(optimizer_error("adam(rate=nan)"), "rate is nan"));
    cr_expect(strstr(optimizer_error("adam(beta1=1)"), "beta1"));
    cr_expect(strstr(optimizer_error("sgd(nesterov=2)"), "at most 1"));
    cr_expect(strstr(optimizer_error("sgd(nesterov=1)"), "momentum"));
    cr_expect(strstr(optimizer_error("adam(rate=1, rate=2)"), "twice"));
    cr_expect(strstr(optimizer_error("adam(rate 1)"), "expected '='"));
    cr_expect(strstr(optimizer_error("adam(rate=1"), "expected ',' or ')'"));
    cr_expect(strstr(optimizer_error("adam(rate=1) x"), "too much"));
    cr_expect(strstr(optimizer_error("adam("), "expected an argument's name, such as rate, at its end"));
    cr_expect(strstr(optimizer_error("adam(lr=1)"), "(did you mean 'rate'?)"), "as PyTorch has it");
    cr_expect(strstr(optimizer_error("rprop(step_min=2, step_max=1)"), "step_min is larger than step_max"));
    cr_expect(strstr(optimizer_error("adam(=1)"), "expected an argument's name"));
    cr_expect(strstr(optimizer_error(""), "expected a name"));
    cr_expect(strstr(optimizer_error("adam)"), "too much"));
    cr_expect(strstr(schedule_error("cosin"), "did you mean 'cosine'?"));
    cr_expect(strstr(schedule_error("cosine(warmup=1.5)"), "whole number"));
    cr_expect(strstr(schedule_error("cosine(warmup=1e12)"), "at most 4294967295"));
    cr_expect(strstr(schedule_error("step"), "every=STEPS or epochs=EPOCHS"));
    cr_expect(strstr(schedule_error("step(every=1, epochs=2)"), "either"));
}

Test(settings, come_from_the_train_block)
{
    nnrt_settings s;
    cr_assert_eq(nnrt_settings_init(&s, &hand_model, &hand_costs[0], &error), 0);
    cr_expect(s.optimizer.kind == NNRT_SGD && s.optimizer.momentum == 0.9 && s.batch == 8 && s.epochs == 5);
    cr_assert_eq(nnrt_settings_init(&s, &stream_model, &stream_costs[0], &error), 0);
    cr_expect(s.optimizer.kind == NNRT_ADAM && s.optimizer.rate == 0.001 && s.batch == 1 && s.epochs == 10);
}
