#!/bin/sh
# docs/runtime.md: its commands run in order, its C compiles without a warning and learns, and every public function and option stands in it.
# Run from the project's root.
root=$PWD
build=$(cd "${BUILD:-build}" && pwd)
doc=$root/docs/runtime.md
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }

# what a user's machine has: the compiler in the path, pkg-config, the core as one file
mkdir "$dir/bin" "$dir/work"
ln -s "$build/nnc" "$dir/bin/nnc"
printf '#!/bin/sh\necho "-I%s/runtime %s/libnnrt.a -lz -lm"\n' "$root" "$build" >"$dir/bin/pkg-config"
printf '#!/bin/sh\nPATH=%s exec %s -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror "$@"\n' "$PATH" "${CC:-cc}" >"$dir/bin/cc"
chmod +x "$dir/bin/cc" "$dir/bin/pkg-config"
PATH=$dir/bin:$PATH
export PATH
awk -f scripts/amalgamate.awk runtime/core/core.c >"$dir/work/nnrt_core.c"
cp runtime/nnrt_core.h "$dir/work"
cd "$dir/work" || exit 1

awk '/^```nn$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$doc" >corners.nn
awk '/^```c$/ { first = 1; next } /^```/ { file = "" } first { file = $2; sub(":", "", file); first = 0 } file { print > file }' "$doc"
awk '/^```sh$/ { n++; inside = 1; next } /^```/ { inside = 0 } inside { print > ("run" n) }' "$doc"
for n in $(awk '/^```sh$/ { print ++n }' "$doc"); do
    sh -e "run$n" >"$dir/log" 2>&1
    say $? "commands number $n: $(cat "run$n")"
done
./corners train --resume --load corners.npz --data corners.csv --epochs 31 --save corners.npz >"$dir/log" 2>&1 && grep -q '^epoch 31/31 ' "$dir/log" && ! grep -q '^epoch 30/' "$dir/log"
say $? "a resumed run goes on"
for python in python3 /usr/bin/python3; do
    if $python -c 'import numpy' 2>/dev/null; then
        awk '/^```python$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$doc" >edit.py
        { $python edit.py && ./corners eval --data corners.csv --load edited.npz; } >"$dir/log" 2>&1
        say $? "numpy edits parameters"
        break
    fi
done

for f in $(cat "$root"/runtime/nnrt.h "$root"/runtime/nnrt_core.h "$root"/runtime/nnrt_files.h | grep -o 'nnrt_[a-z_]*(' | tr -d '(' | sort -u); do
    case $f in *_d | nnrt_openmp_run) continue ;; esac
    grep -q "$f" "$doc" || { case $f in nnrt_replace_*) grep -q "\`_${f#nnrt_replace_}\`" "$doc" ;; *) false ;; esac; }
    say $? "docs/runtime.md does not mention $f"
done
for o in $(./corners train --help | grep -o '^  --[a-z]*'); do
    [ "$o" = --help ] || grep -q -- "\`$o" "$doc"
    say $? "docs/runtime.md does not mention $o"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
