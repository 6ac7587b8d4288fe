#!/bin/sh
# No pass knows a layer: with every block and function of the library under another name, the C is the same but for names and
# comments, and but for the mark that a `detach` is the user's own and not the library's (which gradcheck lists).
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
names=$(sed -n 's/^\(block\|fn\) \([a-z_0-9]*\).*/\2/p' library/*.nn | sort -u)
awk -v dir="$dir" '/^#/ { next } /^name: / { name = $2; print name > (dir "/names"); next } { print > (dir "/" name ".nn") }' tests/library.txt
cp examples/lecture/lecture.nn examples/digits/digits.nn "$dir"
script=""
for n in $names; do script="$script;s/\\b$n\\b/zz_$n/g"; done
sed "$script" library/*.nn >"$dir/renamed.nn"
bare() { gcc -fpreprocessed -dD -E -P "$1" | sed -e 's/zz_//g' -e 's/NN_INIT_\([A-Z]*\), NN_CUSTOM/NN_INIT_\1, 0/' | grep -v 'NN_MODEL_VERSION, 0x\|M_HASH'; }
for name in lecture digits $(cat "$dir/names"); do
    { echo 'import "renamed.nn";'; sed "$script" "$dir/$name.nn" | sed 's/^model zz_/model /'; } >"$dir/other.nn"
    if "$build/nnc" "$dir/$name.nn" --prefix m -o "$dir/m.c" && "$build/nnc" "$dir/other.nn" --prefix m -o "$dir/o.c" &&
        bare "$dir/m.c" >"$dir/m.bare" && bare "$dir/o.c" | sed 's/"o.h"/"m.h"/' >"$dir/o.bare" && cmp -s "$dir/m.bare" "$dir/o.bare"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$name: the C differs"
        diff "$dir/m.bare" "$dir/o.bare" | head -n 10
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
