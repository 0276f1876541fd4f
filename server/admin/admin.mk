# management calls
server_libserver_la_SOURCES += \
	%D%/admin.h \
	$(NULL)
