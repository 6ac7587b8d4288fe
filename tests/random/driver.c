/* driver.c: calls the functions of generated models on given data and writes what comes out. It knows a model by its nn_model alone.
 *
 * usage: driver FOLDER TAG. For each entry of the table, which a file made for the purpose holds, FOLDER/NAME.data is read and FOLDER/NAME.TAG
 * written: records of a name, a count, and so many doubles. What is written is named by the call's number, 0 or 1, first:
 *     "0 out v1"  "0 again v1" (a second call, where there are states)  "0 state forward s1"
 *     "0 cost 0" (cost, what grad and what sgd return)  "0 grad 0 w1"  "0 sgd 0 w1"  "0 state grad 0 s1" */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn_model.h"

struct entry {
    const char *name;
    const nn_model *model;
};
extern const struct entry table[];
extern const int table_count;

enum { MOST_RECORDS = 256 };
static struct record {
    char name[64];
    uint32_t count;
    double *numbers;
} record[MOST_RECORDS];
static int record_count;
static FILE *out;
static const nn_model *m;

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "driver: %s: %s\n", what, name);
    exit(3);
}

static void *room(size_t bytes)
{
    void *p = malloc(bytes ? bytes : 1);
    if (!p)
        fail("no memory", "");
    memset(p, 0xA5, bytes); /* nothing in it may matter */
    return p;
}

static void read_data(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint32_t length;
    record_count = 0;
    if (!f)
        fail("cannot read", path);
    while (fread(&length, sizeof length, 1, f) == 1 && record_count < MOST_RECORDS) {
        struct record *r = &record[record_count++];
        memset(r->name, 0, sizeof r->name);
        if (length >= sizeof r->name || fread(r->name, 1, length, f) != length || fread(&r->count, sizeof r->count, 1, f) != 1)
            fail("damaged", path);
        r->numbers = room(r->count * sizeof(double));
        if (fread(r->numbers, sizeof(double), r->count, f) != r->count)
            fail("damaged", path);
    }
    fclose(f);
}

static const struct record *find(const char *name)
{
    for (int i = 0; i < record_count; i++)
        if (strcmp(record[i].name, name) == 0)
            return &record[i];
    fail("no data for", name);
    return NULL;
}

static void put(void *reals, size_t i, double x)
{
    if (m->real_size == sizeof(float))
        ((float *)reals)[i] = (float)x;
    else
        ((double *)reals)[i] = x;
}

static double get(const void *reals, size_t i)
{
    return m->real_size == sizeof(float) ? (double)((const float *)reals)[i] : ((const double *)reals)[i];
}

static void begin(const char *name, size_t count)
{
    uint32_t length = (uint32_t)strlen(name), n = (uint32_t)count;
    fwrite(&length, sizeof length, 1, out);
    fwrite(name, 1, length, out);
    fwrite(&n, sizeof n, 1, out);
}

static void add(double x)
{
    fwrite(&x, sizeof x, 1, out);
}

/* Where element q of a parameter or state lies (nn_model.h). */
static size_t place_of(const nn_param *p, uint32_t q)
{
    size_t place = p->offset;
    for (uint32_t a = p->axes; a-- > 0;) {
        place += (size_t)(q % p->axis[a].extent) * p->axis[a].stride;
        q /= p->axis[a].extent;
    }
    return place;
}

static void write_params(const char *what, const nn_param *param, uint32_t count, const void *reals)
{
    char name[128];
    for (uint32_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%s %s", what, param[i].path);
        begin(name, param[i].size);
        for (uint32_t q = 0; q < param[i].size; q++)
            add(get(reals, place_of(&param[i], q)));
    }
}

static void write_outputs(const char *what, void **results, size_t n)
{
    char name[128];
    for (uint32_t i = 0; i < m->outputs; i++) {
        snprintf(name, sizeof name, "%s %s", what, m->output[i].name);
        begin(name, n * m->output[i].size);
        for (size_t e = 0; e < n * m->output[i].size; e++)
            add(m->output[i].classes ? (double)((int32_t *)results[i])[e] : get(results[i], e));
    }
}

static void *reset(void *h)
{
    if (m->reset)
        m->reset(h, 7);
    return m->reset ? h : NULL;
}

/* One call of everything with n samples. */
static void call_all(int number, size_t n, void *p, void *g, void *h)
{
    char what[64];
    const void *in[64];
    void *results[64], *k = room(m->work_size), *moved = room(m->params_size);
    for (uint32_t i = 0; i < m->inputs + m->targets; i++) {
        const nn_value *v = i < m->inputs ? &m->input[i] : &m->target[i - m->inputs];
        const struct record *r = find(v->name);
        void *data = room(n * v->size * (v->classes ? sizeof(int32_t) : m->real_size));
        for (size_t e = 0; e < n * v->size; e++)
            if (v->classes)
                ((int32_t *)data)[e] = (int32_t)r->numbers[e];
            else
                put(data, e, r->numbers[e]);
        in[i] = data;
    }
    for (uint32_t i = 0; i < m->outputs; i++)
        results[i] = room(n * m->output[i].size * (m->output[i].classes ? sizeof(int32_t) : m->real_size));
    if (m->forward) {
        if (m->forward(p, reset(h), k, n, in, results) != NN_OK)
            fail("forward", "refused");
        snprintf(what, sizeof what, "%d out", number);
        write_outputs(what, results, n);
        if (m->reset) {
            snprintf(what, sizeof what, "%d state forward", number);
            write_params(what, m->state, m->states, h);
            m->forward(p, h, k, n, in, results);
            snprintf(what, sizeof what, "%d again", number);
            write_outputs(what, results, n);
        }
    }
    for (uint32_t c = 0; c < m->costs; c++) {
        double figures[3] = {0, 0, 0};
        figures[0] = m->cost[c].cost(p, reset(h), k, n, in);
        memset(g, 0xA5, m->params_size);
        figures[1] = m->cost[c].grad ? m->cost[c].grad(p, reset(h), k, n, in, g) : figures[0];
        snprintf(what, sizeof what, "%d grad %u", number, (unsigned)c);
        write_params(what, m->param, m->params, g);
        snprintf(what, sizeof what, "%d state grad %u", number, (unsigned)c);
        write_params(what, m->state, m->states, h);
        memcpy(moved, p, m->params_size);
        figures[2] = m->cost[c].sgd ? m->cost[c].sgd(moved, reset(h), k, n, in, 0.125) : figures[0];
        snprintf(what, sizeof what, "%d sgd %u", number, (unsigned)c);
        write_params(what, m->param, m->params, moved);
        snprintf(what, sizeof what, "%d cost %u", number, (unsigned)c);
        begin(what, 3);
        for (int i = 0; i < 3; i++)
            add(figures[i]);
    }
    for (uint32_t i = 0; i < m->inputs + m->targets; i++)
        free((void *)(uintptr_t)in[i]);
    for (uint32_t i = 0; i < m->outputs; i++)
        free(results[i]);
    free(k);
    free(moved);
}

int main(int argc, char **argv)
{
    char path[1024];
    for (int t = 0; argc == 3 && t < table_count; t++) {
        m = table[t].model;
        fprintf(stderr, "model %s\n", table[t].name);
        snprintf(path, sizeof path, "%s/%s.data", argv[1], table[t].name);
        read_data(path);
        snprintf(path, sizeof path, "%s/%s.%s", argv[1], table[t].name, argv[2]);
        out = fopen(path, "wb");
        if (!out)
            fail("cannot write", path);
        void *p = room(m->params_size), *g = room(m->params_size), *h = room(m->state_size);
        memset(p, 0, m->params_size); /* what pads rows is 0 */
        for (uint32_t i = 0; i < m->params; i++) {
            const struct record *r = find(m->param[i].path);
            for (uint32_t q = 0; q < m->param[i].size; q++)
                put(p, place_of(&m->param[i], q), r->numbers[q]);
        }
        for (int call = 0; call < 2; call++)
            call_all(call, (size_t)find("samples")->numbers[call], p, g, h);
        begin("end", 0);
        fclose(out);
        free(p);
        free(g);
        free(h);
        for (int i = 0; i < record_count; i++)
            free(record[i].numbers);
    }
    return 0;
}
