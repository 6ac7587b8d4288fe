# Makes examples/digits/digits.csv of the UCI optical digits as scikit-learn packs them (digits.csv.gz: 64 pixels, then the digit).
# usage: zcat digits.csv.gz | awk -f digits_csv.awk > digits.csv
BEGIN { FS = ","; for (r = 0; r < 8; r++) for (c = 0; c < 8; c++) printf "\"image[0,%d,%d]\",", r, c; print "digit" }
{ for (i = 1; i <= 64; i++) printf "%d,", $i; printf "%d\n", $65 }
