/* weights.c: reads a .npz of parameters at compile time. The zip's directory is the truth; names, shapes, types, checksums and
 * values are checked, and every mismatch is reported. */
#include "weights.h"

#include <math.h>
#include <string.h>

#include "routine/routine.h"
#include "support/inflate.h"

typedef struct member {
    const char *name;          /* without .npy */
    const unsigned char *data;
    size_t size;
    bool used;
} member;
typedef VEC(member) member_list;

static const span nowhere;

static uint64_t get(const char *p, int n)
{
    uint64_t v = 0;
    for (int i = 0; i < n; i++)
        v |= (uint64_t)(unsigned char)p[i] << (8 * i);
    return v;
}

static uint32_t checksum(const unsigned char *p, size_t n)
{
    uint32_t sum = 0xFFFFFFFFu; /* CRC-32 of zip, bit by bit */
    for (size_t i = 0; i < n; i++) {
        sum ^= p[i];
        for (int b = 0; b < 8; b++)
            sum = (sum >> 1) ^ (0xEDB88320u & (0u - (sum & 1)));
    }
    return ~sum;
}

static bool bad(const char *path, const char *what)
{
    diag_error(nowhere, "%s: %s", path, what);
    return false;
}

/* ---- the archive ---- */

static bool find_directory(const source *f, uint64_t *at, uint64_t *count)
{
    for (size_t i = f->length < 22 ? 0 : f->length - 21; i-- > 0 && f->length - i < 65600;) {
        const char *p = f->chars + i;
        if (memcmp(p, "PK\5\6", 4) != 0 || i + 22 + get(p + 20, 2) != f->length)
            continue;
        *count = get(p + 10, 2);
        *at = get(p + 16, 4);
        return *at <= f->length;
    }
    return false;
}

static void read_zip64(const char *extra, size_t length, uint64_t *size, uint64_t *packed, uint64_t *offset)
{
    while (length >= 4) {
        size_t n = (size_t)get(extra + 2, 2), at = 4;
        if (n > length - 4)
            return;
        uint64_t *fields[3] = {size, packed, offset};
        for (int i = 0; get(extra, 2) == 1 && i < 3; i++)
            if (*fields[i] == 0xFFFFFFFFu && at + 8 <= n + 4) {
                *fields[i] = get(extra + at, 8);
                at += 8;
            }
        extra += 4 + n;
        length -= 4 + n;
    }
}

/* The parameter or state of that name; NULL: there is none. */
static const tensor *named(const graph *g, const char *name)
{
    for (int i = 0; i < g->params.count + g->states.count; i++) {
        const tensor *t = i < g->params.count ? g->params.data[i] : g->states.data[i - g->params.count];
        if (strcmp(t->name, name) == 0)
            return t;
    }
    return NULL;
}

/* What no parameter wants, or could hold, is not unpacked. */
static bool read_member(const graph *g, const source *f, const char *entry, member_list *out)
{
    uint64_t packed = get(entry + 20, 4), size = get(entry + 24, 4), offset = get(entry + 42, 4), method = get(entry + 10, 2);
    size_t name = (size_t)get(entry + 28, 2);
    read_zip64(entry + 46 + name, (size_t)get(entry + 30, 2), &size, &packed, &offset);
    member m = {.name = arena_strndup(entry + 46, name > 4 && memcmp(entry + 46 + name - 4, ".npy", 4) == 0 ? name - 4 : name)};
    if (strlen(m.name) == 0 || strncmp(m.name, "resume/", 7) == 0)
        return true; /* what a saved training run keeps is not for us */
    for (int i = 0; i < out->count; i++)
        if (strcmp(out->data[i].name, m.name) == 0)
            return bad(f->name, arena_printf("two arrays have the name '%s'", m.name));
    const tensor *t = named(g, m.name);
    if (!t) {
        vec_push(out) = m; /* unused: to be told with the others */
        return true;
    }
    if (offset > f->length || f->length - offset < 30 || memcmp(f->chars + offset, "PK\3\4", 4) != 0)
        return bad(f->name, arena_printf("'%s' lies outside the file", m.name));
    uint64_t begin = offset + 30 + get(f->chars + offset + 26, 2) + get(f->chars + offset + 28, 2);
    if (begin > f->length || packed > f->length - begin)
        return bad(f->name, arena_printf("'%s' is cut off", m.name));
    if ((method != 0 && method != 8) || (get(entry + 8, 2) & 1))
        return bad(f->name, arena_printf("'%s' is packed in a way that nnc cannot read; numpy.savez and savez_compressed write what it can", m.name));
    if (size > packed * 100 + (16u << 20) || (method == 0 && size != packed))
        return bad(f->name, arena_printf("'%s' has sizes that cannot be true", m.name));
    if (size / 8 > (uint64_t)tensor_size(t) + (1 << 17)) /* and a header */
        return bad(f->name, arena_printf("'%s' holds more than the model's has elements", m.name));
    m.data = (const unsigned char *)f->chars + begin;
    m.size = (size_t)size;
    if (method == 8) {
        unsigned char *unpacked = arena_alloc(m.size + 1);
        if (!inflate_raw(m.data, (size_t)packed, unpacked, m.size))
            return bad(f->name, arena_printf("'%s': its packed data are damaged", m.name));
        m.data = unpacked;
    }
    if (checksum(m.data, m.size) != (uint32_t)get(entry + 16, 4))
        return bad(f->name, arena_printf("'%s' is damaged: its checksum is wrong", m.name));
    vec_push(out) = m;
    return true;
}

static bool read_archive(const graph *g, const source *f, member_list *out)
{
    uint64_t at, count;
    if (!find_directory(f, &at, &count))
        return bad(f->name, "no .npz file, or one that is cut off");
    for (uint64_t i = 0; i < count; i++) {
        const char *entry = f->chars + at;
        if (f->length - at < 46 || memcmp(entry, "PK\1\2", 4) != 0 ||
            f->length - at - 46 < get(entry + 28, 2) + get(entry + 30, 2) + get(entry + 32, 2))
            return bad(f->name, "the zip archive is damaged: its directory is cut off");
        if (!read_member(g, f, entry, out))
            return false;
        at += 46 + get(entry + 28, 2) + get(entry + 30, 2) + get(entry + 32, 2);
    }
    return true;
}

/* ---- one array ---- */

static const char *header_value(const char *header, const char *key)
{
    const char *at = strstr(header, key);
    if (!at)
        return NULL;
    at += strlen(key);
    at += strspn(at, "'\"");
    at += strspn(at, " :");
    return at;
}

static double element(const unsigned char *p, int size, bool big)
{
    uint64_t bits = 0;
    float single;
    double wide;
    for (int i = 0; i < size; i++)
        bits |= (uint64_t)p[big ? size - 1 - i : i] << (8 * i);
    uint32_t low = (uint32_t)bits;
    memcpy(&single, &low, sizeof single);
    memcpy(&wide, &bits, sizeof wide);
    return size == 4 ? (double)single : wide;
}

static const double *read_array(const char *path, const member *m, const tensor *t, bool is_double)
{
    const char *name = arena_printf("%s: '%s'", path, m->name);
    if (m->size < 10 || memcmp(m->data, "\x93NUMPY", 6) != 0 || m->data[6] < 1 || m->data[6] > 3)
        return bad(name, "is no .npy array"), NULL;
    size_t begin = m->data[6] == 1 ? 10 : 12;
    size_t n = m->size < begin ? SIZE_MAX : (size_t)get((const char *)m->data + 8, begin == 10 ? 2 : 4);
    if (n > m->size - begin)
        return bad(name, "ends in the middle of its header"), NULL;
    char *header = arena_strndup((const char *)m->data + begin, n);
    const char *type = header_value(header, "descr"), *order = header_value(header, "fortran_order"), *shape = header_value(header, "shape");
    if (!type || !order || !shape || *shape != '(')
        return bad(name, "its header is damaged"), NULL;
    type += strspn(type, "'\"");
    bool is4 = strncmp(type + 1, "f4", 2) == 0, is8 = strncmp(type + 1, "f8", 2) == 0;
    if (!strchr("<>|=", type[0]) || (!is4 && !is8))
        return bad(name, arena_printf("holds elements of type %.3s; float32 or float64 is needed", type)), NULL;
    int rank = 0;
    bool same = true;
    text found = {0};
    text_append(&found, "[");
    for (shape++; *shape && *shape != ')';) {
        int64_t extent = 0;
        for (; *shape >= '0' && *shape <= '9' && extent < INT64_MAX / 20; shape++)
            extent = extent * 10 + (*shape - '0');
        text_printf(&found, rank ? ", %lld" : "%lld", (long long)extent);
        same &= rank < t->rank && t->dims[rank] == extent;
        rank++;
        size_t skip = strspn(shape, ", L");
        if (!skip && *shape != ')')
            return bad(name, "its header is damaged"), NULL;
        shape += skip;
    }
    text_append(&found, "]");
    if (!same || rank != t->rank) {
        text wanted = {0};
        for (int d = 0; d < t->rank; d++)
            text_printf(&wanted, d ? ", %lld" : "%lld", (long long)t->dims[d]);
        diag *d = diag_error(nowhere, "%s has shape %s, the model needs [%s]", name, found.data, t->rank ? wanted.data : "");
        diag_note(d, t->at, "the parameter stems from here");
        return NULL;
    }
    int size = is4 ? 4 : 8;
    int64_t count = tensor_size(t);
    if ((uint64_t)(m->size - begin - n) != (uint64_t)count * (uint64_t)size)
        return bad(name, "has not as many elements as its shape says"), NULL;
    double *values = NEW_ARRAY(double, count);
    bool fortran = strncmp(order, "True", 4) == 0;
    for (int64_t q = 0; q < count; q++) {
        int64_t place = q;
        if (fortran) { /* column-major */
            int64_t rest = q, stride = count;
            place = 0;
            for (int d = t->rank - 1; d >= 0; d--) {
                /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): extents are 1 or more */
                stride /= t->dims[d];
                place += rest % t->dims[d] * stride;
                rest /= t->dims[d];
            }
        }
        values[q] = element(m->data + begin + n + place * size, size, type[0] == '>');
        if (!isfinite(values[q]))
            return bad(name, arena_printf("element %lld is not finite", (long long)q)), NULL;
        if (!is_double && !isfinite((float)values[q]))
            return bad(name, arena_printf("element %lld is %g, which no float holds; --real double does", (long long)q, values[q])), NULL;
    }
    return values;
}

/* ---- the model's parameters and states ---- */

static member *find_member(member_list *members, const char *name)
{
    for (int k = 0; k < members->count; k++)
        if (strcmp(members->data[k].name, name) == 0)
            return &members->data[k];
    return NULL;
}

/* Where it changes, it starts from the file's values. */
static void start_from(graph *g, tensor *t, const double *values)
{
    tensor *start = graph_tensor(g, TENSOR_CONST, NULL, t->rank, t->dims, 0, t->at);
    start->label = arena_printf("%s.start", t->name);
    start->stage = t->stage;
    start->values = values;
    t->init = INIT_EXPRESSION;
    t->init_value = identity_read(start);
}

static void take(graph *g, const source *f, member *m, tensor *t, bool fixed, bool is_double)
{
    m->used = true;
    const double *values = read_array(f->name, m, t, is_double);
    if (values && fixed)
        t->values = values;
    else if (values)
        start_from(g, t, values);
}

static void take_params(graph *g, const source *f, member_list *members, bool all, bool is_double)
{
    for (int i = 0; i < g->params.count; i++) {
        tensor *t = g->params.data[i];
        member *m = find_member(members, t->name);
        if (m)
            take(g, f, m, t, all || t->frozen, is_double);
        else {
            diag *d = diag_error(nowhere, "%s: the parameter '%s' is missing", f->name, t->name);
            diag_note(d, t->at, "it stems from here");
        }
    }
}

/* A state that the file lacks keeps its initial value; where nothing updates it and that is a number, it is a constant as well. */
static void take_states(graph *g, const source *f, member_list *members, bool inference, bool is_double)
{
    for (int i = 0; i < g->states.count; i++) {
        tensor *t = g->states.data[i];
        member *m = find_member(members, t->name);
        bool fixed = !routines_update(g, t, inference);
        if (m)
            take(g, f, m, t, fixed, is_double);
        else if (fixed && t->init == INIT_VALUE) {
            double *values = NEW_ARRAY(double, tensor_size(t));
            for (int64_t k = 0; k < tensor_size(t); k++)
                values[k] = t->init_a;
            t->values = values;
        }
    }
}

bool weights_bake(graph *g, const char *path, bool all, bool is_double)
{
    const char *why = NULL;
    int before = diag_errors();
    member_list members = {0};
    source *f = source_read(path, &why);
    if (!f)
        return bad(path, why);
    if (!read_archive(g, f, &members))
        return false;
    take_params(g, f, &members, all, is_double);
    take_states(g, f, &members, all, is_double);
    for (int k = 0; k < members.count; k++)
        if (!members.data[k].used)
            diag_error(nowhere, "%s: the model has no parameter '%s'", path, members.data[k].name);
    return diag_errors() == before;
}
