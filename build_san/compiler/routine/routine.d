build_san/compiler/routine/routine.o: compiler/routine/routine.c \
 compiler/routine/routine.h compiler/routine/../graph/graph.h \
 compiler/routine/../graph/../support/diag.h \
 compiler/routine/../graph/../support/support.h \
 compiler/routine/../graph/expr.h \
 compiler/routine/../graph/../support/support.h \
 compiler/routine/../graph/ops.def compiler/routine/../derive/derive.h \
 compiler/routine/../derive/../graph/graph.h compiler/routine/passes.h
compiler/routine/routine.h:
compiler/routine/../graph/graph.h:
compiler/routine/../graph/../support/diag.h:
compiler/routine/../graph/../support/support.h:
compiler/routine/../graph/expr.h:
compiler/routine/../graph/../support/support.h:
compiler/routine/../graph/ops.def:
compiler/routine/../derive/derive.h:
compiler/routine/../derive/../graph/graph.h:
compiler/routine/passes.h:
