#!/bin/sh
# Values and derivatives where they are a matter of definition: kinks, ties, branches not taken, detach, derivatives of the user's own. Exact
# numbers, in both precisions, at every level.
build=${BUILD:-build}
cc=${CC:-cc}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
cat >"$dir/k.nn" <<'END'
fn step(s) = s >= 0 ? 1 : -1;
derivative step(s) = abs(s) <= 1 ? 1 : 0;
fn prod2(a, b) = a * b;
derivative prod2(a, b) = 10 * b, 100 * a;
input x;
param a = 1; param b = 1; param c = 0; param d[4] = 2; param e = 0; param f = 0; param g = 0; param h = 0; param m[4] = 2; param n = 0.5;
param o = 2.5; param r = -2.5; param s = 0; param t = 3; param u = 2; param v = 5; param w = 3; param y = 0.5; param z = 0;
output value = x;
cost x + max(a, b) + min(a, b) * 10              // ties go to b
   + 10 * relu(c) + 10 * abs(c)                  // 0 at 0
   + (max[j] d[j]) + 10 * min[j] m[j]            // ties go to the lowest index
   + ((argmax[j] d[j]) == 0)                     // so does argmax
   + (e > 0 ? log(e) : 2 * e)                    // log(0) is not computed
   + (f == 0 ? 3 * f : 1 / f)
   + (g != 0 ? sqrt(g) : 4 * g) + sqrt(h > 0 ? h : 1)
   + floor(n) + ceil(n) + sign(n) + round(n) + (n < 1)
   + round(o) * 100 + round(r) * 1000            // halves away from 0
   + step(s) + prod2(t, u)                       // derivatives of the user's own
   + detach(v) * v                               // v as a factor only
   + (w > 2 && w < 4 || w == 7 ? w ^ 2 : 1 / 0)
   + (y < 0.5 < 1) + z ^ 2 ^ 3;
END
cat >"$dir/main.c" <<'END'
#include <stdio.h>
#include "k.h"
static k_params p, g;
static k_work k;
static int bad;
static void check(const char *what, double is, double should)
{
    if (is != should) {
        printf("%s is %g, not %g\n", what, is, should);
        bad = 1;
    }
}
int main(void)
{
    k_real x = 0;
    k_init(&p, 1);
    double c = (double)k_grad(&p, &k, 1, &x, &g);
    /* 1 + 10, 0, 2 + 20, 1, 0, 0, 0 + 1, 0 + 1 + 1 + 1 + 1, 300 - 3000, 1 + 6, 25, 9, 1 + 0 */
    check("the cost", c, 11 + 22 + 1 + 1 + 4 + 300 - 3000 + 7 + 25 + 9 + 1);
    check("a", (double)g.a, 0);
    check("b", (double)g.b, 11);
    check("c", (double)g.c, 0);
    for (int i = 0; i < 4; i++) {
        check("d", (double)g.d[i], i == 0);
        check("m", (double)g.m[i], i == 0 ? 10 : 0);
    }
    check("e", (double)g.e, 2);
    check("f", (double)g.f, 3);
    check("g", (double)g.g, 4);
    check("h", (double)g.h, 0);
    check("n", (double)g.n, 0);
    check("o", (double)g.o, 0);
    check("r", (double)g.r, 0);
    check("s", (double)g.s, 1);
    check("t", (double)g.t, 20);
    check("u", (double)g.u, 300);
    check("v", (double)g.v, 5);
    check("w", (double)g.w, 6);
    check("y", (double)g.y, 0);
    check("z", (double)g.z, 0);
    return bad;
}
END
for real in float double; do
    for level in -O0 -Os "-Os --math poly" -O2 "-O2 --math libm"; do
        case "$real $level" in "double "*poly) continue ;; esac
        # shellcheck disable=SC2086
        if "$build/nnc" "$dir/k.nn" --real $real $level -Wno-finite -o "$dir/k.c" && $cc -std=c99 -O1 -I"$dir" "$dir/main.c" "$dir/k.c" -lm -o "$dir/k" && "$dir/k"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "$real $level"
        fi
    done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
