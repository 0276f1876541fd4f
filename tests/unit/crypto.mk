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

check_PROGRAMS += tests/unit/test_crypto_cert_login
TESTS += tests/unit/test_crypto_cert_login
tests_unit_test_crypto_cert_login_SOURCES = %D%/test_crypto_cert_login.c $(vectors_sources)
tests_unit_test_crypto_cert_login_CFLAGS = $(unit_cflags)
tests_unit_test_crypto_cert_login_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_crypto_rc4
TESTS += tests/unit/test_crypto_rc4
tests_unit_test_crypto_rc4_SOURCES = %D%/test_crypto_rc4.c %D%/test.h
tests_unit_test_crypto_rc4_CFLAGS = $(unit_cflags)
tests_unit_test_crypto_rc4_LDADD = $(unit_ldadd)

check_PROGRAMS += tests/unit/test_crypto_cert_login_keys
TESTS += tests/unit/test_crypto_cert_login_keys
tests_unit_test_crypto_cert_login_keys_SOURCES = %D%/test_crypto_cert_login_keys.c $(vectors_sources)
tests_unit_test_crypto_cert_login_keys_CFLAGS = $(unit_cflags)
tests_unit_test_crypto_cert_login_keys_LDADD = $(unit_ldadd)
