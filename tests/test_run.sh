#!/bin/sh
# tests/run itself: it counts what tests say, fails where one fails, dies or checks nothing, and runs the parts of a script.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }
is() { # is WHAT STATUS LAST TEST...: the runner's status and last line for these tests
    what=$1 status=$2 last=$3
    shift 3
    JOBS=2 tests/run "$@" >"$dir/log" 2>&1
    [ $? = "$status" ] && [ "$(tail -n 1 "$dir/log")" = "$last" ]
    say $? "$what"
}
echo 'echo "3 passed, 0 failed"' >"$dir/good.sh"
echo 'echo "it says why"; echo "2 passed, 1 failed"; exit 1' >"$dir/bad.sh"
echo 'echo "2 passed, 1 failed"' >"$dir/lenient.sh"
echo 'echo "5 passed, 0 failed"; exit 3' >"$dir/dies.sh"
echo 'kill -9 $$' >"$dir/killed.sh"
cp "$dir/good.sh" "$dir/other.sh"
echo 'echo "0 passed, 0 failed"' >"$dir/empty.sh"
echo 'echo "skipped: no tool"; echo "0 passed, 0 failed"' >"$dir/skips.sh"
printf '# parts: 3\necho "$1 of $2"; echo "$1 passed, 0 failed"\n' >"$dir/parts.sh"
is "all is good" 0 "6 passed, 0 failed" "$dir/good.sh" "$dir/skips.sh" "$dir/other.sh"
is "one says that it failed" 1 "5 passed, 1 failed" "$dir/good.sh" "$dir/bad.sh"
grep -q 'it says why' "$dir/log"
say $? "what a failed test printed is shown"
is "it says so, and ends with 0" 1 "2 passed, 1 failed" "$dir/lenient.sh"
is "one dies" 1 "8 passed, 1 failed" "$dir/good.sh" "$dir/dies.sh"
is "one is killed" 1 "3 passed, 1 failed" "$dir/good.sh" "$dir/killed.sh"
is "one checks nothing" 1 "3 passed, 1 failed" "$dir/good.sh" "$dir/empty.sh"
is "nothing but skips" 1 "0 passed, 0 failed" "$dir/skips.sh"
is "three parts" 0 "6 passed, 0 failed" "$dir/parts.sh"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
