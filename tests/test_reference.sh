#!/bin/sh
# Outputs, costs and gradients in double against the numbers that PyTorch gave for the same parameters (tests/reference/make.py): equal to
# 1e-10, at every level.
build=${BUILD:-build}
ref=tests/reference
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }
cc -O1 -Iruntime -D_POSIX_C_SOURCE=200809L tests/compare_npz.c "$build/libnnrt.a" -lz -lm -o "$dir/compare" || exit 1
for model in lecture conv attention embedding shared players recurrent norms transposed heads values; do
    batch=4
    [ $model = norms ] && batch=8 # all samples at once, as in PyTorch
    for level in -O0 -Os -O2; do
        "$build/nnc" $ref/$model.nn --real double --program --batch $batch $level --prefix m -o "$dir/m.c" >"$dir/log" 2>&1 &&
            cc -O1 -Iruntime "$dir/m.c" "$build/libnnrt.a" -lz -lm -o "$dir/m" >>"$dir/log" 2>&1
        say $? "$model $level: build"
        cp $ref/$model.params.npz "$dir/params.npz"
        if [ $model = norms ]; then # one step that moves the running averages alone
            "$dir/m" train --data $ref/$model.data.npz --load $ref/$model.params.npz --batch 8 --optimizer "sgd(rate = 0)" --epochs 1 --save "$dir/params.npz" >"$dir/log" 2>&1
            say $? "$model $level: a step"
        fi
        "$dir/m" predict --data $ref/$model.data.npz --load "$dir/params.npz" --out "$dir/outputs.npz" >"$dir/log" 2>&1 &&
            "$dir/compare" $ref/$model.outputs.npz "$dir/outputs.npz" 1e-10 >>"$dir/log"
        say $? "$model $level: outputs"
        costs=cost
        [ $model = players ] && costs="game judge"
        for cost in $costs; do
            name=""
            [ $cost = cost ] || name="--cost $cost"
            "$dir/m" grad $name --data $ref/$model.data.npz --load $ref/$model.params.npz --out "$dir/grad.npz" >"$dir/log" 2>&1 &&
                "$dir/compare" $ref/$model.$cost.npz "$dir/grad.npz" 1e-10 >>"$dir/log"
            say $? "$model $level: $cost and its gradient"
        done
    done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
