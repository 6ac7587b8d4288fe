#!/bin/sh
# The digits net, inference-only with parameters baked in, on an emulated Cortex-M4: the same answers as on the desktop.
build=${BUILD:-build}
for tool in arm-none-eabi-gcc qemu-system-arm; do
    if ! command -v $tool >/dev/null 2>&1; then
        echo "skipped: $tool is not there"
        echo "0 passed, 0 failed"
        exit 0
    fi
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
say() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$2"; cat "$dir/log"; fi; }
"$build/nnc" examples/digits/digits.nn --program -o "$dir/digits.c" && cc -O2 -Iruntime "$dir/digits.c" "$build/libnnrt.a" -lz -lm -o "$dir/digits" || exit 1
"$dir/digits" train --data examples/digits/digits.csv --epochs 3 --save "$dir/w.npz" >"$dir/log"
head -n 41 examples/digits/digits.csv >"$dir/some.csv"
"$dir/digits" predict --data "$dir/some.csv" --load "$dir/w.npz" --out "$dir/logits.csv" >>"$dir/log"
# forty images and the answers as C
awk -F, 'NR > 1 { printf "{"; for (i = 1; i <= 64; i++) printf "%s%s", $i, i < 64 ? "," : "},\n" }' "$dir/some.csv" >"$dir/images.inc"
awk -F, 'NR > 1 { b = 1; for (i = 2; i <= 10; i++) if ($i > $b) b = i; printf "%d,", b - 1 }' "$dir/logits.csv" >"$dir/answers.inc"
cat >"$dir/main.c" <<'END'
#include <stdio.h>
#include "reader.h"
static const float images[40][64] = {
#include "images.inc"
};
static const int answers[40] = {
#include "answers.inc"
};
static reader_work work;
int main(void)
{
    int same = 0;
    for (int s = 0; s < 40; s++) {
        float logits[10];
        int best = 0;
        if (reader_forward(&work, 1, images[s], logits) != NN_OK)
            return 2;
        for (int i = 1; i < 10; i++)
            if (logits[i] > logits[best])
                best = i;
        same += best == answers[s];
    }
    printf("%d of 40\n", same);
    return same == 40 ? 0 : 1;
}
END
for level in -O0 -Os -O2; do
    "$build/nnc" examples/digits/digits.nn --inference --weights "$dir/w.npz" --prefix reader $level -o "$dir/reader.c" &&
        arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -std=c99 -Wall -Wextra -Wdouble-promotion -Werror -Os \
            --specs=picolibc.specs --oslib=semihost --crt0=semihost -Wl,--defsym=__flash=0,--defsym=__flash_size=0x400000,--defsym=__ram=0x20000000 \
            -Wl,--defsym=__ram_size=0x400000,--defsym=__stack_size=0x2000 -I"$dir" "$dir/main.c" "$dir/reader.c" -lm -o "$dir/m4.elf" >"$dir/log" 2>&1 &&
        timeout 120 qemu-system-arm -M mps2-an386 -display none -monitor none -serial none -chardev stdio,id=sh \
            -semihosting-config enable=on,target=native,chardev=sh -icount shift=6 -kernel "$dir/m4.elf" </dev/null >>"$dir/log" 2>&1 &&
        grep -q '40 of 40' "$dir/log"
    say $? "Cortex-M4 $level"
done
arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -std=c99 -Os -ffreestanding -Iruntime -c runtime/core/core.c -o "$dir/core.o" >"$dir/log" 2>&1 &&
    size=$(arm-none-eabi-size "$dir/core.o" | awk 'NR == 2 { print $1 }') && echo "the runtime's core: $size bytes for both precisions" && [ "$size" -gt 0 ]
say $? "the core for Cortex-M4"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
