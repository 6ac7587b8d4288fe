/* extremum.c: the largest or smallest of few elements, and where it is, in vectors: what a pool computes.
 *
 *     best = first;  at = 0;  for the others { at = best < value ? number : at;  best = best < value ? value : best }
 *
 * in the order of the plain loops, so that ties and what is not a number come out alike. Vectors run along an index along which all that is
 * read lies contiguous, or two apart, as where a pool halves the rows: then two vectors are loaded, and every second element is taken.
 * A value read where the extremum is (routine/passes.c) is the extremum itself: it is searched again rather than gathered. */
#include <string.h>

#include "tile.h"

enum { MOST_TERMS = 16, LEAST_ELEMENTS = 64 };

static bool is_place(const equation *e)
{
    return e->reduction == RED_ARGMAX || e->reduction == RED_ARGMIN;
}

static bool is_extremum(const equation *e)
{
    return is_place(e) || e->reduction == RED_MAX || e->reduction == RED_MIN;
}

/* The body's terms: the bound positions are numbers in each. Returns how many; 0: too many. */
static int find_terms(const equation *e, expr *terms[MOST_TERMS])
{
    double count = 1;
    for (int p = e->free; p < e->free + e->bound; p++)
        count *= e->extent[p] == EXTENT_BATCH ? MOST_TERMS + 1 : (double)e->extent[p];
    if (count < 2 || count > MOST_TERMS)
        return 0;
    for (int k = 0; k < (int)count; k++) {
        expr *map[MAX_INDEX] = {0};
        int64_t rest = k;
        for (int p = e->free + e->bound - 1; p >= e->free; p--) {
            map[p] = int_const(rest % e->extent[p]);
            rest /= e->extent[p];
        }
        terms[k] = expr_decide(expr_substitute(e->body, map, MAX_INDEX), e->extent);
    }
    return (int)count;
}

/* e's body reads where an argmax is, and nothing else is searched there: e is the maximum. NULL: it is something else. */
static equation *undo(const lowering *l, const equation *e)
{
    const equation_list *list = &l->r->routine->equations;
    for (int i = 0; e->reduction == RED_NONE && !e->accumulate && e->body->kind == X_READ && !e->body->is_int && i < list->count && list->data[i] != e; i++) {
        const equation *a = list->data[i];
        expr *map[MAX_INDEX] = {0}, *at;
        int64_t stride = 1;
        if (!is_place(a) || a->free != e->free || memcmp(a->extent, e->extent, (size_t)e->free * sizeof *e->extent) != 0)
            continue;
        at = expr_read(a->out, identity(a->out));
        for (int p = a->free + a->bound - 1; p >= a->free; p--) {
            map[p] = p == a->free ? int_div(at, stride) : int_mod(int_div(at, stride), a->extent[p]);
            stride *= a->extent[p];
        }
        if (expr_substitute(a->body, map, a->free + a->bound) != e->body)
            continue;
        equation *value = NEW(equation);
        *value = *a;
        value->out = e->out;
        value->subs = e->subs;
        value->reduction = a->reduction == RED_ARGMAX ? RED_MAX : RED_MIN;
        value->at = e->at;
        return value;
    }
    return NULL;
}

/* ---- every second element ---- */

typedef struct stride_search {
    const lowering *l;
    int run;
    bool good;
} stride_search;

int extremum_every(const lowering *l, const expr *read, int run)
{
    int64_t stride = stride_along(l, read, run), low, high;
    if (stride != 2)
        return stride == 1 ? 1 : 0;
    for (int d = 0; d < read->nargs; d++) {
        if (!(read->args[d]->uses >> run & 1))
            continue;
        if (l->r->places[read->tensor->id].stride[d] != 1 || !int_range(read->args[d], l->e->extent, &low, &high))
            return 0;
        return high + 1 < read->tensor->dims[d] ? 2 : low >= 1 ? -2 : 0;
    }
    return 0;
}

static void check_read(expr *x, void *context)
{
    stride_search *s = context;
    if (!(x->uses >> s->run & 1))
        return;
    if (x->kind == X_READ && !x->is_int)
        s->good &= x->tensor->id >= 0 && extremum_every(s->l, x, s->run) != 0;
    s->good &= !(x->kind == X_READ && x->is_int) && x->kind != X_IDIV && x->kind != X_IMOD;
}

static int choose_run(const lowering *l, expr *const terms[], int count)
{
    const equation *e = l->e;
    int best = -1;
    int64_t best_score = 0;
    for (int p = 0; p < e->free; p++) {
        stride_search s = {l, p, true};
        bool reads = false;
        if (e->extent[p] == EXTENT_BATCH || e->extent[p] * real_size(l) < NARROWEST || equation_is_turn(e, p))
            continue;
        for (int k = 0; k < count; k++) {
            /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): find_terms has set `count` of them */
            expr_each(terms[k], check_read, &s);
            s.good &= can_vector(l, terms[k], lanes(p));
            reads |= terms[k]->uses >> p & 1;
        }
        int64_t extent = e->extent[p] > 64 ? 64 : e->extent[p], score = target_runs(l, p) ? 8 * extent + 1 : extent;
        if (s.good && reads && score > best_score) {
            best = p;
            best_score = score;
        }
    }
    return best;
}

tile *extremum_choose(lowering *l)
{
    expr *terms[MOST_TERMS];
    double elements = 1;
    if (l->p->options.level != LEVEL_O2 || l->e->kind != EQ_COMPUTE || (l->next && l->next->accumulate) || tile_is_stateful(l))
        return NULL;
    const equation *given = l->e;
    equation *value = is_extremum(l->e) ? NULL : undo(l, l->e);
    if (!value && !is_extremum(l->e))
        return NULL;
    if (value)
        l->e = value;
    int count = find_terms(l->e, terms), run = count ? choose_run(l, terms, count) : -1;
    for (int k = 0; k < l->e->free; k++)
        elements *= l->e->extent[k] == EXTENT_BATCH ? 1 : (double)l->e->extent[k];
    if (run < 0 || elements < LEAST_ELEMENTS) {
        l->e = given;
        return NULL;
    }
    tile *t = tile_new(l, run, -1);
    t->searches = true;
    kernel_of_extremum(l, t, terms, count, l->e->reduction == RED_MAX || l->e->reduction == RED_ARGMAX, is_place(l->e));
    return t;
}
