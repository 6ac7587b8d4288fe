/* npy.c: NumPy's .npy format, versions 1 to 3: a magic, a header written as a Python dictionary, the elements. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "formats.h"

static const struct {
    const char *name;
    size_t size;
    int real;
} types[NNRT_TYPES] = {
    [NNRT_F32] = {"float32", 4, 1}, [NNRT_F64] = {"float64", 8, 1}, [NNRT_I32] = {"int32", 4, 0},
    [NNRT_I64] = {"int64", 8, 0},   [NNRT_U8] = {"uint8", 1, 0},    [NNRT_U64] = {"uint64", 8, 0},
    [NNRT_OTHER] = {"other", 0, 0},
};

size_t nnrt_type_size(nnrt_type type)
{
    return types[type].size;
}

int nnrt_type_is_real(nnrt_type type)
{
    return types[type].real;
}

const char *nnrt_type_name(const nnrt_array *array)
{
    return array->type == NNRT_OTHER ? array->other : types[array->type].name;
}

int nnrt_array_clean(nnrt_array *array)
{
    free(array->name);
    free(array->data);
    memset(array, 0, sizeof *array);
    return 1;
}

double nnrt_array_real(const nnrt_array *a, size_t i)
{
    switch (a->type) {
    case NNRT_F32: return (double)((const float *)a->data)[i];
    case NNRT_F64: return ((const double *)a->data)[i];
    case NNRT_I32: return (double)((const int32_t *)a->data)[i];
    case NNRT_I64: return (double)((const int64_t *)a->data)[i];
    case NNRT_U8: return (double)((const uint8_t *)a->data)[i];
    case NNRT_U64: return (double)((const uint64_t *)a->data)[i];
    case NNRT_OTHER:
    case NNRT_TYPES: break;
    }
    return 0;
}

void nnrt_element_title(char *buffer, size_t size, const nnrt_array *a, size_t i)
{
    size_t n = (size_t)snprintf(buffer, size, "element"), stride = a->count;
    for (uint32_t d = 0; d < a->rank && n < size; d++) {
        stride /= (size_t)a->shape[d];
        n += (size_t)snprintf(buffer + n, size - n, d ? ", %lu" : " [%lu", (unsigned long)(i / stride % a->shape[d]));
    }
    if (a->rank && n < size)
        snprintf(buffer + n, size - n, "]");
}

/* ---- the header ---- */

typedef struct header {
    char kind;          /* f i u b; 0: another */
    char other[12];     /* then its text */
    size_t item;        /* bytes of an element */
    int big, fortran;
    uint32_t rank;
    uint64_t shape[NNRT_MAX_RANK];
} header;

static const char *skip(const char *s)
{
    while (*s == ' ' || *s == '\t' || *s == '\n')
        s++;
    return s;
}

/* The value of 'key' in the dictionary; NULL if it is not there. */
static const char *find_key(const char *s, const char *key)
{
    size_t n = strlen(key);
    for (; *s; s++)
        if ((*s == '\'' || *s == '"') && strncmp(s + 1, key, n) == 0 && s[n + 1] == *s) {
            s = skip(s + n + 2);
            return *s == ':' ? skip(s + 1) : NULL;
        }
    return NULL;
}

/* A type that can't be read is no error here: perhaps nobody asks for this array. */
static int parse_type(header *h, const char *s, const char *name, nnrt_error *error)
{
    char quote = *s;
    if (quote == '[') { /* a list of fields */
        snprintf(h->other, sizeof h->other, "records");
        return 0;
    }
    const char *end = quote == '\'' || quote == '"' ? strchr(s + 1, quote) : NULL;
    if (!end)
        return nnrt_error_set(error, "%s: the type in its header is damaged", name);
    size_t n = (size_t)(end - s - 1);
    static const char *const known[] = {"f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"};
    for (size_t i = 0; n == 3 && i < sizeof known / sizeof *known; i++)
        if (strncmp(s + 2, known[i], 2) == 0 && strchr("<>|=", s[1])) {
            h->kind = known[i][0];
            h->item = (size_t)(known[i][1] - '0');
            h->big = s[1] == '>';
            return 0;
        }
    nnrt_show_text(h->other, sizeof h->other, s + 1, end);
    return 0;
}

static int parse_shape(header *h, const char *s, const char *name, nnrt_error *error)
{
    if (*s != '(')
        return nnrt_error_set(error, "%s: its header gives no shape", name);
    for (s = skip(s + 1); *s != ')'; s = skip(s)) {
        uint64_t extent = 0;
        if (!isdigit((unsigned char)*s))
            return nnrt_error_set(error, "%s: the shape in its header is damaged", name);
        for (; isdigit((unsigned char)*s); s++) {
            if (extent > UINT64_MAX / 10 - 1)
                return nnrt_error_set(error, "%s: its shape is too large", name);
            extent = extent * 10 + (uint64_t)(*s - '0');
        }
        if (*s == 'L')
            s++;
        if (h->rank == NNRT_MAX_RANK)
            return nnrt_error_set(error, "%s: more than %d dimensions", name, NNRT_MAX_RANK);
        h->shape[h->rank++] = extent;
        s = skip(s);
        if (*s == ',')
            s++;
        else if (*s != ')')
            return nnrt_error_set(error, "%s: the shape in its header is damaged", name);
    }
    return 0;
}

static int parse_header(header *h, const char *text, const char *name, nnrt_error *error)
{
    const char *type = find_key(text, "descr"), *order = find_key(text, "fortran_order"), *shape = find_key(text, "shape");
    if (!type || !order || !shape)
        return nnrt_error_set(error, "%s: its .npy header lacks '%s'", name, !type ? "descr" : !order ? "fortran_order" : "shape");
    h->fortran = strncmp(order, "True", 4) == 0;
    if (!h->fortran && strncmp(order, "False", 5) != 0)
        return nnrt_error_set(error, "%s: 'fortran_order' in its header is neither True nor False", name);
    return parse_type(h, type, name, error) || parse_shape(h, shape, name, error);
}

/* ---- the elements ---- */

static uint64_t load(const unsigned char *p, size_t n, int big)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)p[big ? n - 1 - i : i] << (8 * i);
    return v;
}

static nnrt_type target_type(const header *h)
{
    if (h->kind == 'f')
        return h->item == 4 ? NNRT_F32 : NNRT_F64;
    if (h->kind == 'b' || (h->kind == 'u' && h->item == 1))
        return NNRT_U8;
    if (h->kind == 'u')
        return h->item == 2 ? NNRT_I32 : h->item == 4 ? NNRT_I64 : NNRT_U64;
    return h->item <= 4 ? NNRT_I32 : NNRT_I64;
}

static void put_element(nnrt_array *a, size_t i, const header *h, const unsigned char *from)
{
    uint64_t bits = load(from, h->item, h->big);
    uint32_t low = (uint32_t)bits;
    if (h->kind == 'i' && h->item < 8 && (bits >> (8 * h->item - 1) & 1))
        bits |= ~(uint64_t)0 << (8 * h->item);
    switch (a->type) {
    case NNRT_F32: memcpy((float *)a->data + i, &low, 4); return;
    case NNRT_F64: memcpy((double *)a->data + i, &bits, 8); return;
    case NNRT_I32: ((int32_t *)a->data)[i] = (int32_t)bits; return;
    case NNRT_I64: ((int64_t *)a->data)[i] = (int64_t)bits; return;
    case NNRT_U8: ((uint8_t *)a->data)[i] = (uint8_t)bits; return;
    case NNRT_U64: ((uint64_t *)a->data)[i] = bits; return;
    case NNRT_OTHER:
    case NNRT_TYPES: return;
    }
}

/* Number q in row-major order lies at this number in column-major order. */
static size_t fortran_place(const header *h, size_t q)
{
    size_t place = 0, stride = 1;
    size_t index[NNRT_MAX_RANK];
    for (uint32_t d = h->rank; d-- > 0;) {
        index[d] = q % (size_t)h->shape[d];
        q /= (size_t)h->shape[d];
    }
    for (uint32_t d = 0; d < h->rank; d++) {
        place += index[d] * stride;
        stride *= (size_t)h->shape[d];
    }
    return place;
}

int nnrt_npy_parse(nnrt_array *array, const unsigned char *data, size_t length, size_t most, const char *name, nnrt_error *error)
{
    header h;
    memset(&h, 0, sizeof h);
    memset(array, 0, sizeof *array);
    if (length < 10 || memcmp(data, "\x93NUMPY", 6) != 0)
        return nnrt_error_set(error, "%s: no .npy file: it does not begin as one", name);
    if (data[6] < 1 || data[6] > 3)
        return nnrt_error_set(error, "%s: a .npy file of version %d; 1 to 3 can be read", name, data[6]);
    size_t begin = data[6] == 1 ? 10 : 12, n = length < begin ? SIZE_MAX : (size_t)load(data + 8, begin - 8, 0);
    if (n > length - begin || n > 1 << 20)
        return nnrt_error_set(error, "%s: ends in the middle of its header", name);
    char *text = malloc(n + 1);
    if (!text)
        return nnrt_error_memory(error, name, n);
    memcpy(text, data + begin, n);
    text[n] = 0;
    int failed = strlen(text) != n ? nnrt_error_set(error, "%s: its header is damaged", name) : parse_header(&h, text, name, error);
    free(text);
    if (failed)
        return 1;
    size_t rest = length - begin - n, count = 1;
    for (uint32_t d = 0; d < h.rank; d++) {
        if (h.shape[d] && count > SIZE_MAX / 16 / h.shape[d])
            return nnrt_error_set(error, "%s: its shape is too large", name);
        count *= (size_t)h.shape[d];
    }
    array->rank = h.rank;
    memcpy(array->shape, h.shape, sizeof h.shape);
    array->count = count;
    if (!h.kind) {
        array->type = NNRT_OTHER;
        memcpy(array->other, h.other, sizeof h.other);
        return 0;
    }
    if (count > rest / h.item || count * h.item != rest)
        return nnrt_error_set(error, "%s: its shape says %lu elements of %lu bytes each, but %lu bytes are there", name, (unsigned long)count,
                              (unsigned long)h.item, (unsigned long)rest);
    if (count > most)
        return nnrt_too_many_numbers(name, count, error);
    array->type = target_type(&h);
    array->data = nnrt_allocate(count, types[array->type].size, name, error);
    if (!array->data)
        return 1;
    for (size_t i = 0; i < count; i++)
        put_element(array, i, &h, data + begin + n + (h.fortran && h.rank > 1 ? fortran_place(&h, i) : i) * h.item);
    return 0;
}

/* ---- writing ---- */

int nnrt_npy_header(char *out, size_t size, const nnrt_array *a)
{
    static const char *const codes[NNRT_TYPES] = {"f4", "f8", "i4", "i8", "u1", "u8"};
    const uint16_t one = 1;
    char order = *(const unsigned char *)&one ? '<' : '>', text[1024];
    size_t n = (size_t)snprintf(text, sizeof text, "{'descr': '%c%s', 'fortran_order': False, 'shape': (", a->type == NNRT_U8 ? '|' : order,
                                codes[a->type]);
    for (uint32_t d = 0; d < a->rank; d++)
        n += (size_t)snprintf(text + n, sizeof text - n, a->rank == 1 ? "%llu," : d ? ", %llu" : "%llu", (unsigned long long)a->shape[d]);
    n += (size_t)snprintf(text + n, sizeof text - n, "), }");
    while ((10 + n + 1) % 64)
        text[n++] = ' ';
    text[n++] = '\n';
    if (10 + n > size)
        return 0;
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): no string: the head of a file */
    memcpy(out, "\x93NUMPY\x01\x00", 8);
    out[8] = (char)(n & 255);
    out[9] = (char)(n >> 8);
    memcpy(out + 10, text, n);
    return (int)(10 + n);
}
