/* output.c: atomic writing, and dependency rules for make. See output.h. */
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool failed(const char *path, const char *what)
{
    fprintf(stderr, "nnc: error: %s: cannot %s: %s\n", path, what, strerror(errno));
    return false;
}

static bool write_all(FILE *f, const output_file *o)
{
    bool good = fwrite(o->chars, 1, o->length, f) == o->length;
    good = fflush(f) == 0 && good;
    return good;
}

/* rename() would fail only after other files were replaced. */
static bool is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static const char *write_temporary(const output_file *o)
{
    if (is_folder(o->path)) {
        errno = EISDIR;
        failed(o->path, "write");
        return NULL;
    }
    char *name = arena_printf("%s.tmp%ld", o->path, (long)getpid());
    FILE *f = fopen(name, "wbx");
    if (!f) {
        failed(o->path, "write");
        return NULL;
    }
    bool good = write_all(f, o);
    int reason = errno;
    good = fclose(f) == 0 && good;
    if (!good) {
        errno = reason ? reason : errno;
        failed(o->path, "write");
        remove(name);
        return NULL;
    }
    return name;
}

bool output_write(const output_file *files, int count)
{
    const char **names = NEW_ARRAY(const char *, count + 1);
    int made = 0;
    for (; made < count; made++)
        if (strcmp(files[made].path, "-") != 0 && !(names[made] = write_temporary(&files[made])))
            break;
    if (made < count) {
        for (int i = 0; i < made; i++)
            if (names[i])
                remove(names[i]);
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (!names[i]) {
            if (!write_all(stdout, &files[i]))
                return failed("standard output", "write");
        } else if (rename(names[i], files[i].path) != 0) {
            failed(files[i].path, "write");
            for (; i < count; i++)
                if (names[i])
                    remove(names[i]);
            return false;
        }
    }
    return true;
}

static void add_name(text *out, const char *s)
{
    for (; *s; s++) {
        if (*s == ' ' || *s == '#' || *s == '\t' || *s == '\\')
            text_append(out, "\\");
        if (*s == '$')
            text_append(out, "$");
        text_append_n(out, s, 1);
    }
}

void output_rule(text *out, const char *const *targets, int target_count, const char *const *sources, int source_count, bool phony)
{
    for (int i = 0; i < target_count; i++) {
        text_append(out, i ? " " : "");
        add_name(out, targets[i]);
    }
    text_append(out, ":");
    for (int i = 0; i < source_count; i++) {
        text_append(out, " ");
        add_name(out, sources[i]);
    }
    text_append(out, "\n");
    for (int i = 1; phony && i < source_count; i++) {
        add_name(out, sources[i]);
        text_append(out, ":\n");
    }
}
