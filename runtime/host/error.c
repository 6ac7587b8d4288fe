/* error.c: messages, and memory that is asked for politely. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

int nnrt_error_set(nnrt_error *error, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        if (vsnprintf(error->text, sizeof error->text, format, arguments) < 0)
            snprintf(error->text, sizeof error->text, "%s", format);
        va_end(arguments);
    }
    return 1;
}

int nnrt_error_add(nnrt_error *error, const char *format, ...)
{
    static const char more[] = "\n...";
    if (error) {
        char *text = error->text;
        size_t length = strlen(text), limit = sizeof error->text - sizeof more;
        va_list arguments;
        if (length >= sizeof more - 1 && strcmp(text + length - (sizeof more - 1), more) == 0)
            return 1;
        va_start(arguments, format);
        size_t at = length + (length > 0);
        int n = at < limit ? vsnprintf(text + at, limit - at, format, arguments) : -1;
        va_end(arguments);
        if (n < 0 || (size_t)n >= limit - at)
            memcpy(text + length, more, sizeof more);
        else if (length > 0)
            text[length] = '\n';
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
    if (posix_memalign(&memory, 64, bytes ? bytes : 1) != 0) {
        nnrt_error_memory(error, what, bytes);
        return NULL;
    }
    memset(memory, 0, bytes ? bytes : 1);
    return memory;
}
