/* repeat.c: `repeat l < n carry r = z { … }`: unrolled; what it carries from turn to turn and what it collects. */
#include <string.h>

#include "context.h"

/* ---- collecting: hs[l] = e and hs[l, i] = e ---- */

bool collects(const scope *S, const ast_stmt *s)
{
    if (S->kind != SCOPE_LOOP || S->scan || s->kind != AST_EQUATION || s->lhs.count != 1 || !s->lhs.data[0].subs.count)
        return false;
    const ast_binder *first = &s->lhs.data[0].subs.data[0];
    return first->name.text && first->name.text == S->index && !first->bound;
}

static collection *collection_of(scope *S, ast_name name, span at)
{
    collection **c = S->collected;
    while (*c && (*c)->name.text != name.text)
        c = &(*c)->next;
    if (!*c) {
        *c = NEW(collection);
        (*c)->name = name;
        (*c)->at = at;
    }
    return *c;
}

/* One turn's part. */
void collect(elab *E, scope *S, const ast_stmt *s)
{
    ast_lhs rest = s->lhs.data[0];
    rest.subs.data++;
    rest.subs.count--;
    rest.subscripted = rest.subs.count > 0;
    binding *output = scope_find_value(S->outer, rest.name.text), part = {.kind = BIND_OUTPUT};
    bool declared = output && output->kind == BIND_OUTPUT && output->value.rank > 0;
    if (declared) { /* the block's output without the dimension of the turns */
        part = *output;
        part.value.rank--;
        memmove(part.value.dims, part.value.dims + 1, (size_t)part.value.rank * sizeof *part.value.dims);
    }
    scope_bind(E, S, rest.name, BIND_OUTPUT); /* to be read after the loop */
    tensor *t = compute_equation(E, S, &rest, declared ? &part : NULL, s->value, s->at);
    collection *c = collection_of(S, rest.name, s->at);
    if (!t)
        return;
    const tensor *first = c->parts.count ? c->parts.data[0] : t;
    value now = value_of_tensor(E, t, s->at), before = value_of_tensor(E, (tensor *)(uintptr_t)first, s->at);
    if (t->classes)
        elab_error(E, s->at, "a loop collects reals, this is %s; write real(…)", value_text(&now));
    else if (now.rank != before.rank || memcmp(now.dims, before.dims, (size_t)now.rank * sizeof *now.dims) != 0)
        elab_error(E, s->at, "'%s' collects %s in this turn, but %s in the first", rest.name.text, value_text(&now), value_text(&before));
    vec_push(&c->parts) = t;
}

/* Element [l, …] of the parts from … to-1: the turns are told apart by halves. */
static expr *choose_part(elab *E, const collection *c, int from, int to)
{
    if (to - from > 1) {
        int middle = from + (to - from) / 2;
        expr *later = choose_part(E, c, middle, to), *before = choose_part(E, c, from, middle);
        return expr_select(expr_ge0(int_sub(int_const(middle - 1), int_index(1))), before, later);
    }
    value v = value_of_tensor(E, c->parts.data[from], c->at);
    expr *map[MAX_INDEX] = {0};
    for (int k = 1; k <= v.rank; k++)
        map[k] = int_index(k + 1);
    return expr_substitute(v.body, map, v.rank + 1);
}

static void bind_collected(elab *E, scope *S, const collection *c)
{
    value part = value_of_tensor(E, c->parts.data[0], c->at);
    int64_t dims[USER_RANK + 1] = {c->parts.count};
    if (part.rank == USER_RANK) {
        elab_error(E, c->at, "more than %d dimensions", USER_RANK);
        return;
    }
    memcpy(dims + 1, part.dims, (size_t)part.rank * sizeof *dims);
    tensor *t = define_tensor(E, NULL, part.rank + 1, dims, 0, choose_part(E, c, 0, c->parts.count), c->at);
    value v = t ? value_of_tensor(E, t, c->at) : value_error(c->at);
    if (t)
        name_tensor(S, t, c->name.text, c->name.at);
    bind_result(E, S, c->name, &v, t != NULL);
}

/* ---- the loop ---- */

static void one_turn(elab *E, scope *S, const ast_stmt *s, int64_t turn, value *carried, collection **parts)
{
    scope *L = loop_scope(E, S, s, int_const(turn));
    L->index = s->binder.name.text;
    L->collected = parts;
    for (int i = 0; i < s->carries.count; i++)
        bind_carry(E, L, &s->carries.data[i], &carried[i]);
    execute_all(E, L, &s->body);
    for (int i = 0; i < s->carries.count; i++)
        carried[i] = carried_value(L, &s->carries.data[i]);
}

void execute_repeat(elab *E, scope *S, const ast_stmt *s)
{
    int64_t turns = 0;
    int errors = diag_errors();
    bool good = number_of_turns(E, S, s, MAX_NODES, &turns) && check_index_name(E, S, s->binder.name);
    value *carried = NEW_ARRAY(value, s->carries.count + 1);
    for (int i = 0; good && i < s->carries.count; i++) {
        carried[i] = initial_value(E, S, &s->carries.data[i]);
        good = carried[i].ok;
    }
    scope *names = scope_new(SCOPE_LOOP, S, S->module); /* a carry's name is new, or that of an output */
    for (int i = 0; good && i < s->carries.count; i++)
        good &= scope_bind(E, names, s->carries.data[i].decl.name, BIND_VALUE)->kind != BIND_ERROR;
    collection *parts = NULL;
    for (int64_t turn = 0; good && turn < turns && diag_errors() == errors && elab_spend(E, s->at); turn++)
        one_turn(E, S, s, turn, carried, &parts);
    if (!good || diag_errors() != errors) {
        bind_broken(E, S, s);
        return;
    }
    for (int i = 0; i < s->carries.count; i++) {
        tensor *t = S->kind == SCOPE_BLOCK ? value_tensor(E, &carried[i], NULL, s->at) : NULL;
        value v = t ? value_of_tensor(E, t, s->carries.data[i].decl.at) : carried[i];
        bind_result(E, S, s->carries.data[i].decl.name, &v, v.ok);
    }
    for (const collection *c = parts; c; c = c->next)
        bind_collected(E, S, c);
}
