/* loop.c: what both loops share; and scan, whose body is expanded once for all turns (repeat.c: once a turn).
 *
 * In a scan the turn is one more index, as the batch is: what depends on it has a dimension for it. A carry h is two tensors,
 *
 *     h.before[t] = t == 0 ? the initial value : h[t - 1]         h[t] = what the body assigns last
 *
 * so that a recurrence is nothing but equations that read each other one turn back; order.c of routine/ finds them. */
#include <string.h>

#include "context.h"

/* The body of a scan is expanded once: only in a repeat are names counted. */
bool in_repeat(const scope *S)
{
    for (; S->kind == SCOPE_LOOP; S = S->outer)
        if (!S->scan)
            return true;
    return false;
}

bool number_of_turns(elab *E, scope *S, const ast_stmt *s, int64_t most, int64_t *turns)
{
    if (!s->binder.bound) {
        elab_error(E, s->binder.at, "a loop needs its number of turns, as in %s < 10", s->binder.name.text);
        return false;
    }
    if (!static_integer(E, S, s->binder.bound, turns))
        return false;
    if (*turns >= 1 && *turns <= most)
        return true;
    elab_error(E, s->binder.at, "the number of turns must be from 1 to %lld, this is %lld", (long long)most, (long long)*turns);
    return false;
}

void bind_broken(elab *E, scope *S, const ast_stmt *s)
{
    for (int i = 0; i < s->carries.count; i++)
        scope_bind(E, S, s->carries.data[i].decl.name, BIND_ERROR);
    for (int i = 0; i < s->body.count; i++) {
        const ast_stmt *b = s->body.data[i];
        bool collects_it = b->lhs.count == 1 && b->lhs.data[0].subscripted && b->lhs.data[0].subs.count &&
                        b->lhs.data[0].subs.data[0].name.text == s->binder.name.text;
        if (collects_it && !scope_find_value(S, b->lhs.data[0].name.text))
            scope_bind(E, S, b->lhs.data[0].name, BIND_ERROR);
    }
}

/* carry h[64] = 0: a scalar fills the declared shape. */
value initial_value(elab *E, scope *S, const ast_carry *c)
{
    value v = evaluate(E, S, NULL, c->value);
    int64_t dims[USER_RANK];
    int rank = c->decl.dims.count;
    if (!v.ok || !c->decl.has_shape)
        return v;
    if (rank > USER_RANK) {
        elab_error(E, c->decl.at, "more than %d dimensions", USER_RANK);
        return value_error(c->decl.at);
    }
    for (int k = 0; k < rank; k++) {
        if (!c->decl.dims.data[k].extent) {
            elab_error(E, c->decl.dims.data[k].at, "'*' stands in a block's signature; a carry has a fixed shape");
            return value_error(c->decl.at);
        }
        if (!static_extent(E, S, c->decl.dims.data[k].extent, &dims[k]))
            return value_error(c->decl.at);
    }
    if (v.rank == 0) {
        v.rank = rank;
        memcpy(v.dims, dims, sizeof dims);
        v.tensor = rank ? NULL : v.tensor;
    } else if (v.rank != rank || memcmp(v.dims, dims, (size_t)rank * sizeof *dims) != 0) {
        elab_error(E, c->value->at, "the carry '%s' is declared as %s, but starts from %s", c->decl.name.text, shape_text(rank, dims),
                   value_text(&v));
        return value_error(c->decl.at);
    }
    return v;
}

scope *loop_scope(elab *E, scope *S, const ast_stmt *s, expr *turn)
{
    scope *L = scope_new(SCOPE_LOOP, S, S->module);
    L->library = S->library;
    binding *b = scope_bind(E, L, s->binder.name, BIND_VALUE);
    b->value = (value){.ok = true, .at = s->binder.name.at, .body = turn};
    return L;
}

void bind_carry(elab *E, scope *L, const ast_carry *c, const value *v)
{
    binding *b = scope_bind(E, L, c->decl.name, BIND_VALUE);
    b->value = *v;
    b->carry = true;
}

value carried_value(scope *L, const ast_carry *c)
{
    binding *b = scope_find_value(L, c->decl.name.text);
    return b && b->kind == BIND_VALUE ? b->value : value_error(c->decl.at);
}

/* ---- scan: what its carries depend on ---- */

/* The positions of the batch and of outer turns that the values named in the expression depend on. */
static uint32_t depends_on(const scope *S, const ast_expr *a)
{
    uint32_t uses = 0;
    if (a->kind == AST_NAME) {
        binding *b = scope_find_value((scope *)(uintptr_t)S, a->name.text);
        if (b && b->kind == BIND_VALUE && b->value.ok)
            uses = b->value.body->uses;
    }
    for (int i = 0; i < a->operands.count; i++)
        uses |= depends_on(S, a->operands.data[i]);
    for (int i = 0; i < a->args.count; i++)
        uses |= depends_on(S, a->args.data[i].value);
    return uses;
}

static uint32_t statement_depends_on(const scope *S, const ast_stmt *s)
{
    uint32_t uses = s->value ? depends_on(S, s->value) : 0;
    for (int i = 0; i < s->carries.count; i++)
        uses |= depends_on(S, s->carries.data[i].value);
    for (int i = 0; i < s->body.count; i++)
        uses |= statement_depends_on(S, s->body.data[i]);
    return uses & (1u | ~0u << FIRST_TURN);
}

/* ---- scan: carries ---- */

typedef struct carried {
    const ast_carry *c;
    tensor *before;                /* h.before; NULL after errors */
    equation *start;               /* its equation */
    tensor *now;                   /* stands for h until it is known */
    value initial;
} carried;

/* h read one turn back, over the positions of a value. */
static expr *one_turn_back(elab *E, tensor *h, int depth)
{
    value v = value_of_tensor(E, h, h->at);
    expr *map[MAX_INDEX] = {0};
    map[FIRST_TURN + depth] = int_sub(int_index(FIRST_TURN + depth), int_const(1));
    return expr_substitute(v.body, map, MAX_INDEX);
}

static void start_carry(elab *E, scope *L, carried *h, uint32_t over, int depth)
{
    const ast_carry *c = h->c;
    value *v = &h->initial;
    if (v->ok && v->classes) {
        elab_error(E, c->value->at, "a carry of a scan is real, this is %s; write real(…)", value_text(v));
        v->ok = false;
    }
    if (!v->ok) {
        scope_bind(E, L, c->decl.name, BIND_ERROR);
        return;
    }
    int64_t dims[MAX_RANK];
    int own = outer_dims(E, over, dims, NULL, NULL);
    memcpy(dims + own, v->dims, (size_t)v->rank * sizeof *dims);
    h->now = graph_tensor(E->g, TENSOR_VALUE, NULL, own + v->rank, dims, 0, c->decl.at);
    h->now->turns = over >> FIRST_TURN;
    expr *first = expr_eq0(int_index(FIRST_TURN + depth));
    expr *back = one_turn_back(E, h->now, depth), *body = expr_select(first, real_body(v), back);
    h->before = define_tensor_over(E, over, v->rank, v->dims, 0, body, c->decl.at);
    if (!h->before) {
        scope_bind(E, L, c->decl.name, BIND_ERROR);
        return;
    }
    h->start = E->g->equations.data[E->g->equations.count - 1];
    h->before->label = arena_printf("%s%s.before", L->path, c->decl.name.text);
    value before = value_of_tensor(E, h->before, c->decl.at);
    bind_carry(E, L, c, &before);
}

/* What the body assigned last is h; returns its value in the last turn. */
static value end_carry(elab *E, scope *L, carried *h, uint32_t over, int depth)
{
    value v = carried_value(L, h->c);
    if (!h->before || !v.ok)
        return value_error(h->c->decl.at);
    if (v.tensor == h->before) {
        elab_error(E, h->c->decl.at, "the carry '%s' is never assigned in the loop", h->c->decl.name.text);
        return value_error(h->c->decl.at);
    }
    if (v.classes || v.rank != h->initial.rank || memcmp(v.dims, h->initial.dims, (size_t)v.rank * sizeof *v.dims) != 0) {
        diag *d = elab_error(E, v.at, "the carry '%s' is %s here, but %s before the first turn; a scan's carry keeps its shape",
                             h->c->decl.name.text, value_text(&v), value_text(&h->initial));
        diag_note(d, h->c->decl.at, "declared here");
        return value_error(h->c->decl.at);
    }
    tensor *t = v.tensor;
    if (!t || t->kind != TENSOR_VALUE || outer_positions(t) != over)
        t = define_tensor_over(E, over, v.rank, v.dims, 0, real_body(&v), v.at);
    if (!t)
        return value_error(h->c->decl.at);
    if (outer_positions(t) != over)
        bug("the carry %s depends on more than its loop", h->c->decl.name.text);
    h->start->body = expr_replace_tensor(h->start->body, h->now, t);
    note_reads(E, h->start->body);
    value last = value_of_tensor(E, t, h->c->decl.at);
    expr *map[MAX_INDEX] = {0};
    map[FIRST_TURN + depth] = int_const(E->scans.data[depth]->extent - 1);
    last.body = expr_substitute(last.body, map, MAX_INDEX);
    last.tensor = NULL;
    return last;
}

/* ---- scan: what it collects ---- */

bool is_collection(const elab *E, const scope *S, const ast_lhs *left)
{
    if (!left->subscripted || !left->subs.count || !left->subs.data[0].name.text || !E->scans.count)
        return false;
    for (; S->kind == SCOPE_LOOP; S = S->outer) /* a scan of this body, not one around a block that is called */
        if (S->scan && S->bindings.data[0]->name == left->subs.data[0].name.text)
            return true;
    return false;
}

/* hs[t] = … and hs[t, i] = … */
void collect_value(elab *E, scope *S, const ast_lhs *left, const ast_expr *right, span at)
{
    scan_frame *f = E->scans.data[E->scans.count - 1];
    scope *L = S;
    while (!L->scan)
        L = L->outer;
    collected *c = NULL;
    if (left->subs.data[0].name.text != f->index) {
        elab_error(E, left->subs.data[0].at, "a value is collected by the innermost loop, whose index is '%s'; collect it there first, "
                   "then the whole of it out here", f->index);
        return;
    }
    if (L != S) {
        elab_error(E, left->at, "a value is collected in the body of the scan itself, not in a loop within");
        return;
    }
    for (int i = 0; i < f->collected.count; i++)
        if (f->collected.data[i].name.text == left->name.text)
            c = &f->collected.data[i];
    binding *outer = scope_find_value(L->outer, left->name.text), declared = {0};
    if (c || scope_find_value(L, left->name.text) != outer || (outer && outer->kind != BIND_OUTPUT)) {
        if (!outer || outer->kind != BIND_ERROR) {
            diag *d = elab_error(E, left->name.at, "'%s' is defined twice", left->name.text);
            diag_note(d, c ? c->name.at : outer ? outer->at : scope_find_value(L, left->name.text)->at, "first defined here");
        }
        return;
    }
    ast_lhs one = *left; /* without the turn */
    one.subs.data++;
    one.subs.count--;
    one.subscripted = one.subs.count > 0;
    if (outer && outer->value.rank) {
        declared = *outer;
        declared.value.rank--;
        memmove(declared.value.dims, declared.value.dims + 1, (size_t)declared.value.rank * sizeof *declared.value.dims);
    }
    tensor *t = compute_equation(E, S, &one, declared.name ? &declared : NULL, right, at);
    if (t)
        name_tensor(S, t, left->name.text, left->name.at);
    c = &vec_push(&f->collected);
    *c = (collected){left->name, t ? value_of_tensor(E, t, left->name.at) : value_error(at)};
}

/* All turns of a collected value: the turn becomes its first dimension. */
static value all_turns(elab *E, const value *v, int depth)
{
    value all = {.ok = v->ok, .at = v->at, .rank = v->rank + 1, .classes = v->classes};
    expr *map[MAX_INDEX] = {0};
    if (!v->ok)
        return value_error(v->at);
    if (all.rank > USER_RANK) {
        elab_error(E, v->at, "more than %d dimensions", USER_RANK);
        return value_error(v->at);
    }
    all.dims[0] = E->scans.data[depth]->extent;
    memcpy(all.dims + 1, v->dims, (size_t)v->rank * sizeof *v->dims);
    for (int i = 1; i <= v->rank; i++)
        map[i] = int_index(i + 1);
    map[FIRST_TURN + depth] = int_index(1);
    all.body = expr_substitute(v->body, map, MAX_INDEX);
    return all;
}

/* ---- scan ---- */

void execute_scan(elab *E, scope *S, const ast_stmt *s)
{
    int64_t turns = 0;
    int depth = E->scans.count;
    if (!number_of_turns(E, S, s, INT32_MAX, &turns) || !check_index_name(E, S, s->binder.name)) {
        bind_broken(E, S, s);
        return;
    }
    if (depth == MAX_SCANS) {
        elab_error(E, s->at, "scans nested more than %d deep", MAX_SCANS);
        bind_broken(E, S, s);
        return;
    }
    carried *h = NEW_ARRAY(carried, s->carries.count + 1);
    for (int i = 0; i < s->carries.count; i++)
        h[i] = (carried){.c = &s->carries.data[i], .initial = initial_value(E, S, &s->carries.data[i])};
    uint32_t over = statement_depends_on(S, s) | 1u << (FIRST_TURN + depth);
    if (draws_noise(E, S, &s->body, 0))
        over |= 1;
    scan_frame *f = NEW(scan_frame);
    f->extent = turns;
    f->index = s->binder.name.text;
    vec_push(&E->scans) = f;
    scope *L = loop_scope(E, S, s, int_index(FIRST_TURN + depth));
    L->scan = true;
    for (int i = 0; i < s->carries.count; i++)
        start_carry(E, L, &h[i], over, depth);
    execute_all(E, L, &s->body);
    value *last = NEW_ARRAY(value, s->carries.count + 1), *all = NEW_ARRAY(value, f->collected.count + 1);
    for (int i = 0; i < s->carries.count; i++)
        last[i] = end_carry(E, L, &h[i], over, depth);
    for (int i = 0; i < f->collected.count; i++)
        all[i] = all_turns(E, &f->collected.data[i].value, depth);
    E->scans.count--;
    for (int i = 0; i < s->carries.count; i++)
        bind_result(E, S, s->carries.data[i].decl.name, &last[i], last[i].ok);
    for (int i = 0; i < f->collected.count; i++)
        bind_result(E, S, f->collected.data[i].name, &all[i], all[i].ok);
}
