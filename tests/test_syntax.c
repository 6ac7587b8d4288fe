/* test_syntax.c: from text to syntax tree: precedence, every form of statement, ranges, messages, limits, hostile bytes. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "syntax/ast.h"
#include "syntax_errors.h"

static ast_file *parse(const char *chars, size_t length)
{
    diag_reset();
    arena_allow_for(1 << 25); /* nothing is freed between the texts */
    return ast_parse(source_from_text("t", chars, length, false));
}

/* All that was said: "1:5: message" for errors, "1:5: note: message" for notes, one a line. */
static char *said(void)
{
    char *all = NULL, *line;
    size_t size;
    text t = {0};
    FILE *f = open_memstream(&all, &size);
    diag_flush(f);
    fclose(f);
    text_append(&t, "");
    for (char *rest = all; (line = strsep(&rest, "\n"));) {
        char *error = strstr(line, ": error: ");
        if (strncmp(line, "nnc: ", 5) == 0)
            text_printf(&t, "%s\n", line);
        else if (strncmp(line, "t:", 2) == 0 && error)
            text_printf(&t, "%.*s: %s\n", (int)(error - line - 2), line + 2, error + 9);
        else if (strncmp(line, "t:", 2) == 0)
            text_printf(&t, "%s\n", line + 2);
    }
    free(all);
    return t.data;
}

static const char *expression(const char *chars)
{
    text t = {0};
    char *statement = arena_printf("y = %s;", chars);
    ast_file *f = parse(statement, strlen(statement));
    if (diag_errors() || f->stmts.count != 1)
        return said();
    ast_expr_text(f->stmts.data[0]->value, &t);
    return t.data;
}

Test(syntax, precedence)
{
    static const struct { const char *source, *grouped; } cases[] = {
        {"a + b * c", "(a + (b * c))"},
        {"a - b - c", "((a - b) - c)"},
        {"a / b * c % d", "(((a / b) * c) % d)"},
        {"a ^ b ^ c", "(a ^ (b ^ c))"},
        {"-a ^ 2", "(-(a ^ 2))"},
        {"2 ^ -1", "(2 ^ (-1))"},
        {"2 ^ -1 ^ 3", "(2 ^ (-(1 ^ 3)))"},
        {"2 ^ -1 * 3", "((2 ^ (-1)) * 3)"},
        {"-a * b", "((-a) * b)"},
        {"- - a", "(-(-a))"},
        {"!a == b", "((!a) == b)"},
        {"a + b < c * d", "((a + b) < (c * d))"},
        {"a < b == c >= d", "((a < b) == (c >= d))"},
        {"a == b != c", "((a == b) != c)"},
        {"a || b && c == d", "(a || (b && (c == d)))"},
        {"a && b || c && d", "((a && b) || (c && d))"},
        {"a ? b : c ? d : e", "(a ? b : (c ? d : e))"},
        {"a || b ? c + 1 : d", "((a || b) ? (c + 1) : d)"},
        {"a ? b ? c : d : e", "(a ? (b ? c : d) : e)"},
        /* reductions: looser than * and /, tighter than + and -, an operand anywhere */
        {"sum[j] w[i, j] * z[j] + b[i]", "((sum[j] (w[i, j] * z[j])) + b[i])"},
        {"a * sum[j] b * c", "(a * (sum[j] (b * c)))"},
        {"a * sum[j] b * c + d", "((a * (sum[j] (b * c))) + d)"},
        {"sum[j] sum[k < 3] a / b - c", "((sum[j] (sum[k < 3] (a / b))) - c)"},
        {"-sum[j] a * b", "(-(sum[j] (a * b)))"},
        {"a ^ sum[j] b * c", "(a ^ (sum[j] (b * c)))"},
        {"max[u < 2, v < n + 1] x[u, v]", "(max[u < 2, v < (n + 1)] x[u, v])"},
        {"mean[batch] x - sum[*] x[*]", "((mean[batch] x) - (sum[*] x[*]))"},
        {"argmax[j] s[j]", "(argmax[j] s[j])"},
        {"sum[j] -a * b", "(sum[j] ((-a) * b))"},
        {"a < min[j] b", "(a < (min[j] b))"},
        {"prod[j] a > 0 ? 1 : 2", "(((prod[j] a) > 0) ? 1 : 2)"},
        {"max(a, b) + min[j] a", "(max(a, b) + (min[j] a))"},
        /* -> takes all on its left, one callee on its right, and is an operand again */
        {"a + b -> f", "((a + b) -> f)"},
        {"x * 2 -> f * 3 -> g", "((((x * 2) -> f) * 3) -> g)"},
        {"x -> f -> g[2] -> h[3, k = 4](y)", "(((x -> f) -> g[2]) -> h[3, k = 4](y))"},
        {"a ? b : c -> f", "((a ? b : c) -> f)"},
        {"-x -> f", "((-x) -> f)"},
        {"sum[j] a -> f", "((sum[j] a) -> f)"},
        {"z + (z -> linear[h] -> act -> linear[n])", "(z + (((z -> linear[h]) -> act) -> linear[n]))"},
        {"f(x -> g, y + 1 -> h)", "f((x -> g), ((y + 1) -> h))"},
        {"x -> f ^ 2 + 1", "(((x -> f) ^ 2) + 1)"},
        {"x -> max(2)", "(x -> max(2))"},
        {"1 + x -> f()", "((1 + x) -> f())"},
        /* operands */
        {"f[](x)", "f[](x)"},
        {"f(x,)", "f(x)"},
        {"f[2, pad = 1,](x)", "f[2, pad = 1](x)"},
        {"residual[32, act = max](x)", "residual[32, act = max](x)"},
        {"residual[32, max](x)", "residual[32, max](x)"},
        {"(x -> linear[2])[0]", "(x -> linear[2])[0]"},
        {"f(x)[0][1]", "f(x)[0][1]"},
        {"m0.w[i, j] * m1.inner.b", "(m0.w[i, j] * m1.inner.b)"},
        {"x[c, 2*i + u - 1, *]", "x[c, (((2 * i) + u) - 1), *]"},
        {"pad(x[c, i + u - 1], 0)", "pad(x[c, ((i + u) - 1)], 0)"},
        {"training ? detach(x) : gradient(c, m0.w)", "(training ? detach(x) : gradient(c, m0.w))"},
        {"((((a))))", "a"},
        {"010 + 1. + .5 + 1e-3 + 2E+2", "((((10 + 1) + 0.5) + 0.001) + 200)"},
        {"summe + inputs + int + _x", "(((summe + inputs) + int) + _x)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *grouped = expression(cases[i].source);
        cr_expect_str_eq(grouped, cases[i].grouped, "%s: %s, not %s", cases[i].source, grouped, cases[i].grouped);
    }
}

/* The tree of every form of statement, with places. */
Test(syntax, statements)
{
    static const struct { const char *source, *tree; } cases[] = {
        {"model lecture;", "1:1 model lecture\n"},
        {"const N = 28;", "1:1 const N\n  1:11 number 28\n"},
        {"const m[2] = {1, {2}, };", "1:1 const m[2]\n  1:14 braces\n    1:15 number 1\n    1:18 braces\n      1:19 number 2\n"},
        {"import \"a\\\"b\\\\c\\n\";", "1:1 import \"a\\\"b\\\\c\\n\"\n"},
        {"input x[3, n + 1];", "1:1 input x[3, (n + 1)]\n"},
        {"input t[20] : index(2 * n);", "1:1 input t[20] : index((2 * n))\n"},
        {"target y : index(10);", "1:1 target y : index(10)\n"},
        {"param w[2] ~ normal(0, 0.1);",
         "1:1 param w[2] ~\n  1:14 call normal\n    argument\n      1:21 number 0\n    argument\n      1:24 number 0.1\n"},
        {"param w = 1;", "1:1 param w\n  1:11 number 1\n"},
        {"state h[64] = 0;", "1:1 state h[64]\n  1:15 number 0\n"},
        {"stage a = linear[3];", "1:1 stage a\n  1:11 call linear\n    static\n      1:18 number 3\n"},
        {"stage a = relu;", "1:1 stage a\n  1:11 call relu\n"},
        {"freeze a, b.w;", "1:1 freeze\n  1:8 name a\n  1:11 path b.w\n"},
        {"output y;", "1:1 output y\n"},
        {"output p[i] = x[i];", "1:1 output p[i]\n  1:15 subscript\n    1:15 name x\n    1:17 name i\n"},
        {"cost c;", "1:1 cost\n  1:6 name c\n"},
        {"cost g = c over a, b.w;", "1:1 cost g\n  1:10 name c\n  1:17 name a\n  1:20 path b.w\n"},
        {"train { batch = 32; rate = 0.1; }", "1:1 train\n  setting batch\n    1:17 number 32\n  setting rate\n    1:28 number 0.1\n"},
        {"train g { every = 2; }", "1:1 train g\n  setting every\n    1:19 number 2\n"},
        {"fn f(a, b) = a;", "1:1 fn f(a, b)\n  1:14 name a\n"},
        {"derivative f(a, b) = 1, 2;", "1:1 derivative f(a, b)\n  1:22 number 1\n  1:25 number 2\n"},
        {"block f(z[*]) -> r[*] { r = z; }", "1:1 block f\n  argument z[*]\n  result r[*]\n  1:25 equation r\n    1:29 name z\n"},
        {"block f[h, k = 2, fn a = relu, fn b = max, stage e](z, y : index(n)) -> (p, q[n]) { }",
         "1:1 block f\n  static h\n  static k\n    1:16 number 2\n  static fn a\n    1:26 name relu\n  static fn b\n    1:39 name max\n"
         "  static stage e\n  argument z\n  argument y : index(n)\n  result p\n  result q[n]\n"},
        {"s[i < 3, k] = 0;", "1:1 equation s[i < 3, k]\n  1:15 number 0\n"},
        {"(h, c) = f(x);", "1:1 equation h, c\n  1:10 call f\n    argument\n      1:12 name x\n"},
        {"update h = x;", "1:1 update h\n  1:12 name x\n"},
        {"require k > 2, \"no\";", "1:1 require \"no\"\n  1:9 binary >\n    1:9 name k\n    1:13 number 2\n"},
        {"scan t < T carry h[64] = 0, c = z { h = 1; hs[t] = h; }",
         "1:1 scan t\n  1:10 name T\n  carry h[64]\n    1:26 number 0\n  carry c\n    1:33 name z\n  1:37 equation h\n    1:41 number 1\n"
         "  1:44 equation hs[t]\n    1:52 name h\n"},
        {"scan t < T { }", "1:1 scan t\n  1:10 name T\n"},
        {"repeat l < 4 carry r = z { r = r; }", "1:1 repeat l\n  1:12 number 4\n  carry r\n    1:24 name z\n  1:28 equation r\n    1:32 name r\n"},
        /* white space and comments */
        {"\xEF\xBB\xBF" "y\t=\r\n  1; // end", "1:1 equation y\n  2:3 number 1\n"},
        {"/* a * / ** /* b */y = /**/ 1;// no newline", "1:20 equation y\n  1:29 number 1\n"},
        {"/* ä€😀 */ y = 1;", "1:11 equation y\n  1:15 number 1\n"},
        {"", ""},
        {"// only this", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *chars = cases[i].source;
        text t = {0};
        text_append(&t, "");
        ast_print(parse(chars, strlen(chars)), &t);
        cr_expect_eq(diag_errors(), 0, "%s: %s", chars, said());
        cr_expect_str_eq(t.data, cases[i].tree, "%s gives\n%s", chars, t.data);
    }
}

/* The text that an expression's range covers. */
static const char *covered(span at)
{
    return arena_strndup(at.source->chars + at.begin, at.end - at.begin);
}

Test(syntax, ranges)
{
    static const struct { const char *source, *whole, *left, *op; } cases[] = {
        {" a  +  b ", "a  +  b", "a", "+"},
        {"(a + b) * c", "(a + b) * c", "a + b", "*"},
        {"c * (a + b)", "c * (a + b)", "c", "*"},
        {"((a + b))", "a + b", "a", "+"},
        {"-(a)", "-(a)", "a", "-"},
        {"sum[j] (a * b) + 1", "sum[j] (a * b) + 1", "sum[j] (a * b)", "+"},
        {"sum[j < 3] (a * b)", "sum[j < 3] (a * b)", "a * b", "sum[j < 3]"},
        {"(x) -> f [2] (y)", "(x) -> f [2] (y)", "x", ""},
        {"x [1] [2]", "x [1] [2]", "x [1]", ""},
        {"(a < b) ? c : (d)", "(a < b) ? c : (d)", "a < b", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *statement = arena_printf("y = %s;", cases[i].source);
        ast_file *f = parse(statement, strlen(statement));
        cr_assert_eq(f->stmts.count, 1, "%s: %s", cases[i].source, said());
        const ast_expr *e = f->stmts.data[0]->value;
        cr_expect_str_eq(covered(e->at), cases[i].whole, "%s: %s", cases[i].source, covered(e->at));
        cr_expect_str_eq(covered(e->operands.data[0]->at), cases[i].left, "%s: %s", cases[i].source, covered(e->operands.data[0]->at));
        if (cases[i].op[0])
            cr_expect_str_eq(covered(e->op_at), cases[i].op, "%s: %s", cases[i].source, covered(e->op_at));
        cr_expect_str_eq(covered(f->stmts.data[0]->at), statement);
    }
    const ast_expr *e = parse("y = (a + b) * c;", 16)->stmts.data[0]->value;
    cr_expect(e->operands.data[0]->parenthesised && !e->parenthesised && !e->operands.data[1]->parenthesised);
}

/* ---- what is wrong ---- */

Test(syntax, messages)
{
    for (size_t i = 0; i < sizeof syntax_errors / sizeof *syntax_errors; i++) {
        parse(syntax_errors[i].source, strlen(syntax_errors[i].source));
        cr_expect_gt(diag_errors(), 0);
        const char *messages = said();
        cr_expect_str_eq(messages, syntax_errors[i].messages, "%s\ngives\n%s", syntax_errors[i].source, messages);
    }
}

/* After an error all other statements are there, whatever was broken. */
Test(syntax, recovery)
{
    static const char *const broken[] = {
        "y = ;", "y = (x;", "y = x[2;", "y = f(g(x);", "input sum;", "foo bar;", "y = 3 4;", "y = x)", "y = x);", "y = {1, 2};", "const m = {1, {2;",
        "input x[3]", "output y = (x +", "block f(z -> r { r = z; q = 1; }", "block f[h(z) -> r { (r = z; }", "block f(z) { r = z; }",
        "block f(z) -> r { r = ; }", "block f(z) -> r { r = (z }", "scan t T { h = 1; }", "repeat { scan t < T { h = 1; } }", "train { batch 3; }",
        "train { batch = 3 }", "}", ")", "]", "y = @;", "import \"abc", "stage a = x -> f;", "1;", "output", "fn f = 3;", "y = 1 = 2;", "y = \xFF\xFE;",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        char *chars = arena_printf("model before;\n%s\ninput after;\nblock g(z) -> r {\n  %s\n  update inside = 1;\n}\noutput last;\n", broken[i], broken[i]);
        ast_file *f = parse(chars, strlen(chars));
        bool after = false, inside = false, last = false;
        for (int k = 0; k < f->stmts.count; k++) {
            const ast_stmt *s = f->stmts.data[k];
            after = after || s->kind == AST_INPUT;
            last = last || s->kind == AST_OUTPUT;
            for (int m = 0; s->kind == AST_BLOCK && m < s->body.count; m++)
                inside = inside || s->body.data[m]->kind == AST_UPDATE;
        }
        bool closes = strchr(broken[i], '}') && !strchr(broken[i], '{'); /* in a block a stray '}' closes it */
        char *messages = said();
        cr_expect(after && last && (inside || closes), "%s: %d %d %d\n%s", broken[i], after, inside, last, messages);
        int lines = 0;
        for (const char *c = messages; *c; c++)
            lines += *c == '\n';
        for (const char *c = messages; (c = strstr(c, ": note: ")); c++)
            lines--;
        cr_expect_leq(lines, closes ? 3 : 2, "%s: one message for each mistake, not\n%s", broken[i], messages);
    }
}

Test(syntax, many_errors)
{
    text t = {0};
    for (int i = 0; i < 70; i++)
        text_printf(&t, "y%d = ;\n", i);
    parse(t.data, t.length);
    cr_expect_eq(diag_errors(), 70);
    char *messages = said();
    cr_expect_not_null(strstr(messages, "50:7: expected an expression"));
    cr_expect_null(strstr(messages, "51:7: expected an expression"));
    cr_expect_not_null(strstr(messages, "nnc: 20 more errors\n"));
}

/* ---- limits ---- */

/* before, then `part` so many times, middle, `close` as many times, after */
static const char *nested(const char *before, const char *part, int times, const char *middle, const char *close, const char *after)
{
    text t = {0};
    text_append(&t, before);
    for (int i = 0; i < times; i++)
        text_append(&t, part);
    text_append(&t, middle);
    for (int i = 0; i < times; i++)
        text_append(&t, close);
    text_append(&t, after);
    parse(t.data, t.length);
    return said();
}

Test(syntax, depth)
{
    static const struct { const char *before, *part, *middle, *close, *after; } cases[] = {
        {"y = ", "(", "a", ")", ";"},
        {"y = a", " + a", "", "", ";"},
        {"y = a", " * a - a", "", "", ";"},
        {"y = a", " < a", "", "", ";"},
        {"y = ", "a ^ ", "a", "", ";"},
        {"y = ", "-", "a", "", ";"},
        {"y = ", "!", "a", "", ";"},
        {"y = ", "f(", "a", ")", ";"},
        {"y = ", "f[", "a", "]", ";"},
        {"y = a", "[0]", "", "", ";"},
        {"y = a", " -> f", "", "", ";"},
        {"y = a", " -> f[2](b)", "", "", ";"},
        {"y = ", "a ? ", "a", " : a", ";"},
        {"y = ", "a ? b : ", "a", "", ";"},
        {"y = ", "sum[j] ", "a", "", ";"},
        {"y = ", "sum[j < ", "3", "] a", ";"},
        {"const m = ", "{", "1", "}", ";"},
        {"", "repeat l < 2 {", "y = 1;", "}", ""},
        {"", "block f(z) -> r {", "r = 1;", "}", ""},
        {"input x[", "(", "1", ")", "];"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *b = cases[i].before, *p = cases[i].part, *m = cases[i].middle, *c = cases[i].close, *a = cases[i].after;
        const char *fine = nested(b, p, 100, m, c, a);
        cr_expect_str_empty(fine, "100 of '%s': %s", p, fine);
        static const int deep[] = {300, 5000, 100000};
        for (size_t k = 0; k < sizeof deep / sizeof *deep; k++) {
            const char *messages = nested(b, p, deep[k], m, c, a);
            cr_expect_not_null(strstr(messages, "nested more than 256 deep"), "%d of '%s': %s", deep[k], p, messages);
        }
        cr_expect_str_not_empty(nested(b, p, 5000, "", "", ""), "'%s' unclosed", p);
    }
}

/* Exactly 256 is allowed, in the tree (1 for the leaf) and in brackets. */
Test(syntax, depth_is_256)
{
    cr_expect_str_empty(nested("y = a", " + a", 255, "", "", ";"));
    cr_expect_str_not_empty(nested("y = a", " + a", 256, "", "", ";"));
    cr_expect_str_empty(nested("y = ", "(", 256, "a", ")", ";"));
    cr_expect_str_not_empty(nested("y = ", "(", 257, "a", ")", ";"));
}

Test(syntax, size)
{
    const char *messages = nested("", "y = 1;", 800000, "", "", "");
    cr_expect_not_null(strstr(messages, "too large"), "%s", messages);
    cr_expect_str_empty(nested("const m[100000] = {", "1, ", 100000, "", "", "};"));
}

/* ---- bytes ---- */

Test(syntax, bytes)
{
    static const struct { const char *chars; size_t length; const char *messages; } cases[] = {
#define BYTES(s) s, sizeof s - 1
        {BYTES("y = 1;\0z = 2;"), "1:7: a NUL byte cannot stand here\n"},
        {BYTES("y = \0\0\0 1;"), "1:5: a NUL byte cannot stand here\n"},
        {BYTES("\0"), "1:1: a NUL byte cannot stand here\n"},
        {BYTES("import \"a\0b\";"), "1:8: a NUL byte in a text\n"},
        {BYTES("y = 1; // \0 \xFF"), ""},
        {BYTES("y = 1; /* \0 \xFF */"), ""},
        {BYTES("y = \xFF 1;"), "1:5: the byte 0xFF is no UTF-8\n"},
        {BYTES("y = \xC0\x80 1;"), "1:5: the byte 0xC0 is no UTF-8\n"},
        {BYTES("y = \xE2\x82;"), "1:5: the byte 0xE2 is no UTF-8\n"},
        {BYTES("y = \xED\xA0\x80;"), "1:5: the byte 0xED is no UTF-8\n"},
        {BYTES("y = 1;\x1B[31m"), "1:7: a control character (0x1B) cannot stand here\n"},
        {BYTES("y = 1;\x7F"), "1:7: a control character (0x7F) cannot stand here\n"},
        {BYTES("y = 1;\xC2\xA0" "z = 1;"), "1:7: a no-break space cannot stand here; did you mean a blank?\n"},
        {BYTES("y = 1;\xEF\xBB\xBFz = 2;"), "1:7: a byte-order mark stands at the beginning of a file only\n"},
        {BYTES("y = 1;\r\rz = 2;\f\v\t"), ""},
        {BYTES("\xEF\xBB\xBF"), ""},
        {BYTES("\xEF\xBB\xBF@"), "1:1: '@' cannot stand here\n"},
        {BYTES("/*/"), "1:1: this comment is never closed; '*/' is missing\n"},
        {BYTES("/* \n\n **"), "1:1: this comment is never closed; '*/' is missing\n"},
        {BYTES("\""), "1:1: this text is never closed; '\"' is missing before the end of the line\n"},
        {BYTES("import \"a\\"), "1:8: this text is never closed; '\"' is missing before the end of the line\n"},
        {BYTES("import \"a\\\n\";"), "1:8: this text is never closed; '\"' is missing before the end of the line\n"},
#undef BYTES
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        parse(cases[i].chars, cases[i].length);
        const char *messages = said();
        /* a text that is broken takes the rest of its statement with it */
        cr_expect_eq(strncmp(messages, cases[i].messages, strlen(cases[i].messages)), 0, "%zu: %s", i, messages);
        cr_expect_eq(messages[0] == 0, cases[i].messages[0] == 0, "%zu: %s", i, messages);
    }
}

/* Megabytes of any bytes: an end, and soon. */
Test(syntax, megabytes, .timeout = 300)
{
    enum { SIZE = 2000000 };
    static const char *const parts[] = {"@", "\"", "(", "{", "}", ";", "a", "a ", "1", "/*", "*/ /*", "a.", "->", "y=1 ", "x[0]", "\xFF", "sum[", "\n", "y=(;", "\\"};
    char *chars = malloc(SIZE + 1);
    uint32_t seed = 1;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t n = strlen(parts[i]);
        for (size_t k = 0; k < SIZE; k++)
            chars[k] = parts[i][k % n];
        parse(chars, SIZE);
        free(strdup(said()));
    }
    for (int round = 0; round < 3; round++) {
        for (size_t k = 0; k < SIZE; k++) {
            seed = seed * 1664525u + 1013904223u;
            chars[k] = round == 0 ? (char)(seed >> 24) : round == 1 ? " \nabx01+-*/()[]{};=,.<>?:"[(seed >> 24) % 25] : (char)(seed >> 25 & 127);
        }
        parse(chars, SIZE);
        cr_expect_gt(diag_errors(), 0);
        free(strdup(said()));
    }
    free(chars);
}
