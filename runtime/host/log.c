/* log.c: the figures of a run's epochs as CSV: one line an epoch, empty fields for what there is not. */
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

int nnrt_log_write(const char *path, const nnrt_epoch *epoch, size_t count, nnrt_error *error)
{
    nnrt_replace file;
    nnrt_text t = { 0 };
    nnrt_text_add(&t, "epoch,step,rate,train_cost,train_accuracy,test_cost,test_accuracy,seconds\n");
    for (size_t i = 0; i < count; i++) {
        const nnrt_epoch *e = &epoch[i];
        nnrt_text_add(&t, "%lu,%llu", (unsigned long)e->epoch, (unsigned long long)e->step);
        field(&t, 1, e->rate);
        field(&t, 1, e->train.cost);
        field(&t, e->train.judged != 0, accuracy(&e->train));
        field(&t, e->tested, e->test.cost);
        field(&t, e->test.judged != 0, accuracy(&e->test));
        field(&t, e->seconds > 0, e->seconds);
        nnrt_text_add(&t, "\n");
    }
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
