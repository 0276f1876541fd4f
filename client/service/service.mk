# the privileged service and the command line
sbin_PROGRAMS += client/noren-client
client_noren_client_SOURCES = client/main-client.c
client_noren_client_CFLAGS = $(AM_CFLAGS) $(UV_CFLAGS) $(SSL_CFLAGS) $(JANSSON_CFLAGS)
client_noren_client_LDADD = client/libclient.la branding/libbrandpack.la libnoren/libnoren.la
client_noren_client_LDFLAGS = $(bundled_ldflags)

client_libclient_la_SOURCES += \
	%D%/admission.c \
	%D%/admission.h \
	%D%/call.c \
	%D%/call.h \
	%D%/control.c \
	%D%/control.h \
	%D%/credentials.c \
	%D%/credentials.h \
	%D%/exit_code.c \
	%D%/exit_code.h \
	%D%/foreground.c \
	%D%/foreground.h \
	%D%/log_tail.c \
	%D%/log_tail.h \
	%D%/place.c \
	%D%/place.h \
	%D%/profiles.c \
	%D%/profiles.h \
	%D%/service.c \
	%D%/service.h \
	%D%/service_calls.c \
	%D%/service_private.h \
	%D%/status_json.c \
	%D%/status_json.h \
	%D%/unpack.c \
	%D%/unpack.h \
	$(NULL)
