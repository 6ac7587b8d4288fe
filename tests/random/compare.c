/* compare.c: the driver's numbers beside the expected ones.
 *
 * With double they agree to 1e-10 of the largest number of their tensor; with float to as much as inexact evaluations moved them (expect.h), but
 * at least to 2^-20. A gradient is multiplied with a direction and compared with the derivative along it, to the same of the sum of the products' sizes. */
#include "harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct record {
    char name[64];
    uint32_t count;
    double *numbers;
} record;

typedef struct records {
    record *all;
    int count;
} records;

static bool read_records(const char *path, records *r)
{
    FILE *f = fopen(path, "rb");
    uint32_t length;
    bool ended = false;
    r->all = fresh(4096 * sizeof *r->all);
    r->count = 0;
    while (f && r->count < 4096 && fread(&length, sizeof length, 1, f) == 1) {
        record *n = &r->all[r->count];
        if (length >= sizeof n->name || fread(n->name, 1, length, f) != length || fread(&n->count, sizeof n->count, 1, f) != 1)
            break;
        n->numbers = fresh(n->count * sizeof(double));
        if (fread(n->numbers, sizeof(double), n->count, f) != n->count)
            break;
        ended = strcmp(n->name, "end") == 0;
        r->count++;
    }
    if (f)
        fclose(f);
    return ended;
}

static const record *find(const records *r, const char *name)
{
    for (int i = 0; i < r->count; i++)
        if (strcmp(r->all[i].name, name) == 0)
            return &r->all[i];
    return NULL;
}

static double allowed(double scale, double spread, bool is_float)
{
    return is_float ? 2 * spread + ldexp(scale + 1e-6, -20) : 1e-10 * (scale + 1e-6) + 1e-8 * spread;
}

static const char *differ(const char *what, int at, double got, double wanted, double tolerance)
{
    return text("%s [%d]: %.17g instead of %.17g, %.3g allowed", what, at, got, wanted, tolerance);
}

static const char *compare_numbers(const figure *f, const record *g, int first, int last, bool is_float)
{
    double scale = 0;
    for (int e = 0; e < f->count; e++)
        scale = fmax(scale, fabs(f->exact[e]));
    for (int i = first; i < last; i++) {
        int e = f->count == 1 ? 0 : i;
        double tolerance = allowed(scale, f->spread[e], is_float);
        if (!(fabs(g->numbers[i] - f->exact[e]) <= tolerance))
            return differ(f->name, i, g->numbers[i], f->exact[e], tolerance);
    }
    return NULL;
}

static const statement *cost_number(const model *m, int which)
{
    for (const statement *s = m->first; s; s = s->next)
        if (s->kind == S_COST && which-- == 0)
            return s;
    return NULL;
}

static const char *compare_along(const model *m, const figure *f, const records *got, bool is_float)
{
    const statement *cost = cost_number(m, f->cost);
    double sum = 0, scale = 0;
    const char *moved = "";
    for (int i = 0; i < m->value_count; i++) {
        const value *v = m->values[i];
        if (!f->along[i])
            continue;
        moved = v->name;
        const record *g = find(got, text("%d grad %d %s", f->call, f->cost, v->name));
        if (!trained_by(cost, v))
            return NULL;       /* its gradient is 0: compare_untrained */
        if (!g || (int)g->count != v->size)
            return text("no gradient of cost %d with respect to %s", f->cost, v->name);
        for (int e = 0; e < v->size; e++) {
            sum += g->numbers[e] * f->along[i][e];
            scale += fabs(g->numbers[e] * f->along[i][e]);
        }
    }
    double tolerance = allowed(fmax(scale, fabs(f->exact[0])), f->spread[0], is_float);
    if (fabs(sum - f->exact[0]) <= tolerance)
        return NULL;
    int element = 0;
    for (int i = 0; i < m->value_count; i++)
        for (int e = 0; f->along[i] && e < m->values[i]->size; e++)
            element = f->along[i][e] == 1 ? e : element;
    return differ(text("call %d, cost %d, along %s", f->call, f->cost, moved), element, sum, f->exact[0], tolerance);
}

/* What a cost does not train has no gradient and stays; the rest is moved by sgd as by a step along the gradient. */
static const char *compare_sgd(const subject *s, const records *got, bool is_float)
{
    const model *m = s->m;
    for (int call = 0; call < 2; call++)
        for (int c = 0; cost_number(m, c); c++)
            for (int i = 0; i < m->value_count; i++) {
                const value *v = m->values[i];
                const record *g = find(got, text("%d grad %d %s", call, c, v->name)), *moved = find(got, text("%d sgd %d %s", call, c, v->name));
                if (v->kind != V_PARAM)
                    continue;
                if (!g || !moved)
                    return text("%s has no gradient in the driver's records", v->name);
                for (int e = 0; e < v->size; e++) {
                    bool trained = trained_by(cost_number(m, c), v);
                    double old = s->x->data[i][e], wanted = old - 0.125 * g->numbers[e], tolerance = trained ? allowed(fabs(old) + fabs(g->numbers[e]), 0, is_float) : 0;
                    if (!trained && g->numbers[e] != 0)
                        return differ(text("call %d, cost %d, %s, which it does not train", call, c, v->name), e, g->numbers[e], 0, 0);
                    if (!(fabs(moved->numbers[e] - wanted) <= tolerance))
                        return differ(text("call %d, cost %d, %s after sgd", call, c, v->name), e, moved->numbers[e], wanted, tolerance);
                }
            }
    return NULL;
}

static bool has_states(const model *m)
{
    for (int i = 0; i < m->value_count; i++)
        if (m->values[i]->kind == V_STATE)
            return true;
    return false;
}

const char *compare(const subject *s, const char *path, bool is_float)
{
    records got;
    const char *trouble = NULL;
    if (!read_records(path, &got))
        return "the program did not end";
    for (const figure *f = s->x->figures; f && !trouble; f = f->next) {
        if (!f->name) {
            trouble = compare_along(s->m, f, &got, is_float);
            continue;
        }
        const record *g = find(&got, f->name);
        if (!g && strstr(f->name, " again ") && !has_states(s->m)) /* the noise that was drawn is not needed */
            continue;
        bool cost = g && strstr(f->name, " cost ") != NULL;
        if (!g || (!cost && (int)g->count != f->count))
            return text("no %s in the driver's records", f->name);
        int first = cost && f->cost < 0 ? 1 : 0, last = !cost ? f->count : f->cost < 0 ? 3 : 1;
        trouble = compare_numbers(f, g, first, last, is_float);
    }
    return trouble ? trouble : compare_sgd(s, &got, is_float);
}
