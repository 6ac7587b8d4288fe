build_san/compiler/graph/expr_int.o: compiler/graph/expr_int.c \
 compiler/graph/expr_node.h compiler/graph/expr.h \
 compiler/graph/../support/support.h compiler/graph/ops.def \
 compiler/graph/graph.h compiler/graph/../support/diag.h \
 compiler/graph/../support/support.h
compiler/graph/expr_node.h:
compiler/graph/expr.h:
compiler/graph/../support/support.h:
compiler/graph/ops.def:
compiler/graph/graph.h:
compiler/graph/../support/diag.h:
compiler/graph/../support/support.h:
