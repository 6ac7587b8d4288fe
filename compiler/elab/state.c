/* state.c: states, what the model keeps from call to call, and their updates. */
#include <string.h>

#include "context.h"

void declare_state(elab *E, scope *S, const ast_stmt *s)
{
    declare_stored(E, S, s, TENSOR_STATE);
}

void declare_update(elab *E, scope *S, const ast_stmt *s)
{
    const ast_lhs *left = &s->lhs.data[0];
    binding *b = scope_find_value(S, left->name.text);
    if (E->scans.count) {
        elab_error(E, s->at, "an update stands outside of scans: it takes effect once a call, at its end");
        return;
    }
    if (!b) {
        elab_unknown(E, S, left->name, false);
        return;
    }
    if (b->kind != BIND_VALUE || !b->value.ok)
        return;
    tensor *state = b->value.tensor;
    if (!state || state->kind != TENSOR_STATE) {
        diag *d = elab_error(E, left->name.at, "'%s' is no state: only states are updated", left->name.text);
        diag_note(d, b->at, "defined here");
        return;
    }
    if (left->subscripted) {
        elab_error(E, left->at, "a state is updated as a whole: give the new value a name, then 'update %s = …'", left->name.text);
        return;
    }
    for (int i = 0; i < E->g->updates.count; i++)
        if (E->g->updates.data[i].state == state) {
            diag *d = elab_error(E, s->at, E->calls.count ? "the state '%s' is updated twice: a stage that updates a state is applied once" :
                                           "the state '%s' is updated twice, but takes one new value a call", state->name);
            diag_note(d, E->g->updates.data[i].at, "here too");
            return;
        }
    b->uses++;
    value v = evaluate(E, S, NULL, s->value);
    if (!v.ok)
        return;
    if (v.rank == 0 && state->rank && !v.classes) { /* a scalar fills a declared shape */
        v.rank = state->rank;
        memcpy(v.dims, state->dims, sizeof v.dims);
        v.tensor = NULL;
    }
    if (v.classes || v.rank != state->rank || memcmp(v.dims, state->dims, (size_t)v.rank * sizeof *v.dims) != 0) {
        diag *d = elab_error(E, s->value->at, "the new value is %s, the state '%s' is %s", value_text(&v), state->name,
                             state->rank ? shape_text(state->rank, state->dims) : "a scalar");
        diag_note(d, state->at, "declared here");
        return;
    }
    tensor *t = v.tensor && v.tensor->kind == TENSOR_VALUE ? v.tensor : define_tensor(E, NULL, v.rank, v.dims, 0, real_body(&v), s->at);
    if (!t)
        return;
    if (t->name == NULL && t != v.tensor)
        t->label = arena_printf("%s.next", state->label);
    graph_update *u = &vec_push(&E->g->updates);
    *u = (graph_update){state, t, elab_place(E, s->at)};
}
