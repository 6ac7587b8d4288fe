# Turns text files into C: an array of { name, text, length } sorted as given on the command line.
# usage: awk -f embed.awk -v array=library_files -v type=library_file -v header=elab/library.h FILE...
function quoted(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); gsub(/\?/, "\\?", s); gsub(/\t/, "\\t", s); return "\"" s "\\n\"" }
BEGIN { print "/* made by scripts/embed.awk */\n#include \"" header "\"\n" }
FNR == 1 { n++; name[n] = FILENAME; sub(/.*\//, "", name[n]); if (n > 1) print ";"; print "static const char text_" n "[] =" }
{ print "    " quoted($0) }
END {
    print ";\n\nconst " type " " array "[] = {"
    for (i = 1; i <= n; i++) print "    {\"" name[i] "\", text_" i ", sizeof text_" i " - 1},"
    print "};\nconst int " count " = " n ";"
}
