#!/bin/sh
# The limits of language.md: each is an error with its place, told soon, and never a crash or a hang; and nothing takes time in proportion to an
# extent. Models are generated. A model that is refused leaves no output.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
touch "$dir/passed" "$dir/failed" # a line for each: models come through pipes, so in shells of their own

# expect NAME STATUS MESSAGE OPTIONS…: the model stands on standard input; MESSAGE is part of what is said
expect() {
    name=$1 want=$2 message=$3
    shift 3
    cat >"$dir/model.nn"
    echo kept >"$dir/out.c"
    timeout 60 "$build/nnc" "$dir/model.nn" -o "$dir/out.c" "$@" >"$dir/log" 2>&1
    status=$?
    if [ $status = "$want" ] && { [ -z "$message" ] || grep -q -F -- "$message" "$dir/log"; } && { [ "$want" = 0 ] || grep -q '^kept$' "$dir/out.c"; }; then
        echo "$name" >>"$dir/passed"
    else
        echo "$name" >>"$dir/failed"
        echo "$name: status $status, not $want; wanted: $message; said:"
        head -c 600 "$dir/log"
    fi
}

# chain N FORMAT: FORMAT for i = 1 … N, with i in place of @ and i - 1 in place of #
chain() {
    awk -v n="$1" -v f="$2" 'BEGIN { for (i = 1; i <= n; i++) { s = f; gsub(/@/, i, s); gsub(/#/, i - 1, s); print s } }'
}

repeated() { # repeated N TEXT
    awk -v n="$1" -v t="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", t }'
}

# ---- calls, and what calls make of expressions ----

{ echo 'block b0(z[n]) -> r[n] { r = z * 2; }'; chain 255 'block b@(z[n]) -> r[n] { r = z -> b#; }'; echo 'input x[3]; output y = x -> b255;'; } |
    expect "256 calls" 0 ""
{ echo 'block b0(z[n]) -> r[n] { r = z * 2; }'; chain 256 'block b@(z[n]) -> r[n] { r = z -> b#; }'; echo 'input x[3]; output y = x -> b256;'; } |
    expect "257 calls" 1 "calls nested more than 256 deep"
{ echo 'fn f0(x) = x * x + 1;'; chain 39 'fn f@(x) = f#(f#(x));'; echo 'input x; output y = f39(x);'; } |
    expect "functions that double" 1 "nested more than 2000 deep after expansion"
{ echo 'fn f0(x) = x * x + x;'; chain 39 'fn f@(x) = f#(x) * f#(x) + 1;'; echo 'input x; output y = f39(x);'; } |
    expect "functions that branch" 1 "more than 1000000 nodes"
{ echo 'fn f0(x) = x * x + x;'; chain 12 'fn f@(x) = f#(x) * f#(x) + 1;'; echo 'input x; output y = f12(x);'; } |
    expect "a formula whose tree is large and whose graph is small" 0 ""
{ echo 'block b0(z[n]) -> r[n] { r = z; }'; chain 39 'block b@(z[n]) -> r[n] { r = z -> b# -> b#; }'; echo 'input x[3]; output y = x -> b39;'; } |
    expect "blocks that double" 1 "the model is too large"
{ chain 200 "block b@(z) -> r { r = $(repeated 200 'g(')z -> b#$(repeated 200 ')'); }"; echo 'block b0(z) -> r { r = z; } fn g(x) = x + 1; input x; output y = x -> b200;'; } |
    expect "deep expressions in deep calls" 1 "nested too deep"
{ echo 'input x; y0 = x;'; chain 60 'y@ = y# + y#;'; echo 'output y60;'; } | expect "values used twice" 0 ""
{ echo 'input x; y0 = x;'; chain 4000 'y@ = sin(y#) * x;'; echo 'output y4000;'; } | expect "four thousand equations" 0 "" --emit graph

{ echo 'input x[3]; target t[3]; param w[3] = 1; y0 = x * w;'; chain 250 'y@ = sin(y#) * y# + 1;'; echo 'output y250; cost mse(y250, t);'; } |
    expect "two hundred and fifty layers with their gradients" 0 ""

# ---- loops ----

echo 'input x[3]; repeat l < 1000000 carry r = x { r = tanh(r); } output r;' | expect "a million turns" 1 "the model is too large"
echo 'input x[3]; repeat l < 1000 { repeat m < 1000 { repeat k < 1000 { } } } output x;' | expect "a billion empty turns" 1 "the model is too large"
echo 'input x[3]; repeat l < 2000000 { } output x;' | expect "two million turns" 1 "the number of turns must be from 1 to 1000000"
echo 'input x[3]; repeat l < 3000 carry r = x { r = r * 2; hs[l] = r; } output hs;' | expect "three thousand collected turns" 0 "" --emit graph

# ---- extents ----

echo 'input x[1000000000]; output y[i] = x[i] * 2 + sum[j] x[j]; output z = flatten(x); output w = concat(x, x); output k = argmax[j] x[j];' |
    expect "a billion elements" 0 "" --batch 1
echo 'input x[1000,1000,1000]; target t[1000,1000,1000]; param w[1000,1000,1000] ~ normal(0, 1); cost mse(x * w -> softmax, t);' |
    expect "a billion parameters" 0 "" --batch 1
echo 'const c[2000000000] = 0.5; input x[2000000000]; output y = x * c; output z[i] = c[i] * x[i];' | expect "a billion equal constants" 0 "" --batch 1
echo 'const c[2000000000] = {1, 2}; input x; output y = x;' | expect "a billion constants" 1 "wants 2000000000"
echo 'input x[65536, 32768]; output y = x;' | expect "2^31 elements" 1 "'x' has more than 2147483647 elements"
echo 'input x[2147483647]; output y = x;' | expect "2^31 - 1 elements" 0 "" --batch 1
echo 'input x[3]; param w[65536, 65536] = 0; output y = x;' | expect "2^32 parameters" 1 "more than 2147483647 elements"
echo 'input x[65536]; output y[i, j < 65536] = x[i];' | expect "an equation of 2^32 elements" 1 "more than 2147483647 elements"
echo 'input x[65536]; output y = sum[i, j < 65536] x[i] * j;' | expect "a reduction over 2^32 elements" 0 ""
echo 'input x[3]; output y[i < 3] = x[i * 9223372036854775807];' | expect "a subscript beyond 2^62" 1 "too large"
echo 'const N = 2147483647; input x[N * N * N]; output y = x;' | expect "an extent beyond 2^62" 1 "too large"
echo 'input x[1,3,3]; output y = x -> conv2d[1, 2147483647, pad = 2147483647];' | expect "a huge kernel" 1 "at most 2147483647"
echo "input x[1$(repeated 15 ',1')]; output y = x + 1;" | expect "16 dimensions" 0 ""
echo "input x[1$(repeated 16 ',1')]; output y = x + 1;" | expect "17 dimensions" 1 "more than 16 dimensions"
echo "input x[1$(repeated 15 ',1')]; output y[*, i < 2] = x[*];" | expect "17 dimensions of an equation" 1 "more than 16 dimensions"
echo "input x[1$(repeated 15 ',1')]; repeat l < 2 { hs[l] = x; } output hs;" | expect "17 dimensions of a loop" 1 "more than 16 dimensions"
echo "input x[2]; output y = $(awk 'BEGIN { for (i = 0; i < 40; i++) printf "%ssum[j%d] x[j%d]", i ? " * " : "", i, i }');" |
    expect "40 indices" 1 "more than 28 index variables"

# ---- imports ----

i=300
echo 'const C300 = 1;' >"$dir/i300.nn"
while [ $i -gt 0 ]; do
    i=$((i - 1))
    printf 'import "i%d.nn";\nconst C%d = C%d;\n' $((i + 1)) $i $((i + 1)) >"$dir/i$i.nn"
done
echo 'import "i60.nn"; input x[C60]; output y = x;' | expect "240 imports" 0 ""
echo 'import "i0.nn"; input x[C0]; output y = x;' | expect "300 imports" 1 "imports nested more than 256 deep"
echo 'import "cycle.nn";' >"$dir/cycle.nn"
echo 'import "cycle.nn"; input x; output y = x;' | expect "a file that imports itself" 1 "imports itself"
echo 'import "model.nn"; input x; output y = x;' | expect "a model that imports itself" 1 "imports itself"
mkdir "$dir/folder.nn"
echo 'const A = 2; fn half(s) = s / A;' >"$dir/a.nn"
echo 'import "a.nn"; import "./a.nn"; import "folder.nn/../a.nn"; import "costs.nn"; input x[A]; output y = half(x);' |
    expect "one file under three names" 0 ""
echo 'import "folder.nn/../model.nn"; input x; output y = x;' | expect "a model that imports itself under another name" 1 "imports itself"
echo 'import "folder.nn"; input x; output y = x;' | expect "a folder" 1 'the file "folder.nn" cannot be read: it is a folder'
echo 'import "-"; input x; output y = x;' | expect "standard input imported" 1 '"-" was found neither'
echo "$(wc -l <"$dir/passed") passed, $(wc -l <"$dir/failed") failed"
[ ! -s "$dir/failed" ]
