#!/bin/sh
# Training from one end to the other, on the digits: a net of hard thresholds straight-through, by es and by spsa; two players
# in turn; a matrix for a step size; and runs that go on. Run from the project's root.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $2"; cat "$dir/log"; fi; }
native=$(echo "int main(void) { return 0; }" | ${CC:-cc} -march=native -x c - -o "$dir/probe" 2>/dev/null && echo -march=native)
program() { # NAME MODEL OPTIONS...: $dir/NAME
    name=$1 model=$2
    shift 2
    "$build/nnc" "$model" --program "$@" -o "$dir/$name.c" >"$dir/log" 2>&1 && ${CC:-cc} -O2 $native -Iruntime "$dir/$name.c" "$build/libnnrt.a" -lz -lm -o "$dir/$name" >>"$dir/log" 2>&1
    say $? "$name is made"
}
digits=examples/digits/digits.csv
held() { tail -n 1 "$dir/log" | sed 's/.*test [^(]*(\([0-9.]*\) %).*/\1/'; } # the last epoch's held-out accuracy
least() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && b != "" && a + 0 >= b + 0) }'; }

# ---- stairs ----

program through tests/training/stairs.nn -D through=1
"$dir/through" train --data $digits --split 0.2 --seed 1 --optimizer "adam(rate=0.003)" --batch 32 --epochs 60 --save "$dir/W.npz" >"$dir/log" 2>&1
through=$(held)
least "$through" 94
say $? "straight-through learns: $through %"
program stairs tests/training/stairs.nn
"$dir/stairs" info >"$dir/log" && grep -q '2 of them have no gradient: only spsa and es move them' "$dir/log"
say $? "info tells what has no gradient"
"$dir/stairs" gradcheck >"$dir/log" && [ "$(grep -c 'has no gradient: it acts through steps or a detach alone' "$dir/log")" = 2 ]
say $? "gradcheck tells it too"
while read -r optimizer epochs; do
    "$dir/stairs" train --data $digits --split 0.2 --seed 1 --optimizer "$optimizer" --epochs "$epochs" --save "$dir/W.npz" >"$dir/log" 2>&1
    accuracy=$(held)
    least "$accuracy" "$(awk -v a="$through" 'BEGIN { print 0.9 * a }')"
    say $? "$optimizer reaches 90 % of what straight-through does: $accuracy of $through"
    echo "stairs: $accuracy % by $optimizer, $through % straight-through"
done <<END
es 100
spsa 2000
END
run="train --data $digits --seed 3 --schedule constant"
for optimizer in "es(pairs=4)" "spsa(pairs=2)"; do
    "$dir/stairs" $run --optimizer "$optimizer" --epochs 4 --save "$dir/A.npz" >"$dir/log" 2>&1 &&
        "$dir/stairs" $run --optimizer "$optimizer" --epochs 1 --save "$dir/B.npz" >>"$dir/log" 2>&1 &&
        "$dir/stairs" train --data $digits --resume --load "$dir/B.npz" --epochs 4 --save "$dir/B.npz" >>"$dir/log" 2>&1 && cmp "$dir/A.npz" "$dir/B.npz" >>"$dir/log"
    say $? "$optimizer goes on to the bit"
done

# ---- two players ----

# Eight columns of noise beside each picture; what is made is compared with the mean picture.
awk -F, 'NR == 1 { for (i = 0; i < 8; i++) printf "z[%d],", i
                   for (i = 0; i < 64; i++) printf "image[%d]%s", i, i < 63 ? "," : "\n"
                   r = 1; next }
         { for (i = 0; i < 8; i++) { for (u = k = 0; k < 12; k++) u += (r = r * 16807 % 2147483647) / 2147483647; printf "%.4f,", u - 6 }
           for (i = 1; i <= 64; i++) printf "%s%s", $i, i < 64 ? "," : "\n" }' $digits >"$dir/gan.csv"
distance() { # FILE: how far the mean of the pictures made is from the mean of the true ones
    awk -F, 'FNR == 1 { next }
             NR == FNR { n++; for (i = 1; i <= 64; i++) a[i] += $(8 + i) / 16; next }
             { m++; for (i = 1; i <= 64; i++) b[i] += $i }
             END { for (i = 1; i <= 64; i++) d += (a[i] / n - b[i] / m) ^ 2; print sqrt(d) }' "$dir/gan.csv" "$1"
}
program gan tests/training/gan.nn
"$dir/gan" init --out "$dir/I.npz" && "$dir/gan" predict --data "$dir/gan.csv" --load "$dir/I.npz" --out "$dir/before.csv" &&
    "$dir/gan" train --data "$dir/gan.csv" --save "$dir/A.npz" --log "$dir/L.csv" --plot "$dir/P.svg" >"$dir/log" 2>&1 &&
    "$dir/gan" predict --data "$dir/gan.csv" --load "$dir/A.npz" --out "$dir/after.csv"
say $? "two players are trained"
before=$(distance "$dir/before.csv") after=$(distance "$dir/after.csv")
awk -v b="$before" -v a="$after" 'BEGIN { exit !(a < b / 3) }'
say $? "pictures are made: off by $before, and after training by $after"
grep -q '^epoch 60/60  judge [0-9.]*  maker [0-9.]*  ' "$dir/log"
say $? "an epoch's line has both costs"
head -n 1 "$dir/L.csv" | grep -qx 'epoch,step,judge_rate,judge_train,judge_test,maker_rate,maker_train,maker_test,train_accuracy,test_accuracy,seconds'
say $? "so has the log"
"$dir/gan" train --data "$dir/gan.csv" --epochs 25 --save "$dir/B.npz" >"$dir/log" 2>&1 &&
    "$dir/gan" train --data "$dir/gan.csv" --resume --load "$dir/B.npz" --epochs 60 --save "$dir/B.npz" >>"$dir/log" 2>&1 && cmp "$dir/A.npz" "$dir/B.npz" >>"$dir/log"
say $? "both go on to the bit"
"$dir/gan" eval --data "$dir/gan.csv" --load "$dir/A.npz" >"$dir/log" && grep -q "^cost 'judge' [0-9.]*$" "$dir/log" && grep -q "^cost 'maker' [0-9.]*$" "$dir/log"
say $? "eval has both costs"

# ---- a matrix for a step size ----

program digits examples/digits/digits.nn
run="train --data $digits --split 0.2 --seed 1 --schedule constant --epochs 5 --save $dir/W.npz"
"$dir/digits" $run --optimizer adam >"$dir/log" 2>&1
adam=$(tail -n 1 "$dir/log" | sed 's/.*test \([0-9.]*\).*/\1/')
"$dir/digits" $run --optimizer shampoo >"$dir/log" 2>&1
shampoo=$(tail -n 1 "$dir/log" | sed 's/.*test \([0-9.]*\).*/\1/')
awk -v a="$adam" -v b="$shampoo" 'BEGIN { exit !(b != "" && b + 0 < 0.8 * a) }'
say $? "with adam's defaults shampoo is ahead of adam after five epochs: $shampoo against $adam"
echo "digits, held-out cost after five epochs: $shampoo by shampoo, $adam by adam"

# ---- threads ----

program noise tests/training/noise.nn --real double
program small tests/training/noise.nn --real double --batch 5 -Os
for name in noise small; do
    "$dir/$name" init --out "$dir/I.npz" && "$dir/$name" grad --data $digits --load "$dir/I.npz" --out "$dir/G.npz" >"$dir/$name.grad" 2>&1
done
cmp "$dir/noise.grad" "$dir/small.grad" >"$dir/log"
say $? "the batch of a call changes no draw: $(cat "$dir/noise.grad" "$dir/small.grad")"
if echo "int main(void) { return 0; }" | ${CC:-cc} -fopenmp -x c - -o "$dir/probe" 2>/dev/null; then
    # a batch whose parts take several calls, too
    while read -r name options; do
        [ -x "$dir/$name-threads" ] || ${CC:-cc} -O1 -fopenmp -Iruntime "$dir/$name.c" "$build/libnnrt.a" -lz -lm -o "$dir/$name-threads" >"$dir/log" 2>&1
        say $? "$name is made with threads"
        for threads in 1 2 4; do
            OMP_NUM_THREADS=$threads "$dir/$name-threads" train --data $digits --split 0.2 --seed 2 $options --save "$dir/T$threads.npz" >"$dir/log" 2>&1 &&
                OMP_NUM_THREADS=$threads "$dir/$name-threads" predict --data $digits --load "$dir/T1.npz" --out "$dir/P$threads.npy" >>"$dir/log" 2>&1
            say $? "$name with $threads threads"
        done
        { cmp "$dir/T1.npz" "$dir/T2.npz" && cmp "$dir/T1.npz" "$dir/T4.npz" && cmp "$dir/P1.npy" "$dir/P4.npy"; } >"$dir/log" 2>&1
        say $? "$name $options: threads change no bit"
    done <<END
noise
noise --batch 1000 --epochs 2
stairs --epochs 1
END
else
    echo "skipped: no OpenMP"
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
