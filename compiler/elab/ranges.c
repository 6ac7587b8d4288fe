/* ranges.c: index variables of an equation and the inference of their ranges.
 *
 * A variable that stands alone as a subscript has the extent of that dimension; a written bound wins. Variables are found
 * by the binder they stem from, so that the later evaluation meets the same ones. */
#include <string.h>

#include "context.h"

/* No index variables yet; the batch and the turns of the scans around are known. */
index_env index_env_new(const elab *E)
{
    index_env I = {.count = 1};
    I.extent[0] = EXTENT_BATCH;
    for (int d = 0; d < E->scans.count; d++)
        I.extent[FIRST_TURN + d] = E->scans.data[d]->extent;
    return I;
}

int index_find(const index_env *I, const char *name)
{
    for (int p = I->count - 1; p >= 1; p--)
        if (I->vars[p].active && I->vars[p].name == name)
            return p;
    return -1;
}

int index_by_key(const index_env *I, const void *key)
{
    for (int p = 1; p < I->count; p++)
        if (I->vars[p].key == key && key)
            return p;
    return -1;
}

static int add_var(elab *E, index_env *I, const char *name, const void *key, span at)
{
    if (I->count >= FIRST_TURN) {
        elab_error(E, at, "more than %d index variables in one equation; give a part of it a name of its own", FIRST_TURN - 1);
        return -1;
    }
    int p = I->count++;
    I->vars[p] = (index_var){.name = name, .key = key, .active = true, .at = at};
    return p;
}

static void fix(elab *E, index_env *I, int p, int64_t extent, span place, const char *why)
{
    index_var *v = &I->vars[p];
    if (v->extent == 0) {
        v->extent = I->extent[p] = extent;
        v->place = place;
        v->why = why;
    } else if (v->extent != extent && !v->written) {
        diag *d = elab_error(E, place, "the index '%s' runs to %lld here, but to %lld elsewhere; write a bound, as in [%s < %lld]",
                             v->name, (long long)extent, (long long)v->extent, v->name,
                             (long long)(extent < v->extent ? extent : v->extent));
        diag_note(d, v->place, "%lld: %s", (long long)v->extent, v->why);
        v->written = true; /* once is enough */
    }
}

/* An index variable must not bear the name of a value, a constant or an extent that is visible there. */
bool check_index_name(elab *E, scope *S, ast_name name)
{
    binding *b = scope_find_value(S, name.text);
    if (!b || b->kind == BIND_ERROR)
        return true;
    diag *d = elab_error(E, name.at, "the index '%s' has the name of a value that is visible here; use another name", name.text);
    diag_note(d, b->at, "'%s' is defined here", name.text);
    return false;
}

/* The dimensions that `*` stands for, in this whole equation. */
bool star_set(elab *E, index_env *I, int rank, const int64_t dims[], span at)
{
    if (I->star_known) {
        if (I->star_rank == rank && memcmp(I->star_dims, dims, (size_t)rank * sizeof *dims) == 0)
            return true;
        diag *d = elab_error(E, at, "'*' stands for %s here, but for %s elsewhere in this equation", shape_text(rank, dims),
                             shape_text(I->star_rank, I->star_dims));
        diag_note(d, I->star_at, "here");
        return false;
    }
    I->star_known = true;
    I->star_rank = rank;
    I->star_at = at;
    I->star_first = I->count;
    for (int k = 0; k < rank; k++) {
        int p = add_var(E, I, NULL, NULL, at);
        if (p < 0)
            return false;
        I->vars[p].star = true;
        I->vars[p].extent = I->extent[p] = dims[k];
        I->star_dims[k] = dims[k];
    }
    return true;
}

/* The first part of an expression that is wanted, or NULL. */
const ast_expr *mention(const ast_expr *a, bool (*wanted)(const ast_expr *a, const void *context), const void *context)
{
    const ast_expr *found = wanted(a, context) ? a : NULL;
    for (int i = 0; i < a->operands.count && !found; i++)
        found = mention(a->operands.data[i], wanted, context);
    for (int i = 0; i < a->args.count && !found; i++)
        found = mention(a->args.data[i].value, wanted, context);
    return found;
}

static bool is_index(const ast_expr *a, const void *I)
{
    return a->kind == AST_NAME && index_find(I, a->name.text) >= 0;
}

/* The value that is subscripted, evaluated once an equation. */
value base_value(elab *E, scope *S, index_env *I, const ast_expr *base)
{
    for (int i = 0; I && i < I->bases.count; i++)
        if (I->bases.data[i].key == base)
            return I->bases.data[i].base;
    if (I && base->kind == AST_SUBSCRIPT && mention(base, is_index, I)) {
        elab_error(E, base->at, "in an index equation all subscripts of a value stand in one pair of brackets, as in x[i, j]");
        I->broken = true;
        return value_error(base->at);
    }
    bool before = E->no_blocks;
    E->no_blocks = before || (I && I->equation);
    value v = evaluate(E, S, NULL, base);
    E->no_blocks = before;
    if (v.ok && !v.tensor && v.rank && v.body->kind != X_READ && v.body->nargs && I) {
        tensor *t = value_tensor(E, &v, NULL, base->at);
        v = t ? value_of_tensor(E, t, base->at) : value_error(base->at);
    }
    if (I) {
        I->broken |= !v.ok;
        vec_push(&I->bases).key = base;
        I->bases.data[I->bases.count - 1].base = v;
    }
    return v;
}

static void write_bound(elab *E, scope *S, index_env *I, int p, const ast_expr *bound)
{
    int64_t extent = 1;
    const ast_expr *index = mention(bound, is_index, I);
    if (index)
        elab_error(E, index->at, "a bound is a constant, but '%s' is an index; a condition may depend on it, as in (j < i ? … : 0)", index->name.text);
    else if (!static_extent(E, S, bound, &extent))
        extent = 1;
    I->vars[p].extent = I->extent[p] = extent;
    I->vars[p].written = true;
}

static bool bind_all(elab *E, scope *S, index_env *I, const ast_binders *binders)
{
    for (int i = 0; i < binders->count; i++) {
        const ast_binder *b = &binders->data[i];
        if (!b->name.text)
            continue;
        check_index_name(E, S, b->name);
        if (index_find(I, b->name.text) >= 0) {
            diag *d = elab_error(E, b->at, "the index '%s' is bound already", b->name.text);
            diag_note(d, I->vars[index_find(I, b->name.text)].at, "here");
        }
        int p = add_var(E, I, b->name.text, b, b->at);
        if (p < 0)
            return false;
        if (b->bound)
            write_bound(E, S, I, p, b->bound);
    }
    return true;
}

static void infer_subscripted(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    const ast_expr *base = a->operands.data[0];
    int subs = a->operands.count - 1, stars = 0, d = 0;
    callable named;
    if (base->kind == AST_NAME && !scope_find_value(S, base->name.text) && scope_find_callable(E, S, base->name.text, &named))
        return;
    value v = base_value(E, S, I, base);
    for (int i = 1; i <= subs; i++)
        stars += a->operands.data[i]->kind == AST_STAR;
    for (int i = 1; i <= subs; i++) {
        const ast_expr *s = a->operands.data[i];
        if (s->kind == AST_STAR) {
            int run = v.rank - (subs - stars);
            if (v.ok && stars == 1 && run >= 0)
                star_set(E, I, run, v.dims + d, s->at);
            d += run;
            continue;
        }
        int p = s->kind == AST_NAME ? index_find(I, s->name.text) : -1;
        if (p >= 0 && v.ok && d >= 0 && d < v.rank)
            fix(E, I, p, v.dims[d], s->at, v.tensor ? arena_printf("dimension %d of %s", d + 1, v.tensor->label)
                                                    : arena_printf("dimension %d of this value", d + 1));
        else if (s->kind != AST_NAME)
            ranges_infer(E, S, I, s);
        d++;
    }
}

/* Is this made of numbers only, so that a condition is decided in expansion? */
static bool is_settled(elab *E, scope *S, const index_env *I, const ast_expr *a)
{
    double number;
    callable c;
    if (a->kind == AST_NUMBER)
        return true;
    if (a->kind == AST_NAME) {
        binding *b = index_find(I, a->name.text) < 0 ? scope_find_value(S, a->name.text) : NULL;
        return b && b->kind == BIND_VALUE && value_is_number(&b->value, &number);
    }
    bool function = a->kind == AST_CALL && !a->has_statics && scope_find_callable(E, S, a->callee.text, &c) && (c.kind == CALL_OP || c.kind == CALL_FN);
    if (!function && a->kind != AST_NEGATE && a->kind != AST_NOT && a->kind != AST_BINARY && a->kind != AST_COND)
        return false;
    for (int i = 0; i < a->operands.count; i++)
        if (!is_settled(E, S, I, a->operands.data[i]))
            return false;
    for (int i = 0; i < a->args.count; i++)
        if (!is_settled(E, S, I, a->args.data[i].value))
            return false;
    return true;
}

/* The branch that is not taken is not expanded, and fixes no range. */
static bool infer_taken(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    double truth;
    if (a->kind != AST_COND || !is_settled(E, S, I, a->operands.data[0]))
        return false;
    if (static_number(E, S, a->operands.data[0], &truth))
        ranges_infer(E, S, I, a->operands.data[truth != 0 ? 1 : 2]);
    return true;
}

void ranges_infer(elab *E, scope *S, index_env *I, const ast_expr *a)
{
    if (infer_taken(E, S, I, a))
        return;
    int first = I->count;
    if (a->kind == AST_SUBSCRIPT) {
        infer_subscripted(E, S, I, a);
        return;
    }
    if (a->kind == AST_REDUCE && !bind_all(E, S, I, &a->binders))
        return;
    int last = I->count;
    for (int i = 0; i < a->operands.count; i++)
        ranges_infer(E, S, I, a->operands.data[i]);
    for (int i = 0; i < a->args.count; i++)
        ranges_infer(E, S, I, a->args.data[i].value);
    for (int p = first; a->kind == AST_REDUCE && p < last; p++)
        if (!I->vars[p].star)
            I->vars[p].active = false;
}

/* The left side's variables; `declared` is the shape that a block promises for this output, or NULL. */
void ranges_left(elab *E, scope *S, index_env *I, const ast_lhs *left, const binding *declared)
{
    int subs = left->subs.count, stars = 0, d = 0;
    if (S->has_star)
        star_set(E, I, S->star_rank, S->star_dims, left->at);
    for (int i = 0; i < subs; i++)
        stars += left->subs.data[i].star;
    const value *shape = declared && declared->kind == BIND_OUTPUT ? &declared->value : NULL;
    int run = shape ? shape->rank - (subs - stars) : 0;
    if (stars > 1)
        elab_error(E, left->at, "'*' may stand once on a left side");
    if (shape && (run < 0 || (!stars && run != 0))) {
        diag *e = elab_error(E, left->at, "%d subscripts for '%s' of shape %s", subs, left->name.text, shape_text(shape->rank, shape->dims));
        diag_note(e, declared->at, "declared here");
        shape = NULL;
    }
    for (int i = 0; i < subs; i++) {
        const ast_binder *b = &left->subs.data[i];
        if (b->star) {
            I->star_left = true;
            if (shape)
                star_set(E, I, run, shape->dims + d, b->at);
            d += run;
            continue;
        }
        if (b->batch || b->other || !b->name.text) {
            elab_error(E, b->at, "on the left stand distinct index variables, and '*'");
            continue;
        }
        int64_t written = 0, extent = 0;
        if (index_find(I, b->name.text) >= 0)
            elab_error(E, b->at, "the index '%s' stands twice on the left", b->name.text);
        check_index_name(E, S, b->name);
        if (b->bound)
            static_extent(E, S, b->bound, &written);
        if (shape)
            extent = shape->dims[d];
        if (shape && b->bound && written && written != extent)
            elab_error(E, b->at, "the bound %lld is not the declared extent %lld", (long long)written, (long long)extent);
        int p = add_var(E, I, b->name.text, b, b->at);
        if (p < 0)
            return;
        if (b->bound) {
            I->vars[p].extent = I->extent[p] = written ? written : 1;
            I->vars[p].written = true;
        } else if (extent) {
            fix(E, I, p, extent, declared->at, arena_printf("dimension %d of '%s' as declared", d + 1, left->name.text));
        }
        d++;
    }
}

bool ranges_finish(elab *E, index_env *I)
{
    bool good = true;
    for (int p = 1; p < I->count; p++)
        if (I->vars[p].extent == 0) {
            if (!I->broken)
                elab_error(E, I->vars[p].at, "nothing fixes the range of the index '%s'; write its bound, as in [%s < 10]",
                           I->vars[p].name, I->vars[p].name);
            I->vars[p].extent = I->extent[p] = 1;
            good = false;
        }
    return good;
}
