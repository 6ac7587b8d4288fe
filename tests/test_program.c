/* test_program.c: the training program as its user meets it: command lines, exit statuses, messages, results. */
#include "program_calls.h"
#include "hand_echo.h"

TestSuite(program, .init = in_a_folder, .fini = leave_the_folder);

/* ---- command lines ---- */

Test(program, bad_command_lines)
{
    static const char *const lines[][2] = {
        { "", "hand train" },
        { "trian", "did you mean 'train'?" },
        { "train", "train needs --data" },
        { "train --data d.csv", "train needs --save" },
        { "train --dta d.csv", "unknown option '--dta' (did you mean '--data'?)" },
        { "train --data", "--data needs a value" },
        { "train --data d.csv --data e.csv --save W.npz", "--data is given twice" },
        { "train --data=d.csv --save=W.npz --epochs=many", "--epochs: 'many' is not a whole number" },
        { "train --data d.csv --save W.npz --epochs -3", "at least 0" },
        { "train --data d.csv --save W.npz --split 1.5", "--split: 1.5 does not lie between 0 and 1" },
        { "train --data d.csv --save W.npz --rate nan", "--rate: nan" },
        { "train --data d.csv --save W.npz --rate 0,1", "--rate: '0,1' is not a number" },
        { "train --data d.csv --save W.npz --optimizer adm", "did you mean 'adam'?" },
        { "train --data d.csv --save W.npz --schedule cosin", "did you mean 'cosine'?" },
        { "train --data d.csv --save W.npz --resume", "--resume needs --load" },
        { "train --data d.csv --save W.npz --resume=yes --load W.npz", "--resume takes no value" },
        { "train --data d.csv --save W.npz --best B.npz", "--best needs held-out data" },
        { "train --data d.csv --save W.npz --patience 3", "--patience needs held-out data" },
        { "train --data d.csv --save W.npz --test d.csv --split 0.2", "contradict" },
        { "train --data d.csv --save W.npz --log W.npz", "same file" },
        { "train --data d.csv --save W.npz --cost gen", "no cost 'gen'" },
        { "train --data d.csv --save W.npz --seed 18446744073709551616", "whole number" },
        { "train --data d.csv --save W.npz more", "'more' is too much" },
        { "eval --data d.csv", "eval needs --load" },
        { "eval --data d.csv --load W.npz --epochs 3", "eval takes no such option" },
        { "predict --data d.csv --load W.npz", "predict needs --out" },
        { "init --seed 3", "init needs --out" },
        { "info --seed 3", "info takes no such option" },
        { "train -x", "unknown option '-x'" },
        { "train --data d.csv --save W.txt", "--save: the name 'W.txt' must end in .npz" },
        { "train --data d.csv --save W.npz --plot P.png", "--plot: the name 'P.png' must end in .svg" },
        { "train --data d.csv --save W.npz --log ./d.csv", "--log './d.csv' would overwrite the data" },
        { "train --data x=x.npy,y=d.csv --save W.npz --log d.csv", "--log 'd.csv' would overwrite the data" },
        { "train --data e.csv --test d.csv --save W.npz --log d.csv", "--log 'd.csv' would overwrite the data" },
        { "train --data d.csv --save W.npz --log ./W.npz", "--save and --log name the same file" },
        { "train --data d.csv --load B.npz --save W.npz --best B.npz --test d.csv", "--best 'B.npz' would overwrite what --load reads" },
        { "predict --data d.csv --load W.npz --out d.csv", "--out 'd.csv' would overwrite the data" },
        { "predict --data d.csv --load W.npz --out W.npz", "--out 'W.npz' would overwrite what --load reads" },
        { "predict --data d.csv --load W.npz --out P.txt", "must end in .npz, .csv or .npy" },
        { "grad --data d.csv --load W.npz --out G.csv", "must end in .npz" },
        { "evaluate --data d.csv", "did you mean 'eval'?" },
    };
    write_csv("d.csv", 20, 1);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        cr_expect_eq(call(&hand_model, "%s", lines[i][0]), 2, "%s", lines[i][0]);
        SAYS(err, lines[i][1]);
        cr_expect_str_eq(out, "");
    }
    cr_expect(!exists("W.npz"));
}

Test(program, help_is_no_error)
{
    cr_expect_eq(call(&hand_model, "--help"), 0);
    SAYS(out, "hand gradcheck");
    cr_expect_eq(call(&hand_model, "train --help"), 0);
    SAYS(out, "--patience N");
    SAYS(out, "(needed)");
}

/* A model without costs has no commands that need one; one without outputs can't predict. */
Test(program, commands_that_a_model_lacks)
{
    nn_model inference = hand_model;
    inference.costs = 0;
    inference.cost = NULL;
    write_csv("d.csv", 20, 1);
    static const char *const missing[] = { "train", "eval", "grad", "gradcheck" };
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(call(&inference, "%s --data d.csv", missing[i]), 2);
        SAYS(err, "has no cost");
    }
    cr_expect_eq(call(&inference, "--help"), 0);
    cr_expect_null(strstr(out, "train "));
    cr_expect_eq(call(&inference, "init --out W.npz"), 0, "%s", err);
    cr_expect_eq(call(&inference, "predict --data d.csv --load W.npz --out P.csv"), 0, "%s", err);
    cr_expect_eq(call(&inference, "bench"), 0, "%s", err);
    cr_expect_eq(call(&kinky_model, "predict --data d.csv --load W.npz --out P.npz"), 2);
    SAYS(err, "has no output");
}

/* ---- what the commands do ---- */

Test(program, info)
{
    cr_expect_eq(call(&hand_model, "info"), 0);
    SAYS(out, "input     x[4]\ntarget    y : index(3)\noutput    s[3]\n");
    SAYS(out, "parameters: 43 reals in 4 tensors");
    SAYS(out, "m0.w[5, 4]");
    SAYS(out, "~ uniform(-0.5, 0.5)");
    SAYS(out, "= 1  frozen");
    SAYS(out, "forward 35, gradient 105");
    cr_expect_eq(call(&stream_model, "info"), 0);
    SAYS(out, "a stream; draws noise");
}

Test(program, init_gives_what_the_models_init_gives)
{
    float wanted[HAND_REALS], got[HAND_REALS] = { 0 };
    cr_expect_eq(call(&hand_model, "init --seed 123456789012345 --out W.npz"), 0, "%s", err);
    hand_init(wanted, UINT64_C(123456789012345));
    cr_assert_eq(nnrt_params_load(&hand_model, got, NULL, "W.npz", NULL, &error), 0, "%s", error.text);
    cr_expect_eq(memcmp(wanted, got, sizeof got), 0);
}

Test(program, train_eval_predict)
{
    static const nn_model *const models[] = { &hand_model, &hand_model_d };
    write_csv("d.csv", 300, 1);
    write_csv("t.csv", 100, 2);
    for (int m = 0; m < 2; m++) {
        cr_expect_eq(call(models[m], "train --data d.csv --test t.csv --epochs 15 --optimizer adam(rate=0.03) --save W.npz --best B.npz "
                          "--log L.csv --plot P.svg"), 0, "%s", err);
        SAYS(out, "epoch 15/15  train 0.");
        SAYS(out, "  test 0.");
        SAYS(out, " %)");
        cr_expect_null(strchr(out, '\r'), "no terminal, no bar");
        cr_expect_str_eq(err, "");
        cr_expect_eq(call(models[m], "eval --data t.csv --load W.npz"), 0, "%s", err);
        SAYS(out, "samples   100\ncost      0.");
        SAYS(out, "confusion matrix of y");
        const char *accuracy = strstr(out, "accuracy  ");
        cr_assert(accuracy);
        cr_expect(strtod(accuracy + 10, NULL) > 0.8, "%s", out);
        cr_expect_eq(call(models[m], "predict --data t.csv --load B.npz --out P.csv"), 0, "%s", err);
        slurp("P.csv", out);
        cr_expect(strncmp(out, "s[0],s[1],s[2]\n", 15) == 0, "%.40s", out);
    }
    slurp("L.csv", out);
    cr_expect(strncmp(out, "epoch,step,rate,train_cost,train_accuracy,test_cost,test_accuracy,seconds\n1,38,0.03,", 83) == 0, "%.100s", out);
    unsigned lines = 0;
    for (const char *s = out; *s; s++)
        lines += *s == '\n';
    cr_expect_eq(lines, 16);
    slurp("P.svg", out);
    cr_expect(strncmp(out, "<svg ", 5) == 0 && strstr(out, "accuracy in %") && strstr(out, "</svg>"));
}

Test(program, the_same_call_gives_the_same_bits)
{
    write_csv("d.csv", 200, 1);
    cr_expect_eq(call(&hand_model, "train --data d.csv --seed 5 --epochs 3 --save A.npz"), 0, "%s", err);
    cr_expect_eq(call(&hand_model, "train --data d.csv --seed 5 --epochs 3 --save B.npz"), 0);
    cr_expect_eq(call(&hand_model, "train --data d.csv --seed 6 --epochs 3 --save C.npz"), 0);
    cr_expect(same_run("A.npz", "B.npz"));
    cr_expect(!same_run("A.npz", "C.npz"));
}

Test(program, grad_is_the_gradient_of_the_average)
{
    nnrt_arrays arrays;
    nnrt_data data;
    double params[HAND_REALS] = { 0 }, g[HAND_REALS], value, values[20];
    write_csv("d.csv", 37, 1);
    cr_expect_eq(call(&hand_model_d, "init --out W.npz"), 0);
    cr_expect_eq(call(&hand_model_d, "grad --data d.csv --load W.npz --out G.npz"), 0, "%s", err);
    cr_assert_eq(nnrt_npz_read(&arrays, "G.npz", &error), 0, "%s", error.text);
    cr_assert_eq(nnrt_data_load(&data, &hand_model_d, "d.csv", 1, &error), 0, "%s", error.text);
    hand_init_d(params, 0);
    nnrt_runner *runner = nnrt_runner_new(&hand_model_d, NULL, &error);
    cr_assert_eq(nnrt_grad(runner, hand_costs_d, params, NULL, &data, NULL, 0, 37, g, &value, &error), 0);
    const nnrt_array *cost = nnrt_arrays_find(&arrays, "cost"), *w = nnrt_arrays_find(&arrays, "m0.w"), *scale = nnrt_arrays_find(&arrays, "scale");
    cr_assert(cost && w && scale && arrays.count == 5);
    cr_expect(cost->rank == 0 && cost->type == NNRT_F64 && *(double *)cost->data == value);
    nnrt_param_get(&hand_model_d, &hand_param[0], g, values);
    cr_expect(w->rank == 2 && w->shape[0] == 5 && w->shape[1] == 4 && memcmp(w->data, values, sizeof values) == 0);
    cr_expect(((double *)scale->data)[0] == 0, "what is frozen has the gradient 0");
    nnrt_runner_free(runner);
    nnrt_data_free(&data);
    nnrt_arrays_free(&arrays);
}

/* More than 20 classes make no table: the most frequent mistakes are named instead. */
Test(program, eval_of_many_classes)
{
    echo_shapes(1, 30, 1, 30);
    FILE *file = fopen("d.csv", "w");
    for (int r = 0; r < 60; r++) { /* class 7 is taken for 3 four times, and once for 29; all else is right */
        int wanted = r < 5 ? 7 : r % 30, given = r < 4 ? 3 : r == 4 ? 29 : wanted;
        for (int c = 0; c < 30; c++)
            fprintf(file, "%d,", c == given);
        fprintf(file, "0,%d\n", wanted);
    }
    fclose(file);
    cr_expect_eq(call(&echo_model, "eval --data d.csv"), 0, "%s", err); /* it has no parameters to load */
    SAYS(out, "cost      0.5\naccuracy  0.916667 (55 of 60)\n");
    SAYS(out, "mistakes:\n  class 7 answered as 3: 4 of 7\n  class 7 answered as 29: 1 of 7\n");
    cr_expect_null(strstr(out, "matrix"));
    cr_expect_eq(call(&echo_model, "train --data d.csv --save W.npz"), 2);
    SAYS(err, "nothing to train");
}

Test(program, gradcheck_and_bench)
{
    cr_expect_eq(call(&hand_model, "gradcheck"), 0, "%s", out);
    cr_expect_eq(call(&hand_model_d, "gradcheck --seed 3"), 0, "%s", out);
    SAYS(out, "scale                        frozen\n");
    SAYS(out, "bound 1e-6");
    hand_fault = FAULT_DERIVATIVE;
    cr_expect_eq(call(&hand_model_d, "gradcheck"), 1);
    SAYS(out, "m1.w[1, 1]: derivative");
    hand_fault = FAULT_NONE;
    kinky_count = 200;
    cr_expect_eq(call(&kinky_custom_model, "gradcheck"), 0);
    SAYS(out, "not compared");
    SAYS(out, "nothing could be compared\n");
    cr_expect_eq(call(&hand_model, "bench"), 0);
    SAYS(out, "batch of 8");
    SAYS(out, "SGD step");
}

/* Two costs, the first without a name where `name` is NULL, each of which trains a part of the net. */
static nn_model two_costs(nn_cost *costs, const char *name)
{
    static const unsigned char first[] = { 1, 1, 0, 0 }, second[] = { 0, 0, 0, 1 };
    nn_model two = hand_model;
    costs[0] = costs[1] = hand_costs[0];
    costs[0].name = name;
    costs[0].trains = first;
    costs[1].name = "disc";
    costs[1].trains = second;
    two.cost = costs;
    two.costs = 2;
    return two;
}

Test(program, several_costs)
{
    nn_cost costs[2];
    nn_model two = two_costs(costs, "gen");
    nnrt_arrays arrays;
    write_csv("d.csv", 50, 1);
    cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --split 0.2 --save W.npz --log L.csv --plot P.svg"), 0, "%s", err);
    SAYS(out, "epoch 1/1  gen ");
    SAYS(out, "  disc ");
    SAYS(out, "  accuracy ");
    slurp("L.csv", out);
    SAYS(out, "epoch,step,gen_rate,gen_train,gen_test,disc_rate,disc_train,disc_test,train_accuracy,test_accuracy,seconds\n1,5,0.1,");
    slurp("P.svg", out);
    SAYS(out, ">cost gen<");
    SAYS(out, ">cost disc<");
    SAYS(out, ">accuracy in %<");
    cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --save W.npz --cost disk"), 2);
    SAYS(err, "did you mean 'disc'?");
    cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --save W.npz --cost disc"), 0, "%s", err);
    SAYS(out, "epoch 1/1  train ");
    cr_expect_eq(call(&two, "train --data d.csv --epochs 2 --resume --load W.npz --save X.npz --cost gen"), 1);
    SAYS(err, "another cost");
    cr_expect_eq(call(&two, "train --data d.csv --epochs 2 --resume --load W.npz --save X.npz"), 1);
    SAYS(err, "does not descend the same costs");
    cr_expect_eq(call(&two, "grad --data d.csv --load W.npz --out G.npz --cost gen"), 0, "%s", err);
    cr_assert_eq(nnrt_npz_read(&arrays, "G.npz", &error), 0);
    cr_expect(nnrt_arrays_find(&arrays, "gen") && !nnrt_arrays_find(&arrays, "cost"));
    nnrt_arrays_free(&arrays);
    cr_expect_eq(call(&two, "eval --data d.csv --load W.npz"), 0, "%s", err);
    SAYS(out, "cost 'gen' ");
    SAYS(out, "cost 'disc' ");
    cr_expect_eq(call(&two, "eval --data d.csv --load W.npz --cost gen"), 0, "%s", err);
    cr_expect(!strstr(out, "disc"));
    two = two_costs(costs, NULL);
    cr_expect_eq(call(&two, "grad --data d.csv --load W.npz --out G.npz"), 0, "the unnamed one is meant: %s", err);
    cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --save X.npz --cost cost"), 0, "its name: %s", err);
    costs[0].trains = costs[1].trains = hand_trains; /* what the gradient says */
    cr_expect_eq(call(&two, "gradcheck"), 0);
    SAYS(out, "derivatives of cost 'disc'");
}

/* The settings of a saved run, as text. */
static const char *saved_settings(const char *path)
{
    static char text[2000];
    nnrt_arrays arrays;
    cr_assert_eq(nnrt_npz_read(&arrays, path, &error), 0, "%s", error.text);
    const nnrt_array *a = nnrt_arrays_find(&arrays, "resume/settings");
    snprintf(text, sizeof text, "%.*s", (int)a->count, (const char *)a->data);
    nnrt_arrays_free(&arrays);
    return text;
}

/* An option without a name is for the only cost, or the one without a name; else it names its cost. */
Test(program, options_for_one_of_several_costs)
{
    static const struct { const char *options, *says; } wrong[] = {
        { "--optimizer adam", "--optimizer: 'adam' does not say which of the costs it is for (gen, disc)" },
        { "--rate 0.1", "--rate: '0.1' does not say which of the costs" },
        { "--schedule cosine", "--schedule: 'cosine' does not say which" },
        { "--optimizer dics=adam", "--optimizer: no cost 'dics' is trained; there is gen, disc" },
        { "--cost gen --optimizer disc=adam", "no cost 'disc' is trained; there is gen" },
        { "--rate disc=x", "--rate: 'x' is not a number" },
        { "--rate disc=-1", "does not lie between 0 and" },
        { "--optimizer gen=", "optimizer '': expected a name" },
        { "--optimizer gen=adam;", "does not say which" },
        { "--optimizer disc=adm", "did you mean 'adam'?" },
    };
    nn_cost costs[2];
    nn_model two = two_costs(costs, "gen");
    write_csv("d.csv", 50, 1);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --save W.npz %s", wrong[i].options), 2, "%s", wrong[i].options);
        SAYS(err, wrong[i].says);
    }
    cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --save W.npz --optimizer \"disc = adam(eps=0.5); gen=es(pairs=2)\" --rate \"gen=0.5\" --schedule \"disc=cosine(floor=0.25)\""), 0,
                 "%s", err);
    SAYS(saved_settings("W.npz"), "es(rate=0.5, ");
    SAYS(saved_settings("W.npz"), "; constant(warmup=0)\nadam(rate=0.001");
    SAYS(saved_settings("W.npz"), "eps=0.5");
    SAYS(saved_settings("W.npz"), "; cosine(warmup=0, floor=0.25)");
    two = two_costs(costs, NULL);
    cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --save W.npz --optimizer adam --rate \"disc=0.75; cost=0.5\""), 0, "%s", err);
    SAYS(saved_settings("W.npz"), "adam(rate=0.5, ");
    SAYS(saved_settings("W.npz"), "\nsgd(rate=0.75, ");
    costs[1].batch = 9;
    cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --save W.npz"), 2);
    SAYS(err, "the train blocks of the costs 'cost' and 'disc' have batches of 8 and 9: give one with --batch");
    cr_expect_eq(call(&two, "train --data d.csv --epochs 1 --batch 9 --save W.npz"), 0, "%s", err);
    costs[1].batch = 0;
    costs[1].epochs = 7;
    cr_expect_eq(call(&two, "train --data d.csv --save W.npz"), 2);
    SAYS(err, "epochs 5 and 7: give one with --epochs");
}

/* `every`: the second one has each third step only; both resume to the bit. */
Test(program, costs_in_turn)
{
    nn_cost costs[2];
    nn_model two = two_costs(costs, "gen");
    nnrt_arrays arrays;
    costs[1].every = 3;
    write_csv("d.csv", 80, 1);
    cr_expect_eq(call(&two, "train --data d.csv --epochs 5 --split 0.1 --save A.npz"), 0, "%s", err);
    cr_assert_eq(nnrt_npz_read(&arrays, "A.npz", &error), 0);
    const nnrt_array *a = nnrt_arrays_find(&arrays, "resume/costs");
    cr_assert(a && a->count == 6);
    cr_expect(((uint64_t *)a->data)[1] == 45 && ((uint64_t *)a->data)[4] == 15);
    nnrt_arrays_free(&arrays);
    cr_expect_eq(call(&two, "train --data d.csv --epochs 2 --split 0.1 --save B.npz"), 0, "%s", err);
    cr_expect_eq(call(&two, "train --data d.csv --epochs 5 --resume --load B.npz --save B.npz --log L.csv"), 0, "%s", err);
    cr_expect(same_run("A.npz", "B.npz"));
    slurp("L.csv", out);
    cr_expect(strstr(out, "\n1,9,") && strstr(out, "\n5,45,"), "the log holds all epochs: %s", out);
}
