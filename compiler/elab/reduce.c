/* reduce.c: reductions: each becomes an equation of its own, indexed by the free variables that its body really uses. */
#include <string.h>

#include "context.h"

static bool is_name(const ast_expr *a, const void *name)
{
    return a->kind == AST_NAME && a->name.text == name;
}

static bool mentions(const ast_expr *a, const char *name)
{
    return mention(a, is_name, name) != NULL;
}

/* A factor that lacks every bound index was perhaps meant outside: max[j] a * x[j]. */
static void warn_factors(const ast_expr *outer, const ast_expr *a)
{
    if (a->kind == AST_BINARY && (a->op == AST_MUL || a->op == AST_DIV) && !a->parenthesised) {
        warn_factors(outer, a->operands.data[0]);
        warn_factors(outer, a->operands.data[1]);
        return;
    }
    for (int i = 0; i < outer->binders.count; i++)
        if (!outer->binders.data[i].name.text || mentions(a, outer->binders.data[i].name.text))
            return;
    if (a == outer->operands.data[0] || !a->at.source || a->at.source->library)
        return;
    diag_warning(WARN_PRODUCT, a->at, "this factor does not depend on what '%s' runs over; was it meant outside?",
                 ast_reduction_text[outer->reduction]);
}

static reduction reduction_of(ast_reduction r)
{
    switch (r) {
    case AST_RED_SUM: case AST_RED_MEAN: return RED_SUM;
    case AST_RED_PROD: return RED_PROD;
    case AST_RED_MAX: return RED_MAX;
    case AST_RED_MIN: return RED_MIN;
    case AST_RED_ARGMAX: return RED_ARGMAX;
    case AST_RED_ARGMIN: return RED_ARGMIN;
    }
    return RED_NONE;
}

/* The positions that the binders bind, activated. */
static bool bind(elab *E, index_env *I, const ast_expr *a, uint32_t *bound)
{
    *bound = 0;
    for (int i = 0; i < a->binders.count; i++) {
        const ast_binder *b = &a->binders.data[i];
        if (b->batch) {
            if (a->reduction == AST_RED_PROD || a->reduction == AST_RED_ARGMAX || a->reduction == AST_RED_ARGMIN) {
                elab_error(E, b->at, "'%s' does not reduce over the batch; sum, mean, max and min do", ast_reduction_text[a->reduction]);
                return false;
            }
            *bound |= 1;
            continue;
        }
        if (b->star) {
            if (I->star_left) {
                elab_error(E, b->at, "'*' stands on the left side too, so it cannot be reduced over");
                return false;
            }
            if (!I->star_known) {
                elab_error(E, b->at, "nothing fixes what '*' stands for");
                return false;
            }
            for (int k = 0; k < I->star_rank; k++)
                *bound |= (uint32_t)1 << (I->star_first + k);
            continue;
        }
        int p = index_by_key(I, b);
        if (p < 0)
            return false;
        I->vars[p].active = true;
        I->vars[p].ended = (span){0};
        *bound |= (uint32_t)1 << p;
    }
    return true;
}

static void unbind(index_env *I, const ast_expr *a)
{
    for (int i = 0; i < a->binders.count; i++) {
        int p = index_by_key(I, &a->binders.data[i]);
        if (p >= 0)
            I->vars[p].active = false;
    }
}

value lift_reduction(elab *E, index_env *I, reduction r, uint32_t bound, expr *body, span at)
{
    expr *map[MAX_INDEX] = {0}, *subs[MAX_RANK];
    int64_t dims[MAX_RANK], extents[MAX_INDEX];
    const char *names[MAX_INDEX];
    body = close_noise(E, body, I->extent, (body->uses | bound) & ~1u);
    uint32_t over = body->uses & ~bound;
    int free = outer_dims(E, over, dims, map, subs), count;
    uint32_t turns = over >> FIRST_TURN;
    for (int k = 0, p = 0; k < free; p++)
        if ((over >> p & 1) && (p == 0 || p >= FIRST_TURN)) {
            extents[k] = dims[k];
            names[k++] = p ? E->scans.data[p - FIRST_TURN]->index : NULL;
        }
    for (int p = 1; p < I->count; p++)
        if ((body->uses & ~bound) >> p & 1) {
            if (free >= MAX_RANK) {
                elab_error(E, at, "this reduction depends on more than %d indices", MAX_RANK);
                return value_error(at);
            }
            dims[free] = extents[free] = I->extent[p];
            names[free] = I->vars[p].name;
            subs[free] = int_index(p);
            map[p] = int_index(free++);
        }
    count = free;
    for (int p = 0; p < I->count; p++)
        if (bound >> p & 1) {
            if (count >= MAX_INDEX) {
                elab_error(E, at, "too many indices in this reduction");
                return value_error(at);
            }
            extents[count] = I->extent[p];
            names[count] = I->vars[p].name;
            map[p] = int_index(count++);
        }
    bool arg = r == RED_ARGMAX || r == RED_ARGMIN;
    int64_t size = 1;
    for (int k = 0; k < free; k++)
        if (extents[k] != EXTENT_BATCH && (!checked_mul(size, extents[k], &size) || size > INT32_MAX)) {
            elab_error(E, at, "the intermediate values of this reduction have more than 2147483647 elements");
            return value_error(at);
        }
    equation like = {.reduction = r, .free = free, .bound = count - free};
    memcpy(like.extent, extents, sizeof extents);
    like.body = expr_decide(expr_substitute(body, map, MAX_INDEX), extents);
    tensor probe = {.classes = arg ? extents[free] : 0};
    like.out = &probe;
    tensor *t = equation_find(&E->g->equations, &like);
    if (!t) {
        t = graph_tensor(E->g, TENSOR_VALUE, NULL, free, dims, probe.classes, elab_place(E, at));
        t->turns = turns;
        equation *e = equation_new(&E->g->equations, t, like.body, elab_place(E, at));
        e->reduction = r;
        e->bound = count - free;
        memcpy(e->extent, extents, sizeof extents);
        memset(e->index_name, 0, sizeof e->index_name);
        for (int k = 0; k < count; k++) {
            e->index_name[k] = names[k];
            for (int m = 0; m < k; m++) /* two disjoint variables may share a name */
                if (names[k] && e->index_name[m] == names[k])
                    e->index_name[k] = NULL;
        }
        equation_name_indices(e);
        note_reads(E, like.body);
    }
    return (value){.ok = true, .at = at, .classes = probe.classes, .body = expr_read(t, subs)};
}

/* Bound variables that the body does not use are settled by arithmetic. */
static expr *settle_unused(index_env *I, reduction r, bool mean, uint32_t *bound, expr *body)
{
    for (int p = 0; p < I->count; p++)
        if (*bound >> p & 1 && !(body->uses >> p & 1) && r != RED_ARGMAX && r != RED_ARGMIN && !has_open_noise(body)) {
            *bound &= ~((uint32_t)1 << p);
            expr *count = p ? expr_num((double)I->extent[p]) : expr_sym(SYM_N);
            if (r == RED_SUM && !mean)
                body = expr_mul(count, body);
            else if (r == RED_PROD)
                body = expr_pow(body, count);
        }
    return body;
}

static value reduce_in(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    uint32_t bound;
    bool mean = a->reduction == AST_RED_MEAN;
    reduction r = reduction_of(a->reduction);
    if (!bind(E, I, a, &bound)) {
        unbind(I, a);
        return value_error(a->at);
    }
    value v = evaluate(E, S, I, a->operands.data[0]);
    unbind(I, a);
    if (!v.ok)
        return v;
    if (v.classes) {
        elab_error(E, v.at, "'%s' reduces reals; write real(…)", ast_reduction_text[a->reduction]);
        return value_error(a->at);
    }
    if (r == RED_PROD || r == RED_MAX || r == RED_MIN)
        warn_factors(a, a->operands.data[0]);
    if ((r == RED_ARGMAX || r == RED_ARGMIN) && (a->binders.count != 1 || !a->binders.data[0].name.text)) {
        elab_error(E, a->op_at, "'%s' binds exactly one index", ast_reduction_text[a->reduction]);
        return value_error(a->at);
    }
    expr *body = settle_unused(I, r, mean, &bound, real_body(&v));
    double elements = 1;
    for (int p = 1; p < I->count; p++)
        if (bound >> p & 1)
            elements *= (double)I->extent[p];
    if (!bound)
        return (value){.ok = true, .at = a->at, .body = body};
    value out = lift_reduction(E, I, r, bound, body, a->at);
    if (mean && out.ok && elements != 1)
        out.body = expr_div(out.body, expr_num(elements));
    if (mean && out.ok && (bound & 1))
        out.body = expr_mul(out.body, expr_sym(SYM_INV_N));
    return out;
}

value evaluate_reduction(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    if (I)
        return reduce_in(E, S, I, a);
    if (S->kind == SCOPE_FN) {
        elab_error(E, a->op_at, "a function is a formula of scalars; a reduction needs a block");
        return value_error(a->at);
    }
    index_env own = index_env_new(E); /* in a whole-tensor equation: a scalar with indices of its own */
    if (S->has_star)
        star_set(E, &own, S->star_rank, S->star_dims, a->at);
    int before = diag_errors();
    ranges_infer(E, S, &own, a);
    if (!ranges_finish(E, &own) || diag_errors() > before)
        return value_error(a->at);
    return reduce_in(E, S, &own, a);
}
