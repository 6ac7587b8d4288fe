build_san/compiler/main.o: compiler/main.c compiler/elab/elab.h \
 compiler/elab/../graph/graph.h compiler/elab/../graph/../support/diag.h \
 compiler/elab/../graph/../support/support.h \
 compiler/elab/../graph/expr.h \
 compiler/elab/../graph/../support/support.h \
 compiler/elab/../graph/ops.def compiler/elab/../syntax/ast.h \
 compiler/elab/../syntax/../support/diag.h compiler/emit/emit.h \
 compiler/emit/../loops/loops.h compiler/emit/../loops/../plan/plan.h \
 compiler/emit/../loops/../plan/../routine/routine.h \
 compiler/emit/../loops/../plan/../routine/../graph/graph.h \
 compiler/options.h compiler/routine/routine.h compiler/output.h \
 compiler/support/support.h compiler/plan/plan.h compiler/weights.h \
 compiler/graph/graph.h
compiler/elab/elab.h:
compiler/elab/../graph/graph.h:
compiler/elab/../graph/../support/diag.h:
compiler/elab/../graph/../support/support.h:
compiler/elab/../graph/expr.h:
compiler/elab/../graph/../support/support.h:
compiler/elab/../graph/ops.def:
compiler/elab/../syntax/ast.h:
compiler/elab/../syntax/../support/diag.h:
compiler/emit/emit.h:
compiler/emit/../loops/loops.h:
compiler/emit/../loops/../plan/plan.h:
compiler/emit/../loops/../plan/../routine/routine.h:
compiler/emit/../loops/../plan/../routine/../graph/graph.h:
compiler/options.h:
compiler/routine/routine.h:
compiler/output.h:
compiler/support/support.h:
compiler/plan/plan.h:
compiler/weights.h:
compiler/graph/graph.h:
