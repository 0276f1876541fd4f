# proto, and the password formulas that it needs
check_PROGRAMS += tests/unit/test_crypto_password
TESTS += tests/unit/test_crypto_password
tests_unit_test_crypto_password_SOURCES = %D%/test_crypto_password.c $(vectors_sources)
tests_unit_test_crypto_password_CFLAGS = $(unit_cflags)
tests_unit_test_crypto_password_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_proto_stream
TESTS += tests/unit/test_proto_stream
tests_unit_test_proto_stream_SOURCES = %D%/test_proto_stream.c $(vectors_sources)
tests_unit_test_proto_stream_CFLAGS = $(unit_cflags)
tests_unit_test_proto_stream_LDADD = $(unit_ldadd)

talk_sources = tests/unit/proto_talk.c tests/unit/proto_talk.h tests/unit/test.h

server_talk_sources = tests/unit/proto_server_talk.c tests/unit/proto_server_talk.h $(talk_sources)

check_PROGRAMS += tests/unit/test_proto_server_handshake
TESTS += tests/unit/test_proto_server_handshake
tests_unit_test_proto_server_handshake_SOURCES = \
	%D%/test_proto_server_handshake.c $(server_talk_sources)
tests_unit_test_proto_server_handshake_CFLAGS = $(unit_cflags)
tests_unit_test_proto_server_handshake_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_proto_server_login
TESTS += tests/unit/test_proto_server_login
tests_unit_test_proto_server_login_SOURCES = %D%/test_proto_server_login.c $(server_talk_sources)
tests_unit_test_proto_server_login_CFLAGS = $(unit_cflags)
tests_unit_test_proto_server_login_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_proto_client_handshake
TESTS += tests/unit/test_proto_client_handshake
tests_unit_test_proto_client_handshake_SOURCES = %D%/test_proto_client_handshake.c $(talk_sources)
tests_unit_test_proto_client_handshake_CFLAGS = $(unit_cflags)
tests_unit_test_proto_client_handshake_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_proto_conversation
TESTS += tests/unit/test_proto_conversation
tests_unit_test_proto_conversation_SOURCES = %D%/test_proto_conversation.c tests/unit/test.h
tests_unit_test_proto_conversation_CFLAGS = $(unit_cflags)
tests_unit_test_proto_conversation_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_proto_signature
TESTS += tests/unit/test_proto_signature
tests_unit_test_proto_signature_SOURCES = %D%/test_proto_signature.c $(vectors_sources)
tests_unit_test_proto_signature_CFLAGS = $(unit_cflags)
tests_unit_test_proto_signature_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_proto_http
TESTS += tests/unit/test_proto_http
tests_unit_test_proto_http_SOURCES = %D%/test_proto_http.c tests/unit/test.h
tests_unit_test_proto_http_CFLAGS = $(unit_cflags)
tests_unit_test_proto_http_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_proto_udp_packet
TESTS += tests/unit/test_proto_udp_packet
tests_unit_test_proto_udp_packet_SOURCES = %D%/test_proto_udp_packet.c tests/unit/test.h
tests_unit_test_proto_udp_packet_CFLAGS = $(unit_cflags)
tests_unit_test_proto_udp_packet_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_proto_udp_vectors
TESTS += tests/unit/test_proto_udp_vectors
tests_unit_test_proto_udp_vectors_SOURCES = %D%/test_proto_udp_vectors.c $(vectors_sources)
tests_unit_test_proto_udp_vectors_CFLAGS = $(unit_cflags)
tests_unit_test_proto_udp_vectors_LDADD = $(unit_ldadd)
