# The samples that read off a linear model's coefficients: zero, and then the ten unit vectors.
BEGIN {
    for (i = 0; i < 10; i++)
        printf "x[%d]%s", i, i < 9 ? "," : "\n"
    for (k = -1; k < 10; k++)
        for (i = 0; i < 10; i++)
            printf "%d%s", i == k, i < 9 ? "," : "\n"
}
