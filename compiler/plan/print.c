/* print.c: a plan as text, for --emit plan; and whether what --schedule says of memory could be done. */
#include "plan.h"

static void print_place(const tensor *t, const place *at, text *out)
{
    static const char *const stores[] = {"fused into its reader", "argument", "p", "g", "h", "constant", "work"};
    text_printf(out, "    %-24s %s", t->label, stores[at->store]);
    if (at->alias)
        text_printf(out, ", the elements of %s", at->alias->label);
    else if (at->store == STORE_WORK)
        text_printf(out, " at %lld, %lld elements, lives %d to %d", (long long)at->offset, (long long)at->size, at->first, at->last);
    bool plain = true;
    for (int k = 0; k < t->rank; k++)
        plain &= at->order[k] == k;
    for (int d = 0; d < t->rank; d++)
        if (at->folded >> d & 1)
            text_printf(out, ", one turn of dimension %d at a time", d + 1);
    if (!plain) {
        text_append(out, ", dimensions in memory:");
        for (int k = 0; k < t->rank; k++)
            text_printf(out, " %d", at->order[k] + 1);
        text_append(out, " (computed a run of the last at once)");
    }
    text_append(out, "\n");
}

bool plan_had_choice(const plan *p)
{
    int tried = 0;
    for (int k = 0; k < THRIFT_COUNT; k++)
        tried += p->ram[k] > 0;
    return tried > 1;
}

void plan_print_choice(const plan *p, text *out)
{
    static const char *const names[] = {
        [THRIFT_NONE] = "all turns at once where that can be",
        [THRIFT_TURNS] = "a turn at a time",
        [THRIFT_RECOMPUTE] = "a turn at a time, and again backwards",
    };
    if (!plan_had_choice(p))
        return;
    text_append(out, "scans, bytes of RAM:\n");
    for (int k = 0; k < THRIFT_COUNT; k++) {
        if (!p->ram[k])
            continue;
        text_printf(out, "  %-38s %10lld", names[k], (long long)p->ram[k]);
        if (k == (int)p->options.thrift && !p->max_ram)
            text_append(out, "  chosen: the fastest, as there is no --max-ram");
        else if (k == (int)p->options.thrift)
            text_printf(out, "  chosen: the %s within --max-ram %lld", p->ram[k] <= p->max_ram ? "fastest" : "least, though not", (long long)p->max_ram);
        text_append(out, "\n");
    }
}

static bool lies_as(const place *at, const decision *d)
{
    for (int k = 0; k < d->rank; k++)
        if (at->order[k] != d->order[k])
            return false;
    return true;
}

/* How tensor i lies in memory where some routine has it there; NULL: none does. */
static const place *place_in_memory(const plan *p, int i)
{
    for (int k = 0; k < p->routines.count; k++) {
        const place *at = &p->routines.data[k]->places[i];
        if (at->store != STORE_NONE && !at->alias)
            return at;
    }
    return NULL;
}

void plan_check_memory(const plan *p)
{
    for (int i = 0; i < p->graph->tensors.count; i++) {
        const tensor *t = p->graph->tensors.data[i];
        const place *at = place_in_memory(p, i);
        decision *d = schedule_memory(p->options.schedule, t->label);
        if (!d || d->why)
            continue;
        if (!at)
            d->why = "it is never in memory";
        else if (lies_as(at, d))
            d->done = true;
        else
            d->why = at->store == STORE_ARGUMENT ? "it is an argument of the C: those lie as written" : "it lies as what it belongs to does, or as written";
    }
}

void plan_print_memory(const plan *p, text *out)
{
    for (int i = 0; i < p->graph->params.count; i++) {
        const place *at = &p->params[i];
        if (plan_row_major(p->graph->params.data[i], at))
            continue;
        text_printf(out, "  %s: memory", p->graph->params.data[i]->label);
        for (int k = 0; k < p->graph->params.data[i]->rank; k++)
            text_printf(out, " %d", at->order[k] + 1);
        text_append(out, "\n");
    }
}

void plan_print(const plan *p, text *out)
{
    text_printf(out, "parameters: %lld reals\n", (long long)p->reals);
    for (int i = 0; i < p->graph->params.count; i++)
        print_place(p->graph->params.data[i], &p->params[i], out);
    text_printf(out, "work: %lld reals, %lld integers\n", (long long)p->work_reals, (long long)p->work_ints);
    for (int i = 0; i < p->routines.count; i++) {
        const routine_plan *r = p->routines.data[i];
        text_printf(out, "  %s: %lld reals, %lld integers\n", routine_name(p->graph, r->routine), (long long)r->reals, (long long)r->ints);
        for (int k = 0; k < r->routine->equations.count; k++)
            if (!r->routine->equations.data[k]->accumulate)
                print_place(r->routine->equations.data[k]->out, &r->places[r->routine->equations.data[k]->out->id], out);
    }
    plan_print_choice(p, out);
}
