build_san/compiler/output.o: compiler/output.c compiler/output.h \
 compiler/support/support.h
compiler/output.h:
compiler/support/support.h:
