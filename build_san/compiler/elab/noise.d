build_san/compiler/elab/noise.o: compiler/elab/noise.c \
 compiler/elab/context.h compiler/elab/elab.h \
 compiler/elab/../graph/graph.h compiler/elab/../graph/../support/diag.h \
 compiler/elab/../graph/../support/support.h \
 compiler/elab/../graph/expr.h \
 compiler/elab/../graph/../support/support.h \
 compiler/elab/../graph/ops.def compiler/elab/../syntax/ast.h \
 compiler/elab/../syntax/../support/diag.h
compiler/elab/context.h:
compiler/elab/elab.h:
compiler/elab/../graph/graph.h:
compiler/elab/../graph/../support/diag.h:
compiler/elab/../graph/../support/support.h:
compiler/elab/../graph/expr.h:
compiler/elab/../graph/../support/support.h:
compiler/elab/../graph/ops.def:
compiler/elab/../syntax/ast.h:
compiler/elab/../syntax/../support/diag.h:
