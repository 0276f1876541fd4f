# pages of a brand and lines of the service, as the window reads them
fuzz_programs += \
	tests/fuzz/fuzz_model_event \
	tests/fuzz/fuzz_page_check \
	$(NULL)

tests_fuzz_fuzz_model_event_SOURCES = %D%/fuzz_model_event.c $(fuzz_main)
tests_fuzz_fuzz_model_event_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS)
tests_fuzz_fuzz_model_event_LDADD = client/libmodel.la $(fuzz_ldadd)
tests_fuzz_fuzz_model_event_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_page_check_SOURCES = %D%/fuzz_page_check.c $(fuzz_main)
tests_fuzz_fuzz_page_check_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS)
tests_fuzz_fuzz_page_check_LDADD = branding/libbranding.la branding/libbrandpack.la \
	resources/libresources.la $(fuzz_ldadd)
tests_fuzz_fuzz_page_check_LDFLAGS = $(fuzz_ldflags)
