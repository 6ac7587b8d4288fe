# Makes diabetes.csv of scikit-learn's diabetes_data_raw.csv.gz and diabetes_target.csv.gz (Efron, Hastie, Johnstone and Tibshirani,
# "Least angle regression", Annals of Statistics 2004): each of the ten features standardised to mean 0 and variance 1, the target as it is.
# usage: zcat diabetes_data_raw.csv.gz >x; zcat diabetes_target.csv.gz >y; awk -f convert.awk x y >diabetes.csv
FNR == NR { for (i = 1; i <= 10; i++) { x[FNR, i] = $i; sum[i] += $i; square[i] += $i * $i } n = FNR; next }
{ y[FNR] = $1 }
END {
    for (i = 0; i < 10; i++) printf "x[%d],", i
    print "y"
    for (r = 1; r <= n; r++) {
        for (i = 1; i <= 10; i++) { m = sum[i] / n; printf "%.15g,", (x[r, i] - m) / sqrt(square[i] / n - m * m) }
        printf "%d\n", y[r]
    }
}
