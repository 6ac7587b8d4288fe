#!/bin/sh
# Tests the tests of the rules: seeds faults in the derivation and in the simplifications, one at a time, and counts how many of them
# `make test-derive` finds. usage: tests/mutants.sh [EVERY [FIRST [FILE...]]]: every EVERY-th fault, from number FIRST on. Run from the project's root.
#
# A fault is one change of one place in a line: another comparison, sign, operand or condition (mutants.awk). It is found where a test
# fails, or does not end; what does not compile is no fault. Those listed in mutants.equivalent, with the reason, change nothing that can be seen,
# and count neither as found nor as missed; the tests are run on them all the same, and one that they find is reported: it does not belong there.
#
# The compiler is one shared library; a fault's file alone is compiled anew, by tcc where that is installed, to a library that programs look into first.
every=${1:-20}
first=${2:-1}
[ $# -gt 2 ] && { shift 2; files=$*; } || files=$(echo compiler/graph/ops.def compiler/graph/expr.c compiler/graph/expr_int.c compiler/graph/expr_walk.c compiler/derive/*.c)
build=${BUILD:-build}
jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
root=$PWD
tests="rules forms gradients" # and test_derive.sh, before the last, which takes longest
quick=$(command -v tcc || echo cc)

make -s "$build/nnc" >/dev/null || exit 1
flags="-std=c11 -D_POSIX_C_SOURCE=200809L -g0 -w -fPIC -I$root/$build/gen -I$root/compiler"
mkdir "$dir/build"
printf '%s\n' compiler/*/*.c compiler/options.c compiler/output.c compiler/weights.c "$build"/gen/*.c |
    xargs -P "$jobs" -I{} sh -c 'cc -O1 -fsemantic-interposition '"$flags"' -c {} -o "$0/$(echo {} | tr / _).o"' "$dir" &&
    cc -shared "$dir"/*.o -o "$dir/libnnc.so" -lm && cc -shared -x c /dev/null -o "$dir/libunit.so" || exit 1
both="-Wl,--no-as-needed -L$dir -lunit -lnnc -lm"
cc -O1 $flags compiler/main.c $both -o "$dir/build/nnc" || exit 1
for t in $tests; do
    cc -O1 $flags -I. -Iruntime "tests/test_$t.c" $both -lcriterion -o "$dir/test_$t" || exit 1
done
for f in $files; do
    awk -v file="$f" -f tests/mutants.awk "$f" "$f"
done >"$dir/all"
sed "s/^\([^\t]*\t\)[^\t]*\t[^\t]*\t */\1/" "$dir/all" >"$dir/lines"
grep '^compiler' tests/mutants.equivalent | while IFS= read -r line; do
    case $files in *"${line%%	*}"*) grep -qxF -- "$line" "$dir/lines" || echo "mutants.equivalent: no such fault: $line" ;; esac
done
awk -v every="$every" -v first="$first" 'NR >= first && (NR - first) % every == 0' "$dir/all" >"$dir/list"

cat >"$dir/one" <<'END'
# one NUMBER: makes that fault and says what became of it. Instead of a number: the line itself
case $1 in [0-9]*) line=$(sed -n "$1p" "$dir/list") ;; *) line=$1; set -- 0 ;; esac
file=$(printf %s "$line" | cut -f1) number=$(printf %s "$line" | cut -f2) new=$(printf %s "$line" | cut -f4-)
t=$dir/$1
listed=""
end() {
    case $listed$1 in
        yesfound*) echo "wrong mutants.equivalent lists what ${1#found } finds: $file:$number: $new" ;;
        yesmissed*) echo same ;;
        *) echo "$1" ;;
    esac >"$t.result"
    rm -rf "$t"
    exit
}
# Limits are of the processor's time and of memory: on a busy machine no test fails that does not on a quiet one.
passes() {
    (ulimit -t 20; ulimit -v 4194304; STOP=1 LD_LIBRARY_PATH=$t:$dir exec timeout 900 "$@" >/dev/null 2>&1)
    status=$?
    [ $status != 124 ] || end "undecided $file:$number: $* takes 15 minutes"
    return $status
}
mkdir "$t"
if grep -qxF -- "$(printf '%s\t%s' "$file" "$(printf %s "$new" | sed 's/^ *//')")" tests/mutants.equivalent; then listed=yes; fi
printf '%s\n' "$new" >"$t/new"
sed -e "${number}r $t/new" -e "${number}d" "$file" >"$t/$(basename "$file")"
case $file in *.def) unit=expr.c; cp compiler/graph/expr.c "$t" ;; *) unit=$(basename "$file") ;; esac
# its own folder first, then that from which it is taken
$quick -shared $flags -I"$t" -I"$root/$(dirname "$file")" "$t/$unit" -o "$t/libunit.so" 2>/dev/null || end none
for test in $tests; do
    if [ $test = gradients ]; then BUILD=$dir/build passes sh tests/test_derive.sh || end "found test_derive"; fi
    passes "$dir/test_$test" || end "found test_$test"
done
end "missed $file:$number
  - $(sed -n "${number}p" "$file")
  + $new"
END
export dir root flags quick tests
sh "$dir/one" "$(awk 'FNR == 5 { printf "%s\t5\t\t%s", FILENAME, $0 }' compiler/graph/expr.c)" # a line as it is
grep -q missed "$dir/0.result" || { echo "without a fault: $(cat "$dir/0.result")"; exit 1; }
rm "$dir/0.result"
seq "$(wc -l <"$dir/list")" | xargs -P "$jobs" -I{} sh "$dir/one" {}
cat "$dir"/*.result | grep -v '^found\|^same\|^none'
cat "$dir"/*.result | awk '/^found/ { found++; by[$2]++ } /^missed/ { missed++ } /^same/ { same++ } /^wrong/ { wrong++; missed++ }
    END { for (t in by) printf "%s %d; ", t, by[t]
        printf "%d faults: %d found, %d missed; %d more that change nothing: %.1f %%\n", found + missed, found, missed, same, 100 * found / (found + missed); exit wrong || found < 0.95 * (found + missed) }'
