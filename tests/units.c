/* units.c: are the gradients of a model right on the machine that this is compiled for? Needs no runtime library: it runs where only a C
 * library is. Linked with the model twice, in double (prefix d) and in float (prefix f). The double's gradient is held against central
 * differences, the float's gradient, cost and outputs against the double's; a step of sgd against the gradient. Prints the largest errors. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "nn_model.h"

enum { SAMPLES = 5 };

extern const nn_model d_model, f_model;
static double worst;

static void *zeroed(size_t bytes)
{
    void *p = calloc(bytes + 64, 1);
    if (!p)
        exit(2);
    return p;
}

static double real(const nn_model *m, const void *reals, size_t i)
{
    return m->real_size == 4 ? (double)((const float *)reals)[i] : ((const double *)reals)[i];
}

static void set(const nn_model *m, void *reals, size_t i, double v)
{
    if (m->real_size == 4)
        ((float *)reals)[i] = (float)v;
    else
        ((double *)reals)[i] = v;
}

/* Where element q of a parameter lies. */
static size_t place(const nn_param *p, uint32_t q)
{
    size_t at = p->offset;
    for (uint32_t a = p->axes; a-- > 0; q /= p->axis[a].extent)
        at += (size_t)(q % p->axis[a].extent) * p->axis[a].stride;
    return at;
}

static void check(const char *what, double got, double wanted, double unit, double bound)
{
    double off = fabs(got - wanted) / fmax(unit, 1e-3);
    if (!(off <= bound)) {
        printf("%s is %g, not %g\n", what, got, wanted);
        worst = INFINITY;
    }
    worst = fmax(worst, off / bound);
}

typedef struct run {
    void *params, *gradient, *work, *state, *out[8];
    const void *in[8];
    double cost;
} run;

/* Parameters from -1 to 1 that a float holds, samples alike; then the gradient. */
static run start(const nn_model *m)
{
    run r = {zeroed(m->params_size), zeroed(m->params_size), zeroed(m->work_size), zeroed(m->state_size), {0}, {0}, 0};
    uint32_t seed = 12345;
    m->init(r.params, 1);
    for (uint32_t i = 0; i < m->params; i++)
        for (uint32_t q = 0; q < m->param[i].size; q++) {
            seed = seed * 1664525u + 1013904223u;
            set(m, r.params, place(&m->param[i], q), (double)(seed >> 16) / 65536 - 0.5);
        }
    for (uint32_t i = 0; i < m->inputs + m->targets; i++) {
        const nn_value *v = i < m->inputs ? &m->input[i] : &m->target[i - m->inputs];
        void *data = zeroed((size_t)SAMPLES * v->size * 8);
        r.in[i] = data;
        for (uint32_t e = 0; e < SAMPLES * v->size; e++)
            if (v->classes)
                ((int32_t *)data)[e] = (int32_t)(e % v->classes);
            else
                set(m, data, e, (double)(e * 37 % 101) / 64 - 0.75);
    }
    for (uint32_t i = 0; i < m->outputs; i++)
        r.out[i] = zeroed((size_t)SAMPLES * m->output[i].size * 8);
    m->forward(r.params, NULL, r.work, SAMPLES, r.in, r.out);
    r.cost = m->cost->grad(r.params, NULL, r.work, SAMPLES, r.in, r.gradient);
    return r;
}

static double largest(const nn_model *m, const nn_param *p, const void *gradient)
{
    double most = 0;
    for (uint32_t q = 0; q < p->size; q++)
        most = fmax(most, fabs(real(m, gradient, place(p, q))));
    return most;
}

int main(void)
{
    run d = start(&d_model), f = start(&f_model);
    check("the cost in float", f.cost, d.cost, 1, 1e-4);
    for (uint32_t i = 0; i < d_model.outputs; i++)
        for (uint32_t e = 0; e < SAMPLES * d_model.output[i].size; e++)
            check("an output in float", real(&f_model, f.out[i], e), real(&d_model, d.out[i], e), 1, 1e-4);
    for (uint32_t i = 0; i < d_model.params; i++) {
        const nn_param *p = &d_model.param[i], *single = &f_model.param[i];
        double most = largest(&d_model, p, d.gradient);
        for (uint32_t q = i % 3; q < p->size; q += 1 + p->size / 24) { /* some of each */
            double *at = (double *)d.params + place(p, q), old = *at, h = 1e-5, wanted = ((double *)d.gradient)[place(p, q)];
            *at = old + h;
            double up = d_model.cost->cost(d.params, NULL, d.work, SAMPLES, d.in);
            *at = old - h;
            double down = d_model.cost->cost(d.params, NULL, d.work, SAMPLES, d.in);
            *at = old;
            check(p->path, wanted, (up - down) / (2 * h), most, 1e-6);
            check(single->path, real(&f_model, f.gradient, place(single, q)), wanted, most, 1e-3);
        }
    }
    run stepped = start(&f_model);
    check("the cost of a step", f_model.cost->sgd(stepped.params, NULL, stepped.work, SAMPLES, stepped.in, 0.5), f.cost, 1, 1e-4);
    for (uint32_t i = 0; i < f_model.params; i++)
        for (uint32_t q = 0; q < f_model.param[i].size; q++) {
            size_t at = place(&f_model.param[i], q);
            check("a step", real(&f_model, stepped.params, at), real(&f_model, f.params, at) - 0.5 * real(&f_model, f.gradient, at), 1, 1e-4);
        }
    printf("%.2g of the bounds\n", worst);
    return worst <= 1 ? 0 : 1;
}
