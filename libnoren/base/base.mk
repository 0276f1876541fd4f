libnoren_libnoren_la_SOURCES += \
	%D%/alloc.c \
	%D%/bytes.c \
	%D%/clock.c \
	%D%/err.c \
	%D%/log.c \
	%D%/mac.c \
	%D%/secret.c \
	libnoren/include/noren/base/alloc.h \
	libnoren/include/noren/base/bytes.h \
	libnoren/include/noren/base/clock.h \
	libnoren/include/noren/base/err.h \
	libnoren/include/noren/base/log.h \
	libnoren/include/noren/base/mac.h \
	libnoren/include/noren/base/secret.h \
	$(NULL)
