#!/bin/sh
# Zeros that the compiler knows, of masks and of pruned weights, cost nothing in straight-line code, and change no result. Run from the project's root.
build=$(cd "${BUILD:-build}" && pwd)
nnc=$build/nnc
cc=${CC:-cc}
flags="-std=c99 -pedantic -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Werror -O1 -I$PWD/runtime"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
$cc -O1 -Iruntime tests/compare_npz.c "$build/libnnrt.a" -lz -lm -o "$dir/compare" || exit 1
cd "$dir" || exit 1

# A perceptron of 4-16-3 of whose 112 weights 28 are not masked; hidden unit 15 hears nothing.
awk 'BEGIN {
    printf "model net; input x[4]; target y : index(3);\nconst m1[16, 4] = {"
    for (i = 0; i < 16; i++) { printf "%s{", i ? ", " : ""; for (j = 0; j < 4; j++) printf "%s%d", j ? ", " : "", i < 15 && j == i % 4 || i < 1 && j == 1; printf "}" }
    printf "};\nconst m2[3, 16] = {"
    for (k = 0; k < 3; k++) { printf "%s{", k ? ", " : ""; for (i = 0; i < 16; i++) printf "%s%d", i ? ", " : "", i % 4 == k; printf "}" }
    print "};\nparam w1[16, 4] ~ uniform(-0.5, 0.5); param b1[16] ~ normal(0, 1); param w2[3, 16] ~ normal(0, 1); param b2[3] = 0.25;"
    print "h[i] = tanh(b1[i] + sum[j] w1[i, j] * m1[i, j] * x[j]);\ns[k] = b2[k] + sum[i] w2[k, i] * m2[k, i] * h[i];\noutput s; cost cross_entropy(s, y);"
}' >net.nn
awk 'BEGIN { srand(7); print "x[0],x[1],x[2],x[3],y"; for (b = 0; b < 40; b++) { for (j = 0; j < 4; j++) printf "%.4f,", rand() * 2 - 1; print b % 3 } }' >d.csv

# ok WHAT COMMAND...: the command succeeds
ok() {
    what=$1
    shift
    if "$@" >log 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$what: $*"
        cat log
    fi
}
# is WHAT GOT WANTED
is() { ok "$1: $2, wanted $3" test "$2" = "$3"; }
# body FILE FUNCTION: its text without comments
body() { sed -n "/^[a-z].* \**$2(.*[^;]\$/,/^}/p" "$1" | sed 's|/\*.*\*/||'; }
# count FILE FUNCTION REGEX: how often it stands there
count() { body "$1" "$2" | grep -Eo -- "$3" | wc -l | tr -d ' '; }

for real in float double; do
    f=$([ $real = float ] && echo f)
    for level in O0 O2; do
        ok "$level $real" "$nnc" net.nn --program --real $real -$level --prefix m -o $level.c
        ok "$level $real" $cc $flags $level.c "$build/libnnrt.a" -lz -lm -o $level
    done
    ok "init" ./O0 init --seed 5 --out w.npz
    for level in O0 O2; do
        ok "$level" ./$level predict --data d.csv --load w.npz --out $level-p.npz
        ok "$level" ./$level grad --data d.csv --load w.npz --out $level-g.npz
        ok "$level" ./$level train --data d.csv --load w.npz --epochs 3 --batch 8 --optimizer "sgd(rate=0.5)" --seed 2 --save $level-t.npz
    done
    bound=$([ $real = float ] && echo 1e-5 || echo 1e-12)
    for what in p g t; do
        ok "$real $what" ./compare O0-$what.npz O2-$what.npz $bound
    done

    # One multiplication for each weight that is there; none by a number, and no mask is left in the C.
    is "forward $real" "$(count O2.c m_forward ' \* ')" 28
    for function in m_forward m_cost m_grad m_sgd; do
        is "$function by a number" "$(count O2.c $function "[^0-9a-z_.][01]\.0$f \\*|\\* [01]\.0$f")" 0
    done
    is "masks $real" "$(grep -c 'm_m[12]' O2.c)" 0
    is "weights that sgd moves" "$(count O2.c m_sgd 'p->w[12]\[[0-9]+\]\[[0-9]+\] -=')" 28
    is "zeros in grad" "$(count O2.c m_grad 'g->w[12]\[[0-9]+\]\[[0-9]+\] = 0\.0')" 84
    is "sums over the batch in sgd" "$(count O2.c m_sgd 'acc_[0-9]+_[0-9]+ \+=')" 28

    # The same net with its weights baked in: numbers, no arrays, no flash for them.
    for level in O0 O2; do
        ok "baked $level" "$nnc" net.nn --inference --weights w.npz --program --real $real --batch 8 -$level --prefix m -o b$level.c
        ok "baked $level" $cc $flags b$level.c "$build/libnnrt.a" -lz -lm -o b$level
        ok "baked $level" ./b$level predict --data d.csv --out b$level-p.npz
        ok "baked $level" ./compare O0-p.npz b$level-p.npz $bound
    done
    is "baked products $real" "$(count bO2.c m_forward ' \* ')" 28
    is "baked arrays $real" "$(grep -c "^static const $real" bO2.c)" 0
    ok "flash" sh -c "'$nnc' net.nn --inference --weights w.npz --real $real --emit report,json | grep -q '\"flash_bytes\": 0,'"
done

echo "$passed passed, $failed failed"
[ $failed = 0 ]
