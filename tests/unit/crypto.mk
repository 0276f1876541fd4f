check_PROGRAMS += tests/unit/test_crypto_cert
TESTS += tests/unit/test_crypto_cert
tests_unit_test_crypto_cert_SOURCES = %D%/test_crypto_cert.c %D%/test.h
tests_unit_test_crypto_cert_CFLAGS = $(unit_cflags)
tests_unit_test_crypto_cert_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_crypto_seal
TESTS += tests/unit/test_crypto_seal
tests_unit_test_crypto_seal_SOURCES = %D%/test_crypto_seal.c %D%/test.h
tests_unit_test_crypto_seal_CFLAGS = $(unit_cflags)
tests_unit_test_crypto_seal_LDADD = $(unit_ldadd)
