# sessions, workers and the daemon itself
server_libserver_la_SOURCES += \
	%D%/clerk.c \
	%D%/clerk.h \
	%D%/door.c \
	%D%/door.h \
	%D%/home.c \
	%D%/home.h \
	%D%/login.c \
	%D%/login.h \
	%D%/register.c \
	%D%/register.h \
	%D%/server.h \
	$(NULL)
