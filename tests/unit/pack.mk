# pack, and what the tests of several rooms share: the reader of tests/vectors
EXTRA_DIST += \
	tests/vectors/cert_login.json \
	tests/vectors/data.json \
	tests/vectors/pack.json \
	tests/vectors/password.json \
	tests/vectors/sha0.json \
	tests/vectors/signature.json \
	tests/vectors/udp_accel.json \
	$(NULL)
vectors_sources = tests/unit/vectors.c tests/unit/vectors.h tests/unit/test.h

check_PROGRAMS += tests/unit/test_pack_codec
TESTS += tests/unit/test_pack_codec
tests_unit_test_pack_codec_SOURCES = %D%/test_pack_codec.c $(vectors_sources)
tests_unit_test_pack_codec_CFLAGS = $(unit_cflags)
tests_unit_test_pack_codec_LDADD = $(unit_ldadd)
