# Draws columns of a CSV with a header line as curves over its first column: an SVG to standard output.
# usage: awk -f plot.awk -v title=T -v note=N -v x=LABEL -v panels="a,b:LABEL|c:LABEL" data.csv
# panels: columns by name, parted by commas; `|` begins a panel below, `:` its label. A field that is empty leaves a gap. Where the
# column `band` is not 0 the ground is shaded; -v band=TEXT says what that means. -v log_scale=1: logarithmic.
BEGIN { FS = "," }
NR == 1 { for (i = 1; i <= NF; i++) { gsub(/"/, "", $i); column[$i] = i } next }
{ n++; for (i = 1; i <= NF; i++) value[n, i] = $i }

function escaped(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); return s }
function text(px, py, s, rest) { printf "<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>\n", px, py, rest, escaped(s) }
function line(x1, y1, x2, y2, colour) { printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n", x1, y1, x2, y2, colour }
function logarithm(v) { return log(v < 1e-30 ? 1e-30 : v) / log(10) }
function scaled(v) { return log_y ? logarithm(v) : v + 0 }
function across(v) { return left + (v - x_low) * width / (x_high - x_low) }
function down(v) { return top + height - (scaled(v) - low) * height / (high - low) }
function step_for(range,    s, m) { # 1, 2 or 5 times a power of ten: some five steps in the range
    s = 10 ^ int(logarithm(range / 5) + 100) / 1e100
    m = range / 5 / s
    return s * (m < 1.5 ? 1 : m < 3.5 ? 2 : m < 7.5 ? 5 : 10)
}
function tick(v, s) { if (v < s / 1000 && v > -s / 1000) v = 0; return sprintf("%.6g", v) }

function limits(names, count,    k, i, v, any) {
    for (k = 1; k <= count; k++)
        for (i = 1; i <= n; i++) {
            v = value[i, column[names[k]]]
            if (v == "") continue
            v = scaled(v)
            if (!any || v < low) low = v
            if (!any || v > high) high = v
            any = 1
        }
    if (high <= low) high = low + 1
    v = log_y ? 0 : 0.06 * (high - low)
    low -= v; high += v
}
function shade(    i, from) {
    for (i = 1; i <= n + 1; i++) {
        if (i <= n && value[i, column["band"]] + 0) { if (!from) from = i }
        else if (from) {
            printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#f3d9cb\"/>\n", across(value[from, 1]), top, across(value[i - 1, 1]) - across(value[from, 1]) + 1, height
            from = 0
        }
    }
}
function grid(last,    s, v, k) {
    s = log_y ? 1 : step_for(high - low)
    for (v = s * int(low / s - 1); v <= high + s / 1000; v += s) if (v >= low - s / 1000) {
        k = top + height - (v - low) * height / (high - low)
        line(left, k, left + width, k, "#e4e1d9")
        text(left - 8, k + 4, log_y ? sprintf("1e%d", v) : tick(v, s), "text-anchor=\"end\" fill=\"#777777\"")
    }
    if (!last) return
    s = step_for(x_high - x_low)
    for (v = s * int(x_low / s); v <= x_high + s / 1000; v += s) if (v >= x_low - s / 1000)
        text(across(v), top + height + 18, tick(v, s), "text-anchor=\"middle\" fill=\"#777777\"")
}
function curve(name, colour,    i, c, inside) {
    c = column[name]
    for (i = 1; i <= n; i++) {
        if (value[i, c] == "") { if (inside) print "\"/>"; inside = 0; continue }
        if (!inside) printf "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" stroke-linejoin=\"round\" points=\"", colour
        inside = 1
        printf "%.1f,%.1f ", across(value[i, 1]), down(value[i, c])
    }
    if (inside) print "\"/>"
}
END {
    log_y = log_scale + 0
    split("#1d4f91 #c8501e #4a8c5c #8a6fb0 #777777", colours, " ")
    count = split(panels, panel, "|")
    left = 70; width = 720; height = count > 1 ? 170 : 300; gap = 44
    x_low = value[1, 1] + 0; x_high = value[n, 1] + 0
    total = 74 + count * (height + gap) + 6
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"820\" height=\"%d\" viewBox=\"0 0 820 %d\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">\n", total, total
    printf "<rect width=\"820\" height=\"%d\" rx=\"10\" fill=\"#fbfaf7\"/>\n", total
    text(left, 32, title, "font-size=\"17\" font-weight=\"bold\" fill=\"#333333\"")
    text(left, 52, note, "fill=\"#777777\"")
    for (p = 1; p <= count; p++) {
        split(panel[p], part, ":")
        curves = split(part[1], names, ",")
        top = 84 + (p - 1) * (height + gap)
        low = high = 0
        limits(names, curves)
        if ("band" in column) shade()
        grid(p == count)
        at = left + 4
        text(at, top - 8, part[2], "fill=\"#333333\"")
        at += 8 * length(part[2]) + 8
        for (k = 1; k <= curves; k++) {
            curve(names[k], colours[k])
            text(at, top - 8, names[k], "font-weight=\"bold\" fill=\"" colours[k] "\"")
            at += 8 * length(names[k]) + 18
        }
        if (band != "" && p == 1) text(left + width, top - 8, band, "text-anchor=\"end\" fill=\"#b5623a\"")
    }
    text(left + width, top + height + 34, x, "text-anchor=\"end\" fill=\"#777777\"")
    print "</svg>"
}
