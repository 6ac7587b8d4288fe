build_san/compiler/emit/c_text.o: compiler/emit/c_text.c \
 compiler/emit/writer.h compiler/emit/emit.h \
 compiler/emit/../loops/loops.h compiler/emit/../loops/../plan/plan.h \
 compiler/emit/../loops/../plan/../routine/routine.h \
 compiler/emit/../loops/../plan/../routine/../graph/graph.h \
 compiler/emit/../loops/../plan/../routine/../graph/../support/diag.h \
 compiler/emit/../loops/../plan/../routine/../graph/../support/support.h \
 compiler/emit/../loops/../plan/../routine/../graph/expr.h \
 compiler/emit/../loops/../plan/../routine/../graph/../support/support.h \
 compiler/emit/../loops/../plan/../routine/../graph/ops.def
compiler/emit/writer.h:
compiler/emit/emit.h:
compiler/emit/../loops/loops.h:
compiler/emit/../loops/../plan/plan.h:
compiler/emit/../loops/../plan/../routine/routine.h:
compiler/emit/../loops/../plan/../routine/../graph/graph.h:
compiler/emit/../loops/../plan/../routine/../graph/../support/diag.h:
compiler/emit/../loops/../plan/../routine/../graph/../support/support.h:
compiler/emit/../loops/../plan/../routine/../graph/expr.h:
compiler/emit/../loops/../plan/../routine/../graph/../support/support.h:
compiler/emit/../loops/../plan/../routine/../graph/ops.def:
