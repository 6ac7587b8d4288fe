build_san/compiler/loops/lower.o: compiler/loops/lower.c \
 compiler/loops/loops.h compiler/loops/../plan/plan.h \
 compiler/loops/../plan/../routine/routine.h \
 compiler/loops/../plan/../routine/../graph/graph.h \
 compiler/loops/../plan/../routine/../graph/../support/diag.h \
 compiler/loops/../plan/../routine/../graph/../support/support.h \
 compiler/loops/../plan/../routine/../graph/expr.h \
 compiler/loops/../plan/../routine/../graph/../support/support.h \
 compiler/loops/../plan/../routine/../graph/ops.def \
 compiler/loops/share.h compiler/loops/unroll.h
compiler/loops/loops.h:
compiler/loops/../plan/plan.h:
compiler/loops/../plan/../routine/routine.h:
compiler/loops/../plan/../routine/../graph/graph.h:
compiler/loops/../plan/../routine/../graph/../support/diag.h:
compiler/loops/../plan/../routine/../graph/../support/support.h:
compiler/loops/../plan/../routine/../graph/expr.h:
compiler/loops/../plan/../routine/../graph/../support/support.h:
compiler/loops/../plan/../routine/../graph/ops.def:
compiler/loops/share.h:
compiler/loops/unroll.h:
