/* evaluate.h: computes expressions and the equations of routines, element by element, in double: for tests of the derivation and of
 * the simplifications without any C being generated. Slow and literal. */
#ifndef EVALUATE_H
#define EVALUATE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "routine/routine.h"

typedef struct evaluator {
    int samples;
    double **values;             /* by tensor id, row-major, batch outermost; NULL: not there yet */
    int tensors;
    int64_t at[MAX_INDEX];       /* the positions' values now */
    double symbol[4];            /* by symbol */
    double (*memo)[2];           /* by node id: value, and the stamp for which it holds */
    int nodes;
    double stamp;
} evaluator;

/* A uniform number in [0, 1): splitmix64 of the seed (Steele, Lea, Flood 2014). */
static inline double hash_unit(uint64_t seed)
{
    seed += 0x9E3779B97F4A7C15u;
    seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9u;
    seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EBu;
    return (double)((seed ^ (seed >> 31)) >> 11) / 9007199254740992.0;
}

static inline int64_t eval_extent(const evaluator *v, int64_t extent)
{
    return extent == EXTENT_BATCH ? v->samples : extent;
}

static inline int64_t eval_size(const evaluator *v, const tensor *t)
{
    int64_t n = 1;
    for (int d = 0; d < t->rank; d++)
        n *= eval_extent(v, t->dims[d]);
    return n;
}

static inline double *eval_values(evaluator *v, const tensor *t)
{
    if (t->id >= v->tensors) {
        int n = t->id + 256;
        v->values = realloc(v->values, (size_t)n * sizeof *v->values);
        memset(v->values + v->tensors, 0, (size_t)(n - v->tensors) * sizeof *v->values);
        v->tensors = n;
    }
    if (!v->values[t->id]) {
        int64_t n = eval_size(v, t);
        double *values = calloc((size_t)n + 1, sizeof *values);
        for (int64_t i = 0; i < n; i++)
            values[i] = t->values ? t->values[i] : NAN; /* what is read before it is computed shows */
        v->values[t->id] = values;
    }
    return v->values[t->id];
}

static double eval_real(evaluator *v, const expr *e);

static inline int64_t eval_int(evaluator *v, const expr *e);

/* The element of t that the subscripts name; bug()s outside of it. */
static inline double *eval_element(evaluator *v, const tensor *t, expr *const *subs)
{
    int64_t at = 0;
    for (int d = 0; d < t->rank; d++) {
        int64_t extent = eval_extent(v, t->dims[d]), i = eval_int(v, subs[d]);
        if (i < 0 || i >= extent)
            bug("%s: subscript %d is %lld, its extent %lld", t->label, d, (long long)i, (long long)extent);
        at = at * extent + i;
    }
    return eval_values(v, t) + at;
}

static inline int64_t eval_atom(evaluator *v, const expr *e)
{
    switch (e->kind) {
    case X_INDEX: return v->at[e->index];
    case X_IDIV: return (int64_t)floor((double)eval_int(v, e->args[0]) / (double)e->divisor);
    case X_IMOD: {
        int64_t i = eval_int(v, e->args[0]);
        return i - e->divisor * (int64_t)floor((double)i / (double)e->divisor);
    }
    case X_READ: return (int64_t)*eval_element(v, e->tensor, e->args);
    default: bug("not an atom");
    }
}

static inline int64_t eval_int(evaluator *v, const expr *e)
{
    int64_t sum = e->constant;
    for (int i = 0; i < e->nargs; i++)
        sum += e->coef[i] * eval_atom(v, e->args[i]);
    return sum;
}

/* The operations' values, told once more: nothing of ops.def is used. */
static inline double eval_op(op o, double a, double b)
{
    switch (o) {
    case OP_ADD: return a + b;
    case OP_SUB: return a - b;
    case OP_MUL: return a * b;
    case OP_DIV: return a / b;
    case OP_NEG: return -a;
    case OP_POW: return pow(a, b);
    case OP_MAX: return fmax(a, b);
    case OP_MIN: return fmin(a, b);
    case OP_LT: return a < b;
    case OP_LE: return a <= b;
    case OP_EQ: return a == b;
    case OP_AND: return a != 0 && b != 0;
    case OP_OR: return a != 0 || b != 0;
    case OP_NOT: return a == 0;
    case OP_EXP: return exp(a);
    case OP_LOG: return log(a);
    case OP_LOG1P: return log1p(a);
    case OP_EXPM1: return expm1(a);
    case OP_SQRT: return sqrt(a);
    case OP_ABS: return fabs(a);
    case OP_SIGN: return a > 0 ? 1 : a < 0 ? -1 : 0;
    case OP_FLOOR: return floor(a);
    case OP_CEIL: return ceil(a);
    case OP_ROUND: return round(a);
    case OP_SIN: return sin(a);
    case OP_COS: return cos(a);
    case OP_TAN: return tan(a);
    case OP_ASIN: return asin(a);
    case OP_ACOS: return acos(a);
    case OP_ATAN: return atan(a);
    case OP_ATAN2: return atan2(a, b);
    case OP_SINH: return sinh(a);
    case OP_COSH: return cosh(a);
    case OP_TANH: return tanh(a);
    case OP_SIGMOID: return 1 / (1 + exp(-a));
    case OP_SOFTPLUS: return a > 30 ? a : log1p(exp(a));
    case OP_ERF: return erf(a);
    case OP_COUNT: break;
    }
    bug("operation %d", (int)o);
}

static inline double eval_noise(evaluator *v, const expr *e)
{
    uint64_t seed = (uint64_t)e->index * 1000003u + (uint64_t)eval_int(v, e->args[0]) * 10007u + (uint64_t)eval_int(v, e->args[1]);
    double u = hash_unit(seed);
    return e->constant == NOISE_GAUSS ? 3.4 * (u - 0.5) : u;
}

static inline double eval_node(evaluator *v, const expr *e)
{
    switch (e->kind) {
    case X_NUM: return e->num;
    case X_SYM: return v->symbol[e->sym];
    case X_REAL: return (double)eval_int(v, e->args[0]);
    case X_READ: return *eval_element(v, e->tensor, e->args);
    case X_OP:
        if (e->op == OP_AND || e->op == OP_OR) { /* the second is not evaluated where the first decides */
            bool first = eval_real(v, e->args[0]) != 0;
            return first == (e->op == OP_OR) ? first : eval_real(v, e->args[1]) != 0;
        }
        return eval_op(e->op, eval_real(v, e->args[0]), e->nargs > 1 ? eval_real(v, e->args[1]) : 0);
    case X_SELECT: return eval_real(v, e->args[eval_real(v, e->args[0]) != 0 ? 1 : 2]);
    case X_GE0: return eval_int(v, e->args[0]) >= 0;
    case X_EQ0: return eval_int(v, e->args[0]) == 0;
    case X_CUSTOM: return eval_real(v, e->args[0]);
    case X_NOISE: return eval_noise(v, e);
    default: bug("not a real");
    }
}

/* Each node once for each setting of the positions (`stamp`). */
static double eval_real(evaluator *v, const expr *e)
{
    if (e->is_int)
        return (double)eval_int(v, e);
    if (e->id >= v->nodes) {
        int n = e->id + 4096;
        v->memo = realloc(v->memo, (size_t)n * sizeof *v->memo);
        memset(v->memo + v->nodes, 0, (size_t)(n - v->nodes) * sizeof *v->memo);
        v->nodes = n;
    }
    if (v->memo[e->id][1] == v->stamp)
        return v->memo[e->id][0];
    double value = eval_node(v, e);
    v->memo[e->id][0] = value;
    v->memo[e->id][1] = v->stamp;
    return value;
}

static inline double eval_now(evaluator *v, const expr *e)
{
    v->stamp++;
    return eval_real(v, e);
}

/* ---- equations ---- */

static inline bool is_fixed(const equation *e, int position)
{
    for (int k = 0; k < e->turns; k++)
        if (e->turn[k].position == position)
            return true;
    return false;
}

/* The next setting of positions first … end-1 (those of turns stay); false: there is none. */
static inline bool eval_next(evaluator *v, const equation *e, int first, int end)
{
    for (int p = end - 1; p >= first; p--) {
        if (is_fixed(e, p))
            continue;
        if (++v->at[p] < eval_extent(v, e->extent[p]))
            return true;
        v->at[p] = 0;
    }
    return false;
}

static inline double eval_reduce(evaluator *v, const equation *e)
{
    static const double start[] = {[RED_SUM] = 0, [RED_PROD] = 1, [RED_MAX] = -INFINITY, [RED_MIN] = INFINITY, [RED_ARGMAX] = -INFINITY, [RED_ARGMIN] = INFINITY};
    double result = start[e->reduction], place = 0, best = 0;
    int end = e->free + e->bound;
    do {
        double x = eval_now(v, e->body);
        switch (e->reduction) {
        case RED_NONE: return x;
        case RED_SUM: result += x; break;
        case RED_PROD: result *= x; break;
        case RED_MAX: result = fmax(result, x); break;
        case RED_MIN: result = fmin(result, x); break;
        case RED_ARGMAX: best = x > result ? place : best; result = fmax(result, x); break;
        case RED_ARGMIN: best = x < result ? place : best; result = fmin(result, x); break;
        }
        place++;
    } while (eval_next(v, e, e->free, end));
    return e->reduction == RED_ARGMAX || e->reduction == RED_ARGMIN ? best : result;
}

/* The equation for all its positions but the turns around it, whose values turn[] gives. */
static inline void eval_equation(evaluator *v, const equation *e, const int64_t turn[])
{
    double *out = eval_values(v, e->out);
    if (e->kind == EQ_RESHAPE) {
        memcpy(out, eval_values(v, e->source), (size_t)eval_size(v, e->out) * sizeof *out);
        return;
    }
    memset(v->at, 0, sizeof v->at);
    for (int k = 0; k < e->turns; k++)
        v->at[e->turn[k].position] = turn[e->turn[k].recurrence];
    do {
        double x = eval_reduce(v, e);
        if (e->accumulate && x != 0) /* where a condition makes it 0 the subscripts may lie outside */
            *eval_element(v, e->out, e->subs) += x;
        else if (!e->accumulate) {
            int64_t at = 0;
            for (int d = 0; d < e->free; d++)
                at = at * eval_extent(v, e->extent[d]) + v->at[d];
            out[at] = x;
        }
    } while (eval_next(v, e, 0, e->free));
}

/* Equations first … end-1 of the routine, within the recurrences `depth` of which are around them. */
static inline void eval_range(evaluator *v, const routine *r, int first, int end, int depth, int64_t turn[])
{
    for (int i = first; i < end;) {
        const equation *e = r->equations.data[i];
        if (e->turns == depth) {
            eval_equation(v, e, turn);
            i++;
            continue;
        }
        int number = e->turn[depth].recurrence;
        const recurrence *c = r->recurrences.data[number];
        for (int64_t k = 0; k < c->extent; k++) {
            turn[number] = c->backward ? c->extent - 1 - k : k;
            eval_range(v, r, c->first, c->first + c->count, depth + 1, turn);
        }
        i = c->first + c->count;
    }
}

/* Computes all of the routine. Inputs, parameters and states have been set; nothing computed before is kept. */
static inline void eval_routine(evaluator *v, const routine *r)
{
    int64_t *turn = calloc((size_t)r->recurrences.count + 1, sizeof *turn);
    for (int i = 0; i < r->equations.count; i++) {
        const tensor *t = r->equations.data[i]->out;
        if ((t->kind == TENSOR_VALUE || t->kind == TENSOR_GRADIENT) && t->id < v->tensors && v->values[t->id]) {
            free(v->values[t->id]);
            v->values[t->id] = NULL;
        }
    }
    eval_range(v, r, 0, r->equations.count, 0, turn);
    free(turn);
}

/* The average of a scalar (of each sample, or one for all). */
static inline double eval_average(evaluator *v, const tensor *t)
{
    const double *values = eval_values(v, t);
    double sum = 0;
    for (int64_t i = 0; i < eval_size(v, t); i++)
        sum += values[i];
    return sum / (double)eval_size(v, t);
}

static inline void eval_free(evaluator *v)
{
    for (int i = 0; i < v->tensors; i++)
        free(v->values[i]);
    free(v->values);
    free(v->memo);
    memset(v, 0, sizeof *v);
}

#endif
