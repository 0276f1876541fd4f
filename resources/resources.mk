# The base brand as data, compiled into a library that needs GIO only.
noinst_LTLIBRARIES += resources/libresources.la
resources_libresources_la_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS)
resources_libresources_la_LIBADD = $(GLIB_LIBS)
resources_libresources_la_SOURCES = \
	%D%/resources.c \
	%D%/resources.h \
	$(NULL)
nodist_resources_libresources_la_SOURCES = \
	resources/base-resources.c \
	resources/base-resources.h \
	$(NULL)

resources_base_files = \
	%D%/base.gresource.xml \
	%D%/colors.conf \
	%D%/css/theme.css \
	%D%/images/app-icon.svg \
	%D%/images/logo.svg \
	%D%/images/state-busy.svg \
	%D%/images/state-error.svg \
	%D%/images/state-off.svg \
	%D%/images/state-on.svg \
	%D%/strings/en.po \
	%D%/strings/ja.po \
	%D%/ui/about.ui \
	%D%/ui/error.ui \
	%D%/ui/log.ui \
	%D%/ui/login.ui \
	%D%/ui/main.ui \
	%D%/ui/window.ui \
	$(NULL)
EXTRA_DIST += $(resources_base_files)

resources_compile = $(AM_V_GEN)$(MKDIR_P) resources && $(GLIB_COMPILE_RESOURCES) \
	--sourcedir=$(srcdir)/resources --c-name base --internal --target=$@ \
	$(srcdir)/resources/base.gresource.xml
resources/base-resources.c: $(resources_base_files)
	$(resources_compile) --generate-source
resources/base-resources.h: $(resources_base_files)
	$(resources_compile) --generate-header
BUILT_SOURCES += resources/base-resources.h
CLEANFILES += resources/base-resources.c resources/base-resources.h
$(resources_libresources_la_OBJECTS): resources/base-resources.h
