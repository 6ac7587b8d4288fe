#include "weights.h"
bool weights_bake(graph *g, const char *path, bool all) { (void)g, (void)path, (void)all; diag_error((span){0}, "--weights is not there yet"); return false; }
