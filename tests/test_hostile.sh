#!/bin/sh
# Hostile files: data, parameters and models whose sizes lie, which unpack to more than a machine has, which are nested, repeated, or point
# elsewhere. Each is refused with a message and status 1 (what is right is taken) within 2 seconds of processor time and 256 MiB, of at
# most about 1 MiB of input. Run from the project's root. With sanitizers memory is another matter, and the limits are not held.
root=$PWD
build=$(cd "${BUILD:-build}" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
mib=256 seconds=2
if nm "$build/nnc" 2>/dev/null | grep -q __asan_init; then mib=100000 seconds=20; fi
cd "$dir" || exit 1
cc="${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -Wall -Wextra"
$cc "$root/tests/evil_files.c" -lz -o evil_files && $cc "$root/tests/measure.c" -o measure || exit 1
mkdir files models && ./evil_files files || exit 1
printf 'input x[4]; target y : index(3); s = x -> linear[3]; output s; cost cross_entropy(s, y);\n' >net.nn
"$build/nnc" net.nn --program --real double -o net.c && $cc -I"$root/runtime" net.c "$build/libnnrt.a" -lz -lm -o net && ./net init --out right.npz || exit 1
printf '\000\000\010\001\000\000\000\001\000' >y.idx

limited() { # limited TITLE STATUS COMMAND...: a status above 1 is never right; "any" stands for 0 or 1
    title=$1 want=$2
    shift 2
    timeout 60 ./measure $seconds $mib "$@" >log 2>&1
    status=$?
    if [ $status -le 1 ] && { [ "$want" = any ] || [ $status = "$want" ]; } && { [ $status = 0 ] || [ -s log ]; } &&
        [ "$(wc -c <log)" -lt 200000 ] && ! tr -d '\012\040-\176\200-\377' <log | grep -q .; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$title: status $status, not $want"
        head -c 1000 log
    fi
}

# ---- data and parameters ----

for file in files/*; do
    name=$(basename "$file")
    case $name in ok_*) want=0 ;; *) want=1 ;; esac
    case $name in
        *.csv | *.csv.gz) limited "$name as data" $want ./net eval --data "$file" --load right.npz ;;
        *.idx | *.npy | *.npy.gz) limited "$name as data" 1 ./net eval --data "x=$file,y=y.idx" --load right.npz ;;
        *)
            limited "$name as data" $want ./net eval --data "$file" --load right.npz
            limited "$name as parameters" 1 ./net train --data files/ok_rows.csv --epochs 1 --load "$file" --save never.npz
            limited "$name as a saved run" 1 ./net train --data files/ok_rows.csv --epochs 1 --load "$file" --resume --save never.npz
            case $name in shape8_type[01].npz) want=0 ;; *) want=1 ;; esac # "3 4" for a shape is read as it was meant
            limited "$name as weights" $want "$build/nnc" net.nn --weights "$file" --inference -o never.c
            ;;
    esac
done
[ ! -e never.npz ] && passed=$((passed + 1)) || { failed=$((failed + 1)); echo "a refused file was saved from"; }

# ---- models ----

repeated() { # repeated N TEXT
    awk -v n="$1" -v t="$2" 'BEGIN { for (s = t; n > 0; n = int(n / 2)) { if (n % 2) printf "%s", s; s = s s } }'
}
chain() { # chain N FORMAT: FORMAT for i = 1 … N, with i in place of @ and i - 1 in place of #
    awk -v n="$1" -v f="$2" 'BEGIN { for (i = 1; i <= n; i++) { s = f; gsub(/@/, i, s); gsub(/#/, i - 1, s); print s } }'
}
model() { # model NAME: the text stands on standard input
    cat >model.nn
    limited "$1" "${2:-1}" "$build/nnc" model.nn -o never.c
}
mib1=1048576
for sign in '(' '[' '{' '-' '!' ';' '"' '/*' '*/' '->' '?' '=' '\\' '}' 'x' '9' '.' ',' '@' 'a ' '1+' 'x;' '{{' 'input x;' 'x = 1;' 'import "a";' 'sum[i] ' 'f(' 'fn f(x) = '; do
    repeated $((mib1 / ${#sign})) "$sign" >text
    model "a MiB of $sign" <text
    { printf 'input x; output y = '; cat text; } >text2
    model "an expression of $sign" <text2
done
head -c $mib1 /dev/zero | model "a MiB of zeros"
head -c $mib1 /dev/zero | tr '\000' '\377' | model "a MiB of 0xFF"
{ printf 'output y = 1'; repeated 500000 '+1'; echo ';'; } | model "half a million operators"
{ printf 'const c['; repeated 300000 '1,'; echo '1] = 0;'; } | model "an array of many dimensions"
{ printf 'const c = {'; repeated 300000 '1,'; echo '1}; input x; output y = x;'; } | model "an array of many elements" any
{ printf 'input x; output y = x + f('; repeated 300000 'x,'; echo 'x);'; } | model "a call with many arguments"
{ printf 'fn f('; repeated 100000 'a,'; echo 'b) = b; input x; output y = f(x);'; } | model "a function of many arguments"
{ printf 'block b(z) -> ('; chain 60000 'r@,' | tr -d '\n'; echo 'q) { q = z; } input x; output y = b(x);'; } | model "a block of many results"
chain 40000 'input x@; output y@ = x@;' | model "forty thousand inputs"
chain 20000 'input x@; output y@ = sin(x@) * 2;' | model "twenty thousand equations"
{ echo 'input x[3]; target t[3]; param w[3] = 1; y0 = x * w;'; chain 20000 'y@ = sin(y#) * y# + 1;'; echo 'cost mse(y20000, t);'; } | model "twenty thousand layers"
chain 30000 'fn f@(x) = x;' | model "thirty thousand functions"
{ echo 'input x[4];'; chain 10000 'param w@[4] = 0;'; echo 'output y = x;'; } | model "ten thousand parameters" any
echo 'input x[3]; repeat l < 1000000 carry r = x { r = tanh(r); } output r;' | model "a million turns"
echo 'input x[3]; repeat l < 1000000 { repeat m < 1000000 { } } output x;' | model "10^12 turns"
{ echo 'fn f0(x) = x * x + x;'; chain 39 'fn f@(x) = f#(x) * f#(x) + 1;'; echo 'input x; output y = f39(x);'; } | model "functions that branch"
{ echo 'block b0(z[n]) -> r[n] { r = z; }'; chain 39 'block b@(z[n]) -> r[n] { r = z -> b# -> b#; }'; echo 'input x[3]; output y = x -> b39;'; } | model "blocks that double"
{ printf 'input '; repeated $mib1 a; echo ';'; } | model "a name of a MiB"
{ printf 'input x; require 0 > 1, "'; repeated $mib1 a; echo '"; output y = x;'; } | model "a text of a MiB"

# ---- imports ----

mkdir folder && mkfifo pipe.nn && ln -s /dev/zero endless.nn && ln -s loop2.nn loop.nn && ln -s loop.nn loop2.nn && ln -s model.nn again.nn
head -c 300000000 /dev/zero >large.nn 2>/dev/null # sparse or not, it is too large
for file in pipe.nn endless.nn loop.nn again.nn folder folder/ . .. / /dev/zero /dev/null/x /dev/fd/0 /proc/self/mem ../../../../etc/shadow.nn none.nn '' '-' large.nn 'a\\nb.nn' net.c; do
    printf 'import "%s"; input x; output y = x;\n' "$file" | model "import of '$file'"
done
# names of files that are in the way of comments, strings and lines of the C
for name in 'a*/b' 'a??/' 'a"b' "a'b" 'a\b' 'a%sb' 'a
#error b' '/*a' 'a#b$c d'; do
    cp net.nn "folder/x$name.nn" 2>/dev/null || { mkdir -p "folder/x${name%/*}" && cp net.nn "folder/x$name.nn"; }
    limited "a file named $name" 0 "$build/nnc" "folder/x$name.nn" --prefix m -o never.c
    limited "the C of a file named $name" 0 ${CC:-cc} -std=c99 -trigraphs -Wall -Wextra -Werror -pedantic -fsyntax-only never.c
done
for prefix in 'a*/' 'a b' '' '1a' 'a"' '-a'; do
    ./measure $seconds $mib "$build/nnc" net.nn --prefix "$prefix" -o never2.c >log 2>&1
    [ $? = 2 ] && [ ! -e never2.c ] && passed=$((passed + 1)) || { failed=$((failed + 1)); echo "--prefix '$prefix'"; }
done
rm -f never.c never.h
# several such files in a circle, and one that is met again and again
for i in 1 2 3; do printf 'import "c%d.nn"; import "../files/%d";' $((i % 3 + 1)) $i >c$i.nn; done
echo 'import "c1.nn"; input x; output y = x;' | model "a circle of three"
repeated 50000 'import "costs.nn"; ' >again && { cat again; echo 'input x; output y = x;'; } | model "one file fifty thousand times" 0
rm -f large.nn
for file in endless.nn folder none.nn; do
    limited "the model $file" 1 "$build/nnc" $file -o never.c
    limited "weights $file" 1 "$build/nnc" net.nn --weights $file -o never.c
    limited "data $file" 1 ./net eval --data "x=$file,y=y.idx" --load right.npz
    limited "parameters $file" 1 ./net eval --data files/ok_rows.csv --load $file
done
[ ! -e never.h ] || [ -s never.h ] && passed=$((passed + 1)) || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
