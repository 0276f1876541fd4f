check_PROGRAMS += tests/unit/test_io_link
TESTS += tests/unit/test_io_link
tests_unit_test_io_link_SOURCES = %D%/test_io_link.c %D%/link_rig.c %D%/link_rig.h %D%/pki.c %D%/pki.h %D%/test.h
tests_unit_test_io_link_CFLAGS = $(unit_cflags)
tests_unit_test_io_link_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_io_link_alone
TESTS += tests/unit/test_io_link_alone
tests_unit_test_io_link_alone_SOURCES = %D%/test_io_link_alone.c %D%/link_rig.c %D%/link_rig.h %D%/pki.c %D%/pki.h %D%/test.h
tests_unit_test_io_link_alone_CFLAGS = $(unit_cflags)
tests_unit_test_io_link_alone_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_io_listener
TESTS += tests/unit/test_io_listener
tests_unit_test_io_listener_SOURCES = %D%/test_io_listener.c %D%/test.h
tests_unit_test_io_listener_CFLAGS = $(unit_cflags)
tests_unit_test_io_listener_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_io_lookup
TESTS += tests/unit/test_io_lookup
tests_unit_test_io_lookup_SOURCES = %D%/test_io_lookup.c %D%/link_rig.c %D%/link_rig.h %D%/pki.c %D%/pki.h %D%/test.h
tests_unit_test_io_lookup_CFLAGS = $(unit_cflags)
tests_unit_test_io_lookup_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_io_loop
TESTS += tests/unit/test_io_loop
tests_unit_test_io_loop_SOURCES = %D%/test_io_loop.c %D%/test.h
tests_unit_test_io_loop_CFLAGS = $(unit_cflags)
tests_unit_test_io_loop_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_io_tls
TESTS += tests/unit/test_io_tls
tests_unit_test_io_tls_SOURCES = %D%/test_io_tls.c %D%/tls_talk.c %D%/tls_talk.h %D%/pki.c %D%/pki.h %D%/test.h
tests_unit_test_io_tls_CFLAGS = $(unit_cflags)
tests_unit_test_io_tls_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_io_tls_trust
TESTS += tests/unit/test_io_tls_trust
tests_unit_test_io_tls_trust_SOURCES = %D%/test_io_tls_trust.c %D%/tls_talk.c %D%/tls_talk.h %D%/pki.c %D%/pki.h %D%/test.h
tests_unit_test_io_tls_trust_CFLAGS = $(unit_cflags)
tests_unit_test_io_tls_trust_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_io_unix
TESTS += tests/unit/test_io_unix
tests_unit_test_io_unix_SOURCES = %D%/test_io_unix.c %D%/test.h
tests_unit_test_io_unix_CFLAGS = $(unit_cflags)
tests_unit_test_io_unix_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_os_paths
TESTS += tests/unit/test_os_paths
tests_unit_test_os_paths_SOURCES = %D%/test_os_paths.c %D%/test.h
tests_unit_test_os_paths_CFLAGS = $(unit_cflags)
tests_unit_test_os_paths_LDADD = $(unit_ldadd)
