/* toplevel.c: model, input, target, output, cost, train and the order of things in a file. */
#include "toplevel.h"

#include <string.h>

#include "warn.h"

/* ---- observed variables ---- */

static void declare_observed(elab *E, scope *S, const ast_stmt *s)
{
    int64_t dims[MAX_RANK], classes = 0, size = 1;
    const ast_decl *d = &s->decl;
    binding *b = scope_bind(E, S, d->name, BIND_VALUE);
    bool input = s->kind == AST_INPUT, good = b->kind != BIND_ERROR;
    b->kind = BIND_ERROR;
    if (d->dims.count > USER_RANK) {
        elab_error(E, d->at, "more than %d dimensions", USER_RANK);
        return;
    }
    dims[0] = EXTENT_BATCH;
    for (int i = 0; i < d->dims.count; i++) {
        if (!d->dims.data[i].extent) {
            elab_error(E, d->dims.data[i].at, "'*' stands in a block's signature; %s has a fixed shape", input ? "an input" : "a target");
            return;
        }
        if (!static_extent(E, S, d->dims.data[i].extent, &dims[i + 1]))
            return;
        if (!checked_mul(size, dims[i + 1], &size) || size > INT32_MAX) {
            elab_error(E, d->at, "'%s' has more than 2147483647 elements", d->name.text);
            return;
        }
    }
    if ((d->classes && !static_extent(E, S, d->classes, &classes)) || !good)
        return;
    tensor *t = graph_tensor(E->g, input ? TENSOR_INPUT : TENSOR_TARGET, d->name.text, d->dims.count + 1, dims, classes, d->at);
    t->named = true;
    if (input)
        vec_push(&E->g->inputs) = t;
    else
        vec_push(&E->g->targets) = t;
    b->kind = BIND_VALUE;
    b->value = value_of_tensor(E, t, d->at);
}

/* ---- outputs, costs, training ---- */

/* What the inference function writes: computed for each sample, in an array of its own. */
static tensor *output_tensor(elab *E, const value *v, span at)
{
    bool taken = !v->tensor || v->tensor->kind != TENSOR_VALUE || !v->tensor->batched;
    for (int i = 0; i < E->g->outputs.count; i++)
        taken |= E->g->outputs.data[i].value == v->tensor;
    if (!taken)
        return v->tensor;
    int64_t dims[MAX_RANK];
    dims[0] = EXTENT_BATCH;
    memcpy(dims + 1, v->dims, (size_t)v->rank * sizeof *dims);
    tensor *t = graph_tensor(E->g, TENSOR_VALUE, NULL, v->rank + 1, dims, v->classes, at);
    equation *e = equation_new(&E->g->equations, t, v->classes ? v->body : real_body(v), at);
    equation_name_indices(e);
    note_reads(E, e->body);
    return t;
}

static void add_output(elab *E, scope *S, const ast_stmt *s)
{
    const ast_lhs *left = &s->lhs.data[0];
    value v = value_error(s->at);
    if (s->value) {
        tensor *t = execute_equation(E, S, left, s->value, s->at);
        if (!t)
            return;
        v = value_of_tensor(E, t, left->at);
    } else {
        binding *b = scope_find_value(S, left->name.text);
        if (!b) {
            elab_unknown(E, S, left->name, false);
            return;
        }
        b->uses++;
        if (b->kind != BIND_VALUE || !b->value.ok)
            return;
        v = b->value;
    }
    for (int i = 0; i < E->g->outputs.count; i++)
        if (E->g->outputs.data[i].name == left->name.text) {
            diag *d = elab_error(E, left->at, "'%s' is an output already", left->name.text);
            diag_note(d, E->g->outputs.data[i].at, "here");
            return;
        }
    tensor *t = output_tensor(E, &v, s->at);
    if (t != v.tensor)
        t->label = left->name.text;
    graph_output *o = &vec_push(&E->g->outputs);
    *o = (graph_output){left->name.text, t, left->at};
}

static void add_cost(elab *E, scope *S, const ast_stmt *s)
{
    for (int i = 0; i < E->g->costs.count; i++)
        if (E->g->costs.data[i].name == s->name.text) {
            diag *d = elab_error(E, s->name.text ? s->name.at : s->at, s->name.text ? "the cost '%s' is defined twice"
                                                                                   : "there is a cost without a name already; give this one a name%.0s",
                                 s->name.text ? s->name.text : "");
            diag_note(d, E->g->costs.data[i].at, "here");
            return;
        }
    value v = evaluate(E, S, NULL, s->value);
    if (!v.ok || v.rank || v.classes)
        vec_push(&E->refused_costs) = s->name.text;
    if (!v.ok)
        return;
    if (v.rank || v.classes) {
        elab_error(E, s->value->at, "a cost is a real scalar, this is %s; a sum or mean over its elements would be one", value_text(&v));
        return;
    }
    bool fresh = !v.tensor || v.tensor->kind != TENSOR_VALUE;
    tensor *t = fresh ? define_tensor(E, NULL, 0, v.dims, 0, real_body(&v), s->at) : v.tensor;
    if (!t)
        return;
    if (!t->named)
        t->label = s->name.text ? s->name.text : "cost";
    for (int i = 0; i < s->values.count; i++) {
        pending *p = &vec_push(&E->pendings);
        *p = (pending){s->values.data[i], E->g->costs.count};
    }
    graph_cost *c = &vec_push(&E->g->costs);
    *c = (graph_cost){.name = s->name.text, .value = t, .at = s->at};
}

static const char *setting_text(elab *E, scope *S, const ast_expr *a)
{
    text t = {0};
    if (a->kind == AST_NAME)
        return a->name.text;
    if (a->kind != AST_CALL) {
        elab_error(E, a->at, "this must be a name with arguments, as in sgd(rate = 0.1)");
        return NULL;
    }
    text_printf(&t, "%s(", a->callee.text);
    for (int i = 0; i < a->args.count; i++) {
        double number;
        if (!static_number(E, S, a->args.data[i].value, &number))
            return NULL;
        text_append(&t, i ? "," : "");
        if (a->args.data[i].name.text)
            text_printf(&t, "%s=", a->args.data[i].name.text);
        text_append(&t, real_text(number));
    }
    text_append(&t, ")");
    return t.data;
}

static void add_train(elab *E, scope *S, const ast_stmt *s)
{
    graph_cost *c = NULL;
    for (int i = 0; i < E->g->costs.count; i++)
        if (E->g->costs.data[i].name == s->name.text)
            c = &E->g->costs.data[i];
    for (int i = 0; i < E->refused_costs.count && !c; i++)
        if (E->refused_costs.data[i] == s->name.text)
            return;
    if (!c) {
        elab_error(E, s->name.text ? s->name.at : s->at, s->name.text ? "there is no cost '%s'" : "there is no cost without a name%.0s",
                   s->name.text ? s->name.text : "");
        return;
    }
    if (c->train.at.source) {
        diag *d = elab_error(E, s->at, "a second train block for this cost");
        diag_note(d, c->train.at, "the first");
        return;
    }
    c->train.at = s->at;
    for (int i = 0; i < s->settings.count; i++) {
        static const char *const known[] = {"optimizer", "schedule", "batch", "epochs", "every"};
        const ast_setting *x = &s->settings.data[i];
        const char *near, *name = x->name.text;
        int64_t number;
        for (int k = 0; k < i; k++)
            if (s->settings.data[k].name.text == name) {
                diag *d = elab_error(E, x->name.at, "'%s' is set twice", name);
                diag_note(d, s->settings.data[k].name.at, "first set here");
            }
        if (strcmp(name, "optimizer") == 0)
            c->train.optimizer = setting_text(E, S, x->value);
        else if (strcmp(name, "schedule") == 0)
            c->train.schedule = setting_text(E, S, x->value);
        else if (strcmp(name, "batch") == 0 || strcmp(name, "epochs") == 0 || strcmp(name, "every") == 0) {
            if (static_integer(E, S, x->value, &number) && (number < 1 || number > 1000000000))
                elab_error(E, x->value->at, "'%s' must be at least 1, this is %lld", name, (long long)number);
            else if (!E->broken)
                *(name[0] == 'b' ? &c->train.batch : name[1] == 'p' ? &c->train.epochs : &c->train.every) = (int)number;
        } else if ((near = suggest(name, known, 5)))
            elab_error(E, x->name.at, "a train block has no setting '%s'; did you mean '%s'?", name, near);
        else
            elab_error(E, x->name.at, "a train block has no setting '%s'; it has optimizer, schedule, batch, epochs, every", name);
    }
}

/* ---- one statement ---- */

static void name_model(elab *E, const ast_stmt *s)
{
    if (E->model_named)
        elab_error(E, s->at, "a file has at most one 'model'");
    E->model_named = true;
}

void execute_top(elab *E, scope *S, const ast_stmt *s, const ast_file *file, bool is_main)
{
    bool definition = s->kind == AST_CONST || s->kind == AST_IMPORT || s->kind == AST_FN || s->kind == AST_BLOCK ||
                      s->kind == AST_DERIVATIVE;
    if (!is_main && !definition) {
        elab_error(E, s->at, "an imported file holds definitions only: const, fn, block, derivative, import");
        return;
    }
    switch (s->kind) {
    case AST_MODEL: name_model(E, s); return;
    case AST_CONST: declare_const(E, S, s); return;
    case AST_IMPORT: import_file(E, S, s, file); return;
    case AST_INPUT: case AST_TARGET: declare_observed(E, S, s); return;
    case AST_OUTPUT: add_output(E, S, s); return;
    case AST_COST: add_cost(E, S, s); return;
    case AST_TRAIN: vec_push(&E->trains) = s; return;
    case AST_FREEZE:
        for (int i = 0; i < s->values.count; i++) {
            pending *p = &vec_push(&E->pendings);
            *p = (pending){s->values.data[i], -1};
        }
        return;
    case AST_FN: case AST_BLOCK: case AST_DERIVATIVE: return;
    case AST_REQUIRE: case AST_PARAM: case AST_STATE: case AST_STAGE: case AST_EQUATION: case AST_UPDATE: case AST_SCAN: case AST_REPEAT:
        execute(E, S, s);
        return;
    }
}

/* ---- what is checked when all is known ---- */

static void resolve_pending(elab *E, const pending *p)
{
    text path = {0};
    const ast_expr *a = p->name;
    if (a->kind == AST_NAME)
        text_append(&path, a->name.text);
    for (int i = 0; i < a->path.count; i++)
        text_printf(&path, "%s%s", i ? "." : "", a->path.data[i].text);
    size_t n = path.length;
    bool found = false;
    for (int i = 0; n && i < E->g->params.count; i++) {
        tensor *t = E->g->params.data[i];
        if (strncmp(t->name, path.data, n) != 0 || (t->name[n] && t->name[n] != '.'))
            continue;
        found = true;
        if (p->cost < 0)
            t->frozen = true;
        else
            E->g->costs.data[p->cost].trains[i] = true;
    }
    for (int i = 0; i < E->stages.count && !found; i++) /* a stage without parameters */
        found = n && strcmp(E->stages.data[i]->path, path.data) == 0;
    if (found)
        return;
    if (n && find_param(E, intern(path.data))) {
        elab_error(E, a->at, "'%s' is a state, which changes by its update: costs train parameters only", path.data);
        return;
    }
    VEC(const char *) names = {0};
    for (int i = 0; i < E->g->params.count; i++)
        vec_push(&names) = E->g->params.data[i]->name;
    for (int i = 0; i < E->stages.count; i++)
        vec_push(&names) = E->stages.data[i]->path;
    const char *near = n ? suggest(path.data, names.data, names.count) : NULL;
    if (near)
        elab_error(E, a->at, "there is no stage or parameter '%s'; did you mean '%s'?", path.data, near);
    else
        elab_error(E, a->at, n ? "there is no stage or parameter '%s'" : "this must name a stage or a parameter%.0s", n ? path.data : "");
}

static bool was_read(const elab *E, const tensor *t)
{
    return t->id < E->param_read_capacity && E->param_read[t->id];
}

/* A block's parameter that is never read does not exist. */
static void drop_unread(elab *E)
{
    int kept = 0;
    for (int i = 0; i < E->g->params.count; i++) {
        tensor *t = E->g->params.data[i];
        if (was_read(E, t) || t->stage[0] == 0)
            E->g->params.data[kept++] = t;
    }
    E->g->params.count = kept;
}

static void warn_unused(elab *E)
{
    for (int i = 0; i < E->g->inputs.count; i++)
        if (!was_read(E, E->g->inputs.data[i]))
            diag_warning(WARN_UNUSED, E->g->inputs.data[i]->at, "the input '%s' is never used", E->g->inputs.data[i]->name);
    for (int i = 0; i < E->g->params.count; i++)
        if (!was_read(E, E->g->params.data[i]))
            diag_warning(WARN_UNUSED, E->g->params.data[i]->at, "the parameter '%s' is never used", E->g->params.data[i]->name);
    for (int i = 0; i < E->stages.count; i++)
        if (!E->stages.data[i]->uses)
            diag_warning(WARN_UNUSED, E->stages.data[i]->at, "the stage '%s' is never used", E->stages.data[i]->name);
}

static expr *without_training(expr *e, void *context)
{
    (void)context;
    return e->kind == X_SYM && e->sym == SYM_TRAINING ? expr_num(0) : e;
}

typedef struct reach {
    const tensor **target;       /* by tensor id: the target that it depends on, or NULL */
    const tensor *found;
} reach;

static void follow_read(expr *e, void *context)
{
    reach *r = context;
    if (e->kind == X_READ && r->target[e->tensor->id])
        r->found = r->target[e->tensor->id];
}

/* No inference function takes a target: outputs may not depend on one. */
static void check_outputs(elab *E)
{
    graph *g = E->g;
    reach r = {NEW_ARRAY(const tensor *, g->tensors.count + 1), NULL};
    for (int i = 0; i < g->targets.count; i++)
        r.target[g->targets.data[i]->id] = g->targets.data[i];
    for (bool more = g->targets.count > 0; more;) { /* again where a recurrence reads one turn back */
        more = false;
        for (int i = 0; i < g->equations.count; i++) {
            const equation *e = g->equations.data[i];
            if (r.target[e->out->id])
                continue;
            r.found = e->source ? r.target[e->source->id] : NULL;
            if (e->body)
                expr_each(expr_rewrite(e->body, without_training, NULL), follow_read, &r);
            more |= r.found != NULL;
            r.target[e->out->id] = r.found;
        }
    }
    for (int i = 0; i < g->updates.count; i++) {
        const graph_update *u = &g->updates.data[i];
        if (!r.target[u->value->id])
            continue;
        diag *d = elab_error(E, u->at, "the update of '%s' depends on the target '%s', which inference does not have; write training ? … : %s", u->state->name,
                             r.target[u->value->id]->name, u->state->name);
        diag_note(d, r.target[u->value->id]->at, "declared here; what inference has is an 'input'");
    }
    for (int i = 0; i < g->outputs.count; i++) {
        const graph_output *o = &g->outputs.data[i];
        if (!r.target[o->value->id])
            continue;
        diag *d = elab_error(E, o->at, "the output '%s' depends on the target '%s', which inference does not have", o->name,
                             r.target[o->value->id]->name);
        diag_note(d, r.target[o->value->id]->at, "declared here; what inference has is an 'input'");
    }
}

static void mark_needed(expr *e, void *context)
{
    bool *needed = context;
    if (e->kind == X_READ)
        needed[e->tensor->id] = true;
}

/* Inference has no batch to reduce over: what it computes may not need one. */
static void check_batch(elab *E)
{
    graph *g = E->g;
    bool *needed = NEW_ARRAY(bool, g->tensors.count + 1), *seen = NEW_ARRAY(bool, g->equations.count + 1);
    for (int i = 0; i < g->outputs.count; i++)
        needed[g->outputs.data[i].value->id] = true;
    for (int i = 0; i < g->costs.count; i++)
        needed[g->costs.data[i].value->id] = true;
    for (int i = 0; i < g->updates.count; i++)
        needed[g->updates.data[i].value->id] = true;
    for (bool more = true; more;) {
        more = false;
        for (int i = g->equations.count - 1; i >= 0; i--) {
            const equation *e = g->equations.data[i];
            if (seen[i] || !needed[e->out->id])
                continue;
            seen[i] = more = true;
            for (int p = e->free; p < e->free + e->bound; p++)
                if (e->extent[p] == EXTENT_BATCH) {
                    elab_error(E, e->at, "a reduction over the batch is for training only: inference sees one sample; write training ? … : …");
                    return;
                }
            if (e->source)
                needed[e->source->id] = true;
            if (e->body)
                expr_each(expr_rewrite(e->body, without_training, NULL), mark_needed, needed);
        }
    }
}

/* An update that depends on the sample makes the model a stream. */
static void find_stream(elab *E)
{
    for (int i = 0; i < E->g->updates.count; i++)
        E->g->stream |= E->g->updates.data[i].value->batched;
}

void finish_model(elab *E)
{
    graph *g = E->g;
    for (int i = 0; i < E->trains.count; i++)
        add_train(E, E->user, E->trains.data[i]);
    if (E->broken || diag_errors())
        return;
    drop_unread(E);
    for (int i = 0; i < g->costs.count; i++)
        g->costs.data[i].trains = NEW_ARRAY(bool, g->params.count + 1);
    for (int i = 0; i < E->pendings.count; i++)
        resolve_pending(E, &E->pendings.data[i]);
    for (int i = 0; i < g->costs.count; i++) {
        bool restricted = false;
        for (int k = 0; k < E->pendings.count; k++)
            restricted |= E->pendings.data[k].cost == i;
        for (int k = 0; k < g->params.count; k++)
            g->costs.data[i].trains[k] = (!restricted || g->costs.data[i].trains[k]) && !g->params.data[k]->frozen;
    }
    if (!g->outputs.count && !g->costs.count)
        diag_error((span){E->main_file->source, 0, 0}, "a model has an output or a cost, this file has neither");
    check_outputs(E);
    check_batch(E);
    find_stream(E);
    if (E->broken || diag_errors())
        return;
    warn_unused(E);
    warn_model(E);
}
