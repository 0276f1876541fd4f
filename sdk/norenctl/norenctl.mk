# The management command line. Everything but main.c stands in a library that the tests link.
noinst_LTLIBRARIES += sdk/norenctl/libnorenctl.la
sdk_norenctl_libnorenctl_la_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS) $(SSL_CFLAGS) $(JANSSON_CFLAGS)
sdk_norenctl_libnorenctl_la_LIBADD = libnoren/libnoren.la $(JANSSON_LIBS)
sdk_norenctl_libnorenctl_la_SOURCES = \
	%D%/command.c \
	%D%/command.h \
	%D%/command_hub.c \
	%D%/command_server.c \
	%D%/command_user.c \
	%D%/exit.c \
	%D%/exit.h \
	%D%/options.c \
	%D%/options.h \
	%D%/prompt.c \
	%D%/prompt.h \
	%D%/rpc.c \
	%D%/rpc.h \
	%D%/sheet.c \
	%D%/sheet.h \
	$(NULL)

bin_PROGRAMS += sdk/norenctl/norenctl
sdk_norenctl_norenctl_SOURCES = %D%/main.c
sdk_norenctl_norenctl_CFLAGS = $(sdk_norenctl_libnorenctl_la_CFLAGS)
sdk_norenctl_norenctl_LDADD = sdk/norenctl/libnorenctl.la
