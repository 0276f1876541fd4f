# unit tests of the hub and of the sessions
server_unit_ldadd = server/libserver.la $(unit_ldadd)

check_PROGRAMS += \
	tests/unit/test_server_hub_fdb \
	tests/unit/test_server_hub_forward \
	$(NULL)
TESTS += \
	tests/unit/test_server_hub_fdb \
	tests/unit/test_server_hub_forward \
	$(NULL)

tests_unit_test_server_hub_fdb_SOURCES = %D%/test_server_hub_fdb.c %D%/test.h
tests_unit_test_server_hub_fdb_CFLAGS = $(unit_cflags)
tests_unit_test_server_hub_fdb_LDADD = $(server_unit_ldadd)

tests_unit_test_server_hub_forward_SOURCES = %D%/test_server_hub_forward.c %D%/test.h
tests_unit_test_server_hub_forward_CFLAGS = $(unit_cflags)
tests_unit_test_server_hub_forward_LDADD = $(server_unit_ldadd)
