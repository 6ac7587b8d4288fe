build_san/compiler/loops/share.o: compiler/loops/share.c \
 compiler/loops/share.h compiler/loops/loops.h \
 compiler/loops/../plan/plan.h \
 compiler/loops/../plan/../routine/routine.h \
 compiler/loops/../plan/../routine/../graph/graph.h \
 compiler/loops/../plan/../routine/../graph/../support/diag.h \
 compiler/loops/../plan/../routine/../graph/../support/support.h \
 compiler/loops/../plan/../routine/../graph/expr.h \
 compiler/loops/../plan/../routine/../graph/../support/support.h \
 compiler/loops/../plan/../routine/../graph/ops.def
compiler/loops/share.h:
compiler/loops/loops.h:
compiler/loops/../plan/plan.h:
compiler/loops/../plan/../routine/routine.h:
compiler/loops/../plan/../routine/../graph/graph.h:
compiler/loops/../plan/../routine/../graph/../support/diag.h:
compiler/loops/../plan/../routine/../graph/../support/support.h:
compiler/loops/../plan/../routine/../graph/expr.h:
compiler/loops/../plan/../routine/../graph/../support/support.h:
compiler/loops/../plan/../routine/../graph/ops.def:
