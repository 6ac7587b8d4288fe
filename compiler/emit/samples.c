/* samples.c: equations that are run for some samples at a time (plan/samples.c): a function for a block of samples, and the loop that calls it.
 * Of what is kept for the whole batch the function gets the block's part; `n` is the block's number of samples there, `all` the batch's. */
#include "vector.h"

static void write_function(writer *w, const node *n, const needed *d, bool all)
{
    line(w, "/* %lld samples at a time: what one step hands to the next stays in the cache. */", (long long)n->extent);
    text_printf(w->out, "static void %s_samples\1(", w->prefix);
    write_shared(w, d, true, NULL);
    text_printf(w->out, "size_t n%s)\n{\n", all ? ", size_t all" : "");
    w->depth = 1;
    w->in_block = true;
    write_list(w, &n->body);
    w->in_block = false;
    text_append(w->out, "}\n\n");
}

void write_samples(writer *w, const node *n)
{
    struct vector_parts *v = vector_parts(w);
    needed d = {.w = w};
    text *out = w->out, function = {0};
    int depth = w->depth;
    loops_each_in(&n->body, need_expr, &d);
    bool all = d.n;                    /* only conditions on the size of the batch ask for it (transpose.c) */
    d.n = false;
    w->depth = 0;
    w->out = &function;
    write_function(w, n, &d, all);
    w->out = out;
    w->depth = depth;
    int number = part_number(w, v, &d, function.data);
    line(w, "for (size_t at = 0; at < n; at += %lld)", (long long)n->extent);
    start(w);
    text_printf(w->out, "    %s_samples%d(", w->prefix, number);
    write_shared(w, &d, false, "at");
    text_printf(w->out, "n - at < %lld ? n - at : %lld%s);\n", (long long)n->extent, (long long)n->extent, all ? ", n" : "");
}
