# The client: an engine without GTK, a privileged service around it, and the window.
noinst_LTLIBRARIES += client/libclient.la
client_libclient_la_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS) $(SSL_CFLAGS) $(JANSSON_CFLAGS)
client_libclient_la_LIBADD = libnoren/libnoren.la $(JANSSON_LIBS)
client_libclient_la_SOURCES =

# Both programs are installed under a brand's own folder, with the libraries that a desktop lacks.
# The old kind of tag, so that the libraries of those libraries are found there too.
bundled_ldflags = $(AM_LDFLAGS) -Wl,--disable-new-dtags,-rpath,'$$ORIGIN/../lib'

include client/engine/engine.mk
include client/service/service.mk
include client/ui/ui.mk
