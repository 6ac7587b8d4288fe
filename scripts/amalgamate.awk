# Puts the core's sources into one C file: reals.h takes the place of its #include, and nnrt_core.h lies beside the file.
# usage: awk -f scripts/amalgamate.awk runtime/core/core.c > nnrt_core.c
BEGIN { print "/* nnrt_core.c: the core of nnc's runtime in one file, for firmware projects. Beside it belongs nnrt_core.h. */" }
/^#include "reals.h"/ {
    folder = FILENAME
    sub(/[^\/]*$/, "", folder)
    while ((getline line < (folder "reals.h")) > 0)
        print line
    close(folder "reals.h")
    next
}
/^#include "\.\.\/nnrt_core\.h"/ { print "#include \"nnrt_core.h\""; next }
{ print }
