# Turns the library's .nn files into C: its definitions one by one, so that a model has those parsed that it uses. A definition begins at the
# start of a line; a comment there belongs to none.
# usage: awk -f embed.awk FILE...
function quoted(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); gsub(/\?/, "\\?", s); gsub(/\t/, "\\t", s); return "\"" s "\\n\"" }
BEGIN { print "/* made by scripts/embed.awk */\n#include \"elab/library.h\"\n" }
FNR == 1 { file = FILENAME; sub(/.*\//, "", file); within = 0 }
/^(fn|block|derivative) / {
    if (n++) print ";"
    within = 1
    print "static const char text_" n "[] ="
    name = $2
    sub(/[^a-zA-Z0-9_].*/, "", name)
    part[n] = "{\"" name "\", \"" file "\", " FNR ", text_" n ", sizeof text_" n " - 1}"
}
/^\/\// || /^$/ { if (within) print "    \"\\n\""; next }
!/^(fn |block |derivative |[ }])/ || !within { print FILENAME ":" FNR ": the library holds functions, blocks and derivatives only" > "/dev/stderr"; bad = 1; exit }
{ print "    " quoted($0) }
END {
    if (bad) exit 1
    print ";\n\nconst library_part library_parts[] = {"
    for (i = 1; i <= n; i++) print "    " part[i] ","
    print "};\nconst int library_part_count = " n ";"
}
