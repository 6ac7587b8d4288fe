# usage: awk -f atleast.awk -v percent=90 log.csv: is the test accuracy of the log's last epoch so many percent?
BEGIN { FS = "," }
NR == 1 { for (i = 1; i <= NF; i++) if ($i == "test_accuracy") column = i; next }
{ last = 100 * $column }
END {
    good = column && NR > 1 && last >= percent
    printf "test accuracy %.2f %% after %d epochs, at least %s %%: %s\n", last, NR - 1, percent, good ? "good" : "OFF"
    exit !good
}
