#!/bin/sh
# What the backward pass of a scan needs, computed again instead of kept: --max-ram chooses it, the memory falls as promised, and the
# gradients are those of the plain loops. Run from the project's root.
# usage: tests/test_recompute.sh [PART PARTS]
# parts: 2
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
mine() {
    item=$((item + 1))
    [ $((item % parts)) = $((part - 1)) ]
}

ram_of() { # ram_of MODEL WAY OPTIONS: bytes of RAM with this way to use memory, as the report tells them
    name=$1
    way=$2
    shift 2
    "$build/nnc" "$dir/$name.nn" "$@" --emit report,json | sed -n "s/.*\"scans\".*\"$way\": \([0-9]*\).*/\1/p"
}
way_of() { "$build/nnc" "$dir/$1.nn" --batch 1 --max-ram "$2" --emit report,json | sed -n 's/.*"chosen": "\([a-z_]*\)".*/\1/p'; }

# ---- the gradients ----

cc -O1 -Iruntime -D_POSIX_C_SOURCE=200809L tests/compare_npz.c "$build/libnnrt.a" -lz -lm -o "$dir/compare" &&
    gcc -O1 -fsanitize=undefined,address -fno-sanitize-recover=all -Iruntime -DMODEL=m_model -c tests/probe.c -o "$dir/probe.o" || exit 1
probe() { # probe MODEL OUT OPTIONS: all that the model computes for five samples
    "$build/nnc" "$dir/$1.nn" --batch 5 --prefix m -o "$dir/m.c" $3 &&
        gcc $strict -O0 -fsanitize=undefined,address -fno-sanitize-recover=all -c "$dir/m.c" -o "$dir/m.o" &&
        gcc -fsanitize=undefined,address "$dir/probe.o" "$dir/m.o" "$build/libnnrt.a" -lz -lm -o "$dir/probe" && "$dir/probe" "$2" 5
}
awk -v dir="$dir" '/^#/ { next } /^name: / { name = $2; next } { print > (dir "/" name ".nn") }' tests/library.txt
cat >"$dir/noise.nn" <<'N'
input x[6, 3]; input word[6] : index(4); target t[6, 2];
stage a = linear[5]; stage b = linear[2]; param table[4, 5] ~ normal(0, 1);
scan i < 6 carry h[5] = 0 {
  h = tanh((x[i] -> a) + 0.3 * h + table[word[i]]) -> dropout[p = 0.4];
  h = h + 0.1 * gauss();
  ys[i] = h -> b;
}
cost mse(ys, t);
N
for name in scan_gru two_layers_of_lstm scan_nested noise scan_convolution scan_in_block_and_repeat repeat_of_scans gradient_in_scan batch_statistics_in_scan; do
    mine || continue
    probe $name "$dir/plain.npz" "-O0 --real double" >"$dir/log" 2>&1
    say $? "$name: plain"
    for set in "-Os double 1e-12" "-O2 float 2e-3" "-O2 double 1e-12"; do
        set -- $set
        [ "$1 $2" = "-O2 double" ] && [ $name != scan_gru ] && continue # vectors take long to compile
        again=$(ram_of $name again $1 --real $2 --batch 5)
        probe $name "$dir/b.npz" "$1 --real $2 --max-ram $again" >"$dir/log" 2>&1 && "$dir/compare" "$dir/plain.npz" "$dir/b.npz" $3 >>"$dir/log" &&
            grep -q '\.again\[' "$dir/m.c"
        say $? "$name: computed again $*"
    done
    again=$(ram_of $name again -Os --real double --batch 3)
    "$build/nnc" "$dir/$name.nn" --program -Os --real double --batch 3 --max-ram "$again" --prefix m -o "$dir/m.c" >"$dir/log" 2>&1 &&
        gcc -O1 -Iruntime "$dir/m.c" "$build/libnnrt.a" -lz -lm -o "$dir/m" && "$dir/m" gradcheck --seed 3 >>"$dir/log" 2>&1
    say $? "$name: differences"
done

# ---- the memory ----

if mine; then
    for turns in 200 400 10000; do
        cat >"$dir/gru$turns.nn" <<N
model gru;
block gru[m](x[n], h[m]) -> h2[m] {
  r = sigmoid((x -> linear[m]) + (h -> linear[m]));
  z = sigmoid((x -> linear[m]) + (h -> linear[m]));
  c = tanh((x -> linear[m]) + r * (h -> linear[m]));
  h2 = (1 - z) * c + z * h;
}
stage cell = gru[64]; stage read = linear[2];
input x[$turns, 8]; target t[2];
scan k < $turns carry h[64] = 0 { h = cell(x[k], h); }
output y = h -> read;
cost mse(y, t);
N
    done
    # Of each further turn all that the backward pass reads is kept; or the state of 64 floats.
    for set in "all_turns 2560 2560" "turn 2304 2560" "again 256 256"; do
        set -- $set
        less=$(ram_of gru200 $1 --batch 1)
        more=$(ram_of gru400 $1 --batch 1)
        echo "$1: $less, $more bytes" >"$dir/log"
        [ $((more - less)) -ge $((200 * $2)) ] && [ $((more - less)) -le $((200 * $3)) ]
        say $? "bytes of a turn: $set"
    done
    # Of an inner scan one turn of the outer one is enough: per outer turn the carry and its gradient, of 16 floats each, not 30 times as much.
    for turns in 40 80; do
        cat >"$dir/nested$turns.nn" <<N
input x[$turns, 30, 3]; target t[16];
stage a = linear[16]; stage r = linear[16]; stage q = linear[16];
scan i < $turns carry h[16] = 0 {
  scan j < 30 carry g[16] = h { g = tanh((x[i, j] -> a) + (g -> r)); }
  h = tanh((g -> q) + 0.5 * h);
}
cost mse(h, t);
N
    done
    less=$(ram_of nested40 again --batch 1)
    more=$(ram_of nested80 again --batch 1)
    echo "$less, $more bytes" >"$dir/log"
    [ $((more - less)) -gt 0 ] && [ $((more - less)) -le $((40 * 128)) ]
    say $? "bytes of a turn around a scan"
    # The fastest way that fits is taken.
    all=$(ram_of gru200 all_turns --batch 1)
    turn=$(ram_of gru200 turn --batch 1)
    again=$(ram_of gru200 again --batch 1)
    echo "$all $turn $again" >"$dir/log"
    [ "$again" -lt "$turn" ] && [ "$turn" -lt "$all" ] && [ "$(way_of gru200 "$all")" = all_turns ] && [ "$(way_of gru200 $((all - 1)))" = turn ] &&
        [ "$(way_of gru200 "$turn")" = turn ] && [ "$(way_of gru200 $((turn - 1)))" = again ] && [ "$(way_of gru200 "$again")" = again ]
    say $? "which way is taken"
    ! "$build/nnc" "$dir/gru200.nn" --batch 1 --max-ram $((again - 1)) -o "$dir/none.c" >"$dir/log" 2>&1 &&
        grep -q "the model needs $again bytes of RAM, 1 more than --max-ram allows" "$dir/log" && [ ! -e "$dir/none.c" ]
    say $? "below the least"
    # The C is as long for ten thousand turns, but for the numbers in it.
    for turns in 200 10000; do
        "$build/nnc" "$dir/gru$turns.nn" --batch 1 --max-ram "$(ram_of gru$turns again --batch 1)" --prefix m -o "$dir/m$turns.c" >"$dir/log" 2>&1
    done
    [ "$(wc -l <"$dir/m200.c")" = "$(wc -l <"$dir/m10000.c")" ] && grep -q '\.again\[' "$dir/m10000.c"
    say $? "the length of the C"
    [ "$(way_of gru200 1)" = again ]
    say $? "the least where nothing fits"
    # -Os begins with a turn at a time; -O0 keeps everything, and a model without a scan has no choice.
    "$build/nnc" "$dir/gru200.nn" -Os --emit report >"$dir/log" && grep -q 'a turn at a time  .*chosen: the fastest' "$dir/log" && ! grep -q 'all turns at once' "$dir/log"
    say $? "-Os"
    ! "$build/nnc" "$dir/gru200.nn" -O0 --emit report | grep -q 'scans, bytes of RAM'
    say $? "-O0"
    ! "$build/nnc" "$dir/linear.nn" --emit report,json | grep -q scans
    say $? "no scan, no choice"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
