#!/bin/sh
# The freestanding core as one file: it compiles alone, cleanly, asks the C library for sqrt and sqrtf only, and is small.
# usage (from the project's root): tests/test_core.sh
set -u
passed=0
failed=0
cc=${CC:-cc}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

check() { # NAME STATUS
    if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

awk -f scripts/amalgamate.awk runtime/core/core.c > "$dir/nnrt_core.c"
cp runtime/nnrt_core.h "$dir"
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wdouble-promotion -Wshadow -Werror"

$cc -std=c99 -ffreestanding -Os $warnings -c "$dir/nnrt_core.c" -o "$dir/core.o"
check "C99, freestanding, without a warning" $?
wants=$(nm -u "$dir/core.o" | awk '{ sub(/^_/, "", $NF); print $NF }' | grep -v -e '^sqrtf*$' -e '^mem' -e '^_*stack_chk' -e '^GLOBAL_OFFSET')
[ -z "$wants" ]
check "needs only sqrt and sqrtf, not: $wants" $?
data=$(size "$dir/core.o" | awk 'NR == 2 { print $2 + $3 }')
[ "$data" = 0 ]
check "has no data of its own, but $data bytes" $?
for only in NO_DOUBLE NO_FLOAT; do
    $cc -std=c99 -ffreestanding -Os -DNNRT_$only $warnings -c "$dir/nnrt_core.c" -o "$dir/one.o"
    check "compiles with NNRT_$only" $?
done
if command -v arm-none-eabi-gcc >/dev/null; then
    for cpu in "cortex-m0 -DNNRT_NO_DOUBLE" "cortex-m4 -DNNRT_NO_DOUBLE" "cortex-m4 -DNNRT_NO_FLOAT"; do
        arm-none-eabi-gcc -mcpu=$cpu -mthumb -Os -std=c99 -ffreestanding -c "$dir/nnrt_core.c" -o "$dir/arm.o" &&
            bytes=$(arm-none-eabi-size "$dir/arm.o" | awk 'NR == 2 { print $1 }') && [ "$bytes" -lt 4096 ]
        check "is below 4 KB with -mcpu=$cpu, but ${bytes:-?} bytes" $?
    done
else
    echo "skipped: no arm-none-eabi-gcc, the size on a Cortex-M was not measured"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
