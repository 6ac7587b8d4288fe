/* syntax_error.c: says what is wrong where the parser meets a token that cannot be there, in words for people. */
#include <string.h>

#include "parse.h"
#include "parser.h"

static bool expects(const syntax_problem *q, const char *wanted)
{
    for (int i = 0; i < q->count; i++)
        if (strcmp(q->expected[i], wanted) == 0)
            return true;
    return false;
}

static bool expects_expression(const syntax_problem *q)
{
    return expects(q, "a number") && expects(q, "a name");
}

/* The token as it is written, in quotes; long ones shortened. */
static const char *quoted(parse_token t)
{
    enum { LONGEST = 40 };
    const char *s = t.at.source->chars + t.at.begin;
    size_t n = t.at.end - t.at.begin;
    if (t.kind == 0)
        return "the end of the file";
    if (n <= LONGEST)
        return arena_printf("'%.*s'", (int)n, s);
    for (n = LONGEST; n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80;)
        n--;
    return arena_printf("'%.*s…'", (int)n, s);
}

static const char *word(span at)
{
    return arena_strndup(at.source->chars + at.begin, at.end - at.begin);
}

/* Where an operand has ended much could follow: operators, subscripts, arguments. One word for all of them. */
static bool continues_operand(const char *name)
{
    static const char *const names[] = {"'+'", "'-'", "'*'", "'/'", "'%'", "'^'", "'<'", "'>'", "<=", ">=", "==", "!=", "&&", "||", "'?'", "->",
                                        "'['", "'('", "'.'", "max or min"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* "an operator, ',' or '}'"; NULL where more could stand than one wants to read. */
static const char *expected_list(const syntax_problem *q)
{
    enum { MOST = 5 };
    const char *names[MOST];
    bool operand = expects(q, "'+'");
    int n = 0, kind = q->token.kind;
    text t = {0};
    if (operand && kind != ';' && kind != '}' && kind != 0)
        names[n++] = "an operator";
    for (int i = 0; i < q->count; i++) {
        const char *name = q->expected[i];
        if (operand ? continues_operand(name) : strcmp(name, "max or min") == 0) /* may stand for a name: too much to say */
            continue;
        if (n == MOST)
            return NULL;
        names[n++] = name;
    }
    for (int i = 0; i < n; i++) {
        bool quote = names[i][0] != '\'' && strncmp(names[i], "a ", 2) != 0 && strncmp(names[i], "an ", 3) != 0;
        text_append(&t, i == 0 ? "" : i + 1 < n ? ", " : " or ");
        text_printf(&t, quote ? "'%s'" : "%s", names[i]);
    }
    return t.data;
}

static const char *statement_word(int first)
{
    if (first == NAME || first == '(' || first == UPDATE)
        return "equation";
    return first == FREEZE || first == COST || first == REQUIRE || first == IMPORT ? "statement" : "declaration";
}

/* ---- the cases, the most telling first; each says false where it does not apply ---- */

/* `ouput y = 3;`, `let y = 3;`: the second token is wrong because the first is no keyword. */
static bool no_statement(const parse_state *p, const syntax_problem *q)
{
    static const char *const words[] = {"model", "const", "import", "input", "target", "param", "stage", "freeze", "output",
                                        "cost", "block", "fn", "derivative", "scan", "repeat", "update", "train", "require", "state"};
    parse_token first = p->statement.first;
    const char *near = NULL;
    if (first.kind == NAME && p->statement.tokens == 2 && expects(q, "'='") && expects(q, "'['") && q->count == 2) {
        const char *name = word(first.at);
        bool follows = q->token.kind == NAME || q->token.kind == STRING || q->token.kind == INTEGER || q->token.kind == '{' || q->token.kind == '(';
        if (follows && (near = suggest(name, words, sizeof words / sizeof *words)))
            diag_error(first.at, "'%s' does not begin a statement; did you mean '%s'?", name, near);
        else if (q->token.kind == NAME || q->token.kind == STRING)
            diag_error(first.at, "%s does not begin a statement", quoted(first));
        else
            diag_error(q->token.at, "expected '=' before %s: an equation gives a value its name", quoted(q->token));
        return true;
    }
    if (p->statement.tokens != 1 || q->token.kind == 0 || q->token.kind == '}')
        return false;
    if (q->token.kind == ';')
        diag_error(q->token.at, "this ';' ends nothing");
    else
        diag_error(q->token.at, "%s does not begin a statement", quoted(q->token));
    return true;
}

static bool missing_semicolon(const parse_state *p, const syntax_problem *q, span after)
{
    int kind = q->token.kind;
    bool ends = kind == 0 || kind == '}' || token_is_statement(kind) || new_line_between(p->source, after.end, q->token.at.begin);
    if (!ends || !expects(q, "';'"))
        return false;
    diag_error(after, "expected ';' after this %s", statement_word(p->statement.first.kind));
    return true;
}

/* The closing bracket is missing, or something stands before it that is no list. */
static bool missing_closer(const parse_state *p, const syntax_problem *q, span after)
{
    int kind = q->token.kind;
    const char *closer = expects(q, "')'") ? ")" : expects(q, "']'") ? "]" : NULL;
    bool ends = kind == ';' || kind == '{' || kind == '}' || kind == ')' || kind == ']' || kind == '=' || token_is_statement(kind);
    if (!closer || !p->inner.kind || kind == 0)
        return false;
    diag *d = ends ? diag_error(after, "expected '%s' here", closer)
                   : diag_error(q->token.at, "expected ',' or '%s' before %s", closer, quoted(q->token));
    diag_note(d, p->inner.at, "to close this '%c'", p->inner.kind);
    return true;
}

static bool end_of_file(const parse_state *p, const syntax_problem *q, span after)
{
    if (q->token.kind != 0)
        return false;
    if (p->inner.kind)
        diag_note(diag_error(after, "the file ends here, but a '%c' is not closed", p->inner.kind), p->inner.at, "it stands here");
    else
        diag_error(after, "the file ends in the middle of a statement");
    return true;
}

static bool keyword_as_name(const parse_state *p, const syntax_problem *q)
{
    if ((p->previous.kind == REDUCTION || p->previous.kind == EXTREMUM) && expects(q, "'['")) {
        const char *name = word(p->previous.at);
        diag_error(p->previous.at, "'%s' is a keyword: it is followed by its index, as in %s[j] x[j], and cannot be a name", name, name);
        return true;
    }
    if (!q->keyword || !expects(q, "a name"))
        return false;
    diag_error(q->token.at, "%s is a keyword and cannot be a name", quoted(q->token));
    return true;
}

static bool missing_operand(const parse_state *p, const syntax_problem *q, span after)
{
    const source *s = p->source;
    if (!expects_expression(q))
        return false;
    if (token_is_statement(q->token.kind) && new_line_between(s, after.end, q->token.at.begin))
        diag_error(after, "expected an expression after %s", quoted(p->previous));
    else if (q->keyword)
        return false;
    else if (q->token.kind == '*' && p->previous.kind == '*' && q->token.at.begin == after.end)
        diag_error(span_join(p->previous.at, q->token.at), "'**' is not an operator; a power is written x ^ 2");
    else
        diag_error(q->token.at, "expected an expression before %s", quoted(q->token));
    return true;
}

static void anything_else(const parse_state *p, const syntax_problem *q)
{
    const char *list = expected_list(q), *found = quoted(q->token);
    bool closer = q->token.kind == ')' || q->token.kind == ']' || q->token.kind == '}';
    if (closer && p->unmatched)
        diag_error(q->token.at, "nothing is open that %s would close", found);
    else if (q->token.kind == '=' && expects(q, "';'"))
        diag_error(q->token.at, "a second '=' in one statement; '==' compares, and ';' ends a statement");
    else if (list)
        diag_error(q->token.at, "expected %s before %s", list, found);
    else
        diag_error(q->token.at, "%s cannot stand here", found);
}

void syntax_error(parse_state *p, const syntax_problem *q)
{
    span after = {p->source, p->previous.at.end, p->previous.at.end};
    bool silent = p->damaged || p->stopped || p->too_deep;
    p->recovering = true;
    if (silent)
        return;
    bool stray = q->token.kind != 0 && p->unmatched && p->statement.tokens == 1; /* a bracket that closes nothing */
    if (stray || (!no_statement(p, q) && !missing_semicolon(p, q, after) && !missing_closer(p, q, after) && !end_of_file(p, q, after) &&
                  !missing_operand(p, q, after) && !keyword_as_name(p, q)))
        anything_else(p, q);
}
