build_san/compiler/derive/digits.o: compiler/derive/digits.c \
 compiler/derive/contribution.h compiler/derive/derive.h \
 compiler/derive/../graph/graph.h \
 compiler/derive/../graph/../support/diag.h \
 compiler/derive/../graph/../support/support.h \
 compiler/derive/../graph/expr.h \
 compiler/derive/../graph/../support/support.h \
 compiler/derive/../graph/ops.def
compiler/derive/contribution.h:
compiler/derive/derive.h:
compiler/derive/../graph/graph.h:
compiler/derive/../graph/../support/diag.h:
compiler/derive/../graph/../support/support.h:
compiler/derive/../graph/expr.h:
compiler/derive/../graph/../support/support.h:
compiler/derive/../graph/ops.def:
