/* A Bison parser, made by GNU Bison 3.8.2.  */

/* Bison interface for Yacc-like parsers in C

   Copyright (C) 1984, 1989-1990, 2000-2015, 2018-2021 Free Software Foundation,
   Inc.

   This program is free software: you can redistribute it and/or modify
   it under the terms of the GNU General Public License as published by
   the Free Software Foundation, either version 3 of the License, or
   (at your option) any later version.

   This program is distributed in the hope that it will be useful,
   but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
   GNU General Public License for more details.

   You should have received a copy of the GNU General Public License
   along with this program.  If not, see <https://www.gnu.org/licenses/>.  */

/* As a special exception, you may create a larger work that contains
   part or all of the Bison parser skeleton and distribute that work
   under terms of your choice, so long as that work isn't itself a
   parser generator using the skeleton or a modified version thereof
   as a parser skeleton.  Alternatively, if you modify or redistribute
   the parser skeleton itself, you may (at your option) remove this
   special exception, which will cause the skeleton and the resulting
   Bison output files to be licensed under the GNU General Public
   License without this special exception.

   This special exception was added by the Free Software Foundation in
   version 2.2 of Bison.  */

/* DO NOT RELY ON FEATURES THAT ARE NOT DOCUMENTED in the manual,
   especially those whose name start with YY_ or yy_.  They are
   private implementation details that can be changed or removed.  */

#ifndef YY_NNC_YY_BUILD_SAN_GEN_PARSER_H_INCLUDED
# define YY_NNC_YY_BUILD_SAN_GEN_PARSER_H_INCLUDED
/* Debug traces.  */
#ifndef NNC_YYDEBUG
# if defined YYDEBUG
#if YYDEBUG
#   define NNC_YYDEBUG 1
#  else
#   define NNC_YYDEBUG 0
#  endif
# else /* ! defined YYDEBUG */
#  define NNC_YYDEBUG 0
# endif /* ! defined YYDEBUG */
#endif  /* ! defined NNC_YYDEBUG */
#if NNC_YYDEBUG
extern int nnc_yydebug;
#endif
/* "%code requires" blocks.  */
#line 2 "compiler/syntax/parser.y"

#include "syntax/parse.h"

#line 61 "build_san/gen/parser.h"

/* Token kinds.  */
#ifndef NNC_YYTOKENTYPE
# define NNC_YYTOKENTYPE
  enum nnc_yytokentype
  {
    NNC_YYEMPTY = -2,
    NNC_YYEOF = 0,                 /* "end of file"  */
    NNC_YYerror = 256,             /* error  */
    NNC_YYUNDEF = 257,             /* "invalid token"  */
    MODEL = 258,                   /* "model"  */
    CONST = 259,                   /* "const"  */
    IMPORT = 260,                  /* "import"  */
    INPUT = 261,                   /* "input"  */
    TARGET = 262,                  /* "target"  */
    PARAM = 263,                   /* "param"  */
    STATE = 264,                   /* "state"  */
    STAGE = 265,                   /* "stage"  */
    FREEZE = 266,                  /* "freeze"  */
    OUTPUT = 267,                  /* "output"  */
    COST = 268,                    /* "cost"  */
    OVER = 269,                    /* "over"  */
    BLOCK = 270,                   /* "block"  */
    FN = 271,                      /* "fn"  */
    DERIVATIVE = 272,              /* "derivative"  */
    SCAN = 273,                    /* "scan"  */
    REPEAT = 274,                  /* "repeat"  */
    CARRY = 275,                   /* "carry"  */
    UPDATE = 276,                  /* "update"  */
    TRAIN = 277,                   /* "train"  */
    REQUIRE = 278,                 /* "require"  */
    INDEX = 279,                   /* "index"  */
    NAME = 280,                    /* "a name"  */
    BATCH = 281,                   /* "batch"  */
    INTEGER = 282,                 /* "a number"  */
    REAL = 283,                    /* "a real"  */
    STRING = 284,                  /* "a text"  */
    REDUCTION = 285,               /* "a reduction"  */
    EXTREMUM = 286,                /* "max or min"  */
    ARROW = 287,                   /* "->"  */
    EQ = 288,                      /* "=="  */
    NE = 289,                      /* "!="  */
    LE = 290,                      /* "<="  */
    GE = 291,                      /* ">="  */
    AND = 292,                     /* "&&"  */
    OR = 293,                      /* "||"  */
    REDUCE = 294,                  /* REDUCE  */
    UNARY = 295                    /* UNARY  */
  };
  typedef enum nnc_yytokentype nnc_yytoken_kind_t;
#endif

/* Value type.  */
#if ! defined NNC_YYSTYPE && ! defined NNC_YYSTYPE_IS_DECLARED
union NNC_YYSTYPE
{
#line 35 "compiler/syntax/parser.y"

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

#line 136 "build_san/gen/parser.h"

};
typedef union NNC_YYSTYPE NNC_YYSTYPE;
# define NNC_YYSTYPE_IS_TRIVIAL 1
# define NNC_YYSTYPE_IS_DECLARED 1
#endif

/* Location type.  */
typedef span NNC_YYLTYPE;




int nnc_yyparse (void *scanner, parse_state *p);


#endif /* !YY_NNC_YY_BUILD_SAN_GEN_PARSER_H_INCLUDED  */
