/* diag.c: collects diagnostics and prints them in source order with the line and a caret. See diag.h. */
#include "diag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

enum { MAX_ERRORS = 50, MAX_KEPT = 1000, MAX_LINE = 160, MAX_MESSAGE = 600, MAX_SOURCE = 1 << 28 };

static VEC(diag *) all;
static diag silent;          /* stands for what is said already, or is too much: it is never printed, its notes go nowhere */
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

/* ---- characters ---- */

/* The length of the UTF-8 character at s, of which n > 0 bytes are there, and its code; 0 where there is none. */
static size_t utf8_decode(const char *s, size_t n, unsigned *code)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char c = (unsigned char)s[0];
    size_t length = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
    if (length == 0 || length > n)
        return 0;
    *code = length == 1 ? c : c & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)s[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | ((unsigned char)s[i] & 0x3Fu);
    }
    return *code < least[length] || *code > 0x10FFFF || (*code >= 0xD800 && *code < 0xE000) ? 0 : length;
}

/* A byte that belongs to no character counts, and is shown, as one. */
static size_t char_length(const char *s, size_t n)
{
    unsigned code;
    size_t length = utf8_decode(s, n, &code);
    return length ? length : 1;
}

static size_t columns(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i += char_length(s + i, n - i))
        count++;
    return count;
}

/* What commands a terminal (escapes, writing direction) and what is no character becomes '?'; white space one blank, so
 * that carets stand right. */
static void print_clean(FILE *out, const char *s, size_t n)
{
    size_t length;
    for (size_t i = 0; i < n; i += length) {
        unsigned code = 0;
        bool valid = (length = utf8_decode(s + i, n - i, &code)) > 0;
        bool turns = (code >= 0x200E && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
        if (!valid)
            length = 1;
        if (code == '\t' || code == '\n')
            fputc(' ', out);
        else if (!valid || code < 0x20 || (code >= 0x7F && code < 0xA0) || turns || code == 0xFEFF)
            fputc('?', out);
        else
            fwrite(s + i, 1, length, out);
    }
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
    s->first_line = 1;
    s->order = ++sources_seen;
    return s;
}

source *source_read(const char *path, const char **error)
{
    static const char too_large[] = "larger than 256 MiB";
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    text t = {0};
    char buffer[1 << 16];
    size_t n;
    if (!f) {
        *error = strerror(errno);
        return NULL;
    }
    struct stat status;
    bool known = f != stdin && fstat(fileno(f), &status) == 0, device = known && S_ISCHR(status.st_mode); /* /dev/zero has no end */
    if (device || (known && status.st_size > MAX_SOURCE)) {
        fclose(f);
        *error = device ? "it is a device" : too_large;
        return NULL;
    }
    text_append(&t, "");
    while (t.length <= MAX_SOURCE && (n = fread(buffer, 1, sizeof buffer, f)) > 0) {
        arena_allow_for(n);
        text_append_n(&t, buffer, n);
    }
    bool failed = ferror(f);
    int reason = errno;
    if (f != stdin)
        fclose(f);
    if (failed) {
        *error = strerror(reason);
        return NULL;
    }
    if (t.length > MAX_SOURCE) {
        *error = too_large;
        return NULL;
    }
    return source_from_text(f == stdin ? "<stdin>" : path, t.data, t.length, false);
}

/* Goes on from the place asked for last where it can, so that asking in order takes linear time. */
void source_position(span at, int *line, int *column)
{
    static struct { int order, line, column; size_t offset; } last;
    const source *s = at.source;
    size_t end = at.begin < s->length ? at.begin : s->length;
    if (last.order != s->order || last.offset > end) {
        last.order = s->order;
        last.line = s->first_line;
        last.column = 1;
        last.offset = s->length >= 3 && memcmp(s->chars, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    }
    while (last.offset < end) {
        if (s->chars[last.offset] == '\n') {
            last.line++;
            last.column = 0;
        }
        last.offset += char_length(s->chars + last.offset, s->length - last.offset);
        last.column++;
    }
    *line = last.line;
    *column = last.column;
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
        return &silent;
    }
    text_vprintf(&t, format, args);
    for (int i = 0; i < all.count; i++) {
        diag *o = all.data[i];
        if (o->at.source == at.source && o->at.begin == at.begin && strcmp(o->text, t.data) == 0)
            return &silent;
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
    if (!d || d == &silent)
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

static bool inside_char(const source *s, size_t i)
{
    return i < s->length && ((unsigned char)s->chars[i] & 0xC0) == 0x80;
}

/* The bytes of the line in which `at` begins, without what ends it and without a byte-order mark. */
static span line_of(span at)
{
    const source *s = at.source;
    span line = at;
    if (line.begin > s->length)
        line.begin = s->length;
    line.end = line.begin;
    while (line.begin > 0 && s->chars[line.begin - 1] != '\n')
        line.begin--;
    while (line.end < s->length && s->chars[line.end] != '\n')
        line.end++;
    if (line.end > line.begin && s->chars[line.end - 1] == '\r')
        line.end--;
    if (line.begin == 0 && line.end >= 3 && memcmp(s->chars, "\xEF\xBB\xBF", 3) == 0)
        line.begin = 3;
    return line;
}

/* Of a very long line only the part around the range is shown. */
static void print_source_line(FILE *out, span at)
{
    const source *s = at.source;
    span line = line_of(at), shown = line;
    size_t begin = at.begin < line.begin ? line.begin : at.begin > line.end ? line.end : at.begin;
    size_t end = at.end > line.end ? line.end : at.end < begin ? begin : at.end;
    if (line.end - line.begin > MAX_LINE) {
        if (begin - line.begin > MAX_LINE / 2)
            shown.begin = begin - MAX_LINE / 2;
        while (shown.begin < begin && inside_char(s, shown.begin))
            shown.begin++;
        if (line.end - shown.begin > MAX_LINE)
            shown.end = shown.begin + MAX_LINE;
        while (shown.end > begin && inside_char(s, shown.end))
            shown.end--;
        if (end > shown.end)
            end = shown.end;
    }
    fputs(shown.begin > line.begin ? "  …" : "  ", out);
    print_clean(out, s->chars + shown.begin, shown.end - shown.begin);
    fputs(shown.end < line.end ? "…\n  " : "\n  ", out);
    for (size_t i = columns(s->chars + shown.begin, begin - shown.begin) + (shown.begin > line.begin); i > 0; i--)
        fputc(' ', out);
    fputc('^', out);
    for (size_t i = columns(s->chars + begin, end - begin); i > 1; i--)
        fputc('~', out);
    fputc('\n', out);
}

/* A message may hold names of any length. */
static void print_message(FILE *out, const char *message)
{
    size_t length = strlen(message), shown = length > MAX_MESSAGE ? MAX_MESSAGE : length;
    while (shown < length && shown > 0 && ((unsigned char)message[shown] & 0xC0) == 0x80)
        shown--;
    print_clean(out, message, shown);
    fputs(shown < length ? "…" : "", out);
}

static void print_one(FILE *out, span at, const char *kind, const char *message, const char *suffix)
{
    if (at.source) {
        int line, column;
        source_position(at, &line, &column);
        print_message(out, at.source->name);
        fprintf(out, ":%d:%d: %s: ", line, column, kind);
    } else
        fprintf(out, "nnc: %s: ", kind);
    print_message(out, message);
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
