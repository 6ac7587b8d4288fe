# Puts the core's sources into one C file: search.h and reals.h take the place of their #include, and nnrt_core.h lies beside the file.
# usage: awk -f scripts/amalgamate.awk runtime/core/core.c > nnrt_core.c
BEGIN { print "/* nnrt_core.c: the core of nnc's runtime in one file, for firmware projects. Beside it belongs nnrt_core.h. */" }
/^#include "(reals|search).h"/ {
    file = FILENAME
    sub(/[^\/]*$/, "", file)
    file = file substr($2, 2, length($2) - 2)
    while ((getline line < file) > 0)
        print line
    close(file)
    next
}
/^#include "\.\.\/nnrt_core\.h"/ { print "#include \"nnrt_core.h\""; next }
{ print }
