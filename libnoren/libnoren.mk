# What the programs share, as one static library; docs/decisions/0002-static-libnoren.md says why.
noinst_LTLIBRARIES += libnoren/libnoren.la
libnoren_libnoren_la_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS) $(SSL_CFLAGS) $(Z_CFLAGS)
libnoren_libnoren_la_LIBADD = $(UV_LIBS) $(SSL_LIBS) $(Z_LIBS) -lpthread
libnoren_libnoren_la_SOURCES =

include libnoren/base/base.mk
include libnoren/pack/pack.mk
include libnoren/crypto/crypto.mk
include libnoren/packet/packet.mk
include libnoren/proto/proto.mk
include libnoren/io/io.mk
include libnoren/os/os.mk
