/* expr_walk.c: rewriting, substituting and deciding whole expressions. Shared nodes are visited once. */
#include "expr_node.h"
#include "graph.h"
#include "memo.h"

/* ---- building a node again from other arguments, with its simplifications ---- */

static expr *rebuild_affine(expr *e, expr **args)
{
    expr *sum = int_const(e->constant);
    for (int i = 0; i < e->nargs; i++)
        sum = int_add(sum, int_scale(args[i], e->coef[i]));
    if (!sum)
        bug("an integer expression overflows");
    return sum;
}

/* args[i] is e's i-th argument rewritten; those of atoms' parents (X_AFF) are X_AFF values of the atoms. */
static expr *rebuild(expr *e, expr **args)
{
    bool same = true;
    for (int i = 0; i < e->nargs; i++)
        same &= args[i] == e->args[i];
    if (same && e->kind != X_INDEX && e->kind != X_IDIV && e->kind != X_IMOD)
        return e->kind == X_READ ? expr_read(e->tensor, args) : e;
    switch (e->kind) {
    case X_NUM: case X_SYM: return e;
    case X_REAL: return expr_real(args[0]);
    case X_READ: return expr_read(e->tensor, args);
    case X_OP: return e->nargs == 1 ? expr_op1(e->op, args[0]) : expr_op2(e->op, args[0], args[1]);
    case X_SELECT: return expr_select(args[0], args[1], args[2]);
    case X_GE0: return expr_ge0(args[0]);
    case X_EQ0: return expr_eq0(args[0]);
    case X_NOISE: return expr_noise((noise)e->constant, e->index, args[0], args[1]);
    case X_CUSTOM:
        return e->nargs == 1 ? expr_detach(e->user, args[0])
                             : expr_custom(e->user, args[0], (e->nargs - 1) / 2, args + 1, args + 1 + (e->nargs - 1) / 2);
    case X_AFF: return rebuild_affine(e, args);
    case X_INDEX: return int_index(e->index);
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): a quotient has an argument */
    case X_IDIV: return int_div(args[0], e->divisor);
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): a remainder has an argument */
    case X_IMOD: return int_mod(args[0], e->divisor);
    }
    bug("expression kind %d", (int)e->kind);
}

/* Atoms map to X_AFF values; every other node to one of its own type. */
static expr *rewrite(expr *e, memo *m, expr_visitor f, void *context)
{
    expr **slot = memo_slot(m, e->id);
    if (*slot)
        return *slot;
    expr *few[8], **args = e->nargs <= 8 ? few : NEW_ARRAY(expr *, e->nargs);
    for (int i = 0; i < e->nargs; i++)
        args[i] = rewrite(e->args[i], m, f, context);
    expr *result = rebuild(e, args);
    result = f(result, context);
    *memo_slot(m, e->id) = result;
    return result;
}

expr *expr_rebuild(expr *e, expr **args)
{
    return rebuild(e, args);
}

expr *expr_rewrite(expr *e, expr_visitor f, void *context)
{
    memo m = {0};
    expr *result = rewrite(e, &m, f, context);
    memo_release(&m);
    return result;
}

/* ---- replacing ---- */

typedef struct replacement {
    const expr *from;
    expr *to;
    const tensor *from_tensor;
    tensor *to_tensor;
} replacement;

static expr *replace_node(expr *e, void *context)
{
    const replacement *r = context;
    return e == r->from ? r->to : e;
}

expr *expr_replace(expr *e, const expr *from, expr *to)
{
    return expr_rewrite(e, replace_node, &(replacement){.from = from, .to = to});
}

static expr *replace_read(expr *e, void *context)
{
    const replacement *r = context;
    if (e->kind == X_READ && e->tensor == r->from_tensor)
        return expr_read(r->to_tensor, e->args);
    if (e->kind == X_AFF && e->nargs && e->args[0]->kind == X_READ && e->args[0]->tensor == r->from_tensor)
        return expr_read(r->to_tensor, e->args[0]->args); /* an atom comes here alone, before the sums in which it stands are rebuilt */
    return e;
}

expr *expr_replace_tensor(expr *e, const tensor *from, tensor *to)
{
    return expr_rewrite(e, replace_read, &(replacement){.from_tensor = from, .to_tensor = to});
}

void expr_conjuncts(expr *c, expr_list *out)
{
    if (c->kind == X_OP && c->op == OP_AND) {
        expr_conjuncts(c->args[0], out);
        expr_conjuncts(c->args[1], out);
    } else
        vec_push(out) = c;
}

/* ---- substitution of indices ---- */

typedef struct substitution {
    expr *const *map;
    int count;
    uint32_t touched;
    memo done;
} substitution;

static expr *substitute(expr *e, substitution *s)
{
    if (e->kind == X_INDEX)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): without a map, count is 0 */
        return e->index < s->count && s->map[e->index] ? s->map[e->index] : int_index(e->index);
    bool atom = e->kind == X_IDIV || e->kind == X_IMOD || (e->kind == X_READ && e->is_int);
    if (!(e->uses & s->touched) && !atom)
        return e;
    expr **slot = memo_slot(&s->done, e->id);
    if (*slot)
        return *slot;
    expr *few[8], **args = e->nargs <= 8 ? few : NEW_ARRAY(expr *, e->nargs);
    for (int i = 0; i < e->nargs; i++)
        args[i] = substitute(e->args[i], s);
    expr *result = rebuild(e, args);
    *memo_slot(&s->done, e->id) = result;
    return result;
}

expr *expr_substitute(expr *e, expr *const map[], int count)
{
    substitution s = {.map = map, .count = count};
    for (int i = 0; i < count; i++)
        if (map[i])
            s.touched |= (uint32_t)1 << i;
    expr *result = substitute(e, &s);
    memo_release(&s.done);
    return result;
}

/* ---- what is read ---- */

static bool less(const tensor *a, const tensor *b)
{
    return (uintptr_t)a < (uintptr_t)b;
}

/* One of the two where it holds the other. */
static read_set *unite(read_set *a, read_set *b)
{
    read_set *all = NEW(read_set);
    all->tensors = NEW_ARRAY(const tensor *, a->count + b->count + 1);
    for (const tensor **x = a->tensors, **y = b->tensors; *x || *y;) {
        bool both = *x == *y, first = *x && (!*y || less(*x, *y));
        all->tensors[all->count++] = first || both ? *x : *y;
        x += first || both;
        y += !first || both;
    }
    return all->count == a->count ? a : all->count == b->count ? b : all;
}

static read_set *reads_of(expr *e)
{
    static read_set none;
    if (e->reads)
        return e->reads;
    read_set *all = &none;
    if (e->kind == X_READ) {
        all = NEW(read_set);
        all->count = 1;
        all->tensors = NEW_ARRAY(const tensor *, 2);
        all->tensors[0] = e->tensor;
    }
    for (int i = 0; i < e->nargs; i++) {
        read_set *more = reads_of(e->args[i]);
        all = more->count == 0 || more == all ? all : all->count == 0 ? more : unite(all, more);
    }
    return e->reads = all;
}

bool expr_reads(expr *e, const tensor *t)
{
    const read_set *s = reads_of(e);
    int low = 0, high = s->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (less(s->tensors[middle], t))
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->count && s->tensors[low] == t;
}

typedef struct node_search {
    const expr *wanted;
    bool found;
} node_search;

static void look_for(expr *e, void *context)
{
    node_search *s = context;
    s->found |= e == s->wanted;
}

bool expr_contains(expr *e, expr *x)
{
    node_search s = {x, false};
    const read_set *reads = reads_of(x);
    if (e->id < x->id || e->depth < x->depth) /* nodes are older than their users */
        return false;
    for (int i = 0; i < reads->count; i++)
        if (!expr_reads(e, reads->tensors[i]))
            return false;
    expr_each(e, look_for, &s);
    return s.found;
}

/* ---- visiting ---- */

/* Walks are many and most expressions small: a stamp in the nodes says what was visited, and only a walk within a walk needs a table. */
typedef struct walk {
    void (*f)(expr *e, void *context);
    void *context;
    bool certain;       /* not what stands behind a condition */
    bool attached;      /* not what stands behind a detach */
    unsigned stamp;     /* 0: `done` is used */
    memo done;
} walk;

static bool first_visit(expr *e, walk *w)
{
    if (w->stamp) {
        bool first = e->stamp != w->stamp;
        e->stamp = w->stamp;
        return first;
    }
    expr **slot = memo_slot(&w->done, e->id);
    bool first = !*slot;
    *slot = e;
    return first;
}

static void each(expr *e, walk *w)
{
    bool conditional = e->kind == X_SELECT || (e->kind == X_OP && (e->op == OP_AND || e->op == OP_OR));
    if (!first_visit(e, w))
        return;
    bool detached = w->attached && e->kind == X_CUSTOM && e->nargs == 1;
    for (int i = 0; i < (detached ? 0 : w->certain && conditional ? 1 : e->nargs); i++)
        each(e->args[i], w);
    w->f(e, w->context);
}

static void walk_all(expr *e, walk *w)
{
    static unsigned last_stamp;
    static bool walking;
    bool within = walking;
    w->stamp = within || ++last_stamp == 0 ? 0 : last_stamp;
    walking = true;
    each(e, w);
    memo_release(&w->done);
    walking = within;
}

void expr_each(expr *e, void (*f)(expr *e, void *context), void *context)
{
    walk_all(e, &(walk){.f = f, .context = context});
}

void expr_each_attached(expr *e, void (*f)(expr *e, void *context), void *context)
{
    walk_all(e, &(walk){.f = f, .context = context, .attached = true});
}

void expr_each_certain(expr *e, void (*f)(expr *e, void *context), void *context)
{
    walk_all(e, &(walk){.f = f, .context = context, .certain = true});
}

/* ---- conditions and numbers that the extents decide ---- */

static expr *decide(expr *e, void *context)
{
    const int64_t *extent = context;
    int64_t low, high;
    if (e->kind == X_AFF)
        return int_tighten(e, extent);
    if ((e->kind == X_GE0 || e->kind == X_EQ0) && int_range(e->args[0], extent, &low, &high)) {
        if ((e->kind == X_GE0 && low >= 0) || (e->kind == X_EQ0 && low == 0 && high == 0))
            return expr_num(1);
        if ((e->kind == X_GE0 && high < 0) || (e->kind == X_EQ0 && (low > 0 || high < 0)))
            return expr_num(0);
    }
    if (e->kind == X_REAL && int_range(e->args[0], extent, &low, &high) && low == high) /* an index of extent 1 is 0 */
        return expr_num((double)low);
    return e;
}

expr *expr_decide(expr *e, const int64_t extent[])
{
    return expr_rewrite(e, decide, (void *)(uintptr_t)extent);
}

/* ---- the read of one tensor ---- */

typedef struct read_search {
    const tensor *t;
    expr *read;
    int count;
} read_search;

static void find_read(expr *e, void *context)
{
    read_search *s = context;
    if (e->kind == X_READ && e->tensor == s->t) {
        s->read = e;
        s->count++;
    }
}

expr *expr_only_read(expr *e, const tensor *t)
{
    read_search s = {.t = t};
    expr_each(e, find_read, &s);
    return s.count == 1 ? s.read : NULL;
}
