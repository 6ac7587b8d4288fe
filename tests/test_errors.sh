#!/bin/sh
# Every rule of the language that can be broken: tests/errors.txt breaks it and pins status, line, column and message, in cases marked `full`
# all that is said, with source lines, carets and notes. With UPDATE=1 the file is written anew from what nnc says now: read the difference
# before you keep it.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
awk -v dir="$dir" '/^#/ && !n { print > (dir "/head"); next } /^---$/ { n++; part = "nn"; next } !part { part = "nn" }
    /^=== / { part = "want"; print $2, $3 > (dir "/" (n + 1000) ".status"); next } { print > (dir "/" (n + 1000) "." part) }' tests/errors.txt
passed=0
failed=0
cat "$dir/head" >"$dir/new"
for nn in "$dir"/*.nn; do
    case=${nn%.nn}
    touch "$case.want"
    read -r wanted full <"$case.status"
    "$build/nnc" - -o - <"$nn" >"$dir/out" 2>"$dir/err"
    status=$?
    if [ -n "$full" ]; then cp "$dir/err" "$dir/got"; else sed -n -e 's/^<stdin>:\([0-9].*: \(error\|warning\): \)/\1/p' -e '/^nnc: /p' "$dir/err" >"$dir/got"; fi
    { cat "$nn"; echo "=== $status${full:+ $full}"; cat "$dir/got"; echo "---"; } >>"$dir/new"
    if [ "$status" = "$wanted" ] && cmp -s "$dir/got" "$case.want" && { [ "$status" = 0 ] || [ ! -s "$dir/out" ]; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "== this model:"
        cat "$nn"
        echo "== should give (status $wanted)"
        cat "$case.want"
        echo "== but gives (status $status)"
        cat "$dir/got"
    fi
done
[ "${UPDATE:-}" = 1 ] && cp "$dir/new" tests/errors.txt
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
