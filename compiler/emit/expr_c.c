/* expr_c.c: expressions as C. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "poly.h"

/* Binding strengths of C, loosest first. */
enum { C_COND = 1, C_OR, C_AND, C_EQ, C_COMPARE, C_ADD, C_MUL, C_UNARY, C_PRIMARY };

static void expression(writer *w, const expr *e, int outer);
static void integer(writer *w, const expr *e, int outer);

static void open_if(writer *w, bool parens)
{
    text_append(w->out, parens ? "(" : "");
}

static void close_if(writer *w, bool parens)
{
    text_append(w->out, parens ? ")" : "");
}

/* ---- integers ---- */

static void atom(writer *w, const expr *e, int outer)
{
    int64_t low, high;
    if (e->kind == X_INDEX) {
        bool sample = w->as_int && w->extent && w->extent[e->index] == EXTENT_BATCH; /* a size_t beside ints */
        text_printf(w->out, sample ? "(int32_t)%s" : "%s", w->index[e->index]);
        return;
    }
    if (e->kind == X_READ) {
        bool as_int = w->as_int;
        w->as_int = false;
        write_access(w, e->tensor, e->args);
        w->as_int = as_int;
        return;
    }
    bool negative = !int_range(e->args[0], w->extent, &low, &high) || low < 0;
    const char *sign = e->kind == X_IDIV ? "/" : "%";
    if (negative) { /* C rounds to zero; this rounds down */
        w->floor_div = true;
        text_printf(w->out, "%s_floor_%s(", w->prefix, e->kind == X_IDIV ? "div" : "mod");
        integer(w, e->args[0], C_COND);
        text_printf(w->out, ", %lld)", (long long)e->divisor);
        return;
    }
    open_if(w, outer > C_MUL);
    integer(w, e->args[0], C_UNARY);
    text_printf(w->out, " %s %lld", sign, (long long)e->divisor);
    close_if(w, outer > C_MUL);
}

/* Positive terms first, so that nothing needs a sign in front. */
static void integer(writer *w, const expr *e, int outer)
{
    bool sum = e->nargs > 1 || (e->nargs == 1 && e->constant != 0), first = true;
    bool product = e->nargs == 1 && e->coef[0] != 1;
    bool parens = (sum && outer > C_ADD) || (product && outer > C_MUL) || (e->nargs == 0 && e->constant < 0 && outer > C_ADD);
    open_if(w, parens);
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < e->nargs; i++) {
            int64_t c = e->coef[i];
            if ((c < 0) != (turn == 1))
                continue;
            text_append(w->out, first ? (c < 0 ? "-" : "") : (c < 0 ? " - " : " + "));
            if (c != 1 && c != -1)
                text_printf(w->out, "%lld * ", (long long)(c < 0 ? -c : c));
            atom(w, e->args[i], c != 1 && c != -1 ? C_UNARY : sum ? C_ADD + 1 : first ? outer : C_UNARY);
            first = false;
        }
        if (turn == 0 && (e->constant > 0 || (e->constant == 0 && e->nargs == 0))) {
            text_printf(w->out, first ? "%lld" : " + %lld", (long long)e->constant);
            first = false;
        }
        if (turn == 1 && e->constant < 0)
            text_printf(w->out, first ? "-%lld" : " - %lld", (long long)-e->constant);
    }
    close_if(w, parens);
}

void write_int(writer *w, const expr *e)
{
    integer(w, e, C_COND);
}

/* i - j >= 0 as i >= j, so that no value is negative on the way. */
static void integer_condition(writer *w, const expr *e, int outer)
{
    int own = e->kind == X_EQ0 ? C_EQ : C_COMPARE;
    const expr *i = e->args[0];
    expr left = {.kind = X_AFF, .is_int = true}, right = left;
    left.args = NEW_ARRAY(expr *, i->nargs + 1);
    left.coef = NEW_ARRAY(int64_t, i->nargs + 1);
    right.args = NEW_ARRAY(expr *, i->nargs + 1);
    right.coef = NEW_ARRAY(int64_t, i->nargs + 1);
    for (int k = 0; k < i->nargs; k++) {
        expr *side = i->coef[k] > 0 ? &left : &right;
        side->args[side->nargs] = i->args[k];
        side->coef[side->nargs++] = i->coef[k] > 0 ? i->coef[k] : -i->coef[k];
    }
    bool strict = e->kind == X_GE0 && i->constant == -1 && right.nargs > 0;
    if (i->constant > 0)
        left.constant = i->constant;
    else if (!strict)
        right.constant = -i->constant;
    open_if(w, outer > own);
    w->as_int = true;
    integer(w, &left, own + 1);
    text_append(w->out, e->kind == X_EQ0 ? " == " : strict ? " > " : " >= ");
    integer(w, &right, own + 1);
    w->as_int = false;
    close_if(w, outer > own);
}

/* ---- reals ---- */

void write_real(writer *w, double value)
{
    char buffer[40];
    if (!isfinite(value)) { /* no literal exists; 1/0 and 0/0 are computed */
        text_printf(w->out, "((%s)%s / (%s)0)", w->real, isnan(value) ? "0" : value > 0 ? "1" : "-1", w->real);
        return;
    }
    bool is_double = w->p->options.is_double;
    if (value == floor(value) && fabs(value) < 1e6) {
        text_printf(w->out, "%.0f.0%s", value, is_double ? "" : "f");
        return;
    }
    const char *shortest = real_text(value);
    snprintf(buffer, sizeof buffer, "%s", shortest);
    if (!is_double) {
        for (int digits = 1; digits <= 9; digits++) {
            snprintf(buffer, sizeof buffer, "%.*g", digits, value);
            /* NOLINTNEXTLINE(cert-err34-c): a number that snprintf has just written */
            if ((float)atof(buffer) == (float)value)
                break;
        }
    }
    bool plain = !strpbrk(buffer, ".e");
    text_printf(w->out, "%s%s%s", buffer, plain ? ".0" : "", is_double ? "" : "f");
}

static int strength(op o)
{
    switch (o) {
    case OP_ADD: case OP_SUB: return C_ADD;
    case OP_MUL: case OP_DIV: return C_MUL;
    case OP_NEG: case OP_NOT: return C_UNARY;
    case OP_LT: case OP_LE: return C_COMPARE;
    case OP_EQ: return C_EQ;
    case OP_AND: return C_AND;
    case OP_OR: return C_OR;
    case OP_MAX: case OP_MIN: return C_COND;
    default: return C_PRIMARY;
    }
}

/* A condition, where C wants one; a real counts as whether it is not 0. */
static void condition(writer *w, const expr *e, int outer)
{
    if (e->kind == X_GE0 || e->kind == X_EQ0) {
        integer_condition(w, e, outer);
        return;
    }
    if (!expr_is_boolean(e)) {
        open_if(w, outer > C_EQ);
        expression(w, e, C_EQ + 1);
        text_append(w->out, w->p->options.is_double ? " != 0.0" : " != 0.0f");
        close_if(w, outer > C_EQ);
        return;
    }
    int own = strength(e->op);
    bool parens = outer > own || (e->op == OP_AND && outer == C_OR + 1) || (outer > C_OR && e->op == OP_AND && outer != C_AND);
    open_if(w, parens);
    if (e->op == OP_NOT) {
        text_append(w->out, "!");
        condition(w, e->args[0], C_PRIMARY);
    } else if (e->op == OP_AND || e->op == OP_OR) {
        condition(w, e->args[0], own);
        text_append(w->out, e->op == OP_AND ? " && " : " || ");
        condition(w, e->args[1], own + 1);
    } else {
        expression(w, e->args[0], own + 1);
        text_printf(w->out, " %s ", op_table[e->op].name);
        expression(w, e->args[1], own + 1);
    }
    close_if(w, parens);
}

static void call(writer *w, const char *function, const expr *e)
{
    text_printf(w->out, "%s(", function);
    for (int i = 0; i < e->nargs; i++) {
        text_append(w->out, i ? ", " : "");
        expression(w, e->args[i], C_COND);
    }
    text_append(w->out, ")");
}

/* $a and $b in a pattern stand for the arguments as primaries. */
static void pattern(writer *w, const char *s, const expr *e)
{
    for (; *s; s++)
        if (*s == '$') {
            s++;
            if (*s == 'r')
                text_append(w->out, w->real);
            else
                expression(w, e->args[*s == 'b'], C_PRIMARY);
        } else
            text_append_n(w->out, s, 1);
}

const char *op_as_poly(const writer *w, op o)
{
    return w->p->options.poly && op_table[o].c_poly ? op_table[o].c_poly + 1 : NULL;
}

static void operation(writer *w, const expr *e, int outer)
{
    const op_info *o = &op_table[e->op];
    const char *poly = op_as_poly(w, e->op), *spelling = w->p->options.is_double ? o->c_double : o->c_float;
    size_t length = strlen(spelling);
    int own = strength(e->op);
    if (poly || spelling[0] == '@') {
        w->poly |= poly ? poly_helper(poly) : 0;
        w->sigmoid |= e->op == OP_SIGMOID && !poly;
        w->softplus |= e->op == OP_SOFTPLUS && !poly;
        call(w, arena_printf("%s_%s", w->prefix, poly ? poly : spelling + 1), e);
        return;
    }
    if (length > 2 && strcmp(spelling + length - 2, "()") == 0) {
        call(w, arena_strndup(spelling, length - 2), e);
        return;
    }
    if (own == C_PRIMARY || own == C_COND) { /* a pattern */
        bool parens = outer > own || own == C_PRIMARY;
        open_if(w, parens && own == C_COND);
        pattern(w, spelling, e);
        close_if(w, parens && own == C_COND);
        return;
    }
    bool parens = outer > own;
    open_if(w, parens);
    if (e->nargs == 1) {
        text_append(w->out, "-");
        expression(w, e->args[0], C_PRIMARY);
    } else {
        expression(w, e->args[0], own);
        text_printf(w->out, " %s ", o->name);
        expression(w, e->args[1], own + 1);
    }
    close_if(w, parens);
}

static void expression(writer *w, const expr *e, int outer)
{
    if (w->vectors && write_vector(w, e))
        return;
    if (expr_is_boolean(e)) {
        open_if(w, outer > C_UNARY);
        text_printf(w->out, "(%s)", w->real);
        condition(w, e, C_PRIMARY);
        close_if(w, outer > C_UNARY);
        return;
    }
    switch (e->kind) {
    case X_NUM:
        open_if(w, e->num < 0 && outer > C_ADD);
        write_real(w, e->num);
        close_if(w, e->num < 0 && outer > C_ADD);
        return;
    case X_SYM:
        if (e->sym == SYM_N)
            text_printf(w->out, "(%s)(int32_t)%s", w->real, w->in_block ? "all" : "n");
        else
            text_append(w->out, e->sym == SYM_INV_N ? "inv_n" : "rate");
        return;
    case X_REAL:
        open_if(w, outer > C_UNARY);
        text_printf(w->out, "(%s)", w->real);
        integer(w, e->args[0], C_PRIMARY);
        close_if(w, outer > C_UNARY);
        return;
    case X_READ:
        write_access(w, e->tensor, e->args);
        return;
    case X_OP:
        operation(w, e, outer);
        return;
    case X_SELECT:
        open_if(w, outer > C_COND);
        condition(w, e->args[0], C_OR);
        text_append(w->out, " ? ");
        expression(w, e->args[1], C_COND + 1);
        text_append(w->out, " : ");
        expression(w, e->args[2], C_COND);
        close_if(w, outer > C_COND);
        return;
    case X_NOISE:
        w->gauss |= e->constant == NOISE_GAUSS;
        w->uniform |= e->constant == NOISE_UNIFORM;
        text_printf(w->out, "%s_%s(h, ", w->prefix, e->constant == NOISE_GAUSS ? "gauss" : "uniform");
        integer(w, e->args[1], C_COND);
        text_append(w->out, ", (uint32_t)");
        integer(w, e->args[0], C_UNARY);
        text_printf(w->out, ", %d)", e->index);
        return;
    case X_CUSTOM:
        expression(w, e->args[0], outer);
        return;
    case X_AFF:
        integer(w, e, outer);
        return;
    case X_GE0: case X_EQ0: case X_INDEX: case X_IDIV: case X_IMOD:
        break;
    }
    bug("expression kind %d in C", (int)e->kind);
}

void write_expr(writer *w, const expr *e)
{
    if (expr_is_boolean(e))
        condition(w, e, C_COND);
    else
        expression(w, e, C_COND);
}

void write_operand(writer *w, const expr *e)
{
    expression(w, e, C_MUL + 1);
}

/* ---- elements of tensors ---- */

void write_access(writer *w, const tensor *t, expr *const *subs)
{
    if (t->id < 0) {
        text_append(w->out, t->label);
        for (int k = 0; k < t->rank; k++) {
            text_append(w->out, "[");
            integer(w, subs[k], C_COND);
            text_append(w->out, "]");
        }
        return;
    }
    place constant = {.store = STORE_CONSTANT};
    for (int k = 0; k < t->rank; k++)
        constant.order[k] = k;
    const place *at = w->r ? &w->r->places[t->id] : &constant; /* outside of routines only constants are read */
    bool field = w->p->options.level == LEVEL_O0 && at->store == STORE_WORK && !at->alias;
    switch (at->store) {
    case STORE_PARAMS: text_printf(w->out, "p->%s", w->params[t->id]); break;
    case STORE_STATE: text_printf(w->out, "h->%s", w->params[t->id]); break;
    case STORE_GRADIENT: text_printf(w->out, "g->%s", w->params[t->of->id]); break;
    case STORE_CONSTANT: text_printf(w->out, "%s_%s", w->prefix, w->constants[t->id]); break;
    case STORE_ARGUMENT: case STORE_WORK:
        text_printf(w->out, "%s%s", field ? "k->" : "", w->views[t->id]);
        break;
    case STORE_NONE: bug("%s has no place", t->label);
    }
    bool scalar = true;
    for (int k = 0; k < t->rank; k++)
        scalar &= at->folded >> k & 1;
    if (scalar && (at->store == STORE_ARGUMENT || (at->store == STORE_WORK && !field)))
        text_append(w->out, "[0]");
    for (int k = 0; k < t->rank; k++) {
        if (at->folded >> at->order[k] & 1)
            continue;
        text_append(w->out, "[");
        integer(w, subs[at->order[k]], C_COND);
        text_append(w->out, "]");
    }
}
