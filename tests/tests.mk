# Every test is started by make check; one that cannot run here exits 77 and says why.
include tests/unit/unit.mk
include tests/fuzz/fuzz.mk
include tests/lint/lint.mk
include tests/net/net.mk
include tests/interop/interop.mk
include tests/ui/ui.mk
include tests/installer/installer.mk
include tests/bench/bench.mk
