build_san/compiler/options.o: compiler/options.c compiler/options.h \
 compiler/elab/elab.h compiler/elab/../graph/graph.h \
 compiler/elab/../graph/../support/diag.h \
 compiler/elab/../graph/../support/support.h \
 compiler/elab/../graph/expr.h \
 compiler/elab/../graph/../support/support.h \
 compiler/elab/../graph/ops.def compiler/elab/../syntax/ast.h \
 compiler/elab/../syntax/../support/diag.h compiler/routine/routine.h \
 compiler/routine/../graph/graph.h
compiler/options.h:
compiler/elab/elab.h:
compiler/elab/../graph/graph.h:
compiler/elab/../graph/../support/diag.h:
compiler/elab/../graph/../support/support.h:
compiler/elab/../graph/expr.h:
compiler/elab/../graph/../support/support.h:
compiler/elab/../graph/ops.def:
compiler/elab/../syntax/ast.h:
compiler/elab/../syntax/../support/diag.h:
compiler/routine/routine.h:
compiler/routine/../graph/graph.h:
