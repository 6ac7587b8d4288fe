build_san/compiler/plan/layout.o: compiler/plan/layout.c \
 compiler/plan/plan.h compiler/plan/../routine/routine.h \
 compiler/plan/../routine/../graph/graph.h \
 compiler/plan/../routine/../graph/../support/diag.h \
 compiler/plan/../routine/../graph/../support/support.h \
 compiler/plan/../routine/../graph/expr.h \
 compiler/plan/../routine/../graph/../support/support.h \
 compiler/plan/../routine/../graph/ops.def
compiler/plan/plan.h:
compiler/plan/../routine/routine.h:
compiler/plan/../routine/../graph/graph.h:
compiler/plan/../routine/../graph/../support/diag.h:
compiler/plan/../routine/../graph/../support/support.h:
compiler/plan/../routine/../graph/expr.h:
compiler/plan/../routine/../graph/../support/support.h:
compiler/plan/../routine/../graph/ops.def:
