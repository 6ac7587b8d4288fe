#!/bin/sh
# Many random models through every configuration of level, precision and compiler; interrupted, it goes on where it was.
# usage: tests/random/soak.sh FROM N, from the project's root. State in $BUILD/soak: `next`, the seed that comes next of those of this FROM and N;
# `found`, every mismatch with its seed and the smallest model that shows it. A seed's model: build/random show SEED.
from=$1
count=$2
build=${BUILD:-build}
state=$build/soak/$from-$count
mkdir -p "$state/files"
: >>"$state/found"
next=$(cat "$state/next" 2>/dev/null || echo "$from")
last=$((from + count))
while [ "$next" -lt "$last" ]; do
    some=$((last - next < 10 ? last - next : 10))
    began=$(date +%s)
    "$build/random" check "$PWD/$build/nnc" "$PWD" "$state/files" "$next" "$some" 1 1 all >"$state/log"
    grep -v ' discarded$\|passed, ' "$state/log" >>"$state/found"
    echo "seeds $next to $((next + some - 1)): $(tail -n 1 "$state/log"), $(($(date +%s) - began)) s"
    next=$((next + some))
    echo "$next" >"$state/next"
done
grep -c '^seed' "$state/found" | sed 's/$/ mismatches in all/'
[ ! -s "$state/found" ]
