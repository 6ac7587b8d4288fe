# nnc: a compiler from .nn block diagrams to C that computes and learns.
#
#   make            the compiler and the runtime library, in build/
#   make demo       learns to read handwritten digits, in seconds
#   make test       all tests
#   make test-math-full   the errors of exp, tanh and their like over all floats: an hour
#   make install    PREFIX=/usr/local DESTDIR=
#   make examples   the examples' full runs
#   make test-derive   the rules of derivation and simplification alone, in seconds
#   make soak       FROM=1 N=10000: random models through every configuration
#   make fuzz       T=60: each reader and the compiler on hostile bytes, T seconds each
#   make coverage   most of the tests once more, and what share of the lines they run
#   make analyse    cppcheck, clang-tidy and gcc -fanalyzer over compiler and runtime: minutes
#   make prove      frama-c on the generated inference code of the examples
#   make bench      speed, against the peers that are installed
#
# demo and test build, and test runs, on all processors (JOBS=N: on N). SANITIZE=1 builds with address and undefined-behaviour sanitizers.

CC ?= cc
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
BUILD ?= build
JOBS ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
VERSION := $(shell sed -n 's/.*NNC_VERSION "\(.*\)"/\1/p' compiler/options.h)

WARNINGS = -Wall -Wextra -Wpedantic -Wconversion -Wshadow
DEFINES = -D_POSIX_C_SOURCE=200809L
ifdef SANITIZE
SAN = -fsanitize=address,undefined -fno-sanitize-recover=all
endif
COMPILE = $(CC) -std=c11 $(DEFINES) $(WARNINGS) $(CFLAGS) $(SAN) -MMD -MP

LIBRARY := $(sort $(wildcard library/*.nn))
NNC_SRC := $(wildcard compiler/*.c compiler/*/*.c)
NNC_GEN := $(BUILD)/gen/lexer.c $(BUILD)/gen/parser.c $(BUILD)/gen/library.c $(BUILD)/gen/embedded.c
NNC_OBJ := $(NNC_SRC:%.c=$(BUILD)/%.o) $(NNC_GEN:.c=.o)
RT_SRC := $(wildcard runtime/core/*.c runtime/host/*.c)
RT_OBJ := $(RT_SRC:%.c=$(BUILD)/%.o)

.PHONY: all
all: $(BUILD)/nnc $(BUILD)/libnnrt.a $(BUILD)/uninstalled/nnc-uninstalled.pc $(BUILD)/uninstalled/nn.mk

$(BUILD)/nnc: $(NNC_OBJ)
	$(CC) $(CFLAGS) $(SAN) $^ -o $@ -lm

$(BUILD)/libnnrt.a: $(RT_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/compiler/%.o: compiler/%.c $(BUILD)/gen/parser.h
	@mkdir -p $(@D)
	$(COMPILE) -Icompiler -I$(BUILD)/gen -c $< -o $@

# The core's loops over parameters in vectors; no flag changes a result.
IN_VECTORS := $(shell f="-ftree-vectorize -fvect-cost-model=dynamic -funswitch-loops -fno-math-errno -fno-trapping-math"; \
    echo "int nothing;" | $(CC) $$f -Werror -fsyntax-only -x c - 2>/dev/null && echo "$$f" || echo "-fno-math-errno -fno-trapping-math")
$(BUILD)/runtime/core/%.o: COMPILE += $(IN_VECTORS)

$(BUILD)/runtime/%.o: runtime/%.c
	@mkdir -p $(@D)
	$(COMPILE) -Iruntime -c $< -o $@

# What flex and bison write is theirs: shadowing and conversions in it are not ours to mend.
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/gen/parser.h
	$(CC) -std=c11 $(DEFINES) -Wall -Wextra $(CFLAGS) $(SAN) -MMD -MP -Icompiler -I$(BUILD)/gen -c $< -o $@

$(BUILD)/gen/lexer.c: compiler/syntax/lexer.l
	@mkdir -p $(@D)
	flex -o $@ $<

$(BUILD)/gen/parser.c $(BUILD)/gen/parser.h: compiler/syntax/parser.y
	@mkdir -p $(@D)
	bison -o $(BUILD)/gen/parser.c --defines=$(BUILD)/gen/parser.h $<

$(BUILD)/gen/library.c: $(LIBRARY) scripts/embed.awk
	@mkdir -p $(@D)
	awk -f scripts/embed.awk $(LIBRARY) > $@.new && mv $@.new $@

$(BUILD)/gen/embedded.c: runtime/nn_model.h scripts/embed_text.awk
	@mkdir -p $(@D)
	awk -f scripts/embed_text.awk -v name=nn_model_text -v header=emit/emit.h $< > $@

# With PKG_CONFIG_PATH=…/build/uninstalled a project finds nnc where it was built, as the examples do.
$(BUILD)/uninstalled/nnc-uninstalled.pc $(BUILD)/uninstalled/nn.mk: $(BUILD)/uninstalled/%: scripts/%.in
	@mkdir -p $(@D)
	@sed -e 's|@PREFIX@/bin/nnc|$(abspath $(BUILD))/nnc|g' -e 's|@ROOT@|$(CURDIR)|g' -e 's|@BUILD@|$(abspath $(BUILD))|g' -e 's|@VERSION@|$(VERSION)|g' $< > $@.new
	@mv $@.new $@

# ---- the two commands of README ----

# make on all processors, unless the user's own -j already rules
PARALLEL = $(MAKE) --no-print-directory -s $(if $(findstring --jobserver,$(MAKEFLAGS)),,-j$(JOBS))

.PHONY: demo
demo:
	@scripts/setup build
	@$(PARALLEL) all
	@BUILD=$(BUILD) CC="$(CC)" examples/digits/demo

.PHONY: test
test:
	@scripts/setup test
	@$(PARALLEL) unit-tests all
	@$(REPLAY)
	@$(MAKE) --no-print-directory -s run-tests

# ---- tests ----

UNIT_SRC := $(wildcard tests/test_*.c)
UNIT := $(UNIT_SRC:tests/%.c=$(BUILD)/tests/%)
SHELL_TESTS := $(sort $(wildcard tests/test_*.sh))

$(BUILD)/tests/%: tests/%.c $(filter-out $(BUILD)/compiler/main.o,$(NNC_OBJ)) $(BUILD)/libnnrt.a $(wildcard tests/*.h)
	@mkdir -p $(@D)
	$(CC) -std=c11 $(DEFINES) -Wall -Wextra $(CFLAGS) $(SAN) -I. -Icompiler -Iruntime -I$(BUILD)/gen $< $(filter %.o,$^) $(BUILD)/libnnrt.a -o $@ -lcriterion -lz -lm

# Random models (tests/random/): generated, evaluated, compared. driver.c belongs to the programs that it makes.
RANDOM_SRC := $(filter-out tests/random/driver.c,$(wildcard tests/random/*.c))
$(BUILD)/random: $(RANDOM_SRC) $(wildcard tests/random/*.h)
	@mkdir -p $(@D)
	$(CC) -std=c11 $(DEFINES) $(WARNINGS) $(CFLAGS) $(RANDOM_SRC) -o $@ -lm

# The full matrix, N models from the seed FROM on; interrupted, it goes on where it was. What was found stands in build/soak/found.
.PHONY: soak
FROM ?= 1
N ?= 10000
soak: all $(BUILD)/random
	@BUILD=$(BUILD) sh tests/random/soak.sh $(FROM) $(N)

.PHONY: unit-tests run-tests test-math-full
unit-tests: $(UNIT) $(BUILD)/random
run-tests: unit-tests all
	@$(TEST_PATH) BUILD=$(BUILD) CC="$(CC)" JOBS=$(JOBS) tests/run $(UNIT) $(SHELL_TESTS)

# With sanitizers scripts/sanitized stands before the C compilers that the tests ask for.
ifdef SANITIZE
SANITIZED := cc gcc clang
TEST_PATH = PATH="$(abspath $(BUILD))/sanitized:$$PATH"
run-tests: $(SANITIZED:%=$(BUILD)/sanitized/%)
$(SANITIZED:%=$(BUILD)/sanitized/%): scripts/sanitized
	@mkdir -p $(@D)
	@ln -sf $(abspath $<) $@
endif

# The rules of derivation and simplification, alone: a part of `test`. `mutants` seeds faults in them, to see which this finds.
.PHONY: test-derive mutants
DERIVE = $(patsubst %,$(BUILD)/tests/test_%,rules forms gradients)
test-derive: $(DERIVE) all
	@BUILD=$(BUILD) CC="$(CC)" JOBS=$(JOBS) tests/run $(DERIVE) tests/test_derive.sh

mutants: all
	@BUILD=$(BUILD) JOBS=$(JOBS) sh tests/mutants.sh $(or $(EVERY),8)

# The functions of --math poly over all floats: an hour.
test-math-full: all
	@scripts/setup test
	@BUILD=$(BUILD) ALL=1 sh tests/test_math.sh

# ---- fuzzing ----

# One program a target, of tests/fuzz/NAME.c. `make fuzz T=60` links them with libFuzzer and runs each for T seconds; `make replay` (and with it
# `make test`) builds them with sanitizers and gives them the stored inputs.
FUZZ_PARTS := replay mutate_nn mutate_zip
FUZZ := $(filter-out $(FUZZ_PARTS),$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
FUZZ_CFLAGS = -O1 -g
LIB_OBJ = $(filter-out $(BUILD)/compiler/main.o,$(NNC_OBJ)) $(RT_OBJ)
MUTATOR_model = tests/fuzz/mutate_nn.c
MUTATOR_npz = tests/fuzz/mutate_zip.c
MUTATOR_resume = tests/fuzz/mutate_zip.c
MUTATOR_weights = tests/fuzz/mutate_zip.c

# $(MAIN): what calls the target; its mutator only where libFuzzer does.
$(BUILD)/%-fuzz: tests/fuzz/%.c $(wildcard tests/fuzz/*.[ch]) $(LIB_OBJ)
	$(CC) -std=c11 $(DEFINES) -Wall -Wextra $(CFLAGS) $(SAN) $(MAIN) -I. -Itests -Icompiler -Iruntime -I$(BUILD)/gen $< $(if $(findstring replay,$(MAIN)),,$(MUTATOR_$*)) \
	    $(LIB_OBJ) $(if $(filter model weights schedule,$*),-Wl$(comma)--wrap=exit) -lz -lm -o $@
comma := ,

.PHONY: fuzzers fuzz replay
fuzzers: $(FUZZ:%=$(BUILD)/%-fuzz)
REPLAY = $(PARALLEL) BUILD=$(BUILD)/replay CFLAGS="$(FUZZ_CFLAGS)" SANITIZE=1 MAIN="-DREPLAY tests/fuzz/replay.c" fuzzers
replay:
	@$(REPLAY)
	@BUILD=$(BUILD) sh tests/test_fuzz.sh
fuzz:
	@scripts/setup test
	@$(PARALLEL) BUILD=$(BUILD)/fuzz CC=clang CFLAGS="$(FUZZ_CFLAGS)" MAIN=-fsanitize=fuzzer \
	    SAN="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" fuzzers
	@T=$(T) JOBS=$(JOBS) sh tests/fuzz/run $(BUILD)/fuzz $(FUZZ)

# ---- coverage ----

# libgcov goes into the library, so that whatever the tests link with it counts too. Left out are the tests that stop programs while they
# write their counts, or take the writing for the programs' own (faults, hostile), those whose programs are builds of their own (fuzz), and
# those that compile and run what nnc wrote for minutes but reach no line of nnc's that the others do not.
NOT_COUNTED = faults hostile fuzz core device examples install library library_names math matrix random reference size threads units
COUNTED = $(filter-out $(NOT_COUNTED:%=tests/test_%.sh),$(SHELL_TESTS))
COVERED = $(MAKE) --no-print-directory -s BUILD=$(BUILD)-coverage CFLAGS="-O0 -g --coverage -DCOVERAGE" SHELL_TESTS="$(COUNTED)"
.PHONY: coverage
coverage:
	@scripts/setup test
	@rm -rf $(BUILD)-coverage
	@$(COVERED) -j$(JOBS) all
	@mkdir -p $(BUILD)-coverage/gcov && cd $(BUILD)-coverage/gcov && $(AR) x "$$($(CC) -print-file-name=libgcov.a)" && $(AR) rs ../libnnrt.a *.o 2>/dev/null
	@$(COVERED) -j$(JOBS) unit-tests
	@$(COVERED) run-tests; status=$$?; scripts/coverage $(BUILD)-coverage && exit $$status

# ---- analysis ----

.PHONY: analyse
analyse: all
	@scripts/setup analyse
	@JOBS=$(JOBS) scripts/analyse $(BUILD)

.PHONY: prove
prove: all
	@scripts/prove $(BUILD)

# ---- examples and speed ----

.PHONY: examples bench bench-quick
examples: all
	@scripts/setup test
	@BUILD=$(BUILD) CC="$(CC)" examples/digits/demo --all-seeds
	@for e in digits lecture linear cartpole gan prototypes descent stairs chainrule stream pinn controller gesture anomaly keyword; do \
	    $(MAKE) --no-print-directory -C examples/$$e check || exit 1; done
	@if [ -d /usr/share/datasets/fashion-mnist ]; then $(MAKE) --no-print-directory -C examples/fashion check; \
	    else echo "skipped: examples/fashion needs the package dataset-fashion-mnist"; fi

# The tables of docs/performance.md, and its picture; bench-quick prints what one round gives (ROUNDS=N: other numbers of rounds).
bench: all
	@BUILD=$(BUILD) CC="$(CC)" python3 bench/bench.py --write --rounds $(or $(ROUNDS),5)

bench-quick: all
	@BUILD=$(BUILD) CC="$(CC)" python3 bench/bench.py --rounds $(or $(ROUNDS),1) lecture w2 w3 lenet w5

# ---- installation ----

TOP = $(DESTDIR)$(PREFIX)
FOLDERS = . bin include include/nnc lib lib/pkgconfig share share/man share/man/man1 share/nnc share/nnc/library share/nnc/src

# Folders that were not there are remembered in share/nnc/folders, so that uninstall takes away what install made.
.PHONY: install uninstall
install: all $(BUILD)/nnc.pc $(BUILD)/nn.mk $(BUILD)/nnrt_core.c
	@for d in $(FOLDERS); do test -d "$(TOP)/$$d" || { made="$$made $$d"; mkdir -p "$(TOP)/$$d" || exit 1; }; done; \
	    for d in $$made; do echo $$d; done >> "$(TOP)/share/nnc/folders"
	install -m 755 $(BUILD)/nnc "$(TOP)/bin/nnc"
	install -m 644 $(BUILD)/libnnrt.a "$(TOP)/lib/libnnrt.a"
	install -m 644 runtime/nnrt.h runtime/nnrt_core.h runtime/nnrt_files.h runtime/nn_model.h "$(TOP)/include/nnc"
	install -m 644 $(LIBRARY) "$(TOP)/share/nnc/library"
	install -m 644 $(BUILD)/nnrt_core.c runtime/nnrt_core.h "$(TOP)/share/nnc/src"
	install -m 644 $(BUILD)/nn.mk "$(TOP)/share/nnc/nn.mk"
	install -m 644 $(BUILD)/nnc.pc "$(TOP)/lib/pkgconfig/nnc.pc"
	install -m 644 docs/nnc.1 "$(TOP)/share/man/man1/nnc.1"

uninstall:
	@made=$$(sort -r "$(TOP)/share/nnc/folders" 2>/dev/null); \
	    rm -rf "$(TOP)/include/nnc" "$(TOP)/share/nnc"; \
	    rm -f "$(TOP)/bin/nnc" "$(TOP)/lib/libnnrt.a" "$(TOP)/lib/pkgconfig/nnc.pc" "$(TOP)/share/man/man1/nnc.1"; \
	    for d in $$made; do rmdir "$(TOP)/$$d" 2>/dev/null || :; done

$(BUILD)/nnrt_core.c: $(wildcard runtime/core/*) scripts/amalgamate.awk
	@mkdir -p $(@D)
	awk -f scripts/amalgamate.awk runtime/core/core.c > $@

.PHONY: force
$(BUILD)/nnc.pc $(BUILD)/nn.mk: $(BUILD)/%: scripts/%.in force
	@mkdir -p $(@D)
	case "$(PREFIX)" in /*) prefix="$(PREFIX)";; *) prefix="$$PWD/$(PREFIX)";; esac; \
	    sed -e "s|@PREFIX@|$$prefix|g" -e 's|@VERSION@|$(VERSION)|g' $< > $@

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(NNC_OBJ:.o=.d) $(RT_OBJ:.o=.d)
