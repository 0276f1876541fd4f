# The window. libui is everything but main, so that tests can build each page.
include client/model/model.mk

noinst_LTLIBRARIES += client/libui.la
client_libui_la_CFLAGS = $(AM_CFLAGS) $(GTK_CFLAGS)
client_libui_la_LIBADD = $(GTK_LIBS)
client_libui_la_SOURCES = \
	%D%/about_dialog.c \
	%D%/about_dialog.h \
	%D%/app.c \
	%D%/app.h \
	%D%/context.h \
	%D%/details.c \
	%D%/details.h \
	%D%/dialog.c \
	%D%/dialog.h \
	%D%/error_page.c \
	%D%/error_page.h \
	%D%/image.c \
	%D%/image.h \
	%D%/log_dialog.c \
	%D%/log_dialog.h \
	%D%/login_page.c \
	%D%/login_page.h \
	%D%/main_page.c \
	%D%/main_page.h \
	%D%/page_build.c \
	%D%/page_build.h \
	%D%/page_text.c \
	%D%/page_text.h \
	%D%/style.c \
	%D%/style.h \
	%D%/texts.c \
	%D%/texts.h \
	%D%/window.c \
	%D%/window.h \
	$(NULL)

ui_ldadd = client/libui.la client/libmodel.la branding/libbranding.la branding/libbrandpack.la \
	resources/libresources.la libnoren/libnoren.la

bin_PROGRAMS += client/noren-connect
client_noren_connect_SOURCES = client/main-connect.c
client_noren_connect_CFLAGS = $(AM_CFLAGS) $(GTK_CFLAGS)
client_noren_connect_LDADD = $(ui_ldadd)
client_noren_connect_LDFLAGS = $(bundled_ldflags)
