build_san/compiler/support/support.o: compiler/support/support.c \
 compiler/support/support.h
compiler/support/support.h:
