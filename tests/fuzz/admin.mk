# management calls
fuzz_programs += tests/fuzz/fuzz_admin
tests_fuzz_fuzz_admin_SOURCES = \
	%D%/fuzz_admin.c \
	tests/unit/admin_fake.c \
	tests/unit/admin_fake.h \
	$(fuzz_main)
tests_fuzz_fuzz_admin_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS) $(SSL_CFLAGS) $(SQLITE_CFLAGS)
tests_fuzz_fuzz_admin_LDADD = server/libserver.la $(fuzz_ldadd)
tests_fuzz_fuzz_admin_LDFLAGS = $(fuzz_ldflags)
