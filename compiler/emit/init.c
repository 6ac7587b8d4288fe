/* init.c: the function that gives the parameters their first values.
 *
 * A value is a function of seed, parameter and element alone, in logical order, so that layout and level change nothing: the
 * bits are SplitMix64's output function (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014)
 * of a counter; normal values are made of two of them by Box and Muller's method (1958). */
#include "writer.h"

static void write_uniform(writer *w)
{
    bool d = w->p->options.is_double;
    line(w, "/* Uniform in [0, 1): element `at` of stream `of`; SplitMix64 (Steele, Lea, Flood 2014) on a counter. */");
    line(w, "static %s %s_random(uint64_t seed, uint32_t of, uint64_t at)", w->real, w->prefix);
    line(w, "{");
    w->depth++;
    line(w, "uint64_t z = (seed * 0x2545F4914F6CDD1Du ^ ((uint64_t)of << 40)) + (at + 1) * 0x9E3779B97F4A7C15u;");
    line(w, "z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;");
    line(w, "z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;");
    line(w, "z = z ^ (z >> 31);");
    line(w, d ? "return (double)(int64_t)(z >> 11) * (1.0 / 9007199254740992.0);" : "return (float)(int32_t)(z >> 40) * (1.0f / 16777216.0f);");
    w->depth--;
    line(w, "}");
    text_append(w->out, "\n");
}

static void write_normal(writer *w)
{
    bool d = w->p->options.is_double;
    line(w, "/* Normal with mean 0 and standard deviation 1, by Box and Muller's method (1958). */");
    line(w, "static %s %s_normal(uint64_t seed, uint32_t of, uint64_t at)", w->real, w->prefix);
    line(w, "{");
    w->depth++;
    line(w, "const %s u = %s - %s_random(seed, of, 2 * at), v = %s_random(seed, of, 2 * at + 1);", w->real, d ? "1.0" : "1.0f", w->prefix, w->prefix);
    line(w, d ? "return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);" : "return sqrtf(-2.0f * logf(u)) * cosf(6.28318531f * v);");
    w->depth--;
    line(w, "}");
    text_append(w->out, "\n");
}

/* a + b * draw */
static void write_scaled(writer *w, double a, double b, const char *draw)
{
    if (a != 0) {
        write_real(w, a);
        text_append(w->out, " + ");
    }
    if (b != 1) {
        write_real(w, b);
        text_append(w->out, " * ");
    }
    text_append(w->out, draw);
}

/* "m0.w ~ uniform(-0.1, 0.1)" */
static void write_told(writer *w, const tensor *t)
{
    text s = {0};
    text_append(&s, t->label);
    if (t->init == INIT_VALUE)
        text_printf(&s, " = %s", real_text(t->init_a));
    else if (t->init != INIT_EXPRESSION)
        text_printf(&s, " ~ %s(%.6g, %.6g)", t->init == INIT_UNIFORM ? "uniform" : "normal", t->init_a, t->init_b);
    line(w, "/* %s */", c_comment(s.data));
}

static void write_value(writer *w, const tensor *t, int number, const char *flat)
{
    const char *draw = arena_printf("(seed, %d, (uint64_t)%s)", number, flat);
    switch (t->init) {
    case INIT_VALUE:
        write_real(w, t->init_a);
        return;
    case INIT_UNIFORM:
        write_scaled(w, t->init_a, t->init_b - t->init_a, arena_printf("%s_random%s", w->prefix, draw));
        return;
    case INIT_NORMAL:
        write_scaled(w, t->init_a, t->init_b, arena_printf("%s_normal%s", w->prefix, draw));
        return;
    case INIT_EXPRESSION:
        write_expr(w, t->init_value);
        return;
    }
}

void write_zero_padding(writer *w, const char *in, const tensor *t, const place *at)
{
    text subs = {0};
    long long row = at->pad ? (long long)t->dims[at->order[t->rank - 1]] : 0;
    if (!at->pad)
        return;
    text_append(&subs, "");
    equation loops = {.free = t->rank};
    for (int d = 0; d < t->rank; d++)
        loops.extent[d] = t->dims[d];
    equation_name_indices(&loops);
    name_positions(w, &loops);
    line(w, "/* the padding of %s */", c_comment(t->label));
    for (int k = 0; k < t->rank; k++, w->depth++) {
        const char *i = w->index[at->order[k]];
        bool last = k == t->rank - 1;
        line(w, "for (%s %s = %lld; %s < %lld; %s++)", w->int_type, i, last ? row : 0, i, last ? row + (long long)at->pad : (long long)t->dims[at->order[k]], i);
        text_printf(&subs, "[%s]", i);
    }
    line(w, "%s->%s%s = 0;", in, w->params[t->id], subs.data);
    w->depth -= t->rank;
}

void write_first_value(writer *w, const tensor *t, const place *at, const char *owner, int number)
{
    text flat = {0};
    equation loops = {.free = t->rank};
    for (int d = 0; d < t->rank; d++)
        loops.extent[d] = t->dims[d];
    equation_name_indices(&loops);
    name_positions(w, &loops);
    write_told(w, t);
    for (int d = 0; d < t->rank; d++) {
        int64_t stride = 1;
        for (int k = d + 1; k < t->rank; k++)
            stride *= t->dims[k];
        line(w, "for (%s %s = 0; %s < %lld; %s++)", "int32_t", w->index[d], w->index[d], (long long)t->dims[d], w->index[d]);
        w->depth++;
        if (stride == 1)
            text_printf(&flat, "%s%s", d ? " + " : "", w->index[d]);
        else
            text_printf(&flat, "%s%lld * %s", d ? " + " : "", (long long)stride, w->index[d]);
    }
    start(w);
    text_printf(w->out, "%s->%s", owner, w->params[t->id]);
    for (int k = 0; k < t->rank; k++)
        text_printf(w->out, "[%s]", w->index[at->order[k]]);
    text_append(w->out, " = ");
    write_value(w, t, number, t->rank == 0 ? "0" : t->rank == 1 ? flat.data : arena_printf("(%s)", flat.data));
    text_append(w->out, ";\n");
    w->depth -= t->rank;
    write_zero_padding(w, owner, t, at);
}

void write_init(writer *w)
{
    const graph *g = w->p->graph;
    bool random = false, normal = false;
    for (int i = 0; i < g->params.count; i++) {
        normal |= !g->params.data[i]->values && g->params.data[i]->init == INIT_NORMAL;
        random |= !g->params.data[i]->values && g->params.data[i]->init == INIT_UNIFORM;
    }
    for (int i = 0; i < g->states.count && w->state; i++) {
        normal |= !g->states.data[i]->values && g->states.data[i]->init == INIT_NORMAL;
        random |= !g->states.data[i]->values && g->states.data[i]->init == INIT_UNIFORM;
    }
    if (random || normal)
        write_uniform(w);
    if (normal)
        write_normal(w);
    if (!has_params(w->p))
        return;
    random = false;
    for (int i = 0; i < g->params.count; i++)
        random |= !g->params.data[i]->values && (g->params.data[i]->init == INIT_UNIFORM || g->params.data[i]->init == INIT_NORMAL);
    line(w, "void %s_init(%s_params *p, uint64_t seed)", w->prefix, w->prefix);
    line(w, "{");
    w->depth++;
    if (!random)
        line(w, "(void)seed;");
    for (int i = 0; i < g->params.count; i++)
        if (!g->params.data[i]->values)
            write_first_value(w, g->params.data[i], &w->p->params[i], "p", i);
    w->depth--;
    line(w, "}");
    text_append(w->out, "\n");
}
