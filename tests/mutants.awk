# Lists faults that can be seeded in a C file, for mutants.sh: FILE <tab> LINE <tab> RULE <tab> the line as it becomes.
# usage: awk -v file=FILE -f mutants.awk FILE FILE (read twice: conditions before a bug() guard against faults of the compiler itself, and show in none)
BEGIN {
    OFS = "\t"
    # what is replaced, each occurrence in turn
    n = split("== != | != == | < <= | <= < | > >= | >= > | && || | || && | + - | - + | * + | ++ -- | args[0] args[1] | args[1] args[0] | args[1] args[2] | " \
              "expr_add( expr_sub( | expr_sub( expr_add( | expr_mul( expr_add( | expr_div( expr_mul( | expr_neg( ( | int_add( int_sub( | int_sub( int_add( | " \
              "expr_num(1) expr_num(2) | expr_num(0) expr_num(1) | int_const(0) int_const(1) | ONE ZERO | OP_LT OP_LE | OP_LE OP_LT | true false | false true", rule, " \\| ")
}
NR == FNR { if (/^ *bug\(/) guard[FNR - 1] = 1; next }
FNR in guard { next }
/^ *\/?\*/ || /^#/ || /^ *bug\(/ || /case .*: break;/ { next }
# No rule is told by names and notes, sizes of memory and its limits.
/note|label|name|stage|->own| at = |->at = |NEW_ARRAY|memcpy|memcmp|MAX_RANK|MAX_INDEX|LIMIT/ { next }
/^[a-z].*[^;{]$/ && !/=/ { next } # a function's head
{
    line = $0
    sub(/ *\/\*.*\*\/ *$/, "", line)
    for (k = 1; k <= n; k++) {
        split(rule[k], pair, " ")
        spaced = pair[1] ~ /^[-+*<>=!&|]+$/ && pair[1] != "++"
        old = spaced ? " " pair[1] " " : pair[1]
        new = spaced ? " " pair[2] " " : pair[2]
        start = 1
        while ((at = index(substr(line, start), old))) {
            place = start + at - 1
            if (!in_text(substr(line, 1, place)))
                print file, FNR, pair[1] " -> " pair[2], substr(line, 1, place - 1) new substr(line, place + length(old))
            start = place + length(old)
        }
    }
    if (match(line, /if \(/)) {
        rest = substr(line, RSTART + 4)
        print file, FNR, "if never", substr(line, 1, RSTART + 3) "0 && (" guarded(rest)
        print file, FNR, "if always", substr(line, 1, RSTART + 3) "1 || (" guarded(rest)
    }
    if (line ~ /^ +(continue|break);$/ || line ~ /^ +[a-z_>.-]+(\[[^]]*\])* [-+|&]?= [^;]*;$/)
        print file, FNR, "left out", substr(line, 1, match(line, /[^ ]/) - 1) "; // " substr(line, match(line, /[^ ]/))
}
# Does an odd number of quotes stand before?
function in_text(s) { return gsub(/"/, "", s) % 2 }
# The condition closes where its bracket does; where that is on another line the fault does not compile and counts as none.
function guarded(s,   i, depth, c) {
    depth = 1
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (c == "(") depth++
        if (c == ")" && --depth == 0)
            return substr(s, 1, i - 1) "))" substr(s, i + 1)
    }
    return s
}
