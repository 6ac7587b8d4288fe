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
    text_append(out, e->accumulate ? " += " : " = ");
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
    expr_print(e->body, e->index_name, out);
    text_append(out, wrap ? ")" : "");
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
    for (int i = 0; i < g->outputs.count; i++)
        text_printf(out, "output %s = %s\n", g->outputs.data[i].name, g->outputs.data[i].value->label);
    for (int i = 0; i < g->costs.count; i++)
        text_printf(out, "cost %s%s%s\n", g->costs.data[i].name ? g->costs.data[i].name : "",
                    g->costs.data[i].name ? " = " : "", g->costs.data[i].value->label);
}
