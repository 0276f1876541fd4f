libnoren_libnoren_la_SOURCES += \
	libnoren/include/noren/io/link.h \
	libnoren/include/noren/io/listener.h \
	libnoren/include/noren/io/loop.h \
	libnoren/include/noren/io/tls.h \
	libnoren/include/noren/io/unix_socket.h \
	$(NULL)
libnoren_libnoren_la_SOURCES += \
	%D%/address.c \
	%D%/address.h \
	%D%/link.c \
	%D%/link_connect.c \
	%D%/link_internal.h \
	%D%/link_stream.c \
	%D%/listener.c \
	%D%/loop.c \
	%D%/loop_internal.h \
	%D%/lookup.c \
	%D%/lookup.h \
	%D%/timer.c \
	%D%/tls.c \
	%D%/tls_context.c \
	%D%/tls_internal.h \
	%D%/tls_trust.c \
	%D%/unix_listener.c \
	%D%/unix_internal.h \
	%D%/unix_peer.c \
	$(NULL)
