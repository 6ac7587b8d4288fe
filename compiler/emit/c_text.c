/* c_text.c: text of the model as C: identifiers that neither C, C++, the standard headers nor compilers claim, comments, strings. */
#include <ctype.h>
#include <string.h>

#include "writer.h"

/* Keywords of C and C++, macros of the standard headers that a model's name might hit, and what compilers predefine. */
static const char *const claimed[] = {
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char", "char8_t",
    "char16_t", "char32_t", "class", "compl", "complex", "concept", "const", "const_cast", "consteval", "constexpr", "constinit",
    "continue", "co_await", "co_return", "co_yield", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
    "errno", "explicit", "export", "extern", "false", "float", "for", "fortran", "friend", "goto", "if", "imaginary", "inline", "int",
    "linux", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private",
    "protected", "public", "register", "reinterpret_cast", "requires", "restrict", "return", "short", "signed", "sizeof", "static",
    "static_assert", "static_cast", "struct", "switch", "template", "this", "thread_local", "throw", "true", "try", "typedef", "typeid",
    "typename", "typeof", "typeof_unqual", "union", "unix", "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor",
    "xor_eq", "i386", "arm", "mips", "sparc", "sun", "vax", "sgi", "hpux", "PPC", "AVR", "MSP430", "WIN32", "WIN64", "MSDOS", "near", "far",
    "huge", "interrupt", "NULL", "NAN", "INFINITY", "HUGE_VAL", "HUGE_VALF", "HUGE_VALL", "EOF", "I", "BUFSIZ", "RAND_MAX", "DOMAIN",
    "SING", "OVERFLOW", "UNDERFLOW", "PLOSS", "TLOSS", "X_TLOSS", "MAXFLOAT", "EDOM", "ERANGE", "EILSEQ", "assert", "stdin", "stdout",
    "stderr", "main", "y0", "y1", "yn", "j0", "j1", "jn", "gamma", "signgam", "math_errhandling", "index", "div", "remove", "time", "signbit",
    "isnan", "isinf", "isfinite", "isnormal", "fpclassify", "offsetof", "float_t", "double_t", "size_t", "ptrdiff_t", "max_align_t",
    "memset", "memcpy",
};
/* The functions of <math.h>, each also with f and l at its end. */
static const char *const math[] = {
    "abs", "acos", "asin", "atan", "atan2", "cbrt", "ceil", "copysign", "cos", "cosh", "erf", "erfc", "exp", "exp2", "expm1", "fabs", "fdim",
    "floor", "fma", "fmax", "fmin", "fmod", "frexp", "hypot", "ilogb", "ldexp", "lgamma", "log", "log10", "log1p", "log2", "logb", "lrint",
    "lround", "modf", "nan", "nearbyint", "nextafter", "pow", "remainder", "remquo", "rint", "round", "scalbn", "sin", "sinh", "sqrt", "tan",
    "tanh", "tgamma", "trunc",
};

static bool among(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

static bool is_math(const char *name)
{
    size_t n = strlen(name);
    return among(name, math, sizeof math / sizeof *math) ||
           (n > 1 && strchr("fl", name[n - 1]) && among(arena_strndup(name, n - 1), math, sizeof math / sizeof *math));
}

/* M_PI, FP_NAN, INT32_MAX, UINT8_C, int_fast8_t: families that the headers define. */
static bool is_of_headers(const char *name)
{
    size_t n = strlen(name), upper = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    static const char *const begins[] = {"M_", "FP_", "MATH_", "INT", "UINT", "SIZE_", "PTRDIFF_", "WCHAR_", "WINT_", "SIG_ATOMIC_", "NN_"};
    for (size_t i = 0; upper == n && i < sizeof begins / sizeof *begins; i++)
        if (strncmp(name, begins[i], strlen(begins[i])) == 0)
            return true;
    const char *type = name + (name[0] == 'u');
    return strncmp(type, "int", 3) == 0 && n > 5 && strcmp(name + n - 2, "_t") == 0;
}

static bool c_is_claimed(const char *name)
{
    return among(name, claimed, sizeof claimed / sizeof *claimed) || name[0] == '_' || is_math(name) || is_of_headers(name);
}

const char *c_name(const char *name)
{
    char *s = arena_strdup(name);
    for (char *c = s; *c; c++)
        if (!isalnum((unsigned char)*c))
            *c = '_';
    if (isdigit((unsigned char)s[0]) || s[0] == '_' || s[0] == 0)
        s = arena_printf("v%s", s);
    return c_is_claimed(s) ? arena_printf("%s_", s) : s;
}

const char *c_comment(const char *s)
{
    text t = {0};
    text_append(&t, "");
    for (; *s; s++) {
        bool ends = (s[0] == '*' && s[1] == '/') || (s[0] == '/' && s[1] == '*') || (s[0] == '?' && s[1] == '?') || (s[0] == '\\' && (s[1] == 0 || s[1] == '\n'));
        char c = (unsigned char)*s < 0x20 || *s == 0x7F ? ' ' : *s;
        text_append_n(&t, &c, 1);
        if (ends)
            text_append(&t, " ");
    }
    return t.data;
}

const char *c_string(const char *s)
{
    text t = {0};
    text_append(&t, "\"");
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\' || c == '?')
            text_printf(&t, "\\%c", c);
        else if (c < 0x20 || c >= 0x7F)
            text_printf(&t, "\\%03o", c);
        else
            text_append_n(&t, s, 1);
    }
    text_append(&t, "\"");
    return t.data;
}
