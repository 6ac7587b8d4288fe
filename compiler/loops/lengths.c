/* lengths.c: how long a tile's vectors are, where the widest that fit the run are not the best.
 *
 * They may be longer than the run, such as the three columns of a 3x3 kernel:
 *
 *     acc[u][v ...] += s[i, j] * x[i + u][j + v ...]          dw[u, v] = acc[u][v] for v < 3; the fourth lane is thrown away
 *
 * What a vector reads behind the run is of the same array, or of what lies behind it in the work struct. */
#include "tile.h"

enum { LONGEST = 32 };                 /* bytes of such a vector */
enum { LEAST_TURNS = 512 };            /* of an equation, for a sample: fewer are straight-line code or soon done */
enum { LINE = 64, HALF_LINE = 32 };    /* bytes of a cache line */
enum { IN_REGISTERS = 30, MOST_ROWS = 8 };

/* The shortest vector that holds all of the run: its bytes; 0: it would be too long. */
static int bytes_for(const lowering *l, int run)
{
    int bytes = NARROWEST;
    while (bytes < l->e->extent[run] * real_size(l))
        bytes *= 2;
    return bytes <= LONGEST ? bytes : 0;
}

/* The bytes of a vector that --schedule decides; 0: it does not. */
static int asked_bytes(const lowering *l)
{
    return l->wanted ? l->wanted->bytes : 0;
}

typedef struct room_check {
    const lowering *l;
    int run;
    int64_t lanes;                     /* that are read behind the run */
    bool good;
} room_check;

static void check_room(expr *x, void *context)
{
    room_check *c = context;
    if (x->kind != X_READ || x->is_int || !(x->uses >> c->run & 1))
        return;
    const place *at = x->tensor->id >= 0 ? &c->l->r->places[x->tensor->id] : NULL;
    c->good &= at && at->store == STORE_WORK && !at->alias && at->offset + at->size + c->lanes <= c->l->p->work_reals;
}

bool lengths_have_room(const lowering *l, expr *body, int run)
{
    int bytes = l->e->extent[run] == EXTENT_BATCH || (l->merged >> run & 1) ? 0 : bytes_for(l, run);
    room_check c = {l, run, bytes / real_size(l) - l->e->extent[run], bytes > 0};
    expr_each(body, check_room, &c);
    return c.good && c.lanes > 0;
}

int lengths_short_run(const lowering *l, expr *body, const conditions *c)
{
    const equation *e = l->e;
    int best = -1;
    for (int p = 0; p < e->free && equation_turns(e) >= LEAST_TURNS; p++)
        if (e->extent[p] != EXTENT_BATCH && e->extent[p] > 1 && e->extent[p] * real_size(l) < NARROWEST && !equation_is_turn(e, p) && !conditioned(c, p) &&
            run_of(l, body, p) == RUN_CONTIGUOUS && can_vector(l, body, lanes(p)) && lengths_have_room(l, body, p) && (best < 0 || e->extent[p] > e->extent[best]))
            best = p;
    return best;
}

/* One vector of 32 bytes instead of two of 16 that overlap; one of 16 where none fits. */
static void fit_run(const lowering *l, expr *body, tile *t)
{
    int64_t bytes = t->e->extent[t->run] * real_size(l);
    int asked = asked_bytes(l);
    if (bytes == NARROWEST || bytes == LONGEST || (bytes > NARROWEST && tile_shares(body, t->run, t->row)) || (asked && asked <= bytes) || !lengths_have_room(l, body, t->run))
        return;
    t->beyond = true;
    t->bytes = bytes_for(l, t->run);
}

/* ---- cache lines ---- */

typedef struct line_check {
    const lowering *l;
    int run;
    bool crosses;
} line_check;

static void check_lines(expr *x, void *context)
{
    line_check *c = context;
    if (x->kind != X_READ || x->is_int || x->tensor->id < 0 || !(x->uses >> c->run & 1))
        return;
    for (int d = 0; d < x->nargs; d++)
        for (int i = 0; i < x->args[d]->nargs; i++)
            if (x->args[d]->args[i]->uses != 1u << c->run)
                c->crosses |= x->args[d]->coef[i] * c->l->r->places[x->tensor->id].stride[d] * real_size(c->l) % LINE != 0;
}

/* Where each vector that is loaded serves one row alone, loads are what limits. One of 64 bytes that crosses a cache line takes twice as long;
 * of two of 32 bytes one does not cross. */
static void fit_lines(const lowering *l, expr *body, tile *t)
{
    line_check c = {l, t->run, false};
    if (t->beyond || t->bytes < HALF_LINE || t->e->extent[t->row] == EXTENT_BATCH || tile_shares(body, t->run, t->row))
        return;
    expr_each(body, check_lines, &c);
    if (!c.crosses)
        return;
    int asked = asked_bytes(l);
    if (asked > t->bytes)
        return;
    t->bytes = asked ? asked : HALF_LINE;
    int64_t rows = t->e->extent[t->row], tiles = (rows + MOST_ROWS - 1) / MOST_ROWS, all = (t->e->extent[t->run] * real_size(l) + t->bytes - 1) / t->bytes;
    if (all > WITH_ROWS && (rows + tiles - 1) / tiles * all <= IN_REGISTERS)
        t->with_rows = (int)all;
    if (t->wide < t->with_rows)
        t->wide = t->with_rows;
}

void lengths_fit(const lowering *l, expr *body, tile *t)
{
    if (t->row < 0)
        return;
    fit_run(l, body, t);
    fit_lines(l, body, t);
}
