/* vector.c: the functions of tiles (loops/tile.c), in the vector extensions of GCC and Clang.
 *
 * Of each tile three functions are written: the kernel, whose numbers of rows and vectors are constants wherever it is inlined; the
 * rows of one run; and the whole, which holds the plain loops too. Routines that compute the same share them.
 * Vectors are named by the most bytes they may have: m_v64 has 64 with AVX-512, 32 with AVX, else 16. */
#include <string.h>

#include "writer.h"

typedef struct part {
    const char *text;              /* its functions, their number written as \1 */
    int number;
} part;

struct vector_parts {
    VEC(part) all;
    int written;
    bool width[3];                 /* 16, 32, 64: used */
    bool pick, keep, largest, smallest, from;
};

enum { NARROW_VECTORS = 2, WIDE_VECTORS = 4 }; /* vectors in a row of a tile; in the only row */

static struct vector_parts *parts(writer *w)
{
    if (!w->parts)
        w->parts = NEW(struct vector_parts);
    return w->parts;
}

/* ---- expressions ---- */

static bool is_vector(const writer *w, const expr *e)
{
    return e->uses >> w->tile->run & 1 || e->uses >> POSITION_VECTOR & 1;
}

static void write_operand_as_vector(writer *w, const expr *e)
{
    if (is_vector(w, e)) {
        write_expr(w, e);
        return;
    }
    if (!expr_is_num(e, 0)) {
        write_operand(w, e);
        text_append(w->out, " - ");
    }
    text_printf(w->out, "(%s_v%d){0}", w->prefix, w->tile->bytes);
}

static void write_mask(writer *w, const expr *e)
{
    if (e->op == OP_AND || e->op == OP_OR) {
        text_append(w->out, "(");
        write_mask(w, e->args[0]);
        text_append(w->out, e->op == OP_AND ? " & " : " | ");
        write_mask(w, e->args[1]);
        text_append(w->out, ")");
    } else if (e->op == OP_NOT) {
        text_append(w->out, "~");
        write_mask(w, e->args[0]);
    } else {
        text_printf(w->out, "(%s_i%d)(", w->prefix, w->tile->bytes);
        write_operand(w, e->args[0]);
        text_printf(w->out, " %s ", op_table[e->op].name);
        write_operand(w, e->args[1]);
        text_append(w->out, ")");
    }
}

static void write_call(writer *w, const char *name, const expr *a, const expr *b)
{
    text_printf(w->out, "%s_%s%d(", w->prefix, name, w->tile->bytes);
    write_operand_as_vector(w, a);
    text_append(w->out, ", ");
    write_operand_as_vector(w, b);
    text_append(w->out, ")");
}

static void write_select(writer *w, const expr *e)
{
    struct vector_parts *v = parts(w);
    if (!is_vector(w, e->args[0])) {
        text_append(w->out, "(");
        w->vectors = false;
        write_expr(w, e->args[0]);
        w->vectors = true;
        text_append(w->out, " ? ");
        write_operand_as_vector(w, e->args[1]);
        text_append(w->out, " : ");
        write_operand_as_vector(w, e->args[2]);
        text_append(w->out, ")");
        return;
    }
    bool keep = expr_is_num(e->args[2], 0);
    v->keep |= keep;
    v->pick |= !keep;
    text_printf(w->out, "%s_%s%d(", w->prefix, keep ? "keep" : "pick", w->tile->bytes);
    write_mask(w, e->args[0]);
    text_append(w->out, ", ");
    write_operand_as_vector(w, e->args[1]);
    if (!keep) {
        text_append(w->out, ", ");
        write_operand_as_vector(w, e->args[2]);
    }
    text_append(w->out, ")");
}

bool write_vector(writer *w, const expr *e)
{
    if (!is_vector(w, e))
        return false;
    if (e->kind == X_READ) {
        bool loads = !e->tensor->of_vectors;
        text_append(w->out, loads ? arena_printf("%s_AT%d(", w->upper, w->tile->bytes) : "");
        write_access(w, e->tensor, e->args);
        text_append(w->out, loads ? ")" : "");
        return true;
    }
    if (e->kind == X_SELECT) {
        write_select(w, e);
        return true;
    }
    if (e->kind == X_OP && (e->op == OP_MAX || e->op == OP_MIN)) {
        struct vector_parts *v = parts(w);
        v->pick = true;
        v->largest |= e->op == OP_MAX;
        v->smallest |= e->op == OP_MIN;
        write_call(w, op_table[e->op].name, e->args[0], e->args[1]);
        return true;
    }
    return false;
}

/* ---- nodes of a kernel ---- */

void write_vector_store(writer *w, const node *n)
{
    static const char *const signs[] = {"=", "+=", "*=", "-="};
    bool memory = n->target->id >= 0;
    int bytes = w->tile->bytes;
    start(w);
    if (n->target->of_vectors)
        write_access(w, n->target, n->subs);
    else {
        text_printf(w->out, "%s_TO%d(", w->upper, bytes);
        if (!memory)
            w->index_names[POSITION_VECTOR] = arena_printf("vec * %s_N%d", w->upper, bytes);
        write_access(w, n->target, n->subs);
        w->index_names[POSITION_VECTOR] = "vec";
        text_append(w->out, ")");
    }
    text_printf(w->out, " %s ", n->old ? "=" : signs[n->assign]);
    w->vectors = true;
    if (n->old) {
        const char *i = w->index[w->tile->run];
        parts(w)->keep = parts(w)->from = true;
        write_expr(w, n->old);
        text_printf(w->out, " %c %s_keep%d(%s_from%d(%s_at - %s), ", signs[n->assign][0], w->prefix, bytes, w->prefix, bytes, i, i);
    }
    write_operand_as_vector(w, n->value);
    w->vectors = false;
    text_append(w->out, n->old ? ");\n" : ";\n");
}

static bool needs(const node_list *list, int position)
{
    for (int i = 0; i < list->count; i++) {
        const node *n = list->data[i];
        bool found = (n->value && n->value->uses >> position & 1) || needs(&n->body, position);
        for (int d = 0; n->subs && d < n->target->rank; d++)
            found |= n->subs[d]->uses >> position & 1;
        for (int k = 0; k < n->lows.count; k++)
            found |= n->lows.data[k]->uses >> position & 1;
        for (int k = 0; k < n->highs.count; k++)
            found |= n->highs.data[k]->uses >> position & 1;
        if (found)
            return true;
    }
    return false;
}

/* The index that a row, vector or lane stands for, if it is needed. */
static void write_position(writer *w, const node *n)
{
    const tile *t = w->tile;
    const char *i = w->index[n->position];
    const char *lanes = arena_printf("%s_N%d", w->upper, t->bytes);
    long long extent = (long long)t->e->extent[n->position];
    if (!needs(&n->body, n->position))
        return;
    if (n->kind == NODE_ROWS)
        line(w, extent == EXTENT_BATCH ? "const size_t %s = %s_at + (size_t)row;" : arena_printf("const %s %%s = %%s_at + row;", w->int_type), i, i);
    else if (n->kind == NODE_VECTORS)
        line(w, "const %s %s = %s_RUN%d(%s_at + vec * %s, %lld);", w->int_type, i, w->upper, t->bytes, i, lanes, extent);
    else
        line(w, "const %s %s = %s_RUN%d(%s_at + lane / %s * %s, %lld) + lane %% %s;", w->int_type, i, w->upper, t->bytes, i, lanes, lanes, extent, lanes);
    if (n->kind == NODE_LANES && t->updates)
        line(w, "if (%s < %s_at + lane / %s * %s)\n%*scontinue; /* done already */", i, i, lanes, lanes, 4 * w->depth + 4, "");
}

static void write_array(writer *w, const tensor *t)
{
    const char *rows = t->rank == 2 ? arena_printf("[%s_ROWS]", w->upper) : "";
    int bytes = w->tile->bytes;
    if (t->of_vectors)
        line(w, "%s_v%d %s%s[%d];", w->prefix, bytes, t->label, rows, WIDE_VECTORS);
    else
        line(w, "%s %s%s[%d * %s_N%d];", w->real, t->label, rows, WIDE_VECTORS, w->upper, bytes);
}

void write_tile_node(writer *w, const node *n)
{
    if (n->kind == NODE_LOCAL) {
        write_array(w, n->target);
        return;
    }
    if (n->unrolled)
        line(w, "%s_UNROLL", w->upper);
    if (n->kind == NODE_ROWS)
        line(w, "for (int row = 0; row < rows; row++) {");
    else if (n->kind == NODE_VECTORS)
        line(w, "for (int vec = 0; vec < vectors; vec++) {");
    else
        line(w, "for (int lane = 0; lane < vectors * %s_N%d; lane++) {", w->upper, w->tile->bytes);
    w->depth++;
    write_position(w, n);
    w->index_names[POSITION_VECTOR] = n->kind == NODE_LANES ? "lane" : "vec";
    write_list(w, &n->body);
    w->index_names[POSITION_VECTOR] = "vec";
    w->depth--;
    line(w, "}");
}

/* ---- parameters of the functions ---- */

typedef struct needed {
    writer *w;
    bool p, g, n, inv_n, rate, writes_p;
    VEC(const tensor *) views;
} needed;

static void need_tensor(needed *d, const tensor *t)
{
    const place *at = &d->w->r->places[t->id];
    d->p |= at->store == STORE_PARAMS;
    d->g |= at->store == STORE_GRADIENT;
    if (at->store != STORE_ARGUMENT && at->store != STORE_WORK)
        return;
    for (int i = 0; i < d->views.count; i++)
        if (d->views.data[i] == t)
            return;
    vec_push(&d->views) = t;
}

static void need_expr(expr *e, void *context)
{
    needed *d = context;
    if (e->kind == X_READ && d->w->r->places[e->tensor->id].store != STORE_NONE)
        need_tensor(d, e->tensor);
    if (e->kind == X_SYM) {
        d->n |= e->sym == SYM_N;
        d->inv_n |= e->sym == SYM_INV_N;
        d->rate |= e->sym == SYM_RATE;
    }
}

static void need_all(needed *d, const tile *t)
{
    const tensor *out = t->next ? t->next->out : t->e->out;
    expr_each(t->e->body, need_expr, d);
    if (t->next)
        expr_each(t->next->body, need_expr, d);
    need_tensor(d, out);
    d->writes_p = out->kind == TENSOR_PARAM;
}

/* The parameters with their types, or the arguments of a call, each followed by a comma. */
static void write_shared(writer *w, const needed *d, bool types)
{
    if (d->p)
        text_append(w->out, types ? arena_printf("%s%s_params *p, ", d->writes_p ? "" : "const ", w->prefix) : "p, ");
    if (d->g)
        text_append(w->out, types ? arena_printf("%s_params *g, ", w->prefix) : "g, ");
    for (int i = 0; i < d->views.count; i++)
        text_printf(w->out, "%s, ", types ? view_declaration(w, w->r, d->views.data[i]) : w->views[d->views.data[i]->id]);
    if (d->inv_n)
        text_printf(w->out, "%s%sinv_n, ", types ? w->real : "", types ? " " : "");
    if (d->rate)
        text_printf(w->out, "%s%srate, ", types ? w->real : "", types ? " " : "");
    if (d->n)
        text_append(w->out, types ? "size_t n, " : "n, ");
}

static void write_outer(writer *w, const tile *t, bool types)
{
    for (int i = 0; i < t->outers; i++) {
        const char *name = w->index[t->outer[i]];
        bool batch = t->e->extent[t->outer[i]] == EXTENT_BATCH;
        text_printf(w->out, "%s%s%s, ", types ? (batch ? "size_t" : w->int_type) : "", types ? " " : "", name);
    }
}

/* ---- the three functions ---- */

/* A tile; `single`: of a batch of one. */
static void write_kernel(writer *w, const tile *t, const needed *d, bool single)
{
    bool rows = t->row >= 0 && !single;
    text formula = {0};
    equation_print(t->next ? t->next : t->e, &formula);
    if (single)
        text_printf(w->out, "/* The same for a batch of one. */\n");
    else if (rows)
        text_printf(w->out, "/* %s: `rows` of %s by `vectors` along %s. */\n", c_comment(formula.data), w->index[t->row], w->index[t->run]);
    else
        text_printf(w->out, "/* %s: `vectors` along %s. */\n", c_comment(formula.data), w->index[t->run]);
    text_printf(w->out, "%s_INLINE void %s_%s\1(", w->upper, w->prefix, single ? "single" : "kernel");
    write_shared(w, d, true);
    write_outer(w, t, true);
    if (rows)
        text_printf(w->out, "%s %s_at, ", t->e->extent[t->row] == EXTENT_BATCH ? "size_t" : w->int_type, w->index[t->row]);
    text_printf(w->out, "%s %s_at, %sconst int vectors)\n{\n", w->int_type, w->index[t->run], rows ? "const int rows, " : "");
    w->depth = 1;
    w->tile = t;
    write_list(w, single ? &t->single : &t->kernel);
    w->tile = NULL;
    w->depth = 0;
    text_append(w->out, "}\n\n");
}

/* The call of a kernel; row_at NULL: it has one row. */
static void write_kernel_call(writer *w, const tile *t, const needed *d, const char *row_at, const char *run_at, const char *rows, const char *vectors)
{
    text_printf(w->out, "%s_%s\1(", w->prefix, t->row >= 0 && !row_at ? "single" : "kernel");
    write_shared(w, d, false);
    write_outer(w, t, false);
    if (row_at)
        text_printf(w->out, "%s, ", row_at);
    text_printf(w->out, "%s, ", run_at);
    if (row_at)
        text_printf(w->out, "%s, ", rows);
    text_printf(w->out, "%s);\n", vectors);
}

/* All rows of one run. */
static void write_rows(writer *w, const tile *t, const needed *d)
{
    const char *at = arena_printf("%s_at", w->index[t->row]), *run_at = arena_printf("%s_at", w->index[t->run]);
    int64_t extent = t->e->extent[t->row];
    text_printf(w->out, "%s_INLINE void %s_rows\1(", w->upper, w->prefix);
    write_shared(w, d, true);
    if (extent == EXTENT_BATCH && !d->n)
        text_append(w->out, "size_t n, ");
    write_outer(w, t, true);
    text_printf(w->out, "%s %s, const int vectors)\n{\n", w->int_type, run_at);
    w->depth = 1;
    if (extent == EXTENT_BATCH) {
        static const char *const rows[] = {"ROWS", "ROWS / 2"};
        line(w, "size_t %s = 0;", at);
        for (int k = 0; k < 2; k++) {
            line(w, "for (; n - %s >= %s_%s; %s += %s_%s)", at, w->upper, rows[k], at, w->upper, rows[k]);
            start(w);
            text_append(w->out, "    ");
            write_kernel_call(w, t, d, at, run_at, arena_printf("%s_%s", w->upper, rows[k]), "vectors");
        }
        line(w, "for (; %s < n; %s++)", at, at);
        start(w);
        text_append(w->out, "    ");
        write_kernel_call(w, t, d, at, run_at, "1", "vectors");
    } else {
        long long e = (long long)extent;
        line(w, "enum { tiles = (%lld + %s_ROWS - 1) / %s_ROWS, rows = (%lld + tiles - 1) / tiles };", e, w->upper, w->upper, e);
        line(w, "for (%s %s = 0; %s <= %lld - rows; %s += rows)", w->int_type, at, at, e, at);
        start(w);
        text_append(w->out, "    ");
        write_kernel_call(w, t, d, at, run_at, "rows", "vectors");
        line(w, "if (%lld %% rows != 0)", e);
        start(w);
        text_append(w->out, "    ");
        write_kernel_call(w, t, d, arena_printf("%lld - %lld %% rows", e, e), run_at, arena_printf("%lld %% rows", e), "vectors");
    }
    w->depth = 0;
    text_append(w->out, "}\n\n");
}

/* The vectors from `at` on, in all rows. */
static void write_run(writer *w, const tile *t, const needed *d, bool single, const char *at, const char *vectors)
{
    start(w);
    text_append(w->out, "    ");
    if (t->row < 0 || single) {
        write_kernel_call(w, t, d, NULL, at, NULL, vectors);
        return;
    }
    text_printf(w->out, "%s_rows\1(", w->prefix);
    write_shared(w, d, false);
    if (t->e->extent[t->row] == EXTENT_BATCH && !d->n)
        text_append(w->out, "n, ");
    write_outer(w, t, false);
    text_printf(w->out, "%s, %s);\n", at, vectors);
}

/* Over the run: with rows two vectors at a time, in a single row up to four. */
static void write_runs(writer *w, const tile *t, const needed *d, bool single)
{
    long long e = (long long)t->e->extent[t->run];
    const char *lanes = arena_printf("%s_N%d", w->upper, t->bytes), *i = w->index[t->run], *at = arena_printf("%s_at", i);
    if (single) {
        line(w, "enum { all = (%lld + %s - 1) / %s, tiles = (all + %d) / %d, wide = (all + tiles - 1) / tiles };", e, lanes, lanes, WIDE_VECTORS - 1, WIDE_VECTORS);
        line(w, "for (%s %s = 0; %s < %lld; %s += wide * %s)", w->int_type, at, at, e, at, lanes);
        write_run(w, t, d, true, at, "wide");
        return;
    }
    line(w, "enum { all = (%lld + %s - 1) / %s, wide = all < %d ? 1 : %d };", e, lanes, lanes, NARROW_VECTORS, NARROW_VECTORS);
    line(w, "for (%s %s = 0; %s <= (all - wide) * %s; %s += wide * %s)", w->int_type, at, at, lanes, at, lanes);
    write_run(w, t, d, false, at, "wide");
    line(w, "if (all %% wide != 0)");
    write_run(w, t, d, false, arena_printf("(all - 1) * %s", lanes), "1");
}

static void write_whole(writer *w, const node *n, const needed *d)
{
    const tile *t = n->tile;
    bool batch_rows = t->row >= 0 && t->e->extent[t->row] == EXTENT_BATCH;
    text_printf(w->out, "#ifdef %s_BYTES\n", w->upper);
    for (int i = 0; i < t->outers; i++) {
        const char *name = w->index[t->outer[i]];
        bool batch = t->e->extent[t->outer[i]] == EXTENT_BATCH;
        line(w, "for (%s %s = 0; %s < %s; %s++) {", batch ? "size_t" : w->int_type, name, name,
             batch ? "n" : arena_printf("%lld", (long long)t->e->extent[t->outer[i]]), name);
        w->depth++;
    }
    if (batch_rows) {
        line(w, "if (n == 1) {");
        w->depth++;
        write_runs(w, t, d, true);
        w->depth--;
        line(w, "} else {");
        w->depth++;
    }
    write_runs(w, t, d, t->row < 0);
    if (batch_rows) {
        w->depth--;
        line(w, "}");
    }
    for (int i = 0; i < t->outers; i++) {
        w->depth--;
        line(w, "}");
    }
    text_append(w->out, "#else\n");
    write_list(w, &n->body);
    text_append(w->out, "#endif\n");
}

/* ---- a part of a routine ---- */

/* Of these functions; equal ones have one. */
static int part_number(struct vector_parts *v, const char *functions)
{
    for (int i = 0; i < v->all.count; i++)
        if (strcmp(v->all.data[i].text, functions) == 0)
            return v->all.data[i].number;
    part *new = &vec_push(&v->all);
    *new = (part){functions, v->all.count};
    return v->all.count;
}

void write_tile(writer *w, const node *n)
{
    struct vector_parts *v = parts(w);
    const tile *t = n->tile;
    text *out = w->out, functions = {0};
    int depth = w->depth;
    needed d = {.w = w}, of_kernel;
    need_all(&d, t);
    of_kernel = d;
    bool batch = false;
    for (int k = 0; k < t->e->free + t->e->bound; k++) {
        batch |= t->e->extent[k] == EXTENT_BATCH;
        of_kernel.n |= k >= t->e->free && t->e->extent[k] == EXTENT_BATCH;
    }
    d.n |= batch;
    v->width[t->bytes / 32] = true;
    w->out = &functions;
    text_printf(w->out, "#ifdef %s_BYTES\n", w->upper);
    write_kernel(w, t, &of_kernel, false);
    if (t->single.count)
        write_kernel(w, t, &of_kernel, true);
    if (t->row >= 0)
        write_rows(w, t, &of_kernel);
    text_append(w->out, "#endif\n");
    text_printf(w->out, "static void %s_tiles\1(", w->prefix);
    write_shared(w, &d, true);
    functions.length -= 2; /* the last comma */
    text_append(w->out, ")\n{\n");
    w->depth = 1;
    write_whole(w, n, &of_kernel);
    text_append(w->out, "}\n\n");
    w->depth = depth;
    w->out = out;
    start(w);
    text_printf(w->out, "%s_tiles%d(", w->prefix, part_number(v, functions.data));
    write_shared(w, &d, false);
    w->out->length -= 2;
    text_append(w->out, ");\n");
}

void write_new_tiles(writer *w)
{
    struct vector_parts *v = parts(w);
    for (; v->written < v->all.count; v->written++)
        for (const char *s = v->all.data[v->written].text; *s; s++)
            if (*s == '\1')
                text_printf(w->out, "%d", v->all.data[v->written].number);
            else
                text_append_n(w->out, s, 1);
}

/* ---- types and helpers ---- */

static void write_width(writer *w, int bytes)
{
    struct vector_parts *v = parts(w);
    const char *u = w->upper, *p = w->prefix;
    int size = w->p->options.is_double ? 8 : 4;
    line(w, "#define %s_N%d ((%s_BYTES < %d ? %s_BYTES : %d) / %d)", u, bytes, u, bytes, u, bytes, size);
    line(w, "typedef %s %s_v%d __attribute__((vector_size(%s_N%d * %d)));", w->real, p, bytes, u, bytes, size);
    line(w, "typedef %s %s_u%d __attribute__((vector_size(%s_N%d * %d), aligned(%d), may_alias));", w->real, p, bytes, u, bytes, size, size);
    line(w, "#define %s_AT%d(x) (*(const %s_u%d *)&(x))", u, bytes, p, bytes);
    line(w, "#define %s_RUN%d(at, extent) ((extent) %% %s_N%d == 0 || (at) < (extent) - %s_N%d ? (at) : (extent) - %s_N%d) /* the last reaches back */", u, bytes,
         u, bytes, u, bytes, u, bytes);
    line(w, "#define %s_TO%d(x) (*(%s_u%d *)&(x))", u, bytes, p, bytes);
    if (v->keep || v->pick || v->from)
        line(w, "typedef int%d_t %s_i%d __attribute__((vector_size(%s_N%d * %d)));", 8 * size, p, bytes, u, bytes, size);
    if (v->from) {
        line(w, "%s_INLINE %s_i%d %s_from%d(int first) /* the lanes from there on */\n{", u, p, bytes, p, bytes);
        line(w, "    %s_i%d lane;\n    %s_UNROLL\n    for (int i = 0; i < %s_N%d; i++)\n        lane[i] = i;", p, bytes, u, u, bytes);
        line(w, "    return (%s_i%d)(lane >= first);\n}", p, bytes);
    }
    if (v->keep)
        line(w, "%s_INLINE %s_v%d %s_keep%d(%s_i%d c, %s_v%d a)\n{\n    return (%s_v%d)(c & (%s_i%d)a);\n}", u, p, bytes, p, bytes, p, bytes, p, bytes, p, bytes,
             p, bytes);
    if (v->pick)
        line(w, "%s_INLINE %s_v%d %s_pick%d(%s_i%d c, %s_v%d a, %s_v%d b)\n{\n    return (%s_v%d)((c & (%s_i%d)a) | (~c & (%s_i%d)b));\n}", u, p, bytes, p, bytes,
             p, bytes, p, bytes, p, bytes, p, bytes, p, bytes, p, bytes);
    for (int k = 0; k < 2; k++)
        if (k ? v->smallest : v->largest)
            line(w, "%s_INLINE %s_v%d %s_%s%d(%s_v%d a, %s_v%d b)\n{\n    return %s_pick%d((%s_i%d)(a %s b), a, b);\n}", u, p, bytes, p, k ? "min" : "max", bytes, p,
                 bytes, p, bytes, p, bytes, p, bytes, k ? "<" : ">");
}

void write_vector_types(writer *w)
{
    static const int widths[] = {16, 32, 64};
    const char *u = w->upper;
    if (!w->parts || !w->parts->all.count)
        return;
    line(w, "/* ---- vectors, as wide as the target has them: the extensions of GCC and Clang; plain loops elsewhere ---- */");
    line(w, "#if defined(__GNUC__) && defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__) && !defined(%s_PLAIN)", u);
    line(w, "#if defined(__AVX512F__)\n#define %s_BYTES 64\n#define %s_ROWS 8\n#elif defined(__AVX__)\n#define %s_BYTES 32\n#define %s_ROWS 6", u, u, u, u);
    line(w, "#elif defined(__SSE2__) || defined(__ARM_NEON)\n#define %s_BYTES 16\n#define %s_ROWS 4\n#endif\n#endif", u, u);
    line(w, "#ifdef %s_BYTES\n#define %s_INLINE static inline __attribute__((always_inline, unused))", u, u);
    line(w, "#if defined(__clang__)\n#define %s_UNROLL _Pragma(\"clang loop unroll(full)\")\n#else\n#define %s_UNROLL _Pragma(\"GCC unroll 16\")\n#endif", u, u);
    for (int i = 0; i < 3; i++)
        if (w->parts->width[i])
            write_width(w, widths[i]);
    text_append(w->out, "#endif\n\n");
}
