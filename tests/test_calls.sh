#!/bin/sh
# What the generated functions promise their callers: errors without a write, gradients that overwrite, frozen parameters that stay,
# baked ones that are constants, named values at -O0, little stack. Run from the project's root.
build=$(cd "${BUILD:-build}" && pwd)
root=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }
cd "$dir" || exit 1
cat >net.nn <<'END'
model net;
input  x[4];
input  w : index(5);
target y : index(3);
stage features = linear[6];
stage last = linear[3];
e = w -> embedding[5, 4];
z = relu(features(x + e));
output s = last(z);
cost cross_entropy(s, y);
cost second = mean[i] s[i]^2 over last;
freeze features;
END
cat >calls.c <<'END'
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "net.h"
#define CHECK(c) do { if (!(c)) { printf("line %d: %s\n", __LINE__, #c); bad = 1; } } while (0)
static net_params p, q, g, h;
static net_work k;
int main(void)
{
    int bad = 0;
    float x[4 * 4] = {1, -2, 3, 0.5f, 2, 1, 1, 1, -1, -1, 2, 2, 0, 3, 1, -1}, s[4 * 3], t[4 * 3];
    int32_t w[4] = {0, 4, 2, 4}, y[4] = {2, 0, 1, 1};
    net_init(&p, 7);
    net_init(&q, 7);
    CHECK(memcmp(&p, &q, sizeof p) == 0);
    net_init(&q, 8);
    CHECK(memcmp(&p, &q, sizeof p) != 0);
    CHECK(sizeof p == NET_REALS * sizeof(net_real));
    CHECK(NET_BATCH == 4 && NET_x_SIZE == 4 && NET_w_SIZE == 1 && NET_y_SIZE == 1 && NET_s_SIZE == 3 && NET_HASH == net_model.hash);
    memset(s, 0x55, sizeof s);
    memcpy(t, s, sizeof s);
    CHECK(net_forward(&p, &k, 0, x, w, s) == NN_EBATCH);
    CHECK(net_forward(&p, &k, 5, x, w, s) == NN_EBATCH);
    w[3] = 5;
    CHECK(net_forward(&p, &k, 4, x, w, s) == NN_EINDEX);
    w[3] = -1;
    CHECK(net_forward(&p, &k, 4, x, w, s) == NN_EINDEX);
    CHECK(memcmp(s, t, sizeof s) == 0);
    CHECK(net_forward(&p, &k, 3, x, w, s) == NN_OK);       /* the fourth is not looked at */
    w[3] = 4;
    memset(&g, 0x55, sizeof g);
    h = g;
    y[0] = 3;
    CHECK(isnan(net_grad(&p, &k, 4, x, w, y, &g)) && k.error == NN_EINDEX && memcmp(&g, &h, sizeof g) == 0);
    q = p;
    CHECK(isnan(net_sgd(&p, &k, 4, x, w, y, 0.1f)) && k.error == NN_EINDEX && memcmp(&p, &q, sizeof p) == 0);
    CHECK(isnan(net_cost(&p, &k, 0, x, w, y)) && k.error == NN_EBATCH);
    y[0] = 2;
    const float c = net_cost(&p, &k, 4, x, w, y);
    CHECK(c > 0 && k.error == NN_OK);
    CHECK(fabsf(net_grad(&p, &k, 4, x, w, y, &g) - c) < 1e-6f && k.error == NN_OK);
    for (size_t i = 0; i < sizeof g.features_w / sizeof(float); i++)
        CHECK(((float *)g.features_w)[i] == 0);             /* frozen */
    for (int i = 0; i < 4; i++)
        CHECK(((float *)g.embedding1_w)[0] != 0 || i);      /* learns */
    CHECK(fabsf(net_sgd(&p, &k, 4, x, w, y, 0.1f) - c) < 1e-6f);
    CHECK(memcmp(p.features_w, q.features_w, sizeof p.features_w) == 0 && memcmp(p.last_w, q.last_w, sizeof p.last_w) != 0);
    CHECK(net_cost(&p, &k, 4, x, w, y) < c);
    /* the second cost trains `last` alone */
    memset(&g, 0x55, sizeof g);
    net_second_grad(&p, &k, 4, x, w, NULL, &g);
    for (size_t i = 0; i < sizeof g.embedding1_w / sizeof(float); i++)
        CHECK(((float *)g.embedding1_w)[i] == 0);
    /* the average over a batch is the average of the samples */
    float sum = 0;
    for (int i = 0; i < 4; i++)
        sum += net_cost(&p, &k, 1, x + 4 * i, w + i, y + i) / 4;
    CHECK(fabsf(sum - net_cost(&p, &k, 4, x, w, y)) < 1e-5f);
    return bad;
}
END
for level in -O0 -Os -O2; do
    "$build/nnc" net.nn --batch 4 $level -o net.c && cc -std=c99 -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all calls.c net.c -lm -o calls >log 2>&1 && ./calls >log 2>&1
    say $? "calls $level"
done

# tied weights, an embedding, a frozen parameter and one that nothing reads, several costs, arguments that are not read
cat >hard.nn <<'END'
input x[3];
input w[2] : index(5);
target y[2] : index(3);
target unread[2];
param tied[4, 3] ~ normal(0, 0.5);
param fz[3] = 1;
param nothing[2] = 3;
param late[3] = 0.5;
freeze fz;
stage m = linear[4];
e = w -> embedding[5, 4];
h = tanh(m(x) + e[0] + e[1]);
s[i] = sum[j] tied[j, i] * h[j];
o[j] = sum[i] tied[j, i] * s[i];
output out = o;
output cls = argmax[i] s[i];
output x;
cost cross_entropy(s * fz, y[0]) + cross_entropy(s, y[1]) + mean[j] o[j]^2;
cost two = sum[i] (late[i] * fz[i] * s[i]) + m.b[0] over late, m;
cost three = unread[0]^2;
END
cat >hard.c <<'END'
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "gen.h"
#define CHECK(c) do { if (!(c)) { printf("line %d: %s\n", __LINE__, #c); bad = 1; } } while (0)
/* All that a call may touch, in one struct: what is compared is everything but the work. */
static struct all { hard_params p, g; float x[9], unread[6], out[12], same[9]; int32_t w[6], y[6], cls[3]; } a, b;
static hard_work k;
static int zero(const float *v, size_t n) { while (n--) if (v[n] != 0) return 0; return 1; }
int main(void)
{
    int bad = 0;
    hard_init(&a.p, 5);
    memset(&a.g, 0x55, sizeof a.g);
    memset(a.out, 0x55, sizeof a.out);
    for (int i = 0; i < 9; i++)
        a.x[i] = (float)(i % 4) - 1.5f;
    for (int i = 0; i < 6; i++)
        a.w[i] = i % 5, a.y[i] = i % 3, a.unread[i] = (float)i;
    const size_t wrong[] = {0, 4, (size_t)-1, 1000000};
    for (int i = 0; i < 4 + 12; i++) { /* wrong n; then each index value out of range, below and above */
        struct all c = a;
        size_t n = i < 4 ? wrong[i] : 3;
        int error = i < 4 ? NN_EBATCH : NN_EINDEX;
        if (i >= 4)
            c.w[(i - 4) % 6] = i < 10 ? -1 : 5;
        b = c;
        memset(&k, 0x33, sizeof k);
        CHECK(hard_forward(&c.p, &k, n, c.x, c.w, c.out, c.cls, c.same) == error);
        CHECK(isnan(hard_cost(&c.p, &k, n, c.x, c.w, c.y, c.unread)) && k.error == error);
        CHECK(isnan(hard_grad(&c.p, &k, n, c.x, c.w, c.y, c.unread, &c.g)) && k.error == error);
        CHECK(isnan(hard_sgd(&c.p, &k, n, c.x, c.w, c.y, c.unread, 1)) && k.error == error);
        CHECK(isnan(hard_two_grad(&c.p, &k, n, c.x, c.w, c.y, c.unread, &c.g)) && k.error == error);
        CHECK(isnan(hard_two_sgd(&c.p, &k, n, c.x, c.w, c.y, c.unread, 1)) && k.error == error);
        CHECK(memcmp(&b, &c, sizeof b) == 0);
        c = a;
        if (i >= 4)
            c.y[(i - 4) % 6] = i < 10 ? INT32_MIN : 3;
        b = c;
        CHECK(isnan(hard_grad(&c.p, &k, n, c.x, c.w, c.y, c.unread, &c.g)) && k.error == error);
        CHECK(isnan(hard_sgd(&c.p, &k, n, c.x, c.w, c.y, c.unread, 1)) && k.error == error);
        CHECK(isnan(hard_cost(&c.p, &k, n, c.x, c.w, c.y, c.unread)) && k.error == error);
        CHECK(memcmp(&b, &c, sizeof b) == 0);
    }
    /* nothing but what is to be written is written */
    b = a;
    CHECK(hard_forward(&a.p, &k, 2, a.x, a.w, a.out, a.cls, a.same) == NN_OK);
    CHECK(memcmp(a.same, a.x, 6 * sizeof(float)) == 0 && a.same[6] == 0 && memcmp(a.out + 8, b.out + 8, 4 * sizeof(float)) == 0 && a.cls[2] == 0);
    CHECK(memcmp(&a.p, &b.p, sizeof a.p) == 0);
    /* grad overwrites all of g; 0 where nothing is trained; NULL for what is not read */
    float c = hard_grad(&a.p, &k, 3, a.x, a.w, a.y, NULL, &a.g);
    CHECK(isfinite(c) && k.error == NN_OK);
    CHECK(zero((float *)a.g.fz, 3) && zero((float *)a.g.nothing, 2) && zero((float *)a.g.late, 3) && !zero((float *)a.g.tied, 12));
    for (size_t i = 0; i < HARD_REALS; i++)
        CHECK(isfinite(((float *)&a.g)[i]));
    memset(&a.g, 0x55, sizeof a.g);
    hard_two_grad(&a.p, &k, 3, a.x, a.w, NULL, NULL, &a.g);
    CHECK(zero((float *)a.g.tied, 12) && !zero((float *)a.g.late, 3) && !zero((float *)a.g.m_b, 4) && !zero((float *)a.g.m_w, 12) && zero((float *)a.g.embedding1_w, 20));
    memset(&a.g, 0x55, sizeof a.g);
    CHECK(hard_three_grad(NULL, &k, 3, NULL, NULL, NULL, a.unread, &a.g) >= 0 && zero((float *)&a.g, HARD_REALS));
    /* sgd moves what has a gradient, by rate times it, and nothing else */
    hard_params moved = a.p;
    c = hard_grad(&a.p, &k, 3, a.x, a.w, a.y, NULL, &a.g);
    CHECK(hard_sgd(&moved, &k, 3, a.x, a.w, a.y, NULL, 0.25f) == c);
    for (size_t i = 0; i < HARD_REALS; i++)
        CHECK(fabsf(((float *)&a.p)[i] - 0.25f * ((float *)&a.g)[i] - ((float *)&moved)[i]) < 1e-6f);
    CHECK(memcmp(moved.fz, a.p.fz, sizeof moved.fz) == 0 && memcmp(moved.late, a.p.late, sizeof moved.late) == 0);
    moved = a.p;
    hard_three_sgd(&moved, &k, 3, NULL, NULL, NULL, a.unread, 1);
    CHECK(memcmp(&moved, &a.p, sizeof moved) == 0);
    CHECK(sizeof k == hard_model.work_size && sizeof a.p == hard_model.params_size && hard_model.reals == HARD_REALS);
    CHECK(hard_model.version == NN_MODEL_VERSION && hard_model.batch == 3 && hard_model.inputs == 2 && hard_model.targets == 2 && hard_model.outputs == 3 &&
          hard_model.params == 7 && hard_model.costs == 3 && hard_model.states == 0 && hard_model.real_size == 4 && hard_model.reset == NULL);
    CHECK(hard_model.cost[0].name == NULL && strcmp(hard_model.cost[1].name, "two") == 0 && hard_model.output[1].classes == 3 && hard_model.input[1].classes == 5);
    CHECK(hard_model.cost[1].trains[0] == 0 && hard_model.cost[1].trains[3] == 1 && hard_model.cost[0].trains[1] == 0 && hard_model.param[1].flags == NN_FROZEN);
    return bad;
}
END
for level in -O0 -Os -O2; do
    "$build/nnc" -Wno-unused -Wno-gradient hard.nn --batch 3 $level -o gen.c >log 2>&1 &&
        cc -std=c99 -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all hard.c gen.c -lm -o hard >log 2>&1 && ./hard >log 2>&1
    say $? "every function's promises $level"
done

# at -O0 a debugger sees every value and the derivative of the average cost with respect to it
cat >chain.nn <<'END'
input x[2];
target t[2];
block two(z[n]) -> r[n] { a = z -> linear[3]; q = tanh(a); r = q -> linear[2]; }
s = two(x);
z = relu(s);
output y = z * z;
cost mse(y, t);
END
cat >chain.c <<'END'
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "gen.h"
static chain_params p, g;
static chain_work k, empty;
#define CHECK(c) do { if (!(c)) { printf("line %d: %s\n", __LINE__, #c); bad = 1; } } while (0)
int main(void)
{
    int bad = 0;
    double x[6] = {1, -2, 3, 0.5, 2, 1}, t[6] = {2, 1, 0, 0.5, -1, 1}, y[6];
    chain_init(&p, 4);
    memset(&empty, 0xFF, sizeof empty); /* NaN everywhere: what is not written shows */
    k = empty;
    chain_forward(&p, &k, 3, x, y);
    for (int b = 0; b < 3; b++)
        for (int i = 0; i < 2; i++)
            CHECK(y[2 * b + i] == k.y[b][i] && k.y[b][i] == k.z[b][i] * k.z[b][i] && k.z[b][i] == fmax(k.s[b][i], 0) && isfinite(k.two1_q[b][i]) && isfinite(k.two1_a[b][i]));
    k = empty;
    double c = chain_cost(&p, &k, 3, x, t), sum = 0;
    for (int b = 0; b < 3; b++)
        sum += k.cost[b] / 3;
    CHECK(fabs(sum - c) < 1e-12 && isfinite(k.two1_q[2][2]) && isfinite(k.s[2][1]));
    k = empty;
    CHECK(chain_grad(&p, &k, 3, x, t, &g) == c);
    for (int b = 0; b < 3; b++)
        for (int i = 0; i < 2; i++) {
            double dy = 2 * (k.y[b][i] - t[2 * b + i]) / 2 / 3;
            CHECK(fabs(k.d_y[b][i] - dy) < 1e-12);
            CHECK(fabs(k.d_z[b][i] - dy * 2 * k.z[b][i]) < 1e-12);
            CHECK(fabs(k.d_s[b][i] - (k.z[b][i] > 0 ? k.d_z[b][i] : 0)) < 1e-12);
        }
    for (int i = 0; i < 3; i++)
        CHECK(fabs(k.d_two1_a[1][i] - k.d_two1_q[1][i] * (1 - k.two1_q[1][i] * k.two1_q[1][i])) < 1e-12);
    return bad;
}
END
"$build/nnc" chain.nn --real double --batch 3 -O0 -o gen.c >log 2>&1 && cc -std=c99 -Wall -Wextra -Werror -fsanitize=address,undefined chain.c gen.c -lm -o chain >log 2>&1 && ./chain >log 2>&1
say $? "values and derivatives at -O0"

# --weights: the frozen stage is constant, the rest starts from the file
"$build/nnc" net.nn --batch 4 --program -o net.c && cc -O1 -I"$root/runtime" net.c "$build/libnnrt.a" -lz -lm -o net && ./net init --seed 3 --out w.npz >log 2>&1
say $? "init"
"$build/nnc" net.nn --batch 4 --weights w.npz --program --prefix half -o half.c >log 2>&1 && grep -q 'static const float half_features_w' half.c && ! grep -q features_w half.h
say $? "frozen parameters become constants"
cc -std=c99 -pedantic -Wall -Wextra -Wconversion -Werror -O1 -c half.c -I"$root/runtime" -o half.o >log 2>&1 && cc half.o "$build/libnnrt.a" -lz -lm -o half && ./half init --seed 99 --out v.npz >log 2>&1
say $? "the others start from the file"
printf 'x[0],x[1],x[2],x[3],w,y\n1,2,3,4,0,1\n-1,2,0.5,0,3,2\n' >d.csv
sed 's/^freeze.*//' net.nn >free.nn
./net predict --data d.csv --load w.npz --out a.csv >log 2>&1 && ./half predict --data d.csv --load v.npz --out b.csv >>log 2>&1 && cmp a.csv b.csv >>log 2>&1
say $? "and give the same answers"
"$build/nnc" net.nn --inference --weights w.npz --program --prefix all -o all.c && cc -O1 -I"$root/runtime" all.c "$build/libnnrt.a" -lz -lm -o all >log 2>&1 && ./all info >log 2>&1
say $? "--inference --program has info"
"$build/nnc" net.nn --math libm --inference --weights w.npz --prefix bare -o bare.c && ! grep -q 'nn_model bare\|include <nnrt' bare.c bare.h && cc -c bare.c -o bare.o && nm -u bare.o >log && ! grep -v ' \(expf\|tanhf\|sqrtf\|logf\|memset\|memcpy\|fabsf\|_GLOBAL_OFFSET_TABLE_\)$' log
say $? "--inference needs nothing but libm"

# -O0 has a field for every named value and its derivative
"$build/nnc" net.nn --batch 4 -O0 -o zero.c && grep -q 'float z\[4\]\[6\]; /\* z\[n, 6\]; line 8 \*/' zero.h && grep -q 'd_s\[4\]\[3\]' zero.h && grep -q 'k->z\[b\]\[i\]' zero.c
say $? "named values at -O0"

# no allocation, no globals that change, little stack
for model in "$root"/examples/lecture/lecture.nn "$root"/examples/digits/digits.nn "$root"/examples/fashion/lenet.nn; do
    "$build/nnc" "$model" --real double --prefix m -o m.c && cc -O2 -fno-pie -fstack-usage -c m.c -o m.o && awk -F'\t' '$2 > 16384 { print; bad = 1 } END { exit bad }' m.su >log &&
        ! nm m.o | grep -q ' [dDbBcC] ' && ! nm -u m.o | grep -q 'malloc\|free\|printf\|calloc'
    say $? "$(basename "$model"): stack, globals, allocation"
done
# -Os is the smallest
for model in "$root"/examples/lecture/lecture.nn "$root"/examples/digits/digits.nn "$root"/examples/fashion/lenet.nn; do
    for level in -O0 -Os -O2; do
        "$build/nnc" "$model" $level --prefix m -o m.c && cc -Os -c m.c -o m.o && size m.o | awk 'NR == 2 { print $1 }'
    done >log
    awk '{ bytes[NR] = $1 } END { exit !(NR == 3 && bytes[2] < bytes[1] && bytes[2] < bytes[3]) }' log
    say $? "$(basename "$model"): sizes of -O0, -Os, -O2"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
