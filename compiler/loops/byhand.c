/* byhand.c: see byhand.h. */
#include "byhand.h"

#include <string.h>

#include "tile.h"

const char *index_text(const equation *e, int position)
{
    return e->index_name[position] ? e->index_name[position] : arena_printf("i%d", position);
}

/* ---- what was decided ---- */

void *byhand_refuse(const lowering *l, const char *format, ...)
{
    text why = {0};
    va_list args;
    va_start(args, format);
    text_vprintf(&why, format, args);
    va_end(args);
    l->wanted->why = why.data;
    return NULL;
}

static void list_indices(const equation *e, int begin, int end, text *out)
{
    for (int p = begin; p < end; p++)
        text_printf(out, "%s%s", p == begin ? "" : p + 1 == end ? " and " : ", ", index_text(e, p));
}

int byhand_index(const lowering *l, const char *name, int begin, int end)
{
    for (int p = begin; p < end; p++)
        if (strcmp(index_text(l->e, p), name) == 0 && !(l->gone >> p & 1))
            return p;
    text there = {0};
    list_indices(l->e, begin, end, &there);
    byhand_refuse(l, begin == 0 ? "it has no free index '%s', but %s" : "it sums over no index '%s', but over %s", name, begin == end ? "none" : there.data);
    return -1;
}

bool byhand_may_run(const lowering *l, expr *body, const conditions *c, int run, bool map)
{
    const equation *e = l->e;
    const char *name = index_text(e, run);
    if (run < e->free && e->extent[run] == EXTENT_BATCH)
        byhand_refuse(l, "vectors can't run along the batch, whose size is known when the program runs");
    else if (equation_is_turn(e, run))
        byhand_refuse(l, "vectors can't run along %s, the turn of a scan", name);
    else if (e->extent[run] != EXTENT_BATCH && e->extent[run] * real_size(l) < NARROWEST && (map || !lengths_have_room(l, body, run)))
        byhand_refuse(l, "%s has an extent of %lld, too few for a vector of %d bytes", name, (long long)e->extent[run], NARROWEST);
    else if (conditioned(c, run))
        byhand_refuse(l, "which terms of the sum count depends on %s", name);
    else if (run_of(l, body, run) != RUN_CONTIGUOUS)
        byhand_refuse(l, "not all that is read lies contiguous along %s ('memory' decides how a tensor lies)", name);
    else if (!can_vector(l, body, lanes(run)))
        byhand_refuse(l, "its formula holds what vectors can't do along %s", name);
    else if (map && !target_runs(l, run))
        byhand_refuse(l, "what it computes does not lie contiguous along %s ('memory' decides how a tensor lies)", name);
    else
        return true;
    return false;
}

bool byhand_side(const lowering *l, expr *body, const conditions *c, int run, const char *name, int *chosen)
{
    if (!name)
        return true;
    if (strcmp(name, "none") == 0) {
        *chosen = -1;
        return true;
    }
    int p = byhand_index(l, name, 0, l->e->free);
    if (p < 0)
        return false;
    *chosen = p;
    if (p == run)
        byhand_refuse(l, "the vectors run along %s already", name);
    else if (equation_is_turn(l->e, p))
        byhand_refuse(l, "%s is the turn of a scan, one comes after the other", name);
    else if (conditioned(c, p))
        byhand_refuse(l, "which terms of the sum count depends on %s", name);
    else if (l->wanted->form == FORM_DOT && !(body->uses >> p & 1))
        byhand_refuse(l, "what is summed does not depend on %s", name);
    else
        return true;
    return false;
}

bool byhand_sizes(const lowering *l, tile *t)
{
    const decision *d = l->wanted;
    if (!d)
        return true;
    if (d->bytes > t->bytes) {
        byhand_refuse(l, "%s is shorter than %d bytes", index_text(t->e, t->run), d->bytes);
        return false;
    }
    if (d->wide && t->row >= 0 && !t->dot) {
        byhand_refuse(l, "'wide' is for tiles of one row: this has rows of %s", index_text(t->e, t->row));
        return false;
    }
    t->bytes = d->bytes ? d->bytes : t->bytes;
    t->wide = d->wide ? d->wide : t->wide;
    return true;
}

/* ---- what was chosen ---- */

tile *tile_in(const node_list *list)
{
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->kind == NODE_TILE)
            return list->data[i]->tile;
    return NULL;
}

static const char *side_text(const equation *e, int position)
{
    return position < 0 ? "none" : index_text(e, position);
}

void byhand_print(const node *block, text *out)
{
    const tile *t = tile_in(&block->body);
    loop_form form = !t ? (block->straight ? FORM_STRAIGHT : FORM_PLAIN) : t->searches ? FORM_EXTREMUM : t->dot ? FORM_DOT : FORM_VECTORS;
    text_append(out, form_name(form));
    if (!t || form < FORM_VECTORS)
        return;
    text_printf(out, " %s rows %s", index_text(t->e, t->run), side_text(t->e, t->row));
    if (t->dot)
        text_printf(out, " columns %s", side_text(t->e, t->column));
    text_printf(out, " bytes %d", t->bytes);
    if (!t->dot && t->row < 0)
        text_printf(out, " wide %d", t->wide);
}
