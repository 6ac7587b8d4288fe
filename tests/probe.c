/* probe.c: calls every function of a model on made-up parameters and data, the same for every precision and layout, and writes what
 * comes out: outputs, costs, gradients, parameters after a step of sgd, and what a step along the gradient gives instead.
 * usage: probe OUT.npz SAMPLES. Compiled with -DMODEL=prefix_model and the model's C. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nnrt.h>

extern const nn_model MODEL;

static uint64_t state = 88172645463325252u;

/* Uniform in -1 … 1 (Marsaglia's xorshift, 2003). */
static double draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 40) / 8388608.0 - 1;
}

static void put(void *reals, size_t i, double v)
{
    if (MODEL.real_size == 4)
        ((float *)reals)[i] = (float)v;
    else
        ((double *)reals)[i] = v;
}

static double get(const void *reals, size_t i)
{
    return MODEL.real_size == 4 ? (double)((const float *)reals)[i] : ((const double *)reals)[i];
}

static nnrt_array out[1024];
static size_t count;

static void *add(const char *kind, const char *name, size_t elements, nnrt_type type)
{
    char *title = malloc(strlen(kind) + strlen(name) + 2);
    sprintf(title, "%s:%s", kind, name);
    out[count].name = title;
    out[count].type = type;
    out[count].rank = 1;
    out[count].shape[0] = elements;
    out[count].count = elements;
    return out[count++].data = calloc(elements + 1, 8);
}

static void add_params(const char *kind, const void *params)
{
    nnrt_type type = MODEL.real_size == 4 ? NNRT_F32 : NNRT_F64;
    for (uint32_t i = 0; i < MODEL.params; i++)
        nnrt_param_get(&MODEL, &MODEL.param[i], params, add(kind, MODEL.param[i].path, MODEL.param[i].size, type));
}

/* The state before each call: its first values, and one seed for all draws. */
static void *fresh(void *h)
{
    if (MODEL.reset)
        MODEL.reset(h, 7);
    return MODEL.reset ? h : NULL;
}

static void add_states(const char *kind, const void *h)
{
    nnrt_type type = MODEL.real_size == 4 ? NNRT_F32 : NNRT_F64;
    for (uint32_t i = 0; i < MODEL.states; i++)
        nnrt_param_get(&MODEL, &MODEL.state[i], h, add(kind, MODEL.state[i].path, MODEL.state[i].size, type));
}

int main(int argc, char **argv)
{
    size_t n = argc == 3 ? (size_t)atoi(argv[2]) : 0, values = MODEL.inputs + MODEL.targets;
    void *p = calloc(1, MODEL.params_size + 64), *g = malloc(MODEL.params_size + 64), *k = malloc(MODEL.work_size), *h = calloc(1, MODEL.state_size + 64);
    const void *in[64];
    void *given[64];
    void *results[64];
    nnrt_error error;
    memset(k, 0xA5, MODEL.work_size);   /* nothing in it may matter */
    memset(g, 0xA5, MODEL.params_size);
    for (uint32_t i = 0; i < MODEL.params; i++) {
        void *start = calloc(MODEL.param[i].size, 8);
        for (uint32_t e = 0; e < MODEL.param[i].size; e++)
            put(start, e, 0.5 * draw());
        nnrt_param_set(&MODEL, &MODEL.param[i], p, start);
        free(start);
    }
    for (size_t i = 0; i < values; i++) {
        const nn_value *v = i < MODEL.inputs ? &MODEL.input[i] : &MODEL.target[i - MODEL.inputs];
        void *data = calloc(n * v->size + 1, 8);
        for (size_t e = 0; e < n * v->size; e++)
            if (v->classes)
                ((int32_t *)data)[e] = (int32_t)((draw() + 1) / 2 * (double)v->classes) % (int32_t)v->classes;
            else
                put(data, e, draw());
        in[i] = given[i] = data;
    }
    for (uint32_t i = 0; i < MODEL.outputs; i++)
        results[i] = add("output", MODEL.output[i].name, n * MODEL.output[i].size,
                         MODEL.output[i].classes ? NNRT_I32 : MODEL.real_size == 4 ? NNRT_F32 : NNRT_F64);
    if (MODEL.forward && MODEL.forward(p, fresh(h), k, n, in, results) != NN_OK)
        return 1;
    add_states("state after forward", h);
    for (uint32_t c = 0; c < MODEL.costs; c++) {
        const nn_cost *cost = &MODEL.cost[c];
        double *figures = add("costs", cost->name ? cost->name : "", 3, NNRT_F64);
        void *moved = malloc(MODEL.params_size + 64);
        figures[0] = cost->cost(p, fresh(h), k, n, in);
        figures[1] = cost->grad(p, fresh(h), k, n, in, g);
        add_states("state after grad", h);
        add_params("gradient", g);
        memcpy(moved, p, MODEL.params_size);
        figures[2] = cost->sgd(moved, fresh(h), k, n, in, 0.125);
        add_states("state after sgd", h);
        add_params("sgd", moved);
        for (uint32_t i = 0; i < MODEL.reals; i++)
            put(moved, i, get(p, i) - 0.125 * get(g, i));
        add_params("step", moved);
        free(moved);
    }
    /* sgd and a step along the gradient are the same thing */
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; strncmp(out[i].name, "sgd:", 4) == 0 && j < count; j++)
            if (strncmp(out[j].name, "step:", 5) == 0 && strcmp(out[j].name + 5, out[i].name + 4) == 0 && MODEL.costs == 1)
                for (size_t e = 0; e < out[i].count; e++)
                    if (!(fabs(get(out[i].data, e) - get(out[j].data, e)) <= (MODEL.real_size == 4 ? 2e-5 : 1e-12) * (1 + fabs(get(out[i].data, e))))) {
                        printf("sgd and grad disagree on %s\n", out[i].name + 4);
                        return 1;
                    }
    if (nnrt_npz_write(argv[1], out, count, &error)) {
        printf("%s\n", error.text);
        return 1;
    }
    for (size_t i = 0; i < values; i++)
        free(given[i]);
    free(p);
    free(g);
    free(k);
    free(h);
    return 0;
}
