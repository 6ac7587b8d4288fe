#!/bin/sh
# How often random models reach each rule of derivation and simplification: a rule is a line of the files below that is executed, counted by gcov in
# a compiler of which these files alone are built for it. Lines that only stop the compiler (`bug`) are left out, and what unreached.txt explains.
# usage: tests/random/rules.sh FROM N LEAST, from the project's root: the table in $BUILD/rules/table, those below LEAST on standard output, and the
# models that nnc refuses; then the status is 1.
from=$1
count=$2
least=$3
build=${BUILD:-build}
dir=$build/rules
files="compiler/derive/*.c compiler/graph/expr.c compiler/graph/expr_int.c compiler/routine/passes.c"
rm -rf "$dir"
mkdir -p "$dir"
refused=0
sanitizers=
nm "$build/compiler/main.o" | grep -q __asan && sanitizers=-fsanitize=address,undefined
others=$(find "$build/compiler" "$build/gen" -name '*.o')
for f in $files; do
    name=$(echo "$f" | tr / -)
    others=$(echo "$others" | grep -v "^$build/${f%.c}.o$")
    echo "$f $dir/${name%.c}.o"
done >"$dir/list"
while read -r f o; do
    gcc -std=c11 -D_POSIX_C_SOURCE=200809L -O0 --coverage -Icompiler -I"$build/gen" -c "$f" -o "$o" || exit 1
done <"$dir/list"
gcc --coverage $sanitizers "$dir"/*.o $others -o "$dir/nnc" -lm || exit 1
seed=$from
while [ "$seed" -lt $((from + count)) ]; do
    options=$("$build/random" write "$seed" "$dir") || exit 1
    # shellcheck disable=SC2086  # several words
    "$dir/nnc" "$dir/model.nn" -O2 $options -o "$dir/model.c" >"$dir/log" 2>&1 || {
        refused=1
        echo "seed $seed: nnc $options: $(grep -m 1 error "$dir/log")"
    }
    seed=$((seed + 1))
done
for g in "$dir"/*.gcda; do gcov -t "$g"; done 2>/dev/null | awk -F: '
    $2 + 0 == 0 { if ($3 == "Source") source = $4; next }
    source !~ /^compiler\/.*(\.c|\.def)$/ || $1 ~ /-/ { next }
    { line = $0; sub(/^[^:]*:[^:]*:/, "", line); sub(/^ */, "", line) }
    line ~ /bug\(|^[{}]/ { next }
    { n = $1; gsub(/[ *]/, "", n); if (n ~ /^[#=]/) n = 0; place = sprintf("%s:%d: %s", source, $2, line); count[place] += n }
    END { for (place in count) printf "%10d  %s\n", count[place], place }' | sort -k2 >"$dir/table"
# Below LEAST, but for what unreached.txt explains.
awk -v least="$least" '
    FILENAME ~ /unreached/ { if (/^#/) next; n = $1; sub(/^[0-9]* /, ""); sub(/ -- .*/, ""); allowed[$0] = n; next }
    $1 < least {
        place = $0
        sub(/^ *[0-9]+  /, "", place)
        sub(/:[0-9]+: /, ": ", place)
        if (allowed[place]-- > 0) next
        print
        rare++
    }
    END { for (place in allowed) if (allowed[place] > 0) { print "not below " least ": " place; rare++ } exit rare > 0 }' tests/random/unreached.txt "$dir/table" || exit 1
[ "$refused" = 0 ]
