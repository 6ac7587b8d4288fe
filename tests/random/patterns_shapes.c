/* patterns_shapes.c: patterns of shapes. */
#include "patterns.h"

#include <string.h>

void reshape(pattern *p)
{
    value *v = reshaped(p, linear(p, 2, 2, 6), choose(2) + 1, 12, 1);
    if (v->rank == 2) {
        v->dims[0] = 4;
        v->dims[1] = 3;
    }
    want(p, let_whole(p, v, op1(O_TANH, whole(v))));
}

/* As many steps of the kernel as its width is a multiple of. */
void transposed(pattern *p)
{
    builder *b = p->b;
    value *u = linear(p, 1, 8, 0), *r = reshaped(p, u, 1, 8, 1);
    int dims[3] = {2, 2, 2}, seen = b->seen_count;
    stage_use *use = fresh(sizeof *use);
    r->rank = 3;
    memcpy(r->dims, dims, sizeof dims);
    *use = (stage_use){.kind = L_conv_transpose2d, .from = {r}, .m = 2, .k = 4, .kw = 4, .stride = 2, .pad = 1, .dilation = 1, .groups = 1, .bias = choose(2)};
    use->name = text("m%d", ++b->named);
    stage_params(b, use);
    statement *s = use_statement(b, use);
    b->seen_count = seen;      /* what is made here is shown at the end */
    p->end = append(p->end, s);
    want(p, s->out);
}
