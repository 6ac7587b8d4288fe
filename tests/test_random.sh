#!/bin/sh
# Random models (tests/random/): what they compute beside an interpreter of their own, each in three of 30 configurations of level, precision and
# compiler, one of them with sanitizers. Those that were once computed wrongly come first. Run from the project's root.
# usage: tests/test_random.sh [PART PARTS]: the share of the checks that falls to this part; all without.
# MODELS=300 FROM=1: how many, and the first one's seed. A seed's model: build/random show SEED.
# parts: 10
part=${1:-1}
parts=${2:-1}
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0

# What was found before: the derivatives agree with differences, without a warning of the C compiler.
awk -v dir="$dir" '/^#/ { next } /^name: / { name = $2; print name > (dir "/names"); next } { print > (dir "/" name ".nn") }' tests/random.txt
count=0
for name in $(cat "$dir/names"); do
    count=$((count + 1))
    [ $((count % parts)) = $((part - 1)) ] || continue
    for level in -O0 -Os -O2; do
        if "$build/nnc" "$dir/$name.nn" --real double --program --batch 3 $level --prefix model -o "$dir/model.c" >"$dir/log" 2>&1 &&
            gcc -std=c99 -pedantic -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Werror -O3 -Iruntime "$dir/model.c" "$build/libnnrt.a" -lz -lm -o "$dir/model" >>"$dir/log" 2>&1 &&
            "$dir/model" gradcheck --seed 3 >>"$dir/log" 2>&1; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "$name $level:"
            cat "$dir/log"
        fi
    done
done
rm -f "$dir"/*

# No construct of the language stands in fewer than 10 of 300, and no rule of derivation and simplification is reached fewer than 10 times by them.
if [ "$part" = 1 ]; then
    if "$build/random" table 1 300 >"$dir/table"; then passed=$((passed + 1)); else failed=$((failed + 1)); grep rare "$dir/table"; fi
fi
if [ "$part" = "$parts" ]; then
    if sh tests/random/rules.sh 1 300 10 >"$dir/rules"; then passed=$((passed + 1)); else failed=$((failed + 1)); cat "$dir/rules"; fi
fi

"$build/random" check "$build/nnc" "$PWD" "$dir" "${FROM:-1}" "${MODELS:-300}" "$part" "$parts" 3 >"$dir.out"
grep -v 'passed, ' "$dir.out"
set -- $(tail -n 1 "$dir.out")
rm -f "$dir.out"
passed=$((passed + ${1:-0}))
failed=$((failed + ${3:-1}))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
