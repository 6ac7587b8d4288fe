#!/bin/sh
# --math poly: the errors of its functions are within what docs/generated.md says, over a part of all floats and all near the places where
# something changes (ALL=1: over all 2^32 floats, which takes an hour); numbers and vectors give the same; no C library is needed; NaN and
# the like are no undefined behaviour. Run from the project's root.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }
strict="-std=c99 -pedantic -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Werror"
if [ "${ALL:-}" = 1 ]; then stride=1; else stride=20011; fi

"$build/nnc" tests/ulp.nn --prefix m -o "$dir/m.c" && cc -O2 -Iruntime -DMODEL=m_model -c tests/ulp.c -o "$dir/ulp.o" || exit 1
# The table of docs/generated.md: | `exp` | 0.96 |
sed -n 's/^| `\([a-z0-9]*\)` | *\([0-9][0-9.]*\) .*|$/\1 \2/p' docs/generated.md >"$dir/stated"
[ "$(wc -l <"$dir/stated")" = 9 ] || { echo "docs/generated.md has no table of errors"; exit 1; }

# errors NAME COMPILER...: no function is further from the exact values than is stated
errors() {
    name=$1
    shift
    "$@" -c "$dir/m.c" -o "$dir/m.o" >"$dir/log" 2>&1 && cc "$dir/ulp.o" "$dir/m.o" -lm -o "$dir/ulp" && "$dir/ulp" "$stride" >"$dir/$name.errors" && cp "$dir/$name.errors" "$dir/log" &&
        awk 'NR == FNR { most[$1] = $2; next } !($1 in most) || !($2 <= most[$1]) { bad = 1 } { n++ } END { exit bad || n != 9 }' "$dir/stated" "$dir/log"
    say $? "$*: an error is larger than docs/generated.md says"
}
errors vectors gcc $strict -O2
errors fused gcc -O2 -march=native
if [ "$stride" = 1 ]; then
    cat "$dir/vectors.errors" "$dir/fused.errors"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
    exit
fi
errors plain gcc $strict -O3 -DM_PLAIN
cmp "$dir/vectors.errors" "$dir/plain.errors" >"$dir/log" 2>&1
say $? "vectors and numbers differ"
errors native gcc $strict -O2 -march=native
cmp "$dir/native.errors" "$dir/plain.errors" >"$dir/log" 2>&1
say $? "vectors of this machine and numbers differ"
errors clang clang $strict -O2 -march=native
errors size gcc $strict -Os
errors tcc tcc
sed 's/[0-9.]* at/9 at/' "$dir/plain.errors" | awk 'NR == FNR { most[$1] = $2; next } !($2 <= most[$1]) { bad = 1 } END { exit !bad }' "$dir/stated" -
say $? "an error of 9 is not found"

for plain in "" -DM_PLAIN; do
    clang -O1 -fsanitize=undefined,float-cast-overflow,address -fno-sanitize-recover=all $plain -c "$dir/m.c" -o "$dir/m.o" >"$dir/log" 2>&1 &&
        clang -fsanitize=undefined,address "$dir/ulp.o" "$dir/m.o" -lm -o "$dir/ulp" >>"$dir/log" 2>&1 && "$dir/ulp" 400009 >>"$dir/log" 2>&1
    say $? "sanitizers $plain"
done

printf 'input x[20]; target y : index(4); output s = x -> linear[24] -> tanh -> linear[16] -> gelu -> linear[16] -> elu -> linear[4]; cost cross_entropy(s, y);' >"$dir/net.nn"
calls() { nm -u "$1" | grep -v ' \(memset\|memcpy\|_GLOBAL_OFFSET_TABLE_\)$'; }
for flags in "-O2 -march=native" -O2 -Os; do
    # shellcheck disable=SC2086
    "$build/nnc" "$dir/net.nn" -o "$dir/net.c" >"$dir/log" 2>&1 && gcc $strict $flags -c "$dir/net.c" -o "$dir/net.o" >>"$dir/log" 2>&1 && ! calls "$dir/net.o" >>"$dir/log"
    say $? "$flags: something of the C library is needed"
done
has() { "$build/nnc" "$dir/net.nn" "$@" -o "$dir/net.c" >"$dir/log" 2>&1 && gcc -O1 -c "$dir/net.c" -o "$dir/net.o" >>"$dir/log" 2>&1 && nm -u "$dir/net.o" | grep -q ' tanhf\{0,1\}$'; }
for options in -O0 -Os "-O2 --real double" "-O2 --math libm"; do
    # shellcheck disable=SC2086
    has $options
    say $? "$options: the C library's tanh is not called"
done
for options in -O2 "-O0 --math poly" "-Os --math=poly" "--real float"; do
    # shellcheck disable=SC2086
    ! has $options && grep -q 'net_tanh(' "$dir/net.c"
    say $? "$options: the C library's tanh is called"
done
# what a model does not use is not there
printf 'input x[8]; output y[i] = exp(x[i]);' >"$dir/net.nn"
"$build/nnc" "$dir/net.nn" -o "$dir/net.c" >"$dir/log" 2>&1 && grep -q 'net_exp' "$dir/net.c" && ! grep -q 'net_\(tanh\|ln\|log\|em1\|abs\|signed\)' "$dir/net.c"
say $? "functions that nothing uses"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
