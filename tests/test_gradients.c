/* test_gradients.c: the derivation, by evaluation: each model is elaborated and derived within this program, its routines are computed
 * equation by equation (evaluate.h), and their gradients, and derivatives that are values, are held against differences. No C is
 * generated, so it takes seconds; with it, and test_rules.c, the rules' tests are tested (tests/mutants.sh). Run from the project's root. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <sys/wait.h>
#include <unistd.h>

#include "elab/elab.h"
#include "evaluate.h"
#include "leave.h"

enum { SAMPLES = 3, SECONDS = 20 };
static const double STEP = 1e-5, TOLERANCE = 2e-6;

static const routine_options levels[] = {{.level = LEVEL_O0, .batch = SAMPLES}, {.level = LEVEL_O2, .batch = SAMPLES}, {.level = LEVEL_OS, .thrift = THRIFT_TURNS, .batch = SAMPLES},
                                         {.level = LEVEL_O2, .thrift = THRIFT_RECOMPUTE, .batch = SAMPLES}};
static const char *const level_names[] = {"-O0", "-O2", "-Os", "-O2, computing again"};
enum { LEVELS = sizeof levels / sizeof levels[0] };

/* ---- values ---- */

static double element(const tensor *t, int64_t i)
{
    double u = hash_unit((uint64_t)t->id * 1000003u + (uint64_t)i + 17);
    if (t->classes)
        return floor(u * (double)t->classes);
    switch (t->kind) {
    case TENSOR_TARGET: return 0.1 + 0.8 * u;
    case TENSOR_STATE: return 0.5 + u;
    case TENSOR_PARAM: return t->init == INIT_VALUE ? t->init_a + 0.3 * (u - 0.5) : 1.4 * (u - 0.5);
    default: return 2.4 * (u - 0.5);
    }
}

static void set(evaluator *v, const tensor_list *list)
{
    for (int k = 0; k < list->count; k++) {
        double *values = eval_values(v, list->data[k]);
        for (int64_t i = 0; i < eval_size(v, list->data[k]); i++)
            values[i] = element(list->data[k], i);
    }
}

/* Each element of t moved by h times its share of a direction; all alike but for `only`: that element (of each sample) alone. */
static void move(evaluator *v, const tensor *t, double h, int64_t only)
{
    double *values = eval_values(v, t);
    int64_t own = t->batched ? eval_size(v, t) / v->samples : eval_size(v, t);
    for (int64_t i = 0; i < eval_size(v, t); i++)
        values[i] += only < 0 ? h * (hash_unit((uint64_t)i + 99) - 0.4) : i % own == only ? h : 0;
}

static evaluator evaluator_of(const graph *g)
{
    evaluator v = {.samples = SAMPLES, .symbol = {[SYM_N] = SAMPLES, [SYM_INV_N] = 1.0 / SAMPLES, [SYM_RATE] = 0.1}};
    set(&v, &g->inputs);
    set(&v, &g->targets);
    set(&v, &g->params);
    set(&v, &g->states);
    return v;
}

static void compute(evaluator *v, const graph *g, const routine *r, const tensor *moved, double h, int64_t only)
{
    set(v, &g->states);
    if (moved)
        move(v, moved, h, only);
    eval_routine(v, r);
    if (moved)
        set(v, &(tensor_list){.data = (tensor **)(uintptr_t)&moved, .count = 1});
}

/* ---- one model, in a process of its own ---- */

static bool close_to(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance * (1 + fabs(a) + fabs(b));
}

static int wrong;
static void complain(const char *model, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: ", model);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    va_end(args);
    wrong++;
}

static graph *elaborate_text(const char *name, const char *text)
{
    elab_options o = {0};
    diag_reset();
    graph *g = elaborate(ast_parse(source_from_text(name, text, strlen(text), false)), &o);
    if (!g || diag_errors()) {
        diag_flush(stderr);
        complain(name, "is no model");
        leave(1);
    }
    return g;
}

static void check_gradients(const char *name, const graph *g, const routine *r, evaluator *v, const char *level)
{
    bool *custom = NEW_ARRAY(bool, g->params.count + 1);
    routine_custom_params(g, r->cost, custom);
    compute(v, g, r, NULL, 0, 0);
    double *sums = NEW_ARRAY(double, g->params.count + 1);
    for (int p = 0; p < g->params.count; p++) {
        const double *gradient = r->gradient[p] ? eval_values(v, r->gradient[p]) : NULL;
        for (int64_t i = 0; gradient && i < tensor_size(g->params.data[p]); i++)
            sums[p] += gradient[i] * (hash_unit((uint64_t)i + 99) - 0.4);
    }
    for (int p = 0; p < g->params.count; p++) {
        if (!g->costs.data[r->cost].trains[p] || custom[p])
            continue;
        compute(v, g, r, g->params.data[p], STEP, -1);
        double above = eval_average(v, r->value);
        compute(v, g, r, g->params.data[p], -STEP, -1);
        double difference = (above - eval_average(v, r->value)) / (2 * STEP);
        if (!close_to(sums[p], difference, TOLERANCE))
            complain(name, "%s: along %s: %.9g by the derivation, %.9g by differences", level, g->params.data[p]->label, sums[p], difference);
    }
}

static const tensor *output_of(const graph *g, const routine *r, const char *name)
{
    for (int i = 0; i < g->outputs.count; i++)
        if (strcmp(g->outputs.data[i].name, name) == 0)
            return r->outputs.data[i];
    return NULL;
}

static const tensor *variable_of(const graph *g, const char *name)
{
    const tensor_list *lists[] = {&g->inputs, &g->params};
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < lists[k]->count; i++)
            if (strcmp(lists[k]->data[i]->name, name) == 0)
                return lists[k]->data[i];
    return NULL;
}

/* Output J is the derivative of output f with respect to x, an input or a parameter: [f's dimensions, x's dimensions] for each sample. */
static void check_values(const char *name, const graph *g, const routine *r, evaluator *v, const char *level)
{
    const tensor *f = output_of(g, r, "f"), *j = output_of(g, r, "J"), *x = variable_of(g, "x");
    if (!f || !j || !x) {
        complain(name, "has no f, J and x");
        return;
    }
    int64_t n = tensor_size(x), m = tensor_size(f);
    compute(v, g, r, NULL, 0, 0);
    if (tensor_size(j) != n * m) {
        complain(name, "J has another size");
        return;
    }
    double *jacobian = NEW_ARRAY(double, SAMPLES * n * m), *above = NEW_ARRAY(double, SAMPLES * m);
    for (int64_t i = 0; i < SAMPLES * n * m; i++)
        jacobian[i] = eval_values(v, j)[j->batched ? i : i % (n * m)];
    for (int64_t k = 0; k < n; k++) {
        compute(v, g, r, x, STEP, k);
        memcpy(above, eval_values(v, output_of(g, r, "f")), (size_t)eval_size(v, f) * sizeof *above);
        compute(v, g, r, x, -STEP, k);
        const double *below = eval_values(v, f);
        for (int64_t i = 0; i < eval_size(v, f); i++) {
            double difference = (above[i] - below[i]) / (2 * STEP), derived = jacobian[i * n + k];
            if (!close_to(derived, difference, TOLERANCE))
                complain(name, "%s: df[%lld] / dx[%lld]: %.9g by the derivation, %.9g by differences", level, (long long)i, (long long)k, derived, difference);
        }
    }
}

/* All levels; the routines' values must be the same at each. */
static void check_model(const char *name, const char *text, bool values)
{
    double first[64];
    for (int l = 0; l < LEVELS; l++) {
        graph *g = elaborate_text(name, text);
        routine_list routines = {0};
        routines_build(g, levels[l], &routines);
        evaluator v = evaluator_of(g);
        for (int i = 0; i < routines.count && i < 64; i++) {
            routine *r = routines.data[i];
            double value = 0;
            if (r->kind == ROUTINE_GRAD)
                check_gradients(name, g, r, &v, level_names[l]);
            if (r->kind == ROUTINE_FORWARD && values)
                check_values(name, g, r, &v, level_names[l]);
            compute(&v, g, r, NULL, 0, 0);
            for (int k = 0; k < r->outputs.count; k++)
                value += (k + 1) * eval_average(&v, r->outputs.data[k]);
            if (r->value)
                value = eval_average(&v, r->value);
            for (int k = 0; r->kind == ROUTINE_SGD && k < g->params.count; k++)
                value += (k + 2) * eval_average(&v, g->params.data[k]);
            set(&v, &g->params);
            if (l == 0)
                first[i] = value;
            else if (!close_to(value, first[i], 1e-10))
                complain(name, "%s of %s gives %.15g, at -O0 %.15g", level_names[l], routine_name(g, r), value, first[i]);
        }
        eval_free(&v);
    }
}

static bool model_passes(const char *name, const char *text, bool values)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        alarm(SECONDS);
        check_model(name, text, values);
        leave(wrong > 0);
    }
    int status;
    waitpid(child, &status, 0);
    if (status && WIFSIGNALED(status))
        fprintf(stderr, "%s: ended by signal %d\n", name, WTERMSIG(status));
    return status == 0;
}

/* The models of a file in which each begins with a line `name: NAME`. */
static void check_file(const char *path, bool values, int least)
{
    FILE *f = fopen(path, "r");
    char *line = NULL, *name = NULL;
    size_t size = 0;
    text model = {0};
    int models = 0;
    cr_assert(f, "%s", path);
    for (bool more = true; more;) {
        more = getline(&line, &size, f) > 0;
        if (!more || strncmp(line, "name: ", 6) == 0) {
            if (name) {
                bool passes = model_passes(name, model.data, values);
                cr_expect(passes, "%s", name);
                cr_assert(passes || !getenv("STOP"), "%s", name);
                models++;
            }
            if (!more)
                break;
            name = arena_strndup(line + 6, strcspn(line + 6, "\n"));
            model = (text){0};
        } else if (line[0] != '#')
            text_append(&model, line);
    }
    free(line);
    fclose(f);
    cr_expect_geq(models, least, "%s: %d models", path, models);
}

Test(gradients, library)
{
    check_file("tests/library.txt", false, 130);
}

Test(gradients, rules)
{
    check_file("tests/gradients.txt", false, 10);
}

Test(gradients, derivatives_as_values)
{
    check_file("tests/derivatives.txt", true, 10);
}
