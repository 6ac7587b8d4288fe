#!/bin/sh
# The C grows with the stages of a model alone: not with turns of time, width or batch, once loops are too long to be written out, nor with
# the samples. Lines of the largest against those of the smallest. Run from the project's root.
nnc=$(cd "${BUILD:-build}" && pwd)/nnc
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
cp examples/gan/gan.nn "$dir"
cd "$dir" || exit 1
cat >perceptron.nn <<'END'
const W = 100; const D = 90;
input x[D]; target y : index(10);
output s = x -> linear[W] -> relu -> linear[W] -> layernorm -> tanh -> linear[10];
cost cross_entropy(s, y);
END
cat >conv.nn <<'END'
const W = 20; const C = 12;
input x[3, W, W]; target y : index(10);
output s = x -> conv2d[C, 3, pad = 1] -> relu -> maxpool2d[2] -> conv2d[C, 3, stride = 2] -> relu -> flatten -> linear[10];
cost cross_entropy(s, y);
END
cat >gru.nn <<'END'
const W = 80; const T = 80;
input x[T, 6]; target y[3];
stage cell = gru_cell[W];
scan t < T carry h[W] = 0 { h = cell(x[t], h); hs[t] = h; }
output z = hs -> linear[3];
cost mse(h -> linear[3], y);
END
cat >attention.nn <<'END'
const W = 96; const T = 80;
input x[T, W]; target y : index(5);
z = x + multihead[8](x -> layernorm);
m[i] = mean[t] z[t, i];
output s = m -> linear[5];
cost cross_entropy(s, y);
END

# lines MODEL OPTIONS...
lines() { "$nnc" "$@" --prefix m -o - 2>log | wc -l; }
# bound PERCENT MODEL "SMALL OPTIONS" "LARGE OPTIONS"
bound() {
    for level in -O0 -Os -O2; do
        small=$(lines "$2.nn" $level $3)
        large=$(lines "$2.nn" $level $4)
        if [ "$small" -gt 200 ] && [ $((large * 100)) -le $((small * $1)) ]; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "$2 $level: $small lines with '$3', $large with '$4'"
            cat log
        fi
    done
}

# A large batch is computed in blocks of samples, which takes some lines more.
for model in perceptron conv gru attention gan; do
    bound 110 $model "--batch 16" "--batch 128"
done
bound 105 perceptron "-DW=100" "-DW=512"
bound 105 perceptron "-DW=100 -DD=90" "-DW=1000 -DD=3000"
bound 110 conv "-DW=20" "-DW=100" # large images, too
bound 110 conv "-DC=12" "-DC=64" # few channels join another index in the vectors, which takes fewer lines
bound 105 gru "-DT=80" "-DT=10000"
bound 105 gru "-DW=80" "-DW=512"
bound 105 attention "-DT=80" "-DT=500"
bound 105 attention "-DW=96" "-DW=512"
# What is written out stays within a small factor, too.
bound 130 perceptron "-DW=512 -DD=500" "-DW=48 -DD=50"
bound 150 gru "-DW=512" "-DW=48"
bound 130 gru "-DT=10000" "-DT=10"

# nnc's own time grows hardly faster than the equations: of so many, each read by the next, a square took half a minute.
awk 'BEGIN {
    n = 2500
    print "input x[8]; target t[8]; param w[8] ~ normal(0, 1); z0 = x * w;"
    for (i = 1; i < n; i++) printf i % 2 ? "z%d = tanh(z%d + %d / 9 * x);\n" : "z%d = 0.9 * z%d + 0.1 * sin(%d * x);\n", i, i - 1, i % 7 + 1
    printf "output o = z%d; cost mse(o, t);\n", n - 1
}' >chain.nn
if (ulimit -t 12 && "$nnc" chain.nn -Os -o chain.c) >log 2>&1; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    echo "2500 equations: $(tail -n 1 log)"
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]
