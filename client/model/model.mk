# What the window knows: the service over its socket, and what is to be shown for it. GIO, no GTK.
noinst_LTLIBRARIES += client/libmodel.la
client_libmodel_la_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(JANSSON_CFLAGS)
client_libmodel_la_LIBADD = $(GLIB_LIBS) $(JANSSON_LIBS)
client_libmodel_la_SOURCES = \
	%D%/call.c \
	%D%/call.h \
	%D%/channel.c \
	%D%/channel.h \
	%D%/session.c \
	%D%/session.h \
	%D%/status.c \
	%D%/status.h \
	%D%/view.c \
	%D%/view.h \
	$(NULL)
