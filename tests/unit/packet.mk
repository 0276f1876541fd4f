# unit tests of this room
check_PROGRAMS += \
	tests/unit/test_packet_dhcp_client \
	tests/unit/test_packet_dhcp_message \
	tests/unit/test_packet_dhcp_server \
	tests/unit/test_packet_packet \
	tests/unit/test_packet_segment \
	$(NULL)
TESTS += \
	tests/unit/test_packet_dhcp_client \
	tests/unit/test_packet_dhcp_message \
	tests/unit/test_packet_dhcp_server \
	tests/unit/test_packet_packet \
	tests/unit/test_packet_segment \
	$(NULL)

tests_unit_test_packet_dhcp_client_SOURCES = %D%/test_packet_dhcp_client.c %D%/test.h
tests_unit_test_packet_dhcp_client_CFLAGS = $(unit_cflags)
tests_unit_test_packet_dhcp_client_LDADD = $(unit_ldadd)

tests_unit_test_packet_dhcp_message_SOURCES = %D%/test_packet_dhcp_message.c %D%/test.h
tests_unit_test_packet_dhcp_message_CFLAGS = $(unit_cflags)
tests_unit_test_packet_dhcp_message_LDADD = $(unit_ldadd)

tests_unit_test_packet_dhcp_server_SOURCES = %D%/test_packet_dhcp_server.c %D%/test.h
tests_unit_test_packet_dhcp_server_CFLAGS = $(unit_cflags)
tests_unit_test_packet_dhcp_server_LDADD = $(unit_ldadd)

tests_unit_test_packet_packet_SOURCES = %D%/test_packet_packet.c %D%/test.h
tests_unit_test_packet_packet_CFLAGS = $(unit_cflags)
tests_unit_test_packet_packet_LDADD = $(unit_ldadd)

tests_unit_test_packet_segment_SOURCES = %D%/test_packet_segment.c %D%/test.h
tests_unit_test_packet_segment_CFLAGS = $(unit_cflags)
tests_unit_test_packet_segment_LDADD = $(unit_ldadd)
