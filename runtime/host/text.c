/* text.c: numbers as text whatever the locale, growing texts, suggestions, and amounts as people read them. */
#include <ctype.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host.h"

static int digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Compares the text, in any case, with a lower-case word. */
static int is_word(const char *text, size_t length, const char *word)
{
    size_t i;
    for (i = 0; i < length && word[i]; i++)
        if ((text[i] | 32) != word[i])
            return 0;
    return i == length && !word[i];
}

/* What a number's text is made of. */
typedef struct decimal {
    const char *point;      /* NULL: there is none */
    uint64_t digits;        /* all digits as one integer, while `exact` */
    int exact;              /* the integer is below 2^53 */
    int exponent;           /* of ten, of that integer */
    int negative;
} decimal;

/* Digits with a point somewhere, from s on; gives the place behind them, NULL if there are no digits. */
static const char *read_digits(const char *s, const char *end, decimal *d)
{
    int any = 0;
    for (; s < end && (digit(*s) || (*s == '.' && !d->point)); s++) {
        if (*s == '.') {
            d->point = s;
            continue;
        }
        any = 1;
        if (d->digits > (UINT64_C(9007199254740992) - 9) / 10)
            d->exact = 0;
        else
            d->digits = 10 * d->digits + (uint64_t)(*s - '0');
        d->exponent -= d->point != NULL;
    }
    return any ? s : NULL;
}

/* An exponent, if there is one, up to the text's end; 0 if the syntax is right. */
static int read_exponent(const char *s, const char *end, decimal *d)
{
    int sign = 1, power = 0;
    if (s == end)
        return 0;
    if (*s != 'e' && *s != 'E')
        return 1;
    if (++s < end && (*s == '-' || *s == '+'))
        sign = *s++ == '-' ? -1 : 1;
    if (s == end)
        return 1;
    for (; s < end; s++) {
        if (!digit(*s))
            return 1;
        power = power < 10000 ? 10 * power + (*s - '0') : power;
    }
    d->exponent += sign * power;
    return 0;
}

/* By strtod, which wants a terminated copy with the locale's decimal point. */
static int convert(const char *text, const char *end, const char *point, double *value)
{
    const char *mark = localeconv()->decimal_point;
    size_t length = (size_t)(end - text), marked = strlen(mark), room = length + marked + 1, head = point ? (size_t)(point - text) : length;
    char small[128], *copy = room <= sizeof small ? small : malloc(room);
    if (!copy)
        return 1;
    memcpy(copy, text, head);
    copy[head] = 0;
    if (point) {
        memcpy(copy + head, mark, marked);
        memcpy(copy + head + marked, point + 1, length - head - 1);
        copy[marked + length - 1] = 0;
    }
    *value = strtod(copy, NULL);
    if (copy != small)
        free(copy);
    return 0;
}

int nnrt_text_to_real(const char *text, const char *end, double *value)
{
    static const double tens[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
                                   1e20, 1e21, 1e22 };
    decimal d = { .exact = 1 };
    const char *s = text;
    if (s < end && (*s == '-' || *s == '+'))
        d.negative = *s++ == '-';
    if (is_word(s, (size_t)(end - s), "inf") || is_word(s, (size_t)(end - s), "infinity")) {
        *value = d.negative ? -INFINITY : INFINITY;
        return 0;
    }
    if (is_word(s, (size_t)(end - s), "nan")) {
        *value = NAN;
        return 0;
    }
    s = read_digits(s, end, &d);
    if (!s || read_exponent(s, end, &d) != 0)
        return 1;
    /* An integer below 2^53 times or by an exact power of ten rounds once, so it is right (Clinger 1990). */
    if (FLT_EVAL_METHOD == 0 && d.exact && d.exponent >= -22 && d.exponent <= 22) {
        double whole = (double)d.digits;
        *value = d.exponent < 0 ? whole / tens[-d.exponent] : whole * tens[d.exponent];
        *value = d.negative ? -*value : *value;
        return 0;
    }
    return convert(text, end, d.point, value);
}

int nnrt_real_to_text(char *text, size_t size, double value, int digits)
{
    char raw[64];
    if (isnan(value)) /* without the sign that some machines give it */
        return snprintf(text, size, "nan");
    int n = snprintf(raw, sizeof raw, "%.*g", digits > 40 ? 40 : digits, value), k = 0;
    const char *mark = localeconv()->decimal_point, *at = strstr(raw, mark);
    size_t cut = strlen(mark);
    if (at && !(cut == 1 && *mark == '.')) { /* put '.' in the mark's place, which may have several bytes */
        size_t head = (size_t)(at - raw);
        raw[head] = '.';
        memmove(raw + head + 1, raw + head + cut, (size_t)n - head - cut + 1);
    }
    k = snprintf(text, size, "%s", raw);
    return k;
}

void nnrt_text_add(nnrt_text *t, const char *format, ...)
{
    va_list arguments, again;
    if (t->failed)
        return;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    if (n >= 0 && t->length + (size_t)n + 1 > t->room) {
        size_t room = 2 * t->room + (size_t)n + 256;
        char *text = realloc(t->text, room);
        if (text) {
            t->text = text;
            t->room = room;
        } else {
            n = -1;
        }
    }
    if (n < 0) {
        free(t->text);
        memset(t, 0, sizeof *t);
        t->failed = 1;
    } else {
        vsnprintf(t->text + t->length, t->room - t->length, format, again);
        t->length += (size_t)n;
    }
    va_end(again);
    va_end(arguments);
}

void nnrt_text_real(nnrt_text *t, double value, int digits)
{
    char number[64];
    double back = 0;
    if (digits == 17) /* the shortest that reads back as the same number */
        for (digits = 15; digits < 17; digits++) {
            int n = nnrt_real_to_text(number, sizeof number, value, digits);
            if (nnrt_text_to_real(number, number + n, &back) == 0 && !(back < value) && !(back > value))
                break;
        }
    nnrt_real_to_text(number, sizeof number, value, digits);
    nnrt_text_add(t, "%s", number);
}

/* Edit distance with transpositions (optimal string alignment), of words below 32 letters. */
static size_t distance(const char *a, const char *b)
{
    enum { MOST = 32 };
    size_t d[MOST + 1][MOST + 1], n = strlen(a), m = strlen(b), i, j;
    if (n > MOST || m > MOST)
        return MOST;
    for (i = 0; i <= n; i++)
        d[i][0] = i;
    for (j = 0; j <= m; j++)
        d[0][j] = j;
    for (i = 1; i <= n; i++)
        for (j = 1; j <= m; j++) {
            size_t best = d[i - 1][j - 1] + (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));
            if (d[i - 1][j] + 1 < best)
                best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best)
                best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[n][m];
}

const char *nnrt_suggest(const char *word, const char *const *candidates, size_t count)
{
    const char *near = NULL;
    size_t best = strlen(word) / 3 + 1, i;
    for (i = 0; i < count; i++) {
        size_t d = distance(word, candidates[i]), n = strlen(word), m = strlen(candidates[i]);
        if (n >= 3 && m >= 3 && strncmp(word, candidates[i], n < m ? n : m) == 0)
            d = d > 2 ? 2 : d; /* one begins the other */
        if (d < best && d < strlen(candidates[i])) {
            best = d;
            near = candidates[i];
        }
    }
    return near;
}

const char *nnrt_show_real(char *buffer, double value, int digits)
{
    nnrt_real_to_text(buffer, 32, value, digits);
    return buffer;
}

const char *nnrt_show_text(char *buffer, size_t size, const char *begin, const char *end)
{
    size_t n = 0;
    for (; begin < end; begin++) {
        unsigned char c = (unsigned char)*begin;
        int control = c < 32 || c == 127;
        if (n + (control ? 4 : 1) + 4 > size) {
            while (n > 0 && ((unsigned char)buffer[n - 1] & 0xC0) == 0x80) /* no half of a UTF-8 character */
                n--;
            if (n > 0 && (unsigned char)buffer[n - 1] >= 0xC0)
                n--;
            n += (size_t)snprintf(buffer + n, size - n, "...");
            break;
        }
        if (control)
            n += (size_t)snprintf(buffer + n, size - n, "\\x%02X", c);
        else
            buffer[n++] = (char)c;
    }
    buffer[n] = 0;
    return buffer;
}

/* value = whole.tenths of `unit`; integers only, for the locale's sake. */
static const char *amount(char *buffer, double value, int places, const char *unit)
{
    static const double scale[] = { 1, 10, 100, 1000 };
    double whole = floor(value * scale[places] + 0.5);
    if (!(whole < 1e15))
        snprintf(buffer, 32, "- %s", unit);
    else if (places == 0)
        snprintf(buffer, 32, "%lld%s", (long long)whole, unit);
    else
        snprintf(buffer, 32, "%lld.%0*lld%s", (long long)(whole / scale[places]), places,
                 (long long)(whole - scale[places] * floor(whole / scale[places])), unit);
    return buffer;
}

static const char *amount_of(char *buffer, double value, const char *unit)
{
    return amount(buffer, value, value < 10 ? 2 : value < 100 ? 1 : 0, unit);
}

const char *nnrt_show_seconds(char *buffer, double seconds)
{
    if (seconds < 1e-6)
        return amount_of(buffer, seconds * 1e9, " ns");
    if (seconds < 1e-3)
        return amount_of(buffer, seconds * 1e6, " us");
    if (seconds < 1)
        return amount_of(buffer, seconds * 1e3, " ms");
    return amount_of(buffer, seconds, " s");
}

const char *nnrt_show_duration(char *buffer, double seconds)
{
    long long s = seconds > 0 && seconds < 1e12 ? (long long)(seconds + 0.5) : 0;
    if (s < 3600)
        snprintf(buffer, 32, "%lld:%02lld", s / 60, s % 60);
    else
        snprintf(buffer, 32, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
    return buffer;
}

const char *nnrt_show_bytes(char *buffer, double bytes)
{
    static const char *const unit[] = { " bytes", " KiB", " MiB", " GiB", " TiB" };
    size_t u = 0;
    while (bytes >= 1024 && u < 4) {
        bytes /= 1024;
        u++;
    }
    return u == 0 ? amount(buffer, bytes, 0, unit[0]) : amount_of(buffer, bytes, unit[u]);
}

const char *nnrt_show_shape(char *buffer, size_t size, const uint32_t *shape, uint32_t rank)
{
    size_t at = 0;
    buffer[0] = 0;
    for (uint32_t i = 0; i < rank && at + 16 < size; i++)
        at += (size_t)snprintf(buffer + at, size - at, "%s%lu", i ? ", " : "[", (unsigned long)shape[i]);
    if (rank > 0 && at + 1 < size)
        snprintf(buffer + at, size - at, "]");
    return buffer;
}

double nnrt_now(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        return 0;
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
