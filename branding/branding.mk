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
