build_san/compiler/syntax/ast_text.o: compiler/syntax/ast_text.c \
 compiler/syntax/ast.h compiler/syntax/../support/diag.h \
 compiler/syntax/../support/support.h
compiler/syntax/ast.h:
compiler/syntax/../support/diag.h:
compiler/syntax/../support/support.h:
