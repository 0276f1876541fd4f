libnoren_libnoren_la_SOURCES += \
	%D%/dhcp_client.c \
	%D%/dhcp_message.c \
	%D%/dhcp_server.c \
	%D%/ip.c \
	%D%/packet.c \
	%D%/tcp_fields.h \
	%D%/tcp_merge.c \
	%D%/tcp_split.c \
	libnoren/include/noren/packet/dhcp.h \
	libnoren/include/noren/packet/packet.h \
	libnoren/include/noren/packet/segment.h \
	$(NULL)
