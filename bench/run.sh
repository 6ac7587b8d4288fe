#!/bin/sh
# make bench: forward, gradient and a whole SGD step of the examples at batches 1, 32 and 128, nnc against PyTorch on one thread,
# alternating in one run. Prints minimum and median of the rounds in microseconds of processor time, and how many times longer PyTorch's median is.
# Without PyTorch only nnc's own figures. ROUNDS=N, MODELS="lecture lenet"; CFLAGS for the generated C, -O2 -march=native as README has it.
build=${BUILD:-build}
cc=${CC:-cc}
cflags=${BENCH_CFLAGS:--O2 -march=native}
dir=$build/bench
rounds=${ROUNDS:-7}
mkdir -p "$dir"
python=""
for p in /usr/bin/python3 python3; do
    if $p -c 'import torch' 2>/dev/null; then python=$p; break; fi
done
echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(getconf _NPROCESSORS_ONLN) processors, load $(cut -d' ' -f1 /proc/loadavg)"
echo "C:       $($cc --version | head -n 1), $cflags"
if [ -z "$python" ]; then
    echo "PyTorch is not there (Debian: python3-torch libopenblas0-pthread): only nnc is timed"
else
    $python bench/torch_side.py --check || python=""
fi
echo "one thread each, float; $rounds rounds in turn, each the median of nine measurements; microseconds of processor time a call"
for model in ${MODELS:-lecture digits perceptron lenet}; do
    case $model in
        perceptron | lenet) path=examples/fashion/$model.nn ;;
        *) path=examples/$model/$model.nn ;;
    esac
    "$build/nnc" "$path" --batch 128 --prefix m -o "$dir/$model.c" &&
        $cc $cflags -Iruntime -I"$dir" -DMODEL=m_model bench/time_model.c "$dir/$model.c" -lm -o "$dir/$model" || exit 1
    : >"$dir/$model.times"
    r=0
    while [ $r -lt "$rounds" ]; do
        "$dir/$model" | sed 's/^/nnc /' >>"$dir/$model.times"
        [ -n "$python" ] && $python bench/torch_side.py "$model" | sed 's/^/torch /' >>"$dir/$model.times"
        r=$((r + 1))
    done
    awk '{ print NR, $0 }' "$dir/$model.times" | sort -k3,3 -k4,4n -k2,2 -k5,5n | awk -v model="$model" '
        { key = $3 " " $4; who = $2; n[who, key]++; v[who, key, n[who, key]] = $5; if (!(key in seen)) { seen[key] = 1; order[++keys] = key } }
        END {
            printf "\n%-12s %6s %12s %12s %12s %12s %10s\n", model, "batch", "nnc min", "nnc median", "torch min", "torch median", "ratio"
            for (i = 1; i <= keys; i++) {
                k = order[i]; a = n["nnc", k]; b = n["torch", k]; split(k, part, " ")
                m = v["nnc", k, int((a + 1) / 2)]
                printf "%-12s %6d %12.2f %12.2f", part[1], part[2], v["nnc", k, 1], m
                if (b) { t = v["torch", k, int((b + 1) / 2)]; printf " %12.2f %12.2f %9.2fx", v["torch", k, 1], t, t / m }
                printf "\n"
            }
        }'
done
