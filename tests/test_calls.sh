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
"$build/nnc" net.nn --inference --weights w.npz --prefix bare -o bare.c && ! grep -q 'nn_model bare\|include <nnrt' bare.c bare.h && cc -c bare.c -o bare.o && nm -u bare.o >log && ! grep -v ' \(expf\|tanhf\|sqrtf\|logf\|memset\|memcpy\|fabsf\|_GLOBAL_OFFSET_TABLE_\)$' log
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
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
