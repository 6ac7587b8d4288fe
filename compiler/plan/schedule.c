/* schedule.c: reads what --schedule decides; see schedule.h. */
#include "schedule.h"

#include <stdlib.h>
#include <string.h>

typedef struct word {
    const char *chars;
    span at;
} word;

/* One line on its way to a decision. */
typedef struct line {
    VEC(word) words;
    int next;
    span end;                      /* where something is missing */
} line;

static const char *const forms[FORM_COUNT] = {"plain", "straight", "extremum", "vectors", "dot"};
static const char *const choices[] = {"memory", "stored", "plain", "straight", "extremum", "vectors", "dot"};

const char *form_name(loop_form form)
{
    return forms[form];
}

/* ---- words ---- */

static span whole_line(const line *l)
{
    return span_join(l->words.data[0].at, l->end);
}

static const char *next_word(line *l, const char *wanted)
{
    if (l->next < l->words.count)
        return l->words.data[l->next++].chars;
    diag_error(l->end, "%s is missing here", wanted);
    return NULL;
}

static span last_word(const line *l)
{
    return l->words.data[l->next - 1].at;
}

/* A colon ends a word and is one. */
static size_t word_end(const source *s, size_t at, size_t end)
{
    if (s->chars[at] == ':')
        return at + 1;
    while (at < end && s->chars[at] != ':' && !strchr(" \t\r", s->chars[at]))
        at++;
    return at;
}

static line split(const source *s, size_t begin, size_t end)
{
    line l = {.end = {s, end, end}};
    for (size_t at = begin; at < end;) {
        if (s->chars[at] == '#' && (at == begin || strchr(" \t", s->chars[at - 1])))
            break;
        if (strchr(" \t\r", s->chars[at])) {
            at++;
            continue;
        }
        size_t stop = word_end(s, at, end);
        vec_push(&l.words) = (word){intern_n(s->chars + at, stop - at), {s, at, stop}};
        l.end = (span){s, stop - 1, stop};
        at = stop;
    }
    return l;
}

/* ---- what it decides ---- */

static bool read_number(line *l, const char *what, int least, int most, int *to)
{
    const char *chars = next_word(l, what);
    char *end;
    if (!chars)
        return false;
    long n = strtol(chars, &end, 10);
    if (*end || n < least || n > most) {
        diag_error(last_word(l), "%s is a number from %d to %d, not '%s'", what, least, most, chars);
        return false;
    }
    *to = (int)n;
    return true;
}

static bool read_order(line *l, decision *d)
{
    bool seen[MAX_RANK + 1] = {false};
    while (l->next < l->words.count && d->rank < MAX_RANK) {
        int n = 0;
        if (!read_number(l, "a dimension", 1, MAX_RANK, &n))
            return false;
        if (seen[n]) {
            diag_error(last_word(l), "dimension %d stands there twice", n);
            return false;
        }
        seen[n] = true;
        d->order[d->rank++] = n - 1;
    }
    if (d->rank)
        return true;
    diag_error(l->end, "'memory' wants the dimensions in their order, the last one fastest: memory 2 1");
    return false;
}

/* A power of two. */
static bool read_power(line *l, const char *what, int least, int most, int *to)
{
    if (!read_number(l, what, least, most, to))
        return false;
    if ((*to & (*to - 1)) == 0)
        return true;
    diag_error(last_word(l), "%s is a power of two from %d to %d, not %d", what, least, most, *to);
    return false;
}

static bool read_single(line *l, decision *d)
{
    if (!(d->single = next_word(l, "'none'")))
        return false;
    if (strcmp(d->single, "none") == 0)
        return true;
    diag_error(last_word(l), "'single none' is all that 'single' knows: no tiles of their own for a batch of one");
    return false;
}

/* vectors i rows b bytes 32 wide 8 single none; dot j rows i columns b bytes 16 single none */
static bool read_tile(line *l, decision *d)
{
    static const char *const words[] = {"rows", "columns", "bytes", "wide", "single"};
    if (!(d->run = next_word(l, "the index along which vectors run")))
        return false;
    while (l->next < l->words.count) {
        const char *w = next_word(l, "");
        bool good;
        if (strcmp(w, "rows") == 0)
            good = (d->rows = next_word(l, "the index down the rows, or 'none',")) != NULL;
        else if (strcmp(w, "columns") == 0 && d->form == FORM_DOT)
            good = (d->columns = next_word(l, "the index along the columns, or 'none',")) != NULL;
        else if (strcmp(w, "bytes") == 0)
            good = read_power(l, "the size of a vector in bytes", 16, 64, &d->bytes);
        else if (strcmp(w, "wide") == 0 && d->form == FORM_VECTORS)
            good = read_power(l, "the number of vectors in a row", 1, 8, &d->wide); /* as the macros for a run's end expect (emit/vector.c) */
        else if (strcmp(w, "single") == 0)
            good = read_single(l, d);
        else {
            const char *near = suggest(w, words, sizeof words / sizeof *words);
            diag *e = diag_error(last_word(l), "'%s' says nothing of %s", w, forms[d->form]);
            if (near)
                diag_note(e, last_word(l), "did you mean '%s'?", near);
            good = false;
        }
        if (!good)
            return false;
    }
    return true;
}

static bool read_choice(line *l, decision *d)
{
    const char *w = next_word(l, "what is chosen (memory, stored, plain, straight, extremum, vectors or dot)");
    if (!w)
        return false;
    span at = last_word(l);
    if (strcmp(w, "memory") == 0) {
        d->kind = DECIDE_MEMORY;
        if (d->routine)
            diag_error(d->at, "memory is laid out for all routines at once: leave out '%s'", d->routine);
        return !d->routine && read_order(l, d);
    }
    d->kind = strcmp(w, "stored") == 0 ? DECIDE_STORED : DECIDE_LOOPS;
    while (d->kind == DECIDE_LOOPS && d->form < FORM_COUNT && strcmp(w, forms[d->form]) != 0)
        d->form++;
    if (d->form == FORM_COUNT) {
        const char *near = suggest(w, choices, sizeof choices / sizeof *choices);
        diag *e = diag_error(at, "the choices are memory, stored, plain, straight, extremum, vectors and dot, not '%s'", w);
        if (near)
            diag_note(e, at, "did you mean '%s'?", near);
        return false;
    }
    return d->form < FORM_VECTORS || read_tile(l, d);
}

/* The tensor, perhaps with the number of the loops: d_z2#2. */
static bool read_tensor(line *l, decision *d)
{
    const char *w = next_word(l, "the name of a tensor"), *number = w ? strchr(w, '#') : NULL;
    char *end;
    if (!w || strcmp(w, ":") == 0)
        return false;
    d->tensor = w;
    d->tensor_at = last_word(l);
    if (!number)
        return true;
    long n = strtol(number + 1, &end, 10);
    if (*end || n < 1 || n > 100000 || number == w) {
        diag_error(d->tensor_at, "'%s': behind '#' stands a number from 1 on: which of the loops that compute it", w);
        return false;
    }
    d->number = (int)n;
    d->tensor = intern_n(w, (size_t)(number - w));
    return true;
}

static decision *read_line(line *l)
{
    decision *d = NEW(decision);
    int colon = 0;
    while (colon < l->words.count && strcmp(l->words.data[colon].chars, ":") != 0)
        colon++;
    d->at = whole_line(l);
    if (colon < 1 || colon > 2 || colon == l->words.count) {
        diag_error(d->at, "a line reads 'TENSOR: CHOICE' or 'ROUTINE TENSOR: CHOICE', as at the end of --emit plan");
        return NULL;
    }
    if (colon == 2)
        d->routine = next_word(l, "");
    if (!read_tensor(l, d))
        return NULL;
    l->next++;
    if (!read_choice(l, d))
        return NULL;
    if (l->next == l->words.count)
        return d;
    diag_error(l->words.data[l->next].at, "'%s' is too much: %s takes nothing more", l->words.data[l->next].chars,
               d->kind == DECIDE_MEMORY ? "memory" : d->kind == DECIDE_STORED ? "stored" : forms[d->form]);
    return NULL;
}

schedule *schedule_read(const char *path)
{
    const char *why = NULL;
    source *s = source_read(path, &why);
    schedule *result = NEW(schedule);
    if (!s) {
        diag_error((span){0}, "%s: %s", path, why);
        return NULL;
    }
    for (size_t begin = 0; begin < s->length;) {
        const char *stop = memchr(s->chars + begin, '\n', s->length - begin);
        size_t end = stop ? (size_t)(stop - s->chars) : s->length;
        line l = split(s, begin, end);
        decision *d = l.words.count ? read_line(&l) : NULL;
        if (d)
            vec_push(&result->lines) = d;
        begin = end + 1;
    }
    return diag_errors() ? NULL : result;
}

/* ---- looking up ---- */

static decision *find(const schedule *s, int kind, const char *routine, const char *name, int number)
{
    decision *last = NULL;
    for (int i = 0; s && i < s->lines.count; i++) {
        decision *d = s->lines.data[i];
        if ((int)d->kind != kind || strcmp(d->tensor, name) != 0 || (d->routine && (!routine || strcmp(d->routine, routine) != 0)) || (d->number && d->number != number))
            continue;
        if (last)
            last->done = true; /* another line counts */
        d->found = true;
        last = d;
    }
    return last;
}

decision *schedule_loops(const schedule *s, const char *routine, const char *name, int number)
{
    return find(s, DECIDE_LOOPS, routine, name, number);
}

decision *schedule_stored(const schedule *s, const char *routine, const char *name)
{
    return find(s, DECIDE_STORED, routine, name, 0);
}

decision *schedule_memory(const schedule *s, const char *name)
{
    return find(s, DECIDE_MEMORY, NULL, name, 0);
}

void schedule_check(const schedule *s)
{
    for (int i = 0; i < s->lines.count; i++) {
        const decision *d = s->lines.data[i];
        if (!d->found) {
            diag *e = diag_error(d->tensor_at, "nothing computes '%s'%s%s%s here", d->tensor, d->routine ? " in '" : "", d->routine ? d->routine : "", d->routine ? "'" : "");
            diag_note(e, d->tensor_at, "--emit plan ends with the names that there are, for the same options");
        } else if (!d->done)
            diag_error(d->at, "%s: %s", d->tensor, d->why ? d->why : "that can't be done");
    }
}
