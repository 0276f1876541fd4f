# unit tests of the hub and of the sessions
server_unit_ldadd = server/libserver.la $(unit_ldadd)

server_hub_tests = \
	tests/unit/test_server_hub_fdb \
	tests/unit/test_server_hub_forward \
	tests/unit/test_server_hub_frame \
	tests/unit/test_server_hub_port \
	tests/unit/test_server_main \
	tests/unit/test_server_session \
	tests/unit/test_server_session_door \
	$(NULL)
check_PROGRAMS += $(server_hub_tests)
TESTS += $(server_hub_tests)

tests_unit_test_server_hub_fdb_SOURCES = %D%/test_server_hub_fdb.c %D%/test.h
tests_unit_test_server_hub_fdb_CFLAGS = $(unit_cflags)
tests_unit_test_server_hub_fdb_LDADD = $(server_unit_ldadd)

tests_unit_test_server_hub_forward_SOURCES = %D%/test_server_hub_forward.c %D%/test.h
tests_unit_test_server_hub_forward_CFLAGS = $(unit_cflags)
tests_unit_test_server_hub_forward_LDADD = $(server_unit_ldadd)

tests_unit_test_server_hub_frame_SOURCES = %D%/test_server_hub_frame.c %D%/test.h
tests_unit_test_server_hub_frame_CFLAGS = $(unit_cflags)
tests_unit_test_server_hub_frame_LDADD = $(server_unit_ldadd)

tests_unit_test_server_hub_port_SOURCES = %D%/test_server_hub_port.c %D%/test.h
tests_unit_test_server_hub_port_CFLAGS = $(unit_cflags)
tests_unit_test_server_hub_port_LDADD = $(server_unit_ldadd)

tests_unit_test_server_session_SOURCES = \
	%D%/session_client.c \
	%D%/session_client.h \
	%D%/session_world.c \
	%D%/session_world.h \
	%D%/test_server_session.c \
	%D%/test.h \
	$(NULL)
tests_unit_test_server_session_CFLAGS = $(unit_cflags)
tests_unit_test_server_session_LDADD = $(server_unit_ldadd)

tests_unit_test_server_session_door_SOURCES = %D%/test_server_session_door.c %D%/test.h
tests_unit_test_server_session_door_CFLAGS = $(unit_cflags)
tests_unit_test_server_session_door_LDADD = $(server_unit_ldadd)

tests_unit_test_server_main_SOURCES = %D%/test_server_main.c %D%/test.h
tests_unit_test_server_main_CFLAGS = $(unit_cflags)
tests_unit_test_server_main_LDADD = $(unit_ldadd)
tests_unit_test_server_main_DEPENDENCIES = libnoren/libnoren.la server/noren-server
