#!/bin/sh
# The command line: each option, each mistake with it, and what is left behind. Run from the project's root.
build=$(cd "${BUILD:-build}" && pwd)
nnc=$build/nnc
root=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
cd "$dir" || exit 1
cat >net.nn <<'END'
const N = 3;
input x[N];
target t[2];
stage a = linear[2];
freeze a;
output y = x -> linear[4] -> tanh -> a;
cost mse(y, t);
END

# expect STATUS TEXT COMMAND...: the status, and the text somewhere in what is printed
expect() {
    want=$1
    text=$2
    shift 2
    "$@" >out 2>&1
    got=$?
    if [ "$got" = "$want" ] && { [ -z "$text" ] || grep -qF -- "$text" out; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$*: status $got, wanted $want and '$text'"
        cat out
    fi
}
exists() { expect 0 "" test -e "$1"; }
absent() { expect 1 "" test -e "$1"; }

expect 0 "usage: nnc" $nnc --help
expect 0 "nnc 0.1" $nnc --version
expect 2 "no model is given" $nnc
expect 2 "try 'nnc --help'" $nnc --frobnicate net.nn
expect 2 "did you mean '--inference'?" $nnc --inferense net.nn
expect 2 "there is no option '-q'" $nnc -q net.nn
expect 2 "one model at a time" $nnc net.nn net.nn
expect 2 "must end in .c" $nnc net.nn -o net.o
expect 2 "must end in .c" $nnc net.nn -o .c
expect 2 "'-o' is given twice" $nnc net.nn -o a.c -o b.c
expect 2 "'-o' needs a value" $nnc net.nn -o
expect 2 "'--batch' wants a number" $nnc net.nn --batch 0
expect 2 "'--batch' wants a number" $nnc net.nn --batch=many
expect 2 "'--real' is float or double" $nnc net.nn --real half
expect 2 "wants an identifier" $nnc net.nn --prefix 3x
expect 2 "wants an identifier" $nnc net.nn --prefix=_x
expect 2 "-D wants NAME=VALUE" $nnc net.nn -D N
expect 2 "is not a number" $nnc net.nn -DN=three
expect 2 "'--emit' knows" $nnc net.nn --emit words
expect 2 "not in this version" $nnc net.nn --emit svg
expect 2 "wants a size in bytes" $nnc net.nn --max-ram 16Q
expect 2 "wants a size in bytes" $nnc net.nn --max-flash=-1
expect 2 "'--max-ram' needs a value" $nnc net.nn --max-ram
expect 2 "takes no value" $nnc net.nn --check-finite=yes
expect 1 "s.txt: No such file" $nnc net.nn --schedule s.txt
expect 2 "'--math poly' is for float" $nnc net.nn --real double --math poly
expect 2 "'--math' is poly or libm" $nnc net.nn --math fast
expect 2 "exclude each other" $nnc net.nn -M --emit ast
expect 2 "needs -M or -MD" $nnc net.nn -MF deps
expect 2 "there is no option '-Wno-such'" $nnc net.nn -Wno-such
expect 1 "nothere.nn: No such file" $nnc nothere.nn
expect 1 "did you mean 'N'?" $nnc net.nn -D NN=3 -o -
expect 1 "-D a: the model has no such constant" $nnc net.nn -D a=3 -o -

# budgets: refused with the largest contributors, or kept by taking memory before speed
printf 'input x[50, 3];\nstage in = linear[16];\nstage rec = linear[16];\nscan t < 50 carry h[16] = 0 { h = tanh((x[t] -> in) + (h -> rec)); hs[t] = h -> linear[2]; }\noutput hs;\n' >scan.nn
expect 1 "scan.nn:1:1: error: the model needs" $nnc scan.nn --inference --max-ram 1K -o scan.c
expect 1 "rec: 1" $nnc scan.nn --inference --max-ram 1K -o scan.c
absent scan.c
expect 0 "" $nnc scan.nn --inference --max-ram 2K -o scan.c
expect 0 "" $nnc scan.nn --inference --max-ram 1M -o fast.c
expect 1 "" cmp -s scan.c fast.c

expect 0 "" $nnc net.nn
exists net.c
exists net.h
cp net.c before.c
printf 'input x[3]; output y = x +;' >broken.nn
cp net.c broken.c
expect 1 "error" $nnc broken.nn
expect 0 "" cmp net.c broken.c
absent broken.h
expect 0 "" $nnc net.nn -o sub.c --prefix other
expect 0 "" grep -q other_forward sub.c
expect 1 "cannot write" $nnc net.nn -o nowhere/net.c
absent nowhere
expect 1 "" test -n "$(ls | grep tmp)"
mkdir -p keep/net.h
echo old >keep/net.c
expect 1 "keep/net.h: cannot write: Is a directory" $nnc net.nn -o keep/net.c
expect 0 "" grep -q '^old$' keep/net.c
expect 1 "" test -n "$(ls keep | grep tmp)"
if [ -w /dev/full ]; then expect 1 "cannot write" sh -c "$nnc net.nn -o - >/dev/full"; fi
expect 0 "" sh -c "$nnc net.nn -o - >one.c"
expect 0 "lecture_forward" sh -c "$nnc - -o - <$root/examples/lecture/lecture.nn"
expect 0 "" sh -c "$nnc net.nn -DN=7 -o - | grep -q 'NET_x_SIZE 7'"
expect 0 "" sh -c "$nnc net.nn --batch 5 -o - | grep -q 'NET_BATCH 5'"
expect 0 "" sh -c "$nnc net.nn --real=double -o - | grep -q 'typedef double net_real'"
expect 0 "" sh -c "! $nnc net.nn --inference -o - | grep -q net_grad"
expect 0 "" sh -c "$nnc net.nn --program -o - | grep -q 'int main'"
expect 0 "4:1 stage a" $nnc net.nn --emit ast
expect 0 "sum[j] linear1.w[i, j] * x[b, j]" $nnc net.nn --emit graph
expect 0 "dC/d linear1.w" $nnc net.nn --emit grad
expect 0 "work:" $nnc net.nn --emit plan
expect 0 "forward madds" $nnc net.nn --emit report
expect 0 '"parameters": 26' $nnc net.nn --emit report,json
# the lecture's net by hand: 600*60 + 60*40 + 40*10 multiply-adds forward; as many for dW, and 40*10 + 60*40 for dX of the second and third
expect 0 "m0                        36060          36000          72000          0" $nnc $root/examples/lecture/lecture.nn --emit report
expect 0 "m1                         2440           2400           7200          0" $nnc $root/examples/lecture/lecture.nn --emit report
expect 0 "m2                          410            400           1200          0" $nnc $root/examples/lecture/lecture.nn --emit report
expect 0 "all                       38910          38800          80400          0" $nnc $root/examples/lecture/lecture.nn --emit report
for level in -O0 -Os -O2; do # the figures are those of the compiler
    for real in float double; do
        $nnc $root/examples/lecture/lecture.nn $level --real $real -o l.c
        $nnc $root/examples/lecture/lecture.nn $level --real $real --emit report,json >l.json
        printf '#include <stdio.h>\n#include "l.h"\nint main(void) { printf("  \\"params_bytes\\": %%zu,\\n  \\"work_bytes\\": %%zu,\\n", sizeof(lecture_params), sizeof(lecture_work)); return 0; }\n' >size.c
        cc size.c -o size && ./size >sizes
        expect 0 "" sh -c 'grep "\"params_bytes\|\"work_bytes" l.json | cmp - sizes'
        expect 0 "" sh -c 'grep -q "parameters $(sed -n "s/.*params_bytes\": \([0-9]*\).*/\1/p" sizes) bytes, work $(sed -n "s/.*work_bytes\": \([0-9]*\).*/\1/p" sizes) bytes" l.h'
    done
done
if command -v python3 >/dev/null; then
    cp net.nn 'q"\.nn'
    expect 0 "" sh -c "$nnc 'q\"\\.nn' --emit report,json | python3 -m json.tool"
fi
expect 0 "" $nnc net.nn --emit graph -o graph.txt
exists graph.txt

# dependencies
mkdir lib
printf 'fn half(x) = x / 2;' >lib/half.nn
printf 'import "half.nn"; input x[3]; output y = half(x);' >imp.nn
expect 1 "neither beside" $nnc imp.nn -o -
expect 0 "imp.c imp.h: imp.nn lib/half.nn" $nnc -I lib -M imp.nn
absent imp.c
expect 0 "sub.c sub.h: lib/half.nn" sh -c "$nnc -Ilib -M - -o sub.c <imp.nn"
expect 0 "" $nnc -Ilib -MD -MP imp.nn
expect 0 "imp.c imp.h: imp.nn lib/half.nn" cat imp.nn.d
expect 0 "lib/half.nn:" cat imp.nn.d
expect 0 "" $nnc -I lib -MD -MF other.d imp.nn
exists other.d
printf 'import "b.nn";' >a.nn
printf 'import "a.nn";' >b.nn
printf 'import "a.nn"; input x[3]; output x;' >cycle.nn
expect 1 "imports itself" $nnc cycle.nn -o -
printf 'output y = 3;' >lib/bad.nn
printf 'import "lib/bad.nn"; input x[3]; output x;' >imp2.nn
expect 1 "holds definitions only" $nnc imp2.nn -o -

# where 16 bits of int would not do, the indices have 32
printf 'input x[12000]; target t; y[i < 9000] = pad(x[3 * i - 5000], 0); cost (sum[i] y[i] - t)^2;' >wide.nn
expect 0 "for (int32_t i" $nnc wide.nn -o -
printf 'input x[150, 150]; target t; param w = 1; m = max[i, j] w * x[i, j]; cost (m - t)^2;' >argmax.nn
expect 0 "for (int32_t i" $nnc argmax.nn -o -
expect 0 "for (int i" $nnc net.nn -Os -o -
# weights that a float cannot hold
printf 'input x; param w = 1e300; output y = x * w; cost (y - 1)^2;' >huge.nn
expect 0 "" sh -c "$nnc huge.nn --real double --program -o huge.c && cc -O1 -I$root/runtime huge.c $build/libnnrt.a -lz -lm -o huge && ./huge init --out huge.npz"
expect 1 "huge.npz: 'w': element 0 is 1e+300, which no float holds; --real double does" $nnc huge.nn --inference --weights huge.npz -o -
expect 0 "" sh -c "$nnc huge.nn --inference --weights huge.npz --real double -o - | grep -q 1e+300"

# warnings
printf 'input x[3]; input z[2]; param w[3] = 1; stage s = linear[2]; output y = x * 2;' >warn.nn
expect 0 "the input 'z' is never used [-Wunused]" $nnc warn.nn -o -
expect 0 "the stage 's' is never used [-Wunused]" $nnc warn.nn -o -
expect 1 "error: the parameter 'w' is never used" $nnc warn.nn -Werror -o -
expect 0 "" sh -c "! $nnc warn.nn -Wno-unused -o - 2>&1 | grep -q never"

cat >warn2.nn <<'END'
input x[4];
target t[2];
param k ~ normal(0, 1);
fn relu(s) = max(s, 0);
a = x -> linear[5] -> linear[3] -> relu -> linear[2];
output y = a;
output z = k * 2;
cost mse(sign(a), t);
cost other = 1 / 0 + mse(x, x * 2);
cost third = mean[i] max[j] 2 * x[i] * x[j];
END
expect 0 "warn2.nn:4:4: warning: 'relu' hides the library's [-Wshadow]" $nnc warn2.nn -o -
expect 0 "warn2.nn:5:5: warning: two linear stages with nothing non-linear between them may as well be one [-Wlinear]" $nnc warn2.nn -o -
expect 0 "warn2.nn:7:8: warning: no input reaches the output 'z' [-Wunreached]" $nnc warn2.nn -o -
expect 0 "warn2.nn:8:1: warning: the gradient of this cost is zero almost everywhere" $nnc warn2.nn -o -
expect 0 "warn2.nn:9:1: warning: no parameter reaches this cost" $nnc warn2.nn -o -
expect 0 "warn2.nn:9:1: warning: a constant here is not finite [-Wfinite]" $nnc warn2.nn -o -
expect 0 "this factor does not depend on what 'max' runs over; was it meant outside? [-Wproduct]" $nnc warn2.nn -o -
expect 0 "" sh -c "! $nnc warn2.nn -Wno-linear -Wno-gradient -Wno-shadow -Wno-unreached -Wno-finite -Wno-product -o - 2>&1 | grep -q warning"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
