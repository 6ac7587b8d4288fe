/* harness.c: writes models and their data, has nnc and a C compiler make one program of several models, runs it. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* what the exceptions look for, the address sanitizer finds where it matters; they take most of the time */
#define UNDEFINED "-fno-sanitize-recover=all -fno-sanitize=alignment,null,pointer-overflow,object-size"
#define STRICT "-std=c99 -pedantic -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Werror"

configuration configuration_of(int which, uint64_t turn, bool thorough)
{
    static const char *const levels[] = {"-O2", "-O0", "-Os"}, *const compilers[] = {"gcc", "clang", "tcc"};
    configuration c = {.level = levels[which % 3], .real = which / 3 % 2 ? "float" : "double", .compiler = compilers[which / 6 % 3]};
    /* only the text of -O2 has vectors, and those only with a compiler that optimises */
    static const char *const in_vectors[] = {"-O1", "-O1 -march=native", "-O0 -march=native", "-O2 -march=native"}, *const in_loops[] = {"-O0", "-O0", "-O1", "-O2"};
    bool vectors = which % 3 == 0, gcc;
    c.sanitized = which >= PLAIN;
    if (c.sanitized) {
        c.compiler = compilers[(which - PLAIN) / 6 % 2];
        gcc = c.compiler[0] == 'g';
        c.addresses = !gcc || thorough || turn % 4 == 3; /* of gcc they take twice as long as all else of this compilation */
        c.flags = text("%s %s " UNDEFINED, gcc && vectors && thorough ? "-Og" : "-O0", c.addresses ? "-fsanitize=address,undefined" : "-fsanitize=undefined");
    } else
        c.flags = c.compiler[0] == 't' ? "-Wall" : vectors ? in_vectors[thorough ? 1 + turn % 3 : turn % 3] : in_loops[thorough ? 1 + turn % 3 : turn % 3];
    return c;
}

const char *configuration_text(configuration c)
{
    return text("nnc %s --real %s, %s %s", c.level, c.real, c.compiler, c.flags);
}

/* ---- files ---- */

static void write_record(FILE *f, const char *name, const double *numbers, int count)
{
    uint32_t length = (uint32_t)strlen(name), n = (uint32_t)count;
    fwrite(&length, sizeof length, 1, f);
    fwrite(name, 1, length, f);
    fwrite(&n, sizeof n, 1, f);
    fwrite(numbers, sizeof(double), n, f);
}

static FILE *open_file(const char *folder, const char *name)
{
    FILE *f = fopen(text("%s/%s", folder, name), "wb");
    if (!f) {
        fprintf(stderr, "cannot write %s/%s\n", folder, name);
        exit(2);
    }
    return f;
}

void write_model(const char *folder, const char *name, const model *m)
{
    const char *definitions = text("%s_definitions.nn", name);
    FILE *f = open_file(folder, text("%s.nn", name));
    print_model(m, definitions, f);
    fclose(f);
    if (!m->apart)
        return;
    f = open_file(folder, definitions);
    print_definitions(m, f);
    fclose(f);
}

static void write_subject(const setting *s, const subject *u)
{
    write_model(s->folder, u->name, u->m);
    FILE *f = open_file(s->folder, text("%s.data", u->name));
    const double samples[2] = {u->m->samples[0], u->m->samples[1]};
    write_record(f, "samples", samples, 2);
    for (int i = 0; i < u->m->value_count; i++) {
        const value *v = u->m->values[i];
        if (u->x->data[i] && v->kind != V_STATE)
            write_record(f, v->name, u->x->data[i], v->size * (v->kind == V_PARAM ? 1 : u->m->batch));
    }
    fclose(f);
}

static void write_table(const setting *s, const subject *subjects, int count)
{
    FILE *f = open_file(s->folder, "all.c");
    for (int i = 0; i < count; i++)
        if (!subjects[i].trouble)
            fprintf(f, "#include \"%s.c\"\n", subjects[i].name);
    fclose(f);
    f = open_file(s->folder, "table.c");
    fprintf(f, "#include \"nn_model.h\"\nstruct entry { const char *name; const nn_model *model; };\nextern const struct entry table[];\nextern const int table_count;\n");
    int n = 0;
    for (int i = 0; i < count; i++)
        if (!subjects[i].trouble)
            fprintf(f, "extern const nn_model %s_model;\n", subjects[i].name);
    fprintf(f, "const struct entry table[] = {\n");
    for (int i = 0; i < count; i++)
        if (!subjects[i].trouble) {
            fprintf(f, "    {\"%s\", &%s_model},\n", subjects[i].name, subjects[i].name);
            n++;
        }
    fprintf(f, "    {0, 0}\n};\nconst int table_count = %d;\n", n);
    fclose(f);
}

/* The first lines of a file that say what went wrong. */
static const char *first_lines(const setting *s, const char *name)
{
    char line[400] = "";
    FILE *f = fopen(text("%s/%s", s->folder, name), "r");
    while (f && fgets(line, sizeof line, f))
        if (strstr(line, "error") || strstr(line, "ERROR"))
            break;
    if (f)
        fclose(f);
    line[strcspn(line, "\n")] = 0;
    return text("%.300s", line);
}

static int shell(const char *command)
{
    return system(command);
}

/* ---- one configuration ---- */

static void translate(const setting *s, subject *u, configuration c, bool twice)
{
    const char *options = text("%s/%s.nn %s --real %s %s --prefix %s", s->folder, u->name, c.level, c.real, model_options(u->m), u->name);
    if (shell(text("timeout 60 %s %s -o %s/%s.c >%s/log 2>&1", s->nnc, options, s->folder, u->name, s->folder))) {
        u->trouble = text("nnc: %s", first_lines(s, "log"));
        return;
    }
    mkdir(text("%s/twice", s->folder), 0777);
    if (twice && shell(text("timeout 60 %s %s -o %s/twice/%s.c >%s/log 2>&1 && cmp -s %s/twice/%s.c %s/%s.c", s->nnc, options, s->folder, u->name, s->folder,
                            s->folder, u->name, s->folder, u->name)))
        u->trouble = "two runs of nnc give different bytes";
}

static bool build(const setting *s, configuration c)
{
    const char *san = c.addresses ? "-fsanitize=address,undefined" : c.sanitized ? "-fsanitize=undefined" : "";
    const char *driver = text("driver-%s-%s.o", c.compiler, c.addresses ? "addresses" : c.sanitized ? "undefined" : "plain");
    return shell(text("cd %s && exec >log 2>&1; { test -e %s || %s %s -I%s/runtime -c %s/tests/random/driver.c -o %s; } && timeout 300 %s %s %s -c all.c -o all.o && "
                      "%s -I%s/runtime -c table.c -o table.o && %s %s %s all.o table.o -lm -o program",
                      s->folder, driver, c.compiler, san, s->source, s->source, driver, c.compiler, strcmp(c.compiler, "tcc") == 0 ? "" : STRICT, c.flags, c.compiler,
                      s->source, c.compiler, san, driver)) == 0;
}

static void compare_subject(const setting *s, subject *u, configuration c)
{
    const char *path = text("%s/%s.got", s->folder, u->name);
    u->trouble = compare(u, path, strcmp(c.real, "float") == 0);
    remove(path);
}

void check_all(const setting *s, subject *subjects, int count, configuration c, bool twice)
{
    bool ran = false;
    int left = 0;
    for (int i = 0; i < count; i++) {
        subjects[i].trouble = NULL;
        write_subject(s, &subjects[i]);
        translate(s, &subjects[i], c, twice);
        left += !subjects[i].trouble;
    }
    if (!left)
        return;
    write_table(s, subjects, count);
    bool built = build(s, c);
    if (built)
        ran = shell(text("cd %s && ASAN_OPTIONS=detect_leaks=0 timeout 120 ./program . got >log 2>&1", s->folder)) == 0;
    if (ran) {
        for (int i = 0; i < count; i++)
            if (!subjects[i].trouble)
                compare_subject(s, &subjects[i], c);
    } else if (count == 1)
        subjects->trouble = text(built ? "the program failed: %s" : "the C compiler failed: %s", first_lines(s, "log"));
    else
        for (int i = 0; i < count; i++) /* which of them is it? */
            if (!subjects[i].trouble)
                check_all(s, &subjects[i], 1, c, false);
}
