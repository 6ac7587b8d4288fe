#!/bin/sh
# make bench: forward, gradient and a whole SGD step of the examples, nnc against PyTorch on one thread, alternating in one run.
# Prints minimum and median of the rounds and the ratio of medians. Without PyTorch only nnc's own figures.
build=${BUILD:-build}
cc=${CC:-cc}
dir=$build/bench
rounds=${ROUNDS:-7}
mkdir -p "$dir"
python=""
for p in /usr/bin/python3 python3; do
    if $p -c 'import torch' 2>/dev/null; then python=$p; break; fi
done
if [ -z "$python" ]; then
    echo "PyTorch is not there (Debian: python3-torch libopenblas0-pthread): only nnc is timed"
else
    $python bench/torch_side.py --check || python=""
fi
echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1); $($cc --version | head -n 1); rounds: $rounds; one thread; microseconds"
for model in lecture digits fashion/lenet; do
    path=examples/$model/$model.nn; case $model in */*) path=examples/$model.nn; model=${model#*/} ;; esac
    "$build/nnc" $path --batch 32 --prefix m -o "$dir/$model.c" &&
        $cc -O3 -march=native -Iruntime -I"$dir" -DMODEL=m_model bench/time_model.c "$dir/$model.c" -lm -o "$dir/$model" || exit 1
    : >"$dir/$model.times"
    r=0
    while [ $r -lt "$rounds" ]; do
        "$dir/$model" | sed 's/^/nnc /' >>"$dir/$model.times"
        [ -n "$python" ] && $python bench/torch_side.py $model | sed 's/^/torch /' >>"$dir/$model.times"
        r=$((r + 1))
    done
    sort -k1,3 -k4,4n "$dir/$model.times" | awk -v model=$model '
        { key = $2 " " $3; who = $1; n[who, key]++; v[who, key, n[who, key]] = $4; if (!(key in seen)) { seen[key] = 1; order[++keys] = key } }
        END {
            printf "\n%s\n%-16s %10s %10s %12s %12s %8s\n", model, "", "nnc min", "median", "torch min", "median", "times"
            for (i = 1; i <= keys; i++) {
                k = order[i]; a = n["nnc", k]; b = n["torch", k]
                m = v["nnc", k, int((a + 1) / 2)]
                if (b) { t = v["torch", k, int((b + 1) / 2)]; printf "%-16s %10.2f %10.2f %12.2f %12.2f %8.1f\n", k, v["nnc", k, 1], m, v["torch", k, 1], t, t / m }
                else printf "%-16s %10.2f %10.2f\n", k, v["nnc", k, 1], m
            }
        }'
done
