"""The same models in PyTorch, eager, one thread: forward, gradient and a whole SGD step. Prints `what samples microseconds`:
medians of processor time, measured as time_model.c does."""
import os
import statistics
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # torch.set_num_threads does not reach OpenBLAS's own threads

import torch
import torch.nn as nn

torch.set_num_threads(1)


def check():
    x = torch.randn(64, 64)
    x @ x
    libraries = {line.split()[-1].split("/")[-1] for line in open("/proc/self/maps") if "blas" in line.lower()}
    print("PyTorch", torch.__version__, "on", ", ".join(sorted(libraries)) or "its own BLAS")
    if not any("openblas" in name for name in libraries):
        print("it does not run on OpenBLAS: no ratio would count (install libopenblas0-pthread)")
        sys.exit(1)


def model(name):
    if name == "lecture":
        return nn.Sequential(nn.Flatten(), nn.Linear(600, 60), nn.ReLU(), nn.Linear(60, 40), nn.ReLU(), nn.Linear(40, 10)), (3, 10, 20)
    if name == "lenet":
        return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
                             nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)), (1, 28, 28)
    if name == "perceptron":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)), (28, 28)
    return nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
                         nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 10)), (1, 8, 8)


def median_time(f):
    f()
    turns = 1
    while True:
        begin = time.process_time()
        for _ in range(turns):
            f()
        if time.process_time() - begin > 0.005:
            break
        turns *= 2
    times = []
    for _ in range(9):
        begin = time.process_time()
        for _ in range(turns):
            f()
        times.append((time.process_time() - begin) / turns * 1e6)
    return statistics.median(times)


if sys.argv[1] == "--check":
    check()
    sys.exit(0)
net, shape = model(sys.argv[1])
loss = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=1e-6)
for n in (1, 32, 128):
    x, y = torch.randn(n, *shape), torch.arange(n) % 10

    def forward():
        with torch.no_grad():
            net(x)

    def gradient():
        optimizer.zero_grad()
        loss(net(x), y).backward()

    def step():
        optimizer.zero_grad()
        loss(net(x), y).backward()
        optimizer.step()

    for name, f in (("forward", forward), ("gradient", gradient), ("step", step)):
        print(name, n, f"{median_time(f):.4f}")
