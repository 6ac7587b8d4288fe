# usage: awk -f agree.awk answers.csv closed_form.txt: do the coefficients that the answers for units.csv tell agree to 1e-6?
NR == FNR { if (FNR > 1) answer[FNR - 2] = $1; next }
{
    got = FNR == 1 ? answer[0] : answer[FNR - 1] - answer[0]
    d = got < $1 ? $1 - got : got - $1
    if (d > off) off = d
    n++
    printf "%-5s %14.8f   closed form %14.8f\n", FNR == 1 ? "b" : "w[" FNR - 2 "]", got, $1
}
END {
    good = n == 11 && off <= 1e-6
    printf "%d coefficients, largest difference %.2g: %s\n", n, off, good ? "good" : "OFF"
    exit !good
}
