build_san/compiler/plan/plan.o: compiler/plan/plan.c compiler/plan/plan.h \
 compiler/plan/../routine/routine.h \
 compiler/plan/../routine/../graph/graph.h \
 compiler/plan/../routine/../graph/../support/diag.h \
 compiler/plan/../routine/../graph/../support/support.h \
 compiler/plan/../routine/../graph/expr.h \
 compiler/plan/../routine/../graph/../support/support.h \
 compiler/plan/../routine/../graph/ops.def \
 compiler/plan/../routine/passes.h compiler/plan/../routine/routine.h
compiler/plan/plan.h:
compiler/plan/../routine/routine.h:
compiler/plan/../routine/../graph/graph.h:
compiler/plan/../routine/../graph/../support/diag.h:
compiler/plan/../routine/../graph/../support/support.h:
compiler/plan/../routine/../graph/expr.h:
compiler/plan/../routine/../graph/../support/support.h:
compiler/plan/../routine/../graph/ops.def:
compiler/plan/../routine/passes.h:
compiler/plan/../routine/routine.h:
