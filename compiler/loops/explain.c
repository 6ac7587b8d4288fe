/* explain.c: what the scheduler chose, and why, for --emit plan. */
#include "loops.h"

static const char *index_name(const equation *e, int position)
{
    return e->index_name[position] ? e->index_name[position] : arena_printf("i%d", position);
}

static void print_extent(const equation *e, int position, text *out)
{
    if (e->extent[position] == EXTENT_BATCH)
        text_printf(out, "%s (the batch)", index_name(e, position));
    else
        text_printf(out, "%s (%lld)", index_name(e, position), (long long)e->extent[position]);
}

static void print_tile(const tile *t, text *out)
{
    const equation *e = t->e;
    text_append(out, t->dot ? "vectors along the sum over " : "vectors along ");
    print_extent(e, t->run, out);
    text_printf(out, ", along which all that is read lies contiguous%s, up to %d bytes", t->searches ? " or two apart" : "", t->bytes);
    if (t->searches)
        text_printf(out, "; the extremum is searched in vectors%s", t->e->reduction == RED_MAX || t->e->reduction == RED_MIN ? "" : ", and its place with it");
    if (t->row >= 0) {
        text_append(out, "; rows of ");
        print_extent(e, t->row, out);
        text_append(out, t->dot && t->column < 0 ? ", each a sum of its own, to hide how long an addition takes" : ", which share what is loaded");
    }
    if (t->dot && t->column >= 0) {
        text_append(out, ", columns of ");
        print_extent(e, t->column, out);
    }
    if (t->single)
        text_append(out, t->dot ? "; of a batch of one only the rows that are not 0" : t->single->row < 0 && t->row >= 0 ? "; a batch of one in one row" : "; a batch of one without a sum");
    if (t->single && t->single->list && !t->dot)
        text_append(out, ", of the terms that are not 0");
    text_append(out, t->updates ? "; added to what is there\n" : "\n");
}

static const tile *tile_in(const node_list *list)
{
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->kind == NODE_TILE)
            return list->data[i]->tile;
    return NULL;
}

static bool has_blocks(const node_list *list)
{
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->kind == NODE_BLOCK || has_blocks(&list->data[i]->body))
            return true;
    return false;
}

static void print_block(const plan *p, const node *n, text *out)
{
    const tile *t = tile_in(&n->body);
    text_printf(out, "    %s%s%s\n        ", n->comment, n->names->note ? "   // " : "", n->names->note ? n->names->note : "");
    if (t)
        print_tile(t, out);
    else if (n->unrolled)
        text_append(out, "straight-line code: zeros among the constants leave few terms\n");
    else if (n->names->reduction == RED_SUM && p->options.level == LEVEL_O2)
        text_append(out, "plain loops: no index is contiguous in all that is read, or there is too little to sum\n");
    else
        text_append(out, "plain loops\n");
}

/* The blocks of equations, also those within the turns of a recurrence or under a condition on the number of samples. */
static void print_list(const plan *p, const node_list *list, text *out)
{
    for (int i = 0; i < list->count; i++) {
        const node *n = list->data[i];
        if (n->kind == NODE_BLOCK && !has_blocks(&n->body)) {
            print_block(p, n, out);
            continue;
        }
        if (n->kind == NODE_BLOCK)
            text_printf(out, "    %s\n", n->comment);
        if (n->kind == NODE_IF)
            text_append(out, n->value->op == OP_LT ? "    of few samples:\n" : "    of more:\n");
        print_list(p, &n->body, out);
    }
}

void loops_print(const plan *p, text *out)
{
    text_append(out, "loops:\n");
    for (int i = 0; i < p->routines.count; i++) {
        text_printf(out, "  %s:\n", routine_name(p->graph, p->routines.data[i]->routine));
        print_list(p, &loops_build(p, p->routines.data[i])->body, out);
    }
}
