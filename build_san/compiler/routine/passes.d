build_san/compiler/routine/passes.o: compiler/routine/passes.c \
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
