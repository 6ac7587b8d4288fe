/* test_runtime_formats.c: every form of data and parameter files that can be read gives the right numbers; of a file that is
 * cut anywhere, or has any bit turned, the readers make an error or the right numbers, and nothing else (sanitizers watch). */
#include "made_files.h"

TestSuite(formats, .fini = no_file);

/* ---- right data ---- */

static void right(int bad, nnrt_data *data)
{
    cr_expect(!bad && is_right(data), "%s: %s", name, error.text);
    nnrt_data_free(data);
}

static void right_csv(const char *text)
{
    nnrt_data data;
    bytes b = { .n = 0 };
    put(&b, text, strlen(text));
    right(load_whole(&b, ".csv", &data), &data);
    bytes packed = deflated(&b, 31);
    right(load_whole(&packed, ".csv.gz", &data), &data);
}

Test(formats, csv_as_people_write_it)
{
    right_csv("1,2,3,4,2\n-1,-2,-3,-4.5,0\n");
    right_csv("1,2,3,4,2\n-1,-2,-3,-4.5,0");
    right_csv("1,2,3,4,2\r\n\r\n-1,-2,-3,-4.5,0\r\n");
    right_csv("1,2,3,4,2\r-1,-2,-3,-4.5,0\r");
    right_csv("\xEF\xBB\xBFx[0],x[1],x[2],x[3],y\n1,2,3,4,2\n-1,-2,-3,-4.5,0\n");
    right_csv(" 1 ,\t2,\"3\", \"4\" ,2.0\n-1,-2e0,-3.,-45e-1,-0\n\n  \n");
    right_csv("y,\"x[3]\",x[ 2 ],x[1],x[0]\n2,4,3,2,1\n0,-4.5,-3,-2,-1\n");
    right_csv("name,x[0],x[1],x[2],x[3],y,2020\n\"a, \"\"b\"\"\nc\",1,2,3,4,2,7\nd,-1,-2,-3,-4.5,0,\n"); /* a text over two lines; a number as a name */
}

static const uint32_t shape_2x3[] = { 2, 3 };

/* A header's names need no quotes around their commas. */
Test(formats, names_of_matrices)
{
    nn_value matrix = { "x", shape_2x3, 2, 6, 0 };
    nn_model model = hand_model;
    nnrt_data data;
    static const char *const headers[] = { "x[0,0],x[0,1],x[0,2],x[1,0],x[1,1],x[1,2]", "\"x[0,0]\",\"x[0, 1]\",\"x[0,2]\",x[1, 0],x[1,1],x [1,2]" };
    model.input = &matrix;
    for (int i = 0; i < 2; i++) {
        char text[300];
        int n = snprintf(text, sizeof text, "%s,y\n0,1,2,3,4,5,1\n", headers[i]);
        write_file(".csv", text, (size_t)n);
        cr_assert_eq(nnrt_data_load(&data, &model, name, 1, &error), 0, "%s", error.text);
        for (int k = 0; k < 6; k++)
            cr_expect_eq(((float *)data.value[0])[k], k);
        nnrt_data_free(&data);
    }
    static const char wrong[] = "x[0,0],x[0,1],x[0,2],x[1,0],x[1,1],x[2,0],y\n0,1,2,3,4,5,1\n";
    write_file(".csv", wrong, sizeof wrong - 1);
    cr_expect_eq(nnrt_data_load(&data, &model, name, 1, &error), 1);
    cr_expect(strstr(error.text, "no column 'x[1,2]'"), "%s", error.text);
}

/* The same numbers in each type, byte order and element order. */
Test(formats, types_of_npy_and_idx)
{
    static const struct { const char *type; int size, big; char kind; } types[] = {
        { "<f4", 4, 0, 'f' }, { ">f4", 4, 1, 'f' }, { "<f8", 8, 0, 'f' }, { ">f8", 8, 1, 'f' }, { "|i1", 1, 0, 'i' }, { "<i2", 2, 0, 'i' },
        { ">i2", 2, 1, 'i' }, { "<i4", 4, 0, 'i' }, { ">i4", 4, 1, 'i' }, { "<i8", 8, 0, 'i' }, { ">i8", 8, 1, 'i' },
        { "|u1", 1, 0, 'i' }, { "<u2", 2, 0, 'i' }, { ">u4", 4, 1, 'i' }, { "<u8", 8, 0, 'i' },
    };
    nnrt_data data;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        for (int fortran = 0; fortran < 2; fortran++) {
            bytes numbers = { .n = 0 };
            char header[100];
            int is_unsigned = types[i].type[1] == 'u';
            for (int k = 0; k < 8; k++) {
                int q = fortran ? k % 2 * 4 + k / 2 : k, v = is_unsigned ? q + 1 : q - 3;
                float f = (float)v;
                double d = v;
                uint64_t bits = 0;
                uint32_t low;
                memcpy(&low, &f, 4);
                memcpy(&bits, &d, 8);
                number(&numbers, types[i].kind == 'i' ? (uint64_t)(int64_t)v : types[i].size == 4 ? low : bits, types[i].size, types[i].big);
            }
            snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': %s, 'shape': (2, 4), }", types[i].type, fortran ? "True" : "False");
            bytes b = npy(1 + (int)i % 3, header, numbers.at, numbers.n);
            cr_assert_eq(load_as('x', &b, ".npy", &data), 0, "%s: %s", types[i].type, error.text);
            for (int k = 0; k < 8; k++)
                cr_expect_eq(((float *)data.value[0])[k], is_unsigned ? k + 1 : k - 3, "%s %d", types[i].type, k);
            nnrt_data_free(&data);
        }
    bytes flags = npy(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", "\1\0", 2);
    cr_expect_eq(load_as('y', &flags, ".npy", &data), 0, "%s", error.text);
    cr_expect(data.value && ((int32_t *)data.value[1])[0] == 1 && ((int32_t *)data.value[1])[1] == 0);
    nnrt_data_free(&data);
    static const struct { unsigned char type; int size; char kind; } codes[] = { { 8, 1, 'u' }, { 9, 1, 'i' }, { 11, 2, 'i' }, { 12, 4, 'i' }, { 13, 4, 'f' }, { 14, 8, 'f' } };
    for (size_t i = 0; i < 6; i++) {
        static const uint32_t shape[] = { 2, 1, 4 };
        bytes numbers = { .n = 0 };
        for (int k = 0; k < 8; k++) {
            int v = codes[i].kind == 'u' ? 200 + k : k - 3;
            float f = (float)v;
            double d = v;
            uint64_t bits;
            uint32_t low;
            memcpy(&low, &f, 4);
            memcpy(&bits, &d, 8);
            number(&numbers, codes[i].kind != 'f' ? (uint64_t)(int64_t)v : codes[i].size == 4 ? low : bits, codes[i].size, 1);
        }
        bytes b = idx(codes[i].type, 3, shape, numbers.at, numbers.n);
        cr_assert_eq(load_as('x', &b, "-ubyte", &data), 0, "%s", error.text);
        for (int k = 0; k < 8; k++)
            cr_expect_eq(((float *)data.value[0])[k], codes[i].kind == 'u' ? 200 + k : k - 3);
        nnrt_data_free(&data);
    }
}

Test(formats, npz_in_each_form)
{
    nnrt_data data;
    bytes b = data_npz((zip_faults){ 0 });
    right(load_whole(&b, ".npz", &data), &data);
    b = data_npz((zip_faults){ .deflate = 1 });
    right(load_whole(&b, ".npz", &data), &data);
    b = data_npz((zip_faults){ .zip64 = 1 });
    right(load_whole(&b, ".npz", &data), &data);
    b = data_npz((zip_faults){ .zip64 = 1, .deflate = 1 });
    right(load_whole(&b, ".npz", &data), &data);
    b = deflated(&b, 31);
    right(load_whole(&b, ".npz.gz", &data), &data);
    /* arrays that nobody asks for may hold anything */
    member m[4] = { { "classes.npy", npy(1, "{'descr': '<U3', 'fortran_order': False, 'shape': (1,), }", "abcdefghijkl", 12) },
                    { "y.npy", npy(1, y_header, y_data, sizeof y_data) },
                    { "notes.npy", npy(1, "{'descr': '|O', 'fortran_order': False, 'shape': (), }", "pickle", 6) },
                    { "x.npy", npy(1, x_header, x_data, sizeof x_data) } };
    b = zip(m, 4, (zip_faults){ 0 });
    right(load_whole(&b, ".npz", &data), &data);
}

/* gzip files may be strung together. */
Test(formats, several_gzip_members)
{
    nnrt_data data;
    bytes one = { .n = 0 }, two = { .n = 0 };
    put(&one, "1,2,3,4,2\n-1,-", 14);
    put(&two, "2,-3,-4.5,0\n", 12);
    bytes a = deflated(&one, 31), b = deflated(&two, 31);
    put(&a, b.at, b.n);
    right(load_whole(&a, ".csv.gz", &data), &data);
}

/* ---- cut anywhere, any bit turned ---- */

/* Loads every beginning of the bytes, and all with one bit turned. `checked`: a checksum watches over the numbers, so that
 * they are right or refused; `tail` bytes at the end may be missed. */
static void torture(const bytes *b, const char *ending, char value, int checked)
{
    nnrt_data data;
    for (size_t n = 0; n < b->n; n++) {
        bytes part = *b;
        part.n = n;
        int bad = value ? load_as(value, &part, ending, &data) : load_whole(&part, ending, &data);
        if (checked)
            cr_expect(bad, "the first %zu bytes of %s are taken for all", n, ending);
        cr_expect(!bad || strstr(error.text, name), "%s", error.text);
        nnrt_data_free(&data);
    }
    for (size_t n = 0; n < b->n; n++)
        for (int bit = 0; bit < 8; bit++) {
            bytes hurt = *b;
            hurt.at[n] ^= (unsigned char)(1 << bit);
            int bad = value ? load_as(value, &hurt, ending, &data) : load_whole(&hurt, ending, &data);
            if (checked && !bad)
                cr_expect(is_right(&data), "bit %d of byte %zu of %s: other numbers", bit, n, ending);
            nnrt_data_free(&data);
        }
}

Test(formats, torn_npz, .timeout = 120)
{
    bytes b = data_npz((zip_faults){ 0 });
    torture(&b, ".npz", 0, 1);
    b = data_npz((zip_faults){ .deflate = 1 });
    torture(&b, ".npz", 0, 1);
    b = data_npz((zip_faults){ .zip64 = 1, .deflate = 1 });
    torture(&b, ".npz", 0, 1);
}

Test(formats, torn_arrays, .timeout = 120)
{
    static const uint32_t shape[] = { 2, 4 };
    bytes b = npy(1, x_header, x_data, sizeof x_data), packed = deflated(&b, 31);
    torture(&b, ".npy", 'x', 0);
    torture(&packed, ".npy.gz", 'x', 0);
    b = idx(8, 2, shape, "abcdefgh", 8);
    torture(&b, ".idx", 'x', 0);
}

Test(formats, torn_csv, .timeout = 120)
{
    bytes b = { .n = 0 };
    put(&b, "y,\"x[3]\",x[2],x[1],x[0],\"q\"\n2,4,3,2,1,\"a\nb\"\n0,-4.5,-3,-2,-1e0,z\n", 64);
    torture(&b, ".csv", 0, 0);
    b = deflated(&b, 31);
    torture(&b, ".csv.gz", 0, 0);
}

/* ---- parameter files ---- */

static void save_params(float *params)
{
    write_file(".npz", "", 0);
    hand_init(params, 7);
    cr_assert_eq(nnrt_params_save(&hand_model, params, NULL, name, NULL, 0, &error), 0, "%s", error.text);
}

static bytes file_bytes(void)
{
    bytes b = { .n = 0 };
    FILE *file = fopen(name, "rb");
    cr_assert(file);
    b.n = fread(b.at, 1, ROOM, file);
    fclose(file);
    cr_assert(b.n < ROOM);
    return b;
}

Test(formats, torn_parameters, .timeout = 120)
{
    float params[HAND_REALS], fresh[HAND_REALS] = { 0 }, got[HAND_REALS];
    save_params(params);
    bytes b = file_bytes();
    for (size_t n = 0; n < b.n; n++) {
        memcpy(got, fresh, sizeof got);
        write_file(".npz", b.at, n);
        cr_expect_eq(nnrt_params_load(&hand_model, got, NULL, name, NULL, &error), 1, "first %zu bytes", n);
        cr_expect(strstr(error.text, name), "%s", error.text);
        cr_expect_eq(memcmp(got, fresh, sizeof got), 0, "nothing changes");
    }
    for (size_t n = 0; n < b.n; n++)
        for (int bit = 0; bit < 8; bit += n % 7 ? 3 : 1) {
            bytes hurt = b;
            hurt.at[n] ^= (unsigned char)(1 << bit);
            memcpy(got, fresh, sizeof got);
            write_file(".npz", hurt.at, hurt.n);
            int bad = nnrt_params_load(&hand_model, got, NULL, name, NULL, &error);
            cr_expect_eq(memcmp(got, bad ? fresh : params, sizeof got), 0, "byte %zu: other numbers", n);
        }
}

/* What numpy.savez makes of them: float64, big-endian, Fortran order. */
Test(formats, parameters_in_other_forms)
{
    double values[20];
    bytes turned = { .n = 0 }, five = { .n = 0 };
    float params[HAND_REALS] = { 0 };
    for (int i = 0; i < 20; i++)
        values[i] = i % 4 * 5 + i / 4; /* column-major of [5, 4]: element (a, b) is at b * 5 + a */
    for (int i = 0; i < 20; i++) {
        double v = i % 5 * 4 + i / 5;
        uint64_t bits;
        memcpy(&bits, &v, 8);
        number(&turned, bits, 8, 1);
    }
    for (int i = 0; i < 5; i++)
        number(&five, 0x3F800000, 4, 1);
    member m[4] = { { "m0.w.npy", npy(2, "{'descr': '>f8', 'fortran_order': True, 'shape': (5, 4), }", turned.at, turned.n) },
                    { "m0.b.npy", param_npy(">f4", "5,", five.at, 20) }, { "scale.npy", param_npy("<f8", "3,", values, 24) },
                    { "m1.w.npy", param_npy("<f8", "3, 5", values, 120) } };
    bytes b = zip(m, 4, (zip_faults){ .deflate = 1 });
    write_file(".npz", b.at, b.n);
    cr_assert_eq(nnrt_params_load(&hand_model, params, NULL, name, NULL, &error), 0, "%s", error.text);
    float w[20], bias[5];
    nnrt_param_get(&hand_model, &hand_param[0], params, w);
    nnrt_param_get(&hand_model, &hand_param[1], params, bias);
    for (int i = 0; i < 20; i++)
        cr_expect_eq(w[i], i);
    cr_expect(bias[0] == 1 && bias[4] == 1);
}

/* A path may be long. */
Test(formats, long_names)
{
    static char longest[1200];
    memset(longest, 'n', sizeof longest - 1);
    float value = 2;
    nnrt_array array = { .name = longest, .type = NNRT_F32, .rank = 0, .count = 1, .data = &value };
    nnrt_arrays back;
    write_file(".npz", "", 0);
    cr_assert_eq(nnrt_npz_write(name, &array, 1, &error), 0, "%s", error.text);
    cr_assert_eq(nnrt_npz_read(&back, name, &error), 0, "%s", error.text);
    cr_expect(back.count == 1 && strcmp(back.array[0].name, longest) == 0 && *(float *)back.array[0].data == 2);
    nnrt_arrays_free(&back);
}
