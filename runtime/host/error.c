/* error.c: messages, and memory that is asked for politely. */
#define _DEFAULT_SOURCE /* madvise */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "host.h"

static const size_t huge_page = (size_t)2 << 20;

/* Names in files may hold what commands a terminal. */
static void clean(char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < 32 && *text != '\n') || *text == 127)
            *text = '?';
}

int nnrt_error_set(nnrt_error *error, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        if (vsnprintf(error->text, sizeof error->text, format, arguments) < 0)
            snprintf(error->text, sizeof error->text, "%s", format);
        va_end(arguments);
        clean(error->text);
    }
    return 1;
}

/* The last line of a full message says how many findings it lacks. */
int nnrt_error_add(nnrt_error *error, const char *format, ...)
{
    static const char more[] = "\n... and ";
    enum { ROOM = 40 }; /* for that line */
    if (error) {
        char *text = error->text;
        size_t length = strlen(text), limit = sizeof error->text - ROOM, at = length + (length > 0);
        const char *last = strrchr(text, '\n');
        if (last && strncmp(last, more, sizeof more - 1) == 0) {
            unsigned long lacking = strtoul(last + sizeof more - 1, NULL, 10);
            snprintf(text + (last - text), ROOM, "%s%lu more", more, lacking + 1);
            return 1;
        }
        va_list arguments;
        va_start(arguments, format);
        int n = at < limit ? vsnprintf(text + at, limit - at, format, arguments) : -1;
        va_end(arguments);
        if (n < 0 || (size_t)n >= limit - at)
            snprintf(text + length, ROOM, "%s1 more", more);
        else if (length > 0)
            text[length] = '\n';
        clean(text + length);
    }
    return 1;
}

int nnrt_error_memory(nnrt_error *error, const char *name, size_t bytes)
{
    return nnrt_error_set(error, "not enough memory for %s (%zu bytes)", name, bytes);
}

void *nnrt_allocate(size_t count, size_t size, const char *what, nnrt_error *error)
{
    void *memory = NULL;
    size_t bytes = count * size;
    if (size != 0 && count > (SIZE_MAX - 64) / size) {
        nnrt_error_set(error, "not enough memory for %s (more than can be addressed)", what);
        return NULL;
    }
    if (posix_memalign(&memory, bytes >= 2 * huge_page ? huge_page : 64, bytes ? bytes : 1) != 0) {
        nnrt_error_memory(error, what, bytes);
        return NULL;
    }
#ifdef MADV_HUGEPAGE /* samples are read in any order, and a page for each would have to be looked up; a refusal does no harm */
    if (bytes >= 2 * huge_page)
        (void)madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    memset(memory, 0, bytes ? bytes : 1);
    return memory;
}
