#!/bin/sh
# --check-finite: the first value that is not finite is named, with its line, at every level: in forward, in gradients, in a turn of a scan, in
# parameters and inputs; nothing is stepped or saved then. Run from the project's root.
build=${BUILD:-build}
cc=${CC:-cc}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }
strict="-std=c99 -pedantic -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Werror -O1"

program() { # program NAME OPTIONS: the training program of $dir/NAME.nn, with sanitizers
    name=$1
    shift
    (cd "$dir" && "$OLDPWD/$build/nnc" "$name.nn" --program --prefix m "$@" -o m.c) >"$dir/log" 2>&1 &&
        $cc $strict -fsanitize=undefined -fno-sanitize-recover=all -Iruntime "$dir/m.c" "$build/libnnrt.a" -lz -lm -fsanitize=undefined -o "$dir/$name" >>"$dir/log" 2>&1
}
# names WHAT NAME OPTIONS: training on NAME.csv ends with status 1 and says that WHAT is not finite, with epoch and step; the file that was
# to be saved keeps its bytes
names() {
    what=$1
    name=$2
    shift 2
    program "$name" --check-finite "$@" && printf 'as it was\n' >"$dir/w.npz" &&
        { "$dir/$name" train --data "$dir/$name.csv" --save "$dir/w.npz" >"$dir/log" 2>&1; [ $? = 1 ]; } &&
        grep -Eq "^$name: $what is not finite, in epoch 1, step 1\$" "$dir/log" && printf 'as it was\n' | cmp -s - "$dir/w.npz"
    say $? "$name $*: not '$what'"
}

cat >"$dir/value.nn" <<'END'
input x[2]; target y : index(2);
h = x -> linear[3] -> tanh;
q = log(h[0] - 2);
output s = (h -> linear[2]) * q;
cost cross_entropy(s, y);
train { optimizer = sgd(rate = 0.1); batch = 4; epochs = 2; }
END
printf 'x[0],x[1],y\n1,2,0\n2,1,1\n' >"$dir/value.csv"
# its value is 0, its derivative infinite
printf 'input x; target y;\nparam w = 0;\nr = sqrt(w * x);\ncost (r - y)^2;\ntrain { optimizer = sgd(rate = 0.1); }\n' >"$dir/slope.nn"
printf 'x,y\n1,2\n' >"$dir/slope.csv"
# 1e30 squared, three turns from the end of five
cat >"$dir/turns.nn" <<'END'
input x[5]; target y;
param w = 1;
scan t < 5 carry h = 0 {
  big = x[t] * w;
  h = 0.5 * h + big * big * big;
}
cost (h - y)^2;
END
printf 'x[0],x[1],x[2],x[3],x[4],y\n1,1,1e20,1,1,0\n' >"$dir/turns.csv"
for level in -O0 -Os -O2; do
    names 'value.nn:3: q' value $level
    names 'slope.nn:3: the gradient of (r|w)' slope $level
    names 'turns.nn:5: h' turns $level
done
names 'value.nn:3: q' value --real double --batch 1

# Not asked for: the cost tells, with a hint.
program value && { "$dir/value" train --data "$dir/value.csv" --save "$dir/w.npz" >"$dir/log" 2>&1; [ $? = 1 ]; } &&
    grep -q 'the cost became not a number in epoch 1, step 1: is the rate too large? (nnc --check-finite tells which value was the first)' "$dir/log"
say $? "no hint"

# A step too long: the parameter is named, and no file gets it.
printf 'input x; target y;\nparam w = 1;\noutput s = w * x;\ncost (s - y)^2;\n' >"$dir/far.nn"
printf 'x,y\n1e18,0\n' >"$dir/far.csv"
program far --check-finite && "$dir/far" init --out "$dir/w.npz" &&
    { "$dir/far" train --data "$dir/far.csv" --save "$dir/new.npz" --optimizer "sgd(rate=1e30)" >"$dir/log" 2>&1; [ $? = 1 ]; } &&
    grep -q 'far.nn:2: parameter w is not finite' "$dir/log" && [ ! -e "$dir/new.npz" ]
say $? "far: train"
printf 'x,y\n1e38,1\n' >"$dir/far.csv"
{ "$dir/far" eval --data "$dir/far.csv" --load "$dir/w.npz" >"$dir/log" 2>&1; [ $? = 1 ]; } && grep -Eq 'far.nn:4: cost.* is not finite$' "$dir/log"
say $? "far: eval"
"$dir/far" gradcheck >"$dir/log" 2>&1
say $? "far: gradcheck"
printf 'x\n1\n' >"$dir/far.csv"
"$dir/far" predict --data "$dir/far.csv" --load "$dir/w.npz" --out "$dir/o.csv" >"$dir/log" 2>&1
say $? "far: predict"

# Called from C: the number leads to the text; parameters keep their bits.
cat >"$dir/main.c" <<'END'
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "slope.h"
static int bad;
static void want(const char *what, int is, const char *text)
{
    if (is < NN_EFINITE || is - NN_EFINITE >= M_CHECKED || !strstr(m_checked[is - NN_EFINITE], text)) {
        printf("%s: %d, wanted %s\n", what, is, text);
        bad = 1;
    }
}
int main(void)
{
    static m_params p, g, before;
    static m_work k;
    m_real x = 1, y = 2, r = 0;
    m_init(&p, 1);
    before = p;
    bad |= m_forward(&p, &k, 1, &x, &r) != NN_OK || r != 0;
    bad |= m_cost(&p, &k, 1, &x, &y) != 4 || k.error != NN_OK;
    bad |= !isnan(m_grad(&p, &k, 1, &x, &y, &g));
    want("grad", k.error, "slope.nn:3: the gradient of ");
    bad |= !isnan(m_sgd(&p, &k, 1, &x, &y, 1));
    want("sgd", k.error, "slope.nn:3: the gradient of ");
    bad |= memcmp(&p, &before, sizeof p) != 0;
    x = (m_real)INFINITY;
    want("forward", m_forward(&p, &k, 1, &x, &r), "slope.nn:1: input x");
    x = 1;
    y = (m_real)NAN;
    bad |= !isnan(m_cost(&p, &k, 1, &x, &y));
    want("cost", k.error, "slope.nn:1: target y");
    memset(&p, 0xff, sizeof p);
    want("parameters", m_forward(&p, &k, 1, &x, &r), "slope.nn:2: parameter w");
    return bad;
}
END
sed -i 's/^r = /output r = /' "$dir/slope.nn"
for level in -O0 -Os -O2; do
    (cd "$dir" && "$OLDPWD/$build/nnc" slope.nn --check-finite --prefix m $level -o slope.c) >"$dir/log" 2>&1 &&
        $cc $strict -I"$dir" "$dir/main.c" "$dir/slope.c" -lm -o "$dir/main" >>"$dir/log" 2>&1 && "$dir/main" >>"$dir/log" 2>&1
    say $? "called from C, $level"
done

# A device: no runtime, baked weights.
cat >"$dir/device.c" <<'END'
#include <stdio.h>
#include "value.h"
int main(void)
{
    static m_work k;
    const float x[2] = {1, 2};
    float s[2];
    int result = m_forward(&k, 1, x, s);
    puts(result >= NN_EFINITE ? m_checked[result - NN_EFINITE] : "finite");
    return 0;
}
END
program value && "$dir/value" init --out "$dir/value.npz" &&
    (cd "$dir" && "$OLDPWD/$build/nnc" value.nn --check-finite --inference --weights value.npz --prefix m -o value.c) >"$dir/log" 2>&1 &&
    $cc $strict -I"$dir" "$dir/device.c" "$dir/value.c" -lm -o "$dir/device" >>"$dir/log" 2>&1 && "$dir/device" >>"$dir/log" && grep -q '^value.nn:3: q' "$dir/log"
say $? "a device"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
