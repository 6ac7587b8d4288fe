/* statement.c: the statements of files and of block bodies, executed in order. */
#include <string.h>

#include "context.h"

/* ---- results get their names ---- */

/* Whether the name may be given to the tensor itself: it was made for this value and bears none of the user's. */
static bool may_rename(const tensor *t)
{
    return t->kind == TENSOR_VALUE && !t->named;
}

void name_tensor(scope *S, tensor *t, const char *name, span at)
{
    if (!may_rename(t))
        return;
    t->label = arena_printf("%s%s", S->path, name);
    t->own |= !S->library;
    size_t length = strlen(S->path);
    t->stage = length ? intern_n(S->path, length - 1) : "";
    if (S->path[0] == 0) {
        t->name = name;
        t->named = true;
        t->at = at;
    }
}

/* The binding that a new value of this name goes to: a carry of a loop around, or an output of the block; NULL: a new one. */
static binding *bound_before(elab *E, scope *S, ast_name name, bool *refused)
{
    bool left_scan = false;
    for (scope *o = S; o; left_scan |= o->scan, o = o->kind == SCOPE_LOOP ? o->outer : NULL) {
        binding *b = scope_find_here(o, name.text);
        if (b && b->carry && left_scan) {
            diag *d = elab_error(E, name.at, "'%s' is carried by a loop around this scan, in which it cannot be assigned: carry a name of this scan's own, and "
                                             "assign '%s' behind it", name.text, name.text);
            diag_note(d, b->at, "carried here");
            *refused = true;
            return NULL;
        }
        if (b && b->kind == BIND_OUTPUT && o != S) {
            diag *d = elab_error(E, name.at, "'%s' is an output of the block: a loop defines it by carrying or collecting it", name.text);
            diag_note(d, b->at, "declared here");
            *refused = true;
            return NULL;
        }
        if (b && ((b->kind == BIND_OUTPUT && S->kind != SCOPE_LOOP) || b->carry))
            return b;
        if (b)
            return NULL;
    }
    return NULL;
}

void bind_result(elab *E, scope *S, ast_name name, const value *v, bool good)
{
    bool refused = false;
    binding *b = bound_before(E, S, name, &refused);
    if (refused)
        return;
    if (b && b->carry)
        b->kind = BIND_VALUE;
    else if (b) {
        bool fits = good && v->rank == b->value.rank && v->classes <= b->value.classes && (v->classes > 0) == (b->value.classes > 0) &&
                    memcmp(v->dims, b->value.dims, (size_t)v->rank * sizeof *v->dims) == 0;
        if (good && !fits) {
            diag *d = elab_error(E, name.at, "'%s' is %s here, but was declared as %s", name.text, value_text(v), value_text(&b->value));
            diag_note(d, b->at, "declared here");
        }
        b->kind = fits ? BIND_VALUE : BIND_ERROR;
    } else
        b = scope_bind(E, S, name, BIND_VALUE);
    b->at = name.at;
    if (!good)
        b->kind = BIND_ERROR;
    if (b->kind == BIND_VALUE)
        b->value = *v;
}

/* ---- equations ---- */

static tensor *index_equation(elab *E, scope *S, const ast_lhs *left, const binding *declared, const ast_expr *right, span at)
{
    index_env I = index_env_new(E);
    I.equation = true;
    int before = diag_errors();
    ranges_left(E, S, &I, left, declared);
    ranges_infer(E, S, &I, right);
    if (diag_errors() > before || !ranges_finish(E, &I))
        return NULL;
    for (int i = 0; i < left->subs.count; i++)
        if (left->subs.data[i].star && !I.star_known) {
            elab_error(E, left->subs.data[i].at, "nothing fixes what '*' stands for");
            return NULL;
        }
    int positions[USER_RANK], rank = 0;
    int64_t dims[USER_RANK];
    const char *names[USER_RANK];
    for (int i = 0; i < left->subs.count; i++) {
        const ast_binder *b = &left->subs.data[i];
        int first = b->star ? I.star_first : index_by_key(&I, b), count = b->star ? I.star_rank : 1;
        for (int k = 0; k < count; k++) {
            if (rank == USER_RANK) {
                elab_error(E, left->at, "more than %d dimensions", USER_RANK);
                return NULL;
            }
            positions[rank] = first + k;
            names[rank] = I.vars[first + k].name;
            dims[rank++] = I.extent[first + k];
        }
    }
    value v = evaluate(E, S, &I, right);
    if (!v.ok)
        return NULL;
    expr *map[MAX_INDEX] = {0};
    for (int i = 0; i < rank; i++)
        map[positions[i]] = int_index(1 + i);
    expr *body = expr_substitute(v.body, map, I.count);
    tensor *t = define_tensor(E, NULL, rank, dims, v.classes, body, at);
    if (t) {
        equation *e = E->g->equations.data[E->g->equations.count - 1];
        int own = first_own_dim(t);
        for (int i = 0; i < rank; i++) {
            bool taken = false;
            for (int k = 0; k < e->free; k++)
                taken |= names[i] && k != i + own && e->index_name[k] && strcmp(e->index_name[k], names[i]) == 0;
            if (names[i])
                e->index_name[i + own] = names[i];
            if (taken)
                for (int k = 0; k < e->free; k++)
                    if (k != i + own && e->index_name[k] && strcmp(e->index_name[k], names[i]) == 0)
                        e->index_name[k] = NULL;
        }
        equation_name_indices(e);
    }
    return t;
}

/* s[i] = sum[j] … : the equation that only copies the reduction is dropped, and the reduction defines s itself. */
static tensor *drop_copy(elab *E, tensor *t, int first_new)
{
    equation_list *list = &E->g->equations;
    if (!t || list->count - 2 < first_new)
        return t;
    equation *copy = list->data[list->count - 1], *made = list->data[list->count - 2];
    expr *subs[MAX_RANK];
    if (copy->out != t || copy->reduction != RED_NONE || made->out->rank != t->rank || made->out->classes != t->classes)
        return t;
    for (int i = 0; i < t->rank; i++)
        subs[i] = int_index(i);
    if (copy->body != expr_read(made->out, subs) || memcmp(t->dims, made->out->dims, (size_t)t->rank * sizeof *t->dims) != 0)
        return t;
    for (int i = 0; i < t->rank; i++)
        made->index_name[i] = copy->index_name[i];
    for (int i = t->rank; i < made->free + made->bound; i++)
        for (int k = 0; k < t->rank; k++)
            if (made->index_name[i] && strcmp(made->index_name[i], made->index_name[k]) == 0)
                made->index_name[i] = NULL;
    equation_name_indices(made);
    made->at = copy->at;
    made->out->at = t->at;
    list->count--;
    return made->out;
}

tensor *compute_equation(elab *E, scope *S, const ast_lhs *left, const binding *declared, const ast_expr *right, span at)
{
    if (left->subscripted) {
        int first = E->g->equations.count;
        return drop_copy(E, index_equation(E, S, left, declared, right, at), first);
    }
    value v = evaluate(E, S, NULL, right);
    if (v.ok && declared && declared->kind == BIND_OUTPUT && v.rank == 0 && declared->value.rank && !v.tensor) {
        v.rank = declared->value.rank; /* a scalar fills a declared shape */
        memcpy(v.dims, declared->value.dims, sizeof v.dims);
    }
    return value_tensor(E, &v, NULL, at);
}

tensor *execute_equation(elab *E, scope *S, const ast_lhs *left, const ast_expr *right, span at)
{
    tensor *t = compute_equation(E, S, left, scope_find_value(S, left->name.text), right, at);
    value v = t ? value_of_tensor(E, t, left->name.at) : value_error(at);
    if (t)
        name_tensor(S, t, left->name.text, left->name.at);
    bind_result(E, S, left->name, &v, t != NULL);
    return t;
}

static void tuple_equation(elab *E, scope *S, const ast_stmt *s)
{
    value *results = NEW_ARRAY(value, s->lhs.count);
    int n = evaluate_results(E, S, s->value, results, s->lhs.count);
    if (n && n != s->lhs.count)
        elab_error(E, s->at, "%d names for %d result%s", s->lhs.count, n, n == 1 ? "" : "s");
    for (int i = 0; i < s->lhs.count; i++) {
        const ast_lhs *left = &s->lhs.data[i];
        tensor *t = n == s->lhs.count ? value_tensor(E, &results[i], NULL, s->at) : NULL;
        if (left->subscripted)
            elab_error(E, left->at, "a result of several is taken whole, without subscripts");
        if (t)
            name_tensor(S, t, left->name.text, left->name.at);
        value v = t ? value_of_tensor(E, t, left->name.at) : value_error(left->at);
        bind_result(E, S, left->name, &v, t != NULL);
    }
}

/* ---- stages, require ---- */

static void declare_stage(elab *E, scope *S, const ast_stmt *s)
{
    binding *b = scope_bind(E, S, s->name, BIND_STAGE);
    stage *st = NEW(stage);
    st->name = in_repeat(S) ? scope_fresh_name(S, s->name.text) : s->name.text;
    st->path = intern(arena_printf("%s%s", S->path, st->name));
    st->at = s->name.at;
    b->stage = st;
    if (!s->value || !resolve_callable(E, S, s->value, &st->block)) {
        b->kind = BIND_ERROR;
        return;
    }
    if (st->block.kind != CALL_BLOCK) {
        elab_error(E, s->value->at, "a stage is an instance of a block; '%s' is %s", st->block.name, callable_text(st->block.kind));
        b->kind = BIND_ERROR;
    }
    if (!st->block.statics_scope)
        st->block.statics_scope = S;
    if (S->kind == SCOPE_MODULE)
        vec_push(&E->stages) = st;
}

static void check_requirement(elab *E, scope *S, const ast_stmt *s)
{
    double truth;
    if (!static_number(E, S, s->value, &truth) || truth != 0)
        return;
    if (E->calls.count == 0) {
        elab_error(E, s->value->at, "%s", s->string);
        return;
    }
    call_frame f = E->calls.data[--E->calls.count]; /* reported at the place of use */
    diag *d = elab_error(E, f.at, "%s", s->string);
    diag_note(d, s->value->at, "'%s' requires this", f.callee->name.text);
    E->calls.count++;
}

/* ---- all statements that may stand in a body ---- */

static void misplaced(elab *E, const ast_stmt *s, const char *what)
{
    elab_error(E, s->at, "'%s' stands at the top of a file, not in a block or loop", what);
}

void execute(elab *E, scope *S, const ast_stmt *s)
{
    if (!elab_spend(E, s->at))
        return;
    switch (s->kind) {
    case AST_PARAM: declare_param(E, S, s); return;
    case AST_STAGE: declare_stage(E, S, s); return;
    case AST_EQUATION:
        if (collects(S, s))
            collect(E, S, s);
        else if (s->lhs.count == 1 && is_collection(E, S, &s->lhs.data[0]))
            collect_value(E, S, &s->lhs.data[0], s->value, s->at);
        else if (s->lhs.count == 1)
            execute_equation(E, S, &s->lhs.data[0], s->value, s->at);
        else
            tuple_equation(E, S, s);
        return;
    case AST_REQUIRE: check_requirement(E, S, s); return;
    case AST_REPEAT: execute_repeat(E, S, s); return;
    case AST_SCAN: execute_scan(E, S, s); return;
    case AST_STATE: declare_state(E, S, s); return;
    case AST_UPDATE: declare_update(E, S, s); return;
    case AST_MODEL: misplaced(E, s, "model"); return;
    case AST_CONST: misplaced(E, s, "const"); return;
    case AST_IMPORT: misplaced(E, s, "import"); return;
    case AST_INPUT: misplaced(E, s, "input"); return;
    case AST_TARGET: misplaced(E, s, "target"); return;
    case AST_FREEZE: misplaced(E, s, "freeze"); return;
    case AST_OUTPUT: misplaced(E, s, "output"); return;
    case AST_COST: misplaced(E, s, "cost"); return;
    case AST_TRAIN: misplaced(E, s, "train"); return;
    case AST_FN: misplaced(E, s, "fn"); return;
    case AST_DERIVATIVE: misplaced(E, s, "derivative"); return;
    case AST_BLOCK: misplaced(E, s, "block"); return;
    }
}

void execute_all(elab *E, scope *S, const ast_stmts *stmts)
{
    for (int i = 0; i < stmts->count; i++)
        execute(E, S, stmts->data[i]);
}
