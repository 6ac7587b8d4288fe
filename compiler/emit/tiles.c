/* tiles.c: the functions of tiles (loops/tile.c, loops/dot.c).
 *
 * Of each tile three functions are written: the kernel, whose numbers of rows and vectors are constants wherever it is inlined; all
 * rows of one run, or all columns of some rows; and the whole, which holds the plain loops too. Routines that compute the same share them. */
#include <ctype.h>
#include <string.h>

#include "vector.h"

/* ---- parameters of the functions ---- */

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

void need_expr(expr *e, void *context)
{
    needed *d = context;
    if (e->kind == X_READ && e->tensor->id >= 0 && d->w->r->places[e->tensor->id].store != STORE_NONE)
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
    for (int i = 0; t->next && t->next->subs && i < t->next->out->rank; i++)
        expr_each(t->next->subs[i], need_expr, d);
    need_tensor(d, out);
    d->writes_p = out->kind == TENSOR_PARAM;
}

void write_shared(writer *w, const needed *d, bool types, const char *sample)
{
    if (d->p)
        text_append(w->out, types ? arena_printf("%s%s_params *p, ", d->writes_p ? "" : "const ", w->prefix) : "p, ");
    if (d->g)
        text_append(w->out, types ? arena_printf("%s_params *g, ", w->prefix) : "g, ");
    for (int i = 0; i < d->views.count; i++)
        text_printf(w->out, "%s%s, ", types ? view_declaration(w, w->r, d->views.data[i]) : w->views[d->views.data[i]->id],
                    sample && d->views.data[i]->batched && !w->r->places[d->views.data[i]->id].samples ? arena_printf(" + %s", sample) : "");
    if (d->inv_n)
        text_printf(w->out, "%s%sinv_n, ", types ? w->real : "", types ? " " : "");
    if (d->rate)
        text_printf(w->out, "%s%srate, ", types ? w->real : "", types ? " " : "");
    if (d->n)
        text_append(w->out, types ? "size_t n, " : "n, ");
}

static bool is_batch(const tile *t, int position)
{
    return position >= 0 && t->e->extent[position] == EXTENT_BATCH;
}

static const char *type_of(const writer *w, const tile *t, int position)
{
    return is_batch(t, position) ? "size_t" : w->int_type;
}

static const char *extent_of(const tile *t, int position)
{
    return is_batch(t, position) ? "n" : arena_printf("%lld", (long long)t->e->extent[position]);
}

/* Where the tile begins along a position. */
static const char *start_of(const writer *w, int position)
{
    return arena_printf("%s_at", w->index[position]);
}

static void write_turns(writer *w, const tile *t, bool types)
{
    for (int p = 0; p < t->e->free; p++)
        if (equation_is_turn(t->e, p))
            text_printf(w->out, "%s%s%s, ", types ? w->int_type : "", types ? " " : "", w->index[p]);
}

/* Parameters or arguments for the turns around the equation, the outer indices and the tile's list. */
static void write_outer(writer *w, const tile *t, bool types)
{
    if (t->list)
        text_printf(w->out, "%s%s, ", types ? arena_printf("const %s *", w->int_type) : "", t->list->target->label);
    if (t->list && !t->dot) /* rows are counted by who calls */
        text_printf(w->out, "%s%s, ", types ? arena_printf("const %s ", w->int_type) : "", list_count(t->list));
    write_turns(w, t, types);
    for (int i = 0; i < t->outers; i++)
        text_printf(w->out, "%s%s%s, ", types ? type_of(w, t, t->outer[i]) : "", types ? " " : "", w->index[t->outer[i]]);
}

/* Of what is kept for one turn only no index is left. */
static void write_unused_turns(writer *w, const tile *t)
{
    for (int p = 0; p < t->e->free; p++)
        if (equation_is_turn(t->e, p))
            line(w, "(void)%s;", w->index[p]);
}

/* ---- kernels ---- */

static const char *kernel_comment(const writer *w, const tile *t)
{
    text s = {0};
    text_append(&s, equation_comment(w->p->graph, t->e, t->next));
    if (t->dot && t->column >= 0)
        text_printf(&s, ": `rows` of %s by `cols` of %s, vectors along %s", w->index[t->row], w->index[t->column], w->index[t->run]);
    else if (t->dot && t->row >= 0)
        text_printf(&s, ": `rows` of %s, vectors along %s", w->index[t->row], w->index[t->run]);
    else if (t->row >= 0)
        text_printf(&s, ": `rows` of %s by `vectors` along %s", w->index[t->row], w->index[t->run]);
    else
        text_printf(&s, ": `vectors` along %s", w->index[t->run]);
    return c_comment(s.data);
}

/* `of`: "kernel", or "single" for a batch of one. */
static void write_kernel(writer *w, const tile *t, const needed *d, const char *of)
{
    bool rows = t->row >= 0;
    text_printf(w->out, "/* %s%s. */\n%s_INLINE void %s_%s\1(", kernel_comment(w, t), of[0] == 's' ? ", of a batch of one" : "", w->upper, w->prefix, of);
    write_shared(w, d, true, NULL);
    write_outer(w, t, true);
    if (rows)
        text_printf(w->out, "%s %s, ", type_of(w, t, t->row), start_of(w, t->row));
    int second = t->dot ? t->column : t->run;
    if (second >= 0)
        text_printf(w->out, "%s %s, ", type_of(w, t, second), start_of(w, second));
    text_append(w->out, rows || t->dot ? "const int rows" : "");
    if (second >= 0)
        text_printf(w->out, "%sconst int %s", rows ? ", " : "", t->dot ? "cols" : "vectors");
    text_append(w->out, ")\n{\n");
    w->depth = 1;
    w->tile = t;
    write_unused_turns(w, t);
    if (t->dot && !rows)
        line(w, "(void)rows;");
    write_list(w, &t->kernel);
    w->tile = NULL;
    w->depth = 0;
    text_append(w->out, "}\n\n");
}

/* The call of a function of this tile as the body of a loop or an if; `rest`: its arguments after the shared ones. */
static void write_call(writer *w, const tile *t, const needed *d, const char *function, bool with_n, const char *rest)
{
    start(w);
    text_printf(w->out, "    %s_%s\1(", w->prefix, function);
    write_shared(w, d, false, NULL);
    text_append(w->out, with_n && !d->n ? "n, " : "");
    write_outer(w, t, false);
    text_printf(w->out, "%s);\n", rest);
}

static void write_head(writer *w, const tile *t, const needed *d, const char *function, bool with_n)
{
    text_printf(w->out, "%s_INLINE void %s_%s\1(", w->upper, w->prefix, function);
    write_shared(w, d, true, NULL);
    text_append(w->out, with_n && !d->n ? "size_t n, " : "");
    write_outer(w, t, true);
    w->depth = 1;
}

/* ---- all rows of one run ---- */

static void write_rows(writer *w, const tile *t, const needed *d)
{
    const char *at = start_of(w, t->row), *run = start_of(w, t->run);
    bool batch = is_batch(t, t->row);
    write_head(w, t, d, "rows", batch);
    text_printf(w->out, "%s %s, %sconst int vectors)\n{\n", w->int_type, run, batch ? "" : "const int most, ");
    if (batch) {
        line(w, "size_t %s = 0;", at);
        line(w, "for (; %s + %s_ROWS <= n; %s += %s_ROWS)", at, w->upper, at, w->upper);
        write_call(w, t, d, "kernel", false, arena_printf("%s, %s, %s_ROWS, vectors", at, run, w->upper));
        line(w, "if (%s + %s_ROWS / 2 <= n) {", at, w->upper);
        write_call(w, t, d, "kernel", false, arena_printf("%s, %s, %s_ROWS / 2, vectors", at, run, w->upper));
        line(w, "    %s += %s_ROWS / 2;", at, w->upper);
        line(w, "}");
        line(w, "for (; %s < n; %s++)", at, at);
        write_call(w, t, d, "kernel", false, arena_printf("%s, %s, 1, vectors", at, run));
    } else {
        long long e = (long long)t->e->extent[t->row];
        line(w, "const int tiles = (%lld + most - 1) / most, rows = (%lld + tiles - 1) / tiles;", e, e);
        line(w, "for (%s %s = 0; %s <= %lld - rows; %s += rows)", w->int_type, at, at, e, at);
        write_call(w, t, d, "kernel", false, arena_printf("%s, %s, rows, vectors", at, run));
        line(w, "if (%lld %% rows != 0)", e);
        write_call(w, t, d, "kernel", false, arena_printf("%lld - %lld %% rows, %s, %lld %% rows, vectors", e, e, run, e));
    }
    w->depth = 0;
    text_append(w->out, "}\n\n");
}

/* ---- all columns of some rows ---- */

static void write_columns(writer *w, const tile *t, const needed *d)
{
    const char *at = start_of(w, t->column), *row = start_of(w, t->row), *extent = extent_of(t, t->column), *type = type_of(w, t, t->column);
    write_head(w, t, d, "columns", is_batch(t, t->column));
    text_printf(w->out, "%s %s, const int rows)\n{\n", type_of(w, t, t->row), row);
    line(w, "%s %s = %s %% 2;", type, at, extent);
    line(w, "if (%s == 1)", at);
    write_call(w, t, d, "kernel", false, arena_printf("%s, 0, rows, 1", row));
    line(w, "for (; %s < %s; %s += 2)", at, extent, at);
    write_call(w, t, d, "kernel", false, arena_printf("%s, %s, rows, 2", row, at));
    w->depth = 0;
    text_append(w->out, "}\n\n");
}

static void write_dots(writer *w, const tile *t, const needed *d)
{
    if (t->row < 0) {
        write_call(w, t, d, "kernel", false, "1");
        return;
    }
    long long e = (long long)t->e->extent[t->row];
    const char *at = start_of(w, t->row), *function = t->column >= 0 ? "columns" : "kernel";
    bool with_n = is_batch(t, t->column);
    line(w, "enum { tiles = (%lld + %s_ROWS - 1) / %s_ROWS, rows = (%lld + tiles - 1) / tiles };", e, w->upper, w->upper, e);
    line(w, "for (%s %s = 0; %s <= %lld - rows; %s += rows)", w->int_type, at, at, e, at);
    write_call(w, t, d, function, with_n, arena_printf("%s, rows", at));
    line(w, "if (%lld %% rows != 0)", e);
    write_call(w, t, d, function, with_n, arena_printf("%lld - %lld %% rows, %lld %% rows", e, e, e));
}

/* The rows that are listed. */
static void write_listed_dots(writer *w, const tile *t, const needed *d)
{
    const char *at = start_of(w, t->row), *count = list_count(t->list);
    line(w, "%s %s = 0;", w->int_type, at);
    line(w, "for (; %s + %s_ROWS <= %s; %s += %s_ROWS)", at, w->upper, count, at, w->upper);
    write_call(w, t, d, "single", false, arena_printf("%s, %s_ROWS", at, w->upper));
    line(w, "if (%s + %s_ROWS / 2 <= %s) {", at, w->upper, count);
    write_call(w, t, d, "single", false, arena_printf("%s, %s_ROWS / 2", at, w->upper));
    line(w, "    %s += %s_ROWS / 2;", at, w->upper);
    line(w, "}");
    line(w, "for (; %s < %s; %s++)", at, count, at);
    write_call(w, t, d, "single", false, arena_printf("%s, 1", at));
}

/* ---- the whole ---- */

/* All rows of the vectors from `at` on, at most `rows` of them in a tile. */
static void write_run(writer *w, const tile *t, const needed *d, const char *of, const char *at, const char *rows, const char *vectors)
{
    if (t->row < 0)
        write_call(w, t, d, of, false, arena_printf("%s, %s", at, vectors));
    else if (is_batch(t, t->row))
        write_call(w, t, d, "rows", true, arena_printf("%s, %s", at, vectors));
    else
        write_call(w, t, d, "rows", false, arena_printf("%s, %s, %s", at, rows, vectors));
}

/* Over the run, as many vectors at a time as one row takes. */
static void write_wide_runs(writer *w, const tile *t, const needed *d, const char *of)
{
    long long e = (long long)t->e->extent[t->run];
    const char *lanes = arena_printf("%s_N%d", w->upper, t->bytes), *at = start_of(w, t->run);
    line(w, "enum { all = (%lld + %s - 1) / %s, tiles = (all + %d) / %d, wide = (all + tiles - 1) / tiles };", e, lanes, lanes, t->wide - 1, t->wide);
    if (t->row >= 0) { /* nothing is summed: as it lies in memory */
        const char *row = start_of(w, t->row);
        line(w, "for (%s %s = 0; %s < %s; %s++)", type_of(w, t, t->row), row, row, extent_of(t, t->row), row);
        line(w, "    for (%s %s = 0; %s < %lld; %s += wide * %s)", w->int_type, at, at, e, at, lanes);
        w->depth++;
        write_call(w, t, d, of, false, arena_printf("%s, %s, 1, wide", row, at));
        w->depth--;
        return;
    }
    line(w, "for (%s %s = 0; %s < %lld; %s += wide * %s)", w->int_type, at, at, e, at, lanes);
    write_run(w, t, d, of, at, "1", "wide");
}

/* Two at a time, or all. */
static void write_runs(writer *w, const tile *t, const needed *d)
{
    long long e = (long long)t->e->extent[t->run];
    const char *lanes = arena_printf("%s_N%d", w->upper, t->bytes), *at = start_of(w, t->run), *rows = arena_printf("%s_ROWS", w->upper);
    line(w, "enum { all = (%lld + %s - 1) / %s, wide = %s_BYTES >= 64 && all <= %d ? all : all < %d ? 1 : %d };", e, lanes, lanes, w->upper, t->with_rows, NARROW_VECTORS,
         NARROW_VECTORS);
    line(w, "for (%s %s = 0; %s <= (all - wide) * %s; %s += wide * %s)", w->int_type, at, at, lanes, at, lanes);
    write_run(w, t, d, "kernel", at, rows, "wide");
    line(w, "if (all %% wide != 0)");
    write_run(w, t, d, "kernel", arena_printf("(all - 1) * %s", lanes), rows, "1");
}

static bool sums_batch(const tile *t)
{
    for (int k = t->e->free; k < t->e->free + t->e->bound; k++)
        if (is_batch(t, k))
            return true;
    return false;
}

static void write_tiles(writer *w, const tile *t, const needed *d, const needed *of_single)
{
    if (t->single) {
        line(w, "if (n == 1) {");
        w->depth++;
        if (t->single->list)
            write_list(w, &(node_list){.data = &t->single->list, .count = 1});
        if (t->dot)
            write_listed_dots(w, t->single, of_single);
        else
            write_wide_runs(w, t->single, of_single, "single");
        w->depth--;
        line(w, "} else {");
        w->depth++;
    }
    if (t->dot)
        write_dots(w, t, d);
    else if (t->row >= 0)
        write_runs(w, t, d);
    else
        write_wide_runs(w, t, d, "kernel");
    if (t->single) {
        w->depth--;
        line(w, "}");
    }
}

static void write_whole(writer *w, const node *n, const needed *d, const needed *of_single)
{
    const tile *t = n->tile;
    write_unused_turns(w, t);
    text_printf(w->out, "#ifdef %s_BYTES\n", w->upper);
    for (int i = 0; i < t->outers; i++) {
        const char *name = w->index[t->outer[i]];
        line(w, "for (%s %s = 0; %s < %s; %s++) {", type_of(w, t, t->outer[i]), name, name, extent_of(t, t->outer[i]), name);
        w->depth++;
    }
    write_tiles(w, t, d, of_single);
    for (int i = 0; i < t->outers; i++) {
        w->depth--;
        line(w, "}");
    }
    text_append(w->out, "#else\n");
    name_positions(w, n->names);
    write_list(w, &n->body);
    text_append(w->out, "#endif\n");
}

/* ---- a part of a routine ---- */

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The text of functions with numbers for the names of their views, and without comments: where it is equal, they do the same with their arguments. */
static const char *meaning(const writer *w, const needed *d, const char *functions)
{
    text t = {0};
    for (const char *s = functions; *s;) {
        size_t n = 1;
        const char *end = s[0] == '/' && s[1] == '*' ? strstr(s, "*/") : NULL;
        if (end) {
            s = end + 2;
            continue;
        }
        while (is_letter(s[0]) && is_letter(s[n]))
            n++;
        bool field = s >= functions + 2 && s[-1] == '>' && s[-2] == '-';
        int view = field ? d->views.count : 0;
        while (view < d->views.count && (strlen(w->views[d->views.data[view]->id]) != n || memcmp(w->views[d->views.data[view]->id], s, n) != 0))
            view++;
        if (view < d->views.count)
            text_printf(&t, "\2%d", view);
        else
            text_append_n(&t, s, n);
        s += n;
    }
    return t.data;
}

int part_number(const writer *w, struct vector_parts *v, const needed *d, const char *functions)
{
    const char *key = meaning(w, d, functions);
    for (int i = 0; i < v->all.count; i++)
        if (strcmp(v->all.data[i].meaning, key) == 0)
            return v->all.data[i].number;
    part *new = &vec_push(&v->all);
    *new = (part){functions, key, v->all.count};
    return v->all.count;
}

static const char *write_functions(writer *w, const node *n, const needed *d)
{
    const tile *t = n->tile;
    text *out = w->out, functions = {0};
    int depth = w->depth;
    needed of_kernel = *d, of_single = *d; /* a single tile has no sum over the batch left */
    of_kernel.n |= sums_batch(t);
    w->out = &functions;
    name_positions(w, t->e);
    text_printf(w->out, "#ifdef %s_BYTES\n", w->upper);
    write_kernel(w, t, &of_kernel, "kernel");
    if (t->dot && t->column >= 0)
        write_columns(w, t, &of_kernel);
    else if (!t->dot && t->row >= 0)
        write_rows(w, t, &of_kernel);
    if (t->single)
        write_kernel(w, t->single, &of_single, "single");
    text_append(w->out, "#endif\n");
    text_printf(w->out, "static void %s_tiles\1(", w->prefix);
    needed of_whole = *d;
    for (int k = 0; k < t->e->free + t->e->bound; k++)
        of_whole.n |= is_batch(t, k);
    write_shared(w, &of_whole, true, NULL);
    write_turns(w, t, true);
    functions.length -= 2; /* the last comma */
    text_append(w->out, ")\n{\n");
    w->depth = 1;
    write_whole(w, n, &of_kernel, &of_single);
    text_append(w->out, "}\n\n");
    w->depth = depth;
    w->out = out;
    return functions.data;
}

void write_tile(writer *w, const node *n)
{
    struct vector_parts *v = vector_parts(w);
    needed d = {.w = w};
    need_all(&d, n->tile);
    v->width[n->tile->bytes / 32] = true;
    if (n->tile->single)
        v->width[n->tile->single->bytes / 32] = true;
    int number = part_number(w, v, &d, write_functions(w, n, &d));
    name_positions(w, n->names);
    for (int k = 0; k < n->tile->e->free + n->tile->e->bound; k++)
        d.n |= is_batch(n->tile, k);
    start(w);
    text_printf(w->out, "%s_tiles%d(", w->prefix, number);
    write_shared(w, &d, false, NULL);
    write_turns(w, n->tile, false);
    w->out->length -= 2;
    text_append(w->out, ");\n");
}

void write_new_tiles(writer *w)
{
    struct vector_parts *v = vector_parts(w);
    for (; v->written < v->all.count; v->written++)
        for (const char *s = v->all.data[v->written].text; *s; s++)
            if (*s == '\1')
                text_printf(w->out, "%d", v->all.data[v->written].number);
            else
                text_append_n(w->out, s, 1);
}
