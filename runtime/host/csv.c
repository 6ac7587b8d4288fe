/* csv.c: data sets as comma-separated text: a column for each element, by name where the first line is a header.
 *
 * Lines end in \n, \r\n or \r; blank ones are passed over. A field in quotes may hold commas and line ends (RFC 4180). In the
 * first line the commas of `x[1,2]` need no quotes: a name's brackets hold them together. */
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
    size_t line;               /* number of the line that was read last; where it begins, if it spans several */
    size_t next;               /* number of the line at `at` */
    int header;                /* the next line may be a header: brackets hold a name together */
    field *fields;
    size_t count, room;
    size_t most;               /* numbers that it may hold */
    nnrt_error *error;
} csv;

/* ---- lines and fields ---- */

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
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

/* Behind the brackets of an element's name, "[1, 2]"; s itself where there are none. */
static const char *skip_brackets(const char *s, const char *end)
{
    const char *at = s;
    if (at < end && *at == '[')
        for (at++; at < end && (is_digit(*at) || is_blank(*at) || *at == ','); at++)
            continue;
    return at > s && at < end && *at == ']' ? at + 1 : s;
}

/* One line, blank or not; `at` is moved behind its end. */
static int read_line(csv *c, int *blank)
{
    const char *s = c->at, *begin = s;
    int quoted = 0;
    size_t lines = 1;
    c->line = c->next;
    c->count = 0;
    *blank = 1;
    for (; s < c->end && (quoted || (*s != '\n' && *s != '\r')); s++) {
        *blank &= is_blank(*s);
        lines += *s == '\n' || (*s == '\r' && !(s + 1 < c->end && s[1] == '\n'));
        if (*s == '"') {
            quoted = !quoted;
        } else if (*s == ',' && !quoted) {
            if (add_field(c, begin, s) != 0)
                return 1;
            begin = s + 1;
        } else if (*s == '[' && c->header && !quoted && skip_brackets(s, c->end) > s) {
            s = skip_brackets(s, c->end) - 1;
        }
    }
    if (quoted)
        return nnrt_error_set(c->error, "%s: line %lu: a quote is never closed", c->path, (unsigned long)c->line);
    c->at = s + (s + 1 < c->end && s[0] == '\r' && s[1] == '\n') + 1;
    c->next += lines;
    return *blank ? 0 : add_field(c, begin, s);
}

/* The next line that is not blank: -1 at the end, 1 after an error. */
static int next_line(csv *c)
{
    for (int blank = 1; blank;) {
        if (c->at >= c->end)
            return -1;
        if (read_line(c, &blank) != 0)
            return 1;
    }
    return 0;
}

/* ---- names ---- */

static int is_number(const field *f)
{
    double x;
    return nnrt_text_to_real(f->begin, f->end, &x) == 0;
}

/* The number of the element that "[1, 2]" names, all of [s, end); -1 if it names none. */
static long long element_of(const nn_value *v, const char *s, const char *end)
{
    uint64_t flat = 0;
    uint32_t rank = 0;
    if (s == end)
        return v->rank == 0 || v->size == 1 ? 0 : -1;
    if (skip_brackets(s, end) != end)
        return -1;
    for (s++; s < end; s++) { /* behind '[' or ',' */
        uint64_t index = 0;
        while (is_blank(*s))
            s++;
        if (!is_digit(*s) || rank == v->rank)
            return -1;
        for (; is_digit(*s); s++)
            index = index < v->shape[rank] ? index * 10 + (uint64_t)(*s - '0') : index;
        if (index >= v->shape[rank])
            return -1;
        flat = flat * v->shape[rank++] + index;
        while (is_blank(*s))
            s++;
        if (*s != ',' && *s != ']')
            return -1;
    }
    return rank == v->rank ? (long long)flat : -1;
}

/* "x[1,2]" or "x": which element of which value? */
static int match_name(const nn_model *model, const field *f, uint32_t values, target *t)
{
    const char *bracket = memchr(f->begin, '[', (size_t)(f->end - f->begin)), *stop = bracket ? bracket : f->end;
    while (stop > f->begin && is_blank(stop[-1]))
        stop--;
    for (uint32_t i = 0; i < values; i++) {
        const nn_value *v = nnrt_value(model, i);
        size_t n = strlen(v->name);
        if (n != (size_t)(stop - f->begin) || memcmp(v->name, f->begin, n) != 0)
            continue;
        long long element = element_of(v, bracket ? bracket : f->end, f->end);
        *t = (target){i, (uint32_t)element};
        return element >= 0;
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

/* ---- what the columns hold ---- */

/* Words for a first line that has one field where several are needed, because something else separates them. */
static const char *separator_hint(const csv *c)
{
    if (c->count != 1)
        return "";
    const field *f = &c->fields[0];
    size_t n = (size_t)(f->end - f->begin);
    return memchr(f->begin, ';', n)    ? "; columns are separated by ',', not by ';'"
           : memchr(f->begin, '\t', n) ? "; columns are separated by ',', not by tabs"
           : memchr(f->begin, ' ', n)  ? "; columns are separated by ',', not by blanks"
                                       : "";
}

/* Names the column that is missing, and the one of the others that may be meant. */
static int missing_column(const csv *c, const target *targets, const char *name)
{
    enum { MOST = 64, LENGTH = 40 };
    char copies[MOST][LENGTH];
    const char *candidates[MOST];
    size_t count = 0;
    for (size_t k = 0; k < c->count && count < MOST; k++)
        if (targets[k].value == UINT32_MAX) {
            nnrt_show_text(copies[count], LENGTH, c->fields[k].begin, c->fields[k].end);
            candidates[count] = copies[count];
            count++;
        }
    const char *near = nnrt_suggest(name, candidates, count);
    return nnrt_error_set(c->error, "%s: line %lu: the header has no column '%s'%s%s%s%s", c->path, (unsigned long)c->line, name,
                          near ? " (is '" : "", near ? near : "", near ? "' meant?)" : "", separator_hint(c));
}

/* Every element of every value must have exactly one column. */
static int check_columns(const csv *c, const nn_model *model, uint32_t values, const target *targets, size_t count)
{
    char name[128];
    for (uint32_t i = 0; i < values; i++) {
        const nn_value *v = nnrt_value(model, i);
        unsigned char *seen = nnrt_allocate(v->size, 1, c->path, c->error);
        size_t twice = SIZE_MAX, missing = SIZE_MAX;
        if (!seen)
            return 1;
        for (size_t k = 0; k < count; k++)
            if (targets[k].value == i) {
                if (seen[targets[k].element] && twice == SIZE_MAX)
                    twice = targets[k].element;
                seen[targets[k].element] = 1;
            }
        for (uint32_t e = v->size; e-- > 0;)
            missing = seen[e] ? missing : e;
        free(seen);
        if (twice != SIZE_MAX) {
            element_name(name, sizeof name, v, (uint32_t)twice);
            return nnrt_error_set(c->error, "%s: line %lu: two columns are named '%s'", c->path, (unsigned long)c->line, name);
        }
        if (missing != SIZE_MAX) {
            element_name(name, sizeof name, v, (uint32_t)missing);
            return missing_column(c, targets, name);
        }
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
        return nnrt_error_set(c->error, "%s: line %lu has %lu columns; the model's %s have %lu elements (or write a header line with their names)%s",
                              c->path, (unsigned long)c->line, (unsigned long)c->count, values == model->inputs ? "inputs" : "inputs and targets",
                              (unsigned long)(values == model->inputs ? inputs : all), separator_hint(c));
    for (uint32_t i = 0; i < values; i++)
        for (uint32_t e = 0; e < nnrt_value(model, i)->size; e++)
            targets[k++] = (target){i, e};
    for (; k < c->count; k++)
        targets[k].value = UINT32_MAX;
    return 0;
}

static int bad_field(const csv *c, size_t column, const char *expected)
{
    char text[48];
    return nnrt_error_set(c->error, "%s: line %lu, column %lu: '%s' is not %s", c->path, (unsigned long)c->line, (unsigned long)column + 1,
                          nnrt_show_text(text, sizeof text, c->fields[column].begin, c->fields[column].end), expected);
}

/* The first line is a header if one of its fields is an element's name, or if none is a number. One with some numbers and
 * no name is data with a fault. */
static int read_first(csv *c, const nn_model *model, uint32_t values, target *targets, int *header)
{
    size_t texts = 0, first = 0;
    target ignored;
    *header = 0;
    for (size_t k = c->count; k-- > 0;) {
        *header |= match_name(model, &c->fields[k], values, &ignored);
        if (!is_number(&c->fields[k])) {
            texts++;
            first = k;
        }
    }
    *header |= texts == c->count && !*separator_hint(c);
    if (*header)
        return by_header(c, model, values, targets);
    if (c->count > 1 && texts > 0)
        return bad_field(c, first, "a number");
    return by_position(c, model, values, targets);
}

/* ---- the samples ---- */

static int take_line(csv *c, const nn_model *model, const target *targets, size_t columns, nnrt_data *data)
{
    char expected[64];
    if (c->count != columns)
        return nnrt_error_set(c->error, "%s: line %lu has %lu columns, the lines before have %lu", c->path, (unsigned long)c->line,
                              (unsigned long)c->count, (unsigned long)columns);
    if (data->samples >= c->most / columns)
        return nnrt_too_many_numbers(c->path, (data->samples + 1) * columns, c->error);
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
        else if (!nnrt_real_fits(model, x))
            return bad_field(c, k, isfinite(x) ? "a finite number in float" : "a finite number");
        else
            nnrt_real_put(model, data->value[targets[k].value], at, x);
    }
    data->samples++;
    return 0;
}

static int grow_values(csv *c, const nn_model *model, uint32_t values, nnrt_data *data, size_t *room)
{
    size_t wanted = *room ? *room * 2 : 16;
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

static int read_samples(csv *c, nnrt_data *data, const nn_model *model, uint32_t values)
{
    size_t room = 0;
    int header, status = next_line(c);
    c->header = 0;
    if (status < 0)
        return nnrt_error_set(c->error, "%s: no samples: the file is empty", c->path);
    size_t columns = c->count;
    target *targets = status == 0 ? nnrt_allocate(columns, sizeof *targets, c->path, c->error) : NULL;
    int bad = !targets || read_first(c, model, values, targets, &header) != 0;
    if (!bad && header)
        status = next_line(c);
    for (; !bad && status == 0; status = next_line(c))
        bad = (data->samples == room && grow_values(c, model, values, data, &room) != 0) || take_line(c, model, targets, columns, data) != 0;
    free(targets);
    if (bad || status > 0)
        return 1;
    return data->samples ? 0 : nnrt_error_set(c->error, "%s: no samples: nothing follows the header", c->path);
}

int nnrt_csv_load(nnrt_data *data, const nn_model *model, const char *path, int with_targets, nnrt_error *error)
{
    nnrt_bytes b;
    if (nnrt_file_read(&b, path, error))
        return 1;
    csv c = {.path = path, .at = (const char *)b.data, .end = (const char *)b.data + b.length, .next = 1, .header = 1, .most = b.most, .error = error};
    if (b.length >= 3 && memcmp(b.data, "\xEF\xBB\xBF", 3) == 0)
        c.at += 3;
    int failed = b.length >= 2 && (memcmp(b.data, "\xFF\xFE", 2) == 0 || memcmp(b.data, "\xFE\xFF", 2) == 0)
                     ? nnrt_error_set(error, "%s: line 1: the text is UTF-16; save it as UTF-8", path)
                     : read_samples(&c, data, model, model->inputs + (with_targets ? model->targets : 0));
    free(c.fields);
    free(b.data);
    return failed;
}
