#!/bin/sh
# Data and parameter files that are wrong, truncated, corrupted or hostile end in a message that names file and place, with status 1,
# and leave what was there. Run from the project's root.
root=$PWD
build=$(cd "${BUILD:-build}" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
cd "$dir" || exit 1
printf 'input x[2]; input w : index(4); target y : index(3);\ns = concat(x, w -> embedding[4, 2]) -> linear[3];\noutput s;\ncost cross_entropy(s, y);\n' >net.nn
"$build/nnc" net.nn --program -o net.c && cc -O1 -I"$root/runtime" net.c "$build/libnnrt.a" -lz -lm -o net || exit 1
cc -O1 -I"$root/runtime" -D_POSIX_C_SOURCE=200809L "$root/tests/compare_npz.c" "$build/libnnrt.a" -lz -lm -o compare || exit 1

expect() { # expect STATUS TEXT COMMAND...
    want=$1
    text=$2
    shift 2
    "$@" >out 2>&1
    got=$?
    if [ "$got" = "$want" ] && { [ -z "$text" ] || grep -qF -- "$text" out; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$*: status $got, wanted $want and '$text'"
        cat out
    fi
}
bad() { # bad TEXT: the data in d.csv
    expect 1 "$1" ./net train --data d.csv --epochs 1 --save never.npz
    expect 1 "" test -e never.npz
}

printf 'x[0],x[1],w,y\n0.5,1,2,0\n1.5,-1e-3,0,2\n' >good.csv
expect 0 "" ./net train --data good.csv --epochs 2 --seed 5 --save p.npz
expect 0 "" ./net eval --data good.csv --load p.npz
cp p.npz keep.npz

# CSV
printf '0.5,1,2,0\n1,2,3\n' >d.csv;                       bad "d.csv: line 2 has 3 columns"
printf '0.5,1,2\n' >d.csv;                                bad "d.csv: line 1 has 3 columns"
printf '0.5,1,2,0\n1,abc,3,1\n' >d.csv;                   bad "d.csv: line 2, column 2: 'abc' is not a number"
printf '0.5,1,2,0\n1,,3,1\n' >d.csv;                      bad "d.csv: line 2, column 2: '' is not a number"
printf '0.5,1,2,0\n1,2,4,1\n' >d.csv;                     bad "d.csv: line 2, column 3: '4' is not an integer from 0 to 3"
printf '0.5,1,2,3\n' >d.csv;                              bad "d.csv: line 1, column 4: '3' is not an integer from 0 to 2"
printf '0.5,1,2,-1\n' >d.csv;                             bad "'-1' is not an integer from 0 to 2"
printf '0.5,1,2,1.5\n' >d.csv;                            bad "'1.5' is not an integer"
printf '0.5,nan,2,1\n' >d.csv;                            bad "line 1, column 2: 'nan' is not a finite number"
printf '0.5,1e99,2,1\n' >d.csv;                           bad "line 1, column 2: '1e99' is not a finite number"
printf 'x[0],x[1],w,z\n1,2,0,1\n' >d.csv;                 bad "d.csv: line 1: the header has no column 'y'"
printf 'x[0],x[0],w,y\n1,2,0,1\n' >d.csv;                 bad "two columns are named 'x[0]'"
printf 'x[0],x[1],w,y\n' >d.csv;                          bad "d.csv: no samples"
printf '' >d.csv;                                         bad "d.csv: no samples"
printf 'x[0],x[1],w,y\n"1,2,0,1\n' >d.csv;                bad "line 2: a quote is never closed"
printf '0.5,1,abc,1\n' >d.csv;                            bad "line 1, column 3: 'abc' is not a number"
rm d.csv;                                                 bad "d.csv: cannot be opened"
printf 'y, "x[1]" ,extra,w,x[0]\r\n1, 2 ,q,3,4\r\n\r\n' >d.csv
expect 0 "samples" ./net eval --data d.csv --load p.npz
gzip -kf good.csv
expect 0 "samples" ./net eval --data good.csv.gz --load p.npz
head -c 30 good.csv.gz >cut.csv.gz
expect 1 "cut.csv.gz: ends in the middle" ./net eval --data cut.csv.gz --load p.npz
{ head -c 20 good.csv.gz; printf 'XXXXXXXX'; tail -c +29 good.csv.gz; } >hurt.csv.gz
expect 1 "hurt.csv.gz" ./net eval --data hurt.csv.gz --load p.npz
head -c 60000000 /dev/zero | gzip -9 >bomb.csv.gz
expect 1 "times its size; this is refused" ./net eval --data bomb.csv.gz --load p.npz

# other data
expect 1 "data are FILE.csv, FILE.npz or a list" ./net eval --data good.txt --load p.npz
expect 1 "has no input or target 'q'" ./net eval --data q=a.npy,y=b.npy --load p.npz
printf '\000\000\010\002\000\000\000\002\000\000\000\002\001\002\003\004' >x.idx
printf '\000\000\010\001\000\000\000\002\001\002' >w.idx
printf '\000\000\010\001\000\000\000\002\000\002' >y.idx
expect 1 "gives no file for 'w'" ./net eval --data x=x.idx --load p.npz
expect 0 "samples   2" ./net eval --data x=x.idx,w=w.idx,y=y.idx --load p.npz
printf '\000\000\010\001\000\000\000\002\000\003' >y3.idx
expect 1 "'y', element [1]: 3 is not an integer from 0 to 2" ./net eval --data x=x.idx,w=w.idx,y=y3.idx --load p.npz
printf '\000\000\010\001\000\000\000\003\000\001\002' >y3.idx
expect 1 "'y' has 3 samples, but the values before have 2" ./net eval --data x=x.idx,w=w.idx,y=y3.idx --load p.npz
printf '\000\000\010\002\000\000\000\002\000\000\000\002\001\002' >short.idx
expect 1 "short.idx: its extents say 4 elements, but 2 bytes" ./net eval --data x=short.idx,w=w.idx,y=y.idx --load p.npz
printf '\000\000\007\001\000\000\000\001\000' >type.idx
expect 1 "unknown type 0x07" ./net eval --data x=type.idx,w=w.idx,y=y.idx --load p.npz
printf '\000\000\010\003\377\377\377\377\377\377\377\377\377\377\377\377' >huge.idx
expect 1 "huge.idx" ./net eval --data x=huge.idx,w=w.idx,y=y.idx --load p.npz
printf 'hello' >no.idx
expect 1 "no.idx: no IDX file" ./net eval --data x=no.idx,w=w.idx,y=y.idx --load p.npz
cp no.idx no.npy
expect 1 "no.npy: no .npy file" ./net eval --data x=no.npy,w=w.idx,y=y.idx --load p.npz
expect 1 "there is no array 'x'" ./net eval --data p.npz --load p.npz

# predictions come back
expect 0 "" ./net predict --data good.csv --load p.npz --out a.npz
expect 0 "" ./net predict --data good.csv --load p.npz --out a.csv
expect 0 "s[0],s[1],s[2]" head -n 1 a.csv
expect 0 "" ./net predict --data good.csv --load p.npz --out a.npy
expect 2 "--out: the name 'a.txt' must end in .npz, .csv or .npy" ./net predict --data good.csv --load p.npz --out a.txt
expect 1 "" ./net predict --data good.csv --load p.npz --out nowhere/a.npz

# parameter files
expect 1 "cannot be opened" ./net eval --data good.csv --load none.npz
expect 1 "a zip archive's end is missing" ./net eval --data good.csv --load good.csv
expect 1 "the parameter 'linear1.w' is missing" ./net eval --data good.csv --load a.npz
expect 1 "the model has no parameter 's'" ./net eval --data good.csv --load a.npz
sed 's/linear\[3\]/linear[4]/; s/index(3)/index(4)/; s/embedding\[4, 2\]/embedding[4, 3]/' net.nn >other.nn
"$build/nnc" other.nn --program -o other.c && cc -O1 -I"$root/runtime" other.c "$build/libnnrt.a" -lz -lm -o other
expect 1 "p.npz: 'linear1.w' has shape [3, 4], the model needs [4, 5]" ./other eval --data good.csv --load p.npz
expect 1 "p.npz: 'embedding1.w' has shape [4, 2], the model needs [4, 3]" ./other eval --data good.csv --load p.npz
# every prefix and every flipped byte: refused, or the same numbers; never a crash
size=$(wc -c <p.npz)
hurt=0
./net init --seed 5 --out small.npz
size=$(wc -c <small.npz)
i=0
while [ $i -lt "$size" ]; do
    head -c $i small.npz >part.npz
    ./net predict --data good.csv --load part.npz --out part.csv >out 2>&1
    status=$?
    if [ $status != 1 ] || ! grep -q 'part.npz' out; then hurt=$((hurt + 1)); echo "first $i bytes: status $status"; cat out; fi
    i=$((i + 29))
done
expect 0 "" test $hurt = 0
i=0
./net predict --data good.csv --load small.npz --out right.csv
while [ $i -lt "$size" ]; do
    { head -c $i small.npz; printf '\377'; tail -c +$((i + 2)) small.npz; } >flip.npz
    ./net predict --data good.csv --load flip.npz --out flip.csv >out 2>&1
    status=$?
    if [ $status = 0 ]; then cmp -s right.csv flip.csv || { hurt=$((hurt + 1)); echo "byte $i: other numbers"; }
    elif [ $status != 1 ]; then hurt=$((hurt + 1)); echo "byte $i: status $status"; fi
    i=$((i + 13))
done
expect 0 "" test $hurt = 0

# nothing is lost
expect 0 "" cmp p.npz keep.npz
if [ -w /dev/full ]; then
    expect 1 "" ./net init --out /dev/full
    (trap '' XFSZ; ulimit -f 1; ./net train --data good.csv --epochs 1 --load p.npz --save p.npz) >out 2>&1
    expect 0 "" cmp p.npz keep.npz
    expect 1 "" sh -c 'ls | grep -q "p.npz\."'
fi

# nnc --weights reads the same files
"$build/nnc" net.nn --inference --weights p.npz -o - >baked.c
expect 0 "" test -s baked.c
expect 1 "'linear1.w' has shape [3, 4], the model needs [4, 5]" "$build/nnc" other.nn --inference --weights p.npz -o -
expect 1 "no .npz file, or one that is cut off" "$build/nnc" net.nn --inference --weights good.csv -o -
expect 1 "the parameter 'linear1.w' is missing" "$build/nnc" net.nn --inference --weights a.npz -o -
hurt=0
i=0
while [ $i -lt "$size" ]; do
    { head -c $i small.npz; printf '\377'; tail -c +$((i + 2)) small.npz; } >flip.npz
    "$build/nnc" net.nn --inference --weights flip.npz -o - >flip.c 2>out
    status=$?
    [ $status -le 1 ] || { hurt=$((hurt + 1)); echo "byte $i: status $status"; }
    i=$((i + 31))
done
expect 0 "" test $hurt = 0
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
