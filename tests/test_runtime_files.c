/* test_runtime_files.c: wrong data and parameter files end in messages that name file and place. */
#include "made_files.h"

TestSuite(files, .fini = no_file);

static unsigned wrong_files;

/* The loading failed, with a message that begins with the file's name and has this in it. */
static void fails(int bad, const char *words, const nnrt_data *data)
{
    wrong_files++;
    cr_expect(bad == 1 && data->value == NULL && data->samples == 0, "not refused: wanted '%s'", words);
    cr_expect(strncmp(error.text, name, strlen(name)) == 0, "the file is not named: %s", error.text);
    cr_expect(strstr(error.text, words) != NULL, "'%s' lacks '%s'", error.text, words);
}

static void wrong_csv(const char *text, const char *words)
{
    nnrt_data data;
    bytes b = { .n = 0 };
    put(&b, text, strlen(text));
    fails(load_whole(&b, ".csv", &data), words, &data);
}

static void wrong_npz(bytes b, const char *words)
{
    nnrt_data data;
    fails(load_whole(&b, ".npz", &data), words, &data);
}

static void wrong_array(char value, bytes b, const char *ending, const char *words)
{
    nnrt_data data;
    fails(load_as(value, &b, ending, &data), words, &data);
}

/* ---- wrong data ---- */

static void csv_files(void)
{
    wrong_csv("1,2,3,4,0\n1,2,3,4\n", "line 2 has 4 columns, the lines before have 5");
    wrong_csv("1,2,3,4,0\n1,2,3,4,1,9\n", "line 2 has 6 columns");
    wrong_csv("1,2,3,4\n", "line 1 has 4 columns; the model's inputs and targets have 5 elements");
    wrong_csv("1;2;3;4;0\n", "columns are separated by ',', not by ';'");
    wrong_csv("1\t2\t3\t4\t0\n", "not by tabs");
    wrong_csv("1 2 3 4 0\n", "not by blanks");
    wrong_csv("1,2,3,4,0\n\n1,2,abc,4,0\n", "line 3, column 3: 'abc' is not a number");
    wrong_csv("1,,3,4,0\n", "line 1, column 2: '' is not a number");
    wrong_csv("1,2,3,4,0,\n", "line 1, column 6: '' is not a number");
    wrong_csv("\"1,5\",2,3,4,0\n", "line 1, column 1: '1,5' is not a number");
    wrong_csv("0x10,2,3,4,0\n", "column 1: '0x10' is not a number");
    wrong_csv("1,\x1b[31m2,3,4,0\n", "column 2: '\\x1B[31m2' is not a number");
    wrong_csv("1,2,nan,4,0\n", "line 1, column 3: 'nan' is not a finite number");
    wrong_csv("1,2,-inf,4,0\n", "column 3: '-inf' is not a finite number");
    wrong_csv("1,2,1e999,4,0\n", "column 3: '1e999' is not a finite number");
    wrong_csv("1,2,1e39,4,0\n", "column 3: '1e39' is not a finite number in float");
    wrong_csv("340282356779733661637539395458142568448,2,3,4,0\n", "is not a finite number in float"); /* halfway to 2^128 */
    wrong_csv("1,2,3,4,3\n", "line 1, column 5: '3' is not an integer from 0 to 2");
    wrong_csv("1,2,3,4,-1\n", "'-1' is not an integer from 0 to 2");
    wrong_csv("1,2,3,4,0.5\n", "'0.5' is not an integer from 0 to 2");
    wrong_csv("1,2,3,4,nan\n", "'nan' is not an integer from 0 to 2");
    wrong_csv("1,2,3,4,1e999\n", "'1e999' is not an integer from 0 to 2");
    wrong_csv("", "no samples: the file is empty");
    wrong_csv("\n \n\r\n", "no samples: the file is empty");
    wrong_csv("x[0],x[1],x[2],x[3],y\n", "no samples: nothing follows the header");
    wrong_csv("x[0],x[1],x[2],x[3],Y\n1,2,3,4,0\n", "line 1: the header has no column 'y'");
    wrong_csv("x[0],x[1],X[2],x[3],y\n1,2,3,4,0\n", "line 1: the header has no column 'x[2]' (is 'X[2]' meant?)");
    wrong_csv("x[0],x[1],x[2]q,x[3],y\n1,2,3,4,0\n", "no column 'x[2]' (is 'x[2]q' meant?)");
    wrong_csv("x[0],x[1],x[4],x[3],y\n1,2,3,4,0\n", "no column 'x[2]'");
    wrong_csv("x[0],x[1],x[2],x[3],y,y\n1,2,3,4,0,0\n", "line 1: two columns are named 'y'");
    wrong_csv("x[0],x[1],x[2],x[3],y\nx[0],x[1],x[2],x[3],y\n", "line 2, column 1: 'x[0]' is not a number");
    wrong_csv("x[0],x[1],x[2],x[3],y,note\n1,2,3,4,0,\"a\n1,2,3,4,0,b\n", "line 2: a quote is never closed");
    wrong_csv("\xff\xfe" "1,2", "line 1: the text is UTF-16; save it as UTF-8");
}

static void npz_files(void)
{
    bytes whole = data_npz((zip_faults){ 0 });
    member x = { "x.npy", npy(1, x_header, x_data, sizeof x_data) }, y = { "y.npy", npy(1, y_header, y_data, sizeof y_data) };
    member one_y = { "y.npy", npy(1, "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }", y_data, 4) };
    member capital = { "X.npy", x.content }, text = { "x.npy", npy(1, "{'descr': '<U1', 'fortran_order': False, 'shape': (2, 4), }", x_data, 32) };
    bytes short_one = whole;
    short_one.n -= 5;
    wrong_npz(short_one, "no .npz file, or one that is cut off");
    wrong_npz(zip(&x, 1, (zip_faults){ 0 }), "there is no array 'y', which the model takes as a target");
    wrong_npz(zip((member[]){ capital, y }, 2, (zip_faults){ 0 }), "there is no array 'x', which the model takes as an input (is 'X' meant?)");
    wrong_npz(zip((member[]){ x, y, x }, 3, (zip_faults){ 0 }), "two arrays have the name 'x'");
    wrong_npz(zip((member[]){ x, one_y }, 2, (zip_faults){ 0 }), "'y' has 1 samples, but the values before have 2");
    wrong_npz(zip((member[]){ text, y }, 2, (zip_faults){ 0 }), "'x' has elements of type '<U1'");
    wrong_npz(data_npz((zip_faults){ .wrong_checksum = 1 }), "'x' is damaged: its checksum is wrong");
    wrong_npz(data_npz((zip_faults){ .deflate = 1, .wrong_checksum = 1 }), "'x' is damaged: its checksum is wrong");
    wrong_npz(data_npz((zip_faults){ .encrypted = 1 }), "'x' is encrypted");
    wrong_npz(data_npz((zip_faults){ .method = 12 }), "'x' is packed by method 12; stored and deflated members can be read");
    wrong_npz(data_npz((zip_faults){ .two_sizes = 1 }), "'x' has two sizes");
    wrong_npz(data_npz((zip_faults){ .deflate = 1, .claim = 5 }), "'x': unpacks to 102 bytes, not to the 5 that the file says");
    wrong_npz(data_npz((zip_faults){ .deflate = 1, .claim = 0xFFFFFFF0 }), "not to the 4294967280 that the file says");
    wrong_npz(data_npz((zip_faults){ .zip64 = 1, .deflate = 1, .claim = UINT64_C(1) << 60 }), "not to the 1152921504606846976");
    wrong_npz(data_npz((zip_faults){ .zip64 = 1, .claim = UINT64_C(1) << 60 }), "'x' has two sizes");
    wrong_npz(data_npz((zip_faults){ .offset = 3 }), "'x' lies outside the file");
    wrong_npz(data_npz((zip_faults){ .offset = 60000 }), "'x' lies outside the file");
    wrong_npz(data_npz((zip_faults){ .more_members = 1 }), "the zip archive is damaged: its directory is cut off");
    wrong_npz(data_npz((zip_faults){ .more_members = 65000 }), "its directory counts more members than fit");
    member nameless = { "", x.content };
    wrong_npz(zip(&nameless, 1, (zip_faults){ 0 }), "a member's name is empty");
    member readme = { "readme.txt", { .at = "hello", .n = 5 } };
    wrong_npz(zip(&readme, 1, (zip_faults){ 0 }), "'readme.txt': no .npy file");
}

static void npy_files(void)
{
    static const float special[8] = { 1, 2, 3, (float)INFINITY, 5, 6, (float)NAN, 8 };
    static const double large[8] = { 1, 1e39 };
    bytes cut = npy(1, x_header, x_data, sizeof x_data), longer = cut, version = cut;
    cut.n -= 3;
    put(&longer, "abc", 3);
    version.at[6] = 4;
    wrong_array('x', cut, ".npy", "its shape says 8 elements of 4 bytes each, but 29 bytes are there");
    wrong_array('x', longer, ".npy", "but 35 bytes are there");
    wrong_array('x', version, ".npy", "a .npy file of version 4; 1 to 3 can be read");
    cut.n = 30;
    wrong_array('x', cut, ".npy", "ends in the middle of its header");
    wrong_array('x', npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 4), }", x_data, 32), ".npy", "its shape says 39999999996 elements");
    wrong_array('x', npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }", x_data, 32), ".npy", "its shape is too large");
    wrong_array('x', npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 4), }", x_data, 32), ".npy", "the shape in its header is damaged");
    wrong_array('x', npy(1, "{'descr': '<f4', 'shape': (2, 4), }", x_data, 32), ".npy", "its .npy header lacks 'fortran_order'");
    wrong_array('x', npy(1, "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2, 4), }", x_data, 32), ".npy", "neither True nor False");
    wrong_array('x', npy(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 4), }", x_data, 16), ".npy", "'x' has elements of type '<f2'; floats of 4 or 8 bytes");
    wrong_array('x', npy(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (8,), }", x_data, 32), ".npy", "elements of type 'records'");
    wrong_array('x', npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), }", x_data, 32), ".npy", "'x' has shape [4, 2]; samples along the first dimension, then [4]");
    wrong_array('x', npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", x_data, 4), ".npy", "'x' has shape [] (a scalar)");
    wrong_array('x', npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4), }", x_data, 0), ".npy", "'x' has no samples");
    wrong_array('x', npy(1, x_header, special, 32), ".npy", "'x', element [0, 3]: inf is not a finite number");
    wrong_array('x', npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 4), }", large, 64), ".npy", "element [0, 1]: 1e+39 is not a finite number in float");
    wrong_array('y', npy(1, y_header, (int32_t[]){ 0, 3 }, 8), ".npy", "'y', element [1]: 3 is not an integer from 0 to 2");
    wrong_array('y', npy(1, y_header, (int32_t[]){ -1, 0 }, 8), ".npy", "'y', element [0]: -1 is not an integer from 0 to 2");
}

static void idx_files(void)
{
    static const uint32_t two_by_four[] = { 2, 4 }, huge[] = { 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF }, large[] = { 0x7FFFFFFF, 4 };
    static const unsigned char data[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    wrong_array('x', idx(8, 2, two_by_four, data, 7), ".idx", "its extents say 8 elements, but 7 bytes are there");
    wrong_array('x', idx(8, 2, two_by_four, data, 9), ".idx", "but 9 bytes are there");
    wrong_array('x', idx(8, 2, large, data, 8), ".idx", "its extents say 8589934588 elements");
    wrong_array('x', idx(8, 3, huge, data, 8), ".idx", "its extents are too large");
    wrong_array('x', idx(7, 2, two_by_four, data, 8), ".idx", "elements of the unknown type 0x07");
    wrong_array('x', idx(8, 0, NULL, data, 1), ".idx", "0 dimensions");
    bytes missing = idx(8, 2, two_by_four, data, 8);
    missing.at[3] = 9;
    wrong_array('x', missing, ".idx", "ends in the middle of its 9 extents");
    wrong_array('x', idx(8, 1, two_by_four, data, 0), ".idx", "its extents say 2 elements, but 0 bytes are there");
    missing.at[0] = 'x';
    wrong_array('x', missing, ".idx", "no IDX file: it does not begin with two zero bytes");
}

static void packed_files(void)
{
    bytes text = { .n = 0 };
    put(&text, "1,2,3,4,0\n", 10);
    bytes gz = deflated(&text, 31), cut = gz, sum = gz, more = gz, damaged = gz;
    nnrt_data data;
    cut.n -= 9;
    sum.at[sum.n - 8] ^= 1;
    put(&more, "more", 4);
    damaged.at[11] ^= 0xFF;
    fails(load_whole(&cut, ".csv.gz", &data), "ends in the middle of its packed data", &data);
    fails(load_whole(&sum, ".csv.gz", &data), "its packed data are damaged near byte", &data);
    fails(load_whole(&more, ".csv.gz", &data), "4 bytes behind the end of its packed data", &data);
    fails(load_whole(&damaged, ".csv.gz", &data), "damaged near byte", &data);
}

Test(files, wrong_data_ends_in_a_message_that_names_file_and_place)
{
    csv_files();
    npz_files();
    npy_files();
    idx_files();
    packed_files();
    cr_expect_geq(wrong_files, 80, "%u", wrong_files);
}

Test(files, lists_of_files)
{
    static const char *const lists[][2] = {
        { "x=a.npy,q=b.npy", "the model has no input or target 'q'" },
        { "x=a.npy,,y=b.npy", "'' in the list 'x=a.npy,,y=b.npy' is not of the form NAME=FILE" },
        { "x=a.npy", "a.npy: cannot be opened" },
        { "y=", "'y=' is followed by no file's name" },
        { "x=a.csv,y=b.csv", "a.csv: a list NAME=FILE takes .npy and IDX files; a .csv or .npz stands alone" },
        { "x=a.npz", "a.npz: a list NAME=FILE" },
        { "a.txt", "a.txt: data are FILE.csv, FILE.npz or a list" },
        { "labels=a.npy", "no input or target 'labels'" },
    };
    nnrt_data data;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        cr_expect_eq(nnrt_data_load(&data, &hand_model, lists[i][0], 1, &error), 1);
        cr_expect(strstr(error.text, lists[i][1]), "'%s' lacks '%s'", error.text, lists[i][1]);
    }
    bytes x = npy(1, x_header, x_data, sizeof x_data);
    char list[200];
    write_file(".npy", x.at, x.n);
    snprintf(list, sizeof list, "x=%s,x=%s", name, name);
    cr_expect_eq(nnrt_data_load(&data, &hand_model, list, 1, &error), 1);
    cr_expect(strstr(error.text, "'x' is given twice in the list"), "%s", error.text);
    snprintf(list, sizeof list, "x=%s", name);
    cr_expect_eq(nnrt_data_load(&data, &hand_model, list, 1, &error), 1);
    cr_expect(strstr(error.text, "gives no file for 'y'"), "%s", error.text);
    cr_expect_eq(nnrt_data_load(&data, &hand_model, list, 0, &error), 0, "predict needs no targets: %s", error.text);
    nnrt_data_free(&data);
}

/* ---- parameter files ---- */

/* All of them, each by name. */
Test(files, every_mismatch_is_reported)
{
    static const float ones[20] = { 1 }, holes[3] = { 1, (float)NAN, 1 };
    float params[HAND_REALS] = { 0 };
    member m[6] = { { "m0.w.npy", param_npy("<f4", "4, 5", ones, 80) }, { "m0.b.npy", param_npy("<f2", "5,", ones, 10) },
                    { "scale.npy", param_npy("<f4", "3,", holes, 12) }, { "m1.W.npy", param_npy("<f4", "3, 5", ones, 60) },
                    { "resume/any.npy", param_npy("<U1", "3,", ones, 12) }, { "junk.npy", param_npy("<i4", "", ones, 4) } };
    bytes b = zip(m, 6, (zip_faults){ 0 });
    write_file(".npz", b.at, b.n);
    cr_expect_eq(nnrt_params_load(&hand_model, params, NULL, name, NULL, &error), 1);
    static const char *const wanted[] = { "'m0.w' has shape [4, 5], the model needs [5, 4]", "'m0.b' holds <f2; float32 or float64 is needed",
                                          "'scale', element [1]: nan is not a finite number", "the parameter 'm1.w' is missing",
                                          "the model has no parameter 'm1.W' (is 'm1.w' meant?)", "the model has no parameter 'junk'" };
    for (size_t i = 0; i < 6; i++)
        cr_expect(strstr(error.text, wanted[i]), "%s\nlacks %s", error.text, wanted[i]);
    cr_expect_null(strstr(error.text, "any"));
    for (size_t i = 0; i < HAND_REALS; i++)
        cr_expect_eq(params[i], 0);
}
