#!/bin/sh
# -O0, -Os and -O2, float and double, gcc, clang and tcc, and batches around the steps of the loops give the same results within
# rounding; sgd is grad and a step; two runs of nnc give the same bytes; no compiler warns. Run from the project's root.
# usage: tests/test_matrix.sh [PART PARTS]: the share of the checks that falls to this part; all without.
# parts: 8
part=${1:-1}
parts=${2:-1}
item=0
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
strict="-std=c99 -pedantic -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Werror"
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }

mine() { # does the next model or check fall to this part?
    item=$((item + 1))
    [ $((item % parts)) = $((part - 1)) ]
}

cc -O1 -Iruntime -D_POSIX_C_SOURCE=200809L tests/compare_npz.c "$build/libnnrt.a" -lz -lm -o "$dir/compare" || exit 1
# What calls a model is the same for all, whose prefix is m.
gcc -O1 -Iruntime -DMODEL=m_model -c tests/probe.c -o "$dir/probe.o" &&
    clang -O1 -fsanitize=undefined,address -fno-sanitize-recover=all -Iruntime -DMODEL=m_model -c tests/probe.c -o "$dir/probe-sanitizer.o" || exit 1

# The plain loops and the sanitized text are compiled at low levels: there the results, not the C compiler's optimiser, are looked at, and
# clang takes ten times as long to optimise sanitized loops.
# probe MODEL LEVEL REAL COMPILER SAMPLES OUT
probe() {
    "$build/nnc" "$dir/$1.nn" $2 --real "$3" --batch "$5" --prefix m -o "$dir/m.c" &&
        case $4 in
        plain) gcc $strict -O1 -c "$dir/m.c" -o "$dir/m.o" ;;
        gcc) gcc $strict -O2 -c "$dir/m.c" -o "$dir/m.o" ;;
        fast) gcc $strict -O3 -march=native -c "$dir/m.c" -o "$dir/m.o" ;;
        clang) clang $strict -O1 -c "$dir/m.c" -o "$dir/m.o" ;;
        sanitizer) clang $strict -O0 -fsanitize=undefined,address -fno-sanitize-recover=all -c "$dir/m.c" -o "$dir/m.o" ;;
        native) gcc $strict -O2 -march=native -c "$dir/m.c" -o "$dir/m.o" ;;
        avx2) gcc $strict -O2 -mavx2 -mfma -c "$dir/m.c" -o "$dir/m.o" ;;
        wide) clang $strict -O2 -march=native -c "$dir/m.c" -o "$dir/m.o" ;;
        # clang takes minutes for what alignment and pointer-overflow add to unrolled vectors, whose type says that they are unaligned
        sanitizer-vectors) clang $strict -O1 -fsanitize=undefined,address -fno-sanitize=alignment,pointer-overflow -fno-sanitize-recover=all \
            -c "$dir/m.c" -o "$dir/m.o" ;;
        loops) gcc $strict -O2 -march=native -DM_PLAIN -c "$dir/m.c" -o "$dir/m.o" ;;
        tcc) tcc -Wall -c "$dir/m.c" -o "$dir/m.o" ;;
        esac &&
        if [ "${4%%-*}" = sanitizer ]; then
            clang -fsanitize=undefined,address "$dir/probe-sanitizer.o" "$dir/m.o" "$build/libnnrt.a" -lz -lm -o "$dir/probe"
        else
            gcc "$dir/probe.o" "$dir/m.o" "$build/libnnrt.a" -lz -lm -o "$dir/probe"
        fi &&
        "$dir/probe" "$6" "$5"
}

awk -v dir="$dir" '/^#/ { next } /^name: / { name = $2; print name > (dir "/names"); next } { print > (dir "/" name ".nn") }' tests/library.txt
cp examples/lecture/lecture.nn examples/digits/digits.nn "$dir"
turn=0
for name in lecture digits $(cat "$dir/names"); do
    turn=$((turn + 1))
    mine || continue
    probe "$name" -O0 double plain 5 "$dir/plain.npz" >"$dir/log" 2>&1
    say $? "$name: plain"
    probe "$name" -O2 double sanitizer 5 "$dir/b.npz" >"$dir/log" 2>&1 && "$dir/compare" "$dir/plain.npz" "$dir/b.npz" 1e-12 >>"$dir/log"
    say $? "$name: -O2 double with sanitizers"
    cp "$dir/m.c" "$dir/first.c"
    "$build/nnc" "$dir/$name.nn" -O2 --real double --batch 5 --prefix m -o "$dir/m.c" && cmp "$dir/m.c" "$dir/first.c" >"$dir/log" 2>&1
    say $? "$name: two runs"
    # the rest in rotation; all for the first
    for set in "1 -Os double clang 1e-12" "2 -O2 float fast 2e-3" "3 -O0 float clang 2e-3" "4 -O2 double tcc 1e-12" "0 -Os float gcc 2e-3" "2 --check-finite double gcc 1e-12"; do
        set -- $set
        [ "$turn" = 1 ] || [ $((turn % 5)) = "$1" ] || continue
        probe "$name" "$2" "$3" "$4" 5 "$dir/b.npz" >"$dir/log" 2>&1 && "$dir/compare" "$dir/plain.npz" "$dir/b.npz" "$5" >>"$dir/log"
        say $? "$name: $2 $3 $4"
    done
done
# batches around the steps of four
for name in lecture conv2d maxpool2d attention embedding; do
    for n in 1 3 4 6 8; do
        mine || continue
        probe "$name" -O0 double plain "$n" "$dir/plain.npz" >"$dir/log" 2>&1 && probe "$name" -O2 double plain "$n" "$dir/b.npz" >>"$dir/log" 2>&1 &&
            "$dir/compare" "$dir/plain.npz" "$dir/b.npz" 1e-12 >>"$dir/log"
        say $? "$name: batch $n"
    done
done

# tiles: sizes around their edges, batches around their rows, on vectors of each width that this machine has
awk -v dir="$dir" '/^#/ { next } /^name: / { name = $2; print name > (dir "/tiles"); next } { print > (dir "/" name ".nn") }' tests/tiles.txt
targets="gcc native wide"
grep -q avx2 /proc/cpuinfo 2>/dev/null && targets="$targets avx2"
for name in $(cat "$dir/tiles"); do
    for set in "1 double 1e-12" "7 double 1e-12" "8 float 2e-3" "13 double 1e-12" "9 double 1e-12 sanitizer-vectors" "10 double 1e-12 loops" "43 double 1e-12"; do
        set -- $set
        [ "$1" != 43 ] || [ "$name" = tile_large ] || [ "$name" = tile_block_scan ] || continue
        target=${4:-${targets%% *}}
        [ -n "$4" ] || targets="${targets#* } ${targets%% *}" # each in turn
        mine || continue
        probe "$name" -O0 double plain "$1" "$dir/plain.npz" >"$dir/log" 2>&1 && probe "$name" -O2 "$2" "$target" "$1" "$dir/b.npz" >>"$dir/log" 2>&1 &&
            "$dir/compare" "$dir/plain.npz" "$dir/b.npz" "$3" >>"$dir/log"
        say $? "$name: batch $1, $2, $target"
    done
done

if [ "$part" = 1 ]; then
    # C++, two texts in one translation unit, one self-contained text
    "$build/nnc" examples/lecture/lecture.nn --prefix one -o - >"$dir/one.c" && "$build/nnc" "$dir/conv2d.nn" --real double --prefix two -o - >"$dir/two.c" &&
        cat "$dir/one.c" "$dir/two.c" >"$dir/both.c" && gcc $strict -c "$dir/both.c" -o "$dir/both.o" >"$dir/log" 2>&1
    say $? "two texts in one translation unit"
    "$build/nnc" examples/lecture/lecture.nn -o "$dir/lecture.c" && g++ -Wall -Wextra -Werror -c "$dir/lecture.c" -o "$dir/l.o" -x c++ >"$dir/log" 2>&1 &&
        printf '#include "lecture.h"\nint main() { return LECTURE_BATCH == 32 ? 0 : 1; }\n' >"$dir/use.cc" && g++ -I"$dir" "$dir/use.cc" -o "$dir/use" >>"$dir/log" 2>&1 && "$dir/use"
    say $? "C++"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
