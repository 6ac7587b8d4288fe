/* print.c: a model as the text of a .nn file. */
#include "model.h"

#include <math.h>
#include <string.h>

static void print_node(FILE *out, const node *n);

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

static void print_index(FILE *out, const index *i, const node *body, bool declared)
{
    places p = {i, declared, 0};
    look_for_places(body, &p, true);
    fprintf(out, p.fixed && !p.wrong && i->extent % 3 ? "%s" : "%s < %d", i->name, i->extent);
}

/* ---- expressions ---- */

static void print_number(FILE *out, double x)
{
    fprintf(out, x < 0 ? "(%.15g)" : "%.15g", x);
}

static bool in_block;

/* Within a block the path of a stage's parameter is an argument's name. */
static void print_name(FILE *out, const value *v)
{
    for (const char *c = v->name; *c; c++)
        fputc(in_block && *c == '.' ? '_' : *c, out);
}

/* The first `count` of them. */
static void print_subscripts(FILE *out, const node *n, int count)
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

static void print_node(FILE *out, const node *n)
{
    switch (n->kind) {
    case N_NUMBER: print_number(out, n->number); return;
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
    case N_INT: fprintf(out, "%d", (int)n->number); return;
    case N_PLUS: case N_MINUS:
        fputc('(', out);
        print_node(out, n->arg[0]);
        fputs(n->kind == N_PLUS ? " + " : " - ", out);
        print_node(out, n->arg[1]);
        fputc(')', out);
        return;
    case N_TIMES:
        fprintf(out, "%d * ", (int)n->number);
        print_node(out, n->arg[0]);
        return;
    case N_QUOTIENT: case N_REMAINDER:
        fputc('(', out);
        print_node(out, n->arg[0]);
        fprintf(out, " %c %d)", n->kind == N_QUOTIENT ? '/' : '%', (int)n->number);
        return;
    case NODE_KINDS: return;
    }
}

/* ---- declarations ---- */

static void print_shape(FILE *out, const value *v)
{
    for (int d = 0; d < v->rank; d++)
        fprintf(out, "%s%d", d ? ", " : "[", v->dims[d]);
    if (v->rank)
        fputc(']', out);
    if (v->classes)
        fprintf(out, " : index(%d)", v->classes);
}

static void print_braces(FILE *out, const value *v, int axis, int *at)
{
    for (int i = 0; i < v->dims[axis]; i++) {
        fputs(i ? ", " : "{", out);
        if (axis + 1 < v->rank)
            print_braces(out, v, axis + 1, at);
        else
            fprintf(out, "%.15g", v->numbers[(*at)++]);
    }
    fputc('}', out);
}

static void print_declaration(FILE *out, const value *v)
{
    static const char *const word[] = {[V_INPUT] = "input", [V_TARGET] = "target", [V_PARAM] = "param", [V_CONST] = "const", [V_STATE] = "state", [V_TEMPLATE] = "param"};
    int at = 0;
    if (v->kind == V_COMPUTED || v->of_stage)
        return;
    fprintf(out, "%s %s", word[v->kind], v->name);
    print_shape(out, v);
    if (v->kind == V_PARAM || v->kind == V_TEMPLATE)
        fputs(v->id % 2 ? " ~ uniform(-1, 1)" : " ~ normal(0, 0.5)", out);
    if (v->kind == V_STATE)
        fprintf(out, " = %.15g", v->numbers[0]);
    if (v->kind == V_CONST) {
        fputs(" = ", out);
        print_braces(out, v, 0, &at);
    }
    fputs(";\n", out);
}

static void print_function(FILE *out, const function *f)
{
    const char *arguments = f->arity == 1 ? "(a)" : "(a, b)";
    fprintf(out, "fn %s%s = ", f->name, arguments);
    print_node(out, f->body);
    fputs(";\n", out);
    for (int i = 0; i < f->arity && f->partial[0]; i++) {
        if (i)
            fputs(", ", out);
        else
            fprintf(out, "derivative %s%s = ", f->name, arguments);
        print_node(out, f->partial[i]);
    }
    if (f->partial[0])
        fputs(";\n", out);
}

/* ---- statements ---- */

static void print_left(FILE *out, const statement *s, bool declared)
{
    int first = s->kind == S_COLLECT;
    fputs(s->out->name, out);
    if (first)
        fprintf(out, "[%s", s->turn->name);
    for (int d = first; d < s->out->rank && s->form != F_WHOLE && s->form != F_WIRED; d++) {
        fputs(d ? ", " : "[", out);
        print_index(out, s->free[d - first], s->body, declared);
    }
    if (s->out->rank && s->form != F_WHOLE && s->form != F_WIRED)
        fputc(']', out);
    fputs(" = ", out);
}

/* ---- stages ---- */

typedef struct option {
    const char *name;
    int number, usual;         /* left out where it is as usual */
} option;

static void print_options(FILE *out, const stage_use *u, const index *turn)
{
    bool takes_m = u->kind == L_linear || u->kind == L_bilinear || u->kind == L_nearest || u->kind == L_conv1d || u->kind == L_conv2d ||
                   u->kind == L_conv_transpose2d || (u->kind >= L_rnn_cell && u->kind <= L_lstm_cell);
    bool window = u->kind >= L_conv1d && u->kind <= L_avgpool2d, pool = u->kind >= L_maxpool1d && u->kind <= L_avgpool2d, wide = window && !pool && u->kind != L_conv1d;
    bool biased = takes_m ? u->kind != L_nearest : u->kind == L_depthwise2d;
    const option options[] = {{"kw", u->kw, wide ? u->k : u->kw}, {"stride", u->stride, pool ? u->k : window ? 1 : u->stride},
                              {"pad", u->pad, 0}, {"out_pad", u->out_pad, 0}, {"dilation", u->dilation, window ? 1 : u->dilation},
                              {u->kind == L_depthwise2d ? "mult" : "groups", u->groups, window ? 1 : u->groups}, {"causal", u->causal, 0},
                              {"bias", u->bias, biased ? 1 : u->bias}};
    const char *between = "[";
    if (u->kind == L_embedding) {
        fprintf(out, "[%d", u->from[0]->classes);
        between = ", ";
    }
    if (takes_m || u->kind == L_embedding) {
        fprintf(out, "%s%d", between, u->m);
        if (u->m_step)
            fprintf(out, " + %d * %s", u->m_step, turn->name);
        between = ", ";
    }
    if (window || u->kind == L_upsample2d) {
        fprintf(out, "%s%d", between, u->k);
        between = ", ";
    }
    if (u->kind == L_groupnorm || u->kind == L_multihead) {
        fprintf(out, "%s%d", between, u->groups);
        between = ", ";
    }
    if (u->kind == L_gated && u->k != LF_tanh) {
        fprintf(out, "%s%s", between, library_function_name[u->k]);
        between = ", ";
    }
    for (int i = 0; i < (int)(sizeof options / sizeof *options); i++)
        if (options[i].number != options[i].usual) {
            fprintf(out, "%s%s = %d", between, options[i].name, options[i].number);
            between = ", ";
        }
    if (u->kind == L_dropout || ((u->kind == L_contrastive || u->kind == L_triplet) && u->number != 1) || (u->kind == L_cross_entropy && u->number != 0)) {
        fprintf(out, "%s%.15g", between, u->number);
        between = ", ";
    }
    fputs(between[0] == ',' ? "]" : "", out);
}

static void print_stage(FILE *out, const statement *s, const index *turn, int depth)
{
    const stage_use *u = s->use;
    const char *name = stage_table[u->kind].name;
    int arguments = stage_table[u->kind].arguments;
    if (u->style == NAMED) {
        fprintf(out, "stage %s = %s", u->name, name);
        print_options(out, u, turn);
        fprintf(out, ";\n%*s", 2 * depth, "");
    }
    fprintf(out, u->second ? "(%s, %s) = " : "%s = ", s->out->name, u->second ? u->second->name : "");
    if (u->style == WIRED)
        fprintf(out, "%s -> ", u->from[0]->name);
    fputs(u->style == NAMED || u->style == AGAIN ? u->name : name, out);
    if (u->style == FRESH || u->style == WIRED)
        print_options(out, u, turn);
    for (int i = u->style == WIRED; i < arguments; i++)
        fprintf(out, "%s%s", i == (u->style == WIRED) ? "(" : ", ", u->from[i]->name);
    fputs(u->style == WIRED && arguments == 1 ? "" : ")", out);
}

/* ---- blocks ---- */

typedef struct arguments {
    const value *of[32];
    int count;
} arguments;

static void find_arguments(const node *n, void *context)
{
    arguments *a = context;
    if (!n->value || n->value->kind == V_CONST)
        return;
    for (int i = 0; i < a->count; i++)
        if (a->of[i] == n->value)
            return;
    if (a->count < 32)
        a->of[a->count++] = n->value;
}

static void print_block(const statement *s, void *context)
{
    FILE *out = context;
    arguments a = {{0}, 0};
    if (s->form != F_BLOCK)
        return;
    in_block = true;
    each_node(s->body, find_arguments, &a);
    fprintf(out, "block b_%s(", s->out->name);
    for (int i = 0; i < a.count; i++) {
        fputs(i ? ", " : "", out);
        print_name(out, a.of[i]);
        print_shape(out, a.of[i]);
    }
    fprintf(out, ") -> %s", s->out->name);
    print_shape(out, s->out);
    fputs(" {\n  ", out);
    print_left(out, s, true);
    print_node(out, s->body);
    fputs(";\n}\n", out);
    in_block = false;
}

static void print_block_call(FILE *out, const statement *s)
{
    arguments a = {{0}, 0};
    each_node(s->body, find_arguments, &a);
    fprintf(out, "%s = b_%s(", s->out->name, s->out->name);
    for (int i = 0; i < a.count; i++)
        fprintf(out, "%s%s", i ? ", " : "", a.of[i]->name);
    fputc(')', out);
}

static void print_statements(FILE *out, const statement *s, const index *turn, int depth);

static void print_declaration(FILE *out, const value *v);

static void print_loop(FILE *out, const statement *s, int depth)
{
    fprintf(out, "%s %s < %d", s->kind == S_SCAN ? "scan" : "repeat", s->turn->name, s->turn->extent);
    for (int i = 0; i < s->carries; i++) {
        fprintf(out, "%s %s", i ? "," : " carry", s->carry[i]->name);
        if (s->kind == S_SCAN || s->shaped[i])
            print_shape(out, s->carry[i]);
        fputs(" = ", out);
        print_node(out, s->first[i]);
    }
    fputs(" {\n", out);
    for (int i = 0; i < s->own_count; i++) {
        fprintf(out, "%*s", 2 * depth + 2, "");
        print_declaration(out, s->own[i]);
    }
    print_statements(out, s->inner, s->turn, depth + 1);
    fprintf(out, "%*s}", 2 * depth, "");
}

static void print_cost(FILE *out, const statement *s)
{
    fputs("cost ", out);
    if (s->name)
        fprintf(out, "%s = ", s->name);
    print_node(out, s->body);
    for (int i = 0; i < s->train_count; i++)
        fprintf(out, "%s%s", i ? ", " : " over ", s->trains[i]->name);
}

/* v -> relu -> gelu */
static void print_wires(FILE *out, const node *n)
{
    if (n->kind != N_LIBRARY) {
        print_node(out, n);
        return;
    }
    print_wires(out, n->arg[0]);
    fprintf(out, " -> %s", library_function_name[n->library]);
}

static void print_statement(FILE *out, const statement *s, const index *turn, int depth)
{
    switch (s->kind) {
    case S_EQUATION: case S_COLLECT:
        if (s->form == F_BLOCK) {
            print_block_call(out, s);
            return;
        }
        if (s->form == F_SLICE) {
            fprintf(out, "%s = ", s->out->name);
            print_subscripts(out, s->body, s->body->args - s->out->rank);
            return;
        }
        print_left(out, s, false);
        if (s->form == F_WIRED)
            print_wires(out, s->body);
        else
            print_node(out, s->body);
        return;
    case S_RESHAPE:
        fprintf(out, s->flatten ? "%s = flatten" : "%s = reshape", s->out->name);
        if (!s->flatten)
            print_shape(out, s->out);
        fputc('(', out);
        if (s->body)
            print_node(out, s->body);
        else
            fputs(s->from[0]->name, out);
        fputc(')', out);
        return;
    case S_CONCAT:
        fprintf(out, "%s = concat[axis = %d](", s->out->name, s->axis);
        for (int i = 0; i < s->froms; i++)
            fprintf(out, "%s%s", i ? ", " : "", s->from[i]->name);
        fputc(')', out);
        return;
    case S_GRADIENT: case S_JACOBIAN:
        fprintf(out, "%s = %s(%s, %s)", s->out->name, s->kind == S_GRADIENT ? "gradient" : "jacobian", s->from[0]->name, s->from[1]->name);
        return;
    case S_STAGE: print_stage(out, s, turn, depth); return;
    case S_SCAN: case S_REPEAT: print_loop(out, s, depth); return;
    case S_UPDATE:
        fprintf(out, "update %s = ", s->out->name);
        print_node(out, s->body);
        return;
    case S_OUTPUT: fprintf(out, "output %s", s->out->name); return;
    case S_COST: print_cost(out, s); return;
    case STATEMENT_KINDS: return;
    }
}

static void print_statements(FILE *out, const statement *s, const index *turn, int depth)
{
    for (; s; s = s->next) {
        fprintf(out, "%*s", 2 * depth, "");
        print_statement(out, s, turn, depth);
        fputs(s->kind == S_SCAN || s->kind == S_REPEAT ? "\n" : ";\n", out);
    }
}

static void look_for_stages(const statement *s, void *context)
{
    if (s->kind == S_STAGE)
        ((bool *)context)[s->use->kind] = true;
}

void print_model(const model *m, FILE *out)
{
    bool used[STAGE_COUNT] = {false};
    const char *between = "freeze ";
    for (int i = 0; i < m->value_count; i++)
        if (m->values[i]->kind != V_TEMPLATE && !m->values[i]->of_repeat)
            print_declaration(out, m->values[i]);
    for (int i = 0; i < m->function_count; i++)
        print_function(out, m->functions[i]);
    each_statement(m->first, look_for_stages, used);
    if (used[L_pick])
        fputs("block pick(w[n, m], u[n]) -> c[m] {\n  k = argmax[i] u[i];\n  c[j] = w[k, j];\n}\n", out);
    if (used[L_gated])
        fputs("block gated[fn act = tanh](z[*, n]) -> (r[*, n], s[*]) {\n  param g[n] = 0;\n  r[*, i] = z[*, i] * act(z[*, i] + g[i]);\n  s[*] = mean[j] r[*, j];\n}\n", out);
    each_statement(m->first, print_block, out);
    print_statements(out, m->first, NULL, 0);
    for (int i = 0; i < m->value_count; i++)
        if (m->values[i]->frozen) {
            fprintf(out, "%s%s", between, m->values[i]->name);
            between = ", ";
        }
    if (between[0] == ',')
        fputs(";\n", out);
}
