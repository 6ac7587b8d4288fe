# A network of common stages at sizes where tiles, blocks of samples and layouts are at work, for test_chains.sh: one model for each seed.
# usage: awk -v seed=N -f tests/chains.awk
function below(n) { # 0 ... n - 1 (Lehmer's generator, Park and Miller 1988)
    state = (state * 48271) % 2147483647
    return int(state / 2147483647 * n)
}
function from(low, high) { return low + below(high - low + 1) }
function one_of(list, a, n) { n = split(list, a, " "); return a[1 + below(n)] }
function act() { return one_of("relu tanh sigmoid gelu leaky_relu softplus elu silu") }
function option(name, value, usual) { return value == usual ? "" : sprintf(", %s = %d", name, value) }

function conv2d(kh, kw, pad, stride, o, nh, nw) {
    kh = from(1, 5); kw = below(2) ? kh : from(1, 5); pad = from(0, 2); stride = one_of("1 1 1 2 3"); o = one_of("1 2 3 4 5 6 7 8 9 12 16 17 24")
    if (h + 2 * pad < kh || w + 2 * pad < kw)
        return ""
    nh = int((h + 2 * pad - kh) / stride) + 1; nw = int((w + 2 * pad - kw) / stride) + 1
    if (c * o * kh * kw * nh * nw > 300000)
        return ""
    c = o; h = nh; w = nw
    return sprintf(" -> conv2d[%d, %d%s%s%s]", o, kh, option("kw", kw, kh), option("pad", pad, 0), option("stride", stride, 1))
}
function transposed(k, o, stride) {
    k = from(1, 3); o = from(1, 5); stride = from(1, 2)
    if (h > 20 || w > 20 || c > 8)
        return ""
    c = o; h = (h - 1) * stride + k; w = (w - 1) * stride + k
    return sprintf(" -> conv_transpose2d[%d, %d%s]", o, k, option("stride", stride, 1))
}
function depthwise(k, pad) {
    k = from(1, 3); pad = from(0, 1)
    if (h + 2 * pad < k || w + 2 * pad < k)
        return ""
    h += 2 * pad - k + 1; w += 2 * pad - k + 1
    return sprintf(" -> depthwise2d[%d%s]", k, option("pad", pad, 0))
}
function pool(k) {
    k = one_of("2 2 2 3")
    if (h < k || w < k)
        return ""
    h = int(h / k); w = int(w / k)
    return sprintf(" -> %spool2d[%d]", one_of("max max avg"), k)
}
function image(chain, i, n, what, outputs) {
    c = one_of("1 1 2 3 5"); h = from(6, 36); w = from(6, 36)
    printf "input x[%d, %d, %d]; ", c, h, w
    n = from(2, 6)
    for (i = 0; i < n; i++) {
        what = below(10)
        chain = chain (what < 4 ? conv2d() : what < 6 ? pool() : what < 8 ? " -> " act() : what < 9 ? depthwise() : transposed())
    }
    outputs = one_of("1 2 3 4 5 7 10")
    what = below(3)
    chain = chain (what == 0 ? " -> global_avgpool" : " -> flatten" (what == 1 ? "" : sprintf(" -> linear[%d] -> %s", from(5, 70), act())))
    printf "target t[%d]; output y = x%s -> linear[%d]; cost mse(y, t);\n", outputs, chain, outputs
}
function dense(chain, i, n, outputs) {
    printf "input x[%d]; ", from(1, 130)
    n = from(1, 4)
    for (i = 0; i < n; i++)
        chain = chain sprintf(" -> linear[%d] -> %s", one_of("1 2 3 4 5 6 7 8 9 15 16 17 31 33 64 100 130 257"), act())
    outputs = one_of("2 3 4 5 6 7 10 16 17")
    if (below(2))
        printf "target t[%d]; output y = x%s -> linear[%d]; cost mse(y, t);\n", outputs, chain, outputs
    else
        printf "target t : index(%d); output y = x%s -> linear[%d]; cost cross_entropy(y, t);\n", outputs, chain, outputs
}
function sequence(turns, width, inner, kind) {
    turns = from(2, 60); width = one_of("1 3 8 16 24"); inner = one_of("3 5 8 16 17 24 33"); kind = below(3)
    if (kind == 0)
        printf "input x[%d, %d]; target t[2]; stage cell = %s[%d]; scan k < %d carry h[%d] = 0 { h = cell(x[k], h); } output y = h -> linear[2]; cost mse(y, t);\n",
            turns, width, one_of("gru_cell rnn_cell"), inner, turns, inner
    else if (kind == 1)
        printf "input x[%d, %d]; target t[3]; z = x + (x -> layernorm -> multihead[%d%s]); m[i] = mean[k] z[k, i]; output y = m -> linear[3]; cost mse(y, t);\n",
            turns, width = one_of("8 16 24"), one_of("1 2 4"), below(2) ? "" : ", causal = 1"
    else
        printf "input x[%d, %d]; target t[3]; output y = x -> conv1d[%d, %d%s] -> relu -> maxpool1d[2] -> conv1d[%d, 2, pad = 1] -> tanh -> flatten -> linear[3]; cost mse(y, t);\n",
            from(1, 5), turns + 8, from(1, 9), from(1, 4), option("pad", from(0, 1), 0), from(1, 9)
}
BEGIN {
    state = seed * 7919 + 1
    for (i = 0; i < 5; i++)
        below(2)
    kind = below(5)
    if (kind < 3) image(); else if (kind < 4) dense(); else sequence()
}
