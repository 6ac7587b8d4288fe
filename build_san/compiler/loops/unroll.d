build_san/compiler/loops/unroll.o: compiler/loops/unroll.c \
 compiler/loops/unroll.h compiler/loops/loops.h \
 compiler/loops/../plan/plan.h \
 compiler/loops/../plan/../routine/routine.h \
 compiler/loops/../plan/../routine/../graph/graph.h \
 compiler/loops/../plan/../routine/../graph/../support/diag.h \
 compiler/loops/../plan/../routine/../graph/../support/support.h \
 compiler/loops/../plan/../routine/../graph/expr.h \
 compiler/loops/../plan/../routine/../graph/../support/support.h \
 compiler/loops/../plan/../routine/../graph/ops.def
compiler/loops/unroll.h:
compiler/loops/loops.h:
compiler/loops/../plan/plan.h:
compiler/loops/../plan/../routine/routine.h:
compiler/loops/../plan/../routine/../graph/graph.h:
compiler/loops/../plan/../routine/../graph/../support/diag.h:
compiler/loops/../plan/../routine/../graph/../support/support.h:
compiler/loops/../plan/../routine/../graph/expr.h:
compiler/loops/../plan/../routine/../graph/../support/support.h:
compiler/loops/../plan/../routine/../graph/ops.def:
