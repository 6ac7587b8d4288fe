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


def cell(p, name, m, n, gates):
    p.update({f"{name}.w_ih": parameter(gates * m, n), f"{name}.w_hh": parameter(gates * m, m), f"{name}.b_ih": parameter(gates * m),
              f"{name}.b_hh": parameter(gates * m)})
    return lambda: [p[f"{name}.{k}"] for k in ("w_ih", "w_hh", "b_ih", "b_hh")]


def recurrent():
    p = {}
    a, b, c = cell(p, "a", 5, 4, 1), cell(p, "b", 5, 5, 3), cell(p, "c", 4, 5, 4)
    p["linear1.w"], p["linear1.b"] = parameter(3, 8), parameter(3)
    x, y = real(7, 6, 4), torch.tensor(rng.integers(0, 3, 7))
    u, v, h, m = (torch.zeros(7, k) for k in (5, 5, 4, 4))
    hs = []
    for t in range(6):
        u = torch.rnn_tanh_cell(x[:, t], u, *a())
        v = torch.gru_cell(u, v, *b())
        h, m = torch.lstm_cell(v, (h, m), *c())
        hs.append(h)
    hs = torch.stack(hs, 1)
    s = F.linear(torch.cat((hs.mean(1), m), 1), p["linear1.w"], p["linear1.b"])
    save("recurrent", p, {"x": x, "y": y}, {"s": s, "hs": hs}, {"cost": (F.cross_entropy(s, y, label_smoothing=0.1), list(p))})


def norms():
    """Outputs after one step of training, which moves the running averages alone; the gradient is that of training."""
    p = {"conv2d1.w": parameter(4, 3, 3, 3), "conv2d1.b": parameter(4), "batchnorm1.w": parameter(4), "batchnorm1.b": parameter(4),
         "linear1.w": parameter(6, 48), "linear1.b": parameter(6), "batchnorm2.w": parameter(6), "batchnorm2.b": parameter(6),
         "linear2.w": parameter(4, 6), "linear2.b": parameter(4)}
    x, t = real(8, 3, 6, 5), real(8, 4)
    mean, var = [torch.zeros(4), torch.zeros(6)], [torch.ones(4), torch.ones(6)]

    def net(training):
        z = F.conv2d(x, p["conv2d1.w"], p["conv2d1.b"])
        z = F.relu(F.batch_norm(z, mean[0], var[0], p["batchnorm1.w"], p["batchnorm1.b"], training, 0.1, 1e-5))
        z = F.linear(z.flatten(1), p["linear1.w"], p["linear1.b"])
        z = torch.tanh(F.batch_norm(z, mean[1], var[1], p["batchnorm2.w"], p["batchnorm2.b"], training, 0.3, 1e-3))
        return F.linear(z, p["linear2.w"], p["linear2.b"])

    cost = F.mse_loss(net(True), t)
    save("norms", p, {"x": x, "t": t}, {"z": net(False)}, {"cost": (cost, list(p))})


def transposed():
    p = {"conv_transpose2d1.w": parameter(3, 4, 3, 2), "conv_transpose2d1.b": parameter(4), "conv_transpose2d2.w": parameter(4, 3, 3, 4),
         "conv_transpose2d3.w": parameter(6, 2, 3, 4), "conv_transpose2d3.b": parameter(4)}
    x = real(3, 3, 4, 5)
    z = torch.tanh(F.conv_transpose2d(x, p["conv_transpose2d1.w"], p["conv_transpose2d1.b"]))
    z = torch.tanh(F.conv_transpose2d(z, p["conv_transpose2d2.w"], stride=2, padding=2, output_padding=1, groups=2))
    z = torch.tanh(F.conv_transpose2d(z, p["conv_transpose2d3.w"], p["conv_transpose2d3.b"], padding=1, dilation=3, groups=2))
    t = real(*z.shape)
    save("transposed", p, {"x": x, "t": t}, {"z": z}, {"cost": (F.mse_loss(z, t), list(p))})


def heads():
    p = {}
    for i in (1, 2):
        p.update({f"multihead{i}.w_in": parameter(18, 6), f"multihead{i}.b_in": parameter(18), f"multihead{i}.w_out": parameter(6, 6),
                  f"multihead{i}.b_out": parameter(6)})
    x, a, b = real(4, 5, 6), real(4, 5, 6), real(4, 5, 6)

    def attend(x, i, count, mask):
        w = [p[f"multihead{i}.{k}"] for k in ("w_in", "b_in", "w_out", "b_out")]
        x = x.transpose(0, 1)
        return F.multi_head_attention_forward(x, x, x, 6, count, w[0], w[1], None, None, False, 0.0, w[2], w[3], need_weights=False,
                                              attn_mask=mask)[0].transpose(0, 1)

    z = attend(F.gelu(attend(x, 1, 3, None)), 2, 2, torch.triu(torch.ones(5, 5, dtype=torch.bool), 1))
    save("heads", p, {"x": x, "p": a, "q": b}, {"z": z}, {"cost": (F.triplet_margin_loss(z, a, b), list(p))})


def values():
    p = {"a.w": parameter(5, 3), "a.b": parameter(5), "b.w": parameter(2, 5), "b.b": parameter(2)}
    x, t = real(4, 3), real(4, 2)

    def s(x, w):
        return F.softplus(F.linear(torch.tanh(F.linear(x, w, p["a.b"])), p["b.w"], p["b.b"]))

    def energy(x, w):
        return (s(x, w) ** 2 * torch.tensor([1.0, 2.0])).sum()

    derive = torch.autograd.functional
    force, slopes, curvature, cost = [], [], [], 0
    for i in range(4):
        f, w = derive.jacobian(energy, (x[i], p["a.w"]), create_graph=True)
        j = derive.jacobian(lambda x: s(x, p["a.w"]), x[i], create_graph=True)
        h = derive.hessian(lambda x: energy(x, p["a.w"]), x[i], create_graph=True)
        cost = cost + (F.mse_loss(s(x[i], p["a.w"]), t[i]) + (f.norm() - 1) ** 2 + 0.1 * (j ** 3).sum() + 0.01 * (w ** 2).sum() + 0.01 * (h ** 2).sum()) / 4
        force.append(f), slopes.append(j), curvature.append(h)
    save("values", p, {"x": x, "t": t}, {"force": torch.stack(force), "slopes": torch.stack(slopes), "curvature": torch.stack(curvature)},
         {"cost": (cost, list(p))})


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
    for make in (lecture, conv, attention, embedding, shared, players, recurrent, norms, transposed, heads, values):
        make()
    if checking:
        check(here)
    os.chdir(here)
