#!/bin/sh
# Stages that are linear and follow each other are one where their parameters are baked: which, and what they compute. Run from the project's root.
build=${BUILD:-build}
cc=${CC:-cc}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }
$cc -O1 -Iruntime -D_POSIX_C_SOURCE=200809L tests/compare_npz.c "$build/libnnrt.a" -lz -lm -o "$dir/compare"

program() { # program OPTIONS: $dir/m of $dir/m.nn
    "$build/nnc" "$dir/m.nn" -Wno-linear --program --prefix m "$@" -o "$dir/m.c" >"$dir/log" 2>&1 &&
        $cc -O1 -ffp-contract=off -Iruntime "$dir/m.c" "$build/libnnrt.a" -lz -lm -o "$dir/m" >>"$dir/log" 2>&1
}
# same NAME EXTENTS: the model on standard input, whose only input is x[EXTENTS], computes the same at -O0, where nothing is folded, and above
same() {
    cat >"$dir/m.nn"
    program --real double && "$dir/m" init --seed 3 --out "$dir/w.npz" >>"$dir/log" 2>&1
    say $? "$1: init"
    awk -v extents="$2" 'BEGIN { n = split(extents, d, ","); size = 1; for (k = 1; k <= n; k++) size *= d[k]; srand(5)
        for (row = 0; row < 6; row++)
            for (i = 0; i < size; i++) {
                name = ""; q = i
                for (k = n; k >= 1; k--) { name = (q % d[k]) (k == n ? "" : ",") name; q = int(q / d[k]) }
                printf "%s%s", (row ? 2 * rand() - 1 : "x[" name "]"), (i == size - 1 ? "\n" : ",") } }' >"$dir/x.csv"
    for real in double float; do
        bound=$([ $real = double ] && echo 1e-12 || echo 1e-5)
        program --real $real -O0 --inference --weights "$dir/w.npz" && "$dir/m" predict --data "$dir/x.csv" --out "$dir/a.npz" >>"$dir/log" 2>&1
        say $? "$1: -O0 $real"
        for level in -O2 -Os; do
            program --real $real $level --inference --weights "$dir/w.npz" && "$dir/m" predict --data "$dir/x.csv" --out "$dir/b.npz" >>"$dir/log" 2>&1 &&
                "$dir/compare" "$dir/a.npz" "$dir/b.npz" "$bound" >>"$dir/log" 2>&1
            say $? "$1: other outputs $level $real"
        done
    done
}
# madds LEVEL: stages and multiply-adds of a sample, those that have some
madds() {
    "$build/nnc" "$dir/m.nn" -Wno-linear --inference --weights "$dir/w.npz" "$1" --emit report,json 2>"$dir/log" |
        sed -n 's/.*"stage": "\([^"]*\)".*"forward_madds": \([0-9]*\),.*/\1 \2/p' | awk '$2 { printf "%s%s %s", n++ ? ", " : "", $1, $2 }'
}
# takes NAME LEVEL WHAT
takes() {
    got=$(madds "$2")
    echo "multiply-adds: $got" >>"$dir/log"
    [ "$got" = "$3" ]
    say $? "$1: not the stages $2"
}

# Pairs, chains and stages without biases are one stage; a chain of which the first two had better stay is one from its end.
cat >"$dir/model" <<'N'
input x[20];
stage a1 = linear[10]; stage a2 = linear[12];
output a = x -> a1 -> a2 -> relu;
stage b1 = linear[16, bias = 0]; stage b2 = linear[12]; stage b3 = linear[4];
output b = x -> b1 -> b2 -> b3;
stage c1 = linear[2]; stage c2 = linear[20]; stage c3 = linear[1];
output c = x -> c1 -> c2 -> c3;
stage d1 = linear[9, bias = 0]; stage d2 = linear[11, bias = 0];
output d = x -> d1 -> d2;
stage e1 = linear[8]; stage e2 = linear[7]; stage e3 = batchnorm; stage e4 = batchnorm;
output e = x -> e1 -> e3 -> e2 -> e4 -> sigmoid;
param v[8] ~ normal(1, 1);
stage f1 = linear[8]; stage f2 = linear[6];
s = v * (x -> f1) - 0.5;
output f = tanh(s -> f2);
stage g = linear[20];
stage i1 = linear[1]; stage i2 = linear[1];
output i = x -> i1 -> i2;
output h = x -> g -> g;
N
same composed 20 <"$dir/model"
takes composed -O0 "a1 200, a2 120, b1 320, b2 192, b3 48, c1 40, c2 40, c3 20, d1 180, d2 99, e1 160, e2 56, f1 160, f2 48, i1 20, i2 1, g 800"
for level in -O2 -Os; do
    takes composed $level "a2 240, b3 80, c3 20, d2 220, e2 140, f2 120, i2 20, g 400"
done
# Each has its weights and, where something is added, one constant more; of the rest nothing is left.
got=$(sed -n 's/^static const float m_\([a-z0-9_]*\)\[.*/\1/p' "$dir/m.c" | sed "s/_$//" | sort | tr '\n' ' ')
echo "$got" >"$dir/log"
[ "$got" = "a2_w_composed a_shift b3_w_composed b_shift c3_w_composed_composed c_shift d2_w_composed e2_w_scaled_composed e_shift f2_w_composed f_shift g_w_composed h_shift i2_w_composed i_shift " ]
say $? "composed: other constants"

# A bottleneck, a value that is an output or needed twice, what is not linear, a stage that others use too, and weights whose zeros would be lost.
awk 'function matrix(name, mod,    i, j) { printf "const %s = {", name
        for (i = 0; i < 20; i++) { printf "%s{", i ? "," : ""; for (j = 0; j < 20; j++) printf "%s%d", j ? "," : "", mod ? i % 5 == j % 5 : int(i / 4) == int(j / 4); printf "}" }
        print "};" }
    BEGIN { matrix("m1", 0); matrix("m2", 1) }' >"$dir/model"
cat >>"$dir/model" <<'N'
input x[20];
stage a1 = linear[3]; stage a2 = linear[20];
output a = x -> a1 -> a2;
stage b1 = linear[10]; stage b2 = linear[5];
output r = x -> b1;
output b = r -> b2;
stage c1 = linear[10]; stage c2 = linear[5];
s = x -> c1;
output c = (s -> c2) * sum[i] s[i]^2;
stage d1 = linear[10]; stage d2 = linear[5];
output d = x -> d1 -> relu -> d2;
stage e1 = linear[10]; stage e2 = linear[5];
output e = x -> e1 -> e2;
output f = 2 * x -> e1 -> e2;
block mixed(z[20]) -> s[20] { s[i] = sum[j] m2[i, j] * (z[j] + 1); }
block blocked(z[20]) -> s[20] { s[i] = sum[j] m1[i, j] * z[j]; }
output g = x -> blocked -> mixed -> tanh;
N
same separate 20 <"$dir/model"
for level in -O0 -O2 -Os; do
    takes separate $level "a1 60, a2 60, b1 200, b2 50, c1 200, c2 50, d1 200, d2 50, e1 400, e2 100, blocked1 400, mixed1 400"
done

# Rows, and turns of a scan; not what comes back a turn later.
cat >"$dir/model" <<'N'
input x[6, 5];
stage a1 = linear[4]; stage a2 = linear[3];
output a = x -> a1 -> a2;
stage b1 = linear[7]; stage b2 = linear[3]; stage c1 = linear[4]; stage c2 = linear[3];
scan t < 6 carry h[3] = 0 { h = tanh((x[t] -> b1 -> b2) + (h -> c1 -> c2)); hs[t] = h; }
output b[t, i] = hs[t, i];
N
same rows 6,5 <"$dir/model"
takes rows -O0 "a1 120, a2 72, b1 210, b2 126, c1 72, c2 72"
for level in -O2 -Os; do
    takes rows $level "a2 90, b2 90, c1 72, c2 72"
done

# Convolutions, of which one looks at one point alone; not where the edge would be another constant for each place.
cat >"$dir/model" <<'N'
input x[2, 7, 7];
stage a1 = conv2d[6, 1]; stage a2 = conv2d[3, 3];
output a = x -> a1 -> a2 -> relu;
stage b1 = conv2d[8, 3, pad = 1, stride = 2]; stage b2 = conv2d[2, 1];
output b = x -> b1 -> b2;
stage c1 = conv2d[6, 1, bias = 0]; stage c2 = conv2d[3, 3, pad = 1];
output c = x -> c1 -> c2;
stage d1 = conv2d[6, 1]; stage d2 = conv2d[3, 3, pad = 1];
output d = x -> d1 -> d2;
N
same convolutions 2,7,7 <"$dir/model"
takes convolutions -O0 "a1 588, a2 4050, b1 2304, b2 256, c1 588, c2 7938, d1 588, d2 7938"
for level in -O2 -Os; do
    takes convolutions $level "a2 1350, b2 576, c2 2646, d1 588, d2 7938"
done
# What is made of baked numbers is computed with everything that an expression can say of its indices: quotients, remainders, conditions on
# them and on values, the indices as numbers, a function with a derivative of the user's.
cat >"$dir/model" <<'N'
input x[12];
param a[6] ~ normal(0, 1); param b[4] ~ normal(0, 1);
fn step(z) = z > 0 ? 1 : 0.25;
derivative step(z) = 1;
c[i < 12] = (i % 3 == 1 ? a[i / 2] : i > 7 ? -b[i % 4] : b[(11 - i) / 3] * i) + (a[i % 6] > b[i / 3] ? 2 : step(a[i / 2]));
output y = x * c;
d[i < 12, k < 4] = i - 2 * k >= 0 && i != 7 ? a[(i + k) % 6] * (k + 1) : -step(b[k]);
output z[k] = sum[i] x[i] * d[i, k];
output u[k] = -(sum[i] x[i] * d[i, k]) / 3;
N
same "indices and conditions" 12 <"$dir/model"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
