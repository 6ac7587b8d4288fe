/* options.c: reads the command line; everything wrong in it is said here, with status 2. */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char help_text[] =
    "usage: nnc [options] MODEL.nn\n"
    "\n"
    "Writes MODEL.c and MODEL.h: the network, its derivatives and its training step in C.\n"
    "'-' as MODEL.nn reads standard input.\n"
    "\n"
    "  -o DIR/NAME.c        write DIR/NAME.c and DIR/NAME.h; '-o -': one text to standard output\n"
    "  --inference          forward only: no cost, no gradient\n"
    "  --weights FILE.npz   frozen parameters become constants (with --inference all)\n"
    "  --program            add a main: the training program (needs libnnrt)\n"
    "  --batch N            most samples in one call (default: the train block's, else 32)\n"
    "  --real TYPE          float (default) or double\n"
    "  --prefix NAME        of every name in the C, instead of the model's name\n"
    "  -O0, -Os, -O2        plain loops with named values; smallest; fastest (default)\n"
    "  --math KIND          exp, tanh, ... as polynomials (poly; default at -O2 in float) or the C library's (libm)\n"
    "  --schedule FILE      choices about loops and memory by hand, as they stand at the end of --emit plan\n"
    "  -I DIR               look for imported files there\n"
    "  -D NAME=VALUE        another value for the model's const NAME\n"
    "  -M, -MD, -MF FILE, -MP   dependencies for make, as in cc\n"
    "  --emit KIND          ast, graph, grad, plan, report or report,json instead of C\n"
    "  --max-ram SIZE, --max-flash SIZE   fail where the model needs more (512, 16K, 2M)\n"
    "  --check-finite       the code says which value was the first that is not finite\n"
    "  -Werror, -Wno-NAME   warnings are errors; switch a warning off\n"
    "  --help, --version\n";

static const char *const known[] = {"--inference", "--weights", "--program", "--batch", "--real", "--prefix", "--emit", "--help",
                                    "--version", "--max-ram", "--max-flash", "--schedule", "--check-finite", "--math"};

typedef struct reader {
    int argc, at;
    char **argv;
    FILE *err;
    bool failed;
} reader;

static void complain(reader *r, const char *format, ...) NNC_PRINTF(2, 3);
static void complain(reader *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("nnc: error: ", r->err);
    vfprintf(r->err, format, args);
    fputs("\n", r->err);
    va_end(args);
    r->failed = true;
}

/* The value of `--name=value`, `--name value`, `-Xvalue` or `-X value`; NULL after an error. */
static const char *value_of(reader *r, const char *name)
{
    const char *a = r->argv[r->at], *v = NULL;
    size_t n = strlen(name);
    if (strlen(a) > n)
        v = a + n + (name[1] == '-');
    else if (r->at + 1 < r->argc)
        v = r->argv[++r->at];
    if (v && *v)
        return v;
    complain(r, "'%s' needs a value", name);
    return NULL;
}

static bool is_long(const char *a, const char *name)
{
    size_t n = strlen(name);
    return strncmp(a, name, n) == 0 && (a[n] == 0 || a[n] == '=');
}

static bool is_name(const char *s, size_t n)
{
    if (n == 0 || (s[0] >= '0' && s[0] <= '9'))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '_'))
            return false;
    return true;
}

/* `looked_up` is what is compared with the long options. */
static void unknown(reader *r, const char *a, const char *looked_up)
{
    const char *name = arena_strndup(looked_up, strcspn(looked_up, "="));
    const char *near = NULL;
    for (size_t i = 0; i < sizeof known / sizeof *known && !near; i++)
        if (strcmp(name, known[i]) == 0)
            near = known[i];
    if (near || (near = suggest(name, known, sizeof known / sizeof *known)))
        complain(r, "there is no option '%s'; did you mean '%s'?", a, near);
    else
        complain(r, "there is no option '%s'", a);
}

bool options_is_ours(const char *prefix)
{
    return strcmp(prefix, "nn") == 0 || strcmp(prefix, "nnrt") == 0;
}

static void read_define(reader *r, options *o, const char *v)
{
    const char *equals = v ? strchr(v, '=') : NULL;
    char *end;
    if (!v)
        return;
    if (!equals || !is_name(v, (size_t)(equals - v))) {
        complain(r, "-D wants NAME=VALUE, not '%s'", v);
        return;
    }
    double number = strtod(equals + 1, &end);
    if (equals[1 + strspn(equals + 1, "+-.0123456789eE")] || end == equals + 1 || *end || !isfinite(number)) { /* decimal only */
        complain(r, "-D %s: '%s' is not a number", arena_strndup(v, (size_t)(equals - v)), equals + 1);
        return;
    }
    elab_define *d = &vec_push(&o->defines);
    *d = (elab_define){intern_n(v, (size_t)(equals - v)), number};
}

/* 16K, 2M, 512: bytes, in units of 1024. */
static void read_size(reader *r, const char *name, int64_t *size)
{
    const char *v = value_of(r, name);
    char *end = NULL;
    if (!v)
        return;
    long long n = v[0] >= '0' && v[0] <= '9' && strlen(v) < 14 ? strtoll(v, &end, 10) : -1;
    if (n >= 0 && (*end == 'K' || *end == 'k' || *end == 'M' || *end == 'm')) {
        n *= *end == 'K' || *end == 'k' ? 1024 : 1024 * 1024;
        end++;
    }
    if (n < 1 || *end)
        complain(r, "'%s' wants a size in bytes, as in 512, 16K or 2M, not '%s'", name, v);
    else
        *size = n;
}

static void read_emit(reader *r, options *o, const char *v)
{
    static const struct { const char *name; emit_kind kind; } kinds[] = {
        {"ast", EMIT_AST}, {"graph", EMIT_GRAPH}, {"grad", EMIT_GRAD}, {"plan", EMIT_PLAN}, {"report", EMIT_REPORT}, {"report,json", EMIT_REPORT_JSON}};
    if (!v)
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(v, kinds[i].name) == 0) {
            o->emit = kinds[i].kind;
            return;
        }
    if (strcmp(v, "dot") == 0 || strcmp(v, "svg") == 0 || strcmp(v, "explain") == 0)
        complain(r, "'--emit %s' is not in this version of nnc yet", v);
    else
        complain(r, "'--emit' knows ast, graph, grad, plan, report and report,json, not '%s'", v);
}

static void read_long(reader *r, options *o, const char *a)
{
    const char *v;
    char *end;
    struct { const char *name; bool *on; } flags[] = {
        {"--inference", &o->inference}, {"--program", &o->program}, {"--check-finite", &o->check_finite},
        {"--help", &o->help}, {"--version", &o->version}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (is_long(a, flags[i].name)) {
            *flags[i].on = true;
            if (a[strlen(flags[i].name)])
                complain(r, "'%s' takes no value", flags[i].name);
            return;
        }
    if (is_long(a, "--max-ram"))
        read_size(r, "--max-ram", &o->max_ram);
    else if (is_long(a, "--max-flash"))
        read_size(r, "--max-flash", &o->max_flash);
    else if (is_long(a, "--weights"))
        o->weights = value_of(r, "--weights");
    else if (is_long(a, "--schedule"))
        o->schedule = value_of(r, "--schedule");
    else if (is_long(a, "--emit"))
        read_emit(r, o, value_of(r, "--emit"));
    else if (is_long(a, "--batch")) {
        v = value_of(r, "--batch");
        long n = v ? strtol(v, &end, 10) : 1;
        if (v && (*end || v[0] < '0' || v[0] > '9' || n < 1 || n > 1000000))
            complain(r, "'--batch' wants a number from 1 to 1000000, not '%s'", v);
        else
            o->batch = (int)n;
    } else if (is_long(a, "--real")) {
        v = value_of(r, "--real");
        if (v && strcmp(v, "double") != 0 && strcmp(v, "float") != 0)
            complain(r, "'--real' is float or double, not '%s'", v);
        o->is_double = v && strcmp(v, "double") == 0;
    } else if (is_long(a, "--prefix")) {
        o->prefix = value_of(r, "--prefix");
        if (o->prefix && (!is_name(o->prefix, strlen(o->prefix)) || o->prefix[0] == '_'))
            complain(r, "'--prefix' wants an identifier of C, not '%s'", o->prefix);
        else if (o->prefix && options_is_ours(o->prefix))
            complain(r, "names that begin with '%s_' are the runtime's; choose another prefix", o->prefix);
    } else if (is_long(a, "--math")) {
        v = value_of(r, "--math");
        if (v && strcmp(v, "poly") != 0 && strcmp(v, "libm") != 0)
            complain(r, "'--math' is poly or libm, not '%s'", v);
        o->math = v && strcmp(v, "poly") == 0 ? MATH_POLY : MATH_LIBM;
    } else {
        unknown(r, a, a);
    }
}

static void read_warning(reader *r, const char *a)
{
    static const char *const names[] = {
#define X(id, name) "-Wno-" name,
        WARNINGS(X)
#undef X
        "-Werror"};
    const char *near;
    if (strcmp(a, "-Werror") == 0)
        diag_set_werror(true);
    else if (strncmp(a, "-Wno-", 5) == 0 && diag_set_warning(a + 5, false))
        return;
    else if ((near = suggest(a, names, sizeof names / sizeof *names)))
        complain(r, "there is no option '%s'; did you mean '%s'?", a, near);
    else
        complain(r, "there is no option '%s'; warnings are switched off by -Wno-NAME, where NAME stands in their brackets", a);
}

static void read_short(reader *r, options *o, const char *a)
{
    const char *v;
    if (strcmp(a, "-O0") == 0 || strcmp(a, "-Os") == 0 || strcmp(a, "-O2") == 0)
        o->level = a[2] == '0' ? LEVEL_O0 : a[2] == 's' ? LEVEL_OS : LEVEL_O2;
    else if (a[1] == 'O')
        complain(r, "there is no option '%s'; the levels are -O0, -Os and -O2", a);
    else if (strcmp(a, "-M") == 0)
        o->depend_only = true;
    else if (strcmp(a, "-MD") == 0)
        o->depend = true;
    else if (strcmp(a, "-MP") == 0)
        o->depend_phony = true;
    else if (strncmp(a, "-MF", 3) == 0)
        o->depend_file = value_of(r, "-MF");
    else if (a[1] == 'o') {
        v = value_of(r, "-o");
        if (v && o->output)
            complain(r, "'-o' is given twice");
        o->output = v;
    } else if (a[1] == 'I') {
        if ((v = value_of(r, "-I")))
            vec_push(&o->include_dirs) = v;
    } else if (a[1] == 'D')
        read_define(r, o, value_of(r, "-D"));
    else if (a[1] == 'W')
        read_warning(r, a);
    else
        unknown(r, a, arena_printf("-%s", a)); /* perhaps a long one with one dash */
}

static bool ends_in(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n > m && strcmp(s + n - m, end) == 0 && s[n - m - 1] != '/';
}

/* Would writing this file destroy the model or the weights? Compares names: as good as cc's own care. */
static void check_overwrite(reader *r, const options *o, const char *written)
{
    if (strcmp(written, "-") != 0 && (strcmp(written, o->input) == 0 || (o->weights && strcmp(written, o->weights) == 0) ||
                                       (o->schedule && strcmp(written, o->schedule) == 0)))
        complain(r, "'%s' would be overwritten by the output", written);
}

static void check_outputs(reader *r, const options *o)
{
    const char *named = o->output ? o->output : o->input, *slash = strrchr(named, '/'), *dot = strrchr(named, '.');
    bool c = o->emit == EMIT_C, nameless = strcmp(named, "-") == 0;
    if (c && o->output && !nameless && !ends_in(o->output, ".c")) {
        complain(r, "the name after '-o' must end in .c, not '%s'", o->output);
        return;
    }
    if ((o->depend || o->depend_only) && nameless)
        complain(r, "'%s' writes a rule for NAME.c: give it a name with -o", o->depend ? "-MD" : "-M");
    if (o->depend_file)
        check_overwrite(r, o, o->depend_file);
    if (!c && o->output)
        check_overwrite(r, o, o->output);
    if (!c || nameless || o->depend_only)
        return;
    const char *base = dot && dot > (slash ? slash + 1 : named) ? arena_strndup(named, (size_t)(dot - named)) : named;
    check_overwrite(r, o, arena_printf("%s.c", base));
    check_overwrite(r, o, arena_printf("%s.h", base));
}

static void check_together(reader *r, const options *o)
{
    if (o->depend_only && o->emit != EMIT_C)
        complain(r, "'-M' and '--emit' exclude each other");
    if (o->depend && o->emit != EMIT_C)
        complain(r, "'-MD' and '--emit' exclude each other");
    if (o->depend && o->depend_only)
        complain(r, "'-M' and '-MD' exclude each other: -M writes no C");
    if ((o->depend_file || o->depend_phony) && !o->depend && !o->depend_only)
        complain(r, "'%s' needs -M or -MD", o->depend_file ? "-MF" : "-MP");
    if (o->math == MATH_POLY && o->is_double)
        complain(r, "'--math poly' is for float: doubles have the C library's functions");
    if (o->schedule && o->level != LEVEL_O2)
        complain(r, "'--schedule' is about the choices of -O2: at -O0 and -Os all loops are plain");
    if (o->schedule && (o->emit == EMIT_AST || o->emit == EMIT_GRAPH || o->emit == EMIT_GRAD))
        complain(r, "'--schedule' changes nothing of what '--emit ast', 'graph' and 'grad' show");
    if (!o->input)
        complain(r, "no model is given");
    else if (!r->failed)
        check_outputs(r, o);
}

bool options_parse(int argc, char **argv, options *o, FILE *out, FILE *err, int *status)
{
    reader r = {.argc = argc, .argv = argv, .err = err};
    bool only_files = false;
    *o = (options){.level = LEVEL_O2};
    for (r.at = 1; r.at < argc; r.at++) {
        const char *a = argv[r.at];
        if (!only_files && strcmp(a, "--") == 0)
            only_files = true;
        else if (!only_files && a[0] == '-' && a[1] == '-')
            read_long(&r, o, a);
        else if (!only_files && a[0] == '-' && a[1])
            read_short(&r, o, a);
        else if (o->input)
            complain(&r, "one model at a time: '%s' and '%s'", o->input, a);
        else
            o->input = a;
    }
    *status = 0;
    if (!r.failed && (o->help || o->version)) {
        fputs(o->help ? help_text : "nnc " NNC_VERSION "\n", out);
        if (fflush(out) != 0) {
            fprintf(err, "nnc: error: standard output: cannot write: %s\n", strerror(errno));
            *status = 1;
        }
        return false;
    }
    if (!r.failed)
        check_together(&r, o);
    if (r.failed) {
        fputs("try 'nnc --help'\n", err);
        *status = 2;
    }
    return !r.failed;
}
