/* interpret.c: evaluates a model's statements one after the other, each for all samples and all elements, as docs/language.md tells them.
 *
 * gradient(c, x) and jacobian(s, x) are evaluated by their meaning: the model is run anew from the start up to there, once for each element of x,
 * with numbers twice as long whose upper half is the derivative by that element. */
#include "evaluate.h"
#include "library.h"

#include <stdlib.h>
#include <string.h>

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

static const number *numbers_of(const run *r, const value *v, int sample)
{
    return v ? &r->at[v->id][(long)sample * v->size] : NULL;
}

static void drop(run *r, const statement *s, number *to)
{
    const stage_use *u = s->use;
    for (r->sample = 0; r->sample < r->samples; r->sample++)
        for (int e = 0; e < s->out->size; e++) {
            number x = numbers_of(r, u->from[0], r->sample)[e];
            if (r->training) {
                x = number_apply(O_MUL, x, number_of(noise(r, u->draw, e)), r->size);
                x = number_apply(O_DIV, x, number_of(1 - u->number), r->size);
            }
            to[(long)r->sample * s->out->size + e] = x;
        }
}

static void stage(run *r, const statement *s)
{
    const stage_use *u = s->use;
    stage_call c = {.use = u, .out_shape = s->out, .size = r->size, .out = room(r, s->out), .second = u->second ? room(r, u->second) : NULL};
    number *out = c.out, *second = c.second;
    for (int b = 0; b < r->samples && u->kind != L_dropout; b++) {
        for (int i = 0; i < 3; i++)
            c.in[i] = numbers_of(r, u->from[i], b);
        for (int i = 0; i < 4; i++)
            c.param[i] = numbers_of(r, u->param[i], b);
        c.out = out + (long)b * s->out->size;
        c.second = second ? second + (long)b * u->second->size : NULL;
        if (u->kind == L_batchnorm) {
            const number *running[2] = {numbers_of(r, u->state[0], 0), numbers_of(r, u->state[1], 0)};
            number *next[2];
            for (int i = 0; i < 2; i++) {
                free(r->next[u->state[i]->id]);
                next[i] = r->next[u->state[i]->id] = room(r, u->state[i]);
            }
            library_batchnorm(&c, r->samples, r->training, running, next);
            break;
        }
        library_stage(&c);
    }
    if (u->kind == L_dropout)
        drop(r, s, out);
    put(r, s->out, out);
    if (second)
        put(r, u->second, second);
}

static void run_list(run *r, const statement *first, int turn);

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
                     .along = r->along, .seed_count = r->seed_count + 1, .until = s, .until_turn = turn, .given = r->before, .parent = r};
        again.moved[x->id] = true;
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
        s->turn->at = t;
        run_list(r, s->inner, t);
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
    case S_EQUATION: put(r, s->out, compute(r, s->out, s->form == F_WHOLE || s->form == F_WIRED ? NULL : s->free, s->body, r->samples)); return;
    case S_RESHAPE: {          /* of a value, or of a formula of its shape */
        number *to = room(r, s->out);
        if (s->body) {
            free(to);
            put(r, s->out, compute(r, s->from[0], NULL, s->body, r->samples));
            return;
        }
        memcpy(to, r->at[s->from[0]->id], (size_t)r->samples * (size_t)s->out->size * sizeof *to);
        put(r, s->out, to);
        return;
    }
    case S_CONCAT: copy_along(r, s); return;
    case S_STAGE: stage(r, s); return;
    case S_SCAN: scan(r, s); return;
    case S_REPEAT: run_list(r, s->expanded, 0); return;
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
    case S_GRADIENT: case S_JACOBIAN: case S_OUTPUT: case STATEMENT_KINDS: return;
    }
}

/* ---- what need not be run again ---- */

typedef struct reading {
    const run *r;
    bool moved;
} reading;

static void look_for_moved(const node *n, void *context)
{
    reading *d = context;
    d->moved |= n->value && d->r->moved[n->value->id];
}

static void look_for_reads(const statement *s, void *context)
{
    reading *d = context;
    const bool *moved = d->r->moved;
    each_node(s->body, look_for_moved, d);
    for (int i = 0; i < s->froms; i++)
        d->moved |= moved[s->from[i]->id];
    for (int i = 0; i < s->carries; i++)
        each_node(s->first[i], look_for_moved, d);
    for (int i = 0; s->use && i < 4; i++) {
        d->moved |= i < 3 && s->use->from[i] && moved[s->use->from[i]->id];
        d->moved |= s->use->param[i] && moved[s->use->param[i]->id];
    }
}

/* Does it read what x moves? */
static bool reads_moved(const run *r, const statement *s)
{
    statement alone = *s;
    reading d = {r, false};
    alone.next = NULL;
    each_statement(&alone, look_for_reads, &d);
    return d.moved;
}

static void give(run *r, const value *v, bool again)
{
    if (v && again)
        r->moved[v->id] = true;
    else if (v && r->parent->at[v->id])
        put(r, v, copy_of(r->parent, v));
}

/* Everything that it computes is marked as moved, where it is run again, or else copied. */
static void give_results(run *r, const statement *s, bool again)
{
    for (; s; s = s->next) {
        give(r, s->out, again);
        give(r, s->use ? s->use->second : NULL, again);
        for (int i = 0; i < s->carries; i++)
            give(r, s->carry[i], again);
        give_results(r, s->inner, again);
    }
}

static void run_statement(run *r, const statement *s, int turn)
{
    bool results = s->kind <= S_COLLECT && s->kind != S_REPEAT;
    statement alone = *s;
    alone.next = NULL;
    if (r->parent && results && !(s->kind == S_SCAN && holds(s, r->until)) && !reads_moved(r, s)) {
        give_results(r, &alone, false);
        return;
    }
    if (s->kind == S_GRADIENT || s->kind == S_JACOBIAN)
        differentiate(r, s, turn);
    else
        execute(r, s);
    if (r->parent && results)
        give_results(r, &alone, true);
}

/* The statements in order, to the one at which the run is to stop. `turn`: of the scan whose body they are. */
static void run_list(run *r, const statement *first, int turn)
{
    for (const statement *s = first; s && !r->stopped; s = s->next)
        if (s == r->until)
            r->stopped = true;
        else
            run_statement(r, s, turn);
}

void interpret(run *r)
{
    for (int i = 0; i < r->m->value_count; i++) {
        const value *v = r->m->values[i];
        if (v->kind == V_COMPUTED || v->kind == V_TEMPLATE)
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
    run_list(r, r->m->first, 0);
}

void run_free(run *r)
{
    for (int i = 0; i < MOST_VALUES; i++) {
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
