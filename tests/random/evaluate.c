/* evaluate.c: the value of an expression, for one sample and one element. */
#include "evaluate.h"
#include "library.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

double noise(const run *r, const node *n, int element)
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

number evaluate(run *r, const node *n, const int *element, const number *arguments, int size)
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
    case N_LIBRARY: return library_function(n->library, evaluate(r, n->arg[0], element, arguments, size), size);
    case N_GAUSS: case N_BERNOULLI: return number_of(noise(r, n, *element));
    case N_INT: case N_INDEX: case N_PLUS: case N_MINUS: case N_TIMES: case N_QUOTIENT: case N_REMAINDER: case N_GATHER:
        return number_of((double)whole(r, n));
    case NODE_KINDS: break;
    }
    exit(2);
}
