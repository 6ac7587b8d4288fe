/* warn.h: warnings about the whole model, once its graph is there. Private to elab/. */
#ifndef NNC_ELAB_WARN_H
#define NNC_ELAB_WARN_H

#include "context.h"

void warn_model(elab *E);

#endif
