build_san/compiler/plan/turns.o: compiler/plan/turns.c \
 compiler/plan/../routine/passes.h compiler/plan/../routine/routine.h \
 compiler/plan/../routine/../graph/graph.h \
 compiler/plan/../routine/../graph/../support/diag.h \
 compiler/plan/../routine/../graph/../support/support.h \
 compiler/plan/../routine/../graph/expr.h \
 compiler/plan/../routine/../graph/../support/support.h \
 compiler/plan/../routine/../graph/ops.def compiler/plan/plan.h \
 compiler/plan/../routine/routine.h
compiler/plan/../routine/passes.h:
compiler/plan/../routine/routine.h:
compiler/plan/../routine/../graph/graph.h:
compiler/plan/../routine/../graph/../support/diag.h:
compiler/plan/../routine/../graph/../support/support.h:
compiler/plan/../routine/../graph/expr.h:
compiler/plan/../routine/../graph/../support/support.h:
compiler/plan/../routine/../graph/ops.def:
compiler/plan/plan.h:
compiler/plan/../routine/routine.h:
