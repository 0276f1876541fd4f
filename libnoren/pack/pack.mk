libnoren_libnoren_la_SOURCES += \
	libnoren/include/noren/pack/pack.h \
	$(NULL)
