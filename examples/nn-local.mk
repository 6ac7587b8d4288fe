# For the examples in this tree: finds nnc in the build folder where it is not installed. A project of its own needs only
#     include $(shell pkg-config --variable=mk nnc)
ROOT := $(patsubst %/examples/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
NNC ?= $(ROOT)/build/nnc
NNRT_CFLAGS := -I$(ROOT)/runtime
NNRT_LIBS := $(ROOT)/build/libnnrt.a -lz -lm

%.c %.h: %.nn
	$(NNC) $(NNCFLAGS) -MD -MF $*.nn.d -MP -o $*.c $<
.PRECIOUS: %.c %.h
-include $(wildcard *.nn.d)
