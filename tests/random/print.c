/* print.c: a model as the text of .nn files: declarations, statements, blocks. */
#include "print.h"

/* ---- declarations ---- */

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
    printing.in_block = true;
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
    printing.in_block = false;
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

static void print_loop(FILE *out, const statement *s, int depth)
{
    fprintf(out, "%s %s < ", s->kind == S_SCAN ? "scan" : "repeat", s->turn->name);
    print_number(out, s->turn->extent);
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

/* Constants, or all else that is declared. */
static void print_declarations(const model *m, FILE *out, bool constants)
{
    for (int i = 0; i < m->value_count; i++)
        if (m->values[i]->kind != V_TEMPLATE && !m->values[i]->of_repeat && constants == (m->values[i]->kind == V_CONST))
            print_declaration(out, m->values[i]);
}

void print_definitions(const model *m, FILE *out)
{
    bool used[STAGE_COUNT] = {false};
    printing.defined = m->defined;
    if (m->defined)
        fprintf(out, "const " DEFINED " = %.15g;\n", *m->defined + 1); /* another number than the command line's */
    print_declarations(m, out, true);
    for (int i = 0; i < m->function_count; i++)
        print_function(out, m->functions[i]);
    each_statement(m->first, look_for_stages, used);
    if (used[L_pick])
        fputs("block pick(w[n, m], u[n]) -> c[m] {\n  k = argmax[i] u[i];\n  c[j] = w[k, j];\n}\n", out);
    if (used[L_gated])
        fputs("block gated[fn act = tanh](z[*, n]) -> (r[*, n], s[*]) {\n  param g[n] = 0;\n  r[*, i] = z[*, i] * act(z[*, i] + g[i]);\n  s[*] = mean[j] r[*, j];\n}\n", out);
    each_statement(m->first, print_block, out);
}

void print_model(const model *m, const char *definitions, FILE *out)
{
    const char *between = "freeze ";
    if (m->apart)
        fprintf(out, "import \"%s\";\n", definitions);
    else
        print_definitions(m, out);
    printing.defined = m->defined;
    print_declarations(m, out, false);
    print_statements(out, m->first, NULL, 0);
    for (int i = 0; i < m->value_count; i++)
        if (m->values[i]->frozen) {
            fprintf(out, "%s%s", between, m->values[i]->name);
            between = ", ";
        }
    if (between[0] == ',')
        fputs(";\n", out);
}

const char *model_options(const model *m)
{
    return m->defined ? text("--batch %d -D " DEFINED "=%.15g", m->batch, *m->defined) : text("--batch %d", m->batch);
}

void print_whole(const model *m, FILE *out)
{
    fprintf(out, "// nnc %s\n", model_options(m));
    if (m->apart) {
        fputs("// model_definitions.nn:\n", out);
        print_definitions(m, out);
        fputs("// model.nn:\n", out);
    }
    print_model(m, "model_definitions.nn", out);
}
