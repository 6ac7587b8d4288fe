/* replace.c: files that appear whole or not at all: written beside their place under another name, brought to the disk,
 * then renamed. A link is followed, so that what it names is replaced and the link stays; what is no ordinary file (a
 * pipe, /dev/null) is written directly. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

static int fail(nnrt_replace *replace, nnrt_error *error, const char *path, const char *what, int number)
{
    nnrt_error_set(error, "%s: can't %s: %s", path, what, strerror(number));
    nnrt_replace_cancel(replace);
    return 1;
}

/* What a link to nowhere names, seen from the link's folder; NULL if path is no such link. */
static char *end_of_link(const char *path)
{
    char end[4096];
    ssize_t n = readlink(path, end, sizeof end);
    const char *slash = strrchr(path, '/');
    size_t folder = slash && n > 0 && end[0] != '/' ? (size_t)(slash - path) + 1 : 0;
    if (n <= 0 || n == sizeof end)
        return NULL;
    char *joined = malloc(folder + (size_t)n + 1);
    if (joined) {
        memcpy(joined, path, folder);
        memcpy(joined + folder, end, (size_t)n);
        joined[folder + (size_t)n] = 0;
    }
    return joined;
}

/* Where the file goes: path itself, or the end of its links. */
static char *target_of(const char *path)
{
    char *real = realpath(path, NULL);
    if (!real)
        real = end_of_link(path);
    return real ? real : strdup(path);
}

/* A new file beside path, under a name of its own; -1 with errno set if there can't be one. */
static int open_temporary(nnrt_replace *replace, size_t room)
{
    int file = -1;
    for (unsigned turn = 0; turn < 100 && file < 0; turn++) {
        snprintf(replace->temporary, room, "%s.%lu-%u", replace->path, (unsigned long)getpid(), turn);
        file = open(replace->temporary, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (file < 0 && errno != EEXIST)
            break;
    }
    return file;
}

int nnrt_replace_begin(nnrt_replace *replace, const char *path, nnrt_error *error)
{
    struct stat status;
    memset(replace, 0, sizeof *replace);
    if (!*path)
        return nnrt_error_set(error, "a file's name is empty");
    if (path[strlen(path) - 1] == '/')
        return nnrt_error_set(error, "%s: can't write: a folder", path);
    replace->path = target_of(path);
    if (!replace->path)
        return nnrt_error_memory(error, path, strlen(path));
    int there = stat(replace->path, &status) == 0;
    if (there && S_ISDIR(status.st_mode))
        return fail(replace, error, path, "write", EISDIR);
    if (there && !S_ISREG(status.st_mode)) {
        replace->file = fopen(replace->path, "wb");
        return replace->file ? 0 : fail(replace, error, path, "write", errno);
    }
    if (there && access(replace->path, W_OK) != 0) /* rename would replace what the user made read-only */
        return fail(replace, error, path, "write", errno);
    size_t room = strlen(replace->path) + 32;
    replace->temporary = malloc(room);
    if (!replace->temporary) {
        nnrt_replace_cancel(replace);
        return nnrt_error_memory(error, path, room);
    }
    int file = open_temporary(replace, room);
    if (file < 0) {
        int number = errno;
        free(replace->temporary);
        replace->temporary = NULL; /* nothing to remove */
        return fail(replace, error, path, "write", number);
    }
    if (there)
        (void)fchmod(file, status.st_mode & 0777);
    replace->file = fdopen(file, "wb");
    if (!replace->file) {
        int number = errno;
        close(file);
        return fail(replace, error, path, "write", number);
    }
    return 0;
}

int nnrt_replace_end(nnrt_replace *replace, nnrt_error *error)
{
    FILE *file = replace->file;
    errno = 0;
    int bad = fflush(file) != 0 || ferror(file);
    if (!bad && replace->temporary && fsync(fileno(file)) != 0 && errno != EINVAL && errno != ENOTSUP)
        bad = 1;
    int number = errno;
    if (fclose(file) != 0 && !bad) {
        bad = 1;
        number = errno;
    }
    replace->file = NULL;
    if (bad)
        return fail(replace, error, replace->path, "write", number ? number : EIO);
    if (replace->temporary && rename(replace->temporary, replace->path) != 0)
        return fail(replace, error, replace->path, "put the new file in place", errno);
    free(replace->temporary);
    free(replace->path);
    memset(replace, 0, sizeof *replace);
    return 0;
}

void nnrt_replace_cancel(nnrt_replace *replace)
{
    if (replace->file)
        fclose(replace->file);
    if (replace->temporary)
        unlink(replace->temporary);
    free(replace->temporary);
    free(replace->path);
    memset(replace, 0, sizeof *replace);
}
