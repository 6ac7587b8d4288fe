#!/bin/sh
# Tests the tests of the rules: seeds faults in the derivation and in the simplifications, one at a time, and counts how many of them
# `make test-derive` finds. usage: tests/mutants.sh [EVERY [FIRST [FILE...]]]: every EVERY-th fault, from number FIRST on. Run from the project's root.
#
# A fault is one change of one place in a line: another comparison, sign, operand or condition (mutants.awk). It is found where a test
# fails, or does not end; what does not compile is no fault. Those listed in mutants.equivalent, with the reason, change nothing that can be seen.
every=${1:-20}
first=${2:-1}
[ $# -gt 2 ] && { shift 2; files=$*; } || files="compiler/graph/ops.def compiler/graph/expr.c compiler/graph/expr_int.c compiler/graph/expr_walk.c compiler/derive/*.c"
build=${BUILD:-build}
jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
root=$PWD

make -s "$build/nnc" "$build/tests/test_rules" "$build/tests/test_gradients" >/dev/null || exit 1
flags="-std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g0 -w -I$root/$build/gen"
ar rcs "$dir/nnc.a" "$build"/compiler/*/*.o "$build"/compiler/o*.o "$build"/compiler/weights.o "$build"/gen/*.o
for t in rules gradients; do
    cc $flags -I. -Icompiler -Iruntime -c tests/test_$t.c -o "$dir/test_$t.o" || exit 1
done
for f in $files; do
    awk -v file="$f" -f tests/mutants.awk "$f" "$f"
done | awk -v every="$every" -v first="$first" 'NR >= first && (NR - first) % every == 0' >"$dir/list"

cat >"$dir/one" <<'END'
# one NUMBER: makes that fault and says what became of it
line=$(sed -n "$1p" "$dir/list")
file=$(printf %s "$line" | cut -f1) number=$(printf %s "$line" | cut -f2) new=$(printf %s "$line" | cut -f4-)
old=$(sed -n "${number}p" "$root/$file")
if grep -qF -- "$(printf '%s\t%s' "$file" "$(printf %s "$new" | sed 's/^ *//')")" "$root/tests/mutants.equivalent"; then echo "same" >"$dir/$1.result"; exit; fi
t=$dir/$1
mkdir "$t" && cp -rs "$root/compiler" "$t/compiler" && rm "$t/$file"
printf '%s\n' "$new" >"$t/new"
sed -e "${number}r $t/new" -e "${number}d" "$root/$file" >"$t/$file"
case $file in *.def) unit=compiler/graph/expr.c ;; *) unit=$file ;; esac
number_of=$1
found() { echo "found $1" >"$dir/$number_of.result"; rm -rf "$t"; exit; }
none() { echo "none" >"$dir/$number_of.result"; rm -rf "$t"; exit; }
cc $flags -I"$t/compiler" -c "$t/$unit" -o "$t/unit.o" 2>/dev/null || none
cd "$root"
for test in rules gradients; do
    cc "$dir/test_$test.o" "$t/unit.o" "$dir/nnc.a" -lcriterion -lm -o "$t/test_$test" 2>/dev/null || none
    timeout 60 "$t/test_$test" >/dev/null 2>&1 || found "test_$test"
done
mkdir "$t/build"
cc "$root/$build/compiler/main.o" "$t/unit.o" "$dir/nnc.a" -lm -o "$t/build/nnc" && BUILD=$t/build timeout 60 sh tests/test_derive.sh >/dev/null 2>&1 || found "test_derive"
{ echo "missed $file:$number"; echo "  - $old"; echo "  + $new"; } >"$dir/$1.result"
rm -rf "$t"
END
export dir root build flags
seq "$(wc -l <"$dir/list")" | xargs -P "$jobs" -I{} sh "$dir/one" {}
cat "$dir"/*.result | grep -v '^found\|^same\|^none'
cat "$dir"/*.result | awk '/^found/ { found++ } /^missed/ { missed++ } /^same/ { same++ }
    END { printf "%d faults: %d found, %d missed; %d more that change nothing: %.1f %%\n", found + missed, found, missed, same, 100 * found / (found + missed); exit found < 0.95 * (found + missed) }'
