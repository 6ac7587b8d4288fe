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
# The whole core in float, and in either precision what a device links: a linker that drops unused sections keeps these roots.
arm() { arm-none-eabi-gcc -mthumb -Os -std=c99 -ffreestanding -ffunction-sections "$@" -c "$dir/nnrt_core.c" -o "$dir/arm.o"; }
small() { # WHAT: the size of $dir/arm.o
    bytes=$(arm-none-eabi-size "$dir/arm.o" | awk 'NR == 2 { print $1 }')
    [ "${bytes:-9999}" -lt 4096 ]
    check "$1 is below 4 KB, but ${bytes:-?} bytes" $?
    echo "$1: $bytes bytes"
}
loop="nnrt_batches_begin nnrt_batches_next nnrt_gather"
if command -v arm-none-eabi-gcc >/dev/null; then
    for cpu in cortex-m0 cortex-m4; do
        arm -mcpu=$cpu -DNNRT_NO_DOUBLE
        small "$cpu, float, everything"
    done
    arm -mcpu=cortex-m4 -DNNRT_NO_FLOAT
    mv "$dir/arm.o" "$dir/all.o"
    begin="nnrt_optimizer_init_d nnrt_optimizer_begin_d nnrt_schedule_init_d nnrt_schedule_factor_d"
    for what in "any optimizer with a gradient: nnrt_optimizer_step_d nnrt_clip_norm_d nnrt_clip_value_d nnrt_add_scaled_d" \
        "adam alone: nnrt_adam_step_d" "es: nnrt_search_try_d nnrt_search_weigh_d nnrt_search_gradient_d nnrt_adam_step_d" \
        "spsa: nnrt_search_try_d nnrt_search_weigh_d nnrt_search_gradient_d nnrt_spsa_step_d"; do
        roots=$(for f in ${what#*:} $begin $loop; do printf -- '-u %s ' "$f"; done)
        arm-none-eabi-ld -r --gc-sections $roots "$dir/all.o" -o "$dir/arm.o"
        check "links ${what%%:*}" $?
        small "cortex-m4, double, ${what%%:*}"
    done
else
    echo "skipped: no arm-none-eabi-gcc, the size on a Cortex-M was not measured"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
