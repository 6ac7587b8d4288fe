build_san/gen/lexer.o: build_san/gen/lexer.c compiler/syntax/parse.h \
 compiler/syntax/ast.h compiler/syntax/../support/diag.h \
 compiler/syntax/../support/support.h build_san/gen/parser.h
compiler/syntax/parse.h:
compiler/syntax/ast.h:
compiler/syntax/../support/diag.h:
compiler/syntax/../support/support.h:
build_san/gen/parser.h:
