/* import.c: `import "layers.nn";`: where the file is looked for, files met twice, and files that import themselves. */
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "library.h"
#include "toplevel.h"

/* What is there but cannot be read ends the search: *why says the reason. */
static source *try_import(const char *path, const char **why)
{
    struct stat s;
    if (*why || stat(path, &s) != 0)
        return NULL;
    if (!S_ISREG(s.st_mode)) { /* a pipe may never end, a device may be read without end */
        *why = S_ISDIR(s.st_mode) ? "it is a folder" : "it is no ordinary file";
        return NULL;
    }
    return source_read(strcmp(path, "-") == 0 ? "./-" : path, why);
}

static source *find_import(elab *E, const ast_stmt *s, const ast_file *from, const char **why)
{
    const char *slash = strrchr(from->source->name, '/');
    int beside = slash ? (int)(slash - from->source->name) + 1 : 0;
    if (s->string[0] == '/')
        return try_import(s->string, why);
    source *found = try_import(arena_printf("%.*s%s", beside, from->source->name, s->string), why);
    for (int i = 0; i < E->options->include_count && !found; i++)
        found = try_import(arena_printf("%s/%s", E->options->include_dirs[i], s->string), why);
    return found;
}

/* The installed library comes last, and is there already. */
static bool is_library(const char *name)
{
    for (int i = 0; i < library_part_count; i++)
        if (strcmp(library_parts[i].file, name) == 0)
            return true;
    return false;
}

/* One file is one, however its path is written. */
static const char *identity(const char *name)
{
    struct stat s;
    return stat(name, &s) == 0 ? arena_printf("%ju:%ju", (uintmax_t)s.st_dev, (uintmax_t)s.st_ino) : name;
}

void import_file(elab *E, scope *S, const ast_stmt *s, const ast_file *from)
{
    const char *why = NULL;
    source *found = find_import(E, s, from, &why);
    if (!found && !why && is_library(s->string))
        return;
    if (!found && why)
        elab_error(E, s->string_at, "the file \"%s\" cannot be read: %s", s->string, why);
    else if (!found)
        elab_error(E, s->string_at, "the file \"%s\" was found neither beside '%s' nor in the -I folders nor in the library", s->string, from->source->name);
    if (!found) {
        E->import_failed = true;
        return;
    }
    const char *file = identity(found->name);
    for (int i = 0; i < E->importing.count; i++)
        if (strcmp(E->importing.data[i], file) == 0) {
            elab_error(E, s->string_at, "\"%s\" imports itself, directly or through others", s->string);
            return;
        }
    for (int i = 0; i < E->imported.count; i++)
        if (strcmp(E->imported.data[i], file) == 0)
            return; /* there already */
    if (E->importing.count >= MAX_CALL_DEPTH) {
        elab_error(E, s->string_at, "imports nested more than %d deep", MAX_CALL_DEPTH);
        return;
    }
    vec_push(&E->imported) = file;
    vec_push(&E->options->files_read) = found->name;
    vec_push(&E->importing) = file;
    int errors = diag_errors();
    ast_file *f = ast_parse(found);
    E->import_failed |= diag_errors() > errors;
    scope_reserve(S, &f->stmts, false);
    collect_definitions(E, S, f);
    for (int i = 0; i < f->stmts.count; i++)
        execute_top(E, S, f->stmts.data[i], f, false);
    E->importing.count--;
}

void import_main(elab *E, const ast_file *file)
{
    vec_push(&E->importing) = identity(file->source->name);
    vec_push(&E->imported) = identity(file->source->name);
}
