/* vector_types.c: what all functions of tiles need: the types of vectors, and the helpers that some use. */
#include "poly.h"
#include "vector.h"

/* Lines for each number of lanes that a vector of so many bytes may have, under #if. */
static void write_by_lanes(writer *w, int bytes, void (*write)(writer *w, int bytes, int lanes))
{
    int size = w->p->options.is_double ? 8 : 4;
    for (int n = bytes / size, first = 1; n * size >= 16; n /= 2, first = 0) {
        line(w, "#%sif %s_N%d == %d", first ? "" : "el", w->upper, bytes, n);
        write(w, bytes, n);
    }
    line(w, "#endif");
}

static void write_shuffle(writer *w, int bytes, int lanes, int half)
{
    text_printf(w->out, "%s_SHUFFLE%d(a, a", w->upper, bytes);
    for (int i = 0; i < lanes; i++)
        text_printf(w->out, ", %d", i ^ half); /* within 16 bytes as long as possible: that is faster */
    text_append(w->out, ");\n");
}

static void write_sums(writer *w, int bytes, int lanes)
{
    for (int half = lanes / 2; half > 0; half /= 2) {
        text_append(w->out, "    a += ");
        write_shuffle(w, bytes, lanes, half);
    }
}

static void write_extrema(writer *w, int bytes, int lanes, const char *better)
{
    for (int half = lanes / 2; half > 0; half /= 2) {
        text_append(w->out, "    b = ");
        write_shuffle(w, bytes, lanes, half);
        line(w, "    a = %s_%s%d(b, a);", w->prefix, better, bytes);
    }
}

static void write_largest(writer *w, int bytes, int lanes)
{
    write_extrema(w, bytes, lanes, "max");
}

static void write_smallest(writer *w, int bytes, int lanes)
{
    write_extrema(w, bytes, lanes, "min");
}

static void write_total(writer *w, int bytes, reduction r)
{
    const char *name = r == RED_SUM ? "total" : r == RED_MAX ? "most" : "least";
    line(w, "%s_INLINE %s %s_%s%d(%s_v%d a) /* of all lanes, in halves */\n{", w->upper, w->real, w->prefix, name, bytes, w->prefix, bytes);
    if (r != RED_SUM)
        line(w, "    %s_v%d b;", w->prefix, bytes);
    write_by_lanes(w, bytes, r == RED_SUM ? write_sums : r == RED_MAX ? write_largest : write_smallest);
    line(w, "    return a[0];\n}");
}

static void write_evens(writer *w, int bytes, int lanes)
{
    text_printf(w->out, "    return %s_SHUFFLE%d(a, b", w->upper, bytes);
    for (int i = 0; i < lanes; i++)
        text_printf(w->out, ", %d", 2 * i);
    text_append(w->out, ");\n");
}

static void write_odds(writer *w, int bytes, int lanes)
{
    text_printf(w->out, "    return %s_SHUFFLE%d(a, b", w->upper, bytes);
    for (int i = 0; i < lanes; i++)
        text_printf(w->out, ", %d", 2 * i + 1);
    text_append(w->out, ");\n");
}

/* Two vectors loaded, every second element taken; of `odd` the first is preceded by one more, else the last followed. */
static void write_every(writer *w, int bytes, bool odd)
{
    const char *p = w->prefix;
    line(w, "%s_INLINE %s_v%d %s_%s%d(const %s *p) /* p[0], p[2], p[4] and so on */\n{", w->upper, p, bytes, p, odd ? "odd" : "even", bytes, w->real);
    line(w, "    const %s_v%d a = *(const %s_u%d *)(p%s), b = *(const %s_u%d *)(p%s + %s_N%d);", p, bytes, p, bytes, odd ? " - 1" : "", p, bytes, odd ? " - 1" : "",
         w->upper, bytes);
    write_by_lanes(w, bytes, odd ? write_odds : write_evens);
    line(w, "}");
}

/* One instruction of x86, which compilers do not find in masks. NaN in either gives b. */
static void write_better(writer *w, int bytes, bool smallest)
{
    const char *p = w->prefix, *name = smallest ? "min" : "max", *kind = w->p->options.is_double ? "pd" : "ps";
    line(w, "%s_INLINE %s_v%d %s_%s%d(%s_v%d a, %s_v%d b) /* a %c b ? a : b */\n{", w->upper, p, bytes, p, name, bytes, p, bytes, p, bytes, smallest ? '<' : '>');
    line(w, "#if !defined(__SSE2__)\n    return %s_pick%d((%s_i%d)(a %c b), a, b);", p, bytes, p, bytes, smallest ? '<' : '>');
    if (bytes == 64) {
        line(w, "#elif %s_BYTES >= 64 && defined(__clang__)\n    return __builtin_ia32_%s%s512(a, b, 4);", w->upper, name, kind);
        line(w, "#elif %s_BYTES >= 64\n    return __builtin_ia32_%s%s512_mask(a, b, a, %s, 4);", w->upper, name, kind, w->p->options.is_double ? "255" : "-1");
    }
    if (bytes >= 32)
        line(w, "#elif %s_BYTES >= 32\n    return __builtin_ia32_%s%s256(a, b);", w->upper, name, kind);
    line(w, "#else\n    return __builtin_ia32_%s%s(a, b);\n#endif\n}", name, kind);
}

static void write_width(writer *w, int bytes)
{
    struct vector_parts *v = vector_parts(w);
    const char *u = w->upper, *p = w->prefix;
    int size = w->p->options.is_double ? 8 : 4;
    line(w, "#define %s_N%d ((%s_BYTES < %d ? %s_BYTES : %d) / %d)", u, bytes, u, bytes, u, bytes, size);
    line(w, "typedef %s %s_v%d __attribute__((vector_size(%s_N%d * %d)));", w->real, p, bytes, u, bytes, size);
    line(w, "typedef %s %s_u%d __attribute__((vector_size(%s_N%d * %d), aligned(%d), may_alias));", w->real, p, bytes, u, bytes, size, size);
    line(w, "#define %s_AT%d(x) ((%s_v%d)*(const %s_u%d *)&(x))", u, bytes, p, bytes, p, bytes);
    line(w, "/* Where a vector of a run begins; the last ones reach back. */");
    line(w, "#define %s_RUN%d(at, extent) ((extent) %% (%d * %s_N%d) == 0 || (at) < (extent) - %s_N%d ? (at) : (extent) - %s_N%d)", u, bytes, MOST_VECTORS, u, bytes,
         u, bytes, u, bytes);
    line(w, "#define %s_TO%d(x) (*(%s_u%d *)&(x))", u, bytes, p, bytes);
    if (v->whole)
        line(w, "typedef int32_t %s_w%d __attribute__((vector_size(%s_N%d * 4), aligned(4), may_alias));", p, bytes, u, bytes);
    bool swaps = bytes == 16 && v->transpose, shuffles = v->even || v->odd || v->total || v->most || v->least || swaps;
    if (shuffles) {
        line(w, "#if defined(__clang__)\n#define %s_SHUFFLE%d(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)", u, bytes);
        line(w, "#else\n#define %s_SHUFFLE%d(a, b, ...) __builtin_shuffle(a, b, (%s_i%d){__VA_ARGS__})\n#endif", u, bytes, p, bytes);
    }
    bool picks = v->pick || v->largest || v->smallest;
    if (v->keep || picks || v->from || shuffles)
        line(w, "typedef int%d_t %s_i%d __attribute__((vector_size(%s_N%d * %d)));", 8 * size, p, bytes, u, bytes, size);
    if (v->from) {
        line(w, "%s_INLINE %s_i%d %s_from%d(int first) /* the lanes from there on */\n{", u, p, bytes, p, bytes);
        line(w, "    %s_i%d lane;\n    %s_UNROLL\n    for (int i = 0; i < %s_N%d; i++)\n        lane[i] = i;", p, bytes, u, u, bytes);
        line(w, "    return (%s_i%d)(lane >= first);\n}", p, bytes);
    }
    if (v->total)
        write_total(w, bytes, RED_SUM);
    if (v->keep)
        line(w, "%s_INLINE %s_v%d %s_keep%d(%s_i%d c, %s_v%d a)\n{\n    return (%s_v%d)(c & (%s_i%d)a);\n}", u, p, bytes, p, bytes, p, bytes, p, bytes, p, bytes,
             p, bytes);
    if (picks)
        line(w, "%s_INLINE %s_v%d %s_pick%d(%s_i%d c, %s_v%d a, %s_v%d b)\n{\n    return (%s_v%d)((c & (%s_i%d)a) | (~c & (%s_i%d)b));\n}", u, p, bytes, p, bytes,
             p, bytes, p, bytes, p, bytes, p, bytes, p, bytes, p, bytes);
    if (v->largest)
        write_better(w, bytes, false);
    if (v->smallest)
        write_better(w, bytes, true);
    if (v->most)
        write_total(w, bytes, RED_MAX);
    if (v->least)
        write_total(w, bytes, RED_MIN);
    if (v->even)
        write_every(w, bytes, false);
    if (v->odd)
        write_every(w, bytes, true);
    if (swaps)
        write_transpose_helper(w);
    if (v->poly[bytes / 32]) {
        line(w, "typedef uint32_t %s_b%d __attribute__((vector_size(%s_N%d * 4)));", p, bytes, u, bytes);
        poly_write(w, v->poly[bytes / 32], bytes);
    }
}

void write_vector_end(writer *w)
{
    if (w->parts && w->parts->all.count)
        text_printf(w->out, "#ifdef %s_OPTIONS\n#pragma GCC pop_options\n#endif\n", w->upper);
}

void write_vector_types(writer *w)
{
    static const int widths[] = {16, 32, 64};
    const char *u = w->upper;
    if (!w->parts || !w->parts->all.count)
        return;
    line(w, "/* ---- vectors, as wide as the target has them: the extensions of GCC and Clang; plain loops elsewhere ---- */");
    bool converts = w->parts->poly[0] | w->parts->poly[1] | w->parts->poly[2]; /* numbers of one type to another: gcc 8 has no vectors of that */
    line(w, "#if defined(__GNUC__)%s && defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__) && !defined(%s_PLAIN)", converts ? " && (defined(__clang__) || __GNUC__ >= 9)" : "", u);
    line(w, "#if defined(__AVX512F__)\n#define %s_BYTES 64\n#define %s_ROWS 8\n#elif defined(__AVX__)\n#define %s_BYTES 32\n#define %s_ROWS 6", u, u, u, u);
    line(w, "#elif defined(__SSE2__) || defined(__ARM_NEON)\n#define %s_BYTES 16\n#define %s_ROWS 4\n#endif\n#endif", u, u);
    line(w, "#ifdef %s_BYTES\n#define %s_INLINE static inline __attribute__((always_inline, unused))", u, u);
    line(w, "#if defined(__clang__)\n#define %s_UNROLL _Pragma(\"clang loop unroll(full)\")\n#else\n#define %s_UNROLL _Pragma(\"GCC unroll 32\")\n#endif", u, u);
    if (w->parts->ahead) /* as bytes: it may lie behind the end, where nothing is read */
        line(w, "#define %s_AHEAD(x, elements) __builtin_prefetch((const char *)&(x) + (elements) * (int)sizeof(%s))", u, w->real);
    for (int i = 0; i < 3; i++)
        if (w->parts->width[i])
            write_width(w, widths[i]);
    line(w, "#elif defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__)"); /* gcc's -O2 vectorises only what fits exactly */
    line(w, "#pragma GCC push_options\n#pragma GCC optimize (\"tree-vectorize\", \"vect-cost-model=dynamic\")\n#define %s_OPTIONS", u);
    text_append(w->out, "#endif\n\n");
}
