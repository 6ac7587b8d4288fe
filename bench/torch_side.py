"""The bench's models in PyTorch, on one thread: eager, and traced by torch.jit.

    torch_side.py --check                       says what PyTorch it is; status 1 where it does not run on OpenBLAS
    torch_side.py MODEL SAMPLES...              times: `eager|jit function samples minimum median`, microseconds of processor time
    torch_side.py --export MODEL FOLDER SAMPLES...   writes FOLDER/SAMPLES.onnx, prints `SAMPLES shape`
"""
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # torch.set_num_threads does not reach OpenBLAS's own threads

import torch
import torch.nn as nn

torch.set_num_threads(1)
ROUNDS = 15


def check():
    x = torch.randn(64, 64)
    x @ x
    libraries = {line.split()[-1].split("/")[-1] for line in open("/proc/self/maps") if "blas" in line.lower()}
    print("PyTorch", torch.__version__, "on", ", ".join(sorted(libraries)) or "its own BLAS")
    if not any("openblas" in name for name in libraries):
        print("it does not run on OpenBLAS: no ratio would count (install libopenblas0-pthread)")
        sys.exit(1)


class Gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(16, 64, batch_first=True)
        self.read = nn.Linear(64, 10)

    def forward(self, x):
        return self.read(self.gru(x)[1][0])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(64, 4, batch_first=True)
        self.register_buffer("mask", torch.ones(64, 64).triu(1).bool())

    def forward(self, x):
        return x + self.attention(x, x, x, attn_mask=self.mask, need_weights=False)[0]


def perceptron(*widths, function=nn.ReLU):
    layers = []
    for n, m in zip(widths, widths[1:]):
        layers += [nn.Linear(n, m), function()]
    return nn.Sequential(*layers[:-1])


def separable(n):
    return [nn.Conv2d(n, n, 3, padding=1, groups=n), nn.ReLU(), nn.Conv2d(n, n, 1), nn.ReLU()]


def lenet():
    return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def keyword():
    blocks = [layer for _ in range(4) for layer in separable(64)]
    return nn.Sequential(nn.Conv2d(1, 64, (10, 4), stride=2, padding=1), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 12))


MODELS = {  # how it is made, a sample's shape, classes (None: its target is like its output)
    "lecture": (lambda: nn.Sequential(nn.Flatten(), *perceptron(600, 60, 40, 10)), (3, 10, 20), 10),
    "w2": (lambda: perceptron(784, 128, 10), (784,), 10),
    "w3": (lambda: perceptron(784, 512, 512, 10), (784,), 10),
    "lenet": (lenet, (1, 28, 28), 10),
    "w5": (lambda: perceptron(4, 8, 3, function=nn.Tanh), (4,), 3),
    "keyword": (keyword, (1, 49, 10), 12),
    "gru": (Gru, (50, 16), 10),
    "attention": (Attention, (64, 64), None),
    "wide": (lambda: perceptron(784, 2048, 2048, 10), (784,), 10),
}


def measure(f):
    f()
    turns, times = 1, []
    while True:
        begin = time.process_time()
        for _ in range(turns):
            f()
        if time.process_time() - begin > 0.003:
            break
        turns *= 2
    for _ in range(ROUNDS):
        begin = time.process_time()
        for _ in range(turns):
            f()
        times.append((time.process_time() - begin) / turns * 1e6)
    times.sort()
    return f"{times[0]:.4f} {times[ROUNDS // 2]:.4f}"


def export(name, folder, samples):
    make, shape, _ = MODELS[name]
    net = make().eval()
    for n in samples:
        torch.onnx.export(net, torch.randn(n, *shape), f"{folder}/{n}.onnx", opset_version=13)
        print(n, ",".join(map(str, (n, *shape))))


def times(name, samples):
    make, shape, classes = MODELS[name]
    net = make()
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-6)
    for n in samples:
        x = torch.randn(n, *shape)
        net.eval()
        traced = torch.jit.trace(net, x)
        y = torch.arange(n) % classes if classes else net(x).detach()
        loss = nn.CrossEntropyLoss() if classes else nn.MSELoss()

        def step(f):
            optimizer.zero_grad()
            loss(f(x), y).backward()
            optimizer.step()

        for way, f in (("eager", net), ("jit", traced)):
            with torch.no_grad():
                print(way, "forward", n, measure(lambda: f(x)))
            net.train()
            print(way, "step", n, measure(lambda: step(f)))
            net.eval()


if sys.argv[1] == "--check":
    check()
elif sys.argv[1] == "--export":
    export(sys.argv[2], sys.argv[3], [int(n) for n in sys.argv[4:]])
else:
    times(sys.argv[1], [int(n) for n in sys.argv[2:]])
