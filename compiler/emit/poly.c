/* poly.c: exp, tanh and their like without the C library (--math poly), in float: one text for numbers and for vectors.
 *
 * No branches, so that compilers vectorise loops over them and vectors have the same functions. In a text $T, $U and $I are the type of a
 * real, of its bits and of a whole number (or a vector of such), $name(...) is a helper of this file, and $[c] the constant c.
 *
 * Sources: the reduction of exp with ln 2 in two parts is Cody and Waite's (Software Manual for the Elementary Functions, 1980), the series
 * of log in f / (2 + f) and the rest of log1p those of fdlibm (Sun Microsystems, 1993). The coefficients are minimax by Remez's algorithm in
 * 50 digits, then rounded to float: q on |f| < 0.3466, to 2^-28.2 of exp(f); log's on sqrt(1/2) <= m < sqrt(2), to 2^-30; those of erf,
 * log(1 - erf(x)) / x on 0 <= x <= 3.93, to 2^-27.9 of erf(x). The errors of the whole stand in docs/generated.md.
 * A number is rounded to a whole one by adding 1.5 * 2^23: the last bits of the sum are that number. It is taken from the bits, not by a
 * subtraction, which compilers may undo (-ffast-math), and no NaN is converted to an integer. */
#include "poly.h"

#include <ctype.h>
#include <string.h>

enum { BITS, UNBITS, PICK, LEAST, MOST, COUNT, ABS, SIGNED, EXP, EM1, LN, LOG, LOG1P, EXPM1, TANH, SIGMOID, SOFTPLUS, ERF, HELPERS };

typedef struct helper {
    const char *name;
    uint32_t needs;                /* other helpers, all of them before this one */
    const char *scalar, *vector;   /* vector NULL: the same */
} helper;

#define NEEDS(x) (1u << (x))
/* Of `low` n times ln 2 is taken, n the nearest whole number; f and q(f) are what exp needs of the rest. NaN passes. */
#define REDUCTION \
    "    const $U whole = $bits(low * 1.44269504f + 12582912.0f) - 0x4b400000u;\n" \
    "    const $T n = $count(($I)whole), f = (low - n * 0.693359375f) + n * 2.12194440e-4f;\n" \
    "    const $T z = f * f, q = (0.499999934f + f * 0.166665207f) + z * ((0.0416683878f + f * 0.00836871389f) + z * 0.00138146047f);\n"

static const helper helpers[HELPERS] = {
    [BITS] = {"bits", 0, "$F $U $bits($T x)\n{\n    union { float x; uint32_t bits; } u;\n    u.x = x;\n    return u.bits;\n}\n",
              "$F $U $bits($T x)\n{\n    return ($U)x;\n}\n"},
    [UNBITS] = {"unbits", 0, "$F $T $unbits($U bits)\n{\n    union { float x; uint32_t bits; } u;\n    u.bits = bits;\n    return u.x;\n}\n",
                "$F $T $unbits($U bits)\n{\n    return ($T)bits;\n}\n"},
    [PICK] = {"pick", 0, "$F $T $pick($I c, $T a, $T b)\n{\n    return c ? a : b;\n}\n", ""}, /* vectors have this and the next two from vector_types.c */
    [LEAST] = {"min", 0, "$F $T $min($T a, $T b)\n{\n    return a < b ? a : b;\n}\n", ""},
    [MOST] = {"max", 0, "$F $T $max($T a, $T b)\n{\n    return a > b ? a : b;\n}\n", ""},
    [COUNT] = {"count", 0, "$F $T $count($I n)\n{\n    return (float)n;\n}\n", "$F $T $count($I n)\n{\n    return __builtin_convertvector(n, $T);\n}\n"},
    [ABS] = {"abs", NEEDS(BITS) | NEEDS(UNBITS), "$F $T $abs($T x)\n{\n    return $unbits($bits(x) & 0x7fffffffu);\n}\n", NULL},
    [SIGNED] = {"signed", NEEDS(BITS) | NEEDS(UNBITS), "$F $T $signed($T z, $T x) /* z >= 0 with the sign of x */\n{\n    return $unbits($bits(z) | ($bits(x) & 0x80000000u));\n}\n", NULL},
    [EXP] = {"exp", NEEDS(BITS) | NEEDS(UNBITS) | NEEDS(LEAST) | NEEDS(MOST) | NEEDS(COUNT),
             "/* x = n ln 2 + f; exp(f) = 1 + f + f^2 q(f); 2^n in two factors, as it may be too large or too small for one. */\n"
             "$F $T $exp($T x)\n{\n"
             "    const $T low = $max($[-104.0f], $min($[89.0f], x)); /* NaN stays */\n" REDUCTION
             "    const $U half = (whole + 152u) >> 1;\n"
             "    return (q * z + f + 1.0f) * $unbits((half + 51u) << 23) * $unbits((whole - half + 203u) << 23);\n}\n", NULL},
    [EM1] = {"em1", NEEDS(BITS) | NEEDS(UNBITS) | NEEDS(COUNT),
             "/* exp(low) - 1, |low| < 80: 2^n (f + f^2 q(f)) + (2^n - 1). */\n"
             "$F $T $em1($T low)\n{\n" REDUCTION
             "    const $T power = $unbits((whole + 127u) << 23);\n"
             "    return power * (q * z + f) + (power - 1.0f);\n}\n", NULL},
    [LN] = {"ln", NEEDS(BITS) | NEEDS(UNBITS) | NEEDS(COUNT),
            "/* log(x 2^-less) of a normal x > 0: x = 2^n m, sqrt(1/2) <= m < sqrt(2), m = 1 + f, s = f / (2 + f), log(m) = 2 s + s r(s^2). */\n"
            "$F $T $ln($T x, $T less)\n{\n"
            "    const $U u = $bits(x) + 0x004afb0du;\n"
            "    const $T n = $count(($I)(u >> 23) - 127) - less, f = $unbits((u & 0x007fffffu) + 0x3f3504f3u) - 1.0f;\n"
            "    const $T s = f / (2.0f + f), z = s * s, h = 0.5f * f * f;\n"
            "    const $T r = z * (0.666667764f + z * (0.399775417f + z * 0.298717276f));\n"
            "    return n * 0.693359375f + (f - (h - (s * (h + r) - n * 2.12194440e-4f)));\n}\n", NULL},
    [LOG] = {"log", NEEDS(LN) | NEEDS(PICK),
             "$F $T $log($T x)\n{\n"
             "    const $I tiny = ($I)(x < 1.17549435e-38f);\n"
             "    const $T z = $ln($pick(tiny, x * 33554432.0f, x), $pick(tiny, $[25.0f], $[0.0f]));\n"
             "    const $T wrong = $pick(($I)(x < 0.0f), $[(float)NAN], $pick(($I)(x > 0.0f), x, x - (float)INFINITY)); /* 0 and less, infinity, NaN */\n"
             "    return $pick(($I)(x > 0.0f) & ($I)(x < (float)INFINITY), z, wrong);\n}\n", NULL},
    [LOG1P] = {"log1p", NEEDS(LOG),
               "/* u = 1 + x, and what rounding took from it. */\n"
               "$F $T $log1p($T x)\n{\n"
               "    const $T u = 1.0f + x, rest = $pick(($I)(x < 1.0f), x - (u - 1.0f), 1.0f - (u - x));\n"
               "    return $log(u) + $pick(($I)(u > 0.0f) & ($I)(u < (float)INFINITY), rest / u, $[0.0f]);\n}\n", NULL},
    [EXPM1] = {"expm1", NEEDS(BITS) | NEEDS(UNBITS) | NEEDS(PICK) | NEEDS(LEAST) | NEEDS(MOST) | NEEDS(COUNT),
               "/* 2^n (1 + f + f^2 q(f)) - 1, as twice 2^(n-1) (f + f^2 q(f)) + (2^(n-1) - 1/2); x itself where it is tiny. */\n"
               "$F $T $expm1($T x)\n{\n"
               "    const $T low = $max($[-18.0f], $min($[89.0f], x));\n" REDUCTION
               "    const $T half = $unbits((whole + 126u) << 23), y = 2.0f * (half * (q * z + f) + (half - 0.5f));\n"
               "    return $pick(($I)(x * x < 2e-16f), x, y);\n}\n", NULL},
    [TANH] = {"tanh", NEEDS(EM1) | NEEDS(LEAST) | NEEDS(ABS) | NEEDS(SIGNED),
              "/* e / (e + 2), e = exp(2 |x|) - 1, with the sign of x; above 9.02 it is 1. */\n"
              "$F $T $tanh($T x)\n{\n"
              "    const $T a = $abs(x), e = $em1(2.0f * $min($[9.02f], a));\n"
              "    return $signed(e / (e + 2.0f), x);\n}\n", NULL},
    [SIGMOID] = {"sigmoid", NEEDS(EXP) | NEEDS(PICK) | NEEDS(ABS),
                 "/* 1 / (1 + exp(-x)), which overflows for no x. */\n"
                 "$F $T $sigmoid($T x)\n{\n"
                 "    const $T e = $exp(-$abs(x));\n"
                 "    return $pick(($I)(x < 0.0f), e, $[1.0f]) / (1.0f + e);\n}\n", NULL},
    [SOFTPLUS] = {"softplus", NEEDS(EXP) | NEEDS(MOST) | NEEDS(LN) | NEEDS(ABS),
                  "/* log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)), which overflows for no x. */\n"
                  "$F $T $softplus($T x)\n{\n"
                  "    const $T e = $exp(-$abs(x)), u = 1.0f + e;\n"
                  "    return $max(x, $[0.0f]) + ($ln(u, $[0.0f]) + (e - (u - 1.0f)) / u);\n}\n", NULL},
    [ERF] = {"erf", NEEDS(EM1) | NEEDS(LEAST) | NEEDS(ABS) | NEEDS(SIGNED),
             "/* 1 - exp(-a (1 + p(a))), a = |x|, with the sign of x; above 3.93 it is 1. */\n"
             "$F $T $erf($T x)\n{\n"
             "    const $T all = $abs(x), a = $min($[3.93f], all);\n"
             "    const $T high = -1.60395955e-4f + a * (0.00166702733f + a * (-6.32836768e-4f + a * (1.17641242e-4f - a * 9.25626123e-6f)));\n"
             "    const $T p = 0.128379172f + a * (0.636619382f + a * (0.102777831f + a * (-0.0191530640f + a * high)));\n"
             "    return $signed(-$em1(-(a + a * p)), x);\n}\n", NULL},
};

/* With what they need. */
static uint32_t closure(uint32_t used)
{
    for (int i = HELPERS - 1; i >= 0; i--)
        used |= used & NEEDS(i) ? helpers[i].needs : 0;
    return used;
}

static const char *word_end(const char *s)
{
    while (isalnum((unsigned char)*s))
        s++;
    return s;
}

/* `bytes`: of the vectors; 0: numbers. */
static void expand(writer *w, const char *s, int bytes)
{
    const char *suffix = bytes ? arena_printf("%d", bytes) : "", *end;
    for (; *s; s = end) {
        end = s + 1;
        if (*s != '$') {
            text_append_n(w->out, s, 1);
        } else if (s[1] == '[') {
            end = strchr(s, ']') + 1;
            const char *constant = arena_strndup(s + 2, (size_t)(end - s - 3));
            text_append(w->out, bytes ? arena_printf("(%s - (%s_v%d){0})", constant, w->prefix, bytes) : constant);
        } else if (s[1] == 'F') {
            text_printf(w->out, "%s_%s", w->upper, bytes ? "INLINE" : "MATH");
            end = s + 2;
        } else if (isupper((unsigned char)s[1])) {
            const char *type = s[1] == 'T' ? "float" : s[1] == 'U' ? "uint32_t" : "int32_t";
            text_append(w->out, bytes ? arena_printf("%s_%c%d", w->prefix, s[1] == 'T' ? 'v' : s[1] == 'U' ? 'b' : 'i', bytes) : type);
            end = s + 2;
        } else {
            end = word_end(s + 1);
            text_printf(w->out, "%s_%s%s", w->prefix, arena_strndup(s + 1, (size_t)(end - s - 1)), suffix);
        }
    }
}

uint32_t poly_helper(const char *name)
{
    for (int i = 0; i < HELPERS; i++)
        if (strcmp(helpers[i].name, name) == 0)
            return NEEDS(i);
    bug("there is no polynomial for %s", name);
}

bool poly_is_name(const char *name)
{
    for (int i = 0; i < HELPERS; i++)
        if (strncmp(helpers[i].name, name, strlen(helpers[i].name)) == 0 &&
            strspn(name + strlen(helpers[i].name), "0123456789") == strlen(name + strlen(helpers[i].name)))
            return true;
    return false;
}

void poly_needs(uint32_t used, bool *pick, bool *smallest, bool *largest)
{
    used = closure(used);
    *pick |= used & NEEDS(PICK);
    *smallest |= used & NEEDS(LEAST);
    *largest |= used & NEEDS(MOST);
}

void poly_write(writer *w, uint32_t used, int bytes)
{
    used = closure(used);
    for (int i = 0; i < HELPERS; i++)
        if (used & NEEDS(i))
            expand(w, bytes && helpers[i].vector ? helpers[i].vector : helpers[i].scalar, bytes);
}
