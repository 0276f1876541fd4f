# One program per tested file. Each room keeps its own fragment.
unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(UV_CFLAGS) $(SSL_CFLAGS) $(JANSSON_CFLAGS)
unit_ldadd = libnoren/libnoren.la $(CMOCKA_LIBS) $(JANSSON_LIBS)

include tests/unit/base.mk
include tests/unit/pack.mk
include tests/unit/crypto.mk
include tests/unit/packet.mk
include tests/unit/proto.mk
include tests/unit/io.mk
include tests/unit/os.mk
include tests/unit/server_hub.mk
include tests/unit/server_store.mk
include tests/unit/server_nat.mk
include tests/unit/client.mk
include tests/unit/branding.mk
