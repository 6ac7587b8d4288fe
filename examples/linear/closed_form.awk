# The closed-form solution of the same regression, by the normal equations and Gauss's elimination: b, then w[0] ... w[9].
# usage: awk -F, -f closed_form.awk diabetes.csv
NR > 1 {
    v[0] = 1
    for (i = 1; i <= 10; i++) v[i] = $i
    for (i = 0; i <= 10; i++) { for (j = 0; j <= 10; j++) a[i, j] += v[i] * v[j]; a[i, 11] += v[i] * $11 }
}
END {
    for (k = 0; k <= 10; k++) {
        best = k
        for (i = k; i <= 10; i++) if (a[i, k] ^ 2 > a[best, k] ^ 2) best = i
        for (j = k; j <= 11; j++) { t = a[k, j]; a[k, j] = a[best, j]; a[best, j] = t }
        for (i = 0; i <= 10; i++) if (i != k) { f = a[i, k] / a[k, k]; for (j = k; j <= 11; j++) a[i, j] -= f * a[k, j] }
    }
    for (i = 0; i <= 10; i++) printf "%.12g\n", a[i, 11] / a[i, i]
}
