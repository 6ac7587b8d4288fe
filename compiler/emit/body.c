/* body.c: prints the loop tree of a routine. */
#include <string.h>

#include "writer.h"

void start(writer *w)
{
    text_printf(w->out, "%*s", 4 * w->depth, "");
}

void line(writer *w, const char *format, ...)
{
    va_list args;
    start(w);
    va_start(args, format);
    text_vprintf(w->out, format, args);
    va_end(args);
    text_append(w->out, "\n");
}

/* ---- views: names for the places of one routine, with their shapes ---- */

static const char *array_suffix(const writer *w, const tensor *t, const place *at, int from)
{
    text s = {0};
    text_append(&s, "");
    for (int k = 0; k < t->rank; k++) {
        int64_t extent = t->dims[at->order[k]];
        if (at->folded >> at->order[k] & 1 || from-- > 0)
            continue;
        text_printf(&s, "[%lld]", (long long)((extent == EXTENT_BATCH ? w->p->options.batch : extent) + (k == t->rank - 1 ? at->pad : 0)));
    }
    return s.data;
}

static const char *shape_note(const tensor *t)
{
    text s = {0};
    text_append(&s, t->label);
    for (int k = 0; k < t->rank; k++) {
        text_append(&s, k ? ", " : "[");
        if (t->dims[k] == EXTENT_BATCH)
            text_append(&s, "n");
        else
            text_printf(&s, "%lld", (long long)t->dims[k]);
    }
    text_append(&s, t->rank ? "]" : "");
    return c_comment(s.data);
}

/* Where the elements of t begin, as a pointer to its type. */
static const char *origin(const writer *w, const routine_plan *r, const tensor *t)
{
    const place *at = &r->places[t->id];
    if (at->alias)
        return origin(w, r, at->alias);
    if (at->store == STORE_WORK && w->p->options.level == LEVEL_O0)
        return arena_printf("k->%s", w->views[t->id]);
    if (at->store == STORE_WORK)
        return arena_printf(at->offset ? "k->%s + %lld" : "k->%s", t->classes ? "i" : "r", (long long)at->offset);
    for (int i = 0; i < r->routine->outputs.count; i++)
        if (r->routine->outputs.data[i] == t)
            return w->outputs[i];
    return w->values[t->id];
}

static const char *element_type(const writer *w, const routine_plan *r, const tensor *t)
{
    const tensor *root = t;
    while (r->places[root->id].alias)
        root = r->places[root->id].alias;
    bool constant = root->kind == TENSOR_INPUT || root->kind == TENSOR_TARGET;
    return arena_printf("%s%s", constant ? "const " : "", t->classes ? "int32_t" : w->real);
}

const char *view_declaration(const writer *w, const routine_plan *r, const tensor *t)
{
    const char *suffix = array_suffix(w, t, &r->places[t->id], 1);
    return arena_printf(suffix[0] ? "%s (*%s)%s" : "%s *%s%s", element_type(w, r, t), w->views[t->id], suffix);
}

void write_views(writer *w, const routine_plan *r)
{
    for (int i = 0; i < w->p->graph->tensors.count; i++) {
        const tensor *t = w->p->graph->tensors.data[i];
        const place *at = &r->places[i];
        bool field = w->p->options.level == LEVEL_O0 && at->store == STORE_WORK && !at->alias;
        bool itself = at->store == STORE_ARGUMENT && !at->alias && t->rank < 2;
        if (!w->named[i] || field || itself || (at->store != STORE_ARGUMENT && at->store != STORE_WORK))
            continue;
        const tensor *root = t;
        while (r->places[root->id].alias)
            root = r->places[root->id].alias;
        const char *type = element_type(w, r, t), *suffix = array_suffix(w, t, at, 1), *from = origin(w, r, t);
        bool cast = suffix[0] || (w->p->options.level == LEVEL_O0 && at->store == STORE_WORK && root->rank > 1);
        if (cast && strchr(from, '+'))
            from = arena_printf("(%s)", from);
        const char *as = suffix[0] ? arena_printf("(%s (*)%s)", type, suffix) : cast ? arena_printf("(%s *)", type) : "";
        line(w, "%s = %s%s; /* %s */", view_declaration(w, r, t), as, from, shape_note(t));
    }
}

/* ---- the tree ---- */

static void write_node(writer *w, const node *n);

static bool has_bounds(const node *n)
{
    return n->kind == NODE_LOOP && (n->lows.count || n->highs.count);
}

/* Bounds are variables: where several loops of a list have them, each stands in braces of its own. */
void write_list(writer *w, const node_list *list)
{
    int bounded = 0;
    for (int i = 0; i < list->count; i++)
        bounded += has_bounds(list->data[i]);
    for (int i = 0; i < list->count; i++) {
        bool braces = bounded > 1 && has_bounds(list->data[i]);
        if (braces) {
            line(w, "{");
            w->depth++;
        }
        write_node(w, list->data[i]);
        if (braces) {
            w->depth--;
            line(w, "}");
        }
    }
}

static void write_bounds(writer *w, const node *n, const char *i, const char *type)
{
    line(w, "%s %s_from = 0, %s_to = %lld;", type, i, i, (long long)n->extent);
    for (int k = 0; k < n->lows.count; k++) {
        start(w);
        text_printf(w->out, "if (%s_from < ", i);
        write_int(w, n->lows.data[k]);
        text_printf(w->out, ") %s_from = ", i);
        write_int(w, n->lows.data[k]);
        text_append(w->out, ";\n");
    }
    for (int k = 0; k < n->highs.count; k++) {
        expr *end = int_add(n->highs.data[k], int_const(1));
        start(w);
        text_printf(w->out, "if (%s_to > ", i);
        write_int(w, end);
        text_printf(w->out, ") %s_to = ", i);
        write_int(w, end);
        text_append(w->out, ";\n");
    }
    line(w, "for (%s %s = %s_from; %s < %s_to; %s++) {", type, i, i, i, i, i);
}

const char *list_count(const node *list)
{
    return arena_printf("%s_count", list->target->label);
}

static void write_list_of_turns(writer *w, const node *n)
{
    const char *i = w->index[n->position], *list = n->target->label, *count = list_count(n);
    line(w, "%s %s[%lld], %s = 0;", w->int_type, list, (long long)n->extent, count);
    line(w, "for (%s %s = 0; %s < %lld; %s++) {", w->int_type, i, i, (long long)n->extent, i);
    w->depth++;
    write_list(w, &n->body);
    line(w, "%s[%s] = %s;", list, count, i);
    start(w);
    text_printf(w->out, "%s += ", count);
    write_expr(w, n->value);
    text_append(w->out, ";\n");
    w->depth--;
    line(w, "}");
}

static void write_loop(writer *w, const node *n)
{
    const char *i = w->index[n->position];
    bool batch = n->extent == EXTENT_BATCH;
    const char *type = batch ? "size_t" : w->int_type;
    const char *end = batch ? "n" : n->listed ? list_count(w->tile->list) : arena_printf("%lld", (long long)n->extent);
    long long whole = (long long)(n->extent / n->step * n->step);
    if (n->backward)
        line(w, "for (%s %s = %lld; %s >= 0; %s--) {", type, i, (long long)n->extent - 1, i, i);
    else if (n->lows.count || n->highs.count)
        write_bounds(w, n, i, type);
    else if (n->tail && n->listed)
        line(w, "for (%s %s = %s / %lld * %lld; %s < %s; %s++) {", type, i, end, (long long)n->step, (long long)n->step, i, end, i);
    else if (n->step > 1 && n->listed)
        line(w, "for (%s %s = 0; %s + %lld < %s; %s += %lld) {", type, i, i, (long long)n->step - 1, end, i, (long long)n->step);
    else if (n->tail && batch)
        line(w, "for (%s %s = n / %lld * %lld; %s < n; %s++) {", type, i, (long long)n->step, (long long)n->step, i, i);
    else if (n->tail)
        line(w, "for (%s %s = %lld; %s < %s; %s++) {", type, i, whole, i, end, i);
    else if (n->step > 1 && batch)
        line(w, "for (%s %s = 0; %s + %lld < n; %s += %lld) {", type, i, i, (long long)n->step - 1, i, (long long)n->step);
    else if (n->step > 1)
        line(w, "for (%s %s = 0; %s < %lld; %s += %lld) {", type, i, i, whole, i, (long long)n->step);
    else
        line(w, "for (%s %s = 0; %s < %s; %s++) {", type, i, i, end, i);
    w->depth++;
    write_list(w, &n->body);
    w->depth--;
    line(w, "}");
}

/* A number of the target's type; a condition is made one. */
static void write_value(writer *w, const expr *e)
{
    if (e->is_int) {
        w->as_int = true;
        write_int(w, e);
        w->as_int = false;
    } else if (expr_is_boolean(e)) {
        text_printf(w->out, "(%s)(", w->real);
        write_expr(w, e);
        text_append(w->out, ")");
    } else
        write_expr(w, e);
}

static void write_zeros(writer *w, const node *n)
{
    expr *first[MAX_RANK];
    for (int d = 0; d < n->target->rank; d++)
        first[d] = int_const(0);
    line(w, "for (%s at = 0; at < %s%lld; at++)", n->target->batched ? "size_t" : w->int_type, n->target->batched ? "n * " : "", (long long)n->extent);
    start(w);
    text_append(w->out, "    (&");
    write_access(w, n->target, first);
    text_append(w->out, ")[at] = ");
    write_real(w, 0);
    text_append(w->out, ";\n");
}

static void write_node(writer *w, const node *n)
{
    static const char *const signs[] = {"=", "+=", "*=", "-="};
    switch (n->kind) {
    case NODE_BLOCK: {
        bool braces = false;
        for (int i = 0; i < n->body.count; i++)
            braces |= n->body.data[i]->kind == NODE_LOCAL || n->body.data[i]->lows.count || n->body.data[i]->highs.count;
        name_positions(w, n->names);
        line(w, "/* %s */", c_comment(n->comment));
        if (braces) {
            line(w, "{");
            w->depth++;
        }
        write_list(w, &n->body);
        if (braces) {
            w->depth--;
            line(w, "}");
        }
        return;
    }
    case NODE_LOOP:
        write_loop(w, n);
        return;
    case NODE_LIST:
        write_list_of_turns(w, n);
        return;
    case NODE_SAMPLES:
        write_samples(w, n);
        return;
    case NODE_ZERO:
        write_zeros(w, n);
        return;
    case NODE_TRANSPOSE:
        write_transpose(w, n);
        return;
    case NODE_TILE:
        write_tile(w, n);
        return;
    case NODE_CHECK:
        write_check(w, n);
        return;
    case NODE_FINITE:
        start(w);
        text_append(w->out, "all &= isfinite(");
        write_access(w, n->target, n->subs);
        text_append(w->out, ") != 0;\n");
        return;
    case NODE_ROWS: case NODE_COLUMNS: case NODE_STEPS: case NODE_VECTORS: case NODE_LANES: case NODE_AHEAD:
        write_tile_node(w, n);
        return;
    case NODE_LOCAL:
        if (n->pointer) {
            start(w);
            text_printf(w->out, "const %s *const %s = &", w->real, n->target->label);
            write_access(w, n->value->tensor, n->value->args);
            text_append(w->out, ";\n");
            return;
        }
        if (w->tile && (n->target->rank || n->vector)) {
            write_tile_node(w, n);
            return;
        }
        start(w);
        text_printf(w->out, "%s%s %s", n->constant ? "const " : "", n->target->classes ? w->int_type : w->real, n->target->label);
        if (n->target->rank)
            text_printf(w->out, "[%lld]", (long long)n->target->dims[0]);
        if (n->value) {
            text_append(w->out, " = ");
            write_value(w, n->value);
        }
        text_append(w->out, ";\n");
        return;
    case NODE_STORE:
        if (n->vector || n->totals) {
            write_vector_store(w, n);
            return;
        }
        start(w);
        write_access(w, n->target, n->subs);
        text_printf(w->out, " %s %s", signs[n->assign], n->target->classes && !n->value->is_int ? "(int32_t)" : "");
        write_value(w, n->value);
        text_append(w->out, ";\n");
        return;
    case NODE_IF:
        start(w);
        text_append(w->out, "if (");
        write_expr(w, n->value);
        text_append(w->out, ") {\n");
        w->depth++;
        write_list(w, &n->body);
        w->depth--;
        line(w, "}");
        return;
    }
}

void write_body(writer *w, const loop_function *f)
{
    write_list(w, &f->body);
}
