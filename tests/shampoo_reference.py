"""Writes shampoo_reference.h: where shampoo leads a 3 x 4 matrix, a 2 x 2 x 3 tensor and a vector of 3 in seven steps, with given
gradients; the inverse roots by numpy's own eigenvalues. The formulas are those of shampoo.c.

Run by hand with a Python that has numpy; the tests only read what it wrote."""
import numpy as np

STEPS = 7
SHAPES = [(3, 4), (2, 2, 3), (3,)]
random = np.random.RandomState(5)
START = [np.round(random.randn(*s), 3) for s in SHAPES]
GRADIENTS = [[np.round(random.randn(*s), 3) for s in SHAPES] for _ in range(STEPS)]
GRADIENTS[0][0][1] = 0  # of less than full rank


def root(a, damping, exponent):
    values, vectors = np.linalg.eigh(a)
    return vectors @ np.diag((np.maximum(values, 0) + damping * values.max()) ** exponent) @ vectors.T


def run(rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, damping=1e-6, interval=10, largest=1024, graft=1):
    p = [x.copy() for x in START]
    m, v = [np.zeros(s) for s in SHAPES], [np.zeros(s) for s in SHAPES]
    left, right, roots = {}, {}, {}
    for t in range(1, STEPS + 1):
        for k, shape in enumerate(SHAPES):
            g = GRADIENTS[t - 1][k]
            d = g + weight_decay * p[k]
            m[k] = beta1 * m[k] + (1 - beta1) * d
            v[k] = beta2 * v[k] + (1 - beta2) * d * d
            adam = rate * (m[k] / (1 - beta1 ** t)) / (np.sqrt(v[k] / (1 - beta2 ** t)) + eps)
            rows, columns = shape[0], int(np.prod(shape[1:]))
            sides = (rows <= largest) + (columns <= largest)
            if len(shape) < 2 or not sides:
                p[k] = p[k] - adam
                continue
            G = g.reshape(rows, columns)
            left[k] = beta2 * left.get(k, 0) + (1 - beta2) * G @ G.T
            right[k] = beta2 * right.get(k, 0) + (1 - beta2) * G.T @ G
            if (t - 1) % interval == 0:
                scale, exponent = 1 / (1 - beta2 ** t), -1 / (2 * sides)
                roots[k] = (root(scale * left[k], damping, exponent) if rows <= largest else np.eye(rows),
                            root(scale * right[k], damping, exponent) if columns <= largest else np.eye(columns))
            D = roots[k][0] @ (m[k].reshape(rows, columns) / (1 - beta1 ** t)) @ roots[k][1]
            D = D * (np.linalg.norm(adam) / np.linalg.norm(D) if graft else rate)
            p[k] = p[k] - D.reshape(shape)
    return np.concatenate([x.ravel() for x in p])


CASES = [
    ("shampoo", {}),
    ("shampoo(rate=0.05, interval=3)", dict(rate=0.05, interval=3)),
    ("shampoo(rate=0.05, beta1=0.5, beta2=0.9, damping=0.01, interval=1, weight_decay=0.1)",
     dict(rate=0.05, beta1=0.5, beta2=0.9, damping=0.01, interval=1, weight_decay=0.1)),
    ("shampoo(rate=0.05, interval=2, graft=0, damping=1e-3)", dict(rate=0.05, interval=2, graft=0, damping=1e-3)),
    ("shampoo(rate=0.05, interval=1, largest=3)", dict(rate=0.05, interval=1, largest=3)),
    ("shampoo(rate=0.05, interval=1, largest=2)", dict(rate=0.05, interval=1, largest=2)),
]


def rowtext(values):
    return "{ " + ", ".join(repr(float(x)) for x in values) + " }"


with open("shampoo_reference.h", "w") as out:
    out.write("/* Made by shampoo_reference.py with numpy %s. */\n" % np.__version__)
    out.write("enum { SHAMPOO_REALS = %d, SHAMPOO_STEPS = %d };\n" % (sum(x.size for x in START), STEPS))
    out.write("static const double shampoo_start[] =\n    %s;\n" % rowtext(np.concatenate([x.ravel() for x in START])))
    out.write("static const double shampoo_gradient[][SHAMPOO_REALS] = {\n")
    for step in GRADIENTS:
        out.write("    %s,\n" % rowtext(np.concatenate([x.ravel() for x in step])))
    out.write("};\nstatic const struct { char optimizer[96]; double end[SHAMPOO_REALS]; } shampoo_reference[] = {\n")
    for text, arguments in CASES:
        out.write('    { "%s",\n      %s },\n' % (text, rowtext(run(**arguments))))
    out.write("};\n")
