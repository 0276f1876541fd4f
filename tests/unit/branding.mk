brand_unit_cflags = $(unit_cflags) $(GLIB_CFLAGS) $(PIXBUF_CFLAGS) $(ARCHIVE_CFLAGS)
brand_unit_ldadd = $(kit_ldadd) $(PIXBUF_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test_branding_archive
TESTS += tests/unit/test_branding_archive
tests_unit_test_branding_archive_SOURCES = %D%/test_branding_archive.c %D%/brand_folder.h %D%/test.h
tests_unit_test_branding_archive_CFLAGS = $(brand_unit_cflags)
tests_unit_test_branding_archive_LDADD = $(brand_unit_ldadd)

check_PROGRAMS += tests/unit/test_branding_check
TESTS += tests/unit/test_branding_check
tests_unit_test_branding_check_SOURCES = %D%/test_branding_check.c %D%/brand_folder.h %D%/test.h
tests_unit_test_branding_check_CFLAGS = $(brand_unit_cflags)
tests_unit_test_branding_check_LDADD = $(brand_unit_ldadd)

check_PROGRAMS += tests/unit/test_branding_text
TESTS += tests/unit/test_branding_text
tests_unit_test_branding_text_SOURCES = %D%/test_branding_text.c %D%/brand_folder.h %D%/test.h
tests_unit_test_branding_text_CFLAGS = $(brand_unit_cflags)
tests_unit_test_branding_text_LDADD = $(brand_unit_ldadd)

check_PROGRAMS += tests/unit/test_kit
TESTS += tests/unit/test_kit
tests_unit_test_kit_SOURCES = %D%/test_kit.c %D%/brand_folder.h %D%/test.h
tests_unit_test_kit_CFLAGS = $(brand_unit_cflags)
tests_unit_test_kit_LDADD = $(brand_unit_ldadd)
