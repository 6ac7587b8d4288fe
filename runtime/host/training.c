/* training.c: the command train: the training loop with files, progress and Ctrl-C around it. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

enum { SAVE_SECONDS = 60, LOG_SECONDS = 2 }; /* the least time between two writes in the midst of a run */

typedef struct session {
    program *p;
    nnrt_settings *settings;        /* of the costs that are trained, `costs` of them */
    uint32_t costs;
    nnrt_data data, held;
    const nnrt_data *test;          /* &held where something is held out */
    nnrt_arrays resume;
    nnrt_trainer *trainer;
    nnrt_bar bar;
    double saved, logged;           /* when */
    int failed;                     /* a file could not be written: p->error tells */
} session;

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    if (interrupted)
        nnrt_program_interrupted(number);
    interrupted = 1;
}

/* While it trains, the first Ctrl-C (or SIGTERM, or the terminal's end) asks to stop at the batch's end; a second one, in
 * haste, ends the program at once. A reader of the output that goes away doesn't end the training. */
static void watch(int on)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action, before;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = on ? interrupt : nnrt_program_interrupted;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (signals[i] != SIGHUP || (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)) /* nohup */
            sigaction(signals[i], &action, NULL);
    if (on)
        signal(SIGPIPE, SIG_IGN);
}

/* ---- what an epoch shows ---- */

static void put_share(nnrt_text *t, const nnrt_figures *f, const char *before, const char *after)
{
    uint64_t share = f->judged ? (f->correct * 10000 + f->judged / 2) / f->judged : 0;
    if (f->judged)
        nnrt_text_add(t, "%s%llu.%02llu %%%s", before, (unsigned long long)(share / 100), (unsigned long long)(share % 100), after);
}

static void put_figures(nnrt_text *t, const char *name, const nnrt_figures *f)
{
    nnrt_text_add(t, "  %s ", name);
    nnrt_text_real(t, f->cost, 5);
    put_share(t, f, " (", ")");
}

/* "  game 0.7, test 0.71  judge 1.2, test 1.3  accuracy 91.00 %, test 90.00 %" */
static void put_costs(nnrt_text *t, const nnrt_settings *settings, const nnrt_epoch *e)
{
    size_t i = 0;
    for (const nnrt_settings *s = settings; s; s = s->next, i++) {
        nnrt_text_add(t, "  %s ", nnrt_cost_name(s->cost));
        if (isnan(e->cost[i].train))
            nnrt_text_add(t, "-");
        else
            nnrt_text_real(t, e->cost[i].train, 5);
        if (e->tested) {
            nnrt_text_add(t, ", test ");
            nnrt_text_real(t, e->cost[i].test, 5);
        }
    }
    put_share(t, &e->train, "  accuracy ", "");
    put_share(t, &e->test, e->train.judged ? ", test " : "  test accuracy ", "");
}

static void show_epoch(const nnrt_progress *progress)
{
    const nnrt_epoch *e = &progress->history[progress->epochs - 1];
    char number[32];
    nnrt_text t = { 0 };
    nnrt_text_add(&t, "epoch %lu/%lu", (unsigned long)e->epoch, (unsigned long)progress->settings->epochs);
    if (e->cost)
        put_costs(&t, progress->settings, e);
    else
        put_figures(&t, "train", &e->train);
    if (e->tested && !e->cost)
        put_figures(&t, "test", &e->test);
    nnrt_text_add(&t, "  %s%s\n", nnrt_show_seconds(number, e->seconds), progress->improved ? "  best" : "");
    if (t.text)
        fputs(t.text, stdout);
    fflush(stdout);
    free(t.text);
}

static int write_figures(session *s, nnrt_error *error)
{
    const nnrt_options *o = &s->p->options;
    size_t count;
    const nnrt_epoch *history = nnrt_trainer_history(s->trainer, &count);
    s->logged = nnrt_now();
    return (o->log && nnrt_log_write(o->log, s->settings, history, count, error) != 0) ||
           (o->plot && nnrt_plot_write(o->plot, s->p->model->name, s->settings, history, count, error) != 0);
}

static int on_batch(void *context, const nnrt_progress *progress)
{
    session *s = context;
    nnrt_bar_draw(&s->bar, progress);
    return interrupted;
}

static int on_epoch(void *context, const nnrt_progress *progress)
{
    session *s = context;
    const nnrt_options *o = &s->p->options;
    nnrt_bar_clear(&s->bar);
    show_epoch(progress);
    if (progress->improved && o->best)
        s->failed = nnrt_trainer_save_params(s->trainer, o->best, &s->p->error);
    if (!s->failed && nnrt_now() - s->logged > LOG_SECONDS)
        s->failed = write_figures(s, &s->p->error);
    if (!s->failed && nnrt_now() - s->saved > SAVE_SECONDS) {
        s->failed = nnrt_trainer_save(s->trainer, o->save, &s->p->error);
        s->saved = nnrt_now();
    }
    nnrt_bar_begin(&s->bar, 0);
    return interrupted || s->failed;
}

/* ---- what the run is ---- */

static int contradictions(session *s)
{
    const nnrt_options *o = &s->p->options;
    nnrt_error *error = &s->p->error;
    if (o->test && o->has_split)
        return nnrt_error_set(error, "--test and --split contradict each other: one of them gives what is held out");
    if (!o->resume && o->best && !o->test && !o->has_split)
        return nnrt_error_set(error, "--best needs held-out data: --test or --split");
    if (!o->resume && o->has_patience && !o->test && !o->has_split)
        return nnrt_error_set(error, "--patience needs held-out data: --test or --split");
    return 0;
}

static int load(session *s)
{
    program *p = s->p;
    const nnrt_options *o = &p->options;
    if (nnrt_data_load(&s->data, p->model, o->data, 1, &p->error) != 0)
        return EXIT_BAD;
    if (o->test && nnrt_data_load(&s->held, p->model, o->test, 1, &p->error) != 0)
        return EXIT_BAD;
    if (!o->test && s->settings->split > 0 &&
        nnrt_data_split(&s->data, &s->held, p->model, s->settings->split, s->settings->seed, &p->error) != 0)
        return EXIT_BAD;
    s->test = s->held.samples ? &s->held : NULL;
    if (!s->test && (o->best || s->settings->patience)) {
        nnrt_error_set(&p->error, "--best and --patience need held-out data: --test or --split");
        return EXIT_USAGE;
    }
    return EXIT_GOOD;
}

/* ---- the run ---- */

/* One more thing that went wrong. */
static int also(program *p, const nnrt_error *later)
{
    if (!strstr(p->error.text, later->text))
        nnrt_error_add(&p->error, "%s", later->text);
    return 1;
}

/* Whatever failed, the rest is written: the figures, and the parameters unless a failed step spoilt them. */
static int end(session *s, int stopped, int bad)
{
    program *p = s->p;
    nnrt_error later = { "" };
    size_t epochs;
    int lost = bad || s->failed;
    nnrt_bar_clear(&s->bar);
    if (!bad && nnrt_trainer_save(s->trainer, p->options.save, &later) != 0)
        lost = also(p, &later);
    if (write_figures(s, &later) != 0)
        lost = also(p, &later);
    if (lost)
        return EXIT_BAD;
    if (stopped) {
        fprintf(stderr, "%s: interrupted; to go on: %s train --resume --load %s and the other options as before\n", p->name, p->name,
                p->options.save);
        return EXIT_INTERRUPTED;
    }
    nnrt_trainer_history(s->trainer, &epochs);
    if (p->options.best && epochs > 0 && s->trainer->best_epoch == 0)
        printf("%s is not written: no held-out cost was finite\n", p->options.best);
    if (epochs < s->settings->epochs)
        printf("no better held-out cost for %lu epochs: stopped\n", (unsigned long)s->settings->patience);
    return EXIT_GOOD;
}

static int train(session *s)
{
    program *p = s->p;
    const nnrt_callbacks callbacks = { on_batch, on_epoch, s };
    int stopped = 0;
    s->trainer = nnrt_trainer_new(p->model, s->settings, p->params, p->state, &s->data, s->test, p->parallel, &p->error);
    if (!s->trainer)
        return EXIT_BAD;
    if (p->options.resume && nnrt_resume_apply(s->trainer, &s->resume, p->options.load, &p->error) != 0)
        return EXIT_BAD;
    s->saved = s->logged = nnrt_now();
    nnrt_bar_begin(&s->bar, s->trainer->begun ? s->trainer->batches.at : 0);
    interrupted = 0;
    watch(1);
    int bad = nnrt_train(s->trainer, &callbacks, &stopped, &p->error);
    int status = end(s, stopped, bad);
    watch(0);
    return status;
}

static int begin(session *s)
{
    program *p = s->p;
    if (contradictions(s) != 0)
        return EXIT_USAGE;
    int status = nnrt_program_begin(p);
    if (status == EXIT_GOOD && p->options.resume &&
        nnrt_params_load(p->model, p->params, p->model->state_size ? p->state : NULL, p->options.load, &s->resume, &p->error) != 0)
        status = EXIT_BAD;
    if (status == EXIT_GOOD)
        status = nnrt_program_settings(p, &s->resume, &s->settings, &s->costs);
    if (status == EXIT_GOOD)
        status = load(s);
    return status;
}

int nnrt_command_train(program *p)
{
    session *s = nnrt_allocate(1, sizeof *s, "training", &p->error);
    if (!s)
        return EXIT_BAD;
    s->p = p;
    int status = begin(s);
    if (status == EXIT_GOOD)
        status = train(s);
    nnrt_trainer_free(s->trainer);
    nnrt_arrays_free(&s->resume);
    nnrt_data_free(&s->data);
    nnrt_data_free(&s->held);
    free(s->settings);
    free(s);
    return status;
}
