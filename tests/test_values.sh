#!/bin/sh
# NaN, infinities, large logits and denormals through every function and cost: the tables of docs/values.md, in both precisions, plain and in vectors.
# Run from the project's root.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
# lines NAME f|d NUMBER ...; ?: not said for this precision
table() {
    awk -v real="$1" -F ' *[|] *' '/^## Values/ { kind = "f" } /^## Derivatives/ { kind = "d" } /^## What/ { kind = "" }
        kind != "" && $2 ~ /^`/ { name = $2; far = gsub(/†/, "", name); gsub(/`/, "", name); printf "%s %s", name, kind
            for (i = 3; i <= 12; i++) { x = $i; gsub(/∞/, "inf", x); printf " %s", far && real == "float" && (i == 10 || i == 11) ? "?" : x }
            print "" }' docs/values.md
}
check() { # check REAL OPTIONS... -- COMPILER FLAGS...
    real=$1
    said="$*"
    shift
    options=""
    while [ "$1" != -- ]; do options="$options $1"; shift; done
    shift
    # shellcheck disable=SC2086
    if "$build/nnc" tests/values.nn -Wno-gradient -Wno-unused -Wno-unreached --batch 1 --prefix m --real "$real" $options -o "$dir/m.c" >"$dir/log" 2>&1 &&
        "$@" -std=c99 -c "$dir/m.c" -o "$dir/m.o" >>"$dir/log" 2>&1 && gcc -O1 -Iruntime -DMODEL=m_model tests/values.c "$dir/m.o" "$build/libnnrt.a" -lz -lm -o "$dir/m" >>"$dir/log" 2>&1 &&
        table "$real" >"$dir/expected" && "$dir/m" "$dir/expected" >"$dir/log" && [ "$(tail -n 1 "$dir/log")" = "$(wc -l <"$dir/expected") lines" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$said:"
        cat "$dir/log"
    fi
}
check double -O0 -- gcc -O0
check float -Os -- clang -O1
check float -O2 -- gcc -O1 -march=native
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
