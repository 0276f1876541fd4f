libnoren_libnoren_la_SOURCES += \
	libnoren/include/noren/packet/dhcp.h \
	libnoren/include/noren/packet/packet.h \
	$(NULL)
