# Fuzz targets: one LLVMFuzzerTestOneInput() each. With --enable-fuzzing they are libFuzzer programs;
# without it replay.c is their main and make check feeds them their seed corpus.
if FUZZING
fuzz_main =
else
fuzz_main = tests/fuzz/replay.c
endif
EXTRA_DIST += tests/fuzz/corpus
# each fragment appends its programs: fuzz_x reads tests/fuzz/corpus/x
fuzz_programs =
fuzz_ldadd = libnoren/libnoren.la
fuzz_ldflags = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

include tests/fuzz/admin.mk
include tests/fuzz/core.mk
include tests/fuzz/packet.mk
include tests/fuzz/client.mk
include tests/fuzz/branding.mk
include tests/fuzz/ui.mk

check_PROGRAMS += $(fuzz_programs)
if !FUZZING
TESTS += $(fuzz_programs)
endif
