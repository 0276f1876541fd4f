# fuzz targets of this part
fuzz_programs += \
	tests/fuzz/fuzz_dhcp_client \
	tests/fuzz/fuzz_dhcp_message \
	tests/fuzz/fuzz_dhcp_server \
	tests/fuzz/fuzz_nat_host \
	tests/fuzz/fuzz_packet \
	tests/fuzz/fuzz_segment \
	$(NULL)

tests_fuzz_fuzz_dhcp_client_SOURCES = %D%/fuzz_dhcp_client.c $(fuzz_main)
tests_fuzz_fuzz_dhcp_client_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_dhcp_client_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_dhcp_message_SOURCES = %D%/fuzz_dhcp_message.c $(fuzz_main)
tests_fuzz_fuzz_dhcp_message_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_dhcp_message_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_dhcp_server_SOURCES = %D%/fuzz_dhcp_server.c $(fuzz_main)
tests_fuzz_fuzz_dhcp_server_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_dhcp_server_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_nat_host_SOURCES = %D%/fuzz_nat_host.c $(fuzz_main)
tests_fuzz_fuzz_nat_host_LDADD = server/libserver.la $(fuzz_ldadd)
tests_fuzz_fuzz_nat_host_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_packet_SOURCES = %D%/fuzz_packet.c $(fuzz_main)
tests_fuzz_fuzz_packet_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_packet_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_segment_SOURCES = %D%/fuzz_segment.c $(fuzz_main)
tests_fuzz_fuzz_segment_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_segment_LDFLAGS = $(fuzz_ldflags)
