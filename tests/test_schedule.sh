#!/bin/sh
# --schedule: what --emit plan ends with, read back, gives the same C; other decisions that nnc takes compute the same within rounding; what
# can't be followed is refused at its line. Run from the project's root.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }

awk -v dir="$dir" '/^#/ { next } /^name: / { name = $2; print name > (dir "/names"); next } { print > (dir "/" name ".nn") }' tests/library.txt
cp examples/lecture/lecture.nn examples/digits/digits.nn bench/models/*.nn "$dir"
mkdir "$dir/a" "$dir/b"

plan_of() { "$build/nnc" "$dir/$1.nn" --real "$2" --batch 5 --prefix m --emit plan | sed '1,/^schedule:/d'; }

# ---- read back ----

turn=0
for name in lecture lenet gru $(cat "$dir/names"); do
    turn=$((turn + 1))
    [ $((turn % 3)) != 0 ] || continue
    "$build/nnc" "$dir/$name.nn" --real float --batch 5 --prefix m -o "$dir/a/m.c" >"$dir/log" 2>&1 && plan_of $name float >"$dir/plan" 2>>"$dir/log" &&
        "$build/nnc" "$dir/$name.nn" --real float --batch 5 --prefix m --schedule "$dir/plan" -o "$dir/b/m.c" >>"$dir/log" 2>&1 && [ -s "$dir/plan" ] &&
        cmp "$dir/a/m.c" "$dir/b/m.c" >>"$dir/log" 2>&1
    say $? "$name: its own schedule gives other C"
done

# ---- other decisions ----

cc -O1 -Iruntime -D_POSIX_C_SOURCE=200809L tests/compare_npz.c "$build/libnnrt.a" -lz -lm -o "$dir/compare" &&
    gcc -O1 -Iruntime -DMODEL=m_model -c tests/probe.c -o "$dir/probe.o" || exit 1

probe() { # MODEL OUT OPTIONS...
    model=$1
    out=$2
    shift 2
    "$build/nnc" "$dir/$model.nn" --real double --batch 5 --prefix m -o "$dir/m.c" "$@" && gcc -O1 -c "$dir/m.c" -o "$dir/m.o" &&
        gcc "$dir/probe.o" "$dir/m.o" "$build/libnnrt.a" -lz -lm -o "$dir/probe" && "$dir/probe" "$out" 5
}

# Lines that nnc refuses are taken out, until it takes all.
settle() {
    while ! "$build/nnc" "$dir/$1.nn" --real double --batch 5 --prefix m --schedule "$2" -o "$dir/m.c" >"$dir/refused" 2>&1; do
        lines=$(sed -n "s|^$2:\([0-9]*\):.*error.*|\1d|p" "$dir/refused" | tr '\n' ';')
        [ -n "$lines" ] || return 1
        sed -i "$lines" "$2"
    done
}

# Each line another index, another form.
alter() {
    awk -v turn="$1" 'BEGIN { n = split("i j k o b q u v c0 t h p jk uv vq ij", index_, " ") }
        / memory / { if (turn % 2) next }
        turn == 0 { sub(/: .*/, ": plain"); print; next }
        turn == 1 { sub(/bytes [0-9]*/, "bytes 16"); sub(/wide [0-9]*/, "wide 2"); if (/ (vectors|dot) /) $0 = $0 " single none"; print; next }
        turn == 2 { sub(/rows [a-z0-9_]*/, "rows none"); print; next }
        turn == 3 { if (!/#/) { sub(/^ *[a-z_0-9]* /, ""); sub(/: .*/, ": stored"); print }; next }
        / memory / { print; next }
        { sub(/: .*/, ""); for (k = 1 + (NR + turn) % 5; k <= n; k += 5) { print $0 ": dot " index_[k]; print $0 ": vectors " index_[k] (turn % 3 ? " rows " index_[(k * turn) % n + 1] : "") } }' "$2"
}

for name in lecture conv2d multihead_penalty scan_gru; do
    probe $name "$dir/plain.npz" >"$dir/log" 2>&1
    say $? "$name"
    plan_of $name double >"$dir/plan" 2>"$dir/log"
    for turn in 0 1 3 4 5; do
        alter $turn "$dir/plan" >"$dir/other"
        settle $name "$dir/other" && probe $name "$dir/b.npz" --schedule "$dir/other" >"$dir/log" 2>&1 && "$dir/compare" "$dir/plain.npz" "$dir/b.npz" 1e-11 >>"$dir/log"
        say $? "$name, schedule $turn"
        followed=$(grep -c . "$dir/other")
        [ "$followed" -ge 1 ] || [ $turn != 0 ]
        say $? "$name, schedule $turn: nothing of it was taken"
    done
done

# ---- the C does what was decided ----

printf 'forward s1.sum: plain\n' >"$dir/s"
"$build/nnc" "$dir/lecture.nn" --schedule "$dir/s" --emit plan >"$dir/log" 2>&1 && grep -q '^  forward s1.sum: plain$' "$dir/log" && grep -q '^  cost s1.sum: vectors i' "$dir/log"
say $? "one routine alone"
printf 's1.sum: stored\nm1.w: memory 1 2 # as written\n' >"$dir/s"
"$build/nnc" "$dir/lecture.nn" --schedule "$dir/s" --emit plan >"$dir/log" 2>&1 && grep -q '^    s1.sum  *work at' "$dir/log" && ! grep -q 'm1.w: memory' "$dir/log"
say $? "stored, and memory as written"
"$build/nnc" "$dir/lecture.nn" --schedule "$dir/s" -M -o "$dir/lecture.c" 2>&1 | grep -q "$dir/s"
say $? "make watches the schedule"

# ---- what is refused ----

refused() { # LINE MESSAGE
    printf '%s\n' "$1" >"$dir/s"
    cp "$dir/a/m.c" "$dir/lecture.c"
    "$build/nnc" "$dir/lecture.nn" --schedule "$dir/s" -o "$dir/lecture.c" >"$dir/log" 2>&1
    [ $? = 1 ] && grep -qF "$dir/s:1:" "$dir/log" && grep -qF "$2" "$dir/log" && cmp -s "$dir/a/m.c" "$dir/lecture.c"
    say $? "'$1' is refused with '$2'"
}
refused 'z9: plain' "nothing computes 'z9'"
refused 'grad z1 : fast' "not 'fast'"
refused 'forward s1.sum: vector i' "did you mean 'vectors'?"
refused 'forward s1.sum: vectors j' "it has no free index 'j', but b and i"
refused 'forward s1.sum: vectors b' "vectors can't run along the batch"
refused 'forward s1.sum: vectors i rows i' "the vectors run along i already"
refused 'forward s1.sum: vectors i rows z' "it has no free index 'z'"
refused 'forward s1.sum: vectors i row b' "did you mean 'rows'?"
refused 'forward s1.sum: vectors i bytes 48' "a power of two from 16 to 64"
refused 'forward s3.sum: vectors i bytes 64' "i is shorter than 64 bytes"
refused 'forward s1.sum: vectors i wide 2' "'wide' is for tiles of one row"
refused 'forward s1.sum: vectors i single all' "'single none' is all"
refused 'forward s1.sum: dot i' "it sums over no index 'i', but over j"
refused 'forward s1.sum: dot j' "not all that is read lies contiguous along j"
refused 'forward s1.sum: vectors' "the index along which vectors run is missing here"
refused 'forward s1.sum: plain i' "'i' is too much"
refused 'forward s1.sum: extremum' "no extremum"
refused 'forward s1.sum: straight' "too long to be written out"
refused 'forward s1.sum#0: plain' "a number from 1 on"
refused 'forward s1.sum#2: plain' "nothing computes 's1.sum'"
refused 'm1.w: memory 2' "its 2 dimensions lie as written, but for one that may come last"
refused 'm1.w: memory 2 2' "dimension 2 stands there twice"
refused 'm1.w: memory' "'memory' wants the dimensions"
refused 'm1.w: memory 1 x' "a dimension is a number from 1"
refused 's3: memory 2 1' "an argument of the C"
refused 'sgd m1.w: memory 2 1' "leave out 'sgd'"
refused 'two words here: plain' "a line reads"
refused 'nothing' "a line reads"
refused ': plain' "a line reads"
"$build/nnc" "$dir/lecture.nn" --schedule "$dir/none" -o "$dir/lecture.c" >"$dir/log" 2>&1
[ $? = 1 ] && grep -q "none: No such file" "$dir/log"
say $? "no such schedule"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
