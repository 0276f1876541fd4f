# sessions, workers and the daemon itself
server_libserver_la_SOURCES += \
	%D%/clerk.h \
	%D%/server.h \
	$(NULL)
