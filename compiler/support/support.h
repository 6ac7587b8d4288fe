/* support.h: memory, strings and checked arithmetic for every room of the compiler.
 *
 * Memory lives in arenas by lifetime; nothing is freed singly, all is released at exit (arena_free_all).
 * Allocation failure ends the compiler with a message and status 1; no caller checks for NULL. */
#ifndef NNC_SUPPORT_H
#define NNC_SUPPORT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined __GNUC__
#define NNC_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define NNC_NORETURN __attribute__((noreturn))
#else
#define NNC_PRINTF(fmt, first)
#define NNC_NORETURN
#endif

/* Zeroed memory that lives until exit. count * size is checked for overflow. */
void *arena_alloc(size_t size);
void *arena_array(size_t count, size_t size);
#define NEW(type) ((type *)arena_alloc(sizeof(type)))
#define NEW_ARRAY(type, n) ((type *)arena_array((size_t)(n), sizeof(type)))
char *arena_strdup(const char *s);
char *arena_strndup(const char *s, size_t n);
char *arena_printf(const char *format, ...) NNC_PRINTF(1, 2);
void arena_free_all(void);
/* An input of so many bytes is there: more memory may be taken. Beyond what is allowed the compiler ends with a message and status 1. */
void arena_allow_for(size_t bytes);

/* One copy of each string: equal strings have equal addresses. Embedded NULs are not allowed. */
const char *intern(const char *s);
const char *intern_n(const char *s, size_t n);

/* A growable array in the arena. VEC(type) declares the struct; vec_push appends and yields the element's lvalue. */
#define VEC(type) struct { type *data; int count, capacity; }
void *vec_grow(void *data, int count, int *capacity, size_t element);
#define vec_push(v) \
    (*((v)->count == (v)->capacity \
           ? ((v)->data = vec_grow((v)->data, (v)->count, &(v)->capacity, sizeof *(v)->data), (v)->data + (v)->count++) \
           : (v)->data + (v)->count++))

/* A growing text, always NUL-terminated. */
typedef struct text {
    char *data;
    size_t length, capacity;
} text;
void text_append(text *t, const char *s);
void text_append_n(text *t, const char *s, size_t n);
void text_printf(text *t, const char *format, ...) NNC_PRINTF(2, 3);
void text_vprintf(text *t, const char *format, va_list args) NNC_PRINTF(2, 0);

/* A real as the shortest decimal that reads back to the same double, independent of the locale ("0.5", "1e-05"). */
const char *real_text(double value);

/* Checked arithmetic: false on overflow of int64_t, *result untouched then. */
bool checked_add(int64_t a, int64_t b, int64_t *result);
bool checked_mul(int64_t a, int64_t b, int64_t *result);
/* Division rounding down, and the remainder with the sign of the divisor; b != 0. */
int64_t floor_div(int64_t a, int64_t b);
int64_t floor_mod(int64_t a, int64_t b);

/* An error of ours, not of the user: prints file and line of the compiler and aborts. */
void bug_at(const char *file, int line, const char *format, ...) NNC_PRINTF(3, 4) NNC_NORETURN;
#define bug(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)

#endif
