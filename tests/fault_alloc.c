/* fault_alloc.c: linked with the compiler's objects and --wrap for the allocating functions: of a run with FAULT=n the n-th allocation
 * fails, with FAULT_LASTING=1 all that follow too. At the end "allocations: N" is said on standard error. */
#include <stdio.h>
#include <stdlib.h>

static unsigned long calls;

static void tell(void)
{
    fprintf(stderr, "allocations: %lu\n", calls);
}

static int fails(void)
{
    const char *at = getenv("FAULT");
    unsigned long n = at ? strtoul(at, NULL, 10) : 0;
    if (!calls++)
        atexit(tell);
    return calls == n || (n && calls > n && getenv("FAULT_LASTING"));
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t m);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t m);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n) { return fails() ? NULL : __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t m) { return fails() ? NULL : __real_calloc(n, m); }
void *__wrap_realloc(void *p, size_t n) { return fails() ? NULL : __real_realloc(p, n); }
