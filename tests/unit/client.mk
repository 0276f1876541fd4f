# unit tests of this room
client_unit_tests = \
	tests/unit/test_client_decisions \
	tests/unit/test_client_journal \
	tests/unit/test_client_keyfile \
	tests/unit/test_client_profile \
	tests/unit/test_client_service \
	tests/unit/test_client_socket \
	$(NULL)
check_PROGRAMS += $(client_unit_tests)
TESTS += $(client_unit_tests)
client_unit_ldadd = client/libclient.la branding/libbrandpack.la $(unit_ldadd)

tests_unit_test_client_decisions_SOURCES = %D%/test_client_decisions.c %D%/test.h
tests_unit_test_client_decisions_CFLAGS = $(unit_cflags)
tests_unit_test_client_decisions_LDADD = $(client_unit_ldadd)
tests_unit_test_client_journal_SOURCES = %D%/test_client_journal.c %D%/test.h
tests_unit_test_client_journal_CFLAGS = $(unit_cflags)
tests_unit_test_client_journal_LDADD = $(client_unit_ldadd)
tests_unit_test_client_keyfile_SOURCES = %D%/test_client_keyfile.c %D%/test.h
tests_unit_test_client_keyfile_CFLAGS = $(unit_cflags)
tests_unit_test_client_keyfile_LDADD = $(client_unit_ldadd)
tests_unit_test_client_profile_SOURCES = %D%/test_client_profile.c %D%/test.h
tests_unit_test_client_profile_CFLAGS = $(unit_cflags)
tests_unit_test_client_profile_LDADD = $(client_unit_ldadd)
tests_unit_test_client_service_SOURCES = %D%/test_client_service.c %D%/test.h
tests_unit_test_client_service_CFLAGS = $(unit_cflags)
tests_unit_test_client_service_LDADD = $(client_unit_ldadd)
tests_unit_test_client_socket_SOURCES = %D%/test_client_socket.c %D%/test.h
tests_unit_test_client_socket_CFLAGS = $(unit_cflags)
tests_unit_test_client_socket_LDADD = $(client_unit_ldadd)
