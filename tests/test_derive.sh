#!/bin/sh
# What the derivation promises, read in the text of --emit grad: derivatives told by results, contractions and no scatters, and over the
# whole library nothing computed twice or in vain. Run from the project's root.
build=$(cd "${BUILD:-build}" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
root=$PWD
passed=0
failed=0
# STOP=1: ends where the first check fails
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat log; [ "${STOP:-}" != 1 ] || exit 1; fi; }
cd "$dir" || exit 1

# grad MODEL: the equations of its gradient, without notes; has TEXT, lacks TEXT: in them
grad() { "$build/nnc" -Wno-unused -Wno-linear "$1" --emit grad >all && sed -n '/^grad:/,/^sgd:/p' all | sed 's, *//.*,,' >log; }
has() { grep -qF -- "$1" log; say $? "wanted: $1"; }
lacks() { ! grep -qF -- "$1" log; say $? "not wanted: $1"; }

grad "$root/examples/lecture/lecture.nn"
has "d_s3[b, i] = (1/n) * (cross_entropy1.e[b, i] / cross_entropy1.total[b] - (i == y[b]))"
has "d_s2[b, i] = 0 < z2[b, i] ? d_z2[b, i] : 0"
has "d_m0.w[i, j] = sum[b] z0[b, j] * d_s1[b, i]"
has "d_z1[b, j] = sum[i] m1.w[i, j] * d_s2[b, i]"
has "d_m2.b[i] = sum[b] d_s3[b, i]"
lacks "d_x"
lacks "d_z0"
lacks "+="
printf 'input x[3]; target t[3]; z = tanh(x -> linear[4]); u = sigmoid(z -> linear[4]); output y = u -> linear[3]; cost mse(y, t);' >squash.nn
grad squash.nn
has "d_linear1.s[b, i] = d_z[b, i] * (1 - z[b, i] * z[b, i])"
has "d_linear2.s[b, i] = d_u[b, i] * (u[b, i] * (1 - u[b, i]))"
lacks "exp("
printf 'input x[2, 6, 7]; target t[3, 6, 7]; cost mse(x -> conv2d[2, 1] -> conv2d[3, 3, pad = 1], t);' >conv.nn
grad conv.nn
lacks "+="
has "d_conv2d2.w[o, q, u, v] = sum[b, i, j] ("
has "d_conv2d1.s[b, q, i, j] = sum[u, v, o] ("
has "d_conv2d1.w[o, q, u, v] = sum[b, i, j] x[b, q, u + i, v + j] * d_conv2d1.s[b, o, i, j]"
printf 'input x[3]; target t[3]; param w[3] = 1; v = w * detach(w * x); cost sum[i] (v[i] - t[i])^2;' >detached.nn
grad detached.nn
has "d_w[i] = sum[b] detach("
printf 'input x[3]; target t[2]; stage a = linear[4]; stage f = linear[5]; stage b = linear[2]; param far = 1; freeze f, b.b;
z = x -> f -> tanh -> a; output q = far * x; output y = z -> b; cost mse(y, t);' >frozen.nn
grad frozen.nn
has "d_a.w[i, j] = sum[b]"
has "d_b.w[i, j] = sum[b]"
lacks "d_f"
lacks "d_b.b"
lacks "d_x"
lacks "far"

printf 'input x[5]; target t[3]; cost huber(x -> linear[3], t);' >huber.nn
grad huber.nn
has "d_huber1.e[b, i] = abs(huber1.e[b, i]) < 1 ? 0.3333333333333333 * (huber1.e[b, i] * (1/n)) : 0.3333333333333333 * ((1/n) * sign(huber1.e[b, i]))"
printf 'input x[2, 4, 4]; target t[3, 8, 8]; cost mse(x -> conv2d[2, 1] -> conv_transpose2d[3, 4, stride = 2, pad = 1], t);' >up.nn
grad up.nn
lacks "+="
has "d_conv_transpose2d1.w[q, o, k, l] = sum[b, i, j] ("
has "d_conv2d1.s[b, q, i, j] = sum[o, u, v] (2*j + v >= 1 && 8 >= 2*j + v && (2*i + u >= 1 && 8 >= 2*i + u) ? conv_transpose2d1.w[q, o, u, v] * d_conv_transpose2d1.s[b, o, 2*i + u - 1, 2*j + v - 1] : 0)"
printf 'input x[2, 3, 3]; target t[2, 6, 6]; cost mse(x -> conv2d[2, 1] -> upsample2d[2], t);' >nearest.nn
grad nearest.nn
lacks "+="
has "d_conv2d1.s[b, c0, i, j] = sum[k, l] d_upsample2d1.z[b, c0, 2*i + k, 2*j + l]"
printf 'input x[5, 6]; target t[5, 6]; cost mse(x -> linear[6] -> multihead[3], t);' >heads.nn
grad heads.nn
lacks "+="

printf 'input x[5]; target t; param w[5] ~ normal(0, 1); param v[5] ~ normal(0, 1); s = (sum[i] max(w[i] * x[i], 0)) + (sum[i] min(v[i] * x[i], 2)); cost (s - t)^2;' >kinks.nn
grad kinks.nn
has "d_v[i] = sum[b] (x[b, i] * v[i] < 2 ? x[b, i] * d_s[b] : 0)"
has "d_w[i] = sum[b] (0 < x[b, i] * w[i] ? x[b, i] * d_s[b] : 0)"
printf 'input x[5]; target t[5]; param w[5] ~ normal(0, 1); param v[5, 5] ~ normal(0, 1); u = tanh(w * x); a[i < 5] = sum[j < 5] (i == j ? u[j] * w[j] : 0); b[i < 5] = sum[j < 5] (i + j == 3 && j < 3 ? u[j] * w[i] : 0);
c[i < 5] = sum[j < 5] (i < 4 && i == 2 * j ? u[j] * v[i, j] : 0); d[i < 5] = sum[j < 5] (j - i == 1 ? u[i] * v[j, i] : 0); cost mse(a * b + c - d, t);' >deltas.nn
grad deltas.nn
lacks "+="
has "d_w.sum2[j] = sum[b] u[b, j] * d_a[b, j]"
has "d_w.sum3[i] = sum[b] (3 >= i && i >= 1 ? d_b[b, i] * u[b, 3 - i] : 0)"
has "d_v[i, j] = (i == j + 1 ? d_v.sum2[j] : 0) + (3 >= i && i == 2*j ? d_v.sum[i, j] : 0)"
has "(3 >= i && 2 >= i ? w[3 - i] * d_b[b, 3 - i] : 0) + ((3 >= i ? d_d[b, i] * v[i + 1, i] : 0) + (4 >= 2*i && 3 >= 2*i ? v[2*i, i] * d_cost.sum.part[b, 2*i] : 0))"
printf 'input k[3] : index(6); target t; param w[6] ~ normal(0, 1); param v[4] ~ normal(0, 1); cost sum[i < 3, j < 4] (w[k[i]] + v[j]) - t;' >constants.nn
grad constants.nn
has "d_w[k[b, i]] += 4 * (1/n)"
has "d_v[i] = 3 * d_v.sum"
printf 'input x[3]; target t; param w[3] ~ normal(0, 1); cost -(sum[i] w[i] * x[i] / (t * 4));' >factors.nn
grad factors.nn
has "cost.sum[b] = sum[i] x[b, i] * w[i] / (4 * t[b])"
has "d_w[i] = sum[b] -(x[b, i] * ((1/n) / (4 * t[b])))"
# the extremum over samples goes to the sample that it is taken from
printf 'input x[3]; target t; param v[2, 3] ~ normal(0, 1); n = training ? min[batch, i, j] (v[i, j] * x[j]) : 1; output y = n * x[0]; cost (y - t)^2;' >least.nn
grad least.nn
has "d_v[i, j] = sum[b] (j == arg_n.min % 3 && i == (arg_n.min / 3) % 2 && b == arg_n.min / 6 ? d_n * x[b, j] : 0)"

# graph MODEL: what it elaborates to, or the error
graph() { "$build/nnc" -Wno-unused -Wno-linear -Wno-unreached "$1" --emit graph >log 2>&1; }
# forward mode up to 2147483647 elements for each tensor on the way, whatever else is large
large() { printf 'input %s; z[i < 2147483647] = x[0] * i; far[i < 2147483647] = x[0] + i; q[i < 2147483647] = i^2; c = sum[i] (z[i]^2 + q[i]); output J = gradient(c, x);' "$1" >large.nn && graph large.nn; }
large 'x[1]'
lacks error
large 'x[2]'
has "this derivative is too large on the way"
printf 'input x[60]; z[i < 60, j < 1000000] = x[i] * j; y[i < 10] = sum[j] z[i, j]; output J = jacobian(y, x);' >rows.nn
graph rows.nn
has "J[b, i, j] = i == 0 ?"
lacks "[b, i, j, k]"
printf 'input x; param w[50000] = 1; r = w * 2; c = training ? sum[batch, i] r[i] * x : 1; h = c * x; g = gradient(h, r); target t; cost (g[0] - t)^2;' >variable.nn
graph variable.nn
lacks error

# ---- tests/derived.txt: what models of library.txt, gradients.txt and derivatives.txt come to. UPDATE=1 writes it anew: read the difference ----

awk '/^#/ { next } /^name: / { name = $2; next } { print > (name ".nn") }' "$root/tests/library.txt" "$root/tests/gradients.txt" "$root/tests/derivatives.txt"
cat >apart.awk <<'END'
# reads --emit grad: what `grad` computes and `cost` does not
/^[a-z]/ { room = $1; next }
{ sub(/ *\/\/.*/, "") }
room == "cost:" { known[$0] = 1 }
room == "grad:" && !($0 in known) && NF { print }
END
# derived NAME: the equations of its derivatives
derived() {
    { "$build/nnc" -Wno-unused -Wno-linear -Wno-unreached "$1.nn" --emit grad | awk -f apart.awk
      grep -q 'gradient(\|jacobian(' "$1.nn" && "$build/nnc" -Wno-unused -Wno-linear -Wno-unreached "$1.nn" --emit graph | sed -n '/^  /p'; } 2>&1
}
sed -n '/^#/p' "$root/tests/derived.txt" >new
for name in $(sed -n 's/^name: //p' "$root/tests/derived.txt"); do
    derived "$name" >now
    { echo "name: $name"; cat now; } >>new
    awk -v name="$name" '/^#/ { next } /^name: / { here = $2 == name; next } here { print }' "$root/tests/derived.txt" | diff - now >log && [ -s now ]
    say $? "$name: other derivatives than tests/derived.txt says (UPDATE=1)"
done
[ "${UPDATE:-}" = 1 ] && cp new "$root/tests/derived.txt"

cat >twice.awk <<'END'
# reads --emit grad of one model: says what a function computes twice, and what it computes and does not use
function done(   i, j) {
    for (i = 1; i <= n; i++) {
        for (j = i + 1; j <= n; j++)
            if (right[i] == right[j] && base[i] != base[j] && right[i] !~ /^-?[0-9.e]*$/ && !plus[i] && !plus[j] && shape[i] == shape[j] &&
                !(index(params, " " base[i] " ") && index(params, " " base[j] " ")) && # two biases of one sum: both gradients are asked for
                !index(outputs, " " base[j] " ")) # the caller's array is written anyway
                print name ": computed twice: " line[i] "  |  " line[j]
        if (result[base[i]] || base[i] ~ /^cost/ || plus[i] || name ~ /:forward/) continue
        used = 0
        for (j = 1; j <= n; j++)
            if (j != i && index(" " right[j] plusleft[j], base[i])) used = 1
        if (!used && base[i] !~ /^d_/) print name ": not used: " line[i]
    }
    n = 0
}
/^ *for .*:$/ { next } # the turns of a recurrence
/^[a-zA-Z]/ { done(); name = m ":" $1; next }
{
    n++
    line[n] = $0
    sub(/ *\/\/.*/, "")
    plus[n] = index($0, " += ") > 0 || index($0, " -= ") > 0
    at = index($0, " = ")
    left = substr($0, 1, at - 1); right[n] = substr($0, at + 3)
    gsub(/ /, "", left)
    base[n] = left; sub(/\[.*/, "", base[n])
    shape[n] = left; sub(/^[^[]*/, "", shape[n])
    plusleft[n] = plus[n] ? $0 : ""
}
END { done() }
END
awk '/^#/ { next } /^name: / { name = $2; print name > "names"; next } { print > (name ".nn") }' "$root/tests/library.txt"
for name in $(cat names); do
    params=$("$build/nnc" -Wno-unused -Wno-linear "$name.nn" --emit graph | sed -n 's/^param \([^[ ]*\).*/d_\1/p' | tr '\n' ' ')
    outputs=$("$build/nnc" -Wno-unused -Wno-linear "$name.nn" --emit graph | sed -n 's/^output .* = //p' | tr '\n' ' ')
    "$build/nnc" -Wno-unused -Wno-linear "$name.nn" --emit grad | awk -v m="$name" -v params=" $params" -v outputs=" $outputs" -f twice.awk >log
    [ ! -s log ]
    say $? "$name"
done
# the check sees what it looks for
printf 'grad:\n  a[b] = x[b] + 1\n  c[b] = x[b] + 1\n  cost[b] = c[b]\n' | awk -v m=self -f twice.awk >log
[ "$(grep -c 'twice' log)" = 1 ] && [ "$(grep -c 'not used' log)" = 1 ]
say $? "the check itself"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
