# virtual hubs: tables, decision, ports
server_libserver_la_SOURCES += \
	%D%/fdb.c \
	%D%/fdb.h \
	%D%/forward.c \
	%D%/forward.h \
	%D%/frame.c \
	%D%/frame.h \
	%D%/hub.c \
	%D%/hub.h \
	%D%/parts.h \
	%D%/port.c \
	$(NULL)
