/* cfile.c: puts the C file and its header together. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "poly.h"

/* ---- constants ---- */

static void write_constant(writer *w, const tensor *t, const place *at)
{
    int64_t n = tensor_size(t);
    int64_t index[MAX_RANK] = {0};
    text_printf(w->out, "static const %s %s_%s%s = /* %s */\n", w->real, w->prefix, w->constants[t->id], memory_shape(w, t, at), tensor_told(w, t));
    for (int64_t q = 0; q < n; q++) {
        int64_t logical = 0;
        int opened = 0;
        for (int k = t->rank - 1; k >= 0 && index[k] == 0; k--)
            opened++;
        if (t->rank == 0)
            text_append(w->out, "    ");
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
            text_append(w->out, closed ? "," : t->rank && index[t->rank - 1] % 8 == 0 ? ",\n        " : ", ");
    }
    text_append(w->out, ";\n");
}

static void mark_tensor(expr *e, void *context)
{
    bool *named = context;
    if (e->kind == X_READ && e->tensor->id >= 0)
        named[e->tensor->id] = true;
}

loop_function **loops_of_all(const plan *p)
{
    loop_function **loops = NEW_ARRAY(loop_function *, p->routines.count + 1);
    for (int i = 0; i < p->routines.count; i++)
        loops[i] = loops_build(p, p->routines.data[i]);
    return loops;
}

bool *constants_used(const plan *p, loop_function *const *loops, bool inference)
{
    const graph *g = p->graph;
    bool *used = NEW_ARRAY(bool, g->tensors.count + 1);
    for (int i = 0; i < p->routines.count; i++) {
        const equation_list *list = &p->routines.data[i]->routine->equations;
        loops_each(loops[i], mark_tensor, used);
        for (int k = 0; k < list->count; k++) /* a reshape may be no copy: then no loop has it */
            if (list->data[k]->source)
                used[list->data[k]->source->id] = true;
    }
    for (int i = 0; i < g->params.count && !inference; i++)
        if (!g->params.data[i]->values && g->params.data[i]->init_value)
            expr_each(g->params.data[i]->init_value, mark_tensor, used);
    for (int i = 0; i < g->states.count; i++) /* reset is there in inference too */
        if (!g->states.data[i]->values && g->states.data[i]->init_value)
            expr_each(g->states.data[i]->init_value, mark_tensor, used);
    for (int i = 0; i < g->tensors.count; i++)
        used[i] &= g->tensors.data[i]->values != NULL;
    return used;
}

static void write_constants(writer *w)
{
    const graph *g = w->p->graph;
    const bool *used = constants_used(w->p, w->loops, w->o->inference);
    bool any = false;
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
    if (w->sigmoid)
        text_printf(w->out, "/* 1 / (1 + exp(-s)), which overflows for no s. */\nstatic %s %s_sigmoid(%s s)\n{\n    const %s e = exp%s(-fabs%s(s));\n"
                    "    return (s >= 0.0%s ? 1.0%s : e) / (1.0%s + e);\n}\n\n", w->real, w->prefix, w->real, w->real, f, f, l, l, l);
    if (w->softplus)
        text_printf(w->out, "/* log(1 + exp(s)), which overflows for no s. */\nstatic %s %s_softplus(%s s)\n{\n"
                    "    return (s > 0.0%s ? s : 0.0%s) + log1p%s(exp%s(-fabs%s(s)));\n}\n\n", w->real, w->prefix, w->real, l, l, f, f, f);
    if (w->poly) {
        text_printf(w->out, "#if defined(__GNUC__)\n#define %s_MATH static inline __attribute__((unused))\n#else\n#define %s_MATH static inline\n#endif\n", w->upper, w->upper);
        poly_write(w, w->poly, 0);
        text_append(w->out, "\n");
    }
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

bool is_read(const routine *r, const tensor *t)
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
            const char *name = w->values[t->id];
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

static bool *named_tensors(const writer *w, int number)
{
    const routine *r = w->p->routines.data[number]->routine;
    bool *named = NEW_ARRAY(bool, w->p->graph->tensors.count + 1);
    loops_each(w->loops[number], mark_tensor, named);
    if (r->value)
        named[r->value->id] = true;
    return named;
}

/* Arguments that nothing names, nor what shares their elements. */
static void write_unused(writer *w, const routine *r)
{
    const graph *g = w->p->graph;
    bool *named = NEW_ARRAY(bool, g->tensors.count + 1);
    for (int i = 0; i < g->tensors.count; i++)
        for (const tensor *t = g->tensors.data[i]; w->named[i] && t; t = w->r->places[t->id].alias)
            named[t->id] = true;
    bool has_param = false, has_state = routine_draws(r);
    for (int i = 0; i < g->inputs.count; i++)
        if (!named[g->inputs.data[i]->id])
            line(w, "(void)%s;", w->values[g->inputs.data[i]->id]);
    for (int i = 0; r->kind != ROUTINE_FORWARD && i < g->targets.count; i++)
        if (!named[g->targets.data[i]->id])
            line(w, "(void)%s;", w->values[g->targets.data[i]->id]);
    for (int i = 0; i < g->states.count; i++)
        has_state |= !g->states.data[i]->values && named[g->states.data[i]->id];
    if (w->state && !has_state)
        line(w, "(void)h;");
    for (int i = 0; i < g->params.count; i++)
        has_param |= !g->params.data[i]->values && named[g->params.data[i]->id];
    if (has_params(w->p) && !has_param)
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

static bool uses_symbol(const loop_function *f, symbol sym)
{
    symbol_search s = {sym, false};
    loops_each(f, look_symbol, &s);
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
            line(w, "g->%s = 0;", w->params[t->id]);
            continue;
        }
        equation loops = {.free = t->rank};
        memcpy(loops.extent, t->dims, sizeof t->dims);
        equation_name_indices(&loops);
        name_positions(w, &loops);
        for (int d = 0; d < t->rank; d++, w->depth++)
            line(w, "for (%s %s = 0; %s < %lld; %s++)", w->int_type, w->index[d], w->index[d], (long long)t->dims[d], w->index[d]);
        start(w);
        text_printf(w->out, "g->%s", w->params[t->id]);
        for (int k = 0; k < t->rank; k++)
            text_printf(w->out, "[%s]", w->index[w->p->params[i].order[k]]);
        text_append(w->out, " = 0;\n");
        w->depth -= t->rank;
    }
}

static void write_result(writer *w, const routine *r)
{
    const tensor *v = r->value;
    if (r->kind != ROUTINE_COST && routine_draws(r))
        line(w, "h->sample += n;");
    if (r->kind == ROUTINE_FORWARD) {
        line(w, "return NN_OK;");
        return;
    }
    line(w, "k->error = NN_OK;");
    start(w);
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): all routines but forward have a value */
    if (!v->batched) {
        text_append(w->out, "return ");
        write_access(w, v, NULL);
        text_append(w->out, ";\n");
        return;
    }
    expr *at = int_index(0);
    const char *const names[] = {batch_name(w)};
    int64_t extent[] = {EXTENT_BATCH};
    w->index = names;
    w->extent = extent;
    text_printf(w->out, "%s sum = 0;\n", w->real);
    line(w, "for (size_t %s = 0; %s < n; %s++)", names[0], names[0], names[0]);
    start(w);
    text_append(w->out, "    sum += ");
    write_access(w, v, &at);
    text_append(w->out, ";\n");
    line(w, "return sum / (%s)(int32_t)n;", w->real);
}

/* What the function computes, and where that stands in the model. */
static void write_purpose(writer *w, const routine *r)
{
    const graph *g = w->p->graph;
    text s = {0}, at = {0};
    if (r->kind == ROUTINE_FORWARD) {
        text_append(&s, "The outputs:");
        for (int i = 0; i < g->outputs.count; i++) {
            text_printf(&s, "%s %s (", i ? "," : "", g->outputs.data[i].name);
            origin_print(g, "", g->outputs.data[i].at, &s);
            text_append(&s, ")");
        }
        text_append(&s, ".");
    } else {
        const graph_cost *c = &g->costs.data[r->cost];
        origin_print(g, "", c->at, &at);
        const char *name = c->name ? arena_printf(" %s", c->name) : "";
        text_printf(&s, "%s the cost%s (%s)%s.", r->kind == ROUTINE_SGD ? "One step down the gradient of" : "The average of", name, at.data,
                    r->kind == ROUTINE_COST ? ", as inference sees the net" : r->kind == ROUTINE_GRAD ? ", and its gradient" : "");
    }
    line(w, "/* %s */", c_comment(s.data));
}

static void write_routine(writer *w, int number)
{
    const routine_plan *rp = w->p->routines.data[number];
    const routine *r = rp->routine;
    text *out = w->out, whole = {0};
    name_routine(w, w->loops[number]);
    w->named = named_tensors(w, number);
    w->out = &whole;
    write_purpose(w, r);
    write_prototype(w, r);
    text_append(w->out, "\n{\n");
    w->depth = 1;
    size_t before = w->out->length;
    write_views(w, rp);
    text_append(w->out, w->out->length > before ? "\n" : "");
    bool works = false;
    for (int i = 0; i < w->p->graph->tensors.count; i++)
        works |= w->named[i] && rp->places[i].store == STORE_WORK;
    if (r->kind == ROUTINE_FORWARD && !works)
        line(w, "(void)k;");
    write_unused(w, r);
    if (r->kind == ROUTINE_SGD && !uses_symbol(w->loops[number], SYM_RATE))
        line(w, "(void)rate;");
    write_checks(w, r);
    if (uses_symbol(w->loops[number], SYM_INV_N) && r->value)
        line(w, "const %s inv_n = %s / (%s)(int32_t)n;", w->real, w->p->options.is_double ? "1.0" : "1.0f", w->real);
    write_body(w, w->loops[number]);
    write_zero_gradients(w, r);
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
        write_routine(w, i);
    w->out = out;
    write_helpers(w); /* those that were printed */
    write_noise_helpers(w);
    write_vector_types(w);
    if (whole.data)
        text_append(w->out, whole.data);
}

/* ---- the whole ---- */

typedef struct width_search {
    int64_t extent[MAX_INDEX];
    bool wide;
} width_search;

static void look_width(expr *e, void *context)
{
    width_search *s = context;
    int64_t low, high;
    if (e->kind == X_AFF && int_range(e, s->extent, &low, &high))
        s->wide |= low < -16000 || high > 16000;
}

/* int, where 16 bits hold every subscript and what it is computed from. */
static const char *int_type(const plan *p)
{
    width_search s = {0};
    for (int i = 0; i < p->graph->tensors.count; i++)
        for (int d = 0; d < p->graph->tensors.data[i]->rank; d++)
            s.wide |= p->graph->tensors.data[i]->dims[d] > 16000;
    for (int i = 0; i < p->routines.count && !s.wide; i++)
        for (int k = 0; k < p->routines.data[i]->routine->equations.count; k++) {
            const equation *e = p->routines.data[i]->routine->equations.data[k];
            double positions = 1; /* an argmax gives one of them */
            for (int q = 0; q < e->free + e->bound; q++)
                s.extent[q] = e->extent[q] == EXTENT_BATCH ? 1 : e->extent[q]; /* samples are counted in size_t */
            for (int b = e->free; b < e->free + e->bound; b++)
                positions *= (double)e->extent[b];
            s.wide |= (e->reduction == RED_ARGMAX || e->reduction == RED_ARGMIN) && positions > 16000;
            if (e->body)
                expr_each(e->body, look_width, &s);
            for (int d = 0; e->subs && d < e->out->rank; d++)
                expr_each(e->subs[d], look_width, &s);
        }
    return s.wide ? "int32_t" : "int";
}

void emit_c(const plan *p, const emit_options *o, text *c, text *h)
{
    writer w = {.p = p, .o = o, .prefix = o->prefix, .real = p->options.is_double ? "double" : "float", .out = h ? h : c, .int_type = int_type(p)};
    char *upper = arena_strdup(o->prefix);
    for (char *s = upper; *s; s++)
        *s = (char)toupper((unsigned char)*s);
    w.upper = upper;
    w.loops = loops_of_all(p);
    name_file(&w);
    number_checks(&w);
    w.state = has_state(&w);
    write_banner(&w);
    if (h) {
        text_printf(w.out, "#ifndef %s_H\n#define %s_H\n\n", w.upper, w.upper);
        write_interface(&w);
        text_append(w.out, "\n#endif\n");
        w.out = c;
        text_printf(c, "/* %s: made by nnc %s from %s; how to use it stands in %s. */\n", w.prefix, o->version, c_comment(o->source_name),
                    c_comment(o->header_name));
        text_printf(c, "#include %s\n", c_string(o->header_name));
    } else
        write_interface(&w);
    text_append(c, "\n#include <math.h>\n");
    if (o->program)
        text_append(c, "#include <nnrt.h>\n");
    text_append(c, "\n");
    write_constants(&w);
    write_init(&w);
    if (w.state)
        write_reset(&w);
    write_checked(&w);
    write_routines(&w);
    if (has_model(&w))
        write_descriptor(&w);
    write_vector_end(&w);
    if (o->program)
        text_printf(c, "\nint main(int argc, char **argv)\n{\n    return nnrt_main(&%s_model, argc, argv);\n}\n", w.prefix);
}
