libnoren_libnoren_la_SOURCES += \
	libnoren/include/noren/os/netconf.h \
	libnoren/include/noren/os/paths.h \
	libnoren/include/noren/os/tap.h \
	$(NULL)

libnoren_libnoren_la_SOURCES += \
	%D%/linux/dns.c \
	%D%/linux/dns_file.c \
	%D%/linux/dns_file.h \
	%D%/linux/netconf.c \
	%D%/linux/netlink.c \
	%D%/linux/netlink.h \
	%D%/linux/tap.c \
	$(NULL)
libnoren_libnoren_la_SOURCES += \
	%D%/linux/paths.c \
	$(NULL)
