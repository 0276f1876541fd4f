# unit tests of this room
check_PROGRAMS += tests/unit/test_server_nat_host tests/unit/test_server_nat_securenat
TESTS += tests/unit/test_server_nat_host tests/unit/test_server_nat_securenat

tests_unit_test_server_nat_host_SOURCES = %D%/test_server_nat_host.c %D%/test.h
tests_unit_test_server_nat_host_CFLAGS = $(unit_cflags)
tests_unit_test_server_nat_host_LDADD = $(server_unit_ldadd)

tests_unit_test_server_nat_securenat_SOURCES = \
	%D%/net_programs.c \
	%D%/net_programs.h \
	%D%/test_server_nat_securenat.c \
	%D%/test.h \
	$(NULL)
tests_unit_test_server_nat_securenat_CFLAGS = $(unit_cflags)
tests_unit_test_server_nat_securenat_LDADD = $(server_unit_ldadd)
