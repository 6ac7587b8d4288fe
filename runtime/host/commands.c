/* commands.c: the training program's commands but train. */
#include <stdlib.h>
#include <string.h>

#include "program.h"

/* ---- info ---- */

static void info_values(const char *what, const nn_value *value, uint32_t count)
{
    char shape[200];
    for (uint32_t i = 0; i < count; i++) {
        printf("%-9s %s%s", what, value[i].name, nnrt_show_shape(shape, sizeof shape, value[i].shape, value[i].rank));
        if (value[i].classes)
            printf(" : index(%lu)", (unsigned long)value[i].classes);
        printf("\n");
    }
}

static const char *first_values(char *buffer, size_t size, const nn_param *param)
{
    char a[32], b[32];
    nnrt_show_real(a, param->a, 6);
    nnrt_show_real(b, param->b, 6);
    if (param->init == NN_INIT_VALUE)
        snprintf(buffer, size, "= %s", a);
    else if (param->init == NN_INIT_EXPRESSION)
        snprintf(buffer, size, "= an expression");
    else
        snprintf(buffer, size, "~ %s(%s, %s)", param->init == NN_INIT_UNIFORM ? "uniform" : "normal", a, b);
    return buffer;
}

static void info_params(const nn_param *param, uint32_t count)
{
    char shape[200], init[100], name[300];
    for (uint32_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%s%s", param[i].path, nnrt_show_shape(shape, sizeof shape, param[i].shape, param[i].rank));
        printf("  %-28s %10lu  %s%s%s\n", name, (unsigned long)param[i].size, first_values(init, sizeof init, &param[i]),
               param[i].flags & NN_FROZEN ? "  frozen" : "", param[i].flags & NN_CUSTOM ? "  behind a derivative of its own" : "");
    }
}

static void info_costs(const nn_model *model)
{
    char title[300];
    for (uint32_t i = 0; i < model->costs; i++) {
        const nn_cost *c = &model->cost[i];
        uint32_t trains = 0, without = 0;
        for (uint32_t k = 0; k < model->params; k++) {
            trains += c->trains[k] != 0;
            without += c->trains[k] > 1;
        }
        printf("%s trains %lu of %lu parameter tensors", nnrt_cost_title(title, sizeof title, c), (unsigned long)trains, (unsigned long)model->params);
        if (without)
            printf(" (%lu of them have no gradient: only spsa and es move them)", (unsigned long)without);
        if (c->optimizer)
            printf("; optimizer %s", c->optimizer);
        if (c->schedule)
            printf("; schedule %s", c->schedule);
        if (c->batch)
            printf("; batch %lu", (unsigned long)c->batch);
        if (c->epochs)
            printf("; epochs %lu", (unsigned long)c->epochs);
        if (c->every > 1)
            printf("; every %lu steps", (unsigned long)c->every);
        printf("\n");
    }
}

int nnrt_command_info(program *p)
{
    const nn_model *model = p->model;
    char params[32], work[32], state[32];
    unsigned long long total = 0;
    for (uint32_t i = 0; i < model->params; i++)
        total += model->param[i].size;
    printf("model     %s\nprecision %s\nbatch     %lu\nhash      %08lx\n", model->name, model->real_size == sizeof(float) ? "float" : "double",
           (unsigned long)model->batch, (unsigned long)model->hash);
    if (model->flags)
        printf("kind      %s%s%s\n", model->flags & NN_STREAM ? "a stream; " : "", model->flags & NN_BATCH_COUPLED ? "samples coupled within a batch; " : "",
               model->flags & NN_NOISE ? "draws noise" : "");
    info_values("input", model->input, model->inputs);
    info_values("target", model->target, model->targets);
    info_values("output", model->output, model->outputs);
    printf("\nparameters: %llu reals in %lu tensors\n", total, (unsigned long)model->params);
    info_params(model->param, model->params);
    if (model->states) {
        printf("\nstates:\n");
        info_params(model->state, model->states);
    }
    printf("\n");
    info_costs(model);
    printf("memory: params %s, work %s, state %s\n", nnrt_show_bytes(params, (double)model->params_size),
           nnrt_show_bytes(work, (double)model->work_size), nnrt_show_bytes(state, (double)model->state_size));
    printf("multiply-adds a sample: forward %llu, gradient %llu\n", (unsigned long long)model->forward_madds,
           (unsigned long long)model->grad_madds);
    return EXIT_GOOD;
}

/* ---- eval ---- */

enum { TABLE_MOST = 20, CONFUSION_MOST = 2000, WORST = 10 };

static void print_table(const uint64_t *m, uint32_t n)
{
    int width = 4;
    for (size_t i = 0; i < (size_t)n * n; i++) {
        int digits = snprintf(NULL, 0, "%llu", (unsigned long long)m[i]);
        width = digits + 1 > width ? digits + 1 : width;
    }
    printf("%6s", "");
    for (uint32_t c = 0; c < n; c++)
        printf("%*lu", width, (unsigned long)c);
    printf("\n");
    for (uint32_t r = 0; r < n; r++) {
        printf("%6lu", (unsigned long)r);
        for (uint32_t c = 0; c < n; c++)
            printf("%*llu", width, (unsigned long long)m[(size_t)r * n + c]);
        printf("\n");
    }
}

/* The most frequent mistakes, one after the other: many classes make no readable table. */
static void print_worst(uint64_t *m, uint32_t n)
{
    printf("the most frequent mistakes:\n");
    for (int k = 0; k < WORST; k++) {
        size_t most = 0;
        uint64_t times = 0, row = 0;
        for (size_t i = 0; i < (size_t)n * n; i++)
            if (i / n != i % n && m[i] > times) {
                times = m[i];
                most = i;
            }
        if (times == 0) {
            if (k == 0)
                printf("  none\n");
            return;
        }
        for (uint32_t c = 0; c < n; c++)
            row += m[most / n * n + c];
        printf("  class %lu answered as %lu: %llu of %llu\n", (unsigned long)(most / n), (unsigned long)(most % n),
               (unsigned long long)times, (unsigned long long)row);
        m[most / n * n + most / n] += times; /* printed: the row's sum stays */
        m[most] = 0;
    }
}

/* A line for a cost; the first one's also the accuracy and the confusion matrix, which are the same for all. */
static int eval_cost(program *p, const nn_cost *cost, const nnrt_data *data, nnrt_runner *runner, nnrt_figures *figures, uint64_t *confusion)
{
    char number[32], title[300];
    if (nnrt_evaluate(runner, cost, p->params, p->state, data, figures, confusion, &p->error) != 0)
        return EXIT_BAD;
    printf("%-9s %s\n", cost->name ? nnrt_cost_title(title, sizeof title, cost) : "cost", nnrt_show_real(number, figures->cost, 9));
    return EXIT_GOOD;
}

static int eval(program *p, const nn_cost *only, const nnrt_data *data, nnrt_runner *runner)
{
    const nn_model *model = p->model;
    uint32_t target = 0, output;
    nnrt_figures figures, more;
    char number[32];
    uint64_t *confusion = NULL;
    uint32_t classes = nnrt_judged(model, &target, &output) == 0 ? model->target[target].classes : 0;
    if (classes && classes <= CONFUSION_MOST) {
        confusion = nnrt_allocate((size_t)classes * classes, sizeof *confusion, "the confusion matrix", &p->error);
        if (!confusion)
            return EXIT_BAD;
    }
    printf("samples   %zu\n", data->samples);
    int status = eval_cost(p, only ? only : &model->cost[0], data, runner, &figures, confusion);
    for (uint32_t i = 1; status == EXIT_GOOD && !only && i < model->costs; i++)
        status = eval_cost(p, &model->cost[i], data, runner, &more, NULL);
    if (status == EXIT_GOOD && figures.judged)
        printf("accuracy  %s (%llu of %llu)\n", nnrt_show_real(number, (double)figures.correct / (double)figures.judged, 6),
               (unsigned long long)figures.correct, (unsigned long long)figures.judged);
    if (status == EXIT_GOOD && confusion && classes <= TABLE_MOST) {
        printf("\nconfusion matrix of %s: the class along rows, the answer along columns\n", model->target[target].name);
        print_table(confusion, classes);
    } else if (status == EXIT_GOOD && confusion) {
        print_worst(confusion, classes);
    }
    free(confusion);
    return status;
}

int nnrt_command_eval(program *p)
{
    const nn_cost *only = NULL;
    nnrt_data data = { 0 };
    int status = p->options.cost ? nnrt_program_cost(p, 0, &only) : EXIT_GOOD;
    if (status == EXIT_GOOD)
        status = nnrt_program_begin(p);
    if (status == EXIT_GOOD && nnrt_data_load(&data, p->model, p->options.data, 1, &p->error) != 0)
        status = EXIT_BAD;
    nnrt_runner *runner = status == EXIT_GOOD ? nnrt_runner_new(p->model, p->parallel, &p->error) : NULL;
    if (status == EXIT_GOOD)
        status = runner ? eval(p, only, &data, runner) : EXIT_BAD;
    nnrt_runner_free(runner);
    nnrt_data_free(&data);
    return status;
}

/* ---- predict ---- */

static nnrt_type type_of(const nn_model *model, uint32_t classes)
{
    return classes ? NNRT_I32 : model->real_size == sizeof(float) ? NNRT_F32 : NNRT_F64;
}

static void describe(nnrt_array *array, const nn_model *model, const char *name, uint32_t classes, const uint32_t *shape, uint32_t rank)
{
    memset(array, 0, sizeof *array);
    array->name = (char *)(uintptr_t)name;
    array->type = type_of(model, classes);
    array->rank = rank;
    array->count = 1;
    for (uint32_t i = 0; i < rank; i++) {
        array->shape[i] = shape[i];
        array->count *= shape[i];
    }
}

static int predict(program *p, const nnrt_data *data, nnrt_array *array, void **outputs)
{
    const nn_model *model = p->model;
    for (uint32_t i = 0; i < model->outputs; i++) {
        const nn_value *value = &model->output[i];
        nnrt_array *a = &array[i];
        describe(a, model, value->name, value->classes, value->shape, value->rank);
        memmove(a->shape + 1, a->shape, value->rank * sizeof a->shape[0]);
        a->shape[0] = data->samples;
        a->rank++;
        a->count = data->samples * value->size;
        a->data = outputs[i] = nnrt_allocate(data->samples, nnrt_sample_bytes(model, value), "the outputs", &p->error);
        if (!a->data)
            return EXIT_BAD;
    }
    nnrt_runner *runner = nnrt_runner_new(model, p->parallel, &p->error);
    int bad = !runner || nnrt_predict(runner, p->params, p->state, data, outputs, &p->error) != 0 ||
              nnrt_output_write(p->options.out, array, model->outputs, &p->error) != 0;
    nnrt_runner_free(runner);
    return bad ? EXIT_BAD : EXIT_GOOD;
}

int nnrt_command_predict(program *p)
{
    nnrt_data data = { 0 };
    int status = nnrt_program_begin(p);
    if (status == EXIT_GOOD && nnrt_data_load(&data, p->model, p->options.data, 0, &p->error) != 0)
        status = EXIT_BAD;
    nnrt_array *array = nnrt_allocate(p->model->outputs, sizeof *array, "the outputs", &p->error);
    void **outputs = nnrt_allocate(p->model->outputs, sizeof *outputs, "the outputs", &p->error);
    if (status == EXIT_GOOD)
        status = array && outputs ? predict(p, &data, array, outputs) : EXIT_BAD;
    for (uint32_t i = 0; outputs && i < p->model->outputs; i++)
        free(outputs[i]);
    free(outputs);
    free(array);
    nnrt_data_free(&data);
    return status;
}

/* ---- grad ---- */

static int grad_write(program *p, const nn_cost *cost, double value, const void *gradient)
{
    const nn_model *model = p->model;
    double cost_value = value;
    float cost_single = (float)value;
    nnrt_array *array = nnrt_allocate((size_t)model->params + 1, sizeof *array, "the gradient", &p->error);
    int bad = !array;
    if (!bad) {
        describe(&array[0], model, cost->name ? cost->name : "cost", 0, NULL, 0);
        array[0].data = model->real_size == sizeof(float) ? (void *)&cost_single : (void *)&cost_value;
    }
    for (uint32_t i = 0; !bad && i < model->params; i++) {
        const nn_param *param = &model->param[i];
        describe(&array[i + 1], model, param->path, 0, param->shape, param->rank);
        array[i + 1].data = nnrt_allocate(param->size, model->real_size, param->path, &p->error);
        bad = !array[i + 1].data;
        if (!bad)
            nnrt_param_get(model, param, gradient, array[i + 1].data);
    }
    if (!bad)
        bad = nnrt_npz_write(p->options.out, array, (size_t)model->params + 1, &p->error);
    for (uint32_t i = 0; array && i < model->params; i++)
        free(array[i + 1].data);
    free(array);
    return bad ? EXIT_BAD : EXIT_GOOD;
}

int nnrt_command_grad(program *p)
{
    const nn_cost *cost;
    const nn_model *model = p->model;
    nnrt_data data = { 0 };
    double value = 0;
    char number[32], title[300];
    int status = nnrt_program_cost(p, 1, &cost);
    if (status == EXIT_GOOD)
        status = nnrt_program_begin(p);
    if (status == EXIT_GOOD && nnrt_data_load(&data, model, p->options.data, 1, &p->error) != 0)
        status = EXIT_BAD;
    nnrt_runner *runner = status == EXIT_GOOD ? nnrt_runner_new(model, p->parallel, &p->error) : NULL;
    void *gradient = runner ? nnrt_allocate(1, model->params_size, "the gradient", &p->error) : NULL;
    if (status == EXIT_GOOD && (!gradient || nnrt_grad(runner, cost, p->params, p->state, &data, NULL, 0, (uint32_t)data.samples, gradient,
                                                       &value, &p->error) != 0))
        status = EXIT_BAD;
    if (status == EXIT_GOOD)
        status = grad_write(p, cost, value, gradient);
    if (status == EXIT_GOOD)
        printf("%s: %s, average over %zu samples\n", nnrt_cost_title(title, sizeof title, cost), nnrt_show_real(number, value, 9), data.samples);
    free(gradient);
    nnrt_runner_free(runner);
    nnrt_data_free(&data);
    return status;
}

/* ---- gradcheck, init, bench ---- */

int nnrt_command_gradcheck(program *p)
{
    const nn_cost *cost = NULL;
    char title[300];
    nnrt_check check = { .seed = p->options.seed, .report = stdout };
    uint32_t failed = 0, all = 0;
    if (p->options.cost) {
        int status = nnrt_program_cost(p, 0, &cost);
        if (status != EXIT_GOOD)
            return status;
    }
    for (uint32_t i = 0; i < p->model->costs; i++) {
        if (cost && cost != &p->model->cost[i])
            continue;
        printf("derivatives of %s against central differences, %s\n", nnrt_cost_title(title, sizeof title, &p->model->cost[i]),
               p->model->real_size == sizeof(float) ? "float: bound 1e-1" : "double: bound 1e-6");
        nnrt_gradcheck(p->model, &p->model->cost[i], &check, &failed, &p->error);
        if (p->error.text[0])
            return EXIT_BAD;
        all += failed;
    }
    printf(all ? "%lu off\n" : "all agree\n", (unsigned long)all);
    return all ? EXIT_BAD : EXIT_GOOD;
}

int nnrt_command_init(program *p)
{
    int status = nnrt_program_begin(p);
    if (status != EXIT_GOOD)
        return status;
    return nnrt_params_save(p->model, p->params, p->model->state_size ? p->state : NULL, p->options.out, NULL, 0, &p->error) ? EXIT_BAD
                                                                                                                            : EXIT_GOOD;
}

int nnrt_command_bench(program *p)
{
    return nnrt_bench(p->model, p->options.seed, p->parallel, stdout, &p->error) ? EXIT_BAD : EXIT_GOOD;
}
