client_libclient_la_SOURCES += \
	%D%/profile.h \
	$(NULL)
