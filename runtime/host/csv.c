/* csv.c: data sets as comma-separated text: a column for each element, by name where the first line is a header. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formats.h"

typedef struct field {
    const char *begin, *end;   /* without blanks and quotes */
} field;

typedef struct target {        /* what a column holds */
    uint32_t value;            /* input or target; UINT32_MAX: passed over */
    uint32_t element;
} target;

typedef struct csv {
    const char *path;
    const char *at, *end;
    size_t line;
    field *fields;
    size_t count, room;
    nnrt_error *error;
} csv;

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static int add_field(csv *c, const char *begin, const char *end)
{
    while (begin < end && is_blank(*begin))
        begin++;
    while (end > begin && is_blank(end[-1]))
        end--;
    if (end - begin >= 2 && *begin == '"' && end[-1] == '"') {
        begin++;
        end--;
    }
    if (c->count == c->room) {
        size_t wanted = c->room ? c->room * 2 : 64;
        field *grown = realloc(c->fields, wanted * sizeof *grown);
        if (!grown)
            return nnrt_error_memory(c->error, c->path, wanted * sizeof *grown);
        c->fields = grown;
        c->room = wanted;
    }
    c->fields[c->count++] = (field){begin, end};
    return 0;
}

/* The next line that is not blank: -1 at the end, 1 after an error. */
static int next_line(csv *c)
{
    for (;;) {
        if (c->at >= c->end)
            return -1;
        const char *stop = memchr(c->at, '\n', (size_t)(c->end - c->at)), *s = c->at, *begin = s;
        int quoted = 0, blank = 1;
        if (!stop)
            stop = c->end;
        c->line++;
        c->count = 0;
        c->at = stop + 1;
        for (; s < stop; s++) {
            blank &= is_blank(*s);
            if (*s == '"')
                quoted = !quoted;
            else if (*s == ',' && !quoted) {
                if (add_field(c, begin, s))
                    return 1;
                begin = s + 1;
            }
        }
        if (quoted)
            return nnrt_error_set(c->error, "%s: line %lu: a quote is never closed", c->path, (unsigned long)c->line);
        if (!blank)
            return add_field(c, begin, stop);
    }
}

static int is_number(const field *f)
{
    double x;
    return nnrt_text_to_real(f->begin, f->end, &x) == 0;
}

/* "x[1,2]" or "x": which element of which value? */
static int match_name(const nn_model *model, const field *f, uint32_t values, target *t)
{
    const char *bracket = memchr(f->begin, '[', (size_t)(f->end - f->begin));
    size_t n = (size_t)((bracket ? bracket : f->end) - f->begin);
    for (uint32_t i = 0; i < values; i++) {
        const nn_value *v = nnrt_value(model, i);
        if (strlen(v->name) != n || memcmp(v->name, f->begin, n) != 0)
            continue;
        uint64_t flat = 0;
        uint32_t rank = 0;
        const char *s = bracket ? bracket + 1 : f->end;
        while (s < f->end && *s != ']') {
            uint64_t index = 0;
            while (s < f->end && is_blank(*s))
                s++;
            if (s == f->end || *s < '0' || *s > '9')
                return 0;
            for (; s < f->end && *s >= '0' && *s <= '9' && index < 1u << 30; s++)
                index = index * 10 + (uint64_t)(*s - '0');
            if (rank >= v->rank || index >= v->shape[rank])
                return 0;
            flat = flat * v->shape[rank++] + index;
            while (s < f->end && (is_blank(*s) || *s == ','))
                s++;
        }
        if (rank != v->rank && !(rank == 0 && v->size == 1))
            return 0;
        *t = (target){i, (uint32_t)flat};
        return 1;
    }
    return 0;
}

static void element_name(char *buffer, size_t size, const nn_value *v, uint32_t element)
{
    size_t n = (size_t)snprintf(buffer, size, "%s", v->name), stride = v->size;
    for (uint32_t d = 0; d < v->rank && n < size; d++) {
        stride /= v->shape[d];
        n += (size_t)snprintf(buffer + n, size - n, d ? ",%lu" : "[%lu", (unsigned long)(element / stride % v->shape[d]));
    }
    if (v->rank && n < size)
        snprintf(buffer + n, size - n, "]");
}

/* Every element of every value must have exactly one column. */
static int check_columns(const csv *c, const nn_model *model, uint32_t values, const target *targets, size_t count)
{
    char name[128];
    for (uint32_t i = 0; i < values; i++) {
        const nn_value *v = nnrt_value(model, i);
        unsigned char *seen = nnrt_allocate(v->size, 1, c->path, c->error);
        if (!seen)
            return 1;
        for (size_t k = 0; k < count; k++)
            if (targets[k].value == i && seen[targets[k].element]++) {
                element_name(name, sizeof name, v, targets[k].element);
                free(seen);
                return nnrt_error_set(c->error, "%s: line %lu: two columns are named '%s'", c->path, (unsigned long)c->line, name);
            }
        for (uint32_t e = 0; e < v->size; e++)
            if (!seen[e]) {
                element_name(name, sizeof name, v, e);
                free(seen);
                return nnrt_error_set(c->error, "%s: line %lu: the header has no column '%s'", c->path, (unsigned long)c->line, name);
            }
        free(seen);
    }
    return 0;
}

static int by_header(csv *c, const nn_model *model, uint32_t values, target *targets)
{
    for (size_t k = 0; k < c->count; k++)
        if (!match_name(model, &c->fields[k], values, &targets[k]))
            targets[k].value = UINT32_MAX;
    return check_columns(c, model, values, targets, c->count);
}

static int by_position(csv *c, const nn_model *model, uint32_t values, target *targets)
{
    size_t k = 0, inputs = 0, all = 0;
    for (uint32_t i = 0; i < model->inputs + model->targets; i++) {
        all += nnrt_value(model, i)->size;
        inputs += i < model->inputs ? nnrt_value(model, i)->size : 0;
    }
    if (c->count != all && !(values == model->inputs && c->count == inputs))
        return nnrt_error_set(c->error, "%s: line %lu has %lu columns; the model's %s have %lu elements (or write a header line with their names)", c->path,
                              (unsigned long)c->line, (unsigned long)c->count, values == model->inputs ? "inputs" : "inputs and targets",
                              (unsigned long)(values == model->inputs ? inputs : all));
    for (uint32_t i = 0; i < values; i++)
        for (uint32_t e = 0; e < nnrt_value(model, i)->size; e++)
            targets[k++] = (target){i, e};
    for (; k < c->count; k++)
        targets[k].value = UINT32_MAX;
    return 0;
}

static int bad_field(const csv *c, size_t column, const char *expected)
{
    const field *f = &c->fields[column];
    int n = (int)(f->end - f->begin);
    return nnrt_error_set(c->error, "%s: line %lu, column %lu: '%.*s' is not %s", c->path, (unsigned long)c->line, (unsigned long)column + 1,
                          n > 40 ? 40 : n, f->begin, expected);
}

static int take_line(csv *c, const nn_model *model, const target *targets, size_t columns, nnrt_data *data)
{
    char expected[64];
    if (c->count != columns)
        return nnrt_error_set(c->error, "%s: line %lu has %lu columns, the lines before have %lu", c->path, (unsigned long)c->line,
                              (unsigned long)c->count, (unsigned long)columns);
    for (size_t k = 0; k < columns; k++) {
        double x;
        if (targets[k].value == UINT32_MAX)
            continue;
        const nn_value *v = nnrt_value(model, targets[k].value);
        size_t at = data->samples * v->size + targets[k].element;
        if (nnrt_text_to_real(c->fields[k].begin, c->fields[k].end, &x))
            return bad_field(c, k, "a number");
        if (v->classes && !(x >= 0 && x < (double)v->classes && x == floor(x))) {
            snprintf(expected, sizeof expected, "an integer from 0 to %lu", (unsigned long)v->classes - 1);
            return bad_field(c, k, expected);
        }
        if (v->classes)
            ((int32_t *)data->value[targets[k].value])[at] = (int32_t)x;
        else if (!isfinite(x) || (model->real_size == 4 && fabs(x) > 3.4028235677973366e38))
            return bad_field(c, k, "a finite number");
        else
            nnrt_real_put(model, data->value[targets[k].value], at, x);
    }
    data->samples++;
    return 0;
}

static int grow_values(csv *c, const nn_model *model, uint32_t values, nnrt_data *data, size_t *room)
{
    size_t wanted = *room ? *room * 2 : 1024;
    for (uint32_t i = 0; i < values; i++) {
        size_t bytes = nnrt_sample_bytes(model, nnrt_value(model, i)) * wanted;
        void *grown = realloc(data->value[i], bytes);
        if (!grown)
            return nnrt_error_memory(c->error, c->path, bytes);
        data->value[i] = grown;
    }
    *room = wanted;
    return 0;
}

static int read_lines(csv *c, nnrt_data *data, const nn_model *model, uint32_t values, target **targets)
{
    size_t room = 0, columns = 0;
    int status, header = 0;
    while ((status = next_line(c)) == 0) {
        if (!columns) {
            columns = c->count;
            *targets = nnrt_allocate(columns, sizeof **targets, c->path, c->error);
            if (!*targets)
                return 1;
            for (size_t k = 0; k < columns && !header; k++)
                header = !is_number(&c->fields[k]);
            /* all its fields would have to be names: a line with some numbers is data with a fault */
            for (size_t k = 0; k < columns && header; k++)
                if (is_number(&c->fields[k]))
                    header = 2;
            if (header == 2) {
                size_t k = 0;
                while (is_number(&c->fields[k]))
                    k++;
                return bad_field(c, k, "a number");
            }
            if (header ? by_header(c, model, values, *targets) : by_position(c, model, values, *targets))
                return 1;
            if (header)
                continue;
        }
        if (data->samples == room && grow_values(c, model, values, data, &room))
            return 1;
        if (take_line(c, model, *targets, columns, data))
            return 1;
    }
    if (status > 0)
        return 1;
    return data->samples ? 0 : nnrt_error_set(c->error, "%s: no samples", c->path);
}

int nnrt_csv_load(nnrt_data *data, const nn_model *model, const char *path, int with_targets, nnrt_error *error)
{
    nnrt_bytes b;
    target *targets = NULL;
    if (nnrt_file_read(&b, path, error))
        return 1;
    csv c = {.path = path, .at = (const char *)b.data, .end = (const char *)b.data + b.length, .error = error};
    if (b.length >= 3 && memcmp(b.data, "\xEF\xBB\xBF", 3) == 0)
        c.at += 3;
    int failed = read_lines(&c, data, model, model->inputs + (with_targets ? model->targets : 0), &targets);
    free(targets);
    free(c.fields);
    free(b.data);
    return failed;
}
