/* fault_memory.c: the hosted runtime when memory runs out. Linked with --wrap for the allocating functions: each scenario is
 * run again and again, the first, second, third ... allocation failing, until it gets through. Every failure must be told
 * ("not enough memory"), and leave nothing behind (the leak sanitizer watches). Then files that claim huge sizes: nothing
 * large is ever asked for.
 *
 * usage: fault_memory FOLDER, which is empty. The last line is "N passed, M failed". */
#include <stdlib.h>
#include <unistd.h>

#define REAL float
#define NAME(x) x
#define MATH(c) c##f
#include "hand_net.h"
#include "host/host.h"

static unsigned long calls, fail_at; /* fail_at 0: none fails */
static int failing;
static size_t largest;

static int fails(size_t bytes)
{
    largest = bytes > largest ? bytes : largest;
    failing |= ++calls == fail_at;
    return calls == fail_at;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t m);
void *__real_realloc(void *p, size_t n);
int __real_posix_memalign(void **p, size_t alignment, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t m);
void *__wrap_realloc(void *p, size_t n);
int __wrap_posix_memalign(void **p, size_t alignment, size_t n);

void *__wrap_malloc(size_t n) { return fails(n) ? NULL : __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t m) { return fails(n * m) ? NULL : __real_calloc(n, m); }
void *__wrap_realloc(void *p, size_t n) { return fails(n) ? NULL : __real_realloc(p, n); }
int __wrap_posix_memalign(void **p, size_t alignment, size_t n) { return fails(n) ? 12 : __real_posix_memalign(p, alignment, n); }

/* ---- scenarios: 0, or 1 with a message ---- */

static int load(const char *specification, nnrt_error *error)
{
    nnrt_data data = { 0 };
    int bad = nnrt_data_load(&data, &hand_model, specification, 1, error);
    nnrt_data_free(&data);
    return bad;
}

static int load_csv(nnrt_error *error) { return load("d.csv", error); }
static int load_npz(nnrt_error *error) { return load("d.npz", error); }
static int load_list(nnrt_error *error) { return load("x=x.npy,y=y.npy", error); }

static int params(nnrt_error *error)
{
    float p[HAND_REALS];
    nnrt_arrays resume = { 0, NULL };
    hand_init(p, 1);
    int bad = nnrt_params_save(&hand_model, p, NULL, "p.npz", NULL, 0, error) != 0 || nnrt_params_load(&hand_model, p, NULL, "p.npz", &resume, error) != 0;
    nnrt_arrays_free(&resume);
    return bad;
}

static int train_with(nnrt_settings *s, nnrt_error *error)
{
    float p[HAND_REALS];
    nnrt_data data = { 0 }, held = { 0 };
    size_t epochs;
    hand_init(p, 1);
    int bad = nnrt_fake_data(&data, &hand_model, 40, 1, 0, 0, error) != 0 || nnrt_data_split(&data, &held, &hand_model, 0.25, 1, error) != 0;
    s->epochs = 2;
    nnrt_trainer *t = bad ? NULL : nnrt_trainer_new(&hand_model, s, p, NULL, &data, &held, NULL, error);
    bad = !t || nnrt_train(t, NULL, NULL, error) != 0 || nnrt_trainer_save(t, "t.npz", error) != 0 || nnrt_trainer_resume(t, "t.npz", error) != 0;
    const nnrt_epoch *history = bad ? NULL : nnrt_trainer_history(t, &epochs);
    bad = bad || nnrt_log_write("l.csv", s, history, epochs, error) != 0 || nnrt_plot_write("p.svg", "hand", s, history, epochs, error) != 0;
    nnrt_trainer_free(t);
    nnrt_data_free(&data);
    nnrt_data_free(&held);
    return bad;
}

static int train(nnrt_error *error)
{
    nnrt_settings s;
    return nnrt_settings_init(&s, &hand_model, hand_costs, error) != 0 || nnrt_settings_optimizer(&s, "adam(clip_norm=1)", error) != 0 ||
           train_with(&s, error) != 0;
}

/* Two costs in turn, one without a gradient, one with a matrix for a step size. */
static int turns(nnrt_error *error)
{
    nnrt_settings s[2];
    if (nnrt_settings_init(&s[0], &hand_model, hand_costs, error) != 0 || nnrt_settings_optimizer(&s[0], "es(pairs=2)", error) != 0 ||
        nnrt_settings_init(&s[1], &hand_model, hand_costs, error) != 0 || nnrt_settings_optimizer(&s[1], "shampoo", error) != 0)
        return 1;
    s[0].next = &s[1];
    return train_with(&s[0], error);
}

static int predict(nnrt_error *error)
{
    float p[HAND_REALS], s[30][3];
    void *output[] = { s };
    nnrt_array array = { .name = (char *)(uintptr_t)"s", .type = NNRT_F32, .rank = 2, .shape = { 30, 3 }, .count = 90, .data = s };
    nnrt_data data = { 0 };
    nnrt_figures figures;
    uint64_t confusion[9] = { 0 };
    hand_init(p, 1);
    nnrt_runner *r = nnrt_runner_new(&hand_model, NULL, error);
    int bad = !r || nnrt_fake_data(&data, &hand_model, 30, 1, 0, 0, error) != 0 || nnrt_predict(r, p, NULL, &data, output, error) != 0 ||
              nnrt_evaluate(r, hand_costs, p, NULL, &data, &figures, confusion, error) != 0 || nnrt_output_write("s.csv", &array, 1, error) != 0 ||
              nnrt_output_write("s.npy", &array, 1, error) != 0 || nnrt_output_write("s.npz", &array, 1, error) != 0;
    nnrt_runner_free(r);
    nnrt_data_free(&data);
    return bad;
}

static int gradcheck(nnrt_error *error)
{
    const nnrt_check wish = { .seed = 1, .most = 3 };
    uint32_t failed;
    return nnrt_gradcheck(&hand_model, hand_costs, &wish, &failed, error);
}

static int settings(nnrt_error *error)
{
    nnrt_settings s;
    return nnrt_settings_init(&s, &hand_model, hand_costs, error) != 0 || nnrt_settings_optimizer(&s, "adam(rate=0.1)", error) != 0;
}

/* ---- the files that they read ---- */

static int write_files(void)
{
    static float x[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    static int32_t y[2] = { 2, 0 };
    nnrt_array array[2] = { { .name = (char *)(uintptr_t)"x", .type = NNRT_F32, .rank = 2, .shape = { 2, 4 }, .count = 8, .data = x },
                            { .name = (char *)(uintptr_t)"y", .type = NNRT_I32, .rank = 1, .shape = { 2 }, .count = 2, .data = y } };
    nnrt_error error = { "" };
    FILE *file = fopen("d.csv", "w");
    int bad = !file || fputs("x[0],x[1],x[2],x[3],y,\"a\nb\"\n1,2,3,0.12345678901234567890,1,z\n", file) < 0 || fclose(file) != 0 ||
              nnrt_npz_write("d.npz", array, 2, &error) != 0 || nnrt_output_write("x.npy", &array[0], 1, &error) != 0 ||
              nnrt_output_write("y.npy", &array[1], 1, &error) != 0;
    if (bad)
        printf("%s\n", error.text);
    return bad;
}

/* Files that claim more than they hold. */
static unsigned claims(void)
{
    static const struct { const char *file; size_t length; const char *bytes, *specification; } lies[] = {
        { "lie.idx", 16, "\0\0\x0E\3\x7f\xff\xff\xff\0\0\xff\xff\0\0\0\4", "x=lie.idx" },
        { "lie.npy", 91, "\x93NUMPY\1\0\x50\0{'descr': '<f8', 'fortran_order': False, 'shape': (100000000, 4), }              \n", "x=lie.npy" },
        { "lie.npz", 22, "PK\5\6\0\0\0\0\xff\xfe\xff\xfe\xff\xff\0\0\0\0\0\0\0\0", "lie.npz" },
        { "long.npy", 12, "\x93NUMPY\2\0\xff\xff\xff\x7f", "x=long.npy" },
    };
    unsigned bad = 0;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        nnrt_error error = { "" };
        nnrt_data data;
        FILE *file = fopen(lies[i].file, "wb");
        if (!file || fwrite(lies[i].bytes, 1, lies[i].length, file) != lies[i].length || fclose(file) != 0)
            return 1;
        largest = 0;
        if (nnrt_data_load(&data, &hand_model, lies[i].specification, 0, &error) != 1 || !strstr(error.text, lies[i].file) || largest > 2 << 20) {
            printf("%s: asks for %zu bytes: %s\n", lies[i].file, largest, error.text);
            bad++;
        }
    }
    return bad;
}

int main(int argc, char **argv)
{
    static const struct { const char *name; int (*run)(nnrt_error *error); } scenarios[] = {
        { "csv", load_csv }, { "npz", load_npz }, { "list", load_list }, { "params", params }, { "train", train }, { "turns", turns },
        { "predict", predict }, { "gradcheck", gradcheck }, { "settings", settings },
    };
    unsigned passed = 0, failed = 0;
    if (argc < 2 || chdir(argv[1]) != 0 || write_files() != 0)
        return 2;
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        unsigned long n = 0, wrong = 0;
        do {
            nnrt_error error = { "" };
            calls = 0;
            failing = 0;
            fail_at = ++n;
            int bad = scenarios[i].run(&error);
            if (failing ? !bad || !strstr(error.text, "not enough memory") : bad) {
                printf("%s: allocation %lu fails: %s, '%s'\n", scenarios[i].name, n, bad ? "an error" : "no error", error.text);
                wrong++;
            }
        } while (failing && n < 10000);
        fail_at = 0;
        passed += !wrong;
        failed += wrong > 0;
        printf("%s: %lu allocations\n", scenarios[i].name, n - 1);
    }
    unsigned bad = claims();
    passed += bad == 0;
    failed += bad > 0;
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0;
}
