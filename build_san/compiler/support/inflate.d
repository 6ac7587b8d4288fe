build_san/compiler/support/inflate.o: compiler/support/inflate.c \
 compiler/support/inflate.h compiler/support/support.h
compiler/support/inflate.h:
compiler/support/support.h:
