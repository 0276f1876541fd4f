# sessions, workers and the daemon itself
server_libserver_la_SOURCES += \
	%D%/clerk.c \
	%D%/clerk.h \
	%D%/conn.c \
	%D%/conn.h \
	%D%/conn_check.c \
	%D%/conn_parts.h \
	%D%/door.c \
	%D%/door.h \
	%D%/home.c \
	%D%/home.h \
	%D%/login.c \
	%D%/login.h \
	%D%/login_note.c \
	%D%/login_note.h \
	%D%/manage.c \
	%D%/management.h \
	%D%/register.c \
	%D%/register.h \
	%D%/server.c \
	%D%/server.h \
	%D%/session.c \
	%D%/session.h \
	%D%/state.h \
	%D%/worker.c \
	%D%/worker.h \
	$(NULL)
