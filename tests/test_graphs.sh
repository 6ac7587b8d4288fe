#!/bin/sh
# Every construct of the language: tests/graphs.txt uses it and pins the equations that it means. With UPDATE=1 the file is written anew from
# what nnc says now: read the difference before you keep it.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
awk -v dir="$dir" '/^#/ && !n { print > (dir "/head"); next } /^---$/ { n++; part = "nn"; next } !part { part = "nn" }
    /^===$/ { part = "want"; next } { print > (dir "/" (n + 1000) "." part) }' tests/graphs.txt
passed=0
failed=0
cat "$dir/head" >"$dir/new"
for nn in "$dir"/*.nn; do
    case=${nn%.nn}
    touch "$case.want"
    "$build/nnc" - --emit graph -Wno-unused -Wno-unreached -Wno-linear -Wno-shadow <"$nn" 2>&1 | sed -e '/^model model$/d' -e '/^$/d' >"$dir/got"
    { cat "$nn"; echo "==="; cat "$dir/got"; echo "---"; } >>"$dir/new"
    if cmp -s "$dir/got" "$case.want"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "== this model:"
        cat "$nn"
        echo "== should mean"
        cat "$case.want"
        echo "== but means"
        cat "$dir/got"
    fi
done
[ "${UPDATE:-}" = 1 ] && cp "$dir/new" tests/graphs.txt
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
