/* test_program_runs.c: training runs of the program: interrupted ones and those that go on, terminals, and places that can't be
 * written. */
#define _XOPEN_SOURCE 700 /* posix_openpt */
#include "program_calls.h"
#include <sys/ioctl.h>
#include <termios.h>

TestSuite(runs, .init = in_a_folder, .fini = leave_the_folder);

/* ---- runs that go on ---- */

Test(runs, a_resumed_run_ends_like_an_uninterrupted_one)
{
    static const char *const optimizers[] = { "sgd(rate=0.1)", "sgd(rate=0.05, momentum=0.9, nesterov=1)", "adam", "adamw(amsgrad=1)",
                                              "rmsprop(centered=1, momentum=0.5)", "adagrad(accumulator=0.1)", "rprop", "adam(clip_norm=0.5)", "spsa", "es(pairs=4)", "shampoo(interval=3)" };
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

Test(runs, a_stream_resumes_with_its_state_and_noise)
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

Test(runs, an_interrupted_run_goes_on_to_the_bit, .timeout = 300)
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

Test(runs, what_can_not_be_resumed)
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

Test(runs, patience_and_best)
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

Test(runs, places_that_can_not_be_written)
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

Test(runs, a_full_disk)
{
    if (!exists("/dev/full"))
        cr_skip_test("there is no /dev/full");
    write_csv("d.csv", 50, 1);
    cr_expect_eq(call(&hand_model, "init --out /dev/full"), 1);
    SAYS(err, "/dev/full: can't write: No space left on device");
    cr_expect_eq(call(&hand_model, "train --data d.csv --epochs 1 --save /dev/full"), 1);
    SAYS(err, "No space left on device");
}

Test(runs, a_cost_that_is_not_finite_leaves_the_file_alone)
{
    write_csv("d.csv", 50, 1);
    cr_expect_eq(call(&hand_model, "init --out W.npz"), 0);
    cr_expect_eq(call(&hand_model, "init --out V.npz"), 0);
    hand_fault = FAULT_COST_NAN;
    cr_expect_eq(call(&hand_model, "train --data d.csv --epochs 9 --save W.npz --log L.csv --plot P.svg"), 1);
    SAYS(err, "not a number in epoch 4");
    slurp("L.csv", out);
    cr_expect(strstr(out, "\n3,") && !strstr(out, "\n4,"), "the log of what went well: %s", out);
    cr_expect(exists("P.svg"));
    slurp("W.npz", out);
    slurp("V.npz", err);
    cr_expect_eq(memcmp(out, err, LONG), 0);
}

/* The cost of the last step is finite, but the step leads to what is no number. */
Test(runs, parameters_that_are_not_finite_are_not_saved)
{
    write_csv("d.csv", 50, 1);
    hand_fault = FAULT_NAN;
    cr_expect_eq(call(&hand_model, "train --data d.csv --split 0.2 --epochs 1 --batch 0 --save W.npz"), 1);
    SAYS(err, "W.npz: not written, for 'm0.b', element [1] became nan: is the rate too large?");
    cr_expect(!exists("W.npz"));
}

Test(runs, bad_files)
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

/* A link stays a link, and what it names is replaced, also where that is not there yet. */
Test(runs, links)
{
    struct stat status;
    mkdir("folder", 0777);
    cr_assert_eq(symlink("folder/W.npz", "L.npz"), 0);
    cr_assert_eq(symlink("../V.npz", "folder/M.npz"), 0);
    for (int turn = 0; turn < 2; turn++) {
        cr_expect_eq(call(&hand_model, "init --seed %d --out L.npz", turn), 0, "%s", err);
        cr_expect_eq(call(&hand_model, "init --seed %d --out folder/M.npz", turn), 0, "%s", err);
        cr_expect(lstat("L.npz", &status) == 0 && S_ISLNK(status.st_mode));
        cr_expect(lstat("folder/M.npz", &status) == 0 && S_ISLNK(status.st_mode));
        cr_expect_eq(call(&hand_model, "init --seed %d --out A.npz", turn), 0);
        slurp("A.npz", out);
        slurp("folder/W.npz", err);
        cr_expect_eq(memcmp(out, err, 1000), 0);
        slurp("V.npz", err);
        cr_expect_eq(memcmp(out, err, 1000), 0);
    }
    unlink("folder/W.npz");
    unlink("folder/M.npz");
    rmdir("folder");
}

/* ---- signals and terminals ---- */

static long nap_ns = 3000000;

/* hand_net's gradient, so slowly that there is something to see. Signals don't wake it. */
static double slow_grad(const void *p, void *h, void *k, size_t n, const void *const *in, void *g)
{
    double end = nnrt_now() + 1e-9 * (double)nap_ns;
    const struct timespec nap = { 0, 1000000 };
    while (nnrt_now() < end)
        nanosleep(&nap, NULL);
    return hand_grad(p, h, k, n, in, g);
}

static nn_cost slow_cost[1];

static nn_model slow_model(void)
{
    nn_model model = hand_model;
    slow_cost[0] = hand_costs[0];
    slow_cost[0].grad = slow_grad;
    slow_cost[0].sgd = NULL;
    model.cost = slow_cost;
    return model;
}

static void wait_for(const char *path)
{
    const struct timespec nap = { 0, 1000000 };
    for (int i = 0; i < 10000; i++) {
        slurp(path, out);
        if (*out)
            return;
        nanosleep(&nap, NULL);
    }
}

/* Each of the three saves what there is. */
Test(runs, signals_that_save)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    nn_model model = slow_model();
    write_csv("d.csv", 30, 1);
    signal(SIGHUP, SIG_DFL); /* the tests themselves may run under nohup */
    for (size_t i = 0; i < 3; i++) {
        unlink("stdout");
        unlink("W.npz");
        pid_t child = start(&model, "train --data d.csv --epochs 100000 --save W.npz --log L.csv");
        wait_for("stdout");
        kill(child, signals[i]);
        cr_expect_eq(finish(child), 130, "%s", err);
        SAYS(err, "to go on: hand train --resume --load W.npz");
        cr_expect(exists("W.npz") && exists("L.csv"));
    }
}

/* Under nohup a hangup ends nothing. */
Test(runs, a_hangup_that_nohup_ignores)
{
    nn_model model = slow_model();
    write_csv("d.csv", 30, 1);
    signal(SIGHUP, SIG_IGN);
    pid_t child = start(&model, "train --data d.csv --epochs 4 --save W.npz");
    wait_for("stdout");
    kill(child, SIGHUP);
    cr_expect_eq(finish(child), 0, "%s", err);
    cr_expect(strstr(out, "epoch 4/4") != NULL, "%s", out);
}

/* In haste: not even the batch is waited for, and nothing is saved. */
Test(runs, a_second_ctrl_c_ends_at_once)
{
    nn_model model = slow_model();
    const struct timespec nap = { 0, 50000000 };
    write_csv("d.csv", 30, 1);
    cr_expect_eq(call(&hand_model, "train --data d.csv --epochs 1 --save W.npz"), 0, "%s", err);
    unsigned before = files();
    nap_ns = 2000000000;
    double began = nnrt_now();
    pid_t child = start(&model, "train --data d.csv --epochs 100000 --save W.npz");
    nanosleep(&nap, NULL);
    nanosleep(&nap, NULL);
    kill(child, SIGINT);
    nanosleep(&nap, NULL);
    kill(child, SIGINT);
    cr_expect_eq(finish(child), 130);
    cr_expect(nnrt_now() - began < 1.5);
    cr_expect_str_eq(err, "");
    cr_expect_eq(files(), before, "what was there stays");
}

/* `program | head`: who reads the lines goes away, the training goes on and is saved. */
Test(runs, a_closed_pipe_ends_no_training)
{
    int ends[2];
    write_csv("d.csv", 30, 1);
    cr_assert_eq(pipe(ends), 0);
    close(ends[0]);
    pid_t child = fork();
    if (child == 0) {
        char *argv[] = { (char *)(uintptr_t)"hand", (char *)(uintptr_t)"train", (char *)(uintptr_t)"--data=d.csv", (char *)(uintptr_t)"--save=W.npz" };
        signal(SIGPIPE, SIG_DFL);
        if (dup2(ends[1], 1) < 0 || !freopen("stderr", "wb", stderr))
            _exit(99);
        leave(nnrt_main(&hand_model, 4, argv));
    }
    close(ends[1]);
    cr_expect_eq(finish(child), 1);
    SAYS(err, "can't write to standard output");
    cr_expect(exists("W.npz"));
}

/* Trains with standard error on a terminal of so many columns; what came there is in `err`. */
static int on_a_terminal(const nn_model *model, const char *line, unsigned short columns, const char *terminal)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY), status = 0;
    size_t n = 0;
    cr_assert(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    const char *slave = ptsname(master);
    cr_assert_not_null(slave);
    pid_t child = fork();
    if (child == 0) {
        struct winsize size = { .ws_row = 24, .ws_col = columns };
        int file = open(slave, O_RDWR | O_NOCTTY);
        char copy[500], *argv[WORDS] = { (char *)(uintptr_t)"hand" };
        int argc = 1;
        snprintf(copy, sizeof copy, "%s", line);
        for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
            argv[argc++] = word;
        if (file < 0 || ioctl(file, TIOCSWINSZ, &size) != 0 || !freopen("stdout", "wb", stdout) || dup2(file, 2) < 0 || setenv("TERM", terminal, 1) != 0)
            _exit(99);
        leave(nnrt_main(model, argc, argv));
    }
    for (;;) { /* the terminal's end is an error on Linux */
        ssize_t got = n < LONG - 1 ? read(master, err + n, LONG - 1 - n) : 0;
        if (got > 0)
            n += (size_t)got;
        else if (waitpid(child, &status, WNOHANG) == child)
            break;
    }
    err[n] = 0;
    close(master);
    slurp("stdout", out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

/* The most characters that one line showed. */
static size_t widest(const char *text)
{
    size_t most = 0, now = 0;
    for (; *text; text++) {
        if (strncmp(text, "\033[K", 3) == 0) {
            text += 2;
            continue;
        }
        now = *text == '\r' || *text == '\n' ? 0 : now + 1;
        most = now > most ? now : most;
    }
    return most;
}

Test(runs, the_bar_fits_its_terminal, .timeout = 60)
{
    static const struct { unsigned short columns; const char *shows, *not; } widths[] = {
        { 100, "=>", NULL }, { 70, " samples/s  cost ", NULL }, { 44, "  cost ", "samples" }, { 24, " left", "cost" }, { 14, "epoch ", "left" }, { 2, "e", "p" },
    };
    nn_model model = slow_model();
    write_csv("d.csv", 300, 1);
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        cr_expect_eq(on_a_terminal(&model, "train --data d.csv --epochs 2 --save W.npz", widths[i].columns, "xterm"), 0, "%s", err);
        SAYS(err, widths[i].shows);
        SAYS(err, "\r\033[K");
        cr_expect(!widths[i].not || !strstr(err, widths[i].not), "%u columns: %s", widths[i].columns, err);
        cr_expect(widest(err) < widths[i].columns, "%u columns, but %zu characters", widths[i].columns, widest(err));
        cr_expect_null(strstr(err, "\033[3"), "no colours");
        SAYS(out, "epoch 2/2  train ");
        cr_expect_null(strchr(out, '\r'));
    }
    cr_expect_eq(on_a_terminal(&model, "train --data d.csv --epochs 2 --save W.npz", 80, "dumb"), 0);
    cr_expect_str_eq(err, "");
    nn_cost costs[2] = { model.cost[0], model.cost[0] };
    costs[0].name = "gen";
    model.cost = costs;
    model.costs = 2;
    cr_expect_eq(on_a_terminal(&model, "train --data d.csv --epochs 2 --save W.npz", 100, "xterm"), 0, "%s", err);
    SAYS(err, "  gen 0.");
    SAYS(err, "  cost 0.");
}
