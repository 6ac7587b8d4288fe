/* test_program.c: the training program as its user meets it: command lines, exit statuses, messages, files. Each call runs
 * in a process of its own, in a fresh folder. The models are written by hand. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REAL float
#define NAME(x) x
#define MATH(c) c##f
#include "hand_net.h"
#define REAL double
#define NAME(x) x##_d
#define MATH(c) c
#include "hand_net.h"
#include "hand_stream.h"
#include "hand_echo.h"
#include "host/host.h"

enum { WORDS = 40, LONG = 60000 };

static char out[LONG], err[LONG];
static nnrt_error error;

/* ---- calls ---- */

static void in_a_folder(void)
{
    char name[] = "/tmp/nnrt-test-XXXXXX";
    cr_assert(mkdtemp(name) && chdir(name) == 0);
}

static void leave_the_folder(void)
{
    char path[512];
    DIR *folder = opendir(".");
    struct dirent *entry;
    if (!folder || !getcwd(path, sizeof path))
        return;
    while ((entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.')
            unlink(entry->d_name);
    closedir(folder);
    if (strncmp(path, "/tmp/nnrt-test-", 15) == 0)
        rmdir(path);
}

TestSuite(program, .init = in_a_folder, .fini = leave_the_folder);

static void slurp(const char *path, char *text)
{
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(text, 1, LONG - 1, file) : 0;
    text[n] = 0;
    if (file)
        fclose(file);
}

/* Starts `hand WORDS...`, the words separated by blanks; quotes "..." hold blanks together. */
static pid_t start(const nn_model *model, const char *line)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child != 0)
        return child;
    static char copy[2000];
    char *argv[WORDS] = { (char *)(uintptr_t)"bin/hand" }, *s = copy;
    int argc = 1;
    snprintf(copy, sizeof copy, "%s", line);
    while (*s && argc < WORDS) {
        char stop = ' ';
        while (*s == ' ')
            s++;
        if (*s == '"') {
            stop = '"';
            s++;
        }
        if (!*s)
            break;
        argv[argc++] = s;
        while (*s && *s != stop)
            s++;
        if (*s)
            *s++ = 0;
    }
    if (!freopen("stdout", "wb", stdout) || !freopen("stderr", "wb", stderr))
        _exit(99);
    int status = nnrt_main(model, argc, argv);
    fflush(NULL);
    _exit(status);
}

static int finish(pid_t child)
{
    int status = -1;
    while (waitpid(child, &status, 0) < 0)
        continue;
    slurp("stdout", out);
    slurp("stderr", err);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int call(const nn_model *model, const char *format, ...)
{
    char line[2000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    return finish(start(model, line));
}

/* A learnable set: the class is told by the signs of x. */
static void write_csv(const char *path, int samples, uint64_t seed)
{
    FILE *file = fopen(path, "w");
    uint64_t random = seed;
    cr_assert_not_null(file);
    fprintf(file, "x[0],x[1],x[2],x[3],y\n");
    for (int i = 0; i < samples; i++) {
        int x[4];
        for (int j = 0; j < 4; j++) {
            x[j] = (int)nnrt_random_below(&random, 400) - 200;
            fprintf(file, "%s%d.%02d,", x[j] < 0 ? "-" : "", abs(x[j]) / 100, abs(x[j]) % 100);
        }
        fprintf(file, "%d\n", x[0] > 0 ? 0 : x[1] > 0 ? 1 : 2);
    }
    fclose(file);
}

static int exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

static unsigned files(void)
{
    unsigned count = 0;
    DIR *folder = opendir(".");
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

/* Whether two saved runs agree in every byte. */
static int same_run(const char *one, const char *two)
{
    static char a[LONG], b[LONG];
    memset(a, 0, sizeof a);
    memset(b, 0, sizeof b);
    slurp(one, a);
    slurp(two, b);
    cr_assert(a[0] == 'P' && a[LONG - 1] == 0 && a[LONG - 2] == 0, "%s is there and was read whole", one);
    return memcmp(a, b, LONG) == 0;
}

#define SAYS(text, part) cr_expect(strstr(text, part) != NULL, "'%s' lacks '%s'", text, part)

/* ---- command lines ---- */

Test(program, bad_command_lines)
{
    static const char *const lines[][2] = {
        { "", "hand train" },
        { "trian", "did you mean 'train'?" },
        { "train", "train needs --data" },
        { "train --data d.csv", "train needs --save" },
        { "train --dta d.csv", "unknown option '--dta' (did you mean '--data'?)" },
        { "train --data", "--data needs a value" },
        { "train --data d.csv --data e.csv --save W.npz", "--data is given twice" },
        { "train --data=d.csv --save=W.npz --epochs=many", "--epochs: 'many' is not a whole number" },
        { "train --data d.csv --save W.npz --epochs -3", "at least 0" },
        { "train --data d.csv --save W.npz --split 1.5", "--split: 1.5 does not lie between 0 and 1" },
        { "train --data d.csv --save W.npz --rate nan", "--rate: nan" },
        { "train --data d.csv --save W.npz --rate 0,1", "--rate: '0,1' is not a number" },
        { "train --data d.csv --save W.npz --optimizer adm", "did you mean 'adam'?" },
        { "train --data d.csv --save W.npz --schedule cosin", "did you mean 'cosine'?" },
        { "train --data d.csv --save W.npz --resume", "--resume needs --load" },
        { "train --data d.csv --save W.npz --resume=yes --load W.npz", "--resume takes no value" },
        { "train --data d.csv --save W.npz --best B.npz", "--best needs held-out data" },
        { "train --data d.csv --save W.npz --patience 3", "--patience needs held-out data" },
        { "train --data d.csv --save W.npz --test d.csv --split 0.2", "contradict" },
        { "train --data d.csv --save W.npz --log W.npz", "same file" },
        { "train --data d.csv --save W.npz --cost gen", "no cost 'gen'" },
        { "train --data d.csv --save W.npz --seed 18446744073709551616", "whole number" },
        { "train --data d.csv --save W.npz more", "'more' is too much" },
        { "eval --data d.csv", "eval needs --load" },
        { "eval --data d.csv --load W.npz --epochs 3", "eval takes no such option" },
        { "predict --data d.csv --load W.npz", "predict needs --out" },
        { "init --seed 3", "init needs --out" },
        { "info --seed 3", "info takes no such option" },
        { "train -x", "unknown option '-x'" },
        { "train --data d.csv --save W.txt", "--save: the name 'W.txt' must end in .npz" },
        { "train --data d.csv --save W.npz --plot P.png", "--plot: the name 'P.png' must end in .svg" },
        { "train --data d.csv --save W.npz --log ./d.csv", "--log './d.csv' would overwrite the data" },
        { "train --data x=x.npy,y=d.csv --save W.npz --log d.csv", "--log 'd.csv' would overwrite the data" },
        { "train --data e.csv --test d.csv --save W.npz --log d.csv", "--log 'd.csv' would overwrite the data" },
        { "train --data d.csv --save W.npz --log ./W.npz", "--save and --log name the same file" },
        { "train --data d.csv --load B.npz --save W.npz --best B.npz --test d.csv", "--best 'B.npz' would overwrite what --load reads" },
        { "predict --data d.csv --load W.npz --out d.csv", "--out 'd.csv' would overwrite the data" },
        { "predict --data d.csv --load W.npz --out W.npz", "--out 'W.npz' would overwrite what --load reads" },
        { "predict --data d.csv --load W.npz --out P.txt", "must end in .npz, .csv or .npy" },
        { "grad --data d.csv --load W.npz --out G.csv", "must end in .npz" },
        { "evaluate --data d.csv", "did you mean 'eval'?" },
    };
    write_csv("d.csv", 20, 1);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        cr_expect_eq(call(&hand_model, "%s", lines[i][0]), 2, "%s", lines[i][0]);
        SAYS(err, lines[i][1]);
        cr_expect_str_eq(out, "");
    }
    cr_expect(!exists("W.npz"));
}

Test(program, help_is_no_error)
{
    cr_expect_eq(call(&hand_model, "--help"), 0);
    SAYS(out, "hand gradcheck");
    cr_expect_eq(call(&hand_model, "train --help"), 0);
    SAYS(out, "--patience N");
    SAYS(out, "(needed)");
}

/* A model without costs has no commands that need one; one without outputs can't predict. */
Test(program, commands_that_a_model_lacks)
{
    nn_model inference = hand_model;
    inference.costs = 0;
    inference.cost = NULL;
    write_csv("d.csv", 20, 1);
    static const char *const missing[] = { "train", "eval", "grad", "gradcheck" };
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(call(&inference, "%s --data d.csv", missing[i]), 2);
        SAYS(err, "has no cost");
    }
    cr_expect_eq(call(&inference, "--help"), 0);
    cr_expect_null(strstr(out, "train "));
    cr_expect_eq(call(&inference, "init --out W.npz"), 0, "%s", err);
    cr_expect_eq(call(&inference, "predict --data d.csv --load W.npz --out P.csv"), 0, "%s", err);
    cr_expect_eq(call(&inference, "bench"), 0, "%s", err);
    cr_expect_eq(call(&kinky_model, "predict --data d.csv --load W.npz --out P.npz"), 2);
    SAYS(err, "has no output");
}

/* ---- what the commands do ---- */

Test(program, info)
{
    cr_expect_eq(call(&hand_model, "info"), 0);
    SAYS(out, "input     x[4]\ntarget    y : index(3)\noutput    s[3]\n");
    SAYS(out, "parameters: 43 reals in 4 tensors");
    SAYS(out, "m0.w[5, 4]");
    SAYS(out, "~ uniform(-0.5, 0.5)");
    SAYS(out, "= 1  frozen");
    SAYS(out, "forward 35, gradient 105");
    cr_expect_eq(call(&stream_model, "info"), 0);
    SAYS(out, "a stream; draws noise");
}

Test(program, init_gives_what_the_models_init_gives)
{
    float wanted[HAND_REALS], got[HAND_REALS] = { 0 };
    cr_expect_eq(call(&hand_model, "init --seed 123456789012345 --out W.npz"), 0, "%s", err);
    hand_init(wanted, UINT64_C(123456789012345));
    cr_assert_eq(nnrt_params_load(&hand_model, got, NULL, "W.npz", NULL, &error), 0, "%s", error.text);
    cr_expect_eq(memcmp(wanted, got, sizeof got), 0);
}

Test(program, train_eval_predict)
{
    static const nn_model *const models[] = { &hand_model, &hand_model_d };
    write_csv("d.csv", 300, 1);
    write_csv("t.csv", 100, 2);
    for (int m = 0; m < 2; m++) {
        cr_expect_eq(call(models[m], "train --data d.csv --test t.csv --epochs 15 --optimizer adam(rate=0.03) --save W.npz --best B.npz "
                          "--log L.csv --plot P.svg"), 0, "%s", err);
        SAYS(out, "epoch 15/15  train 0.");
        SAYS(out, "  test 0.");
        SAYS(out, " %)");
        cr_expect_null(strchr(out, '\r'), "no terminal, no bar");
        cr_expect_str_eq(err, "");
        cr_expect_eq(call(models[m], "eval --data t.csv --load W.npz"), 0, "%s", err);
        SAYS(out, "samples   100\ncost      0.");
        SAYS(out, "confusion matrix of y");
        const char *accuracy = strstr(out, "accuracy  ");
        cr_assert(accuracy);
        cr_expect(strtod(accuracy + 10, NULL) > 0.8, "%s", out);
        cr_expect_eq(call(models[m], "predict --data t.csv --load B.npz --out P.csv"), 0, "%s", err);
        slurp("P.csv", out);
        cr_expect(strncmp(out, "s[0],s[1],s[2]\n", 15) == 0, "%.40s", out);
    }
    slurp("L.csv", out);
    cr_expect(strncmp(out, "epoch,step,rate,train_cost,train_accuracy,test_cost,test_accuracy,seconds\n1,38,0.03,", 83) == 0, "%.100s", out);
    unsigned lines = 0;
    for (const char *s = out; *s; s++)
        lines += *s == '\n';
    cr_expect_eq(lines, 16);
    slurp("P.svg", out);
    cr_expect(strncmp(out, "<svg ", 5) == 0 && strstr(out, "accuracy in %") && strstr(out, "</svg>"));
}

Test(program, the_same_call_gives_the_same_bits)
{
    write_csv("d.csv", 200, 1);
    cr_expect_eq(call(&hand_model, "train --data d.csv --seed 5 --epochs 3 --save A.npz"), 0, "%s", err);
    cr_expect_eq(call(&hand_model, "train --data d.csv --seed 5 --epochs 3 --save B.npz"), 0);
    cr_expect_eq(call(&hand_model, "train --data d.csv --seed 6 --epochs 3 --save C.npz"), 0);
    cr_expect(same_run("A.npz", "B.npz"));
    cr_expect(!same_run("A.npz", "C.npz"));
}

Test(program, grad_is_the_gradient_of_the_average)
{
    nnrt_arrays arrays;
    nnrt_data data;
    double params[HAND_REALS] = { 0 }, g[HAND_REALS], value, values[20];
    write_csv("d.csv", 37, 1);
    cr_expect_eq(call(&hand_model_d, "init --out W.npz"), 0);
    cr_expect_eq(call(&hand_model_d, "grad --data d.csv --load W.npz --out G.npz"), 0, "%s", err);
    cr_assert_eq(nnrt_npz_read(&arrays, "G.npz", &error), 0, "%s", error.text);
    cr_assert_eq(nnrt_data_load(&data, &hand_model_d, "d.csv", 1, &error), 0, "%s", error.text);
    hand_init_d(params, 0);
    nnrt_runner *runner = nnrt_runner_new(&hand_model_d, NULL, &error);
    cr_assert_eq(nnrt_grad(runner, hand_costs_d, params, NULL, &data, NULL, 0, 37, g, &value, &error), 0);
    const nnrt_array *cost = nnrt_arrays_find(&arrays, "cost"), *w = nnrt_arrays_find(&arrays, "m0.w"), *scale = nnrt_arrays_find(&arrays, "scale");
    cr_assert(cost && w && scale && arrays.count == 5);
    cr_expect(cost->rank == 0 && cost->type == NNRT_F64 && *(double *)cost->data == value);
    nnrt_param_get(&hand_model_d, &hand_param[0], g, values);
    cr_expect(w->rank == 2 && w->shape[0] == 5 && w->shape[1] == 4 && memcmp(w->data, values, sizeof values) == 0);
    cr_expect(((double *)scale->data)[0] == 0, "what is frozen has the gradient 0");
    nnrt_runner_free(runner);
    nnrt_data_free(&data);
    nnrt_arrays_free(&arrays);
}

/* More than 20 classes make no table: the most frequent mistakes are named instead. */
Test(program, eval_of_many_classes)
{
    echo_shapes(1, 30, 1, 30);
    FILE *file = fopen("d.csv", "w");
    for (int r = 0; r < 60; r++) { /* class 7 is taken for 3 four times, and once for 29; all else is right */
        int wanted = r < 5 ? 7 : r % 30, given = r < 4 ? 3 : r == 4 ? 29 : wanted;
        for (int c = 0; c < 30; c++)
            fprintf(file, "%d,", c == given);
        fprintf(file, "0,%d\n", wanted);
    }
    fclose(file);
    cr_expect_eq(call(&echo_model, "eval --data d.csv"), 0, "%s", err); /* it has no parameters to load */
    SAYS(out, "cost      0.5\naccuracy  0.916667 (55 of 60)\n");
    SAYS(out, "mistakes:\n  class 7 answered as 3: 4 of 7\n  class 7 answered as 29: 1 of 7\n");
    cr_expect_null(strstr(out, "matrix"));
    cr_expect_eq(call(&echo_model, "train --data d.csv --save W.npz"), 2);
    SAYS(err, "nothing to train");
}

Test(program, gradcheck_and_bench)
{
    cr_expect_eq(call(&hand_model, "gradcheck"), 0, "%s", out);
    cr_expect_eq(call(&hand_model_d, "gradcheck --seed 3"), 0, "%s", out);
    SAYS(out, "bound 1e-6");
    hand_fault = FAULT_DERIVATIVE;
    cr_expect_eq(call(&hand_model_d, "gradcheck"), 1);
    SAYS(out, "m1.w[1, 1]: derivative");
    hand_fault = FAULT_NONE;
    kinky_count = 200;
    cr_expect_eq(call(&kinky_custom_model, "gradcheck"), 0);
    SAYS(out, "not compared");
    cr_expect_eq(call(&hand_model, "bench"), 0);
    SAYS(out, "batch of 8");
    SAYS(out, "SGD step");
}

/* ---- runs that go on ---- */

Test(program, a_resumed_run_ends_like_an_uninterrupted_one)
{
    static const char *const optimizers[] = { "sgd(rate=0.1)", "sgd(rate=0.05, momentum=0.9, nesterov=1)", "adam", "adamw(amsgrad=1)",
                                              "rmsprop(centered=1, momentum=0.5)", "adagrad(accumulator=0.1)", "rprop", "adam(clip_norm=0.5)" };
    write_csv("d.csv", 200, 1);
    for (size_t i = 0; i < sizeof optimizers / sizeof optimizers[0]; i++)
        for (int m = 0; m < 2; m++) {
            const nn_model *model = m ? &hand_model_d : &hand_model;
            const char *how = i % 2 ? "--schedule \"step(epochs=3, factor=0.5)\" --split 0.2 --seed 9" : "--batch 24";
            cr_expect_eq(call(model, "train --data d.csv --optimizer \"%s\" %s --epochs 7 --save A.npz", optimizers[i], how), 0, "%s", err);
            cr_expect_eq(call(model, "train --data d.csv --optimizer \"%s\" %s --epochs 4 --save B.npz", optimizers[i], how), 0, "%s", err);
            cr_expect_eq(call(model, "train --data d.csv --resume --load B.npz --epochs 7 --save B.npz"), 0, "%s", err);
            cr_expect(same_run("A.npz", "B.npz"), "%s", optimizers[i]);
        }
}

Test(program, a_stream_resumes_with_its_state_and_noise)
{
    FILE *file = fopen("d.csv", "w");
    for (int i = 0; i < 60; i++)
        fprintf(file, "%d,%d,%d\n", i % 7 - 3, i % 5 - 2, i % 3);
    fclose(file);
    cr_expect_eq(call(&stream_model, "train --data d.csv --epochs 6 --save A.npz"), 0, "%s", err);
    cr_expect_eq(call(&stream_model, "train --data d.csv --epochs 2 --save B.npz"), 0, "%s", err);
    cr_expect_eq(call(&stream_model, "train --data d.csv --resume --load B.npz --epochs 6 --save B.npz"), 0, "%s", err);
    cr_expect(same_run("A.npz", "B.npz"));
}

/* Interrupts a run `after` so many nanoseconds from its first epoch's end on; gives the exit status. */
static int interrupted_run(const char *line, long after)
{
    const struct timespec nap = { 0, 1000000 }, rest = { 0, after };
    unlink("stdout"); /* of the call before */
    pid_t child = start(&hand_model, line);
    for (int i = 0; i < 20000; i++) {
        slurp("stdout", out);
        if (strchr(out, '\n'))
            break;
        nanosleep(&nap, NULL);
    }
    nanosleep(&rest, NULL);
    kill(child, SIGINT);
    return finish(child);
}

Test(program, an_interrupted_run_goes_on_to_the_bit, .timeout = 300)
{
    write_csv("d.csv", 5000, 1);
    for (long after = 0; after < 6; after++) {
        cr_expect_eq(interrupted_run("train --data d.csv --optimizer adam --epochs 100000 --save B.npz", after * 1700000), 130, "%s", err);
        SAYS(err, "interrupted");
        nnrt_arrays arrays;
        cr_assert_eq(nnrt_npz_read(&arrays, "B.npz", &error), 0, "%s", error.text);
        unsigned epochs = (unsigned)((uint64_t *)nnrt_arrays_find(&arrays, "resume/position")->data)[2] + 2;
        nnrt_arrays_free(&arrays);
        cr_expect_eq(call(&hand_model, "train --data d.csv --optimizer adam --epochs %u --save A.npz", epochs), 0, "%s", err);
        cr_expect_eq(call(&hand_model, "train --data d.csv --epochs %u --resume --load B.npz --save B.npz", epochs), 0, "%s", err);
        cr_expect(same_run("A.npz", "B.npz"), "after %ld", after);
    }
}

Test(program, what_can_not_be_resumed)
{
    write_csv("d.csv", 100, 1);
    write_csv("e.csv", 101, 1);
    cr_expect_eq(call(&hand_model, "init --out I.npz"), 0);
    cr_expect_eq(call(&hand_model, "train --data d.csv --epochs 2 --split 0.2 --save W.npz"), 0, "%s", err);
    cr_expect_eq(call(&hand_model, "train --data d.csv --resume --load I.npz --save X.npz"), 1);
    SAYS(err, "I.npz: holds no run to resume");
    cr_expect_eq(call(&hand_model, "train --data e.csv --resume --load W.npz --save X.npz"), 1);
    SAYS(err, "number of samples");
    cr_expect_eq(call(&hand_model, "train --data d.csv --resume --load W.npz --save X.npz --optimizer adam"), 1);
    SAYS(err, "another optimizer");
    cr_expect_eq(call(&hand_model, "train --data d.csv --resume --load W.npz --save X.npz --split 0.3"), 1);
    SAYS(err, "held out another part");
    cr_expect_eq(call(&hand_model, "train --data d.csv --resume --load W.npz --save X.npz --batch 3"), 1);
    SAYS(err, "another batch");
    cr_expect_eq(call(&hand_model, "train --data d.csv --resume --load W.npz --save X.npz --seed 3"), 1);
    nn_model other = hand_model;
    other.hash++;
    cr_expect_eq(call(&other, "train --data d.csv --resume --load W.npz --save X.npz"), 1);
    SAYS(err, "hash");
    cr_expect(!exists("X.npz"));
    cr_expect_eq(call(&hand_model, "eval --data d.csv --load W.npz"), 0, "other readers pass over resume/: %s", err);
    cr_expect_eq(call(&hand_model, "train --data d.csv --load W.npz --epochs 1 --save X.npz"), 0, "and training can start from it");
}

Test(program, patience_and_best)
{
    write_csv("d.csv", 60, 1);
    write_csv("t.csv", 60, 77);
    cr_expect_eq(call(&hand_model, "train --data d.csv --test t.csv --optimizer sgd(rate=3) --epochs 500 --patience 4 --save W.npz --best B.npz"), 0,
                 "%s", err);
    SAYS(out, "no better held-out cost for 4 epochs: stopped");
    const char *best = NULL, *last = out;
    unsigned after = 0;
    for (const char *s = out, *end; (end = strchr(s, '\n')) != NULL; s = end + 1) {
        if (strncmp(s, "epoch", 5) != 0)
            continue;
        last = s;
        after++;
        if (end - s > 4 && strncmp(end - 4, "best", 4) == 0) {
            best = s;
            after = 0;
        }
    }
    cr_expect_eq(after, 4);
    cr_assert(best && last);
    char cost[40] = "cost      ";
    snprintf(cost + 10, 6, "%s", strstr(best, "test ") + 5); /* four digits of it */
    cr_expect_eq(call(&hand_model, "eval --data t.csv --load B.npz"), 0);
    SAYS(out, cost);
}

/* ---- failures ---- */

Test(program, places_that_can_not_be_written)
{
    write_csv("d.csv", 50, 1);
    mkdir("folder", 0777);
    unsigned before;
    cr_expect_eq(call(&hand_model, "init --out W.npz"), 0);
    before = files();
    static const char *const places[] = { "nowhere/X.npz", "folder", "folder/", "d.csv/X.npz" };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        cr_expect_eq(call(&hand_model, "train --data d.csv --save %s", places[i]), 1, "%s", places[i]);
        SAYS(err, "hand: ");
        cr_expect_str_eq(out, "", "it shows before anything is trained");
        cr_expect_eq(call(&hand_model, "train --data d.csv --save X.npz --log %s", places[i]), 1);
        cr_expect_eq(call(&hand_model, "init --out %s", places[i]), 1);
        cr_expect_eq(call(&hand_model, "grad --data d.csv --load W.npz --out %s", places[i]), 1);
    }
    cr_expect_eq(files(), before, "nothing is left behind");
    rmdir("folder");
}

Test(program, a_full_disk)
{
    if (!exists("/dev/full"))
        cr_skip_test("there is no /dev/full");
    write_csv("d.csv", 50, 1);
    cr_expect_eq(call(&hand_model, "init --out /dev/full"), 1);
    SAYS(err, "/dev/full: can't write: No space left on device");
    cr_expect_eq(call(&hand_model, "train --data d.csv --epochs 1 --save /dev/full"), 1);
    SAYS(err, "No space left on device");
}

Test(program, a_cost_that_is_not_finite_leaves_the_file_alone)
{
    write_csv("d.csv", 50, 1);
    cr_expect_eq(call(&hand_model, "init --out W.npz"), 0);
    cr_expect_eq(call(&hand_model, "init --out V.npz"), 0);
    hand_fault = FAULT_COST_NAN;
    cr_expect_eq(call(&hand_model, "train --data d.csv --epochs 9 --save W.npz"), 1);
    SAYS(err, "not a number in epoch 4");
    slurp("W.npz", out);
    slurp("V.npz", err);
    cr_expect_eq(memcmp(out, err, LONG), 0);
}

Test(program, bad_files)
{
    write_csv("d.csv", 50, 1);
    cr_expect_eq(call(&hand_model, "init --out W.npz"), 0);
    cr_expect_eq(call(&hand_model, "eval --data missing.csv --load W.npz"), 1);
    SAYS(err, "missing.csv");
    cr_expect_eq(call(&hand_model, "eval --data d.csv --load missing.npz"), 1);
    SAYS(err, "missing.npz");
    cr_expect_eq(call(&hand_model, "eval --data d.csv --load d.csv"), 1);
    SAYS(err, "d.csv");
    cr_expect_eq(call(&stream_model, "predict --data d.csv --load W.npz --out P.npz"), 1);
    SAYS(err, "'a'");
    cr_expect(!exists("P.npz"));
    FILE *file = fopen("bad.csv", "w");
    fprintf(file, "1,2,3,4,0\n1,2,3,4,3\n");
    fclose(file);
    cr_expect_eq(call(&hand_model, "eval --data bad.csv --load W.npz"), 1);
    SAYS(err, "bad.csv");
    SAYS(err, "2");
}

Test(program, several_costs)
{
    nn_cost costs[2] = { hand_costs[0], hand_costs[0] };
    nn_model two = hand_model;
    two.cost = costs;
    two.costs = 2;
    costs[0].name = "gen";
    costs[1].name = "disc";
    write_csv("d.csv", 50, 1);
    cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --save W.npz"), 2);
    SAYS(err, "has 2 costs (gen, disc): choose one with --cost NAME");
    cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --save W.npz --cost disk"), 2);
    SAYS(err, "did you mean 'disc'?");
    cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --save W.npz --cost disc"), 0, "%s", err);
    cr_expect_eq(call(&two, "train --data d.csv --epochs 2 --resume --load W.npz --save X.npz --cost gen"), 1);
    SAYS(err, "another cost");
    cr_expect_eq(call(&two, "grad --data d.csv --load W.npz --out G.npz --cost gen"), 0, "%s", err);
    nnrt_arrays arrays;
    cr_assert_eq(nnrt_npz_read(&arrays, "G.npz", &error), 0);
    cr_expect(nnrt_arrays_find(&arrays, "gen") && !nnrt_arrays_find(&arrays, "cost"));
    nnrt_arrays_free(&arrays);
    costs[0].name = NULL;
    cr_expect_eq(call(&two, "eval --data d.csv --load W.npz"), 0, "the unnamed one is meant: %s", err);
    cr_expect_eq(call(&two, "gradcheck"), 0);
    SAYS(out, "derivatives of cost 'disc'");
}
