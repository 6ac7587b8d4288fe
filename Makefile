# nnc: a compiler from .nn block diagrams to C that computes and learns.
CC ?= cc
CFLAGS ?= -O2 -g
WARNINGS = -Wall -Wextra -Wpedantic -Wconversion -Wshadow
CPPFLAGS += -D_POSIX_C_SOURCE=200809L
BUILD = build

COMPILER_SRC := $(filter-out compiler/main.c,$(wildcard compiler/*.c compiler/*/*.c))
COMPILER_GEN := $(BUILD)/gen/lexer.c $(BUILD)/gen/parser.c $(BUILD)/gen/library.c $(BUILD)/gen/embedded.c
COMPILER_OBJ := $(COMPILER_SRC:%.c=$(BUILD)/%.o) $(COMPILER_GEN:.c=.o)

.PHONY: all
all: $(BUILD)/nnc
