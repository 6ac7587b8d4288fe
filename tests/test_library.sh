#!/bin/sh
# Each model of tests/library.txt: the C compiles without a warning, its derivatives agree with differences in double to 1e-6, at
# -O0 and -O2; and a derivative that is wrong by 1e-4 is found. Run from the project's root.
build=${BUILD:-build}
cc=${CC:-cc}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
flags="-std=c99 -pedantic -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Werror -O1 -Iruntime"

check() { # check NAME LEVEL: 0 where the derivatives of $dir/NAME.nn agree
    "$build/nnc" "$dir/$1.nn" --real double --program --batch 3 "$2" --prefix model -o "$dir/$1.c" >"$dir/log" 2>&1 &&
        $cc $flags "$dir/$1.c" "$build/libnnrt.a" -lz -lm -o "$dir/$1" >>"$dir/log" 2>&1 &&
        "$dir/$1" gradcheck --seed 3 >>"$dir/log" 2>&1
}

awk -v dir="$dir" '/^#/ { next } /^name: / { name = $2; print name > (dir "/names"); next } { print > (dir "/" name ".nn") }' tests/library.txt
for name in $(cat "$dir/names"); do
    for level in -O0 -O2; do
        if check "$name" "$level"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "$name $level:"
            cat "$dir/log"
        fi
    done
done

# A derivative that is wrong by one part in ten thousand. (The user's own `derivative` is listed, not failed: so the C is changed.)
printf 'input x[3]; target t[3]; param w[3] ~ normal(0, 1); s = w * x; cost mse(tanh(s), t);\n' >"$dir/wrong.nn"
"$build/nnc" "$dir/wrong.nn" --real double --program -O0 --prefix model -o "$dir/wrong.c"
sed 's/1\.0 - /1.0001 - /' "$dir/wrong.c" >"$dir/wrong2.c"
cp "$dir/wrong.h" "$dir/wrong2.h"
if ! cmp -s "$dir/wrong.c" "$dir/wrong2.c" && $cc -O1 -Iruntime "$dir/wrong2.c" "$build/libnnrt.a" -lz -lm -o "$dir/wrong2" && ! "$dir/wrong2" gradcheck >"$dir/log"; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    echo "a wrong derivative was not found:"
    cat "$dir/log"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
