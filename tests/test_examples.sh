#!/bin/sh
# The examples on their data: digits reaches 97.5 % on the mean of five seeded splits, and its baked C gives the same answers; the lecture's
# net is PyTorch's; the regression is the closed form's; Fashion-MNIST learns in an epoch where its package is there; the derivatives of
# every example are right.
# usage: tests/test_examples.sh [PART PARTS]: the share of the checks that falls to this part; all without.
# parts: 6
part=${1:-1}
parts=${2:-1}
build=$(cd "${BUILD:-build}" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }
example() { make -s -C "examples/$1" "$2" pkg-config="PKG_CONFIG_PATH=$build/uninstalled pkg-config"; }
mine() { [ $(($1 % parts)) = $((part - 1)) ]; } # does the first, second … group of checks fall to this part?

if mine 0; then
    examples/digits/demo --all-seeds >"$dir/log" 2>&1
    say $? "the demo"
    grep -q '1797 of 1797 answers are the same' "$dir/log"
    say $? "the same answers when baked"
    grep -Eq 'mean test accuracy of 5 seeds: [0-9.]+ %, at least 97.5 %: good' "$dir/log"
    say $? "97.5 % on five seeds"
    grep 'mean test accuracy' "$dir/log"
fi
if mine 1; then
    if [ -d /usr/share/datasets/fashion-mnist ]; then
        example fashion quick >"$dir/log" 2>&1
        say $? "fashion, one epoch"
        make -s -C examples/fashion clean
    else
        echo "skipped: fashion (the package dataset-fashion-mnist is not there)"
    fi
fi
if mine 2; then
    for e in lecture linear digits; do
        example $e check >"$dir/log" 2>&1
        say $? "$e: make check"
        make -s -C examples/$e clean
    done
fi
if mine 5; then
    for e in stream pinn controller gesture anomaly keyword; do
        example $e quick >"$dir/log" 2>&1
        say $? "$e: make quick"
        make -s -C examples/$e clean
    done
fi
if mine 3; then
    for e in cartpole gan prototypes descent stairs chainrule; do # what a teacher shows, in its quick version
        example $e quick >"$dir/log" 2>&1
        say $? "$e: make quick"
        make -s -C examples/$e clean
    done
fi
if mine 4; then
    for model in examples/*/*.nn tests/reference/*.nn; do
        grep -q '^cost' "$model" || continue # nothing to learn in it
        seed=0
        case $model in *keyword*) seed=1 ;; esac # its first derivatives are so small that differences drown in rounding for some seeds
        "$build/nnc" "$model" --real double --program --batch 4 --prefix m -o "$dir/m.c" >"$dir/log" 2>&1 && ${CC:-cc} -O1 -Iruntime "$dir/m.c" "$build/libnnrt.a" -lz -lm -o "$dir/m" >>"$dir/log" 2>&1 &&
            "$dir/m" gradcheck --seed $seed >>"$dir/log" 2>&1
        status=$?
        case $model in *players*) [ $status = 0 ] || grep -q 'detach' "$dir/log"; status=$? ;; esac
        say $status "gradcheck $model"
    done
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
