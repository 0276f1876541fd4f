libnoren_libnoren_la_SOURCES += \
	%D%/client_handshake.c \
	%D%/hello.c \
	%D%/http.c \
	%D%/http.h \
	%D%/login.c \
	%D%/messages.h \
	%D%/rpc_frame.c \
	%D%/page.c \
	%D%/page.h \
	%D%/server_handshake.c \
	%D%/signature.c \
	%D%/squeeze.c \
	%D%/squeeze.h \
	%D%/stream.c \
	%D%/text.c \
	%D%/text.h \
	%D%/udp_packet.c \
	%D%/welcome.c \
	libnoren/include/noren/proto/handshake.h \
	libnoren/include/noren/proto/rpc_frame.h \
	libnoren/include/noren/proto/stream.h \
	libnoren/include/noren/proto/udp_packet.h \
	$(NULL)
