# Cuts a log into windows of 48 measurements, a day, that begin every two and a half hours, and so at all times of the
# day, a line each: 48 times load and temperature.
# usage: awk -f windows.awk data.csv > windows.csv
BEGIN { FS = "," }
NR > 1 {
    pair[n++ % 48] = $2 "," $3
    if (n < 48 || n % 5) next
    line = comma = ""
    for (i = 0; i < 48; i++) { line = line comma pair[(n + i) % 48]; comma = "," }
    print line
}
