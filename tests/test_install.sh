#!/bin/sh
# make install into a folder of its own; then a user's project that finds nnc by pkg-config, with nn.mk: builds, depends on imports, trains.
root=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }
run() { what=$1; shift; "$@" >"$dir/log" 2>&1; say $? "$what"; }

run "install" make -s install PREFIX=/opt/nnc DESTDIR="$dir/stage"
for f in bin/nnc lib/libnnrt.a lib/pkgconfig/nnc.pc include/nnc/nnrt.h include/nnc/nn_model.h include/nnc/nnrt_core.h share/nnc/nn.mk \
    share/nnc/library/linear.nn share/nnc/src/nnrt_core.c share/man/man1/nnc.1; do
    run "$f is there" test -e "$dir/stage/opt/nnc/$f"
done
run "no path of the stage in what is installed" sh -c "! grep -r '$dir' '$dir/stage/opt/nnc/share' '$dir/stage/opt/nnc/lib/pkgconfig'"
run "install without DESTDIR" make -s install PREFIX="$dir/here"
export PKG_CONFIG_PATH="$dir/here/lib/pkgconfig"
run "the core compiles alone" cc -std=c99 -pedantic -Wall -Wextra -Werror -ffreestanding -c "$dir/here/share/nnc/src/nnrt_core.c" -I"$dir/here/share/nnc/src" -o "$dir/core.o"

mkdir "$dir/user"
cd "$dir/user" || exit 1
cat >Makefile <<'END'
include $(shell pkg-config --variable=mk nnc)
CFLAGS = -O2 $(shell pkg-config --cflags nnc)
LDLIBS = $(shell pkg-config --libs nnc)
NNCFLAGS = --program
all: net
net: net.o
net.o: net.c
END
printf 'fn act(s) = tanh(s);\n' >act.nn
printf 'import "act.nn";\ninput x[2]; target t[1];\noutput y = x -> linear[4] -> act -> linear[1];\ncost mse(y, t);\n' >net.nn
run "a user's make" make
run "net.c stays" test -e net.c
make >"$dir/log" 2>&1
grep -q 'nothing to be done\|up to date\|Nothing' "$dir/log"
say $? "the second make does nothing"
sleep 1
printf 'fn act(s) = relu(s);\n' >act.nn
make >"$dir/log" 2>&1
grep -q 'nnc.*net.nn' "$dir/log"
say $? "a changed import makes it again"
touch net.h.stamp
rm net.h
make net.h >"$dir/log" 2>&1
say $? "net.h is made again"
printf 'x[0],x[1],t\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n' >xor.csv
run "it trains" ./net train --data xor.csv --epochs 3 --save net.npz
run "and predicts" ./net predict --data xor.csv --load net.npz --out y.csv
# several models at once, in folders, one imported text; nothing says how to make the .c, and it stays; each model is compiled once
mkdir -p "$dir/many/src/deep"
cd "$dir/many" || exit 1
cat >Makefile <<'END'
include $(shell pkg-config --variable=mk nnc)
CPPFLAGS = -Isrc
LDLIBS = -lm
all: use src/deep/three.o
use: use.o src/one.o src/two.o
use.o: src/one.h src/two.h
src/two.c src/two.h: NNCFLAGS += -O0
END
printf 'fn act(s) = tanh(s);\n' >src/act.nn
for m in one two deep/three; do
    printf 'model %s; import "%sact.nn"; input x[2]; output y = x -> linear[4] -> act -> linear[1];\n' "$(basename $m)" "$(dirname $m | sed -n s,deep,../,p)" >src/$m.nn
done
printf '#include "one.h"\n#include "two.h"\nint main(void) { return ONE_x_SIZE + TWO_x_SIZE - 4; }\n' >use.c
make -j4 >"$dir/log" 2>&1 && ./use && [ "$(grep -c 'bin/nnc ' "$dir/log")" = 3 ]
say $? "make -j4 of several models"
test -e src/one.c -a -e src/two.h -a -e src/deep/three.c >"$dir/log"
say $? "generated files stay"
make -j4 >"$dir/log" 2>&1 && ! grep -q nnc "$dir/log"
say $? "and are not made again"
sleep 1
printf 'fn act(s) = relu(s);\n' >src/act.nn
make -j4 >"$dir/log" 2>&1 && [ "$(grep -c 'bin/nnc ' "$dir/log")" = 3 ]
say $? "a changed import makes all of them again"
printf 'fn act(s) = relu(s;\n' >src/act.nn
cp src/one.c before.c
! make src/one.c >"$dir/log" 2>&1 && cmp before.c src/one.c >>"$dir/log" 2>&1
say $? "an error leaves what was there"

cd "$root" || exit 1
run "a second install" make -s install PREFIX="$dir/here"
touch "$dir/here/lib/foreign"
run "uninstall" make -s uninstall PREFIX="$dir/here"
[ "$(cd "$dir/here" && find . | sort | tr '\n' ' ')" = ". ./lib ./lib/foreign " ] >"$dir/log"
say $? "only the foreign file is left"
mkdir -p "$dir/a b/usr/bin"
run "a stage with a space" make -s install PREFIX=/usr DESTDIR="$dir/a b"
run "its nnc" "$dir/a b/usr/bin/nnc" --version
run "uninstall from there" make -s uninstall PREFIX=/usr DESTDIR="$dir/a b"
[ "$(cd "$dir/a b" && find . | sort | tr '\n' ' ')" = ". ./usr ./usr/bin " ] >"$dir/log"
say $? "folders that were there before stay"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
