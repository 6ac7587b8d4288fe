/* diag.c: collects diagnostics and prints them in source order with the line and a caret. See diag.h. */
#include "diag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct note {
    span at;
    const char *text;
} note;

struct diag {
    span at;
    bool error;
    const char *text;
    const char *suffix;      /* " [-Wname]" */
    int order;
    bool printed;
    VEC(note) notes;
};

enum { MAX_ERRORS = 50, MAX_KEPT = 1000, MAX_LINE = 160 };

static VEC(diag *) all;
static int errors, dropped, sources_seen;
static bool werror, off[WARN_COUNT];
static const char *const warning_names[] = {
#define X(id, name) name,
    WARNINGS(X)
#undef X
};

void diag_reset(void)
{
    all.data = NULL;
    all.count = all.capacity = 0;
    errors = dropped = 0;
    werror = false;
    memset(off, 0, sizeof off);
}

/* ---- sources ---- */

source *source_from_text(const char *name, const char *chars, size_t length, bool library)
{
    source *s = NEW(source);
    char *copy = arena_alloc(length + 2); /* flex wants two NULs */
    if (length)
        memcpy(copy, chars, length);
    s->name = arena_strdup(name);
    s->chars = copy;
    s->length = length;
    s->library = library;
    s->order = ++sources_seen;
    return s;
}

source *source_read(const char *path, const char **error)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    text t = {0};
    char buffer[1 << 16];
    size_t n;
    if (!f) {
        *error = strerror(errno);
        return NULL;
    }
    text_append(&t, "");
    while ((n = fread(buffer, 1, sizeof buffer, f)) > 0)
        text_append_n(&t, buffer, n);
    bool failed = ferror(f);
    int reason = errno;
    if (f != stdin)
        fclose(f);
    if (failed) {
        *error = strerror(reason);
        return NULL;
    }
    return source_from_text(f == stdin ? "<stdin>" : path, t.data, t.length, false);
}

static bool continues(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

void source_position(span at, int *line, int *column)
{
    *line = *column = 1;
    const char *s = at.source->chars;
    size_t i = at.source->length >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    for (; i < at.begin && i < at.source->length; i++) {
        if (s[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (!continues(s[i]))
            ++*column;
    }
}

span span_join(span a, span b)
{
    if (!a.source)
        return b;
    if (b.source != a.source)
        return a;
    return (span){a.source, a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

/* ---- collecting ---- */

static diag *add(span at, bool error, const char *format, va_list args, const char *suffix)
{
    text t = {0};
    if (all.count >= MAX_KEPT) {
        errors += error;
        dropped += error;
        return NEW(diag);
    }
    text_vprintf(&t, format, args);
    for (int i = 0; i < all.count; i++) {
        diag *o = all.data[i];
        if (o->at.source == at.source && o->at.begin == at.begin && strcmp(o->text, t.data) == 0) {
            diag *silent = NEW(diag); /* said already: notes go nowhere */
            return silent;
        }
    }
    diag *d = NEW(diag);
    d->at = at;
    d->error = error;
    d->text = t.data;
    d->suffix = suffix;
    d->order = all.count;
    vec_push(&all) = d;
    errors += error;
    return d;
}

diag *diag_error(span at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag *d = add(at, true, format, args, "");
    va_end(args);
    return d;
}

diag *diag_warning(warning w, span at, const char *format, ...)
{
    va_list args;
    if (off[w])
        return NULL;
    va_start(args, format);
    diag *d = add(at, werror, format, args, arena_printf(" [-W%s]", warning_names[w]));
    va_end(args);
    return d;
}

void diag_note(diag *d, span at, const char *format, ...)
{
    va_list args;
    text t = {0};
    if (!d)
        return;
    va_start(args, format);
    text_vprintf(&t, format, args);
    va_end(args);
    note *n = &vec_push(&d->notes);
    *n = (note){at, t.data};
}

int diag_errors(void)
{
    return errors;
}

bool diag_set_warning(const char *name, bool on)
{
    for (int i = 0; i < WARN_COUNT; i++)
        if (strcmp(warning_names[i], name) == 0) {
            off[i] = !on;
            return true;
        }
    return false;
}

void diag_set_werror(bool on)
{
    werror = on;
}

/* ---- printing ---- */

/* Bytes that would disturb a terminal become '?'; a tab one blank, so that carets stand right. */
static void print_clean(FILE *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        size_t more = c >= 0xF0 && c < 0xF8 ? 3 : c >= 0xE0 ? 2 : c >= 0xC2 ? 1 : 0;
        bool good = c < 0x80 || (c >= 0xC2 && c < 0xF8 && i + more < n);
        for (size_t k = 1; good && c >= 0x80 && k <= more; k++)
            good = continues(s[i + k]);
        if (c >= 0x80 && good) {
            fwrite(s + i, 1, more + 1, out);
            i += more;
        } else
            fputc(c == '\t' ? ' ' : c < 0x20 || c >= 0x7F ? '?' : c, out);
    }
}

static size_t columns(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += !continues(s[i]);
    return count;
}

static void print_source_line(FILE *out, span at)
{
    const char *s = at.source->chars;
    size_t start = at.begin, stop = at.begin, length = at.source->length;
    if (start > length)
        start = stop = length;
    while (start > 0 && s[start - 1] != '\n')
        start--;
    while (stop < length && s[stop] != '\n')
        stop++;
    if (stop > start && s[stop - 1] == '\r')
        stop--;
    if (start == 0 && length >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0 && stop >= 3)
        start = 3;
    size_t begin = at.begin < start ? start : at.begin > stop ? stop : at.begin;
    size_t end = at.end > stop ? stop : at.end < begin ? begin : at.end;
    bool clipped = false;
    if (stop - start > MAX_LINE) {
        if (begin - start > MAX_LINE / 2) {
            start = begin - MAX_LINE / 2;
            while (start < begin && continues(s[start]))
                start++;
            clipped = true;
        }
        if (stop - start > MAX_LINE)
            stop = start + MAX_LINE;
        while (stop < length && stop > start && continues(s[stop]))
            stop--;
        if (end > stop)
            end = stop;
    }
    fputs(clipped ? "  …" : "  ", out);
    print_clean(out, s + start, stop - start);
    fputs(clipped ? "\n   " : "\n  ", out);
    for (size_t i = columns(s + start, begin - start); i > 0; i--)
        fputc(' ', out);
    fputc('^', out);
    for (size_t i = end > begin ? columns(s + begin, end - begin) : 1; i > 1; i--)
        fputc('~', out);
    fputc('\n', out);
}

static void print_one(FILE *out, span at, const char *kind, const char *message, const char *suffix)
{
    if (at.source) {
        int line, column;
        source_position(at, &line, &column);
        print_clean(out, at.source->name, strlen(at.source->name));
        fprintf(out, ":%d:%d: %s: ", line, column, kind);
    } else
        fprintf(out, "nnc: %s: ", kind);
    print_clean(out, message, strlen(message));
    fprintf(out, "%s\n", suffix);
    if (at.source)
        print_source_line(out, at);
}

static int by_place(const void *a, const void *b)
{
    const diag *x = *(diag *const *)a, *y = *(diag *const *)b;
    int i = x->at.source ? x->at.source->order : 0, j = y->at.source ? y->at.source->order : 0;
    if (i != j)
        return i - j;
    if (x->at.source && x->at.begin != y->at.begin)
        return x->at.begin < y->at.begin ? -1 : 1;
    return x->order - y->order;
}

void diag_flush(FILE *out)
{
    int shown = 0, hidden = 0;
    if (all.count)
        qsort(all.data, (size_t)all.count, sizeof *all.data, by_place);
    for (int i = 0; i < all.count; i++) {
        diag *d = all.data[i];
        if (d->printed)
            continue;
        d->printed = true;
        if (d->error && ++shown > MAX_ERRORS) {
            hidden++;
            continue;
        }
        print_one(out, d->at, d->error ? "error" : "warning", d->text, d->suffix);
        for (int k = 0; k < d->notes.count; k++)
            print_one(out, d->notes.data[k].at, "note", d->notes.data[k].text, "");
    }
    hidden += dropped;
    dropped = 0;
    if (hidden)
        fprintf(out, "nnc: %d more error%s\n", hidden, hidden == 1 ? "" : "s");
}

/* ---- suggestions ---- */

/* Damerau-Levenshtein distance (optimal string alignment), capped. */
static int distance(const char *a, const char *b, int limit)
{
    int n = (int)strlen(a), m = (int)strlen(b);
    int rows[3][66];
    if (n > 64 || m > 64 || abs(n - m) > limit)
        return limit + 1;
    for (int j = 0; j <= m; j++)
        rows[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            int best = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
    }
    return rows[n % 3][m];
}

const char *suggest(const char *word, const char *const *candidates, int count)
{
    int length = (int)strlen(word), limit = length / 3 > 1 ? length / 3 : 1, best = limit + 1;
    const char *found = NULL;
    for (int i = 0; i < count; i++) {
        int d = candidates[i] ? distance(word, candidates[i], limit) : best;
        if (d > 0 && d < best && (length > 1 || d == 0)) {
            best = d;
            found = candidates[i];
        }
    }
    return found;
}
