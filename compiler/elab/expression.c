/* expression.c: evaluates expressions of the language to values: whole tensors (I NULL) or elements (in an index equation).
 *
 * Arithmetic between integers stays integer as long as it is affine, so that comparisons of indices are exact; it becomes
 * real where it must (`/`, `^`, functions). */
#include <math.h>
#include <string.h>

#include "context.h"

/* ---- elementwise combination ---- */

/* The shape of an elementwise result: equal shapes, or one of them a scalar. */
static bool join_shapes(elab *E, span at, const value *a, const value *b, value *out)
{
    const value *larger = a->rank ? a : b;
    if (a->rank && b->rank && (a->rank != b->rank || memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) != 0)) {
        diag *d = elab_error(E, at, "shapes %s and %s do not fit", shape_text(a->rank, a->dims), shape_text(b->rank, b->dims));
        if (a->tensor)
            diag_note(d, a->tensor->at, "%s has shape %s, declared here", a->tensor->label, shape_text(a->rank, a->dims));
        if (b->tensor && b->tensor != a->tensor)
            diag_note(d, b->tensor->at, "%s has shape %s, declared here", b->tensor->label, shape_text(b->rank, b->dims));
        return false;
    }
    out->rank = larger->rank;
    memcpy(out->dims, larger->dims, sizeof out->dims);
    return true;
}

static bool has_index_value(const expr *e)
{
    if (!e->is_int)
        return false;
    for (int i = 0; i < e->nargs; i++)
        if (e->args[i]->kind == X_READ || ((e->args[i]->kind == X_IDIV || e->args[i]->kind == X_IMOD) &&
                                           has_index_value(e->args[i]->args[0])))
            return true;
    return false;
}

static bool refuse_index_value(elab *E, const value *v)
{
    if (!v->classes && !has_index_value(v->body))
        return false;
    elab_error(E, v->at, "an index value takes part only in comparisons, in real() and, alone, as a subscript; write real(…) to compute with it");
    return true;
}

static bool is_comparison(op o)
{
    return o == OP_LT || o == OP_LE || o == OP_EQ;
}

/* a o b for two INT bodies where the result is an INT again or an exact comparison; NULL: go on in reals. */
static expr *combine_ints(op o, expr *a, expr *b)
{
    int64_t c;
    switch (o) {
    case OP_ADD: return int_add(a, b);
    case OP_SUB: return int_sub(a, b);
    case OP_MUL:
        if (int_is_const(b, &c))
            return int_scale(a, c);
        return int_is_const(a, &c) ? int_scale(b, c) : NULL;
    case OP_LT: a = int_add(a, int_const(1)); /* a < b is b - a - 1 >= 0 */
        return a && int_sub(b, a) ? expr_ge0(int_sub(b, a)) : NULL;
    case OP_LE: return int_sub(b, a) ? expr_ge0(int_sub(b, a)) : NULL;
    case OP_EQ: return int_sub(b, a) ? expr_eq0(int_sub(b, a)) : NULL;
    default: return NULL;
    }
}

value combine(elab *E, span at, op o, value a, value b)
{
    value out = {.ok = true, .at = at};
    if (!a.ok || !b.ok)
        return value_error(at);
    if (!is_comparison(o) && (refuse_index_value(E, &a) || refuse_index_value(E, &b)))
        return value_error(at);
    if (is_comparison(o) && (has_index_value(a.body) || has_index_value(b.body)) && (!a.body->is_int || !b.body->is_int)) {
        elab_error(E, at, "an index value compares with integers only; write real(…) to compare it with a real");
        return value_error(at);
    }
    if (!join_shapes(E, at, &a, &b, &out))
        return value_error(at);
    if (a.body->is_int && b.body->is_int)
        out.body = combine_ints(o, a.body, b.body);
    if (!out.body)
        out.body = expr_op2(o, real_body(&a), real_body(&b));
    return out;
}

static value combine1(elab *E, span at, op o, value a)
{
    if (!a.ok || refuse_index_value(E, &a))
        return value_error(at);
    value out = a;
    out.tensor = NULL;
    out.at = at;
    out.body = o == OP_NEG && a.body->is_int ? int_scale(a.body, -1) : expr_op1(o, real_body(&a));
    return out;
}

/* ---- operators ---- */

static value modulo(elab *E, const ast_expr *a, value x, value y)
{
    int64_t divisor;
    if (!x.ok || !y.ok)
        return value_error(a->at);
    if (!x.body->is_int || !y.body->is_int || has_index_value(x.body) || x.rank || y.rank) {
        elab_error(E, a->op_at, "'%%' stands between integers only");
        return value_error(a->at);
    }
    if (!int_is_const(y.body, &divisor) || divisor == 0) {
        elab_error(E, a->operands.data[1]->at, "the divisor of '%%' must be a constant other than 0");
        return value_error(a->at);
    }
    value out = {.ok = true, .at = a->at};
    out.body = divisor > 0 ? int_mod(x.body, divisor) : int_scale(int_mod(int_scale(x.body, -1), -divisor), -1);
    return out;
}

static value binary(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    value x = evaluate(E, S, I, a->operands.data[0]);
    for (int p = 1; I && p < I->count; p++) /* reductions end at the operator behind them */
        if (I->vars[p].name && !I->vars[p].active && !I->vars[p].ended.source)
            I->vars[p].ended = a->op_at;
    value y = evaluate(E, S, I, a->operands.data[1]);
    switch (a->op) {
    case AST_OR: return combine(E, a->at, OP_OR, x, y);
    case AST_AND: return combine(E, a->at, OP_AND, x, y);
    case AST_EQ: return combine(E, a->at, OP_EQ, x, y);
    case AST_NE: {
        value v = combine(E, a->at, OP_EQ, x, y);
        v.body = v.ok ? expr_not(v.body) : v.body;
        return v;
    }
    case AST_LT: return combine(E, a->at, OP_LT, x, y);
    case AST_LE: return combine(E, a->at, OP_LE, x, y);
    case AST_GT: return combine(E, a->at, OP_LT, y, x);
    case AST_GE: return combine(E, a->at, OP_LE, y, x);
    case AST_ADD: return combine(E, a->at, OP_ADD, x, y);
    case AST_SUB: return combine(E, a->at, OP_SUB, x, y);
    case AST_MUL: return combine(E, a->at, OP_MUL, x, y);
    case AST_DIV: return combine(E, a->at, OP_DIV, x, y);
    case AST_MOD: return modulo(E, a, x, y);
    case AST_POW: return combine(E, a->at, OP_POW, x, y);
    }
    bug("operator %d", (int)a->op);
}

static value conditional(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    double c;
    value condition = evaluate(E, S, I, a->operands.data[0]);
    if (!condition.ok)
        return value_error(a->at);
    if (value_is_number(&condition, &c)) /* decided in expansion: the other branch is not even looked at */
        return evaluate(E, S, I, a->operands.data[c != 0 ? 1 : 2]);
    value x = evaluate(E, S, I, a->operands.data[1]);
    value y = evaluate(E, S, I, a->operands.data[2]);
    value branches = {.ok = true, .at = a->at}, out = {.ok = true, .at = a->at};
    if (!x.ok || !y.ok || refuse_index_value(E, &condition) || refuse_index_value(E, &x) || refuse_index_value(E, &y) ||
        !join_shapes(E, a->at, &x, &y, &branches) || !join_shapes(E, a->at, &condition, &branches, &out))
        return value_error(a->at);
    expr *no = real_body(&y), *yes = real_body(&x);
    out.body = expr_select(real_body(&condition), yes, no);
    return out;
}

/* ---- names ---- */

static value whole_tensor(elab *E, span at, const value *v, const char *name, span defined)
{
    diag *d = elab_error(E, at, "'%s' has shape %s: in an index equation each tensor is subscripted in full", name, shape_text(v->rank, v->dims));
    diag_note(d, defined, "'%s' is defined here", name);
    return value_error(at);
}

static value name_value(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    const char *name = a->name.text;
    int position = I ? index_find(I, name) : -1;
    if (position >= 0)
        return (value){.ok = true, .at = a->at, .body = int_index(position)};
    binding *b = scope_find_value(S, name);
    callable other;
    tensor *loop_param = b || S->kind == SCOPE_FN ? NULL : find_param(E, intern(arena_printf("%s%s", S->path, name)));
    if (!b && !loop_param) {
        if (strcmp(name, "training") == 0)
            return (value){.ok = true, .at = a->at, .body = expr_sym(SYM_TRAINING)};
        if (!I && E->slicing && !scope_find_callable(E, S, name, &other))
            elab_error(E, a->at, "there is no value '%s' here; an index stands on the left, as in y[%s] = …, or in a reduction, as in sum[%s] …", name,
                       name, name);
        else if (I) {
            for (int p = 1; p < I->count; p++)
                if (I->vars[p].name == name && !I->vars[p].active) {
                    diag *d = elab_error(E, a->at, "the index '%s' is known only inside its reduction", name);
                    if (I->vars[p].ended.source)
                        diag_note(d, I->vars[p].ended, "the reduction over '%s' ended at this operator; parentheses make it reach further", name);
                    else
                        diag_note(d, I->vars[p].at, "the reduction over '%s' ended before", name);
                    return value_error(a->at);
                }
            elab_unknown(E, S, a->name, false);
        } else
            elab_unknown(E, S, a->name, false);
        return value_error(a->at);
    }
    if (loop_param) { /* a parameter of a loop, by the name that it got there */
        value v = value_of_tensor(E, loop_param, a->at);
        return I && v.rank ? whole_tensor(E, a->at, &v, name, loop_param->at) : v;
    }
    b->uses++;
    if (b->kind == BIND_OUTPUT) {
        elab_error(E, a->at, "'%s' is used before it is defined", name);
        return value_error(a->at);
    }
    if (b->kind != BIND_VALUE || !b->value.ok)
        return value_error(a->at);
    value v = b->value;
    v.at = a->at;
    if (v.rank && S->kind == SCOPE_FN && b->constant) {
        diag *d = elab_error(E, a->at, "a function is a formula of scalars: the constant '%s' of shape %s is subscripted in it", name, shape_text(v.rank, v.dims));
        diag_note(d, b->at, "'%s' is defined here", name);
        return value_error(a->at);
    }
    return I && v.rank ? whole_tensor(E, a->at, &v, name, b->at) : v;
}

static value evaluate_kind(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    switch (a->kind) {
    case AST_NUMBER:
        return value_number(a->number, a->at);
    case AST_NAME:
        return name_value(E, S, I, a);
    case AST_PATH: {
        value v = evaluate_path(E, S, a);
        if (v.ok && I && v.rank) {
            elab_error(E, a->at, "this has shape %s: in an index equation each tensor is subscripted in full", shape_text(v.rank, v.dims));
            return value_error(a->at);
        }
        return v;
    }
    case AST_SUBSCRIPT:
        return evaluate_subscripted(E, S, I, a, NULL);
    case AST_CALL: case AST_PIPE:
        return evaluate_call(E, S, I, a);
    case AST_NEGATE:
        return combine1(E, a->at, OP_NEG, evaluate(E, S, I, a->operands.data[0]));
    case AST_NOT:
        return combine1(E, a->at, OP_NOT, evaluate(E, S, I, a->operands.data[0]));
    case AST_BINARY:
        return binary(E, S, I, a);
    case AST_COND:
        return conditional(E, S, I, a);
    case AST_REDUCE:
        return evaluate_reduction(E, S, I, a);
    case AST_STAR:
        elab_error(E, a->at, "'*' stands for dimensions only as a subscript, in a reduction or in a declared shape");
        return value_error(a->at);
    case AST_ERROR:
        E->broken = true;
        return value_error(a->at);
    case AST_BRACES:
        break; /* the syntax has them in 'const' only */
    }
    bug("expression kind %d", (int)a->kind);
}

/* The syntax bounds the depth of one expression; calls stand in expressions of their own, and multiply it. */
value evaluate(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    if (!elab_spend(E, a->at))
        return value_error(a->at);
    if (E->depth == MAX_DEPTH) {
        elab_error(E, a->at, "calls and formulas are nested too deep here; give a part a name of its own");
        E->exhausted = true;
        return value_error(a->at);
    }
    E->depth++;
    value v = evaluate_kind(E, S, I, a);
    E->depth--;
    return v;
}

/* ---- compile-time numbers ---- */

static void find_read(expr *e, void *context)
{
    *(bool *)context |= e->kind == X_READ || e->kind == X_SYM || e->kind == X_NOISE || e->uses;
}

bool is_constant(const value *v)
{
    bool reads = false;
    expr_each(v->body, find_read, &reads);
    return !reads;
}

bool static_number(elab *E, scope *S, const ast_expr *a, double *number)
{
    value v = evaluate(E, S, NULL, a);
    if (!v.ok)
        return false;
    if (value_is_number(&v, number))
        return true;
    elab_error(E, a->at, v.rank == 0 && is_constant(&v) ? "this number is not finite" : "this must be a constant");
    return false;
}

bool static_integer(elab *E, scope *S, const ast_expr *a, int64_t *number)
{
    expr *i = subscript(E, S, E->no_index, a);
    if (!i)
        return false;
    if (int_is_const(i, number))
        return true;
    elab_error(E, a->at, "this must be a constant integer");
    return false;
}

bool static_extent(elab *E, scope *S, const ast_expr *a, int64_t *extent)
{
    if (!static_integer(E, S, a, extent))
        return false;
    if (*extent >= 1 && *extent <= INT32_MAX)
        return true;
    if (*extent < 1)
        elab_error(E, a->at, "an extent must be at least 1, this is %lld", (long long)*extent);
    else
        elab_error(E, a->at, "an extent must be at most 2147483647, this is %lld", (long long)*extent);
    return false;
}
