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
cd "$root" || exit 1
run "uninstall" make -s uninstall PREFIX="$dir/here"
run "nothing is left" test ! -e "$dir/here/bin/nnc" -a ! -e "$dir/here/include/nnc"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
