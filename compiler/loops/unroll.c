/* unroll.c: replaces the loops of a small equation by their turns, indices being numbers then; locals get a name for each turn. What is read of
 * constants is a number then as well: a factor 0 takes its term away, a factor 1 itself, and what only served such terms goes too (idle.c). */
#include "unroll.h"

typedef struct renaming {
    tensor *from, *to;
} renaming;

typedef struct turn {
    expr *map[MAX_INDEX];
    VEC(renaming) locals;
    const char *suffix;            /* "_2_1": the turns so far */
    uint32_t keep;                 /* positions whose loops stay */
    bool numbers;                  /* constants are read */
} turn;

/* The element of a constant that e reads, or NULL: e reads something else, or a subscript is no number. */
static expr *element(const expr *e)
{
    int64_t number = 0, at;
    if (!e->tensor->values)
        return NULL;
    for (int d = 0; d < e->nargs; d++) {
        if (!int_is_const(e->args[d], &at))
            return NULL;
        number = number * e->tensor->dims[d] + at;
    }
    return expr_num(e->tensor->values[number]);
}

static expr *rename_read(expr *e, void *context)
{
    const turn *t = context;
    if (e->kind != X_READ)
        return e;
    for (int i = 0; i < t->locals.count; i++)
        if (t->locals.data[i].from == e->tensor)
            return expr_read(t->locals.data[i].to, e->args);
    expr *number = element(e);
    return number ? number : e;
}

static expr *at_turn(turn *t, expr *e)
{
    if (!e)
        return NULL;
    e = expr_substitute(e, t->map, MAX_INDEX);
    if (e->kind == X_AFF) { /* reads of integer locals are atoms */
        expr *sum = int_const(e->constant);
        for (int i = 0; i < e->nargs; i++) {
            expr *value = NULL, *atom = e->args[i];
            for (int k = 0; atom->kind == X_READ && k < t->locals.count; k++)
                if (t->locals.data[k].from == atom->tensor)
                    value = expr_read(t->locals.data[k].to, atom->args);
            sum = int_add(sum, int_scale(value ? value : expr_substitute(atom, t->map, 0), e->coef[i]));
        }
        return sum;
    }
    return t->locals.count || t->numbers ? expr_rewrite(e, rename_read, t) : e;
}

static tensor *renamed(const turn *t, tensor *x)
{
    for (int i = t->locals.count - 1; i >= 0; i--)
        if (t->locals.data[i].from == x)
            return t->locals.data[i].to;
    return x;
}

static void unroll_list(const node_list *from, node_list *to, const turn *outer);

static bool constant_bound(turn *t, expr *e, int64_t *value)
{
    return int_is_const(at_turn(t, e), value);
}

/* The turns that the bounds leave, if they are numbers by now. */
static bool range(turn *t, const node *n, int64_t *first, int64_t *last)
{
    int64_t value;
    *first = n->tail ? n->extent / n->step * n->step : 0;
    *last = n->step > 1 && !n->tail ? n->extent / n->step * n->step - 1 : n->extent - 1;
    for (int i = 0; i < n->lows.count; i++) {
        if (!constant_bound(t, n->lows.data[i], &value))
            return false;
        if (value > *first)
            *first = value;
    }
    for (int i = 0; i < n->highs.count; i++) {
        if (!constant_bound(t, n->highs.data[i], &value))
            return false;
        if (value < *last)
            *last = value;
    }
    return true;
}

static node *copy_node(const node *n, turn *t)
{
    node *c = NEW(node);
    *c = *n;
    c->value = at_turn(t, n->value);
    c->body = (node_list){0};
    c->lows.data = c->highs.data = NULL;
    c->lows.count = c->lows.capacity = c->highs.count = c->highs.capacity = 0;
    for (int i = 0; i < n->lows.count; i++)
        vec_push(&c->lows) = at_turn(t, n->lows.data[i]);
    for (int i = 0; i < n->highs.count; i++)
        vec_push(&c->highs) = at_turn(t, n->highs.data[i]);
    if (n->subs) {
        c->subs = NEW_ARRAY(expr *, n->target->rank + 1);
        for (int i = 0; i < n->target->rank; i++)
            c->subs[i] = at_turn(t, n->subs[i]);
        c->target = renamed(t, n->target);
    }
    return c;
}

static void unroll_loop(const node *n, node_list *to, turn *t)
{
    int64_t first, last;
    if (n->extent == EXTENT_BATCH || (t->keep >> n->position & 1) || !range(t, n, &first, &last)) {
        node *c = copy_node(n, t);
        unroll_list(&n->body, &c->body, t);
        vec_push(to) = c;
        return;
    }
    for (int64_t i = first; i <= last; i += n->tail ? 1 : n->step) {
        turn inner = *t;
        inner.map[n->position] = int_const(i);
        inner.suffix = arena_printf("%s_%lld", t->suffix, (long long)i);
        inner.locals.capacity = inner.locals.count; /* a push copies the list */
        unroll_list(&n->body, to, &inner);
    }
}

static void unroll_list(const node_list *from, node_list *to, const turn *outer)
{
    turn t = *outer;
    t.locals.capacity = t.locals.count;
    for (int i = 0; i < from->count; i++) {
        const node *n = from->data[i];
        if (n->kind == NODE_LOOP) {
            unroll_loop(n, to, &t);
            continue;
        }
        node *c = copy_node(n, &t);
        if (n->kind == NODE_LOCAL) {
            c->target = NEW(tensor);
            *c->target = *n->target;
            c->target->id = n->target->id;
            c->target->label = arena_printf("%s%s", n->target->label, t.suffix);
            renaming *r = &vec_push(&t.locals);
            *r = (renaming){n->target, c->target};
        } else if (n->kind == NODE_IF) {
            if (expr_is_num(c->value, 0))
                continue;
            unroll_list(&n->body, expr_is_num(c->value, 1) ? to : &c->body, &t);
            if (expr_is_num(c->value, 1))
                continue;
        }
        vec_push(to) = c;
    }
}

static void look_for_constant(expr *e, void *context)
{
    *(bool *)context |= e->kind == X_READ && e->tensor->values;
}

bool reads_constant(const equation *e)
{
    bool found = false;
    if (e && e->body)
        expr_each(e->body, look_for_constant, &found);
    return found;
}

/* The turns of an equation for one sample, and for one turn of each position in `keep`. */
static double turns_of(const equation *e, uint32_t keep)
{
    double turns = 1;
    for (int k = 0; k < e->free + e->bound; k++)
        turns *= e->extent[k] == EXTENT_BATCH || (keep >> k & 1) ? 1 : (double)e->extent[k];
    return turns;
}

static void unroll(const node *block, const equation *e, const equation *next, uint32_t keep, node_list *to)
{
    turn t = {.suffix = "", .keep = keep, .numbers = reads_constant(e) || reads_constant(next)};
    unroll_list(&block->body, to, &t);
    drop_idle(to);
}

bool unroll_small(const node *block, const equation *e, const equation *next, uint32_t keep, node_list *to)
{
    if (turns_of(e, keep) > (e->reduction == RED_NONE ? UNROLL_MAP : UNROLL_MOST))
        return false;
    for (int k = 0; k < e->free + e->bound; k++)
        keep |= e->extent[k] > UNROLL_LONGEST ? 1u << k : 0;
    unroll(block, e, next, keep, to);
    return true;
}

/* The terms of a list: what is added to its sums, or, where it has none, the elements that are more than a number. */
static double terms(const node_list *list, bool sums)
{
    double n = 0;
    for (int i = 0; i < list->count; i++) {
        const node *x = list->data[i];
        n += x->kind == NODE_STORE && (sums ? x->target->id < 0 : x->value->kind != X_NUM) ? 1 : 0;
        n += terms(&x->body, sums);
    }
    return n;
}

sparsity unroll_sparse(const node *block, const equation *e, const equation *next, uint32_t keep, node_list *to)
{
    enum { FEW = 32 };
    double all = turns_of(e, keep);
    if (all > UNROLL_MOST)
        return SPARSE_NO;
    unroll(block, e, next, keep, to);
    double left = terms(to, e->reduction == RED_SUM);
    if (left > all / 2)
        return SPARSE_NO;
    return left <= all / 4 || left <= FEW ? SPARSE_MOST : SPARSE_HALF;
}
