/* block.c: expansion of blocks: overloads, static arguments, shapes of arguments, parameters, results. */
#include <string.h>

#include "context.h"

/* ---- parameters ---- */

/* A parameter or state by its path. */
tensor *find_param(elab *E, const char *path)
{
    for (int i = 0; i < E->g->params.count; i++)
        if (E->g->params.data[i]->name == path)
            return E->g->params.data[i];
    for (int i = 0; i < E->g->states.count; i++)
        if (E->g->states.data[i]->name == path)
            return E->g->states.data[i];
    return NULL;
}

/* m0.w, linear1.w: a parameter by its path, after the instance was used. */
value evaluate_path(elab *E, scope *S, const ast_expr *a)
{
    text path = {0};
    callable c;
    const char *first = a->path.data[0].text;
    bool stage_named = scope_find_callable(E, S, first, &c) && c.kind == CALL_STAGE;
    if (S->kind == SCOPE_FN) {
        elab_error(E, a->at, "a function sees constants, functions and its arguments, but no parameters");
        return value_error(a->at);
    }
    if (stage_named)
        text_append(&path, c.stage->path);
    else
        text_printf(&path, "%s%s", S->path, first);
    for (int i = 1; i < a->path.count; i++)
        text_printf(&path, ".%s", a->path.data[i].text);
    tensor *t = find_param(E, intern(path.data));
    if (t)
        return value_of_tensor(E, t, a->at);
    VEC(const char *) near = {0};
    for (int i = 0; i < E->g->params.count; i++)
        vec_push(&near) = E->g->params.data[i]->name;
    const char *candidate = suggest(path.data, near.data, near.count);
    if (stage_named && !c.stage->uses) {
        diag *d = elab_error(E, a->at, "the stage '%s' was not applied yet, so its parameters are not known", first);
        diag_note(d, c.stage->at, "declared here");
    } else if (candidate)
        elab_error(E, a->at, "there is no parameter '%s' here; did you mean '%s'?", path.data, candidate);
    else
        elab_error(E, a->at, "there is no parameter '%s' here", path.data);
    return value_error(a->at);
}

static bool declared_shape(elab *E, scope *S, const ast_decl *d, int *rank, int64_t dims[])
{
    *rank = 0;
    for (int i = 0; i < d->dims.count; i++) {
        const ast_dim *dim = &d->dims.data[i];
        int64_t extent = 1;
        if (!dim->extent) {
            if (!S->has_star) {
                elab_error(E, dim->at, "'*' in a shape stands for dimensions of a block's argument; here nothing fixes it");
                return false;
            }
            for (int k = 0; k < S->star_rank && *rank < USER_RANK; k++)
                dims[(*rank)++] = S->star_dims[k];
            continue;
        }
        if (!static_extent(E, S, dim->extent, &extent))
            return false;
        if (*rank == USER_RANK) {
            elab_error(E, d->at, "more than %d dimensions", USER_RANK);
            return false;
        }
        dims[(*rank)++] = extent;
    }
    int64_t size = 1;
    for (int i = 0; i < *rank; i++)
        if (!checked_mul(size, dims[i], &size) || size > INT32_MAX) {
            elab_error(E, d->at, "'%s' of shape %s has more than 2147483647 elements", d->name.text, shape_text(*rank, dims));
            return false;
        }
    return true;
}

static bool random_initialiser(elab *E, scope *S, const ast_expr *a, tensor *t)
{
    const char *name = a->kind == AST_CALL ? a->callee.text : NULL;
    bool uniform = name && strcmp(name, "uniform") == 0, normal = name && strcmp(name, "normal") == 0;
    if (!uniform && !normal) {
        elab_error(E, a->at, "a parameter starts from uniform(a, b) or normal(mean, sd)");
        return false;
    }
    if (a->args.count != 2) {
        elab_error(E, a->at, "'%s' takes two arguments", name);
        return false;
    }
    t->init = uniform ? INIT_UNIFORM : INIT_NORMAL;
    if (!static_number(E, S, a->args.data[0].value, &t->init_a) || !static_number(E, S, a->args.data[1].value, &t->init_b))
        return false;
    if (uniform && t->init_a > t->init_b)
        elab_error(E, a->at, "uniform(a, b) needs a <= b; this is uniform(%s, %s)", real_text(t->init_a), real_text(t->init_b));
    if (normal && t->init_b < 0)
        elab_error(E, a->at, "the standard deviation must not be negative; this is %s", real_text(t->init_b));
    return true;
}

static bool value_initialiser(elab *E, scope *S, const ast_stmt *s, tensor *t)
{
    value v = evaluate(E, S, NULL, s->value);
    double number;
    if (!v.ok)
        return false;
    if (value_is_number(&v, &number)) {
        t->init = INIT_VALUE;
        t->init_a = number;
        return true;
    }
    if (v.rank != t->rank || memcmp(v.dims, t->dims, (size_t)v.rank * sizeof *v.dims) != 0) {
        if (v.rank) {
            elab_error(E, s->value->at, "the initial value has shape %s, the parameter %s", shape_text(v.rank, v.dims),
                       t->rank ? shape_text(t->rank, t->dims) : "is a scalar");
            return false;
        }
    }
    expr *map[MAX_INDEX] = {0};
    for (int i = 1; i <= v.rank; i++)
        map[i] = int_index(i - 1);
    t->init = INIT_EXPRESSION;
    t->init_value = expr_substitute(real_body(&v), map, v.rank + 1);
    return true;
}

static void check_constant(expr *e, void *context)
{
    if (e->kind == X_READ ? e->tensor->kind != TENSOR_CONST : e->kind == X_SYM || e->kind == X_NOISE)
        *(const char **)context = e->kind == X_READ ? e->tensor->label : e->kind == X_SYM ? "training" : "noise";
}

void declare_param(elab *E, scope *S, const ast_stmt *s)
{
    declare_stored(E, S, s, TENSOR_PARAM);
}

/* A parameter, or a state, which is stored in the same way but changed by updates. */
void declare_stored(elab *E, scope *S, const ast_stmt *s, tensor_kind kind)
{
    int rank;
    int64_t dims[MAX_RANK];
    const ast_decl *d = &s->decl;
    binding *b = scope_bind(E, S, d->name, BIND_VALUE);
    b->value = value_error(d->at);
    if (d->classes)
        elab_error(E, d->at, kind == TENSOR_PARAM ? "a parameter is real: it cannot be learned as an index" : "a state is real; keep an index as a real");
    if (kind == TENSOR_STATE && E->scans.count)
        elab_error(E, d->at, "a state is declared outside of scans: it lasts from call to call, a carry from turn to turn");
    if (!declared_shape(E, S, d, &rank, dims) || b->kind == BIND_ERROR)
        return;
    const char *own = in_repeat(S) ? scope_fresh_name(S, d->name.text) : d->name.text;
    const char *path = intern(arena_printf("%s%s", S->path, own));
    tensor *t = find_param(E, path);
    if (t && t->kind != kind) {
        elab_error(E, d->at, "'%s' is the path of a parameter already", path);
        return;
    }
    if (t) {
        if (t->rank != rank || memcmp(t->dims, dims, (size_t)rank * sizeof *dims) != 0) {
            elab_error(E, d->at, "'%s' would have shape %s here, but %s at its first use; all uses of a stage must agree", path,
                       shape_text(rank, dims), shape_text(t->rank, t->dims));
            return;
        }
    } else {
        t = graph_tensor(E->g, kind, path, rank, dims, 0, elab_place(E, d->at));
        size_t length = strlen(S->path);
        t->stage = length ? intern_n(S->path, length - 1) : "";
        t->named = S->kind == SCOPE_MODULE;
        if (s->value && !(s->is_random ? random_initialiser(E, S, s->value, t) : value_initialiser(E, S, s, t)))
            return;
        if (t->init == INIT_EXPRESSION) {
            const char *other = NULL;
            expr_each(t->init_value, check_constant, &other);
            if (other) {
                span at = s->value->at; /* NOLINT(clang-analyzer-core.NullDereference): an INIT_EXPRESSION has a value */
                elab_error(E, at, strcmp(other, "noise") ? "an initial value is made of constants; '%s' is none"
                                            : "an initial value is made of constants; random ones are written ~ normal(mean, sd) or ~ uniform(a, b)", other);
                return;
            }
        }
        if (kind == TENSOR_PARAM)
            vec_push(&E->g->params) = t;
        else
            vec_push(&E->g->states) = t;
    }
    b->value = value_of_tensor(E, t, d->at);
}

/* ---- choosing among several definitions ---- */

static bool decl_could_fit(const ast_decl *d, const value *v)
{
    int stars = 0;
    if ((d->classes != NULL) != (v->classes > 0))
        return false;
    for (int i = 0; i < d->dims.count; i++)
        stars += !d->dims.data[i].extent;
    return stars ? v->rank >= d->dims.count - stars : v->rank == d->dims.count;
}

static const char *signature_text(const ast_stmt *s)
{
    text t = {0};
    text_printf(&t, "%s(", s->name.text);
    for (int i = 0; i < s->inputs.count; i++) {
        const ast_decl *d = &s->inputs.data[i];
        text_printf(&t, "%s%s", i ? ", " : "", d->name.text);
        for (int k = 0; k < d->dims.count; k++) {
            const ast_expr *extent = d->dims.data[k].extent;
            text_append(&t, k ? ", " : "[");
            text_append(&t, !extent ? "*" : extent->kind == AST_NAME ? extent->name.text : "…");
        }
        text_append(&t, d->dims.count ? "]" : "");
        text_append(&t, d->classes ? " : index" : "");
    }
    text_append(&t, ")");
    return t.data;
}

static const ast_stmt *choose(elab *E, const callable *c, const value *args, int nargs, span at)
{
    const ast_stmt *found = NULL, *only = NULL;
    int fits = 0, all = 0;
    for (int i = 0; i < c->home->definitions.count; i++) {
        const ast_stmt *s = c->home->definitions.data[i];
        if (s->kind != AST_BLOCK || s->name.text != c->name)
            continue;
        bool fit = s->inputs.count == nargs;
        for (int k = 0; fit && k < nargs; k++)
            fit = decl_could_fit(&s->inputs.data[k], &args[k]);
        all++;
        only = s;
        if (fit && !fits++)
            found = s;
    }
    if (fits == 1)
        return found;
    diag *d;
    if (all == 1 && only->inputs.count != nargs)
        d = elab_error(E, at, "'%s' takes %d argument%s, not %d", c->name, only->inputs.count, only->inputs.count == 1 ? "" : "s", nargs);
    else {
        text shapes = {0};
        for (int i = 0; i < nargs; i++)
            text_printf(&shapes, "%s%s", i ? ", " : "", value_text(&args[i]));
        d = elab_error(E, at, fits ? "several definitions of '%s' fit arguments %s" : "'%s' does not take %s", c->name,
                       nargs ? shapes.data : "no arguments");
    }
    for (int i = 0, told = 0; i < c->home->definitions.count && told < 4; i++) {
        const ast_stmt *s = c->home->definitions.data[i];
        if (s->kind == AST_BLOCK && s->name.text == c->name && ++told)
            diag_note(d, s->name.at, "defined as %s", signature_text(s));
    }
    return NULL;
}

/* ---- static arguments ---- */

static bool bind_static(elab *E, scope *B, const ast_static *p, scope *from, const ast_expr *given)
{
    binding_kind kind = p->kind == AST_STATIC_NUMBER ? BIND_VALUE : p->kind == AST_STATIC_FN ? BIND_CALLABLE : BIND_STAGE;
    binding *b = scope_bind(E, B, p->name, kind);
    double number;
    switch (p->kind) {
    case AST_STATIC_NUMBER:
        b->value = value_error(given->at);
        if (!static_number(E, from, given, &number))
            return false;
        b->value = value_number(number, given->at);
        return true;
    case AST_STATIC_FN:
        return resolve_callable(E, from, given, &b->callable);
    case AST_STATIC_STAGE: {
        callable c = {0};
        if (!resolve_callable(E, from, given, &c))
            return false;
        if (c.kind != CALL_STAGE) {
            elab_error(E, given->at, "'%s' must be a stage, this is %s", p->name.text, callable_text(c.kind));
            return false;
        }
        b->stage = c.stage;
        return true;
    }
    }
    return false;
}

static const ast_expr *static_given(const ast_stmt *s, const ast_args *args, int parameter, bool *taken)
{
    for (int i = 0; args && i < args->count; i++) {
        const ast_arg *a = &args->data[i];
        if (a->name.text ? a->name.text == s->statics.data[parameter].name.text : i == parameter) {
            taken[i] = true;
            return a->value;
        }
    }
    return NULL;
}

static bool bind_statics(elab *E, scope *B, const ast_stmt *s, const ast_args *args, scope *from, span at)
{
    int count = args ? args->count : 0;
    bool *taken = NEW_ARRAY(bool, count + 1), good = true;
    for (int i = 1; i < count; i++)
        if (!args->data[i].name.text && args->data[i - 1].name.text) {
            elab_error(E, args->data[i].value->at, "an argument without a name stands before those with one");
            return false;
        }
    for (int i = 0; i < s->statics.count; i++) {
        const ast_static *p = &s->statics.data[i];
        const ast_expr *given = static_given(s, args, i, taken);
        if (!given && !p->fallback) {
            diag *d = elab_error(E, at, "'%s' needs its argument '%s' in [ ]", s->name.text, p->name.text);
            diag_note(d, p->at, "declared here");
            return false;
        }
        good &= bind_static(E, B, p, given ? from : B, given ? given : p->fallback);
    }
    for (int i = 0; i < count; i++) {
        const ast_arg *a = &args->data[i];
        if (taken[i])
            continue;
        VEC(const char *) names = {0};
        for (int k = 0; k < s->statics.count; k++)
            vec_push(&names) = s->statics.data[k].name.text;
        const char *near = a->name.text ? suggest(a->name.text, names.data, names.count) : NULL;
        bool known = false;
        for (int k = 0; k < names.count; k++)
            known |= names.data[k] == a->name.text;
        if (known)
            elab_error(E, a->name.at, "the argument '%s' is given twice", a->name.text);
        else if (!a->name.text)
            elab_error(E, a->value->at, "'%s' takes %d argument%s in [ ]", s->name.text, s->statics.count, s->statics.count == 1 ? "" : "s");
        else if (near)
            elab_error(E, a->name.at, "'%s' has no argument '%s'; did you mean '%s'?", s->name.text, a->name.text, near);
        else
            elab_error(E, a->name.at, "'%s' has no argument '%s'", s->name.text, a->name.text);
        good = false;
    }
    return good;
}

/* ---- tensor arguments ---- */

static bool match_extent(elab *E, scope *B, const ast_stmt *s, const ast_decl *d, const ast_dim *dim, int position, const value *v)
{
    int64_t actual = v->dims[position], wanted;
    const ast_expr *e = dim->extent;
    if (e->kind == AST_NAME && !scope_find_value(B, e->name.text)) {
        binding *b = scope_bind(E, B, e->name, BIND_VALUE);
        b->value = value_number((double)actual, e->at);
        return true;
    }
    if (!static_integer(E, B, e, &wanted))
        return false;
    if (wanted == actual)
        return true;
    diag *err = elab_error(E, v->at, "'%s' needs %lld as dimension %d of '%s', this value has shape %s", s->name.text,
                           (long long)wanted, position + 1, d->name.text, shape_text(v->rank, v->dims));
    if (v->tensor)
        diag_note(err, v->tensor->at, "%s has shape %s, declared here", v->tensor->label, shape_text(v->rank, v->dims));
    return false;
}

static bool match_star(elab *E, scope *B, const ast_decl *d, int run, int position, const value *v)
{
    const int64_t *dims = v->dims + position;
    if (B->has_star) {
        if (B->star_rank == run && memcmp(B->star_dims, dims, (size_t)run * sizeof *dims) == 0)
            return true;
        elab_error(E, v->at, "'*' of '%s' stands for %s here, but for %s in the arguments before", d->name.text, shape_text(run, dims),
                   shape_text(B->star_rank, B->star_dims));
        return false;
    }
    B->has_star = true;
    B->star_rank = run;
    memcpy(B->star_dims, dims, (size_t)run * sizeof *dims);
    return true;
}

static bool match_classes(elab *E, scope *B, const ast_stmt *s, const ast_decl *d, const value *v)
{
    int64_t bound;
    if (!d->classes)
        return true;
    const ast_expr *e = d->classes;
    if (e->kind == AST_NAME && !scope_find_value(B, e->name.text)) {
        binding *b = scope_bind(E, B, e->name, BIND_VALUE);
        b->value = value_number((double)v->classes, e->at);
        return true;
    }
    if (!static_extent(E, B, e, &bound))
        return false;
    if (v->classes <= bound)
        return true;
    diag *err = elab_error(E, v->at, "'%s' takes an index below %lld as '%s', this one runs to %lld", s->name.text, (long long)bound,
                           d->name.text, (long long)(v->classes - 1));
    if (v->tensor)
        diag_note(err, v->tensor->at, "%s is declared here", v->tensor->label);
    return false;
}

static bool bind_argument(elab *E, scope *B, const ast_stmt *s, const ast_decl *d, value *v)
{
    int position = 0, stars = 0;
    for (int i = 0; i < d->dims.count; i++)
        stars += !d->dims.data[i].extent;
    if (stars > 1) {
        elab_error(E, d->at, "'*' may stand once in the shape of an argument");
        return false;
    }
    int run = v->rank - (d->dims.count - stars);
    for (int i = 0; i < d->dims.count; i++) {
        const ast_dim *dim = &d->dims.data[i];
        if (dim->extent) {
            if (!match_extent(E, B, s, d, dim, position++, v))
                return false;
        } else {
            if (!match_star(E, B, d, run, position, v))
                return false;
            position += run;
        }
    }
    if (!match_classes(E, B, s, d, v))
        return false;
    tensor *t = value_tensor(E, v, NULL, v->at);
    if (!t)
        return false;
    binding *b = scope_bind(E, B, d->name, BIND_VALUE);
    b->value = value_of_tensor(E, t, v->at);
    return true;
}

/* ---- expansion ---- */

static bool declare_outputs(elab *E, scope *B, const ast_stmt *s)
{
    for (int i = 0; i < s->outputs.count; i++) {
        const ast_decl *d = &s->outputs.data[i];
        binding *b = scope_bind(E, B, d->name, BIND_OUTPUT);
        b->value = (value){.ok = true, .at = d->at};
        int64_t classes = 0;
        if (!declared_shape(E, B, d, &b->value.rank, b->value.dims))
            return false;
        if (d->classes && !static_extent(E, B, d->classes, &classes))
            return false;
        b->value.classes = classes;
    }
    return true;
}

static int collect_outputs(elab *E, scope *B, const ast_stmt *s, value *results, int limit, span at)
{
    int n = 0;
    for (int i = 0; i < s->outputs.count; i++) {
        binding *b = scope_find_value(B, s->outputs.data[i].name.text);
        if (b->kind == BIND_OUTPUT) {
            elab_error(E, s->outputs.data[i].at, "the block '%s' never defines its output '%s'", s->name.text, b->name);
            return 0;
        }
        if (b->kind != BIND_VALUE || !b->value.ok)
            return 0;
        if (n < limit) {
            results[n] = b->value;
            results[n].at = at;
        }
        n++;
    }
    return n;
}

/* The names that fresh instances in the body pass over. */
static void reserve_signature(scope *B, const ast_stmt *s)
{
    const ast_decls *lists[2] = {&s->inputs, &s->outputs};
    for (int i = 0; i < s->statics.count; i++)
        vec_push(&B->reserved) = (reserved_name){s->statics.data[i].name, false, false};
    for (int l = 0; l < 2; l++)
        for (int i = 0; i < lists[l]->count; i++) {
            const ast_decl *d = &lists[l]->data[i];
            vec_push(&B->reserved) = (reserved_name){d->name, false, false};
            for (int k = 0; k < d->dims.count; k++)
                if (d->dims.data[k].extent && d->dims.data[k].extent->kind == AST_NAME)
                    vec_push(&B->reserved) = (reserved_name){d->dims.data[k].extent->name, false, false};
        }
    scope_reserve(B, &s->body, false);
}

/* Applies the block that c names. `instance`: the stage whose parameters it uses, NULL for a fresh instance. Returns the
 * number of results, of which at most `limit` are stored; 0 after errors. */
int apply_block(elab *E, scope *S, const callable *c, const ast_args *statics, value *args, int nargs, span at,
                stage *instance, value *results, int limit)
{
    const ast_stmt *s = choose(E, c, args, nargs, at);
    if (!s || !push_call(E, at, s, S->library))
        return 0;
    scope *B = scope_new(SCOPE_BLOCK, NULL, c->home);
    B->path = intern(arena_printf("%s.", instance ? instance->path
                                                  : arena_printf("%s%s", S->path, scope_fresh_name(S, c->name))));
    reserve_signature(B, s);
    bool own = statics != NULL;
    bool good = bind_statics(E, B, s, own ? statics : c->statics, own ? S : c->statics_scope, at);
    for (int i = 0; good && i < nargs; i++)
        good = bind_argument(E, B, s, &s->inputs.data[i], &args[i]);
    int n = 0, errors = diag_errors();
    for (int i = 0; good && i < s->body.count && s->body.data[i]->kind == AST_REQUIRE && diag_errors() == errors; i++)
        execute(E, B, s->body.data[i]); /* wrong arguments are told before shapes are made of them */
    good = good && diag_errors() == errors && declare_outputs(E, B, s) && diag_errors() == errors;
    if (good) {
        execute_all(E, B, &s->body);
        if (diag_errors() == errors)
            n = collect_outputs(E, B, s, results, limit, at);
    }
    if (instance)
        instance->uses++;
    pop_call(E);
    return n;
}
