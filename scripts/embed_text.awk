# Turns a text file into a C string. usage: awk -f embed_text.awk -v name=NAME -v header=FILE.h FILE
BEGIN { print "/* made by scripts/embed_text.awk */\n#include \"" header "\"\n\nconst char " name "[] =" }
{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); gsub(/\?/, "\\?"); gsub(/\t/, "\\t"); print "    \"" $0 "\\n\"" }
END { print "    ;" }
