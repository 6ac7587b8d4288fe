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
    int64_t params, flash, ram;     /* elements; bytes */
    uint64_t forward, gradient;
    span at;                        /* where the stage is declared or first computed */
} row;

typedef struct row_list {
    row *rows, all;
    int count;
} row_list;

static const char *top_stage(const char *path)
{
    return arena_strndup(path, strcspn(path, "."));
}

static row *find_row(row_list *l, const char *path)
{
    const char *stage = top_stage(path);
    for (int i = 0; i < l->count; i++)
        if (strcmp(l->rows[i].stage, stage) == 0)
            return &l->rows[i];
    l->rows[l->count] = (row){.stage = stage};
    return &l->rows[l->count++];
}

static void count_params(const plan *p, bool inference, row_list *l)
{
    const graph *g = p->graph;
    const bool *used = constants_used(p, inference);
    int real = p->options.is_double ? 8 : 4;
    for (int i = 0; i < g->params.count; i++) {
        const tensor *t = g->params.data[i];
        row *r = find_row(l, t->stage);
        if (!r->at.source)
            r->at = t->at;
        r->params += tensor_size(t);
        l->all.params += tensor_size(t);
        r->ram += t->values ? 0 : tensor_size(t) * real;
    }
    for (int i = 0; i < g->tensors.count; i++) {
        const tensor *t = g->tensors.data[i];
        if (used[i]) {
            find_row(l, t->stage)->flash += tensor_size(t) * real;
            l->all.flash += tensor_size(t) * real;
        }
    }
}

static void count_madds(const plan *p, row_list *l)
{
    for (int i = 0; i < p->routines.count; i++) {
        const routine *r = p->routines.data[i]->routine;
        bool forward = r->kind == ROUTINE_FORWARD;
        for (int k = 0; (forward || r->kind == ROUTINE_GRAD) && k < r->equations.count; k++) {
            uint64_t n = equation_madds(r->equations.data[k]);
            if (!n)
                continue;
            row *x = find_row(l, equation_stage(r->equations.data[k]));
            *(forward ? &x->forward : &x->gradient) += n;
            *(forward ? &l->all.forward : &l->all.gradient) += n;
        }
    }
}

/* What a stage's values take in the work, in the function where they take most. */
static void count_work(const plan *p, row_list *l)
{
    int real = p->options.is_double ? 8 : 4;
    int64_t *most = NEW_ARRAY(int64_t, p->graph->tensors.count + p->graph->params.count + 2);
    for (int i = 0; i < p->routines.count; i++) {
        const routine_plan *rp = p->routines.data[i];
        int64_t *sum = NEW_ARRAY(int64_t, p->graph->tensors.count + p->graph->params.count + 2);
        bool *seen = NEW_ARRAY(bool, p->graph->tensors.count + 1);
        for (int k = 0; k < rp->routine->equations.count; k++) {
            const equation *e = rp->routine->equations.data[k];
            const place *at = &rp->places[e->out->id];
            if (at->store != STORE_WORK || at->alias || seen[e->out->id])
                continue;
            seen[e->out->id] = true;
            row *x = find_row(l, equation_stage(e));
            if (!x->at.source)
                x->at = e->at;
            sum[x - l->rows] += at->size * (e->out->classes ? 4 : real);
        }
        for (int k = 0; k < l->count; k++)
            if (sum[k] > most[k])
                most[k] = sum[k];
    }
    for (int k = 0; k < l->count; k++)
        l->rows[k].ram += most[k];
    l->all.ram = (int64_t)p->reals * real + plan_work_bytes(p) + state_bytes(p);
}

static row_list count_all(const plan *p, bool inference)
{
    row_list l = {.rows = NEW_ARRAY(row, p->graph->params.count + p->graph->tensors.count + 2)};
    count_params(p, inference, &l);
    count_madds(p, &l);
    count_work(p, &l);
    return l;
}

void emit_sizes(const plan *p, bool inference, int64_t *ram, int64_t *flash)
{
    row_list l = count_all(p, inference);
    *ram = l.all.ram;
    *flash = l.all.flash;
}

/* ---- budgets ---- */

static void complain(const plan *p, row_list *l, const char *what, const char *option, int64_t need, int64_t may, bool ram)
{
    diag *d = diag_error((span){p->graph->source, 0, 0}, "the model needs %lld bytes of %s, %lld more than %s allows", (long long)need, what,
                         (long long)(need - may), option);
    for (int told = 0; told < 3; told++) {
        row *most = NULL;
        for (int i = 0; i < l->count; i++) {
            row *r = &l->rows[i];
            if ((ram ? r->ram : r->flash) > 0 && (!most || (ram ? r->ram > most->ram : r->flash > most->flash)))
                most = r;
        }
        if (!most)
            return;
        diag_note(d, most->at.source ? most->at : (span){p->graph->source, 0, 0}, "%s: %lld bytes", most->stage[0] ? most->stage : "what no stage owns",
                  (long long)(ram ? most->ram : most->flash));
        *(ram ? &most->ram : &most->flash) = 0;
    }
}

bool emit_within(const plan *p, bool inference, int64_t max_ram, int64_t max_flash)
{
    row_list l = count_all(p, inference);
    bool good = true;
    if (max_ram && l.all.ram > max_ram) {
        complain(p, &l, "RAM", "--max-ram", l.all.ram, max_ram, true);
        good = false;
    }
    if (max_flash && l.all.flash > max_flash) {
        complain(p, &l, "flash for its constants", "--max-flash", l.all.flash, max_flash, false);
        good = false;
    }
    return good;
}

static void json_string(text *out, const char *s)
{
    text_append(out, "\"");
    for (; *s; s++)
        if (*s == '"' || *s == '\\')
            text_printf(out, "\\%c", *s);
        else if ((unsigned char)*s < 0x20)
            text_printf(out, "\\u%04x", (unsigned)(unsigned char)*s);
        else
            text_append_n(out, s, 1);
    text_append(out, "\"");
}

static void print_json(const plan *p, const row_list *l, text *out)
{
    int real = p->options.is_double ? 8 : 4;
    text_append(out, "{\n  \"model\": ");
    json_string(out, p->graph->name);
    text_printf(out, ",\n  \"real\": \"%s\",\n  \"batch\": %d,\n  \"parameters\": %lld,\n", p->options.is_double ? "double" : "float",
                p->options.batch, (long long)l->all.params);
    text_printf(out, "  \"forward_madds\": %llu,\n  \"gradient_madds\": %llu,\n", (unsigned long long)l->all.forward, (unsigned long long)l->all.gradient);
    text_printf(out, "  \"flash_bytes\": %lld,\n  \"ram_bytes\": %lld,\n  \"params_bytes\": %lld,\n  \"work_bytes\": %lld,\n  \"state_bytes\": %lld,\n  \"stages\": [",
                (long long)l->all.flash, (long long)l->all.ram, (long long)p->reals * real, (long long)plan_work_bytes(p), (long long)state_bytes(p));
    for (int i = 0; i < l->count; i++) {
        const row *r = &l->rows[i];
        text_append(out, i ? ",\n    {\"stage\": " : "\n    {\"stage\": ");
        json_string(out, r->stage);
        text_printf(out, ", \"parameters\": %lld, \"forward_madds\": %llu, \"gradient_madds\": %llu, \"flash_bytes\": %lld, \"ram_bytes\": %lld}",
                    (long long)r->params, (unsigned long long)r->forward, (unsigned long long)r->gradient, (long long)r->flash, (long long)r->ram);
    }
    text_append(out, "\n  ]");
    if (plan_had_choice(p)) {
        static const char *const names[] = {[THRIFT_NONE] = "all_turns", [THRIFT_TURNS] = "turn", [THRIFT_RECOMPUTE] = "again"};
        text_printf(out, ",\n  \"scans\": {\"chosen\": \"%s\"", names[p->options.thrift]);
        for (int k = 0; k < THRIFT_COUNT; k++)
            if (p->ram[k])
                text_printf(out, ", \"%s\": %lld", names[k], (long long)p->ram[k]);
        text_append(out, "}");
    }
    text_append(out, "\n}\n");
}

static void print_row(const char *name, const row *r, text *out)
{
    text_printf(out, "%-20s %10lld %14llu %14llu %10lld %10lld\n", name, (long long)r->params, (unsigned long long)r->forward,
                (unsigned long long)r->gradient, (long long)r->flash, (long long)r->ram);
}

void emit_report(const plan *p, bool inference, bool json, text *out)
{
    row_list l = count_all(p, inference);
    if (json) {
        print_json(p, &l, out);
        return;
    }
    text_printf(out, "model %s, %s, batch %d\n\n%-20s %10s %14s %14s %10s %10s\n", p->graph->name, p->options.is_double ? "double" : "float",
                p->options.batch, "stage", "parameters", "forward madds", "gradient madds", "flash", "RAM");
    for (int i = 0; i < l.count; i++)
        print_row(l.rows[i].stage[0] ? l.rows[i].stage : "(top)", &l.rows[i], out);
    print_row("all", &l.all, out);
    text_append(out, "\nmadds: multiply-adds for one sample; gradient: with the forward pass\n"
                "flash: bytes of constants, the code not counted\n"
                "RAM: bytes of parameters, and of values for a full batch; stages share the work, so that all is less than their sum\n");
    text_printf(out, "parameters: %lld bytes; work: %lld bytes", (long long)p->reals * (p->options.is_double ? 8 : 4), (long long)plan_work_bytes(p));
    if (state_bytes(p))
        text_printf(out, "; state: %lld bytes", (long long)state_bytes(p));
    text_append(out, "\n");
    plan_print_choice(p, out);
}
