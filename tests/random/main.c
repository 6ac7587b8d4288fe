/* main.c: random models: what they are, and whether nnc computes what they mean.
 *
 * usage: random show SEED            the model
 *        random write SEED FOLDER    its files, FOLDER/model.nn and what that imports; prints the options that nnc needs
 *        random table FROM COUNT     how many of the models have each construct; status 1 where fewer than LEAST
 *        random check NNC SOURCE FOLDER FROM COUNT PART PARTS CONFIGURATIONS
 *                                    checks the models of those seeds in CONFIGURATIONS each: 3, all, or =K, the one of that number alone,
 *                                    in which case nothing is shrunk and FOLDER keeps the last ten models' files */
#include "constructs.h"
#include "harness.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 10, ATTEMPTS = 3, VARIANTS = 4, LEAST = 10, MOST_SHRUNK = 3 };

/* The model of a seed; where no data that say anything are found for it, that of the seed 1,000,000 further on. */
static subject subject_of(uint64_t seed)
{
    subject u = {.seed = seed};
    for (int variant = 0; variant < VARIANTS; variant++) {
        u.seed = seed + (uint64_t)variant * 1000000;
        u.name = text("m%llu", (unsigned long long)u.seed);
        choices_random(u.seed);
        u.m = generate();
        for (int i = 0; i < ATTEMPTS; i++) {
            u.x = expect(u.m, u.seed * 1000 + (uint64_t)i);
            if (!u.x->discarded)
                return u;
        }
    }
    return u;
}

/* What is wrong, and the smallest model found that shows it. */
static void report(const setting *s, const subject *u, configuration c)
{
    printf("seed %llu: %s: %s\n", (unsigned long long)u->seed, configuration_text(c), u->trouble);
    fflush(stdout);
    subject least = shrink(s, u, c);
    printf("shrunk: %s (%d and %d samples)\n", least.trouble, least.m->samples[0], least.m->samples[1]);
    print_whole(least.m, stdout);
}

static int check(const setting *s, uint64_t from, uint64_t count, uint64_t part, uint64_t parts, const char *which)
{
    int passed = 0, failed = 0, discarded = 0, others = 0, reported = 0;
    bool all = strcmp(which, "all") == 0, one = which[0] == '=';
    for (uint64_t chunk = 0; chunk * CHUNK < count; chunk++) {
        subject subjects[CHUNK];
        int n = 0;
        if (chunk % parts != part - 1)
            continue;
        for (uint64_t k = 0; k < CHUNK && chunk * CHUNK + k < count; k++) {
            uint64_t seed = from + chunk * CHUNK + k;
            subjects[n] = subject_of(seed);
            if (subjects[n].x->discarded)
                discarded++;
            else
                others += subjects[n++].seed != seed;
        }
        uint64_t turn = from / CHUNK + chunk;
        const int numbers[3] = {(int)(turn * 2 % PLAIN), (int)((turn * 2 + 1) % PLAIN), PLAIN + (int)(turn % SANITIZED)};
        for (int k = 0; k < (all ? PLAIN + SANITIZED : one ? 1 : 3); k++) {
            configuration c = configuration_of(all ? k : one ? atoi(which + 1) : numbers[k], turn / 9, all);
            check_all(s, subjects, n, c, k == 0);
            for (int i = 0; i < n; i++) {
                passed += !subjects[i].trouble;
                failed += subjects[i].trouble != NULL;
                if (subjects[i].trouble && !one && ++reported <= MOST_SHRUNK)
                    report(s, &subjects[i], c);
                else if (subjects[i].trouble)
                    printf("seed %llu: %s: %s\n", (unsigned long long)subjects[i].seed, configuration_text(c), subjects[i].trouble);
            }
            fflush(stdout);
        }
    }
    printf("%d replaced, %d discarded\n%d passed, %d failed\n", others, discarded, passed, failed);
    return failed != 0;
}

static int table(uint64_t from, uint64_t count)
{
    construct_count c = {.count = 0};
    for (uint64_t seed = from; seed < from + count; seed++) {
        choices_random(seed);
        count_constructs(generate(), &c);
    }
    return print_constructs(&c, LEAST) != 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "show") == 0) {
        choices_random(strtoull(argv[2], NULL, 10));
        print_whole(generate(), stdout);
        return 0;
    }
    if (argc == 4 && strcmp(argv[1], "write") == 0) {
        choices_random(strtoull(argv[2], NULL, 10));
        const model *m = generate();
        write_model(argv[3], "model", m);
        puts(model_options(m));
        return 0;
    }
    if (argc == 4 && strcmp(argv[1], "table") == 0)
        return table(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    if (argc == 10 && strcmp(argv[1], "check") == 0) {
        setting s = {argv[2], argv[3], argv[4]};
        return check(&s, strtoull(argv[5], NULL, 10), strtoull(argv[6], NULL, 10), strtoull(argv[7], NULL, 10), strtoull(argv[8], NULL, 10), argv[9]);
    }
    fprintf(stderr, "usage: random show SEED | random write SEED FOLDER | random table FROM COUNT | random check NNC SOURCE FOLDER FROM COUNT PART PARTS 3|all|=K\n");
    return 2;
}
