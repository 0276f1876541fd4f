# Tests of the window. What needs a screen runs under Xvfb and is skipped where there is none.
ui_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(GLIB_CFLAGS)
ui_test_ldadd = client/libmodel.la branding/libbranding.la branding/libbrandpack.la \
	resources/libresources.la libnoren/libnoren.la $(CMOCKA_LIBS) -lm

check_PROGRAMS += tests/ui/test_base_brand tests/ui/test_model tests/ui/test_page_check
TESTS += tests/ui/test_base_brand tests/ui/test_model tests/ui/test_page_check

tests_ui_test_base_brand_SOURCES = %D%/test_base_brand.c
tests_ui_test_base_brand_CFLAGS = $(ui_test_cflags)
tests_ui_test_base_brand_LDADD = $(ui_test_ldadd)

tests_ui_test_model_SOURCES = %D%/test_model.c
tests_ui_test_model_CFLAGS = $(ui_test_cflags)
tests_ui_test_model_LDADD = $(ui_test_ldadd)

tests_ui_test_page_check_SOURCES = %D%/test_page_check.c
tests_ui_test_page_check_CFLAGS = $(ui_test_cflags)
tests_ui_test_page_check_LDADD = $(ui_test_ldadd)

ui_test_brand = \
	%D%/brand/brand.conf \
	%D%/brand/images/logo.svg \
	%D%/brand/legal/notice.en.txt \
	%D%/brand/legal/notice.ja.txt \
	%D%/brand/profiles/10-main.conf \
	$(NULL)
EXTRA_DIST += \
	$(ui_test_brand) \
	%D%/a11y_tree.py \
	%D%/scripted_service.py \
	%D%/window.py \
	%D%/window_lab.py \
	$(NULL)

dist_check_SCRIPTS += %D%/window.sh
TESTS += %D%/window.sh
