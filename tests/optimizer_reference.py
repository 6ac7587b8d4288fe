"""Writes optimizer_reference.h: where PyTorch's optimizers lead four parameters in seven steps, in double and in float.

Run by hand with a Python that has torch (made with version 1.13.0); the tests only read what it wrote."""
import torch

CASES = [
    ("sgd(rate=0.1)", lambda p: torch.optim.SGD(p, lr=0.1)),
    ("sgd(rate=0.1, weight_decay=0.2)", lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.2)),
    ("sgd(rate=0.1, momentum=0.9)", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
    ("sgd(rate=0.1, momentum=0.9, dampening=0.3, weight_decay=0.01)",
     lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.01)),
    ("sgd(rate=0.1, momentum=0.9, nesterov=1)", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
    ("adam", lambda p: torch.optim.Adam(p)),
    ("adam(rate=0.05, beta1=0.8, beta2=0.95, eps=1e-5, weight_decay=0.1)",
     lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-5, weight_decay=0.1)),
    ("adam(rate=0.05, beta2=0.5, amsgrad=1)", lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.9, 0.5), amsgrad=True)),
    ("adamw", lambda p: torch.optim.AdamW(p)),
    ("adamw(rate=0.05, weight_decay=0.3)", lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.3)),
    ("rmsprop", lambda p: torch.optim.RMSprop(p)),
    ("rmsprop(rate=0.05, alpha=0.9, eps=1e-4, weight_decay=0.1, momentum=0.5, centered=1)",
     lambda p: torch.optim.RMSprop(p, lr=0.05, alpha=0.9, eps=1e-4, weight_decay=0.1, momentum=0.5, centered=True)),
    ("adagrad", lambda p: torch.optim.Adagrad(p)),
    ("adagrad(rate=0.1, rate_decay=0.1, weight_decay=0.1, accumulator=0.5, eps=1e-3)",
     lambda p: torch.optim.Adagrad(p, lr=0.1, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.5, eps=1e-3)),
    ("rprop", lambda p: torch.optim.Rprop(p)),
    ("rprop(rate=0.1, eta_minus=0.4, eta_plus=1.5, step_min=0.05, step_max=0.3)",
     lambda p: torch.optim.Rprop(p, lr=0.1, etas=(0.4, 1.5), step_sizes=(0.05, 0.3))),
]
START = [0.5, -1.25, 2.0, 0.125]
GRADIENTS = [[0.5, -0.25, 0.0, 3.0], [0.75, 0.5, 0.125, -2.0], [-0.5, 0.25, 0.25, 4.0], [-1.0, -0.5, 0.25, 0.5],
             [0.25, -0.75, -0.125, 0.25], [0.5, 0.125, 0.0, -1.5], [0.125, 0.25, 0.5, -1.0]]


def run(make, dtype):
    p = torch.tensor(START, dtype=dtype, requires_grad=True)
    optimizer = make([p])
    for g in GRADIENTS:
        p.grad = torch.tensor(g, dtype=dtype)
        optimizer.step()
    return p.detach().double().tolist()


def row(values):
    return "{ " + ", ".join(repr(v) for v in values) + " }"


with open("optimizer_reference.h", "w") as out:
    out.write("/* Made by optimizer_reference.py with PyTorch %s. */\n" % torch.__version__)
    out.write("enum { REFERENCE_REALS = %d, REFERENCE_STEPS = %d };\n" % (len(START), len(GRADIENTS)))
    out.write("static const double reference_start[] = %s;\n" % row(START))
    out.write("static const double reference_gradient[][REFERENCE_REALS] = {\n")
    for g in GRADIENTS:
        out.write("    %s,\n" % row(g))
    out.write("};\nstatic const struct { char optimizer[96]; double in_double[4], in_float[4]; } reference[] = {\n")
    for text, make in CASES:
        out.write('    { "%s",\n      %s,\n      %s },\n' % (text, row(run(make, torch.float64)), row(run(make, torch.float32))))
    out.write("};\n")
