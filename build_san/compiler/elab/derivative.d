build_san/compiler/elab/derivative.o: compiler/elab/derivative.c \
 compiler/elab/../derive/derive.h \
 compiler/elab/../derive/../graph/graph.h \
 compiler/elab/../derive/../graph/../support/diag.h \
 compiler/elab/../derive/../graph/../support/support.h \
 compiler/elab/../derive/../graph/expr.h \
 compiler/elab/../derive/../graph/../support/support.h \
 compiler/elab/../derive/../graph/ops.def compiler/elab/context.h \
 compiler/elab/elab.h compiler/elab/../graph/graph.h \
 compiler/elab/../syntax/ast.h compiler/elab/../syntax/../support/diag.h
compiler/elab/../derive/derive.h:
compiler/elab/../derive/../graph/graph.h:
compiler/elab/../derive/../graph/../support/diag.h:
compiler/elab/../derive/../graph/../support/support.h:
compiler/elab/../derive/../graph/expr.h:
compiler/elab/../derive/../graph/../support/support.h:
compiler/elab/../derive/../graph/ops.def:
compiler/elab/context.h:
compiler/elab/elab.h:
compiler/elab/../graph/graph.h:
compiler/elab/../syntax/ast.h:
compiler/elab/../syntax/../support/diag.h:
