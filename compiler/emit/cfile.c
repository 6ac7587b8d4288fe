/* cfile.c: puts the C file and its header together. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "writer.h"

/* ---- banner ---- */

void write_banner(writer *w)
{
    const graph *g = w->p->graph;
    int64_t size = w->p->options.is_double ? 8 : 4;
    text_printf(w->out, "/* %s: the model '%s', made by nnc %s from %s.\n *\n", w->prefix, c_comment(g->name), w->o->version, c_comment(w->o->source_name));
    for (int i = 0; i < g->inputs.count; i++)
        text_printf(w->out, " *   input  %-12s %lld %s a sample\n", c_argument(g->inputs.data[i]->name), (long long)tensor_size(g->inputs.data[i]),
                    g->inputs.data[i]->classes ? "int32_t" : w->real);
    for (int i = 0; i < g->targets.count && !w->o->inference; i++)
        text_printf(w->out, " *   target %-12s %lld %s a sample\n", c_argument(g->targets.data[i]->name), (long long)tensor_size(g->targets.data[i]),
                    g->targets.data[i]->classes ? "int32_t" : w->real);
    for (int i = 0; i < g->outputs.count; i++)
        text_printf(w->out, " *   output %-12s %lld %s a sample\n", c_argument(g->outputs.data[i].name), (long long)tensor_size(g->outputs.data[i].value),
                    g->outputs.data[i].value->classes ? "int32_t" : w->real);
    text_printf(w->out, " *\n * RAM: parameters %lld bytes, work %lld bytes (for up to %d samples a call). Nothing else is allocated or kept:\n"
                " * all that changes is in what the caller passes.\n *\n", (long long)(w->p->reals * size),
                (long long)(w->p->work_reals * size + w->p->work_ints * 4 + 4), w->p->options.batch);
    text_append(w->out, " * Use:\n *\n");
    if (has_params(w->p))
        text_printf(w->out, " *     static %s_params p;                       parameters\n", w->prefix);
    text_printf(w->out, " *     static %s_work k;                         nothing in it lasts between calls\n", w->prefix);
    if (has_params(w->p))
        text_printf(w->out, " *     %s_init(&p, 1);\n", w->prefix);
    for (int i = 0; i < w->p->routines.count; i++) {
        const routine *r = w->p->routines.data[i]->routine;
        text_printf(w->out, " *     %s(%s&k, n", function_name(w, r), has_params(w->p) ? "&p, " : "");
        for (int x = 0; x < g->inputs.count; x++)
            text_printf(w->out, ", %s", c_argument(g->inputs.data[x]->name));
        for (int x = 0; r->kind != ROUTINE_FORWARD && x < g->targets.count; x++)
            text_printf(w->out, ", %s", c_argument(g->targets.data[x]->name));
        for (int x = 0; r->kind == ROUTINE_FORWARD && x < g->outputs.count; x++)
            text_printf(w->out, ", %s", c_argument(g->outputs.data[x].name));
        text_printf(w->out, "%s%s);", r->kind == ROUTINE_GRAD && has_params(w->p) ? ", &g" : "", r->kind == ROUTINE_SGD ? ", rate" : "");
        static const char *const says[] = {"outputs of n samples", "average cost", "average cost and gradient g", "one step of gradient descent"};
        text_printf(w->out, "   %s\n", says[r->kind]);
    }
    text_printf(w->out, " *\n * This text is yours: the licence of nnc lays no claim on it. */\n");
}

/* ---- header ---- */

static const char *memory_shape(const writer *w, const tensor *t, const place *at)
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

static void write_params_struct(writer *w)
{
    const graph *g = w->p->graph;
    if (!has_params(w->p))
        return;
    text_printf(w->out, "#define %s_REALS %lld\n\n", w->upper, (long long)w->p->reals);
    text_printf(w->out, "/* Laid out for speed; %s_model describes the layout. */\ntypedef struct %s_params {\n", w->prefix, w->prefix);
    for (int i = 0; i < g->params.count; i++) {
        const tensor *t = g->params.data[i];
        if (t->values)
            continue;
        text_printf(w->out, "    %s %s%s; /* %s", w->real, c_field(t), memory_shape(w, t, &w->p->params[i]), c_comment(t->label));
        for (int d = 0; d < t->rank; d++)
            text_printf(w->out, "%s%lld", d ? ", " : "[", (long long)t->dims[d]);
        text_printf(w->out, "%s%s */\n", t->rank ? "]" : "", t->frozen ? ", frozen" : "");
    }
    text_printf(w->out, "} %s_params;\n\n", w->prefix);
}

/* At -O0 every value has a field of its own, under its name. */
static void write_named_work(writer *w)
{
    const graph *g = w->p->graph;
    for (int i = 0; i < g->tensors.count; i++) {
        const tensor *t = g->tensors.data[i];
        for (int k = 0; k < w->p->routines.count; k++) {
            const place *at = &w->p->routines.data[k]->places[i];
            if (at->store != STORE_WORK || at->alias)
                continue;
            name_routine(w, w->p->routines.data[k]);
            text_printf(w->out, "    %s %s%s; /* %s */\n", t->classes ? "int32_t" : w->real, w->views[i], memory_shape(w, t, at), c_comment(t->label));
            break;
        }
    }
}

static void write_work_struct(writer *w)
{
    text_printf(w->out, "/* Activations, planned at compile time; nothing in it lasts between calls. */\ntypedef struct %s_work {\n", w->prefix);
    text_printf(w->out, "    int32_t error, unused%s; /* after cost, grad and sgd: NN_OK, NN_EBATCH or NN_EINDEX */\n",
                w->p->options.level == LEVEL_O2 ? "[15]" : ""); /* what follows begins with a line of the cache, if the struct does */
    if (w->p->options.level == LEVEL_O0)
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

static bool has_model(const writer *w)
{
    return !w->o->inference || w->o->program;
}

static void write_interface(writer *w)
{
    static const char *const says[] = {
        "Computes the outputs of n samples. Returns NN_OK, NN_EBATCH or NN_EINDEX.",
        "The average cost of n samples, as inference sees them. NaN and k->error where an argument is wrong.",
        "The average cost of n samples, and its gradient in g (0 where nothing is trained). NaN and k->error where an argument is wrong.",
        "One step of plain gradient descent: each parameter moves by -rate times its gradient. Returns the cost before the step.",
    };
    text_append(w->out, "#include <stddef.h>\n#include <stdint.h>\n\n");
    text_append(w->out, nn_model_text);
    text_printf(w->out, "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    text_printf(w->out, "#define %s_BATCH %d\n#define %s_HASH 0x%08Xu\n", w->upper, w->p->options.batch, w->upper, (unsigned)model_hash(w->p, w->o));
    write_sizes(w);
    text_printf(w->out, "\ntypedef %s %s_real;\n\n", w->real, w->prefix);
    write_params_struct(w);
    write_work_struct(w);
    if (has_params(w->p))
        text_printf(w->out, "/* Fresh parameters; a seed gives the same ones everywhere. */\nvoid %s_init(%s_params *p, uint64_t seed);\n", w->prefix, w->prefix);
    for (int i = 0; i < w->p->routines.count; i++) {
        const routine *r = w->p->routines.data[i]->routine;
        text_printf(w->out, "/* %s */\n", says[r->kind]);
        write_prototype(w, r);
        text_append(w->out, ";\n");
    }
    if (has_model(w))
        text_printf(w->out, "\n/* Names, shapes, layout and functions, for the runtime. */\nextern const nn_model %s_model;\n", w->prefix);
    text_append(w->out, "\n#ifdef __cplusplus\n}\n#endif\n");
}

/* ---- constants ---- */

static void write_constant(writer *w, const tensor *t, const place *at)
{
    int64_t n = tensor_size(t);
    int64_t index[MAX_RANK] = {0};
    text_printf(w->out, "static const %s %s_%s%s = /* %s */\n", w->real, w->prefix, c_name(t->label), memory_shape(w, t, at), c_comment(t->label));
    for (int64_t q = 0; q < n; q++) {
        int64_t logical = 0;
        int opened = 0;
        for (int k = t->rank - 1; k >= 0 && index[k] == 0; k--)
            opened++;
        if (opened)
            text_printf(w->out, "%s%*s", q ? "\n" : "", 4 + t->rank - opened, "");
        for (int k = 0; k < opened; k++)
            text_append(w->out, "{");
        for (int d = 0; d < t->rank; d++) {
            int k = 0;
            while (at->order[k] != d)
                k++;
            logical = logical * t->dims[d] + index[k];
        }
        write_real(w, t->values[logical]);
        int k = t->rank - 1, closed = 0;
        for (; k >= 0; k--) {
            if (++index[k] < t->dims[at->order[k]])
                break;
            index[k] = 0;
            closed++;
        }
        for (int c = 0; c < closed; c++)
            text_append(w->out, "}");
        if (q + 1 < n)
            text_append(w->out, closed ? "," : index[t->rank - 1] % 8 == 0 && t->rank ? ",\n        " : ", ");
    }
    text_append(w->out, ";\n");
}

static void mark_constants(expr *e, void *context)
{
    bool *used = context;
    if (e->kind == X_READ && e->tensor->values)
        used[e->tensor->id] = true;
}

static void write_constants(writer *w)
{
    graph *g = w->p->graph;
    bool *used = NEW_ARRAY(bool, g->tensors.count + 1);
    bool any = false;
    for (int i = 0; i < w->p->routines.count; i++)
        for (int k = 0; k < w->p->routines.data[i]->routine->equations.count; k++) {
            const equation *e = w->p->routines.data[i]->routine->equations.data[k];
            if (e->body)
                expr_each(e->body, mark_constants, used);
            if (e->source && e->source->values)
                used[e->source->id] = true;
        }
    for (int i = 0; i < g->params.count && !w->o->inference; i++)
        if (!g->params.data[i]->values && g->params.data[i]->init_value)
            expr_each(g->params.data[i]->init_value, mark_constants, used);
    for (int i = 0; i < g->tensors.count; i++)
        if (used[i]) {
            write_constant(w, g->tensors.data[i], &w->p->routines.data[0]->places[i]);
            any = true;
        }
    if (any)
        text_append(w->out, "\n");
}

/* ---- helpers ---- */

static void write_helpers(writer *w)
{
    bool d = w->p->options.is_double;
    const char *f = d ? "" : "f", *l = d ? "" : "f";
    find_helpers(w, w->p);
    if (w->sigmoid)
        text_printf(w->out, "/* 1 / (1 + exp(-s)), which overflows for no s. */\nstatic %s %s_sigmoid(%s s)\n{\n    const %s e = exp%s(-fabs%s(s));\n"
                    "    return (s >= 0.0%s ? 1.0%s : e) / (1.0%s + e);\n}\n\n", w->real, w->prefix, w->real, w->real, f, f, l, l, l);
    if (w->softplus)
        text_printf(w->out, "/* log(1 + exp(s)), which overflows for no s. */\nstatic %s %s_softplus(%s s)\n{\n"
                    "    return (s > 0.0%s ? s : 0.0%s) + log1p%s(exp%s(-fabs%s(s)));\n}\n\n", w->real, w->prefix, w->real, l, l, f, f, f);
    if (w->floor_div)
        text_printf(w->out, "/* Quotient and remainder that round down. */\nstatic %s %s_floor_div(%s a, %s b)\n{\n    return a >= 0 ? a / b : -((b - 1 - a) / b);\n}\n"
                    "static %s %s_floor_mod(%s a, %s b)\n{\n    return a - b * %s_floor_div(a, b);\n}\n\n",
                    w->int_type, w->prefix, w->int_type, w->int_type, w->int_type, w->prefix, w->int_type, w->int_type, w->prefix);
}

/* ---- routines ---- */

typedef struct read_search {
    const tensor *t;
    bool found;
} read_search;

static void look(expr *e, void *context)
{
    read_search *s = context;
    s->found |= e->kind == X_READ && e->tensor == s->t;
}

static bool is_read(const routine *r, const tensor *t)
{
    read_search s = {t, false};
    for (int i = 0; i < r->equations.count && !s.found; i++) {
        const equation *e = r->equations.data[i];
        s.found |= e->source == t;
        if (e->body)
            expr_each(e->body, look, &s);
        for (int d = 0; e->subs && d < e->out->rank; d++)
            expr_each(e->subs[d], look, &s);
    }
    return s.found;
}

static void fail(writer *w, const routine *r, const char *error)
{
    if (r->kind == ROUTINE_FORWARD) {
        line(w, "    return %s;", error);
        return;
    }
    w->depth++;
    line(w, "k->error = %s;", error);
    line(w, "return (%s)NAN;", w->real);
    w->depth--;
}

/* Nothing is computed from a wrong n or from an index that is out of range. */
static void write_checks(writer *w, const routine *r)
{
    const tensor_list *lists[2] = {&w->p->graph->inputs, &w->p->graph->targets};
    bool forward = r->kind == ROUTINE_FORWARD;
    line(w, forward ? "if (n < 1 || n > %d)" : "if (n < 1 || n > %d) {", w->p->options.batch);
    fail(w, r, "NN_EBATCH");
    if (!forward)
        line(w, "}");
    for (int l = 0; l < 2; l++)
        for (int i = 0; i < lists[l]->count; i++) {
            const tensor *t = lists[l]->data[i];
            const char *name = c_argument(t->name);
            if (!t->classes || !is_read(r, t))
                continue;
            const char *at = tensor_size(t) == 1 ? "n" : arena_printf("n * %lld", (long long)tensor_size(t));
            line(w, "for (size_t at = 0; at < %s; at++)", at);
            line(w, forward ? "    if (%s[at] < 0 || %s[at] >= %lld)" : "    if (%s[at] < 0 || %s[at] >= %lld) {", name, name, (long long)t->classes);
            w->depth++;
            fail(w, r, "NN_EINDEX");
            w->depth--;
            if (!forward)
                line(w, "    }");
        }
}

static void write_unused(writer *w, const routine *r)
{
    const graph *g = w->p->graph;
    bool reads_param = false;
    for (int i = 0; i < g->inputs.count; i++)
        if (!is_read(r, g->inputs.data[i]))
            line(w, "(void)%s;", c_argument(g->inputs.data[i]->name));
    for (int i = 0; r->kind != ROUTINE_FORWARD && i < g->targets.count; i++)
        if (!is_read(r, g->targets.data[i]))
            line(w, "(void)%s;", c_argument(g->targets.data[i]->name));
    for (int i = 0; i < r->equations.count; i++)
        reads_param |= r->equations.data[i]->out->kind == TENSOR_PARAM;
    for (int i = 0; i < g->params.count && !reads_param; i++)
        reads_param = !g->params.data[i]->values && is_read(r, g->params.data[i]);
    if (has_params(w->p) && !reads_param)
        line(w, "(void)p;");
}

typedef struct symbol_search {
    symbol s;
    bool found;
} symbol_search;

static void look_symbol(expr *e, void *context)
{
    symbol_search *s = context;
    s->found |= e->kind == X_SYM && e->sym == s->s;
}

static bool uses_symbol(const routine *r, symbol sym)
{
    symbol_search s = {sym, false};
    for (int i = 0; i < r->equations.count && !s.found; i++)
        if (r->equations.data[i]->body)
            expr_each(r->equations.data[i]->body, look_symbol, &s);
    return s.found;
}

/* What this cost does not train has gradient 0. */
static void write_zero_gradients(writer *w, const routine *r)
{
    const graph *g = w->p->graph;
    for (int i = 0; r->kind == ROUTINE_GRAD && i < g->params.count; i++) {
        const tensor *t = g->params.data[i];
        if (!t->values)
            write_zero_padding(w, "g", t, &w->p->params[i]);
        if (t->values || r->gradient[i])
            continue;
        line(w, "/* no gradient: %s */", c_comment(t->label));
        if (t->rank == 0) {
            line(w, "g->%s = 0;", c_field(t));
            continue;
        }
        equation loops = {.free = t->rank};
        memcpy(loops.extent, t->dims, sizeof t->dims);
        equation_name_indices(&loops);
        name_positions(w, &loops);
        for (int d = 0; d < t->rank; d++, w->depth++)
            line(w, "for (%s %s = 0; %s < %lld; %s++)", w->int_type, w->index[d], w->index[d], (long long)t->dims[d], w->index[d]);
        start(w);
        text_printf(w->out, "g->%s", c_field(t));
        for (int k = 0; k < t->rank; k++)
            text_printf(w->out, "[%s]", w->index[w->p->params[i].order[k]]);
        text_append(w->out, " = 0;\n");
        w->depth -= t->rank;
    }
}

static void write_result(writer *w, const routine *r)
{
    const tensor *v = r->value;
    if (r->kind == ROUTINE_FORWARD) {
        line(w, "return NN_OK;");
        return;
    }
    line(w, "k->error = NN_OK;");
    start(w);
    if (!v->batched) {
        text_append(w->out, "return ");
        write_access(w, v, NULL);
        text_append(w->out, ";\n");
        return;
    }
    expr *at = int_index(0);
    static const char *const names[] = {"b"};
    int64_t extent[] = {EXTENT_BATCH};
    w->index = names;
    w->extent = extent;
    text_printf(w->out, "%s sum = 0;\n", w->real);
    line(w, "for (size_t b = 0; b < n; b++)");
    start(w);
    text_append(w->out, "    sum += ");
    write_access(w, v, &at);
    text_append(w->out, ";\n");
    line(w, "return sum / (%s)(int32_t)n;", w->real);
}

static void write_routine(writer *w, const routine_plan *rp)
{
    const routine *r = rp->routine;
    text *out = w->out, whole = {0};
    name_routine(w, rp);
    w->out = &whole;
    write_prototype(w, r);
    text_append(w->out, "\n{\n");
    w->depth = 1;
    write_views(w, rp);
    if (uses_symbol(r, SYM_INV_N) && r->value)
        line(w, "const %s inv_n = %s / (%s)(int32_t)(n ? n : 1);", w->real, w->p->options.is_double ? "1.0" : "1.0f", w->real);
    bool works = false;
    for (int i = 0; i < r->equations.count; i++)
        works |= rp->places[r->equations.data[i]->out->id].store == STORE_WORK;
    text_append(w->out, "\n");
    if (r->kind == ROUTINE_FORWARD && !works)
        line(w, "(void)k;");
    write_unused(w, r);
    write_checks(w, r);
    write_body(w, loops_build(w->p, rp));
    write_zero_gradients(w, r);
    if (r->kind == ROUTINE_SGD && !uses_symbol(r, SYM_RATE))
        line(w, "(void)rate;");
    write_result(w, r);
    w->depth = 0;
    text_append(w->out, "}\n\n");
    w->out = out;
    write_new_tiles(w);
    text_append(w->out, whole.data);
}

static void write_routines(writer *w)
{
    text *out = w->out, whole = {0};
    w->out = &whole;
    for (int i = 0; i < w->p->routines.count; i++)
        write_routine(w, w->p->routines.data[i]);
    w->out = out;
    write_vector_types(w);
    if (whole.data)
        text_append(w->out, whole.data);
}

/* ---- the whole ---- */

static const char *int_type(const plan *p)
{
    for (int i = 0; i < p->graph->tensors.count; i++)
        for (int d = 0; d < p->graph->tensors.data[i]->rank; d++)
            if (p->graph->tensors.data[i]->dims[d] > 16000)
                return "int32_t";
    return "int";
}

static bool needs_math(const plan *p)
{
    for (int i = 0; i < p->routines.count; i++)
        if (p->routines.data[i]->routine->kind != ROUTINE_FORWARD)
            return true;
    return true;
}

void emit_c(const plan *p, const emit_options *o, text *c, text *h)
{
    writer w = {.p = p, .o = o, .prefix = o->prefix, .real = p->options.is_double ? "double" : "float", .out = h ? h : c, .int_type = int_type(p)};
    char *upper = arena_strdup(o->prefix);
    for (char *s = upper; *s; s++)
        *s = (char)toupper((unsigned char)*s);
    w.upper = upper;
    write_banner(&w);
    if (h) {
        text_printf(w.out, "#ifndef %s_H\n#define %s_H\n\n", w.upper, w.upper);
        write_interface(&w);
        text_append(w.out, "\n#endif\n");
        w.out = c;
        text_printf(c, "/* %s: made by nnc %s from %s; how to use it stands in %s. */\n", w.prefix, o->version, c_comment(o->source_name), o->header_name);
        text_printf(c, "#include %s\n", c_string(o->header_name));
    } else
        write_interface(&w);
    if (needs_math(p))
        text_append(c, "\n#include <math.h>\n");
    if (o->program)
        text_append(c, "#include <nnrt.h>\n");
    text_append(c, "\n");
    write_constants(&w);
    write_helpers(&w);
    if (has_params(p))
        write_init(&w);
    write_routines(&w);
    if (has_model(&w))
        write_descriptor(&w);
    if (o->program)
        text_printf(c, "\nint main(int argc, char **argv)\n{\n    return nnrt_main(&%s_model, argc, argv);\n}\n", w.prefix);
}
