/* descriptor.c: nn_model, by which programs use a model without knowing its types. */
#include <string.h>

#include "writer.h"

/* ---- the hash: FNV-1a, 32 bits, over all that a stored params struct depends on ---- */

static uint32_t mix(uint32_t h, const void *data, size_t n)
{
    const unsigned char *c = data;
    for (size_t i = 0; i < n; i++)
        h = (h ^ c[i]) * 16777619u;
    return h;
}

static uint32_t mix_int(uint32_t h, int64_t v)
{
    for (int i = 0; i < 8; i++) {
        unsigned char c = (unsigned char)((uint64_t)v >> (8 * i));
        h = mix(h, &c, 1);
    }
    return h;
}

static uint32_t mix_value(uint32_t h, const char *name, const tensor *t)
{
    h = mix_int(mix(h, name, strlen(name) + 1), t->classes);
    h = mix_int(h, t->rank);
    for (int d = t->batched; d < t->rank; d++)
        h = mix_int(h, t->dims[d]);
    return h;
}

uint32_t model_hash(const plan *p)
{
    uint32_t h = 2166136261u;
    const graph *g = p->graph;
    h = mix(h, g->name, strlen(g->name) + 1);
    h = mix_int(h, p->options.is_double);
    for (int i = 0; i < g->params.count; i++) {
        const tensor *t = g->params.data[i];
        h = mix_int(mix(h, t->name, strlen(t->name) + 1), t->rank);
        for (int d = 0; d < t->rank; d++) {
            h = mix_int(h, t->dims[d]);
            h = mix_int(h, p->params[i].stride[d]);
        }
        h = mix_int(h, p->params[i].offset);
        for (int64_t k = 0; t->values && k < tensor_size(t); k++) {
            float f = (float)t->values[k];
            h = p->options.is_double ? mix(h, &t->values[k], sizeof(double)) : mix(h, &f, sizeof f);
        }
    }
    for (int i = 0; i < g->states.count; i++)
        h = mix_int(mix_value(h, g->states.data[i]->name, g->states.data[i]), p->states[i].offset);
    for (int i = 0; i < g->inputs.count; i++)
        h = mix_value(h, g->inputs.data[i]->name, g->inputs.data[i]);
    for (int i = 0; i < g->targets.count; i++)
        h = mix_value(h, g->targets.data[i]->name, g->targets.data[i]);
    for (int i = 0; i < g->outputs.count; i++)
        h = mix_value(h, g->outputs.data[i].name, g->outputs.data[i].value);
    return h;
}

/* ---- values and parameters ---- */

static bool write_shape(writer *w, const char *what, int number, const tensor *t)
{
    if (t->rank == t->batched)
        return false;
    start(w);
    text_printf(w->out, "static const uint32_t %s_%s%d_shape[] = {", w->prefix, what, number);
    for (int d = t->batched; d < t->rank; d++)
        text_printf(w->out, "%s%lldu", d > t->batched ? ", " : "", (long long)t->dims[d]);
    text_append(w->out, "};\n");
    return true;
}

static void write_values(writer *w, const char *what, const tensor_list *list, const char *const *names)
{
    if (!list->count)
        return;
    for (int i = 0; i < list->count; i++)
        write_shape(w, what, i, list->data[i]);
    line(w, "static const nn_value %s_%ss[] = {", w->prefix, what);
    for (int i = 0; i < list->count; i++) {
        const tensor *t = list->data[i];
        bool scalar = t->rank == t->batched;
        line(w, "    {%s, %s, %d, %lldu, %lldu},", c_string(names ? names[i] : t->name),
             scalar ? "NULL" : arena_printf("%s_%s%d_shape", w->prefix, what, i), t->rank - t->batched, (long long)tensor_size(t),
             (long long)t->classes);
    }
    line(w, "};");
}

/* Parameters, or states: `what` begins the arrays' names, `offset` is added to their places. */
static int write_params(writer *w, const char *what, const tensor_list *list, const place *places, int64_t offset, const bool *custom)
{
    static const char *const inits[] = {"NN_INIT_VALUE", "NN_INIT_UNIFORM", "NN_INIT_NORMAL", "NN_INIT_EXPRESSION"};
    int count = 0;
    for (int i = 0; i < list->count; i++) {
        const tensor *t = list->data[i];
        if (t->values || !write_shape(w, what, i, t))
            continue;
        start(w);
        text_printf(w->out, "static const nn_axis %s_%s%d_axes[] = {", w->prefix, what, i);
        for (int d = 0; d < t->rank; d++)
            text_printf(w->out, "%s{%lldu, %lldu}", d ? ", " : "", (long long)t->dims[d], (long long)places[i].stride[d]);
        text_append(w->out, "};\n");
    }
    for (int i = 0; i < list->count; i++)
        count += !list->data[i]->values;
    if (!count)
        return 0;
    line(w, "static const nn_param %s_%s[] = {", w->prefix, custom ? "parameters" : "states");
    for (int i = 0; i < list->count; i++) {
        const tensor *t = list->data[i];
        if (t->values)
            continue;
        start(w);
        text_printf(w->out, "    {%s, %s, %d, %lldu, %lldu, %d, %s, %s, %s, ", c_string(t->name),
                    t->rank ? arena_printf("%s_%s%d_shape", w->prefix, what, i) : "NULL", t->rank, (long long)tensor_size(t),
                    (long long)(places[i].offset + offset), t->rank, t->rank ? arena_printf("%s_%s%d_axes", w->prefix, what, i) : "NULL",
                    inits[t->init], !custom ? "NN_STATE" : t->frozen ? (custom[i] ? "NN_FROZEN | NN_CUSTOM" : "NN_FROZEN") : custom[i] ? "NN_CUSTOM" : "0");
        text_printf(w->out, "%s, %s},\n", real_text(t->init_a), real_text(t->init_b));
    }
    line(w, "};");
    return count;
}

/* ---- functions of one signature ---- */

static void write_wrapper(writer *w, const routine *r)
{
    static const char *const heads[] = {
        "static int %s_call_%s(const void *p, void *h, void *k, size_t n, const void *const *in, void *const *out)",
        "static double %s_call_%s(const void *p, const void *h, void *k, size_t n, const void *const *in)",
        "static double %s_call_%s(const void *p, void *h, void *k, size_t n, const void *const *in, void *g)",
        "static double %s_call_%s(void *p, void *h, void *k, size_t n, const void *const *in, double rate)",
    };
    const graph *g = w->p->graph;
    bool params = has_params(w->p);
    int inputs = g->inputs.count;
    line(w, heads[r->kind], w->prefix, routine_symbol(w, r));
    line(w, "{");
    w->depth++;
    if (!w->state)
        line(w, "(void)h;");
    if (!params)
        line(w, r->kind == ROUTINE_GRAD ? "(void)p, (void)g;" : "(void)p;");
    if (!inputs && (r->kind == ROUTINE_FORWARD || !g->targets.count))
        line(w, "(void)in;");
    start(w);
    text_printf(w->out, "return %s%s(", r->kind == ROUTINE_FORWARD ? "" : "(double)", function_name(w, r));
    if (params)
        text_printf(w->out, "(%s%s_params *)p, ", r->kind == ROUTINE_SGD ? "" : "const ", w->prefix);
    text_printf(w->out, "(%s_work *)k, ", w->prefix);
    if (w->state)
        text_printf(w->out, "(%s%s_state *)h, ", r->kind == ROUTINE_COST ? "const " : "", w->prefix);
    text_append(w->out, "n");
    for (int i = 0; i < inputs; i++)
        text_printf(w->out, ", (const %s *)in[%d]", g->inputs.data[i]->classes ? "int32_t" : w->real, i);
    for (int i = 0; r->kind != ROUTINE_FORWARD && i < g->targets.count; i++)
        text_printf(w->out, ", (const %s *)in[%d]", g->targets.data[i]->classes ? "int32_t" : w->real, inputs + i);
    for (int i = 0; r->kind == ROUTINE_FORWARD && i < g->outputs.count; i++)
        text_printf(w->out, ", (%s *)out[%d]", g->outputs.data[i].value->classes ? "int32_t" : w->real, i);
    if (r->kind == ROUTINE_GRAD && params)
        text_printf(w->out, ", (%s_params *)g", w->prefix);
    if (r->kind == ROUTINE_SGD)
        text_append(w->out, w->p->options.is_double ? ", rate" : ", (float)rate");
    text_append(w->out, ");\n");
    w->depth--;
    line(w, "}");
}

static const routine *find_routine(const plan *p, routine_kind kind, int cost)
{
    for (int i = 0; i < p->routines.count; i++)
        if (p->routines.data[i]->routine->kind == kind && p->routines.data[i]->routine->cost == cost)
            return p->routines.data[i]->routine;
    return NULL;
}

static const char *called(const writer *w, const routine *r)
{
    return r ? arena_printf("%s_call_%s", w->prefix, routine_symbol(w, r)) : "NULL";
}

static const char *text_or_null(const char *s)
{
    return s ? c_string(s) : "NULL";
}

/* 1: it has a gradient; 2: the cost may train it and depends on it, but only through steps; 0: this cost leaves it. */
static int how_trained(const writer *w, const routine *grad, int cost, int param)
{
    const graph *g = w->p->graph;
    const routine *value = find_routine(w->p, ROUTINE_COST, cost);
    return grad->gradient[param] ? 1 : g->costs.data[cost].trains[param] && is_read(value, g->params.data[param]) ? 2 : 0;
}

static int write_costs(writer *w, int params)
{
    const graph *g = w->p->graph;
    int count = w->o->inference ? 0 : g->costs.count;
    for (int c = 0; c < count; c++) {
        const routine *grad = find_routine(w->p, ROUTINE_GRAD, c);
        start(w);
        text_printf(w->out, "static const unsigned char %s_cost%d_trains[] = {", w->prefix, c);
        for (int i = 0; i < g->params.count; i++)
            if (!g->params.data[i]->values)
                text_printf(w->out, "%s%d", w->out->data[w->out->length - 1] == '{' ? "" : ", ", how_trained(w, grad, c, i));
        text_append(w->out, params ? "};\n" : "0};\n");
    }
    if (!count)
        return 0;
    line(w, "static const nn_cost %s_costs[] = {", w->prefix);
    for (int c = 0; c < count; c++) {
        const graph_cost *x = &g->costs.data[c];
        line(w, "    {%s, %s, %s, %s, %s_cost%d_trains, %s, %s, %d, %d, %d},", text_or_null(x->name),
             called(w, find_routine(w->p, ROUTINE_COST, c)), called(w, find_routine(w->p, ROUTINE_GRAD, c)),
             called(w, find_routine(w->p, ROUTINE_SGD, c)), w->prefix, c, text_or_null(x->train.optimizer), text_or_null(x->train.schedule),
             x->train.batch, x->train.epochs, x->train.every);
    }
    line(w, "};");
    return count;
}

/* nn_model.flags */
static const char *flags(const writer *w)
{
    const graph *g = w->p->graph;
    bool coupled = false;
    for (int i = 0; i < g->equations.count; i++)
        for (int p = g->equations.data[i]->free; p < g->equations.data[i]->free + g->equations.data[i]->bound; p++)
            coupled |= g->equations.data[i]->extent[p] == EXTENT_BATCH;
    text t = {0};
    text_printf(&t, "%s%s%s", g->stream ? " | NN_STREAM" : "", coupled ? " | NN_BATCH_COUPLED" : "", model_draws(w) ? " | NN_NOISE" : "");
    return t.length ? t.data + 3 : "0";
}

void write_descriptor(writer *w)
{
    const graph *g = w->p->graph;
    const routine *forward = find_routine(w->p, ROUTINE_FORWARD, -1), *grad = find_routine(w->p, ROUTINE_GRAD, 0);
    bool *custom = NEW_ARRAY(bool, g->params.count + 1);
    bool params = has_params(w->p);
    tensor_list outputs = {0};
    const char **output_names = NEW_ARRAY(const char *, g->outputs.count + 1);
    routine_custom_params(g, 0, custom);
    for (int i = 0; i < g->outputs.count; i++) {
        vec_push(&outputs) = g->outputs.data[i].value;
        output_names[i] = g->outputs.data[i].name;
    }
    line(w, "/* ---- the model as data, for programs that work with any model ---- */");
    text_append(w->out, "\n");
    for (int i = 0; i < w->p->routines.count; i++)
        write_wrapper(w, w->p->routines.data[i]->routine);
    if (params)
        line(w, "static void %s_call_init(void *p, uint64_t seed)\n{\n    %s_init((%s_params *)p, seed);\n}", w->prefix, w->prefix, w->prefix);
    text_append(w->out, "\n");
    write_values(w, "input", &g->inputs, NULL);
    write_values(w, "target", &g->targets, NULL);
    write_values(w, "output", &outputs, output_names);
    if (w->state)
        line(w, "static void %s_call_reset(void *h, uint64_t seed)\n{\n    %s_reset((%s_state *)h, seed);\n}\n", w->prefix, w->prefix, w->prefix);
    int count = write_params(w, "param", &g->params, w->p->params, 0, custom), costs = write_costs(w, count);
    int states = write_params(w, "state", &g->states, w->p->states, state_offset(w), NULL);
    line(w, "const nn_model %s_model = {", w->prefix);
    w->depth++;
    line(w, "NN_MODEL_VERSION, 0x%08Xu, %s, sizeof(%s), %d, %s,", (unsigned)model_hash(w->p), c_string(g->name), w->real, w->p->options.batch, flags(w));
    line(w, "%lluu, %lluu,", (unsigned long long)(forward ? routine_madds(forward) : 0), (unsigned long long)(grad ? routine_madds(grad) : 0));
    line(w, "%s, sizeof(%s_work), %s, %lldu,", params ? arena_printf("sizeof(%s_params)", w->prefix) : "0", w->prefix,
         w->state ? arena_printf("sizeof(%s_state)", w->prefix) : "0", (long long)w->p->reals);
    line(w, "%d, %d, %d, %d, %d, %d,", g->inputs.count, g->targets.count, g->outputs.count, count, states, costs);
    line(w, "%s, %s, %s, %s, %s, %s,", g->inputs.count ? arena_printf("%s_inputs", w->prefix) : "NULL",
         g->targets.count ? arena_printf("%s_targets", w->prefix) : "NULL", g->outputs.count ? arena_printf("%s_outputs", w->prefix) : "NULL",
         count ? arena_printf("%s_parameters", w->prefix) : "NULL", states ? arena_printf("%s_states", w->prefix) : "NULL", costs ? arena_printf("%s_costs", w->prefix) : "NULL");
    line(w, "%s, %s, %s,", params ? arena_printf("%s_call_init", w->prefix) : "NULL", w->state ? arena_printf("%s_call_reset", w->prefix) : "NULL",
         called(w, forward));
    line(w, "%d, %s", w->checked.count, w->checked.count ? arena_printf("%s_checked", w->prefix) : "NULL");
    w->depth--;
    line(w, "};");
}
