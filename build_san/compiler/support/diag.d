build_san/compiler/support/diag.o: compiler/support/diag.c \
 compiler/support/diag.h compiler/support/support.h
compiler/support/diag.h:
compiler/support/support.h:
