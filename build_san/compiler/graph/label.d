build_san/compiler/graph/label.o: compiler/graph/label.c \
 compiler/graph/graph.h compiler/graph/../support/diag.h \
 compiler/graph/../support/support.h compiler/graph/expr.h \
 compiler/graph/../support/support.h compiler/graph/ops.def
compiler/graph/graph.h:
compiler/graph/../support/diag.h:
compiler/graph/../support/support.h:
compiler/graph/expr.h:
compiler/graph/../support/support.h:
compiler/graph/ops.def:
