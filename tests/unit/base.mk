check_PROGRAMS += tests/unit/test_base
TESTS += tests/unit/test_base
tests_unit_test_base_SOURCES = %D%/test_base.c %D%/test.h
tests_unit_test_base_CFLAGS = $(unit_cflags)
tests_unit_test_base_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_base_secret_writer
TESTS += tests/unit/test_base_secret_writer
tests_unit_test_base_secret_writer_SOURCES = %D%/test_base_secret_writer.c %D%/test.h
tests_unit_test_base_secret_writer_CFLAGS = $(unit_cflags) -fno-builtin-free
tests_unit_test_base_secret_writer_LDADD = $(unit_ldadd)
tests_unit_test_base_secret_writer_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=free,--wrap=reallocarray
