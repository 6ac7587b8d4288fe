# Draws a run as SVG: some of the digits with what the net reads, and its accuracy epoch by epoch.
# usage: awk -f picture.awk log.csv digits.csv logits.csv. What the net reads wrongly stands in orange; the last row is made of such only.
BEGIN { FS = ","; side = 8; dot = 5; step = 58; left = 36; top = 78; columns = 8; wanted = 32 }
FNR == 1 { file++; for (i = 1; i <= NF; i++) column[$i] = i; next }
file == 1 { n++; train[n] = 100 * $column["train_accuracy"]; test[n] = 100 * $column["test_accuracy"] }
file == 2 { samples++; for (i = 1; i <= 64; i++) pixel[samples, i] = $i; digit[samples] = $65 }
file == 3 { answers++; best = 1; for (i = 2; i <= 10; i++) if ($i > $best) best = i; answer[answers] = best - 1; if (answer[answers] != digit[answers]) wrong[++wrongs] = answers }

function draw(s, x, y,    i, good, colour) {
    good = answer[s] == digit[s]
    colour = good ? "#1d4f91" : "#c8501e"
    printf "<g fill=\"%s\">", colour
    for (i = 1; i <= 64; i++)
        if (pixel[s, i] > 0)
            printf "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill-opacity=\"%.2f\"/>", x + (i - 1) % side * dot, y + int((i - 1) / side) * dot, dot, dot, pixel[s, i] / 16
    print "</g>"
    printf "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"%s\" font-weight=\"bold\">%d%s</text>\n", x + 20, y + 56, colour, answer[s], good ? "" : " (" digit[s] ")"
}
function place_x(k) { return 560 + (k - 1) * 300 / (n - 1) }
function place_y(a) { return 388 - (a - 70) * 290 / 30 }
function curve(name, v, colour,    k) {
    printf "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2.5\" stroke-linejoin=\"round\" points=\"", colour
    for (k = 1; k <= n; k++) printf "%.1f,%.1f ", place_x(k), place_y(v[k])
    printf "\"/>\n<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n", place_x(n), place_y(v[n]), colour
    printf "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s %.1f</text>\n", place_x(n) + 8, place_y(v[n]) + (name == "test" ? 13 : -2), colour, name, v[n]
}
END {
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"940\" height=\"440\" viewBox=\"0 0 940 440\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">"
    print "<rect width=\"940\" height=\"440\" rx=\"10\" fill=\"#fbfaf7\"/>"
    print "<g fill=\"#333333\"><text x=\"36\" y=\"36\" font-size=\"17\" font-weight=\"bold\">What the generated C reads</text>"
    printf "<text x=\"36\" y=\"56\" font-size=\"12\" fill=\"#777777\">last row: some of the %d of %s that it reads wrongly (and what they are)</text>\n", wrongs, substr(answers, 1, 1) "," substr(answers, 2)
    print "<text x=\"560\" y=\"36\" font-size=\"17\" font-weight=\"bold\">How it learned</text>"
    print "<text x=\"560\" y=\"56\" fill=\"#777777\">accuracy in percent, epoch by epoch</text></g>"
    for (k = 0; k < wanted; k++)
        draw(samples - 400 + k, left + k % columns * step, top + int(k / columns) * (step + 14))
    for (k = 1; k <= columns && k <= wrongs; k++)
        draw(wrong[k], left + (k - 1) * step, top + 4 * (step + 14))
    for (a = 70; a <= 100; a += 10) {
        printf "<line x1=\"560\" y1=\"%.1f\" x2=\"860\" y2=\"%.1f\" stroke=\"#dddad2\"/>\n", place_y(a), place_y(a)
        printf "<text x=\"552\" y=\"%.1f\" text-anchor=\"end\" fill=\"#777777\">%d</text>\n", place_y(a) + 4, a
    }
    for (k = 5; k <= n; k += 5)
        printf "<text x=\"%.1f\" y=\"408\" text-anchor=\"middle\" fill=\"#777777\">%d</text>\n", place_x(k), k
    curve("train", train, "#1d4f91")
    curve("test", test, "#c8501e")
    print "</svg>"
}
