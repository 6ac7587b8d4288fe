/* places.c: the files that a call of the program reads and writes: their names fit what they are to hold, nothing that is read
 * or written is overwritten by something else, and all can be written. It shows at once, not after an hour of training. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "program.h"

/* A file that is written. */
typedef struct place {
    const char *option;
    const char *path;           /* NULL: not asked for */
    const char *endings;        /* those that it may have, separated by blanks; NULL: any */
} place;

enum { PLACES = 5 };

static void list_places(place *places, const nnrt_options *o, const command *c)
{
    const place all[PLACES] = {
        { "--save", o->save, ".npz" },
        { "--best", o->best, ".npz" },
        { "--log", o->log, NULL },
        { "--plot", o->plot, ".svg" },
        { "--out", o->out, c->run == nnrt_command_predict ? ".npz .csv .npy" : ".npz" },
    };
    memcpy(places, all, sizeof all);
}

/* A device or a pipe takes anything, several times over, and is not tried: what reads from it would take that for the end. */
static int is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

/* That one can't write to a folder says more than that its name is wrong. */
static int is_folder(const char *path)
{
    struct stat status;
    return path[strlen(path) - 1] == '/' || (stat(path, &status) == 0 && S_ISDIR(status.st_mode));
}

static int has_ending(const char *path, const char *endings)
{
    size_t n = strlen(path);
    while (*endings) {
        size_t m = strcspn(endings, " ");
        if (n > m && strncmp(path + n - m, endings, m) == 0)
            return 1;
        endings += m + (endings[m] == ' ');
    }
    return 0;
}

/* The path without links and dots; of a file that is not there its folder's. NULL if there is none. The caller frees it. */
static char *resolve(const char *path, size_t length)
{
    char *copy = malloc(length + 1), *real, *slash, *joined = NULL;
    if (!copy)
        return NULL;
    memcpy(copy, path, length);
    copy[length] = 0;
    real = realpath(copy, NULL);
    if (real) {
        free(copy);
        return real;
    }
    slash = strrchr(copy, '/');
    if (slash)
        *slash = 0;
    real = realpath(slash ? slash == copy ? "/" : copy : ".", NULL);
    const char *name = slash ? slash + 1 : copy;
    size_t room = real ? strlen(real) + strlen(name) + 2 : 0;
    if (real && (joined = malloc(room)) != NULL)
        snprintf(joined, room, "%s/%s", real, name);
    free(real);
    free(copy);
    return joined;
}

static int is_same(const char *a, const char *b, size_t b_length)
{
    char *real_a = resolve(a, strlen(a)), *real_b = resolve(b, b_length);
    int same = real_a && real_b && strcmp(real_a, real_b) == 0;
    free(real_a);
    free(real_b);
    return same;
}

/* Whether path is the data or, where they are a list NAME=FILE,NAME=FILE, one of its files. */
static int is_data(const char *path, const char *data)
{
    if (!data)
        return 0;
    if (is_same(path, data, strlen(data)))
        return 1;
    while (*data) {
        size_t length = strcspn(data, ",");
        const char *equals = memchr(data, '=', length);
        if (equals && is_same(path, equals + 1, length - (size_t)(equals + 1 - data)))
            return 1;
        data += length + (data[length] == ',');
    }
    return 0;
}

static int contradiction(const program *p, const place *a, const place *places, nnrt_error *error)
{
    const nnrt_options *o = &p->options;
    if (is_folder(a->path))
        return 0;
    if (a->endings && !has_ending(a->path, a->endings))
        return nnrt_error_set(error, "%s: the name '%s' must end in %s", a->option, a->path,
                              strchr(a->endings, ' ') ? ".npz, .csv or .npy" : a->endings);
    if (a->path == o->out && has_ending(a->path, ".npy") && p->model->outputs != 1)
        return nnrt_error_set(error, "--out: a .npy file holds one array, the model has %lu outputs; write .npz or .csv",
                              (unsigned long)p->model->outputs);
    for (const place *b = places; b < a; b++)
        if (b->path && is_same(a->path, b->path, strlen(b->path)))
            return nnrt_error_set(error, "%s and %s name the same file '%s'", b->option, a->option, a->path);
    if (is_data(a->path, o->data) || is_data(a->path, o->test))
        return nnrt_error_set(error, "%s '%s' would overwrite the data", a->option, a->path);
    if (a->path != o->save && o->load && is_same(a->path, o->load, strlen(o->load))) /* going on in the same file is usual */
        return nnrt_error_set(error, "%s '%s' would overwrite what --load reads", a->option, a->path);
    return 0;
}

int nnrt_places(program *p, const command *c)
{
    place places[PLACES];
    list_places(places, &p->options, c);
    for (int i = 0; i < PLACES; i++)
        if (places[i].path && !is_special(places[i].path) && contradiction(p, &places[i], places, &p->error) != 0)
            return EXIT_USAGE;
    for (int i = 0; i < PLACES; i++) {
        nnrt_replace probe;
        if (!places[i].path || is_special(places[i].path))
            continue;
        if (nnrt_replace_begin(&probe, places[i].path, &p->error) != 0)
            return EXIT_BAD;
        nnrt_replace_cancel(&probe);
    }
    return EXIT_GOOD;
}
