/* reshape.c: other ways to write an equation, for the tiles' sake. None changes what is computed. */
#include "reshape.h"

#include <string.h>

enum { LEAST_TERMS = 16 };

/* ---- a scatter as a sum that is added ---- */

/* out[i + u] += w[o, u] * d[o, i] for all i, u, o:  t[i, u] = sum[o] w[o, u] * d[o, i];  out[i + u] += t[i, u]
 * What the target's subscripts do not need is summed before anything is added. */
bool reshape_scatter(lowering *l)
{
    const equation *e = l->e;
    expr *map[MAX_INDEX] = {0};
    uint32_t needed = 0;
    int free = 0, bound = 0;
    if (!e->accumulate || l->next || e->turns || e->reduction != RED_NONE || e->free >= MAX_RANK)
        return false;
    for (int d = 0; d < e->out->rank; d++)
        needed |= e->subs[d]->uses;
    for (int k = 0; k < e->free; k++)
        free += (int)(needed >> k & 1);
    if (free == e->free || free == 0)
        return false;
    equation *sum = NEW(equation), *add = NEW(equation);
    *sum = (equation){.kind = EQ_COMPUTE, .reduction = RED_SUM, .free = free, .bound = e->free - free, .at = e->at};
    *add = (equation){.kind = EQ_COMPUTE, .out = e->out, .free = free, .accumulate = true, .at = e->at};
    for (int k = 0, f = 0; k < e->free; k++) {
        int to = needed >> k & 1 ? f++ : free + bound++;
        map[k] = int_index(to);
        sum->extent[to] = e->extent[k];
        sum->index_name[to] = e->index_name[k];
    }
    sum->out = local(l, "scattered", 0);
    sum->out->rank = free;
    sum->out->stage = e->out->stage;
    for (int k = 0; k < free; k++) {
        sum->out->dims[k] = add->extent[k] = sum->extent[k];
        add->index_name[k] = sum->index_name[k];
    }
    sum->body = expr_substitute(e->body, map, e->free);
    add->subs = NEW_ARRAY(expr *, e->out->rank + 1);
    for (int d = 0; d < e->out->rank; d++)
        add->subs[d] = expr_substitute(e->subs[d], map, e->free);
    expr *at[MAX_RANK];
    for (int k = 0; k < free; k++)
        at[k] = int_index(k);
    add->body = expr_read(sum->out, at);
    l->e = sum;
    l->next = add;
    return true;
}

/* out[i] += a[i] * c:  t[i] = a[i] * c;  out[i] += t[i] */
bool reshape_update(lowering *l)
{
    const equation *e = l->e;
    if (l->next || e->turns || !adds_to_each(e))
        return false;
    equation *term = NEW(equation), *add = NEW(equation);
    *add = *term = *e;
    term->accumulate = false;
    term->subs = NULL;
    term->out = local(l, "term", 0);
    term->out->rank = e->out->rank;
    term->out->stage = e->out->stage;
    memcpy(term->out->dims, e->out->dims, sizeof e->out->dims);
    add->body = identity_read(term->out);
    l->e = term;
    l->next = add;
    return true;
}

/* ---- two indices as one ---- */

typedef struct stride_check {
    const lowering *l;
    int inner, outer;
    bool good, found;
} stride_check;

/* Every read has both one after the other, or neither. */
static void check_strides(expr *x, void *context)
{
    stride_check *c = context;
    uint32_t both = 1u << c->inner | 1u << c->outer;
    if (!(x->uses & both) || x->kind == X_OP)
        return;
    if (x->kind == X_AFF || x->kind == X_INDEX)
        return; /* subscripts are judged by the read */
    if (x->kind != X_READ || x->is_int) {
        c->good = false;
        return;
    }
    if (x->tensor == c->l->e->out) /* the sum, in an epilogue */
        return;
    c->found = true;
    c->good &= stride_along(c->l, x, c->inner) == 1 && stride_along(c->l, x, c->outer) == c->l->e->extent[c->inner];
}

/* Are the elements that the two indices reach written one after the other, too? */
static bool target_agrees(const lowering *l, int inner, int outer)
{
    const equation *last = l->next ? l->next : l->e;
    int64_t a = 0, b = 0;
    if (!in_memory(l, last->out))
        return false;
    for (int d = 0; d < last->out->rank; d++) {
        int64_t stride = l->r->places[last->out->id].stride[d];
        a += (last->subs ? int_coefficient(last->subs[d], inner) : d == inner) * stride;
        b += (last->subs ? int_coefficient(last->subs[d], outer) : d == outer) * stride;
    }
    return a == 1 && b == l->e->extent[inner];
}

/* Where the target lies otherwise, the sum must be long enough to outweigh that it is stored element by element. */
static bool sums_enough(const equation *e)
{
    double terms = 1;
    for (int p = e->free; p < e->free + e->bound; p++)
        terms *= e->extent[p] == EXTENT_BATCH ? 1 : (double)e->extent[p];
    return e->reduction == RED_SUM && terms >= LEAST_TERMS;
}

static equation *with_one(const lowering *l, const equation *e, int inner, int outer)
{
    equation *c = NEW(equation);
    *c = *e;
    c->extent[inner] *= e->extent[outer];
    c->extent[outer] = 1;
    c->body = expr_substitute(e->body, l->split, MAX_INDEX);
    c->index_name[inner] = arena_printf("%s%s", e->index_name[outer] ? e->index_name[outer] : "", e->index_name[inner] ? e->index_name[inner] : "");
    if (e->subs) {
        c->subs = NEW_ARRAY(expr *, e->out->rank + 1);
        for (int d = 0; d < e->out->rank; d++)
            c->subs[d] = expr_substitute(e->subs[d], l->split, MAX_INDEX);
    }
    return c;
}

int reshape_merge(lowering *l)
{
    const equation *e = l->e;
    for (int inner = 0; inner < e->free; inner++)
        for (int outer = 0; outer < e->free; outer++) {
            stride_check c = {l, inner, outer, true, false};
            if (inner == outer || e->extent[inner] == EXTENT_BATCH || e->extent[outer] == EXTENT_BATCH || e->extent[inner] >= MERGE_BELOW ||
                e->extent[outer] == 1 || e->turns)
                continue;
            expr_each(e->body, check_strides, &c);
            if (l->next)
                expr_each(l->next->body, check_strides, &c);
            bool agrees = target_agrees(l, inner, outer);
            if (!c.good || !c.found || !(agrees || (sums_enough(e) && !(l->next && l->next->out->id < 0))))
                continue;
            l->split[inner] = int_mod(int_index(inner), e->extent[inner]);
            l->split[outer] = int_div(int_index(inner), e->extent[inner]);
            l->e = with_one(l, e, inner, outer);
            l->next = l->next ? with_one(l, l->next, inner, outer) : NULL;
            l->merged_target = agrees;
            l->merged |= 1u << inner;
            l->gone |= 1u << outer;
            return inner;
        }
    return -1;
}
