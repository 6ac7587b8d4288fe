/* vector.c: expressions and nodes of tiles' kernels (loops/tile.c) in the vector extensions of GCC and Clang.
 * Vectors are named by the most bytes they may have: m_v64 has 64 with AVX-512, 32 with AVX, else 16. */
#include <string.h>

#include "poly.h"
#include "vector.h"


struct vector_parts *vector_parts(writer *w)
{
    if (!w->parts)
        w->parts = NEW(struct vector_parts);
    return w->parts;
}

/* ---- expressions ---- */

static bool is_vector(const writer *w, const expr *e)
{
    if (e->kind == X_READ && e->tensor->of_vectors)
        return true;
    bool found = e->uses >> w->tile->run & 1;
    for (int i = 0; !e->is_int && e->kind != X_READ && i < (e->kind == X_CUSTOM ? 1 : e->nargs); i++)
        found = found || is_vector(w, e->args[i]);
    return found;
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

/* Lanes of an update that an earlier tile did must be left out; where there is none, the compiler sees the product and fuses it. */
static void write_left_out(writer *w, const expr *e)
{
    const tile *t = w->tile;
    const char *i = w->index[t->run], *lanes = arena_printf("%s_N%d", w->upper, t->bytes);
    long long extent = (long long)t->e->extent[t->run];
    vector_parts(w)->keep = vector_parts(w)->from = true;
    text_printf(w->out, "(%lld %% %s == 0 || vectors * %s >= %lld ? ", extent, lanes, lanes, extent);
    write_operand_as_vector(w, e);
    text_printf(w->out, " : %s_keep%d(%s_from%d(%s_at - %s), ", w->prefix, t->bytes, w->prefix, t->bytes, i, i);
    write_operand_as_vector(w, e);
    text_append(w->out, "))");
}

static void write_mask(writer *w, const expr *e)
{
    if (e->kind == X_OP && (e->op == OP_AND || e->op == OP_OR)) {
        text_append(w->out, "(");
        write_mask(w, e->args[0]);
        text_append(w->out, e->op == OP_AND ? " & " : " | ");
        write_mask(w, e->args[1]);
        text_append(w->out, ")");
    } else if (e->kind == X_OP && e->op == OP_NOT) {
        text_append(w->out, "~");
        write_mask(w, e->args[0]);
    } else if (e->kind == X_GE0) { /* i - j >= 0 from lane j - i on, or j - i >= 0 until there; i and what else there is are those of the first lane */
        bool until = int_coefficient(e->args[0], w->tile->run) < 0;
        vector_parts(w)->from = true;
        text_printf(w->out, "%s%s_from%d(", until ? "~" : "", w->prefix, w->tile->bytes);
        w->as_int = true;
        write_int(w, until ? int_add(e->args[0], int_const(1)) : int_scale(e->args[0], -1));
        w->as_int = false;
        text_append(w->out, ")");
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
    if (b) {
        text_append(w->out, ", ");
        write_operand_as_vector(w, b);
    }
    text_append(w->out, ")");
}

static void write_better_of(writer *w, op which, const expr *a, const expr *b)
{
    *(which == OP_MAX ? &vector_parts(w)->largest : &vector_parts(w)->smallest) = true;
    write_call(w, op_table[which].name, a, b);
}

static void write_select(writer *w, const expr *e)
{
    struct vector_parts *v = vector_parts(w);
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
    const expr *test = e->args[0], *other = e->args[2];
    if (test->kind == X_OP && test->op == OP_LT && (test->args[0] == other ? test->args[1] == e->args[1] : test->args[1] == other && test->args[0] == e->args[1])) {
        write_better_of(w, test->args[0] == other ? OP_MAX : OP_MIN, e->args[1], other);
        return;
    }
    bool keep = expr_is_num(other, 0);
    v->keep |= keep;
    v->pick |= !keep;
    text_printf(w->out, "%s_%s%d(", w->prefix, keep ? "keep" : "pick", w->tile->bytes);
    write_mask(w, e->args[0]);
    text_append(w->out, ", ");
    write_operand_as_vector(w, e->args[1]);
    if (!keep) {
        text_append(w->out, ", ");
        write_operand_as_vector(w, other);
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
        write_better_of(w, e->op, e->args[0], e->args[1]);
        return true;
    }
    const char *poly = e->kind == X_OP ? op_as_poly(w, e->op) : NULL;
    if (poly) {
        struct vector_parts *v = vector_parts(w);
        v->poly[w->tile->bytes / 32] |= poly_helper(poly);
        poly_needs(poly_helper(poly), &v->pick, &v->smallest, &v->largest);
        write_call(w, poly, e->args[0], NULL);
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
    if (n->totals) {
        *(n->totals == RED_SUM ? &vector_parts(w)->total : n->totals == RED_MAX ? &vector_parts(w)->most : &vector_parts(w)->least) = true;
        vector_parts(w)->largest |= n->totals == RED_MAX;
        vector_parts(w)->smallest |= n->totals == RED_MIN;
        write_access(w, n->target, n->subs);
        text_printf(w->out, " = %s_%s%d(", w->prefix, n->totals == RED_SUM ? "total" : n->totals == RED_MAX ? "most" : "least", bytes);
        write_access(w, n->value->tensor, n->value->args);
        text_append(w->out, ");\n");
        return;
    }
    if (n->target->classes) {
        vector_parts(w)->whole = true;
        text_printf(w->out, "*(%s_w%d *)&", w->prefix, bytes);
        write_access(w, n->target, n->subs);
        text_printf(w->out, " = __builtin_convertvector(");
        w->vectors = true;
        write_operand_as_vector(w, n->value);
        w->vectors = false;
        text_printf(w->out, ", %s_w%d);\n", w->prefix, bytes);
        return;
    }
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
        write_expr(w, n->old);
        text_printf(w->out, " %c ", signs[n->assign][0]);
        write_left_out(w, n->value);
        w->vectors = false;
        text_append(w->out, ";\n");
        return;
    }
    if (n->rest) {
        vector_parts(w)->keep = vector_parts(w)->from = true;
        long long e = (long long)w->tile->e->extent[w->tile->run];
        text_printf(w->out, "%s_keep%d(%s_from%d(%s_N%d - %lld %% %s_N%d), ", w->prefix, bytes, w->prefix, bytes, w->upper, bytes, e, w->upper, bytes);
    }
    write_operand_as_vector(w, n->value);
    w->vectors = false;
    text_append(w->out, n->rest ? ");\n" : ";\n");
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
    if (n->kind == NODE_ROWS && t->dot && t->list)
        line(w, "const %s %s = %s[%s_at + row];", w->int_type, i, t->list->target->label, i);
    else if (n->kind == NODE_ROWS || n->kind == NODE_COLUMNS)
        line(w, extent == EXTENT_BATCH ? "const size_t %s = %s_at + (size_t)%s;" : arena_printf("const %s %%s = %%s_at + %%s;", w->int_type), i, i,
             n->kind == NODE_ROWS ? "row" : "col");
    else if (t->beyond)
        line(w, "const %s %s = %s_at + %s;", w->int_type, i, i, n->kind == NODE_VECTORS ? arena_printf("vec * %s", lanes) : "lane");
    else if (n->kind == NODE_VECTORS)
        line(w, "const %s %s = %s_RUN%d(%s_at + vec * %s, %lld);", w->int_type, i, w->upper, t->bytes, i, lanes, extent);
    else
        line(w, "const %s %s = %s_RUN%d(%s_at + lane / %s * %s, %lld) + lane %% %s;", w->int_type, i, w->upper, t->bytes, i, lanes, lanes, extent, lanes);
    if (n->kind == NODE_LANES && t->beyond)
        line(w, "if (%s >= %lld)\n%*sbreak;", i, extent, 4 * w->depth + 4, "");
    else if (n->kind == NODE_LANES && t->updates)
        line(w, "if (%s < %s_at + lane / %s * %s)\n%*scontinue; /* done already */", i, i, lanes, lanes, 4 * w->depth + 4, "");
}

/* A dot's tile is rows x columns, others are rows x vectors. */
static void write_array(writer *w, const tensor *t)
{
    bool dot = w->tile->dot, across = dot && strcmp(t->label, "acc") != 0 && strcmp(t->label, "done") != 0;
    const char *rows = arena_printf("[%s_ROWS]", w->upper);
    const char *dims = dot ? (across ? "[2]" : t->rank == 2 ? arena_printf("%s[2]", rows) : rows) : arena_printf("%s[%d", t->rank == 2 ? rows : "", w->tile->wide);
    int bytes = w->tile->bytes;
    if (t->of_vectors)
        line(w, "%s_v%d %s%s%s;", w->prefix, bytes, t->label, dims, dot ? "" : "]");
    else if (dot)
        line(w, "%s %s%s;", w->real, t->label, dims);
    else
        line(w, "%s %s%s * %s_N%d];", w->real, t->label, dims, w->upper, bytes);
}

static void write_steps(writer *w, const node *n)
{
    const char *i = w->index[n->position], *lanes = arena_printf("%s_N%d", w->upper, w->tile->bytes);
    long long e = (long long)w->tile->e->extent[n->position];
    if (n->tail)
        line(w, "if (%lld %% %s != 0) {", e, lanes);
    else
        line(w, "for (%s %s = 0; %s <= %lld - %s; %s += %s) {", w->int_type, i, i, e, lanes, i, lanes);
    w->depth++;
    if (n->tail)
        line(w, "const %s %s = %lld - %s;", w->int_type, i, e, lanes);
    write_list(w, &n->body);
    w->depth--;
    line(w, "}");
}

static void write_vector_local(writer *w, const node *n)
{
    start(w);
    text_printf(w->out, "const %s_v%d %s = ", w->prefix, w->tile->bytes, n->target->label);
    if (n->every) {
        *(n->every > 0 ? &vector_parts(w)->even : &vector_parts(w)->odd) = true;
        text_printf(w->out, "%s_%s%d(&", w->prefix, n->every > 0 ? "even" : "odd", w->tile->bytes);
        write_access(w, n->value->tensor, n->value->args);
        text_append(w->out, ");\n");
        return;
    }
    w->vectors = true;
    write_operand_as_vector(w, n->value);
    w->vectors = false;
    text_append(w->out, ";\n");
}

static void write_ahead(writer *w, const node *n)
{
    vector_parts(w)->ahead = true;
    start(w);
    text_printf(w->out, "%s_AHEAD(", w->upper);
    write_access(w, n->value->tensor, n->value->args);
    if (n->extent)
        text_printf(w->out, ", rows * %lld);\n", (long long)n->extent);
    else
        text_printf(w->out, ", vectors * %s_N%d);\n", w->upper, w->tile->bytes);
}

void write_tile_node(writer *w, const node *n)
{
    if (n->kind == NODE_LOCAL) {
        if (n->value)
            write_vector_local(w, n);
        else
            write_array(w, n->target);
        return;
    }
    if (n->kind == NODE_STEPS) {
        write_steps(w, n);
        return;
    }
    if (n->kind == NODE_AHEAD) {
        write_ahead(w, n);
        return;
    }
    if (n->unrolled)
        line(w, "%s_UNROLL", w->upper);
    if (n->kind == NODE_ROWS)
        line(w, "for (int row = 0; row < rows; row++) {");
    else if (n->kind == NODE_COLUMNS)
        line(w, "for (int col = 0; col < cols; col++) {");
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
