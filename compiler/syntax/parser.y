/* parser.y: the grammar of .nn files: from tokens to the syntax tree of ast.h. */
%code requires {
#include "syntax/parse.h"
}
%code {
int nnc_lex(NNC_YYSTYPE *value, NNC_YYLTYPE *at, void *scanner);
#define nnc_yylex nnc_lex

static void nnc_yyerror(const span *at, void *scanner, parse_state *p, const char *message);
static void add(ast_stmts *list, ast_stmt *s);
static void over(ast_stmt *s, const ast_args *paths);

#define YYLLOC_DEFAULT(current, rhs, n) \
    do { \
        if (n) { \
            (current) = YYRHSLOC(rhs, 1); \
            (current).end = YYRHSLOC(rhs, n).end; \
        } else { \
            (current) = YYRHSLOC(rhs, 0); \
            (current).begin = (current).end; \
        } \
    } while (0)
#define YYMAXDEPTH 10000
}
%define api.pure full
%define api.prefix {nnc_yy}
%define api.location.type {span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param { void *scanner }
%parse-param { parse_state *p }

%union {
    ast_name name;
    double number;
    const char *string;
    ast_reduction reduction;
    ast_expr *expr;
    ast_stmt *stmt;
    ast_stmts *stmts;
    ast_args *args;
    ast_arg arg;
    ast_decl decl;
    ast_decls *decls;
    ast_dims *dims;
    ast_dim dim;
    ast_lhs lhs;
    ast_static fixed;
}

%token MODEL "model" CONST "const" IMPORT "import" INPUT "input" TARGET "target" PARAM "param" STATE "state" STAGE "stage"
%token FREEZE "freeze" OUTPUT "output" COST "cost" OVER "over" BLOCK "block" FN "fn" DERIVATIVE "derivative" SCAN "scan"
%token REPEAT "repeat" CARRY "carry" UPDATE "update" TRAIN "train" REQUIRE "require" INDEX "index"
%token <name> NAME "a name" BATCH "batch"
%token <number> INTEGER "a number" REAL "a real"
%token <string> STRING "a text"
%token <reduction> REDUCTION "a reduction" EXTREMUM "max or min"
%token ARROW "->" EQ "==" NE "!=" LE "<=" GE ">=" AND "&&" OR "||"

%precedence ARROW
%right '?' ':'
%left OR
%left AND
%left EQ NE
%left '<' '>' LE GE
%left '+' '-'
%precedence REDUCE
%left '*' '/' '%'
%precedence UNARY
%right '^'

%type <expr> expr postfix base sub path value braces random initial named_path
%type <stmt> stmt fn_head
%type <stmts> stmts body
%type <args> items items1 args over_opt paths values params settings braced
%type <arg> item setting
%type <decl> decl typed
%type <decls> decls
%type <dims> dims
%type <dim> dim
%type <lhs> lhs
%type <name> name callable extremum
%type <stmt> statics static_list lefts carries loop
%type <fixed> static
%type <reduction> reduction

%%

file: top ;
top: %empty
   | top stmt                       { add(&p->file->stmts, $2); }
   ;
stmts: %empty                       { $$ = NEW(ast_stmts); }
     | stmts stmt                   { $$ = $1; add($1, $2); }
     ;
body: '{' stmts '}'                 { $$ = $2; }
    ;

stmt: MODEL name ';'                { $$ = make_stmt(AST_MODEL, @$); $$->name = $2; }
    | CONST decl '=' value ';'      { $$ = make_stmt(AST_CONST, @$); $$->decl = $2; $$->value = $4; }
    | IMPORT STRING ';'             { $$ = make_stmt(AST_IMPORT, @$); $$->string = $2; $$->string_at = @2; }
    | INPUT typed ';'               { $$ = make_stmt(AST_INPUT, @$); $$->decl = $2; }
    | TARGET typed ';'              { $$ = make_stmt(AST_TARGET, @$); $$->decl = $2; }
    | PARAM typed '~' random ';'    { $$ = make_stmt(AST_PARAM, @$); $$->decl = $2; $$->value = $4; $$->is_random = true; }
    | PARAM typed '=' expr ';'      { $$ = make_stmt(AST_PARAM, @$); $$->decl = $2; $$->value = $4; }
    | STATE decl '=' expr ';'       { $$ = make_stmt(AST_STATE, @$); $$->decl = $2; $$->value = $4; }
    | STAGE name '=' initial ';'    { $$ = make_stmt(AST_STAGE, @$); $$->name = $2; $$->value = $4; }
    | FREEZE paths ';'              { $$ = make_stmt(AST_FREEZE, @$); over($$, $2); }
    | OUTPUT lhs ';'                { $$ = make_stmt(AST_OUTPUT, @$); vec_push(&$$->lhs) = $2; }
    | OUTPUT lhs '=' expr ';'       { $$ = make_stmt(AST_OUTPUT, @$); vec_push(&$$->lhs) = $2; $$->value = $4; }
    | COST expr over_opt ';'        { $$ = make_stmt(AST_COST, @$); $$->value = $2; over($$, $3); }
    | COST name '=' expr over_opt ';' { $$ = make_stmt(AST_COST, @$); $$->name = $2; $$->value = $4; over($$, $5); }
    | TRAIN '{' settings '}'        { $$ = make_stmt(AST_TRAIN, @$);
                                      for (int i = 0; i < $3->count; i++) vec_push(&$$->settings) = (ast_setting){$3->data[i].name, $3->data[i].value}; }
    | TRAIN name '{' settings '}'   { $$ = make_stmt(AST_TRAIN, @$); $$->name = $2;
                                      for (int i = 0; i < $4->count; i++) vec_push(&$$->settings) = (ast_setting){$4->data[i].name, $4->data[i].value}; }
    | FN fn_head '=' expr ';'       { $$ = $2; $$->kind = AST_FN; $$->at = @$; $$->value = $4; }
    | DERIVATIVE fn_head '=' values ';' { $$ = $2; $$->kind = AST_DERIVATIVE; $$->at = @$;
                                      for (int i = 0; i < $4->count; i++) vec_push(&$$->values) = $4->data[i].value; }
    | BLOCK name statics '(' decls ')' ARROW typed body
                                    { $$ = $3; $$->kind = AST_BLOCK; $$->at = @$; $$->name = $2; $$->inputs = *$5;
                                      vec_push(&$$->outputs) = $8; $$->body = *$9; }
    | BLOCK name statics '(' decls ')' ARROW '(' decls ')' body
                                    { $$ = $3; $$->kind = AST_BLOCK; $$->at = @$; $$->name = $2; $$->inputs = *$5;
                                      $$->outputs = *$9; $$->body = *$11; }
    | lhs '=' expr ';'              { $$ = make_stmt(AST_EQUATION, @$); vec_push(&$$->lhs) = $1; $$->value = $3; }
    | '(' lefts ')' '=' expr ';'    { $$ = $2; $$->kind = AST_EQUATION; $$->at = @$; $$->value = $5; }
    | UPDATE lhs '=' expr ';'       { $$ = make_stmt(AST_UPDATE, @$); vec_push(&$$->lhs) = $2; $$->value = $4; }
    | REQUIRE expr ',' STRING ';'   { $$ = make_stmt(AST_REQUIRE, @$); $$->value = $2; $$->string = $4; $$->string_at = @4; }
    | SCAN loop body                { $$ = $2; $$->kind = AST_SCAN; $$->at = @$; $$->body = *$3; }
    | REPEAT loop body              { $$ = $2; $$->kind = AST_REPEAT; $$->at = @$; $$->body = *$3; }
    | error ';'                     { $$ = NULL; p->recovering = false; yyerrok; } /* tokens.c finds the right ';' */
    ;

name: NAME ;
callable: NAME
        | extremum
        ;
extremum: EXTREMUM                  { $$ = (ast_name){intern(ast_reduction_text[$1]), @1}; } ;

/* ---- declarations ---- */

decl: name                          { $$ = (ast_decl){.name = $1, .at = @$}; }
    | name '[' dims ']'             { $$ = (ast_decl){.name = $1, .has_shape = true, .dims = *$3, .at = @$}; }
    ;
typed: decl
     | decl ':' INDEX '(' expr ')'  { $$ = $1; $$.classes = $5; $$.at = @$; }
     ;
dims: dim                           { $$ = NEW(ast_dims); vec_push($$) = $1; }
    | dims ',' dim                  { $$ = $1; vec_push($$) = $3; }
    ;
dim: expr                           { $$ = (ast_dim){$1, @1}; }
   | '*'                            { $$ = (ast_dim){NULL, @1}; }
   ;
decls: typed                        { $$ = NEW(ast_decls); vec_push($$) = $1; }
     | decls ',' typed              { $$ = $1; vec_push($$) = $3; }
     ;
random: callable '(' args ')'       { $$ = make_call(AST_CALL, $1, NULL, $3, NULL, @$); } ;
initial: callable                   { $$ = make_call(AST_CALL, $1, NULL, NULL, NULL, @$); }
       | callable '[' items ']'     { $$ = make_call(AST_CALL, $1, $3, NULL, NULL, @$); }
       ;
value: expr
     | braces
     ;
braces: '{' braced '}'              { $$ = make_braces($2, @$); }
      | '{' braced ',' '}'          { $$ = make_braces($2, @$); }
      ;
braced: value                       { $$ = NEW(ast_args); vec_push($$) = (ast_arg){.value = $1}; }
      | braced ',' value            { $$ = $1; vec_push($$) = (ast_arg){.value = $3}; }
      ;
fn_head: name '(' params ')'        { $$ = make_stmt(AST_FN, @$); $$->name = $1;
                                      for (int i = 0; i < $3->count; i++) vec_push(&$$->params) = $3->data[i].name; } ;
params: name                        { $$ = NEW(ast_args); vec_push($$) = (ast_arg){.name = $1}; }
      | params ',' name             { $$ = $1; vec_push($$) = (ast_arg){.name = $3}; }
      ;
statics: %empty                     { $$ = make_stmt(AST_BLOCK, @$); }
       | '[' static_list ']'        { $$ = $2; $$->has_statics = true; }
       ;
static_list: static                 { $$ = make_stmt(AST_BLOCK, @$); vec_push(&$$->statics) = $1; }
           | static_list ',' static { $$ = $1; vec_push(&$$->statics) = $3; }
           ;
static: name                        { $$ = (ast_static){AST_STATIC_NUMBER, $1, NULL, @$}; }
      | name '=' expr               { $$ = (ast_static){AST_STATIC_NUMBER, $1, $3, @$}; }
      | FN name                     { $$ = (ast_static){AST_STATIC_FN, $2, NULL, @$}; }
      | FN name '=' expr            { $$ = (ast_static){AST_STATIC_FN, $2, $4, @$}; }
      | FN name '=' extremum        { $$ = (ast_static){AST_STATIC_FN, $2, make_name($4), @$}; }
      | STAGE name                  { $$ = (ast_static){AST_STATIC_STAGE, $2, NULL, @$}; }
      ;
settings: %empty                    { $$ = NEW(ast_args); }
        | settings setting          { $$ = $1; vec_push($$) = $2; }
        | settings error ';'        { $$ = $1; p->recovering = false; yyerrok; }
        ;
setting: name '=' expr ';'          { $$ = (ast_arg){$1, $3}; }
       | BATCH '=' expr ';'         { $$ = (ast_arg){$1, $3}; }
       ;
loop: name '<' expr                 { $$ = make_stmt(AST_SCAN, @$); $$->binder = (ast_binder){.name = $1, .bound = $3, .at = @$}; }
    | name '<' expr CARRY carries   { $$ = $5; $$->binder = (ast_binder){.name = $1, .bound = $3, .at = @1}; }
    ;
carries: decl '=' expr              { $$ = make_stmt(AST_SCAN, @$); vec_push(&$$->carries) = (ast_carry){$1, $3}; }
       | carries ',' decl '=' expr  { $$ = $1; vec_push(&$$->carries) = (ast_carry){$3, $5}; }
       ;
lefts: lhs                          { $$ = make_stmt(AST_EQUATION, @$); vec_push(&$$->lhs) = $1; }
     | lefts ',' lhs                { $$ = $1; vec_push(&$$->lhs) = $3; }
     ;
lhs: name                           { $$ = (ast_lhs){.name = $1, .at = @$}; }
   | name '[' items ']'             { $$ = (ast_lhs){.name = $1, .subscripted = true, .at = @$};
                                      for (int i = 0; i < $3->count; i++) vec_push(&$$.subs) = make_binder(&$3->data[i]); }
   ;
over_opt: %empty                    { $$ = NEW(ast_args); }
        | OVER paths                { $$ = $2; }
        ;
paths: named_path                   { $$ = NEW(ast_args); vec_push($$) = (ast_arg){.value = $1}; }
     | paths ',' named_path         { $$ = $1; vec_push($$) = (ast_arg){.value = $3}; }
     ;
named_path: name                    { $$ = make_name($1); }
          | path
          ;
values: expr                        { $$ = NEW(ast_args); vec_push($$) = (ast_arg){.value = $1}; }
      | values ',' expr             { $$ = $1; vec_push($$) = (ast_arg){.value = $3}; }
      ;

/* ---- expressions ---- */

items: items1
     | items1 ','
     | %empty                       { $$ = NEW(ast_args); }
     ;
items1: item                        { $$ = NEW(ast_args); vec_push($$) = $1; }
      | items1 ',' item             { $$ = $1; vec_push($$) = $3; }
      ;
item: expr                          { $$ = (ast_arg){.value = $1}; }
    | '*'                           { $$ = (ast_arg){.value = make_expr(AST_STAR, @1)}; }
    | BATCH                         { $$ = (ast_arg){.value = make_name($1)}; }
    | name '=' expr                 { $$ = (ast_arg){$1, $3}; }
    | extremum                      { $$ = (ast_arg){.value = make_name($1)}; }
    | name '=' extremum             { $$ = (ast_arg){$1, make_name($3)}; }
    ;
args: items ;

path: name '.' name                 { $$ = make_expr(AST_PATH, @$); vec_push(&$$->path) = $1; vec_push(&$$->path) = $3; }
    | path '.' name                 { $$ = $1; $$->at = @$; vec_push(&$$->path) = $3; }
    ;
sub: name '[' items ']'             { $$ = make_subscript(make_name($1), $3, @$); } ;
base: path
    | '(' expr ')'                  { $$ = $2; $$->parenthesised = true; }
    | callable '(' args ')'         { $$ = make_call(AST_CALL, $1, NULL, $3, NULL, @$); }
    | sub '(' args ')'              { $$ = $1->kind == AST_ERROR ? $1 : make_call(AST_CALL, $1->operands.data[0]->name, &$1->statics, $3, NULL, @$); }
    | sub '[' items ']'             { $$ = make_subscript($1, $3, @$); }
    | base '[' items ']'            { $$ = make_subscript($1, $3, @$); }
    ;
postfix: NAME                       { $$ = make_name($1); }
       | sub
       | base
       ;
reduction: REDUCTION | EXTREMUM ;

expr: INTEGER                       { $$ = make_expr(AST_NUMBER, @$); $$->number = $1; $$->integer = true; }
    | REAL                          { $$ = make_expr(AST_NUMBER, @$); $$->number = $1; }
    | postfix
    | reduction '[' items ']' expr %prec REDUCE
                                    { span op = @1; op.end = @4.end; $$ = make_reduce($1, op, $3, $5, @$); }
    | expr ARROW callable           { $$ = make_call(AST_PIPE, $3, NULL, NULL, $1, @$); }
    | expr ARROW callable '(' args ')' { $$ = make_call(AST_PIPE, $3, NULL, $5, $1, @$); }
    | expr ARROW callable '[' items ']' { $$ = make_call(AST_PIPE, $3, $5, NULL, $1, @$); }
    | expr ARROW callable '[' items ']' '(' args ')' { $$ = make_call(AST_PIPE, $3, $5, $8, $1, @$); }
    | '-' expr %prec UNARY          { $$ = make_unary(AST_NEGATE, @$, @1, $2); }
    | '!' expr %prec UNARY          { $$ = make_unary(AST_NOT, @$, @1, $2); }
    | expr '+' expr                 { $$ = make_binary(AST_ADD, @$, @2, $1, $3); }
    | expr '-' expr                 { $$ = make_binary(AST_SUB, @$, @2, $1, $3); }
    | expr '*' expr                 { $$ = make_binary(AST_MUL, @$, @2, $1, $3); }
    | expr '/' expr                 { $$ = make_binary(AST_DIV, @$, @2, $1, $3); }
    | expr '%' expr                 { $$ = make_binary(AST_MOD, @$, @2, $1, $3); }
    | expr '^' expr                 { $$ = make_binary(AST_POW, @$, @2, $1, $3); }
    | expr '<' expr                 { $$ = make_binary(AST_LT, @$, @2, $1, $3); }
    | expr '>' expr                 { $$ = make_binary(AST_GT, @$, @2, $1, $3); }
    | expr LE expr                  { $$ = make_binary(AST_LE, @$, @2, $1, $3); }
    | expr GE expr                  { $$ = make_binary(AST_GE, @$, @2, $1, $3); }
    | expr EQ expr                  { $$ = make_binary(AST_EQ, @$, @2, $1, $3); }
    | expr NE expr                  { $$ = make_binary(AST_NE, @$, @2, $1, $3); }
    | expr AND expr                 { $$ = make_binary(AST_AND, @$, @2, $1, $3); }
    | expr OR expr                  { $$ = make_binary(AST_OR, @$, @2, $1, $3); }
    | expr '?' expr ':' expr        { $$ = make_cond(@$, $1, $3, $5); }
    ;

%%

/* A broken statement is NULL. */
static void add(ast_stmts *list, ast_stmt *s)
{
    if (s)
        vec_push(list) = s;
}

static void over(ast_stmt *s, const ast_args *paths)
{
    for (int i = 0; i < paths->count; i++)
        vec_push(&s->values) = paths->data[i].value;
}

/* Called where the parser's stack is exhausted only; syntax errors come to yyreport_syntax_error. */
static void nnc_yyerror(const span *at, void *scanner, parse_state *p, const char *message)
{
    (void)scanner, (void)message;
    if (!p->too_deep && !p->stopped)
        too_deep(*at);
}

static bool is_keyword(yysymbol_kind_t k)
{
    return (k >= YYSYMBOL_MODEL && k <= YYSYMBOL_INDEX) || k == YYSYMBOL_BATCH || k == YYSYMBOL_REDUCTION || k == YYSYMBOL_EXTREMUM;
}

static int yyreport_syntax_error(const yypcontext_t *context, void *scanner, parse_state *p)
{
    syntax_problem q = {.token = p->token, .keyword = is_keyword(yypcontext_token(context))};
    enum { MOST = sizeof q.expected / sizeof *q.expected };
    yysymbol_kind_t expected[MOST];
    (void)scanner;
    q.count = yypcontext_expected_tokens(context, expected, MOST);
    if (q.count < 0)
        q.count = 0;
    for (int i = 0; i < q.count; i++)
        q.expected[i] = yysymbol_name(expected[i]);
    syntax_error(p, &q);
    return 0;
}
