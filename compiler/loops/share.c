/* share.c: common subexpressions become constant locals before the statement that needs them.
 *
 * Expressions are DAGs and C is a tree: s*s of a sum, printed as it stands, prints the sum twice, and a chain of n such stages
 * prints it 2^n times. Here every node that would be printed twice gets a name, if it may be computed where the statement
 * stands: it is computed there in any case, or all its reads are within their tensors whatever the conditions say. What is
 * shared inside a branch only, and reads what only the branch's condition makes safe, is computed in an `if` instead. */
#include "share.h"

#include <stdlib.h>

enum { BRANCH_MOST = 64 };         /* nodes that a branch may print before it becomes an `if` */

typedef struct sharing {
    const int64_t *extent;
    int locals;                    /* counted to name them, over the whole block */
} sharing;

/* One distinct node of an expression. */
typedef struct entry {
    expr *e, *now;                 /* now: with its arguments replaced by locals */
    int times;                     /* how often it would be printed, its users once each */
    bool always, safe;             /* computed whatever the conditions say; may be */
    int64_t size;                  /* nodes printed for it */
} entry;

typedef struct census {
    VEC(entry) all;                /* arguments before users */
} census;

static void gather(expr *e, void *context)
{
    census *c = context;
    vec_push(&c->all) = (entry){.e = e};
}

static int by_id(const void *a, const void *b)
{
    int x = ((const entry *)a)->e->id, y = ((const entry *)b)->e->id;
    return (x > y) - (x < y);
}

static entry *find(census *c, const expr *e)
{
    entry key = {.e = (expr *)(uintptr_t)e}, *found = bsearch(&key, c->all.data, (size_t)c->all.count, sizeof key, by_id);
    if (!found)
        bug("a part of an expression that is not among its parts");
    return found;
}

/* Only the value of a custom derivative is printed. */
static int printed_args(const expr *e)
{
    return e->kind == X_CUSTOM ? 1 : e->nargs;
}

/* How often the text of e holds each argument: `a > b ? a : b`. */
static int repeats(const expr *e)
{
    return e->kind == X_OP && (e->op == OP_MAX || e->op == OP_MIN || e->op == OP_SIGN) ? 2 : 1;
}

/* Is argument k computed only under a condition? */
static bool guarded(const expr *e, int k)
{
    return k > 0 && (e->kind == X_SELECT || (e->kind == X_OP && (e->op == OP_AND || e->op == OP_OR)));
}

static bool read_is_safe(const sharing *s, const expr *e)
{
    int64_t low, high;
    for (int d = 0; d < e->nargs; d++) {
        int64_t end = e->tensor->dims[d] == EXTENT_BATCH ? INT32_MAX : e->tensor->dims[d];
        if (!int_range(e->args[d], s->extent, &low, &high) || low < 0 || high >= end)
            return false;
    }
    return true;
}

static void take_census(const sharing *s, census *c, expr *value)
{
    expr_each(value, gather, c);
    qsort(c->all.data, (size_t)c->all.count, sizeof *c->all.data, by_id);
    entry *root = find(c, value);
    root->times = 1;
    root->always = true;
    for (int i = c->all.count - 1; i >= 0; i--) {
        entry *n = &c->all.data[i];
        for (int k = 0; n->times && k < printed_args(n->e); k++) {
            entry *a = find(c, n->e->args[k]);
            a->times += repeats(n->e);
            a->always |= n->always && !guarded(n->e, k);
        }
    }
    for (int i = 0; i < c->all.count; i++) {
        entry *n = &c->all.data[i];
        n->safe = n->e->kind != X_READ || read_is_safe(s, n->e);
        for (int k = 0; k < printed_args(n->e); k++)
            n->safe &= find(c, n->e->args[k])->safe;
    }
}

/* Printed twice, and worth a name. */
static bool worth_sharing(const entry *n)
{
    if (n->times < 2 || n->e->is_int || (n->e->kind != X_OP && n->e->kind != X_SELECT && n->e->kind != X_CUSTOM && n->e->kind != X_NOISE))
        return false;
    return n->e->kind == X_NOISE || n->size > (expr_is_boolean(n->e) ? 12 : 2);
}

static expr *new_local(sharing *s, node_list *list, expr *value, bool constant)
{
    tensor *t = NEW(tensor);
    t->id = -1000 - s->locals;
    t->label = arena_printf("v%d", s->locals++);
    node *n = NEW(node);
    n->kind = NODE_LOCAL;
    n->step = 1;
    n->target = t;
    n->constant = constant;
    n->value = value;
    vec_push(list) = n;
    return expr_read(t, NULL);
}

static expr *share_value(sharing *s, node_list *list, expr *value);

static void branch(sharing *s, node_list *list, expr *condition, expr *local, expr *value)
{
    node *test = NEW(node), *set = NEW(node);
    test->kind = NODE_IF;
    test->step = 1;
    test->value = condition;
    vec_push(list) = test;
    set->kind = NODE_STORE;
    set->step = 1;
    set->target = local->tensor;
    set->value = share_value(s, &test->body, value);
    vec_push(&test->body) = set;
}

/* c ? a : b as `v = 0; if (c) v = a; if (!c) v = b;` */
static expr *select_by_if(sharing *s, node_list *list, const expr *e)
{
    expr *local = new_local(s, list, expr_num(0), false);
    branch(s, list, e->args[0], local, e->args[1]);
    if (!expr_is_num(e->args[2], 0))
        branch(s, list, expr_not(e->args[0]), local, e->args[2]);
    return local;
}

static void count_size(census *c, entry *n)
{
    n->size = n->e->kind == X_NUM || n->e->kind == X_AFF ? 0 : 1;
    for (int k = 0; k < printed_args(n->e); k++) {
        const entry *a = find(c, n->e->args[k]);
        n->size += n->e->is_int || n->e->kind == X_READ ? 0 : a->size * repeats(n->e);
    }
    if (n->size > INT32_MAX)
        n->size = INT32_MAX;
}

static expr *with_arguments(census *c, const entry *n)
{
    expr **args = NEW_ARRAY(expr *, n->e->nargs + 1);
    bool same = true;
    for (int k = 0; k < n->e->nargs; k++) {
        args[k] = find(c, n->e->args[k])->now;
        same &= args[k] == n->e->args[k];
    }
    if (same || n->e->is_int)
        return n->e;
    return n->e->kind == X_CUSTOM ? args[0] : expr_rebuild(n->e, args);
}

static expr *share_value(sharing *s, node_list *list, expr *value)
{
    census c = {{0}};
    if (value->is_int)
        return value;
    take_census(s, &c, value);
    for (int i = 0; i < c.all.count; i++) {
        entry *n = &c.all.data[i];
        count_size(&c, n);
        n->now = with_arguments(&c, n);
        if (!n->always && !n->safe)
            continue;
        bool selects = n->e->kind == X_SELECT && n->now->kind == X_SELECT; /* what is written anew with other arguments may become one, or stop being one */
        if (selects && (find(&c, n->e->args[1])->size > BRANCH_MOST || find(&c, n->e->args[2])->size > BRANCH_MOST)) {
            n->now = select_by_if(s, list, n->now);
            n->size = 1;
        } else if (worth_sharing(n) && n->e != value) {
            n->now = new_local(s, list, n->now, true);
            n->size = 1;
        }
    }
    return find(&c, value)->now;
}

static void share_list(sharing *s, node_list *list)
{
    node_list old = *list, made = {0};
    for (int i = 0; i < old.count; i++) {
        node *n = old.data[i];
        if (n->value)
            n->value = share_value(s, &made, n->value);
        share_list(s, &n->body);
        vec_push(&made) = n;
    }
    *list = made;
}

void share_common(node *block, const int64_t *extent)
{
    sharing s = {.extent = extent};
    share_list(&s, &block->body);
}
