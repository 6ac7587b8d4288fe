/* log.c: the figures of a run's epochs as CSV: one line an epoch, empty fields for what there is not. Of several costs each
 * has columns of its own, by name. */
#include <math.h>
#include <stdlib.h>

#include "host.h"

static void field(nnrt_text *t, int there, double value)
{
    nnrt_text_add(t, ",");
    if (there)
        nnrt_text_real(t, value, 9);
}

static double accuracy(const nnrt_figures *f)
{
    return f->judged ? (double)f->correct / (double)f->judged : 0;
}

static void header(nnrt_text *t, const nnrt_settings *settings)
{
    if (settings->next)
        nnrt_text_add(t, "epoch,step");
    for (const nnrt_settings *s = settings; s && settings->next; s = s->next) {
        const char *name = nnrt_cost_name(s->cost);
        nnrt_text_add(t, ",%s_rate,%s_train,%s_test", name, name, name);
    }
    nnrt_text_add(t, settings->next ? ",train_accuracy,test_accuracy,seconds\n"
                                    : "epoch,step,rate,train_cost,train_accuracy,test_cost,test_accuracy,seconds\n");
}

static void line(nnrt_text *t, const nnrt_settings *settings, const nnrt_epoch *e)
{
    size_t i = 0;
    nnrt_text_add(t, "%lu,%llu", (unsigned long)e->epoch, (unsigned long long)e->step);
    for (const nnrt_settings *s = settings; s && e->cost; s = s->next, i++) {
        field(t, 1, e->cost[i].rate);
        field(t, isfinite(e->cost[i].train), e->cost[i].train);
        field(t, e->tested, e->cost[i].test);
    }
    if (!e->cost) {
        field(t, 1, e->rate);
        field(t, 1, e->train.cost);
    }
    field(t, e->train.judged != 0, accuracy(&e->train));
    if (!e->cost)
        field(t, e->tested, e->test.cost);
    field(t, e->test.judged != 0, accuracy(&e->test));
    field(t, e->seconds > 0, e->seconds);
    nnrt_text_add(t, "\n");
}

int nnrt_log_write(const char *path, const nnrt_settings *settings, const nnrt_epoch *epoch, size_t count, nnrt_error *error)
{
    nnrt_replace file;
    nnrt_text t = { 0 };
    header(&t, settings);
    for (size_t i = 0; i < count; i++)
        line(&t, settings, &epoch[i]);
    if (t.failed)
        return nnrt_error_memory(error, path, count * 100);
    int bad = nnrt_replace_begin(&file, path, error);
    if (!bad) {
        fwrite(t.text, 1, t.length, file.file);
        bad = nnrt_replace_end(&file, error);
    }
    free(t.text);
    return bad;
}
