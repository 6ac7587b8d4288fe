/* print_expression.c: indices and their bounds, expressions, shapes. */
#include "print.h"

struct printing printing;

/* ---- ranges: a bound is written where no place fixes the index's range, or several do differently; else now and then ---- */

typedef struct places {
    const index *i;
    int fixed, wrong;
} places;

static void look_for_turn(const node *n, void *context)
{
    *(bool *)context |= n->index && n->index->unrolled;
}

/* What a branch reads fixes nothing where a turn of a repeat decides: nnc leaves out the branch that is not taken. */
static void look_for_places(const node *n, places *p, bool certain)
{
    bool reads = n->kind == N_ELEMENT || n->kind == N_PADDED || n->kind == N_GATHER, decided = false;
    if (n->kind == N_SELECT)
        each_node(n->arg[0], look_for_turn, &decided);
    for (int d = 0; reads && d < n->value->rank; d++)
        if (n->arg[d]->kind == N_INDEX && n->arg[d]->index == p->i) {
            p->fixed += certain;
            p->wrong += n->value->dims[d] != p->i->extent;
        }
    for (int i = 0; i < n->args; i++)
        look_for_places(n->arg[i], p, certain && !(decided && i > 0));
}

void print_index(FILE *out, const index *i, const node *body, bool declared)
{
    places p = {i, declared, 0};
    look_for_places(body, &p, true);
    fputs(i->name, out);
    if (!p.fixed || p.wrong || i->extent % 3 == 0) {
        fputs(" < ", out);
        print_number(out, i->extent);
    }
}

/* ---- expressions ---- */

void print_number(FILE *out, double x)
{
    if (printing.defined && x == *printing.defined)
        fputs(DEFINED, out);
    else
        fprintf(out, x < 0 ? "(%.15g)" : "%.15g", x);
}

/* Within a block the path of a stage's parameter is an argument's name. */
void print_name(FILE *out, const value *v)
{
    for (const char *c = v->name; *c; c++)
        fputc(printing.in_block && *c == '.' ? '_' : *c, out);
}

/* The first `count` of them. */
void print_subscripts(FILE *out, const node *n, int count)
{
    print_name(out, n->value);
    for (int d = 0; d < count; d++) {
        fputs(d ? ", " : "[", out);
        print_node(out, n->arg[d]);
    }
    if (count)
        fputc(']', out);
}

static void print_subscripted(FILE *out, const node *n)
{
    print_subscripts(out, n, n->value->rank);
}

static void print_reduction(FILE *out, const node *n)
{
    fprintf(out, "(%s[", reduction_name[n->reduce]);
    if (n->batch)
        fprintf(out, n->overs ? "batch, " : "batch");
    for (int i = 0; i < n->overs; i++) {
        fputs(i ? ", " : "", out);
        print_index(out, n->over[i], n->arg[0], false);
    }
    fputs("] ", out);
    print_node(out, n->arg[0]);
    fputc(')', out);
}

static void print_arguments(FILE *out, const node *n)
{
    for (int i = 0; i < n->args; i++) {
        fputs(i ? ", " : "(", out);
        print_node(out, n->arg[i]);
    }
    fputc(')', out);
}

void print_node(FILE *out, const node *n)
{
    switch (n->kind) {
    case N_NUMBER: case N_INT: print_number(out, n->number); return;
    case N_POSITION: case N_INDEX: fputs(n->index->name, out); return;
    case N_ELEMENT: case N_GATHER: print_subscripted(out, n); return;
    case N_PADDED:
        fputs("pad(", out);
        print_subscripted(out, n);
        fputs(", ", out);
        print_node(out, n->arg[n->value->rank]);
        fputc(')', out);
        return;
    case N_WHOLE: print_name(out, n->value); return;
    case N_OP:
        for (const char *c = operation_table[n->op].text; *c; c++)
            if (*c == '$')
                print_node(out, n->arg[*++c - 'a']);
            else
                fputc(*c, out);
        return;
    case N_SELECT:
        fputc('(', out);
        print_node(out, n->arg[0]);
        fputs(" ? ", out);
        print_node(out, n->arg[1]);
        fputs(" : ", out);
        print_node(out, n->arg[2]);
        fputc(')', out);
        return;
    case N_REDUCE: print_reduction(out, n); return;
    case N_DETACH: fputs("detach", out); print_arguments(out, n); return;
    case N_REAL: fputs("real", out); print_arguments(out, n); return;
    case N_CALL: fputs(n->function->name, out); print_arguments(out, n); return;
    case N_LIBRARY: fputs(library_function_name[n->library], out); print_arguments(out, n); return;
    case N_ARGUMENT: fputc('a' + n->place, out); return;
    case N_TRAINING: fputs("training", out); return;
    case N_GAUSS: fputs("gauss()", out); return;
    case N_BERNOULLI: fputs("bernoulli", out); print_arguments(out, n); return;
    case N_PLUS: case N_MINUS:
        fputc('(', out);
        print_node(out, n->arg[0]);
        fputs(n->kind == N_PLUS ? " + " : " - ", out);
        print_node(out, n->arg[1]);
        fputc(')', out);
        return;
    case N_TIMES:
        print_number(out, n->number);
        fputs(" * ", out);
        print_node(out, n->arg[0]);
        return;
    case N_QUOTIENT: case N_REMAINDER:
        fputc('(', out);
        print_node(out, n->arg[0]);
        fputs(n->kind == N_QUOTIENT ? " / " : " % ", out);
        print_number(out, n->number);
        fputc(')', out);
        return;
    case NODE_KINDS: return;
    }
}

void print_shape(FILE *out, const value *v)
{
    for (int d = 0; d < v->rank; d++) {
        fputs(d ? ", " : "[", out);
        print_number(out, v->dims[d]);
    }
    if (v->rank)
        fputc(']', out);
    if (v->classes) {
        fputs(" : index(", out);
        print_number(out, v->classes);
        fputc(')', out);
    }
}
