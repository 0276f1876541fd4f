libnoren_libnoren_la_SOURCES += \
	libnoren/include/noren/proto/handshake.h \
	libnoren/include/noren/proto/stream.h \
	$(NULL)
