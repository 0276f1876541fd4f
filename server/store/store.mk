server_libserver_la_SOURCES += \
	%D%/store.h \
	$(NULL)
