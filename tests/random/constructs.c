/* constructs.c: counts constructs. All names are entered for every model, so that what never occurs is in the table with 0. */
#include "constructs.h"

#include <string.h>

typedef struct counting {
    construct_count *c;
    bool has[MOST_CONSTRUCTS];
    int scans, repeats;        /* around the statement that is looked at */
} counting;

static void note(counting *k, const char *name, bool has)
{
    construct_count *c = k->c;
    int i = 0;
    while (i < c->count && strcmp(c->name[i], name) != 0)
        i++;
    if (i == c->count)
        c->name[c->count++] = name;
    k->has[i] |= has;
}

static bool is_sum(const node *n)
{
    return n->kind == N_PLUS || n->kind == N_MINUS;
}

static const index *bare_index(const node *n)
{
    return n->kind == N_INDEX ? n->index : NULL;
}

static void note_subscripts(counting *k, const node *n)
{
    bool reads = n->kind == N_ELEMENT || n->kind == N_PADDED || n->kind == N_GATHER;
    for (int d = 0; reads && d < n->value->rank; d++) {
        const node *s = n->arg[d], *a = s->args ? s->arg[0] : NULL, *b = s->args > 1 ? s->arg[1] : NULL;
        note(k, "subscript: index", s->kind == N_INDEX);
        note(k, "subscript: constant", s->kind == N_INT);
        note(k, "subscript: i + c", is_sum(s) && bare_index(a) && b->kind == N_INT);
        note(k, "subscript: c - i", s->kind == N_MINUS && a->kind == N_INT);
        note(k, "subscript: c - turn", s->kind == N_MINUS && a->kind == N_INT && bare_index(b) && bare_index(b)->turn);
        note(k, "subscript: k*i", s->kind == N_TIMES || (is_sum(s) && a->kind == N_TIMES));
        note(k, "subscript: sum of indices", is_sum(s) && (b->kind == N_INDEX || (is_sum(a) && a->arg[1]->kind != N_INT)));
        note(k, "subscript: i / k", s->kind == N_QUOTIENT && !is_sum(a));
        note(k, "subscript: sum / k", s->kind == N_QUOTIENT && is_sum(a));
        note(k, "subscript: i % k", s->kind == N_REMAINDER);
        note(k, "subscript: gather", s->kind == N_GATHER);
        note(k, "subscript: gather from a parameter", s->kind == N_GATHER && n->value->kind == V_PARAM);
        note(k, "subscript: turn", s->kind == N_INDEX && s->index->turn);
        for (int e = 0; e < d; e++)
            note(k, "subscript: diagonal", bare_index(s) && bare_index(s) == bare_index(n->arg[e]));
    }
}

static void note_node(const node *n, void *context)
{
    counting *k = context;
    static const char *const names[NODE_KINDS] = {
        [N_NUMBER] = "number", [N_POSITION] = "index as a number", [N_ELEMENT] = "read", [N_PADDED] = "pad", [N_WHOLE] = "whole value", [N_OP] = "operation",
        [N_SELECT] = "? :", [N_REDUCE] = "reduction", [N_DETACH] = "detach", [N_CALL] = "fn", [N_ARGUMENT] = NULL, [N_TRAINING] = "training", [N_REAL] = NULL,
        [N_GAUSS] = "gauss", [N_BERNOULLI] = "bernoulli"};
    for (int i = 0; i < NODE_KINDS; i++)
        if (names[i])
            note(k, names[i], n->kind == (node_kind)i);
    for (int i = 0; i < OPERATION_COUNT; i++)
        note(k, operation_table[i].name, n->kind == N_OP && n->op == (operation)i);
    for (int i = 0; i < LIBRARY_FUNCTIONS; i++)
        note(k, library_function_name[i], n->kind == N_LIBRARY && n->library == (function_kind)i);
    for (int i = 0; i < REDUCTION_COUNT; i++)
        note(k, reduction_name[i], n->kind == N_REDUCE && n->reduce == (reduction)i);
    note(k, "reduction of several indices", n->kind == N_REDUCE && n->overs > 1);
    note(k, "reduction over the batch", n->kind == N_REDUCE && n->batch);
    note(k, "reduction over the batch and indices", n->kind == N_REDUCE && n->batch && n->overs);
    note(k, "fn with a derivative of its own", n->kind == N_CALL && n->function->partial[0]);
    note(k, "comparison of integers", n->kind == N_OP && n->op >= O_LT && n->op <= O_GE && n->arg[0]->kind == N_INDEX);
    note(k, "comparison with an index value", n->kind == N_OP && n->op >= O_LT && n->op <= O_GE && n->arg[1]->kind == N_GATHER);
    for (int i = 0; n->kind == N_REDUCE && i < n->args; i++)
        if (n->arg[i]->kind == N_REDUCE)
            note(k, "reduction in a reduction", true);
    note(k, "reduction in a reduction", false);
    note_subscripts(k, n);
}

static void note_statements(counting *k, const statement *s)
{
    static const char *const kinds[STATEMENT_KINDS] = {
        [S_EQUATION] = "equation", [S_RESHAPE] = "reshape", [S_CONCAT] = "concat", [S_GRADIENT] = "gradient", [S_JACOBIAN] = "jacobian", [S_SCAN] = "scan",
        [S_STAGE] = "stage", [S_REPEAT] = "repeat", [S_COLLECT] = "collected value", [S_UPDATE] = "update", [S_OUTPUT] = "output", [S_COST] = "cost"};
    int costs = 0;
    for (; s; s = s->next) {
        bool derivative = s->kind == S_GRADIENT || s->kind == S_JACOBIAN;
        for (int i = 0; i < STATEMENT_KINDS; i++)
            note(k, kinds[i], s->kind == (statement_kind)i);
        each_node(s->body, note_node, k);
        note(k, "whole-tensor equation", s->kind == S_EQUATION && s->form == F_WHOLE);
        note(k, "functions after ->", s->form == F_WIRED);
        note(k, "block", s->form == F_BLOCK);
        for (int i = 0; i < STAGE_COUNT; i++)
            note(k, stage_table[i].name, s->kind == S_STAGE && s->use->kind == (stage_kind)i);
        note(k, "stage with a name", s->kind == S_STAGE && s->use->style == NAMED);
        note(k, "stage applied again", s->kind == S_STAGE && s->use->style == AGAIN);
        note(k, "stage without a name", s->kind == S_STAGE && s->use->style == FRESH);
        note(k, "->", s->kind == S_STAGE && s->use->style == WIRED);
        note(k, "stage in a scan", s->kind == S_STAGE && k->scans && !k->repeats);
        note(k, "stage in a repeat", s->kind == S_STAGE && k->repeats);
        note(k, "stage of other extents in each turn", s->kind == S_STAGE && s->use->m_step);
        note(k, "repeat in a scan", s->kind == S_REPEAT && k->scans);
        note(k, "scan in a repeat", s->kind == S_SCAN && k->repeats);
        note(k, "repeat without carries", s->kind == S_REPEAT && !s->carries);
        note(k, "repeat with two carries", s->kind == S_REPEAT && s->carries == 2);
        note(k, "repeat with parameters of its own", s->kind == S_REPEAT && s->own_count);
        note(k, "collected by a repeat", s->kind == S_COLLECT && s->turn->unrolled);
        note(k, "slice", s->form == F_SLICE);
        note(k, "flatten", s->kind == S_RESHAPE && s->flatten);
        note(k, "index value", s->out && s->kind == S_EQUATION && s->out->classes);
        note(k, "derivative in a scan", derivative && k->scans);
        note(k, "derivative by a parameter", derivative && s->from[1]->kind == V_PARAM);
        note(k, "derivative by an input", derivative && s->from[1]->kind == V_INPUT);
        note(k, "derivative by a computed value", derivative && s->from[1]->kind == V_COMPUTED);
        note(k, "scan in a scan", s->kind == S_SCAN && k->scans);
        note(k, "scan without carries", s->kind == S_SCAN && !s->carries);
        note(k, "scan with two carries", s->kind == S_SCAN && s->carries == 2);
        note(k, "scan of one turn", s->kind == S_SCAN && s->turn->extent == 1);
        note(k, "cost over some parameters", s->kind == S_COST && s->train_count);
        costs += s->kind == S_COST;
        k->scans += s->kind == S_SCAN;
        k->repeats += s->kind == S_REPEAT;
        note_statements(k, s->inner);
        k->scans -= s->kind == S_SCAN;
        k->repeats -= s->kind == S_REPEAT;
    }
    note(k, "several costs", costs > 1);
}

void count_constructs(const model *m, construct_count *c)
{
    counting k = {.c = c};
    static const char *const kinds[] = {"input", "target", "param", "const", "state"};
    for (int i = 0; i < m->value_count; i++) {
        const value *v = m->values[i];
        for (int q = 0; q < 5; q++)
            note(&k, kinds[q], v->kind == (value_kind)q);
        note(&k, "input: index", v->kind == V_INPUT && v->classes);
        note(&k, "target: index", v->kind == V_TARGET && v->classes);
        note(&k, "freeze", v->frozen);
        note(&k, "scalar", v->rank == 0);
        for (int d = 0; d < v->rank; d++) {
            note(&k, "extent 1", v->dims[d] == 1);
            note(&k, "extent of 31 and more", v->dims[d] >= 31);
        }
    }
    note_statements(&k, m->first);
    note(&k, "batch of 1", m->batch == 1);
    note(&k, "batch of 16 and more", m->batch >= 16);
    note(&k, "stream", m->stream);
    note(&k, "import", m->apart);
    note(&k, "-D", m->defined);
    note(&k, "several derivatives", m->derivatives > 1);
    for (int i = 0; i < c->count; i++)
        c->models[i] += k.has[i];
}

int print_constructs(const construct_count *c, int least)
{
    int rare = 0;
    for (int i = 0; i < c->count; i++) {
        printf("%6d  %s%s\n", c->models[i], c->name[i], c->models[i] < least ? "  (rare)" : "");
        rare += c->models[i] < least;
    }
    return rare;
}
