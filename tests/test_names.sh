#!/bin/sh
# No name of a model is in the way of C, of C++, of the standard headers or of nnc's own names. Run from the project's root.
build=$(cd "${BUILD:-build}" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
strict="-std=c99 -pedantic -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Werror"
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat log; fi; }
cd "$dir" || exit 1

# good NAME [OPTIONS]: NAME.nn compiles at every level, as C and as C++
good() {
    name=$1
    shift
    for level in -O0 -Os -O2; do
        timeout 20 "$build/nnc" -Wno-unused "$name.nn" $level "$@" -o m.c >log 2>&1 && gcc $strict -O1 -c m.c -o m.o >log 2>&1 &&
            clang $strict -fsyntax-only m.c >log 2>&1 && g++ -Wall -Wextra -Werror -fsyntax-only -x c++ m.c >log 2>&1
        say $? "$name $level $*"
    done
}

# arguments: keywords, macros, functions that the code calls, nnc's own arguments and local variables; and the same with a _
cat >arguments.nn <<'END'
input p[2]; input k[2]; input n[2]; input g[2]; input rate[2]; input seed[2]; input h; input k_[2]; input k__[2];
input linux[2]; input NULL[2]; input errno[2]; input INFINITY[2]; input M_PI[2]; input NAN[2]; input int[2]; input class[2]; input nullptr[2];
input x[2]; input X[2]; input x_[2]; input in[2]; input out[2]; input at[2]; input b[2]; input i[2]; input j[2]; input acc[2]; input acc_0[2];
input best[2]; input value[2]; input a0[2]; input a0_0[2]; input v0[2]; input v0_1[2]; input inv_n[2]; input r[2]; input error[2];
input in_x[2]; input out_q[2]; input expf[2]; input exp[2]; input tanhf[2]; input memset[2]; input i_from[2]; input uint8_t[2];
target y : index(3);
target stdin[2];
param w[2, 2] ~ normal(0, 1);
stage do = linear[2];
stage for = linear[3];
s = p + k + n + g + rate + seed + h + k_ + k__ + linux + NULL + errno + INFINITY + M_PI + NAN + int + class + nullptr + x + X + x_ + in + out +
    at + b + i + j + acc + acc_0 + best + value + a0 + a0_0 + v0 + v0_1 + inv_n + r + error + in_x + out_q + expf + exp + tanhf + memset + i_from + uint8_t;
u[e] = sum[f] w[e, f] * s[f];
while = tanh(do(u));
output q = for(while);
output M_E = softmax(q);
output size_t = argmax[e] q[e];
output x;
output y0 = x;
cost cross_entropy(q, y) + mse(while, stdin);
END
good arguments
good arguments --inference

# fields of the params struct and of the work; values named like what loops declare
cat >fields.nn <<'END'
input x[4];
target t[4];
param a_w[4] = 1;
stage a = linear[4];
param int[4] = 1;
param int_[4] = 1;
param error = 2;
param padding = 2;
param acc = 1;
param i[4] = 1;
v0 = tanh(a(x)) * a_w * acc;
v1 = tanh(v0 * int) * int_ + i * padding;
acc_0 = v0 -> linear[3] -> tanh;
a0[m] = max[n] v0[n] * v1[m];
a0_0[m] = sum[n] a0[n] * v1[m] + error;
b = a0_0 + a0;
best = b * b;
in_x = best + x[0];
output value = in_x * v1 * acc_0[0];
cost mse(value, t);
END
good fields

# costs named like nnc's own functions, helpers and tables, and like each other's
cat >costs.nn <<'END'
input x[2];
target t[2];
param w[2] ~ uniform(-1, 1);
param z[2] ~ normal(0, 1);
const mu[2] = {1, 2};
output y = sigmoid(x * w) * softplus(z) + mu;
cost mse(y, t);
cost grad = mae(y, t);
cost grad_grad = mae(y, t);
cost sgd = mae(y, t);
cost forward = mae(y, t);
cost init = mae(y, t);
cost params = mae(y, t);
cost real = mae(y, t);
cost sigmoid = mae(y, t);
cost random = mae(y, t);
cost inputs = mae(y, t);
cost call_forward = mae(y, t);
cost param0_axes = mae(y, t);
cost mu = mae(y, t);
cost a = mae(y, t);
cost a_grad = mae(y, t);
cost a_sgd_grad = mae(y, t);
END
good costs
grep -q 'float costs_a(' m.h && grep -q 'float costs_a_grad(' m.h && grep -q 'float costs_a_grad_(' m.h && grep -q 'float costs_grad_(' m.h
say $? "the names of costs"

# prefixes
printf 'input x[3]; target t[3]; output y = x -> linear[3] -> tanh; cost mse(y, t); cost second = mae(y, t);' >plain.nn
for prefix in int linux NULL Nn x_ class nn_; do
    good plain --prefix $prefix
done
cp plain.nn nn.nn
"$build/nnc" nn.nn -o m.c >log 2>&1
[ $? = 1 ] && grep -q "names that begin with 'nn_' are the runtime's" log
say $? "a model called nn"
for prefix in nn nnrt; do
    "$build/nnc" plain.nn --prefix $prefix -o m.c >log 2>&1
    [ $? = 2 ] && grep -q "are the runtime's" log
    say $? "--prefix $prefix"
done
"$build/nnc" plain.nn --prefix a -o - >both.c && "$build/nnc" plain.nn --prefix aa -O0 -o - >>both.c && "$build/nnc" plain.nn --prefix a_second_x --real double -o - >>both.c &&
    gcc $strict -c both.c -o both.o >log 2>&1
say $? "prefixes that begin alike in one translation unit"
nm both.o | awk 'NF == 3 && $3 !~ /^(a|aa|a_second_x)_/ { print; bad = 1 } END { exit bad }' >log
say $? "every name at file scope begins with the prefix"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
