#!/bin/sh
# One text, any vector unit: perceptron, convolution, GRU and attention have right gradients on vectors of 16, 32 and 64 bytes, in plain loops, on
# NEON and on a machine with big-endian numbers, these two emulated; the polynomials' errors are as stated there; AVR takes the text.
# What a machine or a missing compiler cannot run is skipped. Run from the project's root.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }
strict="-std=c99 -pedantic -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Werror -Iruntime"

printf 'input x[20]; target y : index(3); output s = x -> linear[17] -> tanh -> linear[16] -> gelu -> linear[3]; cost cross_entropy(s, y);' >"$dir/perceptron.nn"
printf 'input x[1, 9, 9]; target y : index(4); output s = x -> conv2d[8, 3] -> softplus -> avgpool2d[2] -> flatten -> linear[4] -> sigmoid; cost cross_entropy(s, y);' >"$dir/convolution.nn"
printf 'input x[4, 5]; target t[16]; stage cell = gru_cell[16]; scan i < 4 carry h[16] = 0 { h = cell(x[i], h); } output h; cost mse(h, t);' >"$dir/gru.nn"
printf 'input x[20, 16]; target t[20, 16]; output z = x -> layernorm -> multihead[1, causal = 1] -> elu; cost mse(z, t);' >"$dir/attention.nn"
for m in perceptron convolution gru attention; do
    "$build/nnc" "$dir/$m.nn" --batch 5 --prefix f -o "$dir/$m-f.c" && "$build/nnc" "$dir/$m.nn" --batch 5 --real double --prefix d -o "$dir/$m-d.c" || exit 1
done
sed -n 's/^| `\([a-z0-9]*\)` | *\([0-9.]*\) .*|$/\1 \2/p' docs/generated.md >"$dir/stated" # as in test_math.sh
"$build/nnc" tests/ulp.nn --prefix m -o "$dir/ulp-m.c" || exit 1

# unit NAME RUN COMPILER...: RUN starts the programs
unit() {
    name=$1
    start=$2
    cc=$3
    shift 3
    "$cc" "$@" -Iruntime -c tests/units.c -o "$dir/units.o" >"$dir/log" 2>&1
    for m in perceptron convolution gru attention; do
        "$cc" $strict "$@" -c "$dir/$m-f.c" -o "$dir/f.o" >"$dir/log" 2>&1 && "$cc" $strict "$@" -c "$dir/$m-d.c" -o "$dir/d.o" >>"$dir/log" 2>&1 &&
            "$cc" -static "$dir/units.o" "$dir/f.o" "$dir/d.o" -lm -o "$dir/run" >>"$dir/log" 2>&1 &&
            $start "$dir/run" >>"$dir/log" 2>&1
        say $? "$name: $m"
    done
    "$cc" $strict "$@" -c "$dir/ulp-m.c" -o "$dir/f.o" >"$dir/log" 2>&1 && "$cc" "$@" -Iruntime -DMODEL=m_model -c tests/ulp.c -o "$dir/main.o" >>"$dir/log" 2>&1 &&
        "$cc" -static "$dir/main.o" "$dir/f.o" -lm -o "$dir/run" >>"$dir/log" 2>&1 && $start "$dir/run" 4000037 >>"$dir/log" 2>&1 &&
        awk 'NR == FNR { most[$1] = $2; next } !($2 <= most[$1]) { bad = 1 } { n++ } END { exit bad || n != 9 }' "$dir/stated" "$dir/log"
    say $? "$name: the errors of the polynomials"
}

unit "plain loops" "" gcc -O1 -DF_PLAIN -DD_PLAIN -DM_PLAIN
case $(uname -m) in
    x86_64)
        unit "16 bytes" "" gcc -O1 -msse2
        for flags in avx2 avx512f; do
            grep -q $flags /proc/cpuinfo || { echo "skipped: this machine has no $flags"; continue; }
            [ $flags = avx2 ] && unit "32 bytes" "" gcc -O1 -mavx2 -mfma
            [ $flags = avx512f ] && unit "64 bytes" "" gcc -O1 -mavx2 -mfma -mavx512f
        done
        ;;
esac
# emulated MACHINE FLAGS...
emulated() {
    machine=$1
    if ! command -v "$machine-linux-gnu-gcc" >/dev/null || ! command -v "qemu-$machine" >/dev/null; then
        echo "skipped: $machine-linux-gnu-gcc or qemu-$machine is not there"
        return
    fi
    shift
    unit "$machine" "qemu-$machine" "$machine-linux-gnu-gcc" "$@"
}
emulated aarch64 -O1
emulated s390x -O1 -Wno-double-promotion # under -std=c99 floats are computed in double there
if command -v avr-gcc >/dev/null; then
    for m in perceptron gru; do
        avr-gcc -mmcu=atmega2560 $strict -Os -c "$dir/$m-f.c" -o "$dir/f.o" >"$dir/log" 2>&1
        say $? "AVR: $m"
    done
else
    echo "skipped: avr-gcc is not there"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
