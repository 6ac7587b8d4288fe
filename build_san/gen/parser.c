/* A Bison parser, made by GNU Bison 3.8.2.  */

/* Bison implementation for Yacc-like parsers in C

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

/* C LALR(1) parser skeleton written by Richard Stallman, by
   simplifying the original so-called "semantic" parser.  */

/* DO NOT RELY ON FEATURES THAT ARE NOT DOCUMENTED in the manual,
   especially those whose name start with YY_ or yy_.  They are
   private implementation details that can be changed or removed.  */

/* All symbols defined below should begin with yy or YY, to avoid
   infringing on user name space.  This should be done even for local
   variables, as they might otherwise be expanded by user macros.
   There are some unavoidable exceptions within include files to
   define necessary library symbols; they are noted "INFRINGES ON
   USER NAME SPACE" below.  */

/* Identify Bison output, and Bison version.  */
#define YYBISON 30802

/* Bison version string.  */
#define YYBISON_VERSION "3.8.2"

/* Skeleton name.  */
#define YYSKELETON_NAME "yacc.c"

/* Pure parsers.  */
#define YYPURE 2

/* Push parsers.  */
#define YYPUSH 0

/* Pull parsers.  */
#define YYPULL 1

/* Substitute the type names.  */
#define YYSTYPE         NNC_YYSTYPE
#define YYLTYPE         NNC_YYLTYPE
/* Substitute the variable and function names.  */
#define yyparse         nnc_yyparse
#define yylex           nnc_yylex
#define yyerror         nnc_yyerror
#define yydebug         nnc_yydebug
#define yynerrs         nnc_yynerrs


# ifndef YY_CAST
#  ifdef __cplusplus
#   define YY_CAST(Type, Val) static_cast<Type> (Val)
#   define YY_REINTERPRET_CAST(Type, Val) reinterpret_cast<Type> (Val)
#  else
#   define YY_CAST(Type, Val) ((Type) (Val))
#   define YY_REINTERPRET_CAST(Type, Val) ((Type) (Val))
#  endif
# endif
# ifndef YY_NULLPTR
#  if defined __cplusplus
#   if 201103L <= __cplusplus
#    define YY_NULLPTR nullptr
#   else
#    define YY_NULLPTR 0
#   endif
#  else
#   define YY_NULLPTR ((void*)0)
#  endif
# endif

#include "parser.h"
/* Symbol kind.  */
enum yysymbol_kind_t
{
  YYSYMBOL_YYEMPTY = -2,
  YYSYMBOL_YYEOF = 0,                      /* "end of file"  */
  YYSYMBOL_YYerror = 1,                    /* error  */
  YYSYMBOL_YYUNDEF = 2,                    /* "invalid token"  */
  YYSYMBOL_MODEL = 3,                      /* "model"  */
  YYSYMBOL_CONST = 4,                      /* "const"  */
  YYSYMBOL_IMPORT = 5,                     /* "import"  */
  YYSYMBOL_INPUT = 6,                      /* "input"  */
  YYSYMBOL_TARGET = 7,                     /* "target"  */
  YYSYMBOL_PARAM = 8,                      /* "param"  */
  YYSYMBOL_STATE = 9,                      /* "state"  */
  YYSYMBOL_STAGE = 10,                     /* "stage"  */
  YYSYMBOL_FREEZE = 11,                    /* "freeze"  */
  YYSYMBOL_OUTPUT = 12,                    /* "output"  */
  YYSYMBOL_COST = 13,                      /* "cost"  */
  YYSYMBOL_OVER = 14,                      /* "over"  */
  YYSYMBOL_BLOCK = 15,                     /* "block"  */
  YYSYMBOL_FN = 16,                        /* "fn"  */
  YYSYMBOL_DERIVATIVE = 17,                /* "derivative"  */
  YYSYMBOL_SCAN = 18,                      /* "scan"  */
  YYSYMBOL_REPEAT = 19,                    /* "repeat"  */
  YYSYMBOL_CARRY = 20,                     /* "carry"  */
  YYSYMBOL_UPDATE = 21,                    /* "update"  */
  YYSYMBOL_TRAIN = 22,                     /* "train"  */
  YYSYMBOL_REQUIRE = 23,                   /* "require"  */
  YYSYMBOL_INDEX = 24,                     /* "index"  */
  YYSYMBOL_NAME = 25,                      /* "a name"  */
  YYSYMBOL_BATCH = 26,                     /* "batch"  */
  YYSYMBOL_INTEGER = 27,                   /* "a number"  */
  YYSYMBOL_REAL = 28,                      /* "a real"  */
  YYSYMBOL_STRING = 29,                    /* "a text"  */
  YYSYMBOL_REDUCTION = 30,                 /* "a reduction"  */
  YYSYMBOL_EXTREMUM = 31,                  /* "max or min"  */
  YYSYMBOL_ARROW = 32,                     /* "->"  */
  YYSYMBOL_EQ = 33,                        /* "=="  */
  YYSYMBOL_NE = 34,                        /* "!="  */
  YYSYMBOL_LE = 35,                        /* "<="  */
  YYSYMBOL_GE = 36,                        /* ">="  */
  YYSYMBOL_AND = 37,                       /* "&&"  */
  YYSYMBOL_OR = 38,                        /* "||"  */
  YYSYMBOL_39_ = 39,                       /* '?'  */
  YYSYMBOL_40_ = 40,                       /* ':'  */
  YYSYMBOL_41_ = 41,                       /* '<'  */
  YYSYMBOL_42_ = 42,                       /* '>'  */
  YYSYMBOL_43_ = 43,                       /* '+'  */
  YYSYMBOL_44_ = 44,                       /* '-'  */
  YYSYMBOL_REDUCE = 45,                    /* REDUCE  */
  YYSYMBOL_46_ = 46,                       /* '*'  */
  YYSYMBOL_47_ = 47,                       /* '/'  */
  YYSYMBOL_48_ = 48,                       /* '%'  */
  YYSYMBOL_UNARY = 49,                     /* UNARY  */
  YYSYMBOL_50_ = 50,                       /* '^'  */
  YYSYMBOL_51_ = 51,                       /* '{'  */
  YYSYMBOL_52_ = 52,                       /* '}'  */
  YYSYMBOL_53_ = 53,                       /* ';'  */
  YYSYMBOL_54_ = 54,                       /* '='  */
  YYSYMBOL_55_ = 55,                       /* '~'  */
  YYSYMBOL_56_ = 56,                       /* '('  */
  YYSYMBOL_57_ = 57,                       /* ')'  */
  YYSYMBOL_58_ = 58,                       /* ','  */
  YYSYMBOL_59_ = 59,                       /* '['  */
  YYSYMBOL_60_ = 60,                       /* ']'  */
  YYSYMBOL_61_ = 61,                       /* '.'  */
  YYSYMBOL_62_ = 62,                       /* '!'  */
  YYSYMBOL_YYACCEPT = 63,                  /* $accept  */
  YYSYMBOL_file = 64,                      /* file  */
  YYSYMBOL_top = 65,                       /* top  */
  YYSYMBOL_stmts = 66,                     /* stmts  */
  YYSYMBOL_body = 67,                      /* body  */
  YYSYMBOL_stmt = 68,                      /* stmt  */
  YYSYMBOL_name = 69,                      /* name  */
  YYSYMBOL_callable = 70,                  /* callable  */
  YYSYMBOL_extremum = 71,                  /* extremum  */
  YYSYMBOL_decl = 72,                      /* decl  */
  YYSYMBOL_typed = 73,                     /* typed  */
  YYSYMBOL_dims = 74,                      /* dims  */
  YYSYMBOL_dim = 75,                       /* dim  */
  YYSYMBOL_decls = 76,                     /* decls  */
  YYSYMBOL_random = 77,                    /* random  */
  YYSYMBOL_initial = 78,                   /* initial  */
  YYSYMBOL_value = 79,                     /* value  */
  YYSYMBOL_braces = 80,                    /* braces  */
  YYSYMBOL_braced = 81,                    /* braced  */
  YYSYMBOL_fn_head = 82,                   /* fn_head  */
  YYSYMBOL_params = 83,                    /* params  */
  YYSYMBOL_statics = 84,                   /* statics  */
  YYSYMBOL_static_list = 85,               /* static_list  */
  YYSYMBOL_static = 86,                    /* static  */
  YYSYMBOL_settings = 87,                  /* settings  */
  YYSYMBOL_setting = 88,                   /* setting  */
  YYSYMBOL_loop = 89,                      /* loop  */
  YYSYMBOL_carries = 90,                   /* carries  */
  YYSYMBOL_lefts = 91,                     /* lefts  */
  YYSYMBOL_lhs = 92,                       /* lhs  */
  YYSYMBOL_over_opt = 93,                  /* over_opt  */
  YYSYMBOL_paths = 94,                     /* paths  */
  YYSYMBOL_named_path = 95,                /* named_path  */
  YYSYMBOL_values = 96,                    /* values  */
  YYSYMBOL_items = 97,                     /* items  */
  YYSYMBOL_items1 = 98,                    /* items1  */
  YYSYMBOL_item = 99,                      /* item  */
  YYSYMBOL_args = 100,                     /* args  */
  YYSYMBOL_path = 101,                     /* path  */
  YYSYMBOL_sub = 102,                      /* sub  */
  YYSYMBOL_base = 103,                     /* base  */
  YYSYMBOL_postfix = 104,                  /* postfix  */
  YYSYMBOL_reduction = 105,                /* reduction  */
  YYSYMBOL_expr = 106                      /* expr  */
};
typedef enum yysymbol_kind_t yysymbol_kind_t;



/* Unqualified %code blocks.  */
#line 5 "compiler/syntax/parser.y"

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

#line 238 "build_san/gen/parser.c"

#ifdef short
# undef short
#endif

/* On compilers that do not define __PTRDIFF_MAX__ etc., make sure
   <limits.h> and (if available) <stdint.h> are included
   so that the code can choose integer types of a good width.  */

#ifndef __PTRDIFF_MAX__
# include <limits.h> /* INFRINGES ON USER NAME SPACE */
# if defined __STDC_VERSION__ && 199901 <= __STDC_VERSION__
#  include <stdint.h> /* INFRINGES ON USER NAME SPACE */
#  define YY_STDINT_H
# endif
#endif

/* Narrow types that promote to a signed type and that can represent a
   signed or unsigned integer of at least N bits.  In tables they can
   save space and decrease cache pressure.  Promoting to a signed type
   helps avoid bugs in integer arithmetic.  */

#ifdef __INT_LEAST8_MAX__
typedef __INT_LEAST8_TYPE__ yytype_int8;
#elif defined YY_STDINT_H
typedef int_least8_t yytype_int8;
#else
typedef signed char yytype_int8;
#endif

#ifdef __INT_LEAST16_MAX__
typedef __INT_LEAST16_TYPE__ yytype_int16;
#elif defined YY_STDINT_H
typedef int_least16_t yytype_int16;
#else
typedef short yytype_int16;
#endif

/* Work around bug in HP-UX 11.23, which defines these macros
   incorrectly for preprocessor constants.  This workaround can likely
   be removed in 2023, as HPE has promised support for HP-UX 11.23
   (aka HP-UX 11i v2) only through the end of 2022; see Table 2 of
   <https://h20195.www2.hpe.com/V2/getpdf.aspx/4AA4-7673ENW.pdf>.  */
#ifdef __hpux
# undef UINT_LEAST8_MAX
# undef UINT_LEAST16_MAX
# define UINT_LEAST8_MAX 255
# define UINT_LEAST16_MAX 65535
#endif

#if defined __UINT_LEAST8_MAX__ && __UINT_LEAST8_MAX__ <= __INT_MAX__
typedef __UINT_LEAST8_TYPE__ yytype_uint8;
#elif (!defined __UINT_LEAST8_MAX__ && defined YY_STDINT_H \
       && UINT_LEAST8_MAX <= INT_MAX)
typedef uint_least8_t yytype_uint8;
#elif !defined __UINT_LEAST8_MAX__ && UCHAR_MAX <= INT_MAX
typedef unsigned char yytype_uint8;
#else
typedef short yytype_uint8;
#endif

#if defined __UINT_LEAST16_MAX__ && __UINT_LEAST16_MAX__ <= __INT_MAX__
typedef __UINT_LEAST16_TYPE__ yytype_uint16;
#elif (!defined __UINT_LEAST16_MAX__ && defined YY_STDINT_H \
       && UINT_LEAST16_MAX <= INT_MAX)
typedef uint_least16_t yytype_uint16;
#elif !defined __UINT_LEAST16_MAX__ && USHRT_MAX <= INT_MAX
typedef unsigned short yytype_uint16;
#else
typedef int yytype_uint16;
#endif

#ifndef YYPTRDIFF_T
# if defined __PTRDIFF_TYPE__ && defined __PTRDIFF_MAX__
#  define YYPTRDIFF_T __PTRDIFF_TYPE__
#  define YYPTRDIFF_MAXIMUM __PTRDIFF_MAX__
# elif defined PTRDIFF_MAX
#  ifndef ptrdiff_t
#   include <stddef.h> /* INFRINGES ON USER NAME SPACE */
#  endif
#  define YYPTRDIFF_T ptrdiff_t
#  define YYPTRDIFF_MAXIMUM PTRDIFF_MAX
# else
#  define YYPTRDIFF_T long
#  define YYPTRDIFF_MAXIMUM LONG_MAX
# endif
#endif

#ifndef YYSIZE_T
# ifdef __SIZE_TYPE__
#  define YYSIZE_T __SIZE_TYPE__
# elif defined size_t
#  define YYSIZE_T size_t
# elif defined __STDC_VERSION__ && 199901 <= __STDC_VERSION__
#  include <stddef.h> /* INFRINGES ON USER NAME SPACE */
#  define YYSIZE_T size_t
# else
#  define YYSIZE_T unsigned
# endif
#endif

#define YYSIZE_MAXIMUM                                  \
  YY_CAST (YYPTRDIFF_T,                                 \
           (YYPTRDIFF_MAXIMUM < YY_CAST (YYSIZE_T, -1)  \
            ? YYPTRDIFF_MAXIMUM                         \
            : YY_CAST (YYSIZE_T, -1)))

#define YYSIZEOF(X) YY_CAST (YYPTRDIFF_T, sizeof (X))


/* Stored state numbers (used for stacks). */
typedef yytype_int16 yy_state_t;

/* State numbers in computations.  */
typedef int yy_state_fast_t;

#ifndef YY_
# if defined YYENABLE_NLS && YYENABLE_NLS
#  if ENABLE_NLS
#   include <libintl.h> /* INFRINGES ON USER NAME SPACE */
#   define YY_(Msgid) dgettext ("bison-runtime", Msgid)
#  endif
# endif
# ifndef YY_
#  define YY_(Msgid) Msgid
# endif
#endif


#ifndef YY_ATTRIBUTE_PURE
# if defined __GNUC__ && 2 < __GNUC__ + (96 <= __GNUC_MINOR__)
#  define YY_ATTRIBUTE_PURE __attribute__ ((__pure__))
# else
#  define YY_ATTRIBUTE_PURE
# endif
#endif

#ifndef YY_ATTRIBUTE_UNUSED
# if defined __GNUC__ && 2 < __GNUC__ + (7 <= __GNUC_MINOR__)
#  define YY_ATTRIBUTE_UNUSED __attribute__ ((__unused__))
# else
#  define YY_ATTRIBUTE_UNUSED
# endif
#endif

/* Suppress unused-variable warnings by "using" E.  */
#if ! defined lint || defined __GNUC__
# define YY_USE(E) ((void) (E))
#else
# define YY_USE(E) /* empty */
#endif

/* Suppress an incorrect diagnostic about yylval being uninitialized.  */
#if defined __GNUC__ && ! defined __ICC && 406 <= __GNUC__ * 100 + __GNUC_MINOR__
# if __GNUC__ * 100 + __GNUC_MINOR__ < 407
#  define YY_IGNORE_MAYBE_UNINITIALIZED_BEGIN                           \
    _Pragma ("GCC diagnostic push")                                     \
    _Pragma ("GCC diagnostic ignored \"-Wuninitialized\"")
# else
#  define YY_IGNORE_MAYBE_UNINITIALIZED_BEGIN                           \
    _Pragma ("GCC diagnostic push")                                     \
    _Pragma ("GCC diagnostic ignored \"-Wuninitialized\"")              \
    _Pragma ("GCC diagnostic ignored \"-Wmaybe-uninitialized\"")
# endif
# define YY_IGNORE_MAYBE_UNINITIALIZED_END      \
    _Pragma ("GCC diagnostic pop")
#else
# define YY_INITIAL_VALUE(Value) Value
#endif
#ifndef YY_IGNORE_MAYBE_UNINITIALIZED_BEGIN
# define YY_IGNORE_MAYBE_UNINITIALIZED_BEGIN
# define YY_IGNORE_MAYBE_UNINITIALIZED_END
#endif
#ifndef YY_INITIAL_VALUE
# define YY_INITIAL_VALUE(Value) /* Nothing. */
#endif

#if defined __cplusplus && defined __GNUC__ && ! defined __ICC && 6 <= __GNUC__
# define YY_IGNORE_USELESS_CAST_BEGIN                          \
    _Pragma ("GCC diagnostic push")                            \
    _Pragma ("GCC diagnostic ignored \"-Wuseless-cast\"")
# define YY_IGNORE_USELESS_CAST_END            \
    _Pragma ("GCC diagnostic pop")
#endif
#ifndef YY_IGNORE_USELESS_CAST_BEGIN
# define YY_IGNORE_USELESS_CAST_BEGIN
# define YY_IGNORE_USELESS_CAST_END
#endif


#define YY_ASSERT(E) ((void) (0 && (E)))

#if 1

/* The parser invokes alloca or malloc; define the necessary symbols.  */

# ifdef YYSTACK_ALLOC
   /* Pacify GCC's 'empty if-body' warning.  */
#  define YYSTACK_FREE(Ptr) do { /* empty */; } while (0)
#  ifndef YYSTACK_ALLOC_MAXIMUM
    /* The OS might guarantee only one guard page at the bottom of the stack,
       and a page size can be as small as 4096 bytes.  So we cannot safely
       invoke alloca (N) if N exceeds 4096.  Use a slightly smaller number
       to allow for a few compiler-allocated temporary stack slots.  */
#   define YYSTACK_ALLOC_MAXIMUM 4032 /* reasonable circa 2006 */
#  endif
# else
#  define YYSTACK_ALLOC YYMALLOC
#  define YYSTACK_FREE YYFREE
#  ifndef YYSTACK_ALLOC_MAXIMUM
#   define YYSTACK_ALLOC_MAXIMUM YYSIZE_MAXIMUM
#  endif
#  if (defined __cplusplus && ! defined EXIT_SUCCESS \
       && ! ((defined YYMALLOC || defined malloc) \
             && (defined YYFREE || defined free)))
#   include <stdlib.h> /* INFRINGES ON USER NAME SPACE */
#   ifndef EXIT_SUCCESS
#    define EXIT_SUCCESS 0
#   endif
#  endif
#  ifndef YYMALLOC
#   define YYMALLOC malloc
#   if ! defined malloc && ! defined EXIT_SUCCESS
void *malloc (YYSIZE_T); /* INFRINGES ON USER NAME SPACE */
#   endif
#  endif
#  ifndef YYFREE
#   define YYFREE free
#   if ! defined free && ! defined EXIT_SUCCESS
void free (void *); /* INFRINGES ON USER NAME SPACE */
#   endif
#  endif
# endif
# define YYCOPY_NEEDED 1
#endif /* 1 */

#if (! defined yyoverflow \
     && (! defined __cplusplus \
         || (defined NNC_YYLTYPE_IS_TRIVIAL && NNC_YYLTYPE_IS_TRIVIAL \
             && defined NNC_YYSTYPE_IS_TRIVIAL && NNC_YYSTYPE_IS_TRIVIAL)))

/* A type that is properly aligned for any stack member.  */
union yyalloc
{
  yy_state_t yyss_alloc;
  YYSTYPE yyvs_alloc;
  YYLTYPE yyls_alloc;
};

/* The size of the maximum gap between one aligned stack and the next.  */
# define YYSTACK_GAP_MAXIMUM (YYSIZEOF (union yyalloc) - 1)

/* The size of an array large to enough to hold all stacks, each with
   N elements.  */
# define YYSTACK_BYTES(N) \
     ((N) * (YYSIZEOF (yy_state_t) + YYSIZEOF (YYSTYPE) \
             + YYSIZEOF (YYLTYPE)) \
      + 2 * YYSTACK_GAP_MAXIMUM)

# define YYCOPY_NEEDED 1

/* Relocate STACK from its old location to the new one.  The
   local variables YYSIZE and YYSTACKSIZE give the old and new number of
   elements in the stack, and YYPTR gives the new location of the
   stack.  Advance YYPTR to a properly aligned location for the next
   stack.  */
# define YYSTACK_RELOCATE(Stack_alloc, Stack)                           \
    do                                                                  \
      {                                                                 \
        YYPTRDIFF_T yynewbytes;                                         \
        YYCOPY (&yyptr->Stack_alloc, Stack, yysize);                    \
        Stack = &yyptr->Stack_alloc;                                    \
        yynewbytes = yystacksize * YYSIZEOF (*Stack) + YYSTACK_GAP_MAXIMUM; \
        yyptr += yynewbytes / YYSIZEOF (*yyptr);                        \
      }                                                                 \
    while (0)

#endif

#if defined YYCOPY_NEEDED && YYCOPY_NEEDED
/* Copy COUNT objects from SRC to DST.  The source and destination do
   not overlap.  */
# ifndef YYCOPY
#  if defined __GNUC__ && 1 < __GNUC__
#   define YYCOPY(Dst, Src, Count) \
      __builtin_memcpy (Dst, Src, YY_CAST (YYSIZE_T, (Count)) * sizeof (*(Src)))
#  else
#   define YYCOPY(Dst, Src, Count)              \
      do                                        \
        {                                       \
          YYPTRDIFF_T yyi;                      \
          for (yyi = 0; yyi < (Count); yyi++)   \
            (Dst)[yyi] = (Src)[yyi];            \
        }                                       \
      while (0)
#  endif
# endif
#endif /* !YYCOPY_NEEDED */

/* YYFINAL -- State number of the termination state.  */
#define YYFINAL  3
/* YYLAST -- Last index in YYTABLE.  */
#define YYLAST   844

/* YYNTOKENS -- Number of terminals.  */
#define YYNTOKENS  63
/* YYNNTS -- Number of nonterminals.  */
#define YYNNTS  44
/* YYNRULES -- Number of rules.  */
#define YYNRULES  142
/* YYNSTATES -- Number of states.  */
#define YYNSTATES  321

/* YYMAXUTOK -- Last valid token kind.  */
#define YYMAXUTOK   295


/* YYTRANSLATE(TOKEN-NUM) -- Symbol number corresponding to TOKEN-NUM
   as returned by yylex, with out-of-bounds checking.  */
#define YYTRANSLATE(YYX)                                \
  (0 <= (YYX) && (YYX) <= YYMAXUTOK                     \
   ? YY_CAST (yysymbol_kind_t, yytranslate[YYX])        \
   : YYSYMBOL_YYUNDEF)

/* YYTRANSLATE[TOKEN-NUM] -- Symbol number corresponding to TOKEN-NUM
   as returned by yylex.  */
static const yytype_int8 yytranslate[] =
{
       0,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,    62,     2,     2,     2,    48,     2,     2,
      56,    57,    46,    43,    58,    44,    61,    47,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,    40,    53,
      41,    54,    42,    39,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,    59,     2,    60,    50,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,    51,     2,    52,    55,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     2,     2,     2,     2,
       2,     2,     2,     2,     2,     2,     1,     2,     3,     4,
       5,     6,     7,     8,     9,    10,    11,    12,    13,    14,
      15,    16,    17,    18,    19,    20,    21,    22,    23,    24,
      25,    26,    27,    28,    29,    30,    31,    32,    33,    34,
      35,    36,    37,    38,    45,    49
};

#if NNC_YYDEBUG
/* YYRLINE[YYN] -- Source line where rule number YYN was defined.  */
static const yytype_int16 yyrline[] =
{
       0,    91,    91,    92,    93,    95,    96,    98,   101,   102,
     103,   104,   105,   106,   107,   108,   109,   110,   111,   112,
     113,   114,   115,   117,   119,   120,   122,   125,   128,   129,
     130,   131,   132,   133,   134,   137,   138,   139,   141,   145,
     146,   148,   149,   151,   152,   154,   155,   157,   158,   160,
     161,   162,   164,   165,   167,   168,   170,   171,   173,   175,
     176,   178,   179,   181,   182,   184,   185,   186,   187,   188,
     189,   191,   192,   193,   195,   196,   198,   199,   201,   202,
     204,   205,   207,   208,   211,   212,   214,   215,   217,   218,
     220,   221,   226,   227,   228,   230,   231,   233,   234,   235,
     236,   237,   238,   240,   242,   243,   245,   246,   247,   248,
     249,   250,   251,   253,   254,   255,   257,   257,   259,   260,
     261,   262,   264,   265,   266,   267,   268,   269,   270,   271,
     272,   273,   274,   275,   276,   277,   278,   279,   280,   281,
     282,   283,   284
};
#endif

/** Accessing symbol of state STATE.  */
#define YY_ACCESSING_SYMBOL(State) YY_CAST (yysymbol_kind_t, yystos[State])

#if 1
/* The user-facing name of the symbol whose (internal) number is
   YYSYMBOL.  No bounds checking.  */
static const char *yysymbol_name (yysymbol_kind_t yysymbol) YY_ATTRIBUTE_UNUSED;

static const char *
yysymbol_name (yysymbol_kind_t yysymbol)
{
  static const char *const yy_sname[] =
  {
  "end of file", "error", "invalid token", "model", "const", "import",
  "input", "target", "param", "state", "stage", "freeze", "output", "cost",
  "over", "block", "fn", "derivative", "scan", "repeat", "carry", "update",
  "train", "require", "index", "a name", "batch", "a number", "a real",
  "a text", "a reduction", "max or min", "->", "==", "!=", "<=", ">=",
  "&&", "||", "'?'", "':'", "'<'", "'>'", "'+'", "'-'", "REDUCE", "'*'",
  "'/'", "'%'", "UNARY", "'^'", "'{'", "'}'", "';'", "'='", "'~'", "'('",
  "')'", "','", "'['", "']'", "'.'", "'!'", "$accept", "file", "top",
  "stmts", "body", "stmt", "name", "callable", "extremum", "decl", "typed",
  "dims", "dim", "decls", "random", "initial", "value", "braces", "braced",
  "fn_head", "params", "statics", "static_list", "static", "settings",
  "setting", "loop", "carries", "lefts", "lhs", "over_opt", "paths",
  "named_path", "values", "items", "items1", "item", "args", "path", "sub",
  "base", "postfix", "reduction", "expr", YY_NULLPTR
  };
  return yy_sname[yysymbol];
}
#endif

#define YYPACT_NINF (-151)

#define yypact_value_is_default(Yyn) \
  ((Yyn) == YYPACT_NINF)

#define YYTABLE_NINF (-118)

#define yytable_value_is_error(Yyn) \
  0

/* YYPACT[STATE-NUM] -- Index in YYTABLE of the portion describing
   STATE-NUM.  */
static const yytype_int16 yypact[] =
{
    -151,    22,   334,  -151,    -7,    37,    37,    41,    37,    37,
      37,    37,    37,    37,    37,   394,    37,    37,    37,    37,
      37,    37,    -1,   394,  -151,    37,  -151,    21,    24,  -151,
      23,    26,    53,    43,    93,    85,   108,    82,   120,   122,
     129,    -9,  -151,   130,    75,    59,  -151,  -151,  -151,   136,
     394,   394,   394,    18,   124,  -151,   130,   -22,   137,  -151,
     138,   425,   143,   147,   150,   152,   166,   159,   159,   160,
    -151,   164,    55,   464,    99,  -151,   236,   394,  -151,   356,
     364,  -151,   187,  -151,  -151,   394,    10,   394,    10,    37,
    -151,    37,    37,  -151,   394,   167,   491,   167,   394,   236,
     236,   236,   236,   236,   236,    37,    10,   394,   394,   394,
     394,   394,   394,   394,   394,   394,   394,   394,   394,   394,
     394,   394,   163,    29,   165,    37,   394,   394,   394,  -151,
    -151,  -151,   394,    39,  -151,   191,   168,    37,  -151,  -151,
      27,   169,   171,   170,  -151,   760,   543,  -151,    67,  -151,
     760,   364,   173,  -151,   760,   176,   565,  -151,  -151,   177,
     182,   587,   178,   183,  -151,  -151,  -151,   609,  -151,   425,
     179,  -151,   172,   185,   189,   193,   196,   199,    36,   794,
     794,   119,   119,   399,   282,   741,   119,   119,    58,    58,
     167,   167,   167,   167,  -151,    37,    37,   204,    74,  -151,
      37,  -151,   113,   631,    13,   760,   445,   357,   653,   190,
     206,  -151,   214,  -151,    42,   192,   394,  -151,   394,  -151,
     236,  -151,   356,  -151,  -151,    11,  -151,   394,  -151,   236,
    -151,  -151,   236,  -151,  -151,   194,  -151,  -151,  -151,  -151,
    -151,   394,   236,   236,   394,  -151,   215,   394,    29,  -151,
    -151,   115,  -151,    37,  -151,  -151,   394,    37,  -151,  -151,
    -151,  -151,   394,   394,  -151,  -151,   675,   169,   760,  -151,
    -151,  -151,   157,   517,   213,   211,  -151,    58,   217,   218,
     778,   394,   760,  -151,   243,    37,  -151,   760,   223,   226,
     697,   719,  -151,  -151,  -151,  -151,  -151,  -151,  -151,   225,
     169,   760,   -20,  -151,   394,    37,  -151,  -151,   236,    37,
     159,   760,   231,   229,   121,  -151,   394,  -151,   159,   760,
    -151
};

/* YYDEFACT[STATE-NUM] -- Default reduction number in state STATE-NUM.
   Performed when YYTABLE does not specify something else to do.  Zero
   means the default is an error.  */
static const yytype_uint8 yydefact[] =
{
       3,     0,     0,     1,     0,     0,     0,     0,     0,     0,
       0,     0,     0,     0,     0,     0,     0,     0,     0,     0,
       0,     0,     0,     0,    35,     0,     4,    82,     0,    34,
       0,    39,     0,     0,    41,     0,     0,     0,     0,     0,
      88,     0,    86,    89,     0,   113,   118,   119,   116,    38,
       0,     0,     0,     0,     0,    37,   107,   114,   115,   120,
       0,    84,    61,     0,     0,     0,     0,     0,     0,     0,
      71,     0,     0,     0,     0,    80,    94,     0,     8,     0,
       0,    10,     0,    11,    12,     0,     0,     0,     0,     0,
      17,     0,     0,    18,     0,   126,     0,   127,     0,    94,
      94,    94,    94,    94,    94,     0,     0,     0,     0,     0,
       0,     0,     0,     0,     0,     0,     0,     0,     0,     0,
       0,     0,     0,     0,     0,     0,     0,     0,     0,     5,
      32,    33,     0,     0,    71,     0,     0,     0,    99,    98,
       0,   101,     0,    92,    95,    97,     0,    46,     0,    43,
      45,     0,     0,    53,    52,     0,     0,    36,    38,     0,
       0,     0,    50,     0,   104,    87,   105,     0,   108,    84,
       0,   103,     0,     0,     0,     0,     0,    85,   122,   138,
     139,   136,   137,   140,   141,     0,   134,   135,   128,   129,
     130,   131,   132,   133,    20,     0,     0,    65,     0,    63,
       0,    59,     0,     0,     0,    90,    76,     0,     0,     0,
       0,    22,     0,    72,     0,     0,     0,    81,     0,    83,
      93,    28,     0,    40,    56,     0,     9,     0,    14,    94,
      13,    15,    94,    16,    19,     0,   106,   109,   110,   111,
     112,     0,    94,    94,     0,    70,    67,     0,     0,    62,
      47,     0,    58,     0,    24,    25,     0,     0,     7,     6,
      30,    73,     0,     0,    23,    31,     0,   102,   100,    96,
      44,    54,     0,     0,     0,     0,    21,   121,     0,     0,
     142,     0,    66,    64,     0,     0,    60,    91,     0,    77,
       0,     0,    29,    55,    57,    42,    49,    51,   123,   124,
      69,    68,     0,    48,     0,     0,    75,    74,    94,     0,
       0,    78,     0,     0,     0,    26,     0,   125,     0,    79,
      27
};

/* YYPGOTO[NTERM-NUM].  */
static const yytype_int16 yypgoto[] =
{
    -151,  -151,  -151,  -151,   -66,    16,    -2,   -13,   -43,    15,
      20,  -151,     2,   -19,  -151,  -151,  -150,  -151,  -151,   269,
    -151,  -151,  -151,    45,   155,  -151,   271,  -151,  -151,    17,
     127,   197,   208,  -151,   -51,  -151,    77,   -74,    19,  -151,
    -151,  -151,  -151,    32
};

/* YYDEFGOTO[NTERM-NUM].  */
static const yytype_int16 yydefgoto[] =
{
       0,     1,     2,   207,   130,    26,    72,    54,    55,    34,
     250,   148,   149,   251,   160,   163,   152,   153,   225,    64,
     202,   124,   198,   199,   133,   213,    67,   289,    74,    28,
     122,    41,    42,   204,   171,   143,   144,   172,    56,    57,
      58,    59,    60,   145
};

/* YYTABLE[YYPACT[STATE-NUM]] -- What to do in state STATE-NUM.  If
   positive, shift that token.  If negative, reduce the rule whose
   number is the opposite.  If YYTABLE_NINF, syntax error.  */
static const yytype_int16 yytable[] =
{
      27,   224,   131,    30,    31,    24,    31,    31,    31,    31,
      39,    40,    27,    53,    62,    63,    63,    66,    66,    27,
      71,    32,     3,    27,    24,   142,    38,   173,    35,    36,
      37,    44,    43,   141,   101,   157,   309,   102,    69,   195,
     209,   158,    75,   209,    90,   196,    29,    61,   170,    91,
      70,   174,   175,   176,    24,    73,   141,   141,   141,   141,
     141,   141,    24,   271,    24,   210,   255,    24,   210,   272,
      33,   256,    98,   159,   140,   162,    78,    99,    77,    89,
      76,   218,    95,    96,    97,    79,    99,   164,    89,    40,
     166,   211,   242,   178,   264,   243,    81,   140,   140,   140,
     140,   140,   140,    40,   118,   119,   120,    80,   121,   146,
      43,   150,   154,   -35,    99,   -36,    89,   156,   -35,   161,
     -35,   197,   294,   201,    43,   222,   167,   223,    93,    94,
     169,   212,   248,    82,   249,    27,    85,    86,    83,   179,
     180,   181,   182,   183,   184,   185,   186,   187,   188,   189,
     190,   191,   192,   193,   217,   274,   136,   137,   203,   205,
     206,    84,   116,   117,   208,   118,   119,   120,   278,   121,
     252,   253,   284,   285,    87,   267,    88,   141,   318,   285,
     100,   275,    45,   154,    46,    47,   141,    48,    49,   141,
      89,    92,   279,   245,   246,  -117,   103,   104,    31,   141,
     141,    50,   123,   125,   126,    27,   127,   128,   151,   293,
     129,   155,   212,    51,   132,   134,   194,   121,   140,    52,
     215,   200,   216,   259,   270,   -37,   226,   140,   220,   237,
     140,   219,   227,   229,   313,   230,   233,   232,   300,   236,
     140,   140,   238,   261,   315,   265,   197,   276,   266,   239,
     268,   286,   320,   240,   150,    31,   241,    91,   247,   273,
     262,    45,   138,    46,    47,   141,    48,    49,   263,   281,
     296,   297,   288,   277,   298,   302,   280,   304,   299,   282,
      50,   308,   139,    31,   305,   316,   317,    65,   287,   214,
     314,    68,    51,   283,   290,   291,   235,   269,    52,   165,
      31,     0,   177,    31,   154,   303,   140,    31,     0,     0,
       0,     0,     0,   301,     0,   107,   108,   109,   110,   111,
     312,     0,   310,   114,   115,   116,   117,     0,   118,   119,
     120,     0,   121,     0,    -2,     4,   311,     5,     6,     7,
       8,     9,    10,    11,    12,    13,    14,    15,   319,    16,
      17,    18,    19,    20,     0,    21,    22,    23,     4,    24,
       5,     6,     7,     8,     9,    10,    11,    12,    13,    14,
      15,     0,    16,    17,    18,    19,    20,     0,    21,    22,
      23,    45,    24,    46,    47,     0,    48,    49,     0,    45,
      25,    46,    47,     0,    48,    49,     0,     0,     0,     0,
      50,     0,   147,     0,     0,     0,     0,     0,    50,   258,
       0,     0,    51,    25,     0,   151,     0,     0,    52,    45,
      51,    46,    47,     0,    48,    49,    52,     0,     0,     0,
       0,     0,   107,   108,   109,   110,     0,     0,    50,   105,
     114,   115,   116,   117,     0,   118,   119,   120,     0,   121,
      51,     0,     0,     0,     0,     0,    52,   106,   107,   108,
     109,   110,   111,   112,   113,   257,   114,   115,   116,   117,
       0,   118,   119,   120,     0,   121,     0,   106,   107,   108,
     109,   110,   111,   112,   113,     0,   114,   115,   116,   117,
       0,   118,   119,   120,     0,   121,   106,   107,   108,   109,
     110,   111,   112,   113,     0,   114,   115,   116,   117,     0,
     118,   119,   120,     0,   121,     0,     0,     0,     0,     0,
       0,     0,   135,   106,   107,   108,   109,   110,   111,   112,
     113,     0,   114,   115,   116,   117,     0,   118,   119,   120,
       0,   121,     0,     0,     0,     0,     0,     0,   168,   106,
     107,   108,   109,   110,   111,   112,   113,     0,   114,   115,
     116,   117,     0,   118,   119,   120,     0,   121,     0,     0,
       0,     0,     0,     0,   295,   106,   107,   108,   109,   110,
     111,   112,   113,     0,   114,   115,   116,   117,     0,   118,
     119,   120,     0,   121,     0,     0,   221,   106,   107,   108,
     109,   110,   111,   112,   113,     0,   114,   115,   116,   117,
       0,   118,   119,   120,     0,   121,     0,     0,   228,   106,
     107,   108,   109,   110,   111,   112,   113,     0,   114,   115,
     116,   117,     0,   118,   119,   120,     0,   121,     0,     0,
     231,   106,   107,   108,   109,   110,   111,   112,   113,     0,
     114,   115,   116,   117,     0,   118,   119,   120,     0,   121,
       0,     0,   234,   106,   107,   108,   109,   110,   111,   112,
     113,     0,   114,   115,   116,   117,     0,   118,   119,   120,
       0,   121,     0,     0,   254,   106,   107,   108,   109,   110,
     111,   112,   113,     0,   114,   115,   116,   117,     0,   118,
     119,   120,     0,   121,     0,     0,   260,   106,   107,   108,
     109,   110,   111,   112,   113,     0,   114,   115,   116,   117,
       0,   118,   119,   120,     0,   121,     0,     0,   292,   106,
     107,   108,   109,   110,   111,   112,   113,     0,   114,   115,
     116,   117,     0,   118,   119,   120,     0,   121,     0,     0,
     306,   106,   107,   108,   109,   110,   111,   112,   113,     0,
     114,   115,   116,   117,     0,   118,   119,   120,     0,   121,
       0,     0,   307,   106,   107,   108,   109,   110,   111,   112,
     113,   244,   114,   115,   116,   117,     0,   118,   119,   120,
       0,   121,   106,   107,   108,   109,   110,   111,   112,   113,
       0,   114,   115,   116,   117,     0,   118,   119,   120,     0,
     121,   107,   108,   109,   110,   111,   112,   113,     0,   114,
     115,   116,   117,     0,   118,   119,   120,     0,   121,   109,
     110,     0,     0,     0,     0,   114,   115,   116,   117,     0,
     118,   119,   120,     0,   121
};

static const yytype_int16 yycheck[] =
{
       2,   151,    68,     5,     6,    25,     8,     9,    10,    11,
      12,    13,    14,    15,    16,    17,    18,    19,    20,    21,
      22,     6,     0,    25,    25,    76,    11,   101,     8,     9,
      10,    14,    13,    76,    56,    25,    56,    59,    21,    10,
       1,    31,    25,     1,    53,    16,    53,    15,    99,    58,
      51,   102,   103,   104,    25,    23,    99,   100,   101,   102,
     103,   104,    25,    52,    25,    26,    53,    25,    26,    58,
      29,    58,    54,    86,    76,    88,    53,    59,    54,    61,
      59,    54,    50,    51,    52,    59,    59,    89,    61,    91,
      92,    52,    56,   106,    52,    59,    53,    99,   100,   101,
     102,   103,   104,   105,    46,    47,    48,    54,    50,    77,
      91,    79,    80,    54,    59,    56,    61,    85,    59,    87,
      61,   123,   272,   125,   105,    58,    94,    60,    53,    54,
      98,   133,    58,    40,    60,   137,    54,    55,    53,   107,
     108,   109,   110,   111,   112,   113,   114,   115,   116,   117,
     118,   119,   120,   121,   137,   229,    57,    58,   126,   127,
     128,    53,    43,    44,   132,    46,    47,    48,   242,    50,
      57,    58,    57,    58,    54,   218,    54,   220,    57,    58,
      56,   232,    25,   151,    27,    28,   229,    30,    31,   232,
      61,    61,   243,   195,   196,    59,    59,    59,   200,   242,
     243,    44,    59,    56,    54,   207,    54,    41,    51,    52,
      51,    24,   214,    56,    54,    51,    53,    50,   220,    62,
      29,    56,    54,   207,   222,    56,    53,   229,    58,    57,
     232,    60,    56,    56,   308,    53,    53,    59,   281,    60,
     242,   243,    57,    53,   310,    53,   248,    53,   216,    60,
     218,   253,   318,    60,   222,   257,    60,    58,    54,   227,
      54,    25,    26,    27,    28,   308,    30,    31,    54,    54,
      57,    60,   257,   241,    57,    32,   244,    54,    60,   247,
      44,    56,    46,   285,    58,    54,    57,    18,   256,   134,
     309,    20,    56,   248,   262,   263,   169,   220,    62,    91,
     302,    -1,   105,   305,   272,   285,   308,   309,    -1,    -1,
      -1,    -1,    -1,   281,    -1,    33,    34,    35,    36,    37,
     305,    -1,   302,    41,    42,    43,    44,    -1,    46,    47,
      48,    -1,    50,    -1,     0,     1,   304,     3,     4,     5,
       6,     7,     8,     9,    10,    11,    12,    13,   316,    15,
      16,    17,    18,    19,    -1,    21,    22,    23,     1,    25,
       3,     4,     5,     6,     7,     8,     9,    10,    11,    12,
      13,    -1,    15,    16,    17,    18,    19,    -1,    21,    22,
      23,    25,    25,    27,    28,    -1,    30,    31,    -1,    25,
      56,    27,    28,    -1,    30,    31,    -1,    -1,    -1,    -1,
      44,    -1,    46,    -1,    -1,    -1,    -1,    -1,    44,    52,
      -1,    -1,    56,    56,    -1,    51,    -1,    -1,    62,    25,
      56,    27,    28,    -1,    30,    31,    62,    -1,    -1,    -1,
      -1,    -1,    33,    34,    35,    36,    -1,    -1,    44,    14,
      41,    42,    43,    44,    -1,    46,    47,    48,    -1,    50,
      56,    -1,    -1,    -1,    -1,    -1,    62,    32,    33,    34,
      35,    36,    37,    38,    39,    20,    41,    42,    43,    44,
      -1,    46,    47,    48,    -1,    50,    -1,    32,    33,    34,
      35,    36,    37,    38,    39,    -1,    41,    42,    43,    44,
      -1,    46,    47,    48,    -1,    50,    32,    33,    34,    35,
      36,    37,    38,    39,    -1,    41,    42,    43,    44,    -1,
      46,    47,    48,    -1,    50,    -1,    -1,    -1,    -1,    -1,
      -1,    -1,    58,    32,    33,    34,    35,    36,    37,    38,
      39,    -1,    41,    42,    43,    44,    -1,    46,    47,    48,
      -1,    50,    -1,    -1,    -1,    -1,    -1,    -1,    57,    32,
      33,    34,    35,    36,    37,    38,    39,    -1,    41,    42,
      43,    44,    -1,    46,    47,    48,    -1,    50,    -1,    -1,
      -1,    -1,    -1,    -1,    57,    32,    33,    34,    35,    36,
      37,    38,    39,    -1,    41,    42,    43,    44,    -1,    46,
      47,    48,    -1,    50,    -1,    -1,    53,    32,    33,    34,
      35,    36,    37,    38,    39,    -1,    41,    42,    43,    44,
      -1,    46,    47,    48,    -1,    50,    -1,    -1,    53,    32,
      33,    34,    35,    36,    37,    38,    39,    -1,    41,    42,
      43,    44,    -1,    46,    47,    48,    -1,    50,    -1,    -1,
      53,    32,    33,    34,    35,    36,    37,    38,    39,    -1,
      41,    42,    43,    44,    -1,    46,    47,    48,    -1,    50,
      -1,    -1,    53,    32,    33,    34,    35,    36,    37,    38,
      39,    -1,    41,    42,    43,    44,    -1,    46,    47,    48,
      -1,    50,    -1,    -1,    53,    32,    33,    34,    35,    36,
      37,    38,    39,    -1,    41,    42,    43,    44,    -1,    46,
      47,    48,    -1,    50,    -1,    -1,    53,    32,    33,    34,
      35,    36,    37,    38,    39,    -1,    41,    42,    43,    44,
      -1,    46,    47,    48,    -1,    50,    -1,    -1,    53,    32,
      33,    34,    35,    36,    37,    38,    39,    -1,    41,    42,
      43,    44,    -1,    46,    47,    48,    -1,    50,    -1,    -1,
      53,    32,    33,    34,    35,    36,    37,    38,    39,    -1,
      41,    42,    43,    44,    -1,    46,    47,    48,    -1,    50,
      -1,    -1,    53,    32,    33,    34,    35,    36,    37,    38,
      39,    40,    41,    42,    43,    44,    -1,    46,    47,    48,
      -1,    50,    32,    33,    34,    35,    36,    37,    38,    39,
      -1,    41,    42,    43,    44,    -1,    46,    47,    48,    -1,
      50,    33,    34,    35,    36,    37,    38,    39,    -1,    41,
      42,    43,    44,    -1,    46,    47,    48,    -1,    50,    35,
      36,    -1,    -1,    -1,    -1,    41,    42,    43,    44,    -1,
      46,    47,    48,    -1,    50
};

/* YYSTOS[STATE-NUM] -- The symbol kind of the accessing symbol of
   state STATE-NUM.  */
static const yytype_int8 yystos[] =
{
       0,    64,    65,     0,     1,     3,     4,     5,     6,     7,
       8,     9,    10,    11,    12,    13,    15,    16,    17,    18,
      19,    21,    22,    23,    25,    56,    68,    69,    92,    53,
      69,    69,    72,    29,    72,    73,    73,    73,    72,    69,
      69,    94,    95,   101,    92,    25,    27,    28,    30,    31,
      44,    56,    62,    69,    70,    71,   101,   102,   103,   104,
     105,   106,    69,    69,    82,    82,    69,    89,    89,    92,
      51,    69,    69,   106,    91,    92,    59,    54,    53,    59,
      54,    53,    40,    53,    53,    54,    55,    54,    54,    61,
      53,    58,    61,    53,    54,   106,   106,   106,    54,    59,
      56,    56,    59,    59,    59,    14,    32,    33,    34,    35,
      36,    37,    38,    39,    41,    42,    43,    44,    46,    47,
      48,    50,    93,    59,    84,    56,    54,    54,    41,    51,
      67,    67,    54,    87,    51,    58,    57,    58,    26,    46,
      69,    71,    97,    98,    99,   106,   106,    46,    74,    75,
     106,    51,    79,    80,   106,    24,   106,    25,    31,    70,
      77,   106,    70,    78,    69,    95,    69,   106,    57,   106,
      97,    97,   100,   100,    97,    97,    97,    94,    70,   106,
     106,   106,   106,   106,   106,   106,   106,   106,   106,   106,
     106,   106,   106,   106,    53,    10,    16,    69,    85,    86,
      56,    69,    83,   106,    96,   106,   106,    66,   106,     1,
      26,    52,    69,    88,    87,    29,    54,    92,    54,    60,
      58,    53,    58,    60,    79,    81,    53,    56,    53,    56,
      53,    53,    59,    53,    53,    93,    60,    57,    57,    60,
      60,    60,    56,    59,    40,    69,    69,    54,    58,    60,
      73,    76,    57,    58,    53,    53,    58,    20,    52,    68,
      53,    53,    54,    54,    52,    53,   106,    71,   106,    99,
      75,    52,    58,   106,   100,    97,    53,   106,   100,    97,
     106,    54,   106,    86,    57,    58,    69,   106,    72,    90,
     106,   106,    53,    52,    79,    57,    57,    60,    57,    60,
      71,   106,    32,    73,    54,    58,    53,    53,    56,    56,
      73,   106,    72,   100,    76,    67,    54,    57,    57,   106,
      67
};

/* YYR1[RULE-NUM] -- Symbol kind of the left-hand side of rule RULE-NUM.  */
static const yytype_int8 yyr1[] =
{
       0,    63,    64,    65,    65,    66,    66,    67,    68,    68,
      68,    68,    68,    68,    68,    68,    68,    68,    68,    68,
      68,    68,    68,    68,    68,    68,    68,    68,    68,    68,
      68,    68,    68,    68,    68,    69,    70,    70,    71,    72,
      72,    73,    73,    74,    74,    75,    75,    76,    76,    77,
      78,    78,    79,    79,    80,    80,    81,    81,    82,    83,
      83,    84,    84,    85,    85,    86,    86,    86,    86,    86,
      86,    87,    87,    87,    88,    88,    89,    89,    90,    90,
      91,    91,    92,    92,    93,    93,    94,    94,    95,    95,
      96,    96,    97,    97,    97,    98,    98,    99,    99,    99,
      99,    99,    99,   100,   101,   101,   102,   103,   103,   103,
     103,   103,   103,   104,   104,   104,   105,   105,   106,   106,
     106,   106,   106,   106,   106,   106,   106,   106,   106,   106,
     106,   106,   106,   106,   106,   106,   106,   106,   106,   106,
     106,   106,   106
};

/* YYR2[RULE-NUM] -- Number of symbols on the right-hand side of rule RULE-NUM.  */
static const yytype_int8 yyr2[] =
{
       0,     2,     1,     0,     2,     0,     2,     3,     3,     5,
       3,     3,     3,     5,     5,     5,     5,     3,     3,     5,
       4,     6,     4,     5,     5,     5,     9,    11,     4,     6,
       5,     5,     3,     3,     2,     1,     1,     1,     1,     1,
       4,     1,     6,     1,     3,     1,     1,     1,     3,     4,
       1,     4,     1,     1,     3,     4,     1,     3,     4,     1,
       3,     0,     3,     1,     3,     1,     3,     2,     4,     4,
       2,     0,     2,     3,     4,     4,     3,     5,     3,     5,
       1,     3,     1,     4,     0,     2,     1,     3,     1,     1,
       1,     3,     1,     2,     0,     1,     3,     1,     1,     1,
       3,     1,     3,     1,     3,     3,     4,     1,     3,     4,
       4,     4,     4,     1,     1,     1,     1,     1,     1,     1,
       1,     5,     3,     6,     6,     9,     2,     2,     3,     3,
       3,     3,     3,     3,     3,     3,     3,     3,     3,     3,
       3,     3,     5
};


enum { YYENOMEM = -2 };

#define yyerrok         (yyerrstatus = 0)
#define yyclearin       (yychar = NNC_YYEMPTY)

#define YYACCEPT        goto yyacceptlab
#define YYABORT         goto yyabortlab
#define YYERROR         goto yyerrorlab
#define YYNOMEM         goto yyexhaustedlab


#define YYRECOVERING()  (!!yyerrstatus)

#define YYBACKUP(Token, Value)                                    \
  do                                                              \
    if (yychar == NNC_YYEMPTY)                                        \
      {                                                           \
        yychar = (Token);                                         \
        yylval = (Value);                                         \
        YYPOPSTACK (yylen);                                       \
        yystate = *yyssp;                                         \
        YY_LAC_DISCARD ("YYBACKUP");                              \
        goto yybackup;                                            \
      }                                                           \
    else                                                          \
      {                                                           \
        yyerror (&yylloc, scanner, p, YY_("syntax error: cannot back up")); \
        YYERROR;                                                  \
      }                                                           \
  while (0)

/* Backward compatibility with an undocumented macro.
   Use NNC_YYerror or NNC_YYUNDEF. */
#define YYERRCODE NNC_YYUNDEF

/* YYLLOC_DEFAULT -- Set CURRENT to span from RHS[1] to RHS[N].
   If N is 0, then set CURRENT to the empty location which ends
   the previous symbol: RHS[0] (always defined).  */

#ifndef YYLLOC_DEFAULT
# define YYLLOC_DEFAULT(Current, Rhs, N)                                \
    do                                                                  \
      if (N)                                                            \
        {                                                               \
          (Current).first_line   = YYRHSLOC (Rhs, 1).first_line;        \
          (Current).first_column = YYRHSLOC (Rhs, 1).first_column;      \
          (Current).last_line    = YYRHSLOC (Rhs, N).last_line;         \
          (Current).last_column  = YYRHSLOC (Rhs, N).last_column;       \
        }                                                               \
      else                                                              \
        {                                                               \
          (Current).first_line   = (Current).last_line   =              \
            YYRHSLOC (Rhs, 0).last_line;                                \
          (Current).first_column = (Current).last_column =              \
            YYRHSLOC (Rhs, 0).last_column;                              \
        }                                                               \
    while (0)
#endif

#define YYRHSLOC(Rhs, K) ((Rhs)[K])


/* Enable debugging if requested.  */
#if NNC_YYDEBUG

# ifndef YYFPRINTF
#  include <stdio.h> /* INFRINGES ON USER NAME SPACE */
#  define YYFPRINTF fprintf
# endif

# define YYDPRINTF(Args)                        \
do {                                            \
  if (yydebug)                                  \
    YYFPRINTF Args;                             \
} while (0)


/* YYLOCATION_PRINT -- Print the location on the stream.
   This macro was not mandated originally: define only if we know
   we won't break user code: when these are the locations we know.  */

# ifndef YYLOCATION_PRINT

#  if defined YY_LOCATION_PRINT

   /* Temporary convenience wrapper in case some people defined the
      undocumented and private YY_LOCATION_PRINT macros.  */
#   define YYLOCATION_PRINT(File, Loc)  YY_LOCATION_PRINT(File, *(Loc))

#  elif defined NNC_YYLTYPE_IS_TRIVIAL && NNC_YYLTYPE_IS_TRIVIAL

/* Print *YYLOCP on YYO.  Private, do not rely on its existence. */

YY_ATTRIBUTE_UNUSED
static int
yy_location_print_ (FILE *yyo, YYLTYPE const * const yylocp)
{
  int res = 0;
  int end_col = 0 != yylocp->last_column ? yylocp->last_column - 1 : 0;
  if (0 <= yylocp->first_line)
    {
      res += YYFPRINTF (yyo, "%d", yylocp->first_line);
      if (0 <= yylocp->first_column)
        res += YYFPRINTF (yyo, ".%d", yylocp->first_column);
    }
  if (0 <= yylocp->last_line)
    {
      if (yylocp->first_line < yylocp->last_line)
        {
          res += YYFPRINTF (yyo, "-%d", yylocp->last_line);
          if (0 <= end_col)
            res += YYFPRINTF (yyo, ".%d", end_col);
        }
      else if (0 <= end_col && yylocp->first_column < end_col)
        res += YYFPRINTF (yyo, "-%d", end_col);
    }
  return res;
}

#   define YYLOCATION_PRINT  yy_location_print_

    /* Temporary convenience wrapper in case some people defined the
       undocumented and private YY_LOCATION_PRINT macros.  */
#   define YY_LOCATION_PRINT(File, Loc)  YYLOCATION_PRINT(File, &(Loc))

#  else

#   define YYLOCATION_PRINT(File, Loc) ((void) 0)
    /* Temporary convenience wrapper in case some people defined the
       undocumented and private YY_LOCATION_PRINT macros.  */
#   define YY_LOCATION_PRINT  YYLOCATION_PRINT

#  endif
# endif /* !defined YYLOCATION_PRINT */


# define YY_SYMBOL_PRINT(Title, Kind, Value, Location)                    \
do {                                                                      \
  if (yydebug)                                                            \
    {                                                                     \
      YYFPRINTF (stderr, "%s ", Title);                                   \
      yy_symbol_print (stderr,                                            \
                  Kind, Value, Location, scanner, p); \
      YYFPRINTF (stderr, "\n");                                           \
    }                                                                     \
} while (0)


/*-----------------------------------.
| Print this symbol's value on YYO.  |
`-----------------------------------*/

static void
yy_symbol_value_print (FILE *yyo,
                       yysymbol_kind_t yykind, YYSTYPE const * const yyvaluep, YYLTYPE const * const yylocationp, void *scanner, parse_state *p)
{
  FILE *yyoutput = yyo;
  YY_USE (yyoutput);
  YY_USE (yylocationp);
  YY_USE (scanner);
  YY_USE (p);
  if (!yyvaluep)
    return;
  YY_IGNORE_MAYBE_UNINITIALIZED_BEGIN
  YY_USE (yykind);
  YY_IGNORE_MAYBE_UNINITIALIZED_END
}


/*---------------------------.
| Print this symbol on YYO.  |
`---------------------------*/

static void
yy_symbol_print (FILE *yyo,
                 yysymbol_kind_t yykind, YYSTYPE const * const yyvaluep, YYLTYPE const * const yylocationp, void *scanner, parse_state *p)
{
  YYFPRINTF (yyo, "%s %s (",
             yykind < YYNTOKENS ? "token" : "nterm", yysymbol_name (yykind));

  YYLOCATION_PRINT (yyo, yylocationp);
  YYFPRINTF (yyo, ": ");
  yy_symbol_value_print (yyo, yykind, yyvaluep, yylocationp, scanner, p);
  YYFPRINTF (yyo, ")");
}

/*------------------------------------------------------------------.
| yy_stack_print -- Print the state stack from its BOTTOM up to its |
| TOP (included).                                                   |
`------------------------------------------------------------------*/

static void
yy_stack_print (yy_state_t *yybottom, yy_state_t *yytop)
{
  YYFPRINTF (stderr, "Stack now");
  for (; yybottom <= yytop; yybottom++)
    {
      int yybot = *yybottom;
      YYFPRINTF (stderr, " %d", yybot);
    }
  YYFPRINTF (stderr, "\n");
}

# define YY_STACK_PRINT(Bottom, Top)                            \
do {                                                            \
  if (yydebug)                                                  \
    yy_stack_print ((Bottom), (Top));                           \
} while (0)


/*------------------------------------------------.
| Report that the YYRULE is going to be reduced.  |
`------------------------------------------------*/

static void
yy_reduce_print (yy_state_t *yyssp, YYSTYPE *yyvsp, YYLTYPE *yylsp,
                 int yyrule, void *scanner, parse_state *p)
{
  int yylno = yyrline[yyrule];
  int yynrhs = yyr2[yyrule];
  int yyi;
  YYFPRINTF (stderr, "Reducing stack by rule %d (line %d):\n",
             yyrule - 1, yylno);
  /* The symbols being reduced.  */
  for (yyi = 0; yyi < yynrhs; yyi++)
    {
      YYFPRINTF (stderr, "   $%d = ", yyi + 1);
      yy_symbol_print (stderr,
                       YY_ACCESSING_SYMBOL (+yyssp[yyi + 1 - yynrhs]),
                       &yyvsp[(yyi + 1) - (yynrhs)],
                       &(yylsp[(yyi + 1) - (yynrhs)]), scanner, p);
      YYFPRINTF (stderr, "\n");
    }
}

# define YY_REDUCE_PRINT(Rule)          \
do {                                    \
  if (yydebug)                          \
    yy_reduce_print (yyssp, yyvsp, yylsp, Rule, scanner, p); \
} while (0)

/* Nonzero means print parse trace.  It is left uninitialized so that
   multiple parsers can coexist.  */
int yydebug;
#else /* !NNC_YYDEBUG */
# define YYDPRINTF(Args) ((void) 0)
# define YY_SYMBOL_PRINT(Title, Kind, Value, Location)
# define YY_STACK_PRINT(Bottom, Top)
# define YY_REDUCE_PRINT(Rule)
#endif /* !NNC_YYDEBUG */


/* YYINITDEPTH -- initial size of the parser's stacks.  */
#ifndef YYINITDEPTH
# define YYINITDEPTH 200
#endif

/* YYMAXDEPTH -- maximum size the stacks can grow to (effective only
   if the built-in stack extension method is used).

   Do not make this value too large; the results are undefined if
   YYSTACK_ALLOC_MAXIMUM < YYSTACK_BYTES (YYMAXDEPTH)
   evaluated with infinite-precision integer arithmetic.  */

#ifndef YYMAXDEPTH
# define YYMAXDEPTH 10000
#endif


/* Given a state stack such that *YYBOTTOM is its bottom, such that
   *YYTOP is either its top or is YYTOP_EMPTY to indicate an empty
   stack, and such that *YYCAPACITY is the maximum number of elements it
   can hold without a reallocation, make sure there is enough room to
   store YYADD more elements.  If not, allocate a new stack using
   YYSTACK_ALLOC, copy the existing elements, and adjust *YYBOTTOM,
   *YYTOP, and *YYCAPACITY to reflect the new capacity and memory
   location.  If *YYBOTTOM != YYBOTTOM_NO_FREE, then free the old stack
   using YYSTACK_FREE.  Return 0 if successful or if no reallocation is
   required.  Return YYENOMEM if memory is exhausted.  */
static int
yy_lac_stack_realloc (YYPTRDIFF_T *yycapacity, YYPTRDIFF_T yyadd,
#if NNC_YYDEBUG
                      char const *yydebug_prefix,
                      char const *yydebug_suffix,
#endif
                      yy_state_t **yybottom,
                      yy_state_t *yybottom_no_free,
                      yy_state_t **yytop, yy_state_t *yytop_empty)
{
  YYPTRDIFF_T yysize_old =
    *yytop == yytop_empty ? 0 : *yytop - *yybottom + 1;
  YYPTRDIFF_T yysize_new = yysize_old + yyadd;
  if (*yycapacity < yysize_new)
    {
      YYPTRDIFF_T yyalloc = 2 * yysize_new;
      yy_state_t *yybottom_new;
      /* Use YYMAXDEPTH for maximum stack size given that the stack
         should never need to grow larger than the main state stack
         needs to grow without LAC.  */
      if (YYMAXDEPTH < yysize_new)
        {
          YYDPRINTF ((stderr, "%smax size exceeded%s", yydebug_prefix,
                      yydebug_suffix));
          return YYENOMEM;
        }
      if (YYMAXDEPTH < yyalloc)
        yyalloc = YYMAXDEPTH;
      yybottom_new =
        YY_CAST (yy_state_t *,
                 YYSTACK_ALLOC (YY_CAST (YYSIZE_T,
                                         yyalloc * YYSIZEOF (*yybottom_new))));
      if (!yybottom_new)
        {
          YYDPRINTF ((stderr, "%srealloc failed%s", yydebug_prefix,
                      yydebug_suffix));
          return YYENOMEM;
        }
      if (*yytop != yytop_empty)
        {
          YYCOPY (yybottom_new, *yybottom, yysize_old);
          *yytop = yybottom_new + (yysize_old - 1);
        }
      if (*yybottom != yybottom_no_free)
        YYSTACK_FREE (*yybottom);
      *yybottom = yybottom_new;
      *yycapacity = yyalloc;
    }
  return 0;
}

/* Establish the initial context for the current lookahead if no initial
   context is currently established.

   We define a context as a snapshot of the parser stacks.  We define
   the initial context for a lookahead as the context in which the
   parser initially examines that lookahead in order to select a
   syntactic action.  Thus, if the lookahead eventually proves
   syntactically unacceptable (possibly in a later context reached via a
   series of reductions), the initial context can be used to determine
   the exact set of tokens that would be syntactically acceptable in the
   lookahead's place.  Moreover, it is the context after which any
   further semantic actions would be erroneous because they would be
   determined by a syntactically unacceptable token.

   YY_LAC_ESTABLISH should be invoked when a reduction is about to be
   performed in an inconsistent state (which, for the purposes of LAC,
   includes consistent states that don't know they're consistent because
   their default reductions have been disabled).  Iff there is a
   lookahead token, it should also be invoked before reporting a syntax
   error.  This latter case is for the sake of the debugging output.

   For parse.lac=full, the implementation of YY_LAC_ESTABLISH is as
   follows.  If no initial context is currently established for the
   current lookahead, then check if that lookahead can eventually be
   shifted if syntactic actions continue from the current context.
   Report a syntax error if it cannot.  */
#define YY_LAC_ESTABLISH                                                \
do {                                                                    \
  if (!yy_lac_established)                                              \
    {                                                                   \
      YYDPRINTF ((stderr,                                               \
                  "LAC: initial context established for %s\n",          \
                  yysymbol_name (yytoken)));                            \
      yy_lac_established = 1;                                           \
      switch (yy_lac (yyesa, &yyes, &yyes_capacity, yyssp, yytoken))    \
        {                                                               \
        case YYENOMEM:                                                  \
          YYNOMEM;                                                      \
        case 1:                                                         \
          goto yyerrlab;                                                \
        }                                                               \
    }                                                                   \
} while (0)

/* Discard any previous initial lookahead context because of Event,
   which may be a lookahead change or an invalidation of the currently
   established initial context for the current lookahead.

   The most common example of a lookahead change is a shift.  An example
   of both cases is syntax error recovery.  That is, a syntax error
   occurs when the lookahead is syntactically erroneous for the
   currently established initial context, so error recovery manipulates
   the parser stacks to try to find a new initial context in which the
   current lookahead is syntactically acceptable.  If it fails to find
   such a context, it discards the lookahead.  */
#if NNC_YYDEBUG
# define YY_LAC_DISCARD(Event)                                           \
do {                                                                     \
  if (yy_lac_established)                                                \
    {                                                                    \
      YYDPRINTF ((stderr, "LAC: initial context discarded due to "       \
                  Event "\n"));                                          \
      yy_lac_established = 0;                                            \
    }                                                                    \
} while (0)
#else
# define YY_LAC_DISCARD(Event) yy_lac_established = 0
#endif

/* Given the stack whose top is *YYSSP, return 0 iff YYTOKEN can
   eventually (after perhaps some reductions) be shifted, return 1 if
   not, or return YYENOMEM if memory is exhausted.  As preconditions and
   postconditions: *YYES_CAPACITY is the allocated size of the array to
   which *YYES points, and either *YYES = YYESA or *YYES points to an
   array allocated with YYSTACK_ALLOC.  yy_lac may overwrite the
   contents of either array, alter *YYES and *YYES_CAPACITY, and free
   any old *YYES other than YYESA.  */
static int
yy_lac (yy_state_t *yyesa, yy_state_t **yyes,
        YYPTRDIFF_T *yyes_capacity, yy_state_t *yyssp, yysymbol_kind_t yytoken)
{
  yy_state_t *yyes_prev = yyssp;
  yy_state_t *yyesp = yyes_prev;
  /* Reduce until we encounter a shift and thereby accept the token.  */
  YYDPRINTF ((stderr, "LAC: checking lookahead %s:", yysymbol_name (yytoken)));
  if (yytoken == YYSYMBOL_YYUNDEF)
    {
      YYDPRINTF ((stderr, " Always Err\n"));
      return 1;
    }
  while (1)
    {
      int yyrule = yypact[+*yyesp];
      if (yypact_value_is_default (yyrule)
          || (yyrule += yytoken) < 0 || YYLAST < yyrule
          || yycheck[yyrule] != yytoken)
        {
          /* Use the default action.  */
          yyrule = yydefact[+*yyesp];
          if (yyrule == 0)
            {
              YYDPRINTF ((stderr, " Err\n"));
              return 1;
            }
        }
      else
        {
          /* Use the action from yytable.  */
          yyrule = yytable[yyrule];
          if (yytable_value_is_error (yyrule))
            {
              YYDPRINTF ((stderr, " Err\n"));
              return 1;
            }
          if (0 < yyrule)
            {
              YYDPRINTF ((stderr, " S%d\n", yyrule));
              return 0;
            }
          yyrule = -yyrule;
        }
      /* By now we know we have to simulate a reduce.  */
      YYDPRINTF ((stderr, " R%d", yyrule - 1));
      {
        /* Pop the corresponding number of values from the stack.  */
        YYPTRDIFF_T yylen = yyr2[yyrule];
        /* First pop from the LAC stack as many tokens as possible.  */
        if (yyesp != yyes_prev)
          {
            YYPTRDIFF_T yysize = yyesp - *yyes + 1;
            if (yylen < yysize)
              {
                yyesp -= yylen;
                yylen = 0;
              }
            else
              {
                yyesp = yyes_prev;
                yylen -= yysize;
              }
          }
        /* Only afterwards look at the main stack.  */
        if (yylen)
          yyesp = yyes_prev -= yylen;
      }
      /* Push the resulting state of the reduction.  */
      {
        yy_state_fast_t yystate;
        {
          const int yylhs = yyr1[yyrule] - YYNTOKENS;
          const int yyi = yypgoto[yylhs] + *yyesp;
          yystate = (0 <= yyi && yyi <= YYLAST && yycheck[yyi] == *yyesp
                     ? yytable[yyi]
                     : yydefgoto[yylhs]);
        }
        if (yyesp == yyes_prev)
          {
            yyesp = *yyes;
            YY_IGNORE_USELESS_CAST_BEGIN
            *yyesp = YY_CAST (yy_state_t, yystate);
            YY_IGNORE_USELESS_CAST_END
          }
        else
          {
            if (yy_lac_stack_realloc (yyes_capacity, 1,
#if NNC_YYDEBUG
                                      " (", ")",
#endif
                                      yyes, yyesa, &yyesp, yyes_prev))
              {
                YYDPRINTF ((stderr, "\n"));
                return YYENOMEM;
              }
            YY_IGNORE_USELESS_CAST_BEGIN
            *++yyesp = YY_CAST (yy_state_t, yystate);
            YY_IGNORE_USELESS_CAST_END
          }
        YYDPRINTF ((stderr, " G%d", yystate));
      }
    }
}

/* Context of a parse error.  */
typedef struct
{
  yy_state_t *yyssp;
  yy_state_t *yyesa;
  yy_state_t **yyes;
  YYPTRDIFF_T *yyes_capacity;
  yysymbol_kind_t yytoken;
  YYLTYPE *yylloc;
} yypcontext_t;

/* Put in YYARG at most YYARGN of the expected tokens given the
   current YYCTX, and return the number of tokens stored in YYARG.  If
   YYARG is null, return the number of expected tokens (guaranteed to
   be less than YYNTOKENS).  Return YYENOMEM on memory exhaustion.
   Return 0 if there are more than YYARGN expected tokens, yet fill
   YYARG up to YYARGN. */
static int
yypcontext_expected_tokens (const yypcontext_t *yyctx,
                            yysymbol_kind_t yyarg[], int yyargn)
{
  /* Actual size of YYARG. */
  int yycount = 0;

  int yyx;
  for (yyx = 0; yyx < YYNTOKENS; ++yyx)
    {
      yysymbol_kind_t yysym = YY_CAST (yysymbol_kind_t, yyx);
      if (yysym != YYSYMBOL_YYerror && yysym != YYSYMBOL_YYUNDEF)
        switch (yy_lac (yyctx->yyesa, yyctx->yyes, yyctx->yyes_capacity, yyctx->yyssp, yysym))
          {
          case YYENOMEM:
            return YYENOMEM;
          case 1:
            continue;
          default:
            if (!yyarg)
              ++yycount;
            else if (yycount == yyargn)
              return 0;
            else
              yyarg[yycount++] = yysym;
          }
    }
  if (yyarg && yycount == 0 && 0 < yyargn)
    yyarg[0] = YYSYMBOL_YYEMPTY;
  return yycount;
}




/* The kind of the lookahead of this context.  */
static yysymbol_kind_t
yypcontext_token (const yypcontext_t *yyctx) YY_ATTRIBUTE_UNUSED;

static yysymbol_kind_t
yypcontext_token (const yypcontext_t *yyctx)
{
  return yyctx->yytoken;
}

/* The location of the lookahead of this context.  */
static YYLTYPE *
yypcontext_location (const yypcontext_t *yyctx) YY_ATTRIBUTE_UNUSED;

static YYLTYPE *
yypcontext_location (const yypcontext_t *yyctx)
{
  return yyctx->yylloc;
}

/* User defined function to report a syntax error.  */
static int
yyreport_syntax_error (const yypcontext_t *yyctx, void *scanner, parse_state *p);

/*-----------------------------------------------.
| Release the memory associated to this symbol.  |
`-----------------------------------------------*/

static void
yydestruct (const char *yymsg,
            yysymbol_kind_t yykind, YYSTYPE *yyvaluep, YYLTYPE *yylocationp, void *scanner, parse_state *p)
{
  YY_USE (yyvaluep);
  YY_USE (yylocationp);
  YY_USE (scanner);
  YY_USE (p);
  if (!yymsg)
    yymsg = "Deleting";
  YY_SYMBOL_PRINT (yymsg, yykind, yyvaluep, yylocationp);

  YY_IGNORE_MAYBE_UNINITIALIZED_BEGIN
  YY_USE (yykind);
  YY_IGNORE_MAYBE_UNINITIALIZED_END
}






/*----------.
| yyparse.  |
`----------*/

int
yyparse (void *scanner, parse_state *p)
{
/* Lookahead token kind.  */
int yychar;


/* The semantic value of the lookahead symbol.  */
/* Default value used for initialization, for pacifying older GCCs
   or non-GCC compilers.  */
YY_INITIAL_VALUE (static YYSTYPE yyval_default;)
YYSTYPE yylval YY_INITIAL_VALUE (= yyval_default);

/* Location data for the lookahead symbol.  */
static YYLTYPE yyloc_default
# if defined NNC_YYLTYPE_IS_TRIVIAL && NNC_YYLTYPE_IS_TRIVIAL
  = { 1, 1, 1, 1 }
# endif
;
YYLTYPE yylloc = yyloc_default;

    /* Number of syntax errors so far.  */
    int yynerrs = 0;

    yy_state_fast_t yystate = 0;
    /* Number of tokens to shift before error messages enabled.  */
    int yyerrstatus = 0;

    /* Refer to the stacks through separate pointers, to allow yyoverflow
       to reallocate them elsewhere.  */

    /* Their size.  */
    YYPTRDIFF_T yystacksize = YYINITDEPTH;

    /* The state stack: array, bottom, top.  */
    yy_state_t yyssa[YYINITDEPTH];
    yy_state_t *yyss = yyssa;
    yy_state_t *yyssp = yyss;

    /* The semantic value stack: array, bottom, top.  */
    YYSTYPE yyvsa[YYINITDEPTH];
    YYSTYPE *yyvs = yyvsa;
    YYSTYPE *yyvsp = yyvs;

    /* The location stack: array, bottom, top.  */
    YYLTYPE yylsa[YYINITDEPTH];
    YYLTYPE *yyls = yylsa;
    YYLTYPE *yylsp = yyls;

    yy_state_t yyesa[20];
    yy_state_t *yyes = yyesa;
    YYPTRDIFF_T yyes_capacity = 20 < YYMAXDEPTH ? 20 : YYMAXDEPTH;

  /* Whether LAC context is established.  A Boolean.  */
  int yy_lac_established = 0;
  int yyn;
  /* The return value of yyparse.  */
  int yyresult;
  /* Lookahead symbol kind.  */
  yysymbol_kind_t yytoken = YYSYMBOL_YYEMPTY;
  /* The variables used to return semantic value and location from the
     action routines.  */
  YYSTYPE yyval;
  YYLTYPE yyloc;

  /* The locations where the error started and ended.  */
  YYLTYPE yyerror_range[3];



#define YYPOPSTACK(N)   (yyvsp -= (N), yyssp -= (N), yylsp -= (N))

  /* The number of symbols on the RHS of the reduced rule.
     Keep to zero when no symbol should be popped.  */
  int yylen = 0;

  YYDPRINTF ((stderr, "Starting parse\n"));

  yychar = NNC_YYEMPTY; /* Cause a token to be read.  */

  yylsp[0] = yylloc;
  goto yysetstate;


/*------------------------------------------------------------.
| yynewstate -- push a new state, which is found in yystate.  |
`------------------------------------------------------------*/
yynewstate:
  /* In all cases, when you get here, the value and location stacks
     have just been pushed.  So pushing a state here evens the stacks.  */
  yyssp++;


/*--------------------------------------------------------------------.
| yysetstate -- set current state (the top of the stack) to yystate.  |
`--------------------------------------------------------------------*/
yysetstate:
  YYDPRINTF ((stderr, "Entering state %d\n", yystate));
  YY_ASSERT (0 <= yystate && yystate < YYNSTATES);
  YY_IGNORE_USELESS_CAST_BEGIN
  *yyssp = YY_CAST (yy_state_t, yystate);
  YY_IGNORE_USELESS_CAST_END
  YY_STACK_PRINT (yyss, yyssp);

  if (yyss + yystacksize - 1 <= yyssp)
#if !defined yyoverflow && !defined YYSTACK_RELOCATE
    YYNOMEM;
#else
    {
      /* Get the current used size of the three stacks, in elements.  */
      YYPTRDIFF_T yysize = yyssp - yyss + 1;

# if defined yyoverflow
      {
        /* Give user a chance to reallocate the stack.  Use copies of
           these so that the &'s don't force the real ones into
           memory.  */
        yy_state_t *yyss1 = yyss;
        YYSTYPE *yyvs1 = yyvs;
        YYLTYPE *yyls1 = yyls;

        /* Each stack pointer address is followed by the size of the
           data in use in that stack, in bytes.  This used to be a
           conditional around just the two extra args, but that might
           be undefined if yyoverflow is a macro.  */
        yyoverflow (YY_("memory exhausted"),
                    &yyss1, yysize * YYSIZEOF (*yyssp),
                    &yyvs1, yysize * YYSIZEOF (*yyvsp),
                    &yyls1, yysize * YYSIZEOF (*yylsp),
                    &yystacksize);
        yyss = yyss1;
        yyvs = yyvs1;
        yyls = yyls1;
      }
# else /* defined YYSTACK_RELOCATE */
      /* Extend the stack our own way.  */
      if (YYMAXDEPTH <= yystacksize)
        YYNOMEM;
      yystacksize *= 2;
      if (YYMAXDEPTH < yystacksize)
        yystacksize = YYMAXDEPTH;

      {
        yy_state_t *yyss1 = yyss;
        union yyalloc *yyptr =
          YY_CAST (union yyalloc *,
                   YYSTACK_ALLOC (YY_CAST (YYSIZE_T, YYSTACK_BYTES (yystacksize))));
        if (! yyptr)
          YYNOMEM;
        YYSTACK_RELOCATE (yyss_alloc, yyss);
        YYSTACK_RELOCATE (yyvs_alloc, yyvs);
        YYSTACK_RELOCATE (yyls_alloc, yyls);
#  undef YYSTACK_RELOCATE
        if (yyss1 != yyssa)
          YYSTACK_FREE (yyss1);
      }
# endif

      yyssp = yyss + yysize - 1;
      yyvsp = yyvs + yysize - 1;
      yylsp = yyls + yysize - 1;

      YY_IGNORE_USELESS_CAST_BEGIN
      YYDPRINTF ((stderr, "Stack size increased to %ld\n",
                  YY_CAST (long, yystacksize)));
      YY_IGNORE_USELESS_CAST_END

      if (yyss + yystacksize - 1 <= yyssp)
        YYABORT;
    }
#endif /* !defined yyoverflow && !defined YYSTACK_RELOCATE */


  if (yystate == YYFINAL)
    YYACCEPT;

  goto yybackup;


/*-----------.
| yybackup.  |
`-----------*/
yybackup:
  /* Do appropriate processing given the current state.  Read a
     lookahead token if we need one and don't already have one.  */

  /* First try to decide what to do without reference to lookahead token.  */
  yyn = yypact[yystate];
  if (yypact_value_is_default (yyn))
    goto yydefault;

  /* Not known => get a lookahead token if don't already have one.  */

  /* YYCHAR is either empty, or end-of-input, or a valid lookahead.  */
  if (yychar == NNC_YYEMPTY)
    {
      YYDPRINTF ((stderr, "Reading a token\n"));
      yychar = yylex (&yylval, &yylloc, scanner);
    }

  if (yychar <= NNC_YYEOF)
    {
      yychar = NNC_YYEOF;
      yytoken = YYSYMBOL_YYEOF;
      YYDPRINTF ((stderr, "Now at end of input.\n"));
    }
  else if (yychar == NNC_YYerror)
    {
      /* The scanner already issued an error message, process directly
         to error recovery.  But do not keep the error token as
         lookahead, it is too special and may lead us to an endless
         loop in error recovery. */
      yychar = NNC_YYUNDEF;
      yytoken = YYSYMBOL_YYerror;
      yyerror_range[1] = yylloc;
      goto yyerrlab1;
    }
  else
    {
      yytoken = YYTRANSLATE (yychar);
      YY_SYMBOL_PRINT ("Next token is", yytoken, &yylval, &yylloc);
    }

  /* If the proper action on seeing token YYTOKEN is to reduce or to
     detect an error, take that action.  */
  yyn += yytoken;
  if (yyn < 0 || YYLAST < yyn || yycheck[yyn] != yytoken)
    {
      YY_LAC_ESTABLISH;
      goto yydefault;
    }
  yyn = yytable[yyn];
  if (yyn <= 0)
    {
      if (yytable_value_is_error (yyn))
        goto yyerrlab;
      yyn = -yyn;
      YY_LAC_ESTABLISH;
      goto yyreduce;
    }

  /* Count tokens shifted since error; after three, turn off error
     status.  */
  if (yyerrstatus)
    yyerrstatus--;

  /* Shift the lookahead token.  */
  YY_SYMBOL_PRINT ("Shifting", yytoken, &yylval, &yylloc);
  yystate = yyn;
  YY_IGNORE_MAYBE_UNINITIALIZED_BEGIN
  *++yyvsp = yylval;
  YY_IGNORE_MAYBE_UNINITIALIZED_END
  *++yylsp = yylloc;

  /* Discard the shifted token.  */
  yychar = NNC_YYEMPTY;
  YY_LAC_DISCARD ("shift");
  goto yynewstate;


/*-----------------------------------------------------------.
| yydefault -- do the default action for the current state.  |
`-----------------------------------------------------------*/
yydefault:
  yyn = yydefact[yystate];
  if (yyn == 0)
    goto yyerrlab;
  goto yyreduce;


/*-----------------------------.
| yyreduce -- do a reduction.  |
`-----------------------------*/
yyreduce:
  /* yyn is the number of a rule to reduce with.  */
  yylen = yyr2[yyn];

  /* If YYLEN is nonzero, implement the default value of the action:
     '$$ = $1'.

     Otherwise, the following line sets YYVAL to garbage.
     This behavior is undocumented and Bison
     users should not rely upon it.  Assigning to YYVAL
     unconditionally makes the parser a bit smaller, and it avoids a
     GCC warning that YYVAL may be used uninitialized.  */
  yyval = yyvsp[1-yylen];

  /* Default location. */
  YYLLOC_DEFAULT (yyloc, (yylsp - yylen), yylen);
  yyerror_range[1] = yyloc;
  YY_REDUCE_PRINT (yyn);
  {
    int yychar_backup = yychar;
    switch (yyn)
      {
  case 4: /* top: top stmt  */
#line 93 "compiler/syntax/parser.y"
                                    { add(&p->file->stmts, (yyvsp[0].stmt)); }
#line 1939 "build_san/gen/parser.c"
    break;

  case 5: /* stmts: %empty  */
#line 95 "compiler/syntax/parser.y"
                                    { (yyval.stmts) = NEW(ast_stmts); }
#line 1945 "build_san/gen/parser.c"
    break;

  case 6: /* stmts: stmts stmt  */
#line 96 "compiler/syntax/parser.y"
                                    { (yyval.stmts) = (yyvsp[-1].stmts); add((yyvsp[-1].stmts), (yyvsp[0].stmt)); }
#line 1951 "build_san/gen/parser.c"
    break;

  case 7: /* body: '{' stmts '}'  */
#line 98 "compiler/syntax/parser.y"
                                    { (yyval.stmts) = (yyvsp[-1].stmts); }
#line 1957 "build_san/gen/parser.c"
    break;

  case 8: /* stmt: "model" name ';'  */
#line 101 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_MODEL, (yyloc)); (yyval.stmt)->name = (yyvsp[-1].name); }
#line 1963 "build_san/gen/parser.c"
    break;

  case 9: /* stmt: "const" decl '=' value ';'  */
#line 102 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_CONST, (yyloc)); (yyval.stmt)->decl = (yyvsp[-3].decl); (yyval.stmt)->value = (yyvsp[-1].expr); }
#line 1969 "build_san/gen/parser.c"
    break;

  case 10: /* stmt: "import" "a text" ';'  */
#line 103 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_IMPORT, (yyloc)); (yyval.stmt)->string = (yyvsp[-1].string); (yyval.stmt)->string_at = (yylsp[-1]); }
#line 1975 "build_san/gen/parser.c"
    break;

  case 11: /* stmt: "input" typed ';'  */
#line 104 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_INPUT, (yyloc)); (yyval.stmt)->decl = (yyvsp[-1].decl); }
#line 1981 "build_san/gen/parser.c"
    break;

  case 12: /* stmt: "target" typed ';'  */
#line 105 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_TARGET, (yyloc)); (yyval.stmt)->decl = (yyvsp[-1].decl); }
#line 1987 "build_san/gen/parser.c"
    break;

  case 13: /* stmt: "param" typed '~' random ';'  */
#line 106 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_PARAM, (yyloc)); (yyval.stmt)->decl = (yyvsp[-3].decl); (yyval.stmt)->value = (yyvsp[-1].expr); (yyval.stmt)->is_random = true; }
#line 1993 "build_san/gen/parser.c"
    break;

  case 14: /* stmt: "param" typed '=' expr ';'  */
#line 107 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_PARAM, (yyloc)); (yyval.stmt)->decl = (yyvsp[-3].decl); (yyval.stmt)->value = (yyvsp[-1].expr); }
#line 1999 "build_san/gen/parser.c"
    break;

  case 15: /* stmt: "state" decl '=' expr ';'  */
#line 108 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_STATE, (yyloc)); (yyval.stmt)->decl = (yyvsp[-3].decl); (yyval.stmt)->value = (yyvsp[-1].expr); }
#line 2005 "build_san/gen/parser.c"
    break;

  case 16: /* stmt: "stage" name '=' initial ';'  */
#line 109 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_STAGE, (yyloc)); (yyval.stmt)->name = (yyvsp[-3].name); (yyval.stmt)->value = (yyvsp[-1].expr); }
#line 2011 "build_san/gen/parser.c"
    break;

  case 17: /* stmt: "freeze" paths ';'  */
#line 110 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_FREEZE, (yyloc)); over((yyval.stmt), (yyvsp[-1].args)); }
#line 2017 "build_san/gen/parser.c"
    break;

  case 18: /* stmt: "output" lhs ';'  */
#line 111 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_OUTPUT, (yyloc)); vec_push(&(yyval.stmt)->lhs) = (yyvsp[-1].lhs); }
#line 2023 "build_san/gen/parser.c"
    break;

  case 19: /* stmt: "output" lhs '=' expr ';'  */
#line 112 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_OUTPUT, (yyloc)); vec_push(&(yyval.stmt)->lhs) = (yyvsp[-3].lhs); (yyval.stmt)->value = (yyvsp[-1].expr); }
#line 2029 "build_san/gen/parser.c"
    break;

  case 20: /* stmt: "cost" expr over_opt ';'  */
#line 113 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_COST, (yyloc)); (yyval.stmt)->value = (yyvsp[-2].expr); over((yyval.stmt), (yyvsp[-1].args)); }
#line 2035 "build_san/gen/parser.c"
    break;

  case 21: /* stmt: "cost" name '=' expr over_opt ';'  */
#line 114 "compiler/syntax/parser.y"
                                      { (yyval.stmt) = make_stmt(AST_COST, (yyloc)); (yyval.stmt)->name = (yyvsp[-4].name); (yyval.stmt)->value = (yyvsp[-2].expr); over((yyval.stmt), (yyvsp[-1].args)); }
#line 2041 "build_san/gen/parser.c"
    break;

  case 22: /* stmt: "train" '{' settings '}'  */
#line 115 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_TRAIN, (yyloc));
                                      for (int i = 0; i < (yyvsp[-1].args)->count; i++) vec_push(&(yyval.stmt)->settings) = (ast_setting){(yyvsp[-1].args)->data[i].name, (yyvsp[-1].args)->data[i].value}; }
#line 2048 "build_san/gen/parser.c"
    break;

  case 23: /* stmt: "train" name '{' settings '}'  */
#line 117 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_TRAIN, (yyloc)); (yyval.stmt)->name = (yyvsp[-3].name);
                                      for (int i = 0; i < (yyvsp[-1].args)->count; i++) vec_push(&(yyval.stmt)->settings) = (ast_setting){(yyvsp[-1].args)->data[i].name, (yyvsp[-1].args)->data[i].value}; }
#line 2055 "build_san/gen/parser.c"
    break;

  case 24: /* stmt: "fn" fn_head '=' expr ';'  */
#line 119 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = (yyvsp[-3].stmt); (yyval.stmt)->kind = AST_FN; (yyval.stmt)->at = (yyloc); (yyval.stmt)->value = (yyvsp[-1].expr); }
#line 2061 "build_san/gen/parser.c"
    break;

  case 25: /* stmt: "derivative" fn_head '=' values ';'  */
#line 120 "compiler/syntax/parser.y"
                                        { (yyval.stmt) = (yyvsp[-3].stmt); (yyval.stmt)->kind = AST_DERIVATIVE; (yyval.stmt)->at = (yyloc);
                                      for (int i = 0; i < (yyvsp[-1].args)->count; i++) vec_push(&(yyval.stmt)->values) = (yyvsp[-1].args)->data[i].value; }
#line 2068 "build_san/gen/parser.c"
    break;

  case 26: /* stmt: "block" name statics '(' decls ')' "->" typed body  */
#line 123 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = (yyvsp[-6].stmt); (yyval.stmt)->kind = AST_BLOCK; (yyval.stmt)->at = (yyloc); (yyval.stmt)->name = (yyvsp[-7].name); (yyval.stmt)->inputs = *(yyvsp[-4].decls);
                                      vec_push(&(yyval.stmt)->outputs) = (yyvsp[-1].decl); (yyval.stmt)->body = *(yyvsp[0].stmts); }
#line 2075 "build_san/gen/parser.c"
    break;

  case 27: /* stmt: "block" name statics '(' decls ')' "->" '(' decls ')' body  */
#line 126 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = (yyvsp[-8].stmt); (yyval.stmt)->kind = AST_BLOCK; (yyval.stmt)->at = (yyloc); (yyval.stmt)->name = (yyvsp[-9].name); (yyval.stmt)->inputs = *(yyvsp[-6].decls);
                                      (yyval.stmt)->outputs = *(yyvsp[-2].decls); (yyval.stmt)->body = *(yyvsp[0].stmts); }
#line 2082 "build_san/gen/parser.c"
    break;

  case 28: /* stmt: lhs '=' expr ';'  */
#line 128 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_EQUATION, (yyloc)); vec_push(&(yyval.stmt)->lhs) = (yyvsp[-3].lhs); (yyval.stmt)->value = (yyvsp[-1].expr); }
#line 2088 "build_san/gen/parser.c"
    break;

  case 29: /* stmt: '(' lefts ')' '=' expr ';'  */
#line 129 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = (yyvsp[-4].stmt); (yyval.stmt)->kind = AST_EQUATION; (yyval.stmt)->at = (yyloc); (yyval.stmt)->value = (yyvsp[-1].expr); }
#line 2094 "build_san/gen/parser.c"
    break;

  case 30: /* stmt: "update" lhs '=' expr ';'  */
#line 130 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_UPDATE, (yyloc)); vec_push(&(yyval.stmt)->lhs) = (yyvsp[-3].lhs); (yyval.stmt)->value = (yyvsp[-1].expr); }
#line 2100 "build_san/gen/parser.c"
    break;

  case 31: /* stmt: "require" expr ',' "a text" ';'  */
#line 131 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_REQUIRE, (yyloc)); (yyval.stmt)->value = (yyvsp[-3].expr); (yyval.stmt)->string = (yyvsp[-1].string); (yyval.stmt)->string_at = (yylsp[-1]); }
#line 2106 "build_san/gen/parser.c"
    break;

  case 32: /* stmt: "scan" loop body  */
#line 132 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = (yyvsp[-1].stmt); (yyval.stmt)->kind = AST_SCAN; (yyval.stmt)->at = (yyloc); (yyval.stmt)->body = *(yyvsp[0].stmts); }
#line 2112 "build_san/gen/parser.c"
    break;

  case 33: /* stmt: "repeat" loop body  */
#line 133 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = (yyvsp[-1].stmt); (yyval.stmt)->kind = AST_REPEAT; (yyval.stmt)->at = (yyloc); (yyval.stmt)->body = *(yyvsp[0].stmts); }
#line 2118 "build_san/gen/parser.c"
    break;

  case 34: /* stmt: error ';'  */
#line 134 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = NULL; p->recovering = false; yyerrok; }
#line 2124 "build_san/gen/parser.c"
    break;

  case 38: /* extremum: "max or min"  */
#line 141 "compiler/syntax/parser.y"
                                    { (yyval.name) = (ast_name){intern(ast_reduction_text[(yyvsp[0].reduction)]), (yylsp[0])}; }
#line 2130 "build_san/gen/parser.c"
    break;

  case 39: /* decl: name  */
#line 145 "compiler/syntax/parser.y"
                                    { (yyval.decl) = (ast_decl){.name = (yyvsp[0].name), .at = (yyloc)}; }
#line 2136 "build_san/gen/parser.c"
    break;

  case 40: /* decl: name '[' dims ']'  */
#line 146 "compiler/syntax/parser.y"
                                    { (yyval.decl) = (ast_decl){.name = (yyvsp[-3].name), .has_shape = true, .dims = *(yyvsp[-1].dims), .at = (yyloc)}; }
#line 2142 "build_san/gen/parser.c"
    break;

  case 42: /* typed: decl ':' "index" '(' expr ')'  */
#line 149 "compiler/syntax/parser.y"
                                    { (yyval.decl) = (yyvsp[-5].decl); (yyval.decl).classes = (yyvsp[-1].expr); (yyval.decl).at = (yyloc); }
#line 2148 "build_san/gen/parser.c"
    break;

  case 43: /* dims: dim  */
#line 151 "compiler/syntax/parser.y"
                                    { (yyval.dims) = NEW(ast_dims); vec_push((yyval.dims)) = (yyvsp[0].dim); }
#line 2154 "build_san/gen/parser.c"
    break;

  case 44: /* dims: dims ',' dim  */
#line 152 "compiler/syntax/parser.y"
                                    { (yyval.dims) = (yyvsp[-2].dims); vec_push((yyval.dims)) = (yyvsp[0].dim); }
#line 2160 "build_san/gen/parser.c"
    break;

  case 45: /* dim: expr  */
#line 154 "compiler/syntax/parser.y"
                                    { (yyval.dim) = (ast_dim){(yyvsp[0].expr), (yylsp[0])}; }
#line 2166 "build_san/gen/parser.c"
    break;

  case 46: /* dim: '*'  */
#line 155 "compiler/syntax/parser.y"
                                    { (yyval.dim) = (ast_dim){NULL, (yylsp[0])}; }
#line 2172 "build_san/gen/parser.c"
    break;

  case 47: /* decls: typed  */
#line 157 "compiler/syntax/parser.y"
                                    { (yyval.decls) = NEW(ast_decls); vec_push((yyval.decls)) = (yyvsp[0].decl); }
#line 2178 "build_san/gen/parser.c"
    break;

  case 48: /* decls: decls ',' typed  */
#line 158 "compiler/syntax/parser.y"
                                    { (yyval.decls) = (yyvsp[-2].decls); vec_push((yyval.decls)) = (yyvsp[0].decl); }
#line 2184 "build_san/gen/parser.c"
    break;

  case 49: /* random: callable '(' args ')'  */
#line 160 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_call(AST_CALL, (yyvsp[-3].name), NULL, (yyvsp[-1].args), NULL, (yyloc)); }
#line 2190 "build_san/gen/parser.c"
    break;

  case 50: /* initial: callable  */
#line 161 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_call(AST_CALL, (yyvsp[0].name), NULL, NULL, NULL, (yyloc)); }
#line 2196 "build_san/gen/parser.c"
    break;

  case 51: /* initial: callable '[' items ']'  */
#line 162 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_call(AST_CALL, (yyvsp[-3].name), (yyvsp[-1].args), NULL, NULL, (yyloc)); }
#line 2202 "build_san/gen/parser.c"
    break;

  case 54: /* braces: '{' braced '}'  */
#line 167 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_braces((yyvsp[-1].args), (yyloc)); }
#line 2208 "build_san/gen/parser.c"
    break;

  case 55: /* braces: '{' braced ',' '}'  */
#line 168 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_braces((yyvsp[-2].args), (yyloc)); }
#line 2214 "build_san/gen/parser.c"
    break;

  case 56: /* braced: value  */
#line 170 "compiler/syntax/parser.y"
                                    { (yyval.args) = NEW(ast_args); vec_push((yyval.args)) = (ast_arg){.value = (yyvsp[0].expr)}; }
#line 2220 "build_san/gen/parser.c"
    break;

  case 57: /* braced: braced ',' value  */
#line 171 "compiler/syntax/parser.y"
                                    { (yyval.args) = (yyvsp[-2].args); vec_push((yyval.args)) = (ast_arg){.value = (yyvsp[0].expr)}; }
#line 2226 "build_san/gen/parser.c"
    break;

  case 58: /* fn_head: name '(' params ')'  */
#line 173 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_FN, (yyloc)); (yyval.stmt)->name = (yyvsp[-3].name);
                                      for (int i = 0; i < (yyvsp[-1].args)->count; i++) vec_push(&(yyval.stmt)->params) = (yyvsp[-1].args)->data[i].name; }
#line 2233 "build_san/gen/parser.c"
    break;

  case 59: /* params: name  */
#line 175 "compiler/syntax/parser.y"
                                    { (yyval.args) = NEW(ast_args); vec_push((yyval.args)) = (ast_arg){.name = (yyvsp[0].name)}; }
#line 2239 "build_san/gen/parser.c"
    break;

  case 60: /* params: params ',' name  */
#line 176 "compiler/syntax/parser.y"
                                    { (yyval.args) = (yyvsp[-2].args); vec_push((yyval.args)) = (ast_arg){.name = (yyvsp[0].name)}; }
#line 2245 "build_san/gen/parser.c"
    break;

  case 61: /* statics: %empty  */
#line 178 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_BLOCK, (yyloc)); }
#line 2251 "build_san/gen/parser.c"
    break;

  case 62: /* statics: '[' static_list ']'  */
#line 179 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = (yyvsp[-1].stmt); (yyval.stmt)->has_statics = true; }
#line 2257 "build_san/gen/parser.c"
    break;

  case 63: /* static_list: static  */
#line 181 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_BLOCK, (yyloc)); vec_push(&(yyval.stmt)->statics) = (yyvsp[0].fixed); }
#line 2263 "build_san/gen/parser.c"
    break;

  case 64: /* static_list: static_list ',' static  */
#line 182 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = (yyvsp[-2].stmt); vec_push(&(yyval.stmt)->statics) = (yyvsp[0].fixed); }
#line 2269 "build_san/gen/parser.c"
    break;

  case 65: /* static: name  */
#line 184 "compiler/syntax/parser.y"
                                    { (yyval.fixed) = (ast_static){AST_STATIC_NUMBER, (yyvsp[0].name), NULL, (yyloc)}; }
#line 2275 "build_san/gen/parser.c"
    break;

  case 66: /* static: name '=' expr  */
#line 185 "compiler/syntax/parser.y"
                                    { (yyval.fixed) = (ast_static){AST_STATIC_NUMBER, (yyvsp[-2].name), (yyvsp[0].expr), (yyloc)}; }
#line 2281 "build_san/gen/parser.c"
    break;

  case 67: /* static: "fn" name  */
#line 186 "compiler/syntax/parser.y"
                                    { (yyval.fixed) = (ast_static){AST_STATIC_FN, (yyvsp[0].name), NULL, (yyloc)}; }
#line 2287 "build_san/gen/parser.c"
    break;

  case 68: /* static: "fn" name '=' expr  */
#line 187 "compiler/syntax/parser.y"
                                    { (yyval.fixed) = (ast_static){AST_STATIC_FN, (yyvsp[-2].name), (yyvsp[0].expr), (yyloc)}; }
#line 2293 "build_san/gen/parser.c"
    break;

  case 69: /* static: "fn" name '=' extremum  */
#line 188 "compiler/syntax/parser.y"
                                    { (yyval.fixed) = (ast_static){AST_STATIC_FN, (yyvsp[-2].name), make_name((yyvsp[0].name)), (yyloc)}; }
#line 2299 "build_san/gen/parser.c"
    break;

  case 70: /* static: "stage" name  */
#line 189 "compiler/syntax/parser.y"
                                    { (yyval.fixed) = (ast_static){AST_STATIC_STAGE, (yyvsp[0].name), NULL, (yyloc)}; }
#line 2305 "build_san/gen/parser.c"
    break;

  case 71: /* settings: %empty  */
#line 191 "compiler/syntax/parser.y"
                                    { (yyval.args) = NEW(ast_args); }
#line 2311 "build_san/gen/parser.c"
    break;

  case 72: /* settings: settings setting  */
#line 192 "compiler/syntax/parser.y"
                                    { (yyval.args) = (yyvsp[-1].args); vec_push((yyval.args)) = (yyvsp[0].arg); }
#line 2317 "build_san/gen/parser.c"
    break;

  case 73: /* settings: settings error ';'  */
#line 193 "compiler/syntax/parser.y"
                                    { (yyval.args) = (yyvsp[-2].args); p->recovering = false; yyerrok; }
#line 2323 "build_san/gen/parser.c"
    break;

  case 74: /* setting: name '=' expr ';'  */
#line 195 "compiler/syntax/parser.y"
                                    { (yyval.arg) = (ast_arg){(yyvsp[-3].name), (yyvsp[-1].expr)}; }
#line 2329 "build_san/gen/parser.c"
    break;

  case 75: /* setting: "batch" '=' expr ';'  */
#line 196 "compiler/syntax/parser.y"
                                    { (yyval.arg) = (ast_arg){(yyvsp[-3].name), (yyvsp[-1].expr)}; }
#line 2335 "build_san/gen/parser.c"
    break;

  case 76: /* loop: name '<' expr  */
#line 198 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_SCAN, (yyloc)); (yyval.stmt)->binder = (ast_binder){.name = (yyvsp[-2].name), .bound = (yyvsp[0].expr), .at = (yyloc)}; }
#line 2341 "build_san/gen/parser.c"
    break;

  case 77: /* loop: name '<' expr "carry" carries  */
#line 199 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = (yyvsp[0].stmt); (yyval.stmt)->binder = (ast_binder){.name = (yyvsp[-4].name), .bound = (yyvsp[-2].expr), .at = (yylsp[-4])}; }
#line 2347 "build_san/gen/parser.c"
    break;

  case 78: /* carries: decl '=' expr  */
#line 201 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_SCAN, (yyloc)); vec_push(&(yyval.stmt)->carries) = (ast_carry){(yyvsp[-2].decl), (yyvsp[0].expr)}; }
#line 2353 "build_san/gen/parser.c"
    break;

  case 79: /* carries: carries ',' decl '=' expr  */
#line 202 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = (yyvsp[-4].stmt); vec_push(&(yyval.stmt)->carries) = (ast_carry){(yyvsp[-2].decl), (yyvsp[0].expr)}; }
#line 2359 "build_san/gen/parser.c"
    break;

  case 80: /* lefts: lhs  */
#line 204 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = make_stmt(AST_EQUATION, (yyloc)); vec_push(&(yyval.stmt)->lhs) = (yyvsp[0].lhs); }
#line 2365 "build_san/gen/parser.c"
    break;

  case 81: /* lefts: lefts ',' lhs  */
#line 205 "compiler/syntax/parser.y"
                                    { (yyval.stmt) = (yyvsp[-2].stmt); vec_push(&(yyval.stmt)->lhs) = (yyvsp[0].lhs); }
#line 2371 "build_san/gen/parser.c"
    break;

  case 82: /* lhs: name  */
#line 207 "compiler/syntax/parser.y"
                                    { (yyval.lhs) = (ast_lhs){.name = (yyvsp[0].name), .at = (yyloc)}; }
#line 2377 "build_san/gen/parser.c"
    break;

  case 83: /* lhs: name '[' items ']'  */
#line 208 "compiler/syntax/parser.y"
                                    { (yyval.lhs) = (ast_lhs){.name = (yyvsp[-3].name), .subscripted = true, .at = (yyloc)};
                                      for (int i = 0; i < (yyvsp[-1].args)->count; i++) vec_push(&(yyval.lhs).subs) = make_binder(&(yyvsp[-1].args)->data[i]); }
#line 2384 "build_san/gen/parser.c"
    break;

  case 84: /* over_opt: %empty  */
#line 211 "compiler/syntax/parser.y"
                                    { (yyval.args) = NEW(ast_args); }
#line 2390 "build_san/gen/parser.c"
    break;

  case 85: /* over_opt: "over" paths  */
#line 212 "compiler/syntax/parser.y"
                                    { (yyval.args) = (yyvsp[0].args); }
#line 2396 "build_san/gen/parser.c"
    break;

  case 86: /* paths: named_path  */
#line 214 "compiler/syntax/parser.y"
                                    { (yyval.args) = NEW(ast_args); vec_push((yyval.args)) = (ast_arg){.value = (yyvsp[0].expr)}; }
#line 2402 "build_san/gen/parser.c"
    break;

  case 87: /* paths: paths ',' named_path  */
#line 215 "compiler/syntax/parser.y"
                                    { (yyval.args) = (yyvsp[-2].args); vec_push((yyval.args)) = (ast_arg){.value = (yyvsp[0].expr)}; }
#line 2408 "build_san/gen/parser.c"
    break;

  case 88: /* named_path: name  */
#line 217 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_name((yyvsp[0].name)); }
#line 2414 "build_san/gen/parser.c"
    break;

  case 90: /* values: expr  */
#line 220 "compiler/syntax/parser.y"
                                    { (yyval.args) = NEW(ast_args); vec_push((yyval.args)) = (ast_arg){.value = (yyvsp[0].expr)}; }
#line 2420 "build_san/gen/parser.c"
    break;

  case 91: /* values: values ',' expr  */
#line 221 "compiler/syntax/parser.y"
                                    { (yyval.args) = (yyvsp[-2].args); vec_push((yyval.args)) = (ast_arg){.value = (yyvsp[0].expr)}; }
#line 2426 "build_san/gen/parser.c"
    break;

  case 94: /* items: %empty  */
#line 228 "compiler/syntax/parser.y"
                                    { (yyval.args) = NEW(ast_args); }
#line 2432 "build_san/gen/parser.c"
    break;

  case 95: /* items1: item  */
#line 230 "compiler/syntax/parser.y"
                                    { (yyval.args) = NEW(ast_args); vec_push((yyval.args)) = (yyvsp[0].arg); }
#line 2438 "build_san/gen/parser.c"
    break;

  case 96: /* items1: items1 ',' item  */
#line 231 "compiler/syntax/parser.y"
                                    { (yyval.args) = (yyvsp[-2].args); vec_push((yyval.args)) = (yyvsp[0].arg); }
#line 2444 "build_san/gen/parser.c"
    break;

  case 97: /* item: expr  */
#line 233 "compiler/syntax/parser.y"
                                    { (yyval.arg) = (ast_arg){.value = (yyvsp[0].expr)}; }
#line 2450 "build_san/gen/parser.c"
    break;

  case 98: /* item: '*'  */
#line 234 "compiler/syntax/parser.y"
                                    { (yyval.arg) = (ast_arg){.value = make_expr(AST_STAR, (yylsp[0]))}; }
#line 2456 "build_san/gen/parser.c"
    break;

  case 99: /* item: "batch"  */
#line 235 "compiler/syntax/parser.y"
                                    { (yyval.arg) = (ast_arg){.value = make_name((yyvsp[0].name))}; }
#line 2462 "build_san/gen/parser.c"
    break;

  case 100: /* item: name '=' expr  */
#line 236 "compiler/syntax/parser.y"
                                    { (yyval.arg) = (ast_arg){(yyvsp[-2].name), (yyvsp[0].expr)}; }
#line 2468 "build_san/gen/parser.c"
    break;

  case 101: /* item: extremum  */
#line 237 "compiler/syntax/parser.y"
                                    { (yyval.arg) = (ast_arg){.value = make_name((yyvsp[0].name))}; }
#line 2474 "build_san/gen/parser.c"
    break;

  case 102: /* item: name '=' extremum  */
#line 238 "compiler/syntax/parser.y"
                                    { (yyval.arg) = (ast_arg){(yyvsp[-2].name), make_name((yyvsp[0].name))}; }
#line 2480 "build_san/gen/parser.c"
    break;

  case 104: /* path: name '.' name  */
#line 242 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_expr(AST_PATH, (yyloc)); vec_push(&(yyval.expr)->path) = (yyvsp[-2].name); vec_push(&(yyval.expr)->path) = (yyvsp[0].name); }
#line 2486 "build_san/gen/parser.c"
    break;

  case 105: /* path: path '.' name  */
#line 243 "compiler/syntax/parser.y"
                                    { (yyval.expr) = (yyvsp[-2].expr); (yyval.expr)->at = (yyloc); vec_push(&(yyval.expr)->path) = (yyvsp[0].name); }
#line 2492 "build_san/gen/parser.c"
    break;

  case 106: /* sub: name '[' items ']'  */
#line 245 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_subscript(make_name((yyvsp[-3].name)), (yyvsp[-1].args), (yyloc)); }
#line 2498 "build_san/gen/parser.c"
    break;

  case 108: /* base: '(' expr ')'  */
#line 247 "compiler/syntax/parser.y"
                                    { (yyval.expr) = (yyvsp[-1].expr); (yyval.expr)->parenthesised = true; }
#line 2504 "build_san/gen/parser.c"
    break;

  case 109: /* base: callable '(' args ')'  */
#line 248 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_call(AST_CALL, (yyvsp[-3].name), NULL, (yyvsp[-1].args), NULL, (yyloc)); }
#line 2510 "build_san/gen/parser.c"
    break;

  case 110: /* base: sub '(' args ')'  */
#line 249 "compiler/syntax/parser.y"
                                    { (yyval.expr) = (yyvsp[-3].expr)->kind == AST_ERROR ? (yyvsp[-3].expr) : make_call(AST_CALL, (yyvsp[-3].expr)->operands.data[0]->name, &(yyvsp[-3].expr)->statics, (yyvsp[-1].args), NULL, (yyloc)); }
#line 2516 "build_san/gen/parser.c"
    break;

  case 111: /* base: sub '[' items ']'  */
#line 250 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_subscript((yyvsp[-3].expr), (yyvsp[-1].args), (yyloc)); }
#line 2522 "build_san/gen/parser.c"
    break;

  case 112: /* base: base '[' items ']'  */
#line 251 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_subscript((yyvsp[-3].expr), (yyvsp[-1].args), (yyloc)); }
#line 2528 "build_san/gen/parser.c"
    break;

  case 113: /* postfix: "a name"  */
#line 253 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_name((yyvsp[0].name)); }
#line 2534 "build_san/gen/parser.c"
    break;

  case 118: /* expr: "a number"  */
#line 259 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_expr(AST_NUMBER, (yyloc)); (yyval.expr)->number = (yyvsp[0].number); (yyval.expr)->integer = true; }
#line 2540 "build_san/gen/parser.c"
    break;

  case 119: /* expr: "a real"  */
#line 260 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_expr(AST_NUMBER, (yyloc)); (yyval.expr)->number = (yyvsp[0].number); }
#line 2546 "build_san/gen/parser.c"
    break;

  case 121: /* expr: reduction '[' items ']' expr  */
#line 263 "compiler/syntax/parser.y"
                                    { span op = (yylsp[-4]); op.end = (yylsp[-1]).end; (yyval.expr) = make_reduce((yyvsp[-4].reduction), op, (yyvsp[-2].args), (yyvsp[0].expr), (yyloc)); }
#line 2552 "build_san/gen/parser.c"
    break;

  case 122: /* expr: expr "->" callable  */
#line 264 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_call(AST_PIPE, (yyvsp[0].name), NULL, NULL, (yyvsp[-2].expr), (yyloc)); }
#line 2558 "build_san/gen/parser.c"
    break;

  case 123: /* expr: expr "->" callable '(' args ')'  */
#line 265 "compiler/syntax/parser.y"
                                       { (yyval.expr) = make_call(AST_PIPE, (yyvsp[-3].name), NULL, (yyvsp[-1].args), (yyvsp[-5].expr), (yyloc)); }
#line 2564 "build_san/gen/parser.c"
    break;

  case 124: /* expr: expr "->" callable '[' items ']'  */
#line 266 "compiler/syntax/parser.y"
                                        { (yyval.expr) = make_call(AST_PIPE, (yyvsp[-3].name), (yyvsp[-1].args), NULL, (yyvsp[-5].expr), (yyloc)); }
#line 2570 "build_san/gen/parser.c"
    break;

  case 125: /* expr: expr "->" callable '[' items ']' '(' args ')'  */
#line 267 "compiler/syntax/parser.y"
                                                     { (yyval.expr) = make_call(AST_PIPE, (yyvsp[-6].name), (yyvsp[-4].args), (yyvsp[-1].args), (yyvsp[-8].expr), (yyloc)); }
#line 2576 "build_san/gen/parser.c"
    break;

  case 126: /* expr: '-' expr  */
#line 268 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_unary(AST_NEGATE, (yyloc), (yylsp[-1]), (yyvsp[0].expr)); }
#line 2582 "build_san/gen/parser.c"
    break;

  case 127: /* expr: '!' expr  */
#line 269 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_unary(AST_NOT, (yyloc), (yylsp[-1]), (yyvsp[0].expr)); }
#line 2588 "build_san/gen/parser.c"
    break;

  case 128: /* expr: expr '+' expr  */
#line 270 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_ADD, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2594 "build_san/gen/parser.c"
    break;

  case 129: /* expr: expr '-' expr  */
#line 271 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_SUB, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2600 "build_san/gen/parser.c"
    break;

  case 130: /* expr: expr '*' expr  */
#line 272 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_MUL, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2606 "build_san/gen/parser.c"
    break;

  case 131: /* expr: expr '/' expr  */
#line 273 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_DIV, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2612 "build_san/gen/parser.c"
    break;

  case 132: /* expr: expr '%' expr  */
#line 274 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_MOD, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2618 "build_san/gen/parser.c"
    break;

  case 133: /* expr: expr '^' expr  */
#line 275 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_POW, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2624 "build_san/gen/parser.c"
    break;

  case 134: /* expr: expr '<' expr  */
#line 276 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_LT, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2630 "build_san/gen/parser.c"
    break;

  case 135: /* expr: expr '>' expr  */
#line 277 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_GT, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2636 "build_san/gen/parser.c"
    break;

  case 136: /* expr: expr "<=" expr  */
#line 278 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_LE, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2642 "build_san/gen/parser.c"
    break;

  case 137: /* expr: expr ">=" expr  */
#line 279 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_GE, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2648 "build_san/gen/parser.c"
    break;

  case 138: /* expr: expr "==" expr  */
#line 280 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_EQ, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2654 "build_san/gen/parser.c"
    break;

  case 139: /* expr: expr "!=" expr  */
#line 281 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_NE, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2660 "build_san/gen/parser.c"
    break;

  case 140: /* expr: expr "&&" expr  */
#line 282 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_AND, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2666 "build_san/gen/parser.c"
    break;

  case 141: /* expr: expr "||" expr  */
#line 283 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_binary(AST_OR, (yyloc), (yylsp[-1]), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2672 "build_san/gen/parser.c"
    break;

  case 142: /* expr: expr '?' expr ':' expr  */
#line 284 "compiler/syntax/parser.y"
                                    { (yyval.expr) = make_cond((yyloc), (yyvsp[-4].expr), (yyvsp[-2].expr), (yyvsp[0].expr)); }
#line 2678 "build_san/gen/parser.c"
    break;


#line 2682 "build_san/gen/parser.c"

        default: break;
      }
    if (yychar_backup != yychar)
      YY_LAC_DISCARD ("yychar change");
  }
  /* User semantic actions sometimes alter yychar, and that requires
     that yytoken be updated with the new translation.  We take the
     approach of translating immediately before every use of yytoken.
     One alternative is translating here after every semantic action,
     but that translation would be missed if the semantic action invokes
     YYABORT, YYACCEPT, or YYERROR immediately after altering yychar or
     if it invokes YYBACKUP.  In the case of YYABORT or YYACCEPT, an
     incorrect destructor might then be invoked immediately.  In the
     case of YYERROR or YYBACKUP, subsequent parser actions might lead
     to an incorrect destructor call or verbose syntax error message
     before the lookahead is translated.  */
  YY_SYMBOL_PRINT ("-> $$ =", YY_CAST (yysymbol_kind_t, yyr1[yyn]), &yyval, &yyloc);

  YYPOPSTACK (yylen);
  yylen = 0;

  *++yyvsp = yyval;
  *++yylsp = yyloc;

  /* Now 'shift' the result of the reduction.  Determine what state
     that goes to, based on the state we popped back to and the rule
     number reduced by.  */
  {
    const int yylhs = yyr1[yyn] - YYNTOKENS;
    const int yyi = yypgoto[yylhs] + *yyssp;
    yystate = (0 <= yyi && yyi <= YYLAST && yycheck[yyi] == *yyssp
               ? yytable[yyi]
               : yydefgoto[yylhs]);
  }

  goto yynewstate;


/*--------------------------------------.
| yyerrlab -- here on detecting error.  |
`--------------------------------------*/
yyerrlab:
  /* Make sure we have latest lookahead translation.  See comments at
     user semantic actions for why this is necessary.  */
  yytoken = yychar == NNC_YYEMPTY ? YYSYMBOL_YYEMPTY : YYTRANSLATE (yychar);
  /* If not already recovering from an error, report this error.  */
  if (!yyerrstatus)
    {
      ++yynerrs;
      {
        yypcontext_t yyctx
          = {yyssp, yyesa, &yyes, &yyes_capacity, yytoken, &yylloc};
        if (yychar != NNC_YYEMPTY)
          YY_LAC_ESTABLISH;
        if (yyreport_syntax_error (&yyctx, scanner, p) == 2)
          YYNOMEM;
      }
    }

  yyerror_range[1] = yylloc;
  if (yyerrstatus == 3)
    {
      /* If just tried and failed to reuse lookahead token after an
         error, discard it.  */

      if (yychar <= NNC_YYEOF)
        {
          /* Return failure if at end of input.  */
          if (yychar == NNC_YYEOF)
            YYABORT;
        }
      else
        {
          yydestruct ("Error: discarding",
                      yytoken, &yylval, &yylloc, scanner, p);
          yychar = NNC_YYEMPTY;
        }
    }

  /* Else will try to reuse lookahead token after shifting the error
     token.  */
  goto yyerrlab1;


/*---------------------------------------------------.
| yyerrorlab -- error raised explicitly by YYERROR.  |
`---------------------------------------------------*/
yyerrorlab:
  /* Pacify compilers when the user code never invokes YYERROR and the
     label yyerrorlab therefore never appears in user code.  */
  if (0)
    YYERROR;
  ++yynerrs;

  /* Do not reclaim the symbols of the rule whose action triggered
     this YYERROR.  */
  YYPOPSTACK (yylen);
  yylen = 0;
  YY_STACK_PRINT (yyss, yyssp);
  yystate = *yyssp;
  goto yyerrlab1;


/*-------------------------------------------------------------.
| yyerrlab1 -- common code for both syntax error and YYERROR.  |
`-------------------------------------------------------------*/
yyerrlab1:
  yyerrstatus = 3;      /* Each real token shifted decrements this.  */

  /* Pop stack until we find a state that shifts the error token.  */
  for (;;)
    {
      yyn = yypact[yystate];
      if (!yypact_value_is_default (yyn))
        {
          yyn += YYSYMBOL_YYerror;
          if (0 <= yyn && yyn <= YYLAST && yycheck[yyn] == YYSYMBOL_YYerror)
            {
              yyn = yytable[yyn];
              if (0 < yyn)
                break;
            }
        }

      /* Pop the current state because it cannot handle the error token.  */
      if (yyssp == yyss)
        YYABORT;

      yyerror_range[1] = *yylsp;
      yydestruct ("Error: popping",
                  YY_ACCESSING_SYMBOL (yystate), yyvsp, yylsp, scanner, p);
      YYPOPSTACK (1);
      yystate = *yyssp;
      YY_STACK_PRINT (yyss, yyssp);
    }

  /* If the stack popping above didn't lose the initial context for the
     current lookahead token, the shift below will for sure.  */
  YY_LAC_DISCARD ("error recovery");

  YY_IGNORE_MAYBE_UNINITIALIZED_BEGIN
  *++yyvsp = yylval;
  YY_IGNORE_MAYBE_UNINITIALIZED_END

  yyerror_range[2] = yylloc;
  ++yylsp;
  YYLLOC_DEFAULT (*yylsp, yyerror_range, 2);

  /* Shift the error token.  */
  YY_SYMBOL_PRINT ("Shifting", YY_ACCESSING_SYMBOL (yyn), yyvsp, yylsp);

  yystate = yyn;
  goto yynewstate;


/*-------------------------------------.
| yyacceptlab -- YYACCEPT comes here.  |
`-------------------------------------*/
yyacceptlab:
  yyresult = 0;
  goto yyreturnlab;


/*-----------------------------------.
| yyabortlab -- YYABORT comes here.  |
`-----------------------------------*/
yyabortlab:
  yyresult = 1;
  goto yyreturnlab;


/*-----------------------------------------------------------.
| yyexhaustedlab -- YYNOMEM (memory exhaustion) comes here.  |
`-----------------------------------------------------------*/
yyexhaustedlab:
  yyerror (&yylloc, scanner, p, YY_("memory exhausted"));
  yyresult = 2;
  goto yyreturnlab;


/*----------------------------------------------------------.
| yyreturnlab -- parsing is finished, clean up and return.  |
`----------------------------------------------------------*/
yyreturnlab:
  if (yychar != NNC_YYEMPTY)
    {
      /* Make sure we have latest lookahead translation.  See comments at
         user semantic actions for why this is necessary.  */
      yytoken = YYTRANSLATE (yychar);
      yydestruct ("Cleanup: discarding lookahead",
                  yytoken, &yylval, &yylloc, scanner, p);
    }
  /* Do not reclaim the symbols of the rule whose action triggered
     this YYABORT or YYACCEPT.  */
  YYPOPSTACK (yylen);
  YY_STACK_PRINT (yyss, yyssp);
  while (yyssp != yyss)
    {
      yydestruct ("Cleanup: popping",
                  YY_ACCESSING_SYMBOL (+*yyssp), yyvsp, yylsp, scanner, p);
      YYPOPSTACK (1);
    }
#ifndef yyoverflow
  if (yyss != yyssa)
    YYSTACK_FREE (yyss);
#endif
  if (yyes != yyesa)
    YYSTACK_FREE (yyes);

  return yyresult;
}

#line 287 "compiler/syntax/parser.y"


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
