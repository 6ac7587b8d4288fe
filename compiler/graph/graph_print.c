/* graph_print.c: the graph as text, one equation a line, for --emit graph and for comments. */
#include <string.h>

#include "graph.h"

static void print_extent(int64_t extent, text *out)
{
    if (extent == EXTENT_BATCH)
        text_append(out, "batch");
    else
        text_printf(out, "%lld", (long long)extent);
}

static void print_name(const equation *e, int k, text *out)
{
    if (e->index_name[k])
        text_append(out, e->index_name[k]);
    else
        text_printf(out, "i%d", k);
}

void equation_print(const equation *e, text *out)
{
    text_append(out, e->out->label);
    if (e->kind == EQ_RESHAPE) {
        text_printf(out, " = reshape(%s)", e->source->label);
        return;
    }
    if (e->out->rank) {
        text_append(out, "[");
        for (int k = 0; k < e->out->rank; k++) {
            text_append(out, k ? ", " : "");
            if (e->subs)
                expr_print(e->subs[k], e->index_name, out);
            else
                print_name(e, k, out);
        }
        text_append(out, "]");
    }
    bool less = e->accumulate && e->body->kind == X_OP && e->body->op == OP_NEG;
    text_append(out, less ? " -= " : e->accumulate ? " += " : " = ");
    if (e->reduction != RED_NONE) {
        text_printf(out, "%s[", reduction_text[e->reduction]);
        for (int k = e->free; k < e->free + e->bound; k++) {
            text_append(out, k > e->free ? ", " : "");
            print_name(e, k, out);
        }
        text_append(out, "] ");
    }
    bool wrap = e->reduction != RED_NONE && (e->body->kind == X_SELECT || (e->body->kind == X_OP &&
                (e->body->op == OP_ADD || e->body->op == OP_SUB || expr_is_boolean(e->body))));
    text_append(out, wrap ? "(" : "");
    expr_print(less ? e->body->args[0] : e->body, e->index_name, out);
    text_append(out, wrap ? ")" : "");
}

/* ---- comments of the C ---- */

static void find_param(expr *e, void *context)
{
    if (e->kind != X_READ)
        return;
    if (e->tensor->kind == TENSOR_PARAM || (e->tensor->values && e->tensor->stage[0])) /* or what was made of one that is baked */
        *(const tensor **)context = e->tensor;
    else if (e->tensor->copied)
        *(const tensor **)context = e->tensor->copied;
}

const char *equation_stage(const equation *e)
{
    const tensor *param = e->out->kind == TENSOR_PARAM ? e->out : NULL;
    if (e->body)
        expr_each(e->body, find_param, &param);
    if (param && param->stage[0])
        return param->stage;
    const tensor *t = e->out->of ? e->out->of : e->out;
    return t->stage ? t->stage : ""; /* what the loops make for themselves belongs to none */
}

void origin_print(const graph *g, const char *stage, span at, text *out)
{
    int line, column;
    text_append(out, stage);
    if (!at.source)
        return;
    source_position(at, &line, &column);
    text_append(out, stage[0] ? ", " : "");
    if (at.source != g->source)
        text_printf(out, "%s, ", at.source->name);
    text_printf(out, "line %d", line);
}

/* The formula of `next` with that of e, which it alone reads, in its place. */
static void print_joined(const equation *e, const equation *next, text *out)
{
    equation inner = *e, outer = *next;
    text whole = {0}, read = {0}, sum = {0};
    expr *subs[MAX_RANK];
    for (int k = 0; k < e->free; k++) {
        outer.index_name[k] = e->index_name[k];
        subs[k] = int_index(k);
    }
    equation_print(&outer, &whole);
    expr_print(expr_read(e->out, subs), outer.index_name, &read);
    inner.accumulate = false;
    equation_print(&inner, &sum);
    const char *formula = strstr(sum.data, " = "), *at = strstr(whole.data, " = ");
    if (!at)
        at = whole.data;
    while (formula && (at = strstr(at, read.data)) != NULL) {
        size_t begin = (size_t)(at - whole.data), end = begin + read.length;
        bool bare = (strncmp(at - 2, "= ", 2) == 0 || strncmp(at - 2, "+ ", 2) == 0 || strncmp(at - 2, "* ", 2) == 0) && whole.data[end] == 0;
        text joined = {0};
        text_append_n(&joined, whole.data, begin);
        text_printf(&joined, bare ? "%s" : "(%s)", formula + 3);
        size_t next_at = joined.length;
        text_append(&joined, whole.data + end);
        whole = joined;
        at = whole.data + next_at;
    }
    text_append(out, whole.data);
}

const char *equation_comment(const graph *g, const equation *e, const equation *next)
{
    text t = {0};
    text_append(&t, "");
    origin_print(g, equation_stage(next && next->out->kind == TENSOR_PARAM ? next : e), e->at, &t);
    text_append(&t, t.length ? ": " : "");
    if (next)
        print_joined(e, next, &t);
    else
        equation_print(e, &t);
    return t.data;
}

static void print_ranges(const equation *e, text *out)
{
    for (int k = 0; k < e->free + e->bound; k++) {
        text_append(out, k ? ", " : "  // ");
        print_name(e, k, out);
        text_append(out, " < ");
        print_extent(e->extent[k], out);
    }
}

static void print_declaration(const char *kind, const tensor *t, text *out)
{
    text_printf(out, "%s %s", kind, t->label);
    for (int d = 0; d < t->rank; d++) {
        text_append(out, d ? ", " : "[");
        print_extent(t->dims[d], out);
    }
    text_append(out, t->rank ? "]" : "");
    if (t->classes)
        text_printf(out, " : index(%lld)", (long long)t->classes);
    if (t->kind == TENSOR_PARAM && t->init != INIT_EXPRESSION) {
        if (t->init == INIT_VALUE)
            text_printf(out, " = %s", real_text(t->init_a));
        else
            text_printf(out, " ~ %s(%s, %s)", t->init == INIT_UNIFORM ? "uniform" : "normal", real_text(t->init_a),
                        real_text(t->init_b));
    }
    text_append(out, t->frozen ? " frozen\n" : "\n");
}

void graph_print(const graph *g, text *out)
{
    text_printf(out, "model %s\n", g->name);
    for (int i = 0; i < g->inputs.count; i++)
        print_declaration("input", g->inputs.data[i], out);
    for (int i = 0; i < g->targets.count; i++)
        print_declaration("target", g->targets.data[i], out);
    for (int i = 0; i < g->params.count; i++)
        print_declaration("param", g->params.data[i], out);
    for (int i = 0; i < g->states.count; i++)
        print_declaration("state", g->states.data[i], out);
    for (int i = 0; i < g->equations.count; i++) {
        text_append(out, "  ");
        equation_print(g->equations.data[i], out);
        if (g->equations.data[i]->kind == EQ_COMPUTE)
            print_ranges(g->equations.data[i], out);
        text_append(out, "\n");
    }
    for (int i = 0; i < g->updates.count; i++)
        text_printf(out, "update %s = %s\n", g->updates.data[i].state->label, g->updates.data[i].value->label);
    for (int i = 0; i < g->outputs.count; i++)
        text_printf(out, "output %s = %s\n", g->outputs.data[i].name, g->outputs.data[i].value->label);
    for (int i = 0; i < g->costs.count; i++)
        text_printf(out, "cost %s%s%s\n", g->costs.data[i].name ? g->costs.data[i].name : "",
                    g->costs.data[i].name ? " = " : "", g->costs.data[i].value->label);
}
