"""Writes search_reference.h: where spsa and es lead five parameters in eight steps, by the formulas of nnrt_core.h in Python's own
arithmetic (no part of the runtime is used). The cost is steps[i] = floor(4 (p[i] - aim[i])^2), summed: a staircase with ties.

Run by hand with any Python 3; the tests only read what it wrote."""
import math

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def stream(seed, number):
    return mix(seed ^ mix((number + GOLDEN) & MASK))


def draw(kind, seed, t, pair, i):
    bits = mix((stream(stream(seed, t), pair) + (i + 1) * GOLDEN) & MASK)
    if kind == "spsa":
        return 1.0 if bits >> 63 else -1.0
    quarters = [(bits >> shift) & 0xFFFF for shift in (0, 16, 32, 48)]
    return (sum(quarters) - 4 * 65535 / 2) / math.sqrt(4 * (65536.0 ** 2 - 1) / 12)


START = [0.5, -1.25, 2.0, 0.125, -0.75]
AIM = [1.0, 0.25, 0.5, -1.5, -0.5]
STEPS, SEED = 8, 12345


def cost(p):
    return float(sum(math.floor(4 * (x - a) ** 2) for x, a in zip(p, AIM)))


def ranks(costs):
    """From -1/2 to 1/2, ties sharing the mean of their places."""
    order = sorted(costs)
    mean = lambda c: order.index(c) + (order.count(c) - 1) / 2
    return [mean(c) / (len(costs) - 1) - 0.5 for c in costs]


def run(kind, rate, sigma, pairs, weight_decay=0.0, stability=100.0, alpha=0.602, gamma=0.101, calibrate=20, beta1=0.9, beta2=0.999, eps=1e-8):
    p, n = list(START), len(START)
    m, v, sizes = [0.0] * n, [0.0] * n, []
    for t in range(1, STEPS + 1):
        c = sigma / t ** gamma if kind == "spsa" else sigma
        e = [[draw(kind, SEED, t, k, i) for i in range(n)] for k in range(pairs)]
        costs = [cost([x + sign * c * d for x, d in zip(p, e[k])]) for k in range(pairs) for sign in (1, -1)]
        if kind == "es":
            u = ranks(costs)
            w = [(u[2 * k] - u[2 * k + 1]) / pairs for k in range(pairs)]
        else:
            w = [(costs[2 * k] - costs[2 * k + 1]) / (2 * c) / pairs for k in range(pairs)]
            if calibrate:
                if t <= calibrate:
                    sizes.append(sum(map(abs, w)))
                mean = sum(sizes) / len(sizes)
                w = [x / mean if mean else 0.0 for x in w]
        g = [sum(w[k] * e[k][i] for k in range(pairs)) + weight_decay * p[i] for i in range(n)]
        for i in range(n):
            if kind == "spsa":
                p[i] -= rate * ((1 + stability) / (t + stability)) ** alpha * g[i]
            else:
                m[i] = beta1 * m[i] + (1 - beta1) * g[i]
                v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
                p[i] -= rate * m[i] / (1 - beta1 ** t) / (math.sqrt(v[i] / (1 - beta2 ** t)) + eps)
    return p


CASES = [
    ("spsa", "", dict(kind="spsa", rate=0.01, sigma=0.1, pairs=1)),
    ("spsa", "(rate=0.05, sigma=0.5, pairs=3, stability=2, alpha=0.9, gamma=0.2, calibrate=4, weight_decay=0.1)",
     dict(kind="spsa", rate=0.05, sigma=0.5, pairs=3, stability=2, alpha=0.9, gamma=0.2, calibrate=4, weight_decay=0.1)),
    ("spsa", "(rate=0.002, sigma=0.7, pairs=2, calibrate=0)", dict(kind="spsa", rate=0.002, sigma=0.7, pairs=2, calibrate=0)),
    ("es", "", dict(kind="es", rate=0.01, sigma=0.1, pairs=16)),
    ("es", "(rate=0.1, sigma=0.5, pairs=4, beta1=0.8, beta2=0.9, weight_decay=0.01)",
     dict(kind="es", rate=0.1, sigma=0.5, pairs=4, beta1=0.8, beta2=0.9, weight_decay=0.01)),
]


def row(values):
    return "{ " + ", ".join(repr(v) for v in values) + " }"


with open("search_reference.h", "w") as out:
    out.write("/* Made by search_reference.py. */\n")
    out.write("enum { SEARCH_REALS = %d, SEARCH_STEPS = %d, SEARCH_SEED = %d };\n" % (len(START), STEPS, SEED))
    out.write("static const double search_start[] = %s;\n" % row(START))
    out.write("static const double search_aim[] = %s;\n" % row(AIM))
    out.write("static const struct { char optimizer[128]; double end[SEARCH_REALS]; } search_reference[] = {\n")
    for name, arguments, values in CASES:
        out.write('    { "%s%s",\n      %s },\n' % (name, arguments, row(run(**values))))
    out.write("};\n")
