/* model.c: tables and walks of model.h. */
#include "model.h"

#include <stdarg.h>
#include <stdlib.h>

const struct operation_info operation_table[OPERATION_COUNT] = {
#define OP(name, arity, text) [O_##name] = {#name, text, arity},
    OPERATIONS(OP)
#undef OP
};

const struct stage_info stage_table[STAGE_COUNT] = {
#define STAGE(name, arguments, results) [L_##name] = {#name, arguments, results},
    STAGES(STAGE)
#undef STAGE
};

const char *const library_function_name[LIBRARY_FUNCTIONS] = {
#define FUNCTION(name) [LF_##name] = #name,
    LIBRARY(FUNCTION)
#undef FUNCTION
};

const char *const reduction_name[REDUCTION_COUNT] = {"sum", "prod", "mean", "max", "min", "argmax", "argmin"};

void *fresh(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    if (!p) {
        fprintf(stderr, "out of memory\n");
        exit(2);
    }
    return p;
}

const char *text(const char *format, ...)
{
    char line[4096];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    char *copy = fresh((size_t)n + 1);
    snprintf(copy, (size_t)n + 1, "%s", line);
    return copy;
}

void each_node(const node *n, void (*f)(const node *, void *), void *context)
{
    if (!n)
        return;
    f(n, context);
    for (int i = 0; i < n->args; i++)
        each_node(n->arg[i], f, context);
}

void each_statement(const statement *s, void (*f)(const statement *, void *), void *context)
{
    for (; s; s = s->next) {
        f(s, context);
        each_statement(s->inner, f, context);
    }
}

typedef struct search {
    const value *v;
    bool found;
} search;

static void look(const node *n, void *context)
{
    search *s = context;
    s->found |= n->value == s->v;
}

bool reads(const node *n, const value *v)
{
    search s = {v, false};
    each_node(n, look, &s);
    return s.found;
}

bool trained_by(const statement *cost, const value *param)
{
    if (param->kind != V_PARAM || param->frozen)
        return false;
    for (int i = 0; i < cost->train_count; i++)
        if (cost->trains[i] == param)
            return true;
    return cost->train_count == 0;
}

statement **append(statement **end, statement *s)
{
    for (*end = s; s; s = s->next)
        end = &s->next;
    return end;
}
