libnoren_libnoren_la_SOURCES += \
	%D%/codec.c \
	%D%/element.h \
	%D%/pack.c \
	libnoren/include/noren/pack/pack.h \
	$(NULL)
