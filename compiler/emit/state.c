/* state.c: the state struct, what resets it, and the random numbers that are drawn from its seed. */
#include "writer.h"

static void look(expr *e, void *context)
{
    *(bool *)context |= e->kind == X_NOISE;
}

bool routine_draws(const routine *r)
{
    bool found = false;
    for (int i = 0; i < r->equations.count && !found; i++)
        if (r->equations.data[i]->body)
            expr_each(r->equations.data[i]->body, look, &found);
    return found;
}

static bool plan_draws(const plan *p)
{
    bool found = false;
    for (int i = 0; i < p->routines.count && !found; i++)
        found = routine_draws(p->routines.data[i]->routine);
    return found;
}

bool model_draws(const writer *w)
{
    return plan_draws(w->p);
}

int64_t state_bytes(const plan *p)
{
    bool draws = plan_draws(p);
    int64_t reals = p->state_reals + (draws && !p->options.is_double && p->state_reals % 2);
    return reals * (p->options.is_double ? 8 : 4) + (draws ? 16 : 0);
}

bool has_state(const writer *w)
{
    return w->p->state_reals > 0 || model_draws(w);
}

int64_t state_offset(const writer *w)
{
    return !model_draws(w) ? 0 : w->p->options.is_double ? 2 : 4;
}

void write_state_struct(writer *w)
{
    const graph *g = w->p->graph;
    bool draws = model_draws(w);
    if (!has_state(w))
        return;
    text_printf(w->out, "/* What is kept from call to call. */\ntypedef struct %s_state {\n", w->prefix);
    if (draws)
        text_append(w->out, "    uint64_t seed, sample; /* where the random numbers begin; the number of the next sample */\n");
    for (int i = 0; i < g->states.count; i++) {
        const tensor *t = g->states.data[i];
        if (!t->values)
            text_printf(w->out, "    %s %s%s; /* %s */\n", w->real, w->params[t->id], memory_shape(w, t, &w->p->states[i]), tensor_told(w, t));
    }
    if (draws && !w->p->options.is_double && w->p->state_reals % 2) /* the same size wherever uint64_t is aligned */
        text_append(w->out, "    float padding;\n");
    text_printf(w->out, "} %s_state;\n\n", w->prefix);
}

void write_reset(writer *w)
{
    const graph *g = w->p->graph;
    bool draws = model_draws(w), random = draws;
    for (int i = 0; i < g->states.count; i++)
        random |= !g->states.data[i]->values && (g->states.data[i]->init == INIT_UNIFORM || g->states.data[i]->init == INIT_NORMAL);
    line(w, "void %s_reset(%s_state *h, uint64_t seed)", w->prefix, w->prefix);
    line(w, "{");
    w->depth++;
    if (!random)
        line(w, "(void)seed;");
    if (draws) {
        line(w, "h->seed = seed;");
        line(w, "h->sample = 0;");
        if (!w->p->options.is_double && w->p->state_reals % 2)
            line(w, "h->padding = 0;");
    }
    for (int i = 0; i < g->states.count; i++)
        if (!g->states.data[i]->values)
            write_first_value(w, g->states.data[i], &w->p->states[i], "h", g->params.count + i);
    w->depth--;
    line(w, "}");
    text_append(w->out, "\n");
}

void write_noise_helpers(writer *w)
{
    bool d = w->p->options.is_double;
    const char *real = w->real, *p = w->prefix;
    if (!w->uniform && !w->gauss)
        return;
    line(w, "/* Random bits for an element of a sample, drawn at one place of the model: Philox4x32-10 (Salmon, Moraes, Dror, Shaw,");
    line(w, " * \"Parallel random numbers: as easy as 1, 2, 3\", SC 2011). Whatever the batch, a sample draws the same. */");
    line(w, "static void %s_philox(uint64_t seed, uint64_t sample, uint32_t element, uint32_t place, uint32_t bits[4])", p);
    line(w, "{");
    w->depth++;
    line(w, "uint32_t key0 = (uint32_t)(seed & 0xFFFFFFFFu), key1 = (uint32_t)(seed >> 32);");
    line(w, "bits[0] = element;");
    line(w, "bits[1] = place;");
    line(w, "bits[2] = (uint32_t)(sample & 0xFFFFFFFFu);");
    line(w, "bits[3] = (uint32_t)(sample >> 32);");
    line(w, "for (int round = 0; round < 10; round++) {");
    w->depth++;
    line(w, "const uint64_t a = (uint64_t)0xD2511F53u * bits[0], c = (uint64_t)0xCD9E8D57u * bits[2];");
    line(w, "bits[0] = (uint32_t)(c >> 32) ^ bits[1] ^ key0;");
    line(w, "bits[1] = (uint32_t)(c & 0xFFFFFFFFu);");
    line(w, "bits[2] = (uint32_t)(a >> 32) ^ bits[3] ^ key1;");
    line(w, "bits[3] = (uint32_t)(a & 0xFFFFFFFFu);");
    line(w, "key0 += 0x9E3779B9u;");
    line(w, "key1 += 0xBB67AE85u;");
    w->depth--;
    line(w, "}");
    w->depth--;
    line(w, "}\n");
    line(w, "/* In [0, 1), from random bits. */");
    line(w, "static %s %s_fraction(const uint32_t bits[2])", real, p);
    line(w, "{");
    line(w, d ? "    return (double)(int64_t)((uint64_t)bits[0] << 21 | bits[1] >> 11) * (1.0 / 9007199254740992.0);"
              : "    return (float)(int32_t)(bits[0] >> 8) * (1.0f / 16777216.0f);");
    line(w, "}\n");
    if (w->uniform) {
        line(w, "/* Uniform in [0, 1). */");
        line(w, "static %s %s_uniform(const %s_state *h, size_t b, uint32_t element, uint32_t place)", real, p, p);
        line(w, "{");
        line(w, "    uint32_t bits[4];");
        line(w, "    %s_philox(h->seed, h->sample + b, element, place, bits);", p);
        line(w, "    return %s_fraction(bits);", p);
        line(w, "}\n");
    }
    if (w->gauss) {
        line(w, "/* Normal with mean 0 and standard deviation 1, by Box and Muller's method (1958). */");
        line(w, "static %s %s_gauss(const %s_state *h, size_t b, uint32_t element, uint32_t place)", real, p, p);
        line(w, "{");
        line(w, "    uint32_t bits[4];");
        line(w, "    %s_philox(h->seed, h->sample + b, element, place, bits);", p);
        line(w, "    const %s u = %s - %s_fraction(bits), v = %s_fraction(bits + 2);", real, d ? "1.0" : "1.0f", p, p);
        line(w, d ? "    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);" : "    return sqrtf(-2.0f * logf(u)) * cosf(6.28318531f * v);");
        line(w, "}\n");
    }
}
