/* expr_print.c: expressions in the language's own notation, for dumps and for comments in the generated C. */
#include <string.h>

#include "graph.h"

/* A DAG may have more paths than anybody can read: what is longer ends in dots. */
enum { PRINT_MOST = 2000 };
static size_t print_end;

/* Binding strengths, loosest first, as in the language. */
enum { P_COND = 1, P_OR, P_AND, P_EQ, P_COMPARE, P_ADD, P_MUL, P_UNARY, P_POW, P_PRIMARY };

static void print(const expr *e, const char *const names[], int outer, text *out);

static void print_index(int index, const char *const names[], text *out)
{
    if (names && names[index])
        text_append(out, names[index]);
    else
        text_printf(out, "i%d", index);
}

static void print_atom(const expr *e, const char *const names[], int outer, text *out)
{
    if (e->kind == X_INDEX) {
        print_index(e->index, names, out);
    } else if (e->kind == X_READ) {
        print(e, names, outer, out);
    } else {
        if (outer > P_MUL)
            text_append(out, "(");
        print(e->args[0], names, P_UNARY, out);
        text_printf(out, e->kind == X_IDIV ? " / %lld" : " %% %lld", (long long)e->divisor);
        if (outer > P_MUL)
            text_append(out, ")");
    }
}

/* Positive terms first, so that `-j + i` reads `i - j`. */
static void print_affine(const expr *e, const char *const names[], int outer, text *out)
{
    bool sum = e->nargs > 1 || (e->nargs == 1 && e->constant != 0);
    bool negative = !sum && ((e->nargs == 0 && e->constant < 0) || (e->nargs == 1 && e->coef[0] < 0));
    bool first = true, parens = (sum && outer > P_ADD) || (negative && outer > P_UNARY) ||
                                (e->nargs == 1 && e->coef[0] != 1 && outer > P_MUL);
    if (parens)
        text_append(out, "(");
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < e->nargs; i++) {
            int64_t c = e->coef[i];
            if ((c < 0) != (turn == 1))
                continue;
            text_append(out, first ? (c < 0 ? "-" : "") : (c < 0 ? " - " : " + "));
            if (c != 1 && c != -1)
                text_printf(out, "%lld*", (long long)(c < 0 ? -c : c));
            print_atom(e->args[i], names, c != 1 && c != -1 ? P_UNARY : sum ? P_MUL : outer, out);
            first = false;
        }
        if (turn == 0 && (e->constant > 0 || (e->constant == 0 && e->nargs == 0))) {
            text_printf(out, first ? "%lld" : " + %lld", (long long)e->constant);
            first = false;
        }
        if (turn == 1 && e->constant < 0)
            text_printf(out, first ? "%lld" : " - %lld", (long long)(first ? e->constant : -e->constant));
    }
    if (parens)
        text_append(out, ")");
}

static void print_call(const char *name, const expr *e, int from, int to, const char *const names[], text *out)
{
    text_printf(out, "%s(", name);
    for (int i = from; i < to; i++) {
        if (i > from)
            text_append(out, ", ");
        print(e->args[i], names, P_COND, out);
    }
    text_append(out, ")");
}

static int op_strength(op o)
{
    static const struct { op o; int strength; } table[] = {
        {OP_ADD, P_ADD}, {OP_SUB, P_ADD}, {OP_MUL, P_MUL}, {OP_DIV, P_MUL}, {OP_NEG, P_UNARY}, {OP_POW, P_POW},
        {OP_LT, P_COMPARE}, {OP_LE, P_COMPARE}, {OP_EQ, P_EQ}, {OP_AND, P_AND}, {OP_OR, P_OR}, {OP_NOT, P_UNARY},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].o == o)
            return table[i].strength;
    return 0; /* written as a call */
}

static void print_op(const expr *e, const char *const names[], int outer, text *out)
{
    int strength = op_strength(e->op);
    if (!strength) {
        print_call(op_table[e->op].name, e, 0, e->nargs, names, out);
        return;
    }
    bool parens = outer > strength;
    if (parens)
        text_append(out, "(");
    if (e->nargs == 1) {
        text_append(out, op_table[e->op].name);
        print(e->args[0], names, strength, out);
    } else {
        bool right = e->op == OP_POW;
        print(e->args[0], names, right ? P_PRIMARY : strength, out);
        text_printf(out, e->op == OP_POW ? "%s" : " %s ", op_table[e->op].name);
        print(e->args[1], names, right ? P_UNARY : strength + 1, out);
    }
    if (parens)
        text_append(out, ")");
}

/* i - j >= 0 as `i >= j`: what has a minus goes to the right side. */
static void print_condition(const expr *e, const char *const names[], int outer, text *out)
{
    int own = e->kind == X_EQ0 ? P_EQ : P_COMPARE;
    const expr *i = e->args[0];
    expr *left = int_const(0), *right = int_const(0);
    for (int k = 0; k < i->nargs; k++) {
        expr *atom = i->args[k]->kind == X_INDEX ? int_index(i->args[k]->index) : expr_substitute(i->args[k], NULL, 0);
        if (i->coef[k] > 0)
            left = int_add(left, int_scale(atom, i->coef[k]));
        else
            right = int_add(right, int_scale(atom, -i->coef[k]));
    }
    if (outer > own)
        text_append(out, "(");
    bool strict = e->kind == X_GE0 && i->constant == -1 && right->nargs > 0;
    if (i->constant > 0 && !strict)
        left = int_add(left, int_const(i->constant));
    else if (i->constant < 0 && !strict)
        right = int_add(right, int_const(-i->constant));
    print(left, names, own + 1, out);
    text_append(out, e->kind == X_EQ0 ? " == " : strict ? " > " : " >= ");
    print(right, names, own + 1, out);
    if (outer > own)
        text_append(out, ")");
}

static void print(const expr *e, const char *const names[], int outer, text *out)
{
    static const char *const symbols[] = {"n", "(1/n)", "rate", "training"};
    if (out->length > print_end) {
        if (out->length < print_end + 4 || strcmp(out->data + out->length - 3, "...") != 0)
            text_append(out, "...");
        return;
    }
    switch (e->kind) {
    case X_NUM:
        if (e->num < 0 && outer > P_UNARY)
            text_printf(out, "(%s)", real_text(e->num));
        else
            text_append(out, real_text(e->num));
        return;
    case X_SYM:
        text_append(out, symbols[e->sym]);
        return;
    case X_REAL:
        print(e->args[0], names, outer, out);
        return;
    case X_READ:
        text_append(out, e->tensor->label);
        if (e->nargs) {
            text_append(out, "[");
            for (int i = 0; i < e->nargs; i++) {
                if (i)
                    text_append(out, ", ");
                print(e->args[i], names, P_COND, out);
            }
            text_append(out, "]");
        }
        return;
    case X_OP:
        print_op(e, names, outer, out);
        return;
    case X_SELECT:
        if (outer > P_COND)
            text_append(out, "(");
        print(e->args[0], names, P_COND + 1, out);
        text_append(out, " ? ");
        print(e->args[1], names, P_COND + 1, out);
        text_append(out, " : ");
        print(e->args[2], names, P_COND, out);
        if (outer > P_COND)
            text_append(out, ")");
        return;
    case X_GE0: case X_EQ0:
        print_condition(e, names, outer, out);
        return;
    case X_NOISE:
        text_printf(out, "%s%d()", e->constant == NOISE_GAUSS ? "gauss" : "uniform", e->index + 1);
        return;
    case X_CUSTOM:
        if (e->nargs == 1)
            print_call("detach", e, 0, 1, names, out);
        else
            print(e->args[0], names, outer, out);
        return;
    case X_AFF:
        print_affine(e, names, outer, out);
        return;
    case X_INDEX: case X_IDIV: case X_IMOD:
        print_atom(e, names, outer, out);
        return;
    }
}

void expr_print(const expr *e, const char *const names[], text *out)
{
    print_end = out->length + PRINT_MOST;
    print(e, names, P_COND, out);
}
