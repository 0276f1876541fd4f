server_libserver_la_SOURCES += \
	%D%/securenat.h \
	$(NULL)
