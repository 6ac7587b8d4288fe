/* header.c: the banner and the header: what a caller sees of the model. */
#include <string.h>

#include "writer.h"

/* ---- banner ---- */

static void write_shape(writer *w, const char *kind, const char *argument, const char *name, const tensor *t)
{
    text shape = {0};
    text_append(&shape, name);
    for (int d = t->batched; d < t->rank; d++)
        text_printf(&shape, "%s%lld", d > t->batched ? ", " : "[", (long long)t->dims[d]);
    text_append(&shape, t->rank > t->batched ? "]" : "");
    text_printf(w->out, " *   %-6s  %-24s", kind, c_comment(shape.data));
    if (t->classes)
        text_printf(w->out, " int32_t, 0 ... %lld", (long long)t->classes - 1);
    else
        text_append(w->out, w->real);
    if (tensor_size(t) > 1)
        text_printf(w->out, ", %lld a sample", (long long)tensor_size(t));
    if (strcmp(argument, name) != 0)
        text_printf(w->out, "; argument %s", argument);
    text_append(w->out, "\n");
}

static void write_call(writer *w, const routine *r)
{
    static const char *const says[] = {"the outputs of n samples", "average cost", "average cost, and its gradient g",
                                       "average cost, and a step of gradient descent"};
    const graph *g = w->p->graph;
    text call = {0};
    text_printf(&call, "%s(%s&k, %sn", function_name(w, r), has_params(w->p) ? "&p, " : "", w->state ? "&h, " : "");
    for (int x = 0; x < g->inputs.count; x++)
        text_printf(&call, ", %s", w->values[g->inputs.data[x]->id]);
    for (int x = 0; r->kind != ROUTINE_FORWARD && x < g->targets.count; x++)
        text_printf(&call, ", %s", w->values[g->targets.data[x]->id]);
    for (int x = 0; r->kind == ROUTINE_FORWARD && x < g->outputs.count; x++)
        text_printf(&call, ", %s", w->outputs[x]);
    text_printf(&call, "%s%s);", r->kind == ROUTINE_GRAD && has_params(w->p) ? ", &g" : "", r->kind == ROUTINE_SGD ? ", rate" : "");
    text_printf(w->out, " *     %-44s %s\n", call.data, says[r->kind]);
}

void write_banner(writer *w)
{
    const graph *g = w->p->graph;
    int64_t size = w->p->options.is_double ? 8 : 4;
    text_printf(w->out, "/* %s: the model '%s', made by nnc %s from %s.\n *\n", w->prefix, c_comment(g->name), w->o->version, c_comment(w->o->source_name));
    for (int i = 0; i < g->inputs.count; i++)
        write_shape(w, "input", w->values[g->inputs.data[i]->id], g->inputs.data[i]->name, g->inputs.data[i]);
    for (int i = 0; i < g->targets.count && !w->o->inference; i++)
        write_shape(w, "target", w->values[g->targets.data[i]->id], g->targets.data[i]->name, g->targets.data[i]);
    for (int i = 0; i < g->outputs.count; i++)
        write_shape(w, "output", w->outputs[i], g->outputs.data[i].name, g->outputs.data[i].value);
    text_printf(w->out, " *\n * Arrays of n samples lie sample after sample, n from 1 to %d. RAM: parameters %lld bytes, work %lld bytes.\n"
                " * Nothing else is allocated or kept: all that changes is in what the caller passes.\n *\n", w->p->options.batch,
                (long long)(w->p->reals * size), (long long)plan_work_bytes(w->p));
    text_append(w->out, " * Use:\n *\n");
    if (has_params(w->p))
        text_printf(w->out, " *     %-44s parameters\n", arena_printf("static %s_params p;", w->prefix));
    text_printf(w->out, " *     %-44s nothing in it lasts between calls\n", arena_printf("static %s_work k;", w->prefix));
    if (has_params(w->p))
        text_printf(w->out, " *     %-44s fresh parameters from the seed 1\n", arena_printf("%s_init(&p, 1);", w->prefix));
    for (int i = 0; i < w->p->routines.count; i++)
        write_call(w, w->p->routines.data[i]->routine);
    text_printf(w->out, " *\n * This text is yours: the licence of nnc lays no claim on it. */\n");
}

/* ---- the structs ---- */

const char *memory_shape(const writer *w, const tensor *t, const place *at)
{
    text s = {0};
    text_append(&s, "");
    for (int k = 0; k < t->rank; k++) {
        int64_t extent = t->dims[at->order[k]];
        if (at->folded >> at->order[k] & 1)
            continue;
        text_printf(&s, "[%lld]", (long long)((extent == EXTENT_BATCH ? w->p->options.batch : extent) + (k == t->rank - 1 ? at->pad : 0)));
    }
    return s.data;
}

/* "m0.w[60, 600]; line 6": what it is in the model, and where it stems from. */
const char *tensor_told(const writer *w, const tensor *t)
{
    text s = {0};
    text_append(&s, t->label);
    for (int d = 0; d < t->rank; d++) {
        text_append(&s, d ? ", " : "[");
        if (t->dims[d] == EXTENT_BATCH)
            text_append(&s, "n");
        else
            text_printf(&s, "%lld", (long long)t->dims[d]);
    }
    text_append(&s, t->rank ? "]" : "");
    if (t->at.source) {
        text_append(&s, "; ");
        origin_print(w->p->graph, strncmp(t->label, t->stage, strlen(t->stage)) == 0 ? "" : t->stage, t->at, &s);
    }
    return c_comment(s.data);
}

static void write_params_struct(writer *w)
{
    const graph *g = w->p->graph;
    if (!has_params(w->p))
        return;
    text_printf(w->out, "#define %s_REALS %lld\n\n", w->upper, (long long)w->p->reals);
    text_printf(w->out, "/* Parameters, and their gradients.%s */\ntypedef struct %s_params {\n",
                w->p->options.level != LEVEL_O2 ? "" : " The order of the dimensions is chosen for speed; the comments give the model's.", w->prefix);
    for (int i = 0; i < g->params.count; i++) {
        const tensor *t = g->params.data[i];
        if (!t->values)
            text_printf(w->out, "    %s %s%s; /* %s%s */\n", w->real, w->params[t->id], memory_shape(w, t, &w->p->params[i]), tensor_told(w, t),
                        t->frozen ? ", frozen" : "");
    }
    text_printf(w->out, "} %s_params;\n\n", w->prefix);
}

/* At -O0 every value has a field of its own, under its name. */
static void write_named_work(writer *w)
{
    const graph *g = w->p->graph;
    for (int i = 0; i < g->tensors.count; i++) {
        const tensor *t = g->tensors.data[i];
        for (int k = 0; w->fields[i] && k < w->p->routines.count; k++) {
            const place *at = &w->p->routines.data[k]->places[i];
            if (at->store != STORE_WORK || at->alias)
                continue;
            text_printf(w->out, "    %s %s%s; /* %s */\n", t->classes ? "int32_t" : w->real, w->fields[i], memory_shape(w, t, at), tensor_told(w, t));
            break;
        }
    }
}

static void write_work_struct(writer *w)
{
    bool plain = w->p->options.level == LEVEL_O0;
    text_append(w->out, plain ? "/* What the functions compute; d_z is the derivative of the average cost with respect to z. Nothing in it lasts between calls. */\n"
                              : "/* Activations, planned at compile time; nothing in it lasts between calls. */\n");
    text_printf(w->out, "typedef struct %s_work {\n", w->prefix);
    text_printf(w->out, "    int32_t error; /* after cost, grad and sgd: %s */\n",
                w->checked.count ? "NN_OK, NN_EBATCH, NN_EINDEX or NN_EFINITE + i" : "NN_OK, NN_EBATCH or NN_EINDEX");
    text_append(w->out, w->p->options.level == LEVEL_O2 ? "    int32_t padding[15]; /* what follows begins a line of the cache if the struct does */\n"
                                                        : "    int32_t padding;\n");
    if (plain)
        write_named_work(w);
    else {
        if (w->p->work_reals)
            text_printf(w->out, "    %s r[%lld];\n", w->real, (long long)w->p->work_reals);
        if (w->p->work_ints)
            text_printf(w->out, "    int32_t i[%lld];\n", (long long)w->p->work_ints);
    }
    text_printf(w->out, "} %s_work;\n\n", w->prefix);
}

static void write_sizes(writer *w)
{
    const graph *g = w->p->graph;
    for (int i = 0; i < g->inputs.count; i++)
        text_printf(w->out, "#define %s_%s_SIZE %lld\n", w->upper, g->inputs.data[i]->name, (long long)tensor_size(g->inputs.data[i]));
    for (int i = 0; i < g->targets.count && !w->o->inference; i++)
        text_printf(w->out, "#define %s_%s_SIZE %lld\n", w->upper, g->targets.data[i]->name, (long long)tensor_size(g->targets.data[i]));
    for (int i = 0; i < g->outputs.count; i++)
        text_printf(w->out, "#define %s_%s_SIZE %lld\n", w->upper, g->outputs.data[i].name, (long long)tensor_size(g->outputs.data[i].value));
}

bool has_model(const writer *w)
{
    return !w->o->inference || w->o->program;
}

void write_interface(writer *w)
{
    static const char *const says[] = {
        "Computes the outputs of n samples. Returns NN_OK, NN_EBATCH or NN_EINDEX; on an error no output is written.",
        "The average cost of n samples, as inference sees them. NaN and k->error where an argument is wrong.",
        "The average cost of n samples, and its gradient in g (0 where nothing is trained). NaN and k->error where an argument is wrong.",
        "One step of plain gradient descent: each parameter moves by -rate times its gradient. Returns the cost before the step.",
    };
    static const char checking[] = "Computes the outputs of n samples. Returns NN_OK, NN_EBATCH, NN_EINDEX or, when outputs may have been written, NN_EFINITE + i.";
    text_append(w->out, "#include <stddef.h>\n#include <stdint.h>\n\n");
    text_append(w->out, nn_model_text);
    text_printf(w->out, "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    text_printf(w->out, "#define %s_BATCH %d\n#define %s_HASH 0x%08Xu\n", w->upper, w->p->options.batch, w->upper, (unsigned)model_hash(w->p));
    write_sizes(w);
    text_printf(w->out, "\ntypedef %s %s_real;\n\n", w->real, w->prefix);
    write_params_struct(w);
    write_work_struct(w);
    write_state_struct(w);
    if (w->state)
        text_printf(w->out, "/* The first values%s. Call it before anything else. */\nvoid %s_reset(%s_state *h, uint64_t seed);\n",
                    model_draws(w) ? ", and where the random numbers begin" : "", w->prefix, w->prefix);
    if (has_params(w->p))
        text_printf(w->out, "/* Fresh parameters; a seed gives the same ones everywhere. */\nvoid %s_init(%s_params *p, uint64_t seed);\n", w->prefix, w->prefix);
    for (int i = 0; i < w->p->routines.count; i++) {
        const routine *r = w->p->routines.data[i]->routine;
        text_printf(w->out, "/* %s */\n", r->kind == ROUTINE_FORWARD && w->checked.count ? checking : says[r->kind]);
        write_prototype(w, r);
        text_append(w->out, ";\n");
    }
    write_checked_interface(w);
    if (has_model(w))
        text_printf(w->out, "\n/* Names, shapes, layout and functions, for the runtime. */\nextern const nn_model %s_model;\n", w->prefix);
    text_append(w->out, "\n#ifdef __cplusplus\n}\n#endif\n");
}
