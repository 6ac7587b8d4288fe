#!/bin/sh
# What nnc writes does not depend on the compiler that it was built with: C leaves the order of arguments open, and nodes have their numbers in the
# order in which they are made. Built by clang and by tcc, nnc gives the same C as the one under test. Run from the project's root.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
awk -v dir="$dir" '/^#/ { next } /^name: / { name = $2; next } { print > (dir "/" name ".nn") }' tests/library.txt tests/gradients.txt tests/derivatives.txt
for cc in clang tcc; do
    if ! command -v $cc >/dev/null; then
        echo "skipped: no $cc"
        continue
    fi
    $cc -std=c11 -D_POSIX_C_SOURCE=200809L -w -Icompiler -I"$build/gen" compiler/*.c compiler/*/*.c "$build"/gen/*.c -o "$dir/nnc" -lm >"$dir/log" 2>&1 || { cat "$dir/log"; echo "0 passed, 1 failed"; exit 1; }
    for nn in "$dir"/*.nn examples/*/*.nn bench/models/*.nn; do
        [ "$cc" = clang ] && level=-O2 || level=-O0
        "$build/nnc" "$nn" --prefix m $level -o - >"$dir/a" 2>&1
        "$dir/nnc" "$nn" --prefix m $level -o - >"$dir/b" 2>&1
        if [ -s "$dir/a" ] && cmp -s "$dir/a" "$dir/b"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "$(basename "$nn"): other C where nnc was built with $cc"
            diff "$dir/a" "$dir/b" | head -n 10
        fi
    done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
