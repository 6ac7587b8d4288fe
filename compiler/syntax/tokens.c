/* tokens.c: between scanner and parser. Knows where statements begin and which brackets are open, and after a syntax error
 * passes over what belongs to the broken statement, so that the parser's one rule `error ';'` finds its ';' at the right
 * place: one message for one mistake, and the next statement is read as if nothing had happened. */
#include "parse.h"
#include "parser.h"

enum { MAX_OPEN = 256, MAX_TOKENS = 3000000 };

int nnc_yylex(NNC_YYSTYPE *value, NNC_YYLTYPE *at, void *scanner);
parse_state *nnc_yyget_extra(void *scanner);
int nnc_lex(NNC_YYSTYPE *value, NNC_YYLTYPE *at, void *scanner);

bool new_line_between(const source *s, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < s->length; i++)
        if (s->chars[i] == '\n')
            return true;
    return false;
}

bool token_is_statement(int kind)
{
    static const int kinds[] = {MODEL, CONST, IMPORT, INPUT, TARGET, PARAM, STATE, STAGE, FREEZE, OUTPUT, COST,
                                BLOCK, FN, DERIVATIVE, SCAN, REPEAT, UPDATE, TRAIN, REQUIRE};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i] == kind)
            return true;
    return false;
}

/* ---- brackets ---- */

static const parse_bracket *innermost(const parse_state *p)
{
    return p->open.count ? &p->open.data[p->open.count - 1] : NULL;
}

/* How many are open outside of all ( [ and data in the innermost body: neither ';' nor a statement stands in those. */
static int body_level(const parse_state *p)
{
    int n = p->open.count;
    while (n > 0 && (p->open.data[n - 1].kind != '{' || p->open.data[n - 1].data))
        n--;
    return n;
}

static void open_bracket(parse_state *p, parse_token t)
{
    const parse_bracket *outer = innermost(p);
    int before = p->previous.kind;
    bool data = t.kind == '{' && (before == '=' || before == ',' || (before == '{' && outer && outer->data));
    vec_push(&p->open) = (parse_bracket){t.at, (char)t.kind, data};
    p->fresh = t.kind == '{' && !data;
    if (p->open.count > MAX_OPEN && !p->too_deep) {
        p->too_deep = true;
        too_deep(t.at);
    }
}

/* A '}' closes all that is open within its braces; ')' and ']' close their own kind only. */
static void close_bracket(parse_state *p, int kind)
{
    char opener = kind == ')' ? '(' : kind == ']' ? '[' : '{';
    int n = p->open.count - 1;
    while (kind == '}' && n >= 0 && p->open.data[n].kind != '{')
        n--;
    p->unmatched = n < 0 || p->open.data[n].kind != opener;
    if (kind == '}')
        p->fresh = p->unmatched || !p->open.data[n].data;
    if (!p->unmatched)
        p->open.count = n;
}

/* ---- statements ---- */

static void note_token(parse_state *p, parse_token t)
{
    if (p->fresh) {
        p->fresh = false;
        p->statement.first = t;
        p->statement.level = p->open.count;
        p->statement.tokens = 0;
    }
    p->statement.tokens++;
    p->previous = p->token;
    p->token = t;
    p->unmatched = false;
    p->inner = p->open.count ? *innermost(p) : (parse_bracket){.kind = 0};
    if (t.kind == '(' || t.kind == '[' || t.kind == '{')
        open_bracket(p, t);
    else if (t.kind == ')' || t.kind == ']' || t.kind == '}')
        close_bracket(p, t.kind);
    else if (t.kind == ';') {
        p->open.count = body_level(p);
        p->fresh = true;
    }
}

static int next_token(parse_state *p, NNC_YYSTYPE *value, NNC_YYLTYPE *at, void *scanner)
{
    if (p->fresh)
        p->damaged = false;
    int kind = p->stopped ? 0 : nnc_yylex(value, at, scanner);
    if (++p->tokens > MAX_TOKENS && !p->stopped) {
        diag_error(*at, "this file is too large: it has more than %d names, numbers and signs", MAX_TOKENS);
        p->stopped = true;
        kind = 0;
    }
    note_token(p, (parse_token){kind, *at});
    return kind;
}

/* What the parser is to see in place of the token that was read while it recovers: 0 for nothing, ';' for the end of the
 * broken statement, which was begun with `level` brackets open. May leave the token to be read again behind that ';'. */
static int statement_end(parse_state *p, int level)
{
    parse_token t = p->token;
    bool in_line = !new_line_between(p->source, p->previous.at.end, t.at.begin);
    if (t.kind == ';' && p->open.count == level)
        return ';';
    if (t.kind == '}' && !p->unmatched && p->open.count < level) {
        p->replay = t;
        return ';';
    }
    if (t.kind == '}' && p->open.count == level && p->fresh)
        return ';';
    const parse_bracket *b = innermost(p);
    bool argument = b && b->kind == '[' && (t.kind == FN || t.kind == STAGE);
    if (!token_is_statement(t.kind) || in_line || argument || body_level(p) != level)
        return 0;
    p->open.count = level;
    p->replay = t;
    return ';';
}

static int recover(parse_state *p, NNC_YYSTYPE *value, NNC_YYLTYPE *at, void *scanner)
{
    int level = p->statement.level, kind = statement_end(p, level); /* the wrong token itself may be the end */
    while (!kind) {
        if (next_token(p, value, at, scanner) == 0)
            return 0;
        kind = statement_end(p, level);
    }
    return kind;
}

/* The parser's source of tokens. */
int nnc_lex(NNC_YYSTYPE *value, NNC_YYLTYPE *at, void *scanner)
{
    parse_state *p = nnc_yyget_extra(scanner);
    if (p->recovering)
        return recover(p, value, at, scanner);
    if (p->replay.kind == 0)
        return next_token(p, value, at, scanner);
    parse_token t = p->replay;
    p->replay.kind = 0;
    *at = t.at;
    if (t.kind != '}') {     /* its brackets are closed already */
        p->fresh = true;
        p->damaged = false;
        note_token(p, t);
    }
    return t.kind;
}
