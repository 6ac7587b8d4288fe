/* expr_node.h: how nodes are made, shared by the constructors of reals and of ints. Private to graph/. */
#ifndef NNC_EXPR_NODE_H
#define NNC_EXPR_NODE_H

#include "expr.h"

/* The one node equal to *like (its args and coef are copied where it is new). uses and is_int are computed here. */
expr *expr_intern(const expr *like);

#endif
