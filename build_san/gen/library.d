build_san/gen/library.o: build_san/gen/library.c compiler/elab/library.h
compiler/elab/library.h:
