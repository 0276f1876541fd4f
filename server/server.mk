# The daemon. Everything but main.c stands in a library that the tests link.
noinst_LTLIBRARIES += server/libserver.la
server_libserver_la_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS) $(SSL_CFLAGS) $(SQLITE_CFLAGS) $(SLIRP_CFLAGS)
server_libserver_la_LIBADD = libnoren/libnoren.la $(SQLITE_LIBS) $(SLIRP_LIBS)
server_libserver_la_SOURCES =

include server/hub/hub.mk
include server/session/session.mk
include server/store/store.mk
include server/admin/admin.mk
include server/nat/nat.mk

sbin_PROGRAMS += server/noren-server
server_noren_server_SOURCES = server/main.c
server_noren_server_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS) $(SSL_CFLAGS)
server_noren_server_LDADD = server/libserver.la
