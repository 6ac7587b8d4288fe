/* test_weights.c: how nnc --weights reads an archive: every form that numpy writes gives the same constants, and what is wrong is named. */
#include "made_files.h"

#include "elab/elab.h"
#include "weights.h"

static const char model[] = "input x[2]; param w[2, 3] = 0; param b[3] = 0; state s[2] = 0.5;\n"
                            "output y[j] = b[j] + sum[i] (x[i] + s[i]) * w[i, j];\n";
static const float w_rows[6] = {1, -2, 3, 4.5f, 5, 6e-3f}, w_columns[6] = {1, 4.5f, -2, 5, 3, 6e-3f}, b_row[3] = {7, 8, 9};

static char *said(void)
{
    static char text[2000];
    memset(text, 0, sizeof text);
    FILE *f = fmemopen(text, sizeof text - 1, "w");
    diag_flush(f);
    fclose(f);
    return text;
}

/* The model with what the file says, or NULL where it is refused. */
static graph *baked(const bytes *file, bool is_double)
{
    elab_options o = {0};
    diag_reset();
    graph *g = elaborate(ast_parse(source_from_text("model.nn", model, strlen(model), false)), &o);
    cr_assert(g && diag_errors() == 0, "%s", said());
    return weights_bake(g, write_file(".npz", file->at, file->n), true, is_double) ? g : NULL;
}

static const double *values_of(const tensor_list *list, const char *wanted)
{
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->data[i]->name, wanted) == 0)
            return list->data[i]->values;
    return NULL;
}

static bytes array(const char *type, const char *order, const char *shape, const void *data, size_t n)
{
    char header[128];
    snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", type, order, shape);
    return npy(1, header, data, n);
}

/* The elements in another width or order of bytes. */
static size_t elements(unsigned char *to, const float *from, int count, int size, int big)
{
    bytes b = {.n = 0};
    for (int i = 0; i < count; i++) {
        double wide = (double)from[i];
        uint64_t bits = 0;
        uint32_t narrow;
        memcpy(&narrow, &from[i], sizeof narrow);
        memcpy(&bits, &wide, sizeof bits);
        number(&b, size == 4 ? narrow : bits, size, big);
    }
    memcpy(to, b.at, b.n);
    return b.n;
}

Test(weights, every_form_gives_the_same_constants, .fini = no_file)
{
    static const char *const types[] = {"<f4", ">f4", "<f8", ">f8"};
    for (int form = 0; form < 4 * 2 * 2 * 2; form++) {
        int type = form % 4, fortran = form / 4 % 2;
        zip_faults f = {.deflate = form / 8 % 2, .zip64 = form / 16 % 2 ? 2 : 0};
        unsigned char w[48], b[24];
        size_t size = type < 2 ? 4 : 8;
        elements(w, fortran ? w_columns : w_rows, 6, (int)size, type % 2);
        elements(b, b_row, 3, (int)size, type % 2);
        member m[2] = {{"w.npy", array(types[type], fortran ? "True" : "False", "2, 3", w, 6 * size)}, {"b.npy", array(types[type], "False", "3,", b, 3 * size)}};
        bytes file = zip(m, 2, f);
        graph *g = baked(&file, false);
        cr_assert_not_null(g, "form %d: %s", form, said());
        const double *got = values_of(&g->params, "w"), *bias = values_of(&g->params, "b"), *state = values_of(&g->states, "s");
        cr_assert(got && bias && state);
        for (int i = 0; i < 6; i++)
            cr_expect(got[i] == (double)w_rows[i] && bias[i / 2] == (double)b_row[i / 2], "form %d: element %d", form, i);
        cr_expect(state[0] == 0.5 && state[1] == 0.5, "a state that nothing updates and the file lacks is what it begins with");
    }
}

static void refused(const bytes *file, const char *reason)
{
    cr_expect_null(baked(file, false), "should say: %s", reason);
    const char *text = said();
    cr_expect(strstr(text, reason) != NULL, "'%s' lacks '%s'", text, reason);
}

/* w as it is given, beside a right b. */
static void wrong(bytes w, zip_faults f, const char *reason)
{
    member m[2] = {{"b.npy", array("<f4", "False", "3,", b_row, sizeof b_row)}, {"w.npy", w}};
    bytes file = zip(m, 2, f);
    refused(&file, reason);
}

static bytes right(void) { return array("<f4", "False", "2, 3", w_rows, sizeof w_rows); }

Test(weights, wrong_archives, .fini = no_file)
{
    wrong(right(), (zip_faults){.method = 12}, "'b' is packed in a way that nnc cannot read");
    wrong(right(), (zip_faults){.encrypted = 1}, "'b' is packed in a way that nnc cannot read");
    wrong(right(), (zip_faults){.two_sizes = 1}, "'b' has sizes that cannot be true");
    wrong(right(), (zip_faults){.deflate = 1, .claim = 9000000}, "'b' holds more than the model's has elements");
    wrong(right(), (zip_faults){.deflate = 1, .claim = 90}, "'b': its packed data are damaged");
    wrong(right(), (zip_faults){.wrong_checksum = 1}, "'b' is damaged: its checksum is wrong");
    wrong(right(), (zip_faults){.offset = 100000}, "'b' lies outside the file");
    wrong(right(), (zip_faults){.more_members = 1}, "its directory is cut off");
    wrong(right(), (zip_faults){.zip64 = 2, .claim = UINT64_C(1) << 60}, "'b' has sizes that cannot be true");
    wrong(right(), (zip_faults){.zip64 = 2, .deflate = 1, .claim = UINT64_C(1) << 60}, "'b' has sizes that cannot be true");
    member twice[3] = {{"b.npy", array("<f4", "False", "3,", b_row, sizeof b_row)}, {"w.npy", right()}, {"b.npy", right()}};
    bytes file = zip(twice, 3, (zip_faults){0});
    refused(&file, "two arrays have the name 'b'");
    twice[2].name = "other.npy";
    file = zip(twice, 3, (zip_faults){0});
    refused(&file, "the model has no parameter 'other'");
    file = zip(twice, 2, (zip_faults){0});
    file.n = 30;
    refused(&file, "no .npz file, or one that is cut off");
    file = zip(twice, 2, (zip_faults){0});
    file.at[file.n - 22 - 51 + 28] = 200; /* the last name in the directory, longer than the file */
    refused(&file, "its directory is cut off");
}

Test(weights, wrong_arrays, .fini = no_file)
{
    bytes b = right();
    b.at[1] = 'M';
    wrong(b, (zip_faults){0}, "'w': is no .npy array");
    b = right();
    b.at[6] = 4;
    wrong(b, (zip_faults){0}, "'w': is no .npy array");
    b = right();
    b.n = 9;
    wrong(b, (zip_faults){0}, "'w': is no .npy array");
    b.n = 20;
    wrong(b, (zip_faults){0}, "'w': ends in the middle of its header");
    b = right();
    b.n -= 4;
    wrong(b, (zip_faults){0}, "'w': has not as many elements as its shape says");
    wrong(npy(1, "{'descr': '<f4', 'shape': (2, 3), }", w_rows, sizeof w_rows), (zip_faults){0}, "'w': its header is damaged");
    wrong(npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': 6, }", w_rows, sizeof w_rows), (zip_faults){0}, "'w': its header is damaged");
    wrong(array("<f4", "False", "2; 3", w_rows, sizeof w_rows), (zip_faults){0}, "'w': its header is damaged");
    wrong(array("<i4", "False", "2, 3", w_rows, sizeof w_rows), (zip_faults){0}, "'w': holds elements of type <i4");
    wrong(array("<f4", "False", "3, 2", w_rows, sizeof w_rows), (zip_faults){0}, "'w' has shape [3, 2], the model needs [2, 3]");
    wrong(array("<f4", "False", "2, 3, 1", w_rows, sizeof w_rows), (zip_faults){0}, "'w' has shape [2, 3, 1], the model needs [2, 3]");
    const float infinite[6] = {0, 0, 0, HUGE_VALF, 0, 0};
    wrong(array("<f4", "False", "2, 3", infinite, sizeof infinite), (zip_faults){0}, "'w': element 3 is not finite");
    bytes later = npy(2, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", w_rows, sizeof w_rows);
    member m[2] = {{"b.npy", array("<f4", "False", "3,", b_row, sizeof b_row)}, {"w.npy", later}};
    bytes file = zip(m, 2, (zip_faults){0});
    cr_expect_not_null(baked(&file, false), "a header of version 2: %s", said());
}
