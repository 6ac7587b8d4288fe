# Holds a net's answers against another solution of its equation: steps of Runge and Kutta's fourth order, 100 between two times; and for
# the oscillator the closed form too.
# usage: awk -f error.awk -v equation=oscillator|vanderpol -v most=1e-3 t.csv answers.csv; -v table=FILE writes t, both solutions and the error.
BEGIN { FS = ","; d = 0.2; k = 4; w = sqrt(k - d * d); m = 1; u = 1; v = 0; worst = worst_closed = 0 }
function second(u, v) { return equation == "oscillator" ? -2 * d * v - k * u : m * (1 - u * u) * v - u }
function absolute(x) { return x < 0 ? -x : x }
function advance(to,    i, h, u1, v1, u2, v2, u3, v3, u4, v4) {
    h = (to - now) / 100
    for (i = 0; i < 100; i++) {
        u1 = v;              v1 = second(u, v)
        u2 = v + h / 2 * v1; v2 = second(u + h / 2 * u1, u2)
        u3 = v + h / 2 * v2; v3 = second(u + h / 2 * u2, u3)
        u4 = v + h * v3;     v4 = second(u + h * u3, u4)
        u += h / 6 * (u1 + 2 * u2 + 2 * u3 + u4)
        v += h / 6 * (v1 + 2 * v2 + 2 * v3 + v4)
    }
    now = to
}
FNR == 1 { file++; next }
file == 1 { t[FNR] = $1; next }
{
    advance(t[FNR])
    e = absolute($1 - u); if (e > worst) worst = e
    if (equation == "oscillator") {
        c = absolute($1 - exp(-d * now) * (cos(w * now) + d / w * sin(w * now)))
        if (c > worst_closed) worst_closed = c
    }
    if (table) { if (!n) print "t,net,solution,error" > table; printf "%g,%.6f,%.6f,%.3g\n", now, $1, u, e > table }
    n++
}
END {
    good = n > 0 && worst <= most && worst_closed <= most
    printf "%s: %d times, largest error %.2g%s, at most %g: %s\n", equation, n, worst, equation == "oscillator" ? sprintf(" (against the closed form %.2g)", worst_closed) : "", most, good ? "good" : "OFF"
    exit !good
}
