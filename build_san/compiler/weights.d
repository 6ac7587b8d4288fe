build_san/compiler/weights.o: compiler/weights.c compiler/weights.h \
 compiler/graph/graph.h compiler/graph/../support/diag.h \
 compiler/graph/../support/support.h compiler/graph/expr.h \
 compiler/graph/../support/support.h compiler/graph/ops.def \
 compiler/routine/routine.h compiler/routine/../graph/graph.h \
 compiler/support/inflate.h compiler/support/support.h
compiler/weights.h:
compiler/graph/graph.h:
compiler/graph/../support/diag.h:
compiler/graph/../support/support.h:
compiler/graph/expr.h:
compiler/graph/../support/support.h:
compiler/graph/ops.def:
compiler/routine/routine.h:
compiler/routine/../graph/graph.h:
compiler/support/inflate.h:
compiler/support/support.h:
