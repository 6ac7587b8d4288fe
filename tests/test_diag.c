/* test_diag.c: places, carets, order, limits and suggestions of diagnostics. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>
#include <string.h>

#include "support/diag.h"

static char *flushed(void)
{
    static char *all;
    static size_t size;
    FILE *f = open_memstream(&all, &size);
    diag_flush(f);
    fclose(f);
    return all;
}

static source *of(const char *chars)
{
    diag_reset();
    return source_from_text("f.nn", chars, strlen(chars), false);
}

static span between(const source *s, const char *word)
{
    const char *at = strstr(s->chars, word);
    size_t begin = (size_t)(at - s->chars);
    return (span){s, begin, begin + strlen(word)};
}

/* The error at `word`, as it is printed below its first line: source line, newline, caret line. */
Test(diag, carets)
{
    static const struct { const char *chars, *word, *printed; } cases[] = {
        {"one two three\n", "two", "f.nn:1:5: error: e\n  one two three\n      ^~~\n"},
        {"one\ntwo\nthree", "three", "f.nn:3:1: error: e\n  three\n  ^~~~~\n"},
        {"a b", "b", "f.nn:1:3: error: e\n  a b\n    ^\n"},
        {"a\r\nbc\r\n", "bc", "f.nn:2:1: error: e\n  bc\n  ^~\n"},
        {"\xEF\xBB\xBF" "ab cd\n", "cd", "f.nn:1:4: error: e\n  ab cd\n     ^~\n"},
        {"\tx\ty", "y", "f.nn:1:4: error: e\n   x y\n     ^\n"},
        {"größe über z", "über", "f.nn:1:7: error: e\n  größe über z\n        ^~~~\n"},
        {"😀 € x", "x", "f.nn:1:5: error: e\n  😀 € x\n      ^\n"},
        {"a\x1B[31m b", "b", "f.nn:1:8: error: e\n  a?[31m b\n         ^\n"},
        {"\xFF\x80\xE2\x82 b", "b", "f.nn:1:6: error: e\n  ???? b\n       ^\n"},
        {"\xC0\x80\xED\xA0\x80 b", "b", "f.nn:1:7: error: e\n  ????? b\n        ^\n"},
        {"\xC2\x9B" "31m \xE2\x80\xAE b", "b", "f.nn:1:8: error: e\n  ?31m ? b\n         ^\n"},
        {"one two\nthree four", "two\nthree", "f.nn:1:5: error: e\n  one two\n      ^~~\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        source *s = of(cases[i].chars);
        diag_error(between(s, cases[i].word), "e");
        char *printed = flushed();
        cr_expect_str_eq(printed, cases[i].printed, "%s gives\n%s", cases[i].chars, printed);
        free(printed);
    }
}

Test(diag, end_of_file)
{
    static const struct { const char *chars, *printed; } cases[] = {
        {"", "f.nn:1:1: error: e\n  \n  ^\n"},
        {"ab", "f.nn:1:3: error: e\n  ab\n    ^\n"},
        {"ab\n", "f.nn:2:1: error: e\n  \n  ^\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        source *s = of(cases[i].chars);
        diag_error((span){s, s->length, s->length}, "e");
        char *printed = flushed();
        cr_expect_str_eq(printed, cases[i].printed, "gives\n%s", printed);
        free(printed);
    }
}

/* Of a line of any length a part is shown, with the caret below the range. */
Test(diag, long_lines)
{
    enum { LENGTH = 5000 };
    char chars[2 * LENGTH + 1];
    for (size_t at = 0; at < LENGTH; at += 7)
        for (int wide = 0; wide < 2; wide++) {
            for (size_t i = 0; i < LENGTH; i++)
                memcpy(chars + i * (size_t)(wide + 1), wide ? "ä" : "a", (size_t)wide + 1);
            size_t begin = at * (size_t)(wide + 1);
            chars[LENGTH * (wide + 1)] = 0;
            memcpy(chars + begin, wide ? "\xC2\xB5" : "!", (size_t)wide + 1);
            source *s = of(chars);
            diag_error((span){s, begin, begin + 1000}, "e");
            char *printed = flushed(), *line = strchr(printed, '\n') + 1, *carets = strchr(line, '\n') + 1;
            cr_expect(strncmp(printed, arena_printf("f.nn:1:%zu: ", at + 1), strlen(arena_printf("f.nn:1:%zu: ", at + 1))) == 0);
            size_t column = strspn(carets, " "), seen = 0;
            const char *c = line;
            for (; seen < column; seen++)
                do
                    c++;
                while (((unsigned char)*c & 0xC0) == 0x80);
            cr_expect_eq(strncmp(c, wide ? "\xC2\xB5" : "!", (size_t)wide + 1), 0, "%zu: %s", at, printed);
            cr_expect_lt(strlen(printed), 700);
            free(printed);
        }
}

Test(diag, long_messages)
{
    text t = {0};
    for (int i = 0; i < 100000; i++)
        text_append(&t, "ä");
    source *s = of("x");
    diag_error((span){s, 0, 1}, "there is no '%s'", t.data);
    char *printed = flushed();
    cr_expect_lt(strlen(printed), 800);
    cr_expect_not_null(strstr(printed, "ä…\n"));
    free(printed);
}

Test(diag, order_and_duplicates)
{
    source *s = of("one two three"), *other = source_from_text("other.nn", "four", 4, false);
    diag_error(between(other, "four"), "in the other file");
    diag_error(between(s, "three"), "third");
    diag *d = diag_error(between(s, "two"), "second");
    diag_note(d, between(s, "one"), "a note about %d", 1);
    diag_error(between(s, "two"), "and another");
    diag_note(diag_error(between(s, "two"), "second"), between(s, "one"), "said already");
    diag_warning(WARN_UNUSED, between(s, "one"), "first");
    diag_error((span){0}, "the command line");
    cr_expect_eq(diag_errors(), 5);
    char *printed = flushed();
    cr_expect_str_eq(printed, "nnc: error: the command line\n"
                              "f.nn:1:1: warning: first [-Wunused]\n  one two three\n  ^~~\n"
                              "f.nn:1:5: error: second\n  one two three\n      ^~~\n"
                              "f.nn:1:1: note: a note about 1\n  one two three\n  ^~~\n"
                              "f.nn:1:5: error: and another\n  one two three\n      ^~~\n"
                              "f.nn:1:9: error: third\n  one two three\n          ^~~~~\n"
                              "other.nn:1:1: error: in the other file\n  four\n  ^~~~\n", "%s", printed);
    free(printed);
    printed = flushed();
    cr_expect_str_empty(printed, "nothing is printed twice");
    free(printed);
}

Test(diag, warnings)
{
    source *s = of("x");
    cr_expect(diag_set_warning("unused", false));
    cr_expect(!diag_set_warning("such", false));
    cr_expect_null(diag_warning(WARN_UNUSED, (span){s, 0, 1}, "off"));
    diag_note(NULL, (span){s, 0, 1}, "to nothing");
    cr_expect_not_null(diag_warning(WARN_SHADOW, (span){s, 0, 1}, "on"));
    cr_expect_eq(diag_errors(), 0);
    diag_set_werror(true);
    diag_warning(WARN_FINITE, (span){s, 0, 1}, "is one");
    cr_expect_eq(diag_errors(), 1);
    char *printed = flushed();
    cr_expect_str_eq(printed, "f.nn:1:1: warning: on [-Wshadow]\n  x\n  ^\nf.nn:1:1: error: is one [-Wfinite]\n  x\n  ^\n", "%s", printed);
    free(printed);
}

/* A million errors cost little, and 50 are shown. */
Test(diag, many)
{
    text t = {0};
    for (int i = 0; i < 1000000; i++)
        text_append(&t, "a\n");
    source *s = of(t.data);
    for (int i = 999999; i >= 0; i--)
        diag_note(diag_error((span){s, (size_t)i * 2, (size_t)i * 2 + 1}, "number %d", i), (span){0}, "a note");
    cr_expect_eq(diag_errors(), 1000000);
    char *printed = flushed();
    int lines = 0;
    for (const char *c = printed; (c = strstr(c, ": error: ")); c++)
        lines++;
    cr_expect_eq(lines, 50);
    cr_expect_not_null(strstr(printed, "nnc: 999950 more errors\n"));
    free(printed);
}

/* Places asked for in any order, in files that lie at the same address one after the other. */
Test(diag, positions)
{
    source *s = of("ab\nä€c\n\nd");
    static const struct { size_t at; int line, column; } places[] = {{11, 4, 1}, {0, 1, 1}, {3, 2, 1}, {5, 2, 2}, {8, 2, 3}, {1, 1, 2}, {100, 4, 2}, {10, 3, 1}};
    int line, column;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        size_t at = places[i].at;
        source_position((span){s, at, at}, &line, &column);
        cr_expect(line == places[i].line && column == places[i].column, "%zu is %d:%d", at, line, column);
    }
    s = of("\n\n\n\n\n\n\n\n\n\n\n\n");
    source_position((span){s, 5, 5}, &line, &column);
    cr_expect(line == 6 && column == 1, "%d:%d", line, column);
}

Test(diag, joined)
{
    source *s = of("abcdef"), *t = source_from_text("t", "xy", 2, false);
    span a = {s, 1, 2}, b = {s, 4, 5}, c = span_join(b, a);
    cr_expect(c.begin == 1 && c.end == 5);
    c = span_join(a, (span){t, 0, 1});
    cr_expect(c.source == s && c.end == 2);
    c = span_join((span){0}, a);
    cr_expect(c.source == s && c.begin == 1);
}

Test(diag, files)
{
    const char *why = NULL;
    cr_expect_null(source_read("/nonexistent/x.nn", &why));
    cr_expect_str_eq(why, "No such file or directory");
    cr_expect_null(source_read("/", &why));
    cr_expect_str_eq(why, "Is a directory");
    cr_expect_null(source_read("/dev/null", &why));
    cr_expect_str_eq(why, "it is a device");
    char name[] = "/tmp/nnc-empty-XXXXXX";
    int empty = mkstemp(name);
    cr_assert_geq(empty, 0);
    source *s = source_read(name, &why);
    close(empty);
    remove(name);
    cr_assert_not_null(s);
    cr_expect_eq(s->length, 0);
}

Test(diag, suggestions)
{
    static const char *const names[] = {"linear", "relu", "flatten", "x", "conv2d", "conv1d", NULL, "cross_entropy"};
    static const struct { const char *word, *found; } cases[] = {
        {"liner", "linear"}, {"linaer", "linear"}, {"linearr", "linear"}, {"Linear", "linear"}, {"rleu", "relu"}, {"rel", "relu"}, {"ralo", NULL},
        {"conv3d", "conv2d"}, {"conv", NULL}, {"y", NULL}, {"", NULL}, {"linear", NULL}, {"flaten", "flatten"}, {"fltn", NULL}, {"crossentropy", "cross_entropy"},
        {"cros_entopy", "cross_entropy"}, {"wholly_different", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *found = suggest(cases[i].word, names, sizeof names / sizeof *names);
        cr_expect(found == cases[i].found || (found && cases[i].found && strcmp(found, cases[i].found) == 0), "%s: %s", cases[i].word, found ? found : "(none)");
    }
    text t = {0};
    for (int i = 0; i < 100000; i++)
        text_append(&t, "linear");
    cr_expect_null(suggest(t.data, names, 6));
}
