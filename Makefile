# nnc: a compiler from .nn block diagrams to C that computes and learns.
#
#   make            the compiler and the runtime library, in build/
#   make demo       learns to read handwritten digits, in seconds
#   make test       all tests
#   make install    PREFIX=/usr/local DESTDIR=
#   make examples   the examples' full runs
#   make coverage   all tests once more, and what share of the lines they run
#   make analyse    cppcheck over compiler and runtime
#   make prove      frama-c on the generated inference code of two examples
#   make bench      speed, against PyTorch where it is installed
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
	awk -f scripts/embed.awk -v array=library_files -v type=library_file -v count=library_file_count -v header=elab/library.h $(LIBRARY) > $@

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
	@$(MAKE) --no-print-directory -s run-tests

# ---- tests ----

UNIT_SRC := $(wildcard tests/test_*.c)
UNIT := $(UNIT_SRC:tests/%.c=$(BUILD)/tests/%)
SHELL_TESTS := $(sort $(wildcard tests/test_*.sh))

$(BUILD)/tests/%: tests/%.c $(filter-out $(BUILD)/compiler/main.o,$(NNC_OBJ)) $(BUILD)/libnnrt.a $(wildcard tests/*.h)
	@mkdir -p $(@D)
	$(CC) -std=c11 $(DEFINES) -Wall -Wextra $(CFLAGS) $(SAN) -I. -Icompiler -Iruntime -I$(BUILD)/gen $< $(filter %.o,$^) $(BUILD)/libnnrt.a -o $@ -lcriterion -lz -lm

.PHONY: unit-tests run-tests
unit-tests: $(UNIT)
run-tests: unit-tests all
	@BUILD=$(BUILD) CC="$(CC)" JOBS=$(JOBS) tests/run $(UNIT) $(SHELL_TESTS)

# ---- coverage ----

# libgcov goes into the library, so that whatever the tests link with it counts too.
COVERED = $(MAKE) --no-print-directory -s BUILD=$(BUILD)-coverage CFLAGS="-O0 -g --coverage"
.PHONY: coverage
coverage:
	@scripts/setup test
	@rm -rf $(BUILD)-coverage
	@$(COVERED) -j$(JOBS) all
	@mkdir -p $(BUILD)-coverage/gcov && cd $(BUILD)-coverage/gcov && $(AR) x "$$($(CC) -print-file-name=libgcov.a)" && $(AR) rs ../libnnrt.a *.o
	@$(COVERED) -j$(JOBS) unit-tests
	-@$(COVERED) run-tests
	@scripts/coverage $(BUILD)-coverage

# ---- analysis ----

.PHONY: analyse
analyse: all
	cppcheck -q -j$(JOBS) --std=c11 --enable=warning,portability,performance --suppressions-list=scripts/cppcheck-suppressions --error-exitcode=1 \
	    $(DEFINES) -Icompiler -Iruntime -I$(BUILD)/gen compiler runtime

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

bench: all
	@BUILD=$(BUILD) CC="$(CC)" sh bench/run.sh

bench-quick: all
	@BUILD=$(BUILD) CC="$(CC)" ROUNDS=3 sh bench/run.sh

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
