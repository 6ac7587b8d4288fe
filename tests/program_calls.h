/* program_calls.h: calls of the training program, each in a process of its own, in a fresh folder, for tests. The models are
 * written by hand. */
#ifndef PROGRAM_CALLS_H
#define PROGRAM_CALLS_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REAL float
#define NAME(x) x
#define MATH(c) c##f
#include "hand_net.h"
#define REAL double
#define NAME(x) x##_d
#define MATH(c) c
#include "hand_net.h"
#include "hand_stream.h"
#include "host/host.h"
#include "leave.h"

enum { WORDS = 40, LONG = 60000 };

static char out[LONG], err[LONG];
static nnrt_error error;

/* ---- calls ---- */

static inline void in_a_folder(void)
{
    char name[] = "/tmp/nnrt-test-XXXXXX";
    cr_assert(mkdtemp(name) && chdir(name) == 0);
}

static inline void leave_the_folder(void)
{
    char path[512];
    DIR *folder = opendir(".");
    struct dirent *entry;
    if (!folder || !getcwd(path, sizeof path))
        return;
    while ((entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.')
            unlink(entry->d_name);
    closedir(folder);
    if (strncmp(path, "/tmp/nnrt-test-", 15) == 0)
        rmdir(path);
}

static inline void slurp(const char *path, char *text)
{
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(text, 1, LONG - 1, file) : 0;
    text[n] = 0;
    if (file)
        fclose(file);
}

/* Starts `hand WORDS...`, the words separated by blanks; quotes "..." hold blanks together. */
static inline pid_t start(const nn_model *model, const char *line)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child != 0)
        return child;
    static char copy[2000];
    char *argv[WORDS] = { (char *)(uintptr_t)"bin/hand" }, *s = copy;
    int argc = 1;
    snprintf(copy, sizeof copy, "%s", line);
    while (*s && argc < WORDS) {
        char stop = ' ';
        while (*s == ' ')
            s++;
        if (*s == '"') {
            stop = '"';
            s++;
        }
        if (!*s)
            break;
        argv[argc++] = s;
        while (*s && *s != stop)
            s++;
        if (*s)
            *s++ = 0;
    }
    if (!freopen("stdout", "wb", stdout) || !freopen("stderr", "wb", stderr))
        _exit(99);
    leave(nnrt_main(model, argc, argv));
}

static inline int finish(pid_t child)
{
    int status = -1;
    while (waitpid(child, &status, 0) < 0)
        continue;
    slurp("stdout", out);
    slurp("stderr", err);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static inline int call(const nn_model *model, const char *format, ...)
{
    char line[2000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    return finish(start(model, line));
}

/* A learnable set: the class is told by the signs of x. */
static inline void write_csv(const char *path, int samples, uint64_t seed)
{
    FILE *file = fopen(path, "w");
    uint64_t random = seed;
    cr_assert_not_null(file);
    fprintf(file, "x[0],x[1],x[2],x[3],y\n");
    for (int i = 0; i < samples; i++) {
        int x[4];
        for (int j = 0; j < 4; j++) {
            x[j] = (int)nnrt_random_below(&random, 400) - 200;
            fprintf(file, "%s%d.%02d,", x[j] < 0 ? "-" : "", abs(x[j]) / 100, abs(x[j]) % 100);
        }
        fprintf(file, "%d\n", x[0] > 0 ? 0 : x[1] > 0 ? 1 : 2);
    }
    fclose(file);
}

static inline int exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

static inline unsigned files(void)
{
    unsigned count = 0;
    DIR *folder = opendir(".");
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

/* Whether two saved runs agree in every byte. */
static inline int same_run(const char *one, const char *two)
{
    static char a[LONG], b[LONG];
    memset(a, 0, sizeof a);
    memset(b, 0, sizeof b);
    slurp(one, a);
    slurp(two, b);
    cr_assert(a[0] == 'P' && a[LONG - 1] == 0 && a[LONG - 2] == 0, "%s is there and was read whole", one);
    return memcmp(a, b, LONG) == 0;
}

#define SAYS(text, part) cr_expect(strstr(text, part) != NULL, "'%s' lacks '%s'", text, part)

#endif
