/* test_options.c: the command line, read without a process: each option in each spelling, each mistake. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

static char *printed, *complaints;
static size_t printed_size, complaints_size;

/* The command line, parted at blanks; '_' stands for an empty argument. */
static bool read_line(const char *line, options *o, int *status)
{
    char *argv[64], *copy = arena_strdup(line), *word;
    int argc = 0;
    free(printed);
    free(complaints);
    FILE *out = open_memstream(&printed, &printed_size), *err = open_memstream(&complaints, &complaints_size);
    argv[argc++] = arena_strdup("nnc");
    while ((word = strsep(&copy, " ")))
        if (*word)
            argv[argc++] = strcmp(word, "_") == 0 ? arena_strdup("") : word;
    argv[argc] = NULL;
    diag_reset();
    bool good = options_parse(argc, argv, o, out, err, status);
    fclose(out);
    fclose(err);
    return good;
}

static options good_line(const char *line)
{
    options o;
    int status;
    cr_expect(read_line(line, &o, &status), "%s: %s", line, complaints);
    cr_expect_eq(status, 0);
    cr_expect_str_empty(complaints);
    return o;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

Test(options, defaults)
{
    options o = good_line("net.nn");
    cr_expect(same(o.input, "net.nn") && !o.output && !o.inference && !o.program && !o.is_double && !o.weights && !o.prefix);
    cr_expect(o.batch == 0 && o.level == LEVEL_O2 && o.emit == EMIT_C && !o.depend && !o.depend_only && !o.depend_file && !o.depend_phony);
    cr_expect(o.include_dirs.count == 0 && o.defines.count == 0);
    cr_expect(o.math == MATH_DEFAULT && good_line("net.nn --math poly").math == MATH_POLY && good_line("net.nn --math=libm").math == MATH_LIBM);
}

Test(options, values)
{
    /* both spellings of each */
    static const char *const lines[] = {
        "-o a/b.c --inference --program --weights w.npz --batch 7 --real double --prefix p_1 -O0 -I one -Itwo -D N=32 -DM=-1.5e2 -MD -MF d -MP net.nn --math libm",
        "--weights=w.npz net.nn -MP -MFd -MD -DN=32 -D M=-1.5e2 -Ione -I two -O2 -O0 --prefix=p_1 --real=double --batch=7 --program --inference -oa/b.c --math=libm",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        options o = good_line(lines[i]);
        cr_expect(same(o.input, "net.nn") && same(o.output, "a/b.c") && o.inference && o.program && o.is_double);
        cr_expect(same(o.weights, "w.npz") && same(o.prefix, "p_1") && o.batch == 7 && o.level == LEVEL_O0 && o.math == MATH_LIBM);
        cr_expect(o.depend && !o.depend_only && o.depend_phony && same(o.depend_file, "d"));
        cr_assert(o.include_dirs.count == 2 && o.defines.count == 2);
        cr_expect(same(o.include_dirs.data[0], "one") && same(o.include_dirs.data[1], "two"));
        cr_expect(same(o.defines.data[0].name, "N") && o.defines.data[0].value == 32);
        cr_expect(same(o.defines.data[1].name, "M") && o.defines.data[1].value == -150);
    }
    static const struct { const char *kind; emit_kind emit; } kinds[] = {
        {"ast", EMIT_AST}, {"graph", EMIT_GRAPH}, {"grad", EMIT_GRAD}, {"plan", EMIT_PLAN}, {"report", EMIT_REPORT}, {"report,json", EMIT_REPORT_JSON}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        cr_expect_eq(good_line(arena_printf("net.nn --emit=%s -o out.txt", kinds[i].kind)).emit, kinds[i].emit);
    cr_expect(good_line("-Os x").level == LEVEL_OS && good_line("-O2 x").level == LEVEL_O2);
    cr_expect(same(good_line("-").input, "-") && same(good_line("- -o -").output, "-"));
    cr_expect(same(good_line("-- -strange.nn").input, "-strange.nn"));
    cr_expect(good_line("-M net.nn").depend_only);
    cr_expect_not(good_line("--real double --real float x").is_double, "the last one counts");
}

Test(options, warnings)
{
    good_line("net.nn -Wno-unused -Werror");
    cr_expect_null(diag_warning(WARN_UNUSED, (span){0}, "off"));
    diag_warning(WARN_SHADOW, (span){0}, "on");
    cr_expect_eq(diag_errors(), 1);
}

Test(options, help_and_version)
{
    options o;
    int status = 5;
    cr_expect_not(read_line("--help", &o, &status));
    cr_expect_eq(status, 0);
    static const char *const named[] = {"-o ", "--inference", "--weights", "--program", "--batch", "--real", "--prefix", "-O0", "-Os", "-O2", "-I ",
                                        "-D ", "-M,", "-MD", "-MF", "-MP", "--emit", "-Werror", "-Wno-NAME", "--help", "--version"};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        cr_expect_not_null(strstr(printed, named[i]), "--help says nothing of %s", named[i]);
    cr_expect_not(read_line("--version", &o, &status));
    cr_expect_str_eq(printed, "nnc " NNC_VERSION "\n");
    cr_expect_str_empty(complaints);
}

Test(options, mistakes)
{
    static const struct { const char *line, *complaint; } cases[] = {
        {"", "no model is given"},
        {"-O2", "no model is given"},
        {"a.nn b.nn", "one model at a time: 'a.nn' and 'b.nn'"},
        {"a.nn -", "one model at a time: 'a.nn' and '-'"},
        {"--frobnicate a", "there is no option '--frobnicate'"},
        {"--inferense a", "there is no option '--inferense'; did you mean '--inference'?"},
        {"--bacth=3 a", "there is no option '--bacth=3'; did you mean '--batch'?"},
        {"-inference a", "there is no option '-inference'; did you mean '--inference'?"},
        {"-q a", "there is no option '-q'"},
        {"-O a", "there is no option '-O'; the levels are -O0, -Os and -O2"},
        {"-O3 a", "there is no option '-O3'; the levels are -O0, -Os and -O2"},
        {"-O22 a", "there is no option '-O22'; the levels are -O0, -Os and -O2"},
        {"-MX a", "there is no option '-MX'"},
        {"--program=yes a", "'--program' takes no value"},
        {"--help= a", "'--help' takes no value"},
        {"a -o", "'-o' needs a value"},
        {"a -I", "'-I' needs a value"},
        {"a -D", "'-D' needs a value"},
        {"a -MD -MF", "'-MF' needs a value"},
        {"a --batch", "'--batch' needs a value"},
        {"a --weights=", "'--weights' needs a value"},
        {"a --prefix _", "'--prefix' needs a value"},
        {"a -o _", "'-o' needs a value"},
        {"a -o b.c -o c.c", "'-o' is given twice"},
        {"a -o b.o", "the name after '-o' must end in .c, not 'b.o'"},
        {"a -o .c", "the name after '-o' must end in .c, not '.c'"},
        {"a -o d/.c", "the name after '-o' must end in .c, not 'd/.c'"},
        {"a -M -o b.o", "the name after '-o' must end in .c, not 'b.o'"},
        {"a --batch 0", "'--batch' wants a number from 1 to 1000000, not '0'"},
        {"a --batch -3", "'--batch' wants a number from 1 to 1000000, not '-3'"},
        {"a --batch 3x", "'--batch' wants a number from 1 to 1000000, not '3x'"},
        {"a --batch 99999999999999999999", "'--batch' wants a number from 1 to 1000000, not '99999999999999999999'"},
        {"a --real half", "'--real' is float or double, not 'half'"},
        {"a --prefix 3x", "'--prefix' wants an identifier of C, not '3x'"},
        {"a --prefix _x", "'--prefix' wants an identifier of C, not '_x'"},
        {"a --prefix x-y", "'--prefix' wants an identifier of C, not 'x-y'"},
        {"a -D N", "-D wants NAME=VALUE, not 'N'"},
        {"a -D =3", "-D wants NAME=VALUE, not '=3'"},
        {"a -D 3=3", "-D wants NAME=VALUE, not '3=3'"},
        {"a -DN=", "-D N: '' is not a number"},
        {"a -DN=three", "-D N: 'three' is not a number"},
        {"a -DN=3x", "-D N: '3x' is not a number"},
        {"a -DN=0x10", "-D N: '0x10' is not a number"},
        {"a -DN=nan", "-D N: 'nan' is not a number"},
        {"a -DN=1e999", "-D N: '1e999' is not a number"},
        {"a --emit words", "'--emit' knows ast, graph, grad, plan, report and report,json, not 'words'"},
        {"a --emit svg", "'--emit svg' is not in this version of nnc yet"},
        {"a --max-ram 16Q", "'--max-ram' wants a size in bytes, as in 512, 16K or 2M, not '16Q'"},
        {"a --max-flash=0", "'--max-flash' wants a size in bytes, as in 512, 16K or 2M, not '0'"},
        {"a --schedule f -O0", "'--schedule' is about the choices of -O2: at -O0 and -Os all loops are plain"},
        {"a --schedule f --emit graph", "'--schedule' changes nothing of what '--emit ast', 'graph' and 'grad' show"},
        {"a --schedule a.c -o a.c", "'a.c' would be overwritten by the output"},
        {"a --check-finite=1", "'--check-finite' takes no value"},
        {"a --math poly --real double", "'--math poly' is for float: doubles have the C library's functions"},
        {"a --math fast", "'--math' is poly or libm, not 'fast'"},
        {"a -M --emit ast", "'-M' and '--emit' exclude each other"},
        {"a -MD --emit ast", "'-MD' and '--emit' exclude each other"},
        {"a -M -MD", "'-M' and '-MD' exclude each other: -M writes no C"},
        {"a -MF d", "'-MF' needs -M or -MD"},
        {"a -MP", "'-MP' needs -M or -MD"},
        {"- -M", "'-M' writes a rule for NAME.c: give it a name with -o"},
        {"a -MD -o -", "'-MD' writes a rule for NAME.c: give it a name with -o"},
        {"a -Wno-such", "there is no option '-Wno-such'; warnings are switched off by -Wno-NAME, where NAME stands in their brackets"},
        {"a -Wno-unsed", "there is no option '-Wno-unsed'; did you mean '-Wno-unused'?"},
        {"a -Weror", "there is no option '-Weror'; did you mean '-Werror'?"},
        /* nothing is written over what was read */
        {"net.c", "'net.c' would be overwritten by the output"},
        {"net.h", "'net.h' would be overwritten by the output"},
        {"d/net.c -o d/net.c", "'d/net.c' would be overwritten by the output"},
        {"a.nn --emit ast -o a.nn", "'a.nn' would be overwritten by the output"},
        {"a.nn -MD -MF a.nn", "'a.nn' would be overwritten by the output"},
        {"a.nn --weights a.h", "'a.h' would be overwritten by the output"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        options o;
        int status = 0;
        cr_expect_not(read_line(cases[i].line, &o, &status), "%s", cases[i].line);
        cr_expect_eq(status, 2, "%s: %d", cases[i].line, status);
        const char *wanted = arena_printf("nnc: error: %s\ntry 'nnc --help'\n", cases[i].complaint);
        cr_expect_str_eq(complaints, wanted, "nnc %s: %s", cases[i].line, complaints);
        cr_expect_str_empty(printed);
    }
}

/* All mistakes are told at once, and --help does not hide them. */
Test(options, several_mistakes)
{
    options o;
    int status;
    cr_expect_not(read_line("--help --batch 0 -O9 a", &o, &status));
    cr_expect_eq(status, 2);
    cr_expect_not_null(strstr(complaints, "'--batch' wants"));
    cr_expect_not_null(strstr(complaints, "'-O9'"));
    cr_expect_str_empty(printed);
}

/* What is fine though it looks like the mistakes above. */
Test(options, no_mistakes)
{
    static const char *const lines[] = {"net.c -o other.c", "net.c -o -", "net.c --emit ast", "net.c -M", "d/net.c -o net.c", "net", "a.b/net", "a -o .x.c",
                                        "a.nn --emit ast -o -", "--batch 007 a", "-D N=-3 a", "-D N=.5 a", "- --emit ast", "- -M -o n.c", "-", "a.nn -M -MF -"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        good_line(lines[i]);
}
