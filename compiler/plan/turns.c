/* turns.c: what recurrences mean for memory: dimensions that need no memory, and how long what they compute must live.
 *
 * Of a tensor that is read only in the turn that computes it (or in the next, before it is computed anew), or after the loop in its last
 * turn, one turn's elements are enough: the dimension is folded away. (Not at -O0, where every turn can be looked at.) */
#include <string.h>

#include "../routine/passes.h"
#include "plan.h"

static bool is_within(const routine *r, int loop, int around)
{
    for (; loop >= 0; loop = r->recurrences.data[loop]->parent)
        if (loop == around)
            return true;
    return false;
}

static int innermost(const equation *e)
{
    return e->turns ? e->turn[e->turns - 1].recurrence : -1;
}

/* ---- folding ---- */

typedef struct reading {
    const routine_plan *r;
    const tensor *t;
    int number;                 /* of the reader */
    int last;                   /* number of the last equation that computes t */
    int loop, dimension;
    bool good;
} reading;

/* Of this turn, but left there by the turn before of a loop within, which c->t is computed in as well? */
static bool left_by_inner_turn(const reading *c, const equation *e, const expr *x)
{
    const routine *r = c->r->routine;
    const equation *made = r->equations.data[c->last];
    for (int k = 0; k < e->turns && k < made->turns && e->turn[k].recurrence == made->turn[k].recurrence; k++) {
        int number = made->turn[k].recurrence;
        int64_t difference;
        if (number == c->loop || !is_within(r, number, c->loop) || made->turn[k].dimension < 0)
            continue;
        if (int_is_const(int_sub(x->args[made->turn[k].dimension], int_index(e->turn[k].position)), &difference) &&
            difference == (r->recurrences.data[number]->backward ? 1 : -1))
            return true;
    }
    return false;
}

static void check_read(expr *x, void *context)
{
    reading *c = context;
    if (x->kind != X_READ || x->tensor != c->t)
        return;
    const routine *r = c->r->routine;
    const equation *e = r->equations.data[c->number];
    const recurrence *loop = r->recurrences.data[c->loop];
    const expr *sub = x->args[c->dimension];
    int64_t value;
    if (!is_within(r, innermost(e), c->loop)) { /* after the loop: the last turn's are there */
        c->good &= int_is_const(sub, &value) && value == (loop->backward ? 0 : loop->extent - 1) && c->number > c->last;
        return;
    }
    int position = -1;
    for (int k = 0; k < e->turns; k++)
        if (e->turn[k].recurrence == c->loop)
            position = e->turn[k].position;
    bool plain = sub->nargs == 1 && sub->args[0]->kind == X_INDEX && sub->args[0]->index == position && sub->coef[0] == 1;
    if (plain && sub->constant == 0)
        c->good &= c->number > c->last || (c->number == c->last && e->accumulate) || left_by_inner_turn(c, e, x);
    else /* what the turn before left, read before it is computed anew */
        c->good &= plain && sub->constant == (loop->backward ? 1 : -1) && c->number + c->r->fused[c->number] < c->last;
}

static bool may_fold(const routine_plan *r, const tensor *t, int last, int loop, int dimension)
{
    const equation_list *list = &r->routine->equations;
    reading c = {r, t, 0, last, loop, dimension, true};
    for (int i = 0; i < list->count && c.good; i++) {
        const equation *e = list->data[i];
        c.number = i;
        if (e->source == t || (e->kind == EQ_RESHAPE && e->out == t))
            return false;
        if (e->body)
            expr_each(e->body, check_read, &c);
        for (int d = 0; e->subs && d < e->out->rank; d++)
            expr_each(e->subs[d], check_read, &c);
        if (e->out == t && e->accumulate) {
            int p;
            /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what adds to a place says to which */
            c.good &= int_is_index(e->subs[dimension], &p) && equation_is_turn(e, p);
        }
    }
    return c.good;
}

static int last_definition(const equation_list *list, const tensor *t)
{
    for (int i = list->count - 1; i >= 0; i--)
        if (list->data[i]->out == t)
            return i;
    return -1;
}

uint32_t folded_dimensions(const plan *p, const routine_plan *r, int number)
{
    const equation *e = r->routine->equations.data[number];
    uint32_t folded = 0;
    if (e->accumulate || e->kind != EQ_COMPUTE || e->out == r->routine->value || p->options.level == LEVEL_O0)
        return 0;
    for (int k = 0; k < e->turns; k++)
        if (may_fold(r, e->out, last_definition(&r->routine->equations, e->out), e->turn[k].recurrence, e->turn[k].dimension))
            folded |= 1u << e->turn[k].dimension;
    return folded;
}

/* ---- lifetimes ---- */

typedef struct other_turn {
    const tensor *t;
    const equation *e;
    bool found;
} other_turn;

static void look_for_other_turn(expr *x, void *context)
{
    other_turn *c = context;
    if (x->kind != X_READ || x->tensor != c->t)
        return;
    for (int d = 0; d < x->nargs; d++)
        for (int k = 0; k < c->e->turns; k++)
            c->found |= int_coefficient(x->args[d], c->e->turn[k].position) != 0 && !int_is_index(x->args[d], NULL);
}

/* Is t, in the loop that is e's k-th, more than a value that a turn makes and uses up? */
static bool outlives_turn(const routine_plan *r, const tensor *t, const equation *e, int k)
{
    const equation_list *list = &r->routine->equations;
    if (!(r->places[t->id].folded >> e->turn[k].dimension & 1))
        return true;
    for (int i = 0; i < list->count; i++) {
        const equation *x = list->data[i];
        other_turn c = {t, x, false};
        if (!reads_tensor(x, t))
            continue;
        if (!is_within(r->routine, innermost(x), e->turn[k].recurrence))
            return true;
        if (x->body)
            expr_each(x->body, look_for_other_turn, &c);
        if (c.found)
            return true;
    }
    return false;
}

void extend_lifetime(const routine_plan *r, const tensor *t, int number, int *first, int *last)
{
    const routine *which = r->routine;
    const equation *e = which->equations.data[number];
    const equation *made = NULL;
    for (int i = 0; i < which->equations.count && !made; i++)
        if (which->equations.data[i]->out == t)
            made = which->equations.data[i];
    for (int k = 0; k < e->turns; k++) {
        const recurrence *loop = which->recurrences.data[e->turn[k].recurrence];
        bool inside = made && is_within(which, innermost(made), e->turn[k].recurrence);
        if (inside && !outlives_turn(r, t, made, k))
            continue;
        if (inside && *first > loop->first)
            *first = loop->first;
        if (*last < loop->first + loop->count - 1)
            *last = loop->first + loop->count - 1;
    }
}

/* ---- an invariant ---- */

static bool runs_in(const equation *e, int number)
{
    for (int k = 0; k < e->turns; k++)
        if (e->turn[k].recurrence == number)
            return true;
    return false;
}

void plan_verify_turns(const routine *r)
{
    for (int k = 0; k < r->recurrences.count; k++)
        for (int i = 0; i < r->equations.count; i++) {
            const recurrence *c = r->recurrences.data[k];
            bool inside = i >= c->first && i < c->first + c->count;
            if (inside != runs_in(r->equations.data[i], k))
                bug("%s stands %s the turns from %d on", r->equations.data[i]->out->label, inside ? "among" : "outside", c->first);
        }
}
