# Cuts the recordings into windows of 64 samples (2.56 s), a line each: 384 measurements and the class: 0 nothing, 1 wingardium, 2 flippendo.
# usage: zcat wand.csv.gz | awk -F, -v part=train|test -f windows.awk > windows.csv
# No recording is in both parts: every fifth gesture is tested, and every third five seconds of the minute without any. To learn from, each
# gesture comes in windows that begin at five places; it is tested in one.
function window(from, class,    t, i, text) {
    for (t = from; t < from + 64; t++)
        text = text row[t] ","
    print text class
}
function flush(    from, block, tested) {
    if (label == "negative") {
        for (block = 0; block + 125 <= n; block += 125)
            if ((block % 375 == 250) == (part == "test"))
                for (from = block; from + 64 <= block + 125; from += part == "train" ? 2 : 6) window(from, 0)
    } else if (label == "wingardium" || label == "flippendo") {
        tested = recording % 5 == 0
        if (part == "test" && tested) window(5, label == "wingardium" ? 1 : 2)
        if (part == "train" && !tested) for (from = 0; from + 64 <= n; from += 5 - (from > 4)) window(from, label == "wingardium" ? 1 : 2)
    }
    n = 0
}
NR == 1 { next }
$1 != label || $2 != recording { flush(); label = $1; recording = $2 }
{ row[n++] = $3 "," $4 "," $5 "," $6 "," $7 "," $8 }
END { flush() }
