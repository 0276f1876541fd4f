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
