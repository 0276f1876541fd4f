# key files, profiles, the service socket and the journal
fuzz_programs += \
	tests/fuzz/fuzz_journal \
	tests/fuzz/fuzz_profile \
	tests/fuzz/fuzz_service_call \
	$(NULL)
client_fuzz_cflags = $(AM_CFLAGS) $(UV_CFLAGS) $(JANSSON_CFLAGS)
client_fuzz_ldadd = client/libclient.la branding/libbrandpack.la $(fuzz_ldadd)

tests_fuzz_fuzz_journal_SOURCES = %D%/fuzz_journal.c $(fuzz_main)
tests_fuzz_fuzz_journal_CFLAGS = $(client_fuzz_cflags)
tests_fuzz_fuzz_journal_LDADD = $(client_fuzz_ldadd)
tests_fuzz_fuzz_journal_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_profile_SOURCES = %D%/fuzz_profile.c $(fuzz_main)
tests_fuzz_fuzz_profile_CFLAGS = $(client_fuzz_cflags)
tests_fuzz_fuzz_profile_LDADD = $(client_fuzz_ldadd)
tests_fuzz_fuzz_profile_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_service_call_SOURCES = %D%/fuzz_service_call.c $(fuzz_main)
tests_fuzz_fuzz_service_call_CFLAGS = $(client_fuzz_cflags)
tests_fuzz_fuzz_service_call_LDADD = $(client_fuzz_ldadd)
tests_fuzz_fuzz_service_call_LDFLAGS = $(fuzz_ldflags)
