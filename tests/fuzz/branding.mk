# brand packs, their catalogues, key files and pictures
fuzz_programs += \
	tests/fuzz/fuzz_brand_image \
	tests/fuzz/fuzz_brand_keys \
	tests/fuzz/fuzz_brandpack \
	tests/fuzz/fuzz_po \
	$(NULL)
brand_fuzz_cflags = $(AM_CFLAGS) $(GLIB_CFLAGS) $(ARCHIVE_CFLAGS) $(SSL_CFLAGS)
brand_fuzz_ldadd = branding/libbranding.la branding/libbrandpack.la resources/libresources.la $(fuzz_ldadd)

tests_fuzz_fuzz_brand_image_SOURCES = %D%/fuzz_brand_image.c $(fuzz_main)
tests_fuzz_fuzz_brand_image_CFLAGS = $(brand_fuzz_cflags)
tests_fuzz_fuzz_brand_image_LDADD = $(brand_fuzz_ldadd)
tests_fuzz_fuzz_brand_image_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_brand_keys_SOURCES = %D%/fuzz_brand_keys.c $(fuzz_main)
tests_fuzz_fuzz_brand_keys_CFLAGS = $(brand_fuzz_cflags)
tests_fuzz_fuzz_brand_keys_LDADD = $(brand_fuzz_ldadd)
tests_fuzz_fuzz_brand_keys_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_brandpack_SOURCES = %D%/fuzz_brandpack.c $(fuzz_main)
tests_fuzz_fuzz_brandpack_CFLAGS = $(brand_fuzz_cflags)
tests_fuzz_fuzz_brandpack_LDADD = $(brand_fuzz_ldadd)
tests_fuzz_fuzz_brandpack_LDFLAGS = $(fuzz_ldflags)

tests_fuzz_fuzz_po_SOURCES = %D%/fuzz_po.c $(fuzz_main)
tests_fuzz_fuzz_po_CFLAGS = $(brand_fuzz_cflags)
tests_fuzz_fuzz_po_LDADD = $(brand_fuzz_ldadd)
tests_fuzz_fuzz_po_LDFLAGS = $(fuzz_ldflags)
