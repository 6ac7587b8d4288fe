/* report.c: what the model costs: parameters, multiply-adds, flash and RAM, each per stage. */
#include <string.h>

#include "writer.h"

static double iterations(const equation *e)
{
    double n = 1;
    for (int k = 0; k < e->free + e->bound; k++)
        n *= e->extent[k] == EXTENT_BATCH ? 1 : (double)e->extent[k];
    return n;
}

/* Multiply-adds for one sample: the terms of all sums of products. */
static uint64_t equation_madds(const equation *e)
{
    bool product = e->kind == EQ_COMPUTE && (e->reduction == RED_SUM || e->accumulate) && e->body->kind != X_READ && e->body->kind != X_NUM;
    return product && (e->reduction == RED_SUM) ? (uint64_t)iterations(e) : 0;
}

uint64_t routine_madds(const routine *r)
{
    uint64_t sum = 0;
    for (int i = 0; i < r->equations.count; i++)
        sum += equation_madds(r->equations.data[i]);
    return sum;
}

typedef struct row {
    const char *stage;
    int64_t params;
    uint64_t forward, gradient;
    int line;
} row;

static const char *top_stage(const char *path)
{
    return arena_strndup(path, strcspn(path, "."));
}

static row *find_row(row *rows, int *count, const char *stage)
{
    for (int i = 0; i < *count; i++)
        if (strcmp(rows[i].stage, stage) == 0)
            return &rows[i];
    rows[*count] = (row){.stage = stage};
    return &rows[(*count)++];
}

static void count_reads_of(expr *e, void *context)
{
    if (e->kind == X_READ && e->tensor->kind == TENSOR_PARAM)
        *(const tensor **)context = e->tensor;
}

/* The stage of an equation: that of a parameter it reads, of what it computes, or of what it is the gradient of. */
static const char *stage_of(const equation *e)
{
    const tensor *param = NULL;
    if (e->body)
        expr_each(e->body, count_reads_of, &param);
    if (param && param->stage[0])
        return top_stage(param->stage);
    if (e->out->of)
        return top_stage(e->out->of->stage);
    return top_stage(e->out->stage);
}

void emit_report(const plan *p, bool json, text *out)
{
    const graph *g = p->graph;
    row *rows = NEW_ARRAY(row, g->params.count + g->tensors.count + 2);
    int count = 0;
    uint64_t forward = 0, gradient = 0;
    int64_t params = 0;
    int real_size = p->options.is_double ? 8 : 4;
    for (int i = 0; i < g->params.count; i++) {
        row *r = find_row(rows, &count, top_stage(g->params.data[i]->stage));
        r->params += tensor_size(g->params.data[i]);
        params += tensor_size(g->params.data[i]);
    }
    for (int i = 0; i < p->routines.count; i++) {
        const routine *r = p->routines.data[i]->routine;
        bool is_forward = r->kind == ROUTINE_FORWARD, is_grad = r->kind == ROUTINE_GRAD;
        for (int k = 0; (is_forward || is_grad) && k < r->equations.count; k++) {
            uint64_t n = equation_madds(r->equations.data[k]);
            if (!n)
                continue;
            row *x = find_row(rows, &count, stage_of(r->equations.data[k]));
            *(is_forward ? &x->forward : &x->gradient) += n;
            *(is_forward ? &forward : &gradient) += n;
        }
    }
    int64_t work = 4 + (int64_t)p->work_reals * real_size + p->work_ints * 4;
    if (json) {
        text_printf(out, "{\n  \"model\": %s,\n  \"real\": \"%s\",\n  \"batch\": %d,\n  \"parameters\": %lld,\n", c_string(g->name),
                    p->options.is_double ? "double" : "float", p->options.batch, (long long)params);
        text_printf(out, "  \"forward_madds\": %llu,\n  \"gradient_madds\": %llu,\n  \"params_bytes\": %lld,\n  \"work_bytes\": %lld,\n  \"stages\": [",
                    (unsigned long long)forward, (unsigned long long)gradient, (long long)p->reals * real_size, (long long)work);
        for (int i = 0; i < count; i++)
            text_printf(out, "%s\n    {\"stage\": %s, \"parameters\": %lld, \"forward_madds\": %llu, \"gradient_madds\": %llu}", i ? "," : "",
                        c_string(rows[i].stage), (long long)rows[i].params, (unsigned long long)rows[i].forward, (unsigned long long)rows[i].gradient);
        text_append(out, "\n  ]\n}\n");
        return;
    }
    text_printf(out, "model %s, %s, batch %d\n\n%-24s %12s %16s %16s\n", g->name, p->options.is_double ? "double" : "float", p->options.batch,
                "stage", "parameters", "forward madds", "gradient madds");
    for (int i = 0; i < count; i++)
        text_printf(out, "%-24s %12lld %16llu %16llu\n", rows[i].stage[0] ? rows[i].stage : "(top)", (long long)rows[i].params,
                    (unsigned long long)rows[i].forward, (unsigned long long)rows[i].gradient);
    text_printf(out, "%-24s %12lld %16llu %16llu\n\n", "all", (long long)params, (unsigned long long)forward, (unsigned long long)gradient);
    text_append(out, "madds: multiply-adds for one sample; gradient: with the forward pass\n");
    text_printf(out, "parameters: %lld bytes; work: %lld bytes for a batch of %d\n", (long long)p->reals * real_size, (long long)work, p->options.batch);
}
