/* main.c: nnc's pipeline: .nn text -> syntax tree -> graph of equations -> routines with their derivatives -> plan -> C. */
#include <stdlib.h>
#include <string.h>

#include "elab/elab.h"
#include "emit/emit.h"
#include "options.h"
#include "output.h"
#include "plan/plan.h"
#include "routine/routine.h"
#include "weights.h"

static const char *without_extension(const char *path)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    return dot && dot > (slash ? slash + 1 : path) ? arena_strndup(path, (size_t)(dot - path)) : path;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int batch_of(const graph *g, const options *o)
{
    int batch = o->batch;
    if (g->stream)
        return 1;
    for (int i = 0; i < g->costs.count && !o->batch && !o->inference; i++)
        if (g->costs.data[i].train.batch > batch)
            batch = g->costs.data[i].train.batch;
    return batch ? batch : o->inference ? 1 : 32;
}

/* Where the C goes, without ".c"; "-" for standard output. */
static const char *output_base(const options *o)
{
    if (o->output)
        return strcmp(o->output, "-") == 0 ? "-" : without_extension(o->output);
    return strcmp(o->input, "-") == 0 ? "-" : without_extension(o->input);
}

static bool write_dependencies(const options *o, const elab_options *e, const char *base)
{
    text t = {0};
    VEC(const char *) sources = {0};
    const char *targets[] = {arena_printf("%s.c", base), arena_printf("%s.h", base)};
    if (strcmp(o->input, "-") != 0) /* no file for make to watch */
        vec_push(&sources) = o->input;
    for (int i = 0; i < e->files_read.count; i++)
        vec_push(&sources) = e->files_read.data[i];
    if (o->weights)
        vec_push(&sources) = o->weights;
    if (o->schedule)
        vec_push(&sources) = o->schedule;
    output_rule(&t, targets, 2, sources.data, sources.count, o->depend_phony);
    const char *path = o->depend_file ? o->depend_file : o->depend_only ? "-" : arena_printf("%s.nn.d", base);
    return output_write(&(output_file){path, t.data, t.length}, 1);
}

static bool write_c(const plan *p, const options *o, const char *base)
{
    text c = {0}, h = {0};
    bool alone = strcmp(base, "-") == 0;
    emit_options e = {.prefix = o->prefix ? o->prefix : p->graph->name, .source_name = o->input, .program = o->program,
                      .inference = o->inference, .version = NNC_VERSION};
    if (!alone)
        e.header_name = arena_printf("%s.h", base_name(base));
    emit_c(p, &e, &c, alone ? NULL : &h);
    output_file files[] = {{alone ? "-" : arena_printf("%s.c", base), c.data, c.length}, {arena_printf("%s.h", base), h.data, h.length}};
    return output_write(files, alone ? 1 : 2);
}

static bool write_dump(const text *t, const options *o)
{
    return output_write(&(output_file){o->output ? o->output : "-", t->data, t->length}, 1);
}

/* The routines; what they add to the model's tensors goes into a graph of their own, so that they can be built more than once. */
static graph *build_routines(const graph *g, const options *o, thrift how, routine_list *out)
{
    graph *own = NEW(graph);
    *own = *g;
    own->tensors = (tensor_list){0};
    for (int i = 0; i < g->tensors.count; i++)
        vec_push(&own->tensors) = g->tensors.data[i];
    routines_build(own, (routine_options){.level = o->level, .inference = o->inference, .thrift = how, .batch = batch_of(g, o), .check_finite = o->check_finite}, out);
    return own;
}

static plan *plan_with(const graph *g, const options *o, thrift how, const schedule *by_hand)
{
    routine_list routines = {0};
    graph *own = build_routines(g, o, how, &routines);
    bool poly = o->math == MATH_POLY || (o->math == MATH_DEFAULT && o->level == LEVEL_O2 && !o->is_double);
    return plan_build(own, &routines, (plan_options){.level = o->level, .batch = batch_of(g, o), .is_double = o->is_double, .thrift = how, .poly = poly, .check_finite = o->check_finite, .schedule = by_hand});
}

static bool has_scans(const plan *p)
{
    bool any = false;
    for (int i = 0; i < p->routines.count; i++)
        any |= p->routines.data[i]->routine->recurrences.count > 0;
    return any;
}

static thrift fastest(const options *o)
{
    return o->level == LEVEL_OS ? THRIFT_TURNS : THRIFT_NONE;
}

/* The fastest way to use memory that keeps within --max-ram; where none does, the one that needs least. A report tells of all of them. */
static plan *choose_plan(const graph *g, const options *o, const schedule *by_hand)
{
    bool report = o->emit == EMIT_REPORT || o->emit == EMIT_REPORT_JSON || o->emit == EMIT_PLAN;
    thrift first = fastest(o);
    plan *chosen = plan_with(g, o, first, by_hand);
    int64_t ram[THRIFT_COUNT] = {0}, flash;
    emit_sizes(chosen, o->inference, &ram[first], &flash);
    for (thrift how = first + 1; how < THRIFT_COUNT; how++) {
        bool enough = !o->max_ram || ram[chosen->options.thrift] <= o->max_ram;
        if (o->level == LEVEL_O0 || !has_scans(chosen) || (enough && !report))
            break;
        plan *p = plan_with(g, o, how, by_hand);
        emit_sizes(p, o->inference, &ram[how], &flash);
        if (!enough && ram[how] < ram[chosen->options.thrift])
            chosen = p;
    }
    memcpy(chosen->ram, ram, sizeof ram);
    chosen->max_ram = o->max_ram;
    return chosen;
}

/* Could all be done that --schedule says? If not, each line is reported. */
static bool can_follow(const plan *p)
{
    plan_check_memory(p);
    for (int i = 0; i < p->routines.count; i++)
        loops_build(p, p->routines.data[i]);
    schedule_check(p->options.schedule);
    return !diag_errors();
}

static int compile(const options *o)
{
    const char *why = NULL;
    text dump = {0};
    source *s = source_read(o->input, &why);
    if (!s) {
        fprintf(stderr, "nnc: error: %s: %s\n", o->input, why);
        return 1;
    }
    ast_file *file = ast_parse(s);
    if (o->emit == EMIT_AST && !diag_errors()) {
        text_append(&dump, "");
        ast_print(file, &dump);
        return write_dump(&dump, o) ? 0 : 1;
    }
    elab_options e = {.include_dirs = o->include_dirs.data, .include_count = o->include_dirs.count, .defines = o->defines.data,
                      .define_count = o->defines.count, .inference = o->inference};
    graph *g = elaborate(file, &e);
    const schedule *by_hand = g && o->schedule ? schedule_read(o->schedule) : NULL;
    if (g && o->weights && !weights_bake(g, o->weights, o->inference, o->is_double))
        g = NULL;
    diag_flush(stderr);
    if (!g || diag_errors())
        return 1;
    const char *base = output_base(o);
    if (!o->prefix && options_is_ours(g->name)) {
        fprintf(stderr, "nnc: error: %s: names that begin with '%s_' are the runtime's; give the model another name, or --prefix\n", o->input, g->name);
        return 1;
    }
    if (o->depend_only)
        return write_dependencies(o, &e, base) ? 0 : 1;
    if (g->stream && o->batch > 1) {
        fprintf(stderr, "nnc: error: %s: --batch %d: the model is a stream (an update depends on the sample), which takes one sample a call\n", o->input,
                o->batch);
        return 1;
    }
    if (o->inference && !g->outputs.count) {
        fprintf(stderr, "nnc: error: %s: --inference needs an output, this model has none\n", o->input);
        return 1;
    }
    if (o->emit == EMIT_GRAPH) {
        label_equations(g, &g->equations);
        graph_print(g, &dump);
        return write_dump(&dump, o) ? 0 : 1;
    }
    if (o->emit == EMIT_GRAD) { /* before the plan puts its copies among the equations */
        routine_list routines = {0};
        graph *own = build_routines(g, o, o->max_ram ? choose_plan(g, o, NULL)->options.thrift : fastest(o), &routines);
        for (int i = 0; i < routines.count; i++)
            routine_print(own, routines.data[i], &dump);
        return write_dump(&dump, o) ? 0 : 1;
    }
    plan *p = choose_plan(g, o, by_hand);
    if (by_hand && !can_follow(p)) {
        diag_flush(stderr);
        return 1;
    }
    if (o->emit == EMIT_C && !emit_within(p, o->inference, o->max_ram, o->max_flash)) {
        diag_flush(stderr);
        return 1;
    }
    if (o->emit == EMIT_PLAN) {
        plan_print(p, &dump);
        loops_print(p, &dump);
    } else if (o->emit == EMIT_REPORT || o->emit == EMIT_REPORT_JSON)
        emit_report(p, o->inference, o->emit == EMIT_REPORT_JSON, &dump);
    if (dump.data)
        return write_dump(&dump, o) ? 0 : 1;
    if (!write_c(p, o, base))
        return 1;
    return !o->depend || write_dependencies(o, &e, base) ? 0 : 1;
}

int main(int argc, char **argv)
{
    options o;
    int status;
    if (options_parse(argc, argv, &o, stdout, stderr, &status))
        status = compile(&o);
    arena_free_all();
    return status;
}
