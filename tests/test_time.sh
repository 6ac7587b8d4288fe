#!/bin/sh
# Time, chance and derivatives as values: what models that scan, keep states, draw noise or differentiate compute, against the same
# written out, or computed another way. Run from the project's root.
build=${BUILD:-build}
cc=${CC:-cc}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }

build() { # build NAME OPTIONS: the training program of $dir/NAME.nn
    name=$1
    shift
    "$build/nnc" "$dir/$name.nn" --program --prefix m "$@" -o "$dir/m.c" >"$dir/log" 2>&1 &&
        $cc -O1 -ffp-contract=off -Iruntime "$dir/m.c" "$build/libnnrt.a" -lz -lm -o "$dir/$name" >>"$dir/log" 2>&1
}
numbers() { # numbers COUNT SEED: reals between -1 and 1
    awk -v n="$1" -v seed="$2" 'BEGIN { srand(seed); for (i = 0; i < n; i++) print 2 * rand() - 1 }'
}

# A stream that takes one sample a call computes the very bits of the scan over all of them.
cell='block cell[m](x[n], h[m]) -> h2[m] {
  r = sigmoid((x -> linear[m]) + (h -> linear[m]));
  z = sigmoid((x -> linear[m]) + (h -> linear[m]));
  c = tanh((x -> linear[m]) + r * (h -> linear[m]));
  h2 = (1 - z) * c + z * h;
}
stage gru = cell[6];
stage read = linear[2];'
printf '%s\ninput x[20, 3];\nscan t < 20 carry h[6] = 0 { h = gru(x[t], h); hs[t] = h -> read; }\noutput y[t, i] = hs[t, i];\n' "$cell" >"$dir/scan.nn"
printf '%s\ninput x[3];\nstate h[6] = 0;\nh2 = gru(x, h);\nupdate h = h2;\noutput y = h2 -> read;\n' "$cell" >"$dir/stream.nn"
for real in float double; do
    build scan -O0 --real $real && build stream -O0 --real $real
    say $? "stream: build"
    numbers 60 1 | paste -d, - - - | sed '1i x[0],x[1],x[2]' >"$dir/stream.csv"
    { awk 'BEGIN { for (t = 0; t < 20; t++) for (i = 0; i < 3; i++) printf "%sx[%d,%d]", t + i ? "," : "", t, i; print "" }'; numbers 60 1 | paste -sd,; } >"$dir/scan.csv"
    "$dir/scan" init --seed 5 --out "$dir/w.npz" && "$dir/scan" predict --data "$dir/scan.csv" --load "$dir/w.npz" --out "$dir/a.csv" >"$dir/log" 2>&1 &&
        "$dir/stream" predict --data "$dir/stream.csv" --load "$dir/w.npz" --out "$dir/b.csv" >>"$dir/log" 2>&1
    say $? "stream: predict"
    sed 1d "$dir/a.csv" | tr , '\n' >"$dir/a"
    sed 1d "$dir/b.csv" | tr , '\n' >"$dir/b"
    [ "$(wc -l <"$dir/a")" = 40 ] && cmp "$dir/a" "$dir/b" >"$dir/log" 2>&1
    say $? "a stream and its scan differ ($real)"
done

# The draws are a sample's own, whatever the batch, and those of forward and backward are the same.
printf 'input x; output y = x + gauss() + 10 * bernoulli(0.3);\n' >"$dir/noise.nn"
{ echo x && yes 0 | head -n 4000; } >"$dir/noise.csv"
for batch in 1 7 32; do
    build noise --batch $batch --real double && "$dir/noise" predict --data "$dir/noise.csv" --out "$dir/noise$batch.csv" >"$dir/log" 2>&1
    say $? "noise: batch $batch"
done
cmp "$dir/noise1.csv" "$dir/noise7.csv" && cmp "$dir/noise1.csv" "$dir/noise32.csv" >"$dir/log" 2>&1
say $? "the noise depends on the batch"
awk 'NR > 1 { one = $1 > 5; p += one; v = $1 - 10 * one; s += v; q += v * v; n++ } END { p /= n; s /= n; q = q / n - s * s; print p, s, q; exit !(p > 0.27 && p < 0.33 && s > -0.06 && s < 0.06 && q > 0.92 && q < 1.08) }' "$dir/noise1.csv" >"$dir/log"
say $? "mean and variance of the noise"
[ "$(sort -u "$dir/noise1.csv" | wc -l)" = 4001 ]
say $? "draws are repeated"

# Derivatives as values against the formulas.
cat >"$dir/values.nn" <<'N'
input x[3];
param w[3, 3] ~ normal(0, 0.5);
param v[3] ~ normal(0, 1);
s[i] = tanh(sum[j] w[i, j] * x[j]);
c = sum[i] v[i] * s[i];
output a0 = gradient(c, x);
output b0[j] = sum[i] v[i] * (1 - s[i]^2) * w[i, j];
output a1 = gradient(c, w);
output b1[i, j] = v[i] * (1 - s[i]^2) * x[j];
output a2 = jacobian(s, x);
output b2[i, j] = (1 - s[i]^2) * w[i, j];
output a3 = jacobian(a0, x);
output b3[j, k] = sum[i] v[i] * (-2 * s[i]) * (1 - s[i]^2) * w[i, j] * w[i, k];
output a4 = jacobian(s, w);
output b4[i, k < 3, j] = i == k ? (1 - s[i]^2) * x[j] : 0;
p = prod[i] (s[i] + 2);
output a5 = gradient(p, x);
output b5[j] = sum[i] p / (s[i] + 2) * (1 - s[i]^2) * w[i, j];
m = max[i] s[i];
output a6 = gradient(m, x);
at = argmax[i] s[i];
output b6[j] = (1 - m^2) * w[at, j];
scan t < 4 carry h[3] = 0.5 { h = tanh(s * h); }
output a7 = jacobian(h, s);
scan t < 4 carry g[3] = 0.5, d[3] = 0 { d = (1 - tanh(s * g)^2) * (g + s * d); g = tanh(s * g); }
output b7[i, j < 3] = i == j ? d[i] : 0;
r[i] = tanh(2 * s[i] + x[i]);
e[k < 2] = sum[i] r[i]^(k + 2);
output a8 = jacobian(e, x);
output b8[k < 2, j] = sum[i] (k + 2) * r[i]^(k + 1) * (1 - r[i]^2) * (2 * (1 - s[i]^2) * w[i, j] + (i == j));
output a9 = jacobian(e, w);
output b9[k < 2, i, j < 3] = (k + 2) * r[i]^(k + 1) * (1 - r[i]^2) * 2 * (1 - s[i]^2) * x[j];
f[l < 2, k] = e[k] * v[l];
output a10 = jacobian(f, w);
output b10[l, k, i, j] = b9[k, i, j] * v[l];
N
{ echo 'x[0],x[1],x[2]' && numbers 15 3 | paste -d, - - -; } >"$dir/values.csv"
for level in -O0 -Os -O2; do
    build values $level --real double --batch 4 && "$dir/values" init --seed 2 --out "$dir/w.npz" &&
        "$dir/values" predict --data "$dir/values.csv" --load "$dir/w.npz" --out "$dir/values.out.csv" >"$dir/log" 2>&1
    say $? "values: predict $level"
    sed -e ':more' -e '1s/\(\[[0-9;]*\),\([0-9]\)/\1;\2/' -e 't more' "$dir/values.out.csv" |
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; fields = NF; next }
        { line = $0; n = 0; k = 0
          for (i = 1; i <= fields; i++) { f = name[i]; gsub(/"/, "", f); key = substr(f, 2); if (f ~ /^a/) { a[key] = $i; n++ } else b[key] = $i }
          for (key in a) { k++; e = a[key] - b[key]; if (e < 0) e = -e; if (e > worst) worst = e } }
        END { print k, worst; exit !(NR == 6 && worst < 1e-12 && k > 60) }' >"$dir/log"
    say $? "derivatives as values $level"
done

# Running averages are baked with the parameters: no state is left, and the outputs are those of the program.
cat >"$dir/norm.nn" <<'N'
input x[3]; target t[2];
output z = x -> linear[4] -> batchnorm -> relu -> dropout -> linear[2] -> batchnorm;
cost mse(z, t);
N
{ echo 'x[0],x[1],x[2],t[0],t[1]' && numbers 80 4 | paste -d, - - - - -; } >"$dir/norm.csv"
build norm --batch 8 --real double && "$dir/norm" train --data "$dir/norm.csv" --batch 8 --epochs 2 --rate 0.1 --save "$dir/w.npz" >>"$dir/log" 2>&1 &&
    "$dir/norm" predict --data "$dir/norm.csv" --load "$dir/w.npz" --out "$dir/a.csv" >>"$dir/log" 2>&1
say $? "norm: train"
build norm --batch 8 --real double -Os --inference --weights "$dir/w.npz" && ! grep -q 'm_state\|m_params\|m_reset' "$dir/m.c" "$dir/m.h" &&
    "$dir/norm" predict --data "$dir/norm.csv" --out "$dir/b.csv" >>"$dir/log" 2>&1
say $? "norm: baked"
paste -d, "$dir/a.csv" "$dir/b.csv" | awk -F, 'NR > 1 { n++; for (i = 1; i <= 2; i++) { e = $i - $(i + 2); if (e > 1e-12 || e < -1e-12) off++ } } END { exit !(n == 16 && !off) }' >"$dir/log"
say $? "norm: what is baked gives other outputs"
! grep -q 'sqrt\|running' "$dir/m.c" && grep -q 'linear1_w_scaled' "$dir/m.c" # and they have gone into the weights
say $? "norm: the averages are not folded"
# What must not be folded, and what may: a sum that is used in two ways, a weight that is squared, scales along other indices than the weight's.
cat >"$dir/fold.nn" <<'N'
input x[3];
stage a = linear[4, bias = 0]; stage c = linear[4, bias = 0]; stage e = linear[4, bias = 0];
param w[4, 3] ~ normal(0, 1); param v[4] ~ normal(1, 1); param u[3] ~ normal(0, 1); param q[5] ~ normal(0, 1);
s = a(x);
output y = s * sigmoid(v * s + 1);
output z[i] = v[i] * (sum[j] w[i, j]^2 * x[j]) - v[i];
r = c(x);
output g = gelu((r - v) / (v * v + 1));
h = e(x);
output k[i, m] = tanh(q[m] * h[i] + 1);
output l = u[0] * (sum[j] u[j] * x[j]) + 1;
N
build fold --real double && "$dir/fold" init --out "$dir/w.npz" && sed 's/,t.*//' "$dir/norm.csv" | cut -d, -f1-3 >"$dir/fold.csv" &&
    "$dir/fold" predict --data "$dir/fold.csv" --load "$dir/w.npz" --out "$dir/a.npz" >>"$dir/log" 2>&1
say $? "fold: predict"
$cc -O1 -Iruntime -D_POSIX_C_SOURCE=200809L tests/compare_npz.c "$build/libnnrt.a" -lz -lm -o "$dir/compare"
for level in -O0 -O2 -Os; do # -Os last: at -O2 they are numbers in straight-line code
    build fold --real double --inference --weights "$dir/w.npz" $level && "$dir/fold" predict --data "$dir/fold.csv" --out "$dir/b.npz" >>"$dir/log" 2>&1 &&
        "$dir/compare" "$dir/a.npz" "$dir/b.npz" 1e-12 >>"$dir/log"
    say $? "fold: baked $level"
done
grep -q 'c_w_scaled' "$dir/m.c" && ! grep -q 'a_w_scaled\|e_w_scaled\|m_w_scaled\|u_scaled' "$dir/m.c"
say $? "fold: not what should be folded"
# A state that is updated starts from the file.
printf 'input x; state s = 1; update s = s * x; output y = s * 1;\n' >"$dir/grow.nn"
printf 'x\n2\n1\n' >"$dir/grow.csv"
printf 'const c[2] = {3, 4}; input x; state s[2] = c; update s = s * x; output y = s * 1;\n' >"$dir/tensor.nn"
build tensor --inference && "$dir/tensor" predict --data "$dir/grow.csv" --out "$dir/a.csv" >>"$dir/log" 2>&1 && grep -qx '6,8' "$dir/a.csv"
say $? "a state does not start from a constant tensor"
printf 'input x; param s = 7; output y = x * s;\n' >"$dir/seven.nn"
build seven && "$dir/seven" init --out "$dir/w.npz" && build grow --inference --weights "$dir/w.npz" &&
    "$dir/grow" predict --data "$dir/grow.csv" --out "$dir/a.csv" >>"$dir/log" 2>&1 && [ "$(tr '\n' ' ' <"$dir/a.csv")" = "y 7 14 " ]
say $? "a state does not start from the file"

# Of few elements with respect to many: reverse mode, one element after the other, where no tangent would fit.
printf 'input x[100000]; z = tanh(x); s[k < 2] = sum[i] z[i] * (k + 1); output y = jacobian(s, x);\n' >"$dir/many.nn"
"$build/nnc" "$dir/many.nn" -o "$dir/many.c" >"$dir/log" 2>&1
say $? "a Jacobian of few elements with respect to many"

# Coupled samples are trained in batches that the model takes whole, without being told.
printf 'input x[2]; target t : index(2); output s = x -> linear[4] -> batchnorm -> linear[2]; cost cross_entropy(s, t);\n' >"$dir/coupled.nn"
numbers 80 4 | paste -d, - - | awk '{ print $0 "," NR % 2 }' >"$dir/coupled.csv"
build coupled --batch 8 && "$dir/coupled" train --data "$dir/coupled.csv" --epochs 2 --save "$dir/coupled.npz" >"$dir/log" 2>&1
say $? "a model whose samples are coupled"
grep -o 'epoch.*)' "$dir/log" >"$dir/figures"
sed 's/$/ train { batch = 32; }/' "$dir/coupled.nn" >"$dir/coupled_block.nn" # nnc's --batch stands above the train block
build coupled_block --batch 8 && "$dir/coupled_block" train --data "$dir/coupled.csv" --epochs 2 --save "$dir/coupled2.npz" >"$dir/log" 2>&1 &&
    grep -o 'epoch.*)' "$dir/log" | cmp -s "$dir/figures" -
say $? "a model whose samples are coupled, with a train block"

# A scan of 10,000 turns is as much text as one of ten.
for turns in 10 10000; do
    sed "s/20/$turns/g" "$dir/scan.nn" >"$dir/long$turns.nn"
    "$build/nnc" "$dir/long$turns.nn" --prefix m -o - >"$dir/long$turns.c" 2>"$dir/log"
    say $? "scan of $turns turns"
done
[ "$(wc -c <"$dir/long10000.c")" -lt $(($(wc -c <"$dir/long10.c") + 2000)) ]
say $? "the text grows with the turns"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
