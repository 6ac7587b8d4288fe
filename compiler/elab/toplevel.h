/* toplevel.h: the statements that stand only at the top of a file. Private to elab/. */
#ifndef NNC_ELAB_TOPLEVEL_H
#define NNC_ELAB_TOPLEVEL_H

#include "context.h"

void declare_const(elab *E, scope *S, const ast_stmt *s);
void check_defines(elab *E);                    /* every -D NAME has met its const */
void import_main(elab *E, const ast_file *file); /* the model itself, which nothing may import */
void import_file(elab *E, scope *S, const ast_stmt *s, const ast_file *from);
void collect_definitions(elab *E, scope *S, const ast_file *f);
void execute_top(elab *E, scope *S, const ast_stmt *s, const ast_file *file, bool is_main);
void finish_model(elab *E);                     /* freeze, over, outputs, unused things, unread parameters */

#endif
