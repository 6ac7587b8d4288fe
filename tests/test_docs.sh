#!/bin/sh
# Every network in docs/ and README compiles, and the C of README's and the tutorial's networks without a warning.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
for doc in docs/*.md README.md; do
    awk -v base="$dir/$(basename "$doc" .md)" '/^```nn$/ { n++; inside = 1; next } /^```/ { inside = 0 } inside { print > (base "-" n ".nn") }' "$doc"
done
awk '/^```$/ { n++; inside = n % 2; next } inside && n == 1 { print }' README.md >"$dir/readme.nn"
sed -n '/^model lecture;/,/^```/p' docs/language.md | grep -v '```' >"$dir/language.nn"
for nn in "$dir"/*.nn; do
    if "$build/nnc" -Werror "$nn" -o "$dir/m.c" >"$dir/log" 2>&1 && ${CC:-cc} -std=c99 -pedantic -Wall -Wextra -Wconversion -Werror -c "$dir/m.c" -o "$dir/m.o" >>"$dir/log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$(basename "$nn"):"
        cat "$nn" "$dir/log"
    fi
done
# the tutorial's exclusive or is learned
"$build/nnc" "$dir/tutorial-1.nn" --program --prefix xor -o "$dir/xor.c" && ${CC:-cc} -O2 -Iruntime "$dir/xor.c" "$build/libnnrt.a" -lz -lm -o "$dir/xor" &&
    printf 'x[0],x[1],y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n' >"$dir/xor.csv" && "$dir/xor" train --data "$dir/xor.csv" --save "$dir/xor.npz" >"$dir/log" 2>&1 &&
    "$dir/xor" predict --data "$dir/xor.csv" --load "$dir/xor.npz" --out "$dir/y.csv" && awk 'NR > 1 { if (($1 > 0) != (NR == 3 || NR == 4)) bad = 1 } END { exit bad || NR != 5 }' "$dir/y.csv"
if [ $? = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "xor is not learned"; tail -n 3 "$dir/log"; cat "$dir/y.csv"; fi
# the program of generated.md runs
awk '/^```nn$/ && !nn { nn = inside = 1; next } /^```/ { inside = 0 } inside' docs/generated.md >"$dir/gate.nn"
awk '/^```c$/ && !c { c = inside = 1; next } /^```/ { inside = 0 } inside' docs/generated.md >"$dir/gate_use.c"
for level in -O0 -Os -O2; do
    "$build/nnc" "$dir/gate.nn" $level && ${CC:-cc} -std=c99 -pedantic -Wall -Wextra -Wconversion -Werror -I"$dir" "$dir/gate_use.c" "$dir/gate.c" -lm -o "$dir/gate" >"$dir/log" 2>&1 &&
        "$dir/gate" | tee "$dir/log" | sed 1d | tr '\n' ';' >"$dir/said" && [ "$(cat "$dir/said")" = "0 0 -> 0;0 1 -> 1;1 0 -> 1;1 1 -> 0;refused;" ]
    if [ $? = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "the program of generated.md $level"; cat "$dir/log"; fi
done
grep -qF "$(sed -n 's,^    \(/\* linear1.*\),\1,p' docs/generated.md)" "$dir/gate.c"
if [ $? = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "the comment in generated.md is not that of the C"; fi
# every option of the command stands in its help, in the manual page and in generated.md
for option in $("$build/nnc" --help | grep -o -- ' -[-A-Za-z][-A-Za-z0-9]*' | sort -u); do
    case $option in -[a-z] | -Wno-NAME | -Werror | --* | -[A-Z]*)
        sed 's/\\//g' docs/nnc.1 | grep -qF -- "$option" && grep -qF -- "$option" docs/generated.md
        if [ $? = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$option is missing in docs/nnc.1 or docs/generated.md"; fi ;;
    esac
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
