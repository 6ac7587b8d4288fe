/* transpose.c: copies that swap two dimensions (loops/transpose.c), four by four numbers at a time in vectors of 16 bytes. */
#include "vector.h"

enum { SIDE = 16 };                    /* of a square that is done at a time: whole lines of a cache, read and written */

void write_transpose_helper(writer *w)
{
    static const char *const shuffles[] = {"0, 4, 1, 5", "2, 6, 3, 7", "0, 1, 4, 5", "2, 3, 6, 7"};
    const char *u = w->upper, *p = w->prefix;
    line(w, "/* to[j * to_step + i] = from[i * from_step + j] for i < rows, j < columns, both at least 4; the last ones reach back. */");
    line(w, "__attribute__((unused)) static void %s_transpose(int rows, int columns, const %s *from, size_t from_step, %s *to, size_t to_step)\n{", p, w->real, w->real);
    line(w, "    for (int i0 = 0; i0 < rows; i0 += %d)", SIDE);
    line(w, "        for (int j0 = 0; j0 < columns; j0 += %d)", SIDE);
    line(w, "            for (int ii = i0; ii < rows && ii < i0 + %d; ii += 4)", SIDE);
    line(w, "                for (int jj = j0; jj < columns && jj < j0 + %d; jj += 4) {", SIDE);
    line(w, "                    const size_t i = (size_t)(ii < rows - 4 ? ii : rows - 4), j = (size_t)(jj < columns - 4 ? jj : columns - 4);");
    line(w, "                    const %s *const f = from + i * from_step + j;", w->real);
    line(w, "                    %s *const t = to + j * to_step + i;", w->real);
    for (int k = 0; k < 4; k++)
        line(w, "                    const %s_v16 a%d = *(const %s_u16 *)(f%s);", p, k, p, k ? arena_printf(" + %d * from_step", k) : "");
    for (int k = 0; k < 4; k++) /* the first two of each, row after row; then the last two */
        line(w, "                    const %s_v16 b%d = %s_SHUFFLE16(a%d, a%d, %s);", p, k, u, k % 2 * 2, k % 2 * 2 + 1, shuffles[k / 2]);
    for (int k = 0; k < 4; k++)
        line(w, "                    *(%s_u16 *)(t%s) = %s_SHUFFLE16(b%d, b%d, %s);", p, k ? arena_printf(" + %d * to_step", k) : "", u, k / 2 * 2, k / 2 * 2 + 1, shuffles[2 + k % 2]);
    line(w, "                }");
    line(w, "}");
}

void write_transpose(writer *w, const node *n)
{
    struct vector_parts *v = vector_parts(w);
    v->transpose = v->width[0] = true;
    text_printf(w->out, "#ifdef %s_BYTES\n", w->upper);
    start(w);
    text_printf(w->out, "%s_transpose(%lld, %lld, &", w->prefix, (long long)n->swap.rows, (long long)n->swap.columns);
    write_access(w, n->value->tensor, n->value->args);
    text_printf(w->out, ", %lld, &", (long long)n->swap.from_step);
    write_access(w, n->target, n->subs);
    text_printf(w->out, ", %lld);\n#else\n", (long long)n->swap.to_step);
    write_list(w, &n->body);
    text_append(w->out, "#endif\n");
}
