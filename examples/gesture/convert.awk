# Makes wand.csv.gz of the recordings as they were published (label, recording, time in ms, three accelerations, three rotation rates,
# some hundred samples a second): the mean of each 40 ms, so 25 samples a second.
# usage: zcat gesture_wand.csv.gz | awk -F, -f convert.awk | gzip -9n > wand.csv.gz
NR == 1 { print "label,recording,ax,ay,az,gx,gy,gz"; next }
{
    slot = $1 "," $2 "," int($3 / 40)
    if (slot != last) flush()
    last = slot; label = $1; recording = $2
    n++
    for (i = 0; i < 6; i++) sum[i] += $(4 + i)
}
function flush(    i) {
    if (!n) return
    printf "%s,%s", label, recording
    for (i = 0; i < 6; i++) { printf ",%.*f", i < 3 ? 1 : 2, sum[i] / n; sum[i] = 0 }
    print ""
    n = 0
}
END { flush() }
