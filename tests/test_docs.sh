#!/bin/sh
# Every example in README.md and docs/*.md is run (docs/runtime.md by test_runtime_docs.sh). Each document gets a folder of its own, and its blocks are taken in order:
#
#   ```nn               a whole model: nnc takes it without a warning, and so do the C compilers its C
#   ```nn part          blocks and functions: a model imports them
#   ```sh               the commands run, with nnc on the path and pkg-config knowing it; `examples` is this tree's
#   ```c                compiles (a text with … is a sketch; one with a file's name is for the commands to compile)
#   ```make             make reads it
#   ```text ```csv      nothing
#   ```                 nn of either kind, or what follows an `input x[3, 10, 20];`, a text with …, or one with what this version refuses
#
# A line before the block says more:  <!-- file: NAME -->  the block is also written there, for the commands that follow;
# <!-- output of: COMMAND -->  the block is what the command prints. UPDATE=1 writes it anew: read the diff.
root=$PWD
build=$root/${BUILD:-build}
case ${BUILD:-build} in /*) build=$BUILD ;; esac
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
cc=${CC:-cc}
strict="-std=c99 -pedantic -Wall -Wextra -Wconversion -Werror"
mkdir "$dir/bin"
ln -s "$build/nnc" "$dir/bin/nnc"
PATH=$dir/bin:$PATH
PKG_CONFIG_PATH=$build/uninstalled
export PATH PKG_CONFIG_PATH

takes() { # takes FILE.nn: a whole model, clean in nnc and in cc?
    nnc -Werror "$1" -o "$dir/m.c" && $cc $strict -c "$dir/m.c" -o "$dir/m.o"
}
imports() { # imports FILE.nn: parts of models?
    cp "$1" "$dir/part.nn"
    printf 'import "part.nn"; input x[3]; output y = 2 * x;\n' >"$dir/whole.nn"
    nnc "$dir/whole.nn" -o "$dir/m.c"
}
continues() { # continues FILE.nn: what follows the declaration of the image x?
    { echo 'input x[3, 10, 20];' && cat "$1"; } >"$dir/whole.nn" && nnc "$dir/whole.nn" -o "$dir/m.c"
}
sketch() { grep -q '…' "$1"; }
later() { nnc "$1" -o "$dir/m.c" 2>&1 | grep -q 'not in this version'; }

check() { # check BLOCK LANGUAGE DIRECTIVE: in the document's folder
    case $3 in
        "file: "*)
            cp "$1" "${3#file: }" || return 1
            if [ "$2" = c ]; then return 0; fi # what it includes may be made later: the commands compile it
            ;;
        "output of: "*)
            sh -e -c "${3#output of: }" >"$dir/out" || return 1
            if [ -n "${UPDATE:-}" ]; then cp "$dir/out" "$1"; fi
            [ -s "$dir/out" ] && diff "$1" "$dir/out"
            return
            ;;
    esac
    case $2 in
        nn) takes "$1" ;;
        "nn part") imports "$1" ;;
        sh) sh -e "$1" ;;
        c) sketch "$1" || $cc -std=c99 -I. -fsyntax-only -x c "$1" ;;
        make) make -n -f "$1" ;;
        text | csv) : ;;
        "") takes "$1" || imports "$1" || continues "$1" || sketch "$1" || later "$1" ;;
        *) echo "a block in '$2' is unknown here" && false ;;
    esac
}

for doc in README.md docs/*.md; do
    [ "$doc" = docs/runtime.md ] && continue # test_runtime_docs.sh runs it
    work=$dir/$(basename "$doc" .md)
    mkdir "$work"
    ln -s "$root/examples" "$work/examples"
    awk -v base="$work.block" '
        /^```/ { inside = !inside; if (inside) { n++; file = base n; printf "" > file; printf "%d|%d|%s|%s\n", n, NR, substr($0, 4), directive > (base "s") } directive = ""; next }
        inside { print > file; next }
        { directive = "" }
        /^<!-- (file|output of): .* -->$/ { directive = substr($0, 6, length($0) - 9) }' "$doc"
    [ -e "$work.blocks" ] || continue
    while IFS='|' read -r number line language directive; do
        directive=$(sed -n "$((line - 1))s/^<!-- \(.*\) -->\$/\1/p" "$doc") # it may have bars of its own
        if (cd "$work" && check "$work.block$number" "$language" "$directive") >"$dir/log" 2>&1 </dev/null; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "$doc:$line: ${language:-a block} ${directive:+($directive) }fails:"
            cat "$work.block$number"
            echo "--"
            cat "$dir/log"
        fi
    done <"$work.blocks"
    if [ -n "${UPDATE:-}" ]; then
        awk -v base="$work.block" '
            /^```/ { inside = !inside; print; if (inside) { n++; while ((getline text < (base n)) > 0) print text } next }
            !inside' "$doc" >"$dir/new" && cat "$dir/new" >"$doc"
    fi
done
# the program of generated.md runs
awk '/^```nn$/ && !nn { nn = inside = 1; next } /^```/ { inside = 0 } inside' docs/generated.md >"$dir/gate.nn"
awk '/^```c$/ && !c { c = inside = 1; next } /^```/ { inside = 0 } inside' docs/generated.md >"$dir/gate_use.c"
for level in -O0 -Os -O2; do
    "$build/nnc" "$dir/gate.nn" $level && ${CC:-cc} -std=c99 -pedantic -Wall -Wextra -Wconversion -Werror -I"$dir" "$dir/gate_use.c" "$dir/gate.c" -lm -o "$dir/gate" >"$dir/log" 2>&1 &&
        "$dir/gate" | tee "$dir/log" | sed 1d | tr '\n' ';' >"$dir/said" && [ "$(cat "$dir/said")" = "0 0 -> 0;0 1 -> 1;1 0 -> 1;1 1 -> 0;refused;" ]
    if [ $? = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "the program of generated.md $level"; cat "$dir/log"; fi
done
grep -qF "$(sed -n 's,^    \(/\* linear1.*\),\1,p' docs/generated.md)" "$dir/gate.c"
if [ $? = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "the comment in generated.md is not that of the C"; fi
# every option of the command stands in its help, in the manual page and in generated.md
for option in $("$build/nnc" --help | grep -o -- ' -[-A-Za-z][-A-Za-z0-9]*' | sort -u); do
    case $option in -[a-z] | -Wno-NAME | -Werror | --* | -[A-Z]*)
        sed 's/\\//g' docs/nnc.1 | grep -qF -- "$option" && grep -qF -- "$option" docs/generated.md
        if [ $? = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$option is missing in docs/nnc.1 or docs/generated.md"; fi ;;
    esac
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
