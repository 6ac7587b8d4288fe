"""make bench: how fast the functions that nnc writes are, against peers, on one thread, in turn in one run.

    bench.py [--rounds N] [--write] [MODEL...]

Peers are taken where they are installed: PyTorch eager and traced (python3-torch libopenblas0-pthread), ONNX Runtime (onnxruntime-node
from npm, unpacked into build/bench), FANN (libfann-dev), perceptrons written by hand as plain loops and with OpenBLAS (libopenblas-dev).
Each round runs every side of a model once, in a process of its own; a side prints the minimum and the median of its measurements. Told are
the minimum over the rounds, the median of the medians, and the ratio of the minima: above 1 nnc is faster.
--write puts the tables into docs/performance.md and draws docs/speed.svg (gnuplot-nox)."""
import array
import os
import re
import resource
import statistics
import subprocess
import sys

BUILD = os.environ.get("BUILD", "build")
CC = os.environ.get("CC", "cc")
CFLAGS = os.environ.get("BENCH_CFLAGS", "-O2 -march=native").split()
FOLDER = BUILD + "/bench"
MODELS = {  # the file, the widths where it is a perceptron, its name
    "lecture": ("examples/lecture/lecture.nn", "600,60,40,10", "W1: 600-60-40-10"),
    "w2": ("bench/models/w2.nn", "784,128,10", "W2: 784-128-10"),
    "w3": ("bench/models/w3.nn", "784,512,512,10", "W3: 784-512-512-10"),
    "lenet": ("bench/models/lenet.nn", None, "W4: LeNet"),
    "w5": ("bench/models/w5.nn", "4,8,3", "W5: 4-8-3, tanh"),
    "keyword": ("bench/models/keyword.nn", None, "DS-CNN, 64 channels"),
    "gru": ("bench/models/gru.nn", None, "GRU of 64, 50 steps"),
    "attention": ("bench/models/attention.nn", None, "causal attention, 64 tokens, width 64, 4 heads"),
    "wide": ("bench/models/wide.nn", "784,2048,2048,10", "784-2048-2048-10"),
}
SAMPLES = {"w3": (1, 32, 64, 128)}
PEERS = ["eager", "jit", "ONNX Runtime", "FANN", "OpenBLAS", "plain loops", "nnc, plain C"]
ALONE = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, env=ALONE, **options).stdout


def works(*command):
    try:
        run(*command)
        return True
    except (subprocess.CalledProcessError, FileNotFoundError):
        return False


def compiles(header, library):
    try:
        run(CC, "-x", "c", "-", "-o", FOLDER + "/try", library, "-lm", input=f"#include <{header}>\nint main(void) {{ return 0; }}\n")
        return True
    except subprocess.CalledProcessError:
        return False


def find_python():
    for python in ("/usr/bin/python3", "python3"):
        if works(python, "-c", "import torch"):
            return python
    return None


def find_onnx():
    """The folder of ONNX Runtime for node: 1.17.3 is the last whose package holds its binaries."""
    folder = os.path.abspath(FOLDER + "/onnx")
    if not works("node", "-e", f"require('{folder}/node_modules/onnxruntime-node')"):
        os.makedirs(folder, exist_ok=True)
        if not works("npm", "install", "--silent", "--ignore-scripts", "--prefix", folder, "onnxruntime-node@1.17.3"):
            return None
    return folder + "/node_modules/onnxruntime-node"


class Bench:
    def __init__(self):
        os.makedirs(FOLDER, exist_ok=True)
        self.python, self.onnx = find_python(), find_onnx()
        self.torch = "PyTorch is not there (python3-torch libopenblas0-pthread)"
        if self.python:
            checked = subprocess.run([self.python, "bench/torch_side.py", "--check"], capture_output=True, text=True, env=ALONE)
            self.torch = checked.stdout.strip()
            if checked.returncode:
                print(self.torch)
                self.python = None
        self.fann = compiles("floatfann.h", "-lfloatfann")
        self.blas = compiles("cblas.h", "-lopenblas")
        self.peaks, self.shares = [], {}

    def machine(self):
        name = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
        compiler = run(CC, "--version").split("\n")[0]
        load = open("/proc/loadavg").read().split()[0]
        onnx = "1.17.3 (onnxruntime-node)" if self.onnx else "not there (needs node and npm)"
        return [f"{name}, {os.cpu_count()} processors; load when it began: {load}", f"{compiler}, {' '.join(CFLAGS)}", self.torch, f"ONNX Runtime: {onnx}",
                f"FANN: {'libfann' if self.fann else 'not there (libfann-dev)'}; OpenBLAS: {'yes' if self.blas else 'not there (libopenblas-dev)'}"]

    def sides(self, model):
        """(name, command) of each side that this model has; the commands print `[way] function samples minimum median`."""
        path, widths, _ = MODELS[model]
        samples = [str(n) for n in SAMPLES.get(model, (1, 32, 128))]
        base = f"{FOLDER}/{model}"
        run(BUILD + "/nnc", path, "--batch", "128", "--prefix", "m", "-o", base + ".c")
        quick = ["-DROUNDS=15", "-DMODEL=m_model", "-Iruntime", "-I" + FOLDER, "bench/nnc_side.c", base + ".c", "-lm"]
        run(CC, *CFLAGS, *quick, "-o", base)
        run(CC, *CFLAGS, "-DM_PLAIN", *quick, "-o", base + "-plain")
        hand = [widths, "tanh" if model == "w5" else "relu"]
        sides = [("nnc", [base, *samples])]
        if self.python:
            sides.append(("torch", [self.python, "bench/torch_side.py", model, *samples]))
            if self.onnx:
                os.makedirs(base + ".onnx", exist_ok=True)
                try:
                    shapes = run(self.python, "bench/torch_side.py", "--export", model, base + ".onnx", *samples)
                    files = [f"{base}.onnx/{line.split()[0]}.onnx:{line.split()[1]}" for line in shapes.splitlines() if re.match(r"\d+ [\d,]+$", line)]
                    sides.append(("ONNX Runtime", ["node", "bench/onnx_side.js", self.onnx, *files]))
                except subprocess.CalledProcessError as failed:
                    print(f"{model} cannot be exported to ONNX: {failed.stderr.strip().splitlines()[-1]}")
        if widths and self.fann and model != "wide":
            run(CC, "-O2", "bench/fann_side.c", "-o", base + "-fann", "-lfloatfann", "-lm")
            sides.append(("FANN", [base + "-fann", *hand, *samples]))
        if widths and self.blas:
            run(CC, "-O3", "-march=native", "-DBLAS", "bench/dense_side.c", "-o", base + "-blas", "-lopenblas", "-lm")
            sides.append(("OpenBLAS", [base + "-blas", *hand, *samples]))
        if widths:
            run(CC, "-O3", "-march=native", "bench/dense_side.c", "-o", base + "-hand", "-lm")
            sides.append(("plain loops", [base + "-hand", *hand, *samples]))
        return sides + [("nnc, plain C", [base + "-plain", *samples])]

    def measure(self, model, rounds):
        """{(side, function, samples): (minimum, median)} over the rounds."""
        seen = {}
        for _ in range(rounds):
            for side, command in self.sides_of(model):
                for line in run(*command).splitlines():
                    words = line.split()
                    if words[0] == "peak":
                        if side == "nnc":
                            self.peaks.append(float(words[1]))
                        continue
                    who = side if side != "torch" else words.pop(0)
                    if words[0] == "gradient":
                        continue
                    key = who, words[0], int(words[1])
                    seen.setdefault(key, []).append((float(words[2]), float(words[3])))
                    if side == "nnc":
                        share = float(words[5])
                        self.shares[model, *key[1:]] = max(share, self.shares.get((model, *key[1:]), 0))
        return {key: (min(t[0] for t in times), statistics.median(t[1] for t in times)) for key, times in seen.items()}

    def sides_of(self, model):
        if not hasattr(self, "made"):
            self.made = {}
        if model not in self.made:
            self.made[model] = self.sides(model)
        return self.made[model]


def npy(path, descr, shape, period):
    """A NumPy file of that shape, whose numbers repeat those of the array `period`."""
    size = 1
    for extent in shape:
        size *= extent
    data = period.tobytes() * (size // len(period) + 1)
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({', '.join(map(str, shape))},)}}"
    head += " " * (-(len(head) + 11) % 64) + "\n"
    with open(path, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + data[:size * period.itemsize])


def training_step(model, rounds):
    """Microseconds of processor time that the training program takes for a step of batch 32, all that belongs to it included: the
    difference between long and short training over their difference in steps."""
    path, base, samples, batch, short, long = MODELS[model][0], f"{FOLDER}/{model}", 60000, 32, 1, 5
    shape = {"lecture": (3, 10, 20), "w2": (784,), "lenet": (1, 28, 28)}[model]
    npy(base + "-x.npy", "<f4", (samples, *shape), array.array("f", ((i * 37 % 101) / 50 - 1 for i in range(101))))
    npy(base + "-y.npy", "<i4", (samples,), array.array("i", range(10)))
    run(BUILD + "/nnc", path, "--program", "--batch", str(batch), "--prefix", "m", "-o", base + "-program.c")
    run(CC, *CFLAGS, "-Iruntime", "-I" + FOLDER, base + "-program.c", BUILD + "/libnnrt.a", "-lz", "-lm", "-o", base + "-program")

    def spent(epochs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run(base + "-program", "train", "--data", f"x={base}-x.npy,y={base}-y.npy", "--save", base + ".npz", "--epochs", str(epochs), "--batch", str(batch),
            "--optimizer", "sgd(rate=0.000001)")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime  # the kernel's share is loading the data, and scatters

    turns = [(spent(long), spent(short)) for _ in range(max(rounds, 3))]
    return (min(t[0] for t in turns) - min(t[1] for t in turns)) * 1e6 / ((long - short) * samples / batch)


def short(us):
    return f"{us:.0f}" if us >= 100 else f"{us:.3g}"


def table(bench, model, times):
    """Lines of a Markdown table: microseconds (minimum, median), share of the peak, and each peer's minimum over nnc's."""
    peers = [p for p in PEERS if any(k[0] == p for k in times)]
    lines = ["| " + MODELS[model][2] + " | us, min | median | of peak | " + " | ".join(peers) + " |", "| --- |" + " ---: |" * (3 + len(peers))]
    for what in ("forward", "step"):
        for n in SAMPLES.get(model, (1, 32, 128)):
            best, median = times["nnc", what, n]
            ratios = [f"{times[p, what, n][0] / best:.2f}" if (p, what, n) in times else "" for p in peers]
            lines.append(f"| {what} b{n} | {short(best)} | {short(median)} | {bench.shares[model, what, n]:.0f} % | " + " | ".join(ratios) + " |")
    return lines


def plot(results):
    """docs/speed.svg: how many times as fast a step is as PyTorch's, for each model and batch, by gnuplot."""
    rows = [f'"{MODELS[m][2].split(":")[0].split(",")[0].replace(" ", chr(92) + "n", 1)}" ' + " ".join(f"{t['eager', 'step', n][0] / t['nnc', 'step', n][0]:.3f}" for n in (1, 32, 128))
            for m, t in results.items() if ("eager", "step", 32) in t]
    script = f"""set terminal svg size 800,360 font 'sans-serif,12' background rgb 'white'
set output 'docs/speed.svg'
set title 'A step of training: times as fast as PyTorch (one thread, logarithmic)'
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.9 noborder
set logscale y
set yrange [0.8:]
set grid ytics lc rgb '#dddddd'
set key top left
set xtics font ',9'
set arrow from graph 0, first 1 to graph 1, first 1 nohead lc rgb '#888888'
$times << END
""" + "\n".join(rows) + """
END
plot $times using 2:xtic(1) title 'batch 1' lc rgb '#4269d0', '' using 3 title '32' lc rgb '#efb118', '' using 4 title '128' lc rgb '#3ca951'
"""
    try:
        run("gnuplot", input=script)
    except (subprocess.CalledProcessError, FileNotFoundError):
        print("docs/speed.svg is not drawn: it needs gnuplot-nox")


def write(lines):
    """Between the two marks in docs/performance.md."""
    path = "docs/performance.md"
    text = open(path).read()
    begin, end = "<!-- make bench writes from here -->\n", "<!-- to here -->"
    head, rest = text.split(begin)
    open(path, "w").write(head + begin + "\n" + "\n".join(lines) + "\n\n" + end + rest.split(end)[1])


def main(words):
    rounds, keep, models = 5, False, []
    while words:
        word = words.pop(0)
        if word == "--rounds":
            rounds = int(words.pop(0))
        elif word == "--write":
            keep = True
        elif word in MODELS:
            models.append(word)
        else:
            sys.exit(f"bench: unknown word '{word}'; models are: {' '.join(MODELS)}")
    bench, results, lines = Bench(), {}, []
    head = [f"- {line}" for line in bench.machine()] + [f"- {rounds} rounds"]
    print("\n".join(head))
    for model in models or MODELS:
        results[model] = bench.measure(model, rounds)
        part = table(bench, model, results[model])
        print("\n" + "\n".join(part), flush=True)
        lines += [""] + part
    head.append(f"- one core multiplies and adds {max(bench.peaks) / 1e3:.1f} numbers a nanosecond ({2 * max(bench.peaks) / 1e3:.0f} GFLOP/s), measured in the same rounds")
    print("\n" + head[-1])
    if not models:
        ratios = [(m, training_step(m, rounds) / results[m]["nnc", "step", 32][0]) for m in ("lecture", "w2", "lenet")]
        lines += ["", "A step of the training program at batch 32, data, shuffling and optimizer included, over the step alone: "
                  + ", ".join(f"{MODELS[m][2].split(':')[0]} {ratio:.2f}" for m, ratio in ratios) + "."]
        print("\n" + lines[-1])
    if keep:
        write(head + lines)
        plot(results)


main(sys.argv[1:])
