#!/bin/sh
# Networks of common stages in random order (chains.awk), at sizes where tiles, blocks of samples and layouts are at work: -O2 on vectors of
# each width, in plain C and under sanitizers gives what the plain loops give. Run from the project's root.
# usage: tests/test_chains.sh [PART PARTS]: the share of the checks that falls to this part; all without. MODELS=N: so many, FROM=N: from this seed on.
# parts: 2
part=${1:-1}
parts=${2:-1}
build=${BUILD:-build}
first=${FROM:-1}
models=${MODELS:-30}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0

cc -O1 -Iruntime -D_POSIX_C_SOURCE=200809L tests/compare_npz.c "$build/libnnrt.a" -lz -lm -o "$dir/compare" &&
    gcc -O1 -Iruntime -DMODEL=m_model -c tests/probe.c -o "$dir/probe.o" || exit 1
avx2=""
grep -q avx2 /proc/cpuinfo 2>/dev/null && avx2="-mavx2 -mfma"

# program NAME FLAGS...: NAME.c with the probe, by gcc
program() {
    name=$1
    shift
    case " $* " in *sanitize*) with=-fsanitize=address,undefined ;; *) with="" ;; esac
    gcc -O1 "$@" -c "$dir/$name.c" -o "$dir/$name.o" && gcc $with "$dir/probe.o" "$dir/$name.o" "$build/libnnrt.a" -lz -lm -o "$dir/$name"
}

# same SEED SAMPLES REAL TOLERANCE FLAGS...
same() {
    seed=$1 samples=$2 real=$3 tolerance=$4
    shift 4
    awk -v seed="$seed" -f tests/chains.awk >"$dir/chain.nn" &&
        "$build/nnc" "$dir/chain.nn" -O0 --real double --batch "$samples" --prefix m -o "$dir/plain.c" 2>"$dir/warnings" && program plain &&
        "$build/nnc" "$dir/chain.nn" -O2 --real "$real" --batch "$samples" --prefix m -o "$dir/fast.c" 2>"$dir/warnings" && program fast -Wall -Wextra -Werror "$@" &&
        "$dir/plain" "$dir/plain.npz" "$samples" && ASAN_OPTIONS=detect_leaks=0 "$dir/fast" "$dir/fast.npz" "$samples" && "$dir/compare" "$dir/plain.npz" "$dir/fast.npz" "$tolerance"
}

seed=$first
while [ "$seed" -lt $((first + models)) ]; do
    if [ $((seed % parts)) = $((part - 1)) ]; then
        samples=$((1 + seed * 5 % 13))
        case $((seed / 2 % 5)) in
            0) set -- double 1e-11 -march=native ;;
            1) set -- double 1e-11 $avx2 ;;
            2) set -- float 1e-2 -march=native ;;
            3) set -- double 1e-11 -DM_PLAIN ;;
            4) set -- double 1e-11 -march=native -fsanitize=address -fno-sanitize-recover=all ;;
        esac
        if same "$seed" "$samples" "$@" >"$dir/log" 2>&1; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "seed $seed, batch $samples, $*"
            cat "$dir/chain.nn" "$dir/log"
        fi
    fi
    seed=$((seed + 1))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
