build_san/compiler/syntax/parse.o: compiler/syntax/parse.c \
 compiler/syntax/parse.h compiler/syntax/ast.h \
 compiler/syntax/../support/diag.h compiler/syntax/../support/support.h
compiler/syntax/parse.h:
compiler/syntax/ast.h:
compiler/syntax/../support/diag.h:
compiler/syntax/../support/support.h:
