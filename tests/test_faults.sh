#!/bin/sh
# Every call that opens, writes, closes, flushes or renames a file fails in turn, once and for good; the compiler's and the training program's
# files are then the old ones byte for byte or the new ones whole, nothing else is left, and there is a message and status 1. The same where
# an allocation of the compiler fails. And a process that is killed at any call of the system leaves old or new files. From the project's root.
root=$PWD
build=$(cd "${BUILD:-build}" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export GCOV_PREFIX="$dir/gcov" # of make coverage: what dies while it writes its counts would damage those of the other tests
passed=0
failed=0
cd "$dir" || exit 1
cc="${CC:-cc} -std=c11 -O1 -Wall -Wextra"
san=""
if nm "$build/nnc" 2>/dev/null | grep -q __asan_init; then san="-fsanitize=address,undefined"; fi
$cc -D_DEFAULT_SOURCE "$root/tests/fault_calls.c" -o fault || exit 1
./fault 0 x true >/dev/null
if [ $? = 77 ] || [ -n "$san" ]; then # the leak sanitizer cannot work under ptrace
    echo "skipped: faults need ptrace, on Linux and x86-64, without sanitizers"
    echo "1 passed, 0 failed"
    exit 0
fi
printf 'input x[4]; target y : index(3); s = x -> linear[3]; output s; cost cross_entropy(s, y);\n' >net.nn
"$build/nnc" net.nn --program -o net.c && $cc -I"$root/runtime" net.c "$build/libnnrt.a" -lz -lm -o net && ./net init --out right.npz || exit 1
printf '1,2,3,4,1\n4,3,2,1,0\n0,1,0,1,2\n1,1,1,1,1\n' >good.csv

say() { # say STATUS TITLE
    if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; head -c 500 log; fi
}
same() { # same FOLDER: does work/ hold the files of old/ or of new/, each as it is there, and no others?
    for f in work/*; do
        name=$(basename "$f")
        case $name in
            s.npz) cmp -s "$f" "old/$name" || ./net eval --data good.csv --load "$f" >/dev/null 2>&1 || return 1 ;; # perhaps of one epoch
            l.csv) cmp -s "$f" "old/$name" || [ "$(tail -n 1 "$f" | tr -cd , | wc -c)" = 7 ] || return 1 ;; # seconds differ
            p.svg) cmp -s "$f" "old/$name" || [ "$(tail -n 1 "$f")" = "</svg>" ] || return 1 ;;
            *) cmp -s "$f" "old/$name" || cmp -s "$f" "new/$name" || return 1 ;;
        esac
    done
    [ "$(ls work)" = "$(ls old)" ]
}
reset() {
    rm -rf work
    cp -r old work
}

# scenario COMMAND...: writes into work/; what stands there before is one line that is none of its results, except params, which may be read
scenario() {
    rm -rf old new work
    mkdir work
    "$@" >log 2>&1 || { say 1 "$*"; return; }
    mv work new
    mkdir old
    for f in new/*; do echo old >"old/$(basename "$f")"; done
    reset
    calls=$(./fault 0 x "$@" 2>/dev/null | tail -n 1)
    for way in 28 5 4 28+ 5+ short; do
        n=0
        while [ $n -lt "$calls" ]; do
            n=$((n + 1))
            reset
            ./fault $n $way "$@" >log 2>&1
            status=$?
            faults=$((faults + 1))
            if [ $status = 0 ] && [ "$way" != short ]; then # what failed did not matter: all is new
                for f in work/*; do cmp -s "$f" "old/$(basename "$f")" && status=2; done
            fi
            [ $status -le 1 ] && { [ $status = 0 ] || [ -s log ]; } && same && { [ "$way" != short ] || [ $status = 0 ]; }
            say $? "$*: call $n of $calls, $way: status $status; $(ls work | tr '\n' ' ')"
        done
    done
    reset
    calls=$(./fault 0 kill "$@" 2>/dev/null | tail -n 1)
    n=0
    while [ $n -lt "$calls" ]; do
        n=$((n + 1))
        reset
        ./fault $n kill "$@" >log 2>&1
        status=$?
        kills=$((kills + 1))
        rm -f work/*.[0-9]*-[0-9]* work/*.tmp[0-9]* # what was being written
        [ $status = 137 ] && same
        say $? "$*: killed at call $n of $calls: status $status"
    done
}
faults=0
kills=0
scenario "$build/nnc" net.nn --program -MD -o work/m.c
scenario "$build/nnc" net.nn --emit grad -o work/m.txt
scenario ./net train --data good.csv --epochs 2 --save work/s.npz
scenario ./net train --data good.csv --epochs 2 --split 0.5 --load right.npz --save work/s.npz --best work/b.npz --log work/l.csv --plot work/p.svg
scenario ./net predict --data good.csv --load right.npz --out work/o.csv
scenario ./net predict --data good.csv --load right.npz --out work/o.npy
scenario ./net grad --data good.csv --load right.npz --out work/g.npz

# ---- the compiler's memory ----

wrap="-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc"
${CC:-cc} -O1 "$root/tests/fault_alloc.c" $(find "$build/compiler" "$build/gen" -name '*.o') $wrap -lm -o nnc_fault || exit 1
rm -rf old new work
mkdir old
for f in m.c m.h m.nn.d; do echo old >old/$f; done
cp -r old new
allocations=0
for lasting in "" 1; do
    n=0
    while :; do
        n=$((n + 1))
        reset
        FAULT=$n FAULT_LASTING=$lasting ./nnc_fault net.nn --program --weights right.npz -MD -o work/m.c >log 2>&1
        status=$?
        [ $status = 0 ] && break
        allocations=$((allocations + 1))
        [ $status = 1 ] && grep -q 'nnc: error: out of memory' log && same
        say $? "allocation $n of the compiler: status $status"
        [ $n -lt 2000 ] || break
    done
done
[ $allocations -ge 10 ]
say $? "only $allocations allocations failed"
echo "$faults faults, $kills kills, $allocations allocations"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
