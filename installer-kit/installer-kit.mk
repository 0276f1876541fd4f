# noren-kit. Everything but main.c stands in a library that the tests link.
noinst_LTLIBRARIES += installer-kit/libkit.la
installer_kit_libkit_la_CPPFLAGS = $(AM_CPPFLAGS) -DPAYLOAD_DIR='"$(payloaddir)"'
installer_kit_libkit_la_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(PIXBUF_CFLAGS) $(SSL_CFLAGS)
installer_kit_libkit_la_LIBADD = $(GLIB_LIBS) $(PIXBUF_LIBS) $(SSL_LIBS)
installer_kit_libkit_la_SOURCES = \
	%D%/commands.c \
	%D%/drawing.c \
	%D%/keys.c \
	%D%/kit.h \
	%D%/new.c \
	%D%/payload.c \
	%D%/payload.h \
	%D%/run_files.c \
	%D%/run_files.h \
	%D%/run_target.c \
	$(NULL)
nodist_installer_kit_libkit_la_SOURCES = \
	installer-kit/kit-resources.c \
	installer-kit/kit-resources.h \
	$(NULL)

bin_PROGRAMS += installer-kit/noren-kit
installer_kit_noren_kit_SOURCES = %D%/main.c
installer_kit_noren_kit_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(SSL_CFLAGS)
installer_kit_noren_kit_LDADD = $(kit_ldadd)
kit_ldadd = \
	installer-kit/libkit.la \
	branding/libbranding.la \
	branding/libbrandpack.la \
	resources/libresources.la \
	libnoren/libnoren.la \
	$(NULL)

kit_run_files = \
	%D%/kit.gresource.xml \
	%D%/run/header.sh \
	%D%/run/service.unit \
	%D%/run/setup.sh \
	%D%/run/uninstall.sh \
	%D%/run/window.sh \
	$(NULL)
EXTRA_DIST += $(kit_run_files)

kit_compile = $(AM_V_GEN)$(MKDIR_P) installer-kit && $(GLIB_COMPILE_RESOURCES) \
	--sourcedir=$(srcdir)/installer-kit --c-name kit --internal --target=$@ \
	$(srcdir)/installer-kit/kit.gresource.xml
installer-kit/kit-resources.c: $(kit_run_files)
	$(kit_compile) --generate-source
installer-kit/kit-resources.h: $(kit_run_files)
	$(kit_compile) --generate-header
BUILT_SOURCES += installer-kit/kit-resources.h
CLEANFILES += installer-kit/kit-resources.c installer-kit/kit-resources.h
$(installer_kit_libkit_la_OBJECTS): installer-kit/kit-resources.h

# The installed kit finds the client's programs here; they are stripped when an installer is built.
payloaddir = $(libexecdir)/noren/payload
install-exec-local: install-payload
uninstall-local: uninstall-payload
.PHONY: install-payload uninstall-payload
install-payload: client/noren-client client/noren-connect
	$(MKDIR_P) '$(DESTDIR)$(payloaddir)'
	$(LIBTOOL) $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=install $(INSTALL_PROGRAM) \
		client/noren-client client/noren-connect '$(DESTDIR)$(payloaddir)'
uninstall-payload:
	rm -f '$(DESTDIR)$(payloaddir)/noren-client' '$(DESTDIR)$(payloaddir)/noren-connect'
