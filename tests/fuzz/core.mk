# pack and proto, and what crypto reads from a peer
fuzz_programs += \
	tests/fuzz/fuzz_cert_login \
	tests/fuzz/fuzz_client_handshake \
	tests/fuzz/fuzz_http \
	tests/fuzz/fuzz_pack \
	tests/fuzz/fuzz_server_handshake \
	tests/fuzz/fuzz_stream \
	tests/fuzz/fuzz_udp_packet \
	$(NULL)

tests_fuzz_fuzz_client_handshake_SOURCES = %D%/fuzz_client_handshake.c $(fuzz_main)
tests_fuzz_fuzz_client_handshake_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_client_handshake_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_http_SOURCES = %D%/fuzz_http.c $(fuzz_main)
tests_fuzz_fuzz_http_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_http_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_pack_SOURCES = %D%/fuzz_pack.c $(fuzz_main)
tests_fuzz_fuzz_pack_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_pack_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_server_handshake_SOURCES = %D%/fuzz_server_handshake.c $(fuzz_main)
tests_fuzz_fuzz_server_handshake_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_server_handshake_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_stream_SOURCES = %D%/fuzz_stream.c $(fuzz_main)
tests_fuzz_fuzz_stream_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_stream_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_cert_login_SOURCES = %D%/fuzz_cert_login.c $(fuzz_main)
tests_fuzz_fuzz_cert_login_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_cert_login_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_udp_packet_SOURCES = %D%/fuzz_udp_packet.c $(fuzz_main)
tests_fuzz_fuzz_udp_packet_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_udp_packet_LDFLAGS = $(fuzz_ldflags)
