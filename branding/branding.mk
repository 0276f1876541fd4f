# The brand pack. libbrandpack reads archives without GLib, for the service; libbranding is the rest.
# Link order: libbranding, libbrandpack, libnoren.
noinst_LTLIBRARIES += branding/libbrandpack.la
branding_libbrandpack_la_CFLAGS = $(AM_CFLAGS) $(ARCHIVE_CFLAGS) $(SSL_CFLAGS)
branding_libbrandpack_la_LIBADD = $(ARCHIVE_LIBS)
branding_libbrandpack_la_SOURCES = \
	%D%/archive.c \
	%D%/archive.h \
	%D%/archive_private.h \
	%D%/folder.c \
	%D%/names.c \
	%D%/names.h \
	%D%/pack_files.c \
	%D%/pack_manifest.c \
	$(NULL)

noinst_LTLIBRARIES += branding/libbranding.la
branding_libbranding_la_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(ARCHIVE_CFLAGS) $(PIXBUF_CFLAGS) \
	$(SSL_CFLAGS)
branding_libbranding_la_LIBADD = $(GLIB_LIBS) $(ARCHIVE_LIBS) $(PIXBUF_LIBS) $(SSL_LIBS) -lm
branding_libbranding_la_SOURCES = \
	%D%/brand.c \
	%D%/brand.h \
	%D%/brand_private.h \
	%D%/check.c \
	%D%/check.h \
	%D%/check_colors.c \
	%D%/check_conf.c \
	%D%/check_files.c \
	%D%/check_images.c \
	%D%/check_pages.c \
	%D%/check_private.h \
	%D%/check_profiles.c \
	%D%/check_strings.c \
	%D%/check_trust.c \
	%D%/compile.c \
	%D%/compile.h \
	%D%/finding.c \
	%D%/finding.h \
	%D%/image_info.c \
	%D%/image_info.h \
	%D%/keyscan.c \
	%D%/keyscan.h \
	%D%/language.c \
	%D%/language.h \
	%D%/netvalue.c \
	%D%/netvalue.h \
	%D%/placeholder.c \
	%D%/placeholder.h \
	%D%/po.c \
	%D%/po.h \
	%D%/schema.c \
	%D%/schema.h \
	%D%/schema_tables.c \
	%D%/slots.c \
	%D%/slots.h \
	%D%/tarball.c \
	%D%/tarball.h \
	%D%/text.c \
	$(NULL)

# the contracts of the window's pages
branding_libbranding_la_SOURCES += \
	%D%/page.c \
	%D%/page.h \
	%D%/page_check.c \
	%D%/page_class.c \
	%D%/page_class.h \
	$(NULL)

EXTRA_DIST += %D%/brands
