/* warn.c: what is legal but hardly meant: outputs that no input reaches, costs without a gradient, two linear stages in a row, constants that are
 * not finite. */
#include "warn.h"

#include <math.h>
#include <string.h>

/* ---- reaching: which tensors depend on something ---- */

typedef struct reach {
    bool *mark;
    bool found;
} reach;

static void follow(expr *e, void *context)
{
    reach *r = context;
    r->found |= e->kind == X_READ && r->mark[e->tensor->id];
}

/* `calls`: what an update leaves in a state reaches the next call too. */
static void spread(const graph *g, bool *mark, bool calls)
{
    for (bool more = true; more;) { /* again where a recurrence reads one turn back */
        more = false;
        for (int i = 0; calls && i < g->updates.count; i++) {
            const graph_update *u = &g->updates.data[i];
            more |= mark[u->value->id] && !mark[u->state->id];
            mark[u->state->id] |= mark[u->value->id];
        }
        for (int i = 0; i < g->equations.count; i++) {
            const equation *e = g->equations.data[i];
            reach r = {mark, e->source && mark[e->source->id]};
            if (e->body && !mark[e->out->id])
                expr_each(e->body, follow, &r);
            more |= r.found && !mark[e->out->id];
            mark[e->out->id] |= r.found;
        }
    }
}

static void warn_unreached(elab *E)
{
    graph *g = E->g;
    bool *mark = NEW_ARRAY(bool, g->tensors.count + 1);
    for (int i = 0; i < g->inputs.count; i++)
        mark[g->inputs.data[i]->id] = true;
    spread(g, mark, true);
    for (int i = 0; i < g->outputs.count; i++)
        if (!mark[g->outputs.data[i].value->id])
            diag_warning(WARN_UNREACHED, g->outputs.data[i].at, "no input reaches the output '%s'", g->outputs.data[i].name);
}

/* ---- gradients that are zero almost everywhere ---- */

/* Through which reads can a derivative other than 0 pass? */
static void passes(const expr *e, const bool *smooth, bool *found)
{
    switch (e->kind) {
    case X_READ:
        *found |= !e->is_int && smooth[e->tensor->id];
        return;
    case X_OP:
        switch (e->op) {
        case OP_SIGN: case OP_FLOOR: case OP_CEIL: case OP_ROUND: case OP_LT: case OP_LE: case OP_EQ: case OP_AND: case OP_OR: case OP_NOT:
            return;
        default:
            for (int i = 0; i < e->nargs; i++)
                passes(e->args[i], smooth, found);
            return;
        }
    case X_SELECT:
        passes(e->args[1], smooth, found);
        passes(e->args[2], smooth, found);
        return;
    case X_CUSTOM:
        for (int i = 1; i <= (e->nargs - 1) / 2; i++)
            if (!expr_is_num(e->args[i + (e->nargs - 1) / 2], 0))
                passes(e->args[i], smooth, found);
        return;
    case X_NUM: case X_SYM: case X_REAL: case X_GE0: case X_EQ0: case X_NOISE: case X_AFF: case X_INDEX: case X_IDIV: case X_IMOD:
        return;
    }
}

static void warn_gradients(elab *E)
{
    graph *g = E->g;
    for (int c = 0; c < g->costs.count; c++) {
        bool *smooth = NEW_ARRAY(bool, g->tensors.count + 1), *reached = NEW_ARRAY(bool, g->tensors.count + 1), any = false;
        for (int i = 0; i < g->params.count; i++)
            if (g->costs.data[c].trains[i]) {
                smooth[g->params.data[i]->id] = reached[g->params.data[i]->id] = true;
                any = true;
            }
        spread(g, reached, false);
        for (bool more = true; more;) {
            more = false;
            for (int i = 0; i < g->equations.count; i++) {
                const equation *e = g->equations.data[i];
                bool found = e->source && smooth[e->source->id];
                if (e->body && !smooth[e->out->id] && e->reduction != RED_ARGMAX && e->reduction != RED_ARGMIN)
                    passes(e->body, smooth, &found);
                more |= found && !smooth[e->out->id];
                smooth[e->out->id] |= found;
            }
        }
        const tensor *v = g->costs.data[c].value;
        if (any && !smooth[v->id])
            diag_warning(WARN_GRADIENT, g->costs.data[c].at,
                         reached[v->id] ? "the gradient of this cost is zero almost everywhere: it is a staircase; a gradient-free optimizer is needed, or a 'derivative' for the step"
                                        : "no parameter reaches this cost: there is nothing to train");
    }
}

/* ---- two linear stages in a row ---- */

static void count_parts(expr *e, void *context)
{
    int *parts = context;
    if (e->kind == X_READ && e->tensor->kind == TENSOR_PARAM)
        parts[0]++;
    else if (e->kind == X_READ)
        parts[1]++;
    else if ((e->kind == X_OP && e->op != OP_MUL && e->op != OP_ADD && e->op != OP_SUB && e->op != OP_NEG) || e->kind == X_SELECT || e->kind == X_CUSTOM)
        parts[2]++;
}

/* The value that this equation multiplies by a matrix of parameters: sum[j] w[i, j] * z[j] with plain subscripts; NULL: it does not. */
static const tensor *multiplied(const equation *e)
{
    int parts[3] = {0};
    const expr *b = e->body;
    if (e->reduction != RED_SUM || e->bound != 1 || b->kind != X_OP || b->op != OP_MUL)
        return NULL;
    expr_each(e->body, count_parts, parts);
    if (parts[0] != 1 || parts[1] != 1 || parts[2] || b->args[0]->kind != X_READ || b->args[1]->kind != X_READ)
        return NULL;
    const expr *from = b->args[b->args[0]->tensor->kind == TENSOR_PARAM], *matrix = b->args[b->args[0]->tensor->kind != TENSOR_PARAM];
    if (matrix->tensor->rank != 2 || !from->tensor->batched)
        return NULL;
    return from->tensor;
}

/* s + b, s with s linear: still linear. */
static const tensor *only_biased(const equation *e)
{
    int parts[3] = {0};
    const expr *b = e->body;
    if (!b || e->reduction != RED_NONE)
        return NULL;
    if (b->kind == X_READ && b->tensor->kind == TENSOR_VALUE)
        return b->tensor;
    if (b->kind != X_OP || b->op != OP_ADD || b->args[0]->kind != X_READ || b->args[1]->kind != X_READ)
        return NULL;
    expr_each(e->body, count_parts, parts);
    return parts[0] == 1 && parts[1] == 1 ? b->args[b->args[0]->tensor->kind == TENSOR_PARAM]->tensor : NULL;
}

static int count_readers(const graph *g, const tensor *t)
{
    int n = 0;
    for (int i = 0; i < g->equations.count; i++) {
        bool *mark = NEW_ARRAY(bool, g->tensors.count + 1);
        reach r = {mark, g->equations.data[i]->source == t};
        mark[t->id] = true;
        if (g->equations.data[i]->body)
            expr_each(g->equations.data[i]->body, follow, &r);
        n += r.found;
    }
    return n;
}

static void warn_linear(elab *E)
{
    graph *g = E->g;
    const equation **linear = NEW_ARRAY(const equation *, g->tensors.count + 1); /* by tensor id: the stage it comes from, linearly */
    for (int i = 0; i < g->equations.count; i++) {
        const equation *e = g->equations.data[i];
        const tensor *z = e->kind == EQ_COMPUTE ? multiplied(e) : NULL, *s;
        bool output = false;
        if (z) {
            for (int k = 0; k < g->outputs.count; k++)
                output |= g->outputs.data[k].value == z;
            if (linear[z->id] && !output && count_readers(g, z) == 1) {
                diag *d = diag_warning(WARN_LINEAR, e->at, "two linear stages with nothing non-linear between them may as well be one");
                diag_note(d, linear[z->id]->at, "the stage before");
            }
            linear[e->out->id] = e;
        } else if ((s = only_biased(e)))
            linear[e->out->id] = linear[s->id];
        else if (e->kind == EQ_RESHAPE)
            linear[e->out->id] = linear[e->source->id];
    }
}

/* ---- constants that are not finite ---- */

static void find_infinite(expr *e, void *context)
{
    bool *found = context;
    if (e->kind != X_OP || e->nargs == 0)
        return;
    *found |= e->op == OP_DIV && expr_is_num(e->args[1], 0);
    for (int i = 0; i < e->nargs; i++)
        if (e->args[i]->kind != X_NUM)
            return;
    *found |= !isfinite(op_eval(e->op, e->args[0]->num, e->nargs > 1 ? e->args[1]->num : 0));
}

static void warn_finite(elab *E)
{
    graph *g = E->g;
    for (int i = 0; i < g->equations.count; i++) {
        bool found = false;
        if (g->equations.data[i]->body)
            expr_each(g->equations.data[i]->body, find_infinite, &found);
        if (found)
            diag_warning(WARN_FINITE, g->equations.data[i]->at, "a constant here is not finite");
    }
}

void warn_model(elab *E)
{
    warn_unreached(E);
    if (!E->options->inference)
        warn_gradients(E);
    warn_linear(E);
    warn_finite(E);
}
