#!/usr/bin/python3
"""Reference numbers by PyTorch (python3-torch 1.13, double precision): parameters, data, outputs, costs and gradients.

Run by hand; test_reference.sh compares nnc's C with what it stored. Parameters bear nnc's names.
usage: make.py            writes the files beside it anew
       make.py --check    makes them elsewhere and compares: the same within 1e-14, since another BLAS sums in another order
"""
import os
import sys
import tempfile

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(20261124)


def parameter(*shape, scale=0.4):
    return torch.tensor(rng.normal(0, scale, shape), requires_grad=True)


def real(*shape):
    return torch.tensor(rng.normal(0, 1, shape))


def save(name, params, data, outputs, costs):
    np.savez(f"{name}.params.npz", **{k: v.detach().numpy() for k, v in params.items()})
    np.savez_compressed(f"{name}.data.npz", **{k: v.numpy() for k, v in data.items()})
    np.savez(f"{name}.outputs.npz", **{k: v.detach().numpy() for k, v in outputs.items()})
    for cost_name, (value, trained) in costs.items():
        grads = torch.autograd.grad(value, [params[k] for k in trained], retain_graph=True)
        gradients = {k: np.zeros(v.shape) for k, v in params.items()}
        gradients.update({k: g.numpy() for k, g in zip(trained, grads)})
        np.savez(f"{name}.{cost_name}.npz", **{cost_name: value.detach().numpy()}, **gradients)


def lecture():
    p = {"m0.w": parameter(60, 600, scale=0.05), "m0.b": parameter(60), "m1.w": parameter(40, 60, scale=0.1), "m1.b": parameter(40),
         "m2.w": parameter(10, 40), "m2.b": parameter(10)}
    x, y = real(5, 3, 10, 20), torch.tensor(rng.integers(0, 10, 5))
    z = F.relu(F.linear(x.flatten(1), p["m0.w"], p["m0.b"]))
    z = F.relu(F.linear(z, p["m1.w"], p["m1.b"]))
    s = F.linear(z, p["m2.w"], p["m2.b"])
    save("lecture", p, {"x": x, "y": y}, {"s3": s}, {"cost": (F.cross_entropy(s, y), list(p))})


def conv():
    p = {"conv2d1.w": parameter(4, 2, 3, 3), "conv2d1.b": parameter(4), "conv2d2.w": parameter(6, 2, 3, 3), "conv2d2.b": parameter(6),
         "conv2d3.w": parameter(5, 6, 2, 2)}
    x, y = real(6, 2, 9, 8), torch.tensor(rng.integers(0, 4, 6))
    a = F.max_pool2d(F.relu(F.conv2d(x, p["conv2d1.w"], p["conv2d1.b"], padding=1)), 2)
    b = F.avg_pool2d(torch.tanh(F.conv2d(a, p["conv2d2.w"], p["conv2d2.b"], stride=2, padding=2, groups=2)), 2, stride=1)
    c = torch.sigmoid(F.conv2d(b, p["conv2d3.w"]))
    n = c.flatten(1).shape[1]
    p["linear1.w"], p["linear1.b"] = parameter(4, n), parameter(4)
    s = F.linear(c.flatten(1), p["linear1.w"], p["linear1.b"])
    save("conv", p, {"x": x, "y": y}, {"s": s}, {"cost": (F.cross_entropy(s, y), list(p))})


def attention():
    p = {}
    for i, m in enumerate((8, 8, 5), 1):
        p[f"linear{i}.w"], p[f"linear{i}.b"] = parameter(m, 6), parameter(m)
    p["layernorm1.w"], p["layernorm1.b"] = parameter(5), parameter(5)
    p["linear4.w"], p["linear4.b"] = parameter(5, 5), parameter(5)
    x, t = real(4, 7, 6), real(4, 7, 5)
    q, k, v = (F.linear(x, p[f"linear{i}.w"], p[f"linear{i}.b"]) for i in (1, 2, 3))
    s = q @ k.transpose(1, 2) / np.sqrt(8)
    s = s.masked_fill(torch.triu(torch.ones(7, 7, dtype=torch.bool), 1), float("-inf"))
    a = torch.softmax(s, -1) @ v
    z = F.linear(F.gelu(F.layer_norm(a, (5,), p["layernorm1.w"], p["layernorm1.b"])), p["linear4.w"], p["linear4.b"])
    save("attention", p, {"x": x, "t": t}, {"z": z}, {"cost": (F.mse_loss(z, t), list(p))})


def embedding():
    p = {"embedding1.w": parameter(11, 4), "linear1.w": parameter(8, 4), "linear1.b": parameter(8), "linear2.w": parameter(3, 8),
         "linear2.b": parameter(3)}
    words, y = torch.tensor(rng.integers(0, 11, (7, 6))), torch.tensor(rng.integers(0, 3, 7))
    m = F.embedding(words, p["embedding1.w"]).mean(1)
    s = F.linear(F.silu(F.linear(m, p["linear1.w"], p["linear1.b"])), p["linear2.w"], p["linear2.b"])
    save("embedding", p, {"words": words, "y": y}, {"s": s}, {"cost": (F.nll_loss(F.log_softmax(s, -1), y), list(p))})


def shared():
    p = {"a.w": parameter(5, 5), "a.b": parameter(5)}
    x, t = real(6, 5), real(6, 5)
    u = torch.tanh(F.linear(torch.tanh(F.linear(x, p["a.w"], p["a.b"])), p["a.w"], p["a.b"]))
    y = u @ p["a.w"]
    save("shared", p, {"x": x, "t": t}, {"y": y}, {"cost": (F.mse_loss(y, t) + 0.01 * (p["a.w"] ** 2).sum(), list(p))})


def players():
    p = {"gen.w": parameter(4, 4), "gen.b": parameter(4), "critic.w": parameter(1, 4), "critic.b": parameter(1)}
    x, t = real(6, 4), real(6, 4)
    score = F.linear(torch.tanh(F.linear(x, p["gen.w"], p["gen.b"])), p["critic.w"], p["critic.b"])
    game = F.softplus(-score).mean()
    judge = F.softplus(score).mean() + F.mse_loss(F.linear(t, p["critic.w"], p["critic.b"]), score.detach())
    save("players", p, {"x": x, "t": t}, {"score": score},
         {"game": (game, ["gen.w", "gen.b"]), "judge": (judge, ["critic.w", "critic.b"])})


def check(stored):
    """Are the arrays in this folder those in the stored one? Ends the program with status 1 where not."""
    worst, files = 0.0, sorted(f for f in os.listdir(stored) if f.endswith(".npz"))
    if files != sorted(os.listdir(".")):
        sys.exit("other files than those stored")
    for file in files:
        mine, theirs = np.load(file), np.load(os.path.join(stored, file))
        if sorted(mine.files) != sorted(theirs.files):
            sys.exit(f"{file}: other arrays")
        for name in mine.files:
            a, b = mine[name].astype(float), theirs[name].astype(float)
            if a.shape != b.shape:
                sys.exit(f"{file}: {name} has another shape")
            off = np.abs(a - b).max() / max(np.abs(b).max(), 1e-300)
            worst = max(worst, off)
            if off > 1e-14:
                sys.exit(f"{file}: {name} differs by {off:.3g}")
    print(f"{len(files)} files, largest relative difference {worst:.2g}")


here = os.path.dirname(os.path.abspath(__file__))
checking = sys.argv[1:] == ["--check"]
with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch if checking else here)
    for make in (lecture, conv, attention, embedding, shared, players):
        make()
    if checking:
        check(here)
    os.chdir(here)
