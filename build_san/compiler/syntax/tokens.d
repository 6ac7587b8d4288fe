build_san/compiler/syntax/tokens.o: compiler/syntax/tokens.c \
 compiler/syntax/parse.h compiler/syntax/ast.h \
 compiler/syntax/../support/diag.h compiler/syntax/../support/support.h \
 build_san/gen/parser.h compiler/syntax/parse.h
compiler/syntax/parse.h:
compiler/syntax/ast.h:
compiler/syntax/../support/diag.h:
compiler/syntax/../support/support.h:
build_san/gen/parser.h:
compiler/syntax/parse.h:
