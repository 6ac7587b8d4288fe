#!/bin/sh
# The thread sanitizer finds no race in training, judging and predicting with several threads; a program with one shows that it looks.
# Run from the project's root.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; tail -n 40 "$dir/log"; fi; }

# clang with libomp, whose tool tells the sanitizer what a barrier is; gcc's OpenMP does not, and gives false reports
tsan="clang -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g -fopenmp -fsanitize=thread"
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 exitcode=66" OMP_NUM_THREADS=4
cat >"$dir/race.c" <<'END'
int main(void)
{
    long sum = 0;
#pragma omp parallel for
    for (long i = 0; i < 100000; i++)
        sum += i;
    return sum == 0;
}
END
if ! $tsan "$dir/race.c" -o "$dir/race" >"$dir/log" 2>&1; then
    echo "skipped: no clang with OpenMP (libomp-dev)"
    exit 0
fi
"$dir/race" >"$dir/log" 2>&1
[ $? = 66 ] && grep -q "data race" "$dir/log"
say $? "a race is found"

awk 'BEGIN { srand(1); print "x[0],x[1],x[2],x[3],y"; for (i = 0; i < 600; i++) { a = rand(); b = rand(); print a "," b "," rand() "," rand() "," (a + b > 1) + (a > b) } }' >"$dir/data.csv"
cat >"$dir/model.nn" <<'END'
model sums;
input x[4];
target y : index(3);
output s = x -> linear[40] -> tanh -> dropout[p = 0.2] -> linear[3];
cost cross_entropy(s, y);
train { optimizer = adam(rate = 0.01); batch = 64; epochs = 2; }
END
"$build/nnc" "$dir/model.nn" --program --prefix m -o "$dir/model.c" >"$dir/log" 2>&1 &&
    sed "s/least = 300000/least = 0/" runtime/nnrt.h >"$dir/nnrt.h" && grep -q "least = 0" "$dir/nnrt.h" && # so that the threads are woken for so little, too
    $tsan -I"$dir" -Iruntime "$dir/model.c" runtime/core/*.c runtime/host/*.c -lz -lm -o "$dir/model" >>"$dir/log" 2>&1
say $? "the program is made"
run() {
    "$dir/model" "$@" >"$dir/log" 2>&1
    status=$?
    ! grep -q "WARNING: ThreadSanitizer" "$dir/log" && [ $status = 0 ]
    say $? "$1: no race, status 0 (it was $status)"
}
run train --data "$dir/data.csv" --split 0.2 --save "$dir/w.npz"
run train --data "$dir/data.csv" --optimizer "es(pairs = 4)" --epochs 1 --save "$dir/e.npz"
run eval --data "$dir/data.csv" --load "$dir/w.npz"
run grad --data "$dir/data.csv" --load "$dir/w.npz" --out "$dir/g.npz"
run predict --data "$dir/data.csv" --load "$dir/w.npz" --out "$dir/p.npy"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
