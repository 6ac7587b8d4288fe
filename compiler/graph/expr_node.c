/* expr_node.c: the hash table in which every expression node exists once. */
#include "expr_node.h"

#include <string.h>

#include "graph.h"
#include "memo.h"

enum { FIRST_BUCKETS = 1 << 12 };

static expr **buckets;
static size_t bucket_count, node_count;

void expr_reset(void)
{
    buckets = NULL;
    bucket_count = node_count = 0;
    memo_reset();
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 29);
}

static uint64_t node_hash(const expr *e)
{
    uint64_t bits, h = mix(0, (uint64_t)e->kind);
    memcpy(&bits, &e->num, sizeof bits);
    h = mix(h, bits);
    h = mix(h, (uint64_t)e->op * 64 + (uint64_t)e->sym * 8 + e->user);
    h = mix(h, (uint64_t)e->index);
    h = mix(h, (uint64_t)e->constant);
    h = mix(h, (uint64_t)e->divisor);
    h = mix(h, (uint64_t)(uintptr_t)e->tensor); /* not the id: locals of different equations have the same */
    for (int i = 0; i < e->nargs; i++) {
        h = mix(h, (uint64_t)e->args[i]->id);
        if (e->coef)
            h = mix(h, (uint64_t)e->coef[i]);
    }
    return h;
}

static bool node_equal(const expr *a, const expr *b)
{
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): 0 and -0 are two numbers here, and a NaN is equal to itself */
    return a->hash == b->hash && a->kind == b->kind && memcmp(&a->num, &b->num, sizeof a->num) == 0 && a->op == b->op &&
           a->sym == b->sym && a->user == b->user && a->index == b->index && a->constant == b->constant &&
           a->divisor == b->divisor && a->tensor == b->tensor && a->nargs == b->nargs &&
           (a->nargs == 0 || memcmp(a->args, b->args, (size_t)a->nargs * sizeof *a->args) == 0) &&
           (!a->coef || a->nargs == 0 || memcmp(a->coef, b->coef, (size_t)a->nargs * sizeof *a->coef) == 0);
}

static void table_grow(void)
{
    size_t wanted = bucket_count ? bucket_count * 4 : FIRST_BUCKETS;
    expr **grown = NEW_ARRAY(expr *, wanted);
    for (size_t i = 0; i < bucket_count; i++)
        for (expr *e = buckets[i], *next; e; e = next) {
            next = e->next;
            e->next = grown[e->hash % wanted];
            grown[e->hash % wanted] = e;
        }
    buckets = grown;
    bucket_count = wanted;
}

static bool kind_is_int(const expr *e)
{
    switch (e->kind) {
    case X_AFF: case X_INDEX: case X_IDIV: case X_IMOD:
        return true;
    case X_READ:
        return e->tensor->classes > 0;
    case X_NUM: case X_SYM: case X_REAL: case X_OP: case X_SELECT: case X_GE0: case X_EQ0: case X_CUSTOM: case X_NOISE:
        return false;
    }
    return false;
}

expr *expr_intern(const expr *like)
{
    expr probe = *like;
    probe.hash = node_hash(like);
    if (node_count >= bucket_count)
        table_grow();
    expr **bucket = &buckets[probe.hash % bucket_count];
    for (expr *e = *bucket; e; e = e->next)
        if (node_equal(e, &probe))
            return e;
    expr *e = NEW(expr);
    *e = probe;
    e->id = (int)node_count++;
    e->next = *bucket;
    *bucket = e;
    e->args = NULL;
    e->coef = NULL;
    e->is_int = kind_is_int(e);
    e->uses = e->kind == X_INDEX ? (uint32_t)1 << e->index : 0;
    if (e->nargs) {
        e->args = NEW_ARRAY(expr *, e->nargs);
        memcpy(e->args, like->args, (size_t)e->nargs * sizeof *e->args);
        if (like->coef) {
            e->coef = NEW_ARRAY(int64_t, e->nargs);
            memcpy(e->coef, like->coef, (size_t)e->nargs * sizeof *e->coef);
        }
    }
    e->depth = 1;
    e->stamp = 0;
    e->reads = NULL;
    for (int i = 0; i < e->nargs; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): an expression with arguments has their array */
        e->uses |= e->args[i]->uses;
        if (e->args[i]->depth >= e->depth)
            e->depth = e->args[i]->depth + 1;
    }
    return e;
}
