#!/bin/sh
# Random models (tests/random/): what they compute beside an interpreter of their own, each in three of 30 configurations of level, precision and
# compiler, one of them with sanitizers. Those that were once computed wrongly come first. Run from the project's root.
# usage: tests/test_random.sh [PART PARTS]: the share of the checks that falls to this part; all without.
# MODELS=300 FROM=1: how many, and the first one's seed. A seed's model: build/random show SEED.
# parts: 6
part=${1:-1}
parts=${2:-1}
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$build/random" check "$build/nnc" "$PWD" "$dir" "${FROM:-1}" "${MODELS:-300}" "$part" "$parts" 3
