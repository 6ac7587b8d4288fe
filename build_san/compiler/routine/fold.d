build_san/compiler/routine/fold.o: compiler/routine/fold.c \
 compiler/routine/passes.h compiler/routine/routine.h \
 compiler/routine/../graph/graph.h \
 compiler/routine/../graph/../support/diag.h \
 compiler/routine/../graph/../support/support.h \
 compiler/routine/../graph/expr.h \
 compiler/routine/../graph/../support/support.h \
 compiler/routine/../graph/ops.def
compiler/routine/passes.h:
compiler/routine/routine.h:
compiler/routine/../graph/graph.h:
compiler/routine/../graph/../support/diag.h:
compiler/routine/../graph/../support/support.h:
compiler/routine/../graph/expr.h:
compiler/routine/../graph/../support/support.h:
compiler/routine/../graph/ops.def:
