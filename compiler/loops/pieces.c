/* pieces.c: maps that are joined of parts, such as the gradient of what is read in slices:
 *
 *     d[i] = (63 >= i ? a[i] : 0) + (i >= 64 ? b[i - 64] : 0)         d[c] = 3 >= c / 16 ? q[c / 16, c % 16] : k[c / 16 - 4, c % 16]
 *
 * Each part is a map over its own range, in which the conditions are decided: then vectors run along it. Where the index is taken apart by a
 * divisor, its digits become two indices. */
#include "pieces.h"

#include "../plan/sole.h"

enum { LONGEST = 4096, MOST_CONDITIONS = 16, SHORTEST = 16 }; /* SHORTEST: bytes of a digit's range */

typedef struct condition_search {
    int position;
    int count;
    expr *found[MOST_CONDITIONS];
    bool several;                  /* too many */
} condition_search;

static void find_condition(expr *x, void *context)
{
    condition_search *s = context;
    if ((x->kind != X_GE0 && x->kind != X_EQ0) || x->uses != 1u << s->position)
        return;
    if (s->count == MOST_CONDITIONS)
        s->several = true;
    else
        s->found[s->count++] = x;
}

/* The dimension that lies contiguous, if it may have parts; -1: it may not. */
static int fastest_of(const lowering *l)
{
    const equation *e = l->e;
    if (l->p->options.level != LEVEL_O2 || e->kind != EQ_COMPUTE || e->reduction != RED_NONE || l->next || e->accumulate || e->subs || e->out->classes ||
        e->free == 0 || e->free + 1 >= MAX_RANK || !in_memory(l, e->out))
        return -1;
    const place *at = &l->r->places[e->out->id];
    int f = at->order[e->out->rank - 1];
    return at->stride[f] == 1 && e->extent[f] != EXTENT_BATCH && e->extent[f] <= LONGEST && !equation_is_turn(e, f) ? f : -1;
}

/* Which of the conditions hold in block `number`, as bits; undecided ones count as not. */
static uint32_t holds(const condition_search *c, int f, int64_t number, int64_t block)
{
    uint32_t bits = 0;
    expr *map[MAX_INDEX] = {0};
    int64_t extent[MAX_INDEX];
    for (int k = 0; k < MAX_INDEX; k++)
        extent[k] = k == f ? block : 1;
    map[f] = int_add(int_index(f), int_const(number * block));
    for (int i = 0; i < c->count; i++)
        bits |= expr_is_num(expr_decide(expr_substitute(c->found[i], map, MAX_INDEX), extent), 1) ? 1u << i : 0;
    return bits;
}

/* Blocks first to end - 1 as a map of their own. */
static equation *piece_of(const equation *e, int f, int64_t block, int64_t first, int64_t end)
{
    equation *piece = NEW(equation);
    expr *map[MAX_INDEX] = {0};
    *piece = *e;
    if (block == 1)
        piece->extent[f] = end - first;
    else {
        piece->extent[f] = block;
        piece->extent[piece->free] = end - first;
        piece->index_name[piece->free] = NULL;
        if (end - first > 1)
            map[f] = int_scale(int_index(piece->free++), block);
        equation_name_indices(piece);
    }
    map[f] = int_add(map[f] ? map[f] : int_const(0), int_add(int_index(f), int_const(first * block)));
    piece->body = expr_decide(expr_substitute(e->body, map, MAX_INDEX), piece->extent);
    piece->subs = NEW_ARRAY(expr *, e->out->rank + 1);
    for (int d = 0; d < e->out->rank; d++)
        piece->subs[d] = d == f ? map[f] : int_index(d);
    return piece;
}

int pieces_find(const lowering *l, equation *pieces[MOST_PIECES])
{
    const equation *e = l->e;
    int f = fastest_of(l), count = 0;
    int64_t divisor[MAX_INDEX];
    condition_search c = {.position = f};
    if (f < 0)
        return 0;
    sole_divisors(e, divisor);
    expr_each(e->body, find_condition, &c);
    int64_t block = divisor[f];
    if (block == 0 || c.several || (block == 1 && !c.count) || e->extent[f] % block != 0 || (block > 1 && block * (l->p->options.is_double ? 8 : 4) < SHORTEST))
        return 0;
    for (int64_t first = 0, end; first < e->extent[f] / block; first = end) {
        uint32_t bits = holds(&c, f, first, block);
        for (end = first + 1; end < e->extent[f] / block && holds(&c, f, end, block) == bits; end++)
            ;
        if (count == MOST_PIECES)
            return 0;
        pieces[count++] = piece_of(e, f, block, first, end);
    }
    return count > 1 || block > 1 ? count : 0;
}
