/* expect.c: makes data, evaluates the model on them, and again with every operation a little off, which tells how far rounding may carry.
 *
 * Data are discarded where a number is not finite or large, where one of the inexact evaluations decides a comparison, an extremum or a
 * staircase differently (ties that are exact stay exact and are kept), or where a number moves by more than a hundredth. */
#include "expect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INEXACT = 2, MOST_UNITS = 24 };
static const double off = 1.0 / 262144, largest = 1e6, farthest = 0.01;

/* Multiples of 1/64, which every precision holds. */
static double draw(uint64_t *state, double most)
{
    return floor(((double)(random_bits(state) >> 11) / 4503599627370496.0 - 1) * most * 64) / 64;
}

static void make_data(const model *m, expectation *x, uint64_t seed)
{
    for (int i = 0; i < m->value_count; i++) {
        const value *v = m->values[i];
        bool own = v->kind == V_INPUT || v->kind == V_TARGET;
        int count = v->size * (own ? m->batch : 1);
        if (v->kind == V_COMPUTED || v->kind == V_CONST || v->kind == V_TEMPLATE)
            continue;
        double *d = x->data[i] = fresh((size_t)count * sizeof(double));
        for (int e = 0; e < count; e++)
            d[e] = v->kind == V_STATE ? v->numbers[e] : v->classes ? (double)(random_bits(&seed) % (uint64_t)v->classes) : draw(&seed, v->kind == V_PARAM ? 0.75 : 1.5);
    }
}

/* ---- one set of evaluations ---- */

typedef struct trial {
    run runs[1 + INEXACT];
} trial;

static void try(const model *m, expectation *x, trial *t, const run *like, double *const *states)
{
    const double *data[MOST_VALUES];
    uint64_t decisions = 0;
    for (int i = 0; i < MOST_VALUES; i++)
        data[i] = i < m->value_count && m->values[i]->kind == V_STATE && states ? states[i] : x->data[i];
    for (int k = 0; k <= INEXACT; k++) {
        t->runs[k] = *like;
        t->runs[k].data = data;
        arith = (arithmetic){.scale = k ? off : 0, .state = (uint64_t)k * 77};
        interpret(&t->runs[k]);
        if (k && arith.decisions != decisions)
            x->discarded = "rounding decides";
        decisions = arith.decisions;
        if (arith.wild)
            x->discarded = "no number, or a large one";
    }
    arith.scale = 0;
}

static void trial_free(trial *t)
{
    for (int k = 0; k <= INEXACT; k++)
        run_free(&t->runs[k]);
}

static figure *add(expectation *x, const char *name, int count, int call)
{
    figure *f = fresh(sizeof *f);
    f->name = name;
    f->count = count;
    f->call = call;
    f->exact = fresh((size_t)count * sizeof(double));
    f->spread = fresh((size_t)count * sizeof(double));
    f->next = x->figures;
    x->figures = f;
    return f;
}

/* Element e of a figure, as the exact and the inexact evaluations have it. */
static void enter(expectation *x, figure *f, int e, const double values[1 + INEXACT])
{
    double spread = 0;
    for (int k = 1; k <= INEXACT; k++)
        spread = isfinite(values[k]) ? fmax(spread, fabs(values[k] - values[0])) : INFINITY;
    f->exact[e] = values[0];
    f->spread[e] = spread;
    if (!isfinite(values[0]) || !isfinite(spread) || fabs(values[0]) > largest)
        x->discarded = "no number, or a large one";
    else if (spread > farthest * (1 + fabs(values[0])))
        x->discarded = "rounding carries far";
}

static void add_numbers(expectation *x, const trial *t, const char *name, int call, int id, int count, bool next)
{
    figure *f = add(x, name, count, call);
    for (int e = 0; e < count; e++) {
        double values[1 + INEXACT];
        for (int k = 0; k <= INEXACT; k++)
            values[k] = next && t->runs[k].next[id] ? t->runs[k].next[id][e].c[0] : t->runs[k].at[id][e].c[0];
        enter(x, f, e, values);
    }
}

static void add_states(expectation *x, const model *m, const trial *t, const char *when, int call)
{
    for (int i = 0; i < m->value_count; i++)
        if (m->values[i]->kind == V_STATE)
            add_numbers(x, t, text("%d state %s %s", call, when, m->values[i]->name), call, i, m->values[i]->size, true);
}

static void add_outputs(expectation *x, const model *m, const trial *t, const char *when, int call)
{
    for (const statement *s = m->first; s; s = s->next)
        if (s->kind == S_OUTPUT)
            add_numbers(x, t, text("%d %s %s", call, when, s->out->name), call, s->out->id, m->samples[call] * s->out->size, false);
}

/* The average of cost c over the samples: its value, or its derivative along the direction. A model adds up all samples' terms in one sum, in which
 * terms that are alike are rounded to the same side; so the inexact sums are, once upwards and once downwards. */
static void average(const trial *t, int c, int samples, int coefficient, double values[1 + INEXACT])
{
    for (int k = 0; k <= INEXACT; k++) {
        values[k] = 0;
        for (int b = 0; b < samples; b++)
            values[k] = (values[k] + t->runs[k].cost[c][b].c[coefficient] / samples) * (k == 0 ? 1 : k == 1 ? 1 + off : 1 - off);
    }
}

/* ---- directions ---- */

typedef struct direction {
    double *along[MOST_VALUES];
} direction;

static int count_reals(const model *m)
{
    int count = 0;
    for (int i = 0; i < m->value_count; i++)
        count += m->values[i]->kind == V_PARAM ? m->values[i]->size : 0;
    return count;
}

/* Each element by itself where there are few; else each parameter by itself, or all at once where there are many. */
static direction *make_directions(const model *m, int *count, uint64_t seed)
{
    enum { MOST_APART = 8 };
    int reals = count_reals(m), n = 0, params = 0;
    for (int i = 0; i < m->value_count; i++)
        params += m->values[i]->kind == V_PARAM;
    bool units = reals <= MOST_UNITS, apart = params <= MOST_APART;
    direction *d = fresh((size_t)(units ? reals + 1 : params + 1) * sizeof *d);
    for (int i = 0; i < m->value_count; i++) {
        const value *v = m->values[i];
        if (v->kind != V_PARAM)
            continue;
        for (int e = 0; e < v->size; e++) {
            int at = units ? n++ : n;
            if (!d[at].along[i])
                d[at].along[i] = fresh((size_t)v->size * sizeof(double));
            d[at].along[i][e] = units ? 1 : 0.25 + fabs(draw(&seed, 1));
            if (!units && random_bits(&seed) % 2)
                d[at].along[i][e] *= -1;
        }
        n += !units && apart;
    }
    *count = units || apart ? n : 1;
    return d;
}

/* ---- all ---- */

static void expect_inference(expectation *x, const model *m, int call)
{
    trial t, again;
    run like = {.m = m, .samples = m->samples[call], .size = 1};
    double *states[MOST_VALUES] = {NULL};
    int costs = 0;
    try(m, x, &t, &like, NULL);
    add_outputs(x, m, &t, "out", call);
    for (const statement *s = m->first; s; s = s->next)
        if (s->kind == S_COST) {
            double values[1 + INEXACT];
            average(&t, costs, m->samples[call], 0, values);
            enter(x, add(x, text("%d cost %d", call, costs++), 1, call), 0, values);
        }
    if (m->stateful) {
        add_states(x, m, &t, "forward", call);
        for (int i = 0; i < m->value_count; i++) {
            const value *v = m->values[i];
            states[i] = v->kind == V_STATE ? fresh((size_t)v->size * sizeof(double)) : NULL;
            for (int e = 0; states[i] && e < v->size; e++)
                states[i][e] = t.runs[0].next[i] ? t.runs[0].next[i][e].c[0] : x->data[i][e];
        }
        like.first_sample = m->draws ? (uint64_t)like.samples : 0;
        try(m, x, &again, &like, states);
        add_outputs(x, m, &again, "again", call);
        trial_free(&again);
    }
    trial_free(&t);
}

static void expect_training(expectation *x, const model *m, int call, direction *d, int directions)
{
    for (int k = 0; k < directions || k == 0; k++) {
        trial t;
        run like = {.m = m, .samples = m->samples[call], .size = directions ? 2 : 1, .training = true, .along = directions ? (const double *const *)d[k].along : NULL};
        int costs = 0;
        double values[1 + INEXACT];
        try(m, x, &t, &like, NULL);
        for (const statement *s = m->first; s; s = s->next) {
            if (s->kind != S_COST)
                continue;
            if (k == 0) {
                average(&t, costs, m->samples[call], 0, values);
                figure *f = add(x, text("%d cost %d", call, costs), 1, call);
                f->cost = -1;  /* while training */
                enter(x, f, 0, values);
                if (m->stateful)
                    add_states(x, m, &t, text("grad %d", costs), call);
            }
            if (directions) {
                figure *f = add(x, NULL, 1, call);
                average(&t, costs, m->samples[call], 1, values);
                enter(x, f, 0, values);
                f->cost = costs;
                f->along = d[k].along;
            }
            costs++;
        }
        trial_free(&t);
    }
}

expectation *expect(const model *m, uint64_t seed)
{
    expectation *x = fresh(sizeof *x);
    int directions;
    make_data(m, x, seed);
    direction *d = make_directions(m, &directions, seed + 1);
    for (int call = 0; call < 2 && !x->discarded; call++) {
        if (call && m->samples[1] == m->samples[0])
            break;
        expect_inference(x, m, call);
        for (const statement *s = m->first; s && !x->discarded; s = s->next)
            if (s->kind == S_COST) {
                expect_training(x, m, call, d, directions);
                break;
            }
    }
    return x;
}
