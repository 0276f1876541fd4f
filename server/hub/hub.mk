server_libserver_la_SOURCES += \
	%D%/frame.h \
	%D%/hub.h \
	$(NULL)
