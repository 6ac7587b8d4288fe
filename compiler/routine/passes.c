/* passes.c: pruning, sharing and inlining within a routine. See passes.h. */
#include "passes.h"

#include <string.h>

/* ---- who reads what ---- */

bool reads_tensor(const equation *e, const tensor *t)
{
    if (e->source == t || (e->body && expr_reads(e->body, t)))
        return true;
    for (int d = 0; e->subs && d < e->out->rank; d++)
        if (expr_reads(e->subs[d], t))
            return true;
    return false;
}

int count_readers(const equation_list *list, const tensor *t)
{
    int n = 0;
    for (int i = 0; i < list->count; i++)
        n += reads_tensor(list->data[i], t);
    return n;
}

static void mark_read(expr *e, void *context)
{
    bool *needed = context;
    if (e->kind == X_READ)
        needed[e->tensor->id] = true;
}

typedef struct read_list {
    const tensor *t;
    VEC(expr *) reads;
} read_list;

static void collect_reads_of(expr *e, void *context)
{
    read_list *l = context;
    if (e->kind == X_READ && e->tensor == l->t)
        vec_push(&l->reads) = e;
}

void pass_prune(const graph *g, equation_list *list, const bool *keep)
{
    bool *needed = NEW_ARRAY(bool, g->tensors.count + 1);
    memcpy(needed, keep, (size_t)g->tensors.count * sizeof *needed);
    bool *live = NEW_ARRAY(bool, list->count + 1);
    for (bool more = true; more;) { /* again where a recurrence reads what comes later */
        more = false;
        for (int i = list->count - 1; i >= 0; i--) {
            equation *e = list->data[i];
            bool is_param = e->out->kind == TENSOR_PARAM || e->out->kind == TENSOR_STATE; /* an update */
            if (live[i] || !(is_param || needed[e->out->id]))
                continue;
            live[i] = more = true;
            if (e->source)
                needed[e->source->id] = true;
            if (e->body)
                expr_each(e->body, mark_read, needed);
            for (int d = 0; e->subs && d < e->out->rank; d++)
                expr_each(e->subs[d], mark_read, needed);
        }
    }
    int kept = 0;
    for (int i = 0; i < list->count; i++)
        if (live[i])
            list->data[kept++] = list->data[i];
    list->count = kept;
}

/* ---- symbols ---- */

typedef struct setting {
    symbol s;
    double value;
} setting;

static expr *set_symbol(expr *e, void *context)
{
    const setting *s = context;
    return e->kind == X_SYM && e->sym == s->s ? expr_num(s->value) : e;
}

void pass_set_symbol(equation_list *list, symbol s, double value)
{
    setting context = {s, value};
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->body)
            list->data[i]->body = expr_rewrite(list->data[i]->body, set_symbol, &context);
}

/* Of a function with a derivative of the user's, the value is left. */
static expr *value_alone(expr *e, void *context)
{
    (void)context;
    return e->kind == X_CUSTOM && e->nargs > 1 ? e->args[0] : e;
}

void pass_drop_derivatives(equation_list *list)
{
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->body)
            list->data[i]->body = expr_rewrite(list->data[i]->body, value_alone, NULL);
}

/* ---- extrema ---- */

static bool same_loops(const equation *a, const equation *b)
{
    return a->free == b->free && a->bound == b->bound && a->body == b->body &&
           memcmp(a->extent, b->extent, (size_t)(a->free + a->bound) * sizeof *a->extent) == 0;
}

/* z = max[J] e with k = argmax[J] e there as well: z = e at J = k, so that the search is done once. Over the batch it is done twice. */
void pass_extrema(equation_list *list)
{
    for (int i = 0; i < list->count; i++) {
        equation *e = list->data[i];
        if (e->kind != EQ_COMPUTE || (e->reduction != RED_MAX && e->reduction != RED_MIN) || reduces_batch(e))
            continue;
        for (int k = 0; k < list->count; k++) {
            equation *a = list->data[k];
            if (a->reduction != (e->reduction == RED_MAX ? RED_ARGMAX : RED_ARGMIN) || !same_loops(a, e))
                continue;
            expr *subs[MAX_RANK], *map[MAX_INDEX] = {0};
            int64_t stride = 1;
            for (int d = 0; d < a->out->rank; d++)
                subs[d] = int_index(d);
            expr *at = expr_read(a->out, subs);
            for (int p = e->free + e->bound - 1; p >= e->free; p--) {
                map[p] = p == e->free ? int_div(at, stride) : int_mod(int_div(at, stride), e->extent[p]);
                stride *= e->extent[p];
            }
            e->body = expr_substitute(e->body, map, e->free + e->bound);
            e->reduction = RED_NONE;
            e->bound = 0;
            if (k > i) { /* the search comes first */
                memmove(&list->data[i + 1], &list->data[i], (size_t)(k - i) * sizeof *list->data);
                list->data[i++] = a;
            }
            break;
        }
    }
}

/* ---- equal equations, and dear operations that several equations need ---- */

static void replace_reads(equation_list *list, int from, const tensor *old, tensor *now)
{
    for (int i = from; i < list->count; i++) {
        equation *e = list->data[i];
        if (e->source == old)
            e->source = now;
        if (!reads_tensor(e, old))
            continue;
        if (e->body)
            e->body = expr_replace_tensor(e->body, old, now);
        for (int d = 0; e->subs && d < e->out->rank; d++)
            e->subs[d] = expr_replace_tensor(e->subs[d], old, now);
    }
}

static bool has_accumulation(const equation_list *list, const tensor *t)
{
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->accumulate && list->data[i]->out == t)
            return true;
    return false;
}

static void merge_equal(equation_list *list, bool keep_own)
{
    for (int i = 0; i < list->count; i++) {
        equation *e = list->data[i];
        if (e->accumulate || e->kind != EQ_COMPUTE || e->body->kind == X_NUM || e->body->kind == X_READ || has_accumulation(list, e->out))
            continue;
        for (int k = i + 1; k < list->count; k++) {
            equation *o = list->data[k];
            if (o->kind == EQ_COMPUTE && !o->accumulate && o->reduction == e->reduction && o->out->classes == e->out->classes &&
                o->out->rank == e->out->rank && same_loops(o, e) && !(keep_own && o->out->own) && !has_accumulation(list, o->out))
                replace_reads(list, 0, o->out, e->out); /* from the start: a recurrence reads what comes later */
        }
    }
}

typedef struct dear_search {
    VEC(expr *) seen;          /* dear nodes over free positions, with how many equations have them */
    VEC(int) times, first;
    const equation *e;
    int at;
} dear_search;

static void find_dear(expr *x, void *context)
{
    dear_search *s = context;
    bool draw = x->kind == X_NOISE && x->nargs;
    if (draw ? x->uses >> s->e->free != 0 : x->kind != X_OP || op_table[x->op].cost < COST_DEAR || (x->uses >> s->e->free))
        return;
    for (int i = 0; i < s->seen.count; i++)
        if (s->seen.data[i] == x) {
            s->times.data[i]++;
            return;
        }
    vec_push(&s->seen) = x;
    vec_push(&s->times) = 1;
    vec_push(&s->first) = s->at;
}

/* The extents of the positions that x uses, as the equation has them; false where another equation differs. */
static bool same_extents(const equation *a, const equation *b, const expr *x)
{
    for (int p = 0; p < MAX_INDEX; p++)
        if ((x->uses >> p & 1) && (p >= a->free || p >= b->free || a->extent[p] != b->extent[p]))
            return false;
    return true;
}

/* Is x all that e computes, for each element of its own? */
static bool is_value_of(const equation *e, const expr *x)
{
    return e->body == x && e->reduction == RED_NONE && !e->accumulate && e->out->kind != TENSOR_STATE &&
           x->uses == ((uint32_t)1 << e->free) - 1;
}

/* tanh(s), needed forward and backward, becomes a tensor of its own. */
static void keep_dear(graph *g, equation_list *list)
{
    dear_search s = {0};
    for (int i = 0; i < list->count; i++)
        if (list->data[i]->kind == EQ_COMPUTE) {
            s.e = list->data[i];
            s.at = i;
            expr_each(s.e->body, find_dear, &s);
        }
    for (int k = 0, shift = 0; k < s.seen.count; k++) {
        expr *x = s.seen.data[k], *map[MAX_INDEX] = {0}, *subs[MAX_RANK];
        int at = s.first.data[k] + shift, n = 0, uses = 0;
        equation *first = list->data[at];
        int64_t dims[MAX_RANK];
        if (s.times.data[k] < 2)
            continue;
        for (int i = at; i < list->count; i++)
            uses += list->data[i]->body && same_extents(first, list->data[i], x) && expr_contains(list->data[i]->body, x);
        if (uses >= 2 && is_value_of(first, x)) {
            expr *to = identity_read(first->out);
            for (int i = at + 1; i < list->count; i++)
                if (list->data[i]->body && same_extents(first, list->data[i], x) && expr_contains(list->data[i]->body, x))
                    list->data[i]->body = expr_replace(list->data[i]->body, x, to);
            continue;
        }
        if (uses < 2 || first->body == x || !reads_inside(x, first->extent)) /* a condition may keep them inside: x stays behind it */
            continue;
        for (int p = 0; p < first->free; p++)
            if (x->uses >> p & 1) {
                dims[n] = first->extent[p];
                subs[n] = int_index(p);
                map[p] = int_index(n++);
            }
        tensor *t = graph_tensor(g, TENSOR_VALUE, NULL, n, dims, 0, first->at);
        equation_list made = {0};
        equation *e = equation_new(&made, t, expr_substitute(x, map, first->free), first->at);
        for (int p = 0, q = 0; p < first->free; p++)
            if (x->uses >> p & 1)
                e->index_name[q++] = first->index_name[p];
        expr *to = expr_read(t, subs);
        for (int i = at; i < list->count; i++)
            if (list->data[i]->body && same_extents(first, list->data[i], x) && expr_contains(list->data[i]->body, x))
                list->data[i]->body = expr_replace(list->data[i]->body, x, to);
        vec_push(list) = NULL;
        memmove(&list->data[at + 1], &list->data[at], (size_t)(list->count - 1 - at) * sizeof *list->data);
        list->data[at] = e;
        shift++;
    }
}

void pass_common(graph *g, equation_list *list, bool keep_own)
{
    merge_equal(list, keep_own);
    keep_dear(g, list);
}

/* ---- inlining ---- */

typedef struct inlining {
    const tensor *t;
    expr *body;
} inlining;

static expr *inline_read(expr *e, void *context)
{
    const inlining *n = context;
    if (e->kind != X_READ || e->tensor != n->t)
        return e;
    return expr_substitute(n->body, e->args, n->t->rank);
}

enum { COST_NOISE = 60 };

static void add_cost(expr *e, void *context)
{
    *(int *)context += e->kind == X_OP ? op_table[e->op].cost : e->kind == X_SELECT ? 1 : e->kind == X_NOISE ? COST_NOISE : 0;
}

static int cost_of(expr *e)
{
    int cost = 0;
    expr_each(e, add_cost, &cost);
    return cost;
}

static void count_reads(expr *e, void *context)
{
    *(int *)context += e->kind == X_READ;
}

/* The positions along which p reads what a recurrence computes later, one turn back or ahead. */
static uint32_t other_turns(const equation_list *list, int number)
{
    uint32_t positions = 0;
    for (int i = number; i < list->count; i++) {
        read_list found = {.t = list->data[i]->out};
        if (expr_reads(list->data[number]->body, found.t))
            expr_each(list->data[number]->body, collect_reads_of, &found);
        for (int k = 0; k < found.reads.count; k++)
            positions |= found.reads.data[k]->uses;
    }
    return positions;
}

/* Would p, computed anew in its readers, reach two turns back? */
static bool reaches_further(const equation_list *list, int number)
{
    uint32_t positions = other_turns(list, number);
    for (int i = 0; positions && i < list->count; i++) {
        read_list found = {.t = list->data[number]->out};
        if (list->data[i]->body && expr_reads(list->data[i]->body, found.t))
            expr_each(list->data[i]->body, collect_reads_of, &found);
        for (int k = 0; k < found.reads.count; k++)
            for (int d = 0; d < found.reads.data[k]->nargs; d++) {
                const expr *sub = found.reads.data[k]->args[d];
                if ((positions >> d & 1) && !int_is_index(sub, NULL) && !int_is_const(sub, NULL))
                    return true;
            }
    }
    return false;
}

/* May the value of p be computed anew inside e, its only reader or one of several? Formulas that have grown long already stay what they are: one
 * can read them, and the time it takes to compile a deep network does not grow with the cube of its depth. */
static bool worth_inlining(const equation_list *list, const equation *p)
{
    enum { LONGEST = 100 };
    const tensor *t = p->out;
    if (p->body->depth > LONGEST)
        return false;
    int cost = cost_of(p->body), readers = 0, reads = 0;
    expr_each(p->body, count_reads, &reads);
    for (int i = 0; i < list->count; i++) {
        const equation *e = list->data[i];
        if (!reads_tensor(e, t))
            continue;
        readers++;
        if (e->source == t || e->kind != EQ_COMPUTE)
            return false;
        if (cost && reads && (e->reduction != RED_NONE || e->accumulate || e->free > t->rank)) /* it would be repeated in every turn */
            return false;
    }
    if (cost == 0) /* a number, or a read of another tensor */
        return reads <= 1;
    return readers == 1 || (cost < COST_DEAR && reads <= 2 && readers <= 2);
}

/* A recurrence reads it one turn back, before its equation. */
static bool is_carried(const equation_list *list, int number)
{
    for (int i = 0; i <= number; i++)
        if (reads_tensor(list->data[i], list->data[number]->out))
            return true;
    return false;
}

static bool overwritten(const equation_list *list, const equation *p)
{
    /* a parameter that p reads may be updated before the reader runs */
    for (int i = 0; i < list->count; i++)
        if ((list->data[i]->out->kind == TENSOR_PARAM || list->data[i]->out->kind == TENSOR_STATE) && reads_tensor(p, list->data[i]->out))
            return true;
    return false;
}

void pass_inline(graph *g, equation_list *list, const bool *keep)
{
    (void)g;
    for (int i = 0; i < list->count; i++) {
        equation *p = list->data[i];
        if (p->kind != EQ_COMPUTE || p->reduction != RED_NONE || p->accumulate || p->out->kind == TENSOR_STATE || p->out->classes || keep[p->out->id] ||
            has_accumulation(list, p->out) || !worth_inlining(list, p) || is_carried(list, i) || reaches_further(list, i) || overwritten(list, p))
            continue;
        inlining n = {p->out, p->body};
        bool gone = true;
        for (int k = i + 1; k < list->count; k++)
            if (reads_tensor(list->data[k], p->out)) {
                equation *e = list->data[k];
                e->body = expr_decide(expr_rewrite(e->body, inline_read, &n), e->extent);
                gone &= !reads_tensor(e, p->out);
            }
        if (gone) {
            memmove(&list->data[i], &list->data[i + 1], (size_t)(list->count - 1 - i) * sizeof *list->data);
            list->count--;
            i--;
        }
    }
}
