/* explain.c: what the scheduler chose, and why, for --emit plan. */
#include "byhand.h"

static void print_extent(const equation *e, int position, text *out)
{
    if (e->extent[position] == EXTENT_BATCH)
        text_printf(out, "%s (the batch)", index_text(e, position));
    else
        text_printf(out, "%s (%lld)", index_text(e, position), (long long)e->extent[position]);
}

static void print_tile(const tile *t, text *out)
{
    const equation *e = t->e;
    bool sums = e->reduction == RED_SUM;
    text_append(out, !t->dot ? "vectors along " : sums ? "vectors along the sum over " : "vectors along the search over ");
    print_extent(e, t->run, out);
    text_printf(out, ", along which all that is read lies contiguous%s, up to %d bytes", t->searches ? " or two apart" : "", t->bytes);
    if (t->beyond)
        text_append(out, ", longer than the run: what is read behind it is thrown away");
    if (t->searches)
        text_printf(out, "; the extremum is searched in vectors%s", t->e->reduction == RED_MAX || t->e->reduction == RED_MIN ? "" : ", and its place with it");
    if (t->row >= 0) {
        text_append(out, "; rows of ");
        print_extent(e, t->row, out);
        text_append(out, t->dot && t->column < 0 ? sums ? ", each a sum of its own, to hide how long an addition takes" : ", each a search of its own, to hide how long a comparison takes" : ", which share what is loaded");
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
    else if (n->straight)
        text_append(out, "straight-line code: there is little to compute\n");
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
        if (n->kind == NODE_SAMPLES)
            text_printf(out, "    %lld samples at a time, so that what one step hands to the next stays in the cache:\n", (long long)n->extent);
        if (n->kind == NODE_IF)
            text_append(out, n->value->op == OP_LT ? "    of few samples:\n" : "    of more:\n");
        print_list(p, &n->body, out);
    }
}

/* ---- the same, in the words of --schedule ---- */

typedef struct described {
    const char *routine;
    int *blocks, *of_all;      /* by tensor id: those told, and those there are */
    text *out;
} described;

static void each_block(const node_list *list, void (*f)(described *d, const node *block), described *d)
{
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->kind == NODE_BLOCK && !has_blocks(&list->data[i]->body))
            f(d, list->data[i]);
        else
            each_block(&list->data[i]->body, f, d);
}

static void count_block(described *d, const node *block)
{
    d->of_all[block->names->out->id]++;
}

static void describe_block(described *d, const node *block)
{
    const tensor *t = block->names->out;
    text_printf(d->out, "  %s %s", d->routine, t->label);
    if (d->of_all[t->id] > 1)
        text_printf(d->out, "#%d", ++d->blocks[t->id]);
    text_append(d->out, ": ");
    byhand_print(block, d->out);
    text_append(d->out, "\n");
}

static void print_schedule(const plan *p, loop_function *const loops[], text *out)
{
    text_append(out, "schedule:\n");
    plan_print_memory(p, out);
    for (int i = 0; i < p->routines.count; i++) {
        int n = p->graph->tensors.count + 1;
        described d = {routine_name(p->graph, p->routines.data[i]->routine), NEW_ARRAY(int, n), NEW_ARRAY(int, n), out};
        each_block(&loops[i]->body, count_block, &d);
        each_block(&loops[i]->body, describe_block, &d);
    }
}

void loops_print(const plan *p, text *out)
{
    loop_function **loops = NEW_ARRAY(loop_function *, p->routines.count + 1);
    text_append(out, "loops:\n");
    for (int i = 0; i < p->routines.count; i++) {
        loops[i] = loops_build(p, p->routines.data[i]);
        text_printf(out, "  %s:\n", routine_name(p->graph, p->routines.data[i]->routine));
        print_list(p, &loops[i]->body, out);
    }
    if (p->options.level == LEVEL_O2)
        print_schedule(p, loops, out);
}
