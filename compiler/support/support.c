/* support.c: arenas, interned strings, growing texts, checked arithmetic. See support.h. */
#include "support.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_SIZE = 1 << 18, ALIGNMENT = 16 };

/* With the address sanitizer what lies between two allocations is forbidden ground, as it would be between two of malloc's. */
#if defined __SANITIZE_ADDRESS__
#define GUARDED
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define GUARDED
#endif
#endif
#ifdef GUARDED
#include <sanitizer/asan_interface.h>
enum { GUARD = 16 };
#else
enum { GUARD = 0 };
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)0)
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(size))
#endif

typedef struct chunk {
    struct chunk *next;
    size_t used, size;
} chunk;

/* BUDGET: what any input may take, for which many small allocations count twice where they are guarded; FOR_A_BYTE: and for each byte of a file
 * that was read, so that weights of any size can be baked. */
enum { BUDGET = (GUARD ? 440 : 220) << 20, FOR_A_BYTE = 32 };

static chunk *chunks;
static size_t allowed = BUDGET, taken;

static NNC_NORETURN void out_of_memory(void)
{
    fputs("nnc: error: out of memory\n", stderr);
    exit(1);
}

void arena_allow_for(size_t bytes)
{
    allowed += bytes < (SIZE_MAX - allowed) / FOR_A_BYTE ? bytes * FOR_A_BYTE : 0;
}

/* A short text can describe much; whoever compiles it is told, before the machine has no memory left. */
static void take(size_t size)
{
    if (size > allowed - taken) {
        fprintf(stderr, "nnc: error: the model is too large: compiling it takes more than %zu MiB of memory\n", allowed >> 20);
        exit(1);
    }
    taken += size;
}

void *arena_alloc(size_t size)
{
    if (size > SIZE_MAX - (size_t)2 * CHUNK_SIZE)
        out_of_memory();
    size_t asked = size;
    size = ((size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1)) + GUARD;
    if (!chunks || chunks->size - chunks->used < size) {
        size_t header = (sizeof(chunk) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
        size_t want = header + size > CHUNK_SIZE ? header + size : CHUNK_SIZE;
        take(want);
        chunk *c = calloc(1, want);
        if (!c)
            out_of_memory();
        c->next = chunks;
        c->used = header;
        c->size = want;
        chunks = c;
        ASAN_POISON_MEMORY_REGION((char *)c + header, want - header);
    }
    void *p = (char *)chunks + chunks->used;
    chunks->used += size;
    ASAN_UNPOISON_MEMORY_REGION(p, asked);
    return p;
}

void *arena_array(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        out_of_memory();
    return arena_alloc(count * size);
}

char *arena_strndup(const char *s, size_t n)
{
    char *copy = arena_alloc(n + 1);
    memcpy(copy, s, n);
    return copy;
}

char *arena_strdup(const char *s)
{
    return arena_strndup(s, strlen(s));
}

char *arena_printf(const char *format, ...)
{
    va_list args;
    text t = {0};
    va_start(args, format);
    text_vprintf(&t, format, args);
    va_end(args);
    return t.data;
}

void *vec_grow(void *data, int count, int *capacity, size_t element)
{
    int wanted = *capacity ? *capacity * 2 : 8;
    void *grown = arena_array((size_t)wanted, element);
    if (count)
        memcpy(grown, data, (size_t)count * element);
    *capacity = wanted;
    return grown;
}

/* ---- interned strings: a chained hash table ---- */

typedef struct interned {
    struct interned *next;
    uint64_t hash;
    size_t length;
    char *chars;
} interned;

static interned **buckets; /* in the arena */
static size_t bucket_count, interned_count;

void arena_free_all(void)
{
    while (chunks) {
        chunk *next = chunks->next;
        ASAN_UNPOISON_MEMORY_REGION(chunks, chunks->size);
        free(chunks);
        chunks = next;
    }
    allowed = BUDGET;
    taken = 0;
    buckets = NULL;
    bucket_count = interned_count = 0;
}

static interned **bucket_of(uint64_t hash)
{
    return &buckets[(hash >> 16) % bucket_count];
}

static void buckets_grow(void)
{
    interned **old = buckets;
    size_t old_count = bucket_count;
    bucket_count = old_count ? old_count * 4 : 4096;
    buckets = NEW_ARRAY(interned *, bucket_count);
    for (size_t i = 0; i < old_count; i++)
        for (interned *e = old[i], *next; e; e = next) {
            next = e->next;
            e->next = *bucket_of(e->hash);
            *bucket_of(e->hash) = e;
        }
}

const char *intern_n(const char *s, size_t n)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)s[i]) * 1099511628211u;
    if (interned_count >= bucket_count)
        buckets_grow();
    interned **bucket = bucket_of(hash);
    for (interned *e = *bucket; e; e = e->next)
        if (e->hash == hash && e->length == n && memcmp(e->chars, s, n) == 0)
            return e->chars;
    interned *e = NEW(interned);
    e->next = *bucket;
    e->hash = hash;
    e->length = n;
    e->chars = arena_strndup(s, n);
    *bucket = e;
    interned_count++;
    return e->chars;
}

const char *intern(const char *s)
{
    return intern_n(s, strlen(s));
}

/* ---- texts ---- */

static void text_reserve(text *t, size_t more)
{
    if (t->length + more + 1 <= t->capacity)
        return;
    size_t wanted = t->capacity ? t->capacity * 2 : 64;
    while (wanted < t->length + more + 1)
        wanted *= 2;
    char *grown = arena_alloc(wanted);
    if (t->length)
        memcpy(grown, t->data, t->length);
    t->data = grown;
    t->capacity = wanted;
}

void text_append_n(text *t, const char *s, size_t n)
{
    text_reserve(t, n);
    memcpy(t->data + t->length, s, n);
    t->length += n;
    t->data[t->length] = 0;
}

void text_append(text *t, const char *s)
{
    text_append_n(t, s, strlen(s));
}

void text_vprintf(text *t, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0)
        bug("bad format '%s'", format);
    text_reserve(t, (size_t)n);
    vsnprintf(t->data + t->length, (size_t)n + 1, format, args);
    t->length += (size_t)n;
}

void text_printf(text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_vprintf(t, format, args);
    va_end(args);
}

const char *real_text(double value)
{
    char buffer[40];
    if (isnan(value))
        return "nan";
    if (isinf(value))
        return value < 0 ? "-inf" : "inf";
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(buffer, sizeof buffer, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value)
            break;
    }
    if (strchr(buffer, 'e') && fabs(value) < 1e7 && value == floor(value)) /* 20, not 2e+01 */
        snprintf(buffer, sizeof buffer, "%.0f", value);
    const char *point = localeconv()->decimal_point;
    if (strcmp(point, ".") != 0) {
        char *at = strstr(buffer, point);
        if (at) {
            *at = '.';
            memmove(at + 1, at + strlen(point), strlen(at + strlen(point)) + 1);
        }
    }
    return arena_strdup(buffer);
}

/* ---- arithmetic ---- */

bool checked_add(int64_t a, int64_t b, int64_t *result)
{
    if ((b > 0 && a > INT64_MAX - b) || (b < 0 && a < INT64_MIN - b))
        return false;
    *result = a + b;
    return true;
}

bool checked_mul(int64_t a, int64_t b, int64_t *result)
{
    if (a != 0 && b != 0) {
        if ((a == -1 && b == INT64_MIN) || (b == -1 && a == INT64_MIN))
            return false;
        if (a > 0 ? (b > 0 ? a > INT64_MAX / b : b < INT64_MIN / a)
                  : (b > 0 ? a < INT64_MIN / b : b < INT64_MAX / a))
            return false;
    }
    *result = a * b;
    return true;
}

int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

int64_t floor_mod(int64_t a, int64_t b)
{
    return a - floor_div(a, b) * b;
}

void bug_at(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "nnc: internal error at %s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fputs("\n(this is a fault in nnc, not in your model; please report it with the model)\n", stderr);
    va_end(args);
    abort();
}
