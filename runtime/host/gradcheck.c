/* gradcheck.c: every parameter's derivative against central differences of the cost that `grad` itself returns (it
 * descends the cost as training sees it: noise on, batch statistics in use), at random parameters and made-up data.
 *
 * For a parameter with largest derivative M, an element passes when |derivative - difference| <= bound * M. Of several step
 * sizes one must agree: large ones suffer from curvature and kinks, small ones from rounding; a wrong derivative agrees with
 * none. The larger steps take Richardson's extrapolation, (4 D(h/2) - D(h)) / 3. Where M is so small that differences are
 * nothing but rounding (M is 0 for a bias whose effect a softmax cancels), an element also passes within the noise that
 * rounding of the cost f gives one of the larger steps, 8 eps |f| / step; the report counts these as "within rounding".
 *
 * In float, steps that are safe from kinks drown in rounding. There the bound is 1e-1, slopes are also fitted to many steps,
 * and the slope along the parameter's whole gradient, which has little noise, is compared besides.
 *
 * Where none agrees and the one-sided differences disagree by about the same jump at three step sizes, the cost has a kink
 * at that very place; such elements are counted, and more than 1 % of them fail. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

enum { SAMPLES = 5, WARM_UP = 3, LISTED = 3, AVERAGED = 16 };

typedef struct check {
    const nn_model *model;
    const nn_cost *cost;
    nnrt_check wish;
    double epsilon;             /* of the precision */
    uint32_t samples;
    void *params, *gradient, *scratch; /* scratch: a gradient that nobody reads */
    void *before;               /* the parameters while all of one are moved */
    void *state, *state_now;    /* where each call begins; what a call spends */
    void *work;
    const void **in;
    int result;                 /* NN_OK, or the first error of a call; a cost that is not finite is none: */
    int infinite;               /* what the last such call said with --check-finite, else NN_OK */
    uint64_t checked, kinks;    /* elements of all parameters */
    uint64_t random;
} check;

/* What came of one parameter. */
typedef struct finding {
    uint32_t checked, kinks, off, infinite, rounding;
    double largest, worst;      /* derivative; error relative to it */
    uint32_t place[LISTED];
    double derivative[LISTED], difference[LISTED];
} finding;

static const double double_steps[] = { 1e-4, 1e-5, 1e-3, 1e-6, 1e-2, 1e-7 };
static const double float_steps[] = { 1e-2, 3e-3, 3e-2, 1e-3, 1e-1 }, float_averaged[] = { 3e-3, 1e-3, 1e-2, 3e-4, 3e-2, 1e-4 };
static const double double_kink_steps[3] = { 1e-4, 1e-5, 1e-6 };
static const double float_kink_steps[3] = { 1e-2, 3e-3, 1e-3 };
/* The least step whose noise counts as an excuse: at smaller ones it would excuse anything. */
static const double double_excuse = 9e-5, float_excuse = 9e-3, averaged_excuse = 9e-4;

/* ---- the cost as a function of the parameters ---- */

static double cost_of(check *c, void *gradient)
{
    const nn_model *model = c->model;
    if (model->state_size)
        memcpy(c->state_now, c->state, model->state_size);
    double f = c->cost->grad(c->params, model->state_size ? c->state_now : NULL, c->work, c->samples, c->in, gradient);
    int result = ((const nn_work *)c->work)->error;
    if (result >= NN_EFINITE)
        c->infinite = result;
    else if (c->result == NN_OK)
        c->result = result;
    return f;
}

/* The cost with the real at `place` moved; `moved` is by how much it really was. */
static double cost_at(check *c, size_t place, double step, double *moved)
{
    double old = nnrt_real_at(c->model, c->params, place);
    nnrt_real_put(c->model, c->params, place, old + step);
    *moved = nnrt_real_at(c->model, c->params, place) - old;
    double f = cost_of(c, c->scratch);
    nnrt_real_put(c->model, c->params, place, old);
    return f;
}

static double central(check *c, size_t place, double step, double *noise)
{
    double right, left, f1 = cost_at(c, place, step, &right), f0 = cost_at(c, place, -step, &left);
    *noise = 8 * c->epsilon * (fabs(f1) + fabs(f0)) / 2 / step;
    return (f1 - f0) / (right - left);
}

static double difference(check *c, size_t place, double step, double *noise)
{
    double coarse = central(c, place, step, noise), fine;
    if (step < (c->model->real_size == sizeof(float) ? 2e-2 : 5e-4))
        return coarse;
    fine = central(c, place, step / 2, noise);
    *noise *= 5.0 / 3;
    return (4 * fine - coarse) / 3;
}

/* In float rounding hides what a small step shows: the slope that fits differences at AVERAGED steps between step and twice
 * that best, which has a fourth of the noise. */
static double averaged(check *c, size_t place, double step, double *noise)
{
    double products = 0, squares = 0;
    for (int k = 0; k < AVERAGED; k++) {
        double right, left, h = step * (1 + (double)k / AVERAGED), f1 = cost_at(c, place, h, &right), f0 = cost_at(c, place, -h, &left);
        products += (f1 - f0) * (right - left);
        squares += (right - left) * (right - left);
        *noise = c->epsilon * (fabs(f1) + fabs(f0)) / 4 / step;
    }
    return products / squares;
}

/* ---- one element ---- */

/* The slope on one side: in float fitted to several steps, as in averaged. */
static double one_sided(check *c, size_t place, double step, double f, double *noise)
{
    double products = 0, squares = 0, moved;
    int turns = c->model->real_size == sizeof(float) ? AVERAGED : 1;
    for (int k = 0; k < turns; k++) {
        double d = cost_at(c, place, step * (1 + (double)k / turns), &moved) - f;
        products += d * moved;
        squares += moved * moved;
    }
    *noise = (turns == 1 ? 16 : 2) * c->epsilon * fabs(f) / fabs(step);
    return products / squares;
}

static int is_kink(check *c, size_t place, double largest, double bound)
{
    const double *steps = c->model->real_size == sizeof(float) ? float_kink_steps : double_kink_steps;
    double jump[3], noise, f = cost_of(c, c->scratch);
    for (int i = 0; i < 3; i++) {
        jump[i] = fabs(one_sided(c, place, steps[i], f, &noise) - one_sided(c, place, -steps[i], f, &noise));
        if (!(jump[i] > bound * largest + noise))
            return 0;
    }
    return jump[2] > 0.4 * jump[0]; /* curvature's jump would shrink with the step, to a tenth and less */
}

static void one(check *c, size_t place, uint32_t q, finding *found)
{
    int single = c->model->real_size == sizeof(float);
    size_t count = single ? sizeof float_steps / sizeof float_steps[0] : sizeof double_steps / sizeof double_steps[0];
    double derivative = nnrt_real_at(c->model, c->gradient, place), nearest = INFINITY, closest = NAN, noise;
    double size = fmax(1, fabs(nnrt_real_at(c->model, c->params, place)));
    size_t more = single ? sizeof float_averaged / sizeof float_averaged[0] : 0;
    int rounding = 0;
    found->checked++;
    for (size_t i = 0; i < count + more; i++) {
        double step = size * (i >= count ? float_averaged[i - count] : single ? float_steps[i] : double_steps[i]);
        double d = i < count ? difference(c, place, step, &noise) : averaged(c, place, step, &noise), gap = fabs(d - derivative);
        if (gap < nearest) {
            nearest = gap;
            closest = d;
        }
        if (gap <= c->wish.bound / 10 * found->largest)
            break; /* close enough not to look for a closer one */
        double excuse = i >= count ? averaged_excuse : single ? float_excuse : double_excuse;
        rounding |= gap <= noise + (i >= count ? c->wish.bound * found->largest : 0) && step > excuse;
    }
    if (nearest <= c->wish.bound * found->largest) {
        found->worst = fmax(found->worst, found->largest > 0 ? nearest / found->largest : 0);
        return;
    }
    if (rounding) {
        found->rounding++;
        return;
    }
    if (is_kink(c, place, found->largest, c->wish.bound)) {
        found->kinks++;
        return;
    }
    if (found->off < LISTED) {
        found->place[found->off] = q;
        found->derivative[found->off] = derivative;
        found->difference[found->off] = closest;
    }
    found->off++;
    found->worst = fmax(found->worst, found->largest > 0 ? nearest / found->largest : INFINITY);
}

/* ---- one parameter ---- */

/* The slope along the unit vector of the parameter's gradient is the gradient's norm. Gives the relative error. */
static double along(check *c, const nn_param *param)
{
    double square = 0, norm, best = INFINITY;
    for (uint32_t q = 0; q < param->size; q++) {
        double g = nnrt_real_at(c->model, c->gradient, nnrt_place(param, q));
        square += g * g;
    }
    norm = sqrt(square);
    if (!(norm > 0))
        return 0;
    void *old = c->before;
    memcpy(old, c->params, c->model->params_size);
    for (size_t i = 0; i < sizeof float_steps / sizeof float_steps[0]; i++) {
        double f[2], step = float_steps[i], moved = 0;
        for (int side = 0; side < 2; side++) {
            for (uint32_t q = 0; q < param->size; q++) {
                size_t place = nnrt_place(param, q);
                double p = nnrt_real_at(c->model, old, place), g = nnrt_real_at(c->model, c->gradient, place);
                nnrt_real_put(c->model, c->params, place, p + (side ? step : -step) * g / norm);
                /* the derivative says how far this rounded step should lead */
                moved += (side ? 1 : -1) * (nnrt_real_at(c->model, c->params, place) - p) * g;
            }
            f[side] = cost_of(c, c->scratch);
        }
        double noise = 8 * c->epsilon * (fabs(f[0]) + fabs(f[1])), gap = fabs(f[1] - f[0] - moved);
        best = fmin(best, (gap <= noise && noise > c->wish.bound * 2 * step * norm ? 0 : gap) / (2 * step * norm));
        memcpy(c->params, old, c->model->params_size);
    }
    return best;
}

static void parameter(check *c, const nn_param *param, finding *found)
{
    memset(found, 0, sizeof *found);
    for (uint32_t q = 0; q < param->size; q++) {
        double g = nnrt_real_at(c->model, c->gradient, nnrt_place(param, q));
        found->infinite += isfinite(g) ? 0 : 1;
        found->largest = fmax(found->largest, fabs(g));
    }
    if (found->infinite)
        return;
    uint32_t most = c->wish.most < param->size ? c->wish.most : param->size;
    for (uint32_t i = 0; i < most; i++) {
        /* one place in each of `most` equal parts, at random: all where all are checked */
        uint32_t from = (uint32_t)((uint64_t)i * param->size / most), to = (uint32_t)((uint64_t)(i + 1) * param->size / most);
        uint32_t q = from + nnrt_random_below(&c->random, to - from);
        one(c, nnrt_place(param, q), q, found);
    }
    if (c->model->real_size == sizeof(float) && !found->off && !found->kinks) {
        double error = along(c, param);
        found->worst = fmax(found->worst, error);
        found->off += error > c->wish.bound;
    }
}

static void report_off(const check *c, const nn_param *param, const finding *found)
{
    char derivative[32], closest[32];
    for (uint32_t i = 0; i < found->off && i < LISTED && !isnan(found->difference[i]); i++) {
        uint32_t index[16], q = found->place[i];
        char shape[200];
        for (uint32_t a = param->rank; a-- > 0; q /= param->shape[a])
            if (a < 16)
                index[a] = q % param->shape[a];
        if (found->difference[i] == 0 && found->derivative[i] == 0)
            continue;
        fprintf(c->wish.report, "    %s%s: derivative %s, difference %s\n", param->path,
                nnrt_show_shape(shape, sizeof shape, index, param->rank < 16 ? param->rank : 16),
                nnrt_show_real(derivative, found->derivative[i], 9), nnrt_show_real(closest, found->difference[i], 9));
    }
}

/* 1 if the parameter fails. */
static int judge(const check *c, const nn_param *param, const finding *found)
{
    char worst[32];
    int custom = (param->flags & NN_CUSTOM) != 0;
    int bad = found->infinite || (!custom && found->off);
    const char *verdict = found->infinite ? "NOT FINITE" : custom ? "not compared: behind a detach or a derivative of its own"
                          : found->off ? "OFF" : "ok";
    if (!c->wish.report)
        return bad;
    fprintf(c->wish.report, "%-28s %8lu of %-8lu error %-10s", param->path, (unsigned long)found->checked, (unsigned long)param->size,
            nnrt_show_real(worst, found->worst, 2));
    if (found->kinks)
        fprintf(c->wish.report, " %lu at kinks,", (unsigned long)found->kinks);
    if (found->rounding)
        fprintf(c->wish.report, " %lu within rounding,", (unsigned long)found->rounding);
    fprintf(c->wish.report, " %s\n", verdict);
    if (bad && !found->infinite)
        report_off(c, param, found);
    return bad;
}

/* What the cost doesn't train (frozen, or wholly behind a detach) must have no gradient at all. */
static int untouched(const check *c, uint32_t number)
{
    const nn_param *param = &c->model->param[number];
    for (uint32_t q = 0; q < param->size; q++) {
        double g = nnrt_real_at(c->model, c->gradient, nnrt_place(param, q));
        if (g < 0 || g > 0 || isnan(g)) {
            if (c->wish.report)
                fprintf(c->wish.report, "%-28s OFF: the cost does not train it, yet it has a gradient\n", param->path);
            return 0;
        }
    }
    if (c->wish.report)
        fprintf(c->wish.report, "%-28s %s\n", param->path,
                param->flags & NN_FROZEN         ? "frozen"
                : c->cost->trains[number] == 2   ? "has no gradient: it acts through steps or a detach alone"
                : param->flags & NN_CUSTOM       ? "not compared: behind a detach or a derivative of its own; the cost does not train it"
                                                 : "the cost does not train it");
    return 1;
}

/* ---- the whole ---- */

static int prepare(check *c, nnrt_error *error)
{
    const nn_model *model = c->model;
    c->epsilon = model->real_size == sizeof(float) ? FLT_EPSILON : DBL_EPSILON;
    c->samples = model->batch < SAMPLES ? model->batch : SAMPLES;
    c->random = nnrt_random_stream(c->wish.seed, UINT64_C(0x636865636b)); /* "check" */
    c->params = nnrt_allocate(1, model->params_size, "the parameters", error);
    c->before = nnrt_allocate(1, model->params_size, "the parameters", error);
    c->gradient = nnrt_allocate(1, model->params_size, "the gradient", error);
    c->scratch = nnrt_allocate(1, model->params_size, "the gradient", error);
    c->state = nnrt_allocate(1, model->state_size, "the state", error);
    c->state_now = nnrt_allocate(1, model->state_size, "the state", error);
    c->work = nnrt_allocate(1, model->work_size, "the work", error);
    c->in = nnrt_allocate((size_t)model->inputs + model->targets, sizeof *c->in, "the data", error);
    return !c->params || !c->before || !c->gradient || !c->scratch || !c->state || !c->state_now || !c->work || !c->in;
}

static void release(check *c)
{
    free(c->params);
    free(c->before);
    free(c->gradient);
    free(c->scratch);
    free(c->state);
    free(c->state_now);
    free(c->work);
    free(c->in);
}

/* Data for which the cost is finite: normal ones if that serves, else reals in 0 ... 1, targets before inputs (a target may
 * be a distribution, an input may be under a logarithm). */
static int find_data(check *c, nnrt_data *data, nnrt_error *error)
{
    const nn_model *model = c->model;
    char title[300];
    for (int attempt = 0; attempt < 3; attempt++) {
        memset(data, 0, sizeof *data);
        if (nnrt_fake_data(data, model, c->samples, c->wish.seed, attempt == 2, attempt >= 1, error) != 0)
            return 1;
        for (uint32_t i = 0; i < data->values; i++)
            c->in[i] = data->value[i];
        if (model->init)
            model->init(c->params, c->wish.seed);
        if (model->reset)
            model->reset(c->state, c->wish.seed);
        c->result = NN_OK;
        for (int turn = 0; turn < WARM_UP && model->state_size; turn++) { /* away from the states' first values */
            cost_of(c, c->gradient);
            memcpy(c->state, c->state_now, model->state_size);
        }
        memset(c->gradient, 0xff, model->params_size); /* not numbers: whatever grad leaves out shows */
        double f = cost_of(c, c->gradient);
        if (c->result != NN_OK) {
            nnrt_data_free(data);
            return nnrt_call_error(model, c->result, error);
        }
        if (isfinite(f))
            return 0;
        nnrt_data_free(data);
    }
    nnrt_error_set(error, "%s: %s is not finite at made-up data, normal or between 0 and 1", model->name,
                   nnrt_cost_title(title, sizeof title, c->cost));
    return c->infinite ? nnrt_error_add(error, "%s is not finite", model->checked[c->infinite - NN_EFINITE]) : 1;
}

int nnrt_gradcheck(const nn_model *model, const nn_cost *cost, const nnrt_check *wish, uint32_t *failed, nnrt_error *error)
{
    check c;
    nnrt_data data = { 0 };
    memset(&c, 0, sizeof c);
    c.model = model;
    c.cost = cost;
    c.wish = *wish;
    if (!(c.wish.bound > 0))
        c.wish.bound = model->real_size == sizeof(float) ? 1e-1 : 1e-6;
    if (c.wish.most == 0)
        c.wish.most = 200;
    *failed = 0;
    int bad = prepare(&c, error) != 0 || find_data(&c, &data, error) != 0;
    for (uint32_t i = 0; !bad && i < model->params; i++) {
        finding found;
        if (cost->trains[i] != 1) {
            *failed += !untouched(&c, i);
            continue;
        }
        parameter(&c, &model->param[i], &found);
        *failed += (uint32_t)judge(&c, &model->param[i], &found);
        if (!(model->param[i].flags & NN_CUSTOM)) {
            c.checked += found.checked;
            c.kinks += found.kinks;
        }
        if (c.result != NN_OK)
            bad = nnrt_call_error(model, c.result, error);
    }
    if (!bad && c.kinks * 100 > c.checked) {
        if (c.wish.report)
            fprintf(c.wish.report, "%llu of %llu elements lie at kinks: more than 1 %% is OFF\n", (unsigned long long)c.kinks,
                    (unsigned long long)c.checked);
        ++*failed;
    }
    if (!bad && c.checked == 0 && c.wish.report)
        fprintf(c.wish.report, "nothing could be compared\n");
    nnrt_data_free(&data);
    release(&c);
    return bad || *failed;
}
