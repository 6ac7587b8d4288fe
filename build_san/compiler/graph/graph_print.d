build_san/compiler/graph/graph_print.o: compiler/graph/graph_print.c \
 compiler/graph/graph.h compiler/graph/../support/diag.h \
 compiler/graph/../support/support.h compiler/graph/expr.h \
 compiler/graph/../support/support.h compiler/graph/ops.def
compiler/graph/graph.h:
compiler/graph/../support/diag.h:
compiler/graph/../support/support.h:
compiler/graph/expr.h:
compiler/graph/../support/support.h:
compiler/graph/ops.def:
