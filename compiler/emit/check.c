/* check.c: --check-finite in the C: where a value is not finite, the function ends with NN_EFINITE plus the value's number in a table of texts. */
#include <string.h>

#include "writer.h"

void number_checks(writer *w)
{
    for (int i = 0; i < w->p->routines.count; i++)
        for (int k = 0; k < w->loops[i]->checks.count; k++) {
            node *n = w->loops[i]->checks.data[k];
            const char *what = intern(n->comment);
            int number = 0;
            while (number < w->checked.count && w->checked.data[number] != what)
                number++;
            if (number == w->checked.count)
                vec_push(&w->checked) = what;
            n->number = number;
        }
}

void write_check(writer *w, const node *n)
{
    name_positions(w, n->names);
    line(w, "{ /* is %s finite? */", c_comment(n->comment));
    w->depth++;
    line(w, "int all = 1;");
    write_list(w, &n->body);
    line(w, "if (!all) {");
    w->depth++;
    if (w->r->routine->kind == ROUTINE_FORWARD)
        line(w, "return NN_EFINITE + %d;", n->number);
    else {
        line(w, "k->error = NN_EFINITE + %d;", n->number);
        line(w, "return (%s)NAN;", w->real);
    }
    w->depth--;
    line(w, "}");
    w->depth--;
    line(w, "}");
}

void write_checked_interface(writer *w)
{
    if (!w->checked.count)
        return;
    line(w, "/* What is looked at; NN_EFINITE + i says that text number i names the first value that was not finite. */");
    line(w, "#define %s_CHECKED %d", w->upper, w->checked.count);
    line(w, "extern const char *const %s_checked[%s_CHECKED];", w->prefix, w->upper);
}

void write_checked(writer *w)
{
    if (!w->checked.count)
        return;
    line(w, "const char *const %s_checked[%s_CHECKED] = {", w->prefix, w->upper);
    for (int i = 0; i < w->checked.count; i++)
        line(w, "    %s%s", c_string(w->checked.data[i]), i + 1 < w->checked.count ? "," : "");
    line(w, "};");
    text_append(w->out, "\n");
}
