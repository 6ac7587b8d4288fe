#!/bin/sh
# What fuzzing once found, and the corpora from which it starts: each target takes them without a fault. `make replay` builds the targets, with
# sanitizers. Run from the project's root.
build=${BUILD:-build}/replay
passed=0
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for target in "$build"/*-fuzz; do
    name=$(basename "$target" -fuzz)
    texts=""
    case $name in model | parse) texts=$(echo examples/*/*.nn) ;; esac
    files="$texts "$(find "tests/fuzz/corpus/$name" "tests/fuzz/crashes/$name" -type f 2>/dev/null | sort)
    [ -n "$files" ] || { echo "$name: there are no inputs"; failed=$((failed + 1)); continue; }
    if timeout 120 "$target" $files >"$log" 2>&1; then
        passed=$((passed + $(sed -n 's/^\([0-9]*\) passed.*/\1/p' "$log")))
    else
        failed=$((failed + 1))
        echo "$name:"
        tail -n 40 "$log"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
