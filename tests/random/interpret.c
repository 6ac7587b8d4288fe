/* interpret.c: evaluates a model's statements one after the other, each for all samples and all elements, as docs/language.md tells them.
 *
 * gradient(c, x) and jacobian(s, x) are evaluated by their meaning: the model is run anew from the start up to there, once for each element of x,
 * with numbers twice as long whose upper half is the derivative by that element. */
#include "interpret.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static number evaluate(run *r, const node *n, const int *element, const number *arguments, int size);

/* ---- integers ---- */

static long whole(run *r, const node *n);

static long floor_quotient(long a, long b)
{
    return a / b - (a % b < 0);
}

/* Where the element lies that the subscripts say; -1: outside. */
static long place_of(run *r, const value *v, node *const *subscripts)
{
    long place = 0;
    for (int d = 0; d < v->rank; d++) {
        long i = whole(r, subscripts[d]);
        if (i < 0 || i >= v->dims[d])
            return -1;
        place = place * v->dims[d] + i;
    }
    return place;
}

static number *element_at(run *r, const value *v, long place)
{
    if (place < 0 || !r->at[v->id]) {
        fprintf(stderr, "interpreter: %s is read outside or before it is there\n", v->name);
        exit(2);
    }
    return &r->at[v->id][(long)r->sample * v->size + place];
}

static long whole(run *r, const node *n)
{
    switch (n->kind) {
    case N_INT: return (long)n->number;
    case N_INDEX: return n->index->at;
    case N_PLUS: return whole(r, n->arg[0]) + whole(r, n->arg[1]);
    case N_MINUS: return whole(r, n->arg[0]) - whole(r, n->arg[1]);
    case N_TIMES: return (long)n->number * whole(r, n->arg[0]);
    case N_QUOTIENT: return floor_quotient(whole(r, n->arg[0]), (long)n->number);
    case N_REMAINDER: return whole(r, n->arg[0]) - (long)n->number * floor_quotient(whole(r, n->arg[0]), (long)n->number);
    case N_GATHER: return (long)element_at(r, n->value, place_of(r, n->value, n->arg))->c[0];
    default: break;
    }
    fprintf(stderr, "interpreter: no integer\n");
    exit(2);
}

/* ---- noise: Philox4x32-10 of the seed; counter: element, place in the model, sample ---- */

uint64_t noise_seed(void)
{
    return 7;
}

/* Bits for the element that is computed; `over` are the scans around, whose turns count as dimensions before it. */
static void draw_bits(const run *r, const node *n, int element, uint32_t x[4])
{
    uint64_t sample = r->first_sample + (uint64_t)r->sample, turn = 0;
    for (int i = 0; i < n->overs; i++)
        turn = turn * (uint64_t)n->over[i]->extent + (uint64_t)n->over[i]->at;
    x[0] = (uint32_t)(turn * (uint64_t)n->number) + (uint32_t)element;
    x[1] = (uint32_t)n->place;
    x[2] = (uint32_t)sample;
    x[3] = (uint32_t)(sample >> 32);
    uint32_t key[2] = {(uint32_t)noise_seed(), (uint32_t)(noise_seed() >> 32)};
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)x[0] * 0xD2511F53u, b = (uint64_t)x[2] * 0xCD9E8D57u;
        uint32_t y[4] = {(uint32_t)(b >> 32) ^ x[1] ^ key[0], (uint32_t)b, (uint32_t)(a >> 32) ^ x[3] ^ key[1], (uint32_t)a};
        memcpy(x, y, sizeof y);
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
}

/* In [0, 1); a float's has 24 bits. */
static double fraction(const uint32_t bits[2])
{
    return number_shaken(ldexp((double)((uint64_t)bits[0] << 21 | bits[1] >> 11), -53));
}

static double noise(const run *r, const node *n, int element)
{
    uint32_t x[4];
    draw_bits(r, n, element, x);
    if (n->kind == N_BERNOULLI)
        return fraction(x) < n->arg[0]->number;
    return sqrt(-2 * log(1 - fraction(x))) * cos(2 * acos(-1.0) * fraction(x + 2));
}

/* ---- reals ---- */

static number reduce(run *r, const node *n, const int *element, const number *arguments, int size)
{
    long terms = 1, taken = 0;
    int first = n->batch ? 0 : r->sample, last = n->batch ? r->samples - 1 : r->sample, mine = r->sample;
    number result = number_of(n->reduce == R_PROD ? 1 : 0);
    bool extremum = n->reduce == R_MAX || n->reduce == R_MIN || n->reduce == R_ARGMAX || n->reduce == R_ARGMIN;
    bool least = n->reduce == R_MIN || n->reduce == R_ARGMIN;
    long count = 0, equal = 0;
    for (int i = 0; i < n->overs; i++)
        terms *= n->over[i]->extent;
    for (int sample = first; sample <= last; sample++)
        for (long k = 0; k < terms; k++, count++) {
            long rest = k;
            for (int i = n->overs - 1; i >= 0; i--) {
                n->over[i]->at = (int)(rest % n->over[i]->extent);
                rest /= n->over[i]->extent;
            }
            r->sample = sample;
            number term = evaluate(r, n->arg[0], element, arguments, size);
            if (!extremum)
                result = number_apply(n->reduce == R_PROD ? O_MUL : O_ADD, result, term, size);
            else if (count == 0 || (least ? term.c[0] < result.c[0] : term.c[0] > result.c[0])) {
                result = term;
                taken = k;
                equal = 1;
            } else
                equal += term.c[0] == result.c[0];
        }
    r->sample = mine;
    if (extremum) { /* which one, and among how many: rounding must not change it */
        decide(0);
        arith.decisions += (uint64_t)taken * 1000 + (uint64_t)equal;
    }
    if (n->reduce == R_MEAN)
        result = number_apply(O_DIV, result, number_of((double)count), size);
    return n->reduce == R_ARGMAX || n->reduce == R_ARGMIN ? number_of((double)taken) : result;
}

static number strip(number a)
{
    return number_of(a.c[0]);
}

/* The function's value at numbers of this size: with partial derivatives of its own, those count instead of the formula's. */
static number call(run *r, const function *f, const number *arguments, int size)
{
    number low[2], high = number_of(0);
    if (!f->partial[0] || size == 1)
        return evaluate(r, f->body, NULL, arguments, size);
    for (int i = 0; i < f->arity; i++)
        low[i] = number_low(arguments[i], size);
    for (int i = 0; i < f->arity; i++)
        high = number_apply(O_ADD, high, number_apply(O_MUL, evaluate(r, f->partial[i], NULL, low, size / 2), number_high(arguments[i], size), size / 2),
                            size / 2);
    return number_join(call(r, f, low, size / 2), high, size);
}

/* `element`: the row-major number of the element that is computed, for what has no subscripts; `arguments`: of the function whose body this is. */
static number evaluate(run *r, const node *n, const int *element, const number *arguments, int size)
{
    number a[2];
    long place;
    switch (n->kind) {
    case N_NUMBER: return number_rounded(n->number);
    case N_POSITION: return number_of(n->index->at);
    case N_REAL: return number_of((double)whole(r, n->arg[0]));
    case N_TRAINING: return number_of(r->training);
    case N_ARGUMENT: return arguments[n->place];
    case N_ELEMENT: return *element_at(r, n->value, place_of(r, n->value, n->arg));
    case N_PADDED:
        place = place_of(r, n->value, n->arg);
        return place < 0 ? evaluate(r, n->arg[n->value->rank], element, arguments, size) : *element_at(r, n->value, place);
    case N_WHOLE: return *element_at(r, n->value, n->value->rank ? *element : 0);
    case N_OP:
        for (int i = 0; i < n->args; i++)
            a[i] = evaluate(r, n->arg[i], element, arguments, size);
        return number_apply(n->op, a[0], a[n->args - 1], size);
    case N_SELECT:
        a[0] = evaluate(r, n->arg[0], element, arguments, size);
        return evaluate(r, n->arg[a[0].c[0] != 0 ? 1 : 2], element, arguments, size);
    case N_REDUCE: return reduce(r, n, element, arguments, size);
    case N_DETACH: return strip(evaluate(r, n->arg[0], element, arguments, size));
    case N_CALL:
        for (int i = 0; i < n->args; i++)
            a[i] = evaluate(r, n->arg[i], element, arguments, size);
        return call(r, n->function, a, size);
    case N_GAUSS: case N_BERNOULLI: return number_of(noise(r, n, *element));
    case N_INT: case N_INDEX: case N_PLUS: case N_MINUS: case N_TIMES: case N_QUOTIENT: case N_REMAINDER: case N_GATHER:
        return number_of((double)whole(r, n));
    case NODE_KINDS: break;
    }
    exit(2);
}

/* ---- statements ---- */

static number *room(const run *r, const value *v)
{
    return fresh((size_t)r->samples * (size_t)v->size * sizeof(number));
}

static void seed(const run *r, const value *v, number *numbers)
{
    for (int i = 0; i < r->seed_count; i++)
        for (int b = 0; b < r->samples && r->seeds[i].x == v; b++)
            numbers[(long)b * v->size + r->seeds[i].element].c[r->seeds[i].bit] = 1;
}

static void put(run *r, const value *v, number *numbers)
{
    seed(r, v, numbers);
    free(r->at[v->id]);
    r->at[v->id] = numbers;
}

/* Every element of v, for every sample, from n. */
static number *compute(run *r, const value *v, index *const *free_index, const node *n, int samples)
{
    number *to = room(r, v);
    for (r->sample = 0; r->sample < samples; r->sample++)
        for (int e = 0; e < v->size; e++) {
            int rest = e;
            for (int d = v->rank - 1; free_index && d >= 0; d--) {
                free_index[d]->at = rest % v->dims[d];
                rest /= v->dims[d];
            }
            to[(long)r->sample * v->size + e] = evaluate(r, n, &e, NULL, r->size);
        }
    return to;
}

static void copy_along(run *r, const statement *s) /* concat: every piece's elements, one axis apart */
{
    number *to = room(r, s->out);
    int inner = 1, at = 0;
    for (int d = s->axis + 1; d < s->out->rank; d++)
        inner *= s->out->dims[d];
    for (int i = 0; i < s->froms; i++) {
        const value *v = s->from[i];
        int run_length = v->dims[s->axis] * inner, whole_length = s->out->dims[s->axis] * inner;
        for (int b = 0; b < r->samples; b++)
            for (int e = 0; e < v->size; e++)
                to[(long)b * s->out->size + e / run_length * whole_length + at + e % run_length] = r->at[v->id][(long)b * v->size + e];
        at += run_length;
    }
    put(r, s->out, to);
}

static void execute(run *r, const statement *s);

/* jacobian(from[0], from[1]), of which a gradient is the case of a scalar. */
static void differentiate(run *r, const statement *s, int turn)
{
    const value *of = s->from[0], *x = s->from[1];
    number *to = room(r, s->out);
    if (2 * r->size > MOST_SIZE || r->seed_count == MOST_SEEDS) {
        fprintf(stderr, "interpreter: derivatives nested too deeply\n");
        exit(2);
    }
    for (int k = 0; k < x->size; k++) {
        run again = {.m = r->m, .samples = r->samples, .size = 2 * r->size, .training = r->training, .first_sample = r->first_sample, .data = r->data,
                     .along = r->along, .seed_count = r->seed_count + 1, .until = s, .until_turn = turn, .given = r->before};
        memcpy(again.seeds, r->seeds, sizeof r->seeds);
        again.seeds[r->seed_count] = (struct derivative_seed){x, k, r->size};
        interpret(&again);
        for (int b = 0; b < r->samples; b++)
            for (int e = 0; e < of->size; e++)
                to[(long)b * s->out->size + (long)e * x->size + k] = number_high(again.at[of->id][(long)b * of->size + e], again.size);
        run_free(&again);
    }
    put(r, s->out, to);
}

typedef struct containment {
    const statement *s;
    bool found;
} containment;

static void is_it(const statement *s, void *context)
{
    containment *c = context;
    c->found |= s == c->s;
}

static bool holds(const statement *scan, const statement *s)
{
    containment c = {s, false};
    each_statement(scan->inner, is_it, &c);
    return c.found;
}

static number *copy_of(const run *r, const value *v)
{
    size_t bytes = (size_t)r->samples * (size_t)v->size * sizeof(number);
    return memcpy(fresh(bytes), r->at[v->id], bytes);
}

static bool has_derivatives(const statement *scan)
{
    for (const statement *i = scan->inner; i; i = i->next)
        if (i->kind == S_GRADIENT || i->kind == S_JACOBIAN)
            return true;
    return false;
}

/* A derivative is its turn's: there the carries that the turn begins with are given, so that only this turn is run anew. */
static void scan(run *r, const statement *s)
{
    bool alone = r->until && holds(s, r->until), keep = has_derivatives(s);
    number *first[2];
    for (int i = 0; i < s->carries; i++)
        first[i] = compute(r, s->carry[i], NULL, s->first[i], r->samples);
    for (int i = 0; i < s->carries; i++)
        put(r, s->carry[i], first[i]);
    for (int t = alone ? r->until_turn : 0; t < s->turn->extent && !r->stopped; t++) {
        for (int i = 0; i < s->carries && alone; i++)
            memcpy(r->at[s->carry[i]->id], r->given[i], (size_t)r->samples * (size_t)s->carry[i]->size * sizeof(number));
        for (int i = 0; i < s->carries && keep; i++) {
            free(r->before[i]);
            r->before[i] = copy_of(r, s->carry[i]);
        }
        for (const statement *i = s->inner; i && !r->stopped; i = i->next) {
            s->turn->at = t;
            if (i == r->until)
                r->stopped = true;
            else if (i->kind == S_GRADIENT || i->kind == S_JACOBIAN)
                differentiate(r, i, t);
            else
                execute(r, i);
        }
    }
    for (const statement *i = s->inner; i; i = i->next)
        if (i->kind == S_COLLECT && r->at[i->out->id])
            seed(r, i->out, r->at[i->out->id]);
}

static void collect(run *r, const statement *s, int turn)
{
    const value *v = s->out;
    if (!r->at[v->id])
        put(r, v, room(r, v));
    int part = v->size / v->dims[0];
    for (r->sample = 0; r->sample < r->samples; r->sample++)
        for (int e = 0; e < part; e++) {
            int rest = e;
            for (int d = v->rank - 1; d > 0; d--) {
                s->free[d - 1]->at = rest % v->dims[d];
                rest /= v->dims[d];
            }
            r->at[v->id][(long)r->sample * v->size + (long)turn * part + e] = evaluate(r, s->body, &e, NULL, r->size);
        }
}

static void execute(run *r, const statement *s)
{
    int costs = 0;
    switch (s->kind) {
    case S_EQUATION: put(r, s->out, compute(r, s->out, s->form == F_WHOLE ? NULL : s->free, s->body, r->samples)); return;
    case S_RESHAPE: {
        number *to = room(r, s->out);
        memcpy(to, r->at[s->from[0]->id], (size_t)r->samples * (size_t)s->out->size * sizeof *to);
        put(r, s->out, to);
        return;
    }
    case S_CONCAT: copy_along(r, s); return;
    case S_GRADIENT: case S_JACOBIAN: differentiate(r, s, 0); return;
    case S_SCAN: scan(r, s); return;
    case S_COLLECT: collect(r, s, s->turn->at); return;
    case S_UPDATE:
        free(r->next[s->out->id]);
        r->next[s->out->id] = compute(r, s->out, NULL, s->body, 1);
        return;
    case S_COST: {
        value scalar = {.size = 1};
        while (r->cost[costs])
            costs++;
        r->cost[costs] = compute(r, &scalar, NULL, s->body, r->samples);
        return;
    }
    case S_OUTPUT: case STATEMENT_KINDS: return;
    }
}

void interpret(run *r)
{
    for (int i = 0; i < r->m->value_count; i++) {
        const value *v = r->m->values[i];
        if (v->kind == V_COMPUTED)
            continue;
        number *to = room(r, v);
        bool own = v->kind == V_INPUT || v->kind == V_TARGET;
        for (int b = 0; b < r->samples; b++)
            for (int e = 0; e < v->size; e++) {
                number *n = &to[(long)b * v->size + e];
                *n = number_of(v->kind == V_CONST ? v->numbers[e] : r->data[v->id][own ? (long)b * v->size + e : e]);
                if (v->kind == V_PARAM && r->along && r->along[v->id])
                    n->c[1] = r->along[v->id][e];
            }
        put(r, v, to);
    }
    for (const statement *s = r->m->first; s && !r->stopped; s = s->next)
        if (s == r->until)
            r->stopped = true;
        else
            execute(r, s);
}

void run_free(run *r)
{
    for (int i = 0; i < 256; i++) {
        free(r->at[i]);
        free(r->next[i]);
        r->at[i] = r->next[i] = NULL;
    }
    for (int i = 0; i < 2; i++) {
        free(r->before[i]);
        r->before[i] = NULL;
    }
    for (int i = 0; i < 8; i++) {
        free(r->cost[i]);
        r->cost[i] = NULL;
    }
}
