libnoren_libnoren_la_SOURCES += \
	libnoren/include/noren/io/link.h \
	libnoren/include/noren/io/listener.h \
	libnoren/include/noren/io/loop.h \
	libnoren/include/noren/io/tls.h \
	libnoren/include/noren/io/unix_socket.h \
	$(NULL)
