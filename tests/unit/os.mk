# unit tests of this room
check_PROGRAMS += tests/unit/test_os_dns_file tests/unit/test_os_net
TESTS += tests/unit/test_os_dns_file tests/unit/test_os_net

tests_unit_test_os_dns_file_SOURCES = %D%/test_os_dns_file.c %D%/test.h
tests_unit_test_os_dns_file_CFLAGS = $(unit_cflags)
tests_unit_test_os_dns_file_LDADD = $(unit_ldadd)

tests_unit_test_os_net_SOURCES = %D%/test_os_net.c %D%/test.h
tests_unit_test_os_net_CFLAGS = $(unit_cflags)
tests_unit_test_os_net_LDADD = $(unit_ldadd)
