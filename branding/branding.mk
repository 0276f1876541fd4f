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
	%D%/pack_files.c \
	%D%/pack_manifest.c \
	$(NULL)

noinst_LTLIBRARIES += branding/libbranding.la
branding_libbranding_la_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(ARCHIVE_CFLAGS) $(PIXBUF_CFLAGS) \
	$(SSL_CFLAGS)
branding_libbranding_la_LIBADD = $(GLIB_LIBS) $(ARCHIVE_LIBS) $(PIXBUF_LIBS)
branding_libbranding_la_SOURCES = \
	%D%/brand.c \
	%D%/brand.h \
	%D%/brand_private.h \
	%D%/language.c \
	%D%/language.h \
	%D%/names.c \
	%D%/names.h \
	%D%/placeholder.c \
	%D%/placeholder.h \
	%D%/po.c \
	%D%/po.h \
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
