libnoren_libnoren_la_SOURCES += \
	libnoren/include/noren/os/netconf.h \
	libnoren/include/noren/os/paths.h \
	libnoren/include/noren/os/tap.h \
	$(NULL)
